"""Small pieces that the parts of the Palette panel are made of."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QIcon, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QWidget,
)

from core.guidance import Swatch
from gui import theme
from gui.palette.mime import carries_swatch, color_of, unpack

NAMES = 60  # logical pixels for the words beside sliders


class IconButton(QToolButton):
    """A button with an icon of the font, which changes with the theme."""

    def __init__(self, icon: str, name: str, tip: str, parent: QWidget, text: str = "") -> None:
        super().__init__(parent)
        self.icon_name = icon
        self.setAccessibleName(name)
        self.setToolTip(f"<b>{name}</b><br>{tip}")
        self.setIconSize(QSize(18, 18))
        if text:
            self.setText(text)
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def dress(self) -> None:
        """Take the icon of the theme that was just applied."""
        self.setIcon(theme.icon(self.icon_name))


class ColorButton(QToolButton):
    """One colour, shown large. Where it `takes` swatches, one can be dropped on it: `dropped(Swatch)`."""

    dropped = Signal(object)

    def __init__(self, name: str, takes: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.swatch = Swatch(0.5, 0.5, 0.5)
        self._name, self._takes = name, takes
        self.setAcceptDrops(takes)
        self.setEnabled(takes)
        self.setFixedSize(34, 24)

    def show_swatch(self, swatch: Swatch) -> None:
        """Show a colour."""
        self.swatch = swatch
        self.setAccessibleName(f"{self._name} {swatch.name or swatch.hex}")
        self.setToolTip(f"{self._name} {swatch.hex}" + ("<br>Click, or drop a swatch here" if self._takes else ""))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marked = self._takes and (self.underMouse() or self.hasFocus())
        painter.setPen(QPen(QColor(theme.current().accent) if marked else QColor(128, 128, 128, 130), 1.5))
        painter.setBrush(color_of(self.swatch))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 5, 5)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome swatches."""
        if carries_swatch(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        swatch = unpack(event.mimeData())
        event.acceptProposedAction()
        if swatch is not None:
            self.dropped.emit(swatch)


def swatch_icon(swatch: Swatch) -> QIcon:
    """A colour as the icon of a menu's entry."""
    pixmap = QPixmap(16, 16)
    pixmap.fill(color_of(swatch))
    return QIcon(pixmap)


def row(*widgets: QWidget | int, spacing: int = 6) -> QHBoxLayout:
    """Widgets side by side; a number is a stretch."""
    line = QHBoxLayout()
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(spacing)
    for widget in widgets:
        if isinstance(widget, int):
            line.addStretch(widget)
        else:
            line.addWidget(widget)
    return line


def scrolled(inside: QWidget, name: str, parent: QWidget) -> QScrollArea:
    """`inside` in an area called `name` that scrolls up and down, and is no stop of the keyboard."""
    area = QScrollArea(parent, objectName=name)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inside)
    return area


def segments(parent: QWidget, *choices: tuple[QToolButton, str, str]) -> QButtonGroup:
    """Buttons of which one is down, each with its text and tip; the first is down now."""
    group = QButtonGroup(parent)
    for button, text, tip in choices:
        button.setText(text)
        button.setCheckable(True)
        button.setToolTip(tip)
        button.setProperty("segment", True)
        group.addButton(button)
    choices[0][0].setChecked(True)
    return group


def dim(text: str, parent: QWidget, width: int = 0) -> QLabel:
    """A quiet word beside a control."""
    label = QLabel(text, parent, objectName="dim")
    if width:
        label.setFixedWidth(width)
    return label


def silently(widget: QWidget, change: Callable[[], object]) -> None:
    """Change a widget without its signals."""
    widget.blockSignals(True)
    change()
    widget.blockSignals(False)


def is_key(event: QEvent, *keys: Qt.Key) -> bool:
    """Whether an event is the press of one of the keys."""
    return event.type() == QEvent.Type.KeyPress and event.key() in keys
