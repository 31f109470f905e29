"""Export as…: where to, which format, which quality. Asks before anything is replaced."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
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
    QSlider,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from core.photo import Photo
from gui import saving

FORMATS = (("same", "Same as the photo"), ("png", "PNG"), ("jpg", "JPEG"), ("tiff", "TIFF"))
LOSSY = {".jpg", ".jpeg", ".webp"}


class ExportDialog(QDialog):
    """Fill in, press Export, then read `path`, `format` and `quality`."""

    def __init__(self, photo: Photo, folder: Path, format: str, quality: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export as")
        self.setMinimumWidth(560)
        self._photo = photo
        self._format = QComboBox(self, objectName="exportFormat")
        for name, title in FORMATS:
            self._format.addItem(title, name)
        self._format.setCurrentIndex(max(0, self._format.findData(format)))
        self._quality = self._make_quality(quality)
        self._path = QLineEdit(self, objectName="exportPath")
        self._path.setAccessibleName("File to write")
        stem = photo.path.stem if photo.path else "photo"
        self._path.setText(str(folder / f"{stem}_color{saving.suffix_for(photo, format)}"))
        self._build()
        self._format.currentIndexChanged.connect(self._format_told)
        self._path.textChanged.connect(self._path_told)
        self._path_told()

    @property
    def path(self) -> Path:
        """The file to write."""
        return Path(self._path.text().strip()).expanduser()

    @property
    def format(self) -> str:
        """`same`, `png`, `jpg` or `tiff`."""
        return self._format.currentData()

    @property
    def quality(self) -> int:
        """1..100, for JPEG and WebP."""
        return self._number.value()

    def accept(self) -> None:
        """Close with yes, unless the file is there and the person would rather keep it."""
        if self.path.is_dir():
            QMessageBox.information(self, "Export as", f"{self.path} is a folder; add a file name.")
            return
        if self.path.exists() and not self._may_replace():
            return
        super().accept()

    def _may_replace(self) -> bool:
        question = f"{self.path.name} is there already. Replace it?"
        answer = QMessageBox.question(
            self, "Export as", question, QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No,
            QMessageBox.StandardButton.No,
        )  # fmt: skip
        return answer == QMessageBox.StandardButton.Yes

    def _build(self) -> None:
        title = QLabel("Export as", self, objectName="heading")
        size = f"{self._photo.width} × {self._photo.height} pixels, {self._photo.depth} bits a channel"
        about = QLabel(f"{size}: as the photo was opened. Its light is kept to the last bit.", self, objectName="dim")
        browse = QPushButton("Choose…", self)
        browse.clicked.connect(self._browse)
        line = QHBoxLayout()
        line.addWidget(self._path, 1)
        line.addWidget(browse)
        form = QFormLayout()
        form.setVerticalSpacing(12)
        form.setHorizontalSpacing(16)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.addRow("Format", self._format)
        form.addRow("Quality", self._quality)
        form.addRow("File", line)
        buttons = QDialogButtonBox(self)
        self._go = buttons.addButton("Export", QDialogButtonBox.ButtonRole.AcceptRole)
        self._go.setDefault(True)
        buttons.addButton(QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(14)
        layout.addWidget(title)
        layout.addWidget(about)
        layout.addLayout(form)
        layout.addStretch(1)
        layout.addWidget(buttons)

    def _make_quality(self, quality: int) -> QWidget:
        box = QWidget(self)
        slider = QSlider(Qt.Orientation.Horizontal, box)
        slider.setAccessibleName("Quality")
        self._number = QSpinBox(box)
        for widget in (slider, self._number):
            widget.setRange(1, 100)
            widget.setValue(quality)
        slider.valueChanged.connect(self._number.setValue)
        self._number.valueChanged.connect(slider.setValue)
        line = QHBoxLayout(box)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(slider, 1)
        line.addWidget(self._number)
        return box

    def _format_told(self) -> None:
        suffix = saving.suffix_for(self._photo, self.format)
        self._path.setText(str(self.path.with_suffix(suffix)))

    def _path_told(self) -> None:
        self._quality.setEnabled(self.path.suffix.lower() in LOSSY)
        self._go.setEnabled(bool(self._path.text().strip()) and bool(self.path.name))

    def _browse(self) -> None:
        # Replacing is asked for once, on Export.
        option = QFileDialog.Option.DontConfirmOverwrite
        chosen, _ = QFileDialog.getSaveFileName(self, "Export as", str(self.path), options=option)
        if chosen:
            path = Path(chosen)
            self._path.setText(str(path if path.suffix else path.with_suffix(self.path.suffix)))
