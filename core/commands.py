"""The commands: every change to a document, as an object that can be undone and done again.

A command has a `name` for the Edit menu and works on a State, the part of a document that changes. `redo` and
`undo` return the Change to announce. Adding a kind of change is adding a class with these three.

Raster commands never keep whole maps. A stroke copies the tiles it first touches; at its end the tiles shrink
to patches (core/patches). Undoing exchanges a patch's labels with the map's, so the patch is then ready for redo,
and any sequence of exchanges comes back bit for bit. The idea is napari's.

Every edit is made by a Stroke, by a Snapshot or by Resegment (core/resegment), and each of them leaves the pixels of
locked labels (core/label_view) as they are. Only undo and redo, which bring back what has been, look at no lock.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np

from core.box import Box
from core.guidance import Guidance
from core.label_view import LabelView
from core.labels import UNSURE, count_labels, nearest_index
from core.patches import Places, Tile, patch
from core.regions import Region
from core.selection import Selection, inside, limited

TILE = 256  # pixels a side: a tile stays in the processor's cache, and a dab touches few


@dataclass(frozen=True)
class Change:
    """What happened to a document: kind "labels", "guidance", "segmentation", "reset" or "faults"; the box of photo
    pixels whose labels may differ (None if none do); live while the stroke is still being drawn."""

    kind: str
    box: Box | None = None
    live: bool = False


class Segmented:
    """A segmentation at the size it came in, read as if it had the photo's size (nearest, as resize_labels).

    labels: uint8 (h, w); confidence: float (h, w) or None; size: the photo's (height, width).
    """

    def __init__(self, labels: np.ndarray, confidence: np.ndarray | None, size: tuple[int, int]) -> None:
        self.labels, self.confidence = labels, confidence
        self._rows, self._columns = (nearest_index(have, want) for have, want in zip(labels.shape, size))

    def region(self, box: Box, out: np.ndarray | None = None) -> np.ndarray:
        """The labels inside a box of photo pixels, as a new array or in `out`."""
        rows, columns = self._rows[box.top:box.bottom], self._columns[box.left:box.right]
        if box.empty:
            return np.empty((box.height, box.width), np.uint8)
        wide = np.take(self.labels[rows[0]:rows[-1] + 1], columns, axis=1, mode="clip")
        return np.take(wide, rows - rows[0], axis=0, out=out, mode="clip")

    def counts(self) -> np.ndarray:
        """How many pixels of the photo each id has, (256,) int64, without making them."""
        heights, widths = (np.bincount(index, minlength=have)
                           for index, have in zip((self._rows, self._columns), self.labels.shape))
        weights = np.outer(heights, widths).ravel()
        return np.bincount(self.labels.ravel(), weights, minlength=256).astype(np.int64)

    def same_as(self, other: Segmented) -> bool:
        return np.array_equal(self.labels, other.labels) and np.array_equal(self.confidence, other.confidence)


class State:
    """What commands change: the label map with its pixel counts, the segmentation, the rest of guidance."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size
        self.labels = np.full(size, UNSURE, np.uint8)
        self.counts = np.bincount([UNSURE], minlength=256) * self.labels.size
        self.segmented: Segmented | None = None
        self.guidance = Guidance()
        self.view = LabelView()
        self.ignored_faults: frozenset[str] = frozenset()  # keys; core/fault_ignored

    @property
    def box(self) -> Box:
        return Box(0, 0, *self.size)

    def adopt(self, segmented: Segmented, steps: Iterable[Command] = ()) -> None:
        """Take a segmentation and its labels everywhere, below all `steps`, which are undone now."""
        for step in steps:
            if isinstance(step, EditLabels):
                step.stand_on_others()
        self.segmented = segmented
        segmented.region(self.box, out=self.labels)
        self.counts = segmented.counts()

    def machine_labels(self, box: Box) -> np.ndarray | int:
        """What the eraser writes inside a box: the segmentation's labels, UNSURE before there is one."""
        return UNSURE if self.segmented is None else self.segmented.region(box)

    def tiles(self, box: Box | None = None) -> Iterator[Box]:
        """The tiles of the map that a box touches; all of them by default."""
        return tiles(self.size, box or self.box)


def tiles(size: tuple[int, int], box: Box) -> Iterator[Box]:
    """The tiles of a map of `size` (height, width) that a box touches."""
    top, left, bottom, right = box
    for y in range(top - top % TILE, bottom, TILE):
        for x in range(left - left % TILE, right, TILE):
            yield Box(y, x, y + TILE, x + TILE).clip(*size)


