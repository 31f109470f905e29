"""What the canvas's tests share: real events, what is on the canvas, and which pixels a stroke ought to cover."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.document import Document
from core.labels import default_label_set
from core.photo import load_photo
from gui.canvas import Canvas
from gui.tools.disc import snap

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton
NONE, CONTROL = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ControlModifier
ALT, SHIFT = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier
SKY, GRASS = 7, 20
Place = tuple[float, float]


def open_canvas(qtbot: QtBot, photo: Path) -> Canvas:
    """A shown canvas of 800x560 with a photo, labels 1..5 in a pattern, and a brush of 25 pixels for SKY."""
    document = Document(load_photo(photo), default_label_set())
    rows, columns = np.indices(document.labels.shape)
    document.set_segmentation(((rows // 50 + columns // 80) % 5 + 1).astype(np.uint8))
    canvas = Canvas()
    qtbot.addWidget(canvas)
    canvas.resize(800, 560)
    canvas.show()
    canvas.set_document(document)
    canvas.set_label(SKY)
    canvas.brush_size = 25
    return canvas


def model(start: tuple[float, float], end: tuple[float, float], size: int, shape: tuple[int, int]) -> np.ndarray:
    """The pixels whose centre is within size / 2 of the segment, by brute force."""
    y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
    (x0, y0), (x1, y1) = start, end
    dx, dy = x1 - x0, y1 - y0
    length = dx * dx + dy * dy
    t = np.clip(((x - x0) * dx + (y - y0) * dy) / length, 0, 1) if length else 0
    return np.hypot(x - x0 - t * dx, y - y0 - t * dy) <= size / 2 + 1e-9


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
    image = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.array(image.constBits()).reshape(image.height(), image.bytesPerLine())
    return rows[:, : image.width() * 3].reshape(image.height(), image.width(), 3)


def place(canvas: Canvas, point: QPoint) -> Place:
    """The photo point under a point of the canvas."""
    return canvas.to_photo(QPointF(point))


def centres(shape: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """x and y of every pixel's centre, (H, W) each."""
    y, x = np.mgrid[: shape[0], : shape[1]] + 0.5
    return x, y


def in_line(points: list[Place], shape: tuple[int, int]) -> np.ndarray:
    """Even-odd: a pixel is inside when a ray from its centre crosses the closed line an odd number of times."""
    x, y = centres(shape)
    inside = np.zeros(shape, bool)
    for (x0, y0), (x1, y1) in zip(points, [*points[1:], points[0]]):
        if y0 != y1:
            inside ^= ((y0 > y) != (y1 > y)) & (x < x0 + (y - y0) * (x1 - x0) / (y1 - y0))
    return inside


def check_step(document: Document, before: np.ndarray, changed: np.ndarray, name: str) -> None:
    """Just these pixels are SKY now, in one step of this name, and undo and redo are exact."""
    after = np.where(changed, SKY, before)
    assert changed.any()
    assert np.array_equal(document.labels, after)
    assert document.history() == [name]
    document.undo()
    assert np.array_equal(document.labels, before)
    document.redo()
    assert np.array_equal(document.labels, after)
