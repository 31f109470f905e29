"""Batch export: colour a whole folder, with progress, a way to stop, and a line of report for every photo.

The work is `core.batch.run_batch` in the worker's thread, with the engine of the window, so that a batch and the
window make the same colours. The dialog may stay open beside the work, and closing it asks the batch to stop.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.batch import DONE, FAILED, SKIPPED, BatchJob, BatchReport, FileReport
from core.folder import find_photos
from core.guidance import Recipe, Reference
from core.labels import LabelSet
from gui import theme
from gui.background import Background
from gui.export_dialog import FORMATS_OFFERED
from gui.recipe_box import RecipeBox, read
from gui.reference_box import ReferenceBox, checked

if TYPE_CHECKING:
    from gui.settings import Settings
    from gui.worker import Worker

COLUMNS = ("Photo", "Status", "Time", "Message")


class BatchDialog(QDialog):
    """The dialog; it remembers its folders and choices in the settings."""

    def __init__(self, worker: Worker, settings: Settings, label_set: LabelSet, out: Path,
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle("Batch export")
        self.resize(820, 600)
        self._worker, self._settings, self.label_set, self._out = worker, settings, label_set, out
        self._background = Background(self)
        self.colorizer: str | None = None
        self.running = False
        self._build()
        self._read_settings()
        worker.batchProgress.connect(self._one_done)
        worker.batchFinished.connect(self._all_done)
        worker.failed.connect(self._failed)
        self._refresh()

    def offer_recipe(self, own: Recipe | None) -> None:
        """Offer the recipe of the photo in the window, None where it has none, and those used lately."""
        self.recipe.offer(own, self._settings["files.recipes"])

    def offer_references(self, own: Mapping[str, tuple[Reference, ...]]) -> None:
        """Offer references of the window, by their titles."""
        self.reference.offer(own)

    # -- what the person does

    def start(self) -> None:
        """Read the recipe, look at the reference and find the photos, then colour them."""
        if self.running:
            return
        self._remember()
        folder = Path(self.source.text().strip()).expanduser()
        self._set_running(True)
        self.summary.setText("Looking for photos…")
        self.table.setRowCount(0)
        self.progress.setRange(0, 0)
        source, references = self.recipe.source, self.reference.source
        self._background.run(lambda: (read(source), checked(references), find_photos([folder])), self._run,
                             self._failed)  # fmt: skip

    def cancel(self) -> None:
        """Stop after the photo in work; what is done stays."""
        self._worker.cancel_batch()
        self.summary.setText("Stopping after this photo…")
        self.stop_button.setEnabled(False)

    def reject(self) -> None:
        """Close; a batch at work is asked to stop first."""
        if self.running:
            self._worker.cancel_batch()
        super().reject()

    # -- what the worker tells

    def _run(self, found: tuple[Recipe, tuple[Reference, ...], list[Path]]) -> None:
        recipe, references, paths = found
        job = BatchJob(
            paths=tuple(paths),
            out_dir=Path(self.target.text().strip()).expanduser(),
            save_labels=self.save_labels.isChecked(),
            format=self.format.currentData(),
            work_size=self._settings["colour.work_size"],
            overwrite=self.overwrite.isChecked(),
            colorizer=self.colorizer,
            label_set=self.label_set,
            recipe=recipe,
            references=references,
        )
        self.progress.setRange(0, len(paths))
        self.progress.setValue(0)
        self.summary.setText(f"0 of {len(paths)}")
        self._worker.run_batch(job)

    def _one_done(self, done: int, total: int, report: FileReport) -> None:
        if not self.running:
            self._set_running(True)
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.summary.setText(f"{done} of {total}")
        self._add_row(report)

    def _all_done(self, report: BatchReport) -> None:
        counts = {status: report.count(status) for status in (DONE, SKIPPED, FAILED)}
        told = ", ".join(f"{count} {status}" for status, count in counts.items() if count) or "Nothing to do"
        ended = "Stopped: " if report.interrupted else ""
        self.summary.setText(f"{ended}{told} in {report.seconds:.1f} s")
        self._finish()

    def _failed(self, sentence: str) -> None:
        """A batch that has lines goes on; then it was the canvas's work that failed, and the window says so."""
        if self.running and not self.table.rowCount():
            self.summary.setText(sentence)
            self._finish()

    def _finish(self) -> None:
        if self.progress.maximum() == 0:
            self.progress.setRange(0, 1)
        self._set_running(False)

    def _add_row(self, report: FileReport) -> None:
        look = theme.current()
        color = {DONE: look.good, FAILED: look.bad}.get(report.status, look.dim)
        message = report.message or (str(report.output) if report.output else "")
        message = message.replace(str(report.path), report.path.name)  # the remedy stands at the end: keep it in sight
        row = self.table.rowCount()
        self.table.insertRow(row)
        for column, text in enumerate((report.path.name, report.status, f"{report.seconds:.2f} s", message)):
            item = QTableWidgetItem(text)
            item.setToolTip(str(report.path) if column == 0 else text)
            if column == 1:
                item.setForeground(QColor(color))
            self.table.setItem(row, column, item)
        self.table.scrollToBottom()

    # -- how it looks

    def _build(self) -> None:
        self.source, self.target = QLineEdit(self), QLineEdit(self)
        self.source.setPlaceholderText("Folder of photos")
        self.target.setPlaceholderText("Folder for the results; made when it is missing")
        for field in (self.source, self.target):
            field.textChanged.connect(self._refresh)
        self.format = QComboBox(self)
        for name, title in FORMATS_OFFERED:
            self.format.addItem(title, name)
        self.recipe, self.reference = RecipeBox(self), ReferenceBox(self)
        self.save_labels = QCheckBox("Save label maps too", self)
        self.overwrite = QCheckBox("Replace results that are there already", self)
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.setHorizontalSpacing(16)
        form.addRow("Photos", self._with_browse(self.source, "Folder of photos"))
        form.addRow("Results", self._with_browse(self.target, "Folder for the results"))
        form.addRow("Recipe", self.recipe)
        form.addRow("Reference", self.reference)
        form.addRow("Format", self.format)
        form.addRow("", self.save_labels)
        form.addRow("", self.overwrite)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(12)
        layout.addWidget(QLabel("Batch export", self, objectName="heading"))
        layout.addLayout(form)
        layout.addWidget(self._make_table(), 1)
        layout.addLayout(self._make_foot())

    def _make_table(self) -> QTableWidget:
        self.table = QTableWidget(0, len(COLUMNS), self)
        self.table.setObjectName("batchReport")
        self.table.setHorizontalHeaderLabels(COLUMNS)
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.table.setColumnWidth(0, 220)
        return self.table

    def _make_foot(self) -> QVBoxLayout:
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.summary = QLabel(self, objectName="dim")
        self.summary.setWordWrap(True)
        self.start_button = QPushButton("Start", self)
        self.start_button.setDefault(True)
        self.start_button.clicked.connect(self.start)
        self.stop_button = QPushButton("Stop", self)
        self.stop_button.clicked.connect(self.cancel)
        self.close_button = QPushButton("Close", self)
        self.close_button.clicked.connect(self.reject)
        line = QHBoxLayout()
        line.addWidget(self.summary, 1)
        for button in (self.start_button, self.stop_button, self.close_button):
            button.setAutoDefault(False)
            line.addWidget(button)
        foot = QVBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.progress)
        foot.addLayout(line)
        return foot

    def _with_browse(self, field: QLineEdit, title: str) -> QWidget:
        field.setAccessibleName(title)
        button = QPushButton("Choose…", self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: self._browse(field, title))
        box = QWidget(self)
        line = QHBoxLayout(box)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(field, 1)
        line.addWidget(button)
        return box

    def _browse(self, field: QLineEdit, title: str) -> None:
        chosen = QFileDialog.getExistingDirectory(self, title, field.text())
        if chosen:
            field.setText(chosen)

    def _refresh(self) -> None:
        ready = bool(self.source.text().strip() and self.target.text().strip())
        self.start_button.setEnabled(ready and not self.running)
        self.stop_button.setEnabled(self.running)

    def _set_running(self, running: bool) -> None:
        self.running = running
        for widget in (self.source, self.target, self.recipe, self.reference, self.format, self.save_labels,
                       self.overwrite):  # fmt: skip
            widget.setEnabled(not running)
        self._refresh()

    def _read_settings(self) -> None:
        self.source.setText(self._settings["batch.in_folder"] or self._settings["files.open_folder"])
        self.target.setText(self._settings["batch.out_folder"] or str(self._out.absolute()))
        self.format.setCurrentIndex(max(0, self.format.findData(self._settings["batch.format"])))
        self.save_labels.setChecked(self._settings["batch.save_labels"])
        self.offer_recipe(None)
        if self._settings["batch.recipe"]:
            self.recipe.choose(Path(self._settings["batch.recipe"]))

    def _remember(self) -> None:
        self._settings["batch.in_folder"] = self.source.text().strip()
        self._settings["batch.out_folder"] = self.target.text().strip()
        self._settings["batch.recipe"] = self.recipe.path
        self._settings["batch.format"] = self.format.currentData()
        self._settings["batch.save_labels"] = self.save_labels.isChecked()
