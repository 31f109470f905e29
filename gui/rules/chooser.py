"""What a click on a chip opens: the colours there are at the label's light, the palette, the hex code.

It hangs below the chip, changes the colour at once, and goes away at a click elsewhere, Enter or Escape; Enter after
half a code lets it stay once, to say what is wrong. All that is tried while it is open is one step.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from core.guidance import Swatch
from gui import theme
from gui.gamut_picker import GamutPicker
from gui.palette.widgets import dim
from gui.swatch_row import SwatchRow

_WIDTH = 232  # logical pixels
_MOST = 12  # colours of the palette that are offered
_RECENT = 8

_SHEET = """
QFrame#chooser {{ background: {panel}; border: 1px solid {line}; border-radius: 8px; }}
QFrame#chooser QLabel {{ background: transparent; }}
QLabel#chooserTitle {{ font-weight: 600; color: {text}; }}
"""


class Chooser(QFrame):
    """chosen(Swatch) says a colour, as often as the person tries one; began() and ended() frame what belongs
    together."""

    began = Signal()
    chosen = Signal(object)
    ended = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("chooser")
        self.setFixedWidth(_WIDTH)
        self._recent: list[Swatch] = []
        self._problem = ""  # that was read
        self._title = QLabel(self, objectName="chooserTitle")
        self.picker = GamutPicker(self)
        self.picker.chosen.connect(self._chosen)
        self._heading = dim("Palette", self)
        self.palette_row = SwatchRow("Palette", self)
        self.palette_row.taken.connect(self._taken)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(11, 10, 11, 11)
        layout.setSpacing(6)
        for widget in (self._title, self.picker, self._heading, self.palette_row):
            layout.addWidget(widget)

    def open_below(self, chip: QWidget, title: str, swatch: Swatch | None, light: float,
                   palette: Sequence[Swatch]) -> None:  # fmt: skip
        """Show for a chip what can be chosen: `swatch` is what it has now, `light` the L* of its label."""
        self.setStyleSheet(_SHEET.format(**theme.codes()))
        self._title.setText(title)
        self.picker.forget_problem()
        self._problem = ""
        self.picker.set_light(light)
        self.picker.set_swatch(swatch)
        self.picker.set_recent(self._recent)
        self.palette_row.show_swatches(palette[:_MOST])
        for widget in (self._heading, self.palette_row):
            widget.setVisible(bool(palette))
        self.picker.dress()
        self.adjustSize()
        self.move(self._place(chip))
        self.began.emit()
        self.show()
        self.picker.plane.setFocus()

    def _place(self, chip: QWidget) -> QPoint:
        """Below the chip or above it, and on the screen."""
        corner = chip.mapToGlobal(QPoint(chip.width() - self.width(), chip.height() + 4))
        screen = (chip.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        x = max(min(corner.x(), screen.right() - self.width()), screen.left())
        below = corner.y() + self.height() <= screen.bottom()
        return QPoint(x, corner.y() if below else max(corner.y() - self.height() - chip.height() - 8, screen.top()))

    def _taken(self, swatch: Swatch) -> None:
        self.picker.set_swatch(swatch)
        self._chosen(swatch, True)

    def _chosen(self, swatch: Swatch, final: bool) -> None:
        if final:
            self._recent = [swatch, *(old for old in self._recent if old.hex != swatch.hex)][:_RECENT]
        self.chosen.emit(swatch)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        problem = self.picker.problem.text()
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if problem in ("", self._problem):
                self.close()
            self._problem = problem
            self.adjustSize()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.ended.emit()
