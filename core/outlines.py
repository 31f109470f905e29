"""Outlines of masks along the edges of their pixels, so that a polygon filled again is the very mask.

A hole cannot be said in one polygon: a mask with holes is cut in two until no piece has any. Pieces that touch at a
corner only are two pieces, as everywhere here (4 neighbours).

    filled(line, shape) for each line of outlines(mask)     is mask, to the pixel
"""

from __future__ import annotations

import cv2
import numpy as np

from core.box import Box
from core.regions import NOTHING, Region

_TURNS = (1, 0, 3)  # right, straight on, left: at a corner that two pixels share the line stays with its own


def outlines(mask: np.ndarray) -> list[np.ndarray]:
    """Polygons, int (n, 2) of x, y, each without holes, that together cover the bool mask (h, w) exactly."""
    found = []
    _, parts, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=4)
    for part, (left, top, width, height, _) in enumerate(stats[1:].tolist(), start=1):
        piece = parts[top : top + height, left : left + width] == part
        found += [line + (left, top) for line in _of_one(piece)]
    return found


def filled(line: np.ndarray, shape: tuple[int, int]) -> Region:
    """The pixels whose centres a polygon (n, 2) of x, y encloses, by the even-odd rule; shape: (height, width).

    As COCO means its polygons; a line drawn by hand takes the pixels under it as well (core/selecting.polygon).
    """
    x, y = np.asarray(line, np.float64).reshape(-1, 2).T
    x2, y2 = np.roll(x, -1), np.roll(y, -1)
    low, high = np.minimum(y, y2), np.maximum(y, y2)
    first = np.clip(np.ceil(low - 0.5), 0, shape[0]).astype(np.int64)  # rows whose centre the edge passes
    count = np.maximum(np.clip(np.ceil(high - 0.5), 0, shape[0]).astype(np.int64) - first, 0)
    edge = np.repeat(np.arange(len(x)), count)
    rows = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    if not len(rows):
        return NOTHING
    cut = x[edge] + (rows + 0.5 - y[edge]) / (y2[edge] - y[edge]) * (x2[edge] - x[edge])
    columns = np.clip(np.ceil(cut - 0.5), 0, shape[1]).astype(np.int64)
    box = Box(int(rows.min()), int(columns.min()), int(rows.max()) + 1, int(columns.max()))
    if box.empty:
        return NOTHING
    crossings = np.zeros((box.height, box.width + 1), np.uint8)
    np.bitwise_xor.at(crossings, (rows - box.top, columns - box.left), 1)
    return Region(box, np.bitwise_xor.accumulate(crossings, axis=1)[:, :-1].astype(bool))


def _of_one(piece: np.ndarray) -> list[np.ndarray]:
    """The outlines of one connected piece, which is halved across its longer side while it has holes."""
    lines = _lines(piece)
    if len(lines) == 1:
        return lines
    height, width = piece.shape
    if height >= width:
        return outlines(piece[: height // 2].copy()) + [
            line + (0, height // 2) for line in outlines(piece[height // 2 :].copy())
        ]
    return outlines(piece[:, : width // 2].copy()) + [
        line + (width // 2, 0) for line in outlines(piece[:, width // 2 :].copy())
    ]


def _lines(mask: np.ndarray) -> list[np.ndarray]:
    """All closed lines around a mask, the mask at their right hand; one, if it is connected and has no hole."""
    around = np.pad(mask, 1)
    inside = around[1:-1, 1:-1]
    steps: dict[tuple[int, int], set[int]] = {}
    # way 0 goes right along a top edge, 1 down along a right edge, 2 left, 3 up; (dy, dx) is where it starts
    for way, (other, dy, dx) in enumerate(
        ((around[:-2, 1:-1], 0, 0), (around[1:-1, 2:], 0, 1), (around[2:, 1:-1], 1, 1), (around[1:-1, :-2], 1, 0))
    ):
        for y, x in np.argwhere(inside & ~other).tolist():
            steps.setdefault((x + dx, y + dy), set()).add(way)
    lines = []
    while steps:
        lines.append(_walk(steps))
    return lines


def _walk(steps: dict[tuple[int, int], set[int]]) -> np.ndarray:
    """One closed line, taken out of the steps; only its corners."""
    start = at = next(iter(steps))
    way = next(iter(steps[at]))
    first, corners = way, []
    before = -1
    while True:
        steps[at].discard(way)
        if not steps[at]:
            del steps[at]
        if way != before:
            corners.append(at)
        before = way
        at = at[0] + (1, 0, -1, 0)[way], at[1] + (0, 1, 0, -1)[way]
        turn = next((turn for turn in _TURNS if (way + turn) % 4 in steps.get(at, ())), None)
        if turn is None:
            break
        way = (way + turn) % 4
    if at != start:
        raise ValueError("a line that does not close")
    return np.array(corners[1:] if before == first and len(corners) > 4 else corners)
