"""Autosaves: work that is not saved yet, kept in the user's data folder until it is, or is given up.

    autosave/<token>/owner.json           which process it is of (core/project_lock.Holder)
    autosave/<token>/<name>.huesmith      a project, and `of` in it the project that it is newer than

A folder whose process is gone was left by a crash or a power cut: `left_behind` lists what is in it, for the next
start to offer. A window that closes takes its folder away. Every file is written as a whole or not at all.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core.errors import ExportError, ProjectError
from core.project import SUFFIX, Draft, save_project
from core.project_json import LARGEST_JSON, Card, from_text
from core.project_lock import Holder
from core.project_zip import Broken, Reader, safe_name

OWNER = "owner.json"
_LARGEST_PREVIEW = 8 << 20


def data_folder() -> Path:
    """Where the program keeps what must not be lost: `HUESMITH_DATA`, else the user's data folder."""
    from platformdirs import user_data_dir

    return Path(os.environ.get("HUESMITH_DATA") or user_data_dir("huesmith"))


@dataclass(frozen=True)
class Left:
    """Work that was left behind: the autosave, the photo's and, if it had one, the project's path, and when it was
    kept, in local time."""

    path: Path
    photo: Path
    project: Path | None
    when: datetime

    @property
    def name(self) -> str:
        return self.photo.name


class Autosave:
    """The autosaves of one window."""

    def __init__(self, holder: Holder, folder: Path | None = None) -> None:
        self._all = (folder or data_folder()) / "autosave"
        self._holder = holder
        self.folder = self._all / holder.token

    def path_of(self, photo: Path) -> Path:
        """Where the work on a photo is kept."""
        digest = hashlib.sha256(str(photo.absolute()).encode("utf-8", "surrogateescape")).hexdigest()[:10]
        return self.folder / f"{safe_name(photo.stem)[:40]}-{digest}{SUFFIX}"

    def keep(self, draft: Draft) -> Path:
        """Keep the work on a photo in place of what was kept of it before. ExportError where it cannot be written."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            owner = self.folder / OWNER
            if not owner.exists():
                owner.write_text(self._holder.to_text(), encoding="utf-8")
        except OSError as error:
            raise ExportError(f"Your work cannot be kept in {self._all} ({error.strerror}); save it.") from error
        return save_project(self.path_of(draft.photo_path), draft, overwrite=True)

    def drop(self, photo: Path) -> None:
        """The work on a photo is saved, or given up."""
        with suppress(OSError):
            self.path_of(photo).unlink()

    def drop_all(self) -> None:
        """The window closes: what was to be saved is."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def left_behind(self) -> list[Left]:
        """What windows that are gone have left, newest first. Empty folders go away; what cannot be read, as of a newer
        version, is left where it is."""
        found: list[Left] = []
        for folder in _folders(self._all):
            owner = Holder.read(folder / OWNER)
            if folder == self.folder or (owner is not None and owner.lives):
                continue
            files = sorted(folder.glob(f"*{SUFFIX}"))
            if not files and owner is not None:
                shutil.rmtree(folder, ignore_errors=True)
            found += [one for one in map(_left, files) if one is not None]
        return sorted(found, key=lambda one: one.when, reverse=True)


def discard(left: Left) -> None:
    """Give up work that was left behind; with the last of it its folder goes."""
    with suppress(OSError):
        left.path.unlink()
    if not any(left.path.parent.glob(f"*{SUFFIX}")):
        shutil.rmtree(left.path.parent, ignore_errors=True)


def preview_of(left: Left) -> bytes:
    """A small JPEG of its photo; b"" where there is none."""
    with suppress(Broken, OSError), Reader(left.path) as reader:
        return reader.read("preview.jpg", _LARGEST_PREVIEW)
    return b""


def _folders(folder: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    return []


def _left(path: Path) -> Left | None:
    """What an autosave is of; None where it cannot be read, which only a damaged disk brings about."""
    try:
        with Reader(path) as reader:
            card: Card = from_text(reader.read("project.json", LARGEST_JSON))
        when = datetime.fromisoformat(card.saved).astimezone()
    except (Broken, OSError, ValueError, ProjectError):
        return None
    return Left(path, Path(card.photo.path), Path(card.of) if card.of else None, when)
