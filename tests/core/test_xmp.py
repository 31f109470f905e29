"""XMP of results: the photo's own is carried on, marked, freed of places, and cut for JPEG; harm is kept out."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree

import pytest
from PIL import Image

from core.metadata import read_metadata
from core.xmp import (
    COMPOSITE,
    HUESMITH,
    IPTC,
    RDF,
    XMP,
    Mark,
    carried,
    joined_jpeg,
    jpeg_bodies,
    value,
)

DC = "http://purl.org/dc/elements/1.1/"
EXIF = "http://ns.adobe.com/exif/1.0/"
MARK = Mark("Huesmith 9", COMPOSITE, '{"a": "<&\\u4e2d"}')
PHOTO = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/" x:xmptk="Camera 1">
 <rdf:RDF xmlns:rdf="{RDF}">
  <rdf:Description rdf:about="uuid:1" xmlns:dc="{DC}" xmlns:exif="{EXIF}" xmlns:xmp="{XMP}" xmlns:i="{IPTC}"
    xmp:CreatorTool="Camera" exif:GPSLatitude="52,30N" exif:PixelXDimension="40">
   <dc:title><rdf:Alt><rdf:li xml:lang="x-default">Grandmother &amp; Karl, Äußere Straße</rdf:li></rdf:Alt></dc:title>
   <exif:GPSLongitude>13,24E</exif:GPSLongitude>
   <i:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/negativeFilm</i:DigitalSourceType>
   <i:LocationCreated><rdf:Bag><rdf:li rdf:parseType="Resource"><i:City>Berlin</i:City>
     <exif:GPSAltitude>34</exif:GPSAltitude></rdf:li></rdf:Bag></i:LocationCreated>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>""".encode()


def properties(packet: bytes) -> list[str]:
    """Every property there is, by namespace and name, as another parser sees them."""
    root = ElementTree.fromstring(packet)
    return [name for node in root.iter() for name in (node.tag, *node.attrib)]


def test_the_photos_own_words_stay_and_the_mark_is_said_once() -> None:
    packet, notes = carried(PHOTO, MARK, strip_gps=False)
    assert notes == () and "Grandmother &amp; Karl, Äußere Straße".encode() in packet
    told = properties(packet)
    for space, name in ((IPTC, "DigitalSourceType"), (XMP, "CreatorTool"), (HUESMITH, "made")):
        assert told.count(f"{{{space}}}{name}") == 1
    assert value(packet, IPTC, "DigitalSourceType") == COMPOSITE
    assert value(packet, XMP, "CreatorTool") == "Huesmith 9"
    assert value(packet, HUESMITH, "made") == MARK.made
    assert carried(packet, MARK, strip_gps=False) == (packet, ())  # a result of a result
    assert packet.startswith(b"<?xpacket begin=") and packet.endswith(b'<?xpacket end="w"?>')


@pytest.mark.parametrize("mark", [None, MARK])
def test_places_are_left_out_on_wish_wherever_they_stand(mark: Mark | None) -> None:
    packet, _ = carried(PHOTO, mark, strip_gps=True)
    assert not [name for name in properties(packet) if "GPS" in name]
    assert f"{{{EXIF}}}PixelXDimension" in properties(packet) and b"Berlin" in packet
    assert any("GPS" in name for name in properties(carried(PHOTO, MARK, strip_gps=False)[0]))


def test_without_a_wish_a_packet_stays_byte_for_byte() -> None:
    for packet in (PHOTO, b"no XML at all", None):
        assert carried(packet, None, strip_gps=False) == (packet, ())


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]><x>&a;</x>'


@pytest.mark.parametrize("broken", [b"<x:xmpmeta", b"\xff\xfe\xff", b"", BOMB, OUTSIDE, b"<a>" * 50_000, b"<x:a/>"],
                         ids=["cut", "noise", "empty", "bomb", "outside", "deep", "prefix"])  # fmt: skip
def test_a_broken_or_hostile_packet_gives_way_and_a_sentence_says_so(broken: bytes) -> None:
    packet, notes = carried(broken, MARK, strip_gps=True)
    assert value(packet, HUESMITH, "made") == MARK.made
    assert notes == (() if broken == b"" else ("Its XMP is damaged and was left out.",))
    if broken:
        assert carried(broken, None, strip_gps=True) == (None, ("Its XMP is damaged and was left out.",))
        with pytest.raises(ValueError, match="damaged"):
            value(broken, HUESMITH, "made")


def test_what_a_jpeg_segment_does_not_hold_follows_as_extended_xmp() -> None:
    made = '{"map": "' + "x" * 200_000 + '"}'
    packet, _ = carried(PHOTO, Mark("Huesmith 9", COMPOSITE, made), strip_gps=False)
    bodies = jpeg_bodies(packet)
    assert len(bodies) == 5 and all(len(body) <= 65533 for body in bodies)
    main = bodies[0].split(b"\0", 1)[1]
    assert value(main, IPTC, "DigitalSourceType") == COMPOSITE and b"Karl" in main  # what others look for stays first
    whole = joined_jpeg(main, bodies[:1] + bodies[:0:-1])  # in any order
    assert value(whole, HUESMITH, "made") == made and value(whole, IPTC, "DigitalSourceType") == COMPOSITE
    assert joined_jpeg(main, bodies[:3]) == main  # a piece is missing


def test_extended_xmp_is_read_back_from_a_file() -> None:
    made = '{"map": "' + "y" * 100_000 + '"}'
    packet, _ = carried(None, Mark("Huesmith 9", COMPOSITE, made), strip_gps=False)
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "JPEG")
    data = file.getvalue()
    segments = b"".join(b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body for body in jpeg_bodies(packet))
    image = Image.open(io.BytesIO(data[:2] + segments + data[2:]))
    assert value(read_metadata(image).xmp, HUESMITH, "made") == made
