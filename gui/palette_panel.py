"""The Palette panel: the palette on top, always in sight, and below it three parts that fold away.

    swatches          chosen, moved, locked, dragged out
    code and name     of the chosen one; add, remove, open, paste, copy, save
    Make              from words, the photo, a picture, nothing
    Adjust            hue, lightness, chroma, harmony, sight
    Apply             to the photo

It shows what it is told and says by signals what the person wants (gui/features/palette answers).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLineEdit, QMenu, QScrollArea, QToolButton, QVBoxLayout, QWidget

from core.guidance import Swatch
from gui import theme
from gui.palette.adjust import AdjustPart
from gui.palette.apply import ApplyPart
from gui.palette.make import MakePart
from gui.palette.section import Section
from gui.palette.strip import SwatchStrip
from gui.palette.widgets import IconButton, row, scrolled

SECTIONS = ("make", "adjust", "apply")
_BUTTONS = (
    ("add", "ph.plus", "Add", "Add a swatch like the chosen one"),
    ("remove", "ph.minus", "Remove", "Take the chosen swatch out (Delete)"),
    ("lock", "ph.lock-simple", "Lock", "Keep the chosen swatch when words are asked again (Space)"),
    ("open", "ph.folder-open", "Open", "Open palette files or pictures; they can be dropped here too"),
    ("paste", "ph.clipboard", "Paste", "Take hex codes, CSS, a palette's address, a picture or files (Ctrl+V)"),
    ("copy", "ph.copy", "Copy", "As hex codes (Ctrl+C), as CSS or as an address"),
    ("save", "ph.floppy-disk", "Save", "Save the palette for this or another program"),
)
_COPIES = (("copy", "Hex codes"), ("copy_css", "CSS variables"), ("copy_url", "Address of coolors.co"))

_SHEET = """
QWidget#palettePanel, QScrollArea#paletteScroll, QWidget#paletteParts {{ background: {panel}; }}
QWidget#palettePanel QLabel, QWidget#palettePanel QCheckBox, QWidget#paletteWays,
QWidget#palettePanel QSlider {{ background: transparent; }}
QWidget#palettePanel QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 6px;
    padding: 4px; color: {text}; }}
QWidget#palettePanel QToolButton:hover {{ background: {hover}; }}
QWidget#palettePanel QToolButton:focus {{ border: 1px solid {accent}; }}
QWidget#palettePanel QToolButton:checked {{ background: {accent_soft}; color: {text}; }}
QWidget#palettePanel QToolButton:disabled {{ color: {faint}; background: transparent; }}
QWidget#palettePanel QToolButton::menu-indicator {{ image: none; width: 0; }}
QWidget#palettePanel QToolButton[segment="true"] {{ padding: 4px 10px; background: {field};
    border: 1px solid {line}; border-radius: 6px; }}
QWidget#palettePanel QToolButton[segment="true"]:checked {{ background: {accent_soft}; border-color: {accent}; }}
QWidget#palettePanel QToolButton#sectionHead {{ text-align: left; font-weight: 600; padding: 5px 2px;
    border-radius: 4px; background: transparent; }}
QWidget#palettePanel QSpinBox {{ background: {field}; border: 1px solid {line}; border-radius: 6px;
    padding: 4px 6px; }}
