"""Batch export from the window: every photo gets its line, a bad one does not stop the rest, Stop stops."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core.color import gamut_map, luminance, rgb_to_lab
from core.guidance import Recipe, Rule, Swatch
from core.guidance import Settings as Vivid
from core.photo import load_photo
from core.recipe import save_recipe
from core.rules import swatch_chroma
from gui.batch_dialog import BatchDialog
from gui.main_window import MainWindow
from gui.settings import Settings
from tests.core.fakes import GRASS, FakeModels
from tests.gui.conftest import PATIENCE


@pytest.fixture
def dialog(coloured: MainWindow, photos: list[Path], tmp_path: Path) -> BatchDialog:
    coloured.actions_by_id["file.batch_export"].trigger()
    dialog = coloured.findChild(BatchDialog)
    dialog.source.setText(str(photos[0].parent))
    dialog.target.setText(str(tmp_path / "results"))
    return dialog


def rows(dialog: BatchDialog) -> list[tuple[str, ...]]:
    table = dialog.table
    return [tuple(table.item(row, column).text() for column in range(4)) for row in range(table.rowCount())]


def run(dialog: BatchDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    assert not dialog.start_button.isEnabled()
    qtbot.waitUntil(lambda: not dialog.running, timeout=PATIENCE)


def test_every_photo_gets_a_line_and_a_bad_one_does_not_stop_the_rest(
    dialog: BatchDialog, photos: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    photos[1].write_bytes(b"no photo")
    dialog.save_labels.setChecked(True)
    run(dialog, qtbot)
    told = {name: (status, message) for name, status, _, message in rows(dialog)}
    assert {name: status for name, (status, _) in told.items()} == {"a.png": "done", "b.jpg": "failed", "c.png": "done"}
    assert "b.jpg" in told["b.jpg"][1]
    assert "2 done" in dialog.summary.text() and "1 failed" in dialog.summary.text()
    assert dialog.progress.value() == dialog.progress.maximum() == 3
    names = {path.name for path in (tmp_path / "results").iterdir()}
    assert names == {"a.png", "a_labels.png", "c.png", "c_labels.png"}


def test_a_second_run_overwrites_only_when_told(dialog: BatchDialog, qtbot: QtBot) -> None:
    run(dialog, qtbot)
    run(dialog, qtbot)
    assert {status for _, status, _, _ in rows(dialog)} == {"skipped"}
    dialog.overwrite.setChecked(True)
    run(dialog, qtbot)
    assert {status for _, status, _, _ in rows(dialog)} == {"done"}


def test_stop_ends_early_and_keeps_what_is_done(
    dialog: BatchDialog, models: FakeModels, qtbot: QtBot
) -> None:
    entered, go_on = threading.Event(), threading.Event()

    def hold(name: str, shape: tuple[int, int]) -> None:
        if name == "colorize":
            entered.set()
            go_on.wait(20)

    models.guided.before = hold
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(entered.is_set, timeout=PATIENCE)
    qtbot.mouseClick(dialog.stop_button, Qt.MouseButton.LeftButton)
    go_on.set()
    qtbot.waitUntil(lambda: not dialog.running, timeout=PATIENCE)
    assert dialog.summary.text().startswith("Stopped")
    assert len(rows(dialog)) < 3


def test_a_folder_without_photos_is_a_sentence(dialog: BatchDialog, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "nothing").mkdir()
    dialog.source.setText(str(tmp_path / "nothing"))
    run(dialog, qtbot)
    assert "nothing" in dialog.summary.text()
    assert rows(dialog) == []
    assert dialog.start_button.isEnabled()


def test_results_that_cannot_be_written_are_a_sentence(dialog: BatchDialog, tmp_path: Path, qtbot: QtBot) -> None:
    (tmp_path / "results").write_text("a file")
    run(dialog, qtbot)
    assert "results" in dialog.summary.text()


def test_start_needs_both_folders_and_both_are_remembered(dialog: BatchDialog, tmp_path: Path, qtbot: QtBot) -> None:
    dialog.target.clear()
    assert not dialog.start_button.isEnabled()
    dialog.target.setText(str(tmp_path / "results"))
    run(dialog, qtbot)
    assert Settings()["batch.out_folder"] == str(tmp_path / "results")


UNIFORM = Recipe((Rule(GRASS, Swatch.from_hex("#3b7a3a", "uniform"), exact=True),))


def choose_recipe(dialog: BatchDialog, monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    """As a person does: the last entry of the list, then the file."""
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(path), ""))
    box = dialog.recipe
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_End)


def test_one_recipe_colours_every_photo_of_the_batch(
    dialog: BatchDialog, photos: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    choose_recipe(dialog, monkeypatch, save_recipe(tmp_path / "uniform.json", UNIFORM))
    assert dialog.recipe.currentText() == "uniform"
    run(dialog, qtbot)
    wanted = swatch_chroma(UNIFORM.rules[0].swatch)
    for photo in photos:
        result = load_photo(tmp_path / "results" / photo.name)
        lower = result.rgb()[result.height * 3 // 4 :]  # what the fake networks call grass
        mean = rgb_to_lab(lower).reshape(-1, 3).mean(axis=0)[1:]
        light = luminance(lower).mean()
        goal = gamut_map(np.float32([light]), np.float32([wanted]))[0]
        assert np.hypot(*(mean - goal)) < 8, photo.name
    assert Settings()["batch.recipe"] == str(tmp_path / "uniform.json")


def test_a_recipe_that_cannot_be_read_is_a_sentence_and_nothing_is_coloured(
    dialog: BatchDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    (tmp_path / "half.json").write_text(json.dumps(UNIFORM.to_dict())[:90])
    choose_recipe(dialog, monkeypatch, tmp_path / "half.json")
    run(dialog, qtbot)
    assert "half.json" in dialog.summary.text() and "choose another" in dialog.summary.text()
    assert rows(dialog) == [] and not (tmp_path / "results").exists()


def test_the_windows_own_recipe_is_offered_and_the_choice_outlives_a_second_opening(
    dialog: BatchDialog, coloured: MainWindow
) -> None:
    texts = [dialog.recipe.itemText(at) for at in range(dialog.recipe.count())]
    assert texts == ["None", "Choose a file…"] and dialog.recipe.source is None
    coloured.document.set_guidance("Rule", rules=UNIFORM.rules)
    coloured.actions_by_id["file.batch_export"].trigger()
    QTest.keyClick(dialog.recipe, Qt.Key.Key_Down)
    assert dialog.recipe.source == UNIFORM
    more = Recipe(UNIFORM.rules, settings=Vivid(vividness=1.4))
    coloured.document.set_guidance("Vividness", settings=more.settings)
    coloured.actions_by_id["file.batch_export"].trigger()
    assert dialog.recipe.source == more


def test_the_list_stays_as_it_was_when_no_file_is_chosen(
    dialog: BatchDialog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("", ""))
    QTest.keyClick(dialog.recipe, Qt.Key.Key_End)
    assert dialog.recipe.currentText() == "None"


def test_the_canvas_goes_on_beside_a_batch(
    dialog: BatchDialog, coloured: MainWindow, qtbot: QtBot
) -> None:
    from tests.gui.conftest import paint

    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(coloured.session.recolour.settled, timeout=PATIENCE):
        paint(coloured, 7)
    qtbot.waitUntil(lambda: not dialog.running, timeout=PATIENCE)
    assert {status for _, status, _, _ in rows(dialog)} == {"done"}


def hold_at(models: FakeModels, call: int) -> tuple[threading.Event, threading.Event]:
    """Let the network wait in its n-th colouring: (it is there, it may go on)."""
    entered, go_on, calls = threading.Event(), threading.Event(), []

    def hold(name: str, shape: tuple[int, int]) -> None:
        if name == "colorize":
            calls.append(name)
            if len(calls) == call:
                entered.set()
                go_on.wait(20)

    models.guided.before = hold
    return entered, go_on


def stopped(dialog: BatchDialog, models: FakeModels, qtbot: QtBot) -> int:
    """Start, and stop in the middle: while the last photo is coloured and that before may be being written. How many
    were done."""
    entered, go_on = hold_at(models, 2)
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(entered.is_set, timeout=PATIENCE)
    qtbot.mouseClick(dialog.stop_button, Qt.MouseButton.LeftButton)
    go_on.set()
    qtbot.waitUntil(lambda: not dialog.running, timeout=PATIENCE)
    models.guided.before = lambda name, shape: None
    done = int(re.match(r"Stopped: (\d) done", dialog.summary.text())[1])
    assert 1 <= done < 3
    return done


def test_a_batch_that_stopped_is_offered_and_gone_on_with(
    dialog: BatchDialog, models: FakeModels, tmp_path: Path, qtbot: QtBot
) -> None:
    done = stopped(dialog, models, qtbot)
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.offer.isVisible, timeout=PATIENCE)
    assert f"{done} of 3 were done" in dialog.offer_text.text() and not dialog.running
    qtbot.mouseClick(dialog.go_on_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.running, timeout=PATIENCE)
    told = [(name, status) for name, status, _, _ in rows(dialog)]
    assert told == [("a.png", "done"), ("b.jpg", "done"), ("c.png", "done")][done:]
    assert f"3 done ({done} of them before)" in dialog.summary.text()
    assert {path.name for path in (tmp_path / "results").iterdir()} == {"a.png", "b.jpg", "c.png"}


def test_a_batch_that_stopped_can_be_started_over(dialog: BatchDialog, models: FakeModels, qtbot: QtBot) -> None:
    stopped(dialog, models, qtbot)
    dialog.overwrite.setChecked(True)
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(dialog.offer.isVisible, timeout=PATIENCE)
    qtbot.mouseClick(dialog.start_over_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.running, timeout=PATIENCE)
    assert len(rows(dialog)) == 3 and not dialog.offer.isVisible()


def test_a_batch_rests_while_the_canvas_goes_on(
    dialog: BatchDialog, coloured: MainWindow, models: FakeModels, qtbot: QtBot
) -> None:
    from tests.gui.conftest import paint

    entered, go_on = hold_at(models, 1)
    qtbot.mouseClick(dialog.start_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(entered.is_set, timeout=PATIENCE)
    qtbot.mouseClick(dialog.pause_button, Qt.MouseButton.LeftButton)
    assert dialog.pause_button.text() == "Go on" and "resting" in dialog.summary.text()
    go_on.set()
    qtbot.waitUntil(lambda: len(rows(dialog)) == 1, timeout=PATIENCE)
    with qtbot.waitSignal(coloured.session.recolour.settled, timeout=PATIENCE):
        paint(coloured, 7)
    assert dialog.running and len(rows(dialog)) == 1
    qtbot.mouseClick(dialog.pause_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.running, timeout=PATIENCE)
    assert len(rows(dialog)) == 3 and dialog.pause_button.text() == "Pause"


def test_a_tree_is_mirrored_named_and_reported(
    dialog: BatchDialog, photos: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    below = photos[0].parent / "below"
    below.mkdir()
    photos[1].rename(below / "b.jpg")
    options = dialog.options
    qtbot.mouseClick(options.more.head, Qt.MouseButton.LeftButton)
    assert options.name.isVisible()
    options.recursive.setChecked(True)
    qtbot.keyClicks(options.name, "{index}-{stem}")
    qtbot.keyClicks(options.report, str(tmp_path / "sheet.html"))
    run(dialog, qtbot)
    results = tmp_path / "results"
    assert {path.relative_to(results).as_posix() for path in results.rglob("*.*")} == {
        "1-a.png", "2-c.png", "below/3-b.jpg"
    }  # fmt: skip
    qtbot.waitUntil(lambda: "sheet.html" in dialog.summary.text(), timeout=PATIENCE)
    assert (tmp_path / "sheet.html").read_text().count("data:image/jpeg") == 6


def test_an_impossible_name_is_a_sentence_and_nothing_begins(
    dialog: BatchDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog.options.name.setText("{nonsense}")
    run(dialog, qtbot)
    assert "{nonsense}" in dialog.summary.text() and not (tmp_path / "results").exists()


def test_unfolded_it_fits_a_small_screen_and_every_option_scrolls_into_sight(dialog: BatchDialog, qtbot: QtBot) -> None:
    qtbot.mouseClick(dialog.options.more.head, Qt.MouseButton.LeftButton)
    assert dialog.minimumSizeHint().height() <= 600  # what is left of 768 pixels beside bars and titles
    dialog.resize(820, 600)
    last = dialog.options.workers
    last.setFocus(Qt.FocusReason.TabFocusReason)
    seen = dialog.area.viewport()
    qtbot.waitUntil(lambda: dialog.options.more.is_open and last.isVisibleTo(dialog))
    dialog.area.ensureWidgetVisible(last)
    assert seen.rect().contains(last.mapTo(seen, last.rect().center()))
    assert dialog.table.height() >= 120
    assert dialog.start_button.geometry().bottom() <= 600


def test_with_room_nothing_of_the_folded_options_scrolls(dialog: BatchDialog, qtbot: QtBot) -> None:
    dialog.resize(820, 660)
    qtbot.waitUntil(lambda: dialog.area.height() > 200)
    assert dialog.area.verticalScrollBar().maximum() == 0
