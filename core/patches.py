"""Patches: what an edit changes in one tile of the label map, kept small, undone and done again in microseconds.

    few pixels changed, as along an outline    Places    which they are and their other labels; exchanged one by one
    many                                       Tile      both states of the tile, packed; one is written over the other

Nothing is compared or counted when a Tile is exchanged: that was done when the edit was made, which for large ones
is in a thread. An edit of 24 megapixels is undone within a frame.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.box import Box
from core.labels import count_labels
from core.packing import pack, unpack

if TYPE_CHECKING:
    from core.commands import State

_FEW = 8  # one pixel of so many: then writing the whole tile is no longer quicker


def patch(
    box: Box, changed: np.ndarray, now: np.ndarray, other: np.ndarray | int, old: int | None = None
) -> Places | Tile:
    """What exchanges the pixels `changed`, bool (h, w), not empty, of the map's piece `now`, uint8 (h, w), with
    `other`, uint8 (h, w) or one label for all of them. old: the label that all of them have, where that is known."""
    count = cv2.countNonZero(changed.view(np.uint8))
    if _FEW * count < changed.size:
        return Places(box, changed, now, other)
    gain = None
    if isinstance(other, int):
        gain = np.zeros(256, np.int64) if old is not None else -count_labels(now, changed.view(np.uint8))
        if old is not None:
            gain[old] = -count
        gain[other] += count
    return Tile(box, None if count == changed.size else changed, now, other, gain)


class Places:
    """A few changed pixels: box, mask (one bit a pixel) and the labels not now in the map."""

    def __init__(self, box: Box, changed: np.ndarray, now: np.ndarray, other: np.ndarray | int) -> None:
        self._box = box
        self._mask = pack(np.packbits(changed))
        self._other = bytes([other]) if isinstance(other, int) else pack(other[changed])

    def exchange(self, state: State) -> None:
        """Swap the labels kept here with those in the map."""
        region = state.labels[self._box.slices]
        places = np.flatnonzero(_bits(self._mask, region.size))
        where = np.divmod(places, region.shape[1])
        now, other = region[where], unpack(self._other, places.size)
        region[where] = other
        state.counts += np.bincount(other, minlength=256) - np.bincount(now, minlength=256)
        self._other = pack(now)

    def kept(self) -> tuple[Box, np.ndarray, np.ndarray]:
        """The box, its changed pixels, bool (h, w), and their labels that are not in the map, in reading order."""
        mask = _bits(self._mask, self._box.height * self._box.width)
        return self._box, mask.reshape(self._box.height, -1), unpack(self._other, np.count_nonzero(mask))

    def stand_on_others(self) -> None:
        """Other labels have come below: nothing was remembered of them."""


class Tile:
    """A tile of which much changes: the labels the map has in it now and those it will have, both whole, and how many
    pixels each label gains. Which pixels changed is kept for the case that other labels come below."""

    def __init__(
        self, box: Box, changed: np.ndarray | None, now: np.ndarray, other: np.ndarray | int, gain: np.ndarray | None
    ) -> None:
        """changed: None for all; gain: of pixels by each label, (256,), None if it has to be counted."""
        self._box = box
        self._mask = None if changed is None else pack(np.packbits(changed))
        there = np.full(now.shape, other, np.uint8) if changed is None else now.copy()
        if changed is not None:
            np.copyto(there, other, where=changed, casting="unsafe")
        self._remember(now, there, gain)

    @classmethod
    def even(cls, box: Box, old: int, new: int) -> Tile:
        """A tile, or what of one is in the photo, that has one label and gets another: nothing need be looked at."""
        tile = cls.__new__(cls)
        tile._box, tile._mask = box, None
        tile._here, tile._there = bytes([old]), bytes([new])
        area = (box.bottom - box.top) * (box.right - box.left)
        tile._labels, tile._gain = np.array([old, new], np.uint8), np.array([-area, area], np.int32)
        return tile

    def _remember(self, here: np.ndarray, there: np.ndarray, gain: np.ndarray | None = None) -> None:
        self._here, self._there = pack(here.ravel()), pack(there.ravel())
        if gain is None:
            gain = _counts(self._there, there) - _counts(self._here, here)
        self._labels = np.flatnonzero(gain).astype(np.uint8)
        self._gain = gain[self._labels].astype(np.int32)

    def exchange(self, state: State) -> None:
        """Write the state that is not in the map."""
        region = state.labels[self._box.slices]
        if not self._here:
            self._look_again(region)
        if len(self._there) == 1:
            region.fill(self._there[0])
        else:
            region[...] = unpack(self._there, region.size).reshape(region.shape)
        state.counts[self._labels] += self._gain
        self._here, self._there, self._gain = self._there, self._here, -self._gain

    def kept(self) -> tuple[Box, np.ndarray, np.ndarray]:
        """As that of Places."""
        shape = self._box.height, self._box.width
        size = shape[0] * shape[1]
        mask = np.ones(size, bool) if self._mask is None else _bits(self._mask, size)
        return self._box, mask.reshape(shape), unpack(self._there, size)[mask]

    def stand_on_others(self) -> None:
        """Other labels have come below while this was undone: only the changed pixels are still its own."""
        self._here = b""

    def _look_again(self, region: np.ndarray) -> None:
        there = unpack(self._there, region.size).reshape(region.shape)
        if self._mask is not None:
            there = np.where(_bits(self._mask, region.size).reshape(region.shape), there, region)
        self._remember(region, there)


def _counts(packed: bytes, labels: np.ndarray) -> np.ndarray:
    """How many pixels each label has; at once where all have the same."""
    if len(packed) > 1:
        return count_labels(labels)
    counts = np.zeros(256, np.int64)
    counts[packed[0]] = labels.size
    return counts


def _bits(mask: bytes, size: int) -> np.ndarray:
    """A packed mask as bool (size,)."""
    return np.unpackbits(unpack(mask, (size + 7) // 8), count=size).view(bool)
