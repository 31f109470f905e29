"""Files made of many pieces are the files that one piece would have made, as other people's decoders see them."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile
from PIL import Image

from core import photo_encode_tiff, photo_files, photo_read
from core.chroma import export
from core.errors import ExportError, PhotoError
from core.formats import ExportSettings
from core.photo import Photo, load_photo, photo_from_array
from core.photo_write import in_order, write_photo
from tests.core.test_export_matrix import tags_of

SIZE = (150, 210)


@pytest.fixture(scope="module")
def pixels() -> np.ndarray:
    down, across = np.mgrid[0 : SIZE[0], 0 : SIZE[1]]
    waves = [np.sin(down / 9 + phase) * np.cos(across / 13) for phase in (0, 1, 2)]
    return (np.stack(waves, axis=-1) * 120 + 128).astype(np.uint8)


@pytest.fixture
def many_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(photo_files, "PIECE", 16 * SIZE[1])


@pytest.mark.parametrize("subsampling", ["444", "422", "420"])
@pytest.mark.parametrize("gray", [False, True])
def test_a_jpeg_of_many_pieces_decodes_as_one_piece(pixels, many_pieces, tmp_path: Path, subsampling, gray) -> None:
    shown = np.ascontiguousarray(pixels[..., 0]) if gray else pixels
    photo = photo_from_array(shown)
    settings = ExportSettings(quality=91, subsampling=subsampling)
    made = photo_files.file_of(tmp_path / "a.jpg", "JPEG", photo, settings, 8, 1 if gray else 3)
    with (tmp_path / "a.jpg").open("w+b") as file:
        made.write(file, lambda rows: shown[rows])
    whole = imagecodecs.jpeg8_encode(shown, level=91, subsampling=subsampling)
    data = (tmp_path / "a.jpg").read_bytes()
    assert data.count(b"\xff\xdd\x00\x04") == 1  # a restart interval
    for decode in (imagecodecs.jpeg8_decode, lambda data: np.asarray(Image.open(BytesIO(data)))):
        np.testing.assert_array_equal(decode(data), decode(whole))


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("suffix", ["png", "tiff"])
def test_lossless_files_of_many_pieces_are_exact(pixels, many_pieces, tmp_path, suffix, channels, depth) -> None:
    array = np.dstack([pixels, pixels[::-1, :, 1]])[..., : channels if channels > 2 else 3]
    array = {1: array[..., 0], 2: array[..., :2]}.get(channels, array)
    array = array.astype(np.uint16) * 257 - 3 if depth == 16 else array
    photo = photo_from_array(array)
    path = write_photo(tmp_path / f"a.{suffix}", photo.pixels, photo)
    if suffix == "png":
        again = imagecodecs.png_decode(path.read_bytes())
        with Image.open(path) as image:
            image.load()  # checks every check sum
    else:
        again = tifffile.imread(path)
        assert len(tifffile.TiffFile(path).pages[0].dataoffsets) > 5
    np.testing.assert_array_equal(again.squeeze(), array)


def test_past_4_gb_a_tiff_is_a_bigtiff_with_all_that_a_small_one_has(
    pixels, many_pieces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_encode_tiff, "CLASSIC", 1000)
    photo = Photo(None, pixels.copy(), exif=tags_of(1).tobytes(), xmp=b"<x/>")
    path = write_photo(tmp_path / "big.tif", photo.pixels, photo)
    with tifffile.TiffFile(path) as tiff:
        assert tiff.is_bigtiff
        np.testing.assert_array_equal(tiff.asarray(), pixels)
        assert tiff.pages[0].tags[0x8769].value["DateTimeOriginal"] == "1931:05:17 12:00:00"
    again = load_photo(path)
    exif = Image.Exif()
    exif.load(again.exif)
    assert again.xmp == b"<x/>" and exif[315] == "Ada"


def test_a_large_tiff_is_read_where_it_lies_and_all_the_same(
    pixels, many_pieces, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo = Photo(None, pixels.copy(), pixels[..., 0].copy(), exif=tags_of(6).tobytes(), xmp=b"<x/>")
    path = write_photo(tmp_path / "large.tif", photo.pixels, photo)
    Image.fromarray(pixels).convert("LAB").save(tmp_path / "lab.tif")  # which Pillow decodes
    (tmp_path / "cut.tif").write_bytes(path.read_bytes()[:5000])
    before = [load_photo(file) for file in (path, tmp_path / "lab.tif")]
    monkeypatch.setattr(photo_read, "_LARGE", 100)
    monkeypatch.setattr(photo_read, "_decode_common", lambda *_: pytest.fail("it was read as a whole"))
    for one in before:
        after = load_photo(one.path)
        np.testing.assert_array_equal(after.pixels, one.pixels)
        assert (after.exif, after.xmp, after.key) == (one.exif, one.xmp, one.key)
    with pytest.raises(PhotoError, match=r"cut\.tif is damaged or cut short"):
        load_photo(tmp_path / "cut.tif")


def test_a_scan_without_exif_keeps_its_resolution(pixels, tmp_path: Path) -> None:
    for source in ("png", "jpg"):
        Image.fromarray(pixels).save(tmp_path / f"scan.{source}", dpi=(1200, 1200))
        photo = load_photo(tmp_path / f"scan.{source}")
        for form in ("png", "tiff", "jpg"):
            path = export(photo, None, tmp_path / f"out-{source}", ExportSettings(form))
            assert Image.open(path).info["dpi"] == pytest.approx((1200, 1200), abs=0.1)


def test_what_a_smaller_tiff_has_is_classic(pixels, tmp_path: Path) -> None:
    path = write_photo(tmp_path / "small.tif", pixels, photo_from_array(pixels))
    assert not tifffile.TiffFile(path).is_bigtiff


def test_quality_and_subsampling_are_heeded(pixels, tmp_path: Path) -> None:
    photo = photo_from_array(pixels)
    chroma = np.random.default_rng(3).normal(0, 40, (30, 42, 2)).astype(np.float32)
    sizes = {}
    for form in ("jpg", "avif"):
        for quality, subsampling in ((95, "444"), (95, "420"), (40, "444")):
            settings = ExportSettings(form, quality=quality, subsampling=subsampling)
            path = export(photo, chroma, tmp_path / f"{quality}{subsampling}", settings)
            sizes[quality, subsampling] = path.stat().st_size
        assert sizes[95, "444"] > sizes[95, "420"] > sizes[40, "444"]
    plain, lossless, lossy = (
        load_photo(export(photo, chroma, tmp_path / f"w{quality}", ExportSettings(form, quality=quality))).pixels
        for form, quality in (("png", 0), ("webp", None), ("webp", 60))
    )
    np.testing.assert_array_equal(lossless, plain)
    assert (lossy != plain).any()


def test_a_depth_that_a_format_has_not_is_a_sentence(pixels, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="a.jpg cannot have 16 bits a channel as JPEG, .* choose PNG or TIFF"):
        export(photo_from_array(pixels), None, tmp_path / "a.jpg", ExportSettings("jpg", depth=16))
    assert list(tmp_path.iterdir()) == []


def test_work_of_threads_comes_in_order_and_its_fault_ends_it() -> None:
    assert list(in_order(lambda number: number * number, range(50))) == [number * number for number in range(50)]
    done: list[int] = []

    def work(number: int) -> int:
        if number == 5:
            raise ValueError("five")
        done.append(number)
        return number

    with pytest.raises(ValueError, match="five"):
        list(in_order(work, range(1000)))
    assert len(done) < 100
