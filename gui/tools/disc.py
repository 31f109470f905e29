"""The round brush as pixels: which pixels a disc covers, and which it sweeps from one place to the next.

A pixel belongs to the brush when its centre lies no further than size / 2 from the brush's centre, or from the
segment the centre travelled. Discs of odd size sit on pixel centres, of even size on pixel corners, so that a
brush of size n is n pixels wide wherever it lands and no stroke can have gaps.

Both shapes are convex: every row of them is one interval. So a swept disc costs a few numbers a row and two
comparisons a pixel.
"""

from __future__ import annotations

from math import floor, hypot

import numpy as np

from core.box import Box


def snap(x: float, y: float, size: int) -> tuple[float, float]:
    """The place nearest to a photo point where a disc of `size` may sit."""
    if size % 2:
        return floor(x) + 0.5, floor(y) + 0.5
    return float(floor(x + 0.5)), float(floor(y + 0.5))


def sweep_mask(
    start: tuple[float, float], end: tuple[float, float], size: int, shape: tuple[int, int]
) -> tuple[np.ndarray, int, int] | None:
    """The pixels that a disc of `size` covers on its way between two snapped places.

    Returns (mask bool (h, w), top, left), clipped to a photo of `shape` (height, width), never shifted; None if
    the photo is not touched.
    """
    (x0, y0), (x1, y1), r = start, end, size / 2
    box = Box(floor(min(y0, y1) - r), floor(min(x0, x1) - r), floor(max(y0, y1) + r) + 1, floor(max(x0, x1) + r) + 1)
    box = box.clip(*shape)
    if box.empty:
        return None
    low, high = intervals(np.arange(box.top, box.bottom) + 0.5, start, end, r)
    columns = np.arange(box.left, box.right) + 0.5
    mask = columns >= low[:, None]
    mask &= columns <= high[:, None]
    return mask, box.top, box.left


def intervals(
    rows: np.ndarray, start: tuple[float, float], end: tuple[float, float], r: float
) -> tuple[np.ndarray, np.ndarray]:
    """Where each row (n,) enters and leaves the swept disc: low, high (n,); low > high where it misses."""
    low, high = _disc(rows, *start, r)
    if start == end:
        return low, high
    for other_low, other_high in (_disc(rows, *end, r), _body(rows, start, end, r)):
        np.minimum(low, other_low, out=low)
        np.maximum(high, other_high, out=high)
    return low, high


def disc_polygon(size: int) -> np.ndarray:
    """The border of a disc's pixels as a closed polygon (n, 2) of x, y around the disc's place."""
    offset = size / 2
    rows = np.arange(size) - offset + 0.5
    reach = np.floor(_disc(rows, 0.0, 0.0, offset)[1] + offset - 0.5) + 1 - offset  # right edge of the last pixel
    right = [(x, y) for x, y in zip(reach, rows) for y in (y - 0.5, y + 0.5)]
    left = [(-x, y) for x, y in reversed(right)]
    return np.array(right + left)


def _disc(rows: np.ndarray, x: float, y: float, r: float) -> tuple[np.ndarray, np.ndarray]:
    square = r * r - (rows - y) ** 2
    half = np.sqrt(np.maximum(square, 0))
    missed = square < 0
    return np.where(missed, np.inf, x - half), np.where(missed, -np.inf, x + half)


def _body(
    rows: np.ndarray, start: tuple[float, float], end: tuple[float, float], r: float
) -> tuple[np.ndarray, np.ndarray]:
    """The rectangle between the two discs: along the way within its length, across it within r."""
    (x0, y0), (x1, y1) = start, end
    dx, dy = x1 - x0, y1 - y0
    length = hypot(dx, dy)
    down = rows - y0
    along = _between(dx / length, down * dy / length, 0.0, length)
    across = _between(dy / length, -down * dx / length, -r, r)
    low, high = x0 + np.maximum(along[0], across[0]), x0 + np.minimum(along[1], across[1])
    missed = low > high
    return np.where(missed, np.inf, low), np.where(missed, -np.inf, high)


def _between(slope: float, base: np.ndarray, least: float, most: float) -> tuple[np.ndarray, np.ndarray]:
    """The x for which least <= slope * x + base <= most, row by row."""
    if slope == 0:
        inside = (base >= least) & (base <= most)
        return np.where(inside, -np.inf, np.inf), np.where(inside, np.inf, -np.inf)
    first, last = (least - base) / slope, (most - base) / slope
    return (first, last) if slope > 0 else (last, first)
