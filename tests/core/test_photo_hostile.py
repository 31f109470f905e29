"""Files that are cut, flipped or lie: each is a photo or one sentence, never a crash, and takes no memory first."""

from __future__ import annotations

import os
import random
import struct
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import given, settings
from hypothesis import strategies as st

from core import photo_read
from core.errors import PhotoError
from core.folder import find_photos
from core.photo import load_photo
from core.photo_pages import expand
from tests.core import photo_files
from tests.core.photo_files import EVERY

CUTS, FLIPS = 24, 24
UNSEEN = {"a.gif": 2, "lzw.tif": 3, "lzw16.tif": 3}  # bytes at the end that hold no pixels: the last code of LZW
TAILS = {"a.png": 16, "16.png": 16, "a.pdf": 40}  # checksum and end mark; PDFium finds its table again


@pytest.fixture(scope="module")
def whole() -> dict[str, bytes]:
    return {name: make() for name, make in EVERY.items()}


@pytest.fixture(scope="module")
def pixels_of(whole: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], np.ndarray]:
    folder = tmp_path_factory.mktemp("whole")
    known: dict[str, np.ndarray] = {}

    def pixels(name: str) -> np.ndarray:
        if name not in known:
            (folder / name).write_bytes(whole[name])
            known[name] = load_photo(folder / name).pixels
        return known[name]

    return pixels


def opened(path: Path, data: bytes) -> np.ndarray | str:
    """The pixels of a file with these bytes, or the sentence that it cannot be opened; all else is a failure."""
    path.write_bytes(data)
    try:
        return load_photo(path).pixels
    except PhotoError as error:
        sentence = str(error)
        assert sentence.startswith(str(path)) and sentence.endswith((".", "file"))
        assert "\n" not in sentence
        return sentence


@pytest.mark.parametrize("name", EVERY)
def test_a_file_that_is_cut_anywhere_is_a_sentence_and_never_half_a_photo(
    name: str, whole: dict[str, bytes], pixels_of: Callable[[str], np.ndarray], tmp_path: Path
) -> None:
    data, last = whole[name], len(whole[name]) - max(UNSEEN.get(name, 0), TAILS.get(name, 0))
    points = {0, 1, 7, 30, last - 1, *np.linspace(2, last - 1, CUTS).astype(int).tolist()}
    for point in sorted(points):
        assert isinstance(opened(tmp_path / name, data[:point]), str), f"{name} of {len(data)} bytes cut at {point}"
    for point in range(last, len(data)):  # what is missing there are no pixels: a sentence or all of the photo
        found = opened(tmp_path / name, data[:point])
        assert isinstance(found, str) or np.array_equal(found, pixels_of(name))


@pytest.mark.parametrize("name", EVERY)
def test_a_file_with_wrong_bytes_is_a_photo_or_a_sentence(
    name: str, whole: dict[str, bytes], tmp_path: Path
) -> None:
    dice = random.Random(name)
    for number in range(FLIPS):
        data = bytearray(whole[name])
        end = min(300, len(data)) if number % 2 else len(data)  # headers are short, and tell the most lies
        for _ in range(dice.choice((1, 2, 9))):
            data[dice.randrange(end)] = dice.choice((0, 255, dice.randrange(256)))
        found = opened(tmp_path / name, bytes(data))
        assert isinstance(found, str) or found.size > 0


STARTS = (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0\x08\0\0\0", b"RIFF\x20\0\0\0WEBP", b"BM", b"GIF89a",
          b"\0\0\0\x1cftypavif\0\0\0\0mif1avif", b"\0\0\0\x1cftypheic\0\0\0\0mif1heic", b"%PDF-1.7\n", b"P6\n9 9\n",
          b"PK\3\4")  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(STARTS), st.binary(max_size=120), st.sampled_from([".png", ".tif", ".dng", ".pdf"]))
def test_any_bytes_at_all_are_a_photo_or_a_sentence(start: bytes, rest: bytes, suffix: str) -> None:
    path = Path(__file__).with_name(f"any{suffix}")
    data = start + rest
    read = photo_read._read_file
    photo_read._read_file = lambda _: (data, "any")
    try:
        assert load_photo(path).pixels.size > 0
    except PhotoError:
        pass
    finally:
        photo_read._read_file = read


# -- what headers claim


