"""Swatches dropped on rows of labels and on the photo; what is no swatch goes its old way."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QModelIndex, QPoint, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.guidance import Swatch
from core.labels import UNSURE
from gui.label_rows import LABEL, RULE, TARGET
from gui.main_window import MainWindow
from gui.palette.mime import pack
from gui.rules.mime import dropped_swatch
from tests.core.fakes import GRASS, SKY
from tests.gui.brushwork import LEFT, NONE
from tests.gui.color_seen import away_from, drop, mean_lab, settled
from tests.gui.conftest import paint, wait_coloured

GREEN = Swatch.from_hex("#4f7942", "uniform")
PANE = 1  # of the two beside each other


def text(words: str) -> QMimeData:
    data = QMimeData()
    data.setText(words)
    return data


def row_of(window: MainWindow, label: int) -> QModelIndex:
    model = window.labels_panel.list.model()
    return next(i for row in range(model.rowCount()) if (i := model.index(row, 0)).data(LABEL) == label)


def place_of(window: MainWindow, label: int) -> QPoint:
    rows, index = window.labels_panel.list, row_of(window, label)
    rows.scrollTo(index)
    return rows.visualRect(index).center()


def swatch_of(window: MainWindow, label: int) -> Swatch | None:
    return next((rule.swatch for rule in window.document.recipe.rules if rule.label == label), None)


def test_a_swatch_on_a_row_colours_that_label_and_the_row_shows_it(coloured: MainWindow, qtbot: QtBot) -> None:
    settled(qtbot, coloured)
    before = away_from(mean_lab(coloured, GRASS), GREEN)
    assert row_of(coloured, GRASS).data(RULE) is None
    assert drop(coloured.labels_panel.list.viewport(), place_of(coloured, GRASS), pack(GREEN))
    assert swatch_of(coloured, GRASS) == GREEN and swatch_of(coloured, SKY) is None
    assert row_of(coloured, GRASS).data(RULE).name() == GREEN.hex
    assert GREEN.hex in row_of(coloured, GRASS).data(Qt.ItemDataRole.AccessibleTextRole)
    assert not row_of(coloured, GRASS).data(TARGET)
    settled(qtbot, coloured)
    assert away_from(mean_lab(coloured, GRASS), GREEN) < before / 3
    coloured.document.undo()
    assert row_of(coloured, GRASS).data(RULE) is None


def test_a_row_shows_that_a_swatch_would_fall_on_it_until_it_goes_away(coloured: MainWindow) -> None:
    rows, data = coloured.labels_panel.list.viewport(), pack(GREEN)
    place = place_of(coloured, GRASS)
    QApplication.sendEvent(rows, QDragEnterEvent(place, Qt.DropAction.CopyAction, data, LEFT, NONE))
    QApplication.sendEvent(rows, QDragMoveEvent(place, Qt.DropAction.CopyAction, data, LEFT, NONE))
    assert row_of(coloured, GRASS).data(TARGET) and not row_of(coloured, SKY).data(TARGET)
    QApplication.sendEvent(rows, QDragLeaveEvent())
    assert not row_of(coloured, GRASS).data(TARGET)
    assert coloured.document.history() == []


def test_a_swatch_on_the_photo_colours_the_label_under_the_pointer(coloured: MainWindow, qtbot: QtBot) -> None:
    canvas, photo = coloured.canvas, coloured.document.photo
    sky = canvas.to_widget(photo.width / 2, 5, PANE).toPoint()
    assert drop(canvas, sky, text("#6fa8dc"))
    assert swatch_of(coloured, SKY).hex == "#6fa8dc"
    assert coloured.options.label == SKY
    assert coloured.document.history() == [f"Colour of {coloured.session.label_set.name(SKY)}"]
    settled(qtbot, coloured)
    assert away_from(mean_lab(coloured, SKY), swatch_of(coloured, SKY)) < 8


@pytest.mark.parametrize("beside", [QPoint(2, 2)])
def test_beside_the_photo_nothing_is_taken(coloured: MainWindow, beside: QPoint) -> None:
    assert not drop(coloured.canvas, beside, pack(GREEN))
    assert coloured.document.history() == []


def test_where_nothing_is_labelled_a_swatch_is_refused(coloured: MainWindow) -> None:
    coloured.document.import_labels(np.full(coloured.document.labels.shape, UNSURE, np.uint8))
    middle = coloured.canvas.to_widget(75, 50, PANE).toPoint()
    assert not drop(coloured.canvas, middle, pack(GREEN))
    assert coloured.document.recipe.rules == ()


def test_a_photo_that_is_dropped_on_the_canvas_is_still_opened(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot
) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photos[2]))])
    assert drop(coloured.canvas, coloured.canvas.rect().center(), data)
    wait_coloured(qtbot, coloured, photos[2])


def test_the_labels_own_pixels_are_coloured_where_it_was_painted(coloured: MainWindow, qtbot: QtBot) -> None:
    paint(coloured, 7, top=60, left=20, size=30)
    inside = coloured.canvas.to_widget(35, 75, 0).toPoint()
    assert drop(coloured.canvas, inside, pack(GREEN))
    settled(qtbot, coloured)
    assert swatch_of(coloured, 7) == GREEN
    assert away_from(mean_lab(coloured, 7), GREEN) < 8


def color_data(color: QColor) -> QMimeData:
    data = QMimeData()
    data.setColorData(color)
    return data


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (pack(GREEN), "#4f7942"),
        (color_data(QColor("#123456")), "#123456"),
        (text(" #c0ffee "), "#c0ffee"),
        (text("#abc"), "#aabbcc"),
        (text("c0ffee"), None),
        (text("#c0ff"), None),
        (text("#" + "c" * 5000), None),
        (text("a word"), None),
        (QMimeData(), None),
    ],
)
def test_what_is_a_swatch(data: QMimeData, code: str | None) -> None:
    found = dropped_swatch(data)
    assert (found.hex if found else None) == code


def test_a_file_is_no_swatch_even_if_its_name_could_be() -> None:
    data = text("#c0ffee")
    data.setUrls([QUrl.fromLocalFile("/photos/#c0ffee")])
    assert dropped_swatch(data) is None
