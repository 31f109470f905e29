"""A reference, large enough to point at: spots, boxes, lassos, regions of its label map.

It shows what it is told and says what the person does; places are fractions of the reference's size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from gui import theme
from gui.canvas.chrome import DARK, LIGHT

LOOK, PAIR, BOX, LASSO, LABELS = "look", "pair", "box", "lasso", "labels"
TALLEST = 300  # logical pixels
_GRAB = 10.0  # ... around a pair's spot that take hold of it
_SMALLEST = 4.0  # ... of a box or lasso; less was a click
Place = tuple[float, float]
Polygon = tuple[Place, ...]


@dataclass(frozen=True)
class Pin:
    """One half of a point pair: where, its number, its colour."""

    x: float
    y: float
    number: int
    color: QColor


class ReferencePreview(QWidget):
    """See the module. In each mode: PAIR: spotted(x, y), pinned(number) for one that is there, unpinned(number) by
    Delete; BOX and LASSO: drawn(Polygon), carried() when it is dragged away; LABELS: labelled(x, y, global point),
    lifted(x, y) when a region is dragged away. hovered(x, y) in LABELS, -1 outside."""

    spotted = Signal(float, float)
    pinned = Signal(int)
    unpinned = Signal(int)
    drawn = Signal(object)
    carried = Signal()
    labelled = Signal(float, float, object)
    lifted = Signal(float, float)
    hovered = Signal(float, float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("referencePreview")
        self.setAccessibleName("The reference, enlarged")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.mode = LOOK
        self.region: Polygon = ()
        self.pins: Sequence[Pin] = ()
        self.held = 0  # the number of the selected pin
        self.waiting: tuple[Place, QColor] | None = None  # a spot whose other half is still to come
        self.ring: tuple[Place, QColor] | None = None  # where a colour came from
        self._pixmap: QPixmap | None = None
        self._overlay: QPixmap | None = None
        self._pressed: QPointF | None = None
        self._line: list[QPointF] = []
        self._carries = False

    # -- what is shown

    def show_picture(self, rgb: np.ndarray | None) -> None:
        """Show uint8 (h, w, 3) sRGB; None for nothing."""
        self._pixmap = None if rgb is None else QPixmap.fromImage(image_of(rgb))
        self._fit_height()
        self.update()

    def show_overlay(self, colors: np.ndarray | None) -> None:
        """Lay uint8 (h, w, 3) over the picture, half through; None for nothing."""
        self._overlay = None if colors is None else QPixmap.fromImage(image_of(colors))
        self.update()

    def set_mode(self, mode: str) -> None:
        """What the mouse does."""
        self.mode, self._pressed, self._line = mode, None, []
        self.setCursor(Qt.CursorShape.ArrowCursor if mode == LOOK else
                       Qt.CursorShape.PointingHandCursor if mode == LABELS else Qt.CursorShape.CrossCursor)  # fmt: skip
        self.update()

    def frame(self) -> QRectF:
        """Where the picture lies in the widget."""
        if self._pixmap is None:
            return QRectF()
        size = self._pixmap.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        return QRectF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2, size.width(),
                      size.height())  # fmt: skip

    def point_of(self, place: Place) -> QPointF:
        """The point of the widget over a place of the reference."""
        frame = self.frame()
        return QPointF(frame.left() + place[0] * frame.width(), frame.top() + place[1] * frame.height())

    def place_of(self, point: QPointF) -> Place | None:
        """The place under a point, None beside the picture."""
        frame = self.frame()
        return self._clamped(point) if frame.contains(point) else None

    def _clamped(self, point: QPointF) -> Place:
        frame = self.frame()
        x, y = (point.x() - frame.left()) / frame.width(), (point.y() - frame.top()) / frame.height()
        return min(max(x, 0.0), 1.0), min(max(y, 0.0), 1.0)

    def _fit_height(self) -> None:
        if self._pixmap is not None and self._pixmap.width():
            wanted = round(self.width() * self._pixmap.height() / self._pixmap.width())
            self.setFixedHeight(min(max(wanted, 40), TALLEST))

    def resizeEvent(self, event) -> None:
        if event.size().width() != event.oldSize().width():
            self._fit_height()

    # -- the mouse and the keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.place_of(event.position())
        if event.button() != Qt.MouseButton.LeftButton or place is None:
            return
        self._pressed = event.position()
        inside = _polygon(self.region).containsPoint(QPointF(*place), Qt.FillRule.OddEvenFill)
        self._carries = self.mode in (BOX, LASSO) and bool(self.region) and inside
        self._line = [] if self._carries or self.mode not in (BOX, LASSO) else [event.position()]

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position()
        if self._pressed is None:
            place = self.place_of(at)
            self.hovered.emit(*(place or (-1.0, -1.0)))
            return
        far = (at - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if far and self._carries:
            self._pressed = None
            self.carried.emit()
        elif far and self.mode == LABELS:
            start, self._pressed = self._clamped(self._pressed), None
            self.lifted.emit(*start)
        elif self._line:
            self._line = [self._line[0], at] if self.mode == BOX else [*self._line, at]
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        start, self._pressed = self._pressed, None
        line, self._line = self._line, []
        if start is None:
            return
        place = self._clamped(event.position())
        if self.mode == PAIR:
            self._pick(event.position(), place)
        elif self.mode == LABELS:
            self.labelled.emit(*place, event.globalPosition().toPoint())
        elif self.mode in (BOX, LASSO) and not self._carries:
            self._draw([*line, event.position()])
        self.update()

    def _pick(self, at: QPointF, place: Place) -> None:
        near = [pin for pin in self.pins if (self.point_of((pin.x, pin.y)) - at).manhattanLength() <= _GRAB]
        if near:
            self.pinned.emit(near[-1].number)
        else:
            self.spotted.emit(*place)

    def _draw(self, line: list[QPointF]) -> None:
        start, end = line[0], line[-1]
        if self.mode == BOX:
            line = [start, QPointF(end.x(), start.y()), end, QPointF(start.x(), end.y())]
        size = QPolygonF(line).boundingRect()
        if min(size.width(), size.height()) >= _SMALLEST:
            self.drawn.emit(tuple(self._clamped(point) for point in line))
        else:
            self.drawn.emit(())

    def leaveEvent(self, event) -> None:
        self.hovered.emit(-1.0, -1.0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the selected pair away, Escape the region."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and self.mode == PAIR and self.held:
            self.unpinned.emit(self.held)
        elif event.key() == Qt.Key.Key_Escape and (self.region or self._line):
            self._line, self._pressed = [], None
            self.drawn.emit(())
        else:
            super().keyPressEvent(event)

    # -- painting

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        frame = self.frame()
        if self._pixmap is None:
            painter.fillRect(self.rect(), QColor(theme.current().field))
            return
        painter.drawPixmap(frame, self._pixmap, QRectF(self._pixmap.rect()))
        if self._overlay is not None and self.mode == LABELS:
            painter.setOpacity(0.55)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawPixmap(frame, self._overlay, QRectF(self._overlay.rect()))
            painter.setOpacity(1.0)
        if self.region and not self._line:
            paint_region(painter, [self.point_of(place) for place in self.region])
        if self._line:
            corners = QRectF(self._line[0], self._line[-1])
            box = [corners.topLeft(), corners.topRight(), corners.bottomRight(), corners.bottomLeft()]
            paint_region(painter, box if self.mode == BOX else self._line)
        for pin in self.pins:
            _paint_pin(painter, self.point_of((pin.x, pin.y)), pin, pin.number == self.held)
        for mark, radius in ((self.waiting, 7.0), (self.ring, 11.0)):
            if mark is not None:
                _paint_ring(painter, self.point_of(mark[0]), mark[1], radius)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.current().accent), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(frame.adjusted(1, 1, -1, -1))


def paint_region(painter: QPainter, points: Sequence[QPointF], fill: bool = True) -> None:
    """A region drawn by hand, or one that was taken: a dashed line, faintly filled."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(QColor(255, 255, 255, 40) if fill else Qt.BrushStyle.NoBrush)
    for color, width, style in ((DARK, 2.6, Qt.PenStyle.SolidLine), (LIGHT, 1.4, Qt.PenStyle.DashLine)):
        painter.setPen(QPen(color, width, style))
        painter.drawPolygon(QPolygonF(points))
        painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.restore()


