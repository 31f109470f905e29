"""What a person can do to a document, one behaviour a test, and the promises about ids and memory."""

from __future__ import annotations

import tracemalloc
from types import SimpleNamespace

import numpy as np
import pytest

from core.box import Box
from core.document import ERASE, Change, Document
from core.guidance import Guidance, Hint, Plane, Rule, Settings, Swatch
from core.label_maps import load_label_map, save_label_map
from core.labels import UNSURE, default_label_set, resize_labels

SKY, GRASS, CAR, BUS = 50, 36, 7, 6
DRIFTING = (1, 2, 7, 9, 14, 31)
"""The ids that came back one lower from every recompute in the original program."""


def open_document(height: int = 40, width: int = 60) -> Document:
    return Document(SimpleNamespace(height=height, width=width, path=None), default_label_set())


@pytest.fixture
def document():
    document = open_document()
    document.set_segmentation(np.array([[SKY], [GRASS]], np.uint8))
    return document


@pytest.fixture
def changes(document):
    heard: list[Change] = []
    document.changed.connect(heard.append)
    return heard


def disc(radius: int) -> np.ndarray:
    rows, columns = np.mgrid[-radius:radius + 1, -radius:radius + 1]
    return rows**2 + columns**2 <= radius**2


def stroke(document: Document, label: int, top: int = 10, left: int = 10, mask: np.ndarray | None = None) -> None:
    name = "Erase" if label == ERASE else f"Brush: {document.label_set.name(label)}"
    document.begin_stroke(name)
    document.paint(disc(5) if mask is None else mask, top, left, label)
    document.end_stroke()


# -- opening

def test_a_fresh_document_is_undecided_and_unmodified():
    document = open_document()
    assert document.labels.shape == (40, 60) and (document.labels == UNSURE).all()
    assert document.area(UNSURE) == 1 and document.segmented is None and document.segmentation_confidence is None
    assert not (document.can_undo or document.can_redo or document.modified)
    assert document.history() == [] and document.undo_text == document.redo_text == ""


def test_the_first_segmentation_belongs_to_opening(document):
    assert document.history() == [] and not document.can_undo and not document.modified
    assert document.label_at(0, 0) == SKY and document.label_at(59, 39) == GRASS
    assert document.area(SKY) == document.area(GRASS) == 0.5


def test_a_first_segmentation_goes_below_what_was_painted_meanwhile():
    document = open_document()
    stroke(document, CAR)
    document.set_segmentation(np.full((4, 6), SKY, np.uint8), np.ones((4, 6)))
    assert document.label_at(15, 15) == CAR and document.label_at(0, 0) == SKY
    assert document.history() == ["Brush: car"]
    document.undo()
    assert (document.labels == SKY).all()


def test_labels_are_for_reading_and_stay_the_same_memory(document):
    labels = document.labels
    with pytest.raises(ValueError):
        labels[0, 0] = 1
    stroke(document, CAR)
    document.set_segmentation(np.full((4, 6), CAR, np.uint8))
    document.import_labels(np.full((40, 60), BUS, np.uint8))
    assert document.labels is labels and (labels == BUS).all()


def test_outside_the_photo_there_is_no_label(document):
    for x, y in ((-1, 0), (0, -1), (60, 0), (0, 40)):
        assert document.label_at(x, y) == UNSURE


# -- strokes

def test_a_drag_is_one_step_with_the_strokes_name(document):
    document.begin_stroke("Brush: car")
    for left in range(0, 40, 3):
        document.paint(disc(5), 10, left, CAR)
    document.end_stroke()
    assert document.history() == ["Brush: car"] and document.undo_text == "Brush: car"
    document.undo()
    assert (document.labels == document.segmented).all() and document.redo_text == "Brush: car"


def test_paint_announces_its_box_live_and_the_stroke_its_whole(document, changes):
    document.begin_stroke("Brush: car")
    document.paint(disc(5), -3, 10, CAR)
    document.paint(disc(5), 20, 55, CAR)
    document.end_stroke()
    first, second = Box(0, 10, 8, 21), Box(20, 55, 31, 60)
    assert changes == [Change("labels", first, live=True), Change("labels", second, live=True),
                       Change("labels", first.union(second))]
    assert document.revision == 4  # the segmentation was the first


def test_a_stroke_that_changes_nothing_is_not_recorded(document, changes):
    stroke(document, SKY, top=0, left=0)
    stroke(document, CAR, top=100, left=100)
    stroke(document, ERASE)
    stroke(document, CAR, mask=np.zeros((5, 5), bool))
    assert changes == [] and document.history() == [] and not document.modified


def test_a_stroke_that_takes_itself_back_is_over_but_not_recorded(document, changes):
    document.begin_stroke("Brush: car")
    document.paint(disc(5), 10, 10, CAR)
    document.paint(disc(5), 10, 10, ERASE)
    document.end_stroke()
    assert document.history() == [] and changes[-1] == Change("labels", Box(10, 10, 21, 21))


