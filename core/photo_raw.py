"""Camera raw -> RGB of 16 bit in sRGB, with the camera's white balance, upright.

LibRaw develops it as a plain print: the camera's own white balance and colour matrix, no automatic brightening, so
that the same file always gives the same photo.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np

from core.errors import PhotoError
from core.extras import need
from core.metadata import Metadata, exif_of_tiff
from core.photo import RAW_SUFFIXES

_DNG_VERSION = 50706  # tag
_TIFF_STARTS = (b"II*\0", b"MM\0*")


def is_raw(path: Path, data: bytes) -> bool:
    """Whether a file is camera raw: by its name, or as a DNG by the tag that says so."""
    if path.suffix.lower() in RAW_SUFFIXES:
        return True
    return _has_tag(data, _DNG_VERSION)


def decode(
    path: Path, data: bytes, check_size: Callable[[Path, int, int], None]
) -> tuple[np.ndarray, Metadata] | None:
    """Pixels (H, W, 3) uint16 in sRGB, upright, and metadata; None for what LibRaw does not know.

    Raises PhotoError, or what LibRaw raises on a damaged file.
    """
    rawpy = need("rawpy", f"{path} is camera raw, which", PhotoError)
    _check_dng_is_whole(data)
    raw = rawpy.RawPy()
    try:
        try:
            raw.open_buffer(io.BytesIO(data))
        except rawpy.LibRawFileUnsupportedError:
            return None
        check_size(path, raw.sizes.width, raw.sizes.height)
        raw.unpack()
        pixels = raw.postprocess(
            output_bps=16,
            use_camera_wb=True,
            no_auto_bright=True,
            output_color=rawpy.ColorSpace.sRGB,
            gamma=(2.4, 12.92),  # the curve of sRGB
        )
    finally:
        raw.close()
    if pixels.ndim == 3 and pixels.shape[2] == 1:
        pixels = pixels[..., 0]
    exif = exif_of_tiff(data) if data[:4] in _TIFF_STARTS else None
    return np.ascontiguousarray(pixels), Metadata(exif=exif)


def thumbnail_within(path: Path, least: int) -> np.ndarray | None:
    """The small picture that a camera put into its file, upright, (h, w, 3) uint8; None where there is none of at
    least `least` pixels. Raises PhotoError where rawpy is missing."""
    import cv2

    rawpy = need("rawpy", f"{path} is camera raw, which", PhotoError)
    try:
        with rawpy.imread(str(path)) as raw:
            found, flip = raw.extract_thumb(), raw.sizes.flip
    except (rawpy.LibRawError, OSError, ValueError):
        return None
    if found.format == rawpy.ThumbFormat.JPEG:
        bgr = cv2.imdecode(np.frombuffer(found.data, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
        rgb = None if bgr is None else bgr[..., ::-1]
    else:
        rgb = found.data
    if rgb is None or rgb.ndim != 3 or max(rgb.shape) < least:
        return None
    return np.ascontiguousarray(np.rot90(rgb, {3: 2, 5: 1, 6: 3}.get(flip, 0)))


def _check_dng_is_whole(data: bytes) -> None:
    """Raise where the strips or tiles of a DNG end behind the file's end, of which LibRaw makes black in silence."""
    if not _has_tag(data, _DNG_VERSION):
        return
    import tifffile  # its import takes long

    with tifffile.TiffFile(io.BytesIO(data)) as file:
        for page in file.pages:
            for leaf in (page, *(page.pages or ())):
                ends = [place + count for place, count in zip(leaf.dataoffsets, leaf.databytecounts)]
                if max(ends, default=0) > len(data):
                    raise EOFError("strips behind the end")


def _has_tag(data: bytes, wanted: int) -> bool:
    """Whether the first directory of a TIFF has a tag."""
    if data[:4] not in _TIFF_STARTS:
        return False
    order = "<" if data[:2] == b"II" else ">"
    try:
        place = struct.unpack_from(order + "I", data, 4)[0]
        count = struct.unpack_from(order + "H", data, place)[0]
        return any(
            struct.unpack_from(order + "H", data, place + 2 + 12 * entry)[0] == wanted for entry in range(count)
        )
    except struct.error:
        return False
