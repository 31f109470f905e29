"""Another label set for a document: every id follows, and undo brings back every pixel."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.document import ERASE, Document
from core.errors import LabelError
from core.guidance import Rule
from core.label_change import ChangeLabelSet, TakeLabels
from core.label_sets import (
    Edited,
    added,
    deleted,
    exchanged,
    house_set,
    moved,
    own_labels,
    renamed,
    unchanged,
)
from core.labels import UNSURE, default_label_set
from core.photo import load_photo

SET = default_label_set()
SKY, TREE, WALL = SET.id("sky"), SET.id("tree"), SET.id("wall")


@pytest.fixture
def document(small_photo: Path) -> Document:
    made = Document(load_photo(small_photo), SET)
    rows, columns = np.indices((50, 75))
    made.set_segmentation(np.choose((rows // 9 + columns // 7) % 4, [SKY, TREE, WALL, 15]).astype(np.uint8))
    made.begin_stroke("Brush: tree")
    made.paint(np.ones((20, 30), bool), 40, 60, TREE)
    made.end_stroke()
    return made


def names(document: Document) -> np.ndarray:
    """The map as names, which no change of ids may change."""
    return np.array([document.label_set.name(label) for label in range(256)])[document.labels]


def areas(document: Document) -> np.ndarray:
    return np.rint([document.area(label) * document.labels.size for label in range(256)])


def counted(document: Document) -> np.ndarray:
    return np.bincount(document.labels.ravel(), minlength=256)


def test_a_new_label_moved_to_the_front_leaves_every_pixel_its_name(document: Document) -> None:
    before, seen = document.labels.copy(), names(document)
    edited = unchanged(own_labels(SET))
    for change in (lambda own: added(own, "teeth", 15), lambda own: moved(own, 60, 0)):
        edited = edited.then(change(edited.set))
    memory = document.labels
    document.do(ChangeLabelSet(document, edited))
    assert document.label_set.names[0] == "teeth"
    assert (names(document) == seen).all() and (document.labels == before + 1).all()
    assert document.labels is memory and (areas(document) == counted(document)).all()
    document.undo()
    assert document.label_set is SET and (document.labels == before).all()
    assert document.undo_text == "Brush: tree"
    document.redo()
    assert (names(document) == seen).all() and (areas(document) == counted(document)).all()


def test_a_deleted_labels_pixels_go_to_its_heir_and_come_back(document: Document) -> None:
    before, seen = document.labels.copy(), names(document)
    document.do(ChangeLabelSet(document, deleted(own_labels(SET), SKY, into=TREE)))
    assert (names(document) == np.where(seen == "sky", "tree", seen)).all()
    for _ in range(2):
        document.undo()
        assert (document.labels == before).all() and (areas(document) == counted(document)).all()
        document.redo()
        assert (names(document) == np.where(seen == "sky", "tree", seen)).all()
        assert (areas(document) == counted(document)).all()


def test_the_eraser_and_a_new_segmentation_speak_the_new_set(document: Document) -> None:
    document.do(ChangeLabelSet(document, moved(own_labels(SET), 59, 0)))
    document.begin_stroke("Eraser")
    document.paint(np.ones(document.labels.shape, bool), 0, 0, ERASE)
    document.end_stroke()
    assert (document.labels == document.segmented).all()
    assert set(names(document).ravel()) == {"sky", "tree", "wall", "person"}
    while document.can_undo:
        document.undo()
    assert (document.labels == document.segmented).all() and document.label_set is SET


def test_rules_locks_and_view_follow_their_labels(document: Document) -> None:
    rule = Rule(TREE, chroma_gain=0.5)
    document.set_guidance("Rule", rules=(rule, Rule(SKY, hue_shift=9.0)))
    document.lock_label(WALL, np.zeros((50, 75, 2), np.float32))
    document.view.lock(15)
    document.view.hide(TREE)
    document.view.show_only(WALL)
    document.do(ChangeLabelSet(document, deleted(own_labels(SET), SKY)))  # moves those behind it up
    guidance = document.guidance((50, 75))
    assert guidance.rules == (replace(rule, label=TREE - 1),)
    assert document.locked == (WALL - 1,) and document.view.locked == {15}
    assert document.view.hidden == {TREE - 1} and document.view.solo == WALL - 1
    document.undo()
    assert [each.label for each in document.guidance((50, 75)).rules] == [TREE, SKY]
    assert document.locked == (WALL,) and document.view.hidden == {TREE} and document.view.solo == WALL


def test_a_locked_label_is_not_deleted(document: Document) -> None:
    document.view.lock(SKY)
    with pytest.raises(LabelError, match="sky.*locked"):
        ChangeLabelSet(document, deleted(own_labels(SET), SKY))
    ChangeLabelSet(document, moved(own_labels(SET), SKY, 0))


def test_another_set_takes_the_map_along_by_names_parents_and_the_persons_word(document: Document) -> None:
    ade = house_set("ADE20K, 150 labels")
    edited = exchanged(own_labels(SET), ade, {WALL: ade.id("door"), 15: UNSURE})
    before, seen = document.labels.copy(), names(document)
    document.do(ChangeLabelSet(document, edited))
    assert (names(document) == np.select([seen == "wall", seen == "person"], ["door", "unsure"], seen)).all()
    document.undo()
    assert (document.labels == before).all()


def test_a_new_name_is_a_step_that_touches_no_pixel(document: Document) -> None:
    changes = []
    document.changed.connect(changes.append)
    command = ChangeLabelSet(document, renamed(own_labels(SET), SKY, "heaven"))
    assert not command.idle and ChangeLabelSet(document, unchanged(own_labels(SET))).idle
    document.do(command)
    assert changes[-1].box is None and document.undo_text == "Edit label set"
    assert ChangeLabelSet(document, unchanged(document.label_set)).idle


def test_another_map_spares_locked_labels_and_comes_and_goes_whole(document: Document) -> None:
    before = document.labels.copy()
    wanted = np.full(before.shape, WALL, np.uint8)
    document.view.lock(SKY)
    since = document.snapshot()
    step = TakeLabels("Load labels", since, wanted)
    assert not step.idle and document.carry_out(step, since)
    expected = np.where(before == SKY, SKY, WALL)
    for _ in range(2):
        assert (document.labels == expected).all() and (areas(document) == counted(document)).all()
        document.undo()
        assert (document.labels == before).all() and (areas(document) == counted(document)).all()
        document.redo()
    assert TakeLabels("Load labels", document.snapshot(), wanted).idle
    assert not document.carry_out(TakeLabels("Load labels", since, wanted), since)  # the map has moved on


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("amd"), st.integers(0, 59), st.integers(0, 58)), min_size=1, max_size=6))
def test_any_edits_are_undone_to_the_bit(tmp_path_factory, changes) -> None:
    path = tmp_path_factory.mktemp("photo") / "photo.png"
    cv2.imwrite(str(path), np.zeros((30, 40, 3), np.uint8))
    document = Document(load_photo(path), SET)
    random = np.random.default_rng(len(changes))
    document.import_labels(random.choice(np.uint8([*range(60), UNSURE]), (30, 40)))
    before, edited = document.labels.copy(), unchanged(own_labels(SET))
    for number, (kind, label, to) in enumerate(changes):
        own, label = edited.set, min(label, len(edited.set) - 1)
        later: Edited = {
            "a": lambda own=own, number=number, to=to: added(own, f"mine {number}", to),
            "m": lambda own=own, label=label, to=to: moved(own, label, min(to, len(own) - 1)),
            "d": lambda own=own, label=label: deleted(own, label),
        }[kind]()
        edited = edited.then(later)
    document.do(ChangeLabelSet(document, edited))
    assert (document.labels == edited.carry(before)).all() and (areas(document) == counted(document)).all()
    document.undo()
    assert (document.labels == before).all() and (areas(document) == counted(document)).all()
    document.redo()
    assert (document.labels == edited.carry(before)).all()
