"""What does each of these stand for? A list of foreign labels, each with a choice from the label set.

Used where a label file or another label set names things that the set in work does not know. What looks right is
proposed and said to be a proposal; nothing is taken before the person presses OK, and OK waits until every row has
its answer.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.labels import UNSURE, LabelSet
from gui.label_rows import paint_swatch

CHOOSE = "Choose a label…"
UNDECIDED = "Undecided"
SKIP = "Leave those pixels as they are"
_OPEN = object()  # what a row without an answer holds


@dataclass(frozen=True)
class Foreign:
    """One row: what it is called by `mapping`, what is read, and the id that looks right, if any does."""

    key: Hashable
    text: str
    proposal: int | None = None


class MappingDialog(QDialog):
    """Ask, then read `mapping`: key -> id, UNSURE, or None to leave those pixels alone (where `may_skip`)."""

    def __init__(self, title: str, lead: str, rows: Sequence[Foreign], labels: LabelSet, *, may_skip: bool = False,
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self.setObjectName("labelMapping")
        self.setWindowTitle(title)
        self.setMinimumSize(520, 320)
        self.resize(560, min(620, 260 + 38 * len(rows)))
        self._may_skip = may_skip
        self._combos: dict[Hashable, QComboBox] = {}
        self._build(title, lead, rows, labels)
        self._told()

    @property
    def mapping(self) -> dict[Hashable, int | None]:
        """The answers."""
        return {key: combo.currentData() for key, combo in self._combos.items()}

    def combo(self, key: Hashable) -> QComboBox:
        """The choice of one row."""
        return self._combos[key]

    def _build(self, title: str, lead: str, rows: Sequence[Foreign], labels: LabelSet) -> None:
        heading, about = QLabel(title, self, objectName="heading"), QLabel(lead, self, objectName="dim")
        about.setWordWrap(True)
        inside = QWidget(self)
        grid = QGridLayout(inside)
        grid.setContentsMargins(2, 2, 10, 2)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        icons = [swatch_icon(labels.color(label)) for label in range(len(labels))]
        for number, row in enumerate(rows):
            name = QLabel(row.text, inside)
            combo = self._combos[row.key] = self._choice(row, labels, icons)
            name.setBuddy(combo)
            grid.addWidget(name, number, 0)
            grid.addWidget(combo, number, 1)
        grid.setRowStretch(len(rows), 1)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addWidget(about)
        layout.addWidget(area, 1)
        layout.addWidget(self._buttons())

    def _choice(self, row: Foreign, labels: LabelSet, icons: list[QIcon]) -> QComboBox:
        combo = QComboBox(self)
        combo.setAccessibleName(f"{row.text} stands for")
        combo.setMinimumContentsLength(18)
        combo.addItem(CHOOSE, _OPEN)
        combo.addItem(UNDECIDED, UNSURE)
        if self._may_skip:
            combo.addItem(SKIP, None)
        combo.insertSeparator(combo.count())
        first = combo.count()
        for label, name in enumerate(labels.names):
            proposed = "   (proposed)" if label == row.proposal else ""
            combo.addItem(icons[label], f"{name}{proposed}", label)
        if row.proposal is not None:
            combo.setCurrentIndex(1 if row.proposal == UNSURE else first + row.proposal)
        combo.currentIndexChanged.connect(self._told)
        return combo

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        self._go = buttons.addButton(QDialogButtonBox.StandardButton.Ok)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        self._rest = QPushButton("&Rest undecided", self, objectName="restUndecided")
        self._rest.setToolTip("Everything that has no answer yet becomes undecided: the network decides there")
        self._rest.clicked.connect(self._leave_rest)
        buttons.addButton(self._rest, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    def _open_rows(self) -> list[QComboBox]:
        return [combo for combo in self._combos.values() if combo.currentIndex() == 0]

    def _told(self) -> None:
        self._go.setEnabled(not self._open_rows())
        self._rest.setEnabled(bool(self._open_rows()))

    def _leave_rest(self) -> None:
        for combo in self._open_rows():
            combo.setCurrentIndex(1)


def swatch_icon(color: tuple[int, int, int], side: int = 16) -> QIcon:
    """A label's overlay colour as an icon."""
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_swatch(painter, pixmap.rect().adjusted(1, 1, -2, -2), QColor(*color))
    painter.end()
    return QIcon(pixmap)
