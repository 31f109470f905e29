"""Export as…: where to, which format, how good; with the result at 100 % and the size of the file beside it.

Asks before anything is replaced. Settings that are used often get a name.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.file_names import is_there
from core.formats import CHOICES, FORMATS, SAME, SUBSAMPLINGS, ExportSettings, Format, format_named
from core.photo_pages import stem_of
from gui import saving
from gui.background import Background
from gui.export_preset_box import PresetBox
from gui.export_preview import ExportPreview
from gui.export_quality import Quality
from gui.saving import Work

FORMATS_OFFERED = ((SAME, "Same as the photo"), *((name, format_named(name).title) for name in CHOICES))
AUTOMATIC = None  # the data of a choice that is left to photo and format


class ExportDialog(QDialog):
    """Fill in, press Export, then read `path`, `settings` and `presets`."""

    def __init__(
        self, work: Work, folder: Path, settings: ExportSettings, presets: dict[str, ExportSettings],
        looks: Background, weighs: Background, parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self.setWindowTitle("Export as")
        self._photo = work.photo
        self._make_fields()
        stem = stem_of(self._photo.path) if self._photo.path else "photo"
        self._path.setText(str(folder / f"{stem}_color{saving.suffix_for(self._photo, settings.format)}"))
        self.preview = ExportPreview(work, looks, weighs, self)
        self._preset_box = PresetBox(presets, self)
        self._build()
        self._listen()
        self.set_settings(settings)

    @property
    def path(self) -> Path:
        """The file to write."""
        return Path(self._path.text().strip()).expanduser()

    @property
    def settings(self) -> ExportSettings:
        """How to write it. What its format does not have is left to it."""
        form = self._form
        lossless = form.lossless and self._lossless.isChecked()
        return ExportSettings(
            self._format.currentData(),
            depth=self._depth.currentData() if len(form.depths) > 1 else AUTOMATIC,
            quality=self._quality.value if form.has_quality and not lossless else None,
            subsampling=self._subsampling.currentData() if form.subsampled else AUTOMATIC,
            strip_gps=self._strip.isChecked() and form.carries,
        )

    @property
    def presets(self) -> dict[str, ExportSettings]:
        """The named settings as they are now."""
        return self._preset_box.presets

    def set_settings(self, settings: ExportSettings) -> None:
        """Fill in other settings, such as those of a preset."""
        self._format.setCurrentIndex(max(0, self._format.findData(settings.format)))
        self._depth.setCurrentIndex(max(0, self._depth.findData(settings.depth)))
        self._subsampling.setCurrentIndex(max(0, self._subsampling.findData(settings.subsampling)))
        self._lossless.setChecked(settings.quality is None or settings.quality == 100)
        usual = 95 if self._form.lossless or self._form.quality is None else self._form.quality
        self._quality.set_value(usual if settings.quality is None else settings.quality)
        self._strip.setChecked(settings.strip_gps)
        self._told()
        self._path_told()

    def accept(self) -> None:
        """Close with yes, unless the file is there and the person would rather keep it."""
        if is_there(self.path) and self.path.is_dir():
            QMessageBox.information(self, "Export as", f"{self.path} is a folder; add a file name.")
            return
        if is_there(self.path) and not self._may_replace():
            return
        super().accept()

    def done(self, result: int) -> None:
        """Close; what the preview has at work is not waited for."""
        self.preview.stop()
        super().done(result)

    def _may_replace(self) -> bool:
        question = f"{self.path.name} is there already. Replace it?"
        answer = QMessageBox.question(
            self, "Export as", question, QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
            QMessageBox.StandardButton.No,
        )  # fmt: skip
        return answer == QMessageBox.StandardButton.Yes

    @property
    def _form(self) -> Format:
        """The format that the file will have."""
        return format_named(self._format.currentData()) or FORMATS.get(self._photo.format, FORMATS["PNG"])

    # -- building

    def _make_fields(self) -> None:
        self._format = QComboBox(self, objectName="exportFormat")
        for name, title in FORMATS_OFFERED:
            self._format.addItem(title, name)
        self._depth = QComboBox(self, objectName="exportDepth")
        for title, depth in ((f"As the photo ({self._photo.depth} bits)", AUTOMATIC), ("8 bits", 8), ("16 bits", 16)):
            self._depth.addItem(title, depth)
        self._subsampling = QComboBox(self, objectName="exportSubsampling")
        self._subsampling.addItem("By the quality", AUTOMATIC)
        for name, title in SUBSAMPLINGS.items():
            self._subsampling.addItem(f"{title}  {_MEANT[name]}", name)
        self._quality = Quality(self)
        self._lossless = QCheckBox("Lossless", self, objectName="exportLossless")
        self._strip = QCheckBox("Leave out where the photo was taken", self, objectName="exportStripGps")
        self._path = QLineEdit(self, objectName="exportPath")
        self._path.setAccessibleName("File to write")
        self._size = QLabel(self, objectName="exportSize")
        self._note = QLabel(self, objectName="dim")
        self._note.setWordWrap(True)

    def _build(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.preview, 1)
        under = QHBoxLayout()
        under.addWidget(QLabel("100 %, as the file will show it. Drag to move.", self, objectName="dim"))
        under.addStretch(1)
        under.addWidget(self._size)
        left.addLayout(under)
        right = QVBoxLayout()
        right.setSpacing(14)
        right.addWidget(QLabel("Export as", self, objectName="heading"))
        right.addLayout(self._make_form())
        right.addWidget(self._note)
        right.addStretch(1)
        right.addWidget(self._make_buttons())
        column = QWidget(self)
        column.setLayout(right)
        right.setContentsMargins(0, 0, 0, 0)
        column.setFixedWidth(372)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(22)
        layout.addLayout(left, 1)
        layout.addWidget(column)
        self.resize(960, 560)

    def _make_form(self) -> QFormLayout:
        browse = QPushButton("Choose…", self)
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self._path, 1)
        line.addWidget(browse)
        self._rows = form = QFormLayout()
        form.setVerticalSpacing(11)
        form.setHorizontalSpacing(16)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Preset", self._preset_box)
        form.addRow("Format", self._format)
        form.addRow("Depth", self._depth)
        form.addRow("", self._lossless)
        form.addRow("Quality", self._quality)
        form.addRow("Colour", self._subsampling)
        form.addRow("Privacy", self._strip)
        form.addRow("File", line)
        return form

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(self)
        self._go = buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        self._go.setDefault(True)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    def _listen(self) -> None:
        self._format.currentIndexChanged.connect(self._format_told)
        for box in (self._depth, self._subsampling):
            box.currentIndexChanged.connect(self._told)
        for check in (self._lossless, self._strip):
            check.toggled.connect(self._told)
        self._quality.changed.connect(self._told)
        self._path.textChanged.connect(self._path_told)
        self._preset_box.chosen.connect(self.set_settings)
        self.preview.weighed.connect(self._weighed)
        self.preview.failed.connect(self._size.setText)

    # -- what is told

    def _format_told(self) -> None:
        self._path.setText(str(self.path.with_suffix(saving.suffix_for(self._photo, self._format.currentData()))))
        self._told()

    def _told(self) -> None:
        """Show the rows that mean something now, and how the file would be."""
        form = self._form
        lossless = form.lossless and self._lossless.isChecked()
        for row, there in ((self._depth, len(form.depths) > 1), (self._lossless, form.lossless and form.has_quality),
                           (self._quality, form.has_quality and not lossless), (self._subsampling, form.subsampled),
                           (self._strip, form.carries)):  # fmt: skip
            self._rows.setRowVisible(row, there)
        settings = self.settings
        self._preset_box.show_name_of(settings)
        self._note.setText(_said(self._photo, form, settings))
        if self.preview.set_settings(settings):
            self._size.setText("File size: measuring…")

    def _path_told(self) -> None:
        """The suffix that was typed is the format that is wanted."""
        wish = format_named(self.path.suffix)
        place = self._format.findData(wish.id) if wish is not None and wish is not self._form else -1
        if place >= 0:
            with QSignalBlocker(self._format):
                self._format.setCurrentIndex(place)
            self._told()
        self._go.setEnabled(bool(self._path.text().strip()) and bool(self.path.name))

    def _weighed(self, size: int) -> None:
        self._size.setText(f"File size: {in_words(size)}")

    def _browse(self) -> None:
        # Replacing is asked for once, on Export.
        option = QFileDialog.Option.DontConfirmOverwrite
        chosen, _ = QFileDialog.getSaveFileName(self, "Export as", str(self.path), options=option)
        if chosen:
            path = Path(chosen)
            self._path.setText(str(path if path.suffix else path.with_suffix(self.path.suffix)))


_MEANT = {"444": "every pixel", "422": "half across", "420": "half both ways"}


def _said(photo, form: Format, settings: ExportSettings) -> str:
    """What will be kept, in short."""
    depth = settings.depth or (photo.depth if photo.depth in form.depths else form.depths[0])
    kept = [f"{photo.width} × {photo.height} pixels, {depth} bits a channel."]
    if depth < photo.depth:
        kept.append(f"The photo has {photo.depth}.")
    if photo.alpha is not None and not form.alpha:
        kept.append(f"{form.title} has no transparency: what is clear becomes white.")
    kept.append("It says how it was made." if form.carries else f"{form.title} holds no profile, EXIF or XMP.")
    return " ".join(kept)


def in_words(size: int) -> str:
    """Bytes for a person: "812 kB", "4.2 MB"."""
    for unit, digits in (("bytes", 0), ("kB", 0), ("MB", 1)):
        if size < 999.5:
            return f"{size:.{digits}f} {unit}"
        size /= 1000
    return f"{size:.2f} GB"
