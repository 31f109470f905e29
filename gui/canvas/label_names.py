"""Names written on regions: drawn over the photo, each where its region has most room, none over another.

Where a name belongs is found elsewhere (core/label_places, in a thread); here each is a small picture made once for
every theme and screen, so that a repaint costs a few copies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPixmap

from core.label_places import NamePlace
from gui.canvas.viewport import Viewport
from gui.canvas.views import Pane

_POINTS = 9.0
_ROOM = 7.0  # logical pixels: a region with a smaller circle in it stays without a name
_BACK, _INK = QColor(20, 20, 20, 185), QColor(250, 250, 250)


class LabelNames:
    """The names of one canvas. `places` are in photo pixels; `shown(pane)` says where names are wanted."""

    def __init__(self, shown: Callable[[Pane], bool]) -> None:
        self.places: Sequence[tuple[str, NamePlace]] = ()
        self._shown = shown
        self._pixmaps: dict[tuple[str, float], QPixmap] = {}

    def paint(self, painter: QPainter, viewport: Viewport, pane: Pane) -> None:
        """Write the names that fit (gui/canvas/scene.Over)."""
        if self._shown(pane):
            for rect, pixmap in self.laid_out(viewport, painter.device().devicePixelRatioF()):
                painter.drawPixmap(rect.topLeft(), pixmap)

    def laid_out(self, viewport: Viewport, ratio: float = 1.0) -> list[tuple[QRectF, QPixmap]]:
        """Where in a pane each name is written; the larger region's goes first, and nothing over it."""
        taken: list[tuple[QRectF, QPixmap]] = []
        pane = QRectF(0, 0, viewport.width, viewport.height) & _photo_rect(viewport)
        for name, place in self.places:
            if place.radius * viewport.scale < _ROOM:
                continue
            pixmap = self._pixmap(name, ratio)
            rect = QRectF(QPointF(), pixmap.deviceIndependentSize())
            rect.moveCenter(QPointF(*viewport.to_widget(place.x, place.y)))
            rect.moveLeft(max(min(rect.left(), pane.right() - rect.width()), pane.left()))
            if rect.intersects(pane) and not any(rect.intersects(other) for other, _ in taken):
                taken.append((rect, pixmap))
        return taken

    def _pixmap(self, name: str, ratio: float) -> QPixmap:
        if (name, ratio) not in self._pixmaps:
            self._pixmaps[name, ratio] = _written(name, ratio)
        return self._pixmaps[name, ratio]


def _photo_rect(viewport: Viewport) -> QRectF:
    """Where the photo lies in a pane."""
    scale = viewport.scale
    return QRectF(*viewport.origin, viewport.photo_width * scale, viewport.photo_height * scale)


def _written(name: str, ratio: float) -> QPixmap:
    """A name on a dark pill, which is read on any photo."""
    font = QFont()
    font.setPointSizeF(_POINTS)
    size = QFontMetricsF(font).size(0, name)
    width, height = round(size.width()) + 12, round(size.height()) + 4
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_BACK)
    painter.drawRoundedRect(QRectF(0, 0, width, height), height / 2, height / 2)
    painter.setFont(font)
    painter.setPen(_INK)
    painter.drawText(QRectF(0, 0, width, height), Qt.AlignmentFlag.AlignCenter, name)
    painter.end()
    return pixmap
