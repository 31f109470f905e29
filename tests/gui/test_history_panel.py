"""The History panel under mouse and keys: any step is a click away, and one line is all there is."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QDockWidget
from pytestqt.qtbot import QtBot

from gui import theme
from gui.history_panel import HistoryPanel
from gui.main_window import MainWindow
from tests.gui.conftest import PATIENCE, paint

CAR, CHAIR, PERSON = 7, 9, 15


@pytest.fixture
def history(coloured: MainWindow, qtbot: QtBot) -> HistoryPanel:
    """The panel in front, after three strokes; `maps` are the label maps at every step."""
    panel = coloured.history_panel
    coloured.findChild(QDockWidget, "dock.history").raise_()
    qtbot.waitUntil(lambda: not panel.visibleRegion().isEmpty(), timeout=PATIENCE)
    panel.maps = [coloured.document.labels.copy()]
    for top, label in ((10, CAR), (30, CHAIR), (50, PERSON)):
        paint(coloured, label, top=top)
        panel.maps.append(coloured.document.labels.copy())
    return panel


def click(qtbot: QtBot, panel: HistoryPanel, row: int) -> None:
    place = panel.list.visualRect(panel.list.model().index(row, 0)).center()
    qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)


def said(panel: HistoryPanel) -> list[str]:
    model = panel.list.model()
    return [model.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(model.rowCount())]


def brightest(panel: HistoryPanel, row: int) -> int:
    """The lightest value in a row's words: how loud they are in the dark theme."""
    rect = panel.list.visualRect(panel.list.model().index(row, 0)).adjusted(34, 3, -4, -3)
    image = panel.list.viewport().grab(rect).toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.array(image.constBits()).reshape(image.height(), image.bytesPerLine())
    return int(rows[:, : image.width()].max())


def test_a_click_goes_to_any_step_and_back(coloured: MainWindow, history: HistoryPanel, qtbot: QtBot) -> None:
    names = ["Opened", *(f"Brush: {coloured.document.label_set.name(label)}" for label in (CAR, CHAIR, PERSON))]
    for row in (0, 2, 1, 3):
        click(qtbot, history, row)
        assert np.array_equal(coloured.document.labels, history.maps[row])
        assert history.texts() == names and history.present == row
        marks = ["", "", "", ""]
        marks[row:] = [", present step", *[", taken back"] * (3 - row)]
        assert said(history) == [name + mark for name, mark in zip(names, marks)]


def test_what_was_taken_back_is_dimmed(history: HistoryPanel, qtbot: QtBot) -> None:
    click(qtbot, history, 1)
    assert theme.current() is theme.DARK
    done, undone = brightest(history, 0), brightest(history, 3)
    assert done > 200 and undone < done - 60


def test_a_new_edit_drops_what_was_taken_back(coloured: MainWindow, history: HistoryPanel, qtbot: QtBot) -> None:
    click(qtbot, history, 1)
    paint(coloured, PERSON, top=70)
    assert history.texts() == ["Opened", "Brush: car", "Brush: person"] and history.present == 2


def test_arrows_move_the_cursor_and_enter_goes(coloured: MainWindow, history: HistoryPanel, qtbot: QtBot) -> None:
    coloured.activateWindow()
    history.list.setFocus()
    qtbot.keyClick(history.list, Qt.Key.Key_Up)
    qtbot.keyClick(history.list, Qt.Key.Key_Up)
    assert history.present == 3 and np.array_equal(coloured.document.labels, history.maps[3])
    qtbot.keyClick(history.list, Qt.Key.Key_Return)
    assert history.present == 1 and np.array_equal(coloured.document.labels, history.maps[1])


def test_a_drag_of_a_slider_is_one_step(coloured: MainWindow, history: HistoryPanel) -> None:
    for value in (0.8, 0.9, 1.3):
        coloured.document.set_settings(vividness=value, merge_key="drag 1")
    assert history.texts()[4:] == ["Vividness"]
    coloured.document.set_settings(vividness=1.5, merge_key="drag 2")
    assert history.texts()[4:] == ["Vividness", "Vividness"]
    coloured.session.undo()
    coloured.session.undo()
    assert coloured.document.settings.vividness == 1.0 and history.present == 3


def test_undo_during_a_stroke_cancels_it_and_nothing_else(
    coloured: MainWindow, history: HistoryPanel, qtbot: QtBot
) -> None:
    canvas, texts = coloured.canvas, history.texts()
    coloured.activateWindow()
    canvas.setFocus()
    points = [canvas.to_widget(x, 85).toPoint() for x in (20, 60, 100)]
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=points[0])
    qtbot.mouseMove(canvas, points[1])
    assert not np.array_equal(coloured.document.labels, history.maps[3])
    qtbot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(coloured.document.labels, history.maps[3]) and not coloured.document.painting
    qtbot.mouseMove(canvas, points[2])
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=points[2])
    assert np.array_equal(coloured.document.labels, history.maps[3])
    assert history.texts() == texts and history.present == 3 and not coloured.document.can_redo


def test_a_step_more_costs_one_row(coloured: MainWindow, history: HistoryPanel) -> None:
    inserted, removed = [], []
    history.list.model().rowsInserted.connect(lambda _, first, last: inserted.append((first, last)))
    history.list.model().rowsRemoved.connect(lambda _, first, last: removed.append((first, last)))
    paint(coloured, CHAIR, top=60)
    coloured.session.undo()
    coloured.session.redo()
    assert (inserted, removed) == ([(4, 4)], [])


def test_without_a_photo_it_is_empty(history: HistoryPanel) -> None:
    history.show_history(None)
    assert history.texts() == []
