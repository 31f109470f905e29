"""What tools draw over the photo while an outline or a choice is still open, in every pane alike.

Lines that must show on any photo are drawn twice, dark and light.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

if TYPE_CHECKING:
    from gui.canvas.viewport import Viewport
    from gui.canvas.views import Pane

DARK, LIGHT = QColor(0, 0, 0, 170), QColor(255, 255, 255, 230)
_FILL_ALPHA = 64
_CHOICE_ALPHA = 150
_KNOT, _FIRST_KNOT = 2.5, 4.5  # half a side, and a radius, in logical pixels
_DASH = 4.0


@dataclass(frozen=True)
class Sketch:
    """An outline under way.

    line: (n, 2) photo points of what is set; lead: (m, 2), from its end to the pointer; knots: (k, 2), where a
    person clicked; closes: whether a click would close it now.
    """

    line: np.ndarray
    lead: np.ndarray
    knots: np.ndarray
    color: tuple[int, int, int]
    closes: bool = False

    def paint(self, painter: QPainter, viewport: Viewport, pane: Pane) -> None:
        """Draw it; corners beside the photo show as well."""
        painter.setClipRect(pane.clip.translated(-pane.area.topLeft()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line, lead, knots = (_on_screen(viewport, points) for points in (self.line, self.lead, self.knots))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*self.color, _FILL_ALPHA))
        painter.drawPolygon(QPolygonF([*line, *lead]), Qt.FillRule.OddEvenFill)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        _draw_twice(painter, line)
        _draw_twice(painter, [*line[-1:], *lead])
        if len(knots) > 1 and not self.closes:
            _draw_dashed(painter, [*(lead or line)[-1:], knots[0]])
        self._draw_knots(painter, knots)

    def _draw_knots(self, painter: QPainter, knots: list[QPointF]) -> None:
        painter.setPen(QPen(DARK, 1.2))
        painter.setBrush(LIGHT)
        for knot in knots[1:]:
            painter.drawRect(QRectF(knot.x() - _KNOT, knot.y() - _KNOT, 2 * _KNOT, 2 * _KNOT))
        if knots:
            painter.setBrush(QColor(*self.color) if self.closes else LIGHT)
            radius = _FIRST_KNOT + (2 if self.closes else 0)
            painter.setPen(QPen(LIGHT if self.closes else DARK, 1.6))
            painter.drawEllipse(knots[0], radius, radius)


@dataclass(frozen=True)
class Choice:
    """Pixels that would get a label, at the size they were found in: mask bool (h, w) over the whole photo, whose
    (height, width) is `shape`."""

    mask: np.ndarray
    shape: tuple[int, int]
    color: tuple[int, int, int]

    def paint(self, painter: QPainter, viewport: Viewport, pane: Pane) -> None:
        """Cover them with the label's colour."""
        picture = np.ascontiguousarray(self.mask).view(np.uint8)
        height, width = picture.shape
        image = QImage(picture.data, width, height, width, QImage.Format.Format_Indexed8)
        image.setColorTable([0, QColor(*self.color, _CHOICE_ALPHA).rgba()])
        left, top = viewport.to_widget(0, 0)
        right, bottom = viewport.to_widget(self.shape[1], self.shape[0])
        painter.drawImage(QRectF(left, top, right - left, bottom - top), image)


def _on_screen(viewport: Viewport, points: np.ndarray) -> list[QPointF]:
    return [QPointF(*viewport.to_widget(x, y)) for x, y in np.asarray(points).reshape(-1, 2).tolist()]


def _draw_twice(painter: QPainter, points: list[QPointF]) -> None:
    for color, width in ((DARK, 2.6), (LIGHT, 1.2)):
        painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(points)


def _draw_dashed(painter: QPainter, points: list[QPointF]) -> None:
    """A line that is not there yet."""
    for color, start in ((DARK, 0.0), (LIGHT, _DASH)):
        pen = QPen(color, 1.0)
        pen.setDashPattern([_DASH, _DASH])
        pen.setDashOffset(start)
        painter.setPen(pen)
        painter.drawPolyline(points)
