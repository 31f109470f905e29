"""Palette files: there and back, against bytes written by hand from the formats' descriptions."""

from __future__ import annotations

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import ExportError, ProjectError
from core.guidance import Swatch
from core.palette_io import (
    WRITABLE,
    parse_palette,
    picture_palette,
    read_palette,
    to_text,
    to_url,
    write_palette,
)

byte = st.integers(0, 255).map(lambda value: value / 255)
name = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn", "Co", "Zl", "Zp", "Cf")), max_size=12).map(
    lambda text: " ".join(text.split())
)
palettes = st.lists(st.builds(Swatch, byte, byte, byte, name), min_size=1, max_size=40).map(tuple)
NAMED = {".gpl", ".ase", ".aco", ".kpl", ".soc"}
BRICK = ("#d04030", "#203040", "#f0e0c0")


def hexes(swatches: tuple[Swatch, ...]) -> list[str]:
    return [one.hex for one in swatches]


def written(tmp_path: Path, suffix: str, data: bytes) -> Path:
    path = tmp_path / f"theirs{suffix}"
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("suffix", [suffix for suffix in WRITABLE if suffix != ".png"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(palettes)
def test_every_format_goes_there_and_back(tmp_path: Path, suffix: str, palette: tuple[Swatch, ...]) -> None:
    path = write_palette(tmp_path / f"ours{suffix}", palette, "Ours", overwrite=True)
    read = read_palette(path)
    assert hexes(read.swatches) == hexes(palette)
    assert read.notes == ()
    if suffix in NAMED:
        wanted = [one.name for one in palette]
        if suffix == ".gpl":
            wanted = ["" if one == "Untitled" else one for one in wanted]
        assert [one.name for one in read.swatches] == wanted
    if suffix in {".gpl", ".ase", ".kpl"}:
        assert read.name == "Ours"


@pytest.mark.parametrize("suffix", [suffix for suffix in WRITABLE if suffix != ".act"])
def test_ten_thousand_swatches_go_there_and_back(tmp_path: Path, suffix: str) -> None:
    palette = tuple(Swatch.from_hex(f"{at * 1677 % 2**24:06x}", f"色 {at}") for at in range(10_000))
    read = read_palette(write_palette(tmp_path / f"many{suffix}", palette))
    assert hexes(read.swatches) == hexes(palette)
    assert read.notes == ()


def test_a_colour_table_holds_256_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="room for 256"):
        write_palette(tmp_path / "many.act", [Swatch(0, 0, 0)] * 257)


def test_writing_asks_before_it_replaces_and_knows_its_formats(tmp_path: Path) -> None:
    path = write_palette(tmp_path / "one.gpl", [Swatch(1, 0, 0)])
    with pytest.raises(ExportError, match="is there already"):
        write_palette(path, [Swatch(1, 0, 0)])
    with pytest.raises(ExportError, match="palette's suffix"):
        write_palette(tmp_path / "one.doc", [Swatch(1, 0, 0)])
    with pytest.raises(ExportError, match="is empty"):
        write_palette(tmp_path / "none.gpl", [])


def test_gimps_own_bytes(tmp_path: Path) -> None:
    data = "GIMP Palette\r\nName: Цвета\r\nColumns: 3\r\n# words\r\n208  64  48\t煉瓦 brick\r\n 32 48 64\r\n".encode()
    read = read_palette(written(tmp_path, ".gpl", data))
    assert (read.name, hexes(read.swatches), read.notes) == ("Цвета", list(BRICK[:2]), ())
    assert [one.name for one in read.swatches] == ["煉瓦 brick", ""]


def test_gimps_first_version_and_a_damaged_line(tmp_path: Path) -> None:
    read = read_palette(written(tmp_path, ".gpl", b"GIMP Palette\n208 64 48 \xe9t\xe9\nnonsense\n32 48 64"))
    assert hexes(read.swatches) == list(BRICK[:2])
    assert read.swatches[0].name == "été"
    assert read.notes == ("theirs.gpl: 2 colours were read, but not everything (line 3 is no colour).",)


def ase_color(model: bytes, *values: float, name: str = "") -> bytes:
    letters = (name + "\0").encode("utf-16-be")
    body = struct.pack(">H", len(letters) // 2) + letters + model + struct.pack(f">{len(values)}fH", *values, 0)
    return struct.pack(">HI", 1, len(body)) + body


def ase(*blocks: bytes) -> bytes:
    return b"ASEF" + struct.pack(">HHI", 1, 0, len(blocks)) + b"".join(blocks)


def test_adobes_exchange_with_all_its_models(tmp_path: Path) -> None:
    group = struct.pack(">HI", 0xC001, 8) + struct.pack(">H", 3) + "杯\u00e9\0".encode("utf-16-be")
    data = ase(group, ase_color(b"RGB ", 208 / 255, 64 / 255, 48 / 255, name="brick 🧱"),
               ase_color(b"CMYK", 0, 0.5, 1, 0.2), ase_color(b"Gray", 0.5), ase_color(b"LAB ", 0.5324, 80.09, 67.2),
               struct.pack(">HI", 0xC002, 0))  # fmt: skip
    read = read_palette(written(tmp_path, ".ase", data))
    assert hexes(read.swatches)[:3] == ["#d04030", "#cc6600", "#808080"]
    assert read.swatches[3].r > 0.99
    assert max(read.swatches[3].g, read.swatches[3].b) < 0.02  # Lab of sRGB's red
    assert (read.name, read.swatches[0].name, read.notes) == ("杯é", "brick 🧱", ())


def test_adobes_exchange_cut_short_keeps_what_came_before(tmp_path: Path) -> None:
    data = ase(ase_color(b"RGB ", 1, 0, 0), ase_color(b"XYZ ", 0, 1, 0), ase_color(b"RGB ", 0, 0, 1))
    read = read_palette(written(tmp_path, ".ase", data[:-9]))
    assert hexes(read.swatches) == ["#ff0000"]
    assert len(read.notes) == 1
    assert "1 colour was read" in read.notes[0]
    newer = read_palette(written(tmp_path, ".ase", data.replace(b"ASEF\0\1", b"ASEF\0\2")))
    assert len(newer.swatches) == 2
    assert "version 2.0" in newer.notes[0]


def test_photoshops_swatches_of_both_versions_and_all_spaces(tmp_path: Path) -> None:
    rows = [(0, 208 * 257, 64 * 257, 48 * 257, 0), (1, 21845, 65535, 65535, 0), (2, 65535, 32768, 0, 65535),
            (7, 10000, 0, 0, 0), (8, 5000, 0, 0, 0), (7, 5000, (-4000) & 0xFFFF, 4000, 0)]  # fmt: skip
    one = struct.pack(">HH", 1, len(rows)) + b"".join(struct.pack(">5H", *row) for row in rows)
    label = "\u9752\0".encode("utf-16-be")
    two = struct.pack(">HH", 2, len(rows)) + b"".join(
        struct.pack(">5H", *row) + struct.pack(">I", 2) + label for row in rows
    )
    for data, named in ((one, ""), (two, "青"), (one + two, "青")):
        read = read_palette(written(tmp_path, ".aco", data))
        assert hexes(read.swatches)[:5] == ["#d04030", "#00ff00", "#ff8000", "#ffffff", "#808080"]
        assert read.swatches[5].g > read.swatches[5].r  # a* is signed
        assert {one.name for one in read.swatches} == {named}
    cut = read_palette(written(tmp_path, ".aco", one + two[:-20]))
    assert len(cut.swatches) == 6
    assert "names" in cut.notes[0]
    odd = read_palette(written(tmp_path, ".aco", struct.pack(">HH10H", 1, 2, 99, 0, 0, 0, 0, *rows[0])))
    assert hexes(odd.swatches) == ["#d04030"]
    assert "colour space 99" in odd.notes[0]


def test_colour_tables_of_both_lengths(tmp_path: Path) -> None:
    table = bytes.fromhex("".join(code[1:] for code in BRICK))
    full = bytes(range(256)) * 3
    assert hexes(read_palette(written(tmp_path, ".act", table.ljust(768, b"\0"))).swatches) == list(BRICK)
    counted = table.ljust(768, b"\7") + struct.pack(">HH", 3, 0xFFFF)
    assert hexes(read_palette(written(tmp_path, ".act", counted)).swatches) == list(BRICK)
    assert len(read_palette(written(tmp_path, ".act", full)).swatches) == 256
    short = read_palette(written(tmp_path, ".act", table))
    assert hexes(short.swatches) == list(BRICK)
    assert "9 bytes" in short.notes[0]


def test_a_picture_of_swatches_gives_them_in_reading_order(tmp_path: Path) -> None:
    palette = tuple(Swatch.from_hex(code) for code in (*BRICK, BRICK[0]))
    assert hexes(read_palette(write_palette(tmp_path / "row.png", palette)).swatches) == hexes(palette)
    bgr = np.array([[[0x30, 0x40, 0xD0], [0x40, 0x30, 0x20]], [[0xC0, 0xE0, 0xF0], [0, 0, 0]]], np.uint8)
    cv2.imwrite(str(tmp_path / "grid.bmp"), bgr.repeat(20, axis=0).repeat(30, axis=1))
    assert hexes(read_palette(tmp_path / "grid.bmp").swatches) == [*BRICK, "#000000"]


def test_a_photo_gives_its_palette_with_shares(samples: dict[str, Path]) -> None:
    assert len(read_palette(samples["coffee"]).swatches) == 10
    few = read_palette(samples["coffee"], 4)
    assert len(few.swatches) == len(few.weights) == 4
    assert sum(few.weights) == pytest.approx(1)


def test_a_copied_picture_gives_its_swatches_or_its_palette(samples: dict[str, Path]) -> None:
    fields = np.zeros((40, 60, 3), np.uint8)
    fields[:, 20:40], fields[:, 40:] = (208, 64, 48), (240, 224, 192)
    assert hexes(picture_palette(fields).swatches) == ["#000000", "#d04030", "#f0e0c0"]
    seen = np.ones((40, 60), bool)
    seen[:, :20] = False
    assert hexes(picture_palette(fields, seen).swatches) == ["#d04030", "#f0e0c0"]
    photo = cv2.cvtColor(cv2.imread(str(samples["coffee"])), cv2.COLOR_BGR2RGB)
    assert len(picture_palette(photo, colors=3).weights) == 3
    for empty in (np.zeros((0, 0, 3), np.uint8), fields):
        with pytest.raises(ProjectError, match="empty"):
            picture_palette(empty, np.zeros(empty.shape[:2], bool))


@pytest.mark.parametrize("text", [
    "#d04030 #203040 #f0e0c0", "d04030\n203040\r\nf0e0c0", "D04030,203040;f0e0c0", "d04030-203040-f0e0c0",
    "https://coolors.co/d04030-203040-f0e0c0", "coolors.co/palette/d04030-203040-f0e0c0?x=1",
    "https://colorhunt.co/palette/d04030203040f0e0c0", "#d04030ff #203040ff #f0e0c0ff",
    "rgb(208, 64, 48) rgb(32 48 64 / 50%) rgba(94.118%, 87.843%, 75.294%, 1)", '["#d04030", "#203040", "#f0e0c0"]',
    ":root { --a: #d04030; --b: #203040; /* #ffffff */ --c: #f0e0c0 }",
    "; paint.net Palette File\r\nFFd04030\r\nFF203040\r\n80f0e0c0",
])  # fmt: skip
def test_pasted_text_of_many_kinds(text: str) -> None:
    assert hexes(parse_palette(text).swatches) == list(BRICK)


def test_pasted_names_short_codes_and_other_functions() -> None:
    read = parse_palette("brick: #d04030\n--深海: #203040;")
    assert [one.name for one in read.swatches] == ["brick", "深海"]
    assert hexes(parse_palette("f00 0f0 00f").swatches) == ["#ff0000", "#00ff00", "#0000ff"]
    assert hexes(parse_palette("hsl(120, 100%, 50%) hsv(240 1 1) lab(100 0 0)").swatches) == [
        "#00ff00", "#0000ff", "#ffffff"]  # fmt: skip
    assert hexes(parse_palette("oklch(0.62796 0.2577 29.234)").swatches)[0] in ("#ff0000", "#fe0000", "#ff0101")


def test_half_a_hex_code_on_a_line_of_its_own_is_told(tmp_path: Path) -> None:
    read = read_palette(written(tmp_path, ".hex", b"d04030\n20304\nf0e0c0\n"))
    assert hexes(read.swatches) == ["#d04030", "#f0e0c0"]
    assert "20304" in read.notes[0]


def test_half_a_hex_code_costs_only_itself() -> None:
    read = parse_palette("#d04030 #20304 #f0e0c0")
    assert hexes(read.swatches) == [BRICK[0], BRICK[2]]
    assert read.notes == ("The text: 2 colours were read, but not everything (“#20304” is no hex code).",)


@pytest.mark.parametrize("text", ["", "   \n", "no colour at all", "#12", "bed and breakfast", "rgb(a, b, c)"])
def test_text_without_colours_is_one_sentence(text: str) -> None:
    with pytest.raises(ProjectError, match="holds no colour"):
        parse_palette(text)


def test_text_for_the_clipboard_and_the_address_come_back() -> None:
    palette = tuple(map(Swatch.from_hex, BRICK))
    assert to_text(palette) == "\n".join(BRICK)
    assert parse_palette(to_url(palette)).swatches == parse_palette(to_text(palette)).swatches == palette


@pytest.mark.parametrize("suffix", [".gpl", ".ase", ".aco", ".act", ".kpl", ".soc", ".hex", ".png", ".xyz"])
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=60))
def test_rubbish_is_one_sentence_or_a_palette(tmp_path: Path, suffix: str, data: bytes) -> None:
    try:
        assert read_palette(written(tmp_path, suffix, data)).swatches
    except ProjectError as error:
        assert "theirs" + suffix in str(error)


