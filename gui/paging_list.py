"""A list that keeps Page Up and Page Down, which elsewhere in the window go from photo to photo."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QListView


class PagingList(QListView):
    """See the module."""

    def event(self, event: QEvent) -> bool:
        keys = (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown)
        if event.type() == QEvent.Type.ShortcutOverride and event.key() in keys:
            event.accept()
            return True
        return super().event(event)
