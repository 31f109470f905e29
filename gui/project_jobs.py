"""What projects need done in a thread, and the values that go there and back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ExportError, PhotoError, UserError
from gui.project_asking import PREVIEW

if TYPE_CHECKING:
    from core.document import Document
    from core.project import Draft, Project
    from core.project_files import Found
    from core.project_lock import Holder, ProjectLock


@dataclass(frozen=True)
class Home:
    """Where a photo's project is, None while it has no file of its own; the project it came from; its lock."""

    path: Path | None = None
    known: Project | None = None
    lock: ProjectLock | None = None


@dataclass(frozen=True)
class Read:
    """What the thread found out about a project: its photo, sentences about what is missing, and who else has it."""

    project: Project
    found: Found
    notes: tuple[str, ...]
    lock: ProjectLock | None
    holder: Holder | None


@dataclass
class Coming:
    """A project whose photo is not in the window yet. The loading thread fills in the document, for each time that the
    photo is loaded: only one that is shown counts."""

    project: Project
    home: Home
    recovered: bool
    note: str = ""  # what is to be said when it is there
    document: Document | None = None


def let_go(lock: ProjectLock | None) -> None:
    """Give a lock back, if there is one."""
    if lock is not None:
        lock.let_go()


def read_project(path: Path, holder: Holder, recovered: bool) -> Read | str:
    """The project, where its photo is, and whether its file is ours; or the sentence that says why it cannot be
    opened."""
    from core.project import find_photo, load_project, with_references
    from core.project_lock import ProjectLock

    try:
        project, notes = with_references(load_project(path))
        own = project.of if recovered else path
        lock = ProjectLock(own.absolute(), holder) if own is not None else None
        return Read(project, find_photo(project), notes, lock, lock and lock.take())
    except UserError as error:
        return str(error)


def stand_in(read: Read, photo: Path | str) -> Path:
    """The photo, or what stands in for it."""
    from core.project_files import put_down_enlarged

    return put_down_enlarged(read.project.preview, read.project.photo) if photo == PREVIEW else Path(photo)


def write_project(path: Path, draft: Draft, home: Home, holder: Holder) -> ProjectLock | None:
    """Write a project; the lock that it is ours by."""
    from core.photo import load_photo
    from core.project import save_project
    from core.project_lock import ProjectLock
    from gui.saving import make_folder

    lock = home.lock
    make_folder(path.parent)
    if lock is None or lock.project != path.absolute():
        lock = ProjectLock(path.absolute(), holder)
        if lock.take() is not None:
            raise ExportError(f"{path} is open in another window; close it there, or choose another name.")
    if draft.photo is None and draft.known is None:  # left in the strip: its pixels rest on disk
        with suppress(PhotoError):  # the preview is missing then, and nothing else
            draft = replace(draft, photo=load_photo(draft.photo_path))
    try:
        save_project(path, draft, overwrite=True)
    except UserError:
        if lock is not home.lock:
            lock.let_go()
        raise
    return lock
