"""Labels reshaped and replaced from the canvas's menu and the Labels menu, each one step, exactly undone."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from core import label_edits
from core.label_edits import replaced, reshaped
from gui.main_window import MainWindow
from gui.replace_dialog import ReplaceDialog
from tests.core.fakes import GRASS, SKY
from tests.gui.brushwork import ALT, CONTROL, LEFT, NONE, at
from tests.gui.conftest import PATIENCE, paint

BOAT = 4


@pytest.fixture
def window(coloured: MainWindow) -> MainWindow:
    """Sky above grass, with a square of boat in the sky and another in the grass; the boat is current."""
    coloured.set_view("LABELS")
    coloured.activateWindow()
    coloured.canvas.setFocus()
    paint(coloured, BOAT, top=15, left=30)
    paint(coloured, BOAT, top=70, left=100)
    coloured.options.set_label(BOAT)
    return coloured


def menu_at(window: MainWindow, x: int, y: int) -> QMenu:
    canvas = window.canvas
    point = at(canvas, x, y)
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(canvas, QContextMenuEvent(reason, point, canvas.mapToGlobal(point)))
    return canvas.findChildren(QMenu)[-1] if not canvas.findChild(QMenu) else canvas.findChild(QMenu)


def entry(menu: QMenu, *path: str):
    for text in path[:-1]:
        menu = next(action.menu() for action in menu.actions() if action.text() == text)
    return next(action for action in menu.actions() if action.text() == path[-1])


def settled(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.label_actions.busy, timeout=PATIENCE)


def expected(labels: np.ndarray, piece: tuple) -> np.ndarray:
    after = labels.copy()
    after[piece[0].slices] = piece[1]
    return after


def check_step(window: MainWindow, before: np.ndarray, after: np.ndarray, name: str) -> None:
    document = window.document
    assert not np.array_equal(before, after)
    assert np.array_equal(document.labels, after)
    assert document.undo_text == name and len(document.history()) == 3
    document.undo()
    assert np.array_equal(document.labels, before)
    document.redo()
    assert np.array_equal(document.labels, after)


@pytest.mark.parametrize(("text", "what", "name"), [
    ("Grow by 4 px", "grow", "Grow: boat"), ("Shrink by 4 px", "shrink", "Shrink: boat"),
    ("Smooth over 4 px", "smooth", "Smooth: boat"),
])  # fmt: skip
@pytest.mark.parametrize("where", ["This region", "All “boat”"])
def test_the_canvas_menu_reshapes_a_region_or_all_of_a_label(
    window: MainWindow, qtbot: QtBot, where: str, text: str, what: str, name: str
) -> None:
    before = window.document.labels.copy()
    entry(menu_at(window, 40, 25), where, text).trigger()
    settled(qtbot, window)
    place = (40, 25) if where == "This region" else None
    after = expected(before, reshaped(before, what, BOAT, 4, place))
    touched = [bool((after != before)[half].any()) for half in (np.s_[:50], np.s_[60:])]
    assert touched == [True, where != "This region"]
    check_step(window, before, after, name)


def test_the_labels_menu_and_its_key_work_on_all_of_the_current_label(window: MainWindow, qtbot: QtBot) -> None:
    before = window.document.labels.copy()
    QTest.keyClick(window.canvas, Qt.Key.Key_G, CONTROL | ALT)
    settled(qtbot, window)
    check_step(window, before, expected(before, reshaped(before, "grow", BOAT, 4)), "Grow: boat")


def test_holes_are_filled_by_the_action(window: MainWindow, qtbot: QtBot) -> None:
    window.options.set_label(SKY)
    before = window.document.labels.copy()
    window.actions_by_id["labels.fill_holes"].trigger()
    settled(qtbot, window)
    after = before.copy()
    after[15:35, 30:50] = SKY
    check_step(window, before, after, "Fill holes: sky")


def test_a_region_or_all_of_a_label_is_filled_with_the_current_one(window: MainWindow, qtbot: QtBot) -> None:
    window.options.set_label(GRASS)
    before = window.document.labels.copy()
    entry(menu_at(window, 40, 25), "This region", "Fill with “grass”").trigger()
    settled(qtbot, window)
    after = before.copy()
    after[15:35, 30:50] = GRASS
    check_step(window, before, after, "Replace boat by grass")


def test_the_replace_window_puts_one_label_in_place_of_another(window: MainWindow, qtbot: QtBot) -> None:
    before = window.document.labels.copy()

    QTest.keyClick(window.canvas, Qt.Key.Key_H, CONTROL)
    dialog = window.findChild(ReplaceDialog)
    assert dialog.isVisible() and not dialog._go.isEnabled()
    QTest.keyClicks(dialog._new.lineEdit(), "tree")
    dialog._new.completer().popup().hide()
    assert (dialog.old, dialog.new, dialog.here) == (BOAT, window.document.label_set.id("tree"), False)
    QTest.mouseClick(dialog._go, LEFT)
    settled(qtbot, window)
    tree = window.document.label_set.id("tree")
    check_step(window, before, expected(before, replaced(before, BOAT, tree)), "Replace boat by tree")


def test_the_replace_window_cannot_be_agreed_to_without_two_labels(window: MainWindow, qtbot: QtBot) -> None:
    labels = window.document.label_set
    dialog = ReplaceDialog(labels, [SKY, GRASS], SKY, None, True, False, window)
    qtbot.addWidget(dialog)
    assert not dialog._go.isEnabled() and dialog.here
    QTest.keyClicks(dialog._new.lineEdit(), "gra")
    assert not dialog._go.isEnabled()
    QTest.keyClicks(dialog._new.lineEdit(), "ss")
    assert dialog._go.isEnabled() and dialog.new == GRASS
    dialog._new.setCurrentIndex(dialog._new.findData(SKY))
    assert not dialog._go.isEnabled()


def test_locked_labels_keep_their_pixels(window: MainWindow, qtbot: QtBot) -> None:
    window.document.view.lock(SKY)
    before = window.document.labels.copy()
    window.actions_by_id["labels.grow"].trigger()
    settled(qtbot, window)
    grown = expected(before, reshaped(before, "grow", BOAT, 4))
    check_step(window, before, np.where(before == SKY, SKY, grown), "Grow: boat")


def test_nothing_to_change_is_said_and_is_no_step(window: MainWindow, qtbot: QtBot) -> None:
    window.options.set_label(9)
    window.actions_by_id["labels.smooth"].trigger()
    settled(qtbot, window)
    assert len(window.document.history()) == 2
    assert "nothing to change" in window.status.message


def test_what_is_painted_meanwhile_is_kept_and_the_edit_made_on_top_of_it(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, at_work = threading.Event(), threading.Event()

    def held(*arguments: object, **named: object) -> tuple:
        at_work.set()
        assert go_on.wait(PATIENCE / 1000)
        return label_edits.reshaped(*arguments, **named)

    monkeypatch.setattr("gui.features.label_actions.reshaped", held)
    before = window.document.labels.copy()
    window.actions_by_id["labels.grow"].trigger()
    qtbot.waitUntil(at_work.is_set, timeout=PATIENCE)
    window.set_tool("fill")
    point = at(window.canvas, 5, 5)
    QTest.mousePress(window.canvas, LEFT, NONE, point)  # a stroke is under way
    go_on.set()
    qtbot.wait(250)
    QTest.mouseRelease(window.canvas, LEFT, NONE, point)
    qtbot.waitUntil(lambda: len(window.document.history()) == 4, timeout=PATIENCE)
    sky = np.where(before == SKY, BOAT, before)
    assert np.array_equal(window.document.labels, expected(sky, reshaped(sky, "grow", BOAT, 4)))
    assert window.document.history()[2:] == ["Fill: boat", "Grow: boat"]
