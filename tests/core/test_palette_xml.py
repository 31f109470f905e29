"""Palettes that are XML, from other programs' hands and from hostile ones."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from core.errors import ProjectError
from core.guidance import Swatch
from core.palette_io import read_palette, write_palette

COLORSET = """<ColorSet name="Éles" version="1.0" columns="4" comment="">
<ColorSetEntry name="brick" id="1" spot="false" bitdepth="U8"><RGB r="0.815686" g="0.250980" b="0.188235"
 space="sRGB-elle-V2-srgbtrc.icc"/><Position row="0" column="0"/></ColorSetEntry>
<Group name="More" rows="2"><ColorSetEntry name="灰" spot="true" bitdepth="F32"><Gray g="0.501961" space="g"/>
</ColorSetEntry><ColorSetEntry name="ink"><CMYK c="0" m="0.5" y="1" k="0.2"/></ColorSetEntry>
<ColorSetEntry name="lab"><Lab L="0.5" a="0.501961" b="0.501961"/></ColorSetEntry>
<ColorSetEntry name="linear"><RGB r="1" g="0.2158605" b="0" space="sRGB-elle-V2-g10.icc"/></ColorSetEntry></Group>
</ColorSet>"""


def kpl(xml: str | bytes, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/x-krita-palette", zipfile.ZIP_STORED)
        archive.writestr("colorset.xml", xml, method)
    return buffer.getvalue()


def read(tmp_path: Path, suffix: str, data: bytes):
    path = tmp_path / f"theirs{suffix}"
    path.write_bytes(data)
    return read_palette(path)


def test_kritas_models_and_groups(tmp_path: Path) -> None:
    palette = read(tmp_path, ".kpl", kpl(COLORSET))
    assert [one.hex for one in palette.swatches] == ["#d04030", "#808080", "#cc6600", "#777777", "#ff8000"]
    assert [one.name for one in palette.swatches] == ["brick", "灰", "ink", "lab", "linear"]
    assert (palette.name, palette.notes) == ("Éles", ())


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
def test_a_zip_that_lost_its_directory_still_gives_its_colours(tmp_path: Path, method: int) -> None:
    palette = read(tmp_path, ".kpl", kpl(COLORSET, method).partition(b"PK\x01\x02")[0])
    assert len(palette.swatches) == 5


def test_what_krita_writes_first_is_the_plain_mimetype(tmp_path: Path) -> None:
    path = write_palette(tmp_path / "a.kpl", [Swatch(1, 0, 0, "<&\"' 赤")])
    assert path.read_bytes()[30:65] == b"mimetypeapplication/x-krita-palette"
    assert read_palette(path).swatches[0].name == "<&\"' 赤"
    assert path.read_bytes() == write_palette(tmp_path / "b.kpl", [Swatch(1, 0, 0, "<&\"' 赤")], "a").read_bytes()


def test_an_office_table_and_one_cut_short(tmp_path: Path) -> None:
    text = """<?xml version="1.0" encoding="UTF-8"?>
<ooo:color-table xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:ooo="http://openoffice.org/2004/office">
 <draw:color draw:name="Ziegel" draw:color="#d04030"/>
 <draw:color draw:name="half" draw:color="#2030"/>
 <draw:color draw:name="Nacht" draw:color="#203040"/>
</ooo:color-table>"""
    whole = read(tmp_path, ".soc", text.encode())
    assert [one.hex for one in whole.swatches] == ["#d04030", "#203040"]
    assert "“#2030”" in whole.notes[0]
    cut = read(tmp_path, ".soc", text.encode()[: text.index("Nacht")])
    assert [one.name for one in cut.swatches] == ["Ziegel"]
    assert len(cut.notes) == 1


BOMB = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><ColorSet name="&b;"/>'


@pytest.mark.parametrize("data", [BOMB, BOMB.decode().encode("utf-16"), BOMB.replace(b"DOCTYPE", b"doctype")])
def test_xml_with_entities_is_refused_unparsed(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(ProjectError, match="document type"):
        read(tmp_path, ".soc", data)
    with pytest.raises(ProjectError, match="document type"):
        read(tmp_path, ".kpl", kpl(data))


def test_a_zip_bomb_is_never_inflated(tmp_path: Path) -> None:
    bomb = kpl(b" " * (17 * 2**20))
    assert len(bomb) < 2**17
    for data in (bomb, bomb.partition(b"PK\x01\x02")[0]):
        with pytest.raises(ProjectError, match="unpacks to more than 16 MB"):
            read(tmp_path, ".kpl", data)


def test_a_zip_of_something_else_is_one_sentence(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("stack.xml", "<image/>")
    with pytest.raises(ProjectError, match=r"no colorset\.xml"):
        read(tmp_path, ".kpl", buffer.getvalue())
