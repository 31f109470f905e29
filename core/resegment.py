"""A new segmentation under a map that a person has worked on, as one step.

Both segmentations are kept as small as they came, so the step costs a few kilobytes; it is done and undone in a few
milliseconds at 24 megapixels, for the event loop waits for it.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from core.box import Box
from core.commands import Change, EditLabels, Segmented, State, reset, tiles
from core.labels import count_labels
from core.packing import pack, unpack


class Resegment:
    """A new segmentation in place of the old one. Pixels that differ from the old one, because the person
    edited them, stay; with keep_edits=False they are reset first. Pixels of locked labels stay in any case.

    Both segmentations are kept at the size they came in, the edited pixels as one bit each where there are
    any: all other pixels follow from these.
    """

    name = "Re-segment"

    def __init__(self, segmented: Segmented, keep_edits: bool = True) -> None:
        self._other = segmented
        self._keep_edits = keep_edits
        self._reset: EditLabels | None = None
        self._kept: list[bytes | None] = []  # for each tile the mask of pixels that stay

    def redo(self, state: State) -> Change:
        if not self._kept:  # the first time
            self._kept = [kept for strip in _strips(state) for kept in _staying(state, strip, self._keep_edits)]
            if not self._keep_edits:
                self._reset = reset(state).finish()
        elif self._reset:
            self._reset.redo(state)
        return self._exchange(state)

    def undo(self, state: State) -> Change:
        change = self._exchange(state)
        if self._reset:
            self._reset.undo(state)
        return change

    def _exchange(self, state: State) -> Change:
        """The other segmentation everywhere but where pixels stay; whole strips at once where none do."""
        self._other, state.segmented = state.segmented, self._other
        state.counts = state.segmented.counts()
        kept = iter(self._kept)
        for strip in _strips(state):
            staying = [(tile, next(kept)) for tile in tiles(state.size, strip)]
            if all(mask is None for _, mask in staying):
                state.segmented.region(strip, out=state.labels[strip.slices])
                continue
            fresh = state.segmented.region(strip)
            for tile, mask in staying:
                if mask is not None:
                    self._keep(state, tile, mask, fresh[:, tile.left : tile.right])
            state.labels[strip.slices] = fresh
        return Change("segmentation", state.box)

    def _keep(self, state: State, tile: Box, kept: bytes, fresh: np.ndarray) -> None:
        """Let pixels of a tile stay among the `fresh` ones."""
        now = state.labels[tile.slices]
        stays = np.unpackbits(unpack(kept, (now.size + 7) // 8), count=now.size).reshape(now.shape)
        state.counts += count_labels(now, stays) - count_labels(fresh, stays)
        np.copyto(fresh, now, where=stays.view(bool))


def _strips(state: State) -> Iterator[Box]:
    """The map, row of tiles by row of tiles."""
    height, width = state.size
    return (Box(tile.top, 0, tile.bottom, width) for tile in tiles(state.size, Box(0, 0, height, 1)))


def _staying(state: State, strip: Box, edits: bool) -> Iterator[bytes | None]:
    """For each tile of a strip which pixels are locked or, if `edits`, were edited, one bit each; None where none
    are."""
    now = state.labels[strip.slices]
    staying = now != state.machine_labels(strip) if edits else np.zeros(now.shape, bool)
    if state.view.shut is not None:
        staying |= cv2.LUT(now, state.view.shut).view(bool)
    for tile in tiles(state.size, strip):
        mask = staying[:, tile.left : tile.right]
        yield pack(np.packbits(mask)) if mask.any() else None