class Command(Protocol):
    """A change to a document, which has been made by `redo` and is taken back by `undo`."""

    name: str

    def redo(self, state: State) -> Change: ...

    def undo(self, state: State) -> Change: ...


class EditLabels:
    """Pixels of the label map that get other labels: a stroke, a reset, an import. Made by a Stroke, which has done
    it already, or by a Snapshot, which has not."""

    def __init__(self, name: str, change: Change, patches: list[Places | Tile]) -> None:
        self.name = name
        self._change = change
        self._patches = patches

    def redo(self, state: State) -> Change:
        for one in self._patches:
            one.exchange(state)
        return self._change

    undo = redo

    @property
    def kind(self) -> str:
        """What kind of Change it is."""
        return self._change.kind

    @property
    def patches(self) -> tuple[Places | Tile, ...]:
        """What it changes, tile by tile."""
        return tuple(self._patches)

    def stand_on_others(self) -> None:
        """Other labels have come below this step while it was undone."""
        for one in self._patches:
            one.stand_on_others()


class Stroke:
    """An edit of the label map while it is made: writes at once, and remembers what was there before."""

    def __init__(self, state: State, name: str, kind: str = "labels", *, limited: bool = False) -> None:
        """limited: whether it keeps to what is selected as it begins."""
        self.name = name
        self._state = state
        self._kind = kind
        self._within = state.view.selection.region if limited else None
        self.kept_in = False  # whether the selection has kept it from anything
        self._tiles: dict[Box, np.ndarray] = {}  # as they were before the stroke
        self._box = Box(0, 0, 0, 0)
        self._spared = np.zeros(256, np.int64)

    def write(self, box: Box, mask: np.ndarray | None, labels: np.ndarray | int) -> bool:
        """Set the pixels of `box`, where `mask` (bool) if given, to `labels`; whether any changed."""
        region = self._state.labels[box.slices]
        changed = region != labels
        if mask is not None:
            changed &= mask
        if self._within is not None:
            wanted = changed.any()
            changed &= inside(self._within, box)
            self.kept_in |= bool(wanted and not changed.any())
        if self._state.view.shut is not None:
            self._spare(region, changed)
        if not changed.any():
            return False
        self._remember(box)
        picked, counts = changed.view(np.uint8), self._state.counts
        gone = count_labels(region, picked)
        counts -= gone
        np.copyto(region, labels, where=changed, casting="unsafe")
        if np.ndim(labels) == 0:
            counts[labels] += gone.sum()
        else:
            counts += count_labels(region, picked)
        return True

    def _spare(self, region: np.ndarray, changed: np.ndarray) -> None:
        """Take the pixels of locked labels out of `changed`, and count them."""
        spared = cv2.LUT(region, self._state.view.shut)
        spared &= changed.view(np.uint8)
        if spared.any():
            changed ^= spared.view(bool)
            self._spared += count_labels(region, spared)

    @property
    def spared(self) -> tuple[int, ...]:
        """The locked labels that it would have written over."""
        return tuple(np.flatnonzero(self._spared).tolist())

    def _remember(self, box: Box) -> None:
        self._box = self._box.union(box)
        for tile in self._state.tiles(box):
            if tile not in self._tiles:
                self._tiles[tile] = self._state.labels[tile.slices].copy()

    @property
    def change(self) -> Change | None:
        """What the whole stroke may have changed; None if nothing has been written."""
        return Change(self._kind, self._box) if self._tiles else None

    def finish(self) -> EditLabels | None:
        """The command that was carried out; None if the map is as it was before."""
        patches = []
        for tile, before in self._tiles.items():
            now = self._state.labels[tile.slices]
            changed = before != now
            if changed.any():
                patches.append(patch(tile, changed, now, before))
        return EditLabels(self.name, self.change, patches) if patches else None

    def cancel(self) -> None:
        """Put everything back."""
        for tile, before in self._tiles.items():
            region = self._state.labels[tile.slices]
            self._state.counts += count_labels(before) - count_labels(region)
            region[...] = before


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The label map as it is now, for edits that are worked out in a thread. It costs nothing: `labels` is the
    document's own memory, and Document.carry_out refuses what comes of it if that has changed meanwhile.
    """

    labels: np.ndarray
    revision: int
    shut: np.ndarray | None
    segmented: Segmented | None = None
    selection: Selection | None = None  # if edits are to keep to it
    within: Region | None = None  # what it held

    @property
    def holds(self) -> bool:
        """Whether the selection is still the one that edits were kept to."""
        return self.selection is None or self.selection.region is self.within

    def reset(self) -> EditLabels | None:
        """The command that goes back to the segmentation everywhere; None if nothing changes."""
        whole, machine = Box(0, 0, *self.labels.shape), self.segmented
        pieces = ((tile, UNSURE if machine is None else machine.region(tile))
                  for tile in tiles(self.labels.shape, whole))  # fmt: skip
        return _edit("Reset labels", "reset", ((tile, self._patch(tile, labels)) for tile, labels in pieces))

    def edit(self, name: str, box: Box, labels: np.ndarray) -> EditLabels | None:
        """The command that writes a piece of label map, uint8 (box.height, box.width); None if nothing changes."""
        written = ((part, self._patch(part, labels[inside])) for part, inside in self._parts(box))
        return _edit(name, "labels", written)

    def paint(
        self, name: str, box: Box, mask: np.ndarray, label: int, old: int | None = None
    ) -> EditLabels | None:
        """The command that gives the pixels of `mask`, bool (box.height, box.width), a label; None if nothing
        changes. Nothing as large as the box is made on the way.

        old: the label that all of these pixels have in the snapshot, where that is known: then none is looked at.
        """
        box, mask = limited(Region(box, mask), self.within)
        if old is not None and (old == label or (self.shut is not None and self.shut[old])):
            return None
        painted = ((part, self._painted(part, mask[inside], label, old)) for part, inside in self._parts(box))
        return _edit(name, "labels", painted)

    def _painted(self, part: Box, mask: np.ndarray, label: int, old: int | None) -> Places | Tile | None:
        """What gives the pixels of `mask` in one tile a label; None if nothing changes there."""
        count = cv2.countNonZero(mask.view(np.uint8))
        if not count:
            return None
        whole, now = count == mask.size, self.labels[part.slices]
        if old is None:
            first = int(now[divmod(int(mask.argmax()), mask.shape[1])])
            if first == label or not whole or not (now == first).all():
                return self._patch(part, label, None if whole else mask)
            if self.shut is not None and self.shut[first]:
                return None
            old = first
        return Tile.even(part, old, label) if whole else patch(part, mask, now, label, old)

    def _parts(self, box: Box) -> Iterator[tuple[Box, tuple[slice, slice]]]:
        """What of each tile lies in a box inside the photo: where in the photo, and where in the box."""
        top, left, bottom, right = box
        for y in range(top - top % TILE, bottom, TILE):
            high, low = max(y, top), min(y + TILE, bottom)
            rows = slice(high - top, low - top)
            for x in range(left - left % TILE, right, TILE):
                start, end = max(x, left), min(x + TILE, right)
                yield Box(high, start, low, end), (rows, slice(start - left, end - left))

    def _patch(self, part: Box, labels: np.ndarray | int, mask: np.ndarray | None = None) -> Places | Tile | None:
        """What writes labels into a piece of the map, under a mask, if given; None if nothing changes."""
        now = self.labels[part.slices]
        changed = now != labels
        if mask is not None:
            changed &= mask
        if self.within is not None:
            changed &= inside(self.within, part)
        if self.shut is not None:
            changed &= cv2.LUT(now, self.shut) == 0
        return patch(part, changed, now, labels) if changed.any() else None


def _edit(name: str, kind: str, pieces: Iterable[tuple[Box, Places | Tile | None]]) -> EditLabels | None:
    """The command made of patches and where they lie; None if there are none."""
    found = [(part, one) for part, one in pieces if one is not None]
    if not found:
        return None
    tops, lefts, bottoms, rights = zip(*(part for part, _ in found))
    around = Box(min(tops), min(lefts), max(bottoms), max(rights))
    return EditLabels(name, Change(kind, around), [one for _, one in found])


def reset(state: State) -> Stroke:
    """A stroke of the eraser over the whole photo, already drawn."""
    stroke = Stroke(state, "Reset labels", "reset")
    for tile in state.tiles():
        stroke.write(tile, None, state.machine_labels(tile))
    return stroke


@dataclass(frozen=True)
class ChangeGuidance:
    """Other rules, palette, hints, references or settings. Both values are frozen and small."""

    name: str
    before: Guidance
    after: Guidance

    def redo(self, state: State) -> Change:
        state.guidance = self.after
        return Change("guidance")

    def undo(self, state: State) -> Change:
        state.guidance = self.before
        return Change("guidance")
