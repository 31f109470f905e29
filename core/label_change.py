"""Changes of a whole label map as one step: another label set, and another map.

    edited = added(own_labels(document.label_set), "mother's dress", parent=clothes)
    document.do(ChangeLabelSet(document, edited))
    document.carry_out(TakeLabels("Load labels", since, labels), since)      since = document.snapshot()

With another label set everything that holds an id is carried over by the edit's table: the label map, the segmentation
that the eraser brings back, rules, locks, and which labels are hidden, locked or alone. Where two labels become one
the pixels of the lesser are remembered, deflated, so that undo brings back the very map. Making either command reads
the map and may take a while on a large photo: it can be made in a thread, if the document's revision is compared before
it is carried out, which costs little more than copying the map.
"""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.box import Box
from core.commands import Change, Segmented, Snapshot, State
from core.errors import LabelError
from core.guidance import Guidance
from core.label_sets import Edited, own_labels
from core.labels import count_labels

if TYPE_CHECKING:
    from core.document import Document


class ChangeLabelSet:
    """A command (core/commands) that gives a document another label set.

    LabelError if a locked label would lose its pixels to another one.
    """

    def __init__(self, document: Document, edited: Edited, name: str = "Edit label set") -> None:
        self.name = name
        self._document = document
        self._sets = document.label_set, edited.set
        self._table = edited.table
        self._back, self._lost = _way_back(edited.table, document.labels)
        self._refuse_locked()
        self._merged = _merged(document.labels, self._lost)
        self._segmented: Segmented | None = None
        self._guidance: tuple[Guidance, Guidance] | None = None

    @property
    def idle(self) -> bool:
        """Whether it would change nothing at all."""
        before, after = self._sets
        return own_labels(before) == after and np.array_equal(self._table, np.arange(256))

    def redo(self, state: State) -> Change:
        self._document.label_set = self._sets[1]
        moved = _carry(state.labels, self._table)
        state.counts = np.bincount(self._table, weights=state.counts, minlength=256).astype(np.int64)
        self._segmented, state.segmented = state.segmented, _carried(state, self._table)
        if self._guidance is None:
            self._guidance = state.guidance, _guidance(state.guidance, self._table, self._lost)
        state.guidance = self._guidance[1]
        _look_on(state, self._table)
        return Change("labels", state.box if moved or self._sets[0].colors != self._sets[1].colors else None)

    def undo(self, state: State) -> Change:
        self._document.label_set = self._sets[0]
        _carry(state.labels, self._back)
        counts = np.bincount(self._back, weights=state.counts, minlength=256).astype(np.int64)
        for box, mask, labels in self._merged:
            counts += _put_back(state.labels[box.slices], mask, labels)
        state.counts = counts
        state.segmented = self._segmented
        state.guidance = self._guidance[0]
        _look_on(state, self._back)
        return Change("labels", state.box)

    def _refuse_locked(self) -> None:
        document = self._document
        for label in sorted({*document.locked, *document.view.locked}):
            if self._lost[label]:
                name = document.label_set.name(label)
                raise LabelError(f"“{name}” is locked and keeps its pixels; unlock it before it becomes another label.")


class TakeLabels:
    """A command that puts another label map, uint8 of the photo's size, in place of the one of a snapshot. Pixels of
    locked labels stay. Both maps are kept deflated."""

    def __init__(self, name: str, since: Snapshot, labels: np.ndarray) -> None:
        self.name = name
        if since.shut is not None:
            labels = np.where(cv2.LUT(since.labels, since.shut) > 0, since.labels, labels)
        labels = np.ascontiguousarray(labels, np.uint8)
        self.idle = np.array_equal(labels, since.labels)  # whether nothing would change
        self._size = labels.shape
        self._counts = count_labels(since.labels), count_labels(labels)
        self._maps = zlib.compress(since.labels, 1), zlib.compress(labels, 1)
        self._fresh: np.ndarray | None = labels  # until it is carried out for the first time

    def redo(self, state: State) -> Change:
        fresh, self._fresh = self._fresh, None
        return self._put(state, 1, fresh)

    def undo(self, state: State) -> Change:
        return self._put(state, 0)

    def _put(self, state: State, which: int, labels: np.ndarray | None = None) -> Change:
        if labels is None:
            labels = np.frombuffer(zlib.decompress(self._maps[which]), np.uint8).reshape(self._size)
        state.labels[...] = labels
        state.counts = self._counts[which].copy()
        return Change("labels", state.box)