def test_the_eraser_writes_back_the_segmentation(document):
    stroke(document, CAR, top=15)
    stroke(document, ERASE, top=15)
    assert (document.labels == document.segmented).all()
    assert document.history() == ["Brush: car", "Erase"]
    document.undo()
    assert document.label_at(15, 20) == CAR


def test_masks_may_be_bytes_of_any_value(document):
    stroke(document, CAR, mask=np.array([[0, 1, 200, 255]], np.uint8))
    assert document.labels[10, 10:14].tolist() == [SKY, CAR, CAR, CAR]


def test_undo_in_a_stroke_cancels_the_stroke_alone(document):
    stroke(document, CAR)
    before = document.labels.copy()
    document.begin_stroke("Brush: bus")
    document.paint(disc(5), 20, 20, BUS)
    assert document.can_undo and document.undo_text == "Brush: bus" and not document.can_redo
    document.undo()
    assert not document.painting and (document.labels == before).all()
    assert document.history() == ["Brush: car"] and document.index == 1


def test_a_cancelled_stroke_leaves_redo_as_it_was(document):
    stroke(document, CAR)
    document.undo()
    document.begin_stroke("Brush: bus")
    document.paint(disc(5), 20, 20, BUS)
    document.cancel_stroke()
    assert document.redo_text == "Brush: car"


def test_painting_wants_a_stroke_and_a_label(document):
    with pytest.raises(RuntimeError):
        document.paint(disc(1), 0, 0, CAR)
    document.begin_stroke("Brush")
    for label in (-2, 256):
        with pytest.raises(ValueError):
            document.paint(disc(1), 0, 0, label)


def test_another_edit_ends_the_stroke_first(document):
    document.begin_stroke("Brush: car")
    document.paint(disc(5), 10, 10, CAR)
    document.set_settings(vividness=1.5)
    assert document.history() == ["Brush: car", "Vividness"]


# -- segmentation, reset, import

def test_segmenting_again_leaves_edits_alone_and_is_one_step(document, changes):
    stroke(document, CAR)
    changes.clear()
    document.set_segmentation(np.full((4, 6), BUS, np.uint8), np.ones((4, 6)))
    assert document.label_at(15, 15) == CAR and document.label_at(0, 0) == BUS
    assert document.history() == ["Brush: car", "Re-segment"]
    assert changes == [Change("segmentation", Box(0, 0, 40, 60))]
    document.undo()
    assert document.label_at(0, 0) == SKY and document.segmentation_confidence is None
    document.undo()
    assert (document.labels == document.segmented).all()


def test_segmenting_again_may_drop_edits(document):
    stroke(document, CAR)
    document.set_segmentation(np.full((4, 6), BUS, np.uint8), keep_edits=False)
    assert (document.labels == BUS).all()
    document.undo()
    assert document.label_at(15, 15) == CAR and document.label_at(0, 0) == SKY


def test_the_same_segmentation_again_is_no_step(document):
    document.set_segmentation(np.array([[SKY], [GRASS]], np.uint8))
    assert document.history() == []


def test_a_segmentation_waits_for_the_strokes_end(document):
    document.begin_stroke("Brush: car")
    document.paint(disc(5), 10, 10, CAR)
    document.set_segmentation(np.full((4, 6), BUS, np.uint8))
    assert document.label_at(0, 0) == SKY
    document.end_stroke()
    assert document.label_at(0, 0) == BUS and document.label_at(15, 15) == CAR
    assert document.history() == ["Brush: car", "Re-segment"]


def test_reset_goes_back_to_the_segmentation_in_one_step(document, changes):
    stroke(document, CAR)
    stroke(document, BUS, top=20)
    document.reset_labels()
    assert (document.labels == document.segmented).all() and document.undo_text == "Reset labels"
    assert changes[-1].kind == "reset"
    document.reset_labels()
    assert document.history() == ["Brush: car", "Brush: bus", "Reset labels"]
    document.undo()
    assert document.label_at(15, 15) == CAR


def test_an_imported_map_is_one_step(document):
    labels = np.random.default_rng(0).integers(0, 60, (40, 60), np.uint8)
    document.import_labels(labels, "Labels from map.png")
    assert (document.labels == labels).all() and document.undo_text == "Labels from map.png"
    document.undo()
    assert (document.labels == document.segmented).all()
    with pytest.raises(ValueError):
        document.import_labels(labels.T)


# -- guidance

def test_a_slider_drag_is_one_step(document):
    for value in (1.1, 1.2, 1.3):
        document.set_settings(vividness=value, merge_key="drag 1")
    for value in (1.4, 1.5):
        document.set_settings(vividness=value, merge_key="drag 2")
    document.set_settings(seed=3)
    assert document.history() == ["Vividness", "Vividness", "Another try"]
    document.undo()
    document.undo()
    assert document.settings == Settings(vividness=1.3)
    document.undo()
    assert document.settings == Settings()


def test_a_setting_that_stays_is_no_step(document):
    document.set_settings(vividness=1.0)
    assert document.history() == []


