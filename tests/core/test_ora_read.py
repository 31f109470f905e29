"""OpenRaster files from elsewhere: opened as the picture they are, and harmless whatever is in them."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from core import palette_xml
from core.errors import PhotoError, ProjectError
from core.ora_read import OraFile
from core.palette_io import read_palette
from core.photo import is_photo_path, load_photo
from core.zip_safety import most_entries
from tests.core.layered import small
from tests.core.test_ora import save

STACK = '<image w="3" h="2"><stack>{}</stack></image>'
LAYER = '<layer name="a" src="data/a.png"/>'
BOMB = ('<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
        + "".join(f'<!ENTITY {chr(98 + at)} "{f"&{chr(97 + at)};" * 10}">' for at in range(9))
        + "]><image w='3' h='2'><stack name='&j;'/></image>")  # fmt: skip


def png(width: int = 3, height: int = 2, rows: bytes | None = None) -> bytes:
    """An RGB PNG; its head may claim what its rows do not hold."""
    raw = np.arange(2 * (1 + 3 * 3), dtype=np.uint8).reshape(2, -1)
    raw[:, 0] = 0
    content = zlib.compress(raw.tobytes()) if rows is None else rows
    chunks = (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)), (b"IDAT", content), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def ora(path: Path, xml: str = STACK.format(LAYER), entries: Mapping[str, bytes | None] | None = None) -> Path:
    """A file of three by two pixels; `entries` besides, or in place of, the usual ones, None to leave one out."""
    usual = {"mimetype": b"image/openraster", "stack.xml": xml, "data/a.png": png(), "mergedimage.png": png()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**usual, **(entries or {})}.items():
            if data is not None:
                archive.writestr(name, data)
    return path


def test_it_opens_as_the_picture_its_layers_make(tmp_path: Path) -> None:
    photo = load_photo(ora(tmp_path / "a.ora"))
    assert photo.size == (2, 3) and photo.format == "PNG" and is_photo_path(Path("x.ORA"))


def test_its_layers_are_told_in_order_with_their_groups(tmp_path: Path) -> None:
    xml = STACK.format(
        '<layer name="top" src="data/a.png" x="1" y="-2" opacity="0.5" composite-op="svg:color"/>'
        '<stack name="g" visibility="hidden" x="10"><stack name="h"><layer src="/data/a.png" x="1"/></stack></stack>'
    )
    with OraFile(ora(tmp_path / "a.ora", xml).read_bytes()) as file:
        top, inner = file.layers
        assert file.png(inner) == png() and file.size == (2, 3)
    assert (top.name, top.x, top.y, top.opacity, top.mode, top.visible) == ("top", 1, -2, 0.5, "svg:color", True)
    assert (inner.groups, inner.x, inner.visible) == (("g", "h"), 11, False)


def test_what_we_write_is_read(samples, tmp_path: Path) -> None:
    with OraFile(save(small(samples["coffee"]), tmp_path / "a.ora").read_bytes()) as file:
        assert [layer.name for layer in file.layers if layer.visible][-1] == "Light"
        assert {layer.groups for layer in file.layers} == {(), ("Labels",)}


LARGE = STACK.replace('"3"', '"900000"').replace('"2"', '"900000"').format("")
XML = {
    "declares a document type": BOMB,
    "more than the 2000 layers": STACK.format(LAYER * 10_000),
    "more than the 2000 layers that are read": STACK.format("<stack/>" * 10_000),
    "more than 64 groups": STACK.format("<stack>" * 100 + "</stack>" * 100),
    "claims 900000 x 900000 pixels": LARGE,
    "gives w as “-3”": STACK.replace('"3"', '"-3"').format(""),
    "gives w as “9999": STACK.replace('"3"', f'"{"9" * 5000}"').format(""),
    "gives opacity as “nan”": STACK.format('<layer src="data/a.png" opacity="nan"/>'),
    "gives x as “1e9”": STACK.format('<layer src="data/a.png" x="1e9"/>'),
    "name “../../etc/passwd”, which is not in it": STACK.format('<layer src="../../etc/passwd"/>'),
    "stack.xml is damaged": STACK[:20],
    "describes no picture": "<svg/>",
    "“stack.xml” in it claims to be 5 MB": STACK.format(" " * (5 << 20)),
}
MERGED = "mergedimage.png"
ENTRIES = {
    "“stack.xml” is missing": {"stack.xml": None},
    "“mergedimage.png” is missing": {MERGED: None},
    "“mergedimage.png” in it is no PNG": {MERGED: b"GIF89a" * 9},
    "claims 16000000 x 16000000 pixels": {MERGED: png(16_000_000, 16_000_000)},
    "claims 0 x 2 pixels": {MERGED: png(0, 2)},
    "claims to be 20 MB, far more than it may be": {MERGED: png() + bytes(20 << 20)},
    "unsafe name “../x”": {"../x": b""},
    "unsafe name “C:/x”": {"C:/x": b""},
    "unsafe name “a\\b": {"a\\b": b""},
}


@pytest.mark.parametrize("sentence", [*XML, *ENTRIES])
def test_every_trick_is_one_sentence(sentence: str, tmp_path: Path) -> None:
    path = ora(tmp_path / "bad.ora", XML.get(sentence, STACK.format(LAYER)), ENTRIES.get(sentence))
    with pytest.raises(PhotoError) as caught:
        load_photo(path)
    said = str(caught.value)
    assert said.startswith(str(path)) and sentence in said and "\n" not in said
    assert said.endswith("; save it again in the program it comes from, or as PNG.")


def test_thousands_of_entries_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "many.ora"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "image/openraster")
        for number in range(5000):
            archive.writestr(f"data/{number}", "")
    with pytest.raises(PhotoError, match="5001 entries, more than the 4096"):
        load_photo(path)


def test_a_directory_without_end_is_seen_before_it_is_read(tmp_path: Path) -> None:
    """What the last record says of its size is enough; a million entries would take half a gigabyte."""
    data = ora(tmp_path / "a.ora").read_bytes()
    at = data.rfind(b"PK\5\6")
    path = tmp_path / "many.ora"
    path.write_bytes(data[: at + 12] + struct.pack("<I", 60_000_000) + data[at + 16 :])
    assert most_entries(io.BytesIO(path.read_bytes())) > 1_000_000
    with pytest.raises(PhotoError, match="more than 4096 entries"):
        load_photo(path)


def test_a_bomb_takes_no_memory(tmp_path: Path) -> None:
    """A merged image of 60 MB of noughts, which is 60 kB in the zip."""
    path = ora(tmp_path / "bomb.ora", entries={MERGED: png() + bytes(60 << 20)})
    assert path.stat().st_size < 1 << 20
    tracemalloc.start()
    try:
        with pytest.raises(PhotoError, match="claims to be 60 MB, far more than it may be"):
            load_photo(path)
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()


def test_a_zip_that_lies_about_its_sizes(tmp_path: Path) -> None:
    data = bytearray(ora(tmp_path / "a.ora").read_bytes())
    at = data.rfind(b"mergedimage.png") - 46  # its entry in the directory
    data[at + 24 : at + 28] = struct.pack("<I", 30)
    path = tmp_path / "lies.ora"
    path.write_bytes(data)
    with pytest.raises(PhotoError, match="“mergedimage.png” in it is (damaged|not as large|no PNG)"):
        load_photo(path)


@pytest.mark.parametrize("where", range(0, 100, 7))
def test_a_file_cut_anywhere_is_one_sentence(where: int, samples, tmp_path: Path) -> None:
    data = ora(tmp_path / "a.ora").read_bytes()
    path = tmp_path / "cut.ora"
    path.write_bytes(data[: 4 + (len(data) - 5) * where // 100])
    with pytest.raises(PhotoError) as caught:
        load_photo(path)
    assert str(caught.value).startswith(str(path)) and "\n" not in str(caught.value)


def test_bytes_changed_anywhere_never_make_more_than_a_sentence(tmp_path: Path) -> None:
    data = bytearray(ora(tmp_path / "a.ora").read_bytes())
    path, random = tmp_path / "changed.ora", np.random.default_rng(11)
    for _ in range(150):
        changed = bytearray(data)
        for at in random.integers(0, len(data), 3):
            changed[at] = random.integers(0, 256)
        path.write_bytes(changed)
        try:
            load_photo(path)
        except PhotoError as error:
            assert "\n" not in str(error)


def test_another_zip_is_no_photo(tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match="is not a photo that can be opened"):
        load_photo(ora(tmp_path / "a.ora", entries={"mimetype": b"application/epub+zip"}))


# -- Krita's palettes, which are zips of XML too


def kpl(path: Path, xml: str, **more: str) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/x-krita-palette")
        for name, data in {"colorset.xml": xml, **more}.items():
            archive.writestr(name, data)
    return path


ENTRY = '<ColorSetEntry name="{}"><RGB r="1" g="0" b="0"/></ColorSetEntry>'
PALETTES = {
    "declares a document type": BOMB,
    "more than 5,000 elements": "<ColorSet>" + "<a/>" * 5000 + "</ColorSet>",
    "unpacks to more than 16 MB": "<ColorSet>" + " " * (17 << 20) + "</ColorSet>",
    "holds no colours": "<ColorSet></ColorSet>",
}


@pytest.mark.parametrize("sentence", PALETTES)
def test_a_palette_made_to_harm_is_one_sentence(
    sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(palette_xml, "MOST_ELEMENTS", 5000)
    with pytest.raises(ProjectError, match=sentence):
        read_palette(kpl(tmp_path / "bad.kpl", PALETTES[sentence]))


def test_a_palette_of_thousands_of_entries_is_one_sentence(tmp_path: Path) -> None:
    data = kpl(tmp_path / "a.kpl", "<ColorSet/>").read_bytes()
    at = data.rfind(b"PK\5\6")
    path = tmp_path / "many.kpl"
    path.write_bytes(data[: at + 12] + struct.pack("<I", 3_000_000) + data[at + 16 :])
    with pytest.raises(ProjectError, match="more than 10,000 entries"):
        read_palette(path)


def test_names_in_a_palettes_zip_do_no_harm(tmp_path: Path) -> None:
    xml = f"<ColorSet name='x'>{ENTRY.format('../../red')}</ColorSet>"
    (tmp_path / "in").mkdir()
    path = kpl(tmp_path / "in" / "a.kpl", xml, **{"../../escaped.txt": "x", "/absolute.txt": "x"})
    assert [swatch.name for swatch in read_palette(path).swatches] == ["../../red"]
    assert [file.name for file in tmp_path.rglob("*") if file.is_file()] == ["a.kpl"]
