"""Line art in the window, with a real hand: opened, filled over a gap, extracted from a photo, saved with its lines."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QFileDialog, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from core.guidance import Swatch
from core.labels import default_label_set
from core.photo import load_photo
from core.sketch_regions import is_region_set
from gui.main_window import MainWindow
from tests.core.drawings import PLACES, house
from tests.gui.brushwork import ALT, CONTROL, LEFT, NONE, at
from tests.gui.conftest import PATIENCE, wait_coloured

GAPPED = "gapped.png"


def gapped() -> np.ndarray:
    """The house with an opening of 4 pixels in the wall of the sun."""
    page = house()
    page[52:56, 360:] = 255
    return page


@pytest.fixture
def sketch(qtbot: QtBot, open_window, tmp_path: Path) -> MainWindow:
    """The window with a sketch in work."""
    path = tmp_path / GAPPED
    cv2.imwrite(str(path), gapped())
    window = open_window(path)
    wait_coloured(qtbot, window, path)
    return window


def place(window: MainWindow, name: str):
    photo = window.document.photo
    return at(window.canvas, PLACES[name][0] * photo.width, PLACES[name][1] * photo.height)


def label(window: MainWindow, name: str) -> int:
    photo = window.document.photo
    return window.document.label_at(int(PLACES[name][0] * photo.width), int(PLACES[name][1] * photo.height))


def settled(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.sketch.busy and not window.session.recolour.pending, timeout=PATIENCE)


def test_line_art_is_recognised_and_a_photo_is_none(sketch: MainWindow, qtbot: QtBot, small_photo: Path) -> None:
    tab = sketch.findChild(QDockWidget, "dock.sketch").toggleViewAction()
    assert sketch.sketch.on and sketch.actions_by_id["sketch.line_art"].isChecked() and tab.isChecked()
    assert is_region_set(sketch.document.label_set) and not sketch.document.can_undo
    assert sketch.session.result.fill is not None
    assert sketch.settings["labels.set"] == ""  # regions are no label set to start with next time
    sketch.open([small_photo])
    wait_coloured(qtbot, sketch, small_photo)
    assert not sketch.sketch.on and not tab.isVisible() and not sketch.actions_by_id["sketch.save_lines"].isEnabled()
    assert sketch.document.label_set == default_label_set() and sketch.session.result.fill is None


def test_fill_does_not_leak_through_a_gap(sketch: MainWindow, qtbot: QtBot) -> None:
    before = sketch.document.labels.copy()
    roof, sun = label(sketch, "roof"), label(sketch, "sun")
    assert sun != label(sketch, "sky")
    sketch.set_tool("fill")
    sketch.options.set_label(roof)
    sketch.set_view("RESULT")
    QTest.mouseClick(sketch.canvas, LEFT, NONE, place(sketch, "sun"))
    qtbot.waitUntil(lambda: label(sketch, "sun") == roof, timeout=PATIENCE)
    assert np.array_equal(sketch.document.labels, np.where(before == sun, roof, before))
    QTest.keyClick(sketch, Qt.Key.Key_Z, CONTROL)
    assert np.array_equal(sketch.document.labels, before)


def test_wider_gaps_are_closed_when_the_slider_is_let_go(sketch: MainWindow, qtbot: QtBot) -> None:
    sketch.findChild(QDockWidget, "dock.sketch").raise_()
    slider = sketch.sketch.panel.gap
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_Home)
    settled(qtbot, sketch)
    assert label(sketch, "sun") == label(sketch, "sky")  # nothing is closed, and the sun leaks
    QTest.keyClick(slider, Qt.Key.Key_End)
    settled(qtbot, sketch)
    assert label(sketch, "sun") != label(sketch, "sky")
    assert sketch.document.history() == ["Close gaps", "Close gaps"]


def test_a_dropped_colour_brings_its_light_and_settings_are_a_step_each(sketch: MainWindow, qtbot: QtBot) -> None:
    photo, (x, y) = sketch.document.photo, PLACES["wall"]
    sketch.colour.drop_on_photo(int(x * photo.width), int(y * photo.height), Swatch.from_hex("#1d2d5c"))
    settled(qtbot, sketch)
    result = sketch.session.result
    inside = result.request.guidance.labels.array == label(sketch, "wall")
    assert np.median(result.fill.light[inside]) == pytest.approx(19.7, abs=1)
    panel, steps = sketch.sketch.panel, sketch.document.index
    for field, value in (("fill", "shaded"), ("manner", "painterly")):
        QTest.mouseClick(panel.findChild(QToolButton, f"sketch.{field}.{value}"), LEFT)
    sketch.findChild(QAction, "sketch.lines.drop").trigger()
    assert sketch.document.index == steps + 3
    assert all(sketch.actions_by_id[f"sketch.{one}"].isChecked()
               for one in ("fill.shaded", "manner.painterly", "lines.drop"))  # fmt: skip
    settled(qtbot, sketch)
    assert sketch.session.result.request.guidance.settings == sketch.document.settings
    sketch.document.jump_to(steps)
    assert panel.findChild(QToolButton, "sketch.fill.flat").isChecked() and panel.lines.currentData() == "keep"


def test_a_person_overrules_and_takes_it_back(sketch: MainWindow, qtbot: QtBot) -> None:
    sketch.findChild(QAction, "sketch.line_art").trigger()
    assert not sketch.sketch.on and sketch.document.label_set == default_label_set()
    qtbot.waitUntil(lambda: sketch.document.segmentation_confidence.shape != (1, 1), timeout=PATIENCE)
    settled(qtbot, sketch)
    assert sketch.session.result.fill is None and sketch.session.label_set == default_label_set()
    while sketch.document.can_undo:
        sketch.session.undo()
    settled(qtbot, sketch)
    assert sketch.sketch.on and sketch.session.result.fill is not None


def test_lines_are_saved_apart(
    sketch: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sketch.sketch.wish("lines", "layer")
    settled(qtbot, sketch)
    QTest.keyClick(sketch, Qt.Key.Key_S, CONTROL)
    out, page = sketch.session.out, gapped()[..., 0]
    qtbot.waitUntil(lambda: (out / "gapped_labels.png").exists(), timeout=PATIENCE)
    layer, result = load_photo(out / "gapped_color_lines.png"), load_photo(out / "gapped_color.png")
    assert not layer.alpha[page == 255].any() and (layer.alpha[page == 0] == 255).all()
    assert (result.luminance()[page == 0] < 0.5).all() and result.luminance()[page == 255].max() < 97
    target = tmp_path / "strokes.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(target), ""))
    sketch.findChild(QAction, "sketch.save_lines").trigger()
    settled(qtbot, sketch)
    assert np.array_equal(load_photo(target).alpha, layer.alpha)


def test_a_photo_is_drawn_and_treated_as_line_art(coloured: MainWindow, qtbot: QtBot) -> None:
    first = coloured.document.path
    QTest.keyClick(coloured, Qt.Key.Key_J, CONTROL | ALT)
    qtbot.waitUntil(lambda: coloured.sketch.on, timeout=PATIENCE)
    settled(qtbot, coloured)
    assert coloured.session.result.fill is not None and coloured.document.history() == ["Treat as line art"]
    coloured.session.undo()
    settled(qtbot, coloured)
    assert coloured.session.result.fill is None
    coloured.findChild(QAction, "sketch.extract").trigger()
    dialog = coloured.sketch.dialog
    qtbot.waitUntil(lambda: not dialog.busy and not dialog.page.pixmap().isNull(), timeout=PATIENCE)
    before = dialog.page.pixmap().toImage()
    slider = dialog.sliders["threshold"]
    slider.setFocus()
    for _ in range(6):
        QTest.keyClick(slider, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: not dialog.busy and dialog.page.pixmap().toImage() != before, timeout=PATIENCE)
    assert dialog.style.currentText() == "Own" and dialog.hand.threshold > 0.2
    QTest.mouseClick(dialog.findChild(QPushButton, "openSketch"), LEFT)
    qtbot.waitUntil(lambda: coloured.document is not None and coloured.document.path != first and coloured.sketch.on,
                    timeout=PATIENCE)  # fmt: skip
    settled(qtbot, coloured)
    assert coloured.session.paths[0] == first and len(coloured.session.paths) == 4
    assert coloured.document.photo.size == (100, 150)
