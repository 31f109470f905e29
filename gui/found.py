"""What the paths that a person opened or dropped stand for, and what comes of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from core.document import Document
from core.errors import UserError
from core.folder import find_photos
from core.guidance import Plane
from core.photo import PHOTO_SUFFIXES, Photo

PHOTO_FILES = f"Photos ({' '.join(f'*{suffix}' for suffix in sorted(PHOTO_SUFFIXES))});;All files (*)"


@dataclass(frozen=True)
class Found:
    """Photos, and a sentence for each path that is none."""

    photos: list[Path]
    problems: list[str]


@dataclass(frozen=True)
class Loaded:
    """What the loading thread brings: the photo, a fresh document of it or that of its project, its luminance at the
    work sizes."""

    photo: Photo
    document: Document
    luminance: dict[int, Plane]
    of_project: bool = False


def find_all(paths: list[Path]) -> Found:
    """The photos behind every path, each once, and a sentence for every path that stands for none."""
    photos: dict[Path, None] = {}
    problems = []
    for path in paths:
        try:
            photos.update(dict.fromkeys(find_photos([path])))
        except UserError as error:
            problems.append(str(error))
    return Found(list(photos), problems)
