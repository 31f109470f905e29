"""OpenRaster files from elsewhere, read with suspicion.

    merged_png(data)             the picture that all layers make, as the PNG it is
    with OraFile(data) as ora:   its layers, in the order of the file, top first
        ora.layers[0].name; ora.png(ora.layers[0])

Nothing is unpacked to the disk and nothing is believed: how many entries the zip has, how large they say they are and
turn out to be, what they are called, how many pixels a picture claims, what its XML declares. Whatever is wrong is a
Broken, whose text completes a sentence that names the file. What is no OpenRaster at all is NotOra.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass
from types import TracebackType
from xml.etree.ElementTree import Element, ParseError

from core.zip_safety import most_entries

MIMETYPE = b"image/openraster"
MOST_ENTRIES = 4096
MOST_LAYERS = 2000
DEEPEST = 64  # groups within groups
LARGEST_XML = 4 << 20  # bytes; 2000 layers take a tenth of it
LARGEST = 1_000_000_000  # pixels, as for photos
_LONGEST = 1 << 24  # pixels a side, and of an offset
_BESIDE = 16 << 20  # bytes that a PNG may have besides its pixels: profile, XMP
_ZIP = b"PK\3\4"
_PNG = b"\x89PNG\r\n\x1a\n"
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)


class Broken(Exception):
    """An OpenRaster file that is damaged or made to do harm; the text says which."""


class NotOra(Exception):
    """No OpenRaster file."""


@dataclass(frozen=True)
class OraLayer:
    """A layer as its file describes it. `src` is the name of its PNG, `groups` are the names of the groups around it,
    the outermost first; it is `visible` only if they are too. `mode` is the file's own word, such as svg:color."""

    name: str
    src: str
    x: int
    y: int
    opacity: float
    visible: bool
    mode: str
    groups: tuple[str, ...] = ()


def is_zip(data: bytes) -> bool:
    """Whether these are the first bytes of a zip."""
    return data[:4] == _ZIP


def merged_png(data: bytes) -> bytes:
    """The PNG of the merged picture. Raises Broken and NotOra."""
    with OraFile(data) as ora:
        return ora.merged


