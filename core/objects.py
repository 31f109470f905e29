"""The object under a click: proposals from coarse to fine, for a person to choose from.

    propose(picture, shape, plus=[(x, y)])                         a click
    propose(picture, shape, box=Box(...))                          a box around the object
    propose(picture, shape, plus=[...], minus=[...], box=...)      corrected

A click climbs the tree of the photo's pieces (core/pieces): of the pieces that hold every plus point and no minus
point, those that stand most clearly alone are proposed. In a box GrabCut (Rother et al. 2004, OpenCV's) parts the
object from the rest. Either way GrabCut then draws the outline, by luminance and what the network sees, on a crop
made small, so that an answer takes some tenths of a second whatever the photo's size. Tab goes through the
proposals, Enter writes one (core.regions.paint). Where a person has installed an object model (core/sam), a SamLook in
place of a Look lets that one propose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from core.box import Box
from core.pieces import Pieces, cut
from core.regions import Region, fill_holes, flood, region_of, subtract, union
from core.sam import SamLook, proposals
from core.selecting import enlarge

WORK_SIDE = 240  # long side of the crop that GrabCut sees
PIECES_SIDE = 512  # long side at which the photo is cut into pieces
MOST = 6  # proposals
_ROUNDS = 3
_MARGIN = 0.35  # of a box's sides: how much around it GrabCut may learn the rest from
_BAND = 0.04  # of a crop's side: how far from a piece's outline its true one may lie
_SMALLEST, _LARGEST = 0.0004, 0.9  # of the photo: what is proposed
_NOTABLE = 0.01  # of the photo: what is smaller is less likely to be meant
_CHEAP = 0.01  # a price of joining that says nothing
_STEP = 1.2  # a coarser proposal is at least so much larger than the next
_DRAW = 12345  # of GrabCut's random starts, so that the same click gives the same object

Point = tuple[float, float]


@dataclass(frozen=True, eq=False)
class Look:
    """What objects are parted by: uint8 (h, w, 3) of a photo made small, L* in the first channel, and its pieces."""

    pixels: np.ndarray
    pieces: Pieces


@dataclass(frozen=True, eq=False)
class Proposals:
    """Regions of the photo, coarse to fine, none empty, none there twice; `likely` is the one to show first."""

    regions: tuple[Region, ...]
    likely: int


def look(luminance: np.ndarray, features: np.ndarray | None = None) -> Look:
    """Prepare a photo, once.

    luminance: L* float32 (h, w), a few hundred pixels to two thousand a side; features: float (h', w', c) of a
    network, whose two strongest directions count as much as light. Without them: light, and light blurred twice.
    """
    scale = min(1.0, PIECES_SIDE / max(luminance.shape))
    small = max(1, round(luminance.shape[1] * scale)), max(1, round(luminance.shape[0] * scale))
    pieces = cut(cv2.resize(luminance, small, interpolation=cv2.INTER_AREA), features)
    light = np.clip(luminance * 2.55, 0, 255).astype(np.uint8)
    if features is None:
        blurred = [cv2.GaussianBlur(light, (0, 0), max(luminance.shape) / part) for part in (160, 50)]
        return Look(np.dstack([light, *blurred]), pieces)
    size = luminance.shape[::-1]
    planes = [cv2.resize(plane, size, interpolation=cv2.INTER_LINEAR) for plane in _strongest(features, 2)]
    tones = (np.clip(128 + 48 * plane, 0, 255).astype(np.uint8) for plane in planes)
    return Look(np.dstack([light, *tones]), pieces)


def propose(
    seen: Look | SamLook,
    shape: tuple[int, int],
    *,
    plus: Sequence[Point] = (),
    minus: Sequence[Point] = (),
    box: Box | None = None,
) -> Proposals:
    """Proposals for one object, each a Region at the size `shape` (height, width) of the photo.

    plus, minus: (x, y) photo pixels that are in the object, or are not; box: of photo pixels around it. One of plus and
    box is needed (ValueError). All proposals hold the plus points.
    """
    inside = [p for p in plus if 0 <= p[0] < shape[1] and 0 <= p[1] < shape[0]]
    outside = [p for p in minus if 0 <= p[0] < shape[1] and 0 <= p[1] < shape[0]]
    box = box.clip(*shape) if box else None
    box = None if box is None or box.empty else box
    if not inside and box is None:
        raise ValueError("an object needs a point in it or a box around it")
    if isinstance(seen, SamLook):
        return Proposals(*proposals(seen, shape, inside, outside, box))
    if box is not None:
        return _in_box(seen, shape, box, inside, outside)
    found = [(_outlined(seen, shape, mask, inside, outside), standing)
             for mask, standing in _around(seen.pieces, shape, inside, outside)]  # fmt: skip
    return _different(found)


# -- a click: pieces of the photo


def _around(
    pieces: Pieces, shape: tuple[int, int], plus: Sequence[Point], minus: Sequence[Point]
) -> list[tuple[np.ndarray, float]]:
    """The pieces around the plus points and how clearly each stands alone: masks at the pieces' size."""
    chains = [pieces.chain(x / shape[1], y / shape[0]) for x, y in plus]
    barred = {node for x, y in minus for node in pieces.chain(x / shape[1], y / shape[0])}
    chains = [[node for node in chain if node not in barred] or chain[:1] for chain in chains]
    prices = sorted({float(pieces.cost[node]) for chain in chains for node in chain})
    together: dict[frozenset[int], float] = {}  # what is reached at a price, with the lowest such price
    for price in prices:
        reached = frozenset(max((n for n in chain if pieces.cost[n] <= price), key=lambda n: pieces.area[n])
                            for chain in chains)  # fmt: skip
        together.setdefault(reached, price)
    groups, starts = list(together), list(together.values())
    ends = [*starts[1:], max(float(pieces.cost.max()), 1e-6) * (2 if minus else 1)]
    masks = [pieces.mask(list(group)) for group in groups]
    areas = np.array([mask.mean() for mask in masks])
    standing = np.log(np.array(ends) + _CHEAP) - np.log(np.array(starts) + _CHEAP)
    standing *= np.minimum(1, areas / _NOTABLE) * np.where(areas > 0.5, 0.5, 1)  # rarely specks or half the photo
    return [(masks[i], float(standing[i])) for i in _chosen(areas, standing)]


