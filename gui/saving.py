"""Where results go, and how they are written: off the window's thread, never over a file that is there.

    <out>/<stem>_color<suffix>     the coloured photo, in its own size and depth
    <out>/<stem>_labels.png        the label map, which can be loaded again

A name that is taken gets -2, -3 ...; both files of one save share the number.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core.engine import Result
from core.errors import ExportError
from core.formats import ExportSettings
from core.labels import LabelSet
from core.photo import Photo

SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "TIFF": ".tif", "WEBP": ".webp", "BMP": ".bmp"}
FORMAT_SUFFIXES = {"png": ".png", "jpg": ".jpg", "tiff": ".tif"}


@dataclass(frozen=True)
class Save:
    """All that a save needs, taken from the document when it was asked for."""

    photo: Photo
    result: Result
    labels: np.ndarray
    label_set: LabelSet
    stem: str
    out: Path


def suffix_for(photo: Photo, format: str = "same") -> str:
    """The suffix of a result: the photo's own where it can be written, else .png."""
    if format in FORMAT_SUFFIXES:
        return FORMAT_SUFFIXES[format]
    own = photo.path.suffix if photo.path else ""
    if own.lower() in (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".bmp"):
        return own
    return SUFFIXES.get(photo.format, ".png")


def write(save: Save) -> Path:
    """Write both files; the path of the coloured photo. Raises ExportError or LabelError."""
    from core.chroma import export
    from core.label_maps import save_label_map

    make_folder(save.out)
    color, labels = free_names(save.out, save.stem, suffix_for(save.photo))
    export(save.photo, save.result.chroma, color, locks=save.result.locks, moved=save.result.moved)
    save_label_map(labels, save.labels, save.label_set)
    return color


def export_to(path: Path, photo: Photo, result: Result, format: str, quality: int) -> Path:
    """Write the coloured photo to `path`, over what is there, in a folder that may have to be made."""
    from core.chroma import export

    make_folder(path.parent)
    return export(photo, result.chroma, path, ExportSettings(format, quality=quality), overwrite=True,
                  locks=result.locks, moved=result.moved)  # fmt: skip


def save_labels_to(path: Path, labels: np.ndarray, label_set: LabelSet) -> Path:
    """Write the label map to `path`, over what is there, in a folder that may have to be made."""
    from core.label_maps import save_label_map

    make_folder(path.parent)
    save_label_map(path, labels, label_set, overwrite=True)
    return path


def make_folder(folder: Path) -> None:
    """Make `folder` with its parents; ExportError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ExportError(f"The folder {folder} cannot be made ({error.strerror}); choose another one.") from error


def free_names(out: Path, stem: str, suffix: str) -> tuple[Path, Path]:
    """The first pair of names of which neither is taken."""
    number = 1
    while True:
        tail = f"-{number}" if number > 1 else ""
        pair = out / f"{stem}_color{tail}{suffix}", out / f"{stem}_labels{tail}.png"
        if not any(path.exists() for path in pair):
            return pair
        number += 1
