"""What hints look like over the photo: a dot of their colour with a white and a black ring, scribbles as lines."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from core.document import Document
from core.guidance import Hint
from gui.palette.mime import color_of
from gui.tools.hint import HintTool

if TYPE_CHECKING:
    from gui.canvas.viewport import Viewport
    from gui.canvas.views import Pane

DARK, LIGHT = QColor(0, 0, 0, 210), QColor(255, 255, 255, 245)
_DOT = 6.0  # logical pixels: radius of a point
_LINE = 4.0
_SELECTED = 2.0  # thicker; a ring in a colour would be taken for the hint's


class HintMarks:
    """Draws the hints of a document in every pane, while `shown`."""

    def __init__(self, tool: HintTool, document: Callable[[], Document | None]) -> None:
        self.shown = True
        self._tool, self._document = tool, document

    def paint(self, painter: QPainter, viewport: Viewport, pane: Pane) -> None:
        """Draw them; the selected one is last, with its radius."""
        document = self._document()
        if not self.shown or document is None or not document.hints:
            return
        painter.save()
        painter.setClipRect(pane.clip.translated(-pane.area.topLeft()))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected, size = self._tool.selected, (document.photo.width, document.photo.height)
        for index, hint in enumerate(document.hints):
            if index != selected:
                _draw(painter, hint, _on_screen(viewport, hint, size), False)
        if selected is not None:
            hint = document.hints[selected]
            places = _on_screen(viewport, hint, size)
            _draw_reach(painter, places, hint.radius * max(size) * viewport.scale)
            _draw(painter, hint, places, True)
        painter.restore()


def _on_screen(viewport: Viewport, hint: Hint, size: tuple[int, int]) -> list[QPointF]:
    return [QPointF(*viewport.to_widget(x * size[0], y * size[1])) for x, y in hint.points]


def _draw(painter: QPainter, hint: Hint, places: list[QPointF], selected: bool) -> None:
    color, more = color_of(hint.swatch), _SELECTED if selected else 0.0
    if len(places) > 1:
        for tint, width in ((DARK, _LINE + 5 + more), (LIGHT, _LINE + 3 + more), (color, _LINE)):
            painter.setPen(QPen(tint, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap,
                                Qt.PenJoinStyle.RoundJoin))  # fmt: skip
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPolyline(QPolygonF(places))
        return
    radius = _DOT + more
    painter.setPen(QPen(DARK, 4.5 + more))
    painter.drawEllipse(places[0], radius, radius)
    painter.setPen(QPen(LIGHT, 2.2 + more))
    painter.setBrush(color)
    painter.drawEllipse(places[0], radius, radius)
    painter.setBrush(Qt.BrushStyle.NoBrush)


def _draw_reach(painter: QPainter, places: list[QPointF], radius: float) -> None:
    """How far the selected hint is met: a circle, or the broad stroke of a scribble."""
    if radius <= _DOT + 2:
        return
    if len(places) > 1:
        veil = QColor(255, 255, 255, 60)
        painter.setPen(QPen(veil, 2 * radius, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap,
                            Qt.PenJoinStyle.RoundJoin))  # fmt: skip
        painter.drawPolyline(QPolygonF(places))
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((DARK, 2.6), (LIGHT, 1.2)):
        painter.setPen(QPen(color, width))
        painter.drawEllipse(places[0], radius, radius)
