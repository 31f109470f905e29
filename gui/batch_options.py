"""What a batch can be told: photos, results, recipe and format; folded away, what only large batches need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.batch_beside import COLOURED
from core.batch_inputs import Inputs, find_inputs
from core.batch_job import WORKERS, BatchJob
from core.batch_names import PLAIN, NamePattern
from core.batch_report import check_report, wants_pictures
from core.errors import BatchError
from core.guidance import Recipe, Reference
from core.journal import Unfinished, unfinished
from gui.export_dialog import FORMATS_OFFERED
from gui.palette.section import Section
from gui.recipe_box import RecipeBox, read
from gui.reference_box import ReferenceBox, checked

if TYPE_CHECKING:
    from gui.settings import Settings

REPORTS = "Contact sheet (*.html);;Table (*.csv);;JSON (*.json)"


@dataclass(frozen=True)
class Wish:
    """What the fields said at one moment; `found` reads what it names, which takes its time."""

    given: Path
    recursive: bool
    recipe: Recipe | Path | None
    references: tuple[Reference, ...]
    job: BatchJob
    report: Path | None

    def found(self) -> Found:
        """The photos, the recipe and a batch that stopped there. Raises UserError."""
        job = self.job
        NamePattern(job.name)
        if self.report is not None:
            check_report(self.report)
        for folder, what in ((job.label_maps_dir, "label maps"), (job.references_dir, "references")):
            if folder is not None and not folder.is_dir():
                raise BatchError(f"{folder} is not a folder; choose the one with the {what}.")
        inputs = find_inputs(
            [self.given], recursive=self.recursive, out_dir=job.out_dir, references_dir=job.references_dir
        )
        return Found(self, inputs, read(self.recipe), checked(self.references), unfinished(job.out_dir))


@dataclass(frozen=True)
class Found:
    """What a wish came to. `stopped` is a batch that stopped in the output folder."""

    wish: Wish
    inputs: Inputs
    recipe: Recipe
    references: tuple[Reference, ...]
    stopped: Unfinished | None


class BatchOptions(QWidget):
    """The form; it remembers its fields in the settings."""

    changed = Signal()

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self._settings = settings
        self._make_fields()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        usual, body = self._usual(), self._further()
        _aligned(usual, body.layout())
        layout.addLayout(usual)
        self.more = Section("More options", body, self)
        layout.addWidget(self.more)

    def _make_fields(self) -> None:
        self.source = self._line("Photos", "Folder of photos, or a pattern such as scans/**/*.tif")
        self.target = self._line("Results", "Folder for the results; made when it is missing")
        self.recursive = QCheckBox("With the folders below", self)
        self.recursive.setToolTip("The results get the same folders")
        self.format = QComboBox(self)
        self.format.setAccessibleName("Format")
        for name, title in FORMATS_OFFERED:
            self.format.addItem(title, name)
        self.recipe, self.reference = RecipeBox(self), ReferenceBox(self)
        self.save_labels = QCheckBox("Save label maps too", self)
        self.overwrite = QCheckBox("Replace results that are there already", self)
        self.name = self._line("Names of results", PLAIN)
        self.name.setToolTip("Text with {stem}, {parent}, {index}, {colorizer} and {label-set}, such as {stem}_color")
        self.label_maps = self._line("Label maps", "Folder with <stem>_labels.png; others are segmented")
        self.references = self._line("References by photo", "Folder with <stem>_ref.jpg, .png, …")
        self.report = self._line("Report", "None; .html is a contact sheet, .csv a table, or .json")
        self.projects = QCheckBox("Colour photos that have a project beside them by that", self)
        self.skip = QCheckBox("Leave alone photos with colour from", self)
        self.threshold = QDoubleSpinBox(self)
        self.threshold.setAccessibleName("Chroma from which a photo has colour")
        self.threshold.setToolTip("Mean chroma beside the photo's tone: sepia has below 1, a yellowed print up to 2.7, "
                                  "a colour photo mostly 3 to 20")  # fmt: skip
        self.threshold.setRange(0.5, 100)
        self.threshold.setDecimals(1)
        self.threshold.setSuffix(" chroma")
        self.threshold.setValue(COLOURED)
        self.threshold.setEnabled(False)
        self.skip.toggled.connect(self.threshold.setEnabled)
        self.workers = QSpinBox(self)
        self.workers.setAccessibleName("Photos at a time")
        self.workers.setRange(1, 16)
        self.workers.setValue(WORKERS)
        self.workers.setToolTip("How many are decoded ahead and written behind the network; each takes memory")

    def _line(self, name: str, hint: str) -> QLineEdit:
        field = QLineEdit(self)
        field.setAccessibleName(name)
        field.setPlaceholderText(hint)
        field.textChanged.connect(self.changed)
        return field

    def _usual(self) -> QFormLayout:
        form = _form()
        form.addRow("Photos", self._with_browse(self.source, "Folder of photos"))
        form.addRow("", self.recursive)
        form.addRow("Results", self._with_browse(self.target, "Folder for the results"))
        form.addRow("Recipe", self.recipe)
        form.addRow("Reference", self.reference)
        form.addRow("Format", self.format)
        form.addRow("", _beside(self.save_labels, self.overwrite))
        return form

    def _further(self) -> QWidget:
        body = QWidget(self)
        form = _form()
        form.setContentsMargins(0, 4, 0, 4)
        body.setLayout(form)
        form.addRow("Names", self.name)
        form.addRow("Label maps", self._with_browse(self.label_maps, "Folder with label maps"))
        form.addRow("References", self._with_browse(self.references, "Folder with references"))
        form.addRow("Report", self._with_browse(self.report, "Report of the batch", self._browse_report))
        form.addRow("", self.projects)
        form.addRow("", _beside(self.skip, self.threshold))
        form.addRow("In work", _beside(self.workers, QLabel("photos at a time", self)))
        return body

    def _with_browse(self, field: QLineEdit, title: str, browse=None) -> QWidget:
        button = QPushButton("Choose…", self)
        button.setAccessibleName(f"Choose: {title}")
        button.setAutoDefault(False)
        button.clicked.connect(lambda: (browse or self._browse)(field, title))
        box = _beside(field, button)
        box.layout().setStretch(0, 1)
        return box

    def _browse(self, field: QLineEdit, title: str) -> None:
        chosen = QFileDialog.getExistingDirectory(self, title, field.text())
        if chosen:
            field.setText(chosen)

    def _browse_report(self, field: QLineEdit, title: str) -> None:
        start = field.text() or str(Path(self.target.text().strip()) / "report.html")
        chosen, _ = QFileDialog.getSaveFileName(self, title, start, REPORTS)
        if chosen:
            field.setText(chosen)

    # -- what it says

    @property
    def ready(self) -> bool:
        """Whether there is enough to start."""
        return bool(self.source.text().strip() and self.target.text().strip())

    def offer_references(self, own: Mapping[str, tuple[Reference, ...]]) -> None:
        """Offer references of the window, by their titles."""
        self.reference.offer(own)

    def offer_recipe(self, own: Recipe | None) -> None:
        """Offer the recipe of the photo in the window, None where it has none, and those used lately."""
        self.recipe.offer(own, self._settings["files.recipes"])

    def wish(self) -> Wish:
        """What the fields say now."""
        report = _path(self.report)
        job = BatchJob(
            paths=(),
            out_dir=_path(self.target),
            save_labels=self.save_labels.isChecked(),
            format=self.format.currentData(),
            work_size=self._settings["colour.work_size"],
            overwrite=self.overwrite.isChecked(),
            name=self.name.text().strip() or PLAIN,
            label_maps_dir=_path(self.label_maps),
            references_dir=_path(self.references),
            projects=self.projects.isChecked(),
            skip_coloured=self.threshold.value() if self.skip.isChecked() else None,
            workers=self.workers.value(),
            thumbnails=wants_pictures(report),
        )
        return Wish(
            _path(self.source), self.recursive.isChecked(), self.recipe.source, self.reference.source, job, report
        )

    def read_settings(self, out: Path) -> None:
        """Take what was remembered; `out` is where results go if nothing was."""
        self.source.setText(self._settings["batch.in_folder"] or self._settings["files.open_folder"])
        self.target.setText(self._settings["batch.out_folder"] or str(out.absolute()))
        self.format.setCurrentIndex(max(0, self.format.findData(self._settings["batch.format"])))
        self.save_labels.setChecked(self._settings["batch.save_labels"])
        self.recursive.setChecked(self._settings["batch.recursive"])
        self.report.setText(self._settings["batch.report"])
        self.more.set_open(self._settings["batch.more"])
        self.offer_recipe(None)
        if self._settings["batch.recipe"]:
            self.recipe.choose(Path(self._settings["batch.recipe"]))

    def remember(self) -> None:
        """Keep the fields for the next start."""
        self._settings["batch.in_folder"] = self.source.text().strip()
        self._settings["batch.out_folder"] = self.target.text().strip()
        self._settings["batch.recipe"] = self.recipe.path
        self._settings["batch.format"] = self.format.currentData()
        self._settings["batch.save_labels"] = self.save_labels.isChecked()
        self._settings["batch.recursive"] = self.recursive.isChecked()
        self._settings["batch.report"] = self.report.text().strip()
        self._settings["batch.more"] = self.more.is_open


def _path(field: QLineEdit) -> Path | None:
    text = field.text().strip()
    return Path(text).expanduser() if text else None


def _form() -> QFormLayout:
    form = QFormLayout()
    form.setVerticalSpacing(8)
    form.setHorizontalSpacing(16)
    return form


def _aligned(*forms: QFormLayout) -> None:
    """Forms below each other get one column of names."""
    names = [form.labelForField(form.itemAt(row, QFormLayout.ItemRole.FieldRole).widget())
             for form in forms for row in range(form.rowCount())]  # fmt: skip
    names = [name for name in names if name is not None]
    widest = max(name.sizeHint().width() for name in names)
    for name in names:
        name.setMinimumWidth(widest)


def _beside(*widgets: QWidget) -> QWidget:
    """Widgets in a line, at its left."""
    box = QWidget()
    line = QHBoxLayout(box)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(16 if len(widgets) > 1 else 0)
    for widget in widgets:
        line.addWidget(widget)
    if not isinstance(widgets[0], QLineEdit):
        line.addStretch(1)
    return box
