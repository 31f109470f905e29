"""Autosaves: work that is not saved is kept every minute, and offered back after a crash.

    a change -> at most KEEP_MS later it is kept, in threads (core/autosave); before risky jobs, and when the photo is
    left, at once          saved, or the window closed: it goes
    start -> what windows that are gone have left -> a bar: Restore, Show, Discard
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from gui.background import Background
from gui.features.base import Feature
from gui.offer_bar import OfferBar
from gui.project_writer import ProjectWriter

if TYPE_CHECKING:
    from core.autosave import Autosave, Left
    from core.document import Document
    from core.photo import Photo

KEEP_MS = 60_000
AGAIN_MS = 1000  # while a stroke is drawn, or the last autosave is being written
LOOK_MS = 2000  # after the start, or when the first colours are there: nothing stands before those
RISKY = ("file.batch_export", "labels.replace", "labels.reset", "labels.resegment", "labels.edit_set",
         "file.load_labels", "file.open", "file.open_folder", "recipe.load")  # fmt: skip


class Autosaves(Feature):
    """Keeps and offers; `left` is what is being offered."""

    name = "autosaves"

    def __init__(self, window) -> None:
        super().__init__(window)
        self.left: list[Left] = []
        self._store: Autosave | None = None
        self._writer, self._jobs = ProjectWriter(self), Background(self)
        self._timer = QTimer(self, singleShot=True, interval=KEEP_MS, timeout=self.keep_now)
        self._current: tuple[Path, Document, Photo] | None = None
        self._kept: dict[Path, tuple[Document, int]] = {}  # by photo: what is kept, and of which revision
        self._restoring: dict[Path, Left] = {}  # by autosave: what goes when the work in it is kept anew
        self._restored: dict[Path, Path] = {}  # by photo: the autosave that its document came from
        self._bar: OfferBar | None = None
        self._failed_before = False

    def start(self) -> None:
        """Follow the document; look for what was left."""
        window, session = self.window, self.window.session
        session.documentChanged.connect(self._document_came)
        session.edited.connect(lambda _: self._timer.start() if not self._timer.isActive() else None)
        session.photoDone.connect(self._result_saved)
        for name in RISKY:
            window.actions_by_id[name].triggered.connect(self.keep_now)
        self._first_look = QTimer(self, singleShot=True, interval=LOOK_MS, timeout=self.look)
        self._first_look.start()
        session.coloured.connect(self._coloured)

    def dress(self) -> None:
        if self._bar is not None:
            self._bar.dress()

    def stop(self) -> None:
        """The person has decided about all work: nothing is kept any longer."""
        self._timer.stop()
        self._writer.stop()
        self._jobs.stop()
        if self._store is not None:
            self._store.drop_all()

    @property
    def store(self) -> Autosave:
        """Where this window's work is kept."""
        if self._store is None:
            from core.autosave import Autosave

            self._store = Autosave(self.window.project.holder)
        return self._store

    # -- keeping

    def keep_now(self) -> None:
        """Keep the work on the photo in the window, if it is not saved and not kept yet."""
        document = self.window.document
        if document is None or document.path is None:
            return
        if document.painting or self._writer.busy:
            self._timer.start(AGAIN_MS)
            return
        self._timer.setInterval(KEEP_MS)
        self._keep(document.path, document, document.photo)

    def drop(self, photo: Path) -> None:
        """The work on a photo is saved."""
        self._kept.pop(photo, None)
        if self._store is not None:
            store = self._store
            self._jobs.run(lambda: store.drop(photo), lambda _: None, self._say)

    def _keep(self, path: Path, document: Document, photo: Photo) -> None:
        if not document.modified:
            if path in self._kept:
                self.drop(path)
            return
        if self._kept.get(path) == (document, document.revision):
            return
        project, store = self.window.project, self.store
        draft = project.draft(path, document, photo, of=project.home_of(document).path)
        self._writer.write(document, lambda work: store.keep(draft(work)),
                           lambda _, revision: self._done(path, document, revision), self._say,
                           self.window.settings["project.history"])  # fmt: skip

    def _done(self, path: Path, document: Document, revision: int) -> None:
        self._kept[path], self._failed_before = (document, revision), False
        if not document.modified:  # saved while it was being written
            self.drop(path)
        if left := self._restoring.pop(self._restored.pop(path, path), None):
            self.give_up([left])

    def _say(self, sentence: str) -> None:
        """Said once, not every minute; tried again all the same."""
        if not self._failed_before:
            self.window.session.failed.emit(sentence)
        self._failed_before = True
        self._timer.start(KEEP_MS)

    def _document_came(self, document: Document | None) -> None:
        """What was in the window before is kept as it was left."""
        before = self._current
        self._current = (document.path, document, document.photo) if document and document.path else None
        if before is not None and before[1] is not document:
            self._keep(*before)

    def _result_saved(self, photo: Path) -> None:
        document = self.window.session.documents.get(photo)
        if document is not None and not document.modified:
            self.drop(photo)

    # -- what was left behind

    def _coloured(self) -> None:
        if self._first_look.isActive():
            self._first_look.start(0)

    def look(self) -> None:
        """Look for what windows that are gone have left, and offer it."""
        self._jobs.run(lambda: self.store.left_behind(), self._found, self.window.status.say)

    def _found(self, left: list[Left]) -> None:
        self.left = left
        if left:
            self._offer()

    def _offer(self) -> None:
        if self._bar is None:
            self._bar = OfferBar("Work from before", "ph.lifebuoy", self.window)
            self.window.centralWidget().layout().insertWidget(0, self._bar)
        answers = {"Restore": self.restore_all, "Show": self.show, "Discard": self.discard_all}
        self._bar.offer(sentence(self.left), answers, "Not now; it is offered again at the next start")

    @property
    def offered(self) -> str:
        """What the bar says; "" while nothing is offered."""
        return self._bar.text if self._bar is not None else ""

    def restore_all(self) -> None:
        """Open everything that was left, as it was."""
        self.restore(self.left)

    def restore(self, left: Sequence[Left]) -> None:
        """Open work that was left, as it was and still to be saved."""
        left = list(left)
        self._restoring |= {one.path: one for one in left}
        self._leave_out(left)
        self.window.project.open([one.path for one in left], recovered=True)

    def recovered(self, photo: Path, autosave: Path) -> None:
        """The work of an autosave is in the window again: it is kept anew, and what was left is needed no more."""
        self._restored[photo] = autosave
        self.keep_now()

    def show(self) -> None:
        """What is there? (A list with pictures.)"""
        from gui.recovery_dialog import RecoveryDialog

        dialog = RecoveryDialog(self.left, self.window)
        dialog.restored.connect(self.restore)
        dialog.discarded.connect(self.give_up)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def discard_all(self) -> None:
        """Give all of it up, if the person means it."""
        if self.window.project.ask.may_discard(sentence(self.left)):
            self.give_up(self.left)

    def give_up(self, gone: Sequence[Left]) -> None:
        """Delete work that was left."""
        from core.autosave import discard

        gone = list(gone)
        self._jobs.run(lambda: [discard(one) for one in gone], lambda _: None, self._say)
        self._leave_out(gone)

    def _leave_out(self, gone: Sequence[Left]) -> None:
        """Offer the others only."""
        self.left = [one for one in self.left if one not in gone]
        if self.left:
            self._offer()
        elif self._bar is not None:
            self._bar.hide()


def sentence(left: Sequence[Left]) -> str:
    """What was left, as a sentence: the newest photo's name and when, and how many others."""
    first = left[0]
    others = {1: "", 2: " and on another photo"}.get(len(left), f" and on {len(left) - 1} other photos")
    return f"Your work on {first.name}{others} was not saved when Huesmith ended ({when(first)})."


def when(left: Left) -> str:
    """The time at which work was kept, with the day if it was not today."""
    from datetime import datetime

    now = datetime.now().astimezone()
    return f"{left.when:%H:%M}" if left.when.date() == now.date() else f"{left.when:%Y-%m-%d %H:%M}"
