"""The Sketch panel: how the paper between the strokes is coloured, which gaps are closed, what becomes of the lines.

It shows what it is told and says by signals what the person wants (gui/features/sketch answers).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QSlider, QToolButton, QVBoxLayout, QWidget

from core.guidance import Settings
from core.sketch_regions import WIDEST_GAP
from gui import theme
from gui.palette.widgets import IconButton, dim, row, scrolled, segments, silently

_LINES = (("keep", "Keep them"), ("layer", "Keep, and save apart"), ("drop", "Leave them out"))
_STEPS = 40  # of the slider of gaps

_SHEET = """
QWidget#sketchPanel, QScrollArea#sketchScroll, QWidget#sketchParts {{ background: {panel}; }}
QWidget#sketchPanel QLabel {{ background: transparent; }}
QWidget#sketchPanel QLabel#section {{ font-weight: 600; }}
QWidget#sketchPanel QToolButton {{ background: transparent; border: 1px solid {line}; border-radius: 6px;
    padding: 5px 8px; color: {text}; }}
QWidget#sketchPanel QToolButton:hover {{ background: {hover}; }}
QWidget#sketchPanel QToolButton:focus {{ border: 1px solid {accent}; }}
QWidget#sketchPanel QToolButton:checked {{ background: {accent_soft}; border: 1px solid {accent}; }}
"""


class SketchPanel(QWidget):
    """wished(field, value) names a field of Settings; gapWished(share of the long side); saveLines(); extract()."""

    wished = Signal(str, str)
    gapWished = Signal(float)
    saveLines = Signal()
    extract = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sketchPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.about = dim("", self)
        self.about.setWordWrap(True)
        self.fill = self._segments("fill", ("flat", "Flat", "One colour for every region"),
                                   ("shaded", "Shaded", "Colours play a little inside a region"))  # fmt: skip
        self.manner = self._segments(
            "manner", ("careful", "Careful", "Colours end exactly at their lines"),
            ("painterly", "Painterly", "The network's colours as they are, soft under the lines"))  # fmt: skip
        self.gap = QSlider(Qt.Orientation.Horizontal, self)
        self.gap.setRange(0, _STEPS)
        self.gap.setAccessibleName("Widest gap that is closed")
        self.gap.setToolTip("<b>Close gaps</b><br>Openings in the lines up to this width do not leak. Letting go finds "
                            "the regions anew; labels and rules start over")  # fmt: skip
        self.gap_told = dim("", self, 62)
        self.gap_told.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._long_side = 0
        self.gap.valueChanged.connect(lambda _: self._tell_gap())
        self.gap.sliderReleased.connect(self._gap_done)
        self.gap.actionTriggered.connect(lambda _: None if self.gap.isSliderDown() else self._key_gap())
        self.lines = QComboBox(self)
        for value, text in _LINES:
            self.lines.addItem(text, value)
        self.lines.setAccessibleName("Lines in results")
        self.lines.activated.connect(lambda _: self.wished.emit("lines", self.lines.currentData()))
        self.save = IconButton("ph.download-simple", "Save line art", "The strokes alone, as a transparent PNG", self,
                               "Save line art…")  # fmt: skip
        self.save.clicked.connect(self.saveLines)
        self.draw = IconButton("ph.magic-wand", "Photo to sketch", "Draw a photo as line art", self, "Photo to sketch…")
        self.draw.clicked.connect(self.extract)
        self._lay_out()

    @property
    def gap_share(self) -> float:
        """The gap that the slider stands at, as a share of the long side."""
        return self.gap.value() / _STEPS * WIDEST_GAP

    def show_settings(self, settings: Settings) -> None:
        """Show what is set of the document."""
        for field in ("fill", "manner"):
            self._buttons[field, getattr(settings, field)].setChecked(True)
        silently(self.lines, lambda: self.lines.setCurrentIndex(self.lines.findData(settings.lines)))

    def show_regions(self, count: int, gap: float, long_side: int) -> None:
        """Tell how many regions there are, and by which gap they were found in a photo of that long side."""
        self._long_side = long_side
        if not self.gap.isSliderDown():
            silently(self.gap, lambda: self.gap.setValue(round(gap / WIDEST_GAP * _STEPS)))
        self._tell_gap()
        self.about.setText(f"{count} regions. Fill joins them, a swatch dropped on one colours it." if count > 1 else
                           "One region: the lines enclose nothing. Close wider gaps, or draw labels.")  # fmt: skip

    def dress(self) -> None:
        """Take icons and colours of the theme that was just applied."""
        self.setStyleSheet(_SHEET.format(**theme.codes()))
        self.save.dress()
        self.draw.dress()

    # -- inside

    def _segments(self, field: str, *choices: tuple[str, str, str]) -> list[QToolButton]:
        made = []
        for value, text, tip in choices:
            button = QToolButton(self, objectName=f"sketch.{field}.{value}")
            button.setAccessibleName(text)
            button.clicked.connect(lambda _=False, value=value: self.wished.emit(field, value))
            made.append((button, text, f"<b>{text}</b><br>{tip}"))
        segments(self, *made)
        self._buttons = getattr(self, "_buttons", {}) | {
            (field, value): button for (value, *_), (button, *_) in zip(choices, made, strict=True)
        }
        return [button for button, *_ in made]

    def _lay_out(self) -> None:
        parts = QWidget(self, objectName="sketchParts")
        column = QVBoxLayout(parts)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(8)
        column.addWidget(self.about)
        lines = (
            ("Colours", row(*self.fill, 1)),
            ("Manner", row(*self.manner, 1)),
            ("Close gaps", row(self.gap, self.gap_told)),
            ("Lines in results", row(self.lines)),
        )
        for title, line in lines:
            column.addSpacing(4)
            column.addWidget(QLabel(title, self, objectName="section"))
            column.addLayout(line)
        column.addSpacing(8)
        column.addWidget(self.save)
        column.addWidget(self.draw)
        column.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 8, 4, 4)
        layout.addWidget(scrolled(parts, "sketchScroll", self))
        self.dress()

    def _tell_gap(self) -> None:
        pixels = round(self.gap_share * self._long_side)
        self.gap_told.setText(f"{pixels} px" if pixels else "none")

    def _gap_done(self) -> None:
        self.gapWished.emit(self.gap_share)

    def _key_gap(self) -> None:
        """The arrow keys moved it: the value is set after this signal."""
        self.gap.setValue(self.gap.sliderPosition())
        self.gapWished.emit(self.gap_share)
