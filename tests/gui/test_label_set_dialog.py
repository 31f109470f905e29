"""Edit label set…: every way through the dialog with real keys and clicks, and what comes of it in the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QColorDialog,
    QComboBox,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from core.label_sets import load_own_labels, own_labels
from core.labels import UNSURE, default_label_set
from gui.label_mapping_dialog import MappingDialog
from gui.label_rows import LABEL
from gui.label_set_dialog import LabelSetDialog
from gui.label_set_model import NAME
from gui.main_window import MainWindow
from gui.settings import Settings
from tests.core.fakes import GRASS, SKY
from tests.gui.brushwork import at, stroke
from tests.gui.conftest import PATIENCE, paint, wait_coloured

SET = default_label_set()
PERSON = SET.id("person")
ALT = Qt.KeyboardModifier.AltModifier
OK, CANCEL = QDialogButtonBox.StandardButton.Ok, QDialogButtonBox.StandardButton.Cancel


def open_dialog(window: MainWindow, qtbot: QtBot) -> LabelSetDialog:
    window.actions_by_id["labels.edit_set"].trigger()
    qtbot.waitUntil(window.label_sets.dialog.isVisible, timeout=PATIENCE)
    return window.label_sets.dialog


def click(qtbot: QtBot, parent, name: str) -> None:
    qtbot.mouseClick(parent.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def press(qtbot: QtBot, dialog, button: QDialogButtonBox.StandardButton) -> None:
    qtbot.mouseClick(dialog.findChild(QDialogButtonBox).button(button), Qt.MouseButton.LeftButton)


def finish(qtbot: QtBot, window: MainWindow, dialog: LabelSetDialog) -> None:
    """OK, and wait for the step."""
    steps = len(window.document.history())
    press(qtbot, dialog, OK)
    qtbot.waitUntil(lambda: len(window.document.history()) == steps + 1, timeout=PATIENCE)


def select(qtbot: QtBot, dialog: LabelSetDialog, label: int) -> None:
    index = dialog.model.index(label, NAME)
    dialog.table.scrollTo(index)
    qtbot.mouseClick(
        dialog.table.viewport(), Qt.MouseButton.LeftButton, pos=dialog.table.visualRect(index).center()
    )
    assert dialog.row == label


def type_name(qtbot: QtBot, dialog: LabelSetDialog, text: str) -> None:
    """Type into the field that is open in the table."""
    field = dialog.table.viewport().findChild(QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, text)
    with qtbot.waitSignal(field.destroyed, timeout=PATIENCE):
        qtbot.keyClick(field, Qt.Key.Key_Return)


def choose(qtbot: QtBot, combo: QComboBox, place: int) -> None:
    """Open a combo box and click on an entry."""
    combo.showPopup()
    rows = combo.view()
    index = combo.model().index(place, 0)
    rows.scrollTo(index)
    qtbot.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=rows.visualRect(index).center())


def test_a_label_of_my_own_is_added_named_given_a_parent_and_painted(
    coloured: MainWindow, qtbot: QtBot, models
) -> None:
    qtbot.keyClick(coloured, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | ALT)
    dialog = coloured.label_sets.dialog
    select(qtbot, dialog, SKY)
    dialog.table.setFocus()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Insert)
    type_name(qtbot, dialog, "mother's dress")
    assert dialog.model.own.names[60] == "mother's dress" and dialog.model.own.parents[60] == SKY
    choose(qtbot, dialog.parents, PERSON)
    assert dialog.model.own.parents[60] == PERSON
    finish(qtbot, coloured, dialog)
    assert coloured.document.undo_text == "Edit label set" and coloured.session.label_set.names[60] == "mother's dress"

    panel = coloured.labels_panel
    qtbot.keyClick(coloured, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(panel.search, "mother")
    qtbot.keyClick(panel.search, Qt.Key.Key_Return)
    assert coloured.options.label == 60
    coloured.options.set_size(21)
    coloured.set_tool("brush")
    stroke(coloured.canvas, at(coloured.canvas, 40, 30), at(coloured.canvas, 90, 30))
    assert (coloured.document.labels[30, 40:90] == 60).all()
    qtbot.waitUntil(lambda: not coloured.session.recolour.pending, timeout=PATIENCE)
    chroma = coloured.session.result.chroma
    assert (chroma[30, 45:85, 0] == PERSON).all() and chroma[60, 75, 0] == GRASS  # the parent's colour

    coloured.session.undo()
    coloured.session.undo()
    assert len(coloured.session.label_set) == 60 and coloured.options.label < 60
    coloured.session.redo()
    assert len(coloured.document.label_set) == 61


def test_renaming_to_a_name_that_is_there_is_refused_in_the_dialog(coloured: MainWindow, qtbot: QtBot) -> None:
    dialog = open_dialog(coloured, qtbot)
    select(qtbot, dialog, SKY)
    dialog.table.setFocus()
    qtbot.keyClick(dialog.table, Qt.Key.Key_F2)
    type_name(qtbot, dialog, "grass")
    assert "already" in dialog._told.text() and dialog.model.own.name(SKY) == "sky"
    click(qtbot, dialog, "renameLabel")
    type_name(qtbot, dialog, "heaven")
    assert dialog.model.own.name(SKY) == "heaven" and dialog._told.text() == ""
    finish(qtbot, coloured, dialog)
    names = [coloured.labels_panel.list.model().index(row, 0).data() for row in range(60)]
    assert "heaven" in names and "sky" not in names


def test_a_colour_is_chosen_and_shown_at_once(coloured: MainWindow, qtbot: QtBot) -> None:
    coloured.set_view("LABELS")
    dialog = open_dialog(coloured, qtbot)
    select(qtbot, dialog, SKY)
    click(qtbot, dialog, "recolourLabel")
    chooser = dialog.findChild(QColorDialog)
    chooser.setCurrentColor(QColor(1, 2, 254))
    qtbot.keyClick(chooser, Qt.Key.Key_Return)
    assert dialog.model.own.color(SKY) == (1, 2, 254)
    before = coloured.canvas.grab().toImage()
    finish(qtbot, coloured, dialog)
    place = at(coloured.canvas, 75, 10)
    assert coloured.canvas.grab().toImage().pixelColor(place) != before.pixelColor(place)


def test_a_deleted_label_tells_where_its_pixels_go_and_undo_brings_all_back(
    coloured: MainWindow, qtbot: QtBot
) -> None:
    paint(coloured, PERSON)
    before = coloured.document.labels.copy()
    dialog = open_dialog(coloured, qtbot)
    select(qtbot, dialog, PERSON)
    dialog.table.setFocus()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Delete)
    assert "undecided" in dialog._told.text() and len(dialog.model.own) == 59
    finish(qtbot, coloured, dialog)
    assert (coloured.document.labels[10:30, 10:30] == UNSURE).all()
    coloured.session.undo()
    assert (coloured.document.labels == before).all() and coloured.document.label_set is SET


def test_labels_are_moved_by_keys_buttons_and_drag(coloured: MainWindow, qtbot: QtBot) -> None:
    before = coloured.document.labels.copy()
    dialog = open_dialog(coloured, qtbot)
    select(qtbot, dialog, 2)
    dialog.table.setFocus()
    QTest.keyClick(dialog.table, Qt.Key.Key_Up, ALT)
    assert dialog.model.own.names[:3] == ("background", "bicycle", "aeroplane") and dialog.row == 1
    click(qtbot, dialog, "labelDown")
    assert dialog.model.own.names[:3] == ("background", "aeroplane", "bicycle") and dialog.row == 2
    table, data = dialog.table, dialog.model.mimeData([dialog.model.index(2, 0)])
    top = QPointF(table.visualRect(dialog.model.index(0, 0)).topLeft() + QPoint(20, 1))
    move, left, none = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    table.viewport().setFocus()
    QApplication.sendEvent(table.viewport(), QDragEnterEvent(top.toPoint(), move, data, left, none))
    QApplication.sendEvent(table.viewport(), QDragMoveEvent(top.toPoint(), move, data, left, none))
    QApplication.sendEvent(table.viewport(), QDropEvent(top, move, data, left, none))
    assert dialog.model.own.names[:3] == ("bicycle", "background", "aeroplane") and dialog.row == 0
    finish(qtbot, coloured, dialog)
    document = coloured.document
    assert document.label_set.names[:3] == ("bicycle", "background", "aeroplane")
    assert (document.labels == before).all()  # sky and grass keep their places
    assert document.segmented is not None and (document.segmented == before).all()


def test_another_set_asks_what_becomes_of_what_it_does_not_name(coloured: MainWindow, qtbot: QtBot) -> None:
    motorbike = SET.id("motorbike")
    paint(coloured, motorbike)
    dialog = open_dialog(coloured, qtbot)
    choose(qtbot, dialog.sets, 2)
    mapping = dialog.findChild(MappingDialog)
    assert mapping is not None
    combo = mapping.combo(motorbike)
    assert "proposed" in combo.currentText()
    qtbot.keyClick(combo, Qt.Key.Key_Home)
    assert not mapping.findChild(QDialogButtonBox).button(OK).isEnabled()
    click(qtbot, mapping, "restUndecided")
    press(qtbot, mapping, OK)
    assert len(dialog.model.own) == 151
    finish(qtbot, coloured, dialog)
    document = coloured.document
    assert (document.labels[10:30, 10:30] == UNSURE).all()
    assert document.label_set.name(document.label_at(75, 5)) == "sky"
    qtbot.waitUntil(lambda: not coloured.session.recolour.pending, timeout=PATIENCE)
    assert coloured.session.result.chroma[5, 75, 0] == SKY


def test_a_set_is_saved_and_opened_again(
    coloured: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = open_dialog(coloured, qtbot)
    click(qtbot, dialog, "addLabel")
    type_name(qtbot, dialog, "uniform")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "mine"), ""))
    click(qtbot, dialog, "saveLabelSet")
    assert load_own_labels(tmp_path / "mine.json") == dialog.model.own
    click(qtbot, dialog, "saveLabelSet")
    assert "already there" in dialog._told.text()  # only “mine” was agreed to
    press(qtbot, dialog, CANCEL)
    assert coloured.document.label_set is SET and not coloured.document.history()

    dialog = open_dialog(coloured, qtbot)
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(tmp_path / "mine.json"), ""))
    place = dialog.sets.count() - 1
    choose(qtbot, dialog.sets, place)
    assert dialog.findChild(MappingDialog) is None and dialog.model.own.names[60] == "uniform"
    (tmp_path / "mine.json").write_text("{}")
    choose(qtbot, dialog.sets, place)
    assert "mine.json" in dialog._told.text()
    finish(qtbot, coloured, dialog)
    assert len(coloured.document.label_set) == 61


def test_the_set_goes_with_photos_and_to_the_next_start(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot, open_window: Callable[..., MainWindow]
) -> None:
    dialog = open_dialog(coloured, qtbot)
    click(qtbot, dialog, "addLabel")
    type_name(qtbot, dialog, "teeth")
    finish(qtbot, coloured, dialog)
    coloured.asking.batch()
    assert coloured.asking._batch.label_set is coloured.document.label_set
    coloured.asking._batch.close()
    coloured.session.skip()
    wait_coloured(qtbot, coloured, photos[1])
    assert coloured.document.label_set.names[60] == "teeth"
    coloured.session.previous()
    wait_coloured(qtbot, coloured, photos[0])
    coloured.session.undo()
    assert len(coloured.session.label_set) == 60 and Settings()["labels.set"] == ""
    coloured.session.redo()
    another = open_window(photos[2])
    assert another.session.label_set.names[60] == "teeth"
    wait_coloured(qtbot, another, photos[2])
    given = open_window(photos[2], "--labels", Path(__file__).parents[2] / "labels" / "ade20k-150.txt")
    wait_coloured(qtbot, given, photos[2])
    label = given.document.label_at(30, 5)
    assert given.session.label_set.name(label) == "sky" and label != SKY
    assert given.session.result.chroma[5, 30, 0] == SKY


def test_without_a_photo_the_set_is_what_photos_will_get(
    open_window: Callable[..., MainWindow], photos: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "empty").mkdir()
    window = open_window(tmp_path / "empty")
    dialog = open_dialog(window, qtbot)
    click(qtbot, dialog, "addLabel")
    type_name(qtbot, dialog, "teeth")
    press(qtbot, dialog, OK)
    assert window.session.label_set.names[60] == "teeth"
    rows = window.labels_panel.list.model()
    assert 60 in [rows.index(row, 0).data(LABEL) for row in range(rows.rowCount())]
    window.open([photos[2]])
    wait_coloured(qtbot, window, photos[2])
    assert window.document.label_set == window.session.label_set != own_labels()
    assert np.isin(window.document.labels, [SKY, GRASS]).all()
