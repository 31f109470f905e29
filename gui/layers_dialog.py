"""Export layers and comparisons: what to write beside a result, where to, and a wipe that shows what it is about.

The dialog asks and shows; `exportAsked` says what the person wants and `show_progress`, `done_with` and `failed` tell
it how that goes. It stays open while files are written, so that there is somewhere to stop.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import numpy as np
from PySide6.QtCore import QElapsedTimer, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QHideEvent, QImage, QPainter, QPaintEvent, QPixmap, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from core import also_kinds as also
from core.file_names import safe_stem
from core.psd import missing

SHOWN = 640  # long side of the preview's pictures
_SECONDS = 5.0  # there, a rest, and back
_ROWS = {
    also.ORA: ("OpenRaster", "Layers for Krita, GIMP and MyPaint"),
    also.PSD: ("Photoshop", "The same layers, as PSD"),
    also.LABELS: ("Label map", "An indexed PNG with the labels’ names"),
    also.PALETTE: ("Palette", "Eight colours that stand for the result"),
    also.SIDE: ("Side by side", "Before and after in one picture"),
    also.PAIR: ("Before and after", "Two pictures of the same size"),
    also.WEBP: ("Animation", "A wipe to colour and back, as WebP"),
    also.GIF: ("Animated GIF", "The same, for where WebP is unknown"),
}
_TOPICS = (("Layers", (also.ORA, also.PSD, also.LABELS, also.PALETTE)),
           ("Comparisons", (also.SIDE, also.PAIR, also.WEBP, also.GIF)))  # fmt: skip


class Wipe(QWidget):
    """Colour that comes over the photo as it was and goes again; it moves only while it is seen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("wipe")
        self.setAccessibleName("Before and after")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(280, 200)
        self._pair: tuple[QPixmap, QPixmap] | None = None
        self._clock = QElapsedTimer()
        self._timer = QTimer(self, interval=40)
        self._timer.timeout.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(420, 320)

    def show_pair(self, pair: tuple[np.ndarray, np.ndarray]) -> None:
        """Show two sRGB pictures of one size, uint8 (h, w, 3)."""
        self._pair = tuple(QPixmap.fromImage(_image(pixels)) for pixels in pair)
        self._clock.start()
        self.update()

    @property
    def has_pair(self) -> bool:
        return self._pair is not None

    def share(self) -> float:
        """How much of it is in colour now, 0..1 from the left."""
        turn = (self._clock.elapsed() / 1000 % _SECONDS) / _SECONDS if self._clock.isValid() else 0.0
        rising = min(max((turn - 0.1) / 0.3, 0.0), 1.0)
        falling = min(max((turn - 0.75) / 0.2, 0.0), 1.0)
        share = rising - falling
        return share * share * (3 - 2 * share)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._timer.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._pair is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        before, after = self._pair
        size = before.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        whole = QRectF(left, top, size.width(), size.height())
        painter.drawPixmap(whole, before, QRectF(before.rect()))
        share = self.share()
        part = QRectF(left, top, size.width() * share, size.height())
        painter.drawPixmap(part, after, QRectF(0, 0, after.width() * share, after.height()))
        if 0 < share < 1:
            painter.fillRect(QRectF(part.right() - 1, top, 2, size.height()), QColor("white"))


