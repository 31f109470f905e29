"""The canvas in a person's hands: real mouse, wheel, pen and key events on a real photo."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence, QPointingDevice, QTabletEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu
from pytestqt.qtbot import QtBot

from core.box import Box
from core.document import Document
from core.labels import UNSURE, default_label_set
from core.photo import load_photo, photo_from_array
from gui.canvas import Canvas, View, layers
from gui.tools.disc import snap
from tests.gui.test_tools import model

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
SHIFT, ALT = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
SKY, GRASS = 7, 20


@pytest.fixture
def document(samples: dict[str, Path]) -> Document:
    document = Document(load_photo(samples["coffee"]), default_label_set())
    rows, columns = np.indices(document.labels.shape)
    document.set_segmentation(((rows // 50 + columns // 80) % 5 + 1).astype(np.uint8))
    return document


@pytest.fixture
def canvas(qtbot: QtBot, document: Document) -> Canvas:
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(800, 560)
    canvas.show()
    canvas.set_document(document)
    canvas.set_label(SKY)
    canvas.brush_size = 25
    return canvas


def at(canvas: Canvas, x: float, y: float, pane: int = 0) -> QPoint:
    return canvas.to_widget(x, y, pane).toPoint()


def stroke(canvas: Canvas, *points: QPoint, button: Qt.MouseButton = LEFT, keys: Qt.KeyboardModifier = NONE) -> None:
    QTest.mousePress(canvas, button, keys, points[0])
    for point in points[1:]:
        QTest.mouseMove(canvas, point)
    QTest.mouseRelease(canvas, button, keys, points[-1])


def swept(canvas: Canvas, *points: QPoint) -> np.ndarray:
    """The pixels that a stroke over these points of the canvas covers."""
    size = canvas.brush_size
    places = [snap(*canvas.to_photo(QPointF(point)), size) for point in points]
    shape = canvas.document.labels.shape
    masks = [model(a, b, size, shape) for a, b in zip(places, places[1:] or places)]
    return np.logical_or.reduce(masks)


def wheel(canvas: Canvas, point: QPoint, notches: float, keys: Qt.KeyboardModifier = NONE) -> None:
    turned = QPoint(0, round(120 * notches))
    event = QWheelEvent(QPointF(point), canvas.mapToGlobal(QPointF(point)), QPoint(), turned,
                        Qt.MouseButton.NoButton, keys, Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
    QApplication.sendEvent(canvas, event)


def leave(canvas: Canvas) -> None:
    QApplication.sendEvent(canvas, QEvent(QEvent.Type.Leave))


def shot(canvas: Canvas) -> np.ndarray:
    """What is on the canvas: uint8 (h, w, 3) RGB."""
    image = canvas.grab().toImage().convertToFormat(canvas.grab().toImage().Format.Format_RGB888)
    rows = np.array(image.constBits()).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3)


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


def test_a_pens_pressure_sets_the_size_of_the_stroke(canvas: Canvas, document: Document) -> None:
    canvas.brush_size = 60
    device = QPointingDevice.primaryPointingDevice()
    for kind, x, pressure in ((QEvent.Type.TabletPress, 200, 0.5), (QEvent.Type.TabletMove, 300, 0.5),
                              (QEvent.Type.TabletRelease, 300, 0.0)):  # fmt: skip
        point = canvas.to_widget(x, 200)
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.TabletMove else LEFT
        event = QTabletEvent(kind, device, point, canvas.mapToGlobal(point), pressure, 0, 0, 0, 0, 0, NONE, button,
                             LEFT)  # fmt: skip
        QApplication.sendEvent(canvas, event)
        assert event.isAccepted()
    assert int((document.labels == SKY)[:, 250].sum()) == 30
    assert len(document.history()) == 1


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
    with qtbot.waitSignal(canvas.hovered) as told:
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


# -- views


def test_every_view_shows_its_picture(canvas: Canvas, document: Document) -> None:
    canvas.actual_size()
    rgb = document.photo.rgb()
    red = np.zeros_like(rgb, dtype=np.uint8)
    red[..., 0] = 200
    canvas.set_result(red)
    spot = at(canvas, 300, 200)
    seen = {}
    for view in View:
        canvas.set_view(view)
        canvas.actual_size()
        spot = at(canvas, 300, 200)
        seen[view] = shot(canvas)[spot.y(), spot.x()].astype(int)
    assert np.array_equal(seen[View.RESULT], [200, 0, 0])
    original = np.round(rgb[200, 300] * 255)
    assert np.abs(seen[View.ORIGINAL] - original).max() <= 1
    color = np.array(document.label_set.color(document.label_at(300, 200)))
    linear = ((rgb[200, 300] + 0.055) / 1.055) ** 2.4 @ [0.2126, 0.7152, 0.0722]
    gray = (1.055 * linear ** (1 / 2.4) - 0.055) * 255
    assert np.abs(seen[View.LABELS] - (0.55 * gray + 0.45 * color)).max() <= 3


def test_the_divider_is_dragged_with_any_tool(canvas: Canvas, document: Document) -> None:
    before = document.labels.copy()
    canvas.set_result(np.full((80, 120, 3), (0, 0, 250), np.uint8))
    canvas.set_view(View.SPLIT)
    canvas.actual_size()
    stroke(canvas, QPoint(400, 200), QPoint(300, 220), QPoint(250, 220))
    assert canvas.split == pytest.approx(250 / 800)
    assert np.array_equal(document.labels, before)
    seen = shot(canvas)
    row = at(canvas, 0, 100).y()
    assert np.array_equal(seen[row, 280], [0, 0, 250])
    assert not np.array_equal(seen[row, 220], [0, 0, 250])


def test_the_overlay_follows_a_stroke_and_its_undo(canvas: Canvas, document: Document) -> None:
    clean = shot(canvas)
    spot = at(canvas, 300, 210)
    canvas.set_label(GRASS)
    stroke(canvas, spot)
    leave(canvas)
    painted = shot(canvas)
    assert not np.array_equal(painted[spot.y(), spot.x()], clean[spot.y(), spot.x()])
    document.undo()
    assert np.array_equal(shot(canvas), clean)


def test_every_view_has_an_overlay_of_its_own(canvas: Canvas) -> None:
    assert canvas.overlay_opacity == pytest.approx(0.45)
    with_labels = shot(canvas)
    canvas.set_overlay_opacity(0)
    assert not np.array_equal(shot(canvas), with_labels)
    canvas.set_view(View.RESULT)
    assert canvas.overlay_opacity == 0
    canvas.set_overlay_opacity(1.7)
    assert canvas.overlay_opacity == 1
    canvas.set_view(View.LABELS)
    assert canvas.overlay_opacity == 0


def test_a_stroke_shows_in_views_without_labels_until_it_ends(canvas: Canvas) -> None:
    canvas.set_view(View.ORIGINAL)
    clean = shot(canvas)
    QTest.mousePress(canvas, LEFT, NONE, at(canvas, 100, 100))
    QTest.mouseMove(canvas, at(canvas, 400, 300))
    spot = at(canvas, 250, 200)
    assert not np.array_equal(shot(canvas)[spot.y(), spot.x()], clean[spot.y(), spot.x()])
    QTest.mouseRelease(canvas, LEFT, NONE, at(canvas, 400, 300))
    leave(canvas)
    # Qt's smooth scaler rounds a piece of a picture a little differently from the whole.
    assert np.abs(shot(canvas).astype(int) - clean).max() <= 1


def test_looking_closer_than_the_preview_asks_for_detail(qtbot: QtBot, canvas: Canvas, document: Document) -> None:
    canvas.set_view(View.RESULT)
    canvas.set_result(np.full((100, 150, 3), 90, np.uint8))
    with qtbot.waitSignal(canvas.detailWanted, timeout=2000) as wanted:
        canvas.zoom_at(QPointF(400, 280), 4.0)
    box, scale = wanted.args
    assert scale == 1.0
    assert box.union(canvas.viewport.visible) == box
    canvas.set_detail(box, scale, np.full((box.height, box.width, 3), 180, np.uint8))
    assert np.array_equal(shot(canvas)[200, 300], [180] * 3)
    with qtbot.assertNotEmitted(canvas.detailWanted, wait=300):
        canvas.pan(1, 0)
    canvas.set_result(np.full((100, 150, 3), 60, np.uint8))
    assert np.array_equal(shot(canvas)[200, 300], [60] * 3)


def test_no_detail_is_wanted_where_no_result_is_seen(qtbot: QtBot, canvas: Canvas) -> None:
    canvas.set_result(np.full((100, 150, 3), 90, np.uint8))
    with qtbot.assertNotEmitted(canvas.detailWanted, wait=300):
        canvas.zoom_at(QPointF(400, 280), 4.0)
    assert isinstance(canvas.viewport.visible, Box)


@pytest.mark.parametrize("kept", [layers.TILES_KEPT, 1])
def test_a_large_photo_comes_from_a_thread_and_is_sharp_at_hundred_percent(
    qtbot: QtBot, canvas: Canvas, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(layers, "TILES_KEPT", kept)
    noise = np.random.default_rng(5).integers(0, 256, (1800, 2600, 3), np.uint8)
    canvas.set_view(View.ORIGINAL)
    canvas.set_document(Document(photo_from_array(noise), default_label_set()))
    canvas.actual_size()
    corner = canvas.viewport.visible

    def sharp() -> None:
        seen = shot(canvas)
        assert np.array_equal(seen, noise[corner.slices][: seen.shape[0], : seen.shape[1]])

    qtbot.waitUntil(sharp, timeout=5000)


def test_an_empty_canvas_invites_and_takes_no_harm(canvas: Canvas) -> None:
    canvas.set_document(None)
    canvas.set_result(np.zeros((4, 4, 3), np.uint8))
    wheel(canvas, QPoint(100, 100), 2)
    for view in View:
        canvas.set_view(view)
        shot(canvas)
    QTest.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.accessibleName()


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (3000, 2), (200, 30000)])
def test_photos_of_any_shape_are_shown_and_painted(canvas: Canvas, shape: tuple[int, int]) -> None:
    document = Document(photo_from_array(np.full((*shape, 3), 128, np.uint8)), default_label_set())
    canvas.set_document(document)
    for view in View:
        canvas.set_view(view)
        canvas.fit()
        stroke(canvas, at(canvas, shape[1] / 2, shape[0] / 2))
        shot(canvas)
    assert (document.labels == SKY).any()
