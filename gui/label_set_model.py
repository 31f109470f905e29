"""The rows of the label set dialog: one a label, in the order of its ids, editable in place and movable by drag.

The model works on a draft: `edited` is the set as it is now and what became of the ids of the set it began with
(core/label_sets.Edited). Nothing of it reaches a document before the dialog is accepted.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import (
    QAbstractTableModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtWidgets import QWidget

from core.errors import LabelError
from core.label_sets import Edited, OwnLabels, moved, renamed, unchanged
from core.labels import UNSURE, default_label_set
from gui.label_mapping_dialog import swatch_icon
from gui.label_rows import area_text

NAME, PARENT, AREA = range(3)
HEADERS = ("Label", "Stands on", "In photo")
MIME = "application/x-huesmith-label-row"
DECIDE = "Let the network decide"
NO_PARENT = QModelIndex()


def parent_text(network: int) -> str:
    """What a label stands on, as a person reads it."""
    return DECIDE if network == UNSURE else default_label_set().name(network)


class LabelSetModel(QAbstractTableModel):
    """See the module. refused(sentence): an edit that cannot be. changed(): the draft is another one.
    dropped(row): a row was dragged there."""

    refused = Signal(str)
    changed = Signal()
    dropped = Signal(int)

    def __init__(self, own: OwnLabels, areas: Sequence[float], parent: QWidget | None = None) -> None:
        """areas: the share of the photo, 0..1, of each of the 256 ids as they are."""
        super().__init__(parent)
        self.edited = unchanged(own)
        self._areas = np.asarray(areas, np.float64)

    @property
    def own(self) -> OwnLabels:
        """The draft."""
        return self.edited.set

    @property
    def shares(self) -> np.ndarray:
        """The share of the photo of each id of the draft, (256,)."""
        return np.bincount(self.edited.table, weights=self._areas, minlength=256)

    def change(self, later: Edited) -> None:
        """Take an edit of the draft."""
        self.beginResetModel()
        self.edited = self.edited.then(later)
        self.endResetModel()
        self.changed.emit()

    # -- Qt's

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.own)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(HEADERS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole):
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return HEADERS[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole):
        if not index.isValid():
            return None
        label, column = index.row(), index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            if column == NAME:
                return self.own.name(label)
            return parent_text(self.own.parents[label]) if column == PARENT else area_text(self.shares[label])
        if role == Qt.ItemDataRole.DecorationRole and column == NAME:
            return swatch_icon(self.own.color(label))
        if role == Qt.ItemDataRole.TextAlignmentRole and column == AREA:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.AccessibleTextRole and column == NAME:
            return f"{self.own.name(label)}, stands on {parent_text(self.own.parents[label])}"
        return None

    def setData(self, index: QModelIndex, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.EditRole or index.column() != NAME:
            return False
        try:
            edit = renamed(self.own, index.row(), str(value))
        except LabelError as error:
            self.refused.emit(str(error))
            return False
        self.edited = self.edited.then(edit)
        self.dataChanged.emit(index, index)
        self.changed.emit()
        return True

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.ItemIsDropEnabled
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsDragEnabled
        return flags | Qt.ItemFlag.ItemIsEditable if index.column() == NAME else flags

    def supportedDropActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        data = QMimeData()
        data.setData(MIME, str(indexes[0].row()).encode())
        return data

    def dropMimeData(self, data: QMimeData, action: Qt.DropAction, row: int, column: int, parent: QModelIndex) -> bool:
        if not data.hasFormat(MIME):
            return False
        label = int(bytes(data.data(MIME)))
        before = row if row >= 0 else parent.row() if parent.isValid() else len(self.own)
        to = before - (before > label)
        if to != label:
            self.change(moved(self.own, label, to))
        self.dropped.emit(to)
        return False  # the row has moved already: the view must not take it away
