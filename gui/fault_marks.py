"""Faults over the photo: a line around each place and its number; the one in hand in the accent colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPixmap, QPolygonF, QTransform

from gui import theme
from gui.canvas.chrome import DARK, LIGHT
from gui.canvas.viewport import Viewport
from gui.canvas.views import Pane

if TYPE_CHECKING:
    from core.fault_places import Place

_RADIUS = 10.0  # logical pixels of a number's disc


class FaultMarks:
    """What the canvas draws; `shown` while the person looks at faults.

    The marks are drawn once for every place and size the photo is seen in, and copied from then on: smooth lines
    around large places would take longer than a frame has.
    """

    def __init__(self) -> None:
        self.shown = False
        self._marks: list[tuple[QPainterPath, QPointF]] = []
        self._at = -1
        self._drawn: tuple[tuple, QPixmap, QPointF] | None = None  # for which view, what, and where in a pane

    def set_places(self, places: Sequence[Place], at: int) -> None:
        """Mark these, the one at index `at` (-1 for none) above all."""
        self._marks = [(_path(place), QPointF(*place.spot)) for place in places]
        self._at, self._drawn = at, None

    def paint(self, painter: QPainter, viewport: Viewport, pane: Pane) -> None:
        """Draw into a pane."""
        if not self.shown or not self._marks:
            return
        view = *viewport.origin, viewport.scale, viewport.width, viewport.height, viewport.ratio
        if self._drawn is None or self._drawn[0] != view:
            self._drawn = view, *self._draw(viewport)
        painter.drawPixmap(self._drawn[2], self._drawn[1])

    def _draw(self, viewport: Viewport) -> tuple[QPixmap, QPointF]:
        """The marks as far as they are in view, and where: the one in hand over the others, numbers over lines."""
        place = QTransform(viewport.scale, 0, 0, viewport.scale, *viewport.origin)
        marks = [(place.map(path), place.map(spot)) for path, spot in self._marks]
        around = QRectF()
        for path, spot in marks:
            around |= path.boundingRect() | QRectF(spot, spot)
        margin = _RADIUS + 3
        around = around.adjusted(-margin, -margin, margin, margin) & QRectF(0, 0, viewport.width, viewport.height)
        around = QRectF(around.toAlignedRect())
        pixmap = QPixmap((around.size() * viewport.ratio).toSize().expandedTo(QSize(1, 1)))
        pixmap.setDevicePixelRatio(viewport.ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-around.topLeft())
        order = sorted(range(len(marks)), key=lambda index: (index == self._at, -index))
        for index in order:
            _draw_line(painter, marks[index][0], index == self._at)
        for index in order:
            _draw_number(painter, marks[index][1], index + 1, index == self._at)
        painter.end()
        return pixmap, around.topLeft()


def _draw_line(painter: QPainter, path: QPainterPath, current: bool) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    front = QColor(theme.DARK.accent) if current else LIGHT
    for color, width in ((DARK, 4.5 if current else 3.0), (front, 2.5 if current else 1.3)):
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, color is front)  # a smooth wide line takes long
        painter.setPen(QPen(color, width))
        painter.drawPath(path)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)


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
