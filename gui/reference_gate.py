"""The gate under the hand: how far references count by what matches in meaning, how far by their overall colours.

One slider for the whole photo, and one for the current label once it is set apart.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QSlider, QVBoxLayout, QWidget

from gui.palette.widgets import dim, row, silently

WHOLE = -1  # in place of a label: the whole photo
_TIP = (
    "<b>Gate</b><br>Right: every place takes the colours of what looks like it in the reference.<br>"
    "Left: every place takes the reference's main colours, wherever they come from"
)


class GateBox(QWidget):
    """See the module. began() and ended() frame a drag, gated(WHOLE or LABEL, 0..1) comes in between; parted(bool): the
    current label is to have a gate of its own, or no longer."""

    LABEL = 0
    began = Signal()
    ended = Signal()
    gated = Signal(int, float)
    parted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("gateBox")
        self.whole, self.own = self._slider(WHOLE), self._slider(self.LABEL)
        self.whole.setAccessibleName("Gate: overall colours to semantic match")
        self.apart = QCheckBox(self)
        self.apart.setToolTip("<b>Apart</b><br>This label has a gate of its own")
        self.apart.clicked.connect(self.parted)
        self.left, self.right = dim("Overall colours", self), dim("Match", self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 6, 0)
        layout.setSpacing(2)
        top = row(self.left, spacing=6)
        top.addWidget(self.whole, 1)
        top.addWidget(self.right)
        layout.addLayout(top)
        below = row(self.apart, spacing=6)
        below.addWidget(self.own, 1)
        layout.addLayout(below)
        self.show_gates(1.0, None, "")

    def _slider(self, of: int) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal, self)
        slider.setRange(0, 100)
        slider.setMinimumWidth(60)
        slider.setToolTip(_TIP)
        slider.valueChanged.connect(lambda value: self.gated.emit(of, value / 100))
        slider.sliderPressed.connect(self.began)
        slider.sliderReleased.connect(self.ended)
        return slider

    def show_gates(self, whole: float, own: float | None, label: str) -> None:
        """Show the photo's gate and that of the label of a name; None where it has none of its own."""
        for slider, gate in ((self.whole, whole), (self.own, whole if own is None else own)):
            if not slider.isSliderDown():
                silently(slider, lambda slider=slider, gate=gate: slider.setValue(round(100 * gate)))
        self.apart.setText(self.fontMetrics().elidedText(f"{label} apart", Qt.TextElideMode.ElideRight, 110))
        silently(self.apart, lambda: self.apart.setChecked(own is not None))
        self.own.setEnabled(own is not None)
        self.own.setAccessibleName(f"Gate of {label}")

    def show_possible(self, possible: bool) -> None:
        """Whether the colorizer at work has a gate."""
        self.setEnabled(possible)
        self.setVisible(possible)
