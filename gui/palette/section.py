"""A part of a panel that folds away under its title."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QToolButton, QVBoxLayout, QWidget

from gui import theme


class Section(QWidget):
    """A title to click, and a body. `folded(bool)` says that the person opened or closed it (True: open)."""

    folded = Signal(bool)

    def __init__(self, title: str, body: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.body = body
        self.head = QToolButton(self, objectName="sectionHead")
        self.head.setText(title)
        self.head.setCheckable(True)
        self.head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.head.setAccessibleName(title)
        self.head.toggled.connect(self._fold)
        self.head.clicked.connect(self.folded)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.head)
        layout.addWidget(body)
        self.set_open(False)

    @property
    def is_open(self) -> bool:
        return self.head.isChecked()

    def set_open(self, is_open: bool) -> None:
        """Unfold or fold, without telling anybody."""
        self.head.setChecked(is_open)
        self._fold(is_open)

    def dress(self) -> None:
        """Take the caret of the theme that was just applied."""
        self.head.setIcon(theme.icon("ph.caret-down" if self.is_open else "ph.caret-right"))

    def _fold(self, is_open: bool) -> None:
        self.body.setVisible(is_open)
        self.dress()
