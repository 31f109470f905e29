"""The Labels panel: what is in the photo, and what the brush paints.

    current label          swatch and name
    recent                 one swatch a click away
    search                 type to filter, Enter takes the first
    list                   labels in the photo first, largest first, with the area each takes

It reads the document and never changes it (gui/label_rows has the rows). Areas are shown when a stroke ends, so
the rows hold still under the hand.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QColor, QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPalette
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.labels import LabelSet
from gui import label_marks, theme
from gui.label_rows import LABEL, LabelDelegate, LabelFilter, LabelModel, paint_swatch, row_rect
from gui.paging_list import PagingList

if TYPE_CHECKING:
    from core.document import Document
    from core.label_view import LabelView

RECENT_KEPT = 8


class Swatch(QToolButton):
    """A recently used label; a click makes it current again."""

    def __init__(self, label: int, name: str, color: QColor, parent: QWidget) -> None:
        super().__init__(parent)
        self.label, self._color = label, color
        self.setFixedSize(24, 24)
        self.setToolTip(name)
        self.setAccessibleName(f"Recent label {name}")

    def paintEvent(self, event: QEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.underMouse() or self.hasFocus():
            painter.setPen(QColor(theme.current().accent))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 5, 5)
        paint_swatch(painter, self.rect().adjusted(4, 4, -5, -5), self._color)


class LabelList(PagingList):
    """The list; it keeps Page Up and Page Down, which elsewhere go from photo to photo.

    markClicked(label, mark, alone): a mark of gui/label_marks was clicked; alone, with Alt. menuWanted(label, place):
    the context menu of a row is asked for, at a place on the screen.
    """

    markClicked = Signal(int, str, bool)
    menuWanted = Signal(int, QPoint)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a mark chooses no label, and neither does the right button."""
        index = self.indexAt(event.position().toPoint())
        mark = self._mark_at(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and mark is not None:
            alone = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
            self.markClicked.emit(index.data(LABEL), mark, alone)
        elif event.button() != Qt.MouseButton.RightButton:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two clicks on a mark are two clicks."""
        if self._mark_at(event.position().toPoint()) is None:
            super().mouseDoubleClickEvent(event)
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Dragging from a mark chooses nothing either."""
        if not event.buttons() or self._mark_at(event.position().toPoint()) is None:
            super().mouseMoveEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of the row under the pointer, or of the current row by key."""
        by_key = event.reason() == QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            place = self.visualRect(index).bottomLeft() if by_key else event.pos()
            self.menuWanted.emit(index.data(LABEL), self.viewport().mapToGlobal(place))

    def _mark_at(self, point: QPoint) -> str | None:
        index = self.indexAt(point)
        return label_marks.mark_at(row_rect(self.visualRect(index)), point) if index.isValid() else None


class LabelsPanel(QWidget):
    """The panel; `labelChosen(int)` says which label the person wants to paint, `searched()` that a search ended
    with one."""

    labelChosen = Signal(int)
    searched = Signal()

    def __init__(self, labels: LabelSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labelsPanel")
        self._labels = labels
        self._recent: list[int] = []
        self.current = 0
        self._build()
        self._model.set_label_set(labels)
        self.set_current(0)

    def _build(self) -> None:
        self._swatch, self._name = QLabel(self), QLabel(self)
        self._swatch.setFixedSize(26, 26)
        self._name.setObjectName("currentLabel")
        self._name.setAccessibleName("Current label")
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(self._swatch)
        top.addWidget(self._name, 1)
        self._top = top
        self._recent_row = QWidget(self)
        self._chips = QHBoxLayout(self._recent_row)
        self._chips.setContentsMargins(0, 0, 0, 0)
        self._chips.setSpacing(2)
        self._chips.addWidget(QLabel("Recent ", self._recent_row, objectName="dim"))
        self._chips.addStretch(1)
        self.search = QLineEdit(self)
        self.search.setObjectName("labelSearch")
        self.search.setPlaceholderText("Find a label")
        self.search.setAccessibleName("Find a label")
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._filter_by)
        self.search.returnPressed.connect(self._take_first)
        self.search.installEventFilter(self)
        self._model = LabelModel(self)
        self._filter = LabelFilter(self)
        self._filter.setSourceModel(self._model)
        self.list = LabelList(self)
        view = QWidget()  # one of ours: to tell of which kind the list's own is, Qt for Python learns all its widgets
        view.setBackgroundRole(QPalette.ColorRole.Base)
        view.setAutoFillBackground(True)
        self.list.setViewport(view)
        self.list.setObjectName("labelList")
        self.list.setAccessibleName("Labels")
        self.list.setModel(self._filter)
        self.list.setItemDelegate(LabelDelegate(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.list.selectionModel().currentChanged.connect(self._row_chosen)
        self._nothing = QLabel("No label of that name", self, objectName="dim")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._nothing.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 6)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self._recent_row)
        layout.addWidget(self.search)
        layout.addWidget(self._nothing)
        layout.addWidget(self.list, 1)

    def add_button(self, action: QAction) -> None:
        """A button beside the current label, for what is done with the whole list."""
        button = QToolButton(self)
        button.setDefaultAction(action)
        button.setAutoRaise(True)
        button.setAccessibleName(action.text())
        self._top.addWidget(button)

    def set_label_set(self, labels: LabelSet) -> None:
        """Show the labels of another set; those that were used last are known again by name."""
        if labels is not self._labels:
            before, self._labels = self._labels, labels
            self._model.set_label_set(labels)
            names = [before.name(label) for label in self._recent]
            self._recent = [labels.names.index(name) for name in names if name in labels.names]
            name = before.name(self.current)
            self.set_current(labels.names.index(name) if name in labels.names else min(self.current, len(labels) - 1))
            self._show_recent()

    def show_areas(self, document: Document | None) -> None:
        """Take the area of every label from the document; None means there is no photo."""
        count = len(self._labels)
        self._model.set_areas([document.area(label) if document else 0.0 for label in range(count)])
        self._select(self.current)

    def show_view(self, view: LabelView | None) -> None:
        """Show which labels are locked, hidden or alone."""
        self._model.set_view(view)

    def show_keys(self, keys: dict[int, str]) -> None:
        """Show the number keys of favourite labels."""
        self._model.set_keys(keys)

    def show_rules(self, colors: dict[int, QColor]) -> None:
        """Show a dot for every label whose rule wants a colour."""
        self._model.set_rules(colors)

    def label_at(self, point: QPoint) -> int | None:
        """The label whose row is at a point of the list, or None."""
        index = self.list.indexAt(point)
        return index.data(LABEL) if index.isValid() else None

    def show_target(self, label: int | None) -> None:
        """Show on which label a dragged swatch would fall."""
        self._model.set_target(label)

    def set_current(self, label: int) -> None:
        """Show `label` as the one the brush paints, without telling anybody; unknown ids are left alone."""
        if not 0 <= label < len(self._labels):
            return
        self.current = label
        self._name.setText(self._labels.name(label))
        self._paint_current()
        self._remember(label)
        self._select(label)

    def focus_search(self) -> None:
        """Bring the panel forward with the cursor in the search field."""
        dock = self.parentWidget()
        if dock is not None:
            dock.show()
            dock.raise_()
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:
        """Arrow down leaves the search field for the list; Escape empties it."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Down:
                self.list.setFocus()
                if not self.list.currentIndex().isValid():
                    self.list.setCurrentIndex(self._filter.index(0, 0))
                return True
            if event.key() == Qt.Key.Key_Escape and self.search.text():
                self.search.clear()
                return True
        return super().eventFilter(watched, event)

    def _filter_by(self, text: str) -> None:
        self.list.selectionModel().blockSignals(True)  # rows that go away are no choice of the person's
        self._filter.set_text(text)
        self.list.selectionModel().blockSignals(False)
        self._nothing.setVisible(self._filter.rowCount() == 0)
        self._select(self.current)
        self.list.viewport().update()

    def _take_first(self) -> None:
        first = self._filter.index(0, 0)
        if first.isValid():
            label = first.data(LABEL)
            self.search.clear()
            self._choose(label)
            self.searched.emit()

    def _row_chosen(self, index: QModelIndex) -> None:
        if index.isValid() and index.data(LABEL) != self.current:
            self._choose(index.data(LABEL))

    def _choose(self, label: int) -> None:
        self.set_current(label)
        self.labelChosen.emit(label)

    def _select(self, label: int) -> None:
        index = self._filter.mapFromSource(self._model.index(self._model.row_of(label), 0))
        if index.isValid() and index != self.list.currentIndex():
            self.list.setCurrentIndex(index)
            self.list.scrollTo(index)

    def _remember(self, label: int) -> None:
        if self._recent[:1] == [label]:
            return
        self._recent = [label, *(other for other in self._recent if other != label)][:RECENT_KEPT]
        self._show_recent()

    def _show_recent(self) -> None:
        self._filter.set_recent(self._recent)
        while self._chips.count() > 2:
            self._chips.takeAt(1).widget().deleteLater()
        for place, recent in enumerate(self._recent):
            chip = Swatch(recent, self._labels.name(recent), QColor(*self._labels.color(recent)), self)
            chip.clicked.connect(lambda _=False, label=recent: self._choose(label))
            self._chips.insertWidget(place + 1, chip)
        self._recent_row.setVisible(len(self._recent) > 1)

    def _paint_current(self) -> None:
        red, green, blue = self._labels.color(self.current)
        self._swatch.setStyleSheet(
            f"background: rgb({red},{green},{blue}); border: 1px solid #808080; border-radius: 5px;"
        )
