"""The brush that snaps to edges, and straight lines: real events on a real photo, exact change and exact undo."""

from __future__ import annotations

from math import ceil, hypot

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QPointingDevice, QTabletEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.document import Document
from gui.canvas import Canvas
from gui.tools.disc import snap
from tests.gui.brushwork import (
    CONTROL,
    LEFT,
    NONE,
    SHIFT,
    SKY,
    at,
    check_step,
    model,
    place,
    shot,
    stroke,
    swept,
)

RIM = 166, 178  # the edge of the cup


@pytest.fixture
def canvas(canvas: Canvas) -> Canvas:
    canvas.brush_size = 61
    return canvas


def prepared(qtbot: QtBot, canvas: Canvas) -> None:
    """Until the threads have nothing left to do."""
    heard = []
    canvas.in_background(lambda: None, heard.append)
    qtbot.waitUntil(lambda: bool(heard))


def light_of(document: Document) -> np.ndarray:
    """L* in whole steps of 100 / 255."""
    return np.rint(document.photo.luminance() * 2.55).clip(0, 255)


def snapped(canvas: Canvas, *points: QPoint) -> np.ndarray:
    """What a snapped stroke covers: dabs a quarter of the size apart, each as light as it is around its centre."""
    light, size = light_of(canvas.document), canvas.brush_size
    reach, within = max(1, size // 16), 2.55 * canvas.options.tolerance
    covered = np.zeros(light.shape, bool)
    places = [place(canvas, point) for point in points]
    for (x0, y0), (x1, y1) in zip(places[:1] + places, places):
        parts = max(1, ceil(hypot(x1 - x0, y1 - y0) * 4 / size))
        for part in range(parts):
            start, end = (
                snap(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t, size) for t in (part / parts, (part + 1) / parts)
            )
            row, column = int(end[1]), int(end[0])
            value = light[row - reach : row + reach + 1, column - reach : column + reach + 1].mean()
            covered |= model(start, end, size, light.shape) & (np.abs(light - value) <= within)
    return covered


def brush_step(document: Document) -> str:
    return f"Brush: {document.label_set.name(SKY)}"


@pytest.mark.parametrize("ready", [True, False])
def test_a_snapped_dab_keeps_to_what_is_as_light_as_its_centre(
    qtbot: QtBot, canvas: Canvas, document: Document, ready: bool
) -> None:
    before = document.labels.copy()
    canvas.options.set_snap(True)
    canvas.set_tool("brush")
    if ready:
        prepared(qtbot, canvas)
    point = at(canvas, *RIM)
    stroke(canvas, point)
    wanted = snapped(canvas, point)
    whole = swept(canvas, point)
    assert 0.05 * whole.sum() < wanted.sum() < 0.9 * whole.sum()
    check_step(document, before, wanted, brush_step(document))


@pytest.mark.parametrize("tolerance", [3, 25])
def test_a_snapped_stroke_follows_the_light_on_its_way(
    qtbot: QtBot, canvas: Canvas, document: Document, tolerance: int
) -> None:
    before = document.labels.copy()
    canvas.options.set_snap(True)
    canvas.options.set_tolerance(tolerance)
    points = [at(canvas, *each) for each in (RIM, (190, 150), (300, 122), (420, 170))]
    stroke(canvas, *points)
    check_step(document, before, snapped(canvas, *points), brush_step(document))


def test_without_the_option_it_covers_all_of_its_footprint(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    points = [at(canvas, *each) for each in (RIM, (300, 122))]
    stroke(canvas, *points)
    check_step(document, before, swept(canvas, *points), brush_step(document))


def test_a_snapped_stroke_over_the_border_stops_there(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    canvas.options.set_snap(True)
    canvas.options.set_tolerance(100)
    stroke(canvas, at(canvas, 5, 200), at(canvas, -60, 200))
    changed = document.labels != before
    assert changed.any() and not changed[:, 40:].any()
    document.undo()
    assert np.array_equal(document.labels, before)


def test_the_eraser_snaps_too(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    stroke(canvas, at(canvas, 150, 180), at(canvas, 190, 180))
    painted = document.labels.copy()
    canvas.options.set_snap(True)
    canvas.set_tool("eraser")
    point = at(canvas, *RIM)
    stroke(canvas, point)
    assert np.array_equal(document.labels, np.where(snapped(canvas, point), before, painted))
    document.undo()
    assert np.array_equal(document.labels, painted)


@pytest.mark.parametrize("keys", [(Qt.Key.Key_Escape, NONE), (Qt.Key.Key_Z, CONTROL)])
def test_a_snapped_stroke_that_is_taken_back_leaves_no_trace(canvas: Canvas, document: Document, keys: tuple) -> None:
    before = document.labels.copy()
    canvas.options.set_snap(True)
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, *RIM))
    QTest.mouseMove(canvas, at(canvas, 300, 122))
    assert not np.array_equal(document.labels, before)
    QTest.keyClick(canvas, *keys)
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 300, 122))
    assert np.array_equal(document.labels, before) and document.history() == []


def test_shift_draws_a_straight_line_from_where_the_last_stroke_ended(canvas: Canvas, document: Document) -> None:
    canvas.brush_size = 9
    points = [at(canvas, *each) for each in ((100, 100), (160, 260), (420, 200))]
    stroke(canvas, *points[:2])
    before = document.labels.copy()
    stroke(canvas, points[2], keys=SHIFT)
    assert np.array_equal(document.labels, np.where(swept(canvas, *points[1:]), SKY, before))
    document.undo()
    assert np.array_equal(document.labels, before)


def test_held_shift_shows_the_line_before_it_is_drawn(canvas: Canvas) -> None:
    canvas.brush_size = 9
    stroke(canvas, at(canvas, 100, 100))
    QTest.mouseMove(canvas, at(canvas, 300, 200))
    plain = shot(canvas).astype(int)
    QTest.keyPress(canvas, Qt.Key.Key_Shift)
    drawn = np.abs(shot(canvas) - plain).max(2) > 40
    for part in (0.25, 0.5, 0.75):
        point = at(canvas, 100 + 200 * part, 100 + 100 * part)
        assert drawn[point.y() - 2 : point.y() + 3, point.x() - 2 : point.x() + 3].any()
    QTest.keyRelease(canvas, Qt.Key.Key_Shift)
    assert np.array_equal(shot(canvas), plain)


def test_another_photo_has_no_last_stroke(canvas: Canvas, document: Document) -> None:
    canvas.brush_size = 9
    stroke(canvas, at(canvas, 100, 100))
    canvas.set_document(Document(document.photo, document.label_set))
    before = canvas.document.labels.copy()
    point = at(canvas, 300, 200)
    stroke(canvas, point, keys=SHIFT)
    check_step(canvas.document, before, swept(canvas, point), brush_step(document))


def test_a_pens_pressure_sets_the_size_of_a_snapped_dab(canvas: Canvas, document: Document) -> None:
    canvas.options.set_snap(True)
    canvas.options.set_tolerance(100)
    point = at(canvas, *RIM)
    for kind in (QEvent.Type.TabletPress, QEvent.Type.TabletRelease):
        event = QTabletEvent(
            kind, QPointingDevice.primaryPointingDevice(), QPointF(point), canvas.mapToGlobal(QPointF(point)),
            0.5, 0, 0, 0, 0, 0, NONE, LEFT, LEFT if kind == QEvent.Type.TabletPress else Qt.MouseButton.NoButton,
        )  # fmt: skip
        QApplication.sendEvent(canvas, event)
    canvas.brush_size = round(61 * 0.5)
    assert np.array_equal(document.labels == SKY, swept(canvas, point))