def _way_back(table: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(new id -> the old id it stands for, uint8 (256,); which old ids are no longer told apart, bool (256,)).

    Of several labels that become one the first stands for them: one of the same id, if there is one.
    """
    back = np.arange(256, dtype=np.uint8)
    order = sorted(range(256), key=lambda label: (table[label] != label, label))
    taken = np.zeros(256, bool)
    for label in order:
        if not taken[table[label]]:
            back[table[label]], taken[table[label]] = label, True
    return back, back[table] != np.arange(256)


def _merged(labels: np.ndarray, lost: np.ndarray) -> list[tuple[Box, bytes, bytes]]:
    """The pixels whose old label the new one does not tell: box, their mask and their labels, deflated."""
    if not lost.any():
        return []
    kept = []
    marks = lost.astype(np.uint8)
    for top in range(0, labels.shape[0], 256):
        box = Box(top, 0, min(top + 256, labels.shape[0]), labels.shape[1])
        mask = cv2.LUT(labels[box.slices], marks).view(bool)
        if mask.any():
            packed = zlib.compress(np.packbits(mask), 1)
            kept.append((box, packed, zlib.compress(labels[box.slices][mask], 1)))
    return kept


def _put_back(region: np.ndarray, packed: bytes, labels: bytes) -> np.ndarray:
    """Write remembered labels into a piece of the map; how the counts change, (256,) int64."""
    bits = np.frombuffer(zlib.decompress(packed), np.uint8)
    mask = np.unpackbits(bits, count=region.size).view(bool).reshape(region.shape)
    old = np.frombuffer(zlib.decompress(labels), np.uint8)
    change = np.bincount(old, minlength=256) - np.bincount(region[mask], minlength=256)
    region[mask] = old
    return change


def _carry(labels: np.ndarray, table: np.ndarray) -> bool:
    """Carry a map over in its own memory; whether the table changes any id."""
    if np.array_equal(table, np.arange(256)):
        return False
    for top in range(0, labels.shape[0], 256):  # a strip stays in the processor's cache
        strip = labels[top : top + 256]
        strip[...] = cv2.LUT(strip, table)
    return True


def _carried(state: State, table: np.ndarray) -> Segmented | None:
    segmented = state.segmented
    return None if segmented is None else Segmented(table[segmented.labels], segmented.confidence, state.size)


def _guidance(guidance: Guidance, table: np.ndarray, lost: np.ndarray) -> Guidance:
    """Rules and locks of labels that are still told apart, under their new ids."""
    rules = tuple(replace(rule, label=int(table[rule.label])) for rule in guidance.rules if not lost[rule.label])
    locks = tuple(replace(lock, label=int(table[lock.label])) for lock in guidance.locks)
    return replace(guidance, rules=rules, locks=locks)


def _look_on(state: State, table: np.ndarray) -> None:
    """Keep the same labels locked, hidden and alone under their new ids."""
    view = state.view
    locked, hidden = ({int(table[label]) for label in labels} for labels in (view.locked, view.hidden))
    solo = None if view.solo is None else int(table[view.solo])
    for label in view.locked - locked:
        view.lock(label, False)
    for label in locked:
        view.lock(label)
    for label in view.hidden - hidden:
        view.hide(label, False)
    for label in hidden:
        view.hide(label)
    view.show_only(solo)