def _image(pixels: np.ndarray) -> QImage:
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    return QImage(pixels.data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()


class LayersDialog(QDialog):
    """exportAsked(kinds, folder, stem) and cancelAsked() say what the person wants."""

    exportAsked = Signal(object, object, str)
    cancelAsked = Signal()

    def __init__(self, stem: str, folder: Path, kinds: Collection[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export layers and comparisons")
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self.working = False
        self.wipe = Wipe(self)
        self.boxes = {kind: self._box(kind, kind in kinds) for kind in also.KINDS}
        self.folder = QLineEdit(str(folder), self, objectName="alsoFolder")
        self.folder.setAccessibleName("Folder")
        self.stem = QLineEdit(stem, self, objectName="alsoName")
        self.stem.setAccessibleName("Name")
        for field in (self.folder, self.stem):
            field.textChanged.connect(self._refresh)
        self.note = QLabel(self, objectName="dim")
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(2 * self.fontMetrics().lineSpacing() + 2)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.progress = QProgressBar(self)
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(6)
        self.progress.setRange(0, 1000)
        self._lay_out()
        self._refresh()

    # -- what there is

    @property
    def kinds(self) -> tuple[str, ...]:
        """What is ticked, in the order of `core.also`."""
        return tuple(kind for kind, box in self.boxes.items() if box.isChecked() and box.isEnabled())

    @property
    def path(self) -> Path:
        """The folder the files go to."""
        return Path(self.folder.text().strip()).expanduser()

    # -- what the feature tells

    def show_progress(self, share: float) -> None:
        """How far the files are, 0..1."""
        self.progress.setValue(round(1000 * share))

    def done_with(self) -> None:
        """The files are written: nothing is left to ask."""
        self._set_working(False)
        self.accept()

    def failed(self, sentence: str) -> None:
        """Say what went wrong, and let the person change it."""
        self._set_working(False)
        self.note.setText(sentence)

    # -- what the person does

    def start(self) -> None:
        """Ask for the files that are ticked."""
        if self.working or not self._ready():
            return
        asked = self.kinds, self.path, self.stem.text().strip()
        self._set_working(True)
        self.exportAsked.emit(*asked)

    def reject(self) -> None:
        """Stop what is written, or close."""
        if not self.working:
            super().reject()
            return
        self.note.setText("Stopping…")
        self._no.setEnabled(False)
        self.cancelAsked.emit()

    def _browse(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Folder for the files", str(self.path))
        if chosen:
            self.folder.setText(chosen)

    # -- how it looks

    def _box(self, kind: str, ticked: bool) -> QCheckBox:
        box = QCheckBox(_ROWS[kind][0], self, objectName=f"also.{kind}")
        box.setChecked(ticked)
        if kind == also.PSD and missing():
            box.setEnabled(False)
            box.setToolTip(missing())
        box.toggled.connect(self._refresh)
        return box

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(24)
        top.addWidget(self.wipe, 1)
        top.addLayout(self._make_choices())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(22, 20, 22, 18)
        layout.setSpacing(14)
        layout.addWidget(QLabel("Export layers and comparisons", self, objectName="heading"))
        layout.addLayout(top, 1)
        layout.addLayout(self._make_fields())
        layout.addWidget(self.progress)
        layout.addLayout(self._make_foot())
        self.resize(940, 560)

    def _make_choices(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(9)
        row = 0
        for topic, kinds in _TOPICS:
            heading = QLabel(topic, self, objectName="section")
            heading.setContentsMargins(0, 12 if row else 0, 0, 0)
            grid.addWidget(heading, row, 0, 1, 2)
            for kind in kinds:
                row += 1
                grid.addWidget(self.boxes[kind], row, 0)
                grid.addWidget(QLabel(self._about(kind), self, objectName="dim"), row, 1)
            row += 1
        grid.setRowStretch(row, 1)
        return grid

    @staticmethod
    def _about(kind: str) -> str:
        return "Needs the package psd-tools" if kind == also.PSD and missing() else _ROWS[kind][1]

    def _make_fields(self) -> QGridLayout:
        self._choose = QPushButton("Choose…", self)
        self._choose.setAutoDefault(False)
        self._choose.clicked.connect(self._browse)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(8)
        grid.addWidget(QLabel("Folder", self), 0, 0)
        grid.addWidget(self.folder, 0, 1)
        grid.addWidget(self._choose, 0, 2)
        grid.addWidget(QLabel("Name", self), 1, 0)
        grid.addWidget(self.stem, 1, 1, 1, 2)
        return grid

    def _make_foot(self) -> QHBoxLayout:
        self._go = QPushButton("Export", self, objectName="alsoExport")
        self._go.setDefault(True)
        self._go.clicked.connect(self.start)
        self._no = QPushButton("Cancel", self, objectName="alsoCancel")
        self._no.setAutoDefault(False)
        self._no.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.note, 1)
        foot.addWidget(self._go, 0, Qt.AlignmentFlag.AlignBottom)
        foot.addWidget(self._no, 0, Qt.AlignmentFlag.AlignBottom)
        return foot

    def _ready(self) -> bool:
        stem = self.stem.text().strip()
        return bool(self.kinds and self.folder.text().strip() and stem) and stem == safe_stem(stem)

    def _refresh(self) -> None:
        self._go.setEnabled(self._ready() and not self.working)
        if not self.kinds:
            self.note.setText("Tick what to write.")
        elif not self._ready():
            self.note.setText("Give a folder, and a name that any computer allows.")
        else:
            tails = [tail for kind in self.kinds for tail in also.FILES[kind]]
            count = "1 file" if len(tails) == 1 else f"{len(tails)} files"
            self.note.setText(f"{count}: {self.stem.text().strip()}" + ", ".join(tails))

    def _set_working(self, working: bool) -> None:
        self.working = working
        for widget in (*self.boxes.values(), self.folder, self._choose, self.stem):
            widget.setEnabled(not working)
        if missing():
            self.boxes[also.PSD].setEnabled(False)
        self._no.setEnabled(True)
        self._no.setText("Stop" if working else "Cancel")
        self.progress.setValue(0)
        self._refresh()
        if working:
            self.note.setText("Writing…")
