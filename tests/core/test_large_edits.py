"""Edits as large as the photo: from a snapshot, carried out and taken back tile by tile, to the bit."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from core.box import Box
from core.document import Document
from core.labels import default_label_set

SHAPE = (530, 790)  # three by four tiles, with odd remainders
WHOLE = Box(0, 0, *SHAPE)
SKY, CAR, DOG = 50, 7, 18


@pytest.fixture(params=["one label", "several labels"])
def document(request: pytest.FixtureRequest) -> Document:
    document = Document(SimpleNamespace(height=SHAPE[0], width=SHAPE[1], path=None), default_label_set())
    labels = np.full(SHAPE, 3, np.uint8)
    if request.param == "several labels":
        labels[:, 300:] = 9
        labels[200:210] = np.arange(790, dtype=np.uint16).astype(np.uint8) % 60
    document.set_segmentation(labels)
    return document


def disc() -> np.ndarray:
    """A disc that fills some tiles, cuts others and leaves some alone."""
    rows, columns = np.indices(SHAPE)
    return (rows - 240) ** 2 + (columns - 380) ** 2 < 300**2


def check(document: Document, before: np.ndarray, after: np.ndarray) -> None:
    """The map is `after`; undo and redo, twice each, are exact, and so are the areas."""
    for _ in range(2):
        assert np.array_equal(document.labels, after)
        check_areas(document)
        document.undo()
        assert np.array_equal(document.labels, before)
        check_areas(document)
        document.redo()


def check_areas(document: Document) -> None:
    counts = np.bincount(document.labels.ravel(), minlength=256)
    assert [document.area(label) for label in range(256)] == (counts / document.labels.size).tolist()


def test_a_mask_is_painted_exactly(document: Document) -> None:
    before, mask = document.labels.copy(), disc()
    snapshot = document.snapshot()
    assert document.carry_out(snapshot.paint("Fill: sky", WHOLE, mask, SKY), snapshot)
    assert document.history() == ["Fill: sky"]
    check(document, before, np.where(mask, np.uint8(SKY), before))


def test_a_mask_in_a_box_of_its_own_lands_where_the_box_is(document: Document) -> None:
    before, box = document.labels.copy(), Box(100, 250, 400, 700)
    mask = np.random.default_rng(1).random((box.height, box.width)) < 0.4
    snapshot = document.snapshot()
    document.carry_out(snapshot.paint("Fill", box, mask, CAR), snapshot)
    after = before.copy()
    after[box.slices][mask] = CAR
    check(document, before, after)


def test_painting_and_writing_labels_are_the_same_edit(document: Document) -> None:
    before, mask = document.labels.copy(), disc()
    snapshot = document.snapshot()
    document.carry_out(snapshot.edit("Write", WHOLE, np.where(mask, np.uint8(DOG), before)), snapshot)
    check(document, before, np.where(mask, np.uint8(DOG), before))


def test_locked_pixels_stay_and_an_edit_of_nothing_is_none(document: Document) -> None:
    document.view.lock(3)
    before = document.labels.copy()
    snapshot = document.snapshot()
    edit = snapshot.paint("Fill", WHOLE, np.ones(SHAPE, bool), SKY)
    assert (edit is None) == bool((before == 3).all())
    document.carry_out(edit, snapshot)
    assert np.array_equal(document.labels, np.where(before == 3, before, SKY))
    document.view.lock(3, False)
    snapshot = document.snapshot()
    assert snapshot.paint("Fill", WHOLE, document.labels == SKY, SKY) is None
    assert snapshot.paint("Fill", WHOLE, np.zeros(SHAPE, bool), CAR) is None


def test_large_strokes_over_each_other_come_back_one_by_one(document: Document) -> None:
    maps = [document.labels.copy()]
    for label, shift in ((SKY, 0), (CAR, 120), (DOG, -200)):
        snapshot = document.snapshot()
        document.carry_out(snapshot.paint("Fill", WHOLE, np.roll(disc(), shift, axis=1), label), snapshot)
        document.begin_stroke("Brush")
        document.paint(np.ones((90, 400), bool), 60, 150, label + 1)
        document.end_stroke()
        maps.append(document.labels.copy())
    for index in (2, 0, 3, 1):
        document.jump_to(2 * index)
        assert np.array_equal(document.labels, maps[index])
        check_areas(document)


def test_an_edit_of_all_of_24_megapixels_is_the_same_as_a_stroke_and_comes_back() -> None:
    size = 4000, 6000
    small = np.random.default_rng(3).integers(0, 60, (40, 60), np.uint8)
    mask = np.ones(size, bool)
    mask[1000:1003] = mask[:, ::701] = False
    photo = SimpleNamespace(height=size[0], width=size[1], path=None)
    worked_out, stroked = Document(photo, default_label_set()), Document(photo, default_label_set())
    for document in (worked_out, stroked):
        document.set_segmentation(small)
    before, after = worked_out.labels.copy(), np.where(mask, np.uint8(SKY), worked_out.labels)
    snapshot = worked_out.snapshot()
    worked_out.carry_out(snapshot.paint("Fill", Box(0, 0, *size), mask, SKY), snapshot)
    stroked.begin_stroke("Fill")
    stroked.paint(mask, 0, 0, SKY)
    stroked.end_stroke()
    for document in (worked_out, stroked):
        check(document, before, after)


@pytest.mark.parametrize("undone", [False, True])
def test_a_segmentation_that_comes_late_goes_below_large_edits_too(undone: bool) -> None:
    document = Document(SimpleNamespace(height=SHAPE[0], width=SHAPE[1], path=None), default_label_set())
    for label, mask in ((SKY, disc()), (CAR, np.roll(disc(), 200, axis=1))):
        document.begin_stroke("Brush")
        document.paint(mask, 0, 0, label)
        document.end_stroke()
    if undone:
        document.undo()
    below = np.resize(np.arange(60, dtype=np.uint8), SHAPE)
    document.set_segmentation(below)
    first = np.where(disc(), np.uint8(SKY), below)
    document.jump_to(0)
    assert np.array_equal(document.labels, below)
    document.jump_to(1)
    check(document, below, first)
    document.redo()
    check(document, first, np.where(np.roll(disc(), 200, axis=1), np.uint8(CAR), first))
