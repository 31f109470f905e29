"""Pixels -> file, with everything the photo brought along: depth, profile, EXIF, XMP, alpha.

    picture, form = plan(photo, path, settings)       what the file will be, or why it cannot be
    write_pieces(path, form, picture, pieces)         made piece by piece, in threads, written in order

A file is written beside its target, flushed to the disk and moved over the target in one step, so that there is
never half a file and never a lost one.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TypeVar
from uuid import uuid4

import numpy as np

from core.errors import ExportError
from core.file_names import readable
from core.formats import FORMATS, SAME, ExportSettings, Format, format_named
from core.photo import Photo
from core.photo_pages import file_of as source_of

THREADS = 2
_AHEAD = 3  # pieces made and not yet written, for every thread
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}
T = TypeVar("T")
S = TypeVar("S")


def target_of(path: Path, photo: Photo, format: str | None, pixels_only: bool = False) -> tuple[Path, str]:
    """Where a photo asked for as `path` in `format` goes, and the format's name; see `core.chroma.export`. With
    `pixels_only` a format of layers is refused: it is made of more."""
    path = Path(path)
    wish = format_named(path.suffix)
    if format in (None, SAME):
        own_suffix = photo.path is not None and source_of(photo.path).suffix.lower() == path.suffix.lower()
        own = FORMATS.get(photo.format, FORMATS["PNG"])
        form = own if own_suffix or wish is None or wish.layered else wish
    else:
        form = format_named(format)
        if form is None or (form.layered and pixels_only):
            known = ", ".join(row.id for row in FORMATS.values() if not (row.layered and pixels_only))
            raise ExportError(f"{path} cannot be written as {format}; choose one of {known}.")
    return (path if wish is form else path.with_suffix(form.suffix)), form.name


def check_target(path: Path, overwrite: bool) -> None:
    """Raise ExportError where `path` is taken, or can be no file's name."""
    try:
        taken = path.is_dir() or path.exists()
    except (OSError, ValueError) as error:  # too long, or with a null character in it
        raise ExportError(f"{readable(path.name)} is no possible name for a file; choose a shorter one.") from error
    if taken and path.is_dir():
        raise ExportError(f"{path} is a folder; choose another name.")
    if taken and not overwrite:
        raise ExportError(f"{path} is there already; choose another name or allow it to be replaced.")


def check_fits(path: Path, form: Format, height: int, width: int) -> None:
    """Raise ExportError where a format has no room for a picture of that size."""
    if max(height, width) > form.longest:
        raise ExportError(
            f"{path} cannot hold {width} x {height} pixels as {form.title}, whose sides end at {form.longest}; "
            "choose PNG or TIFF."
        )


def write_photo(
    path: Path,
    pixels: np.ndarray,
    like: Photo,
    format: str | None = None,
    quality: int | None = None,
    overwrite: bool = False,
) -> Path:
    """Write `pixels` (H, W, 3) or (H, W), uint8 or uint16, in `like.color_space`; returns the path written.

    The file gets the profile, EXIF, XMP and alpha of `like`, as far as its format holds them (JPEG has no alpha: what
    is clear becomes white; BMP has pixels only; only PNG and TIFF have 16 bit). `quality` 0..100 is for JPEG (95),
    AVIF (90) and WebP (lossless). Raises ExportError.
    """
    from core.photo_encode import to_8_bit
    from core.photo_files import file_of

    path, name = target_of(path, like, format, pixels_only=True)
    check_target(path, overwrite)
    depth = 8 * pixels.itemsize if 16 in FORMATS[name].depths else 8
    pixels = to_8_bit(pixels) if depth == 8 else pixels
    made = file_of(path, name, like, ExportSettings(quality=quality), depth, 1 if pixels.ndim == 2 else 3)
    with writing(path, overwrite) as file:
        made.write(file, lambda rows: pixels[rows])
    return path


def in_order(work: Callable[[S], T], todo: Iterable[S], threads: int = THREADS) -> Iterator[T]:
    """What `work` makes of each, in their order; made in threads, a few ahead of who takes them."""
    todo = iter(todo)
    waiting: list[Future[T]] = []
    with ThreadPoolExecutor(threads) as pool:
        try:
            while True:
                while len(waiting) < threads * _AHEAD:
                    try:
                        waiting.append(pool.submit(work, next(todo)))
                    except StopIteration:
                        break
                if not waiting:
                    return
                yield waiting.pop(0).result()
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def writing(path: Path, overwrite: bool = False) -> Iterator[BinaryIO]:
    """A file that becomes `path` at the end, as a whole or not at all. Raises ExportError where the disk does not
    take it; what else is raised inside goes on, and leaves nothing behind."""
    beside = path.parent / f".{uuid4().hex}.tmp"
    try:
        with beside.open("x+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        check_target(path, overwrite)
        beside.replace(path)
    except OSError as error:
        raise ExportError(_sentence(path, error)) from error
    finally:
        with suppress(OSError):
            beside.unlink()


def write_file(path: Path, chunks: Iterable[bytes], overwrite: bool = False) -> None:
    """Write `chunks` to `path` as a whole or not at all. Raises ExportError."""
    with writing(path, overwrite) as file:
        for chunk in chunks:
            file.write(chunk)


def _sentence(path: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return f"{path} could not be written because the disk is full; free some space or choose another folder."
    if error.errno in _FORBIDDEN:
        return f"{path} could not be written because {path.parent} is read-only; choose another folder."
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return f"{path} could not be written because {path.parent} is not a folder; choose another folder."
    return f"{path} could not be written ({error.strerror}); choose another name or folder."
