"""What holds for the whole photo: vividness, temperature, tint, and looks of old prints."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from core.guidance import Settings
from core.rule_grooves import grooves
from gui.palette.widgets import IconButton, row
from gui.rules.row import SliderRow, factor, percent, signed

AXES = ("vividness", "temperature", "tint", "toning_strength")
_LIVELY = np.float32([38.0, 34.0])  # a*b* of the orange that stands for colour in the groove of vividness
_LIGHT = 62.0  # L* of the grooves


class WholePart(QWidget):
    """Shows Settings. began() and ended() frame a drag; wished(field, value) names a field of Settings; reset()."""

    began = Signal()
    ended = Signal()
    wished = Signal(str, object)
    reset = Signal()

    def __init__(self, looks: QMenu, parent: QWidget) -> None:
        super().__init__(parent)
        self.looks = QToolButton(self, objectName="looks")
        self.looks.setText("Looks ▾")
        self.looks.setAccessibleName("Looks")
        self.looks.setToolTip("<b>Looks</b><br>Sepia, hand-tinted and other old prints; your rules stay")
        self.looks.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.looks.setMenu(looks)
        self.back = IconButton("ph.arrow-counter-clockwise", "Reset", "No look, and all of these as at first", self)
        self.back.clicked.connect(self.reset)
        self.rows = {
            "vividness": SliderRow("vividness", "Vividness", "Weaker or stronger colour everywhere", 1.0, factor, self),
            "temperature": SliderRow("temperature", "Temperature", "Cooler or warmer everywhere", 0.0, signed, self),
            "tint": SliderRow("tint", "Tint", "Greener or more magenta everywhere", 0.0, signed, self),
            "toning_strength": SliderRow("toning_strength", "Toning", "How much of the look's ink", 1.0, percent, self),
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        title = QLabel("Whole photo", self, objectName="section")
        layout.addLayout(row(title, 1, self.looks, self.back, spacing=2))
        for axis, slider in self.rows.items():
            layout.addWidget(slider)
            slider.began.connect(self.began)
            slider.ended.connect(self.ended)
            slider.changed.connect(lambda value, axis=axis: self.wished.emit(axis, value))
        self._ink = _LIVELY
        self.show_settings(Settings())

    def show_settings(self, settings: Settings) -> None:
        """Show what is set; toning only where there is some."""
        for axis, slider in self.rows.items():
            slider.set_value(getattr(settings, axis))
        self.rows["toning_strength"].setVisible(bool(settings.toning))
        if settings.toning:
            from core.tones import range_chroma

            self._ink = range_chroma(settings.toning, np.float32([_LIGHT]))[0]
        if self.isVisible():
            self._show_grooves()
        self.back.setEnabled(not is_plain(settings))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_grooves()

    def _show_grooves(self) -> None:
        drawn = grooves(AXES[:3], _LIGHT, _LIVELY) | grooves(AXES[3:], _LIGHT, self._ink)
        for axis, groove in drawn.items():
            self.rows[axis].set_groove(*groove)

    def dress(self) -> None:
        """Take the icons of the theme that was just applied."""
        self.back.dress()


def is_plain(settings: Settings) -> bool:
    """Whether nothing of what is shown here is set."""
    plain = Settings()
    return not settings.toning and all(getattr(settings, axis) == getattr(plain, axis) for axis in AXES[:3])
