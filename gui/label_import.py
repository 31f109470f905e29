"""Reading a label file into the photo in work: what is unclear is asked, one question after the other, and the rest
happens in a thread.

    read -> unknown names?  MappingDialog  -> read again
         -> another size?   scale it?      -> read again
         -> some pixels without a label?   keep what is there, or make them undecided?
         -> one step of the history
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QDialog, QMessageBox, QWidget

from core.label_change import TakeLabels
from core.label_exchange import UnknownNames, WrongSize, likely, read_labels
from core.labels import UNSURE, count_labels
from gui.background import Background
from gui.label_rows import area_text

if TYPE_CHECKING:
    from core.commands import Snapshot
    from core.document import Document

TITLE = "Load labels"


class LabelImport(QObject):
    """One file on its way into one document. failed(sentence); busy(running, text); said(sentence); done()."""

    failed = Signal(str)
    busy = Signal(bool, str)
    said = Signal(str)
    done = Signal()

    def __init__(self, path: Path, document: Document, jobs: Background, window: QWidget) -> None:
        super().__init__(window)
        self._path, self._document, self._jobs, self._window = path, document, jobs, window
        self._mapping: dict[str, int | None] = {}
        self._scale = False
        room = len(document.label_set) < UNSURE
        self._outside = len(document.label_set) if room else UNSURE  # of pixels that the file is silent about
        self.dialog: QDialog | None = None

    def start(self) -> None:
        """Read the file, as far as it is clear what is meant."""
        document, path = self._document, self._path
        photo = document.path.name if document.path else None

        def read() -> tuple[np.ndarray, float] | UnknownNames | WrongSize:
            try:
                labels = read_labels(
                    path, document.labels.shape, document.label_set,
                    mapping=self._mapping, scale=self._scale, photo=photo, outside=self._outside,
                )  # fmt: skip
            except (UnknownNames, WrongSize) as question:
                return question
            return labels, float((labels == self._outside).mean()) if self._outside != UNSURE else 0.0

        self._run(read, self._came)

    def _run(self, work: Callable[[], object], then: Callable[[object], None]) -> None:
        self.busy.emit(True, f"Reading {self._path.name}")
        self._jobs.run(work, lambda answer: self._answered(then, answer), self._failed)

    def _answered(self, then: Callable[[object], None], answer: object) -> None:
        self.busy.emit(False, "")
        then(answer)

    def _failed(self, sentence: str) -> None:
        self.busy.emit(False, "")
        self.failed.emit(sentence)
        self.done.emit()

    def _came(self, answer: tuple[np.ndarray, float] | UnknownNames | WrongSize) -> None:
        if isinstance(answer, UnknownNames):
            self._ask_names(answer)
        elif isinstance(answer, WrongSize):
            self._ask_size(answer)
        else:
            labels, silent = answer
            if silent == 0.0 or self._document.area(UNSURE) == 1.0:
                self._write(labels, keep=False)
            else:
                self._ask_rest(labels, silent)

    # -- questions

    def _ask_names(self, question: UnknownNames) -> None:
        from gui.label_mapping_dialog import Foreign, MappingDialog

        label_set = self._document.label_set
        rows = [Foreign(name, name, likely(name, label_set)) for name in question.names]
        lead = f"{self._path.name} has labels that are not in the label set. What does each stand for?"
        dialog = MappingDialog(TITLE, lead, rows, label_set, may_skip=True, parent=self._window)
        dialog.accepted.connect(lambda: self._again(mapping=dialog.mapping))
        self._show(dialog)

    def _ask_size(self, question: WrongSize) -> None:
        (height, width), (wanted_height, wanted_width) = question.have, question.want
        text = (
            f"{self._path.name} is {width} × {height} pixels, but the photo is {wanted_width} × {wanted_height}. "
            "Scale the labels to the photo?"
        )
        if abs(width * wanted_height - height * wanted_width) > 0.01 * width * wanted_height:
            text += " They have another shape than the photo and will be stretched."
        box = self._box(text)
        scale = box.addButton("&Scale", QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(scale)
        scale.clicked.connect(lambda: self._again(scale=True))
        self._show(box)

    def _ask_rest(self, labels: np.ndarray, silent: float) -> None:
        box = self._box(f"{self._path.name} says nothing of {area_text(silent)} of the photo. What shall be there?")
        keep = box.addButton("&Keep the labels there", QMessageBox.ButtonRole.AcceptRole)
        undecided = box.addButton("Make it &undecided", QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(keep)
        keep.clicked.connect(lambda: self._write(labels, keep=True))
        undecided.clicked.connect(lambda: self._write(labels, keep=False))
        self._show(box)

    def _ask_locked(self, labels: np.ndarray, keep: bool, locked: tuple[int, ...]) -> None:
        names = " and ".join(f"“{self._document.label_set.name(label)}”" for label in locked[:2])
        more = f" and {len(locked) - 2} more" if len(locked) > 2 else ""
        box = self._box(f"{names}{more} {'is' if len(locked) == 1 else 'are'} locked, and {self._path.name} has other "
                        "labels there. What shall be there?")  # fmt: skip
        stay = box.addButton("&Keep what is locked", QMessageBox.ButtonRole.AcceptRole)
        over = box.addButton("&Load over it", QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(stay)
        stay.clicked.connect(lambda: self._write(labels, keep=keep, over=False))
        over.clicked.connect(lambda: self._write(labels, keep=keep, over=True))
        self._show(box)

    def _box(self, text: str) -> QMessageBox:
        box = QMessageBox(QMessageBox.Icon.Question, TITLE, text, parent=self._window)
        box.setObjectName("labelQuestion")
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.rejected.connect(self.done)
        return box

    def _show(self, dialog: QDialog) -> None:
        self.dialog = dialog
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if not isinstance(dialog, QMessageBox):
            dialog.rejected.connect(self.done)
        dialog.open()

    def _again(self, *, mapping: dict[str, int | None] | None = None, scale: bool | None = None) -> None:
        self._mapping = {**self._mapping, **(mapping or {})}
        self._scale = scale or self._scale
        self.start()

    # -- the step

    def _write(self, labels: np.ndarray, *, keep: bool, over: bool | None = None) -> None:
        """Make it a step. keep: the labels where the file is silent; over: what is locked, None to ask if need be."""
        document, outside = self._document, self._outside
        since = document.snapshot()

        def work() -> TakeLabels | tuple[int, ...]:
            wanted = np.where(labels == outside, since.labels if keep else np.uint8(UNSURE), labels)
            if over is None and (locked := _in_the_way(since, wanted)):
                return locked
            return TakeLabels(f"Load {self._path.name}", replace(since, shut=None) if over else since, wanted)

        def then(step: TakeLabels | tuple[int, ...]) -> None:
            if isinstance(step, tuple):
                self._ask_locked(labels, keep, step)
                return
            if not document.carry_out(None if step.idle else step, since):
                self._write(labels, keep=keep, over=over)  # the map has moved on meanwhile
                return
            name = self._path.name
            kept = " Locked labels kept their pixels." if over is False else ""
            self.said.emit((f"{name} says what is there already." if step.idle else f"Loaded {name}.") + kept)
            self.done.emit()

        self._run(work, then)


def _in_the_way(since: Snapshot, wanted: np.ndarray) -> tuple[int, ...]:
    """The locked labels of a map that would lose pixels to another map."""
    if since.shut is None:
        return ()
    lost = count_labels(since.labels, (since.labels != wanted).view(np.uint8))
    return tuple(np.flatnonzero(lost * since.shut.ravel()).tolist())
