"""Label files in and out: indexed PNG with names, labelme, COCO and CVAT.

Reading asks what is unclear (gui/label_import); writing asks where to and in which form. Both are done in a thread,
and what was read is one step of the history.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtWidgets import QFileDialog

from core.errors import LabelError
from core.labels import LabelSet
from core.photo_pages import stem_of
from gui import saving
from gui.background import Background
from gui.features.base import Feature
from gui.label_import import LabelImport

if TYPE_CHECKING:
    from gui.main_window import MainWindow

READABLE = "Label files (*.png *.json *.zip);;All files (*)"


def _png(path: Path, labels: np.ndarray, label_set: LabelSet, photo: str) -> None:
    saving.save_labels_to(path, labels, label_set)


def _labelme(path: Path, labels: np.ndarray, label_set: LabelSet, photo: str) -> None:
    from core.labelme import write

    write(path, labels, label_set, photo, overwrite=True)


def _coco(path: Path, labels: np.ndarray, label_set: LabelSet, photo: str) -> None:
    from core.coco import write

    write(path, labels, label_set, photo, overwrite=True)


def _polygons(path: Path, labels: np.ndarray, label_set: LabelSet, photo: str) -> None:
    from core.coco import write

    write(path, labels, label_set, photo, overwrite=True, polygons=True)


def _panoptic(path: Path, labels: np.ndarray, label_set: LabelSet, photo: str) -> None:
    from core.coco import write_panoptic

    picture = path.with_suffix(".png")
    if picture.exists() and not path.exists():
        raise LabelError(f"{picture}, the picture that belongs to {path.name}, is already there; choose another name.")
    write_panoptic(path, labels, label_set, photo, overwrite=True)


def _cvat(path: Path, labels: np.ndarray, label_set: LabelSet, photo: str) -> None:
    from core.cvat import write

    write(path, labels, label_set, photo, overwrite=True)


FORMATS: dict[str, tuple[str, Callable[[Path, np.ndarray, LabelSet, str], None]]] = {
    "Indexed PNG with names (*.png)": (".png", _png),
    "labelme (*.json)": (".json", _labelme),
    "COCO, run lengths (*.json)": (".json", _coco),
    "COCO, polygons (*.json)": (".json", _polygons),
    "COCO panoptic (*.json)": (".json", _panoptic),
    "CVAT segmentation mask 1.1 (*.zip)": (".zip", _cvat),
}
"""Filter of the file dialog -> suffix, and who writes it."""


class LabelExchange(Feature):
    """Loads and saves labels; `importing` is the file on its way in, or None."""

    name = "label_exchange"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.importing: LabelImport | None = None
        self._jobs = Background(self)

    def load(self) -> None:
        """Which label file?"""
        chosen, _ = QFileDialog.getOpenFileName(self.window, "Load labels", self._folder(), READABLE)
        if chosen:
            self.window.settings["labels.folder"] = str(Path(chosen).parent)
            self.read(Path(chosen))

    def read(self, path: Path) -> None:
        """Take the labels of the photo in work from a file, asking what is unclear."""
        session, document = self.window.session, self.window.document
        if document is None or self.importing is not None:
            return
        job = self.importing = LabelImport(path, document, self._jobs, self.window)
        job.failed.connect(session.failed)
        job.said.connect(session.said)
        job.busy.connect(lambda running, what: self.window.status.set_busy(running, what, "labels"))
        job.done.connect(self._read)
        job.start()

    def _read(self) -> None:
        if self.importing is not None:
            self.importing.deleteLater()
            self.importing = None

    def save(self) -> None:
        """Where should the labels go, and in which form?"""
        document = self.window.document
        stem = stem_of(document.path) if document.path else "photo"
        start = str(Path(self._folder()) / f"{stem}_labels.png")
        chosen, form = QFileDialog.getSaveFileName(self.window, "Save labels", start, ";;".join(FORMATS))
        if chosen:
            self.window.settings["labels.folder"] = str(Path(chosen).parent)
            self.write(Path(chosen), form or next(iter(FORMATS)))

    def write(self, path: Path, form: str) -> None:
        """Write the labels of the photo in work, in a form of FORMATS; over `path` itself, which was agreed to."""
        document = self.window.document
        suffix, writer = FORMATS[form]
        named = path if path.suffix.lower() == suffix else path.with_name(f"{path.stem}{suffix}")
        labels, label_set = document.labels.copy(), document.label_set
        photo, picture = document.path, document.path.name if document.path else "photo"

        def work() -> Path:
            if named != path and named.exists():
                raise LabelError(f"{named} is already there; choose another name.")
            if photo is not None and photo.absolute() in (named.absolute(), named.with_suffix(".png").absolute()):
                raise LabelError(f"{named.name} would replace the photo itself; choose another name.")
            saving.make_folder(named.parent)
            writer(named, labels, label_set, picture)
            return named

        self.window.status.set_busy(True, f"Writing {named.name}", "labels")
        self._jobs.run(work, self._written, self._failed)

    def _written(self, path: Path) -> None:
        self.window.status.set_busy(False, "", "labels")
        self.window.session.said.emit(f"Saved {path}")

    def _failed(self, sentence: str) -> None:
        self.window.status.set_busy(False, "", "labels")
        self.window.session.failed.emit(sentence)

    def _folder(self) -> str:
        return self.window.settings["labels.folder"] or str(self.window.session.out)
