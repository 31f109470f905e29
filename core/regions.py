"""Regions: some pixels of a photo, kept as a box and a mask no larger than that box.

Every label tool ends in one: the fill tool in the region under the pointer, the lasso in what it encloses, the
magic wand in what looks alike (core/selecting). A region can be grown, shrunk, smoothed, filled and swept
before it is written; `paint` writes it as one step of a document, `write_labels` a whole piece of label map.

    fill          paint(document, "Fill: sky", region_at(document.labels, x, y), sky)
    fill all      paint(document, "Replace grass by sky", label_region(document.labels, grass), sky)
    A by B here   paint(document, "Replace in selection", label_region(document.labels, a, within=region), b)
    smooth label  write_labels(document, "Smooth: sky", *smoothed_label(document.labels, sky, 4))

All cost what the region's box is large, or one pass over the map: a region of 10 MP is found in some 10 ms.
"""

from __future__ import annotations

from collections.abc import Callable
from sys import getrefcount
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from core.box import Box

if TYPE_CHECKING:
    from core.document import Document


class Region(NamedTuple):
    """Pixels of a photo: `mask`, bool (box.height, box.width), lies in the photo at `box`."""

    box: Box
    mask: np.ndarray

    @property
    def area(self) -> int:
        """How many pixels."""
        return int(np.count_nonzero(self.mask))

    @property
    def empty(self) -> bool:
        """Whether there is no pixel."""
        return not self.mask.any()

    def full(self, shape: tuple[int, int]) -> np.ndarray:
        """The region as a bool mask of the photo's (height, width)."""
        whole = np.zeros(shape, bool)
        whole[self.box.slices] = self.mask
        return whole


NOTHING = Region(Box(0, 0, 0, 0), np.zeros((0, 0), bool))
"""No pixel at all: the answer to a click outside the photo."""


def region_of(mask: np.ndarray, top: int = 0, left: int = 0) -> Region:
    """The pixels of a mask (bool or uint8) that lies at (top, left), in the smallest box around them."""
    x, y, width, height = cv2.boundingRect(np.ascontiguousarray(mask).view(np.uint8))
    if not width:
        return NOTHING
    box = Box(top + y, left + x, top + y + height, left + x + width)
    return Region(box, mask[y : y + height, x : x + width].astype(bool))


# -- found in a label map


def region_at(labels: np.ndarray, x: int, y: int) -> Region:
    """The connected region (4 neighbours) of one label around column x, row y; NOTHING outside the map."""
    if not (0 <= y < labels.shape[0] and 0 <= x < labels.shape[1]):
        return NOTHING
    return flood(labels, x, y)


def flood(picture: np.ndarray, x: int, y: int, tolerance: float = 0) -> Region:
    """What is connected (4 neighbours) to column x, row y and differs from it by at most `tolerance`.

    picture: uint8 or float32 (H, W), read only. UNSURE and labels alike are values as any other.
    """
    filled = _SHEET.take((picture.shape[0] + 2, picture.shape[1] + 2))
    flags = 4 | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE | 1 << 8
    own = _writeable(picture)
    _, _, _, (left, top, width, height) = cv2.floodFill(own, filled, (x, y), 0, tolerance, tolerance, flags)
    box = Box(top, left, top + height, left + width)
    return Region(box, filled[1:-1, 1:-1][box.slices].view(bool))


class _Sheet:
    """Zeros for one mask of a photo, used again when nobody looks at the last one any more: fresh memory of that size
    costs a thread as long as the flood itself, for the system gives it page by page."""

    _KEPT = 1 << 26  # bytes; more is not held on to

    def __init__(self) -> None:
        self._zeros = np.zeros((0, 0), np.uint8)
        self._lock = Lock()

    def take(self, shape: tuple[int, int]) -> np.ndarray:
        """uint8 zeros of a (height, width); who has it, or a view of it, has it alone."""
        with self._lock:
            if self._zeros.shape == shape and getrefcount(self._zeros) == 2:  # ours, and the one that counts
                self._zeros.fill(0)
                return self._zeros
            zeros = np.zeros(shape, np.uint8)
            if zeros.nbytes <= self._KEPT:
                self._zeros = zeros
            return zeros


