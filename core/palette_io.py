"""Palettes in and out of every program's files.

    .gpl .hex .css .txt   text            core/palette_text
    .ase .aco .act        Adobe           core/palette_adobe
    .kpl .soc             zip and XML     core/palette_xml
    .png ...              a picture of swatches, in rows

What could be read is kept: a file that is cut short, or of another program's version, gives its swatches with a
sentence that says what was lost. Only where nothing is left to read is there a ProjectError. All swatches become
sRGB, so CMYK, Lab, HSB and grey ones are converted on the way in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from core import palette_adobe, palette_text, palette_xml
from core.errors import ExportError, PhotoError, ProjectError
from core.guidance import Swatch
from core.palette_parts import Damaged, Read
from core.photo_write import check_target, write_file

LARGEST_FILE = 32 * 2**20  # bytes; 10,000 swatches of any format are far below

_READERS: dict[str, Callable[[bytes], Read]] = {
    ".gpl": palette_text.read_gpl,
    ".hex": palette_text.read_list,
    ".css": palette_text.read_list,
    ".txt": palette_text.read_list,
    ".ase": palette_adobe.read_ase,
    ".aco": palette_adobe.read_aco,
    ".act": palette_adobe.read_act,
    ".kpl": palette_xml.read_kpl,
    ".soc": palette_xml.read_soc,
}
_WRITERS: dict[str, Callable[[Sequence[Swatch], str], bytes]] = {
    ".gpl": palette_text.write_gpl,
    ".hex": palette_text.write_hex,
    ".css": palette_text.write_css,
    ".txt": palette_text.write_hex,
    ".ase": palette_adobe.write_ase,
    ".aco": palette_adobe.write_aco,
    ".act": palette_adobe.write_act,
    ".kpl": palette_xml.write_kpl,
    ".soc": palette_xml.write_soc,
    ".png": lambda swatches, name: _png(swatches),
}
READABLE = (*_READERS, ".png", ".jpg", ".jpeg", ".tif", ".tiff", ".webp", ".bmp")
"""Suffixes that `read_palette` takes."""
WRITABLE = tuple(_WRITERS)
"""Suffixes that `write_palette` takes."""


@dataclass(frozen=True)
class PaletteFile:
    """What was read: the swatches in their order, the palette's name, and sentences about what was lost.

    `weights` are the swatches' shares of the picture they stand for; none where they are from no such picture.
    """

    swatches: tuple[Swatch, ...]
    name: str = ""
    notes: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()


def read_palette(path: Path | str, colors: int = 10) -> PaletteFile:
    """The palette of a file, told by its suffix and, where that is unknown, by its first bytes.

    A picture of swatches gives them all; of any other picture it is the `colors` (2..10) that stand for it.
    Raises ProjectError where it is missing, too large, or holds no swatch that could be read.
    """
    path = Path(path)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ProjectError(f"{path} is larger than {LARGEST_FILE >> 20} MB and so no palette; choose another.")
        data = path.read_bytes()
    except OSError as error:
        raise ProjectError(f"{path} cannot be read ({error.strerror}); choose another file.") from error
    reader = _READERS.get(path.suffix.lower()) or _reader_of(data)
    if reader is None:
        return _picture_file(path, colors)
    try:
        read = reader(data)
    except Damaged as error:
        raise ProjectError(f"{path} holds no palette that can be read ({error}); choose another file.") from error
    if not read.swatches:
        why = f" ({read.losses[0]})" if read.losses else ""
        raise ProjectError(f"{path} holds no colours{why}; choose another file.")
    return PaletteFile(tuple(read.swatches), read.name or path.stem, _notes(path.name, read))


def parse_palette(text: str) -> PaletteFile:
    """The palette in pasted text: hex codes, CSS, an address such as coolors.co/264653-2a9d8f.

    Raises ProjectError where there is no colour in it.
    """
    read = palette_text.read_text(text)
    if not read.swatches:
        said = text.strip()[:40] or "Empty text"
        raise ProjectError(f"“{said}” holds no colour; write hex codes such as #264653 #2a9d8f.")
    return PaletteFile(tuple(read.swatches), read.name, _notes("The text", read))


def write_palette(path: Path | str, swatches: Iterable[Swatch], name: str = "", overwrite: bool = False) -> Path:
    """Write a palette in the format of the path's suffix, one of WRITABLE; returns the path.

    `.act` holds 256 swatches at most. Raises ExportError.
    """
    path, swatches = Path(path), tuple(swatches)
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise ExportError(f"{path} has no palette's suffix; choose one of {', '.join(WRITABLE)}.")
    if not swatches:
        raise ExportError(f"{path} was not written because the palette is empty; add a swatch first.")
    check_target(path, overwrite)
    try:
        data = writer(swatches, name or path.stem)
    except ValueError as error:
        raise ExportError(f"{path} cannot hold this palette ({error}); choose .gpl or .ase.") from error
    write_file(path, [data], overwrite)
    return path


def to_text(swatches: Iterable[Swatch]) -> str:
    """What goes to the clipboard and to `--palette-only`: hex codes, one a line."""
    return "\n".join(swatch.hex for swatch in swatches)


def to_url(swatches: Iterable[Swatch]) -> str:
    """The address that opens the palette in coolors."""
    return "https://coolors.co/" + "-".join(swatch.hex[1:] for swatch in swatches)


def _notes(what: str, read: Read) -> tuple[str, ...]:
    if not read.losses:
        return ()
    many = f" and {len(read.losses) - 1} more" if len(read.losses) > 1 else ""
    kept = "1 colour was" if len(read.swatches) == 1 else f"{len(read.swatches)} colours were"
    return (f"{what}: {kept} read, but not everything ({read.losses[0]}{many}).",)


def _reader_of(data: bytes) -> Callable[[bytes], Read] | None:
    """The reader for a file whose suffix says nothing; None for what may be a picture."""
    if data.startswith(b"ASEF"):
        return palette_adobe.read_ase
    if data.lstrip(b"\xef\xbb\xbf").startswith(b"GIMP Palette"):
        return palette_text.read_gpl
    if data.startswith(b"PK"):
        return palette_xml.read_kpl
    if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return palette_xml.read_soc
    try:
        return palette_text.read_list if palette_text.read_text(data.decode("utf-8-sig")).swatches else None
    except UnicodeDecodeError:
        return None


def _png(swatches: Sequence[Swatch]) -> bytes:
    """A picture of the swatches, 64 pixels each, sixteen a row; the rest of the last row is transparent."""
    import cv2

    across = min(16, len(swatches))
    cells = np.zeros((-(-len(swatches) // across), across, 4), np.uint8)
    for at, swatch in enumerate(swatches):
        r, g, b = (int(swatch.hex[part:part + 2], 16) for part in (1, 3, 5))
        cells[divmod(at, across)] = b, g, r, 255
    side = 64 if len(swatches) <= 256 else 8
    return cv2.imencode(".png", cells.repeat(side, axis=0).repeat(side, axis=1))[1].tobytes()


def _picture_file(path: Path, colors: int) -> PaletteFile:
    from core.palette import from_photo
    from core.photo import load_photo

    try:
        photo = load_photo(path)
    except PhotoError as error:
        raise ProjectError(str(error)) from error
    if photo.height * photo.width <= 2**24:
        rgb = np.rint(photo.rgb() * 255).astype(np.uint8)
        fields = _fields(rgb, None if photo.alpha is None else photo.alpha > 0)
        if fields:
            return PaletteFile(tuple(fields), path.stem)
    found = from_photo(photo, colors)
    return PaletteFile(found.swatches, path.stem, (), found.weights)


def picture_palette(rgb: np.ndarray, seen: np.ndarray | None = None, colors: int = 10) -> PaletteFile:
    """As `read_palette`, of a picture from the clipboard: sRGB uint8 (h, w, 3), and which pixels are seen (h, w).

    Raises ProjectError where there is nothing to see.
    """
    from core.palette import from_pixels

    fields = _fields(rgb, seen) if rgb.size else []
    if fields:
        return PaletteFile(tuple(fields))
    pixels = rgb.reshape(-1, 3) if seen is None else rgb[seen]
    if not len(pixels):
        raise ProjectError("The copied picture is empty; copy another one.")
    found = from_pixels(pixels, colors)
    return PaletteFile(found.swatches, "", (), found.weights)


def _fields(rgb: np.ndarray, seen: np.ndarray | None) -> list[Swatch]:
    """The flat rectangles of a picture that consists of nothing else, in reading order; else nothing."""
    codes = rgb.astype(np.int32) @ np.array([65536, 256, 1], np.int32)
    if seen is not None:
        codes[~seen] = -1
    row_ends = np.flatnonzero((codes[1:] != codes[:-1]).any(axis=1)) + 1
    tops = np.concatenate([[0], row_ends])
    if len(codes) / len(tops) < 4:  # photos change from row to row
        return []
    swatches = []
    for row in codes[tops]:
        lefts = np.concatenate([[0], np.flatnonzero(np.diff(row)) + 1])
        if len(row) / len(lefts) < 4:
            return []
        swatches += [Swatch.from_hex(f"{row[left]:06x}") for left in _spread(lefts, row)]
    return swatches


def _spread(lefts: np.ndarray, row: np.ndarray) -> list[int]:
    """One place for each swatch of a row. Neighbours of one colour count by the width of the narrowest field."""
    widths = np.diff(np.concatenate([lefts, [len(row)]]))
    unit = widths.min()
    places = []
    for left, width in zip(lefts, widths):
        if row[left] >= 0:
            places += [int(left)] * max(1, round(width / unit)) if unit >= 4 else [int(left)]
    return places
