"""A slider whose groove shows what colours it leads to, and where the gamut ends.

Beyond the gamut the groove is hatched: the handle may go there, but the colour stays at the edge.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from gui import theme

GROOVE, HANDLE = 10, 16  # logical pixels
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
_LARGE = 10  # steps with Shift


class GamutSlider(QWidget):
    """A value low..high. began() and ended() frame what belongs together, changed(float) comes between.

    A drag of the mouse is one such frame, and so is all that is done by keys and wheel until the slider loses the
    keys. A double click, Delete or Backspace goes back to `home`.
    """

    began = Signal()
    changed = Signal(float)
    ended = Signal()

    def __init__(self, name: str, low: float, high: float, step: float, home: float | None = None,
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self.low, self.high, self.step, self.home = low, high, step, home
        self.value = low
        self._open = self._pressed = False
        self._colors = np.zeros((0, 3), np.uint8)
        self._inside = np.zeros(0, bool)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(120, HANDLE + 6)

    minimumSizeHint = sizeHint

    def set_value(self, value: float) -> None:
        """Show a value without telling anybody."""
        value = min(max(value, self.low), self.high)
        if value != self.value:
            self.value = value
            self.update()

    def set_groove(self, colors: np.ndarray, inside: np.ndarray) -> None:
        """Colours uint8 (n, 3) from low to high, and whether each of them exists (n,)."""
        self._colors, self._inside = np.ascontiguousarray(colors), inside
        self.update()

    def let_go(self) -> None:
        """Forget the frame that is open: what comes next begins another one."""
        self._open = False

    # -- what it looks like

    def _groove(self) -> QRectF:
        return QRectF(HANDLE / 2, (self.height() - GROOVE) / 2, self.width() - HANDLE, GROOVE)

    def _x(self) -> float:
        groove = self._groove()
        return groove.left() + groove.width() * (self.value - self.low) / (self.high - self.low)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        groove, look = self._groove(), theme.current()
        path = QPainterPath()
        path.addRoundedRect(groove, GROOVE / 2, GROOVE / 2)
        painter.save()
        painter.setClipPath(path)
        painter.fillPath(path, QColor(look.line))
        if len(self._colors):
            image = QImage(self._colors.data, len(self._colors), 1, 3 * len(self._colors), QImage.Format.Format_RGB888)
            painter.drawImage(groove, image)
            self._paint_outside(painter, groove)
        painter.restore()
        self._paint_handle(painter)

    def _paint_outside(self, painter: QPainter, groove: QRectF) -> None:
        """Hatch what does not exist."""
        edges = np.flatnonzero(np.diff(np.concatenate([[1], self._inside.astype(np.int8), [1]])))
        cell = groove.width() / len(self._inside)
        for start, end in edges.reshape(-1, 2):
            piece = QRectF(groove.left() + start * cell, groove.top(), (end - start) * cell, groove.height())
            painter.fillRect(piece, QColor(theme.current().panel))
            painter.fillRect(piece, QBrush(QColor(theme.current().faint), Qt.BrushStyle.BDiagPattern))

    def _paint_handle(self, painter: QPainter) -> None:
        look, centre = theme.current(), QPointF(self._x(), self.height() / 2)
        painter.setBrush(self._color_here())
        painter.setPen(QPen(QColor(0, 0, 0, 110), 4))
        painter.drawEllipse(centre, HANDLE / 2 - 3, HANDLE / 2 - 3)
        painter.setPen(QPen(QColor(look.accent if self.hasFocus() or self.underMouse() else "#ffffff"), 2.2))
        painter.drawEllipse(centre, HANDLE / 2 - 3, HANDLE / 2 - 3)

    def _color_here(self) -> QColor:
        if not len(self._colors):
            return QColor(theme.current().panel)
        share = (self.value - self.low) / (self.high - self.low)
        return QColor(*self._colors[min(int(share * len(self._colors)), len(self._colors) - 1)].tolist())

    # -- what is done to it

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the handle there."""
        if event.button() == Qt.MouseButton.LeftButton:
            self._end()
            self._pressed = True
            self._go_to(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed:
            self._go_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed:
            self._pressed = False
            self._end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Back to where it comes from."""
        self._go_home()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Turn by steps, but only who has the keys: the panel scrolls under the wheel."""
        if not self.hasFocus() or not event.angleDelta().y():
            event.ignore()
            return
        self._change(self.value + self.step * (1 if event.angleDelta().y() > 0 else -1))

    def event(self, event: QEvent) -> bool:
        """The window's shortcuts leave the keys of a slider alone."""
        keys = (*_STEPS, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Delete, Qt.Key.Key_Backspace)
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in keys:
            event.accept()
            return True
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave):
            self.update()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows by a step, with Shift by ten; Home and End; Delete goes back to where it comes from."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            large = _LARGE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
            self._change(self.value + _STEPS[key] * self.step * large)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._change(self.low if key == Qt.Key.Key_Home else self.high)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._go_home()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._end()
        self.update()

    def _go_to(self, x: float) -> None:
        groove = self._groove()
        self._change(self.low + (self.high - self.low) * (x - groove.left()) / max(groove.width(), 1.0))

    def _go_home(self) -> None:
        if self.home is not None:
            self._change(self.home)

    def _change(self, value: float) -> None:
        value = min(max(value, self.low), self.high)
        if not self._open:
            self._open = True
            self.began.emit()
        if value != self.value:
            self.value = value
            self.update()
            self.changed.emit(value)

    def _end(self) -> None:
        if self._open:
            self._open = False
            self.ended.emit()
