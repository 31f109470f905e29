from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import cv2
import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image

from core import color, photo_tiff
from core.box import Box
from core.errors import PhotoError
from core.photo import fit_size, is_photo_path, load_photo, photo_from_array
from tests.core.profiles import ADOBE_RGB, DISPLAY_P3, gray_profile

RNG = np.random.default_rng(11)
RGB8 = cv2.resize(RNG.integers(0, 256, (6, 8, 3)).astype(np.uint8), (40, 30), interpolation=cv2.INTER_CUBIC)
RGB16 = RGB8.astype(np.uint16) * 257 + RNG.integers(0, 200, RGB8.shape).astype(np.uint16) * (RGB8 < 255)
ALPHA = np.tile(np.linspace(0, 255, 40).astype(np.uint8), (30, 1))
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r tiff:Orientation="6">sky</r></x:xmpmeta>'


def saved(path: Path, image: Image.Image, **extra) -> Path:
    image.save(path, **extra)
    return path


def exif(orientation: int) -> bytes:
    tags = Image.Exif()
    tags[274], tags[271] = orientation, "Hue & Sons"
    tags.get_ifd(0x8769)[36867] = "2020:02:20 20:20:20"
    return tags.tobytes()


@pytest.mark.parametrize(("suffix", "loose"), [("png", 0), ("bmp", 0), ("tiff", 0), ("webp", 0), ("jpg", 12)])
def test_8_bit_colour_is_read_as_it_is(tmp_path, suffix, loose):
    options = {"webp": {"lossless": True}, "jpg": {"quality": 100, "subsampling": 0}}.get(suffix, {})
    photo = load_photo(saved(tmp_path / f"a.{suffix}", Image.fromarray(RGB8), **options))
    assert (photo.size, photo.depth, photo.was_gray, photo.alpha) == ((30, 40), 8, False, None)
    assert photo.format == {"jpg": "JPEG"}.get(suffix, suffix.upper())
    assert np.abs(photo.pixels.astype(int) - RGB8).max() <= loose


@pytest.mark.parametrize("options", [
    {}, {"compression": "lzw"}, {"compression": "zlib", "predictor": True}, {"planarconfig": "separate"},
    {"tile": (16, 16)}, {"bigtiff": True}, {"byteorder": ">"}, {"compression": "zstd"},
], ids=str)  # fmt: skip
def test_16_bit_tiff_keeps_its_16_bits(tmp_path, options):
    data = np.moveaxis(RGB16, -1, 0) if "planarconfig" in options else RGB16
    tifffile.imwrite(tmp_path / "a.tif", data, photometric="rgb", **options)
    photo = load_photo(tmp_path / "a.tif")
    np.testing.assert_array_equal(photo.pixels, RGB16)
    assert photo.depth == 16 and photo.alpha is None


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("depth", [8, 16])
def test_png_of_every_kind_keeps_depth_and_alpha(tmp_path, channels, depth):
    full = np.dstack([RGB8, ALPHA]) if depth == 8 else np.dstack([RGB16, ALPHA.astype(np.uint16) * 257])
    picked = {1: full[..., 0], 2: full[..., [0, 3]], 3: full[..., :3], 4: full}[channels]
    (tmp_path / "a.png").write_bytes(imagecodecs.png_encode(np.ascontiguousarray(picked)))
    photo = load_photo(tmp_path / "a.png")
    assert photo.depth == depth and photo.was_gray == (channels < 3) and (photo.alpha is None) == (channels % 2 == 1)
    np.testing.assert_array_equal(photo.pixels, full[..., 0] if channels < 3 else full[..., :3])
    if photo.alpha is not None:
        np.testing.assert_array_equal(photo.alpha, full[..., 3])


def test_palettes_become_colours_and_keep_their_transparency(tmp_path):
    indexed = Image.fromarray(RGB8).quantize(16)
    plain = load_photo(saved(tmp_path / "a.png", indexed))
    np.testing.assert_array_equal(plain.pixels, np.asarray(indexed.convert("RGB")))
    clear = load_photo(saved(tmp_path / "b.png", indexed, transparency=3))
    assert ((clear.alpha == 0) == (np.asarray(indexed) == 3)).all()