def _png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def _bmp(width: int, height: int) -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + 3000, 0, 0, 54) + head + b"\0" * 3000


def _tiff(width: int, height: int, held: int = 1000, rows: int = 0) -> bytes:
    """One that holds so many bytes, which begin at 200, in a strip of so many rows."""
    tags = [(256, 4, width), (257, 4, height), (258, 3, 8), (259, 3, 1), (262, 3, 1), (273, 4, 200), (277, 3, 1),
            (278, 4, rows or height), (279, 4, held)]  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    head = b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + struct.pack("<I", 0)
    return head.ljust(200, b"\0") + b"\0" * min(held, 1000)


def _ppm(width: int, height: int) -> bytes:
    return b"P6\n%d %d\n255\n" % (width, height) + b"\0" * 1000


def _gif(width: int, height: int) -> bytes:
    frame = struct.pack("<BHHHHB", 0x2C, 0, 0, width, height, 0) + b"\x02\x02\x4c\x01\x00;"
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0" * 6 + frame


@pytest.mark.parametrize(
    ("name", "make", "size"),
    [
        ("a.png", _png, (65_536, 65_535)),
        ("a.bmp", _bmp, (65_536, 65_535)),
        ("a.tif", _tiff, (65_536, 65_535)),
        ("a.ppm", _ppm, (65_536, 65_535)),
        ("a.gif", _gif, (65_535, 65_535)),
    ],
)
def test_four_billion_pixels_in_a_header_are_refused_before_memory_is_asked_for(
    name: str, make: Callable[[int, int], bytes], size: tuple[int, int], tmp_path: Path
) -> None:
    tracemalloc.start()
    try:
        sentence = opened(tmp_path / name, make(*size))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sentence == (
        f"{tmp_path / name} claims {size[0]} x {size[1]} pixels, more than can be opened; "
        "make it smaller than 1000 megapixels."
    )
    assert peak < 20_000_000


@pytest.mark.parametrize("make", [_png, _bmp, _tiff, _ppm])
def test_two_hundred_megapixels_that_are_not_there_are_a_sentence(
    make: Callable[[int, int], bytes], tmp_path: Path
) -> None:
    assert "damaged or cut short" in opened(tmp_path / "a.png", make(20_000, 10_000))


def test_a_photo_that_does_not_fit_in_memory_says_how_much_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_read, "memory", lambda: 2**30)
    sentence = opened(tmp_path / "a.png", _png(20_000, 10_000))
    assert "for which 1.1 GB of memory are needed and 1.0 GB are there" in sentence


def test_two_hundred_megapixels_open(tmp_path: Path) -> None:
    path = tmp_path / "large.tif"
    path.write_bytes(_tiff(20_000, 10_000, 200_000_000))
    os.truncate(path, 200 + 200_000_000)  # a hole where the pixels are, which costs no disk
    assert load_photo(path).size == (10_000, 20_000)


def test_a_tiff_whose_strips_are_missing_is_damaged_and_not_black(tmp_path: Path) -> None:
    assert opened(tmp_path / "a.tif", _tiff(20, 50, 1000, rows=50)).shape == (50, 20)
    assert "damaged or cut short" in opened(tmp_path / "a.tif", _tiff(20, 5000, 1000, rows=50))


def test_a_scan_that_is_cut_opens_as_far_as_its_pages_go(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    with tifffile.TiffWriter(path) as file:
        for page in range(5):
            file.write(np.full((40, 60), 50 * page, np.uint8), photometric="minisblack", contiguous=False)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 5])
    found = expand(path)
    assert 2 <= len(found) < 5
    assert (load_photo(found[1]).pixels == 50).all()


# -- names and folders


@pytest.mark.parametrize(
    ("name", "words"),
    [("x" * 300 + ".png", "is not there"), ("a\0b.png", "is not there"), ("gone/a.png", "is not there")],
)
def test_a_name_that_no_file_can_have_is_a_sentence(name: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(PhotoError, match=words):
        find_photos([tmp_path / name])
    with pytest.raises(PhotoError):
        load_photo(tmp_path / name)


def test_a_name_that_is_no_text_opens(tmp_path: Path) -> None:
    path = tmp_path / "caf\udce9.png"
    path.write_bytes(photo_files.EVERY["a.png"]())
    assert find_photos([tmp_path]) == [path]
    assert load_photo(path).path == path
