"""File -> Photo. One door for every format, one sentence for everything that can be wrong.

The format is told from the content, and only camera raw by its name, since most of it is TIFF by its content. Pillow
reads the header and the metadata (and decodes what is 8 bit by nature); pixels of JPEG and PNG come from imagecodecs
and those of TIFF from tifffile, because Pillow cuts 16 bit to 8 in silence; HEIC, camera raw and PDF have a module
each, which needs an extra package. Whatever comes out is made into one of four shapes: grey or RGB, 8 or 16 bit,
with or without alpha, upright; CMYK and profiles made of tables become sRGB.
"""

from __future__ import annotations

import io
import logging
import os
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path

import imagecodecs
import numpy as np
from PIL import Image, UnidentifiedImageError

from core.errors import PhotoError
from core.icc import ProfileError, color_model, convert_to_srgb, space_of
from core.metadata import Metadata, read_metadata, upright
from core.photo import PHOTO_KINDS, Photo
from core.photo_heif import decode_avif, kind_of
from core.photo_pages import PAGED_SUFFIXES, TIFF_SUFFIXES, page_path, split_page, tiff_pages
from core.photo_raw import is_raw

LARGEST = 1_000_000_000  # pixels; what a header claims beyond is a mistake or an attack
_LARGE = 1 << 28  # bytes of a TIFF that is not read into memory beside its pixels
_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP", "BMP", "DIB", "GIF", "AVIF", "PPM")
_TIFF_STARTS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

Image.MAX_IMAGE_PIXELS = None  # LARGEST is our own limit, and it is an error, not a warning
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Decoded:
    """What a decoder brings: pixels as they are in the file, their model ("RGB", "CMYK"), metadata, the format, how
    many pictures the file holds, and sentences about what could not be kept."""

    pixels: np.ndarray
    model: str
    metadata: Metadata
    form: str
    pages: int = 1
    notes: tuple[str, ...] = ()


