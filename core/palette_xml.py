"""Palettes that are XML: Krita's .kpl, a zip of it, and the .soc of LibreOffice.

.kpl  a zip: "mimetype" (application/x-krita-palette, stored, first), "colorset.xml", "profiles.xml". In the XML:
      <ColorSet name version columns> <ColorSetEntry name id spot bitdepth> <RGB r g b space/> (or sRGB, Gray,
      CMYK, Lab, XYZ) <Position row column/>; groups are <Group name rows>. Numbers are shares 0..1.
.soc  <ooo:color-table> <draw:color draw:name draw:color="#rrggbb"/>.

A file may be hostile. What unpacks to more than 16 MB, a zip of thousands of entries, XML that declares a document
type (where entities live) or has more elements than any palette is refused before it takes memory; nothing is unpacked
to the disk, so that names in a zip can do no harm.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Sequence
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from xml.sax.saxutils import quoteattr

from core.guidance import Swatch
from core.palette_parts import (
    MOST_SWATCHES,
    Damaged,
    Read,
    clean,
    cmyk_swatch,
    gray_swatch,
    lab_swatch,
    rgb_swatch,
)  # fmt: skip
from core.zip_safety import most_entries

LARGEST_XML = 16 * 2**20
MOST_ELEMENTS = 4 * MOST_SWATCHES
MOST_ENTRIES = 10_000  # of a zip; a palette has three, and one of Krita's bundles some thousand
_MIMETYPE = "application/x-krita-palette"
_NAMESPACES = {
    "office": "http://openoffice.org/2000/office",
    "draw": "http://openoffice.org/2000/drawing",
    "ooo": "http://openoffice.org/2004/office",
}


class _Builder(TreeBuilder):
    """Remembers the elements in the order of their beginnings, and which of them ended."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Element] = []
        self.whole: set[int] = set()

    def start(self, tag: str, attributes: dict[str, str]) -> Element:
        if len(self.found) == MOST_ELEMENTS:
            raise Damaged(f"its XML has more than {MOST_ELEMENTS:,} elements")
        self.found.append(super().start(tag, attributes))
        return self.found[-1]

    def end(self, tag: str) -> Element:
        element = super().end(tag)
        self.whole.add(id(element))
        return element


def _elements(data: bytes) -> tuple[list[Element], str]:
    """The whole elements of XML in the order of their beginnings, and what was lost. Raises Damaged.

    Of a file that is cut short everything before the cut is there.
    """
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import XMLParser

    if len(data) > LARGEST_XML:
        raise Damaged(f"its XML is larger than {LARGEST_XML >> 20} MB")
    if re.search(rb"<!\s*(DOCTYPE|ENTITY)", data.replace(b"\0", b""), re.I):  # as broken XML too
        raise Damaged("its XML declares a document type, which no palette needs")
    builder, lost = _Builder(), ""
    parser = XMLParser(target=builder, forbid_dtd=True)
    try:
        parser.feed(data)
        parser.close()
    except DefusedXmlException as error:
        raise Damaged("its XML declares a document type, which no palette needs") from error
    except ParseError as error:
        lost = f"its XML breaks off in line {error.position[0]}"
    except (ValueError, LookupError) as error:
        raise Damaged("its XML is in an encoding that is not known") from error
    return [one for at, one in enumerate(builder.found) if at == 0 or id(one) in builder.whole], lost


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _attribute(element: Element, name: str) -> str:
    """An attribute by its name, whatever its namespace; "" where it is missing."""
    return next((value for key, value in element.attrib.items() if _local(key) == name), "")


def read_soc(data: bytes) -> Read:
    """A colour table of LibreOffice or OpenOffice."""
    elements, lost = _elements(data)
    read = Read(losses=[lost] if lost else [])
    for element in elements[:MOST_SWATCHES]:
        if _local(element.tag) == "color":
            try:
                swatch = Swatch.from_hex(_attribute(element, "color"), clean(_attribute(element, "name")))
                read.swatches.append(swatch)
            except ValueError as error:
                read.losses.append(str(error))
    return read


def write_soc(swatches: Sequence[Swatch], name: str) -> bytes:
    """A colour table of LibreOffice."""
    spaces = " ".join(f'xmlns:{short}="{long}"' for short, long in _NAMESPACES.items())
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<ooo:color-table {spaces}>"]
    lines += [f' <draw:color draw:name={quoteattr(clean(one.name))} draw:color="{one.hex}"/>' for one in swatches]
    return "\n".join([*lines, "</ooo:color-table>", ""]).encode()


