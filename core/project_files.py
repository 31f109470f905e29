"""The photo and the references of a project: remembered by path and content, found again when they have moved.

    found = find_file(ref, project_path)     beside the project, at the old place, by name, by content
    found.path is None                       nowhere: the person is asked
    found.same is False                      there is such a file, but its content is another one

Paths in a project are only ever opened for reading. Files that are kept inside a project are put into the program's
cache under the hash of their content.
"""

from __future__ import annotations

import hashlib
import io
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.errors import ProjectError
from core.photo_pages import file_of, page_path, split_page
from core.project_zip import safe_name

_CHUNK = 1 << 20
_LARGEST_PHOTO = 1 << 36  # bytes
_LARGEST_PREVIEW = 4096  # pixels a side
_LARGEST_JPEG = 65_500  # pixels a side
_LOOKED_AT = 5000  # files of the project's folder, when a photo is looked for by content
_hashes: dict[tuple[str, int, int], str] = {}


@dataclass(frozen=True)
class FileRef:
    """A file that a project needs: where it was (absolute, and seen from the project), its size in bytes and its
    SHA-256. `entry` is its name inside the project, if it is there too; width and height are a photo's, in pixels."""

    path: str
    relative: str = ""
    bytes: int = 0
    sha256: str = ""
    width: int = 0
    height: int = 0
    entry: str = ""

    @property
    def name(self) -> str:
        return self.path.replace("\\", "/").rpartition("/")[2]


@dataclass(frozen=True)
class Found:
    """Where a file is now, if anywhere, and whether its content is the one that was remembered."""

    path: Path | None
    same: bool = False


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file, taken once as long as the file does not change. OSError where it cannot be read."""
    path = file_of(path)
    status = path.stat()
    key = str(path), status.st_mtime_ns, status.st_size
    if key not in _hashes:
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        _hashes[key] = digest.hexdigest()
    return _hashes[key]


def ref_to(path: Path, project: Path | None, **more: int) -> FileRef:
    """What a project that will lie at `project` remembers of a file. Of one that is gone: only where it was."""
    path = path.absolute()
    ref = FileRef(str(path), _seen_from(path, project), **more)
    with suppress(OSError):
        ref = replace(ref, bytes=file_of(path).stat().st_size, sha256=sha256_of(path))
    return ref


def moved_to(ref: FileRef, project: Path | None) -> FileRef:
    """The same, as a project at another place remembers it."""
    return replace(ref, relative=_seen_from(Path(ref.path), project), entry="")


def _seen_from(path: Path, project: Path | None) -> str:
    """The way from a project's folder to a file, with slashes; "" where there is none, as between two drives."""
    if project is None:
        return ""
    try:
        return os.path.relpath(path, project.absolute().parent).replace(os.sep, "/")
    except ValueError:
        return ""


def find_file(ref: FileRef, project: Path | None) -> Found:
    """Where the file is now. Of several places the first with the same content counts, else the first of all."""
    first = None
    for path in _places(ref, project):
        if not _is_file(path):
            continue
        if _is_same(path, ref):
            return Found(path, True)
        first = first or path
    if project is not None and ref.sha256:
        for path in _others(project.absolute().parent):
            if _is_same(path, ref):
                return Found(_page_of(path, ref), True)
    return Found(first)


def _page_of(file: Path, ref: FileRef) -> Path:
    """The path in `file` of the page that was meant, if one was."""
    page = split_page(Path(ref.name))[1]
    return file if page is None else page_path(file, page)


def _places(ref: FileRef, project: Path | None) -> Iterator[Path]:
    if project is not None:
        folder = project.absolute().parent
        if ref.relative and not _elsewhere(ref.relative, folder):
            yield Path(os.path.normpath(folder / ref.relative))
        yield folder / safe_name(ref.name)
    if not _elsewhere(ref.path, project):
        yield Path(ref.path)


def _elsewhere(path: str, project: Path | None) -> bool:
    """Whether looking at a path would ask another computer, which a project from a stranger must not bring about."""
    remote = "//", "\\\\"
    return path.startswith(remote) and not str(project).startswith(remote)


def _others(folder: Path) -> Iterator[Path]:
    with suppress(OSError), os.scandir(folder) as entries:
        for entry, _ in zip(entries, range(_LOOKED_AT)):
            if _is_file(Path(entry.path)):
                yield Path(entry.path)


def _is_file(path: Path) -> bool:
    with suppress(OSError, ValueError):
        return file_of(path).is_file()
    return False


def _is_same(path: Path, ref: FileRef) -> bool:
    """Whether a file has the content that was remembered; always, where none was."""
    if ref.bytes > _LARGEST_PHOTO:  # such a file is none, and a project may name one that never ends
        return False
    with suppress(OSError):
        return not ref.sha256 or (file_of(path).stat().st_size == ref.bytes and sha256_of(path) == ref.sha256)
    return False


# -- what is inside a project, put where it can be opened


def cache_folder() -> Path:
    """Where files from inside projects are put; they can be made again at any time."""
    from platformdirs import user_cache_dir

    return Path(os.environ.get("HUESMITH_CACHE") or user_cache_dir("huesmith")) / "projects"


def put_down(content: bytes, name: str) -> Path:
    """Put a file from inside a project into the cache, under the hash of its content; where it is then. ProjectError
    where that cannot be."""
    named = cache_folder() / hashlib.sha256(content).hexdigest()[:16] / safe_name(name)
    path = file_of(named)
    beside = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not (path.is_file() and path.stat().st_size == len(content)):
            beside.write_bytes(content)
            beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise ProjectError(f"{path} cannot be written ({error.strerror}); make room on the disk.") from error
    return named


def put_down_enlarged(preview: bytes, ref: FileRef) -> Path:
    """A project's small preview as a photo of the size that the real one had, for as long as that one is missing."""
    import cv2

    small = None
    if _is_small(preview) and 0 < max(ref.width, ref.height) <= _LARGEST_JPEG:
        small = cv2.imdecode(np.frombuffer(preview, np.uint8), cv2.IMREAD_COLOR)
    if small is None:
        raise ProjectError(f"There is no preview of {ref.name} in its project; find the photo to open it.")
    large = cv2.resize(small, (ref.width, ref.height), interpolation=cv2.INTER_CUBIC)
    return put_down(cv2.imencode(".jpg", large, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes(),
                    f"{Path(safe_name(ref.name)).stem} (preview).jpg")  # fmt: skip


def _is_small(preview: bytes) -> bool:
    """Whether a preview is one by its header, before memory is asked for."""
    from PIL import Image

    try:
        return max(Image.open(io.BytesIO(preview), formats=["JPEG"]).size) <= _LARGEST_PREVIEW
    except (OSError, SyntaxError, ValueError):
        return False
