"""Pictures that become references without being anybody's file: a result lent to the photos after it, a picture that
was pasted. They are kept in the program's cache, under names of their content.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from core.references import RESULT_SIZE, keep_picture

if TYPE_CHECKING:
    from core.document import Document
    from core.engine import Result
    from core.photo import Photo


@dataclass(frozen=True)
class Album:
    """The result of `source`, kept at `path`, that the photos after it take as their reference, or with `whole` all
    other photos of the list."""

    path: str
    source: Path
    whole: bool = False

    @property
    def takers(self) -> str:
        """Who takes their colours from it."""
        return "All other photos" if self.whole else "The next photos"

    def is_for(self, document: Document, photos: Sequence[Path]) -> bool:
        """Whether the document is one of those that take it among `photos`, and nobody has worked on it."""
        if self.source not in photos or document.path not in photos or document.path == self.source:
            return False
        takes = self.whole or photos.index(document.path) > photos.index(self.source)
        return takes and not document.history() and not document.wishes.references


def cache_folder() -> Path:
    """Where pasted references and lent results are kept."""
    from platformdirs import user_cache_dir

    return Path(os.environ.get("HUESMITH_CACHE") or user_cache_dir("huesmith")) / "references"


def keep_result(photo: Photo, result: Result, name: str) -> Path:
    """Keep a photo in its colours, small. Takes long. ExportError where it cannot be written."""
    from core.chroma import render

    scale = min(1.0, RESULT_SIZE / max(photo.size))
    rgb = render(photo, result.chroma, scale=scale, locks=result.locks, moved=result.moved,
                 fill=result.fill)  # fmt: skip
    return keep_picture(rgb, cache_folder(), name)


def keep_image(image: QImage) -> Path:
    """Keep a picture of the clipboard, with its transparency. ExportError where it cannot be written."""
    import numpy as np

    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(rgba.constBits(), np.uint8).reshape(rgba.height(), rgba.bytesPerLine())
    pixels = rows[:, : 4 * rgba.width()].reshape(rgba.height(), rgba.width(), 4)
    return keep_picture(pixels if image.hasAlphaChannel() else pixels[..., :3], cache_folder(), "pasted")
