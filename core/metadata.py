"""What a photo says about itself besides its pixels: colour profile, EXIF, XMP, and which way is up.

The way is applied to the pixels once, when the photo is opened (`core.photo_read`), so the EXIF and XMP carried to
the result say "upright" and no longer hold the old thumbnail.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image

from core.errors import ProjectError
from core.xmp import joined_jpeg

_ORIENTATION = 0x0112
_EXIF_IFD = 0x8769
_GPS_IFD = 0x8825
_WIDTH, _HEIGHT = 0xA002, 0xA003
_ACROSS, _DOWN, _UNIT = 282, 283, 296  # resolution
_INCH, _CENTIMETRE = 2, 3
_FINEST = 60_000  # dots per inch that can be meant
_TIFF_XMP, _PSD_XMP = 700, 1060
_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_MERGED = "mergedimage.png"  # in an OpenRaster file
_DESCRIPTIVE = frozenset({  # of a TIFF's own tags, those that speak of the picture and not of the file
    270, 271, 272, 274, 282, 283, 296, 305, 306, 315, 316, 18246, 18249, 33432,
    _EXIF_IFD, _GPS_IFD, *range(40091, 40096),
})  # fmt: skip


@dataclass(frozen=True)
class Metadata:
    """`exif` begins with "Exif\\0\\0" and says orientation 1; `orientation` 1..8 is what it said before."""

    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    orientation: int = 1


def read_metadata(image: Image.Image) -> Metadata:
    """The metadata of a photo that Pillow has opened; what is damaged is left out."""
    try:
        exif, orientation = _upright_exif(image.getexif(), _dots_per_inch(image))
    except Exception:  # Pillow raises anything at all on damaged EXIF; the pixels are still good
        exif, orientation = None, 1
    xmp = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or None
    xmp = xmp.encode() if isinstance(xmp, str) else xmp
    xmp = joined_jpeg(xmp, [body for mark, body in getattr(image, "applist", ()) if mark == "APP1"])
    return Metadata(image.info.get("icc_profile") or None, exif, upright_xmp(xmp), orientation)


def _dots_per_inch(image: Image.Image) -> tuple[float, float] | None:
    """What a PNG or JPEG says of its resolution besides EXIF. (BMP's is nobody's choice, and Pillow's 72 a guess.)"""
    if image.format == "PNG":
        return image.info.get("dpi")
    factor = {1: 1.0, 2: 2.54}.get(image.info.get("jfif_unit"))
    across, down = image.info.get("jfif_density", (0, 0))
    return None if factor is None else (across * factor, down * factor)


def read_packet(path: Path) -> bytes | None:
    """The XMP of a picture in any format that we write, OpenRaster and PSD too; None where it has none. Raises
    ProjectError where the file cannot be read."""
    try:
        with path.open("rb") as file:
            start = file.read(4)
            file.seek(0)
            if start in _TIFF_STARTS:
                return _packet_of_tiff(file)
            if start == b"PK\3\4":
                with zipfile.ZipFile(file) as layers, layers.open(_MERGED) as merged, Image.open(merged) as image:
                    return read_metadata(image).xmp
            with Image.open(file) as image:
                if image.format == "PSD":
                    return next((data for kind, _, data in image.resources if kind == _PSD_XMP), None)
                return read_metadata(image).xmp
    except FileNotFoundError as error:
        raise ProjectError(f"{path} is not there; check the name.") from error
    except IsADirectoryError as error:
        raise ProjectError(f"{path} is a folder; choose a file in it.") from error
    except Exception as error:  # each decoder has its own, and a damaged file may raise any of them
        raise ProjectError(f"{path} is no picture that can be read, or a damaged one; choose another.") from error


def _packet_of_tiff(file: BinaryIO) -> bytes | None:
    import tifffile  # its import takes long

    with tifffile.TiffFile(file) as tiff:
        xmp = tiff.pages.first.tags.valueof(_TIFF_XMP)
    return bytes(xmp) if xmp else None


def exif_of_tiff(data: bytes | BinaryIO) -> bytes | None:
    """EXIF of a TIFF or BigTIFF, as bytes or as a file, whose first directory is its EXIF; what speaks of the file's
    layout is left out."""
    try:
        exif = _first_directory(io.BytesIO(data) if isinstance(data, bytes) else data)
        for tag in set(exif) - _DESCRIPTIVE:
            del exif[tag]
        for tag in (_EXIF_IFD, _GPS_IFD):
            exif.get_ifd(tag)  # as long as its offsets are those of the file
        exif.bigtiff = False  # what is carried on is small
        return _upright_exif(exif)[0]
    except Exception:  # as above
        return None


def _first_directory(file: BinaryIO) -> Image.Exif:
    """The tags of a file's first directory, read where they stand: the file may be gigabytes."""
    file.seek(0)
    data = file.read(16)
    order = "little" if data[:2] == b"II" else "big"
    exif = Image.Exif()
    exif.bigtiff = int.from_bytes(data[2:4], order) == 43
    exif.endian = "<" if order == "little" else ">"
    place = data[8:16] if exif.bigtiff else data[4:8]
    exif.load_from_fp(file, int.from_bytes(place, order))
    return exif


def _upright_exif(exif: Image.Exif, dpi: tuple[float, float] | None = None) -> tuple[bytes | None, int]:
    """The bytes to carry on, and the orientation that was; `dpi` is what the file itself says of its resolution."""
    orientation = exif.get(_ORIENTATION, 1)
    orientation = orientation if orientation in range(1, 9) else 1
    if _ACROSS not in exif and dpi is not None and all(1 <= one <= _FINEST for one in dpi):
        exif[_ACROSS], exif[_DOWN], exif[_UNIT] = float(dpi[0]), float(dpi[1]), _INCH
    if orientation >= 5 and _ACROSS in exif and _DOWN in exif:
        exif[_ACROSS], exif[_DOWN] = exif[_DOWN], exif[_ACROSS]
    if set(exif) <= {_ORIENTATION}:
        return None, orientation
    details = exif.get_ifd(_EXIF_IFD)
    if orientation >= 5 and _WIDTH in details and _HEIGHT in details:
        details[_WIDTH], details[_HEIGHT] = details[_HEIGHT], details[_WIDTH]
    exif[_ORIENTATION] = 1
    return exif.tobytes(), orientation


def resolution_of(exif: bytes | None) -> tuple[float, float] | None:
    """Dots per inch across and down, as EXIF says; None where it does not."""
    if exif is None:
        return None
    try:
        tags = Image.Exif()
        tags.load(exif)
        factor = {_INCH: 1.0, _CENTIMETRE: 2.54}.get(tags.get(_UNIT, _INCH))
        across, down = (float(tags[tag]) * factor for tag in (_ACROSS, _DOWN))
    except Exception:  # as above; or there is none
        return None
    return (across, down) if all(1 <= one <= _FINEST for one in (across, down)) else None


def without_place(exif: bytes | None) -> bytes | None:
    """EXIF that does not say where the photo was taken; None where nothing else is in it, or it cannot be read."""
    if exif is None:
        return None
    try:
        tags = Image.Exif()
        tags.load(exif)
        if _GPS_IFD in tags:
            del tags[_GPS_IFD]
        return tags.tobytes() if set(tags) - {_ORIENTATION} else None
    except Exception:  # Pillow raises anything at all on damaged EXIF
        return None


def upright_xmp(xmp: bytes | None) -> bytes | None:
    """XMP that says orientation 1, if it says any."""
    return None if xmp is None else re.sub(rb"(tiff:Orientation(?:=[\"']|>))\d", rb"\g<1>1", xmp)


def upright(pixels: np.ndarray, orientation: int) -> np.ndarray:
    """`pixels` (h, w, ...) turned and mirrored as the EXIF orientation 1..8 demands."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
