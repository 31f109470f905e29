"""Pixels -> file, with everything the photo brought along: depth, profile, EXIF, XMP, alpha.

The file is made in memory by an encoder for its format, then written beside the target, flushed to the disk and
moved over the target in one step, so that there is never half a file and never a lost one.
"""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import numpy as np

from core.errors import ExportError
from core.photo import Photo

FORMATS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "tif": "TIFF", "tiff": "TIFF", "webp": "WEBP", "bmp": "BMP"}
_SUFFIX = {"PNG": ".png", "JPEG": ".jpg", "TIFF": ".tiff", "WEBP": ".webp", "BMP": ".bmp"}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def target_of(path: Path, photo: Photo, format: str | None) -> tuple[Path, str]:
    """Where a photo asked for as `path` in `format` goes, and the format's name; see `core.chroma.export`."""
    path = Path(path)
    wish = FORMATS.get(path.suffix.lower().lstrip("."))
    if format in (None, "same"):
        own_suffix = photo.path is not None and photo.path.suffix.lower() == path.suffix.lower()
        own = photo.format if photo.format in _SUFFIX else "PNG"
        form = own if own_suffix or wish is None else wish
    else:
        form = FORMATS.get(format.lower())
        if form is None:
            raise ExportError(f"{path} cannot be written as {format}; choose png, jpg, tiff, webp or bmp.")
    return (path if wish == form else path.with_suffix(_SUFFIX[form])), form


def check_target(path: Path, overwrite: bool) -> None:
    """Raise ExportError where `path` is taken."""
    if path.is_dir():
        raise ExportError(f"{path} is a folder; choose another name.")
    if not overwrite and path.exists():
        raise ExportError(f"{path} is there already; choose another name or allow it to be replaced.")


def write_photo(
    path: Path,
    pixels: np.ndarray,
    like: Photo,
    format: str | None = None,
    quality: int | None = None,
    overwrite: bool = False,
) -> Path:
    """Write `pixels` (H, W, 3) or (H, W), uint8 or uint16, in `like.color_space`; returns the path written.

    The file gets the profile, EXIF, XMP and alpha of `like`, as far as its format holds them (JPEG has no alpha,
    BMP has pixels only; both and WebP are 8 bit). `quality` 0..100 is for JPEG (95) and WebP (lossless). Raises
    ExportError.
    """
    from core import photo_encode  # which needs libraries that nothing else does

    path, form = target_of(path, like, format)
    check_target(path, overwrite)
    try:
        chunks = photo_encode.encode(form, pixels, like, quality)
    except (ValueError, RuntimeError, OSError) as error:
        height, width = pixels.shape[:2]
        raise ExportError(
            f"{path} cannot hold {width} x {height} pixels as {form} ({error}); choose PNG or TIFF."
        ) from error
    write_file(path, chunks, overwrite)
    return path


def write_file(path: Path, chunks: list[bytes], overwrite: bool = False) -> None:
    """Write `chunks` to `path` as a whole or not at all. Raises ExportError."""
    beside = path.parent / f".{uuid4().hex}.tmp"
    try:
        with beside.open("xb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        check_target(path, overwrite)
        beside.replace(path)
    except OSError as error:
        raise ExportError(_sentence(path, error)) from error
    finally:
        with suppress(OSError):
            beside.unlink()


def _sentence(path: Path, error: OSError) -> str:
    if error.errno in _FULL:
        return f"{path} could not be written because the disk is full; free some space or choose another folder."
    if error.errno in _FORBIDDEN:
        return f"{path} could not be written because {path.parent} is read-only; choose another folder."
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return f"{path} could not be written because {path.parent} is not a folder; choose another folder."
    return f"{path} could not be written ({error.strerror}); choose another name or folder."
