"""A chip: one colour with its hex code, to be clicked, dragged away, and to drop another colour on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolButton, QWidget

from core.guidance import Swatch
from gui import theme
from gui.palette.mime import color_of, pack
from gui.palette.strip import ink_on
from gui.rules.mime import dropped_swatch

_CLEARS = Qt.Key.Key_Delete, Qt.Key.Key_Backspace


class Chip(QToolButton):
    """Shows a swatch, or none and then the colour that is there without one.

    clicked(): the person wants to choose. dropped(Swatch): took one in. cleared(): Delete was pressed.
    """

    dropped = Signal(object)
    cleared = Signal()

    def __init__(self, name: str, tip: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._name, self._tip = name, tip
        self.swatch: Swatch | None = None
        self._now: Swatch | None = None
        self._pressed: QPoint | None = None
        self._over = False
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_swatch(None)

    def sizeHint(self) -> QSize:
        return QSize(64, 28)

    minimumSizeHint = sizeHint

    def show_swatch(self, swatch: Swatch | None, now: Swatch | None = None) -> None:
        """Show a swatch; without one, `now`, the colour that is there."""
        self.swatch, self._now = swatch, now
        told = (swatch.name or swatch.hex) if swatch else "none"
        self.setAccessibleName(f"{self._name}: {told}")
        code = f"  {swatch.hex}" if swatch else ""
        self.setToolTip(f"<b>{self._name}</b>{code}<br>{self._tip}")
        self.update()

    # -- what it looks like

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self._over or (self.isEnabled() and (self.underMouse() or self.hasFocus()))
        edge = QColor(look.accent) if marked else QColor(128, 128, 128, 130)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        if self.swatch is None:
            self._paint_empty(painter, box, edge)
            return
        painter.setPen(QPen(edge, 1.5))
        painter.setBrush(color_of(self.swatch))
        painter.setOpacity(1.0 if self.isEnabled() else 0.5)
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(ink_on(self.swatch))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(self.swatch.name or self.swatch.hex, Qt.TextElideMode.ElideRight, self.width() - 10)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, text)

    def _paint_empty(self, painter: QPainter, box: QRectF, edge: QColor) -> None:
        look = theme.current()
        painter.setPen(QPen(edge, 1.2, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 6, 6)
        left = 10
        if self._now is not None:
            painter.setPen(QPen(QColor(128, 128, 128, 130), 1))
            painter.setBrush(color_of(self._now))
            painter.drawEllipse(QRectF(10, self.height() / 2 - 6, 12, 12))
            left = 28
        painter.setPen(QColor(look.dim if self.isEnabled() else look.faint))
        text = self.rect().adjusted(left, 0, -4, 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "none chosen")

    # -- mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = event.position().toPoint() if event.button() == Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Far enough from where it was pressed, the colour goes with the pointer."""
        point = event.position().toPoint()
        if self._pressed is None or self.swatch is None:
            return
        if (point - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self.setDown(False)
            self._drag()

    def _drag(self) -> None:
        drag, pixmap = QDrag(self), QPixmap(28, 28)
        pixmap.fill(color_of(self.swatch))
        drag.setMimeData(pack(self.swatch))
        drag.setPixmap(pixmap)
        drag.setHotSpot(QPoint(14, 14))
        drag.exec(Qt.DropAction.CopyAction)

    def event(self, event: QEvent) -> bool:
        """The window's shortcuts leave the keys of a chip alone."""
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in _CLEARS:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes the colour away; Enter and Space choose one."""
        if event.key() in _CLEARS:
            self.cleared.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    # -- what is dropped

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome swatches and colours."""
        if event.source() is not self and dropped_swatch(event.mimeData()) is not None:
            event.acceptProposedAction()
            self._over = True
            self.update()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._over = False
        self.update()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take the colour in."""
        self._over = False
        self.update()
        swatch = dropped_swatch(event.mimeData())
        if swatch is not None:
            event.acceptProposedAction()
            self.dropped.emit(swatch)
