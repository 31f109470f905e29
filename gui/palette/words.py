"""Asking: words, category, seed and context to a palette, and the colours of the photo or of a picture.

All of it runs in the background, one after the other; of answers that were overtaken only the last is taken.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from core.guidance import Swatch

if TYPE_CHECKING:
    from core.palette import Extracted
    from core.words import Spoken
    from gui.features.palette import PaletteFeature

NO_PHOTO = "There is no photo to take colours from; open one first."


class Asker(QObject):
    """Answers the Make part of the panel."""

    def __init__(self, feature: PaletteFeature) -> None:
        super().__init__(feature)
        self._feature = feature
        self._part = feature.panel.make
        self._source = ""  # what the palette was made from last: "words", "photo", "picture" or nothing
        self._picture: Path | None = None  # the one it was made from
        self._context: tuple[Swatch, ...] = ()
        self._ticket = 0
        self._part.asked.connect(self._asked)
        self._part.photoAsked.connect(self.take_photo)
        self._part.pictureAsked.connect(self._ask_picture)
        self._part.newAsked.connect(feature.new)
        self._part.contextChosen.connect(self._context_chosen)

    @property
    def count(self) -> int:
        """How many colours are wanted."""
        return self._part.count.value()

    def look(self) -> None:
        """The panel is seen: offer the categories, which take a moment to read."""
        if self._part.category.count() == 1:
            self._feature.background(_categories, self._part.show_categories)

    def forget(self) -> None:
        """The palette has come from elsewhere."""
        self._source = ""
        self._ticket += 1
        self._part.show_understood(None)

    # -- words

    def _asked(self, by: str) -> None:
        """Make a palette from the words, or with another count from what it was made of."""
        if by == "count" and self._source == "photo":
            self.take_photo()
        elif by == "count" and self._source == "picture":
            self._take_picture(self._picture)
        elif by in ("words", "category") or self._source == "words":
            self.ask_words()

    def ask_words(self) -> None:
        """Make a palette from what the fields say; locked swatches stay."""
        from core.words import words_to_palette

        feature, wish, context = self._feature, self._part.wish, self._context
        locked = {at: feature.swatches[at] for at in feature.locks if at < len(feature.swatches)}
        count = max(wish.count, *(at + 1 for at in locked)) if locked else wish.count
        ticket = self._next()

        def work() -> Spoken:
            return words_to_palette(wish.text, count, seed=wish.seed, category=wish.category, picture=context,
                                    locked=locked)  # fmt: skip

        self._source = "words"
        feature.background(work, lambda spoken: self._spoken(ticket, wish.text or wish.category or "", spoken))

    def _spoken(self, ticket: int, text: str, spoken: Spoken) -> None:
        if ticket == self._ticket:
            said = " ".join(text.split())
            said = said if len(said) <= 30 else said[:29] + "…"
            self._feature.made(f"Palette: {said}" if said else "Palette: surprise", spoken.swatches)
            self._part.show_understood(spoken)

    # -- pictures

    def take_photo(self) -> None:
        """The colours that stand for the photo."""
        from core.palette import from_photo

        document, count = self._feature.document, self.count
        if document is None:
            self._feature.fail(NO_PHOTO)
            return
        photo, ticket = document.photo, self._next()
        self._source = "photo"
        self._feature.background(
            lambda: from_photo(photo, count), lambda found: self._found(ticket, "Palette of the photo", found)
        )

    def _ask_picture(self) -> None:
        from gui.palette.given import ask_open

        window = self._feature.window
        folder = window.settings["palette.folder"] or window.settings["files.open_folder"]
        if paths := ask_open(window, folder, "Palette of a picture or file"):
            window.settings["palette.folder"] = str(paths[0].parent)
            self._take_picture(paths[0])

    def _take_picture(self, path: Path) -> None:
        from core.palette_io import read_palette

        count, ticket = self.count, self._next()
        self._source, self._picture = "picture", path
        self._feature.background(
            lambda: read_palette(path, count), lambda read: self._read(ticket, f"Palette of {path.name}", read)
        )

    def _read(self, ticket: int, name: str, read) -> None:
        if ticket == self._ticket:
            source = self._source, self._picture
            self._feature.files.take_file(name, read)
            self._source, self._picture = source

    def _found(self, ticket: int, name: str, found: Extracted) -> None:
        if ticket == self._ticket:
            self._part.show_understood(None)
            self._feature.made(name, found.swatches, found.weights)

    # -- context

    def _context_chosen(self, which: str) -> None:
        if which == "none":
            self._take_context((), "No picture")
        elif which == "photo":
            self._context_of_photo()
        else:
            self._context_of_picture()

    def _context_of_photo(self) -> None:
        from core.palette import from_photo

        document = self._feature.document
        if document is None:
            self._feature.fail(NO_PHOTO)
            return
        photo = document.photo
        self._feature.background(
            lambda: from_photo(photo).swatches, lambda swatches: self._take_context(swatches, "This photo")
        )

    def _context_of_picture(self) -> None:
        from core.palette_io import read_palette
        from gui.palette.given import ask_open

        window = self._feature.window
        if paths := ask_open(window, window.settings["files.open_folder"], "Picture as context"):
            path = paths[0]
            self._feature.background(
                lambda: read_palette(path, 5).swatches, lambda swatches: self._take_context(swatches, path.name)
            )

    def _take_context(self, swatches: tuple[Swatch, ...], name: str) -> None:
        self._context = swatches
        self._part.show_context(name)
        if self._source == "words":
            self.ask_words()

    def _next(self) -> int:
        self._ticket += 1
        return self._ticket


def _categories() -> list[str]:
    """In the background, like the import."""
    from core.words import categories

    return categories()
