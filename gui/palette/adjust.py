"""Adjust: hue, lightness and chroma in OKLCH, of the chosen swatch or of all; harmony; how others see the palette.

The sliders of one swatch stand where it stands. Those of the whole palette stand in the middle, say what is added
to all, and come back to the middle when they are let go.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from core.guidance import Swatch
from core.palette_grooves import AXES, RANGES, SHIFTS, groove, shift_groove
from gui.palette.slider import GamutSlider
from gui.palette.widgets import NAMES, dim, row, segments

HARMONY_TITLES = {
    "complementary": "Complementary",
    "triad": "Triad",
    "analogous": "Analogous",
    "split": "Split complementary",
}
SIGHTS = (("", "Normal sight"), ("protan", "Red-weak (protan)"), ("deutan", "Green-weak (deutan)"),
          ("tritan", "Blue-weak (tritan)"))  # fmt: skip
_TITLES = {"lightness": "Light", "chroma": "Chroma", "hue": "Hue"}
_SHOWN = ("hue", "lightness", "chroma")
_NEUTRAL = {"lightness": 0.0, "chroma": 1.0, "hue": 0.0}
_ONE_STEP = {"lightness": 0.01, "chroma": 0.005, "hue": 2.0}
_ALL_STEP = {"lightness": 0.01, "chroma": 0.05, "hue": 2.0}


class AdjustPart(QWidget):
    """The sliders. began() and ended() frame a change; swatchChanged(lch) and allShifted(hue, light, chroma) are
    absolute, from where the change began."""

    began = Signal()
    ended = Signal()
    swatchChanged = Signal(object)  # float32 (3,) OKLCH, maybe outside the gamut
    allShifted = Signal(float, float, float)
    harmonised = Signal(str)  # turn the palette's hues
    harmonyMade = Signal(str)  # a new palette from the chosen swatch
    sightChosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._swatches: tuple[Swatch, ...] = ()
        self._current = -1
        self._lch = np.zeros(3, np.float32)  # of the chosen swatch; its hue outlives greyness
        self._changing = False
        self._build_target()
        self._build_sliders()
        self._build_below()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.setSpacing(6)
        layout.addLayout(row(self.one, self.all, 1, self.harmony, spacing=0))
        for axis in _SHOWN:
            layout.addLayout(row(dim(_TITLES[axis], self, NAMES), self._stack[axis][0], self._stack[axis][1],
                                 self._values[axis]))  # fmt: skip
        layout.addLayout(row(dim("Seen by", self, NAMES), self.sight))
        layout.addWidget(self.contrast)
        self._show_mode()

    def _build_target(self) -> None:
        self.one, self.all = QToolButton(self), QToolButton(self)
        group = segments(self, (self.one, "Swatch", "Adjust the chosen swatch"),
                         (self.all, "All", "Adjust the whole palette"))  # fmt: skip
        group.buttonClicked.connect(lambda _: self._show_mode())

    def _build_sliders(self) -> None:
        self.sliders: dict[str, GamutSlider] = {}
        self.shifts: dict[str, GamutSlider] = {}
        self._values: dict[str, QLabel] = {}
        self._stack: dict[str, tuple[GamutSlider, GamutSlider]] = {}
        for axis in AXES:
            one = GamutSlider(f"{_TITLES[axis]} of the swatch", *RANGES[axis], _ONE_STEP[axis], None, self)
            all_ = GamutSlider(f"{_TITLES[axis]} of all", *SHIFTS[axis], _ALL_STEP[axis], _NEUTRAL[axis], self)
            all_.set_value(_NEUTRAL[axis])
            one.changed.connect(lambda value, axis=axis: self._one_moved(axis, value))
            all_.changed.connect(lambda _: self._all_moved())
            for slider in (one, all_):
                slider.began.connect(self._begin)
                slider.ended.connect(self._end)
            value = QLabel(self, objectName="dim")
            value.setFixedWidth(44)
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.sliders[axis], self.shifts[axis], self._values[axis] = one, all_, value
            self._stack[axis] = one, all_

    def _build_below(self) -> None:
        self.harmony = QToolButton(self)
        self.harmony.setText("Harmony ▾")
        self.harmony.setAccessibleName("Harmony")
        self.harmony.setToolTip("<b>Harmony</b><br>Turn the hues to those that go with the first swatch, or make a "
                                "palette from the chosen one")  # fmt: skip
        self.harmony.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self.harmony)
        for heading, signal in (("Turn the hues", self.harmonised), ("From the swatch", self.harmonyMade)):
            menu.addSection(heading)
            for kind, title in HARMONY_TITLES.items():
                entry = menu.addAction(f"{heading}: {title.lower()}")
                entry.triggered.connect(lambda _=False, kind=kind, signal=signal: signal.emit(kind))
        self.harmony.setMenu(menu)
        self.sight = QComboBox(self)
        self.sight.setAccessibleName("Seen by")
        self.sight.setToolTip("<b>Seen by</b><br>Show below each swatch how somebody else sees it")
        for key, text in SIGHTS:
            self.sight.addItem(text, key)
        self.sight.activated.connect(lambda _: self.sightChosen.emit(self.sight.currentData()))
        self.contrast = QLabel(self, objectName="dim")
        self.contrast.setWordWrap(True)
        self.contrast.setAccessibleName("Contrast")

    # -- what is shown

    def show_palette(self, swatches: Sequence[Swatch], current: int) -> None:
        """Stand where the chosen swatch stands."""
        self._swatches, self._current = tuple(swatches), current
        if self.isVisible():
            self._refresh()

    def showEvent(self, event) -> None:
        super().showEvent(event)
        self._refresh()

    def _refresh(self) -> None:
        from core.oklch import lch_of, swatch_of

        there = 0 <= self._current < len(self._swatches)
        self.setEnabled(there)
        if not there:
            return
        swatch = self._swatches[self._current]
        if swatch_of(self._lch).hex != swatch.hex:
            hue = self._lch[2]
            self._lch = lch_of(swatch)
            if self._lch[1] < 1e-3:
                self._lch[2] = hue
        for place, axis in enumerate(AXES):
            self.sliders[axis].set_value(float(self._lch[place]))
            if self.one.isChecked():
                self.sliders[axis].set_groove(*groove(self._lch, axis))
            elif not self._changing:
                self.shifts[axis].set_groove(*shift_groove(self._lch, axis))
        self._tell()
        self._tell_contrast(swatch)

    def _tell(self) -> None:
        if self.one.isChecked():
            texts = (f"{self._lch[0] * 100:.0f} %", f"{self._lch[1]:.3f}", f"{self._lch[2]:.0f}°")
        else:
            light, chroma, hue = (self.shifts[axis].value for axis in AXES)
            texts = (f"{light * 100:+.0f} %", f"{chroma * 100:.0f} %", f"{hue:+.0f}°")
        for axis, text in zip(AXES, texts):
            self._values[axis].setText(text)

    def _tell_contrast(self, swatch: Swatch) -> None:
        from core.vision import contrast

        black, white = contrast(swatch, Swatch(0, 0, 0)), contrast(swatch, Swatch(1, 1, 1))
        text = f"Contrast to black {black:.1f}, to white {white:.1f}"
        others = [contrast(swatch, one) for at, one in enumerate(self._swatches) if at != self._current]
        if others and len(others) <= 32:
            text += f", to the others {min(others):.1f}–{max(others):.1f}"
        self.contrast.setText(text)

    def _show_mode(self) -> None:
        for axis in AXES:
            self.sliders[axis].setVisible(self.one.isChecked())
            self.shifts[axis].setVisible(not self.one.isChecked())
        self._refresh()

    # -- what the person does

    def _begin(self) -> None:
        self._changing = True
        self.began.emit()

    def _end(self) -> None:
        self._changing = False
        self.ended.emit()
        for axis in AXES:
            self.shifts[axis].set_value(_NEUTRAL[axis])
        self._refresh()

    def let_go(self) -> None:
        """The palette was changed from elsewhere in the middle: what comes next begins there."""
        self._changing = False
        for axis in AXES:
            for slider in self._stack[axis]:
                slider.let_go()
            self.shifts[axis].set_value(_NEUTRAL[axis])
        self._refresh()

    def _one_moved(self, axis: str, value: float) -> None:
        self._lch = self._lch.copy()
        self._lch[AXES.index(axis)] = value
        self.swatchChanged.emit(self._lch.copy())
        self._refresh()

    def _all_moved(self) -> None:
        light, chroma, hue = (self.shifts[axis].value for axis in AXES)
        self.allShifted.emit(hue, light, chroma)
        self._tell()
