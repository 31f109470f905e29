"""Make: words, a category, a seed, a picture as context; or the colours of the photo, of a picture, or none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QMenu, QSpinBox, QToolButton, QVBoxLayout, QWidget

from core.palette import FEWEST, MOST
from gui import theme
from gui.palette.widgets import IconButton, dim, row, silently

if TYPE_CHECKING:
    from core.words import Spoken

LARGEST_SEED = 2**31 - 1
NO_CATEGORY = "No category"
LONGEST_TEXT = 1_000_000  # characters that the field takes; the reading has a limit of its own, and says so
_UNDERSTOOD = 12  # words that are told


@dataclass(frozen=True)
class Wish:
    """What the words' fields say."""

    text: str
    category: str | None
    count: int
    seed: int


class MakePart(QWidget):
    """The fields. asked(by) wants a palette: by "words" or "category", or, of what there is, by another "seed" or
    "count"."""

    asked = Signal(str)
    photoAsked = Signal()
    pictureAsked = Signal()
    newAsked = Signal()
    contextChosen = Signal(str)  # "none", "photo" or "picture"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spoken: Spoken | None = None
        self._build_words()
        self._build_choices()
        self._build_sources()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 6)
        layout.setSpacing(7)
        layout.addLayout(row(self.words, self.again))
        layout.addWidget(self.understood)
        layout.addLayout(row(self.category, self.count))
        layout.addLayout(row(dim("Seed", self), self.seed, 1, self.context))
        layout.addLayout(row(self.from_photo, self.from_picture, self.new, spacing=4))

    def _build_words(self) -> None:
        self.words = QLineEdit(self)
        self.words.setObjectName("paletteWords")
        self.words.setMaxLength(LONGEST_TEXT)
        self.words.setPlaceholderText("Words, 中文 or English")
        self.words.setAccessibleName("Words to make a palette from")
        self.words.setToolTip("<b>Words to a palette</b><br>autumn forest in rain, old rose, 红配绿, 朋克 …")
        self.words.returnPressed.connect(lambda: self.asked.emit("words"))
        self.again = IconButton("ph.dice-five", "Another try",
                                "Ask again with the next seed; locked swatches stay", self)  # fmt: skip
        self.again.clicked.connect(self._ask_again)
        self.understood = QLabel(self, objectName="dim")
        self.understood.setWordWrap(True)
        self.understood.setTextFormat(Qt.TextFormat.RichText)
        self.understood.setAccessibleName("Understood words")
        self.understood.hide()

    def _build_choices(self) -> None:
        self.category = QComboBox(self)
        self.category.addItem(NO_CATEGORY)
        self.category.setAccessibleName("Category")
        self.category.setToolTip("<b>Category</b><br>Lean towards what covers of this kind look like")
        self.category.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.category.setMinimumContentsLength(8)
        self.category.activated.connect(lambda _: self.asked.emit("category"))
        self.count = _spin(FEWEST, MOST, 5, "Colours", "How many colours to make", 58, self)
        self.seed = _spin(0, LARGEST_SEED, 0, "Seed", "The same words and seed give the same colours", 76, self)
        for spin, by in ((self.count, "count"), (self.seed, "seed")):
            spin.valueChanged.connect(lambda _, by=by: self.asked.emit(by))
        self.context = QToolButton(self)
        self.context.setObjectName("contextButton")
        self.context.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.context.setAccessibleName("Picture as context")
        self.context.setToolTip("<b>Picture as context</b><br>Let the words' palette go with a picture")
        menu = QMenu(self.context)
        for key, text in (("none", "No picture"), ("photo", "With this photo"), ("picture", "With a picture…")):
            menu.addAction(text).triggered.connect(lambda _=False, key=key: self.contextChosen.emit(key))
        self.context.setMenu(menu)
        self.show_context("No picture")

    def _build_sources(self) -> None:
        self.from_photo = IconButton("ph.image", "Palette of the photo",
                                     "The colours that stand for it, with their shares", self, "Photo")  # fmt: skip
        self.from_picture = IconButton("ph.folder-open", "Palette of a picture or file",
                                       "Any picture, a picture of swatches, or a palette file: .gpl .ase .aco .act "
                                       ".kpl .soc .hex .css", self, "File…")  # fmt: skip
        self.new = IconButton("ph.file-plus", "New palette", "Start from one grey swatch", self, "New")
        for button, signal in ((self.from_photo, self.photoAsked), (self.from_picture, self.pictureAsked),
                               (self.new, self.newAsked)):  # fmt: skip
            button.clicked.connect(signal)

    def _ask_again(self) -> None:
        self.set_seed((self.seed.value() + 1) % LARGEST_SEED)
        self.asked.emit("words")

    # -- what is asked for

    @property
    def wish(self) -> Wish:
        """What is asked for now."""
        category = self.category.currentText() if self.category.currentIndex() > 0 else None
        return Wish(self.words.text(), category, self.count.value(), self.seed.value())

    def set_seed(self, seed: int) -> None:
        """Show a seed without asking."""
        silently(self.seed, lambda: self.seed.setValue(seed))

    def show_categories(self, names: Sequence[str]) -> None:
        """Offer the categories, besides none."""
        if self.category.count() == 1:
            self.category.addItems(list(names))

    def show_context(self, text: str) -> None:
        """Tell which picture is the words' context."""
        metrics = self.context.fontMetrics()
        self.context.setText(metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, 96) + " ▾")

    def show_understood(self, spoken: Spoken | None) -> None:
        """Tell which words were understood, and in which colours; nothing for a palette that is from no words."""
        self._spoken = spoken
        self.understood.setText(_told(spoken) if spoken else "")
        self.understood.setVisible(bool(self.understood.text()))

    def dress(self) -> None:
        """Take the icons of the theme that was just applied."""
        for button in (self.again, self.from_photo, self.from_picture, self.new):
            button.dress()
        self.show_understood(self._spoken)


def _told(spoken: Spoken) -> str:
    """The line below the words, as rich text."""
    lines = [" ".join(escape(note) for note in spoken.notes)]
    parts = []
    for piece in spoken.understood[:_UNDERSTOOD]:
        dots = "".join(f"<span style='color:{swatch.hex}'>■</span>" for swatch in piece.swatches)
        liked = f" ({escape(piece.meaning)})" if piece.meaning.startswith("like ") else ""
        parts.append(f"<span style='color:{theme.current().text}'>{escape(piece.text or piece.meaning)}</span>"
                     f"{liked}&nbsp;{dots}")  # fmt: skip
    more = len(spoken.understood) - _UNDERSTOOD
    if parts:
        lines.append("Understood: " + "&ensp;".join(parts) + (f"&ensp;and {more} more" if more > 0 else ""))
    if spoken.unknown:
        unknown = ", ".join(f"“{escape(word)}”" for word in spoken.unknown[:5])
        lines.append(f"Not known: {unknown}" + (" …" if len(spoken.unknown) > 5 else ""))
    return "<br>".join(line for line in lines if line)


def _spin(low: int, high: int, value: int, name: str, tip: str, width: int, parent: QWidget) -> QSpinBox:
    spin = QSpinBox(parent)
    spin.setRange(low, high)
    spin.setValue(value)
    spin.setFixedWidth(width)
    spin.setKeyboardTracking(False)
    spin.setAccessibleName(name)
    spin.setToolTip(f"<b>{name}</b><br>{tip}")
    return spin
