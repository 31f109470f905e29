"""Random strokes, resets, segmentations, imports, settings, undo and redo, against a model that keeps full
copies of everything after every step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import SimpleNamespace
from unittest import mock

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from core import commands
from core.document import ERASE, Document
from core.guidance import Settings
from core.labels import UNSURE, default_label_set, resize_labels

HEIGHT, WIDTH = 23, 31
SIZE = HEIGHT, WIDTH
LABELS = st.sampled_from([0, 1, 2, 7, 9, 59, UNSURE])
SEEDS = st.integers(0, 2**16)


@dataclass(frozen=True)
class Snapshot:
    """A document as the model sees it: plain full-size arrays that are never written to again."""

    labels: np.ndarray
    source: np.ndarray | None  # the segmentation as it came
    settings: Settings

    @property
    def segmented(self) -> np.ndarray:
        return np.full(SIZE, UNSURE, np.uint8) if self.source is None else resize_labels(self.source, SIZE)


def noise(seed: int, size: tuple[int, int], grain: int = 4) -> np.ndarray:
    coarse = np.random.default_rng(seed).choice(np.array([0, 1, 2, 7, 9, 31, 59], np.uint8), size)
    return resize_labels(coarse[::grain, ::grain], size)


class History(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.patch = mock.patch.object(commands, "TILE", 7)  # so that a small map has many, and odd remainders
        self.patch.start()
        self.document = Document(SimpleNamespace(height=HEIGHT, width=WIDTH, path=None), default_label_set())
        self.document.changed.connect(self.follow)
        self.mirror = self.document.labels.copy()
        self.states = [Snapshot(np.full(SIZE, UNSURE, np.uint8), None, Settings())]
        self.names: list[str] = []
        self.at = self.saved = 0
        self.stroke: np.ndarray | None = None
        self.merge_key = None
        self.waiting = None

    def teardown(self) -> None:
        self.patch.stop()

    def follow(self, change) -> None:
        """What a canvas does: copy only the box it is told."""
        if change.box is not None:
            self.mirror[change.box.slices] = self.document.labels[change.box.slices]

    @property
    def state(self) -> Snapshot:
        return self.states[self.at]

    def step(self, name: str, **changes) -> None:
        after = replace(self.state, **changes)
        if (after.labels == self.state.labels).all() and not changes.keys() - {"labels"}:
            return
        if self.saved > self.at:
            self.saved = -1
        self.states[self.at + 1:], self.names[self.at:] = [after], [name]
        self.at += 1
        self.merge_key = None

    # -- strokes

    @rule(name=st.sampled_from(["Brush: sky", "Erase"]))
    def begin(self, name):
        self.end()
        self.document.begin_stroke(name)
        self.stroke, self.stroke_name = self.state.labels.copy(), name

    @precondition(lambda self: self.stroke is not None)
    @rule(seed=SEEDS, height=st.integers(1, 30), width=st.integers(1, 40), top=st.integers(-35, 25),
          left=st.integers(-45, 35), label=LABELS | st.just(ERASE), kind=st.sampled_from([bool, np.uint8]))
    def paint(self, seed, height, width, top, left, label, kind):
        mask = (np.random.default_rng(seed).random((height, width)) < 0.7).astype(kind) * kind(1 + seed % 200)
        self.document.paint(mask, top, left, label)
        for row, column in zip(*np.nonzero(mask)):
            y, x = top + row, left + column
            if 0 <= y < HEIGHT and 0 <= x < WIDTH:
                self.stroke[y, x] = self.state.segmented[y, x] if label == ERASE else label

    @rule()
    def end(self):
        self.document.end_stroke()
        if self.stroke is not None:
            painted, self.stroke = self.stroke, None
            self.step(self.stroke_name, labels=painted)
            self.take_waiting()

    @rule()
    def cancel(self):
        self.document.cancel_stroke()
        self.cancelled()

    def cancelled(self):
        self.stroke = None
        self.take_waiting()

    # -- other edits

    @rule(seed=SEEDS, size=st.sampled_from([(1, 1), (5, 8), (12, 15), SIZE, (40, 61)]), keep=st.booleans())
    def segment(self, seed, size, keep):
        labels = noise(seed, size)
        self.document.set_segmentation(labels, keep_edits=keep)
        if self.stroke is not None:
            self.waiting = labels, keep
        else:
            self.segmented(labels, keep)

    def take_waiting(self):
        if self.waiting is not None:
            waiting, self.waiting = self.waiting, None
            self.segmented(*waiting)

    def segmented(self, labels, keep):
        state, full = self.state, resize_labels(labels, SIZE)
        if state.source is None:
            self.open_with(labels, full)
        elif np.array_equal(labels, state.source):
            self.step("Reset labels", labels=state.labels if keep else full)
        else:
            kept = (state.labels != state.segmented) & keep
            self.step("Re-segment", labels=np.where(kept, state.labels, full), source=labels)

    def open_with(self, labels, full):
        """As if the segmentation had been there from the start: each step's own pixels stay as they are."""
        before = after = full
        for index, state in enumerate(self.states):
            after = np.where(state.labels != before, state.labels, after) if index else full
            before = state.labels
            self.states[index] = replace(state, labels=after, source=labels)

    @rule()
    def reset(self):
        self.end()
        self.document.reset_labels()
        self.step("Reset labels", labels=self.state.segmented)

    @rule(seed=SEEDS)
    def import_map(self, seed):
        self.end()
        labels = noise(seed, SIZE, 6)
        self.document.import_labels(labels)
        self.step("Import labels", labels=labels)

    @rule(vividness=st.sampled_from([0.5, 1.0, 1.5]), key=st.sampled_from([None, "a", "b"]))
    def vividness(self, vividness, key):
        self.end()
        self.document.set_settings(vividness=vividness, merge_key=key)
        wanted = replace(self.state.settings, vividness=vividness)
        if wanted == self.state.settings:
            return
        if key is not None and key == self.merge_key:
            self.states[self.at] = replace(self.state, settings=wanted)
        else:
            self.step("Vividness", settings=wanted)
            self.merge_key = key

    # -- history

    @rule()
    def undo(self):
        self.document.undo()
        if self.stroke is not None:
            self.cancelled()
        elif self.at:
            self.at -= 1
            self.merge_key = None

    @rule()
    def redo(self):
        self.document.redo()
        if self.stroke is None and self.at < len(self.names):
            self.at += 1
            self.merge_key = None

    @rule(share=st.floats(0, 1))
    def jump(self, share):
        self.cancel()
        self.at, self.merge_key = round(share * len(self.names)), None
        self.document.jump_to(self.at)

    @rule()
    def save(self):
        self.document.mark_saved()
        self.saved, self.merge_key = self.at, None

    # -- what must always hold

    @invariant()
    def the_labels_are_the_models(self):
        expected = self.state.labels if self.stroke is None else self.stroke
        assert (self.document.labels == expected).all()

    @invariant()
    def whoever_repaints_the_announced_boxes_sees_the_same(self):
        assert (self.mirror == self.document.labels).all()

    @invariant()
    def the_areas_are_right(self):
        for label in np.unique(self.document.labels):
            assert self.document.area(label) == (self.document.labels == label).mean()
        assert abs(sum(self.document.area(label) for label in range(256)) - 1) < 1e-9

    @invariant()
    def the_rest_is_the_models(self):
        document, state = self.document, self.state
        assert document.settings == state.settings
        if state.source is None:
            assert document.segmented is None
        else:
            assert (document.segmented == state.segmented).all()
        assert (document.history(), document.index) == (self.names, self.at)
        assert document.modified == (self.at != self.saved)
        painting = self.stroke is not None
        assert document.can_undo == (painting or self.at > 0)
        assert document.can_redo == (not painting and self.at < len(self.names))
        assert document.undo_text == (self.stroke_name if painting else ([""] + self.names)[self.at])
        assert document.redo_text == ("" if painting else (self.names + [""])[self.at])


History.TestCase.settings = settings(max_examples=60, stateful_step_count=40)
TestHistory = History.TestCase
