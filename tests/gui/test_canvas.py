"""The canvas in a person's hands: real mouse, wheel, pen and key events on a real photo."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QInputDevice,
    QKeySequence,
    QNativeGestureEvent,
    QPointingDevice,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from core.document import Document
from core.labels import UNSURE, default_label_set
from core.photo import photo_from_array
from gui.canvas import Canvas, View
from tests.gui.brushwork import (
    ALT,
    CONTROL,
    LEFT,
    MIDDLE,
    NONE,
    RIGHT,
    SKY,
    at,
    shot,
    stroke,
    swept,
    wheel,
)

# -- painting


@pytest.mark.parametrize("view", list(View))
def test_a_stroke_changes_exactly_the_pixels_under_it_and_undo_brings_them_back(
    canvas: Canvas, document: Document, view: View
) -> None:
    canvas.set_view(view)
    before = document.labels.copy()
    points = [at(canvas, 60, 50), at(canvas, 150, 220), at(canvas, 90, 300)]
    expected = np.where(swept(canvas, *points), SKY, before)
    stroke(canvas, *points)
    assert np.array_equal(document.labels, expected)
    document.undo()
    assert np.array_equal(document.labels, before)
    document.redo()
    assert np.array_equal(document.labels, expected)


def test_a_jump_of_five_hundred_pixels_leaves_no_gap(canvas: Canvas, document: Document) -> None:
    canvas.brush_size = 1
    canvas.actual_size()
    start, end = at(canvas, 40, 90), at(canvas, 540, 310)
    expected = swept(canvas, start, end)
    before = document.labels.copy()
    stroke(canvas, start, end)
    assert np.array_equal(document.labels != before, expected & (before != SKY))
    assert (document.labels == SKY).any(axis=0)[40:541].all()


def test_a_stroke_goes_on_outside_the_canvas_and_is_clipped(canvas: Canvas, document: Document) -> None:
    points = [at(canvas, 580, 200), QPoint(1200, 300), at(canvas, 500, 390), QPoint(300, 900)]
    before = document.labels.copy()
    expected = np.where(swept(canvas, *points), SKY, before)
    stroke(canvas, *points)
    assert np.array_equal(document.labels, expected)


def test_both_panes_side_by_side_are_painted_on(canvas: Canvas, document: Document) -> None:
    canvas.set_view(View.SIDE)
    for pane, y in ((0, 100), (1, 250)):
        point = at(canvas, 300, y, pane)
        expected = swept(canvas, point)
        stroke(canvas, point)
        assert (document.labels[expected] == SKY).all()
        assert document.label_at(300, y) == SKY


def test_a_stroke_that_crosses_into_the_other_pane_stays_in_its_own(canvas: Canvas, document: Document) -> None:
    canvas.set_view(View.SIDE)
    canvas.zoom_at(QPointF(200, 280), 2.0)
    QTest.mousePress(canvas, LEFT, NONE, QPoint(380, 280))
    QTest.mouseMove(canvas, QPoint(420, 280))
    edge = canvas.viewport.to_photo(380, 280)[0]
    QTest.mouseRelease(canvas, LEFT, NONE, QPoint(420, 280))
    columns = np.flatnonzero((document.labels == SKY).any(axis=0))
    assert columns.max() - columns.min() < 20 + canvas.brush_size
    assert columns.min() > edge - canvas.brush_size


@pytest.mark.parametrize("key", ["escape", "undo"])
def test_escape_and_undo_during_a_stroke_cancel_it(
    qtbot: QtBot, canvas: Canvas, document: Document, key: str
) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    window.setCentralWidget(canvas)
    undo = QAction(window, shortcut=QKeySequence("Ctrl+Z"))
    undo.triggered.connect(document.undo)
    window.addAction(undo)
    window.resize(900, 640)
    window.show()
    stroke(canvas, at(canvas, 500, 300))
    painted = document.labels.copy()
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 100, 100))
    QTest.mouseMove(canvas, at(canvas, 200, 200))
    assert not np.array_equal(document.labels, painted)
    QTest.keyClick(canvas, *((Qt.Key.Key_Escape, NONE) if key == "escape" else (Qt.Key.Key_Z, CONTROL)))
    QTest.mouseMove(canvas, at(canvas, 300, 300))
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 300, 300))
    assert np.array_equal(document.labels, painted)
    assert len(document.history()) == 1
    window.takeCentralWidget()


def test_a_new_document_ends_the_stroke_and_the_old_one_is_let_go(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 100, 100))
    other = Document(photo_from_array(np.zeros((40, 30, 3), np.uint8)), default_label_set())
    canvas.set_document(other)
    QTest.mouseRelease(canvas, LEFT, NONE, QPoint(10, 10))
    assert np.array_equal(document.labels, before)
    assert not document.painting
    assert (other.labels == UNSURE).all()
    canvas.set_document(None)
    stroke(canvas, QPoint(100, 100), QPoint(200, 200))
    shot(canvas)


def test_the_right_button_paints_nothing(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    stroke(canvas, at(canvas, 100, 100), at(canvas, 200, 200), button=RIGHT)
    assert np.array_equal(document.labels, before)
    assert document.history() == []


def pen(canvas: Canvas, device: QPointingDevice, *points: tuple[float, float]) -> None:
    """A stroke of half pressure over photo points."""
    down = QEvent.Type.TabletPress
    for kind, (x, y) in [(down, points[0]), *((QEvent.Type.TabletMove, point) for point in points[1:]),
                         (QEvent.Type.TabletRelease, points[-1])]:  # fmt: skip
        place = canvas.to_widget(x, y)
        pressure = 0.0 if kind == QEvent.Type.TabletRelease else 0.5
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletMove else LEFT
        event = QTabletEvent(kind, device, place, canvas.mapToGlobal(place), pressure, 0, 0, 0, 0, 0, NONE, button,
                             LEFT)  # fmt: skip
        QApplication.sendEvent(canvas, event)
        assert event.isAccepted()


def stylus(kind: QPointingDevice.PointerType) -> QPointingDevice:
    return QPointingDevice("pen", 7, QInputDevice.DeviceType.Stylus, kind, QInputDevice.Capability.Pressure, 1, 2)


def test_a_pens_pressure_sets_the_size_of_the_stroke(canvas: Canvas, document: Document) -> None:
    canvas.brush_size = 60
    pen(canvas, stylus(QPointingDevice.PointerType.Pen), (200, 200), (300, 200))
    assert int((document.labels == SKY)[:, 250].sum()) == 30
    assert len(document.history()) == 1


def test_the_pens_other_end_erases(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    pen(canvas, stylus(QPointingDevice.PointerType.Pen), (200, 200), (300, 200))
    assert not np.array_equal(document.labels, before)
    canvas.brush_size = 200
    pen(canvas, stylus(QPointingDevice.PointerType.Eraser), (200, 200), (300, 200))
    assert np.array_equal(document.labels, before)
    assert canvas.tool.name == "brush"


# -- picking, sizes, keys


def test_the_picker_takes_the_label_under_the_pointer(qtbot: QtBot, canvas: Canvas, document: Document) -> None:
    canvas.set_tool("picker")
    with qtbot.waitSignal(canvas.labelPicked) as picked:
        stroke(canvas, at(canvas, 410, 120))
    assert picked.args == [document.label_at(410, 120)]
    assert canvas.label == document.label_at(410, 120)
    assert document.history() == []


def test_alt_makes_the_brush_a_picker(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    stroke(canvas, at(canvas, 410, 120), keys=ALT)
    assert canvas.label == document.label_at(410, 120)
    assert np.array_equal(document.labels, before)


def test_the_context_menu_offers_the_label_under_the_pointer(canvas: Canvas, document: Document) -> None:
    menu = canvas.findChild(QMenu)
    assert menu is None
    point = at(canvas, 410, 120)
    QApplication.sendEvent(canvas, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, point, canvas.mapToGlobal(point)))
    menu = canvas.findChild(QMenu)
    (action,) = menu.actions()
    label = document.label_at(410, 120)
    assert document.label_set.name(label) in action.text()
    action.trigger()
    assert canvas.label == label
    menu.close()


def test_brush_size_by_brackets_and_ctrl_wheel(qtbot: QtBot, canvas: Canvas) -> None:
    zoom = canvas.zoom
    canvas.brush_size = 100
    with qtbot.waitSignal(canvas.brushSizeChanged) as told:
        QTest.keyClick(canvas, Qt.Key.Key_BracketRight)
    assert told.args == [115]
    QTest.keyClick(canvas, Qt.Key.Key_BracketLeft)
    assert canvas.brush_size == 100
    QTest.mouseMove(canvas, at(canvas, 100, 100))
    wheel(canvas, at(canvas, 100, 100), 1, CONTROL)
    assert canvas.brush_size == 115
    wheel(canvas, at(canvas, 100, 100), -40, CONTROL)
    assert canvas.brush_size == 1
    assert canvas.zoom == zoom


def test_hovering_tells_pixel_and_label(qtbot: QtBot, canvas: Canvas, document: Document) -> None:
    over_photo = {"check_params_cb": lambda x, y, label: x >= 0}  # the pointer may have rested beside it before
    with qtbot.waitSignal(canvas.hovered, **over_photo) as told:
        QTest.mouseMove(canvas, at(canvas, 410.5, 120.5))
    x, y, label = told.args
    assert abs(x - 410) <= 1
    assert abs(y - 120) <= 1
    assert label == document.label_at(x, y)
    with qtbot.waitSignal(canvas.hovered) as told:
        QTest.mouseMove(canvas, QPoint(2, 2))
    assert told.args == [-1, -1, -1]


# -- zoom and place


def test_the_wheel_zooms_at_the_pointer(qtbot: QtBot, canvas: Canvas) -> None:
    point = at(canvas, 450, 300)
    before, zoom = canvas.to_photo(QPointF(point)), canvas.zoom
    with qtbot.waitSignal(canvas.zoomChanged):
        wheel(canvas, point, 4)
    assert canvas.zoom == pytest.approx(2 * zoom)
    assert canvas.to_photo(QPointF(point)) == pytest.approx(before, abs=1)
    for _ in range(30):
        wheel(canvas, point, 0.7)
        wheel(canvas, point, -0.7)
    assert canvas.to_photo(QPointF(point)) == pytest.approx(before, abs=1)


def test_two_fingers_on_a_trackpad_pan(canvas: Canvas) -> None:
    canvas.actual_size()
    corner = canvas.to_widget(0, 0)
    point = QPointF(300, 300)
    event = QWheelEvent(point, canvas.mapToGlobal(point), QPoint(-14, 9), QPoint(-28, 18), Qt.MouseButton.NoButton,
                        NONE, Qt.ScrollPhase.ScrollUpdate, False)  # fmt: skip
    QApplication.sendEvent(canvas, event)
    assert canvas.to_widget(0, 0) - corner == QPointF(-14, 9)
    assert canvas.zoom == 1.0


def test_a_pinch_zooms_where_the_fingers_are(canvas: Canvas) -> None:
    point, zoom = QPointF(300, 300), canvas.zoom
    before = canvas.to_photo(point)
    event = QNativeGestureEvent(Qt.NativeGestureType.ZoomNativeGesture, QPointingDevice.primaryPointingDevice(), 2,
                                point, point, canvas.mapToGlobal(point), 0.5, QPointF())  # fmt: skip
    QApplication.sendEvent(canvas, event)
    assert canvas.zoom == pytest.approx(1.5 * zoom)
    assert canvas.to_photo(point) == pytest.approx(before, abs=1)


@pytest.mark.parametrize("how", ["middle", "space", "tool"])
def test_panning_moves_the_photo_with_the_pointer(canvas: Canvas, document: Document, how: str) -> None:
    canvas.actual_size()
    before = document.labels.copy()
    corner = canvas.to_widget(0, 0)
    if how == "tool":
        canvas.set_tool("pan")
    if how == "space":
        QTest.keyPress(canvas, Qt.Key.Key_Space)
    stroke(canvas, QPoint(300, 300), QPoint(340, 280), button=MIDDLE if how == "middle" else LEFT)
    assert canvas.to_widget(0, 0) - corner == QPointF(40, -20)
    assert np.array_equal(document.labels, before)
    if how == "space":
        QTest.keyRelease(canvas, Qt.Key.Key_Space)
        stroke(canvas, QPoint(300, 300))
        assert not np.array_equal(document.labels, before)


def test_arrow_keys_pan_and_plus_and_minus_zoom(canvas: Canvas) -> None:
    canvas.actual_size()
    corner = canvas.to_widget(0, 0)
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.to_widget(0, 0).x() < corner.x()
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.zoom > 1
    QTest.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.zoom == pytest.approx(1)


def test_fit_and_hundred_percent(canvas: Canvas, document: Document) -> None:
    canvas.actual_size()
    assert canvas.zoom == 1.0
    assert canvas.to_widget(100, 0).x() - canvas.to_widget(0, 0).x() == 100
    canvas.fit()
    assert canvas.to_widget(0, 0).x() >= 0
    assert canvas.to_widget(document.photo.width, 0).x() <= canvas.width()


def test_side_by_side_panes_move_together(canvas: Canvas) -> None:
    canvas.set_view(View.SIDE)
    distance = canvas.to_widget(100, 100, 1) - canvas.to_widget(100, 100, 0)
    wheel(canvas, QPoint(600, 250), 3)
    stroke(canvas, QPoint(600, 250), QPoint(560, 280), button=MIDDLE)
    assert canvas.to_widget(100, 100, 1) - canvas.to_widget(100, 100, 0) == distance
    point = canvas.to_widget(300, 200, 1)
    assert canvas.to_photo(point) == pytest.approx((300, 200))
