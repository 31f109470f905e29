"""The object under a click: proposals from coarse to fine, for a person to choose from.

GrabCut (Rother et al. 2004, OpenCV's) parts a piece of the photo into object and rest, by luminance and, if
there are any, features of the network, which tell a grey dress from a grey wall. It runs on a crop around what was
pointed at, made small, so that an answer takes some tenths of a second whatever the photo's size. Proposals are a list
from coarse to fine: Tab goes through it, Enter writes one (core.regions.paint).

    propose(picture, shape, plus=[(x, y)])                         a click
    propose(picture, shape, box=Box(...))                          a box around the object
    propose(picture, shape, plus=[...], minus=[...], box=...)      corrected
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from core.box import Box
from core.regions import Region, fill_holes, flood, region_of, union
from core.selecting import enlarge

WORK_SIDE = 240  # long side of the crop that GrabCut sees
_REACH = (0.9, 0.45, 0.22)  # of the photo's short side: how far around a click an object may reach, coarse to fine
_ROUNDS = 3
_MARGIN = 0.35  # of a box's sides: how much around it GrabCut may learn the rest from
_DRAW = 12345  # of GrabCut's random starts, so that the same click gives the same object

Point = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Look:
    """What objects are parted by: uint8 (h, w, 3) of a photo made small, L* in the first channel."""

    pixels: np.ndarray


def look(luminance: np.ndarray, features: np.ndarray | None = None) -> Look:
    """Prepare a photo, once.

    luminance: L* float32 (h, w), a few hundred pixels to two thousand a side; features: float (h', w', c) of a
    network, whose two strongest directions count as much as light. Without them: light, and light blurred twice.
    """
    light = np.clip(luminance * 2.55, 0, 255).astype(np.uint8)
    if features is None:
        blurred = [cv2.GaussianBlur(light, (0, 0), max(luminance.shape) / part) for part in (160, 50)]
        return Look(np.dstack([light, *blurred]))
    size = luminance.shape[::-1]
    planes = [cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in _strongest(features, 2)]
    return Look(np.dstack([light, *(np.clip(128 + 48 * plane, 0, 255).astype(np.uint8) for plane in planes)]))


def propose(
    seen: Look,
    shape: tuple[int, int],
    *,
    plus: Sequence[Point] = (),
    minus: Sequence[Point] = (),
    box: Box | None = None,
) -> list[Region]:
    """Proposals for one object, coarse to fine, each a Region at the size `shape` (height, width) of the photo.

    plus, minus: (x, y) photo pixels that are in the object, or are not; box: of photo pixels around it. One of plus and
    box is needed (ValueError). All proposals hold the plus points; none is empty, none is there twice.
    """
    inside = [p for p in plus if 0 <= p[0] < shape[1] and 0 <= p[1] < shape[0]]
    box = box.clip(*shape) if box else None
    if not inside and (box is None or box.empty):
        raise ValueError("an object needs a point in it or a box around it")
    frames = [box] if box else [_frame(inside, reach * min(shape), shape) for reach in _REACH]
    found: list[Region] = []
    for frame in frames:
        found += _cut(seen, shape, frame, inside, minus, boxed=box is not None)
    found.sort(key=lambda region: -region.area)
    return _different(found)


def _strongest(features: np.ndarray, count: int) -> np.ndarray:
    """The features' principal directions, float32 (count, h', w'), standard deviation 1."""
    vectors = features.reshape(-1, features.shape[2]).astype(np.float32)
    vectors = vectors - vectors.mean(0)
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    planes = vectors @ directions[:, ::-1][:, :count]
    planes /= np.maximum(planes.std(0), 1e-6)
    return np.ascontiguousarray(planes.T.reshape(count, *features.shape[:2]))


def _frame(points: list[Point], reach: float, shape: tuple[int, int]) -> Box:
    columns, rows = zip(*points)
    around = Box(int(min(rows)), int(min(columns)), int(max(rows)) + 1, int(max(columns)) + 1)
    return around.grow(max(4, round(reach))).clip(*shape)