def read_photo(path: Path, page: int = 0) -> Photo:
    """See `core.photo.load_photo`."""
    file, own = split_page(path)
    if own is None and page and file.suffix.lower() in PAGED_SUFFIXES:
        path = page_path(file, page)
    page = page if own is None else own
    data, key = _read_file(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # damaged metadata; what matters is raised
            found = _decode(file, data, page)
            metadata = found.metadata
            pixels, alpha, icc, notes = _in_rgb(found.pixels, found.model, metadata.icc)
            pixels = upright(pixels, metadata.orientation)
            alpha = None if alpha is None else upright(alpha, metadata.orientation)
    except PhotoError:
        raise
    except MemoryError as error:
        raise PhotoError(f"{path} does not fit in memory; close other programs or make the photo smaller.") from error
    except Exception as error:  # each decoder has its own, and a damaged file may raise any of them
        log.info("%s cannot be decoded", path, exc_info=error)
        raise PhotoError(f"{path} is damaged or cut short; copy it again from where it came.") from error
    notes = found.notes + notes
    if found.pages > 1 and own is None:
        notes += (f"Of its {found.pages} pictures, only number {page + 1} is used.",)
    return Photo(path, pixels, alpha, icc, metadata.exif, metadata.xmp, found.form, f"{key}:{page}", notes)


def _is_pdf(start: bytes) -> bool:
    return start[:1024].lstrip()[:5] == b"%PDF-"


def _read_file(path: Path) -> tuple[bytes | Path, str]:
    """The bytes of a file, only the first ones of a PDF, and a key that changes with it. A large TIFF is left where it
    is and read piece by piece, beside pixels that are as large again."""
    try:
        if path.is_dir():
            raise PhotoError(f"{path} is a folder; open it as a folder, or choose a photo in it.")
        if path.exists() and not path.is_file():  # a pipe, whose end might never come
            raise PhotoError(f"{path} is no ordinary file; choose a photo.")
        with path.open("rb") as file:
            data, size = file.read(1024), path.stat().st_size
            if size > _LARGE and data[:4] in _TIFF_STARTS and path.suffix.lower() in TIFF_SUFFIXES:
                data = path
            elif not _is_pdf(data):
                file.seek(0)
                data = file.read()
        status = path.stat()
    except FileNotFoundError as error:
        raise PhotoError(f"{path} is not there; check the name.") from error
    except OSError as error:
        raise PhotoError(f"{path} cannot be read ({error.strerror}); check its permissions and the disk.") from error
    except ValueError as error:  # a null character in the name
        raise PhotoError(f"{path!s:.100} is no possible file name; check the name.") from error
    if not data:
        raise PhotoError(f"{path} is empty; copy it again from where it came.")
    return data, f"{path.resolve()}:{status.st_mtime_ns}:{status.st_size}"


def _decode(path: Path, data: bytes | Path, page: int) -> Decoded:
    if isinstance(data, Path):
        return _decode_tiff(path, data, page)
    if _is_pdf(data):
        from core import photo_pdf

        pixels, pages, notes = photo_pdf.decode(path, page, check_size)
        return Decoded(pixels, "RGB", Metadata(), "PDF", pages, notes)
    if data[:4] == b"PK\3\4":
        return _decode_layers(path, data, page)
    if is_raw(path, data):
        from core import photo_raw

        developed = photo_raw.decode(path, data, check_size)
        if developed is not None:
            return Decoded(developed[0], "RGB", developed[1], "RAW")
    if kind_of(data) == "HEIF":
        from core import photo_heif

        return Decoded(*photo_heif.decode(path, data, page, check_size))
    return _decode_common(path, data, page)


def _decode_layers(path: Path, data: bytes, page: int) -> Decoded:
    """An OpenRaster file is the picture that its layers make."""
    from core.ora_read import Broken, NotOra, merged_png

    try:
        merged = merged_png(data)
    except NotOra as error:
        raise PhotoError(f"{path} is not a photo that can be opened; choose a {PHOTO_KINDS} file.") from error
    except Broken as error:
        raise PhotoError(f"{path} cannot be opened, because {error}; save it again in the program it comes from, "
                         "or as PNG.") from error  # fmt: skip
    return _decode_common(path, merged, page)


def _decode_common(path: Path, data: bytes, page: int) -> Decoded:
    """What needs no extra package."""
    try:
        image = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (UnidentifiedImageError, Image.DecompressionBombError, ValueError, OSError, SyntaxError) as error:
        if data[:4] in _TIFF_STARTS:
            return _decode_tiff(path, data, page)
        if data[:2] == b"\xff\xd8" or data[:8] == b"\x89PNG\r\n\x1a\n" or (data[:4], data[8:12]) == (b"RIFF", b"WEBP"):
            raise  # a photo, but damaged
        raise PhotoError(
            f"{path} is not a photo that can be opened; choose a {PHOTO_KINDS} file."
        ) from error
    check_size(path, *image.size)
    if image.format == "TIFF":
        return _decode_tiff(path, data, page)
    frames = getattr(image, "n_frames", 1)
    if page:
        if page >= frames:
            raise PhotoError(f"{path} has no page {page + 1}; it has {frames}.")
        image.seek(page)
    form = {"MPO": "JPEG", "DIB": "BMP"}.get(image.format, image.format)
    metadata = read_metadata(image)
    pictures = 1 if image.format == "MPO" else frames  # a camera's MPO has previews behind its photo
    if form == "JPEG" and image.mode in ("L", "RGB") and not page:
        _check_jpeg_ends(data)
        return Decoded(imagecodecs.jpeg8_decode(data), "RGB", metadata, form, pictures)
    if form == "PNG" and not page:
        return Decoded(imagecodecs.png_decode(data), "RGB", metadata, form, pictures)
    if form == "AVIF" and not page and (pixels := decode_avif(data)) is not None:
        return Decoded(pixels, "RGB", metadata, form, pictures)
    return Decoded(*_decode_pillow(image), metadata, form, pictures)


def _decode_tiff(path: Path, data: bytes | Path, page: int) -> Decoded:
    from core import photo_tiff  # tifffile's import takes long, and most photos are no TIFFs

    pixels, model, metadata, pages = photo_tiff.decode(path, data, page, check_size)
    if pixels is None:  # a layout that tifffile leaves to us, and Pillow does not
        with photo_tiff.opened(data) as file:
            place = tiff_pages(file)[page]
            image = Image.open(file, formats=("TIFF",))
            image.seek(place)
            pixels, model = _decode_pillow(image)
    return Decoded(pixels, model, metadata, "TIFF", pages)


def check_size(path: Path, width: int, height: int) -> None:
    """Refuse what cannot be a photo before any memory is asked for."""
    if width <= 0 or height <= 0:
        raise PhotoError(f"{path} has no pixels ({width} x {height}); choose another photo.")
    if width * height > LARGEST:
        raise PhotoError(
            f"{path} claims {width} x {height} pixels, more than can be opened; "
            f"make it smaller than {LARGEST // 1_000_000} megapixels."
        )
    needed, there = 6 * width * height, memory()  # the pixels twice: as they are decoded and as they are kept
    if needed > there:
        raise PhotoError(
            f"{path} has {width} x {height} pixels, for which {needed / 2**30:.1f} GB of memory are needed and "
            f"{there / 2**30:.1f} GB are there; make it smaller."
        )


def memory() -> int:
    """Bytes of memory that this computer has; as good as endless where it does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):  # Windows
        return sys.maxsize


def _check_jpeg_ends(data: bytes) -> None:
    """Raise on a JPEG that is cut short, which libjpeg would fill with grey in silence.

    In the coded data 0xFF is always followed by 0, so that an end marker after the start of scan is a real one.
    """
    place = 2
    while data[place + 1] != 0xDA:  # start of scan
        place += 1 if data[place + 1] == 0xFF else 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    if data.find(b"\xff\xd9", place) < 0:
        raise EOFError("no end of image")


def _decode_pillow(image: Image.Image) -> tuple[np.ndarray, str]:
    """What Pillow decodes without loss, as an array, and "RGB" or "CMYK"."""
    if image.mode in ("1", "L", "LA", "RGB", "RGBA"):
        mode = "L" if image.mode == "1" else image.mode
        if "transparency" in image.info and mode in ("L", "RGB"):
            mode = "RGBA"
    elif image.mode.startswith("I;16") or image.mode == "I":
        return np.clip(np.asarray(image), 0, 65535).astype(np.uint16), "RGB"
    elif image.mode == "CMYK":
        return np.asarray(image), "CMYK"
    else:
        mode = "RGBA" if image.has_transparency_data else "RGB"
    return np.array(image if image.mode == mode else image.convert(mode)), "RGB"


def split_alpha(array: np.ndarray) -> tuple[np.ndarray, np.ndarray | None]:
    """(H, W), (H, W, 1..4) -> pixels (H, W) or (H, W, 3), and alpha (H, W) or None where all is opaque."""
    if array.dtype not in (np.uint8, np.uint16) or array.ndim not in (2, 3) or array.size == 0:
        raise ValueError(f"no photo: {array.dtype} {array.shape}")
    channels = 1 if array.ndim == 2 else array.shape[2]
    if channels == 1:
        return np.ascontiguousarray(array.reshape(array.shape[:2])), None
    if channels in (2, 4):
        pixels = array[..., 0] if channels == 2 else array[..., :3]
        return np.ascontiguousarray(pixels), np.ascontiguousarray(array[..., -1])
    if channels == 3:
        return np.ascontiguousarray(array), None
    raise ValueError(f"no photo: {array.shape}")


def _in_rgb(
    array: np.ndarray, model: str, icc: bytes | None
) -> tuple[np.ndarray, np.ndarray | None, bytes | None, tuple[str, ...]]:
    """Grey or RGB pixels, alpha, the profile that still holds for them, and what there is to say about it."""
    if model == "CMYK":
        pixels, notes = _from_cmyk(array[..., :4], icc)
        return pixels, np.ascontiguousarray(array[..., 4]) if array.shape[-1] == 5 else None, None, notes
    pixels, alpha = split_alpha(array)
    if icc is None:
        return pixels, alpha, None, ()
    try:
        space = space_of(icc)
        if space.is_gray and pixels.ndim == 3:
            raise ProfileError("its colour profile is for grey photos")
        return pixels, alpha, icc, ()
    except ProfileError as problem:
        if color_model(icc) == "RGB" and pixels.ndim == 3 and "tables" in str(problem):
            try:
                note = "Its colour profile is made of tables; the result is in sRGB."
                return convert_to_srgb(pixels, icc, "RGB"), alpha, None, (note,)
            except ProfileError as broken:
                problem = broken
        return pixels, alpha, None, (f"The photo was taken as sRGB: {problem}.",)


def _from_cmyk(ink: np.ndarray, icc: bytes | None) -> tuple[np.ndarray, tuple[str, ...]]:
    """sRGB of CMYK ink (0 is none): by its profile, else as if the inks were perfect filters."""
    if icc is not None and color_model(icc) == "CMYK":
        try:
            return convert_to_srgb(ink, icc, "CMYK"), ("The photo was CMYK; the result is in sRGB.",)
        except ProfileError:
            pass
    most = np.iinfo(ink.dtype).max
    paper = (most - ink).astype(np.float32)
    rgb = paper[..., :3] * (paper[..., 3:] / most)
    note = "The photo was CMYK without a usable profile; its colours were estimated and the result is in sRGB."
    return (rgb + 0.5).astype(ink.dtype), (note,)
