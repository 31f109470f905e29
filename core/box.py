"""A rectangle of pixels, half open: rows top..bottom-1, columns left..right-1.

Every part of the program that touches only a piece of a photo (a dab, an undo step, a strip, a repaint) says
which piece with a Box.
"""

from __future__ import annotations

from typing import NamedTuple


class Box(NamedTuple):
    """Rows `top` to `bottom` and columns `left` to `right`, the last ones not included."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def height(self) -> int:
        return max(0, self.bottom - self.top)

    @property
    def width(self) -> int:
        return max(0, self.right - self.left)

    @property
    def empty(self) -> bool:
        """Whether no pixel lies inside."""
        return self.bottom <= self.top or self.right <= self.left

    @property
    def slices(self) -> tuple[slice, slice]:
        """The index of this piece of an array, for boxes inside the array (see `clip`)."""
        return slice(self.top, self.bottom), slice(self.left, self.right)

    def union(self, other: Box) -> Box:
        """The smallest box around both; an empty one adds nothing."""
        if self.empty:
            return other
        if other.empty:
            return self
        return Box(min(self.top, other.top), min(self.left, other.left),
                   max(self.bottom, other.bottom), max(self.right, other.right))

    def clip(self, height: int, width: int) -> Box:
        """The part inside an array of `height` rows and `width` columns; may be empty."""
        top, left = min(max(self.top, 0), height), min(max(self.left, 0), width)
        return Box(top, left, max(top, min(self.bottom, height)), max(left, min(self.right, width)))

    def grow(self, margin: int) -> Box:
        """The box with `margin` more pixels on every side (fewer, if negative)."""
        return Box(self.top - margin, self.left - margin, self.bottom + margin, self.right + margin)