def _cut(
    seen: Look, shape: tuple[int, int], frame: Box, plus: list[Point], minus: Sequence[Point], *, boxed: bool
) -> list[Region]:
    """The object inside a frame; with a box also what of it hangs together best, as a finer proposal."""
    full = seen.pixels.shape[:2]
    down, across = full[0] / shape[0], full[1] / shape[1]
    margin = max(frame.height, frame.width) * (_MARGIN if boxed else 0)
    crop = _scaled(frame.grow(round(margin)).clip(*shape), down, across).clip(*full)
    scale = min(1.0, WORK_SIDE / max(crop.height, crop.width, 1))
    size = max(2, round(crop.width * scale)), max(2, round(crop.height * scale))
    pixels = cv2.resize(seen.pixels[crop.slices], size, interpolation=cv2.INTER_AREA)

    def at(point: Point) -> tuple[int, int]:
        x = (point[0] * across - crop.left) * size[0] / max(1, crop.width)
        y = (point[1] * down - crop.top) * size[1] / max(1, crop.height)
        return min(max(int(x), 0), size[0] - 1), min(max(int(y), 0), size[1] - 1)

    first, last = at((frame.left, frame.top)), at((frame.right, frame.bottom))
    hints = np.full(pixels.shape[:2], cv2.GC_BGD, np.uint8)
    hints[first[1] : last[1] + 1, first[0] : last[0] + 1] = cv2.GC_PR_FGD if boxed else cv2.GC_PR_BGD
    radius = max(2, round(0.03 * max(size)))
    if not boxed:
        for point in plus:  # what is as light as the point, near it, is a first guess of the object
            hints[_alike(pixels, at(point))] = cv2.GC_PR_FGD
    for point in minus:  # and the same of the rest
        hints[_alike(pixels, at(point))] = cv2.GC_PR_BGD
    for points, sign in ((minus, cv2.GC_BGD), (plus, cv2.GC_FGD)):
        for point in points:
            cv2.circle(hints, at(point), radius, sign, -1)
    object_ = _grab(pixels, hints)
    whole = (crop, size, shape, full)
    results = [_connected(object_, [at(point) for point in plus])]
    if boxed:
        results.append(_largest(results[0]))
    return [_at_full(mask, *whole) for mask in results if mask.any()]


def _alike(pixels: np.ndarray, point: tuple[int, int]) -> np.ndarray:
    """The pixels connected to a point that look like it, bool (h, w)."""
    smooth = cv2.GaussianBlur(pixels, (0, 0), 1.5)
    away = np.abs(smooth.astype(np.float32) - smooth[point[1], point[0]].astype(np.float32)).max(2)
    return flood((away < 16).view(np.uint8), *point).full(away.shape)


def _grab(pixels: np.ndarray, hints: np.ndarray) -> np.ndarray:
    """GrabCut's object, bool (h, w); the hints themselves where there is nothing to learn the rest from."""
    sure = hints == cv2.GC_FGD
    object_ = sure | (hints == cv2.GC_PR_FGD)
    if object_.all() or not object_.any():
        return object_
    cv2.setRNGSeed(_DRAW)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(np.ascontiguousarray(pixels), hints, None, *models, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    found = (hints == cv2.GC_FGD) | (hints == cv2.GC_PR_FGD)
    return found if found.any() else object_


def _connected(mask: np.ndarray, points: list[tuple[int, int]]) -> np.ndarray:
    """The parts of a mask that hold a point; the mask itself without points."""
    if not points:
        return mask
    _, parts = cv2.connectedComponents(mask.view(np.uint8), connectivity=8)
    wanted = {int(parts[y, x]) for x, y in points} - {0}
    return np.isin(parts, list(wanted))


def _largest(mask: np.ndarray) -> np.ndarray:
    _, parts, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=4)
    return parts == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()) if len(stats) > 1 else mask


def _at_full(
    mask: np.ndarray, crop: Box, size: tuple[int, int], shape: tuple[int, int], full: tuple[int, int]
) -> Region:
    """A mask of the crop as a region of the photo, its small holes filled."""
    smooth = cv2.medianBlur(mask.view(np.uint8), 3).view(bool) | (mask & (mask.sum() < 64))
    small = region_of(smooth if smooth.any() else mask)
    small = fill_holes(small, largest=max(4, small.area // 50))
    down, across = shape[0] / full[0], shape[1] / full[1]
    box = _scaled(crop, down, across).clip(*shape)
    found = enlarge(small, (size[1], size[0]), (box.height, box.width))
    return Region(Box(found.box.top + box.top, found.box.left + box.left,
                      found.box.bottom + box.top, found.box.right + box.left), found.mask)  # fmt: skip


def _scaled(box: Box, down: float, across: float) -> Box:
    top, left, bottom, right = box.top * down, box.left * across, box.bottom * down, box.right * across
    return Box(int(top), int(left), int(np.ceil(bottom)), int(np.ceil(right)))


def _different(regions: list[Region]) -> list[Region]:
    """Without proposals that differ from the one before by less than a twentieth."""
    kept: list[Region] = []
    for region in regions:
        if region.empty:
            continue
        if kept:
            both = union(kept[-1], region).area
            if region.area > 0.95 * both:
                continue
        kept.append(region)
    return kept
