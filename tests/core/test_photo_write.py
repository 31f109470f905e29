from __future__ import annotations

import errno
import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from core.errors import ExportError
from core.photo import Photo, load_photo, photo_from_array
from core.photo_write import target_of, write_photo
from tests.core.profiles import DISPLAY_P3

RGB8 = cv2.resize(
    np.random.default_rng(2).integers(0, 256, (6, 8, 3)).astype(np.uint8), (40, 30), interpolation=cv2.INTER_CUBIC
)
RGB16 = RGB8.astype(np.uint16) * 257 - (RGB8 > 9) * np.uint16(77)
ALPHA = np.tile(np.linspace(0, 255, 40).astype(np.uint8), (30, 1))
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/">sky</x:xmpmeta>'


def exif() -> bytes:
    tags = Image.Exif()
    tags[274], tags[271], tags[315] = 1, "Hue & Sons", "Ada"
    tags.get_ifd(0x8769)[36867] = "2020:02:20 20:20:20"
    tags.get_ifd(0x8825)[1] = "N"
    tags.get_ifd(0x8825)[2] = (52.0, 30.0, 1.5)
    return tags.tobytes()


def rich(pixels: np.ndarray, alpha: np.ndarray | None = None) -> Photo:
    """A photo that brings everything along."""
    return Photo(Path("in.png"), pixels.copy(), alpha, DISPLAY_P3, exif(), XMP)


@pytest.mark.parametrize("pixels", [RGB8, RGB16, RGB8[..., 0], RGB16[..., 0]], ids=["8", "16", "8 grey", "16 grey"])
@pytest.mark.parametrize("suffix", ["png", "tiff"])
@pytest.mark.parametrize("clear", [False, True])
def test_lossless_formats_keep_every_bit_and_everything_beside(tmp_path, pixels, suffix, clear):
    alpha = ALPHA.astype(pixels.dtype) * (257 if pixels.itemsize == 2 else 1) if clear else None
    path = write_photo(tmp_path / f"out.{suffix}", pixels, rich(pixels, alpha))
    again = load_photo(path)
    np.testing.assert_array_equal(again.pixels, pixels)
    assert again.pixels.dtype == pixels.dtype
    assert (again.alpha is None) == (alpha is None)
    if clear:
        np.testing.assert_array_equal(again.alpha, alpha)
    assert again.icc == DISPLAY_P3 and again.xmp == XMP
    tags = Image.Exif()
    tags.load(again.exif)
    assert (tags[271], tags[315]) == ("Hue & Sons", "Ada")
    assert tags.get_ifd(0x8769)[36867] == "2020:02:20 20:20:20"
    assert tuple(map(float, tags.get_ifd(0x8825)[2])) == (52.0, 30.0, 1.5)


@pytest.mark.parametrize("suffix", ["jpg", "webp"])
def test_lossy_formats_keep_what_is_beside_the_pixels(tmp_path, suffix):
    path = write_photo(tmp_path / f"out.{suffix}", RGB16, rich(RGB16), quality=95)
    again = load_photo(path)
    assert np.abs(again.pixels.astype(int) - RGB8).mean() < 8
    assert again.icc == DISPLAY_P3 and again.xmp == XMP and b"Hue & Sons" in again.exif


def test_a_large_profile_is_spread_over_segments(tmp_path):
    large = DISPLAY_P3 + bytes(150_000)
    path = write_photo(tmp_path / "out.jpg", RGB8, Photo(None, RGB8.copy(), icc=large))
    assert Image.open(path).info["icc_profile"] == large


def test_jpeg_quality_changes_the_size(tmp_path):
    photo = photo_from_array(RGB8)
    small, large = (write_photo(tmp_path / f"{q}.jpg", RGB8, photo, quality=q).stat().st_size for q in (50, 95))
    assert small < large


def test_bmp_and_lossless_webp_are_exact(tmp_path):
    for name, quality in (("a.bmp", 95), ("a.webp", 100), ("b.webp", None)):
        path = write_photo(tmp_path / name, RGB8, photo_from_array(RGB8), quality=quality)
        np.testing.assert_array_equal(load_photo(path).pixels, RGB8)


def test_nothing_is_overwritten_unasked(tmp_path):
    target = tmp_path / "out.png"
    target.write_text("mine")
    with pytest.raises(ExportError, match="out.png is there already; "):
        write_photo(target, RGB8, photo_from_array(RGB8))
    assert target.read_text() == "mine"
    write_photo(target, RGB8, photo_from_array(RGB8), overwrite=True)
    assert load_photo(target).size == (30, 40)


@pytest.mark.parametrize(
    ("code", "words"), [(errno.ENOSPC, "disk is full"), (errno.EROFS, "read-only"), (errno.EIO, "could not be written")]
)
def test_a_failed_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch, code, words):
    target = tmp_path / "out.png"
    target.write_text("mine")

    def fail(_):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(ExportError, match=words) as caught:
        write_photo(target, RGB8, photo_from_array(RGB8), overwrite=True)
    assert str(target) in str(caught.value) and str(caught.value).endswith(".")
    assert [path.name for path in tmp_path.iterdir()] == ["out.png"] and target.read_text() == "mine"


def test_a_missing_folder_and_a_folder_in_the_way_are_sentences(tmp_path):
    with pytest.raises(ExportError, match="is not a folder; choose another"):
        write_photo(tmp_path / "none" / "out.png", RGB8, photo_from_array(RGB8))
    (tmp_path / "out.png").mkdir()
    with pytest.raises(ExportError, match="is a folder; choose another"):
        write_photo(tmp_path / "out.png", RGB8, photo_from_array(RGB8), overwrite=True)


def test_what_a_format_cannot_hold_is_a_sentence(tmp_path):
    wide = np.zeros((1, 70_000, 3), np.uint8)
    for suffix in ("jpg", "webp"):
        with pytest.raises(ExportError, match="cannot hold 70000 x 1 pixels"):
            write_photo(tmp_path / f"out.{suffix}", wide, photo_from_array(wide))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("source", "form", "name", "wish", "target", "written"),
    [
        ("a.jpg", "JPEG", "o.jpg", "same", "o.jpg", "JPEG"), ("a.jpg", "JPEG", "o.png", "same", "o.png", "PNG"),
        ("a.jpg", "PNG", "o.jpg", "same", "o.png", "PNG"), ("a.gif", "GIF", "o.gif", "same", "o.png", "PNG"),
        ("a.tif", "TIFF", "o.tif", None, "o.tif", "TIFF"), ("a.jpeg", "JPEG", "o", "same", "o.jpg", "JPEG"),
        ("a.png", "PNG", "o.png", "jpg", "o.jpg", "JPEG"), ("a.png", "PNG", "o.JPEG", "jpg", "o.JPEG", "JPEG"),
    ],
)  # fmt: skip
def test_format_and_name_agree(source, form, name, wish, target, written):
    photo = Photo(Path(source), RGB8.copy(), format=form)
    assert target_of(Path(name), photo, wish) == (Path(target), written)


def test_an_unknown_format_is_a_sentence(tmp_path):
    with pytest.raises(ExportError, match="cannot be written as xcf; choose"):
        write_photo(tmp_path / "out.png", RGB8, photo_from_array(RGB8), format="xcf")
