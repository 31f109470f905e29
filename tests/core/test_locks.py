"""Locks: a locked label's pixels are the same to the bit whatever is wished, painted or computed afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.chroma import export, render
from core.document import Document
from core.engine import Engine, Request, Result
from core.guidance import Guidance, Hint, Plane, Recipe, Rule, Settings, Swatch
from core.labels import default_label_set
from core.locks import current, held, make_lock
from core.looks import LOOKS
from core.photo import load_photo
from core.preview import Preview
from tests.core.fakes import GRASS, SKY, FakeModels

RED, BLUE = Swatch.from_hex("#e02020"), Swatch.from_hex("#2040e0")
SAUCER = 7


class Desk:
    """A photo of a cup with a round label on it, coloured by a fake network."""

    def __init__(self, path: Path) -> None:
        self.photo = load_photo(path)
        self.document = Document(self.photo, default_label_set())
        self.engine = Engine(models=FakeModels())
        labels = np.full(self.photo.size, SKY, np.uint8)
        labels[200:] = GRASS
        cv2.ellipse(labels, (300, 205), (150, 110), 20, 0, 360, SAUCER, cv2.FILLED)
        self.document.import_labels(labels)

    @property
    def region(self) -> np.ndarray:
        return np.asarray(self.document.labels) == SAUCER

    def result(self, size: int = 96) -> Result:
        plane = Plane(self.photo.small_luminance(size))
        guidance = self.document.guidance(plane.shape)
        return self.engine.colorize(Request(self.photo.key, plane, guidance, "guided", size))

    def seen(self, size: int = 96, **options: object) -> np.ndarray:
        result = self.result(size)
        return render(self.photo, result.chroma, locks=result.locks, **options)

    def lock(self) -> None:
        self.document.lock_label(SAUCER, self.result().chroma)

    def paint(self, label: int, top: int, bottom: int) -> None:
        self.document.begin_stroke("Brush")
        self.document.paint(np.ones((bottom - top, 600), bool), top, 0, label)
        self.document.end_stroke()


@pytest.fixture
def desk(samples: dict[str, Path]) -> Desk:
    return Desk(samples["coffee"])


def looks(document: Document, name: str) -> None:
    recipe = LOOKS[name].recipe
    document.set_guidance(name, palette=recipe.palette, settings=recipe.settings)


EDITS: dict[str, Callable[[Document], None]] = {
    "vividness": lambda document: document.set_settings(vividness=6.0),
    "temperature": lambda document: document.set_settings(temperature=-80.0),
    "another label": lambda document: document.set_guidance("rule", rules=(Rule(SKY, RED, exact=True),)),
    "its own rule": lambda document: document.set_guidance("rule", rules=(Rule(SAUCER, BLUE, exact=True),)),
    "palette": lambda document: document.set_guidance("palette", palette=(RED, BLUE)),
    "hint on it": lambda document: document.set_guidance("hint", hints=(Hint(((0.5, 0.5),), RED, 0.05),)),
    "hint beside it": lambda document: document.set_guidance("hint", hints=(Hint(((0.1, 0.1),), BLUE, 0.05),)),
    "sepia": lambda document: looks(document, "sepia"),
    "postcard": lambda document: looks(document, "postcard"),
    "lock of another": lambda document: document.lock_label(SKY, np.full((64, 96, 2), 30, np.float32)),
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_locked_pixels_are_bit_identical_after_any_edit(desk: Desk, edit: Callable[[Document], None]) -> None:
    before = desk.seen()
    desk.lock()
    np.testing.assert_array_equal(desk.seen()[desk.region], before[desk.region])
    locked = desk.result().chroma
    edit(desk.document)
    after = desk.seen()
    np.testing.assert_array_equal(after[desk.region], before[desk.region])
    if edit is not EDITS["its own rule"] and edit is not EDITS["hint on it"]:
        assert (after[~desk.region] != before[~desk.region]).any()
    inside = desk.document.guidance(locked.shape[:2]).labels.array == SAUCER
    np.testing.assert_array_equal(desk.result().chroma[inside], locked[inside])


def test_colours_outside_the_gamut_do_not_make_locked_pixels_flicker(desk: Desk) -> None:
    """Gamut mapping works on all pixels of a strip at once; who else is there must not matter."""
    desk.document.set_settings(vividness=2.5)
    before = desk.seen(depth=16)
    desk.lock()
    for vividness in (0.0, 1.0, 2.4, 8.0):
        desk.document.set_settings(vividness=vividness)
        np.testing.assert_array_equal(desk.seen(depth=16)[desk.region], before[desk.region])


def test_the_file_keeps_them_too(desk: Desk, tmp_path: Path) -> None:
    desk.lock()
    files = []
    for vividness in (1.0, 5.0):
        desk.document.set_settings(vividness=vividness)
        result = desk.result()
        path = export(desk.photo, result.chroma, tmp_path / f"{vividness}.png", locks=result.locks)
        files.append(load_photo(path).pixels)
    np.testing.assert_array_equal(files[0][desk.region], files[1][desk.region])
    assert (files[0] != files[1]).any()


def test_drafts_other_work_sizes_and_the_preview_keep_them(desk: Desk) -> None:
    desk.lock()
    before, preview = desk.seen(), Preview()
    shown = preview.render(desk.photo, desk.result().chroma, desk.result().locks)
    desk.document.set_settings(vividness=4.0)
    for size in (64, 96, 160):
        np.testing.assert_array_equal(desk.seen(size)[desk.region], before[desk.region])
    result = desk.result()
    again = preview.render(desk.photo, result.chroma, result.locks)
    np.testing.assert_array_equal(again[desk.region], shown[desk.region])
    np.testing.assert_array_equal(again[desk.region], desk.seen()[desk.region])
    assert (again != shown).any()


def test_painting_elsewhere_keeps_them_and_painting_over_them_lets_go(desk: Desk) -> None:
    desk.lock()
    desk.document.set_settings(vividness=3.0)
    before = desk.seen()
    desk.paint(GRASS, 0, 60)
    np.testing.assert_array_equal(desk.seen()[desk.region], before[desk.region])
    desk.paint(GRASS, 180, 240)
    kept = desk.region.copy()
    kept[170:250] = False  # a stroke frees the pixels of work size that it covers, and their borders
    after = desk.seen()
    np.testing.assert_array_equal(after[kept], before[kept])
    assert np.abs(after[200:220, 250:350].astype(int) - before[200:220, 250:350]).mean() > 10
    desk.document.undo()
    np.testing.assert_array_equal(desk.seen()[desk.region], before[desk.region])


def test_a_label_painted_over_altogether_leaves_nothing_locked(desk: Desk) -> None:
    desk.lock()
    desk.document.set_settings(vividness=3.0)
    desk.document.import_labels(np.full(desk.photo.size, GRASS, np.uint8))
    locked = desk.seen()
    desk.document.unlock_label(SAUCER)
    np.testing.assert_array_equal(desk.seen(), locked)


def test_neighbours_that_are_locked_keep_their_own(desk: Desk) -> None:
    desk.lock()
    desk.document.set_settings(vividness=3.0)
    desk.document.lock_label(SKY, desk.result().chroma)
    before, sky = desk.seen(), np.asarray(desk.document.labels) == SKY
    for edit in (EDITS["palette"], EDITS["its own rule"], EDITS["sepia"]):
        edit(desk.document)
        after = desk.seen()
        np.testing.assert_array_equal(after[sky | desk.region], before[sky | desk.region])
    desk.document.unlock_label(SAUCER)
    away = sky & ~cv2.dilate(desk.region.astype(np.uint8), np.ones((15, 15), np.uint8)).astype(bool)
    np.testing.assert_array_equal(desk.seen()[away], before[away])


def test_new_pixels_of_a_locked_label_are_coloured_as_all_others(desk: Desk) -> None:
    desk.lock()
    desk.document.set_settings(vividness=3.0)
    desk.paint(SAUCER, 0, 40)
    plain = replace(desk.result().request.guidance, locks=())
    free = desk.engine.colorize(replace(desk.result().request, guidance=plain))
    np.testing.assert_array_equal(desk.result().chroma[:5], free.chroma[:5])


def test_locking_is_a_step_that_can_be_undone(desk: Desk) -> None:
    document = desk.document
    desk.lock()
    name = document.label_set.name(SAUCER)
    assert document.locked == (SAUCER,) and document.undo_text == f"Lock {name}"
    document.lock_label(SAUCER, np.zeros((4, 6, 2), np.float32))  # it is locked already
    document.lock_label(3, np.zeros((4, 6, 2), np.float32))  # it is nowhere
    assert document.locked == (SAUCER,) and document.undo_text == f"Lock {name}"
    before = desk.seen()
    document.set_settings(vividness=5.0)
    document.unlock_label(SAUCER)
    assert document.locked == () and document.undo_text == f"Unlock {name}"
    assert (desk.seen()[desk.region] != before[desk.region]).any()
    document.undo()
    np.testing.assert_array_equal(desk.seen()[desk.region], before[desk.region])
    document.undo()
    document.undo()
    assert document.locked == ()
    document.redo()
    assert document.locked == (SAUCER,)


def test_beside_a_lock_colours_go_over_without_a_step(desk: Desk) -> None:
    """Across the border of a lock no two neighbours differ more than across any other border of labels."""
    desk.lock()
    desk.document.set_guidance("rule", rules=(Rule(SKY, BLUE), Rule(GRASS, BLUE)))
    result = desk.result(96)
    flat = replace(desk.photo, pixels=np.full_like(desk.photo.pixels, 128))
    row = render(flat, result.chroma, locks=result.locks)[205].astype(int)
    steps = np.abs(np.diff(row, axis=0)).max(axis=1)
    span = np.abs(row[40] - row[300]).max()
    assert span > 60 and steps.max() <= span * 0.5


def test_a_lock_goes_through_json_and_not_into_a_recipe(desk: Desk) -> None:
    desk.lock()
    guidance = desk.result().request.guidance
    assert Guidance.from_dict(json.loads(json.dumps(guidance.to_dict()))) == guidance
    recipe = Recipe(guidance.rules, guidance.palette, guidance.settings)
    assert "locks" not in recipe.to_dict()


def test_thin_parts_of_a_label_are_locked_as_well() -> None:
    labels = np.zeros((300, 300), np.uint8)
    labels[101], labels[:, 44] = 5, 5
    lock = make_lock(5, labels, Plane(np.ones((30, 30, 2), np.float32)))
    assert (lock.mask.array[10] > 0).all() and (lock.mask.array[:, 4] > 0).all()
    assert (lock.mask.array > 0).sum() == 59
    assert current(lock, labels) is lock


def test_nothing_locked_is_nothing_changed(desk: Desk) -> None:
    chroma = np.zeros((4, 6, 2), np.float32)
    assert held(chroma, ()) is chroma
    gone = current(make_lock(5, np.full((8, 12), 5, np.uint8), Plane(chroma + 1)), np.full((8, 12), 6, np.uint8))
    assert held(chroma, (gone,)) is chroma


def test_the_same_colours_locked_twice_are_stored_once(desk: Desk) -> None:
    chroma = desk.result().chroma
    for label in (SAUCER, SKY):
        desk.document.lock_label(label, chroma)
    one, other = desk.document.guidance((64, 96)).locks
    assert one.chroma is other.chroma
    assert desk.document.settings == Settings()


def test_the_recipe_of_a_document_is_what_can_go_to_another_photo(desk: Desk) -> None:
    recipe = Recipe((Rule(SAUCER, RED),), (BLUE,), Settings(tint=4.0))
    desk.document.set_guidance("Wishes", rules=recipe.rules, palette=recipe.palette, settings=recipe.settings)
    desk.document.lock_label(SAUCER, desk.result().chroma)
    assert desk.document.recipe == recipe
