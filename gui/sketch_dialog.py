"""Photo to sketch: five sliders and a live preview, drawn in the background while they move.

The newest setting wins: while one preview is drawn, only the last of those that were wished meanwhile is remembered.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from core.photo import Photo
from core.xdog import HANDS, RANGES, Hand, preview, turned
from gui.background import Background

SHOWN = 900  # long side of the preview
_STEPS = 200
_ROWS = {
    "sigma": ("Stroke width", "How wide strokes are, in thousandths of the photo's long side (sigma)", "{:.1f} ‰"),
    "k": ("Surroundings", "How much wider the ground is that strokes stand out from (k)", "{:.1f} ×"),
    "sharpness": ("Sharpness", "How much edges stand out (p)", "{:.0f}"),
    "threshold": ("Threshold", "How light a place must be to stay paper; more fills dark places (epsilon)", "{:.2f}"),
    "softness": ("Softness", "From hard ink to soft pencil (phi)", "{:.0%}"),
}


class SketchDialog(QDialog):
    """saved(hand, path) and opened(hand) say what the person wants; the dialog draws nothing but its preview."""

    saved = Signal(object, object)
    opened = Signal(object)

    def __init__(self, photo: Photo, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Photo to sketch")
        self.setAccessibleName("Photo to sketch")
        self.photo, self.hand = photo, Hand()
        self._drawing = Background(self)
        self._stale = False
        self._page: QPixmap | None = None
        self.page = QLabel(self, objectName="sketchPage")
        self.page.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.page.setMinimumSize(320, 240)
        self.problem = QLabel(self, objectName="dim")
        self.problem.setWordWrap(True)
        self.problem.hide()
        self.style = QComboBox(self)
        self.style.addItems([*HANDS, "Own"])
        self.style.setAccessibleName("Way to draw")
        self.style.activated.connect(lambda _: self._take_style())
        self.sliders = {name: self._slider(name) for name in _ROWS}
        self._values = {name: QLabel(self, objectName="dim") for name in _ROWS}
        self._lay_out()
        self._show_hand()
        self._draw()

    @property
    def busy(self) -> bool:
        """Whether a preview is still to come."""
        return self._drawing.busy

    def done(self, result: int) -> None:
        """Wait for the preview under way; its answer finds nobody."""
        self._stale = False
        self._drawing.stop()
        super().done(result)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_page()

    # -- building

    def _slider(self, name: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self, objectName=f"xdog.{name}")
        slider.setRange(0, _STEPS)
        slider.setMinimumWidth(180)
        slider.setAccessibleName(_ROWS[name][0])
        slider.setToolTip(f"<b>{_ROWS[name][0]}</b><br>{_ROWS[name][1]}")
        slider.valueChanged.connect(lambda step: self._turn(name, step))
        return slider

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        grid.addWidget(QLabel("Way to draw", self), 0, 0)
        grid.addWidget(self.style, 0, 1, 1, 2)
        for at, name in enumerate(_ROWS, start=1):
            self._values[name].setMinimumWidth(48)
            self._values[name].setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(QLabel(_ROWS[name][0], self), at, 0)
            grid.addWidget(self.sliders[name], at, 1)
            grid.addWidget(self._values[name], at, 2)
        self.save = QPushButton("Save line art…", self)
        self.save.clicked.connect(self._ask_path)
        self.open_new = QPushButton("Open as new sketch", self, objectName="openSketch")
        self.open_new.setDefault(True)
        self.open_new.clicked.connect(self._open)
        cancel = QPushButton("Cancel", self)
        cancel.clicked.connect(self.reject)
        side = QVBoxLayout()
        side.setSpacing(14)
        side.addLayout(grid)
        side.addWidget(self.problem)
        side.addStretch(1)
        for button in (self.open_new, self.save, cancel):
            side.addWidget(button)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(18, 18, 18, 18)
        layout.setSpacing(18)
        layout.addWidget(self.page, 1)
        layout.addLayout(side)
        height, width = self.photo.size
        self.resize(920, max(460, min(720, round(560 * height / max(width, 1)) + 36)))

    # -- what the person does

    def _turn(self, name: str, step: int) -> None:
        low, high = RANGES[name]
        self.hand = turned(self.hand, name, low + (high - low) * step / _STEPS)
        self._show_values()
        self._draw()

    def _take_style(self) -> None:
        if self.style.currentText() in HANDS:
            self.hand = HANDS[self.style.currentText()]
            self._show_hand()
            self._draw()

    def _ask_path(self) -> None:
        path = self.photo.path
        wanted = path.with_name(f"{path.stem}_sketch.png") if path else Path("sketch.png")
        chosen, _ = QFileDialog.getSaveFileName(self, "Save line art", str(wanted), "PNG (*.png)")
        if chosen:
            self.saved.emit(self.hand, Path(chosen).with_suffix(".png"))

    def _open(self) -> None:
        self.opened.emit(self.hand)
        self.accept()

    # -- what is shown

    def _show_hand(self) -> None:
        for name, slider in self.sliders.items():
            low, high = RANGES[name]
            slider.blockSignals(True)
            slider.setValue(round((getattr(self.hand, name) - low) / (high - low) * _STEPS))
            slider.blockSignals(False)
        self._show_values()

    def _show_values(self) -> None:
        for name, label in self._values.items():
            label.setText(_ROWS[name][2].format(getattr(self.hand, name)))
        named = next((name for name, hand in HANDS.items() if hand == self.hand), "Own")
        self.style.setCurrentText(named)

    def _draw(self) -> None:
        if self._drawing.busy:
            self._stale = True
            return
        self._stale = False
        photo, hand = self.photo, self.hand
        self._drawing.run(lambda: preview(photo, hand, SHOWN), self._came, self._failed)

    def _came(self, page: np.ndarray) -> None:
        height, width = page.shape
        image = QImage(page.data, width, height, width, QImage.Format.Format_Grayscale8)
        self._page = QPixmap.fromImage(image)
        self.problem.hide()
        self._show_page()
        if self._stale:
            self._draw()

    def _failed(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.show()

    def _show_page(self) -> None:
        if self._page is not None:
            mode = Qt.TransformationMode.SmoothTransformation
            self.page.setPixmap(self._page.scaled(self.page.size(), Qt.AspectRatioMode.KeepAspectRatio, mode))
