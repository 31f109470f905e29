"""The Hints panel: which hint is selected, its colour in the picker, and how well it is met.

It shows what it is told and says by signals what the person wants (gui/features/hints answers).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from core.hints import Met
from gui import theme
from gui.gamut_picker import GamutPicker
from gui.palette.widgets import IconButton, row, scrolled, silently

NOTHING = "Click the photo to put this colour there, or draw with it."
_NEAR = 1.0  # ΔE2000 below which two colours look the same

_SHEET = """
QWidget#hintsPanel, QScrollArea#hintsScroll, QWidget#hintsParts {{ background: {panel}; }}
QWidget#hintsPanel QLabel, QWidget#hintsPanel QCheckBox {{ background: transparent; }}
QWidget#hintsPanel QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 6px;
    padding: 4px; color: {text}; }}
QWidget#hintsPanel QToolButton:hover {{ background: {hover}; }}
QWidget#hintsPanel QToolButton:focus {{ border: 1px solid {accent}; }}
QWidget#hintsPanel QToolButton:checked {{ background: {accent_soft}; }}
QWidget#hintsPanel QLabel#hintTitle {{ font-weight: 600; }}
"""


class HintsPanel(QWidget):
    """exactWished(bool), removed() and shownWished(bool) come from the person; `picker` has signals of its own."""

    exactWished = Signal(bool)
    removed = Signal()
    shownWished = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("hintsPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.title = QLabel(self, objectName="hintTitle")
        self.eye = IconButton("ph.eye", "Show hints", "Show the hints over the photo, or only what they do", self)
        self.eye.setCheckable(True)
        self.eye.setChecked(True)
        self.eye.clicked.connect(self.shownWished)
        self.bin = IconButton("ph.trash", "Remove hint", "Take the selected hint away (Delete)", self)
        self.bin.clicked.connect(self.removed)
        self.picker = GamutPicker(self)
        self.exact = QCheckBox("Exact", self)
        self.exact.setToolTip("<b>Exact</b><br>Every pixel inside the hint gets this colour; otherwise the hint's "
                              "mean does, and the play of colour stays")  # fmt: skip
        self.exact.clicked.connect(self.exactWished)
        self.met = QLabel(self, objectName="dim")
        self.met.setWordWrap(True)
        parts = QWidget(self, objectName="hintsParts")
        column = QVBoxLayout(parts)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        column.addWidget(self.picker)
        column.addWidget(self.exact)
        column.addWidget(self.met)
        column.addStretch(1)
        scroll = scrolled(parts, "hintsScroll", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 4, 4)
        layout.setSpacing(6)
        layout.addLayout(row(self.title, 1, self.eye, self.bin, spacing=2))
        layout.addWidget(scroll, 1)

    def show_hint(self, number: int | None, count: int, exact: bool) -> None:
        """Tell which hint of how many is selected (from 1, None for none), and whether it, or the next, is exact."""
        some = {0: "No hints yet", 1: "1 hint"}.get(count, f"{count} hints")
        self.title.setText(some if number is None else f"Hint {number} of {count}")
        self.bin.setEnabled(number is not None)
        silently(self.exact, lambda: self.exact.setChecked(exact))
        if number is None:
            self.met.setText(NOTHING)

    def show_met(self, met: Met, label: str = "") -> None:
        """Tell how well the selected hint is met, and on which label it is."""
        self.met.setText((f"On {label}. " if label else "") + told(met))

    def show_eye(self, shown: bool) -> None:
        """Tell whether hints are shown."""
        silently(self.eye, lambda: self.eye.setChecked(shown))
        self.eye.icon_name = "ph.eye" if shown else "ph.eye-slash"
        self.eye.dress()

    def dress(self) -> None:
        """Take icons and colours of the theme that was just applied."""
        self.setStyleSheet(_SHEET.format(**theme.codes()))
        for part in (self.eye, self.bin, self.picker):
            part.dress()


def told(met: Met) -> str:
    """How well a hint is met, in a sentence."""
    if met.error < _NEAR:
        return f"Met: ΔE {met.error:.1f}."
    if met.error - met.best < _NEAR:
        return f"ΔE {met.error:.1f}: at this light no colour is nearer."
    best = f", ΔE {met.best:.1f} could be" if met.best >= _NEAR else ""
    return f"ΔE {met.error:.1f} from the wish{best}."
