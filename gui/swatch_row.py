"""A row of small colours to take one from, by the mouse or by arrow keys and Space; wide ones are the likely ones."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from core.guidance import Swatch
from gui import theme
from gui.keyed import KeyedWidget
from gui.palette.mime import color_of

_HIGH = 24  # logical pixels
_LEAST = 0.5  # of an even share: no colour is narrower than that
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
_TAKES = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)


class SwatchRow(KeyedWidget):
    """taken(Swatch) says which one the person took; the row itself stays as it is told."""

    taken = Signal(object)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.swatches: tuple[Swatch, ...] = ()
        self.weights: tuple[float, ...] = ()
        self.current = 0
        self._name, self._hovered = name, -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HIGH)
        self.setMouseTracking(True)
        self.setAccessibleName(f"{name} colours")

    def sizeHint(self) -> QSize:
        return QSize(160, _HIGH)

    def show_swatches(self, swatches: Sequence[Swatch], weights: Sequence[float] = ()) -> None:
        """Show colours, with weights wider ones for the likely."""
        self.swatches, self.weights = tuple(swatches), tuple(weights)
        self.current = min(self.current, max(len(self.swatches) - 1, 0))
        self._tell()
        self.update()

    def rect_of(self, place: int) -> QRect:
        """Where a colour is, in the row's pixels."""
        count = len(self.swatches)
        total = sum(self.weights)
        shares = [weight / total for weight in self.weights] if total > 0 else [1 / count] * count
        shares = [max(share, _LEAST / count) for share in shares]
        whole = sum(shares)
        left, right = (round(sum(shares[:at]) / whole * (self.width() - 2)) for at in (place, place + 1))
        return QRect(1 + left, 1, right - left, _HIGH - 2)

    def place_at(self, point: QPoint) -> int:
        """The colour at a point, or -1."""
        return next((at for at in range(len(self.swatches)) if self.rect_of(at).contains(point)), -1)

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.swatches:
            return
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        band = QPainterPath()
        band.addRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)
        painter.setClipPath(band)
        for at, swatch in enumerate(self.swatches):
            painter.fillRect(self.rect_of(at), color_of(swatch))
        painter.setClipping(False)
        painter.setPen(QPen(QColor(look.line), 1))
        painter.drawPath(band)
        marked = self.current if self.hasFocus() else self._hovered
        if marked >= 0:
            inner = QRectF(self.rect_of(marked)).adjusted(1, 1, -1, -1)
            for color, width in ((QColor(0, 0, 0, 150), 4.0), (QColor("#ffffff"), 2.0)):
                painter.setPen(QPen(color, width))
                painter.drawRoundedRect(inner, 4, 4)

    def _tell(self) -> None:
        if self.swatches:
            self.setAccessibleDescription(self._text(self.current))

    def _text(self, place: int) -> str:
        swatch, total = self.swatches[place], sum(self.weights)
        share = f", {round(100 * self.weights[place] / total)} %" if total > 0 else ""
        return f"{swatch.name} {swatch.hex}{share}".strip()

    # -- what is done to it

    def own_keys(self) -> tuple[Qt.Key, ...]:
        return (*_STEPS, *_TAKES)

    def event(self, event: QEvent) -> bool:
        """Name the colour under the pointer."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            place = self.place_at(event.pos())
            text = f"<b>{self._text(place)}</b><br>Click to take it" if place >= 0 else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.place_at(event.position().toPoint()))

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(-1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the colour there."""
        place = self.place_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and place >= 0:
            self.current = place
            self._take()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go along the row; Space and Enter take."""
        key = Qt.Key(event.key())
        if key in _STEPS and self.swatches:
            self.current = (self.current + _STEPS[key]) % len(self.swatches)
            self._tell()
            self.update()
        elif key in _TAKES and self.swatches:
            self._take()
        else:
            super().keyPressEvent(event)

    def _hover(self, place: int) -> None:
        if place != self._hovered:
            self._hovered = place
            self.update()

    def _take(self) -> None:
        self._tell()
        self.update()
        self.taken.emit(self.swatches[self.current])
