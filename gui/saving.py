"""Where results go, and how they are written: off the window's thread, never over a file that is there.

    <out>/<stem>_color<suffix>     the coloured photo, in its own size and depth
    <out>/<stem>_labels.png        the label map, which can be loaded again

A name that is taken gets -2, -3 ...; both files of one save share the number.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from core.errors import ExportError
from core.file_names import renamed_note, safe_stem
from core.formats import FORMATS, SAME, ExportSettings, format_named
from core.labels import LabelSet, resize_labels
from core.photo import Photo
from core.photo_pages import file_of

if TYPE_CHECKING:
    from core.document import Document
    from core.engine import Result


@dataclass(frozen=True, eq=False)
class Work:
    """The photo in work with its colours, taken from the document when it was asked for."""

    document: Document
    photo: Photo
    result: Result
    label_set: LabelSet

    @classmethod
    def of(cls, document: Document, result: Result) -> Work:
        return cls(document, document.photo, result, document.label_set)

    def labels_by(self) -> str:
        """Who gave the labels that the colours were made by; takes a while, so not for the event loop."""
        from core.provenance import BY_NETWORK, BY_PERSON

        labels, found = self.result.request.guidance.labels, self.document.segmented
        if labels is None or found is None:
            return BY_PERSON
        same = np.array_equal(resize_labels(found, labels.shape), labels.array)
        return BY_NETWORK if same else BY_PERSON


@dataclass(frozen=True, eq=False)
class Save:
    """A save beside the others: the work, its label map and where both go."""

    work: Work
    labels: np.ndarray
    stem: str
    out: Path


def suffix_for(photo: Photo, format: str = SAME) -> str:
    """The suffix of a result in a format; the photo's own where it is to be the same and can be written."""
    form = format_named(format)
    if form is not None:
        return form.suffix
    own = file_of(photo.path).suffix if photo.path else ""
    if format_named(own) is FORMATS.get(photo.format, FORMATS["PNG"]):
        return own
    return FORMATS.get(photo.format, FORMATS["PNG"]).suffix


def write(save: Save, settings: ExportSettings) -> tuple[Path, str]:
    """Write both files; the path of the coloured photo, and what could not be kept. Raises ExportError or
    LabelError."""
    from core.label_maps import save_label_map

    make_folder(save.out)
    work = save.work
    color, labels = free_names(save.out, safe_stem(save.stem), suffix_for(work.photo, settings.format))
    notes = _export(work, color, settings)
    save_label_map(labels, save.labels, work.label_set)
    return color, " ".join(filter(None, (notes, renamed_note(save.stem))))


def export_to(path: Path, work: Work, settings: ExportSettings) -> tuple[Path, str]:
    """Write the coloured photo to `path`, over what is there, in a folder that may have to be made; where it went,
    and what could not be kept."""
    from core.photo_write import target_of

    make_folder(path.parent)
    notes = _export(work, path, settings, overwrite=True)
    return target_of(path, work.photo, settings.format)[0], notes


def _export(work: Work, path: Path, settings: ExportSettings, overwrite: bool = False) -> str:
    from core.exporting import export_result

    notes: list[str] = []
    form = format_named(settings.format)
    labels = work.document.labels.copy() if form is not None and form.layered else None
    export_result(work.photo, work.result, path, settings, label_set=work.label_set, labels_by=work.labels_by(),
                  overwrite=overwrite, say=notes.append, labels=labels)  # fmt: skip
    return " ".join(notes)


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
