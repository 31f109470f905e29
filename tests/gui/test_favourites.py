"""Number keys choose favourite labels; they are set by key and by menu, shown in the rows, and remembered."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from gui import label_marks
from gui.main_window import MainWindow
from gui.settings import Settings
from tests.gui.brushwork import ALT, CONTROL, LEFT, SHIFT, at, stroke
from tests.gui.test_label_states import index_of


@pytest.fixture
def window(coloured: MainWindow) -> MainWindow:
    coloured.activateWindow()
    coloured.canvas.setFocus()
    return coloured


def label(window: MainWindow, name: str) -> int:
    return window.document.label_set.id(name)


def test_number_keys_choose_and_keep_the_tool_if_it_paints(window: MainWindow) -> None:
    window.set_tool("lasso")
    QTest.keyClick(window.canvas, Qt.Key.Key_3)
    assert window.options.label == window.labels_panel.current == label(window, "tree")
    assert window.canvas.tool.name == "lasso"
    window.set_tool("pan")
    QTest.keyClick(window.canvas, Qt.Key.Key_2)
    assert window.options.label == label(window, "sky")
    assert window.canvas.tool.name == "brush"


def test_control_alt_and_a_number_gives_the_current_label_that_key(window: MainWindow) -> None:
    window.labels_panel.set_current(label(window, "boat"))
    QTest.keyClick(window.canvas, Qt.Key.Key_0, CONTROL | ALT)
    QTest.keyClick(window.canvas, Qt.Key.Key_1)
    QTest.keyClick(window.canvas, Qt.Key.Key_0)
    assert window.options.label == label(window, "boat")
    assert index_of(window, label(window, "boat")).data(label_marks.KEY) == "0"
    assert index_of(window, label(window, "clothes")).data(label_marks.KEY) == ""
    assert "boat" in window.actions_by_id["labels.favourite.0"].text()
    assert "0=boat" in Settings()["labels.favourites"]


def test_a_label_has_one_key_and_the_rows_menu_gives_and_takes_it(window: MainWindow, qtbot: QtBot) -> None:
    tree = label(window, "tree")
    rows = window.labels_panel.list
    index = index_of(window, tree)
    rows.scrollTo(index)
    rows.menuWanted.emit(tree, rows.viewport().mapToGlobal(rows.visualRect(index).center()))
    menu = window.labels_panel.findChild(QMenu, "rowMenu")
    keys = next(action.menu() for action in menu.actions() if action.text() == "Number key")
    keys.actions()[4].trigger()
    assert index.data(label_marks.KEY) == "5" and "3" not in window.favourites.names
    keys.actions()[-1].trigger()
    assert index_of(window, tree).data(label_marks.KEY) == ""
    menu.close()
    QTest.keyClick(window.canvas, Qt.Key.Key_3)
    assert "Ctrl+Alt+3" in window.status.message


def test_numbers_typed_into_a_field_choose_nothing(window: MainWindow) -> None:
    before = window.options.label
    window.labels_panel.focus_search()
    QTest.keyClicks(QApplication.focusWidget(), "12")
    assert window.labels_panel.search.text() == "12" and window.options.label == before


@pytest.mark.parametrize(("key", "keys"), [(Qt.Key.Key_F, SHIFT), (Qt.Key.Key_0, CONTROL)])
def test_full_size_has_other_keys_now(window: MainWindow, key: Qt.Key, keys: Qt.KeyboardModifier) -> None:
    window.canvas.fit()
    assert window.canvas.zoom != 1
    QTest.keyClick(window.canvas, key, keys)
    assert window.canvas.zoom == 1


def test_held_alt_picks_with_any_painting_tool(window: MainWindow) -> None:
    before = window.document.labels.copy()
    for tool in ("brush", "fill", "object", "lasso"):
        window.set_tool(tool)
        window.options.set_label(9)
        stroke(window.canvas, at(window.canvas, 40, 10), button=LEFT, keys=ALT)
        assert window.options.label == before[10, 40]
        assert window.canvas.tool.name == tool
    assert (window.document.labels == before).all()


def test_labels_used_last_come_first(window: MainWindow) -> None:
    panel = window.labels_panel
    for name in ("boat", "bird", "boat", "bench"):
        panel.set_current(label(window, name))
    assert panel._recent[:3] == [label(window, name) for name in ("bench", "boat", "bird")]
    QTest.keyClicks(panel.search, "b")
    model = panel.list.model()
    assert [model.index(row, 0).data() for row in range(3)] == ["bench", "boat", "bird"]
