"""Which photos are meant by the paths a person gave.

A folder means the photos in it, in the order of their names, whatever the case of their suffixes; what is no
photo there is passed over. A path that was named itself must be there and must be a photo.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from core.errors import PhotoError
from core.photo import is_photo_path


def find_photos(paths: Iterable[Path]) -> list[Path]:
    """The photos that files and folders in `paths` stand for, each one once.

    Raises PhotoError for a path that is missing, cannot be read, is no photo by its name, or holds none.
    """
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(_photos_of(Path(path))))
    return list(found)


def _photos_of(path: Path) -> list[Path]:
    if path.is_dir():
        photos = photos_in(path)
        if not photos:
            raise PhotoError(
                f"{path} holds no photos; choose a folder with JPEG, PNG, TIFF, WebP or BMP files."
            )
        return photos
    if not path.exists():
        raise PhotoError(f"{path} is not there; check the name.")
    if not is_photo_path(path):
        raise PhotoError(f"{path} is not a photo by its name; choose a JPEG, PNG, TIFF, WebP or BMP file.")
    return [path]


def photos_in(folder: Path) -> list[Path]:
    """The photos of one folder, in the order of their names; PhotoError where it cannot be read."""
    try:
        entries = list(folder.iterdir())
    except OSError as error:
        raise PhotoError(f"{folder} cannot be read ({error.strerror}); check its permissions.") from error
    photos = [
        entry
        for entry in entries
        if is_photo_path(entry) and not entry.name.startswith(".") and entry.is_file()
    ]
    return sorted(photos, key=_reading_order)


def _reading_order(path: Path) -> tuple[list[tuple[int, int | str]], str]:
    """As a person reads names: b2 before b10, case set aside; equal ones by their bytes."""
    parts = re.split(r"(\d+)", path.name.casefold())
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts if part], path.name
