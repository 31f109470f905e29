"""The session: which photos are open, which one is in work, and its way from opening to saving.

    open(paths) -> the list -> go_to(index) -> loaded in a thread -> Document -> segmented -> coloured
    save / save_next / skip / previous walk the list; edits of a photo that is left are kept and come back with it

The session speaks with the worker through `Recolour` and tells the window by signals. It shows nothing itself,
and whatever could take longer than a blink runs in `Background`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.document import Document
from core.engine import DRAFT_SIZE, Result, Segmentation
from core.formats import ExportSettings
from core.guidance import Plane
from core.label_parents import as_own
from core.labels import LabelSet
from core.photo import Photo, load_photo
from core.photo_pages import name_of, stem_of
from core.sketch_document import on_paper, opened
from gui import saving
from gui.background import Background
from gui.found import Found, Loaded, find_all
from gui.recolour import Recolour, luminance_at

if TYPE_CHECKING:
    from core.commands import EditLabels, Snapshot
    from gui.worker import Worker

AT_ONCE = 400_000  # pixels of a label map that the event loop can write without a thread's help
LAST = "That was the last photo. Open more, or go back with Page Up."


class Session(QObject):
    """The open photos and the one in work."""

    listChanged = Signal()
    currentChanged = Signal(int)
    documentChanged = Signal(object)  # Document | None
    edited = Signal(object)  # Change of the current document
    coloured = Signal(object, object)  # Result, uint8 (h, w, 3) sRGB
    said = Signal(str)  # a message that fades
    failed = Signal(str)  # a sentence that stays
    loading = Signal(bool, str)
    photoDone = Signal(object)  # Path
    photoBroken = Signal(object, str)  # Path, why it cannot be opened
    stateChanged = Signal()  # what can be done may have changed

    def __init__(self, worker: Worker, label_set: LabelSet, out: Path, work_size: int,
                 parent: QObject | None = None) -> None:  # fmt: skip
        super().__init__(parent)
        self._worker, self.label_set, self.out = worker, label_set, out
        self.paths: list[Path] = []
        self.index = -1
        self.document: Document | None = None
        self.result: Result | None = None
        self.broken = False  # whether the current photo could not be opened
        self._before: tuple[list[Path], int] | None = None  # the list there was, until one photo alone has opened
        self._ticket = 0  # of the photo being loaded; an older one is dropped when it comes
        self._shelf: dict[Path, Document] = {}  # edited photos that were left; their pixels rest on disk
        self._when_coloured: Callable[[], None] | None = None
        self.from_project: Callable[[Photo], Document | None] = lambda photo: None  # called in the loading thread
        self.has_project: Callable[[Document], bool] = lambda document: False  # then a result alone is not all
        self._loads, self._saves, self._edits = Background(self), Background(self), Background(self)
        self.recolour = Recolour(worker, work_size, self)
        self.recolour.coloured.connect(self._coloured)
        self.recolour.segmented.connect(self._segmented)
        self.recolour.settled.connect(self._settled)
        worker.failed.connect(self._worker_failed)

    # -- the list

    def open(self, paths: Iterable[Path]) -> None:
        """Open photos and folders of photos in place of the list there is, and show the first."""
        paths = [Path(path) for path in paths]
        if paths:
            self.loading.emit(True, "Looking for photos")
            self._loads.run(lambda: find_all(paths), self._found, self._fail)

    def go_to(self, index: int) -> None:
        """Load the photo at `index`; the one in work stays in sight until it has come."""
        self._before = None
        self._go_to(index)

    def _go_to(self, index: int) -> None:
        if not 0 <= index < len(self.paths):
            return
        self.index, self.broken = index, False
        self._when_coloured = None
        self._ticket += 1
        ticket, path = self._ticket, self.paths[index]
        sizes = (self.recolour.work_size, min(DRAFT_SIZE, self.recolour.work_size))
        self.loading.emit(True, f"Opening {name_of(path)}")
        self.currentChanged.emit(index)
        self._loads.run(
            lambda: self._load(ticket, path, sizes),
            lambda loaded: self._show(ticket, loaded),
            lambda sentence: self._load_failed(ticket, path, sentence),
        )
        self.stateChanged.emit()

    def skip(self) -> None:
        """Go on to the next photo; after the last one stay and say so."""
        if self._has_next:
            self.go_to(self.index + 1)
        else:
            self.said.emit(LAST)

    def previous(self) -> None:
        """Go back to the photo before."""
        self.go_to(self.index - 1)

    @property
    def _has_next(self) -> bool:
        return self.index + 1 < len(self.paths)

    @property
    def has_previous(self) -> bool:
        return self.index > 0

    # -- the document

    def undo(self) -> None:
        """Take the last change of the document back."""
        if self.document is not None and self.document.can_undo:
            text = self.document.undo_text
            self.document.undo()
            self.said.emit(f"Undone: {text}")

    def redo(self) -> None:
        """Do again what was taken back."""
        if self.document is not None and self.document.can_redo:
            text = self.document.redo_text
            self.document.redo()
            self.said.emit(f"Redone: {text}")

    def resegment(self) -> None:
        """Find the labels anew; what the person painted stays."""
        if self.document is not None:
            self.recolour.segment()
            self.said.emit("Looking at the photo again; what you painted stays.")

    def reset_labels(self) -> None:
        """Throw all painting away; can be undone."""
        document = self.document
        if document is not None and document.labels.size <= AT_ONCE:
            document.reset_labels()
        elif document is not None:
            snapshot = document.snapshot()
            self._edits.run(
                lambda: _reset(snapshot), lambda answer: self._take_reset(document, *answer, snapshot), self._fail
            )

    def _take_reset(self, document: Document, edit: EditLabels | None, locked: bool, since: Snapshot) -> None:
        """It was worked out; anew, if the map has changed meanwhile."""
        if document is not self.document:
            return
        if not document.carry_out(edit, since):
            self.reset_labels()
        elif locked:
            document.refused.emit(tuple(sorted(document.view.locked)))

    def set_colorizer(self, name: str) -> None:
        """Colour with another colorizer from now on."""
        self.recolour.colorizer = name
        self.recolour.ask()

    def set_work_size(self, size: int) -> None:
        """Find labels and colours at another size from now on; labels that were found stay."""
        self.recolour.work_size = size
        document = self.document
        if document is not None and not self.recolour.at_size:
            sizes = (size, min(DRAFT_SIZE, size))
            photo = document.photo
            self._loads.run(
                lambda: luminance_at(photo, sizes), lambda found: self._resized(document, size, found), self._fail
            )
        else:
            self.recolour.ask()

    def _resized(self, document: Document, size: int, luminance: dict[int, Plane]) -> None:
        if document is self.document and size == self.recolour.work_size:
            self.recolour.set_luminance(luminance)
            self.recolour.ask()

    # -- saving

    def save(self) -> None:
        """Save the coloured photo and its label map under free names, and stay."""
        self.with_colours(self._save)

    def save_next(self) -> None:
        """Save, then go on with the next photo."""

        def step() -> None:
            self._save(after="" if self._has_next else LAST)
            if self._has_next:
                self.skip()

        self.with_colours(step)

    def export(self, path: Path, settings: ExportSettings) -> None:
        """Write the coloured photo to `path`, over what is there: the dialog has asked."""

        def start() -> None:
            work = saving.Work.of(self.document, self.result)
            self.loading.emit(True, f"Writing {path.name}")
            self._saves.run(
                lambda: saving.export_to(path, work, settings), lambda done: self._written(*done), self._fail
            )

        self.with_colours(start)

    @property
    def documents(self) -> dict[Path, Document]:
        """The document in work and those that were left with edits, whose photos are away, by their photos' paths."""
        document = self.document
        return self._shelf | ({document.path: document} if document and document.path else {})

    def unsaved(self) -> list[Path]:
        """Photos with edits that no save has taken down."""
        return [path for path, document in self.documents.items() if document.modified]

    def close(self) -> None:
        """Wait for what is being written; nothing is loaded any more."""
        self._ticket += 1
        self._loads.stop()
        self._saves.stop()
        self._edits.stop()

    # -- inside: loading

    def _found(self, found: Found) -> None:
        self.loading.emit(False, "")
        if found.photos:
            alone = self.document is not None and len(found.photos) == 1
            self._before = (self.paths, self.index) if alone else None
            self.paths = found.photos
            self.listChanged.emit()
            self._go_to(0)
        if found.problems:
            self._fail(" ".join(found.problems[:3]))

    def _load(self, ticket: int, path: Path, sizes: tuple[int, ...]) -> Loaded | None:
        if ticket != self._ticket:
            return None  # the person has gone on meanwhile
        photo = load_photo(path)
        kept = self.from_project(photo)
        document = on_paper(kept) if kept else opened(photo, self.label_set)
        return Loaded(document.photo, document, luminance_at(document.photo, sizes), kept is not None)

    def _show(self, ticket: int, loaded: Loaded | None) -> None:
        if ticket != self._ticket or loaded is None:
            return
        self._before = None
        self.loading.emit(False, "")
        self._leave()
        shelved = self._from_shelf(loaded.photo)
        self.document = loaded.document if loaded.of_project else shelved or loaded.document
        self.label_set = self.document.label_set  # who comes back to a photo comes back to its labels
        self.document.changed.connect(self._on_change)
        self._worker.set_photo(loaded.photo)
        self.recolour.set_document(self.document, loaded.luminance)
        self.documentChanged.emit(self.document)
        if self.document.segmentation_confidence is None:
            self.recolour.segment()
        else:
            self.recolour.ask()
        if not self.recolour.at_size:  # it was changed while the photo was loaded
            self.set_work_size(self.recolour.work_size)
        self.stateChanged.emit()

    def _load_failed(self, ticket: int, path: Path, sentence: str) -> None:
        if ticket == self._ticket and self._before is not None:
            self._put_back(path)
            self._fail(sentence)
        elif ticket == self._ticket:
            self.broken = True
            self._leave()
            self.documentChanged.emit(None)
            self._fail(sentence)
        self.photoBroken.emit(path, sentence)

    def _put_back(self, path: Path) -> None:
        """One photo alone was to be opened and could not be: the list there was is there again, with it at the end."""
        (paths, self.index), self._before = self._before, None
        self.paths = paths if path in paths else [*paths, path]
        self.listChanged.emit()
        self.currentChanged.emit(self.index)
        self.stateChanged.emit()

    def _leave(self) -> None:
        """Put the current document away, on the shelf if the person has worked on it."""
        document, self.document, self.result = self.document, None, None
        self.recolour.set_document(None, {})
        if document is None:
            return
        document.end_stroke()
        document.changed.disconnect(self._on_change)
        if document.history() or self.has_project(document):
            path = document.path
            document.photo = None  # tens of megabytes, which are read again when the person comes back
            self._shelf[path] = document

    def _from_shelf(self, photo: Photo) -> Document | None:
        document = self._shelf.pop(photo.path, None)
        if document is None or document.labels.shape != (photo.height, photo.width):
            return None
        document.photo = photo
        return document

    # -- inside: colours

    def _on_change(self, change) -> None:
        self.recolour.ask(live=change.live)
        self.edited.emit(change)
        self.stateChanged.emit()

    def _segmented(self, segmentation: Segmentation) -> None:
        if segmentation.notes:
            self.said.emit(" ".join(segmentation.notes))
        before = self.document.revision
        labels = as_own(segmentation.labels, self.document.label_set)
        self.document.set_segmentation(labels, segmentation.confidence)
        if self.document.revision == before:
            self.recolour.ask()

    def _coloured(self, result: Result, rgb) -> None:
        first = self.result is None
        self.result = result
        self.coloured.emit(result, rgb)
        if result.notes:
            self.said.emit(" ".join(result.notes))
        if first:
            self.stateChanged.emit()

    def with_colours(self, step: Callable[[], None]) -> None:
        """Do `step` once the colours are those of the present labels."""
        if self.result is None:
            return
        if self.recolour.pending:
            self.said.emit("Finishing the colours first…")
            self._when_coloured = step
        else:
            step()

    def _settled(self) -> None:
        step, self._when_coloured = self._when_coloured, None
        if step is not None:
            step()

    def _worker_failed(self, sentence: str) -> None:
        self._when_coloured = None
        self.recolour.give_up()
        self._fail(sentence)

    # -- inside: saving

    def _save(self, after: str = "") -> None:
        document = self.document
        revision, path = document.revision, document.path
        stem = stem_of(path) if path else "photo"
        save = saving.Save(saving.Work.of(document, self.result), document.labels.copy(), stem, self.out)
        self.loading.emit(True, f"Saving {stem}")
        self._saves.run(
            lambda: saving.write(save, ExportSettings()),
            lambda done: self._saved(document, revision, path, done[0], " ".join(filter(None, (done[1], after)))),
            self._fail,
        )

    def _saved(self, document: Document, revision: int, path: Path | None, color: Path, after: str) -> None:
        if document.revision == revision and not self.has_project(document):
            document.mark_saved()
        if path is not None:
            self.photoDone.emit(path)
        self._written(color, after)

    def _written(self, path: Path, after: str = "") -> None:
        self.loading.emit(False, "")
        self.said.emit(f"Saved {path}. {after}".rstrip(". "))
        self.stateChanged.emit()

    def _fail(self, sentence: str) -> None:
        self.loading.emit(False, "")
        self.failed.emit(sentence)


def _reset(snapshot: Snapshot) -> tuple[EditLabels | None, bool]:
    """In the thread: the step back to the segmentation, and whether only locks keep it from changing anything."""
    edit = snapshot.reset()
    return edit, edit is None and snapshot.shut is not None and replace(snapshot, shut=None).reset() is not None
