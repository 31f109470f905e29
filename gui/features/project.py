"""Projects in the window: the work on the photo as a file, saved and opened again.

    Save project            where the photo's project is; the first time the person is asked
    run.py X.huesmith, a drop, Open recent, Open project…  ->  read in a thread -> its photo found, or asked for
                            -> Session opens the photo, and takes the document from here instead of a fresh one

A project is about one photo. Of several in the strip each has its own, beside the photo unless it was saved elsewhere.
The label map of a large photo is taken down and written in threads (gui/project_writer); the hand may go on.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PySide6.QtWidgets import QFileDialog

from core.errors import UserError
from gui.background import Background
from gui.features.base import Feature
from gui.offer_bar import OfferBar
from gui.project_asking import ANYWAY, CANCEL, COPY, FILES, PREVIEW, ProjectAsking
from gui.project_jobs import Coming, Home, Read, let_go, read_project, stand_in, write_project
from gui.project_writer import ProjectWriter

if TYPE_CHECKING:
    from core.document import Document
    from core.photo import Photo
    from core.project import Draft
    from core.project_lock import ProjectLock
    from core.project_work import Work

PREVIEWED = "{} is not to be found: this is its small preview, and so is what you export. Your work can be saved."
SUFFIX = ".huesmith"  # as core.project has it, which is not needed before there is a project


class Projects(Feature):
    """Saves and opens projects. `holder` is this window, as locks and autosaves name it."""

    name = "project"

    def __init__(self, window) -> None:
        super().__init__(window)
        from core.project_lock import Holder

        self.holder = Holder.new()
        self.ask = ProjectAsking(window)
        self._writer, self._jobs = ProjectWriter(self), Background(self)
        self._homes: WeakKeyDictionary[Document, Home] = WeakKeyDictionary()
        self._coming: dict[Path, Coming] = {}  # by photo: what the loading thread will ask for
        self._bar: OfferBar | None = None

    def start(self) -> None:
        """Listen to the session, and give it documents."""
        session = self.window.session
        session.from_project, session.has_project = self._document_for, self._homes.__contains__
        session.documentChanged.connect(self._document_came)
        session.listChanged.connect(self._list_came)
        for name in ("project.embed", "project.history"):
            self.window.actions_by_id[name].setChecked(self.window.settings[name])

    def dress(self) -> None:
        if self._bar is not None:
            self._bar.dress()

    def set_embed(self, on: bool) -> None:
        """Put copies of photo and references into the projects that are saved from now on, or none."""
        self.window.settings["project.embed"] = on

    def set_history(self, on: bool) -> None:
        """Put what can be undone into them, or nothing."""
        self.window.settings["project.history"] = on

    def stop(self) -> None:
        """Wait for what is being written, and let others have the projects."""
        self._writer.stop()
        self._jobs.stop()
        for home in self._homes.values():
            let_go(home.lock)

    @property
    def home(self) -> Home:
        """Where the project of the photo in work is."""
        return self.home_of(self.window.document)

    def home_of(self, document: Document | None) -> Home:
        """Where the project of a document is."""
        return self._homes.get(document, Home()) if document is not None else Home()

    # -- saving

    def save(self) -> None:
        """Save the project where it is; ask where, if it is nowhere yet."""
        path = self.home.path
        if path is None:
            self.save_as()
        elif self.window.document is not None:
            self._save(self.window.document.path, self.window.document, path)

    def save_as(self) -> None:
        """Where to? Then save it there."""
        document = self.window.document
        if document is None or document.path is None:
            return
        start = self.home.path or self._place_for(document.path)
        chosen, _ = QFileDialog.getSaveFileName(self.window, "Save project as", str(start), FILES)
        if not chosen:
            return
        path = Path(chosen)
        if path.suffix.lower() != SUFFIX:  # the dialog has asked about the name without it
            path = path.with_name(f"{path.name}{SUFFIX}")
            if path.exists() and not self.ask.may_replace(path):
                return
        self._save(document.path, document, path)

    def save_all(self, photos: Sequence[Path], then: Callable[[], None]) -> None:
        """Save the work on these photos, each where its project is or beside it; then do `then`, if all could be."""
        documents, taken = self.window.session.documents, set()
        waiting = {photo for photo in photos if photo in documents}

        def one_done(photo: Path) -> None:
            waiting.discard(photo)
            if not waiting:
                then()

        for photo in tuple(waiting):
            path = self.home_of(documents[photo]).path or self._place_for(photo, taken)
            taken.add(path)
            self._save(photo, documents[photo], path, lambda photo=photo: one_done(photo))

    def draft(self, path: Path, document: Document, photo: Photo | None, embed: bool = False,
              of: Path | None = None) -> Callable[[Work], Draft]:  # fmt: skip
        """What makes a draft of the work on a photo, in a thread."""
        from core.project import Draft

        recolour, known = self.window.session.recolour, self.home_of(document).known
        return partial(Draft, photo_path=path, photo=photo, known=known, colorizer=recolour.colorizer,
                       work_size=recolour.work_size, embed=embed, of=of)  # fmt: skip

    def _place_for(self, photo: Path, taken: Collection[Path] = ()) -> Path:
        """A free name for the project of a photo: beside it, or where results go if nothing can be written there."""
        from core.photo_pages import stem_of
        from core.project import is_cached, name_beside

        path = name_beside(photo.absolute())
        if is_cached(photo) or not os.access(path.parent, os.W_OK):
            path = self.window.session.out.absolute() / path.name
        number = 1
        while path.exists() or path in taken:
            number += 1
            path = path.with_name(f"{stem_of(photo)}-{number}{SUFFIX}")
        return path

    def _save(self, photo: Path, document: Document, path: Path, then: Callable[[], None] = lambda: None) -> None:
        session, home, settings = self.window.session, self.home_of(document), self.window.settings
        history = settings["project.history"] or bool(home.known and home.known.work.steps)
        embed = settings["project.embed"] or bool(home.known and home.known.photo.entry)
        draft = self.draft(photo, document, document.photo, embed)
        session.loading.emit(True, f"Saving {path.name}")

        def write(work: Work) -> ProjectLock | None:
            return write_project(path, draft(work), home, self.holder)

        def written(lock: ProjectLock | None, revision: int) -> None:
            self._saved(photo, document, path, lock, revision, then)

        self._writer.write(document, write, written, self._failed, history)

    def _saved(self, photo: Path, document: Document, path: Path, lock: ProjectLock | None, revision: int,
               then: Callable[[], None]) -> None:  # fmt: skip
        window, home = self.window, self.home_of(document)
        window.session.loading.emit(False, "")
        if home.lock is not lock:
            let_go(home.lock)
        self._homes[document] = replace(home, path=path, lock=lock)
        if document.revision == revision:
            document.mark_saved()
            window.autosaves.drop(photo)
        window.remember_opened([path])
        window.session.said.emit(f"Saved {path}")
        self._show_title()
        window.session.stateChanged.emit()
        then()

    def _failed(self, sentence: str) -> None:
        self.window.session.loading.emit(False, "")
        self.window.session.failed.emit(sentence)
        self.window.show_canvas(self.window.document is not None)

    # -- opening

    def choose(self) -> None:
        """Which project?"""
        folder = self.window.settings["files.open_folder"]
        chosen, _ = QFileDialog.getOpenFileNames(self.window, "Open project", folder, FILES)
        self.window.open([Path(text) for text in chosen])

    def take(self, paths: Sequence[Path]) -> list[Path]:
        """Open the projects among what a person opened; the paths that are left."""
        projects = [path for path in paths if path.suffix.lower() == SUFFIX and not path.is_dir()]
        if projects:
            self.open(projects)
        return [path for path in paths if path not in projects]

    def open(self, paths: Sequence[Path], recovered: bool = False) -> None:
        """Open projects; `recovered` ones are autosaves, whose work is not saved."""
        self.window.autosaves.keep_now()
        self.window.session.loading.emit(True, f"Opening {paths[0].name}")
        self._jobs.run(lambda: [read_project(path, self.holder, recovered) for path in paths],
                       lambda read: self._opened(read, recovered), self._failed)  # fmt: skip

    def _opened(self, answers: list[Read | str], recovered: bool) -> None:
        """Ask what is to be asked about each project, and go on with those that are left."""
        self.window.session.loading.emit(False, "")
        chosen = []
        for read in answers:
            if isinstance(read, str):
                self._failed(read)
                continue
            home = self._home_for(read, recovered)
            photo = self._photo_of(read) if home is not None else CANCEL
            if photo == CANCEL or not self._may_replace(photo):
                if read.project.path.absolute() not in [other.path for other in self._homes.values()]:
                    let_go(read.lock)
                continue
            note = PREVIEWED.format(read.project.photo.name) if photo == PREVIEW else ""
            chosen.append((read, photo, Coming(read.project, home, recovered, note)))
        if chosen:
            self._jobs.run(lambda: [(read, stand_in(read, photo), coming) for read, photo, coming in chosen],
                           self._begin, self._failed)  # fmt: skip
        else:
            self.window.show_canvas(self.window.document is not None)

    def _begin(self, found: list[tuple[Read, Path, Coming]]) -> None:
        """Open the photos, or go to them where they are in the strip already; their documents will be asked for."""
        session = self.window.session
        for _, photo, coming in found:
            self._coming[photo.absolute()] = coming
        card = found[0][0].project.card
        self._colour_with(card.colorizer, card.work_size)
        photos, listed = [photo for _, photo, _ in found], [path.absolute() for path in session.paths]
        if all(photo.absolute() in listed for photo in photos):
            session.go_to(listed.index(photos[0].absolute()))
        else:
            session.open(photos)
        if notes := [note for read, _, _ in found for note in read.notes]:
            session.failed.emit(" ".join(notes[:3]))

    def _photo_of(self, read: Read) -> Path | str:
        """The photo of a project as the person has it, PREVIEW or CANCEL."""
        project, found = read.project, read.found
        if found.same:
            return found.path
        return self.ask.changed(project, found.path) if found.path else self.ask.missing(project)

    def _home_for(self, read: Read, recovered: bool) -> Home | None:
        """Where the project will be saved; None where it is not to be opened."""
        path = read.project.of if recovered else read.project.path.absolute()
        if read.holder is not None:
            answer = self.ask.held(path, read.holder)
            if answer == COPY:
                return Home(None, read.project)
            if answer != ANYWAY:
                return None
            read.lock.take(force=True)
        return Home(path, read.project, read.lock)

    def _may_replace(self, photo: Path | str) -> bool:
        """A project that is opened once more takes the place of what is in the window."""
        for path, document in self.window.session.documents.items():
            if path.absolute() == Path(photo).absolute() and document.modified:
                return self.ask.may_drop(path.name)
        return True

    def _colour_with(self, colorizer: str, size: int) -> None:
        """Take a project's colorizer and work size, for this window; what a person set for the next start stays."""
        window = self.window
        if colorizer in window.colorizers:
            window.session.recolour.colorizer = colorizer
            window.show_colorizer(colorizer)
        if action := window.actions_by_id.get(f"colour.work_size.{size}"):
            window.session.recolour.work_size = size
            action.setChecked(True)

    def _document_for(self, photo: Photo) -> Document | None:
        """In the loading thread: the document of a photo whose project is being opened."""
        from core.project import document_of

        coming = self._coming.get(photo.path.absolute())
        if coming is None:
            return None
        try:
            coming.document = document_of(photo, coming.project.work)
        except UserError:  # it is about a photo of another shape
            self._forget(photo.path.absolute())
            raise
        return coming.document

    def _list_came(self) -> None:
        """Projects whose photos are no longer in the strip are not opened any more."""
        listed = {path.absolute() for path in self.window.session.paths}
        for photo in self._coming.keys() - listed:
            self._forget(photo)

    def _forget(self, photo: Path) -> None:
        let_go(self._coming.pop(photo).home.lock)

    def _document_came(self, document: Document | None) -> None:
        window = self.window
        if self._bar is not None:
            self._bar.hide()
        if document is None or document.path is None:
            return
        coming = self._coming.get(document.path.absolute())
        if coming is not None and coming.document is document:
            del self._coming[document.path.absolute()]
            self._homes[document] = coming.home
            if coming.note:
                window.notice.show_note(coming.note)
            if coming.recovered:
                document.mark_saved(False)
                window.autosaves.recovered(document.path, coming.project.path)
        elif document not in self._homes and not document.history():
            self._look_beside(document)
        self._show_title()
        window.refresh()

    def _show_title(self) -> None:
        document, home = self.window.document, self.home
        if document is not None and home.path is not None:
            self.window.setWindowTitle(f"{document.path.name}[*] – {home.path.name} – Huesmith")

    # -- the project beside a photo

    def _look_beside(self, document: Document) -> None:
        from core.project import beside

        photo = document.path
        self._jobs.run(lambda: beside(photo), lambda path: self._found_beside(document, path), self.window.status.say)

    def _found_beside(self, document: Document, path: Path | None) -> None:
        if path is None or document is not self.window.document or document.history():
            return
        if self._bar is None:
            self._bar = OfferBar("Project of this photo", "ph.archive", self.window)
            self.window.centralWidget().layout().insertWidget(0, self._bar)
        self._bar.offer(f"Your work on this photo is saved in {path.name}.",
                        {"Open project": lambda: self.window.open([path])}, "Begin anew")  # fmt: skip
