"""Selecting: shapes drawn by hand, each answering with a Region (core/regions), and what wands stand on.

Points are (x, y) in photo pixels, fractions allowed: pixel column 3 reaches from x = 3 to x = 4. What lies
outside the photo is cut off. What works on something smaller than the photo answers at that size; `enlarge` brings
the answer to the photo's. The wands themselves are in core/wands.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from core.box import Box
from core.regions import NOTHING, Region, region_of

_FRACTION = 4  # bits: OpenCV draws polygons on a sixteenth of a pixel
_FAR = 1 << 20  # pixels; no photo reaches further


def polygon(points: Sequence[tuple[float, float]] | np.ndarray, shape: tuple[int, int]) -> Region:
    """What a closed line encloses, by the even-odd rule, so that a loop inside a lasso is a hole.

    points: (n, 2) x, y; the last is joined to the first. shape: the photo's (height, width). The pixels the line
    itself runs through belong to it. Fewer than 3 points enclose nothing.
    """
    line = np.clip(np.asarray(points, np.float64).reshape(-1, 2), -_FAR, _FAR)
    if len(line) < 3:
        return NOTHING
    low, high = np.floor(line.min(0)).astype(int), np.ceil(line.max(0)).astype(int)
    box = Box(low[1], low[0], high[1] + 1, high[0] + 1).clip(*shape)
    if box.empty:
        return NOTHING
    mask = np.zeros((box.height, box.width), np.uint8)
    steps = np.rint((line - (box.left + 0.5, box.top + 0.5)) * (1 << _FRACTION)).astype(np.int32)
    cv2.fillPoly(mask, [steps], 1, shift=_FRACTION)
    return region_of(mask.view(bool), int(box.top), int(box.left))


lasso = polygon
"""A freehand line encloses what a polygon of its points does."""


def rectangle(start: tuple[float, float], end: tuple[float, float], shape: tuple[int, int]) -> Region:
    """The pixels whose centres lie between two opposite corners, given in any order."""
    (left, right), (top, bottom) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    box = Box(*(int(np.floor(np.clip(edge, -_FAR, _FAR) + 0.5)) for edge in (top, left, bottom, right)))
    box = box.clip(*shape)
    return NOTHING if box.empty else Region(box, np.ones((box.height, box.width), bool))


def ellipse(start: tuple[float, float], end: tuple[float, float], shape: tuple[int, int]) -> Region:
    """The pixels whose centres lie in the ellipse that fits between two opposite corners."""
    frame = rectangle(start, end, shape)
    radius_x, radius_y = abs(end[0] - start[0]) / 2, abs(end[1] - start[1]) / 2
    if frame.empty or not radius_x or not radius_y:
        return NOTHING
    rows, columns = np.ogrid[frame.box.slices]
    across = (columns + 0.5 - (start[0] + end[0]) / 2) / radius_x
    down = (rows + 0.5 - (start[1] + end[1]) / 2) / radius_y
    return region_of(across**2 + down**2 <= 1, frame.box.top, frame.box.left)


def similarity(features: np.ndarray, x: float, y: float) -> np.ndarray:
    """How much each place of a network's view looks like one of them, float32 (h', w'): the cosine of its vector
    with that of the place.

    features: float (h', w', c), a vector for each place of a coarse grid over the photo; x, y: 0..1 across and
    down the photo.
    """
    vectors = features.astype(np.float32)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=2, keepdims=True), 1e-6)
    height, width = vectors.shape[:2]
    return vectors @ vectors[min(int(y * height), height - 1), min(int(x * width), width - 1)]


def enlarge(region: Region, shape: tuple[int, int], full: tuple[int, int]) -> Region:
    """A region found at the size `shape` (height, width) brought to the size `full`, with a smooth outline.

    Costs what the enlarged region's box is large.
    """
    if region.box.empty or tuple(shape) == tuple(full):
        return region
    down, across = full[0] / shape[0], full[1] / shape[1]
    small = region.box.grow(1)
    box = Box(
        int(np.floor(small.top * down)),
        int(np.floor(small.left * across)),
        int(np.ceil(small.bottom * down)),
        int(np.ceil(small.right * across)),
    ).clip(*full)
    # what touches the photo's border goes on beyond it, or the outline would draw back from the border
    mask = np.pad(region.mask.view(np.uint8) * np.uint8(255), 1)
    for edge, inside, at_border in (
        (np.s_[0], np.s_[1], region.box.top == 0),
        (np.s_[-1], np.s_[-2], region.box.bottom == shape[0]),
        (np.s_[:, 0], np.s_[:, 1], region.box.left == 0),
        (np.s_[:, -1], np.s_[:, -2], region.box.right == shape[1]),
    ):
        if at_border:
            mask[edge] = mask[inside]
    matrix = np.float64(
        [
            [1 / across, 0, (box.left + 0.5) / across - 0.5 - small.left],
            [0, 1 / down, (box.top + 0.5) / down - 0.5 - small.top],
        ]
    )
    large = cv2.warpAffine(
        mask,
        matrix,
        (box.width, box.height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return region_of(large > 127, box.top, box.left)
