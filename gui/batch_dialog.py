"""Batch export: colour a whole folder or tree, with progress, a way to rest and to stop, and a line for every photo.

The work is `core.batch.run_batch` in the worker's thread, with the engine of the window, so that a batch, the window
and the command line make the same colours. The dialog may stay open beside the work, and closing it asks the batch to
stop. Where one stopped before its end, the next start offers to go on with it.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.batch import BatchReport, FileReport, Pace, write_report
from core.batch_job import DONE, FAILED, SKIPPED
from core.guidance import Recipe, Reference
from core.labels import LabelSet
from gui import theme
from gui.background import Background
from gui.batch_options import BatchOptions, Found

if TYPE_CHECKING:
    from gui.settings import Settings
    from gui.worker import Worker

COLUMNS = ("Photo", "Status", "Time", "Message")
MOST_ROWS = 2000  # of the table; a longer batch has the rest in its report
FRAME = 72  # pixels that a title bar and the desktop's own bars may take of the screen


class BatchDialog(QDialog):
    """The dialog; it remembers its folders and choices in the settings."""

    def __init__(self, worker: Worker, settings: Settings, label_set: LabelSet, out: Path,
                 parent: QWidget | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle("Batch export")
        self._worker, self.label_set = worker, label_set
        self._background = Background(self)
        self.colorizer: str | None = None
        self.running = False
        self._found: Found | None = None
        self._pace, self._rest = Pace(), 0.0
        self.options = BatchOptions(settings, self)
        self.source, self.target = self.options.source, self.options.target
        self.recipe, self.reference, self.format = self.options.recipe, self.options.reference, self.options.format
        self.save_labels, self.overwrite = self.options.save_labels, self.options.overwrite
        self._build()
        self.options.read_settings(out)
        self._grow(self.options.more.is_open)
        self.options.more.head.toggled.connect(self._grow)
        self.options.changed.connect(self._refresh)
        self.options.changed.connect(self.offer.hide)
        worker.batchProgress.connect(self._one_done)
        worker.batchFinished.connect(self._all_done)
        worker.failed.connect(self._failed)
        self._refresh()

    def offer_recipe(self, own: Recipe | None) -> None:
        """Offer the recipe of the photo in the window, None where it has none, and those used lately."""
        self.options.offer_recipe(own)

    def offer_references(self, own: Mapping[str, tuple[Reference, ...]]) -> None:
        """Offer references of the window, by their titles."""
        self.options.offer_references(own)

    # -- what the person does

    def start(self) -> None:
        """Read the recipe, look at the references and find the photos; then colour them, or offer to go on."""
        if self.running:
            return
        self.options.remember()
        self.offer.hide()
        self._set_running(True)
        self.pause_button.setEnabled(False)
        self.summary.setText("Looking for photos…")
        self.table.setRowCount(0)
        self.progress.setRange(0, 0)
        self._background.run(self.options.wish().found, self._came, self._failed)

    def go_on(self) -> None:
        """Colour what the batch that stopped has left."""
        self._run(resume=True)

    def start_over(self) -> None:
        """Colour all, as if nothing had been done."""
        self._run(resume=False)

    def pause(self, paused: bool) -> None:
        """Rest after the photos in work, or go on."""
        self._worker.pause_batch(paused)
        self.pause_button.setText("Go on" if paused else "Pause")
        if paused:
            self._rest = time.monotonic()
            self.summary.setText(f"{self._progress_text()} · resting")
        else:
            self._pace.rested(time.monotonic() - self._rest)
            self.summary.setText(self._progress_text())

    def cancel(self) -> None:
        """Stop after the photos in work; what is done stays."""
        self._worker.cancel_batch()
        self.summary.setText("Stopping after this photo…")
        self.stop_button.setEnabled(False)
        self.pause_button.setEnabled(False)

    def reject(self) -> None:
        """Close; a batch at work is asked to stop first."""
        if self.running:
            self._worker.cancel_batch()
        super().reject()

    # -- what the background and the worker tell

    def _came(self, found: Found) -> None:
        self._found = found
        if found.stopped and found.stopped.done:
            stopped = found.stopped
            self.offer_text.setText(f"{stopped.done} of {stopped.total} were done when a batch stopped here.")
            self.summary.setText("")
            self._finish()
            self.offer.show()
            self.go_on_button.setFocus()
        else:
            self._run(resume=False)

    def _run(self, resume: bool) -> None:
        found = self._found
        self.offer.hide()
        self._set_running(True)
        total = len(found.inputs.paths)
        job = replace(
            found.wish.job, paths=found.inputs.paths, roots=found.inputs.roots, colorizer=self.colorizer,
            label_set=self.label_set, recipe=found.recipe, references=found.references, resume=resume,
        )  # fmt: skip
        self._pace = Pace()
        self.progress.setRange(0, total)
        self.progress.setValue(0)
        self.summary.setText(self._progress_text())
        self._worker.run_batch(job)

    def _one_done(self, done: int, total: int, report: FileReport) -> None:
        if not self.running:
            self._set_running(True)
        self._pace.add(report)
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        if self.stop_button.isEnabled():
            self.summary.setText(self._progress_text() + (" · resting" if self.pause_button.isChecked() else ""))
        self._add_row(report)

    def _progress_text(self) -> str:
        done, total = self.progress.value(), self.progress.maximum()
        left = "" if self.pause_button.isChecked() else self._pace.told(done, total)
        return f"{done} of {total} · {left}" if left else f"{done} of {total}"

    def _all_done(self, report: BatchReport) -> None:
        counts = {status: report.count(status) for status in (DONE, SKIPPED, FAILED)}
        told = ", ".join(f"{count} {status}" for status, count in counts.items() if count) or "Nothing to do"
        before = f" ({report.before} of them before)" if report.before else ""
        ended = "Stopped: " if report.interrupted else ""
        self.summary.setText(f"{ended}{told}{before} in {report.seconds:.1f} s")
        self._finish()
        path = self._found.wish.report if self._found else None
        if path is not None:
            self._background.run(lambda: write_report(report, path), lambda _: self._reported(path), self._say)

    def _reported(self, path: Path) -> None:
        self._say(f"{self.summary.text()} · report: {path}")

    def _say(self, text: str) -> None:
        self.summary.setText(text)

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
        message = report.message or self._output_text(report.output)
        message = message.replace(str(report.path), report.path.name)  # the remedy stands at the end: keep it in sight
        if self.table.rowCount() >= MOST_ROWS:
            self.table.removeRow(0)
        row = self.table.rowCount()
        self.table.insertRow(row)
        for column, text in enumerate((report.path.name, report.status, f"{report.seconds:.2f} s", message)):
            item = QTableWidgetItem(text)
            item.setToolTip(str(report.path) if column == 0 else text)
            if column == 1:
                item.setForeground(QColor(color))
            self.table.setItem(row, column, item)
        self.table.scrollToBottom()

    def _output_text(self, output: Path | None) -> str:
        """A result as it lies in the folder for them."""
        folder = self._found.wish.job.out_dir if self._found else None
        if output is None or folder is None or not output.is_relative_to(folder):
            return "" if output is None else str(output)
        return str(output.relative_to(folder))

    # -- how it looks

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(12)
        layout.addWidget(QLabel("Batch export", self, objectName="heading"))
        self.area = _Options(self.options, self)
        layout.addWidget(self.area)
        layout.addWidget(self._make_table(), 1)
        layout.addWidget(self._make_offer())
        layout.addLayout(self._make_foot())

    def _make_table(self) -> QTableWidget:
        self.table = QTableWidget(0, len(COLUMNS), self)
        self.table.setObjectName("batchReport")
        self.table.setMinimumHeight(120)
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

    def _make_offer(self) -> QWidget:
        """What is asked where a batch stopped before its end."""
        self.offer = QWidget(self)
        self.offer_text = QLabel(self.offer)
        self.go_on_button = self._button("Go on", self.go_on)
        self.start_over_button = self._button("Start over", self.start_over)
        line = QHBoxLayout(self.offer)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.offer_text, 1)
        line.addWidget(self.go_on_button)
        line.addWidget(self.start_over_button)
        self.offer.hide()
        return self.offer

    def _make_foot(self) -> QVBoxLayout:
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.summary = QLabel(self, objectName="dim")
        self.summary.setWordWrap(True)
        self.start_button = self._button("Start", self.start)
        self.start_button.setDefault(True)
        self.pause_button = self._button("Pause")
        self.pause_button.setCheckable(True)
        self.pause_button.clicked.connect(self.pause)
        self.stop_button = self._button("Stop", self.cancel)
        self.close_button = self._button("Close", self.reject)
        line = QHBoxLayout()
        line.addWidget(self.summary, 1)
        for button in (self.start_button, self.pause_button, self.stop_button, self.close_button):
            line.addWidget(button)
        foot = QVBoxLayout()
        foot.setSpacing(12)
        foot.addWidget(self.progress)
        foot.addLayout(line)
        return foot

    def _grow(self, unfolded: bool) -> None:
        """As tall as all options need, and no taller than the screen: then they scroll."""
        room = self.screen().availableGeometry().height() - FRAME
        self.resize(max(self.width(), 820), min(room, 824 if unfolded else 660))

    def _button(self, text: str, call=None) -> QPushButton:
        button = QPushButton(text, self)
        button.setAutoDefault(False)
        if call is not None:
            button.clicked.connect(lambda: call())
        return button

    def _refresh(self) -> None:
        self.start_button.setEnabled(self.options.ready and not self.running)
        self.stop_button.setEnabled(self.running)
        self.pause_button.setEnabled(self.running)

    def _set_running(self, running: bool) -> None:
        self.running = running
        if not running:
            self.pause_button.setChecked(False)
            self.pause_button.setText("Pause")
        self.options.setEnabled(not running)
        self._refresh()


class _Options(QScrollArea):
    """The options at their full height where the screen has it, scrolling where it has not."""

    def __init__(self, options: BatchOptions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("batchOptions")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setMinimumHeight(160)
        self.setWidget(options)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """What is inside may have become taller: it was unfolded, or dressed."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        """All that is inside, and the edge that the theme gives it."""
        edge = 2 * (self.viewport().y() + self.frameWidth())
        return self.widget().sizeHint() + QSize(edge, edge)
