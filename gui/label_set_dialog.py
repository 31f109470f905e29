"""Edit label set…: names, overlay colours, order and parents of the labels, and which set it is at all.

    set        [ the present one | the networks' | ADE20K | COCO-Stuff | a file ]        save
    table      name, what it stands on, its share of the photo       add rename colour delete up down
    stands on  [ a label of the networks' ]

The dialog works on a draft (gui/label_set_model); OK hands it over as one change, Cancel forgets it.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelectionModel, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.errors import LabelError
from core.label_sets import (
    HOUSE_SETS,
    OwnLabels,
    added,
    deleted,
    exchanged,
    house_set,
    load_own_labels,
    moved,
    recoloured,
    reparented,
    save_own_labels,
)
from core.labels import UNSURE, default_label_set
from gui.label_mapping_dialog import Foreign, MappingDialog, swatch_icon
from gui.label_rows import area_text
from gui.label_set_model import AREA, DECIDE, NAME, PARENT, LabelSetModel

SETS = "Label sets (*.json *.txt);;All files (*)"
NEW = "new label"
PRESENT, FROM_FILE = "The labels in work", "From a file…"


class LabelSetDialog(QDialog):
    """Edit, press OK, then read `edited`. `folder`: where files are looked for, changed by what the person chose."""

    def __init__(self, own: OwnLabels, areas: Sequence[float], ruled: frozenset[int] = frozenset(), folder: str = "",
                 parent: QWidget | None = None) -> None:  # fmt: skip
        """areas: the share of the photo of each of the 256 ids; ruled: the ids that have rules."""
        super().__init__(parent)
        self.setObjectName("labelSetDialog")
        self.setWindowTitle("Edit label set")
        self.resize(720, 640)
        self.folder = folder
        self._first, self._ruled = own, ruled
        self.model = LabelSetModel(own, areas, self)
        self._build()
        self.model.refused.connect(self._say)
        self.model.changed.connect(lambda: self._say(""))
        self.model.dropped.connect(self.go_to)
        self.go_to(0)

    @property
    def edited(self):
        """The draft and what became of the ids (core/label_sets.Edited)."""
        return self.model.edited

    @property
    def row(self) -> int:
        """The label in hand."""
        return max(self.table.currentIndex().row(), 0)

    # -- what the buttons do

    def add(self) -> None:
        """A new label after the last, on the parent of the one in hand, its name ready to be typed."""
        names, number = self.model.own.names, 1
        while (name := NEW if number == 1 else f"{NEW} {number}") in names:
            number += 1
        if self._change(lambda own: added(own, name, own.parents[self.row]), len(names)):
            self.rename()

    def rename(self) -> None:
        """Type another name in place."""
        self.table.setFocus()
        self.table.edit(self.model.index(self.row, NAME))

    def recolour(self) -> None:
        """Choose another overlay colour."""
        dialog = QColorDialog(QColor(*self.model.own.color(self.row)), self)
        dialog.setObjectName("labelColour")
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.setWindowTitle(f"Colour of {self.model.own.name(self.row)}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        row = self.row
        dialog.colorSelected.connect(
            lambda color: self._change(lambda own: recoloured(own, row, color.getRgb()[:3]), row)
        )
        dialog.open()

    def delete(self) -> None:
        """Take the label in hand out; its pixels go to its parent, or become undecided."""
        row = self.row
        name = self.model.own.name(row)
        edit = None

        def without(own: OwnLabels):
            nonlocal edit
            edit = deleted(own, row)
            return edit

        share = self.model.shares[row]
        if self._change(without, min(row, len(self.model.own) - 2)) and share > 0:
            heir = int(edit.table[row])
            to = f"go to “{self.model.own.name(heir)}”" if heir != UNSURE else "become undecided"
            self._say(f"The pixels of “{name}” ({area_text(share)}) will {to}.")

    def step(self, by: int) -> None:
        """Move the label in hand up or down the list."""
        row, to = self.row, self.row + by
        if 0 <= to < len(self.model.own):
            self._change(lambda own: moved(own, row, to), to)

    def save(self) -> None:
        """Write the draft to a file."""
        start = str(Path(self.folder) / "labels.json") if self.folder else "labels.json"
        chosen, _ = QFileDialog.getSaveFileName(self, "Save label set", start, "Label sets (*.json)")
        if not chosen:
            return
        path = Path(chosen)
        named = path if path.suffix.lower() == ".json" else path.with_name(f"{path.name}.json")
        try:
            save_own_labels(named, self.model.own, overwrite=named == path)  # the file dialog has asked
        except LabelError as error:
            self._say(str(error))
        else:
            self.folder = str(named.parent)
            self._say(f"Saved {named}.")

    # -- another set

    def _set_chosen(self, place: int) -> None:
        title = self.sets.itemText(place)
        self.sets.setCurrentIndex(0)  # a list of offers: what is in work is in the table
        try:
            if title == PRESENT:
                return
            other = self._from_file() if title == FROM_FILE else house_set(title)
        except LabelError as error:
            self._say(str(error))
            return
        if other is not None:
            self._offer(other)

    def _from_file(self) -> OwnLabels | None:
        chosen, _ = QFileDialog.getOpenFileName(self, "Open label set", self.folder, SETS)
        if not chosen:
            return None
        self.folder = str(Path(chosen).parent)
        return load_own_labels(chosen)

    def _offer(self, other: OwnLabels) -> None:
        """Take another set; what is in use and has no label of its name there is asked about first."""
        own, shares, edited = self.model.own, self.model.shares, self.model.edited
        ruled = {int(edited.table[label]) for label in self._ruled}
        used = [label for label in range(len(own)) if shares[label] > 0 or label in ruled]
        foreign = [label for label in used if own.name(label) not in other.names]
        if not foreign:
            self._take(other, {})
            return
        likely = exchanged(own, other).table
        rows = [
            Foreign(label, f"{own.name(label)}  {area_text(shares[label])}".rstrip(), int(likely[label]))
            for label in foreign
        ]
        dialog = MappingDialog("Another label set", "These labels are in use, and the other set has no label of their "
                               "name. What shall their pixels become?", rows, other, parent=self)  # fmt: skip
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._take(other, dialog.mapping))
        dialog.open()

    def _take(self, other: OwnLabels, mapping: dict) -> None:
        self._change(lambda own: exchanged(own, other, mapping), 0)

    # -- inside

    def _change(self, edit, row: int) -> bool:
        """Make an edit and take the label at `row` in hand; whether it could be made."""
        try:
            later = edit(self.model.own)
        except LabelError as error:
            self._say(str(error))
            return False
        self.model.change(later)
        self.go_to(row)
        return True

    def go_to(self, row: int) -> None:
        """Take the label at `row` in hand."""
        index = self.model.index(row, NAME)
        self.table.selectionModel().setCurrentIndex(
            index, QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
        )
        self.table.scrollTo(index)
        self._row_told()

    def _row_told(self) -> None:
        parent = self.model.own.parents[self.row]
        self.parents.blockSignals(True)
        self.parents.setCurrentIndex(self.parents.findData(parent))
        self.parents.blockSignals(False)
        self.up.setEnabled(self.row > 0)
        self.down.setEnabled(self.row < len(self.model.own) - 1)

    def _parent_chosen(self, place: int) -> None:
        row, parent = self.row, self.parents.itemData(place)
        self._change(lambda own: reparented(own, row, parent), row)

    def _say(self, sentence: str) -> None:
        self._told.setText(sentence)

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:
        """Keys of the table: Insert, Delete, and the arrows with Alt."""
        if event.type() == QEvent.Type.KeyPress:
            alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
            if event.key() == Qt.Key.Key_Delete:
                self.delete()
            elif event.key() == Qt.Key.Key_Insert:
                self.add()
            elif alt and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self.step(-1 if event.key() == Qt.Key.Key_Up else 1)
            else:
                return super().eventFilter(watched, event)
            return True
        return super().eventFilter(watched, event)

    # -- building

    def _build(self) -> None:
        heading = QLabel("Label set", self, objectName="heading")
        about = QLabel("Colorizers treat a label as the one it stands on; its rule is its own.", self, objectName="dim")
        about.setWordWrap(True)
        self._told = QLabel(self, objectName="labelSetTold")
        self._told.setWordWrap(True)
        self._told.setAccessibleName("What happened")
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addWidget(self._make_table(), 1)
        middle.addLayout(self._make_buttons())
        stands = QHBoxLayout()
        stands.setSpacing(12)
        name = QLabel("S&tands on", self)
        name.setBuddy(self._make_parents())
        stands.addWidget(name)
        stands.addWidget(self.parents, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(12)
        layout.addWidget(heading)
        layout.addWidget(about)
        layout.addLayout(self._make_sets())
        layout.addLayout(middle, 1)
        layout.addLayout(stands)
        layout.addWidget(self._told)
        layout.addWidget(self._make_answers())

    def _make_sets(self) -> QHBoxLayout:
        self.sets = QComboBox(self, objectName="labelSets")
        self.sets.setAccessibleName("Label set")
        self.sets.addItems([PRESENT, *HOUSE_SETS, FROM_FILE])
        self.sets.activated.connect(self._set_chosen)
        name = QLabel("S&et", self)
        name.setBuddy(self.sets)
        save = QPushButton("&Save…", self, objectName="saveLabelSet")
        save.setToolTip("Keep this set as a file, for other photos and for --labels")
        save.clicked.connect(self.save)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(name)
        line.addWidget(self.sets, 1)
        line.addWidget(save)
        return line

    def _make_table(self) -> QTableView:
        table = self.table = QTableView(self, objectName="labelSetTable")
        table.setAccessibleName("Labels of the set")
        table.setModel(self.model)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        table.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        table.setDefaultDropAction(Qt.DropAction.MoveAction)
        table.setDragDropOverwriteMode(False)
        table.setDropIndicatorShown(True)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(30)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(PARENT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(AREA, QHeaderView.ResizeMode.ResizeToContents)
        table.selectionModel().currentRowChanged.connect(lambda *_: self._row_told())
        table.installEventFilter(self)
        return table

    def _make_buttons(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(8)
        rows = (
            ("&Add", "addLabel", self.add, "Ins", "A new label, on the parent of the one in hand"),
            ("&Rename", "renameLabel", self.rename, "F2", "Type another name"),
            ("&Colour…", "recolourLabel", self.recolour, "", "Choose the overlay colour"),
            ("&Delete", "deleteLabel", self.delete, "Del", "Its pixels go to what it stands on, or become undecided"),
            ("Move &up", "labelUp", lambda: self.step(-1), "Alt+Up", "Nearer to the top; or drag the row"),
            ("Move do&wn", "labelDown", lambda: self.step(1), "Alt+Down", "Further down; or drag the row"),
        )
        made = []
        for text, name, call, keys, tip in rows:
            button = QPushButton(text, self, objectName=name)
            button.setAutoDefault(False)
            button.setToolTip(f"{tip} ({keys})" if keys else tip)
            button.clicked.connect(call)
            column.addWidget(button)
            made.append(button)
        self.up, self.down = made[-2:]
        column.addStretch(1)
        return column

    def _make_parents(self) -> QComboBox:
        self.parents = QComboBox(self, objectName="labelParent")
        self.parents.setAccessibleName("Stands on")
        known = default_label_set()
        for label, name in enumerate(known.names):
            self.parents.addItem(swatch_icon(known.color(label)), name, label)
        self.parents.insertSeparator(self.parents.count())
        self.parents.addItem(DECIDE, UNSURE)
        self.parents.activated.connect(self._parent_chosen)
        return self.parents

    def _make_answers(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        ok = buttons.addButton(QDialogButtonBox.StandardButton.Ok)
        ok.setDefault(True)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons
