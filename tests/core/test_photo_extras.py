"""HEIC, AVIF of ten bit and camera raw: kept in their depth, upright, with what they say about themselves."""

from __future__ import annotations

import sys
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image

from core.color import linear_to_srgb
from core.errors import PhotoError
from core.photo import load_photo
from core.photo_heif import avif_depth, kind_of, widened
from core.photo_thumbnail import load_thumbnail
from tests.core import photo_files
from tests.core.profiles import DISPLAY_P3


def placed(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


# -- HEIC


def test_a_heic_photo_opens_in_eight_bit(tmp_path: Path) -> None:
    photo = load_photo(placed(tmp_path / "a.heic", photo_files.heic()))
    assert (photo.size, photo.depth, photo.format) == ((48, 72), 8, "HEIF")
    assert np.abs(photo.pixels - photo_files.pixels().astype(int)).mean() < 4


def test_ten_bit_come_as_sixteen_over_the_whole_range(tmp_path: Path) -> None:
    photo = load_photo(placed(tmp_path / "a.heic", photo_files.heic(10)))
    assert photo.depth == 16
    assert np.abs(photo.pixels - photo_files.pixels(16).astype(int)).max() <= 96  # 1.5 steps of ten bit
    assert (widened(np.array([0, 1, 512, 1023], np.uint16), 10) == (0, 64, 32800, 65535)).all()


def test_a_turned_heic_photo_is_turned_once_and_says_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112], exif[271] = 6, "Huesmith"
    data = photo_files.heic(exif=exif.tobytes(), icc_profile=DISPLAY_P3)
    photo = load_photo(placed(tmp_path / "a.heic", data))
    upright = np.rot90(photo_files.pixels(), 3).astype(int)
    assert photo.size == (72, 48)
    assert np.abs(photo.pixels - upright).mean() < 4
    carried = Image.Exif()
    carried.load(photo.exif)
    assert (carried[0x0112], carried[271]) == (1, "Huesmith")
    assert photo.icc == DISPLAY_P3


def test_a_heic_photo_needs_no_right_name(tmp_path: Path) -> None:
    assert load_photo(placed(tmp_path / "a.jpg", photo_files.heic())).format == "HEIF"


def test_without_its_package_heic_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pillow_heif", None)
    with pytest.raises(PhotoError, match=r"a\.heic is a HEIC photo, which needs the package pillow-heif; type: .*pip "):
        load_photo(placed(tmp_path / "a.heic", photo_files.heic()))


def test_brands_tell_heic_and_avif_apart() -> None:
    box = b"\0\0\0\x1cftyp%sheic\0\0\0\0mif1"
    assert kind_of(box % b"") == "HEIF"
    assert kind_of(b"\0\0\0\x1cftypmif1\0\0\0\0mif1avifmiaf") == "AVIF"
    assert kind_of(b"\0\0\0\x14ftypqt  \0\0\0\0qt  ") == kind_of(b"\x89PNG") == ""


# -- AVIF


@pytest.mark.parametrize("bits", [8, 10, 12])
def test_avif_keeps_its_depth(bits: int, tmp_path: Path) -> None:
    pixels = photo_files.pixels(16) >> (16 - bits)
    data = imagecodecs.avif_encode(pixels.astype(np.uint8 if bits == 8 else np.uint16), bitspersample=bits, level=95)
    assert avif_depth(data) == bits
    photo = load_photo(placed(tmp_path / "a.avif", data))
    assert photo.depth == (8 if bits == 8 else 16)
    most = 2**photo.depth - 1
    assert np.abs(photo.pixels / most - pixels / (2**bits - 1)).mean() < 0.02


# -- camera raw


def test_camera_raw_is_developed_in_sixteen_bit(tmp_path: Path) -> None:
    photo = load_photo(placed(tmp_path / "a.dng", photo_files.dng(np.full((48, 72), 20000, np.uint16))))
    assert (photo.size, photo.depth, photo.format, photo.icc) == ((48, 72), 16, "RAW", None)
    wanted = 65535 * linear_to_srgb(np.float32(20000 / 65535))
    assert np.abs(photo.pixels[8:-8, 8:-8] - wanted).max() < 0.01 * 65535
    carried = Image.Exif()
    carried.load(photo.exif)
    assert carried[272] == "Test camera"


def test_the_camera_s_colours_are_where_its_filters_are(tmp_path: Path) -> None:
    raw = np.full((48, 72), 3000, np.uint16)
    raw[::2, ::2] = 40000  # the red ones
    red, green, blue = load_photo(placed(tmp_path / "a.dng", photo_files.dng(raw))).pixels[24, 36].astype(int)
    assert red > 2 * green and red > 2 * blue


def test_camera_raw_stands_upright(tmp_path: Path) -> None:
    raw = np.full((48, 72), 2000, np.uint16)
    raw[:, :20] = 50000
    photo = load_photo(placed(tmp_path / "a.dng", photo_files.dng(raw, orientation=6)))
    assert photo.size == (72, 48)
    assert photo.pixels[5, 24].min() > 2 * photo.pixels[60, 24].max()


def test_a_dng_is_known_by_its_tag_and_a_photo_with_a_raw_s_name_by_its_content(tmp_path: Path) -> None:
    assert load_photo(placed(tmp_path / "a.tif", photo_files.dng())).format == "RAW"
    assert load_photo(placed(tmp_path / "a.nef", photo_files.EVERY["a.jpg"]())).format == "JPEG"


def test_the_thumbnail_of_camera_raw_without_one_is_developed(tmp_path: Path) -> None:
    small = load_thumbnail(placed(tmp_path / "a.dng", photo_files.dng()), 36)
    assert small.dtype == np.uint8
    assert small.shape == (24, 36, 3)


def test_without_its_package_camera_raw_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rawpy", None)
    with pytest.raises(PhotoError, match=r"a\.dng is camera raw, which needs the package rawpy; type: .*pip install"):
        load_photo(placed(tmp_path / "a.dng", photo_files.dng()))
