"""A number from 1 to 100, by slider or by hand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QSpinBox, QWidget


class Quality(QWidget):
    """The quality of lossy formats."""

    changed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        slider = QSlider(Qt.Orientation.Horizontal, self, objectName="exportQualitySlider")
        slider.setAccessibleName("Quality")
        self._number = QSpinBox(self, objectName="exportQuality")
        self._number.setAccessibleName("Quality in numbers")
        for widget in (slider, self._number):
            widget.setRange(1, 100)
        slider.valueChanged.connect(self._number.setValue)
        self._number.valueChanged.connect(slider.setValue)
        self._number.valueChanged.connect(self.changed)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(slider, 1)
        line.addWidget(self._number)

    @property
    def value(self) -> int:
        """1..100."""
        return self._number.value()

    def set_value(self, value: int) -> None:
        """Go to `value`."""
        self._number.setValue(value)
