"""What the OpenRaster specification (openraster.org, 0.0.6) demands of a file, checked without a line of ours.

    violations(path) -> sentences, none for a file that keeps to it
"""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path
from xml.etree import ElementTree

MODES = {
    "svg:src-over", "svg:multiply", "svg:screen", "svg:overlay", "svg:darken", "svg:lighten", "svg:color-dodge",
    "svg:color-burn", "svg:hard-light", "svg:soft-light", "svg:difference", "svg:color", "svg:luminosity", "svg:hue",
    "svg:saturation", "svg:plus", "svg:dst-in", "svg:dst-out", "svg:src-atop", "svg:dst-atop",
}  # fmt: skip
_PLAIN = {"mimetype", "stack.xml", "mergedimage.png", "Thumbnails/thumbnail.png"}


def violations(path: Path) -> list[str]:
    """Everything that is against the specification."""
    found = list(_container(path.read_bytes()))
    with zipfile.ZipFile(path) as archive:
        if archive.testzip():
            found.append("damaged")
        names = archive.namelist()
        if len(set(names)) != len(names):
            found.append("an entry twice")
        found += [f"{name} is missing" for name in _PLAIN - set(names)]
        if found:
            return found
        found += [f"{info.filename} is neither stored nor deflated" for info in archive.infolist()
                  if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)]  # fmt: skip
        return found + list(_content(archive))


def _container(data: bytes):
    """The first entry: at the very start, stored, without extra field, so that its text stands at byte 38."""
    if data[:4] != b"PK\3\4" or data[30:38] != b"mimetype":
        yield "mimetype is not the first entry"
    elif data[38:54] != b"image/openraster":
        yield "mimetype is another, or not at byte 38"
    method, name, extra = *struct.unpack_from("<H", data, 8), *struct.unpack_from("<HH", data, 26)
    if (method, name, extra) != (0, 8, 0):
        yield "mimetype is not stored plainly"


def _content(archive: zipfile.ZipFile):
    image = ElementTree.fromstring(archive.read("stack.xml"))
    if image.tag != "image" or [child.tag for child in image] != ["stack"]:
        yield "an image has one root stack"
        return
    size = int(image.get("w")), int(image.get("h"))
    if min(size) < 1 or not image.get("version"):
        yield "an image has a width, a height and a version"
    used = set()
    for element in image.find("stack").iter():
        yield from _element(element)
        if element.tag == "layer":
            used.add(element.get("src"))
    data = {name for name in archive.namelist() if name.startswith("data/")}
    if used != data:
        yield f"data/ holds all and only what layers refer to, not {used ^ data}"
    if set(archive.namelist()) - data - _PLAIN:
        yield "entries that no specification knows"
    heads = {name: _png(archive.read(name)) for name in (*sorted(data), "mergedimage.png", "Thumbnails/thumbnail.png")}
    for name, (problem, *_) in heads.items():
        if problem:
            yield f"{name} {problem}"
    if heads["mergedimage.png"][1:3] != size or heads["mergedimage.png"][4] not in (2, 6):
        yield "mergedimage.png is RGB or RGBA and as large as the image"
    _, width, height, depth, _ = heads["Thumbnails/thumbnail.png"]
    if max(width, height) > 256 or depth != 8 or abs(width * size[1] - height * size[0]) > max(size):
        yield "the thumbnail has 8 bits, the image's proportions and no side above 256"


def _element(element: ElementTree.Element):
    if element.tag not in ("stack", "layer", "text", "filter"):
        yield f"<{element.tag}> is no part of a stack"
    if element.get("composite-op", "svg:src-over") not in MODES:
        yield f"{element.get('composite-op')} is no blend mode"
    if element.get("visibility", "visible") not in ("visible", "hidden"):
        yield "visibility is visible or hidden"
    if not 0 <= float(element.get("opacity", "1.0")) <= 1:
        yield "opacity is 0 to 1"
    if element.get("isolation", "auto") not in ("auto", "isolate"):
        yield "isolation is auto or isolate"
    if element.tag == "layer":
        int(element.get("x", "0")), int(element.get("y", "0"))
        src = element.get("src", "")
        if not src.startswith("data/") or not src.endswith(".png") or not src.isascii():
            yield f"{src} is no PNG in data/"


def _png(data: bytes) -> tuple[str, int, int, int, int]:
    """What is wrong with a PNG, then its width, height, depth and colour type."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR":
        return "is no PNG", 0, 0, 0, 0
    width, height, depth, kind, _, _, interlaced = struct.unpack_from(">IIBBBBB", data, 16)
    if interlaced or depth not in (8, 16):
        return "is interlaced, or has neither 8 nor 16 bits", width, height, depth, kind
    return "", width, height, depth, kind
