"""Which photos are meant by the paths a person gave.

A folder means the photos in it, in the order of their names, whatever the case of their suffixes; what is no
photo there is passed over. A path that was named itself must be there and must be a photo. A scan of many pages is
as many photos (`core.photo_pages`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from core.errors import PhotoError
from core.file_names import is_there
from core.photo import PHOTO_KINDS, is_photo_path
from core.photo_pages import expand, split_page


def find_photos(paths: Iterable[Path]) -> list[Path]:
    """The photos that files and folders in `paths` stand for, each one once.

    Raises PhotoError for a path that is missing, cannot be read, is no photo by its name, or holds none.
    """
    found: dict[Path, None] = {}
    for path in paths:
        found.update(dict.fromkeys(_photos_of(Path(path))))
    return list(found)


def _photos_of(path: Path) -> list[Path]:
    if is_there(path) and path.is_dir():
        photos = photos_in(path)
        if not photos:
            raise PhotoError(
                f"{path} holds no photos; choose a folder with {PHOTO_KINDS} files."
            )
        return photos
    file, page = split_page(path)
    if not is_there(file):
        raise PhotoError(f"{path} is not there; check the name.")
    if not is_photo_path(path):
        raise PhotoError(f"{path} is not a photo by its name; choose a {PHOTO_KINDS} file.")
    return expand(path) if page is None else [path]


def photos_in(folder: Path) -> list[Path]:
    """The photos of one folder, and the pages of its scans, in the order of their names; PhotoError where it cannot
    be read."""
    try:
        entries = list(folder.iterdir())
    except OSError as error:
        raise PhotoError(f"{folder} cannot be read ({error.strerror}); check its permissions.") from error
    photos = [
        entry
        for entry in entries
        if is_photo_path(entry) and not entry.name.startswith(".") and entry.is_file()
    ]
    return [one for photo in sorted(photos, key=_reading_order) for one in expand(photo)]


def _reading_order(path: Path) -> tuple[list[tuple[int, int | str]], str]:
    """As a person reads names: b2 before b10, case set aside; equal ones by their bytes."""
    parts = re.split(r"(\d+)", path.name.casefold())
    return [(0, int(part)) if part.isdecimal() else (1, part) for part in parts if part], path.name
