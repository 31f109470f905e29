"""The Colour panel: the rule of the current label, what holds for the whole photo, and recipes of both.

    label     colour or range, strength, chroma, hue, temperature, tint, exact, lock; copy, paste, clear
    whole     vividness, temperature, tint, looks
    recipe    save, load, recent ones, the last photo's

It shows what it is told and says by signals what the person wants (gui/features/colour and recipes answer).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QScrollArea, QToolButton, QVBoxLayout, QWidget

from gui import theme
from gui.palette.widgets import IconButton, row
from gui.rules.chooser import Chooser
from gui.rules.label import LabelPart
from gui.rules.whole import WholePart

_SHEET = """
QWidget#colourParts, QScrollArea#colourScroll {{ background: {panel}; }}
QScrollArea#colourScroll {{ border: 0; }}
QWidget#colourParts QLabel, QWidget#colourParts QCheckBox {{ background: transparent; }}
QWidget#colourParts QLabel:disabled {{ color: {faint}; }}
QLabel#ruleLabel {{ font-weight: 600; color: {text}; }}
QWidget#colourParts QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 6px;
    padding: 4px; color: {text}; }}
QWidget#colourParts QToolButton:hover {{ background: {hover}; }}
QWidget#colourParts QToolButton:focus {{ border: 1px solid {accent}; }}
QWidget#colourParts QToolButton:checked {{ background: {accent_soft}; }}
QWidget#colourParts QToolButton:disabled {{ color: {faint}; background: transparent; }}
QWidget#colourParts QToolButton::menu-indicator {{ image: none; width: 0; }}
QFrame#colourLine {{ background: {line}; border: 0; max-height: 1px; min-height: 1px; }}
"""


class RulesPanel(QScrollArea):
    """The panel. `recipe(str)` names the method of gui/features/recipes that is wanted."""

    recipe = Signal(str)

    def __init__(self, looks: QMenu, recent: QMenu, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("colourScroll")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget(self, objectName="colourParts")
        self.label, self.whole = LabelPart(inside), WholePart(looks, inside)
        self.chooser = Chooser(self)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.setSpacing(12)
        for part in (self.label, _line(inside), self.whole, _line(inside)):
            layout.addWidget(part)
        layout.addLayout(self._make_recipe(recent, inside))
        layout.addStretch(1)
        self.setWidget(inside)
        self.dress()

    def _make_recipe(self, recent: QMenu, parent: QWidget):
        self.save = IconButton("ph.floppy-disk", "Save recipe", "Keep rules, palette and settings in a file", parent)
        self.load = IconButton("ph.folder-open", "Load recipe", "Give this photo the recipe of a file", parent)
        self.last = IconButton("ph.arrow-bend-up-left", "Last photo's recipe",
                               "Give this photo what the photo before had", parent)  # fmt: skip
        for button, what in ((self.save, "save"), (self.load, "load"), (self.last, "use_last")):
            button.clicked.connect(lambda _=False, what=what: self.recipe.emit(what))
        self.recent = QToolButton(parent)
        self.recent.setText("Recent ▾")
        self.recent.setAccessibleName("Recent recipes")
        self.recent.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.recent.setMenu(recent)
        title = QLabel("Recipe", parent, objectName="section")
        return row(title, 1, self.save, self.load, self.last, self.recent, spacing=2)

    def show_possible(self, photo: bool, save: bool, last: bool, recent: bool) -> None:
        """What can be done now: whether there is a photo, something to save, a last photo's and recent recipes."""
        for widget in (self.label, self.whole):
            widget.setEnabled(photo)
        self.save.setEnabled(save)
        self.load.setEnabled(photo)
        self.last.setEnabled(photo and last)
        self.recent.setEnabled(photo and recent)

    def dress(self) -> None:
        """Take the colours and icons of the theme that was just applied."""
        self.setStyleSheet(_SHEET.format(**theme.codes()))
        for part in (self.label, self.whole, self.save, self.load, self.last):
            part.dress()


def _line(parent: QWidget) -> QFrame:
    return QFrame(parent, objectName="colourLine")