def test_one_bit_photos_are_black_and_white(tmp_path):
    bits = RGB8[..., 0] > 128
    for name in ("a.png", "a.tif", "a.bmp"):
        photo = load_photo(saved(tmp_path / name, Image.fromarray(bits)))
        np.testing.assert_array_equal(photo.pixels if photo.was_gray else photo.pixels[..., 0], bits * np.uint8(255))
    tifffile.imwrite(tmp_path / "w.tif", bits, photometric="miniswhite")
    np.testing.assert_array_equal(load_photo(tmp_path / "w.tif").pixels, ~bits * np.uint8(255))


def test_float_tiff_becomes_16_bit(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", (RGB8 / 255).astype(np.float32), photometric="rgb")
    np.testing.assert_array_equal(load_photo(tmp_path / "a.tif").pixels, RGB8.astype(np.uint16) * 257)


def test_tiff_with_more_channels_than_colours_opens(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.dstack([RGB16, RGB16]), photometric="rgb", extrasamples=[0, 0, 0])
    photo = load_photo(tmp_path / "a.tif")
    np.testing.assert_array_equal(photo.pixels, RGB16)
    assert photo.alpha is None


def test_12_bit_values_use_the_whole_range():
    assert photo_tiff._to_integers(np.uint16([0, 2048, 4095]), 12).tolist() == [0, 32776, 65535]


@pytest.mark.parametrize("suffix", ["jpg", "tif"])
def test_cmyk_becomes_srgb_and_says_so(tmp_path, suffix):
    ink = Image.fromarray(RGB8).convert("CMYK")
    options = {"quality": 100, "subsampling": 0} if suffix == "jpg" else {}
    photo = load_photo(saved(tmp_path / f"a.{suffix}", ink, **options))
    assert photo.pixels.shape == (30, 40, 3) and photo.icc is None
    assert np.abs(photo.pixels.astype(int) - RGB8).mean() < 3
    assert "CMYK" in photo.notes[0]


def test_the_first_frame_of_an_animation_is_the_photo(tmp_path):
    frames = [Image.fromarray(np.roll(RGB8, shift)) for shift in (0, 5, 9)]
    for name in ("a.gif", "a.webp", "a.png"):
        options = {"lossless": True} if name == "a.webp" else {}
        path = saved(tmp_path / name, frames[0], save_all=True, append_images=frames[1:], **options)
        photo = load_photo(path)
        assert photo.size == (30, 40) and photo.notes == ("Of its 3 pictures, only number 1 is used.",)
        assert np.abs(photo.pixels.astype(int) - RGB8).mean() < 12


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp"])
def test_every_orientation_is_applied_once(tmp_path, suffix, orientation):
    from PIL import ImageOps

    options = {"jpg": {"quality": 100}, "webp": {"lossless": True}}.get(suffix, {})
    path = saved(tmp_path / f"a.{suffix}", Image.fromarray(RGB8), exif=exif(orientation), **options)
    wanted = np.asarray(ImageOps.exif_transpose(Image.open(path)))
    photo = load_photo(path)
    assert np.abs(photo.pixels.astype(int) - wanted).max() <= 1
    kept = Image.Exif()
    kept.load(photo.exif)
    assert (kept[274], kept[271]) == (1, "Hue & Sons")
    assert kept.get_ifd(0x8769)[36867] == "2020:02:20 20:20:20"


def test_orientation_in_xmp_is_reset_with_it(tmp_path):
    photo = load_photo(saved(tmp_path / "a.jpg", Image.fromarray(RGB8), xmp=XMP))
    assert photo.xmp == XMP.replace(b'"6"', b'"1"')


def test_the_thumbnail_inside_the_exif_is_dropped(tmp_path):
    small = io.BytesIO()
    Image.fromarray(RGB8).save(small, "JPEG")
    first = struct.pack("<HHHII", 1, 271, 2, 4, int.from_bytes(b"Hue\0", "little")) + struct.pack("<I", 8 + 18)
    second = struct.pack("<HHHIIHHII", 2, 513, 4, 1, 8 + 18 + 30, 514, 4, 1, len(small.getvalue())) + b"\0" * 4
    tags = b"Exif\0\0II*\0\x08\0\0\0" + first + second + small.getvalue()
    photo = load_photo(saved(tmp_path / "a.jpg", Image.fromarray(RGB8), exif=tags))
    assert b"Hue" in photo.exif and b"\xff\xd8" not in photo.exif and len(photo.exif) < 100


def test_a_profile_changes_the_light_and_is_kept(tmp_path):
    photo = load_photo(saved(tmp_path / "a.png", Image.fromarray(RGB8), icc_profile=DISPLAY_P3))
    assert photo.icc == DISPLAY_P3 and not photo.notes
    assert np.abs(photo.luminance() - photo_from_array(RGB8).luminance()).max() > 0.5
    assert photo.rgb().max() <= 1


def test_a_grey_photo_honours_its_grey_profile(tmp_path):
    gray = Image.fromarray(RGB8[..., 0])
    photo = load_photo(saved(tmp_path / "a.png", gray, icc_profile=gray_profile(1.0)))
    assert photo.color_icc is None
    np.testing.assert_allclose(photo.luminance(), color.luminance(photo.rgb()), atol=0.01)
    assert photo.luminance().mean() > photo_from_array(RGB8[..., 0]).luminance().mean() + 5


@pytest.mark.parametrize("icc", [b"nonsense", ADOBE_RGB[:200], gray_profile(2.2)])
def test_a_useless_profile_means_srgb_and_a_note(tmp_path, icc):
    photo = load_photo(saved(tmp_path / "a.png", Image.fromarray(RGB8), icc_profile=icc))
    assert photo.icc is None and "taken as sRGB" in photo.notes[0]
    np.testing.assert_array_equal(photo.pixels, RGB8)


def test_names_in_every_script_open(tmp_path):
    path = saved(tmp_path / "Grüße 写真 фото.png", Image.fromarray(RGB8))
    assert load_photo(str(path)).path == path


@pytest.mark.parametrize("size", [(1, 1), (5000, 1), (1, 5000), (200, 30000)])
def test_thin_and_tiny_photos_open_and_shrink(tmp_path, size):
    path = saved(tmp_path / "a.png", Image.fromarray(np.full(size, 99, np.uint8)))
    photo = load_photo(path)
    assert photo.size == size
    small = photo.small_luminance(64)
    assert small.shape == fit_size(*size, 64) and small.std() < 1e-3


def test_a_misnamed_photo_opens_by_what_it_holds(tmp_path):
    Image.fromarray(RGB8).save(tmp_path / "a.jpg", "PNG")
    assert load_photo(tmp_path / "a.jpg").format == "PNG"


def bad_files(folder: Path) -> dict[str, Path]:
    jpeg = saved(folder / "whole.jpg", Image.fromarray(RGB8)).read_bytes()
    png = saved(folder / "whole.png", Image.fromarray(RGB8)).read_bytes()
    tiff = saved(folder / "whole.tif", Image.fromarray(RGB8)).read_bytes()
    webp = saved(folder / "whole.webp", Image.fromarray(RGB8)).read_bytes()
    head = b"IHDR" + struct.pack(">IIBBBBB", 90_000, 90_000, 8, 2, 0, 0, 0)
    huge = png[:8] + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + png[33:]
    contents = {
        "empty.jpg": b"", "short.jpg": jpeg[: len(jpeg) * 2 // 3], "header.jpg": jpeg[:30], "short.png": png[:-60],
        "header.png": png[:20], "short.tif": tiff[: len(tiff) // 2], "header.tif": tiff[:9], "short.webp": webp[:-40],
        "text.png": b"Dear Sir or Madam,\n", "zeros.jpg": bytes(1000), "huge.png": huge,
        "pdf.jpg": b"%PDF-1.7\n1 0 obj",
    }  # fmt: skip
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    (folder / "folder.png").mkdir()
    names = [*contents, "folder.png", "missing.png"]
    if hasattr(os, "mkfifo"):  # not on Windows
        os.mkfifo(folder / "pipe.png")
        names.append("pipe.png")
    return {name: folder / name for name in names}


def test_what_cannot_be_opened_gets_one_sentence_with_its_name_and_a_remedy(tmp_path):
    for name, path in bad_files(tmp_path).items():
        with pytest.raises(PhotoError) as caught:
            load_photo(path)
        sentence = str(caught.value)
        assert str(path) in sentence and sentence.endswith("."), name
        assert ";" in sentence and "\n" not in sentence, name
        assert "Errno" not in sentence and "Error" not in sentence, name


def test_a_photo_without_permission_is_a_sentence(tmp_path, monkeypatch):
    def refuse(self, mode="r"):
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(PhotoError, match=r"a.png cannot be read \(Permission denied\); check its permissions"):
        load_photo(saved(tmp_path / "a.png", Image.fromarray(RGB8)))


def test_a_missing_page_is_a_sentence(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", np.stack([RGB8, RGB8[::-1]]), photometric="rgb")
    np.testing.assert_array_equal(load_photo(tmp_path / "a.tif", page=1).pixels, RGB8[::-1])
    with pytest.raises(PhotoError, match="no page 3; it has 2"):
        load_photo(tmp_path / "a.tif", page=2)


def test_pages_are_counted_in_a_note_and_thumbnails_are_none(tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.tif") as tiff:
        tiff.write(RGB8, photometric="rgb")
        tiff.write(RGB8[::4, ::4], photometric="rgb", subfiletype=1)
    assert load_photo(tmp_path / "a.tif").notes == ()
    tifffile.imwrite(tmp_path / "b.tif", np.stack([RGB8, RGB8]), photometric="rgb")
    assert load_photo(tmp_path / "b.tif", page=1).notes == ("Of its 2 pictures, only number 2 is used.",)


def test_luminance_of_a_piece_is_that_piece_of_the_whole():
    photo = photo_from_array(RGB16)
    box = Box(3, 4, 20, 31)
    np.testing.assert_array_equal(photo.luminance(box), photo.luminance()[box.slices])


def test_small_versions_do_not_depend_on_what_was_asked_before(samples):
    pixels = np.asarray(Image.open(samples["coffee"]).convert("RGB").resize((4400, 2936)))
    fresh, used = photo_from_array(pixels), photo_from_array(pixels)
    for side in (3000, 2048, 1600, 900, 700, 300, 128):
        used.small_luminance(side)
    np.testing.assert_array_equal(fresh.small_luminance(512), used.small_luminance(512))
    exact = cv2.resize(fresh.luminance(), fresh.small_luminance(512).shape[::-1], interpolation=cv2.INTER_AREA)
    assert np.abs(fresh.small_luminance(512) - exact).mean() < 0.4


def test_small_versions_never_grow():
    photo = photo_from_array(RGB8)
    assert photo.small_luminance(4000).shape == (30, 40) and photo.small_rgb(20).shape == (15, 20, 3)


def test_a_thumbnail_shows_transparency_as_white():
    photo = photo_from_array(np.dstack([np.zeros_like(RGB8), np.zeros_like(ALPHA)]))
    assert (photo.thumbnail(16) == 255).all()


def test_the_key_follows_the_content(tmp_path):
    path = saved(tmp_path / "a.png", Image.fromarray(RGB8))
    first = load_photo(path).key
    assert load_photo(path).key == first
    saved(path, Image.fromarray(RGB8[:20]))
    assert load_photo(path).key != first
    assert photo_from_array(RGB8).key != photo_from_array(RGB8[::-1]).key


def test_photos_are_known_by_their_names():
    assert is_photo_path(Path("A.JPEG")) and is_photo_path(Path("b.webp")) and not is_photo_path(Path("notes.txt"))
