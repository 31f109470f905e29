"""XMP packets: the photo's own is carried on, and says of a result that it is one and what it was made with.

    carried(photo.xmp, Mark(...), strip_gps=True) -> (packet, notes)
    value(packet, HUESMITH, "made")               -> the JSON of `core.provenance`
    jpeg_bodies(packet)                           -> JPEG segments, as extended XMP where one does not hold it

XMP is RDF in XML (ISO 16684-1); how files hold it stands in Adobe's part 3. The photo's own packet comes from
elsewhere: it is read by defusedxml, and one that is damaged or made to harm is left out, with a sentence.
"""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError

if TYPE_CHECKING:
    from xml.dom.minidom import Document, Element

X = "adobe:ns:meta/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XMP = "http://ns.adobe.com/xap/1.0/"
NOTE = "http://ns.adobe.com/xmp/note/"
IPTC = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
HUESMITH = "urn:huesmith:xmp:1.0/"
XMLNS = "http://www.w3.org/2000/xmlns/"

_SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
COMPOSITE = f"{_SOURCE_TYPES}compositeWithTrainedAlgorithmicMedia"
ENHANCED = f"{_SOURCE_TYPES}algorithmicallyEnhanced"
"""IPTC NewsCodes: a photo with parts that a trained model made; a photo whose own colours were changed by rule."""

LARGEST = 64 << 20  # bytes of a packet that is looked at
_PLACE = re.compile(r"gps|latitude|longitude", re.IGNORECASE)
_START = b"http://ns.adobe.com/xap/1.0/\0"
_MORE = b"http://ns.adobe.com/xmp/extension/\0"
_SEGMENT = 65533 - len(_START)  # bytes of a packet in one segment of a JPEG
_CHUNK = 65400  # of extended XMP in one
_BROKEN = (ExpatError, ValueError, LookupError, RecursionError)  # defusedxml's own are ValueErrors
_HEAD = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_TAIL = '<?xpacket end="w"?>'
_EMPTY = f'<x:xmpmeta xmlns:x="{X}"><rdf:RDF xmlns:rdf="{RDF}"/></x:xmpmeta>'


@dataclass(frozen=True)
class Mark:
    """What a result says of itself: the program, a code of IPTC's list, and what it was made with, as JSON."""

    tool: str
    source_type: str
    made: str


def carried(xmp: bytes | None, mark: Mark | None, strip_gps: bool) -> tuple[bytes | None, tuple[str, ...]]:
    """The packet of a result whose photo brought `xmp`, and sentences about what could not be kept."""
    if mark is None and (xmp is None or not strip_gps):
        return xmp, ()
    notes: tuple[str, ...] = ()
    try:
        document = _parsed(xmp or _EMPTY.encode())
        rdf = _rdf(document)
    except _BROKEN:
        notes = ("Its XMP is damaged and was left out.",)
        if mark is None:
            return None, notes
        document = _parsed(_EMPTY.encode())
        rdf = _rdf(document)
    if strip_gps:
        _remove(rdf, lambda space, name: _PLACE.match(name) is not None)
    if mark is not None:
        _remove(rdf, lambda space, name: space == HUESMITH or (space, name) in _MARKED)
        for about in filter(_says_nothing, _descriptions(rdf)):
            rdf.removeChild(about)
        _add(document, rdf, mark)
    return _text(document), notes


_MARKED = {(XMP, "CreatorTool"), (IPTC, "DigitalSourceType")}


def value(packet: bytes, space: str, name: str) -> str | None:
    """The text of a simple property, an element or an attribute. Raises ValueError where the packet is broken."""
    try:
        rdf = _rdf(_parsed(packet))
    except _BROKEN as error:
        raise ValueError("its XMP is damaged") from error
    for about in _descriptions(rdf):
        if about.hasAttributeNS(space, name):
            return about.getAttributeNS(space, name)
        for child in _elements(about):
            if (child.namespaceURI, child.localName) == (space, name):
                return "".join(node.data for node in child.childNodes if node.nodeType == node.TEXT_NODE)
    return None


# -- JPEG, whose segments end at 64 kB


def jpeg_bodies(packet: bytes | None) -> list[bytes]:
    """The APP1 segments of a packet; what does not fit into the first one follows as extended XMP."""
    if packet is None:
        return []
    if len(packet) <= _SEGMENT:
        return [_START + packet]
    try:
        main, more = _divided(packet)
    except _BROKEN:
        return []
    guid = hashlib.md5(more, usedforsecurity=False).hexdigest().upper().encode()
    chunks = range(0, len(more), _CHUNK)
    return [_START + main] + [
        _MORE + guid + struct.pack(">II", len(more), at) + more[at : at + _CHUNK] for at in chunks
    ]


def joined_jpeg(packet: bytes | None, bodies: list[bytes]) -> bytes | None:
    """The packet of a JPEG with what its APP1 `bodies` hold of extended XMP; as it is where that is damaged."""
    chunks = [body[len(_MORE) :] for body in bodies if body.startswith(_MORE)]
    if packet is None or not chunks:
        return packet
    try:
        document = _parsed(packet)
        rdf = _rdf(document)
        guid = next((about.getAttributeNS(NOTE, "HasExtendedXMP") for about in _descriptions(rdf)
                     if about.hasAttributeNS(NOTE, "HasExtendedXMP")), "")  # fmt: skip
        more = _assembled([chunk for chunk in chunks if chunk[:32] == guid.encode()])
        for about in _descriptions(_rdf(_parsed(more))):
            rdf.appendChild(document.importNode(about, True))
        _remove(rdf, lambda space, name: (space, name) == (NOTE, "HasExtendedXMP"))
        return _text(document)
    except (*_BROKEN, struct.error):
        return packet


