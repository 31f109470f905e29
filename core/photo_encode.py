"""One encoder a format: pixels and what came with them -> the bytes of a file, as a list of chunks.

JPEG and PNG come from imagecodecs, with the profile, EXIF and XMP put in as segments after their first one;
TIFF from tifffile; WebP and BMP from Pillow. Only PNG and TIFF hold 16 bit. WebP loses nothing unless a quality asks
for less, so that JPEG is the one format whose own rounding touches the light.
"""

from __future__ import annotations

import io
import struct
import zlib

import imagecodecs
import numpy as np
from PIL import Image

from core.photo import Photo

JPEG_QUALITY = 95  # where none was asked for

_EXIF_START = b"Exif\0\0"
_XMP_START = b"http://ns.adobe.com/xap/1.0/\0"
_ICC_START = b"ICC_PROFILE\0"
_SEGMENT = 65533  # bytes a JPEG segment holds
_SUB_DIRECTORIES = (0x8769, 0x8825)  # EXIF and GPS
_LARGE = 1 << 31  # bytes of pixels; more may make a BigTIFF, whose directories are built otherwise


def encode(form: str, pixels: np.ndarray, like: Photo, quality: int | None) -> list[bytes]:
    """The file in format `form` ("PNG", "JPEG", "TIFF", "WEBP", "BMP"). Raises ValueError or RuntimeError."""
    if form not in ("PNG", "TIFF"):
        pixels = _to_8_bit(pixels)
    if form != "JPEG" and like.alpha is not None:
        alpha = like.alpha if like.alpha.dtype == pixels.dtype else _to_8_bit(like.alpha)
        color = pixels if pixels.ndim == 3 else pixels[..., None]
        pixels = np.concatenate([color, alpha[..., None]], axis=-1)
    if form == "JPEG":
        return _jpeg(pixels, like, JPEG_QUALITY if quality is None else quality)
    if form == "PNG":
        return _png(pixels, like)
    if form == "TIFF":
        return _tiff(pixels, like)
    return _pillow(form, pixels, like, quality)


def _to_8_bit(values: np.ndarray) -> np.ndarray:
    return values if values.dtype == np.uint8 else ((values.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _jpeg(pixels: np.ndarray, like: Photo, quality: int) -> list[bytes]:
    subsampling = "444" if quality >= 90 else "420"
    data = imagecodecs.jpeg8_encode(np.ascontiguousarray(pixels), level=quality, subsampling=subsampling)
    # after the start marker comes JFIF's own segment, then ours
    first = 4 + int.from_bytes(data[4:6], "big") if data[2:4] == b"\xff\xe0" else 2
    return [data[:first], *_jpeg_segments(like), memoryview(data)[first:]]


def _jpeg_segments(like: Photo) -> list[bytes]:
    segments = []
    if like.exif:
        segments.append((0xE1, like.exif))
    if like.xmp:
        segments.append((0xE1, _XMP_START + like.xmp))
    icc = like.color_icc or b""
    step = _SEGMENT - len(_ICC_START) - 2
    pieces = [icc[start : start + step] for start in range(0, len(icc), step)]
    segments += [
        (0xE2, _ICC_START + bytes([number, len(pieces)]) + piece) for number, piece in enumerate(pieces, start=1)
    ]
    # what is larger than a segment (never the profile) is left out: readers would stumble over it
    return [struct.pack(">BBH", 0xFF, mark, len(body) + 2) + body for mark, body in segments if len(body) <= _SEGMENT]


def _png(pixels: np.ndarray, like: Photo) -> list[bytes]:
    # fast: run lengths of differences, as OpenCV does
    data = imagecodecs.png_encode(np.ascontiguousarray(pixels), level=1, strategy=3, filter=16)
    chunks = []
    if like.color_icc:
        chunks.append(_png_chunk(b"iCCP", b"icc\0\0" + zlib.compress(like.color_icc)))
    if like.exif:
        chunks.append(_png_chunk(b"eXIf", like.exif.removeprefix(_EXIF_START)))
    if like.xmp:
        chunks.append(_png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + like.xmp))
    header = 8 + 25  # signature and IHDR
    return [data[:header], *chunks, memoryview(data)[header:]]


def _png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _tiff(pixels: np.ndarray, like: Photo) -> list[bytes]:
    import tifffile  # its import takes long, and most photos are no TIFFs

    exif = Image.Exif()
    if like.exif:
        exif.load(like.exif)
    directories = {tag: exif.get_ifd(tag) for tag in _SUB_DIRECTORIES if exif.get_ifd(tag) and pixels.nbytes < _LARGE}
    tags = [(tag, "s", 0, text, True) for tag, text in exif.items() if isinstance(text, str) and text.isascii()]
    tags += [(tag + 1, "I", 1, 0, True) for tag in directories]  # a place for it; tifffile refuses the tag itself
    if like.xmp:
        tags.append((700, "B", len(like.xmp), like.xmp, True))
    file = io.BytesIO()
    tifffile.imwrite(
        file, pixels, byteorder="<", metadata=None, software=False, description=None, iccprofile=like.color_icc,
        photometric="rgb" if pixels.ndim == 3 and pixels.shape[2] >= 3 else "minisblack",
        extrasamples=["unassalpha"] if pixels.ndim == 3 and pixels.shape[2] in (2, 4) else None,
        planarconfig="contig" if pixels.ndim == 3 else None,
        compression="adobe_deflate", compressionargs={"level": 4}, predictor=True, rowsperstrip=64, maxworkers=2,
        extratags=tags,
    )  # fmt: skip
    if directories:
        _add_directories(file, directories)
    return [file.getbuffer()]


def _add_directories(file: io.BytesIO, directories: dict[int, dict]) -> None:
    """Append EXIF's sub-directories to a TIFF, and turn the tags kept free for them into theirs."""
    import tifffile
    from PIL.TiffImagePlugin import ImageFileDirectory_v2

    file.seek(0)
    with tifffile.TiffFile(file) as tiff:
        places = {tag: tiff.pages.first.tags[tag + 1].offset for tag in directories}
    for tag, entries in directories.items():
        offset = file.seek(0, io.SEEK_END)
        offset += file.write(b"\0" * (offset % 2))
        directory = ImageFileDirectory_v2(b"II*\0\x08\0\0\0", group=tag)
        for entry, value in entries.items():
            directory[entry] = value
        file.write(directory.tobytes(offset))
        file.seek(places[tag])
        file.write(struct.pack("<HHII", tag, 4, 1, offset))


def _pillow(form: str, pixels: np.ndarray, like: Photo, quality: int | None) -> list[bytes]:
    extra = {}
    if form == "WEBP":
        lossless = quality is None or quality >= 100  # where quality means effort, of which 0 is as small as 20
        extra = {"quality": 0, "method": 0} if lossless else {"quality": quality, "method": 2}
        extra |= {"lossless": lossless, "exact": True}
        extra |= {"icc_profile": like.color_icc or b"", "exif": like.exif or b"", "xmp": like.xmp or b""}
    if pixels.ndim == 3 and pixels.shape[2] == 2:
        pixels = pixels[..., [0, 0, 0, 1]]
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, form, **extra)
    return [file.getbuffer()]
