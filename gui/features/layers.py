"""Layers and comparisons of the photo in work: asked for in one dialog, written in the background.

Nothing that is there is replaced: where a name is taken, all files of one export get the same number.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import Signal

from core.errors import Cancelled
from gui.background import Background
from gui.features.base import Feature
from gui.saving import Work, make_folder

if TYPE_CHECKING:
    from gui.layers_dialog import LayersDialog


class Layers(Feature):
    """The window's way out for everything that belongs to a result."""

    name = "layers"
    _progress = Signal(float)  # from the thread that writes

    def __init__(self, window) -> None:
        super().__init__(window)
        self._writes, self._looks = Background(self), Background(self)
        self._halt = Event()
        self._kinds: dict[str, tuple[str, ...]] = {"layers": ("ora",), "comparison": ("side-by-side", "animation")}
        self.dialog: LayersDialog | None = None

    def export_layers(self) -> None:
        """Ask, with the layers ticked."""
        self.window.session.with_colours(lambda: self._open("layers"))

    def export_comparison(self) -> None:
        """Ask, with the comparisons ticked."""
        self.window.session.with_colours(lambda: self._open("comparison"))

    def stop(self) -> None:
        self._halt.set()
        self._writes.stop()
        self._looks.stop()

    # -- inside

    def _open(self, purpose: str) -> None:
        from gui.layers_dialog import SHOWN, LayersDialog

        window = self.window
        document, work = window.document, Work.of(window.document, window.session.result)
        labels = document.labels.copy()
        folder = Path(window.settings["files.out_folder"] or window.session.out).absolute()
        dialog = self.dialog = LayersDialog(_stem(work), folder, self._kinds[purpose], window)
        dialog.exportAsked.connect(
            lambda kinds, folder, stem: self._write(dialog, work, labels, purpose, kinds, folder, stem)
        )
        dialog.cancelAsked.connect(self._halt.set)
        dialog.finished.connect(lambda _: self._closed(dialog))
        self._progress.connect(dialog.show_progress)
        self._looks.run(lambda: _pair(work, SHOWN), self._while_open(dialog, dialog.wipe.show_pair),
                        self._while_open(dialog, dialog.failed))  # fmt: skip
        dialog.open()

    def _write(
        self, dialog: LayersDialog, work: Work, labels: np.ndarray, purpose: str, kinds: tuple[str, ...],
        folder: Path, stem: str,
    ) -> None:  # fmt: skip
        self._kinds[purpose] = kinds
        self.window.settings["files.out_folder"] = str(folder)
        self._halt.clear()
        tell, halt = self._progress.emit, self._halt.is_set
        self._writes.run(lambda: _written(work, labels, kinds, folder, stem, tell, halt),
                         lambda said: self._done(dialog, said), dialog.failed)  # fmt: skip

    def _done(self, dialog: LayersDialog, said: str | None) -> None:
        if said is None:
            dialog.failed("Stopped. Files that were finished are kept.")
        else:
            dialog.done_with()
            self.window.session.said.emit(said.rstrip("."))

    def _while_open(self, dialog: LayersDialog, listener: Callable) -> Callable:
        """A listener of the dialog's that may be called when the dialog is gone."""
        return lambda answer: listener(answer) if self.dialog is dialog else None

    def _closed(self, dialog: LayersDialog) -> None:
        self._progress.disconnect(dialog.show_progress)
        dialog.deleteLater()
        self.dialog = None


def _pair(work: Work, long_side: int) -> tuple[np.ndarray, np.ndarray]:
    from core.before_after import pair

    return pair(work.photo, work.result, long_side)


def _written(
    work: Work, labels: np.ndarray, kinds: tuple[str, ...], folder: Path, stem: str,
    tell: Callable[[float], None], halt: Callable[[], bool],
) -> str | None:  # fmt: skip
    """In the thread: write the files; what to say of them, None if it was stopped."""
    from core.also import Shown, write_also
    from core.also_kinds import free_stem

    notes: list[str] = []
    try:
        make_folder(folder)
        shown = Shown(work.photo, work.result, work.label_set, labels, work.labels_by())
        free = free_stem(kinds, folder, stem)
        files = write_also(shown, kinds, folder, free, say=notes.append, progress=tell, cancel=halt)
    except Cancelled:
        return None
    names = ", ".join(path.name for path in files[:3]) + (" and others" if len(files) > 3 else "")
    return " ".join([f"Saved {names} in {folder}.", *dict.fromkeys(notes)])


def _stem(work: Work) -> str:
    from core.file_names import safe_stem
    from core.photo_pages import stem_of

    return safe_stem(stem_of(work.photo.path)) if work.photo.path else "photo"
