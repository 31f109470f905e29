"""A card of the Faults panel: a place with its picture, its name, the reason, and its repairs while it is in hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QImage, QKeyEvent, QMouseEvent, QPainter, QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.labels import UNSURE, LabelSet
from gui import theme
from gui.actions import BY_ID, keys_of
from gui.label_rows import paint_swatch

if TYPE_CHECKING:
    from core.fault_places import Place
    from core.faults import Repair

_SHOWN = 56  # logical pixels of the picture
_ICONS = {"merge": "ph.intersect", "snap": "ph.magnet", "ignore": "ph.eye-slash"}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class RepairButton(QPushButton):
    """One repair. A text too long for the panel is cut; the tip has all of it."""

    def __init__(self, repair: Repair, key: str, parent: QWidget) -> None:
        super().__init__(repair.text, parent)
        self.repair = repair
        self.setAccessibleName(repair.text)
        self.setToolTip(f"<b>{repair.text}</b>  {key}")
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setIconSize(QSize(14, 14))

    def resizeEvent(self, event: QEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - 38  # icon and padding
        self.setText(self.fontMetrics().elidedText(self.repair.text, Qt.TextElideMode.ElideMiddle, room))


class FaultCard(QFrame):
    """chosen(): the person wants to see the place; repaired(int): wants this repair of it; stepped(int): wants to go
    so many cards on."""

    chosen = Signal()
    repaired = Signal(int)
    stepped = Signal(int)

    def __init__(self, number: int, place: Place, label_set: LabelSet, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("faultCard")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(f"Place {number}: {place.name}")
        self.setAccessibleDescription(place.fault.reason)
        self.place, self._labels = place, label_set
        self.current = False
        self.buttons: list[RepairButton] = []
        self._picture = QLabel(self)
        self._number = QLabel(str(number), self, objectName="faultNumber")
        self._number.setFixedSize(18, 18)
        self._number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._repairs = QWidget(self, objectName="faultRepairs")
        self._lay_out()
        self._repairs.hide()

    def set_current(self, current: bool) -> None:
        """Open the card, so that its repairs are at hand, or close it."""
        if current == self.current:
            return
        self.current = current
        for widget in (self, self._number):
            widget.setProperty("current", "true" if current else "false")
            widget.style().unpolish(widget)
            widget.style().polish(widget)  # a property alone changes no colours
        if current and not self.buttons:
            self._offer()
        self._repairs.setVisible(current)

    def set_place(self, place: Place) -> None:
        """The same place in a newer map, in newer colours."""
        self.place = place
        self._picture.setPixmap(_pixmap(place))

    def dress(self) -> None:
        """Take the icons of the theme that was just applied."""
        for button in self.buttons:
            button.setIcon(self._icon(button.repair))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.chosen.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes to the place, and there does its first repair; the arrows go from card to card."""
        if event.key() in _ENTER:
            if self.current:
                self.repaired.emit(0)
            else:
                self.chosen.emit()
        elif event.key() in _STEPS:
            self.stepped.emit(_STEPS[Qt.Key(event.key())])
        else:
            super().keyPressEvent(event)

    def _lay_out(self) -> None:
        self._picture.setFixedSize(_SHOWN, _SHOWN)
        self._picture.setPixmap(_pixmap(self.place))
        name = QLabel(self.place.name.capitalize(), self, objectName="faultName")
        name.setWordWrap(True)
        reason = QLabel(self.place.fault.reason, self, objectName="faultReason")
        reason.setWordWrap(True)
        title = QHBoxLayout()
        title.setSpacing(7)
        title.addWidget(self._number, 0, Qt.AlignmentFlag.AlignTop)
        title.addWidget(name, 1)
        words = QVBoxLayout()
        words.setSpacing(3)
        words.addLayout(title)
        words.addWidget(reason)
        words.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(9, 9, 9, 9)
        layout.setSpacing(9)
        layout.addLayout(top)
        layout.addWidget(self._repairs)

    def _offer(self) -> None:
        """Make the buttons, when they are first wanted: five cards of them would hold the window up."""
        rows = QVBoxLayout(self._repairs)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(5)
        for index, repair in enumerate(self.place.fault.repairs):
            rows.addLayout(self._row(index, repair))
        self.dress()

    def _row(self, index: int, repair: Repair) -> QHBoxLayout:
        row_id = "faults.ignore" if repair.kind == "ignore" else f"faults.repair_{index + 1}"
        key = keys_of(BY_ID[row_id])[0]
        button = RepairButton(repair, key, self._repairs)
        button.clicked.connect(lambda: self.repaired.emit(index))
        self.buttons.append(button)
        told = QLabel(key, self._repairs)
        told.setProperty("key", "true")
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(button, 1)
        row.addWidget(told)
        return row

    def _icon(self, repair: Repair) -> QIcon:
        if repair.kind in _ICONS:
            return theme.icon(_ICONS[repair.kind])
        if repair.label == UNSURE:
            return theme.icon("ph.sparkle")
        pixmap = QPixmap(28, 28)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_swatch(painter, pixmap.rect().adjusted(1, 1, -2, -2), QColor(*self._labels.color(repair.label)))
        painter.end()
        return QIcon(pixmap)


def _pixmap(place: Place) -> QPixmap:
    height, width = place.picture.shape[:2]
    image = QImage(place.picture.data, width, height, 3 * width, QImage.Format.Format_RGB888)
    pixmap = QPixmap.fromImage(image)
    pixmap.setDevicePixelRatio(width / _SHOWN)  # it has pixels enough for a sharp screen
    return pixmap