def read_kpl(data: bytes) -> Read:
    """A palette of Krita."""
    elements, lost = _elements(_unpacked(data, "colorset.xml"))
    read = Read(losses=[lost] if lost else [])
    if elements:
        read.name = clean(_attribute(elements[0], "name"))
    for element in elements[:3 * MOST_SWATCHES]:
        if _local(element.tag) == "ColorSetEntry":
            _kpl_entry(element, read)
    return read


def _unpacked(data: bytes, member: str) -> bytes:
    """One file of a zip, never more than LARGEST_XML of it; also of one whose directory is cut off."""
    if most_entries(io.BytesIO(data)) > 3 * MOST_ENTRIES:  # names make an entry longer than the shortest
        raise Damaged(f"it has more than {MOST_ENTRIES:,} entries")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(member) as file:
            content = file.read(LARGEST_XML + 1)
    except KeyError:
        raise Damaged(f"it has no {member}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        content = _salvaged(data, member.encode())
    if len(content) > LARGEST_XML:
        raise Damaged(f"its {member} unpacks to more than {LARGEST_XML >> 20} MB")
    return content


def _salvaged(data: bytes, member: bytes) -> bytes:
    """What a broken zip still holds of a file, found by its local header. Raises Damaged."""
    for match in re.finditer(rb"PK\x03\x04", data):
        at = match.start()
        head = data[at:at + 30]
        if len(head) == 30 and data[at + 30:at + 30 + len(member)] == member:
            method = int.from_bytes(head[8:10], "little")
            start = at + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
            if method == 0:
                return data[start:start + LARGEST_XML + 1].partition(b"PK\x03\x04")[0]
            try:
                return zlib.decompressobj(-15).decompress(data[start:], LARGEST_XML + 1)
            except zlib.error:
                break
    raise Damaged("it is no zip file, or cut short before its colours")


def _kpl_entry(entry: Element, read: Read) -> None:
    name = _attribute(entry, "name")
    for model in entry:
        value = {_local(key): text for key, text in model.attrib.items()}
        try:
            swatch = _kpl_swatch(_local(model.tag), value, name)
        except (KeyError, ValueError):
            read.losses.append(f"“{clean(name)[:40]}” is no colour that is known here")
            return
        if swatch is not None:
            read.swatches.append(swatch)
            return


def _kpl_swatch(model: str, value: dict[str, str], name: str) -> Swatch | None:
    """The swatch of one colour element; None for what says no colour, such as Position."""

    def numbers(*keys: str) -> list[float]:
        return [float(value[key]) for key in keys]

    if model in ("RGB", "sRGB"):
        rgb = numbers("r", "g", "b")
        if "linear" in value.get("space", "").lower() or "-g10" in value.get("space", "").lower():
            from core.cie import linear_to_srgb

            rgb = linear_to_srgb(rgb).tolist()
        return rgb_swatch(*rgb, name)
    if model == "Gray":
        return gray_swatch(*numbers("g"), name)
    if model == "CMYK":
        return cmyk_swatch(*numbers("c", "m", "y", "k"), name)
    if model == "Lab":
        L, a, b = numbers("L", "a", "b")
        shares = all(0 <= part <= 1 for part in (L, a, b))
        return lab_swatch(*((100 * L, 255 * a - 128, 255 * b - 128) if shares else (L, a, b)), name)
    if model == "Position":
        return None
    raise ValueError(model)


def write_kpl(swatches: Sequence[Swatch], name: str) -> bytes:
    """A palette of Krita 4 and later; the same swatches give the same bytes."""
    columns = min(16, len(swatches))
    rows = -(-len(swatches) // columns)
    lines = [f'<ColorSet name={quoteattr(clean(name))} version="2.0" columns="{columns}" rows="{rows}" comment="">']
    for at, one in enumerate(swatches):
        row, column = divmod(at, columns)
        lines += [
            f' <ColorSetEntry name={quoteattr(clean(one.name))} id="{at}" spot="false" bitdepth="U8">',
            f'  <RGB r="{one.r:.9g}" g="{one.g:.9g}" b="{one.b:.9g}" space="sRGB-elle-V2-srgbtrc.icc"/>',
            f'  <Position row="{row}" column="{column}"/>',
            " </ColorSetEntry>",
        ]
    files = {"mimetype": _MIMETYPE, "profiles.xml": "<Profiles/>\n",
             "colorset.xml": "\n".join([*lines, "</ColorSet>", ""])}  # fmt: skip
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for member, text in files.items():
            method = zipfile.ZIP_STORED if member == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(member), text, method)
    return buffer.getvalue()
