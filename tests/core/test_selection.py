"""The selection: put together from regions, and kept to by every edit of the hand, against plain NumPy."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.box import Box
from core.document import ERASE, Document
from core.label_edits import replaced
from core.labels import default_label_set
from core.regions import Region, paint, region_of
from core.selection import HOWS, combined, inside, inverted, limited

SHAPE = (300, 270)  # more than a tile both ways
OLD, NEW, OTHER = 3, 50, 7
SMALL = (9, 11)
masks = st.lists(st.booleans(), min_size=99, max_size=99).map(lambda bits: np.array(bits).reshape(SMALL))
MEANT = {
    "replace": lambda a, b: b,
    "add": lambda a, b: a | b,
    "subtract": lambda a, b: a & ~b,
    "intersect": lambda a, b: a & b,
}


def full(region: Region | None, shape: tuple[int, int]) -> np.ndarray:
    return np.zeros(shape, bool) if region is None else region.full(shape)


@given(masks, masks, st.sampled_from(HOWS))
def test_selections_are_put_together_as_sets_of_pixels_are(before: np.ndarray, more: np.ndarray, how: str) -> None:
    first = region_of(before) if before.any() else None
    found = combined(first, region_of(more), how)
    assert np.array_equal(full(found, SMALL), MEANT[how](before, more))
    assert found is None or found.mask.any()


@given(masks)
def test_inverted_is_all_that_was_not_selected(mask: np.ndarray) -> None:
    assert np.array_equal(full(inverted(region_of(mask) if mask.any() else None, SMALL), SMALL), ~mask)


@given(masks, masks, st.integers(0, 8), st.integers(0, 10), st.integers(1, 12), st.integers(1, 12))
def test_any_box_sees_its_part_of_the_selection(
    mask: np.ndarray, other: np.ndarray, top: int, left: int, height: int, width: int
) -> None:
    region, box = region_of(mask), Box(top, left, top + height, left + width).clip(*SMALL)
    assert np.array_equal(inside(region, box), mask[box.slices])
    assert np.array_equal(full(limited(region_of(other), region), SMALL), mask & other)


@pytest.fixture
def document() -> Document:
    document = Document(SimpleNamespace(height=SHAPE[0], width=SHAPE[1], path=None), default_label_set())
    document.set_segmentation(np.full(SHAPE, OLD, np.uint8))
    return document


def disc() -> np.ndarray:
    rows, columns = np.indices(SHAPE)
    return (rows - 150) ** 2 + (columns - 140) ** 2 < 110**2


def band() -> np.ndarray:
    mask = np.zeros(SHAPE, bool)
    mask[100:280, 20:200] = True
    return mask


def check_step(document: Document, before: np.ndarray, after: np.ndarray) -> None:
    assert np.array_equal(document.labels, after)
    document.undo()
    assert np.array_equal(document.labels, before)
    document.redo()
    assert np.array_equal(document.labels, after)


def test_a_stroke_keeps_to_the_selection(document: Document) -> None:
    before, told = document.labels.copy(), []
    document.refused.connect(told.append)
    document.view.selection.set(region_of(disc()))
    paint(document, "Brush: sky", region_of(band()), NEW)
    check_step(document, before, np.where(disc() & band(), NEW, OLD))
    document.begin_stroke("Brush: sky")
    document.paint(np.ones((5, 5), bool), 0, 0, NEW)  # beside it
    document.end_stroke()
    assert len(document.history()) == 1 and told == [()]


def test_the_eraser_keeps_to_the_selection(document: Document) -> None:
    paint(document, "Fill", region_of(np.ones(SHAPE, bool)), NEW)
    document.view.selection.set(region_of(disc()))
    document.begin_stroke("Erase")
    document.paint(np.ones(SHAPE, bool), 0, 0, ERASE)
    document.end_stroke()
    assert np.array_equal(document.labels, np.where(disc(), OLD, NEW))


@pytest.mark.parametrize("old", [None, OLD])
def test_an_edit_from_a_snapshot_keeps_to_the_selection_if_asked(document: Document, old: int | None) -> None:
    before, whole = document.labels.copy(), Box(0, 0, *SHAPE)
    document.view.selection.set(region_of(disc()))
    now = document.snapshot(limited=True)
    assert document.carry_out(now.paint("Fill", whole, band(), NEW, old), now)
    check_step(document, before, np.where(disc() & band(), NEW, OLD))
    document.undo()
    now = document.snapshot(limited=True)
    assert document.carry_out(now.edit("Replace", *replaced(document.labels, OLD, OTHER)), now)
    check_step(document, before, np.where(disc(), OTHER, OLD))
    document.undo()
    now = document.snapshot()
    assert document.carry_out(now.edit("Repair", *replaced(document.labels, OLD, OTHER)), now)
    check_step(document, before, np.full(SHAPE, OTHER, np.uint8))


def test_an_edit_worked_out_in_another_selection_is_refused(document: Document) -> None:
    document.view.selection.set(region_of(disc()))
    now, free = document.snapshot(limited=True), document.snapshot()
    document.view.selection.set(region_of(band()))
    assert not document.carry_out(now.paint("Fill", Box(0, 0, *SHAPE), band(), NEW), now)
    assert document.history() == []
    assert document.carry_out(free.paint("Fill", Box(0, 0, *SHAPE), band(), NEW), free)


def test_locked_labels_stay_inside_a_selection_too(document: Document) -> None:
    document.view.lock(OLD)
    document.view.selection.set(region_of(disc()))
    paint(document, "Fill", region_of(band()), NEW)
    now = document.snapshot(limited=True)
    assert now.paint("Fill", Box(0, 0, *SHAPE), band(), NEW, OLD) is None
    assert document.history() == [] and (document.labels == OLD).all()


def test_the_selection_is_no_step_and_survives_undo(document: Document) -> None:
    told = []
    document.view.selection.changed.connect(lambda: told.append(document.view.selection.region))
    region = region_of(disc())
    document.view.selection.set(region)
    paint(document, "Fill", region_of(band()), NEW)
    document.undo()
    assert document.view.selection.region is region and document.history() == ["Fill"]
    document.view.selection.set(combined(region, region, "subtract"))
    assert document.view.selection.region is None and told == [region, None]


def test_a_new_segmentation_and_a_whole_map_do_not_keep_to_the_selection(document: Document) -> None:
    document.view.selection.set(region_of(disc()))
    document.set_segmentation(np.full(SHAPE, OTHER, np.uint8))
    assert (document.labels == OTHER).all()
    document.import_labels(np.full(SHAPE, NEW, np.uint8))
    assert (document.labels == NEW).all()
    document.reset_labels()
    assert (document.labels == OTHER).all()
