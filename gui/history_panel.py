"""The History panel: every change by its name, the ones taken back in grey; a click goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from gui import theme

if TYPE_CHECKING:
    from core.document import Document


class HistoryPanel(QWidget):
    """The list; `stepChosen(int)` is how many changes are to be in effect."""

    stepChosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("historyPanel")
        self._list = QListWidget(self)
        self._list.setObjectName("historyList")
        self._list.setAccessibleName("History")
        self._list.itemClicked.connect(self._chosen)
        self._list.itemActivated.connect(self._chosen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 6)
        layout.addWidget(self._list)

    def show_history(self, document: Document | None) -> None:
        """List the document's changes, oldest first, and select the state it is in."""
        self._list.clear()
        if document is None:
            return
        for text in ("Opened", *document.history()):
            self._list.addItem(QListWidgetItem(text))
        for row in range(document.index + 1, self._list.count()):
            self._list.item(row).setForeground(QColor(theme.current().faint))
        self._list.setCurrentRow(document.index)
        self._list.scrollToItem(self._list.currentItem())

    def texts(self) -> list[str]:
        """What the list says, top to bottom."""
        return [self._list.item(row).data(Qt.ItemDataRole.DisplayRole) for row in range(self._list.count())]

    def _chosen(self, item: QListWidgetItem) -> None:
        self.stepChosen.emit(self._list.row(item))
