"""Keys work where the hand is: on the photo while the pointer is over it, in a field while something is typed."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow


@pytest.fixture
def active(coloured: MainWindow, qtbot: QtBot) -> MainWindow:
    coloured.activateWindow()
    qtbot.waitUntil(coloured.isActiveWindow)
    return coloured


def point_at_photo(qtbot: QtBot, window: MainWindow) -> None:
    middle = window.canvas.rect().center()
    qtbot.mouseMove(window.canvas, middle + QPoint(9, 9))
    qtbot.mouseMove(window.canvas, middle)


def test_the_pointer_over_the_photo_brings_the_keys_there(active: MainWindow, qtbot: QtBot) -> None:
    active.labels_panel.list.setFocus()
    point_at_photo(qtbot, active)
    assert QApplication.focusWidget() is active.canvas
    qtbot.keyPress(QApplication.focusWidget(), Qt.Key.Key_Space)
    assert active.canvas.cursor().shape() == Qt.CursorShape.OpenHandCursor
    qtbot.keyRelease(QApplication.focusWidget(), Qt.Key.Key_Space)


def test_what_is_being_typed_keeps_the_keys(active: MainWindow, qtbot: QtBot) -> None:
    active.labels_panel.focus_search()
    point_at_photo(qtbot, active)
    qtbot.keyClicks(QApplication.focusWidget(), "be[")
    assert active.labels_panel.search.text() == "be["


def test_who_searched_a_label_can_paint_at_once(active: MainWindow, qtbot: QtBot) -> None:
    active.labels_panel.focus_search()
    qtbot.keyClicks(active.labels_panel.search, "tree")
    qtbot.keyClick(active.labels_panel.search, Qt.Key.Key_Return)
    assert QApplication.focusWidget() is active.canvas


def test_the_brush_changes_its_size_while_a_panel_has_the_keys(active: MainWindow, qtbot: QtBot) -> None:
    size = active.options.size
    active.labels_panel.list.setFocus()
    qtbot.keyClick(active.labels_panel.list, Qt.Key.Key_BracketRight)
    assert active.options.size > size
    qtbot.keyClick(active.labels_panel.list, Qt.Key.Key_E)
    assert active.canvas.tool is active.canvas.tools["eraser"]


def test_escape_leaves_a_field_for_the_photo(active: MainWindow, qtbot: QtBot) -> None:
    active.palettes.focus_words()
    words = QApplication.focusWidget()
    assert words is active.palettes.panel.make.words
    qtbot.keyClicks(words, "sea")
    qtbot.keyClick(words, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is active.canvas and words.text() == "sea"
    active.labels_panel.focus_search()
    search = QApplication.focusWidget()
    qtbot.keyClicks(search, "sk")
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert search.text() == "" and search.hasFocus()
    qtbot.keyClick(search, Qt.Key.Key_Escape)
    assert QApplication.focusWidget() is active.canvas
