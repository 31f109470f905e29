"""Locks keep every edit but undo away from a label's pixels; hiding and solo change nothing but what is drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.box import Box
from core.document import ERASE, Document
from core.label_view import LabelView
from core.regions import Region, paint, write_labels
from tests.core.test_document import BUS, CAR, GRASS, SKY, open_document

EVERYTHING = Box(0, 0, 40, 60)
ALL = np.ones((40, 60), bool)


@pytest.fixture
def document() -> Document:
    """Sky above, grass below, a car in the middle that a person painted, the sky locked."""
    document = open_document()
    document.set_segmentation(np.array([[SKY], [GRASS]], np.uint8))
    paint(document, "Brush: car", Region(Box(15, 20, 25, 40), np.ones((10, 20), bool)), CAR)
    document.view.lock(SKY)
    return document


def brushed(document: Document) -> None:
    document.begin_stroke("Brush: bus")
    document.paint(ALL, 0, 0, BUS)
    document.end_stroke()


def imported(document: Document) -> None:
    document.import_labels(np.full((40, 60), BUS, np.uint8))


def written(document: Document) -> None:
    write_labels(document, "Replace", EVERYTHING, np.full((40, 60), BUS, np.uint8))


def carried_out(document: Document) -> None:
    snapshot = document.snapshot()
    assert document.carry_out(snapshot.edit("Grow", EVERYTHING, np.full((40, 60), BUS, np.uint8)), snapshot)


def resegmented(document: Document) -> None:
    document.set_segmentation(np.full((4, 6), BUS, np.uint8), keep_edits=False)


@pytest.mark.parametrize("edit", [brushed, imported, written, carried_out, resegmented])
def test_no_edit_changes_a_locked_label_and_all_else_is_changed(
    document: Document, edit: Callable[[Document], None]
) -> None:
    before = document.labels.copy()
    edit(document)
    after = np.where(before == SKY, SKY, BUS)
    assert np.array_equal(document.labels, after)
    assert document.area(SKY) == (before == SKY).mean() and document.area(BUS) == (before != SKY).mean()
    document.undo()
    assert np.array_equal(document.labels, before)
    document.view.lock(SKY, False)
    document.redo()
    assert np.array_equal(document.labels, after)  # a step stays what it was


@pytest.mark.parametrize("erase", ["eraser", "reset"])
def test_a_locked_label_is_not_erased(document: Document, erase: str) -> None:
    before = document.labels.copy()
    document.view.lock(CAR)
    if erase == "eraser":
        document.begin_stroke("Erase")
        document.paint(ALL, 0, 0, ERASE)
        document.end_stroke()
    else:
        document.reset_labels()
    assert np.array_equal(document.labels, before)
    document.view.lock(CAR, False)
    document.reset_labels()
    assert not (document.labels == CAR).any()


def test_another_segmentation_leaves_locked_pixels_and_undo_is_exact(document: Document) -> None:
    before = document.labels.copy()
    document.set_segmentation(np.full((4, 6), BUS, np.uint8))
    assert np.array_equal(document.labels, np.where(before == GRASS, BUS, before))  # the car was painted
    document.undo()
    assert np.array_equal(document.labels, before)


def test_locked_is_what_is_painted_over_not_what_is_painted(document: Document) -> None:
    brushed(document)
    document.view.lock(BUS)
    document.begin_stroke("Brush: sky")
    document.paint(ALL, 0, 0, SKY)
    document.end_stroke()
    assert (document.labels == BUS).any()
    document.view.lock(BUS, False)
    document.begin_stroke("Brush: sky")
    document.paint(ALL, 0, 0, SKY)
    document.end_stroke()
    assert (document.labels == SKY).all()


def test_undo_and_cancel_bring_back_what_a_lock_guards_now(document: Document) -> None:
    document.view.lock(SKY, False)
    before = document.labels.copy()
    document.begin_stroke("Brush: bus")
    document.paint(ALL, 0, 0, BUS)
    document.view.lock(BUS)
    document.cancel_stroke()
    assert np.array_equal(document.labels, before)


def test_an_edit_that_a_lock_kept_from_everything_says_so(document: Document) -> None:
    heard: list[tuple[int, ...]] = []
    document.refused.connect(heard.append)
    steps = document.history()
    document.begin_stroke("Brush: bus")
    document.paint(np.ones((4, 4), bool), 0, 0, BUS)
    document.end_stroke()
    assert heard == [(SKY,)] and document.history() == steps
    brushed(document)  # it changed the rest
    document.begin_stroke("Brush: bus")
    document.end_stroke()
    assert heard == [(SKY,)]


def test_an_edit_worked_out_from_what_is_no_more_is_refused(document: Document) -> None:
    snapshot = document.snapshot()
    edit = snapshot.edit("Grow", EVERYTHING, np.full((40, 60), BUS, np.uint8))
    document.begin_stroke("Brush: bus")
    assert not document.carry_out(edit, snapshot)
    document.paint(ALL, 0, 0, BUS)
    document.end_stroke()
    after, steps = document.labels.copy(), document.history()
    assert not document.carry_out(edit, snapshot)
    snapshot = document.snapshot()
    document.view.lock(GRASS)
    assert not document.carry_out(None, snapshot)
    assert np.array_equal(document.labels, after) and document.history() == steps


MAPS = hnp.arrays(np.uint8, (300, 270), elements=st.sampled_from([0, 7, 255]), fill=st.sampled_from([0, 7]))


@settings(max_examples=40)
@given(MAPS, MAPS, st.booleans(), st.integers(0, 40), st.integers(200, 270))
def test_an_edit_from_a_snapshot_is_what_plain_numpy_makes_and_comes_back(
    labels: np.ndarray, other: np.ndarray, locked: bool, left: int, right: int
) -> None:
    document = open_document(300, 270)
    document.set_segmentation(labels)
    document.view.lock(7, locked)
    box = Box(3, left, 290, right)
    expected = labels.copy()
    expected[box.slices] = other[box.slices]
    expected = np.where(labels == 7, labels, expected) if locked else expected
    snapshot = document.snapshot()
    assert document.carry_out(snapshot.edit("Smooth", box, other[box.slices]), snapshot)
    assert np.array_equal(document.labels, expected)
    assert [document.area(label) for label in (0, 7, 255)] == [(expected == label).mean() for label in (0, 7, 255)]
    assert document.history() == (["Smooth"] if (expected != labels).any() else [])
    document.undo()
    assert np.array_equal(document.labels, labels)


def test_hidden_labels_and_solo_say_what_is_shown_and_tell_of_changes() -> None:
    view, heard = LabelView(), []
    view.changed.connect(lambda: heard.append(1))
    view.hide(SKY)
    view.hide(SKY)
    assert [view.shows(label) for label in (SKY, GRASS)] == [False, True] and len(heard) == 1
    view.show_only(SKY)
    assert [view.shows(label) for label in (SKY, GRASS)] == [True, False]
    view.show_only(None)
    view.hide(SKY, False)
    view.lock(SKY)
    view.lock(SKY)
    assert view.shows(SKY) and len(heard) == 5


def test_nothing_locked_costs_nothing() -> None:
    view = LabelView()
    assert view.shut is None
    view.lock(SKY)
    assert view.shut.nonzero()[0].tolist() == [SKY]
    view.lock(SKY, False)
    assert view.shut is None