def _chosen(areas: np.ndarray, standing: np.ndarray) -> list[int]:
    """Which of the nested pieces to propose, coarse to fine: the clearest, not too alike in size."""
    fit = [i for i in range(len(areas)) if _SMALLEST <= areas[i] <= _LARGEST] or [int(np.argmax(areas))]
    kept: list[int] = []
    for i in sorted(fit, key=lambda i: -standing[i]):
        if len(kept) < MOST and all(max(areas[i], areas[j]) >= _STEP * min(areas[i], areas[j]) for j in kept):
            kept.append(i)
    return sorted(kept, key=lambda i: -areas[i])


def _outlined(
    seen: Look, shape: tuple[int, int], mask: np.ndarray, plus: Sequence[Point], minus: Sequence[Point]
) -> Region:
    """A mask of pieces as a region of the photo, its outline drawn anew by GrabCut."""
    small = region_of(mask)
    frame = _scaled(small.box, shape[0] / mask.shape[0], shape[1] / mask.shape[1]).clip(*shape)
    crop = _Crop(seen, shape, frame, margin=0.15)
    across, down = mask.shape[1] / seen.pixels.shape[1], mask.shape[0] / seen.pixels.shape[0]
    matrix = np.float64([[across * crop.box.width / crop.size[0], 0, across * crop.box.left],
                         [0, down * crop.box.height / crop.size[1], down * crop.box.top]])  # fmt: skip
    near = cv2.warpAffine(mask.view(np.uint8), matrix, crop.size, flags=cv2.INTER_NEAREST | cv2.WARP_INVERSE_MAP,
                          borderMode=cv2.BORDER_REPLICATE)  # fmt: skip
    reach = 2 * max(1, round(_BAND * max(crop.size))) + 1
    around = np.ones((reach, reach), np.uint8)
    hints = np.where(near > 0, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    hints[cv2.erode(near, around) > 0] = cv2.GC_FGD
    hints[cv2.dilate(near, around) == 0] = cv2.GC_BGD
    crop.mark(hints, plus, minus)
    return crop.at_full(_connected(_grab(crop.pixels, hints, 1), [crop.at(point) for point in plus]), minus)


# -- a box: GrabCut alone


def _in_box(
    seen: Look, shape: tuple[int, int], box: Box, plus: Sequence[Point], minus: Sequence[Point]
) -> Proposals:
    """What stands in a box, and what of it hangs together best."""
    crop = _Crop(seen, shape, box, margin=_MARGIN)
    first, last = crop.at((box.left, box.top)), crop.at((box.right, box.bottom))
    hints = np.full(crop.pixels.shape[:2], cv2.GC_BGD, np.uint8)
    hints[first[1] : last[1] + 1, first[0] : last[0] + 1] = cv2.GC_PR_FGD
    for point in minus:  # what is as light as the point, near it, is a first guess of the rest
        hints[_alike(crop.pixels, crop.at(point))] = cv2.GC_PR_BGD
    crop.mark(hints, plus, minus)
    whole = _connected(_grab(crop.pixels, hints, _ROUNDS), [crop.at(point) for point in plus])
    return _different([(crop.at_full(mask, minus), 0.0) for mask in (whole, _largest(whole)) if mask.any()])


# -- both


class _Crop:
    """What of a look lies around a frame of photo pixels, made small."""

    def __init__(self, seen: Look, shape: tuple[int, int], frame: Box, margin: float) -> None:
        self._full, self._shape = seen.pixels.shape[:2], shape
        self._down, self._across = self._full[0] / shape[0], self._full[1] / shape[1]
        wide = frame.grow(max(4, round(margin * max(frame.height, frame.width)))).clip(*shape)
        self.box = _scaled(wide, self._down, self._across).clip(*self._full)
        scale = min(1.0, WORK_SIDE / max(self.box.height, self.box.width, 1))
        self.size = max(2, round(self.box.width * scale)), max(2, round(self.box.height * scale))
        self.pixels = cv2.resize(seen.pixels[self.box.slices], self.size, interpolation=cv2.INTER_AREA)

    def at(self, point: Point) -> tuple[int, int]:
        """Where in the crop a photo pixel is, or the place next to it: (column, row)."""
        x = (point[0] * self._across - self.box.left) * self.size[0] / max(1, self.box.width)
        y = (point[1] * self._down - self.box.top) * self.size[1] / max(1, self.box.height)
        return min(max(int(x), 0), self.size[0] - 1), min(max(int(y), 0), self.size[1] - 1)

    def mark(self, hints: np.ndarray, plus: Sequence[Point], minus: Sequence[Point]) -> None:
        """Hint at what a person pointed at."""
        for points, sign in ((minus, cv2.GC_BGD), (plus, cv2.GC_FGD)):
            for point in points:
                cv2.circle(hints, self.at(point), max(2, round(0.02 * max(self.size))), sign, -1)

    def at_full(self, mask: np.ndarray, minus: Sequence[Point]) -> Region:
        """A mask of the crop as a region of the photo, its small holes filled, but for those a person made."""
        smooth = cv2.medianBlur(mask.view(np.uint8), 3).view(bool) | (mask & (mask.sum() < 64))
        small = region_of(smooth if smooth.any() else mask)
        small = fill_holes(small, largest=max(4, small.area // 50))
        if minus:
            hints = np.full(mask.shape, cv2.GC_FGD, np.uint8)
            self.mark(hints, (), minus)
            small = subtract(small, region_of(hints == cv2.GC_BGD))
        box = _scaled(self.box, 1 / self._down, 1 / self._across).clip(*self._shape)
        found = enlarge(small, (self.size[1], self.size[0]), (box.height, box.width))
        return Region(Box(found.box.top + box.top, found.box.left + box.left,
                          found.box.bottom + box.top, found.box.right + box.left), found.mask)  # fmt: skip


def _strongest(features: np.ndarray, count: int) -> np.ndarray:
    """The features' principal directions, float32 (count, h', w'), standard deviation 1."""
    vectors = features.reshape(-1, features.shape[2]).astype(np.float32)
    vectors = vectors - vectors.mean(0)
    _, directions = np.linalg.eigh(vectors.T @ vectors)
    planes = vectors @ directions[:, ::-1][:, :count]
    planes /= np.maximum(planes.std(0), 1e-6)
    return np.ascontiguousarray(planes.T.reshape(count, *features.shape[:2]))


def _alike(pixels: np.ndarray, point: tuple[int, int]) -> np.ndarray:
    """The pixels connected to a point that look like it, bool (h, w)."""
    smooth = cv2.GaussianBlur(pixels, (0, 0), 1.5)
    away = np.abs(smooth.astype(np.float32) - smooth[point[1], point[0]].astype(np.float32)).max(2)
    return flood((away < 16).view(np.uint8), *point).full(away.shape)


def _grab(pixels: np.ndarray, hints: np.ndarray, rounds: int) -> np.ndarray:
    """GrabCut's object, bool (h, w); the hints themselves where there is nothing to learn the rest from."""
    sure = hints == cv2.GC_FGD
    object_ = sure | (hints == cv2.GC_PR_FGD)
    if object_.all() or not object_.any():
        return object_
    cv2.setRNGSeed(_DRAW)
    models = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(np.ascontiguousarray(pixels), hints, None, *models, rounds, cv2.GC_INIT_WITH_MASK)
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


def _scaled(box: Box, down: float, across: float) -> Box:
    top, left, bottom, right = box.top * down, box.left * across, box.bottom * down, box.right * across
    return Box(int(top), int(left), int(np.ceil(bottom)), int(np.ceil(right)))


def _different(found: list[tuple[Region, float]]) -> Proposals:
    """Without proposals that differ from the one before by less than a twentieth; the likeliest stands out most."""
    kept: list[tuple[Region, float]] = []
    for region, standing in sorted(found, key=lambda each: -each[0].area):
        if region.empty or (kept and region.area > 0.95 * union(kept[-1][0], region).area):
            continue
        kept.append((region, standing))
    likely = max(range(len(kept)), key=lambda i: kept[i][1], default=0)
    return Proposals(tuple(region for region, _ in kept), likely)
