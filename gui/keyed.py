"""A widget that keys drive: some of them are its own while it has the keyboard, and it shows that it has it."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QWidget


class KeyedWidget(QWidget):
    """The base of such widgets. They say which keys are theirs, and deal with them in keyPressEvent."""

    def own_keys(self) -> Collection[int]:
        """The keys that the window's shortcuts leave alone here."""
        return ()

    def event(self, event: QEvent) -> bool:
        """Keep the widget's keys from the window's shortcuts."""
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in self.own_keys():
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()
