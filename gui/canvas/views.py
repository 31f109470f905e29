"""The views of the canvas, and the panes each of them is made of.

A view is one pane, two that share one place and are parted by a divider, or two linked ones beside each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QRectF

GAP = 2  # logical pixels between linked panes


class View(Enum):
    """What the canvas shows. The value is what a person reads."""

    LABELS = "Label map"
    RESULT = "Result"
    ORIGINAL = "Original"
    SPLIT = "Compare"
    SIDE = "Side by side"
    GATE = "Gate map"


class Picture(Enum):
    """What a pane shows of the photo."""

    GRAY = "Labels"
    ORIGINAL = "Original"
    RESULT = "Result"
    BESIDE = "Another colorizer"
    GATE = "Gate map"


@dataclass(frozen=True)
class Pane:
    """A piece of the canvas: `area` is what its viewport spans, `clip` the part of it that is drawn."""

    picture: Picture
    area: QRectF
    clip: QRectF
    labelled: bool = False  # whether its name is written in it
    bare: bool = False  # whether it never shows the label overlay


_SINGLE = {
    View.LABELS: Picture.GRAY, View.RESULT: Picture.RESULT, View.ORIGINAL: Picture.ORIGINAL, View.GATE: Picture.GATE,
}  # fmt: skip


def panes(
    view: View, width: float, height: float, split: float, left: Picture = Picture.ORIGINAL
) -> tuple[Pane, ...]:
    """The panes of a view on a canvas of this size; `split` is the divider's place, 0..1 from the left, and `left`
    what it parts from the result."""
    whole = QRectF(0, 0, width, height)
    if view is View.SPLIT:
        x = round(width * split)
        before, after = QRectF(0, 0, x, height), QRectF(x, 0, width - x, height)
        return Pane(left, whole, before, True), Pane(Picture.RESULT, whole, after, True)
    if view is View.SIDE:
        half = (width - GAP) // 2
        left, right = QRectF(0, 0, half, height), QRectF(width - half, 0, half, height)
        return Pane(Picture.GRAY, left, left, True), Pane(Picture.RESULT, right, right, True, bare=True)
    return (Pane(_SINGLE[view], whole, whole),)