class OraFile:
    """An OpenRaster file in memory: `size` (height, width) and `layers`, all of them checked. Raises Broken and NotOra;
    use it as a context."""

    def __init__(self, data: bytes) -> None:
        self._zip = _opened(data)
        try:
            self._entries = _checked(self._zip.infolist())
            self._check_kind()
            self.size, self.layers = _stack(self._bytes("stack.xml", LARGEST_XML))
            for layer in self.layers:
                self._entry(layer.src)
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> OraFile:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._zip.close()

    @property
    def merged(self) -> bytes:
        """The PNG of all layers together."""
        return self._png("mergedimage.png")

    def png(self, layer: OraLayer) -> bytes:
        """The PNG of a layer."""
        return self._png(self._entry(layer.src))

    def _check_kind(self) -> None:
        if "mimetype" not in self._entries or self._bytes("mimetype", 1000).strip() != MIMETYPE:
            raise NotOra

    def _entry(self, src: str) -> str:
        """The name of an entry that a layer's `src` means; some programs write it from the root."""
        name = src if src in self._entries else src.lstrip("/")
        if name not in self._entries:
            raise Broken(f"its layers name “{_shown(src)}”, which is not in it")
        return name

    def _png(self, name: str) -> bytes:
        """A PNG of which the head was looked at before the rest is unpacked."""
        head = self._bytes(name, 33, whole=False)
        if len(head) < 33 or head[:8] != _PNG or head[12:16] != b"IHDR":
            raise Broken(f"“{name}” in it is no PNG")
        width, height, depth, kind = struct.unpack_from(">IIBB", head, 16)
        channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(kind, 0)
        if not (0 < width <= _LONGEST and 0 < height <= _LONGEST) or width * height > LARGEST or not channels:
            raise Broken(f"“{name}” in it claims {width} x {height} pixels, more than can be opened")
        raw = height * (1 + -(-width * channels * depth // 8))
        return self._bytes(name, raw + raw // 500 + _BESIDE)

    def _bytes(self, name: str, most: int, whole: bool = True) -> bytes:
        """An entry's content, at most so many bytes of it; with `whole` all of it, or Broken."""
        info = self._entries.get(name)
        if info is None:
            raise Broken(f"“{name}” is missing in it")
        if whole and info.file_size > most:
            raise Broken(f"“{name}” in it claims to be {info.file_size >> 20} MB, far more than it may be")
        try:
            with self._zip.open(info) as file:
                content = file.read(most + 1 if whole else most)
        except _DAMAGED as error:
            raise Broken(f"“{name}” in it is damaged or cut short") from error
        if whole and len(content) != info.file_size:
            raise Broken(f"“{name}” in it is not as large as it claims")
        return content


def _opened(data: bytes) -> zipfile.ZipFile:
    file = io.BytesIO(data)
    if most_entries(file) > 40 * MOST_ENTRIES:  # names and extras make a directory entry longer than the shortest
        raise Broken(f"it has more than {MOST_ENTRIES} entries")
    try:
        return zipfile.ZipFile(file)
    except Exception as error:  # what zipfile raises on bytes that only look like a zip is not told anywhere
        raise Broken("it is damaged or cut short") from error


def _checked(entries: list[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    """The entries by name; Broken where one could not be meant well."""
    if len(entries) > MOST_ENTRIES:
        raise Broken(f"it has {len(entries)} entries, more than the {MOST_ENTRIES} that are read")
    found: dict[str, zipfile.ZipInfo] = {}
    for info in entries:
        name = info.orig_filename
        if "\0" in name or "\\" in name or ".." in name.split("/") or ":" in name.split("/")[0]:
            raise Broken(f"it has an entry with the unsafe name “{_shown(name)}”")
        if info.flag_bits & 1:
            raise Broken(f"“{_shown(name)}” in it is encrypted")
        if name in found:
            raise Broken(f"“{_shown(name)}” is in it twice")
        found[name] = info
    return found


def _stack(xml: bytes) -> tuple[tuple[int, int], tuple[OraLayer, ...]]:
    """(height, width) and the layers of a stack.xml."""
    root = _parsed(xml)
    if root.tag != "image" or root.find("stack") is None:
        raise Broken("its stack.xml describes no picture")
    width, height = (_number(root, side, 1, _LONGEST) for side in ("w", "h"))
    if width * height > LARGEST:
        raise Broken(f"it claims {width} x {height} pixels, more than can be opened")
    layers: list[OraLayer] = []
    todo = [(child, (), True, 0, 0) for child in reversed(root.find("stack"))]
    while todo:
        element, groups, visible, left, top = todo.pop()
        name = element.get("name", "")
        visible = visible and element.get("visibility", "visible") != "hidden"
        x, y = (side + _number(element, key, -_LONGEST, _LONGEST, 0) for side, key in ((left, "x"), (top, "y")))
        if element.tag == "stack":
            todo += [(child, (*groups, name), visible, x, y) for child in reversed(element)]
        elif element.tag == "layer":
            mode = element.get("composite-op", "svg:src-over")
            opacity = _share(element)
            layers.append(OraLayer(name, element.get("src", ""), x, y, opacity, visible, mode, groups))
    return (height, width), tuple(layers)


def _parsed(xml: bytes) -> Element:
    """The XML's root. Broken where it declares a document type, in which entities live, or has too much of anything."""
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    count, deep, root = 0, 0, None
    try:
        for event, element in iterparse(io.BytesIO(xml), ("start", "end"), forbid_dtd=True):
            root = element if root is None else root
            deep += 1 if event == "start" else -1
            count += event == "start" and element.tag in ("layer", "stack")
            if count > MOST_LAYERS + 1:  # and the root's stack
                raise Broken(f"it has more than the {MOST_LAYERS} layers that are read; merge some of them first")
            if deep > DEEPEST:
                raise Broken(f"it has more than {DEEPEST} groups within each other")
    except DefusedXmlException as error:
        raise Broken("its XML declares a document type, which no picture needs") from error
    except (ParseError, ValueError, LookupError) as error:
        raise Broken("its stack.xml is damaged or cut short") from error
    if root is None:
        raise Broken("its stack.xml is empty")
    return root


def _number(element: Element, key: str, least: int, most: int, usual: int | None = None) -> int:
    text = element.get(key, "" if usual is None else str(usual)).strip()
    number = int(text) if len(text) <= 12 and text.lstrip("-").isdecimal() and text.count("-") <= 1 else None
    if number is None or not least <= number <= most:
        raise Broken(f"its stack.xml gives {key} as “{_shown(text)}”")
    return number


def _share(element: Element) -> float:
    try:
        opacity = float(element.get("opacity", "1"))
    except ValueError:
        opacity = -1.0
    if not 0 <= opacity <= 1:
        raise Broken(f"its stack.xml gives opacity as “{_shown(element.get('opacity', ''))}”")
    return opacity


def _shown(name: str) -> str:
    """A name as part of a sentence of one line."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:60])
