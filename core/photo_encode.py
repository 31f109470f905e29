"""Pixels -> the bytes of a file, piece by piece, so that no whole photo waits in memory to be written.

    encoder = encoder_for("JPEG", picture)       what the file will be
    encoder.piece(pixels) -> bytes               any thread, any order, `picture.rows` rows each but the last
    encoder.write(file, pieces)                  in their order, each written as it comes

A JPEG's pieces are coded each on its own with the same tables and joined by restart markers (ITU-T T.81, E.1.4);
a PNG's are deflated each on its own and joined by empty blocks, as pigz does; a TIFF's are its strips. WebP, AVIF
and BMP know no pieces: their encoders get the whole. Profile, EXIF and XMP stand before the pixels.

Only PNG and TIFF hold 16 bit. WebP loses nothing unless a quality asks for less.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import imagecodecs
import numpy as np

from core import xmp
from core.formats import FORMATS, ExportSettings
from core.metadata import resolution_of

EXIF_START = b"Exif\0\0"
_ICC_START = b"ICC_PROFILE\0"
_SEGMENT = 65533  # bytes a JPEG segment holds
_MCUS = 65535  # of a restart interval, at most
_AVIF_SPEED = 8  # of 10; slower is hardly smaller


class Unfit(ValueError):
    """The encoder cannot make this picture into a file of its format."""


@dataclass(frozen=True)
class Picture:
    """All that is known before the first pixel: `shape` (H, W) or (H, W, channels), alpha last, `depth` 8 or 16,
    `rows` how many a piece has."""

    shape: tuple[int, ...]
    depth: int
    rows: int
    icc: bytes | None = None
    exif: bytes | None = None
    xmp: bytes | None = None
    settings: ExportSettings = field(default_factory=ExportSettings)

    @property
    def height(self) -> int:
        return self.shape[0]

    @property
    def width(self) -> int:
        return self.shape[1]

    @property
    def channels(self) -> int:
        return self.shape[2] if len(self.shape) == 3 else 1

    @property
    def nbytes(self) -> int:
        return self.height * self.width * self.channels * self.depth // 8


class Encoder:
    """Makes one file. `step`: pieces have a multiple of so many rows, but for the last."""

    step = 1

    def __init__(self, picture: Picture) -> None:
        self.picture = picture

    def piece(self, pixels: np.ndarray) -> object:
        """What stands in the file for these rows."""
        raise NotImplementedError

    def write(self, file: BinaryIO, pieces: Iterator[object]) -> None:
        """The file, from its pieces in their order."""
        raise NotImplementedError


def encoder_for(form: str, picture: Picture) -> Encoder:
    """The encoder of a format ("PNG", "JPEG", "TIFF", "WEBP", "AVIF", "BMP")."""
    return encoder_type(form)(picture)


def encoder_type(form: str) -> type[Encoder]:
    """The class of a format's encoder."""
    if form == "TIFF":
        from core.photo_encode_tiff import TiffEncoder  # which imports tifffile, for long

        return TiffEncoder
    return {"JPEG": JpegEncoder, "PNG": PngEncoder, "WEBP": WebpEncoder, "AVIF": AvifEncoder, "BMP": BmpEncoder}[form]


def to_8_bit(values: np.ndarray) -> np.ndarray:
    """uint16 as uint8, rounded; uint8 as it is."""
    return values if values.dtype == np.uint8 else ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)


