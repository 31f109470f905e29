"""What a crash left behind, as a list with pictures: restore some of it, or give it up."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.autosave import Left, preview_of

_PICTURE = QSize(120, 84)


class RecoveryDialog(QDialog):
    """`restored` and `discarded` carry those that were chosen; all are at first."""

    restored, discarded = Signal(object), Signal(object)

    def __init__(self, left: Sequence[Left], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Work that was not saved")
        self.resize(560, 420)
        told = QLabel("Choose what to restore. It opens as it was, and is still to be saved.", self)
        told.setWordWrap(True)
        self.list = QListWidget(self)
        self.list.setAccessibleName("Work that was not saved")
        self.list.setIconSize(_PICTURE)
        self.list.setSpacing(2)
        self.list.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        for one in left:
            self._add(one)
        self.list.selectAll()
        self.restore, self.discard = QPushButton("Restore", self), QPushButton("Discard", self)
        later = QPushButton("Later", self)
        self.restore.setDefault(True)
        self.restore.clicked.connect(lambda: self._answer(self.restored))
        self.discard.clicked.connect(lambda: self._answer(self.discarded))
        later.clicked.connect(self.reject)
        self.list.itemSelectionChanged.connect(self._refresh)
        foot = QHBoxLayout()
        foot.addWidget(self.discard)
        foot.addStretch(1)
        foot.addWidget(later)
        foot.addWidget(self.restore)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 14, 14, 14)
        column.setSpacing(10)
        column.addWidget(told)
        column.addWidget(self.list, 1)
        column.addLayout(foot)

    @property
    def chosen(self) -> list[Left]:
        """What is selected, top to bottom."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return [item.data(Qt.ItemDataRole.UserRole) for item in items if item.isSelected()]

    def _add(self, left: Left) -> None:
        of = f"newer than {left.project.name}" if left.project else "not saved in a project"
        item = QListWidgetItem(f"{left.name}\n{left.when:%Y-%m-%d %H:%M}, {of}\n{left.photo.parent}")
        picture = QPixmap()
        if picture.loadFromData(preview_of(left)):
            item.setIcon(QIcon(picture.scaled(_PICTURE, Qt.AspectRatioMode.KeepAspectRatio,
                                              Qt.TransformationMode.SmoothTransformation)))  # fmt: skip
        item.setData(Qt.ItemDataRole.UserRole, left)
        self.list.addItem(item)

    def _refresh(self) -> None:
        for button in (self.restore, self.discard):
            button.setEnabled(bool(self.chosen))

    def _answer(self, signal) -> None:
        chosen = self.chosen
        self.accept()
        signal.emit(chosen)
