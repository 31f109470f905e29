"""Faults over the photo: a line around each place and its number; the one in hand in the accent colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from gui import theme
from gui.canvas.chrome import DARK, LIGHT
from gui.canvas.viewport import Viewport
from gui.canvas.views import Pane

if TYPE_CHECKING:
    from core.fault_places import Place

_RADIUS = 10.0  # logical pixels of a number's disc


class FaultMarks:
    """What the canvas draws; `shown` while the person looks at faults."""

    def __init__(self) -> None:
        self.shown = False
        self._marks: list[tuple[QPainterPath, QPointF]] = []
        self._at = -1

    def set_places(self, places: Sequence[Place], at: int) -> None:
        """Mark these, the one at index `at` (-1 for none) above all."""
        self._marks = [(_path(place), QPointF(*place.spot)) for place in places]
        self._at = at

    def paint(self, painter: QPainter, viewport: Viewport, pane: Pane) -> None:
        """Draw into a pane: the one in hand over the others, and numbers over all lines."""
        if not self.shown:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        order = sorted(range(len(self._marks)), key=lambda index: (index == self._at, -index))
        for index in order:
            self._draw_line(painter, viewport, self._marks[index][0], index == self._at)
        for index in order:
            spot = self._marks[index][1]
            _draw_number(painter, QPointF(*viewport.to_widget(spot.x(), spot.y())), index + 1, index == self._at)

    def _draw_line(self, painter: QPainter, viewport: Viewport, path: QPainterPath, current: bool) -> None:
        painter.save()
        painter.translate(*viewport.to_widget(0, 0))
        painter.scale(viewport.scale, viewport.scale)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        front = QColor(theme.DARK.accent) if current else LIGHT
        for color, width in ((DARK, 4.5 if current else 3.0), (front, 2.5 if current else 1.3)):
            pen = QPen(color, width)
            pen.setCosmetic(True)
            painter.setPen(pen)
            painter.drawPath(path)
        painter.restore()


def _path(place: Place) -> QPainterPath:
    path = QPainterPath()
    for line in place.outlines:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in line.tolist()]))
        path.closeSubpath()
    return path


def _draw_number(painter: QPainter, at: QPointF, number: int, current: bool) -> None:
    disc = QRectF(at.x() - _RADIUS, at.y() - _RADIUS, 2 * _RADIUS, 2 * _RADIUS)
    painter.setPen(QPen(DARK, 1.5))
    painter.setBrush(QColor(theme.DARK.accent) if current else QColor(30, 30, 30, 220))
    painter.drawEllipse(disc)
    font = painter.font()
    font.setPixelSize(12)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(20, 20, 20) if current else QColor(245, 245, 245))
    painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(number))