def _assembled(chunks: list[bytes]) -> bytes:
    """The extended packet of chunks (GUID, full length, offset, bytes). Raises ValueError where one is missing."""
    pieces, length = {}, 0
    for chunk in chunks:
        length, at = struct.unpack_from(">II", chunk, 32)
        pieces[at] = chunk[40:]
    whole = b"".join(pieces[at] for at in sorted(pieces))
    if not whole or len(whole) != length:
        raise ValueError("a piece of extended XMP is missing")
    return whole


def _divided(packet: bytes) -> tuple[bytes, bytes]:
    """A packet that fits into one segment, and another with its largest properties."""
    document = _parsed(packet)
    rdf = _rdf(document)
    other = _parsed(_EMPTY.encode())
    there = _rdf(other)
    properties = [(len(child.toxml()), child) for about in _descriptions(rdf) for child in _elements(about)]
    for _, child in sorted(properties, key=lambda pair: -pair[0]):
        there.appendChild(_moved(child, other))
        if len(_text(document)) <= _SEGMENT - 200:  # room for the note
            break
    else:
        raise ValueError("it does not fit into a JPEG")
    more = other.documentElement.toxml().encode()
    guid = hashlib.md5(more, usedforsecurity=False).hexdigest().upper()
    _descriptions(rdf)[0].setAttributeNS(XMLNS, "xmlns:xmpNote", NOTE)
    _descriptions(rdf)[0].setAttributeNS(NOTE, "xmpNote:HasExtendedXMP", guid)
    return _text(document), more


def _moved(child: Element, other: Document) -> Element:
    """`child` taken from its description, in a description of its own with all the prefixes it may use."""
    about = other.createElementNS(RDF, "rdf:Description")
    node = child.parentNode
    about.setAttributeNS(RDF, "rdf:about", node.getAttributeNS(RDF, "about"))
    while node is not None and node.nodeType == node.ELEMENT_NODE:
        for name, prefix in node.attributes.items():
            if name.startswith("xmlns") and not about.hasAttribute(name):
                about.setAttributeNS(XMLNS, name, prefix)
        node = node.parentNode
    about.appendChild(other.importNode(child, True))
    child.parentNode.removeChild(child)
    return about


# -- the tree


def _parsed(packet: bytes) -> Document:
    from defusedxml.minidom import parseString

    if len(packet) > LARGEST:
        raise ValueError("too large")
    return parseString(packet.strip(b"\0 \t\r\n"), forbid_dtd=True)


def _rdf(document: Document) -> Element:
    """The RDF of a packet, put there where it is missing."""
    root = document.documentElement
    if (root.namespaceURI, root.localName) == (RDF, "RDF"):
        return root
    for child in _elements(root):
        if (child.namespaceURI, child.localName) == (RDF, "RDF"):
            return child
    rdf = document.createElementNS(RDF, "rdf:RDF")
    rdf.setAttributeNS(XMLNS, "xmlns:rdf", RDF)
    root.appendChild(rdf)
    return rdf


def _elements(node: Element) -> list[Element]:
    return [child for child in node.childNodes if child.nodeType == child.ELEMENT_NODE]


def _descriptions(rdf: Element) -> list[Element]:
    return [child for child in _elements(rdf) if (child.namespaceURI, child.localName) == (RDF, "Description")]


def _remove(rdf: Element, unwanted) -> None:
    """Take away every property, an element or an attribute at any depth, that is `unwanted(namespace, local name)`."""
    todo = [rdf]
    while todo:
        node = todo.pop()
        for index in reversed(range(node.attributes.length)):
            attribute = node.attributes.item(index)
            if attribute.namespaceURI != XMLNS and unwanted(attribute.namespaceURI, attribute.localName or ""):
                node.removeAttributeNode(attribute)
        for child in _elements(node):
            if unwanted(child.namespaceURI, child.localName or ""):
                node.removeChild(child)
            else:
                todo.append(child)


def _says_nothing(about: Element) -> bool:
    """Whether a description is left without any property."""
    attributes = [about.attributes.item(index) for index in range(about.attributes.length)]
    return not _elements(about) and all(one.namespaceURI in (XMLNS, RDF) for one in attributes)


def _add(document: Document, rdf: Element, mark: Mark) -> None:
    """A description with the mark, about what the others are about."""
    others = _descriptions(rdf)
    about = document.createElementNS(RDF, "rdf:Description")
    about.setAttributeNS(XMLNS, "xmlns:rdf", RDF)
    about.setAttributeNS(RDF, "rdf:about", others[0].getAttributeNS(RDF, "about") if others else "")
    told = ((XMP, "xmp", "CreatorTool", mark.tool), (IPTC, "Iptc4xmpExt", "DigitalSourceType", mark.source_type),
            (HUESMITH, "huesmith", "made", mark.made))  # fmt: skip
    for space, prefix, name, text in told:
        about.setAttributeNS(XMLNS, f"xmlns:{prefix}", space)
        element = document.createElementNS(space, f"{prefix}:{name}")
        element.appendChild(document.createTextNode(text))
        about.appendChild(element)
    rdf.appendChild(about)


def _text(document: Document) -> bytes:
    """The packet of a document, with the wrapper that lets programs find it in any file."""
    body = document.documentElement.toxml()
    return f"{_HEAD}\n{body}\n{_TAIL}".encode()
