"""Labels shown without colours: outlines and patterns to the pixel while painting, names on regions, words."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from pytestqt.qtbot import QtBot

from core.box import Box
from core.label_sets import added, own_labels, recoloured, unchanged
from gui.canvas.label_layer import _CELL, _borders, _patterns
from gui.main_window import MainWindow
from gui.settings import Settings
from tests.core.fakes import GRASS, SKY
from tests.gui.brushwork import at, leave, shot, stroke
from tests.gui.conftest import PATIENCE, paint

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@pytest.fixture
def window(coloured: MainWindow, qtbot: QtBot) -> MainWindow:
    """The coloured photo in the label view, the brush small, its pointer away."""
    coloured.set_view("LABELS")
    coloured.options.set_size(15)
    coloured.options.set_label(7)
    leave(coloured.canvas)
    return coloured


def seen(window: MainWindow) -> np.ndarray:
    """The canvas, drawn as it is after painting: the repaints so far, and no others."""
    leave(window.canvas)
    return shot(window.canvas).astype(int)


def anew(window: MainWindow) -> np.ndarray:
    """The canvas, drawn in one go."""
    window.canvas.redraw()
    return seen(window)


def test_outlines_leave_regions_as_the_photo_is(window: MainWindow, qtbot: QtBot) -> None:
    window.canvas.set_overlay_opacity(0)
    plain = anew(window)
    window.canvas.set_overlay_opacity(0.5)
    qtbot.keyClick(window, Qt.Key.Key_7, CONTROL)
    lines = seen(window)
    differs = (lines != plain).any(axis=2)
    middle = at(window.canvas, 75, 25)
    assert not differs[middle.y(), middle.x()]
    border = at(window.canvas, 75, int(np.argmax(window.document.labels[:, 75] == GRASS)))
    column = lines[border.y() - 4 : border.y() + 5, border.x()]
    assert column.max() == 255 and column.min() < 90  # light on dark, on any photo
    assert differs.any(axis=1).sum() < 40


@pytest.mark.parametrize("key", [Qt.Key.Key_6, Qt.Key.Key_7, Qt.Key.Key_8])
@pytest.mark.parametrize("zoom", [0.7, 2.0, 7.3])
def test_what_a_stroke_repaints_is_what_a_whole_repaint_draws(
    window: MainWindow, qtbot: QtBot, key: Qt.Key, zoom: float
) -> None:
    qtbot.keyClick(window, key, CONTROL)
    canvas = window.canvas
    canvas.zoom_at(canvas.rect().center().toPointF(), zoom)
    before = anew(window)
    stroke(canvas, at(canvas, 60, 40), at(canvas, 80, 55), at(canvas, 85, 45))
    assert (window.document.labels == 7).any()
    after = seen(window)
    assert (after != before).any()
    assert (after == anew(window)).all()
    window.session.undo()
    assert (seen(window) == before).all()


def test_patterns_tell_labels_apart_without_colour(window: MainWindow, qtbot: QtBot) -> None:
    cells = _patterns().reshape(256, _CELL, _CELL)
    kinds = {cell.tobytes() for cell in cells[:60]}
    assert len(kinds) == 24
    assert all(cells[label].tobytes() != cells[label + 1].tobytes() for label in range(59))
    window.canvas.set_overlay_opacity(0.5)
    qtbot.keyClick(window, Qt.Key.Key_8, CONTROL)
    document, edited = window.document, unchanged(own_labels())
    for label in range(60):  # every label the same grey: the hatching is all there is
        edited = edited.then(recoloured(edited.set, label, (128, 128, 128)))
    window.label_sets.apply(edited, document)
    qtbot.waitUntil(lambda: document.label_set.color(SKY) == (128, 128, 128), timeout=PATIENCE)
    picture = seen(window)
    top, bottom = at(window.canvas, 75, 20), at(window.canvas, 75, 80)
    patches = [picture[point.y() : point.y() + 16, point.x() : point.x() + 16] for point in (top, bottom)]
    profiles = [(np.ptp(patch.mean(axis=(0, 2))), np.ptp(patch.mean(axis=(1, 2)))) for patch in patches]
    assert not np.allclose(profiles[0], profiles[1], atol=10)


def test_borders_run_between_labels_only() -> None:
    ids = np.full((9, 9), 3, np.uint8)
    assert not _borders(ids, wide=True).any()
    ids[:, 5:] = 4
    assert (_borders(ids, wide=True)[4] == [0, 0, 0, 0, 1, 2, 1, 0, 0]).all()
    assert (_borders(ids, wide=False)[4] == [0, 0, 0, 0, 0, 1, 0, 0, 0]).all()


def test_hidden_labels_and_solo_are_not_drawn(window: MainWindow) -> None:
    shown = anew(window)
    window.document.view.hide(SKY)
    hidden = seen(window)
    sky, grass = at(window.canvas, 75, 20), at(window.canvas, 75, 80)
    assert (hidden[sky.y(), sky.x()] != shown[sky.y(), sky.x()]).any()
    assert (hidden[grass.y(), grass.x()] == shown[grass.y(), grass.x()]).all()
    window.document.view.show_only(SKY)
    alone = seen(window)
    assert (alone[sky.y(), sky.x()] == shown[sky.y(), sky.x()]).all()
    assert (alone[grass.y(), grass.x()] != shown[grass.y(), grass.x()]).any()
    window.document.view.show_only(None)
    window.document.view.hide(SKY, False)
    assert (seen(window) == shown).all()


def named(window: MainWindow) -> list[str]:
    return [name for name, _ in window.overlay.names.places]


def test_names_stand_on_their_regions_and_follow_edits(window: MainWindow, qtbot: QtBot) -> None:
    before = anew(window)
    qtbot.keyClick(window, Qt.Key.Key_N, CONTROL | ALT)
    qtbot.waitUntil(lambda: sorted(named(window)) == ["grass", "sky"], timeout=PATIENCE)
    for name, place in window.overlay.names.places:
        assert window.document.label_set.name(window.document.label_at(int(place.x), int(place.y))) == name
    written = seen(window)
    name, place = window.overlay.names.places[0]
    point = window.canvas.to_widget(place.x, place.y).toPoint()
    assert (written[point.y() - 9 : point.y() + 9, point.x() - 20 : point.x() + 20]
            != before[point.y() - 9 : point.y() + 9, point.x() - 20 : point.x() + 20]).any()  # fmt: skip
    paint(window, 7, 20, 40, 40)
    qtbot.waitUntil(lambda: "bus" in named(window) or len(named(window)) == 3, timeout=PATIENCE)
    window.set_view("RESULT")
    assert window.canvas.overlay_opacity == 0
    qtbot.keyClick(window, Qt.Key.Key_N, CONTROL | ALT)
    window.set_view("LABELS")
    assert not Settings()["view.label_names"]


def test_names_come_back_to_what_is_in_view(window: MainWindow, qtbot: QtBot) -> None:
    window.findChild(QAction, "view.label_names").trigger()
    window.canvas.zoom_at(window.canvas.to_widget(75, 95), 12.0)
    qtbot.waitUntil(lambda: named(window) == ["grass"], timeout=PATIENCE)
    rects = window.overlay.names.laid_out(window.canvas.viewport)
    assert len(rects) == 1 and window.canvas.rect().contains(rects[0][0].center().toPoint())


def test_a_screen_reader_hears_the_label_under_the_pointer(window: MainWindow, qtbot: QtBot) -> None:
    canvas = window.canvas
    qtbot.mouseMove(canvas, at(canvas, 75, 20))
    assert "sky" in canvas.accessibleDescription() and "%" in canvas.accessibleDescription()
    qtbot.mouseMove(canvas, at(canvas, 75, 80))
    assert "grass" in canvas.accessibleDescription()
    qtbot.mouseMove(canvas, QPoint(1, 1))
    assert "grass" not in canvas.accessibleDescription()
    canvas.show_box(Box(70, 60, 90, 90))  # the middle lies well inside the grass, whatever the window's size
    window.document.view.lock(window.document.label_at(75, 80))
    qtbot.keyClick(window, Qt.Key.Key_I, CONTROL)
    told = window.status.message
    assert "grass" in told and "locked" in told
    assert canvas.accessibleDescription() == told


def test_the_style_is_remembered(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_8, CONTROL)
    assert Settings()["view.overlay_style"] == "patterns"
    assert window.findChild(QAction, "view.overlay_patterns").isChecked()
    assert not window.findChild(QAction, "view.overlay_colours").isChecked()


def test_a_label_of_ones_own_has_its_colour_at_once(window: MainWindow, qtbot: QtBot) -> None:
    document = window.document
    window.label_sets.apply(added(own_labels(), "teeth", 15, (255, 0, 0)), document)
    qtbot.waitUntil(lambda: len(document.label_set) == 61, timeout=PATIENCE)
    paint(window, 60, 20, 40, 30)
    window.canvas.set_overlay_opacity(1.0)
    point = at(window.canvas, 55, 35)
    assert tuple(seen(window)[point.y(), point.x()]) == (255, 0, 0)
