"""What the object tool shows: the proposal as a translucent mask with its outline, and what was pointed at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF

from core.box import Box
from core.regions import Region
from gui.tools.sketch import DARK, LIGHT

if TYPE_CHECKING:
    from gui.canvas.viewport import Viewport
    from gui.canvas.views import Pane

_FILL_ALPHA = 130
_MARK, _SIGN = 6.5, 3.5  # logical pixels: radius of a point's mark, half of the sign in it
_FINEST = 1500  # pixels of a region's long side that its outline is drawn by

Point = tuple[float, float]


def rings_of(region: Region) -> tuple[np.ndarray, ...]:
    """The borders of a region, holes too: closed lines (n, 2) of photo points. Costs a pass over its mask."""
    import cv2

    step = max(1, -(-max(region.mask.shape) // _FINEST))
    mask = np.pad(region.mask[::step, ::step].view(np.uint8), 1)
    found, _ = cv2.findContours(mask, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    corner = np.array([region.box.left, region.box.top])
    return tuple((line.reshape(-1, 2) - 0.5) * step + corner for line in found)


@dataclass(frozen=True, eq=False)
class ProposalSketch:
    """A proposal over the photo.

    path: its outline in photo points, None while it is being looked for; plus, minus: points (x, y); corners: of the
    box that was drawn around it, two opposite ones, or none; color: of its label.
    """

    path: QPainterPath | None
    plus: tuple[Point, ...]
    minus: tuple[Point, ...]
    corners: tuple[Point, ...]
    color: tuple[int, int, int]

    def paint(self, painter: QPainter, viewport: Viewport, pane: Pane) -> None:
        """Draw it into a pane."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.path is not None:
            self._draw_mask(painter, viewport)
        if self.corners:
            _draw_box(painter, [QPointF(*viewport.to_widget(*corner)) for corner in self.corners])
        for points, upright in ((self.plus, True), (self.minus, False)):
            for point in points:
                _draw_mark(painter, QPointF(*viewport.to_widget(*point)), upright)

    def _draw_mask(self, painter: QPainter, viewport: Viewport) -> None:
        painter.save()
        painter.translate(QPointF(*viewport.to_widget(0, 0)))
        painter.scale(viewport.scale, viewport.scale)
        painter.fillPath(self.path, QColor(*self.color, _FILL_ALPHA))
        for color, width in ((DARK, 3.0), (LIGHT, 1.4)):
            pen = QPen(color, width)
            pen.setCosmetic(True)
            painter.strokePath(self.path, pen)
        painter.restore()


def path_of(rings: tuple[np.ndarray, ...]) -> QPainterPath:
    """Closed lines as one path, in which a line inside another is a hole."""
    path = QPainterPath()
    path.setFillRule(Qt.FillRule.OddEvenFill)
    for ring in rings:
        path.addPolygon(QPolygonF([QPointF(x, y) for x, y in ring.tolist()]))
        path.closeSubpath()
    return path


def box_of(corners: tuple[Point, ...]) -> Box:
    """The photo pixels between two opposite corners."""
    (x0, y0), (x1, y1) = corners
    return Box(int(min(y0, y1)), int(min(x0, x1)), int(np.ceil(max(y0, y1))), int(np.ceil(max(x0, x1))))


def _draw_box(painter: QPainter, corners: list[QPointF]) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, style in ((DARK, Qt.PenStyle.SolidLine), (LIGHT, Qt.PenStyle.DashLine)):
        painter.setPen(QPen(color, 1.4, style))
        painter.drawRect(QRectF(corners[0], corners[1]).normalized())


def _draw_mark(painter: QPainter, at: QPointF, plus: bool) -> None:
    """A disc with a plus on it, light, or with a minus, dark."""
    back, front = (LIGHT, DARK) if plus else (DARK, LIGHT)
    painter.setPen(QPen(front, 1.2))
    painter.setBrush(back)
    painter.drawEllipse(at, _MARK, _MARK)
    painter.setPen(QPen(front, 1.8))
    painter.drawLine(QLineF(at.x() - _SIGN, at.y(), at.x() + _SIGN, at.y()))
    if plus:
        painter.drawLine(QLineF(at.x(), at.y() - _SIGN, at.x(), at.y() + _SIGN))
