"""The action table: everything in it works, everything in the window comes from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QToolBar
from pytestqt.qtbot import QtBot

from gui import actions
from gui.actions import ACTIONS, BY_ID, CONDITIONS, MENUS
from gui.command_palette import CommandPalette, matches
from gui.main_window import MainWindow
from gui.shortcut_sheet import ShortcutSheet, sections

PROMISED = """
file.open file.open_folder file.recent file.save file.save_next file.skip file.previous file.export
file.batch_export file.save_labels file.load_labels file.quit edit.undo edit.redo tool.brush tool.eraser
tool.picker tool.pan view.labels view.result view.original view.compare view.side_by_side view.fit
view.actual_size view.zoom_in view.zoom_out view.overlay_more view.overlay_less view.light_theme
view.full_screen labels.resegment labels.reset labels.search labels.larger_brush labels.smaller_brush
colour.colorizer.guided colour.colorizer.prior help.shortcuts help.commands help.about
tool.fill tool.rectangle tool.ellipse tool.lasso
""".split()  # noqa: SIM905


def test_every_promised_action_is_there_once() -> None:
    ids = [row.id for row in ACTIONS]
    assert set(PROMISED) <= set(ids)
    assert max(Counter(ids).values()) == 1


def test_no_two_actions_share_a_key() -> None:
    keys = Counter(QKeySequence(key).toString() for row in ACTIONS for key in row.shortcut)
    assert "" not in keys
    assert [key for key, count in keys.items() if count > 1] == []


@pytest.mark.parametrize("row", ACTIONS, ids=lambda row: row.id)
def test_every_row_is_complete(row: actions.Action) -> None:
    assert row.text and row.tip and row.icon and row.menu
    assert row.when in CONDITIONS
    assert row.menu.split("/")[0] in MENUS
    assert not row.tip.endswith(".")


def test_every_action_has_a_handler_an_icon_and_a_place(coloured: MainWindow) -> None:
    in_menus = {action for menu in coloured.findChildren(QMenu) for action in menu.actions()}
    for row in ACTIONS:
        action = coloured.findChild(QAction, row.id)
        assert callable(actions.handler(coloured, row)), row.id
        assert not action.icon().isNull(), row.id
        assert action in in_menus, row.id
        assert row.tip in action.toolTip()
        for key in actions.keys_of(row)[:1]:
            assert key in action.toolTip()


def test_bars_hold_the_actions_that_the_table_puts_there(coloured: MainWindow) -> None:
    for name, place in (("toolbar", "main"), ("toolStrip", "tools")):
        bar = coloured.findChild(QToolBar, name)
        shown = [action.objectName() for action in bar.actions() if action.objectName() in BY_ID]
        assert shown == [row.id for row in ACTIONS if row.toolbar.split("/")[0] == place]


def test_without_a_photo_only_what_can_work_is_enabled(open_window: Callable[..., MainWindow], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    window = open_window(tmp_path / "empty")
    enabled = {name for name, action in window.actions_by_id.items() if action.isEnabled()}
    assert {"file.open", "file.batch_export", "help.shortcuts", "tool.brush", "labels.search"} <= enabled
    assert not enabled & {"file.save", "file.export", "edit.undo", "view.compare", "labels.resegment", "file.skip"}


def test_conditions_are_those_of_the_table(coloured: MainWindow) -> None:
    assert coloured.conditions() <= set(CONDITIONS)
    assert {row.when for row in ACTIONS} <= set(CONDITIONS)


def test_a_photo_enables_saving_and_a_stroke_enables_undo(coloured: MainWindow) -> None:
    from tests.gui.conftest import paint

    action = coloured.actions_by_id
    assert action["file.save"].isEnabled() and action["file.export"].isEnabled()
    assert not action["edit.undo"].isEnabled()
    paint(coloured, 7)
    assert action["edit.undo"].isEnabled()
    assert "Brush" in action["edit.undo"].text()
    action["edit.undo"].trigger()
    assert not action["edit.undo"].isEnabled()
    assert action["edit.redo"].isEnabled()


def test_keys_take_tools_and_views(coloured: MainWindow, qtbot: QtBot) -> None:
    coloured.activateWindow()
    coloured.canvas.setFocus()
    for key, name in (("E", "eraser"), ("I", "picker"), ("H", "pan"), ("B", "brush")):
        qtbot.keyClick(coloured.canvas, key)
        assert coloured.canvas.tool.name == name
        assert coloured.actions_by_id[f"tool.{name}"].isChecked()
    qtbot.keyClick(coloured.canvas, Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert coloured.actions_by_id["view.compare"].isChecked()
    size = coloured.options.size
    qtbot.keyClick(coloured.canvas, Qt.Key.Key_BracketRight)
    assert coloured.options.size > size


def test_letters_typed_into_the_search_are_no_shortcuts(coloured: MainWindow, qtbot: QtBot) -> None:
    coloured.activateWindow()
    coloured.actions_by_id["labels.search"].trigger()
    qtbot.keyClicks(coloured.labels_panel.search, "he")
    assert coloured.canvas.tool.name == "brush"
    assert coloured.labels_panel.search.text() == "he"


def test_the_palette_finds_by_letters_with_gaps_and_best_first() -> None:
    rows = list(ACTIONS)
    assert matches("brush", rows)[0].id == "tool.brush"
    assert matches("bex", rows)[0].id == "file.batch_export"
    assert matches("", rows) == rows
    assert matches("qqqq", rows) == []


def test_the_palette_does_what_is_chosen(coloured: MainWindow, qtbot: QtBot) -> None:
    coloured.actions_by_id["help.commands"].trigger()
    palette = coloured.findChild(CommandPalette)
    qtbot.keyClicks(palette.search, "eraser")
    assert palette.texts()[0] == "Eraser"
    qtbot.keyClick(palette.search, Qt.Key.Key_Return)
    assert coloured.canvas.tool.name == "eraser"
    assert not palette.isVisible()


def test_the_palette_offers_only_what_can_work(coloured: MainWindow) -> None:
    coloured.actions_by_id["help.commands"].trigger()
    palette = coloured.findChild(CommandPalette)
    assert "Redo" not in palette.texts()
    assert "Compare" in palette.texts()
    palette.close()


def test_the_sheet_tells_every_key(qtbot: QtBot) -> None:
    told = {keys for _, rows in sections() for keys, _ in rows}
    for row in ACTIONS:
        if row.shortcut:
            assert "  ".join(actions.keys_of(row)) in told
    sheet = ShortcutSheet()
    qtbot.addWidget(sheet)
    sheet.show()
    assert sheet.isVisible()