def test_a_merged_change_never_hides_what_was_saved(document):
    document.set_settings(vividness=1.1, merge_key="drag")
    document.mark_saved()
    document.set_settings(vividness=1.2, merge_key="drag")
    assert document.modified and document.history() == ["Vividness", "Vividness"]


def test_a_cancelled_drag_leaves_no_trace(document, changes):
    one, two = (Hint(((at, 0.5),), Swatch(1, 0, 0)) for at in (0.2, 0.8))
    document.set_guidance("Hint", hints=(one,))
    document.mark_saved()
    for hint in (one, two):
        document.set_guidance("Move hint", merge_key="drag", hints=(hint,))
    document.take_back("drag")
    assert document.hints == (one,)
    assert document.history() == ["Hint"]
    assert not document.modified
    assert changes[-1].kind == "guidance"


def test_only_the_change_that_is_going_on_is_taken_back(document):
    document.set_guidance("Hint", merge_key="drag", hints=(Hint(((0.2, 0.5),), Swatch(1, 0, 0)),))
    document.take_back("another drag")
    document.set_settings(vividness=1.2)
    document.take_back("drag")
    document.take_back(None)
    assert document.history() == ["Hint", "Vividness"]
    assert document.settings.vividness == 1.2


def test_rules_and_palette_are_undoable_too(document, changes):
    document.set_guidance("Swatch of car", rules=(Rule(CAR, Swatch(1, 0, 0)),), palette=(Swatch(1, 0, 0),))
    guidance = document.guidance((4, 6))
    assert guidance == Guidance(Plane(resize_labels(document.labels, (4, 6))), (Rule(CAR, Swatch(1, 0, 0)),),
                                (Swatch(1, 0, 0),))
    document.undo()
    assert document.guidance((4, 6)).rules == ()
    assert changes == [Change("guidance"), Change("guidance")]


def test_guidance_is_equal_until_something_changes(document):
    first = document.guidance((20, 30))
    assert document.guidance((20, 30)) == first
    stroke(document, CAR)
    assert document.guidance((20, 30)) != first
    document.undo()
    assert document.guidance((20, 30)) == first


# -- history

def test_a_new_edit_forgets_what_was_undone(document):
    stroke(document, CAR)
    stroke(document, BUS)
    document.undo()
    stroke(document, GRASS, top=1)
    assert document.history() == ["Brush: car", "Brush: grass"] and not document.can_redo


def test_jumping_through_the_history(document):
    states = [document.labels.copy()]
    for label in (CAR, BUS, GRASS):
        stroke(document, label, left=label % 30)
        states.append(document.labels.copy())
    for index in (0, 3, 1, 2, 0):
        document.jump_to(index)
        assert document.index == index and (document.labels == states[index]).all()
        assert len(document.history()) == 3
    for index in (-1, 4):
        with pytest.raises(IndexError):
            document.jump_to(index)


def test_modified_follows_the_saved_step(document):
    stroke(document, CAR)
    document.mark_saved()
    assert not document.modified
    document.undo()
    assert document.modified
    document.redo()
    assert not document.modified
    document.undo()
    stroke(document, BUS)
    assert document.modified
    document.undo()
    assert document.modified


# -- promises

def test_ids_survive_a_hundred_recomputes_saves_and_loads(tmp_path):
    """Promise 2. In the original program cars turned into buses."""
    document = open_document()
    labels = np.resize(np.array([*DRIFTING, *range(60)], np.uint8), (40, 60))
    document.set_segmentation(labels)
    for turn in range(100):
        guidance = document.guidance((40, 60))
        assert (guidance.labels.array == labels).all()
        path = tmp_path / f"{turn}.png"
        save_label_map(path, document.labels, document.label_set)
        document.import_labels(load_label_map(path, (40, 60)))
        document.set_segmentation(Guidance.from_dict(guidance.to_dict()).labels.array)
    assert (document.labels == labels).all() and document.history() == []


def test_a_hundred_strokes_on_24_megapixels_take_under_100_mb():
    height, width = 4000, 6000
    document = open_document(height, width)
    rng = np.random.default_rng(0)
    document.set_segmentation(resize_labels(rng.integers(0, 60, (40, 60), np.uint8), (512, 768)))
    before = document.labels.copy()
    brush = disc(100)
    tracemalloc.start()
    for number in range(100):
        document.begin_stroke("Brush")
        start, end = rng.integers(0, (height, width), (2, 2))
        for place in np.linspace(start, end, 40).astype(int):
            document.paint(brush, *place.tolist(), number % 60)
        document.end_stroke()
    kept, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 20e6 and most < 100e6
    document.jump_to(0)
    assert (document.labels == before).all()


def test_a_dab_allocates_nothing_of_the_photos_size():
    document = open_document(4000, 6000)
    document.set_segmentation(np.zeros((512, 768), np.uint8))
    document.begin_stroke("Brush")
    tracemalloc.start()
    document.paint(disc(50), 2000, 3000, CAR)
    document.paint(disc(50), 2000, 3010, ERASE)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 1e6
