"""TIFF in all its layouts -> one array of grey, RGB or CMYK, 8 or 16 bit."""

from __future__ import annotations

import io
import logging
import math
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import numpy as np
import tifffile

from core.errors import PhotoError
from core.metadata import Metadata, exif_of_tiff, upright_xmp
from core.photo_pages import tiff_pages

# What is wrong with a file is said in one sentence, by who opens it.
logging.getLogger("tifffile").setLevel(logging.CRITICAL)

_ORIENTATION, _ICC, _XMP = 274, 34675, 700
_BUFFER = 1 << 24  # bytes of coded pieces that are taken from the file at a time; by itself tifffile takes 256 MB
_GRAY = {tifffile.PHOTOMETRIC.MINISWHITE, tifffile.PHOTOMETRIC.MINISBLACK}
_JPEGS = {tifffile.COMPRESSION.JPEG, tifffile.COMPRESSION.OJPEG}
_ALPHA = {tifffile.EXTRASAMPLE.ASSOCALPHA, tifffile.EXTRASAMPLE.UNASSALPHA}


def decode(
    path: Path, data: bytes | Path, page: int, check_size: Callable[[Path, int, int], None]
) -> tuple[np.ndarray | None, str, Metadata, int]:
    """Pixels (H, W) or (H, W, channels), "RGB" or "CMYK", metadata, and how many pictures there are.

    None for pixels of colour models that tifffile does not convert (CIELAB, raw YCbCr). Raises PhotoError, or
    whatever a damaged file makes tifffile raise.
    """
    with opened(data) as file, tifffile.TiffFile(file) as tiff:
        file.seek(0)
        whole = tiff_pages(file)
        pages = len(whole)
        if not pages:
            raise EOFError("no whole directory")
        if page >= pages:
            raise PhotoError(f"{path} has no page {page + 1}; it has {pages}.")
        leaf = tiff.pages[whole[page]].aspage()
        check_size(path, leaf.imagewidth, leaf.imagelength)
        _check_pieces(leaf, file.seek(0, io.SEEK_END))
        metadata = _metadata(leaf, exif_of_tiff(file))
        kind = leaf.photometric
        if kind == tifffile.PHOTOMETRIC.YCBCR and leaf.compression in _JPEGS:
            kind = tifffile.PHOTOMETRIC.RGB  # decoded to RGB
        known = _GRAY | {tifffile.PHOTOMETRIC.RGB, tifffile.PHOTOMETRIC.PALETTE, tifffile.PHOTOMETRIC.SEPARATED}
        if kind not in known:
            return None, "RGB", metadata, pages
        pixels = _channels_last(leaf.asarray(buffersize=_BUFFER), leaf.axes)
        if kind == tifffile.PHOTOMETRIC.PALETTE:
            return _from_palette(pixels[..., 0], leaf.colormap), "RGB", metadata, pages
        pixels = _to_integers(pixels, leaf.bitspersample)
        if kind == tifffile.PHOTOMETRIC.MINISWHITE:
            pixels[..., 0] = np.iinfo(pixels.dtype).max - pixels[..., 0]
        has_alpha = bool(leaf.extrasamples) and leaf.extrasamples[0] in _ALPHA
        if kind == tifffile.PHOTOMETRIC.SEPARATED:
            return pixels[..., : 5 if has_alpha else 4], "CMYK", metadata, pages
        colors = 1 if kind in _GRAY and pixels.shape[-1] < 3 else 3
        return pixels[..., : colors + has_alpha], "RGB", metadata, pages


def opened(data: bytes | Path) -> BinaryIO:
    """What can be read and sought in: the bytes of a file, or the file itself where it is large."""
    return data.open("rb") if isinstance(data, Path) else io.BytesIO(data)


def _check_pieces(leaf: tifffile.TiffPage, size: int) -> None:
    """Raise where strips or tiles are missing, which tifffile would fill with black in silence, or JPEG ones end
    behind the file's end, which libjpeg would fill with grey."""
    pieces = list(zip(leaf.dataoffsets, leaf.databytecounts))
    if len(pieces) < math.prod(leaf.chunked) or not all(count for _, count in pieces):
        raise EOFError("strips are missing")
    if leaf.compression in _JPEGS and any(place + count > size for place, count in pieces):
        raise EOFError("strips behind the end")


def _metadata(leaf: tifffile.TiffPage, exif: bytes | None) -> Metadata:
    orientation = leaf.tags.valueof(_ORIENTATION, 1)
    icc, xmp = leaf.tags.valueof(_ICC), leaf.tags.valueof(_XMP)
    return Metadata(
        icc=bytes(icc) if icc else None,
        exif=exif,
        xmp=upright_xmp(bytes(xmp)) if xmp else None,
        orientation=orientation if orientation in range(1, 9) else 1,
    )


def _channels_last(pixels: np.ndarray, axes: str) -> np.ndarray:
    """(H, W, channels) of a page with `axes` such as "YX", "YXS", "SYX" or "ZYXS" (of which the first)."""
    while axes and axes[0] not in "SYX":
        pixels, axes = pixels[0], axes[1:]
    if axes == "SYX":
        return np.moveaxis(pixels, 0, -1)
    return pixels if axes == "YXS" else pixels[..., None]


def _from_palette(ids: np.ndarray, colormap: np.ndarray) -> np.ndarray:
    return np.ascontiguousarray(np.moveaxis(colormap[:, ids], 0, -1) >> 8).astype(np.uint8)


def _to_integers(pixels: np.ndarray, bits: int) -> np.ndarray:
    """A new uint8 or uint16 array that uses the whole range; floats mean 0..1, or else their own range."""
    if pixels.dtype == bool:
        return pixels * np.uint8(255)
    if pixels.dtype.kind == "f":
        pixels = np.nan_to_num(pixels.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
        top = float(pixels.max(initial=0))
        white = next((white for white in (1.0, 255.0, 65535.0) if top <= white), top)
        return (np.clip(pixels, 0, white) * np.float32(65535 / white) + 0.5).astype(np.uint16)
    if pixels.dtype.kind == "i":
        pixels, bits = np.maximum(pixels, 0), bits - 1
    wanted = np.uint8 if bits <= 8 else np.uint16
    top = np.iinfo(wanted).max
    if 2**bits - 1 == top:
        return pixels.astype(wanted, copy=False)
    if bits <= 16:
        return ((pixels.astype(np.uint32) * top + (2**bits - 1) // 2) // (2**bits - 1)).astype(wanted)
    return (pixels >> (bits - 16)).astype(wanted)