_SHEET = _Sheet()


def _writeable(picture: np.ndarray) -> np.ndarray:
    """The picture, as OpenCV wants it, which refuses what it could not write to even where it only reads: the same
    memory if that is possible, else a copy."""
    if picture.flags.writeable:
        return picture
    own = picture.view()
    try:
        own.flags.writeable = True
    except ValueError:  # the memory itself is read-only
        own = picture.copy()
    return own


def label_region(labels: np.ndarray, label: int, within: Region | None = None) -> Region:
    """All pixels of one label, connected or not; inside a region only, if given."""
    if within is None:
        return region_of(labels == label)
    return region_of((labels[within.box.slices] == label) & within.mask, within.box.top, within.box.left)


def regions(labels: np.ndarray, *, smallest: int = 1) -> list[tuple[int, Region]]:
    """Every connected region (4 neighbours) of `smallest` pixels or more, with its label, largest first."""
    found = []
    for label in np.flatnonzero(np.bincount(labels.ravel(), minlength=256)):
        _, parts, stats, _ = cv2.connectedComponentsWithStats((labels == label).view(np.uint8), connectivity=4)
        for part, (left, top, width, height, area) in enumerate(stats[1:].tolist(), start=1):
            if area >= smallest:
                box = Box(top, left, top + height, left + width)
                found.append((area, int(label), Region(box, parts[box.slices] == part)))
    found.sort(key=lambda each: (-each[0], each[2].box))
    return [(label, region) for _, label, region in found]


# -- put together


def union(first: Region, second: Region) -> Region:
    """The pixels of either."""
    box = first.box.union(second.box)
    return Region(box, _in(first, box) | _in(second, box))


def subtract(first: Region, second: Region) -> Region:
    """The pixels of the first that are not the second's."""
    return region_of(first.mask & ~_in(second, first.box), first.box.top, first.box.left)


def intersect(first: Region, second: Region) -> Region:
    """The pixels of both."""
    return region_of(first.mask & _in(second, first.box), first.box.top, first.box.left)


def _in(region: Region, box: Box) -> np.ndarray:
    """The mask of a region inside a box of the photo, bool (box.height, box.width)."""
    mask = np.zeros((box.height, box.width), bool)
    common = Box(
        max(box.top, region.box.top),
        max(box.left, region.box.left),
        min(box.bottom, region.box.bottom),
        min(box.right, region.box.right),
    )
    if not common.empty:
        mask[_from(common, box)] = region.mask[_from(common, region.box)]
    return mask


def _from(inner: Box, outer: Box) -> tuple[slice, slice]:
    """The index of a box inside an array that starts where another box does."""
    top, left = outer.top, outer.left
    return slice(inner.top - top, inner.bottom - top), slice(inner.left - left, inner.right - left)


# -- made larger, smaller, smoother


def grow(region: Region, radius: float, shape: tuple[int, int]) -> Region:
    """With all pixels of the photo (`shape`: height, width) at most `radius` pixels away."""
    mask, top, left = _with_margin(region, int(np.ceil(radius)), shape)
    return region_of(_distance(~mask) <= radius, top, left)


def shrink(region: Region, radius: float, shape: tuple[int, int]) -> Region:
    """Without the pixels at most `radius` from its outside. The photo's border is no outside."""
    mask, top, left = _with_margin(region, 1, shape)
    return region_of(_distance(mask) > radius, top, left)


def smooth(region: Region, radius: int, shape: tuple[int, int]) -> Region:
    """With rounded corners, and without teeth and bays smaller than `radius`: the majority of the pixels within
    it decides. The photo's border is no corner."""
    size = 2 * radius + 1
    mask, top, left = _with_margin(region, size, shape)
    share = cv2.blur(mask.astype(np.float32), (size, size), borderType=cv2.BORDER_REPLICATE)
    share = cv2.blur(share, (size, size), borderType=cv2.BORDER_REPLICATE)
    return region_of(share > 0.5, top, left)