class JpegEncoder(Encoder):
    """Baseline JPEG, every piece between two restart markers."""

    step = 16  # rows of an MCU with colour halved both ways

    def piece(self, pixels: np.ndarray) -> bytes:
        settings = self.picture.settings
        level = FORMATS["JPEG"].quality if settings.quality is None else settings.quality
        wish = FORMATS["JPEG"].subsampling(level, settings.subsampling)
        try:
            return imagecodecs.jpeg8_encode(np.ascontiguousarray(pixels), level=level, subsampling=wish)
        except (ValueError, RuntimeError) as error:
            raise Unfit(str(error)) from error

    def write(self, file: BinaryIO, pieces: Iterator[bytes]) -> None:
        picture, first = self.picture, next(pieces)
        head, scan, start = _jpeg_head(first)
        frame = next(index for index, (mark, _) in enumerate(head) if mark == 0xC0)
        body = head[frame][1]
        head[frame] = 0xC0, body[:1] + struct.pack(">H", picture.height) + body[3:]
        several = picture.rows < picture.height
        if several:
            head.append((0xDD, struct.pack(">H", self._interval(body))))
        jfif = [(mark, _with_density(body, picture.exif)) for mark, body in head if mark == 0xE0]
        rest = [segment for segment in head if segment[0] != 0xE0]
        file.write(b"\xff\xd8")
        for mark, body in [*jfif, *jpeg_segments(picture), *rest, (0xDA, scan)]:
            file.write(struct.pack(">BBH", 0xFF, mark, len(body) + 2) + body)
        file.write(memoryview(first)[start:-2])
        for number, piece in enumerate(pieces):
            file.write(bytes((0xFF, 0xD0 + number % 8)))
            file.write(memoryview(piece)[_jpeg_head(piece)[2] : -2])
        file.write(b"\xff\xd9")

    def _interval(self, frame: bytes) -> int:
        """MCUs in a piece, by the sampling factors of the frame header."""
        across, down = (frame[7] >> 4, frame[7] & 15) if frame[5] == 3 else (1, 1)
        wide = -(-self.picture.width // (8 * across))
        return wide * (self.picture.rows // (8 * down))


def _with_density(jfif: bytes, exif: bytes | None) -> bytes:
    """JFIF's own segment with the resolution that EXIF tells."""
    dpi = resolution_of(exif)
    return jfif if dpi is None else jfif[:7] + struct.pack(">BHH", 1, *map(round, dpi)) + jfif[12:]


def most_jpeg_rows(width: int) -> int:
    """How many rows a piece of a JPEG may have at most."""
    return max(16, _MCUS // -(-width // 8) * 8 // 16 * 16)


def _jpeg_head(data: bytes) -> tuple[list[tuple[int, bytes]], bytes, int]:
    """The segments before the scan as (marker, body), the scan's own header, and where the coded data begin."""
    head, place = [], 2
    while True:
        mark, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        body = data[place + 4 : place + 2 + length]
        place += 2 + length
        if mark == 0xDA:
            return head, body, place
        head.append((mark, body))


def jpeg_segments(picture: Picture) -> list[tuple[int, bytes]]:
    """EXIF, XMP and profile as (marker, body). What is larger than a segment and cannot be cut is left out."""
    segments = [(0xE1, picture.exif)] if picture.exif else []
    segments += [(0xE1, body) for body in xmp.jpeg_bodies(picture.xmp)]
    icc = picture.icc or b""
    step = _SEGMENT - len(_ICC_START) - 2
    cuts = [icc[start : start + step] for start in range(0, len(icc), step)]
    segments += [(0xE2, _ICC_START + bytes([number, len(cuts)]) + cut) for number, cut in enumerate(cuts, start=1)]
    return [(mark, body) for mark, body in segments if len(body) <= _SEGMENT]


class PngEncoder(Encoder):
    """PNG with differences along rows and run lengths, which is fast and nearly as small."""

    def piece(self, pixels: np.ndarray) -> tuple[bytes, int, int]:
        """Deflated rows, and the Adler-32 and length of what they inflate to."""
        rows = len(pixels)
        raw = np.ascontiguousarray(pixels.astype(">u2") if pixels.dtype == np.uint16 else pixels)
        raw = raw.view(np.uint8).reshape(rows, -1)
        size = self.picture.channels * self.picture.depth // 8
        filtered = np.empty((rows, 1 + raw.shape[1]), np.uint8)
        filtered[:, 0] = 1  # the filter "Sub"
        filtered[:, 1 : 1 + size] = raw[:, :size]
        np.subtract(raw[:, size:], raw[:, :-size], out=filtered[:, 1 + size :])
        deflate = zlib.compressobj(1, zlib.DEFLATED, -15, 9, zlib.Z_RLE)
        data = deflate.compress(filtered) + deflate.flush(zlib.Z_SYNC_FLUSH)
        return data, zlib.adler32(filtered), filtered.size

    def write(self, file: BinaryIO, pieces: Iterator[tuple[bytes, int, int]]) -> None:
        picture = self.picture
        kind = {1: 0, 2: 4, 3: 2, 4: 6}[picture.channels]
        header = struct.pack(">IIBBBBB", picture.width, picture.height, picture.depth, kind, 0, 0, 0)
        file.write(b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header))
        for chunk in png_extras(picture):
            file.write(chunk)
        check = 1
        for number, (data, adler, length) in enumerate(pieces):
            check = _adler_of_both(check, adler, length)
            file.write(png_chunk(b"IDAT", data if number else b"\x78\x01" + data))
        file.write(png_chunk(b"IDAT", b"\x03\x00" + struct.pack(">I", check)))  # an empty last block
        file.write(png_chunk(b"IEND", b""))


def png_extras(picture: Picture) -> list[bytes]:
    """The chunks with profile, EXIF and XMP."""
    chunks = []
    if picture.icc:
        chunks.append(png_chunk(b"iCCP", b"icc\0\0" + zlib.compress(picture.icc)))
    if dpi := resolution_of(picture.exif):
        chunks.append(png_chunk(b"pHYs", struct.pack(">IIB", *(round(one / 0.0254) for one in dpi), 1)))
    if picture.exif:
        chunks.append(png_chunk(b"eXIf", picture.exif.removeprefix(EXIF_START)))
    if picture.xmp:
        chunks.append(png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + picture.xmp))
    return chunks


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG with its length and check sum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(kind)))


