"""The sheet of tries: the photo as it is and three others, two by two over the canvas, to take one with a click.

1 to 4, or the arrows and Enter, take one; M asks for more; Esc leaves everything as it is. A try that is still being
made is a dim picture of the photo as it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QImage, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from gui import theme

TILES = 4
_GAP, _EDGE, _CAPTION = 14, 18, 22
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -2, Qt.Key.Key_Down: 2}
_KEYS = (*_STEPS, Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space, Qt.Key.Key_M,
         Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4)  # fmt: skip


class Tiles(QWidget):
    """Four pictures. taken(place): one was clicked or chosen by key."""

    taken = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setAccessibleName("Tries")
        self.setAccessibleDescription("The photo as it is and three other tries; 1 to 4 take one")
        self.current = 0
        self.names: tuple[str, ...] = ("",) * TILES
        self._images: list[QImage | None] = [None] * TILES

    def sizeHint(self) -> QSize:
        return QSize(900, 640)

    def begin(self, names: Sequence[str], now: np.ndarray | None) -> None:
        """Show the photo as it is, uint8 (h, w, 3) or None, in the first place, and wait for the others."""
        self.names, self.current = tuple(names), 0
        self._images = [_image(now), None, None, None]
        self.update()

    def set_picture(self, place: int, rgb: np.ndarray) -> None:
        """One of the others has come, uint8 (h, w, 3)."""
        self._images[place] = _image(rgb)
        self.update()

    def has(self, place: int) -> bool:
        """Whether the picture in that place is there."""
        return self._images[place] is not None

    def step(self, by: int) -> None:
        """Go to another place."""
        self.current = (self.current + by) % TILES
        self.update()

    def take(self, place: int) -> None:
        """Choose one, if it is there."""
        if self.has(place):
            self.taken.emit(place)

    def place_rect(self, place: int) -> QRect:
        """Where a tile stands."""
        width, height = (self.width() - _GAP) // 2, (self.height() - _GAP) // 2
        row, column = divmod(place, 2)
        return QRect(column * (width + _GAP), row * (height + _GAP), width, height)

    def paintEvent(self, event: QEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        for place in range(TILES):
            self._paint_tile(painter, place)

    def _paint_tile(self, painter: QPainter, place: int) -> None:
        look, rect = theme.current(), self.place_rect(place)
        shown = self._images[place] or self._images[0]
        above = rect.adjusted(3, 3, -3, -_CAPTION)
        if shown is not None:
            size = QSize(shown.size()).scaled(above.size(), Qt.AspectRatioMode.KeepAspectRatio)
            target = QRect(QPoint(0, 0), size)
            target.moveCenter(above.center())
            painter.setOpacity(1.0 if self.has(place) else 0.25)
            painter.drawImage(QRectF(target), shown)
            painter.setOpacity(1.0)
            if place == self.current:
                painter.setPen(QPen(QColor(look.accent), 3))
                painter.drawRoundedRect(QRectF(target).adjusted(-2, -2, 2, 2), 3, 3)
        text = self.names[place] if self.has(place) else f"{self.names[place]} …"
        font = QFont(self.font())
        font.setBold(place == self.current)
        painter.setFont(font)
        painter.setPen(QColor(look.text))
        below = QRect(rect.left(), rect.bottom() - _CAPTION + 2, rect.width(), _CAPTION)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, f"{place + 1}   {text}")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().toPoint())
        self.setCursor(Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.PointingHandCursor)
        if place is not None and place != self.current:
            self.current = place
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position().toPoint())
        if place is not None and event.button() == Qt.MouseButton.LeftButton:
            self.take(place)

    def _place_at(self, at: QPoint) -> int | None:
        return next((place for place in range(TILES) if self.place_rect(place).contains(at)), None)


class VariantsSheet(QFrame):
    """Lies over a widget, as large as it. taken(place), more(), left() when it was closed without a choice."""

    taken = Signal(int)
    more = Signal()
    left = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("variantsSheet")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._over = over
        self.title = QLabel(self, objectName="section")
        self.tiles = Tiles(self)
        self.more_button = _button("More", "The next three tries (M)", self)
        self.leave_button = _button("Leave as it is", "Close without changing anything (Esc)", self)
        keys = QLabel("Click one, or press 1–4", self, objectName="dim")
        foot = QHBoxLayout()
        foot.addWidget(keys)
        foot.addStretch(1)
        foot.addWidget(self.more_button)
        foot.addWidget(self.leave_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_EDGE, _GAP, _EDGE, _GAP)
        layout.setSpacing(_GAP // 2)
        layout.addWidget(self.title)
        layout.addWidget(self.tiles, 1)
        layout.addLayout(foot)
        self.tiles.taken.connect(self.taken)
        self.more_button.clicked.connect(self.more)
        self.leave_button.clicked.connect(self.leave)
        over.installEventFilter(self)
        self.hide()
        self.dress()

    def dress(self) -> None:
        """Take the theme's colours anew."""
        self.setStyleSheet("QFrame#variantsSheet {{ background: {canvas}; border: 0; }}"
                           "QFrame#variantsSheet QLabel {{ background: transparent; color: {text}; }}"
                           .format(**theme.codes()))  # fmt: skip

    def open(self, title: str, names: Sequence[str], now: np.ndarray | None) -> None:
        """Show the photo as it is and wait for the others."""
        self.title.setText(title)
        self.tiles.begin(names, now)
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()
        self.setFocus()

    def leave(self) -> None:
        """Close without a choice."""
        if self.isVisible():
            self.hide()
            self.left.emit()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in _KEYS:
            event.accept()  # the window's own keys wait until the sheet is gone
            return True
        return super().event(event)

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:
        if watched is self._over and event.type() == QEvent.Type.Resize:
            self.setGeometry(self._over.rect())
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS:
            self.tiles.step(_STEPS[key])
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_4:
            self.tiles.take(key - Qt.Key.Key_1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.tiles.take(self.tiles.current)
        elif key == Qt.Key.Key_M:
            self.more.emit()
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # nothing under the sheet is painted on

    def contextMenuEvent(self, event: QEvent) -> None:
        event.accept()

    def wheelEvent(self, event: QEvent) -> None:
        event.accept()


def _button(text: str, tip: str, parent: QWidget) -> QPushButton:
    button = QPushButton(text, parent)
    button.setToolTip(tip)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay with the tiles
    return button


def _image(rgb: np.ndarray | None) -> QImage | None:
    if rgb is None:
        return None
    rgb = np.ascontiguousarray(rgb)
    height, width = rgb.shape[:2]
    return QImage(rgb.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