def _paint_ring(painter: QPainter, at: QPointF, color: QColor, radius: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for tint, width in ((DARK, 7.0), (LIGHT, 5.0), (color, 3.0)):
        painter.setPen(QPen(tint, width))
        painter.drawEllipse(at, radius, radius)


def _paint_pin(painter: QPainter, at: QPointF, pin: Pin, held: bool) -> None:
    """A disc of the pair's colour with its number beside it."""
    radius = 8.0 if held else 6.0
    painter.setBrush(pin.color)
    for tint, width in ((DARK, 4.5), (QColor(theme.DARK.accent) if held else LIGHT, 2.2)):
        painter.setPen(QPen(tint, width))
        painter.drawEllipse(at, radius, radius)
    paint_number(painter, at, pin.number)


def paint_number(painter: QPainter, at: QPointF, number: int) -> None:
    """A pair's number, beside its point; the same in the photo and in the reference."""
    painter.save()
    font = painter.font()
    font.setPixelSize(12)
    font.setBold(True)
    painter.setFont(font)
    place = at + QPointF(14, -14)
    for color, moves in ((DARK, ((-1, 0), (1, 0), (0, -1), (0, 1))), (LIGHT, ((0, 0),))):
        painter.setPen(color)
        for across, down in moves:
            painter.drawText(place + QPointF(across, down), str(number))
    painter.restore()


def _polygon(places: Polygon) -> QPolygonF:
    return QPolygonF([QPointF(*place) for place in places])


def image_of(rgb: np.ndarray) -> QImage:
    """uint8 sRGB (h, w, 3) as Qt has pictures."""
    height, width = rgb.shape[:2]
    data = np.ascontiguousarray(rgb).tobytes()
    return QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
