"""The rows of the Labels panel: what a row knows of its label, which rows are shown, and how one is drawn.

A model over the label set, a filter over the model, and a delegate that draws a row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    QSortFilterProxyModel,
    Qt,
)
from PySide6.QtGui import QColor, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QWidget,
)

from core.labels import LabelSet
from gui import label_marks, theme

if TYPE_CHECKING:
    from core.label_view import LabelView

LABEL = Qt.ItemDataRole.UserRole
COLOR = Qt.ItemDataRole.UserRole + 1
AREA = Qt.ItemDataRole.UserRole + 2
RULE = Qt.ItemDataRole.UserRole + 10  # the colour that the label's rule wants, or None
TARGET = Qt.ItemDataRole.UserRole + 11  # whether a swatch that is dragged would fall on it
NO_PARENT = QModelIndex()


def area_text(fraction: float) -> str:
    """`12 %`, `0.4 %`, `<0.1 %`, or nothing for a label that is not there."""
    percent = fraction * 100
    if percent <= 0:
        return ""
    if percent < 0.1:
        return "<0.1 %"
    return f"{percent:.1f} %" if percent < 10 else f"{percent:.0f} %"


class LabelModel(QAbstractListModel):
    """One row a label, ordered: in the photo by area, then the others as the label set lists them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: LabelSet | None = None
        self._areas: list[float] = []
        self._order: list[int] = []
        self._view: LabelView | None = None
        self._keys: dict[int, str] = {}
        self._rules: dict[int, QColor] = {}
        self._target: int | None = None

    def set_label_set(self, labels: LabelSet) -> None:
        """Show another label set."""
        self.beginResetModel()
        self._labels = labels
        self._areas = [0.0] * len(labels)
        self._order = self._sorted()
        self.endResetModel()

    def set_areas(self, areas: list[float]) -> None:
        """Take a new area (a fraction of the photo) for every label and sort; selections keep their label."""
        if self._labels is None:
            return
        self.layoutAboutToBeChanged.emit()
        old = self.persistentIndexList()
        labels = [self._order[index.row()] for index in old]
        self._areas = areas
        self._order = self._sorted()
        self.changePersistentIndexList(old, [self.index(self._order.index(label)) for label in labels])
        self.layoutChanged.emit()

    def set_view(self, view: LabelView | None) -> None:
        """Show which labels are locked, hidden or alone; called again when that has changed."""
        self._view = view
        self._changed(label_marks.LOCKED, label_marks.SEEN)

    def set_keys(self, keys: dict[int, str]) -> None:
        """Take the keys of favourites, by label."""
        self._keys = keys
        self._changed(label_marks.KEY)

    def _changed(self, *roles: int) -> None:
        if self._order:
            self.dataChanged.emit(self.index(0), self.index(self.rowCount() - 1), list(roles))

    def _seen(self, label: int) -> str:
        """How the overlay treats a label, in a word of label_marks."""
        view = self._view
        if view is None or (view.solo is None and label not in view.hidden):
            return label_marks.SHOWN
        if view.solo is None:
            return label_marks.HIDDEN
        return label_marks.SOLO if view.solo == label else label_marks.OUTSHONE

    def set_rules(self, colors: dict[int, QColor]) -> None:
        """Take the colours that rules want, by label."""
        if colors != self._rules:
            self._rules = colors
            self._changed(RULE)

    def set_target(self, label: int | None) -> None:
        """Mark the label that a swatch would fall on."""
        if label != self._target:
            self._target = label
            self._changed(TARGET)

    def _sorted(self) -> list[int]:
        return sorted(range(len(self._labels)), key=lambda label: -self._areas[label])  # sorted() is stable

    def row_of(self, label: int) -> int:
        """The row that shows `label`, or -1."""
        return self._order.index(label) if label in self._order else -1

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._order)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole):
        if not index.isValid():
            return None
        label = self._order[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._labels.name(label)
        if role == LABEL:
            return label
        if role == COLOR:
            return QColor(*self._labels.color(label))
        if role == AREA:
            return self._areas[label]
        if role == label_marks.LOCKED:
            return self._view is not None and label in self._view.locked
        if role == label_marks.SEEN:
            return self._seen(label)
        if role == label_marks.KEY:
            return self._keys.get(label, "")
        if role == RULE:
            return self._rules.get(label)
        if role == TARGET:
            return label == self._target
        if role == Qt.ItemDataRole.AccessibleTextRole:
            area = area_text(self._areas[label])
            rule = f", colour {self._rules[label].name()}" if label in self._rules else ""
            return f"{self._labels.name(label)}, {area or 'not in the photo'}{rule}{label_marks.told(index)}"
        return None


class LabelFilter(QSortFilterProxyModel):
    """Keeps the labels whose name holds the typed text; names that begin with it come first, of those the ones used
    last."""

    def set_text(self, text: str) -> None:
        """Filter by `text`, without regard to case and spaces around it."""
        self._text = text.strip().lower()
        self.invalidate()
        self.sort(0 if self._text else -1)

    def set_recent(self, labels: list[int]) -> None:
        """Take the labels that were used last, the last first."""
        self._recent = {label: place for place, label in enumerate(labels)}

    _text = ""
    _recent: dict[int, int] = {}

    def filterAcceptsRow(self, row: int, parent: QModelIndex) -> bool:
        return self._text in self.sourceModel().index(row, 0, parent).data().lower()

    def lessThan(self, left: QModelIndex, right: QModelIndex) -> bool:
        return self._key(left) < self._key(right)

    def _key(self, index: QModelIndex) -> tuple[bool, int, int]:
        used = self._recent.get(index.data(LABEL), len(self._recent))
        return not index.data().lower().startswith(self._text), used, index.row()


class LabelDelegate(QStyledItemDelegate):
    """A row: overlay swatch, name, area, marks; the current label bears the accent."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        return QSize(140, max(28, option.fontMetrics.height() + 12))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        look = theme.current()
        rect = row_rect(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(look.accent_soft if chosen else look.hover))
            painter.drawRoundedRect(rect, 5, 5)
        paint_swatch(painter, QRect(rect.left() + 8, rect.center().y() - 6, 14, 14), index.data(COLOR))
        paint_rule(painter, rect, index.data(RULE), bool(index.data(TARGET)))
        area = index.data(AREA)
        text_rect = rect.adjusted(32, 0, -label_marks.WIDTH, 0)
        painter.setPen(QColor(look.dim))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(text_rect, right, area_text(area))
        painter.setPen(QColor(look.text if chosen or area > 0 else look.dim))
        name_width = text_rect.width() - (44 if area > 0 else 0)
        name = option.fontMetrics.elidedText(index.data(), Qt.TextElideMode.ElideRight, name_width)
        painter.drawText(text_rect, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, name)
        label_marks.paint_marks(painter, rect, index, chosen or bool(option.state & QStyle.StateFlag.State_MouseOver))
        painter.restore()

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: QModelIndex
    ) -> bool:
        """What the mark under the pointer does."""
        mark = label_marks.mark_at(row_rect(option.rect), event.pos()) if index.isValid() else None
        if mark is None:
            return super().helpEvent(event, view, option, index)
        QToolTip.showText(event.globalPos(), label_marks.tip_of(mark, index), view)
        return True


def row_rect(rect: QRect) -> QRect:
    """What a row draws in, of what the list gives it."""
    return rect.adjusted(4, 1, -4, -1)


def paint_rule(painter: QPainter, rect: QRect, color: QColor | None, target: bool) -> None:
    """The dot of a rule's colour over the corner of the label's swatch; a ring where a swatch would fall."""
    if target:
        painter.setPen(QPen(QColor(theme.current().accent), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, 5, 5)
    if color is not None:
        painter.setPen(QPen(QColor(theme.current().panel), 1.5))
        painter.setBrush(color)
        painter.drawEllipse(QRectF(rect.left() + 16, rect.center().y() - 1, 10, 10))


def paint_swatch(painter: QPainter, rect: QRect, color: QColor) -> None:
    """A label's overlay colour with a hairline, so that black and white ones are seen on any panel."""
    painter.setPen(QColor(128, 128, 128, 150))
    painter.setBrush(color)
    painter.drawRoundedRect(rect, 3, 3)
