"""Locked, hidden and alone: by the marks of the rows and by keys; no tool paints over a lock, by real strokes."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from gui import label_marks
from gui.canvas import View
from gui.label_marks import EYE, LOCK, rect_of
from gui.label_rows import LABEL, row_rect
from gui.main_window import MainWindow
from tests.core.fakes import GRASS, SKY
from tests.gui.brushwork import ALT, LEFT, NONE, SHIFT, at, shot, stroke
from tests.gui.conftest import PATIENCE, wait_coloured


@pytest.fixture
def window(coloured: MainWindow, qtbot: QtBot) -> MainWindow:
    """Sky above grass, the labels alone in sight, a brush for the grass."""
    coloured.set_view("LABELS")
    coloured.activateWindow()
    coloured.labels_panel.set_current(GRASS)
    coloured.options.set_label(GRASS)
    coloured.canvas.setFocus()
    return coloured


def index_of(window: MainWindow, label: int):
    model = window.labels_panel.list.model()
    return next(index for row in range(model.rowCount()) if (index := model.index(row, 0)).data(LABEL) == label)


def click_mark(window: MainWindow, label: int, mark: str, keys: Qt.KeyboardModifier = NONE) -> None:
    rows = window.labels_panel.list
    index = index_of(window, label)
    rows.scrollTo(index)
    place = rect_of(row_rect(rows.visualRect(index)), mark).center()
    QTest.mouseClick(rows.viewport(), LEFT, keys, place)


def everywhere(window: MainWindow) -> list[QPoint]:
    canvas = window.canvas
    return [at(canvas, x, y) for x, y in ((20, 10), (130, 25), (20, 60), (130, 90))]


@pytest.mark.parametrize("tool", ["brush", "fill", "rectangle", "lasso"])
def test_no_tool_paints_over_a_locked_label(window: MainWindow, qtbot: QtBot, tool: str) -> None:
    before = window.document.labels.copy()
    assert {SKY, GRASS} == set(np.unique(before))
    click_mark(window, SKY, LOCK)
    window.options.set_label(7)
    window.options.set_size(40)
    window.set_tool(tool)
    stroke(window.canvas, *everywhere(window))
    qtbot.waitUntil(lambda: not window.canvas.tool.busy, timeout=PATIENCE)
    after = window.document.labels
    assert (after[before == SKY] == SKY).all()
    if tool != "fill":  # which began on the sky
        assert (after == 7).any()
    window.document.undo()
    assert np.array_equal(window.document.labels, before)


def test_what_a_lock_kept_from_everything_is_said(window: MainWindow) -> None:
    click_mark(window, SKY, LOCK)
    window.set_tool("fill")
    stroke(window.canvas, at(window.canvas, 40, 10))
    assert window.document.history() == []
    assert "“sky” is locked" in window.status.message


def test_a_click_on_the_lock_locks_and_chooses_no_label(window: MainWindow) -> None:
    click_mark(window, SKY, LOCK)
    assert window.document.view.locked == {SKY}
    assert window.labels_panel.current == GRASS
    assert index_of(window, SKY).data(label_marks.LOCKED)
    assert "locked" in index_of(window, SKY).data(Qt.ItemDataRole.AccessibleTextRole)
    click_mark(window, SKY, LOCK)
    assert window.document.view.locked == frozenset()
    assert window.document.history() == []


def test_keys_lock_hide_show_alone_and_free_the_current_label(window: MainWindow) -> None:
    view, canvas = window.document.view, window.canvas
    QTest.keyClick(canvas, Qt.Key.Key_L, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_H, SHIFT)
    QTest.keyClick(canvas, Qt.Key.Key_S, SHIFT)
    assert (view.locked, view.hidden, view.solo) == ({GRASS}, {GRASS}, GRASS)
    assert window.actions_by_id["labels.free"].isEnabled()
    QTest.keyClick(canvas, Qt.Key.Key_U, SHIFT)
    assert (view.locked, view.hidden, view.solo) == (frozenset(), frozenset(), None)
    assert not window.actions_by_id["labels.free"].isEnabled()
    assert not window.document.can_undo


def label_shows(window: MainWindow, plain: np.ndarray, x: int, y: int) -> bool:
    place = at(window.canvas, x, y)
    return bool(np.abs(shot(window.canvas)[place.y(), place.x()].astype(int) - plain[place.y(), place.x()]).max() > 8)


def without_overlay(window: MainWindow) -> np.ndarray:
    opacity = window.canvas.overlay_opacity
    window.canvas.set_overlay_opacity(0)
    plain = shot(window.canvas).astype(int)
    window.canvas.set_overlay_opacity(opacity)
    return plain


def test_a_hidden_label_is_not_drawn_and_alone_is_the_only_one(window: MainWindow) -> None:
    window.set_tool("pan")
    plain, sky, grass = without_overlay(window), (40, 10), (40, 90)
    shown = lambda: (label_shows(window, plain, *sky), label_shows(window, plain, *grass))  # noqa: E731
    assert shown() == (True, True)
    click_mark(window, SKY, EYE)
    assert shown() == (False, True) and window.document.view.hidden == {SKY}
    click_mark(window, SKY, EYE, ALT)
    assert shown() == (True, False) and window.document.view.solo == SKY
    assert index_of(window, GRASS).data(label_marks.SEEN) == label_marks.OUTSHONE
    click_mark(window, SKY, EYE)
    assert shown() == (False, True)
    click_mark(window, SKY, EYE)
    assert shown() == (True, True)


def test_alone_shows_in_views_without_an_overlay_too(window: MainWindow) -> None:
    window.canvas.set_view(View.ORIGINAL)
    window.set_tool("pan")
    plain = shot(window.canvas).astype(int)
    window.document.view.show_only(SKY)
    assert label_shows(window, plain, 40, 10) and not label_shows(window, plain, 40, 90)


def test_a_photo_comes_back_with_its_locks_and_another_has_none(
    window: MainWindow, qtbot: QtBot, photos: list
) -> None:
    stroke(window.canvas, at(window.canvas, 40, 10))
    click_mark(window, SKY, LOCK)
    window.session.skip()
    wait_coloured(qtbot, window, photos[1])
    assert not index_of(window, SKY).data(label_marks.LOCKED)
    window.session.previous()
    wait_coloured(qtbot, window, photos[0])
    assert index_of(window, SKY).data(label_marks.LOCKED)
    assert window.document.view.locked == {SKY}
