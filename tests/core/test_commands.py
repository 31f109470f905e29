"""Commands and the pieces they are made of: exact there and back, on a map of several tiles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.box import Box
from core.commands import Change, Segmented, State, Stroke
from core.labels import UNSURE, count_labels, resize_labels
from core.resegment import Resegment

SIZE = 300, 520  # more than a tile both ways
sides = st.integers(1, 30)


@pytest.fixture
def state():
    state = State(SIZE)
    state.adopt(Segmented(noise(0), None, SIZE))
    return state


def noise(seed: int, size: tuple[int, int] = SIZE) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 60, size, np.uint8)


@given(st.tuples(sides, sides), st.tuples(sides, sides), st.data())
def test_a_small_segmentation_reads_as_if_it_were_resized(have, size, data):
    labels = noise(1, have)
    segmented = Segmented(labels, None, size)
    full = resize_labels(labels, size)
    top, left = data.draw(st.integers(0, size[0])), data.draw(st.integers(0, size[1]))
    box = Box(top, left, data.draw(st.integers(top, size[0])), data.draw(st.integers(left, size[1])))
    assert (segmented.region(box) == full[box.slices]).all()
    assert (segmented.counts() == np.bincount(full.ravel(), minlength=256)).all()


@given(st.integers(0, 99), st.tuples(sides, sides))
def test_tiles_cover_the_map_once(seed, size):
    state = State((size[0] * 40, size[1] * 40))
    for tile in state.tiles():
        state.labels[tile.slices] += 1
    assert (state.labels == 0).all()  # 255 + 1


def test_a_stroke_comes_back_bit_for_bit_any_number_of_times(state):
    before = state.labels.copy()
    stroke = Stroke(state, "Brush: sky")
    assert stroke.write(Box(200, 200, 290, 500), noise(2, (90, 300)) > 30, 50)
    assert stroke.write(Box(0, 0, 300, 520), None, noise(3))
    after, command = state.labels.copy(), stroke.finish()
    for _ in range(3):
        assert command.undo(state) == Change("labels", Box(0, 0, 300, 520))
        assert (state.labels == before).all() and (state.counts == count_labels(before)).all()
        command.redo(state)
        assert (state.labels == after).all() and (state.counts == count_labels(after)).all()


def test_a_stroke_that_changes_nothing_is_no_command(state):
    stroke = Stroke(state, "Brush: sky")
    assert not stroke.write(state.box, None, state.labels.copy())
    assert stroke.finish() is None and stroke.change is None
    back_and_forth = Stroke(state, "Brush: sky")
    original = state.labels[:10, :10].copy()
    back_and_forth.write(Box(0, 0, 10, 10), None, 77)
    back_and_forth.write(Box(0, 0, 10, 10), None, original)
    assert back_and_forth.finish() is None and back_and_forth.change is not None


def test_a_cancelled_stroke_leaves_no_trace(state):
    before, counts = state.labels.copy(), state.counts.copy()
    stroke = Stroke(state, "Brush: sky")
    stroke.write(Box(250, 250, 260, 300), None, 50)
    stroke.cancel()
    assert stroke.change == Change("labels", Box(250, 250, 260, 300))
    assert (state.labels == before).all() and (state.counts == counts).all()


def test_segmenting_again_keeps_edits_and_undoes_exactly(state):
    machine = state.labels.copy()
    state.labels[100:130, 100:400] = UNSURE
    state.counts = count_labels(state.labels)
    edited, command = state.labels.copy(), Resegment(Segmented(noise(5), None, SIZE))
    for _ in range(2):
        command.redo(state)
        assert (state.labels == np.where(edited != machine, edited, noise(5))).all()
        assert (state.counts == count_labels(state.labels)).all()
        command.undo(state)
        assert (state.labels == edited).all() and (state.counts == count_labels(edited)).all()


def test_segmenting_again_may_drop_edits_and_undoes_exactly(state):
    state.labels[100:130, 100:400] = UNSURE
    state.counts = count_labels(state.labels)
    edited, command = state.labels.copy(), Resegment(Segmented(noise(5, (3, 4)), None, SIZE), keep_edits=False)
    for _ in range(2):
        command.redo(state)
        assert (state.labels == resize_labels(noise(5, (3, 4)), SIZE)).all()
        command.undo(state)
        assert (state.labels == edited).all()
