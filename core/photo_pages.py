"""Pages: a scan of many pages in one TIFF or PDF is as many photos, each with a path of its own.

    scan.pdf#page=3        the third page of scan.pdf, as the fragment of an address is written (RFC 8118)

Such a path goes wherever a photo's path goes: the folder strip, Recent, projects, a batch. The pages of a TIFF are
its directories, but for thumbnails, pyramids and masks; they are counted here by their links alone, because a
scan may have a thousand and tifffile takes a millisecond for each.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import BinaryIO

from core.errors import PhotoError

TIFF_SUFFIXES = frozenset({".tif", ".tiff"})
PDF_SUFFIX = ".pdf"
PAGED_SUFFIXES = TIFF_SUFFIXES | {PDF_SUFFIX}
MOST_PAGES = 20_000  # what a file claims beyond is a loop or an attack
_PAGE = re.compile(r"(?i)(?P<file>.+\.(?:tiff?|pdf))#page=(?P<page>[1-9][0-9]{0,5})")
_SUBFILE = 254  # tag: bit 0 a reduced copy, bit 2 a mask
_NO_PAGE = 0b101
_MOST_TAGS = 4096


def page_path(path: Path, page: int) -> Path:
    """The path of one page, counted from 0 here as everywhere in the code, and from 1 in the path."""
    return Path(path).with_name(f"{path.name}#page={page + 1}")


def split_page(path: Path) -> tuple[Path, int | None]:
    """The file of a path, and its page from 0; None where the path names no page."""
    found = _PAGE.fullmatch(path.name)
    return (path, None) if found is None else (path.with_name(found["file"]), int(found["page"]) - 1)


def file_of(path: Path) -> Path:
    """The file that a photo's path leads to."""
    return split_page(path)[0]


def stem_of(path: Path) -> str:
    """What the names of results begin with: the file's stem, and the page where there is one: scan_p003."""
    file, page = split_page(path)
    return file.stem if page is None else f"{file.stem}_p{page + 1:03d}"


def name_of(path: Path) -> str:
    """The name a person reads: scan.pdf - page 3."""
    file, page = split_page(path)
    return file.name if page is None else f"{file.name} - page {page + 1}"


def pages(path: Path) -> int:
    """How many photos the file at `path` is, by its name and its content; 1 for all that is no scan of pages.

    Raises PhotoError for a TIFF or PDF that cannot be read.
    """
    path = Path(path)
    if path.suffix.lower() == PDF_SUFFIX:
        from core.photo_pdf import page_count

        return page_count(path)
    if path.suffix.lower() not in TIFF_SUFFIXES:
        return 1
    try:
        if not path.is_file():  # a pipe, whose end might never come
            raise PhotoError(f"{path} is no ordinary file; choose a photo.")
        with path.open("rb") as file:
            return max(1, len(tiff_pages(file)))
    except OSError as error:
        raise PhotoError(f"{path} cannot be read ({error.strerror}); check its permissions and the disk.") from error


def expand(path: Path) -> list[Path]:
    """The photos in one file: itself, or its pages where it has several. What cannot be read is left as it is,
    for whoever opens it to say why."""
    try:
        count = pages(path)
    except PhotoError:
        return [path]
    return [path] if count == 1 else [page_path(path, page) for page in range(count)]


def tiff_pages(file: BinaryIO) -> list[int]:
    """Which directories of a TIFF are pages: not those of thumbnails, pyramids and masks. All, where none is.

    What is no TIFF has none; a chain that is cut or bites its tail ends there.
    """
    order, big, place = _tiff_start(file)
    whole: list[int] = []
    seen: set[int] = set()
    while place and place not in seen and len(seen) < MOST_PAGES:
        subfile, following = _directory(file, place, order, big)
        if subfile is None:
            break
        if not subfile & _NO_PAGE:
            whole.append(len(seen))
        seen.add(place)
        place = following
    return whole or list(range(len(seen)))


def _tiff_start(file: BinaryIO) -> tuple[str, bool, int]:
    """Byte order, whether it is a BigTIFF, and the place of the first directory; 0 for what is no TIFF."""
    head = file.read(16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2])
    if order is None or len(head) < 8:
        return "<", False, 0
    version = struct.unpack(order + "H", head[2:4])[0]
    if version == 43 and len(head) == 16:
        return order, True, struct.unpack(order + "Q", head[8:])[0]
    return order, False, struct.unpack(order + "I", head[4:8])[0] if version == 42 else 0


def _directory(file: BinaryIO, place: int, order: str, big: bool) -> tuple[int | None, int]:
    """The subfile type of the directory at `place` and the place of the next; None for one that is cut."""
    count_form, entry, link_form = ("Q", 20, "Q") if big else ("H", 12, "I")
    count_size, link_size = struct.calcsize(order + count_form), struct.calcsize(order + link_form)
    try:
        file.seek(place)
        count = struct.unpack(order + count_form, file.read(count_size))[0]
        if count > _MOST_TAGS:
            return None, 0
        data = file.read(count * entry + link_size)
        link = struct.unpack(order + link_form, data[count * entry :])[0]
    except (struct.error, OSError, OverflowError):
        return None, 0
    subfile = 0
    for at in range(0, count * entry, entry):
        if struct.unpack_from(order + "H", data, at)[0] == _SUBFILE:
            subfile = struct.unpack_from(order + "I", data, at + entry - link_size)[0]
    return subfile, link
