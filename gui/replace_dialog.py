"""Replace one label by another: which, by which, and where. A small window; Enter does it, Escape does not."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from core.labels import LabelSet
from gui.icons import swatch


class LabelChoice(QComboBox):
    """A label of a set, chosen from a list or by typing a part of its name."""

    def __init__(self, labels: LabelSet, shown: Sequence[int], label: int | None, parent: QWidget) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumWidth(190)
        for each in shown:
            self.addItem(swatch(labels.color(each)), labels.name(each), each)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.setCompleter(completer)
        self.setCurrentIndex(-1 if label is None else self.findData(label))
        self.lineEdit().setPlaceholderText("Type a name")

    @property
    def label(self) -> int | None:
        """The label whose name is written there, or None."""
        index = self.findText(self.currentText().strip(), Qt.MatchFlag.MatchFixedString)
        return None if index < 0 else self.itemData(index)


class ReplaceDialog(QDialog):
    """When it is `accepted`: `old`, `new`, and whether only `here`, in the region that was pointed at, or in what is
    `selected`."""

    def __init__(self, labels: LabelSet, present: Sequence[int], old: int, new: int | None, region: bool,
                 selection: bool, parent: QWidget) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle("Replace label")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        absent = [label for label in range(len(labels)) if label not in present]
        shown = present if old in present else [old, *present]
        self._old = LabelChoice(labels, shown, old, self)
        self._old.setAccessibleName("Label to replace")
        self._new = LabelChoice(labels, [*present, *absent], new, self)
        self._new.setAccessibleName("Label that takes its place")
        self._everywhere, self._here = QRadioButton("Whole photo", self), QRadioButton("This region", self)
        self._selected = QRadioButton("Selection", self)
        places = [(self._here, region), (self._selected, selection), (self._everywhere, region or selection)]
        for place, offered in places:
            place.setVisible(offered)
        next((place for place, offered in places if offered), self._everywhere).setChecked(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self._go = buttons.addButton("Replace", QDialogButtonBox.ButtonRole.AcceptRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        form = QFormLayout()
        form.setHorizontalSpacing(14)
        form.addRow("Replace", self._old)
        form.addRow("by", self._new)
        for number, place in enumerate(place for place, offered in places if offered):
            form.addRow("" if number else "in", place)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(buttons)
        for choice in (self._old, self._new):
            choice.currentTextChanged.connect(lambda _: self._check())
        self._check()
        self._new.setFocus()
        self._new.lineEdit().selectAll()

    @property
    def old(self) -> int | None:
        """The label that goes."""
        return self._old.label

    @property
    def new(self) -> int | None:
        """The label that comes."""
        return self._new.label

    @property
    def here(self) -> bool:
        """Whether only the region that was pointed at is meant."""
        return self._here.isChecked()

    @property
    def selected(self) -> bool:
        """Whether only what is selected is meant."""
        return self._selected.isChecked()

    def _check(self) -> None:
        self._go.setEnabled(self.old is not None and self.new is not None and self.old != self.new)
