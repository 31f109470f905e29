"""A slim bar above the canvas that offers something: a sentence, and a button for each thing that can be done.

It covers nothing, needs no answer, and goes when one is given or it is put off.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QToolButton, QWidget

from gui import theme


class OfferBar(QFrame):
    """The bar; `offer` shows it. `text` is what it says, "" while it is hidden."""

    def __init__(self, name: str, icon: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("offer")
        self.setAccessibleName(name)
        self._icon_name = icon
        self._icon, self._text = QLabel(self), QLabel(self)
        self._text.setWordWrap(True)
        self._text.setTextFormat(Qt.TextFormat.PlainText)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._close = QToolButton(self)
        self._close.clicked.connect(self.hide)
        self.buttons: list[QPushButton] = []
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(14, 6, 8, 6)
        self._line.setSpacing(8)
        self._line.addWidget(self._icon)
        self._line.addWidget(self._text, 1)
        self._line.addWidget(self._close)
        self.dress()
        self.hide()

    @property
    def text(self) -> str:
        return "" if self.isHidden() else self._text.text()

    def offer(self, sentence: str, answers: dict[str, Callable[[], None]], later: str) -> None:
        """Show `sentence` with a button for each of the answers, the first being the one that is meant; `later` says
        what closing the bar means."""
        for button in self.buttons:
            button.deleteLater()
        self.buttons = []
        for text, answer in answers.items():
            button = QPushButton(text, self)
            button.setDefault(not self.buttons)
            button.clicked.connect(answer)
            self._line.insertWidget(self._line.count() - 1, button)
            self.buttons.append(button)
        self._text.setText(sentence)
        self._close.setToolTip(later)
        self._close.setAccessibleName(later)
        self.show()

    def dress(self) -> None:
        """Take the icons of the theme that was just applied."""
        self._icon.setPixmap(theme.accent_icon(self._icon_name).pixmap(18, 18))
        self._close.setIcon(theme.icon("ph.x"))