def _adler_of_both(first: int, second: int, length: int) -> int:
    """The Adler-32 (RFC 1950) of two pieces together; `length` is that of the second."""
    base = 65521
    low = (first & 0xFFFF) + (second & 0xFFFF) - 1
    high = (first >> 16) + (second >> 16) + (length % base) * ((first & 0xFFFF) - 1)
    return (high % base) << 16 | low % base


class _WholeEncoder(Encoder):
    """A format whose encoder wants everything at once, and is Pillow's."""

    form = ""

    def piece(self, pixels: np.ndarray) -> np.ndarray:
        return pixels

    def write(self, file: BinaryIO, pieces: Iterable[np.ndarray]) -> None:
        from PIL import Image

        whole, top = np.empty(self.picture.shape, np.uint8), 0
        for piece in pieces:
            whole[top : top + len(piece)] = piece
            top += len(piece)
        if self.picture.channels == 2:
            whole = whole[..., [0, 0, 0, 1]]
        made = io.BytesIO()
        try:
            Image.fromarray(whole).save(made, self.form, **self.options())
        except (ValueError, RuntimeError, OSError) as error:
            raise Unfit(str(error)) from error
        file.write(made.getbuffer())

    def options(self) -> dict[str, object]:
        """What Pillow is told besides the pixels."""
        picture = self.picture
        return {"icc_profile": picture.icc or b"", "exif": picture.exif or b"", "xmp": picture.xmp or b""}


class WebpEncoder(_WholeEncoder):
    """WebP, lossless unless a quality below 100 was asked for."""

    form = "WEBP"

    def options(self) -> dict[str, object]:
        quality = self.picture.settings.quality
        lossless = quality is None or quality >= 100  # where quality means effort, of which 0 is as small as 20
        told = {"quality": 0, "method": 0} if lossless else {"quality": quality, "method": 2}
        return super().options() | told | {"lossless": lossless, "exact": True}


class AvifEncoder(_WholeEncoder):
    """AVIF of 8 bit, full range."""

    form = "AVIF"

    def options(self) -> dict[str, object]:
        settings, form = self.picture.settings, FORMATS["AVIF"]
        quality = form.quality if settings.quality is None else settings.quality
        subsampling = ":".join(form.subsampling(quality, settings.subsampling))
        return super().options() | {"quality": quality, "subsampling": subsampling, "speed": _AVIF_SPEED}


class BmpEncoder(_WholeEncoder):
    """BMP, which holds pixels and nothing else."""

    form = "BMP"

    def options(self) -> dict[str, object]:
        return {}
