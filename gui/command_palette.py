"""The command palette: type a few letters, Enter does it. It lists the action table and nothing else.

Letters may leave gaps ("bex" finds Batch export); a name that begins with them, or holds them together, comes
before one that only holds them somewhere.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from gui import theme
from gui.actions import ACTIONS, Action, keys_of

ROW = Qt.ItemDataRole.UserRole
WIDTH, HEIGHT = 560, 420


def rank(typed: str, row: Action) -> int | None:
    """How well a row answers what was typed, 0 best; None when it does not."""
    typed, text = typed.strip().lower(), row.text.lower()
    if text.startswith(typed):
        return 0
    if typed in text:
        return 1
    if typed in f"{row.id} {row.tip}".lower():
        return 2
    letters = iter(text)
    return 3 if all(letter in letters for letter in typed.replace(" ", "")) else None


def matches(typed: str, rows: list[Action]) -> list[Action]:
    """The rows that answer, best first, otherwise in the order of the table."""
    ranked = [(rank(typed, row), row) for row in rows]
    return [row for _, row in sorted((pair for pair in ranked if pair[0] is not None), key=lambda pair: pair[0])]


class _RowDelegate(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index) -> QSize:
        return QSize(200, 34)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index) -> None:
        look, row = theme.current(), index.data(ROW)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.accent_soft))
            painter.drawRoundedRect(option.rect.adjusted(4, 1, -4, -1), 6, 6)
        inner = option.rect.adjusted(14, 0, -14, 0)
        if row.icon:
            spot = QRect(inner.left(), inner.center().y() - 9, 18, 18)
            theme.icon(row.icon).paint(painter, spot)
        painter.setPen(QColor(look.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        name = inner.adjusted(30, 0, 0, 0)
        painter.drawText(name, Qt.AlignmentFlag.AlignLeft | middle, row.text)
        painter.setPen(QColor(look.faint))
        menu = row.menu.split("/")[0]
        shift = option.fontMetrics.horizontalAdvance(row.text) + 12
        painter.drawText(name.adjusted(shift, 0, 0, 0), Qt.AlignmentFlag.AlignLeft | middle, menu)
        painter.setPen(QColor(look.dim))
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | middle, (keys_of(row) or [""])[0])
        painter.restore()


class CommandPalette(QFrame):
    """A popup over the window; choosing a row triggers its action."""

    def __init__(self, actions: dict[str, QAction], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("palette")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        self._rows = [row for row in ACTIONS if actions[row.id].isEnabled() and row.id != "help.commands"]
        self.search = QLineEdit(self)
        self.search.setObjectName("paletteSearch")
        self.search.setPlaceholderText("What would you like to do?")
        self.search.setAccessibleName("Find a command")
        self.list = QListWidget(self)
        self.list.setObjectName("paletteList")
        self.list.setItemDelegate(_RowDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._take)
        self.search.installEventFilter(self)
        self.list.itemClicked.connect(lambda _: self._take())
        self._fill("")

    def open_over(self, window: QWidget) -> None:
        """Show it at the top middle of `window`, with the cursor in the field."""
        width, height = min(WIDTH, window.width() - 40), min(HEIGHT, window.height() - 120)
        self.resize(width, height)
        self.move(window.mapToGlobal(QPoint((window.width() - width) // 2, 84)))
        self.show()
        self.search.setFocus()

    def texts(self) -> list[str]:
        """What the list offers, best first."""
        return [self.list.item(row).data(ROW).text for row in range(self.list.count())]

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:
        """Arrow keys walk the list while the cursor stays in the field."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
            if step and self.list.count():
                self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())
                return True
        return super().eventFilter(watched, event)

    def _fill(self, typed: str) -> None:
        self.list.clear()
        for row in matches(typed, self._rows):
            item = QListWidgetItem(row.text)
            item.setData(ROW, row)
            item.setToolTip(row.tip)
            self.list.addItem(item)
        self.list.setCurrentRow(0)

    def _take(self) -> None:
        item = self.list.currentItem()
        if item is not None:
            action = self._actions[item.data(ROW).id]
            self.close()
            action.trigger()
