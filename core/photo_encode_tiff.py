"""TIFF: deflated strips of differences, with EXIF's own directories behind them; BigTIFF past 4 GB."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

import imagecodecs
import numpy as np
import tifffile
from PIL import Image
from PIL.TiffImagePlugin import ImageFileDirectory_v2

from core.metadata import resolution_of
from core.photo_encode import Encoder

CLASSIC = (1 << 32) - (1 << 25)  # bytes of pixels that a TIFF with offsets of 32 bit is trusted to hold
_LEVEL = 4  # of deflate
_SUB_DIRECTORIES = (0x8769, 0x8825)  # EXIF and GPS
_XMP = 700


class TiffEncoder(Encoder):
    """TIFF 6.0, or BigTIFF, little-endian, adobe deflate with the horizontal predictor."""

    def piece(self, pixels: np.ndarray) -> bytes:
        whole = np.ascontiguousarray(pixels.reshape(*pixels.shape[:2], -1))
        differences = imagecodecs.delta_encode(whole, axis=-2)
        return bytes(imagecodecs.deflate_encode(differences.astype(differences.dtype.newbyteorder("<")), level=_LEVEL))

    def write(self, file: BinaryIO, pieces: Iterator[bytes]) -> None:
        picture = self.picture
        big = picture.nbytes > CLASSIC
        exif = Image.Exif()
        if picture.exif:
            exif.load(picture.exif)
        directories = {tag: exif.get_ifd(tag) for tag in _SUB_DIRECTORIES if exif.get_ifd(tag)}
        tags = [(tag, "s", 0, text, True) for tag, text in exif.items() if isinstance(text, str) and text.isascii()]
        # a place for each directory; tifffile refuses the tag itself
        tags += [(tag + 1, "Q" if big else "I", 1, 0, True) for tag in directories]
        if picture.xmp:
            tags.append((_XMP, "B", len(picture.xmp), picture.xmp, True))
        channels = picture.channels
        tifffile.imwrite(
            file, pieces, shape=picture.shape, dtype=np.uint8 if picture.depth == 8 else np.uint16,
            byteorder="<", bigtiff=big, metadata=None, software=False, description=None, iccprofile=picture.icc,
            photometric="rgb" if channels >= 3 else "minisblack",
            extrasamples=["unassalpha"] if channels in (2, 4) else None,
            planarconfig="contig" if channels > 1 else None,
            compression="adobe_deflate", predictor=True, rowsperstrip=picture.rows, extratags=tags,
            resolution=resolution_of(picture.exif), resolutionunit="inch" if resolution_of(picture.exif) else None,
        )  # fmt: skip
        if directories:
            _add_directories(file, directories, big)


def _add_directories(file: BinaryIO, directories: dict[int, dict], big: bool) -> None:
    """Append EXIF's sub-directories to a TIFF, and turn the tags kept free for them into theirs."""
    file.seek(0)
    with tifffile.TiffFile(file) as tiff:
        places = {tag: tiff.pages.first.tags[tag + 1].offset for tag in directories}
    start = b"II+\0\x08\0\0\0" + bytes(8) if big else b"II*\0\x08\0\0\0"
    for tag, entries in directories.items():
        offset = file.seek(0, io.SEEK_END)
        offset += file.write(bytes(offset % 2))
        directory = ImageFileDirectory_v2(start, group=tag)
        for entry, value in entries.items():
            directory[entry] = value
        file.write(directory.tobytes(offset))
        file.seek(places[tag])
        file.write(struct.pack("<HHQQ", tag, 16, 1, offset) if big else struct.pack("<HHII", tag, 4, 1, offset))
    file.seek(0, io.SEEK_END)
