"""The History panel: every step by its name along one line, the present one marked, those taken back dimmed.

A click goes to a step, there and back as often as one likes; the next edit drops what was taken back, so the line never
branches. With the keyboard the arrows move the cursor and Enter goes. Only rows that changed are made anew, so that
a long history costs a stroke nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import (
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.paging_list import PagingList

if TYPE_CHECKING:
    from core.document import Document

FIRST = "Opened"
NO_PARENT = QModelIndex()
_LINE = 20  # logical pixels from a row's left edge to the line of dots


class HistoryModel(QAbstractListModel):
    """One row a step, the first being the photo as it was opened. `present` is the row in effect."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.names: list[str] = []
        self.present = 0

    def set_steps(self, names: list[str], present: int) -> None:
        """Show these; rows that stay as they are are left alone."""
        same = 0
        for old, new in zip(self.names, names):
            if old != new:
                break
            same += 1
        if same < len(self.names):
            self.beginRemoveRows(NO_PARENT, same, len(self.names) - 1)
            del self.names[same:]
            self.endRemoveRows()
        if same < len(names):
            self.beginInsertRows(NO_PARENT, same, len(names) - 1)
            self.names += names[same:]
            self.endInsertRows()
        self.present = present
        if self.names:
            self.dataChanged.emit(self.index(0), self.index(len(self.names) - 1))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.names)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        name = self.names[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return name
        if role == Qt.ItemDataRole.AccessibleTextRole:
            row = index.row()
            return name + (", present step" if row == self.present else ", taken back" if row > self.present else "")
        return None


class HistoryDelegate(QStyledItemDelegate):
    """A row: a dot on the line, full while the step is in effect, and the step's name."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(120, max(26, option.fontMetrics.height() + 10))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        look, row, present = theme.current(), index.row(), index.model().present
        rect = option.rect.adjusted(4, 1, -4, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if row == present or option.state & QStyle.StateFlag.State_MouseOver or focused:
            painter.setPen(QPen(QColor(look.accent)) if focused and row != present else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.accent_soft if row == present else look.hover))
            painter.drawRoundedRect(rect, 5, 5)
        self._draw_line(painter, option, row, present, index.model().rowCount())
        font = QFont(option.font)
        font.setBold(row == present)
        painter.setFont(font)
        painter.setPen(QColor(look.faint if row > present else look.text))
        words = rect.adjusted(_LINE + 12 - 4, 0, -8, 0)
        text = painter.fontMetrics().elidedText(index.data(), Qt.TextElideMode.ElideRight, words.width())
        painter.drawText(words, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()

    def _draw_line(
        self, painter: QPainter, option: QStyleOptionViewItem, row: int, present: int, count: int
    ) -> None:
        look, rect = theme.current(), option.rect
        middle = QPointF(rect.left() + _LINE - 4, rect.center().y() + 0.5)
        up, down = (row <= present, rect.top(), row > 0), (row < present, rect.bottom() + 1, row + 1 < count)
        for reached, y, there in (up, down):
            if there:
                painter.setPen(QPen(QColor(look.dim if reached else look.line), 1.5))
                painter.drawLine(middle, QPointF(middle.x(), y))
        color = QColor(look.accent if row == present else look.dim if row < present else look.faint)
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(color if row <= present else QColor(look.panel))
        radius = 4.5 if row == present else 3.0
        painter.drawEllipse(middle, radius, radius)


class HistoryPanel(QWidget):
    """The list; `stepChosen(int)` is how many changes are to be in effect."""

    stepChosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("historyPanel")
        self.list = PagingList(self)
        self.list.setObjectName("historyList")
        self.list.setAccessibleName("History")
        self.list.setMouseTracking(True)
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._model = HistoryModel(self)
        self.list.setModel(self._model)
        self.list.setItemDelegate(HistoryDelegate(self.list))
        self.list.clicked.connect(self._chosen)
        self.list.activated.connect(self._chosen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 10, 8, 6)
        layout.addWidget(self.list)

    def show_history(self, document: Document | None) -> None:
        """List the document's changes, oldest first, and mark the state it is in."""
        if document is None:
            self._model.set_steps([], 0)
            return
        self._model.set_steps([FIRST, *document.history()], document.index)
        present = self._model.index(document.index, 0)
        self.list.setCurrentIndex(present)
        self.list.scrollTo(present)

    def texts(self) -> list[str]:
        """What the list says, top to bottom."""
        return list(self._model.names)

    @property
    def present(self) -> int:
        """The row that is marked as the present one."""
        return self._model.present

    def _chosen(self, index: QModelIndex) -> None:
        if index.row() != self._model.present:
            self.stepChosen.emit(index.row())