@pytest.mark.parametrize("suffix", [".gpl", ".ase", ".aco", ".act", ".kpl", ".soc", ".hex", ".css"])
def test_cut_anywhere_it_never_breaks_and_never_invents(tmp_path: Path, suffix: str) -> None:
    palette = tuple(Swatch.from_hex(f"{at:02x}8040", f"n {at}") for at in range(1, 31))
    data = write_palette(tmp_path / f"whole{suffix}", palette).read_bytes()
    for end in range(0, len(data), max(1, len(data) // 40)):
        try:
            read = read_palette(written(tmp_path, suffix, data[:end]))
        except ProjectError:
            continue
        wanted = hexes(palette)[: len(read.swatches)]
        assert hexes(read.swatches)[:-1] == wanted[: len(read.swatches) - 1] or suffix == ".act"


def test_a_file_is_known_by_its_bytes_when_its_suffix_says_nothing(tmp_path: Path) -> None:
    palette = tuple(map(Swatch.from_hex, BRICK))
    for suffix in (".gpl", ".ase", ".kpl", ".soc", ".hex", ".png"):
        data = write_palette(tmp_path / f"a{suffix}", palette).read_bytes()
        assert hexes(read_palette(written(tmp_path, ".unknown", data)).swatches) == list(BRICK)


def test_what_is_missing_or_huge_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="cannot be read"):
        read_palette(tmp_path / "nowhere.gpl")
    with pytest.raises(ProjectError, match="cannot be read"):
        read_palette(tmp_path)
    huge = tmp_path / "huge.gpl"
    with huge.open("wb") as file:
        file.truncate(40 * 2**20)
    with pytest.raises(ProjectError, match="larger than 32 MB"):
        read_palette(huge)
