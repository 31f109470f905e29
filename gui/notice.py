"""What the window says above the canvas: a slim bar for what went wrong, and an invitation while it is empty.

A notice never covers the photo and never has to be clicked: it stays until it is dismissed, replaced by the
next one, or the person goes on to another photo.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.actions import BY_ID, keys_of

HINTS = (
    ("labels.search", "Choose a label at the right and paint over the photo: the colours follow your brush."),
    ("view.compare", "Compare before and after, or hold Space to move the photo and turn the wheel to zoom."),
    ("file.open", "Open your own photos, or drop them here. Save keeps their full size and depth."),
)
INVITATION = "Open a photo to colour it"


class Notice(QFrame):
    """One sentence with an icon and a button that dismisses it; `dismissed()` when the person did."""

    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self.setAccessibleName("Notice")
        self._icon = QLabel(self)
        self._text = QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._close = QToolButton(self)
        self._close.setAccessibleName("Dismiss")
        self._close.setToolTip("Dismiss")
        self._close.clicked.connect(self._dismiss)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 7, 8, 7)
        layout.setSpacing(10)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._close, 0, Qt.AlignmentFlag.AlignTop)
        self.kind = ""
        self.hide()

    def show_error(self, sentence: str) -> None:
        """Say what went wrong and what to do."""
        self._show("error", "ph.warning-circle", sentence)

    def show_note(self, sentence: str) -> None:
        """Say what is to be known about the photo, although nothing went wrong."""
        self._show("note", "ph.info", sentence)

    def show_hints(self) -> None:
        """The three lines of the first minutes."""
        lines = [f"{text} <span style='color:{theme.current().dim}'>{first_key(row)}</span>" for row, text in HINTS]
        self._show("hints", "ph.lightbulb", "<p style='line-height: 135%; margin: 0'>" + "<br>".join(lines) + "</p>")

    @property
    def text(self) -> str:
        """The sentence shown, or nothing."""
        return "" if self.isHidden() else self._text.text()

    def dress(self) -> None:
        """Take the icons of the theme that was just applied."""
        self._close.setIcon(theme.icon("ph.x"))

    def _show(self, kind: str, icon: str, text: str) -> None:
        self.kind = kind
        self.setProperty("kind", kind)
        self.style().polish(self)
        self._icon.setPixmap(theme.accent_icon(icon).pixmap(18, 18))
        self._text.setTextFormat(Qt.TextFormat.RichText if kind == "hints" else Qt.TextFormat.PlainText)
        self._text.setText(text)
        self.dress()
        self.show()

    def _dismiss(self) -> None:
        self.hide()
        self.dismissed.emit()


class EmptyState(QWidget):
    """The invitation where the photo will be: open one, and three lines of what to try then."""

    def __init__(self, open_action: QAction, folder_action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("emptyState")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = QLabel(INVITATION, self, objectName="welcome")
        layout = QVBoxLayout(self)
        layout.setSpacing(14)
        layout.addStretch(3)
        layout.addWidget(self._title, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addLayout(_buttons(self, open_action, folder_action))
        layout.addSpacing(10)
        self._lines = [QLabel(f"{text}  {first_key(row)}", self, objectName="dim") for row, text in HINTS]
        for line in self._lines:
            line.setWordWrap(True)
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            layout.addWidget(line)
        layout.addStretch(4)

    def tell_of(self, name: str) -> None:
        """Say that the photo of that name is not shown; without a name, invite again."""
        self._title.setText(f"{name} cannot be shown" if name else INVITATION)
        for line in self._lines:
            line.setVisible(not name)


def first_key(row_id: str) -> str:
    """The shortcut of an action, in brackets, or nothing."""
    keys = keys_of(BY_ID[row_id])
    return f"({keys[0]})" if keys else ""


def _buttons(parent: QWidget, *actions: QAction) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(10)
    line.addStretch(1)
    for place, action in enumerate(actions):
        button = QPushButton(action.text(), parent)
        button.setDefault(place == 0)
        button.clicked.connect(action.trigger)
        line.addWidget(button)
    line.addStretch(1)
    return line
