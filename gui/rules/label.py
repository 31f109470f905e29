"""What one label is to look like: its colour or range, how far, chroma, hue, temperature, tint, exact, lock."""

from __future__ import annotations

from pathlib import PurePath

import numpy as np
from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QCheckBox, QLabel, QVBoxLayout, QWidget

from core.guidance import Rule, Swatch
from core.label_facts import LabelFacts
from core.rule_edit import decides_colour
from core.rule_grooves import before_rule, grooves
from core.rules import Exactness, swatch_chroma
from gui import theme
from gui.palette.widgets import IconButton, dim, row, silently
from gui.rules.chip import Chip
from gui.rules.row import NAME_WIDTH, SliderRow, degrees, factor, percent, signed

_SAME = 0.5  # of ΔE2000, that nobody tells apart
MET = 2.0  # ΔE2000 that an exact colour promises
_LIVELY = 24.0  # units of chroma; a greyer colour shows no hue in a groove, so a livelier one stands for it
_GREY, _MIDDLE = Swatch(0.5, 0.5, 0.5), 60.0  # what stands for a label that is not in the photo: colour, L*
_DROP = "Click to choose; drop a swatch here; Delete takes it away"


class LabelMark(QWidget):
    """The overlay colour of a label, as in its row."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.color = QColor()
        self.setFixedSize(16, 16)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(128, 128, 128, 150))
        painter.setBrush(self.color)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)


class LabelPart(QWidget):
    """Shows the rule of one label.

    began() and ended() frame a drag, wished(field, value) says what the person wants of it in between or on its own:
    a field of Rule, with None as the swatch to take it away. choosing(field, Chip): a colour is to be chosen.
    locked(bool); copied(), pasted(), cleared() are the buttons, freed() takes its own reference away.
    """

    began = Signal()
    ended = Signal()
    wished = Signal(str, object)
    choosing = Signal(str, object)
    locked = Signal(bool)
    copied = Signal()
    pasted = Signal()
    cleared = Signal()
    freed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rule = Rule(0)
        self.facts: LabelFacts | None = None
        self._make_head()
        self._make_colour()
        self._make_rows()
        self._make_exact()
        self._make_reference()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(5)
        layout.addLayout(row(self.mark, self.name, 1, self.copy, self.paste, self.clear, spacing=2))
        layout.addLayout(row(dim("Colour", self, NAME_WIDTH), self.chip, self.light, self.range, spacing=4))
        layout.addWidget(self.reference)
        for slider in self.rows.values():
            layout.addWidget(slider)
        layout.addLayout(row(self.exact, 1, self.difference))
        layout.addWidget(self.lock)

    def _make_head(self) -> None:
        self.mark, self.name = LabelMark(self), QLabel(self, objectName="ruleLabel")
        self.name.setAccessibleName("Label whose colour is set")
        self.name.setContentsMargins(6, 0, 0, 0)
        self.copy = IconButton("ph.copy", "Copy rule", "Take this label's rule along, to other labels and photos", self)
        self.paste = IconButton("ph.clipboard-text", "Paste rule", "Give this label the rule that was copied", self)
        self.clear = IconButton("ph.eraser", "Clear rule", "Let the colorizer decide again", self)
        for button, signal in ((self.copy, self.copied), (self.paste, self.pasted), (self.clear, self.cleared)):
            button.clicked.connect(signal)

    def _make_colour(self) -> None:
        self.chip = Chip("Colour", _DROP, self)
        self.light = Chip("Colour where it is light", _DROP, self)
        self.chip.setObjectName("chip.swatch")
        self.light.setObjectName("chip.swatch_light")
        self.range = IconButton("ph.circle-half", "Range", "One colour where it is dark, another where light", self)
        self.range.setCheckable(True)
        self.range.setObjectName("range")
        for field, chip in (("swatch", self.chip), ("swatch_light", self.light)):
            chip.clicked.connect(lambda _=False, field=field, chip=chip: self.choosing.emit(field, chip))
            chip.dropped.connect(lambda swatch, field=field: self.wished.emit(field, swatch))
            chip.cleared.connect(lambda field=field: self.wished.emit(field, None))
        self.range.clicked.connect(self._range_told)

    def _make_rows(self) -> None:
        wanted = (
            ("strength", "Strength", "How far the label's colours go to the chosen one", 1.0, percent),
            ("chroma_gain", "Chroma", "Weaker or stronger colour", 1.0, factor),
            ("hue_shift", "Hue", "Turn all its hues", 0.0, degrees),
            ("temperature", "Temperature", "Cooler or warmer", 0.0, signed),
            ("tint", "Tint", "Greener or more magenta", 0.0, signed),
        )
        self.rows: dict[str, SliderRow] = {}
        for axis, title, tip, home, text in wanted:
            made = self.rows[axis] = SliderRow(axis, title, tip, home, text, self)
            made.began.connect(self.began)
            made.ended.connect(self.ended)
            made.changed.connect(lambda value, axis=axis: self.wished.emit(axis, value))

    def _make_exact(self) -> None:
        self.exact = QCheckBox("Exact", self)
        self.exact.setToolTip("<b>Exact</b><br>The label's mean becomes this very colour, at the photo's own light")
        self.exact.clicked.connect(lambda on: self.wished.emit("exact", on))
        self.difference = QLabel(self, objectName="dim")
        self.difference.setAccessibleName("Difference from the chosen colour")
        self.lock = QCheckBox("Lock colours", self)
        self.lock.setToolTip("<b>Lock colours</b><br>This label's pixels stay as they are, to the bit, whatever else "
                             "is changed")  # fmt: skip
        self.lock.clicked.connect(self.locked)

    def _make_reference(self) -> None:
        self.reference = QWidget(self)
        self.reference_name = QLabel(self.reference, objectName="ruleReference")
        self.reference_name.setAccessibleName("The label's own reference")
        self.free = IconButton("ph.x", "No own reference", "Colour the label as the rest of the photo", self.reference)
        self.free.clicked.connect(self.freed)
        title = dim("Reference", self.reference, NAME_WIDTH)
        self.reference.setLayout(row(title, self.reference_name, 1, self.free, spacing=4))
        self.reference.hide()

    # -- what is shown

    def show_label(self, name: str, color: QColor) -> None:
        """Whose rule is shown, by name and overlay colour."""
        self.mark.color = color
        self.mark.update()
        metrics = self.name.fontMetrics()
        self.name.setText(metrics.elidedText(name, Qt.TextElideMode.ElideRight, 120))
        self.name.setToolTip(name)

    def show_rule(self, rule: Rule, locked: bool, can_lock: bool, can_paste: bool) -> None:
        """Show a rule, and what can be done with it."""
        self._rule = rule
        for axis, slider in self.rows.items():
            slider.set_value(getattr(rule, axis))
        ranged = rule.swatch_light is not None
        silently(self.range, lambda: self.range.setChecked(ranged))
        self.light.setVisible(ranged)
        silently(self.exact, lambda: self.exact.setChecked(rule.exact))
        silently(self.lock, lambda: self.lock.setChecked(locked))
        self._show_reference(rule.reference)
        chosen, free = rule.swatch is not None, not rule.exact
        self.rows["strength"].setEnabled(chosen and free)
        self.rows["temperature"].setEnabled(free)
        self.rows["tint"].setEnabled(free)
        self.range.setEnabled(chosen)
        self.exact.setEnabled(chosen)
        self.lock.setEnabled(locked or can_lock)
        self.paste.setEnabled(can_paste)
        self.copy.setEnabled(decides_colour(rule))
        self.clear.setEnabled(decides_colour(rule))
        self._show_colours()

    def _show_reference(self, path: str | None) -> None:
        metrics = self.reference_name.fontMetrics()
        name = metrics.elidedText(PurePath(path or "").name, Qt.TextElideMode.ElideMiddle, 120)
        self.reference_name.setText(name)
        self.reference_name.setToolTip(path or "")
        self.reference.setVisible(path is not None)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show_colours()

    def show_facts(self, facts: LabelFacts | None) -> None:
        """Show what the label looks like in the newest result; None where it is not in the photo."""
        self.facts = facts
        self._show_colours()

    def dress(self) -> None:
        """Take the icons of the theme that was just applied."""
        for button in (self.copy, self.paste, self.clear, self.range, self.free):
            button.dress()
        for slider in self.rows.values():
            slider.dress()
        self._show_difference()

    def _show_colours(self) -> None:
        rule, facts = self._rule, self.facts
        now = facts.color if facts else None
        self.chip.show_swatch(rule.swatch, now)
        self.light.show_swatch(rule.swatch_light, now)
        self._show_difference()
        if self.isVisible():
            self._show_grooves()

    def _show_grooves(self) -> None:
        rule, facts = self._rule, self.facts
        if rule.swatch is not None:
            chroma = swatch_chroma(rule.swatch)
        else:
            chroma = before_rule(swatch_chroma(facts.color if facts else _GREY), rule)
        drawn = grooves(tuple(self.rows), facts.light if facts else _MIDDLE, lively(chroma))
        for axis, slider in self.rows.items():
            slider.set_groove(*drawn[axis])

    def _show_difference(self) -> None:
        found = self.facts.exactness if self.facts and self._rule.exact else None
        self.difference.setText(difference_text(found))
        self.difference.setToolTip(difference_tip(found))
        met = found is not None and found.error <= MET
        self.difference.setStyleSheet(f"color: {theme.current().good if met else theme.current().dim};")

    def _range_told(self, on: bool) -> None:
        self.wished.emit("swatch_light", lighter(self._rule.swatch) if on else None)


def difference_text(found: Exactness | None) -> str:
    """How near an exact colour came, in a few signs."""
    if found is None:
        return ""
    nearest = found.error > MET and found.error <= found.best + _SAME
    return f"ΔE2000 {found.error:.1f}" + (", nearest there is" if nearest else "")


def difference_tip(found: Exactness | None) -> str:
    """The same, explained."""
    if found is None:
        return ""
    if found.error <= MET:
        return "The label's mean colour is the chosen one; below 2 nobody sees a difference"
    if found.error <= found.best + _SAME:
        return "At the light of this label no nearer colour exists; the photo's light is never changed"
    return f"The label's darkest and lightest pixels have no room for more colour; the best there is {found.best:.1f}"


def lively(chroma: np.ndarray) -> np.ndarray:
    """a*b* (2,) with at least so much chroma that a groove shows where hue and strength lead."""
    size = float(np.hypot(*chroma))
    if size < 0.5:
        return np.float32([_LIVELY, _LIVELY]) / np.float32(np.sqrt(2))
    return chroma * np.float32(max(1.0, _LIVELY / size))


def lighter(swatch: Swatch) -> Swatch:
    """The same hue a good step lighter: where a range begins."""
    from core.oklch import lch_of, swatch_of

    light, chroma, hue = (float(part) for part in lch_of(swatch))
    return swatch_of(np.float32([min(light + 0.22, 0.96), chroma * 0.85, hue]))
