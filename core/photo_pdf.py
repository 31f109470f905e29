"""A page of a PDF -> one array of grey or RGB, at the resolution of the scan in it.

PDFium may be used by one thread at a time, whatever the document: all its work here is under one lock.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

import numpy as np

from core.errors import PhotoError
from core.extras import need

DRAWN_DPI = 300  # of a page that holds no scan
LARGEST = 200_000_000  # pixels of a page; one that asks for more is drawn smaller, which is said
_POINT = 72  # of which an inch has so many
_FINEST, _COARSEST = 2400, 72  # dpi
_SCANS_LOOKED_AT = 1000
_AREA = 0.25  # of the page, that a picture covers at least to be its scan
_lock = Lock()


def page_count(path: Path) -> int:
    """How many pages the PDF at `path` has; raises PhotoError where it cannot be read."""
    try:
        if not path.is_file():
            raise PhotoError(f"{path} is no ordinary file; choose a photo.")
        with path.open("rb") as file, _opened(path, file) as (_, document):
            return len(document)
    except OSError as error:
        raise PhotoError(f"{path} cannot be read ({error.strerror}); check its permissions and the disk.") from error


def thumbnail(path: Path, page: int, long_side: int) -> np.ndarray:
    """A page (h, w, 3) uint8, drawn with a long side of about `long_side`. Raises PhotoError."""
    try:
        with path.open("rb") as file, _opened(path, file) as (pdfium, document):
            leaf = document[min(page, len(document) - 1)]
            return _drawn(pdfium, leaf, *_pixels(leaf, long_side / max(1.0, *leaf.get_size())))
    except OSError as error:
        raise PhotoError(f"{path} cannot be read ({error.strerror}); check its permissions and the disk.") from error


def _pixels(leaf: Any, scale: float) -> tuple[int, int]:
    """(width, height) of a page in pixels."""
    return tuple(max(1, round(points * scale)) for points in leaf.get_size())


def _drawn(pdfium: ModuleType, leaf: Any, width: int, height: int) -> np.ndarray:
    """The page on white, (height, width, 3). pypdfium2's own drawing rounds sizes up, and a scan whose sides are a hair
    off whole pixels would be resampled."""
    raw = pdfium.raw
    bitmap = pdfium.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR, rev_byteorder=True)
    bitmap.fill_rect((255, 255, 255, 255), 0, 0, width, height)
    raw.FPDF_RenderPageBitmap(bitmap, leaf, 0, 0, width, height, 0, raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER)
    pixels = np.array(bitmap.to_numpy())
    bitmap.close()
    return pixels


def decode(
    path: Path, page: int, check_size: Callable[[Path, int, int], None]
) -> tuple[np.ndarray, int, tuple[str, ...]]:
    """Pixels (H, W) or (H, W, 3) uint8 of a page, how many pages there are, and notes. Only what the page needs is read
    of the file, which may hold a whole archive. Raises PhotoError or OSError."""
    with path.open("rb") as file, _opened(path, file) as (pdfium, document):
        count = len(document)
        if page >= count:
            raise PhotoError(f"{path} has no page {page + 1}; it has {count}.")
        leaf = document[page]
        width, height = leaf.get_size()
        if not (width > 0 and height > 0):
            raise PhotoError(f"{path} has no pixels on page {page + 1}; choose another photo.")
        scale, notes = _scale(pdfium, leaf)
        width, height = _pixels(leaf, scale)
        check_size(path, width, height)
        pixels = _drawn(pdfium, leaf, width, height)
    gray = (pixels[..., 0] == pixels[..., 1]).all() and (pixels[..., 1] == pixels[..., 2]).all()
    return (np.ascontiguousarray(pixels[..., 0]) if gray else pixels), count, notes


@contextmanager
def _opened(path: Path, file: Any) -> Iterator[tuple[ModuleType, Any]]:
    pdfium = need("pypdfium2", f"{path} is a PDF, which", PhotoError)
    with _lock:
        try:
            document = pdfium.PdfDocument(file)
        except pdfium.PdfiumError as error:
            if "password" in str(error).lower():
                raise PhotoError(f"{path} is locked by a password; save it without one and open that.") from error
            raise PhotoError(f"{path} is damaged or cut short; copy it again from where it came.") from error
        try:
            if not len(document):
                raise PhotoError(f"{path} has no pages; choose another photo.")
            yield pdfium, document
        except pdfium.PdfiumError as error:
            raise PhotoError(f"{path} is damaged or cut short; copy it again from where it came.") from error
        finally:
            document.close()


def _scale(pdfium: ModuleType, leaf: Any) -> tuple[float, tuple[str, ...]]:
    """Pixels a point: those of the finest scan that covers much of the page, or else of `DRAWN_DPI`."""
    width, height = leaf.get_size()
    dpi = 0.0
    for number, scan in enumerate(leaf.get_objects(filter=[pdfium.raw.FPDF_PAGEOBJ_IMAGE], max_depth=4)):
        if number >= _SCANS_LOOKED_AT:
            break
        a, b, c, d, _, _ = scan.get_matrix().get()  # of the unit square onto the page
        across, up = math.hypot(a, b), math.hypot(c, d)
        if across * up >= _AREA * width * height:
            columns, rows = scan.get_px_size()
            dpi = max(dpi, _POINT * columns / across, _POINT * rows / up)
    wanted = min(max(dpi, _COARSEST), _FINEST) / _POINT if dpi else DRAWN_DPI / _POINT
    most = math.sqrt(LARGEST / (width * height))
    if wanted <= most:
        return wanted, ()
    return most, (f"The page was drawn at {most * _POINT:.0f} dpi, as large as a page may be.",)