QWidget#palettePanel QSpinBox:focus {{ border: 1px solid {accent}; }}
QFrame#paletteLine {{ background: {line}; border: 0; max-height: 1px; min-height: 1px; }}
"""


class PalettePanel(QWidget):
    """The panel. `wanted(str)` names a button of _BUTTONS; `given(QMimeData)` is what was dropped."""

    wanted = Signal(str)
    given = Signal(object)
    codeTyped = Signal(str)
    nameTyped = Signal(str)
    folded = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("palettePanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self._dress_parts: tuple = ()
        self.dress()  # before there are parts, which then are dressed once
        self.strip = SwatchStrip(self)
        self.make, self.adjust, self.apply = MakePart(self), AdjustPart(self), ApplyPart(self)
        self.sections = {
            "make": Section("Make", self.make, self),
            "adjust": Section("Adjust", self.adjust, self),
            "apply": Section("Apply", self.apply, self),
        }
        self._build_code()
        self._build_buttons()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 4, 4)
        layout.setSpacing(7)
        top = QVBoxLayout()
        top.setContentsMargins(0, 0, 6, 0)
        top.setSpacing(7)
        top.addWidget(self.strip)
        top.addLayout(row(self.code, self.swatch_name))
        top.addLayout(row(*(self.buttons[name] for name, *_ in _BUTTONS), 1, spacing=2))
        layout.addLayout(top)
        layout.addWidget(self._scroll(), 1)
        self._dress_parts = (*self.sections.values(), *self.buttons.values(), self.make, self.apply)
        for part in self._dress_parts:
            part.dress()
        for section in self.sections.values():
            section.folded.connect(lambda _: self.folded.emit())
        for keys, name in ((QKeySequence.StandardKey.Paste, "paste"), (QKeySequence.StandardKey.Copy, "copy")):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda name=name: self.wanted.emit(name))
        for field in (self.code, self.swatch_name, self.make.words):
            field.setAcceptDrops(False)  # a file that is dropped on them is the panel's
        self.strip.chosen.connect(lambda _: self._show_chosen())
        self.strip.edited.connect(lambda _: self._edit_code())

    def _build_code(self) -> None:
        self.code = QLineEdit(self)
        self.code.setObjectName("swatchCode")
        self.code.setFixedWidth(92)
        self.code.setPlaceholderText("#c08081")
        self.code.setAccessibleName("Hex code of the swatch")
        self.code.setToolTip("<b>Hex code</b><br>#c08081, rgb(192 128 129), oklch(…); several make a palette")
        self.code.editingFinished.connect(self._code_done)
        self.swatch_name = QLineEdit(self)
        self.swatch_name.setObjectName("swatchName")
        self.swatch_name.setPlaceholderText("Name")
        self.swatch_name.setAccessibleName("Name of the swatch")
        self.swatch_name.editingFinished.connect(self._name_done)

    def _build_buttons(self) -> None:
        self.buttons: dict[str, IconButton] = {}
        for name, icon, title, tip in _BUTTONS:
            button = self.buttons[name] = IconButton(icon, title, tip, self)
            button.setObjectName(f"palette.button.{name}")
            button.clicked.connect(lambda _=False, name=name: self.wanted.emit(name))
        self.buttons["lock"].setCheckable(True)
        menu = QMenu(self.buttons["copy"])
        for want, title in _COPIES:
            menu.addAction(title).triggered.connect(lambda _=False, want=want: self.wanted.emit(want))
        self.buttons["copy"].setMenu(menu)
        self.buttons["copy"].setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _scroll(self) -> QScrollArea:
        parts = QWidget(self, objectName="paletteParts")
        column = QVBoxLayout(parts)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(3)
        for section in self.sections.values():
            line = QFrame(parts, objectName="paletteLine")
            column.addWidget(line)
            column.addWidget(section)
        column.addStretch(1)
        return scrolled(parts, "paletteScroll", self)

    # -- what is shown

    def show_palette(self, swatches: Sequence[Swatch], locks: frozenset[int], shares: Sequence[float]) -> None:
        """Show a palette, its locks and shares."""
        self.strip.show_palette(swatches, locks, shares)
        self._show_chosen()

    def _show_chosen(self) -> None:
        swatches, current = self.strip.swatches, self.strip.current
        there = bool(swatches)
        for name in ("remove", "lock", "copy", "save"):
            self.buttons[name].setEnabled(there)
        self.buttons["lock"].setChecked(current in self.strip.locks)
        for field, text in ((self.code, swatches[current].hex if there else ""),
                            (self.swatch_name, swatches[current].name if there else "")):  # fmt: skip
            if field.text() != text and not (field.hasFocus() and field.isModified()):
                field.setText(text)
                field.setCursorPosition(0)
        self.swatch_name.setEnabled(there)
        self.adjust.show_palette(swatches, current)

    def restore_code(self) -> None:
        """Show the code that holds, in place of what was typed."""
        self.code.setModified(False)
        self._show_chosen()

    @property
    def open_sections(self) -> list[str]:
        """The names of the parts that are unfolded."""
        return [name for name in SECTIONS if self.sections[name].is_open]

    def open_only(self, names: Sequence[str]) -> None:
        """Unfold these parts and fold the others."""
        for name, section in self.sections.items():
            section.set_open(name in names)

    def dress(self) -> None:
        """Take icons and colours of the theme that was just applied."""
        codes = {key: value for key, value in vars(theme.current()).items() if isinstance(value, str)}
        self.setStyleSheet(_SHEET.format(**codes))
        for part in self._dress_parts:
            part.dress()

    # -- what the person does

    def _edit_code(self) -> None:
        self.code.setFocus(Qt.FocusReason.OtherFocusReason)
        self.code.selectAll()

    def _code_done(self) -> None:
        if self.code.isModified():
            self.code.setModified(False)
            self.codeTyped.emit(self.code.text())

    def _name_done(self) -> None:
        if self.swatch_name.isModified():
            self.swatch_name.setModified(False)
            self.nameTyped.emit(self.swatch_name.text())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome whatever may hold a palette."""
        if any(_kinds(event.mimeData())):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.given.emit(event.mimeData())


def _kinds(data: QMimeData) -> Iterator[bool]:
    yield data.hasUrls()
    yield data.hasImage()
    yield data.hasText()
    yield data.hasColor()