def fill_holes(region: Region, largest: int | None = None) -> Region:
    """With its holes filled: what it encloses on all sides; only those of up to `largest` pixels, if given."""
    padded = np.pad(~region.mask, 1, constant_values=True).view(np.uint8)
    cv2.floodFill(padded, None, (0, 0), 0)  # what is left are the holes
    if largest is not None and padded.any():
        _, parts, stats, _ = cv2.connectedComponentsWithStats(padded, connectivity=4)
        small = stats[:, cv2.CC_STAT_AREA] <= largest
        small[0] = False  # all that is no hole
        padded = small[parts]
    return Region(region.box, region.mask | padded[1:-1, 1:-1].view(bool))


def remove_specks(region: Region, largest: int) -> Region:
    """Without its parts (8 neighbours) of `largest` pixels or fewer."""
    if region.box.empty:  # which OpenCV does not survive
        return NOTHING
    _, parts, stats, _ = cv2.connectedComponentsWithStats(region.mask.view(np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] > largest
    keep[0] = False
    return region_of(keep[parts], region.box.top, region.box.left)


def _with_margin(region: Region, margin: int, shape: tuple[int, int]) -> tuple[np.ndarray, int, int]:
    """The mask with a margin as far as the photo reaches, and its corner."""
    box = region.box.grow(margin).clip(*shape)
    return _in(region, box), box.top, box.left


def _distance(mask: np.ndarray) -> np.ndarray:
    """How far each pixel of a mask is from the nearest pixel outside it, float32; far away without any."""
    if mask.all():
        return np.full(mask.shape, np.inf, np.float32)
    return cv2.distanceTransform(mask.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)


# -- one label of a map, changed in shape


def changed_label(
    labels: np.ndarray, label: int, change: Callable[[Region], Region], within: Region | None = None
) -> tuple[Box, np.ndarray]:
    """A piece of label map in which `label` has another shape: what it gains is its own, what it leaves gets the
    label that is nearest. For `write_labels`.

    change: such as `lambda region: fill_holes(region)`; within: only this region of the label, if given.
    """
    before = within or label_region(labels, label)
    after = change(before)
    box = before.box.union(after.box)
    if box.empty:
        return box, np.empty((0, 0), np.uint8)
    left = subtract(before, after)
    box = box.grow(1).clip(*labels.shape)  # so that there is something around a hole
    stays = _in(after, box)
    hole = _in(left, box) | stays  # what stays is no neighbour of what is left: it would take it back
    patch = refilled(labels[box.slices], hole) if left.mask.any() else labels[box.slices].copy()
    patch[stays] = label
    return box, patch


def smoothed_label(labels: np.ndarray, label: int, radius: int) -> tuple[Box, np.ndarray]:
    """`changed_label` by `smooth`."""
    return changed_label(labels, label, lambda region: smooth(region, radius, labels.shape))


def refilled(labels: np.ndarray, hole: np.ndarray) -> np.ndarray:
    """A copy of `labels` in which each pixel of `hole` (bool) has the label of the nearest pixel outside it."""
    if not hole.any() or hole.all():
        return labels.copy()
    _, sources = cv2.distanceTransformWithLabels(
        hole.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    lookup = np.zeros(int(sources.max()) + 1, np.uint8)
    lookup[sources[~hole]] = labels[~hole]
    return np.where(hole, lookup[sources], labels)


# -- written


def paint(document: Document, name: str, region: Region, label: int) -> None:
    """Give a region a label (or ERASE) as one step called `name`; no step if nothing changes."""
    document.begin_stroke(name)
    document.paint(region.mask, region.box.top, region.box.left, label)
    document.end_stroke()


def write_labels(document: Document, name: str, box: Box, labels: np.ndarray) -> None:
    """Write a piece of label map, uint8 (box.height, box.width), as one step; no step if nothing changes."""
    document.begin_stroke(name)
    if not box.empty:
        changed = document.labels[box.slices] != labels
        for label in np.unique(labels[changed]).tolist():
            document.paint(changed & (labels == label), box.top, box.left, label)
    document.end_stroke()
