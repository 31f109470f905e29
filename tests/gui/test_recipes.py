"""Recipes: from one photo to the next, through a file or straight; a bad file is a sentence and changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from core.guidance import Link, Recipe, Rule, Settings, Swatch
from core.recipe import load_recipe, save_recipe
from gui.main_window import MainWindow
from tests.core.fakes import GRASS, SKY
from tests.gui.color_seen import LEFT, away_from, mean_lab, settled
from tests.gui.conftest import PATIENCE, wait_coloured

GREEN = Swatch.from_hex("#4f7942", "uniform")
RECIPE = Recipe((Rule(GRASS, GREEN, exact=True), Rule(SKY, temperature=20.0)), (GREEN,), Settings(vividness=1.2))
LINKS = (Link(Swatch.from_hex("#806040"), GREEN),)


def ready(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not window.recipes._files.busy, timeout=PATIENCE)


def choose(monkeypatch: pytest.MonkeyPatch, path: Path) -> None:
    for name in ("getOpenFileName", "getSaveFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: (str(path), ""))


def test_saved_here_and_loaded_on_the_next_photo_one_uniform_is_one_green(
    coloured: MainWindow, photos: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    buttons = coloured.colour.panel
    assert not buttons.save.isEnabled() and not coloured.actions_by_id["recipe.save"].isEnabled()
    coloured.document.set_guidance("All", rules=RECIPE.rules, palette=RECIPE.palette, settings=RECIPE.settings)
    choose(monkeypatch, tmp_path / "album" / "uniform")
    QTest.mouseClick(buttons.save, LEFT)
    ready(coloured, qtbot)
    assert load_recipe(tmp_path / "album" / "uniform.json") == RECIPE
    coloured.session.skip()
    wait_coloured(qtbot, coloured, photos[1])
    choose(monkeypatch, tmp_path / "album" / "uniform.json")
    QTest.mouseClick(buttons.load, LEFT)
    ready(coloured, qtbot)
    assert coloured.document.recipe == RECIPE
    assert coloured.document.history() == ["Recipe: uniform"]
    settled(qtbot, coloured)
    assert away_from(mean_lab(coloured, GRASS), GREEN) < 3
    coloured.document.undo()
    assert coloured.document.recipe == Recipe()


def test_the_last_photos_recipe_goes_to_this_one(coloured: MainWindow, photos: list[Path], qtbot: QtBot) -> None:
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    assert not coloured.colour.panel.last.isEnabled()
    coloured.document.set_guidance("Rule", rules=RECIPE.rules)
    coloured.session.skip()
    wait_coloured(qtbot, coloured, photos[1])
    coloured.session.skip()  # a photo that was given nothing does not count
    wait_coloured(qtbot, coloured, photos[2])
    QTest.keyClick(coloured, Qt.Key.Key_R, keys)
    assert coloured.document.recipe == Recipe(RECIPE.rules)
    assert coloured.document.undo_text == "Recipe of the last photo"


def test_the_links_of_a_recoloured_photo_go_with_its_recipe_until_a_look_brings_its_own_palette(
    coloured: MainWindow,
) -> None:
    recipe = Recipe(palette=(GREEN,), palette_map=LINKS)
    coloured.recipes.apply(recipe, "Recipe: links")
    assert coloured.document.recipe == recipe
    coloured.colour.set_look("sepia")
    assert coloured.document.recipe.palette_map == LINKS
    coloured.colour.set_look("postcard")
    assert coloured.document.recipe.palette_map == ()
    coloured.document.undo()
    coloured.document.undo()
    assert coloured.document.recipe == recipe


def test_recent_recipes_are_offered_newest_first_and_one_that_is_gone_no_more(
    coloured: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    paths = [save_recipe(tmp_path / f"{name}.json", RECIPE) for name in ("old", "new")]
    for path in paths:
        coloured.recipes.load_from(path)
        ready(coloured, qtbot)
    menu = coloured.colour.recent
    menu.popup(QPoint(40, 40))
    assert [action.text().split()[1] for action in menu.actions()] == ["new", "old"]
    paths[1].unlink()
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(menu.actions()[0]).center())
    ready(coloured, qtbot)
    assert coloured.notice.kind == "error"
    menu.popup(QPoint(40, 40))
    assert [action.text().split()[1] for action in menu.actions()] == ["old"]
    menu.close()


@pytest.mark.parametrize("content", [
    json.dumps(RECIPE.to_dict())[:120],
    json.dumps({**RECIPE.to_dict(), "version": 99}),
    json.dumps({**RECIPE.to_dict(), "settings": {"vividness": 1e9}}),
    "[]",
    "\x00\x01",
])  # fmt: skip
def test_a_bad_recipe_is_one_sentence_and_changes_nothing(
    coloured: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, content: str
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(content)
    choose(monkeypatch, path)
    with qtbot.waitSignal(coloured.session.failed, timeout=PATIENCE) as failed:
        coloured.actions_by_id["recipe.load"].trigger()
    assert "bad.json" in failed.args[0] and failed.args[0].endswith(".")
    assert coloured.document.history() == []
    assert coloured.notice.kind == "error"


def test_a_folder_that_cannot_be_written_is_a_sentence(
    coloured: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    coloured.document.set_guidance("Rule", rules=RECIPE.rules)
    (tmp_path / "file").write_text("")
    choose(monkeypatch, tmp_path / "file" / "uniform.json")
    with qtbot.waitSignal(coloured.session.failed, timeout=PATIENCE) as failed:
        coloured.actions_by_id["recipe.save"].trigger()
    assert "file" in failed.args[0]
