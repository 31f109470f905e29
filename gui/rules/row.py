"""One control of the Colour panel: its name, a slider that shows where it leads, its value."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from core.rule_grooves import RANGES
from gui import theme
from gui.palette.slider import GamutSlider

NAME_WIDTH, VALUE_WIDTH = 82, 46  # logical pixels


def percent(value: float) -> str:
    """0..1 as a person reads it."""
    return f"{value * 100:.0f} %"


def factor(value: float) -> str:
    """A factor, 1 being "as it is"."""
    return f"{value * 100:.0f} %"


def degrees(value: float) -> str:
    """A turn, with its direction."""
    return f"{value:+.0f}°" if round(value) else "0°"


def signed(value: float) -> str:
    """A shift, with its direction."""
    return f"{value:+.0f}" if round(value) else "0"


class SliderRow(QWidget):
    """A row for the axis `axis` of `core.rule_grooves.RANGES`.

    began() and ended() frame a change, changed(float) comes between. Values near `home`, where the slider changes
    nothing, snap to it; a double click goes there.
    """

    began = Signal()
    changed = Signal(float)
    ended = Signal()

    def __init__(self, axis: str, title: str, tip: str, home: float, text: Callable[[float], str],
                 parent: QWidget) -> None:  # fmt: skip
        super().__init__(parent)
        low, high = RANGES[axis]
        self.axis, self.home = axis, home
        self._text, self._near = text, (high - low) / 80
        self._groove = np.zeros((0, 3), np.uint8), np.zeros(0, bool)
        self._name = QLabel(title, self, objectName="dim")
        self._name.setFixedWidth(NAME_WIDTH)
        self.slider = GamutSlider(title, low, high, (high - low) / 100, home, self)
        self.slider.setObjectName(f"slider.{axis}")
        self.slider.setMinimumWidth(72)  # the panel is narrow
        self.setToolTip(f"<b>{title}</b>  double click resets<br>{tip}")
        self.value = QLabel(self, objectName="dim")
        self.value.setFixedWidth(VALUE_WIDTH)
        self.value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(4)
        line.addWidget(self._name)
        line.addWidget(self.slider, 1)
        line.addWidget(self.value)
        self.slider.began.connect(self.began)
        self.slider.ended.connect(self.ended)
        self.slider.changed.connect(self._moved)
        self.set_value(home)

    def set_value(self, value: float) -> None:
        """Show a value without telling anybody; one beyond the slider is still told by its number."""
        self.slider.set_value(value)
        self.value.setText(self._text(value))
        self.slider.setAccessibleDescription(self.value.text())

    def set_groove(self, colors: np.ndarray, inside: np.ndarray) -> None:
        """The colours the slider leads to, as `core.rule_grooves.groove` has them."""
        self._groove = colors, inside
        self._show_groove()

    def dress(self) -> None:
        """Take the colours of the theme that was just applied."""
        self._show_groove()

    def changeEvent(self, event: QEvent) -> None:
        """Colours that cannot be reached now are faint."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.EnabledChange:
            self._show_groove()

    def _show_groove(self) -> None:
        colors, inside = self._groove
        if not self.isEnabled() and len(colors):
            panel = np.uint16(QColor(theme.current().line).getRgb()[:3])
            colors = ((colors + 7 * panel) // 8).astype(np.uint8)
        self.slider.set_groove(colors, inside)

    def _moved(self, value: float) -> None:
        if abs(value - self.home) < self._near:
            value = self.home
        self.set_value(value)
        self.changed.emit(value)
