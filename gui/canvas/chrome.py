"""What is drawn over the photo: the brush's outline, the stroke under way, the divider, names, the empty state.

Lines that must show on any photo are drawn twice, dark and light.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QPainter, QPainterPath, QPen, QPolygonF

from core.document import ERASE
from core.labels import LabelSet
from gui.canvas.viewport import Viewport
from gui.tools import Band, Outline, Rings, Trail
from gui.tools.disc import disc_polygon
from gui.tools.sketch import DARK, LIGHT

HANDLE = 13.0  # radius of the divider's knob
_PIXELS_FROM = 3.0  # zoom from which the outline follows the pixels
_PIXELS_UP_TO = 256  # size of the brush up to which it does
_SMALL = 9  # logical pixels below which an outline gets a cross around it
_FILL_ALPHA = 64
_TRAIL_ALPHA = 110
_TITLE, _HINT = "Drop a photo or a folder here", "or open one with Ctrl+O"


def outline_path(viewport: Viewport, outline: Outline | Band | Rings) -> QPainterPath:
    """The border of what would change, in the pane's coordinates. Of a dab the pixels' own edges where they can
    be seen, the circle where they cannot, with a cross around it if it is tiny; of a shape its rubber band."""
    path = QPainterPath()
    if isinstance(outline, Outline):
        _add_dab(path, viewport, outline)
    elif isinstance(outline, Band) and outline.oval:
        corners = [QPointF(*viewport.to_widget(x, y)) for x, y in outline.points]
        path.addEllipse(QRectF(corners[0], corners[-1]).normalized())
    else:
        for ring in outline.rings if isinstance(outline, Rings) else (outline.points,):
            path.addPolygon(QPolygonF([QPointF(*viewport.to_widget(x, y)) for x, y in ring]))
            path.closeSubpath()
    return path


def _add_dab(path: QPainterPath, viewport: Viewport, outline: Outline) -> None:
    x, y = viewport.to_widget(outline.x, outline.y)
    if viewport.zoom >= _PIXELS_FROM and outline.size <= _PIXELS_UP_TO:
        corners = disc_polygon(outline.size) * viewport.scale + (x, y)
        path.addPolygon(QPolygonF([QPointF(*corner) for corner in corners]))
        path.closeSubpath()
    else:
        radius = outline.size / 2 * viewport.scale
        path.addEllipse(QPointF(x, y), radius, radius)
    if outline.size * viewport.scale < _SMALL:
        _add_cross(path, x, y)
    if outline.start is not None:
        path.moveTo(QPointF(*viewport.to_widget(*outline.start)))
        path.lineTo(x, y)


def _add_cross(path: QPainterPath, x: float, y: float) -> None:
    """Four short lines that point at an outline too small to be found."""
    for across, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
        path.moveTo(x + across * 7, y + down * 7)
        path.lineTo(x + across * 12, y + down * 12)


def draw_outline(
    painter: QPainter, viewport: Viewport, outline: Outline | Band | Rings, labels: LabelSet
) -> None:
    """The brush's true footprint, or a rubber band, faintly filled with the label's colour."""
    path = outline_path(viewport, outline)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    fill = _color(outline.label, labels, _FILL_ALPHA)
    painter.setBrush(QBrush(fill) if fill else Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(DARK, 2.6))
    painter.drawPath(path)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(LIGHT, 1.2))
    painter.drawPath(path)


def draw_trail(painter: QPainter, viewport: Viewport, trail: Trail, labels: LabelSet) -> None:
    """The stroke under way over a photo that shows neither labels nor colours of ours."""
    color = _color(trail.label, labels, _TRAIL_ALPHA) or QColor(255, 255, 255, _TRAIL_ALPHA)
    width = max(trail.size * viewport.scale, 1.0)
    pen = QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
    points = [QPointF(*viewport.to_widget(x, y)) for x, y in trail.points]
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(QPolygonF(points))


def draw_way(painter: QPainter, viewport: Viewport, trail: Trail) -> None:
    """The way of the stroke under way as a hairline, over a result: what the stroke does to the colours shows."""
    points = QPolygonF([QPointF(*viewport.to_widget(x, y)) for x, y in trail.points])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in ((DARK, 2.2), (LIGHT, 1.0)):
        painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        painter.drawPolyline(points)


def draw_divider(painter: QPainter, x: float, height: float) -> None:
    """The divider of a compare view with its knob."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.fillRect(QRectF(x - 1.5, 0, 3, height), DARK)
    painter.fillRect(QRectF(x - 0.5, 0, 1, height), LIGHT)
    middle = QPointF(x, height / 2)
    painter.setPen(QPen(DARK, 1))
    painter.setBrush(LIGHT)
    painter.drawEllipse(middle, HANDLE, HANDLE)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(60, 60, 60))
    for side in (-1, 1):
        tip = middle + QPointF(side * 8.5, 0)
        base = middle + QPointF(side * 3.5, 0)
        painter.drawPolygon(QPolygonF([tip, base + QPointF(0, -4.5), base + QPointF(0, 4.5)]))


def draw_caption(painter: QPainter, clip: QRectF, text: str, *, right: bool = False) -> None:
    """The name of a pane, small, in its upper corner. Left out where it does not fit."""
    font = QFont(painter.font())
    font.setPointSizeF(8.5)
    painter.setFont(font)
    size = painter.fontMetrics().size(0, text)
    pill = QRectF(0, 0, size.width() + 16, size.height() + 6)
    if pill.width() + 16 > clip.width():
        return
    pill.moveTop(clip.top() + 8)
    pill.moveLeft(clip.right() - 8 - pill.width() if right else clip.left() + 8)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(20, 20, 20, 150))
    painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
    painter.setPen(QColor(240, 240, 240))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, text)


def draw_empty(painter: QPainter, area: QRectF, color: QColor) -> None:
    """The invitation on a canvas without a photo."""
    frame = QRectF(0, 0, min(area.width() - 40, 420), min(area.height() - 40, 220))
    frame.moveCenter(area.center())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    faint = QColor(color)
    faint.setAlpha(110)
    painter.setPen(QPen(faint, 1.5, Qt.PenStyle.DashLine))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(frame, 12, 12)
    painter.setPen(color)
    font = QFont(painter.font())
    for text, points, place in ((_TITLE, 15, -14), (_HINT, 10, 16)):
        font.setPointSizeF(points)
        painter.setFont(font)
        painter.drawText(frame.translated(0, place), Qt.AlignmentFlag.AlignCenter, text)


def _color(label: int, labels: LabelSet, alpha: int) -> QColor | None:
    return None if label == ERASE else QColor(*labels.color(label), alpha)
