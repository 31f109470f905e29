"""Locks: a label whose pixels keep the colours they had, to the bit, whatever else is wished afterwards.

A lock holds the chroma of the whole photo at the size it was made at, and where the label was. It is applied last,
twice: `held` puts the chroma into a result, where numbers are read from; `core.chroma` samples the lock's own chroma
for the pixels of the label, so that no neighbour's new colour reaches them through interpolation, and eases into
the new colours over less than one pixel of work size outside.

    mask   0 elsewhere | TOUCHED some of the label lies in this pixel of work size | INSIDE the label as sampled there

Pixels that get another label are let go; pixels that get this label later are not held.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from core.guidance import Lock, Plane, Recoloured
from core.labels import resize_labels

TOUCHED, INSIDE = 1, 2


def make_lock(
    label: int, labels: np.ndarray, chroma: Plane, moved: Recoloured | None = None, light: Plane | None = None
) -> Lock:
    """The lock of a label in `labels` uint8 (H, W), full size, at the colours of `chroma` float32 (h, w, 2), which
    are the photo's own where they were `moved`, on a sketch's fill `light` (h, w)."""
    size = chroma.shape[:2]
    mask = np.where(_touched(labels, label, size), np.uint8(TOUCHED), np.uint8(0))
    mask[resize_labels(labels, size) == label] = INSIDE
    return Lock(label, chroma, Plane(mask), moved, light)


def _touched(labels: np.ndarray, label: int, size: tuple[int, int]) -> np.ndarray:
    """Which pixels of `size` (h, w), which is no larger than the map, the label reaches into; bool (h, w).

    Row by row of the smaller size: what is compared stays in the processor's cache, 24 megapixels take a blink.
    """
    rows = np.stack([(strip == label).any(axis=0) for strip in _strips(labels, size[0])])
    turned = np.ascontiguousarray(rows.T)
    return np.stack([strip.any(axis=0) for strip in _strips(turned, size[1])]).T


def _strips(plane: np.ndarray, count: int) -> Iterator[np.ndarray]:
    """The rows that each of `count` rows as high as the plane lies in, the border's among both neighbours'."""
    height = len(plane)
    for at in range(count):
        yield plane[at * height // count : -(-(at + 1) * height // count)]


def current(lock: Lock, labels: np.ndarray) -> Lock:
    """`lock` without the pixels that have another label by now; itself where there are none.

    `labels` uint8 (H, W) at full size. What is only touched goes with the last of the label next to it.
    """
    mask = lock.mask.array
    inside = mask == INSIDE
    left = inside & (resize_labels(labels, mask.shape) == lock.label)
    if np.array_equal(left, inside):
        return lock
    gone = (mask == TOUCHED) & _near(inside) & ~_near(left)
    return replace(lock, mask=Plane(np.where(gone | (inside & ~left), np.uint8(0), mask)))


def _near(region: np.ndarray) -> np.ndarray:
    """The region (h, w) and its eight neighbours."""
    import cv2

    return cv2.dilate(region.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)


def held(chroma: np.ndarray, locks: Sequence[Lock]) -> np.ndarray:
    """`chroma` (h, w, 2) with the locked pixels' own in its place; itself where nothing is locked.

    Of locks that meet in a pixel the older one, which comes first, has it.
    """
    for lock in reversed(locks):
        region = resize_labels(lock.mask.array, chroma.shape[:2]) > 0
        if region.any():
            chroma = np.where(region[..., None], _resized(lock.chroma.array, chroma.shape[:2]), chroma)
    return chroma


def _resized(chroma: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    if chroma.shape[:2] == size:
        return chroma
    import cv2

    return cv2.resize(chroma, size[::-1], interpolation=cv2.INTER_AREA)


def merged(locks: Sequence[Lock]) -> tuple[tuple[np.ndarray, Recoloured | None, np.ndarray], ...]:
    """Chroma (h, w, 2), how it was moved, and mask bool (h, w) of the locks, once for all of the same colours."""
    masks: dict[tuple[Plane, Recoloured | None], np.ndarray] = {}
    for lock in locks:
        region, colours = lock.mask.array > 0, (lock.chroma, lock.moved)
        if region.any():
            masks[colours] = masks[colours] | region if colours in masks else region
    return tuple((plane.array, moved, mask) for (plane, moved), mask in masks.items())
