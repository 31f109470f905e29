"""Moving a colour photo's own colours: whether it has any, which they are, and the links to the palette."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from core.document import Document
    from core.guidance import Swatch
    from core.photo import Photo
    from gui.features.palette import PaletteFeature

FEWEST_LINKS, MOST_LINKS = 5, 8
COLOURFUL = 6.0  # chroma of one of its main colours from which on a photo counts as coloured


class Recolouring(QObject):
    """Answers the choice between new colours and the photo's own. `wanted`: the person wants its own."""

    def __init__(self, feature: PaletteFeature) -> None:
        super().__init__(feature)
        self._feature = feature
        self._document: Document | None = None  # the one that was looked at
        self.colourful = False
        self._chosen = False
        feature.panel.apply.recolouring.connect(self._choose)

    @property
    def wanted(self) -> bool:
        """Whether switching on moves the photo's own colours."""
        return self._chosen and self.colourful

    def forget(self) -> None:
        """Another photo."""
        self._document, self.colourful = None, False

    def look(self) -> None:
        """Find out whether the photo has colours of its own, once."""
        document = self._feature.document
        if document is None or document is self._document:
            return
        self._document, photo = document, document.photo
        if not photo.was_gray:
            self._feature.background(lambda: is_colourful(photo), lambda answer: self._looked(document, answer))

    def _looked(self, document: Document, colourful: bool) -> None:
        if document is self._feature.document:
            self.colourful = colourful
            self._feature.show()

    def _choose(self, own: bool) -> None:
        self._chosen = own
        if self._feature.on:
            self._feature.set_on(True)
        else:
            self._feature.show()

    def begin(self) -> None:
        """Match the photo's main colours with the palette and move them."""
        document, swatches = self._feature.document, self._feature.swatches
        photo, count = document.photo, min(max(len(swatches), FEWEST_LINKS), MOST_LINKS)
        self._feature.background(
            lambda: main_colours(photo, count), lambda sources: self._begin(document, sources)
        )

    def _begin(self, document: Document, sources: tuple[Swatch, ...]) -> None:
        from core.recolor import linked

        feature = self._feature
        if document is feature.document and feature.swatches:
            feature.recolour(linked(sources, feature.swatches))


def main_colours(photo: Photo, count: int) -> tuple[Swatch, ...]:
    """The photo's own palette."""
    from core.palette import from_photo

    return from_photo(photo, count).swatches


def is_colourful(photo: Photo) -> bool:
    """Whether a photo has colours of its own."""
    from core.palette import lab_of

    chroma = np.hypot(*lab_of(main_colours(photo, MOST_LINKS))[:, 1:].T)
    return bool(chroma.max() >= COLOURFUL)
