"""OpenRaster: against its specification, read again by others, whole or not at all."""

from __future__ import annotations

import io
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
from PIL import Image
from pyora import Project

from core import layer_files, ora
from core.errors import Cancelled, ExportError
from core.exporting import export_result
from core.formats import ExportSettings
from core.icc import space_of
from core.labels import LabelSet, default_label_set
from core.layer_stack import layer_stack
from core.photo import Photo, load_photo, photo_from_array
from core.photo_files import PIECE
from core.provenance import BY_PERSON, read_made
from tests.core.layered import flattened, result_of, small, whole
from tests.core.openraster import violations
from tests.core.profiles import DISPLAY_P3


def save(photo: Photo, path: Path, form: str = "ora", gain: float = 1.0, **more: object) -> Path:
    told = {"label_set": default_label_set(), "labels_by": BY_PERSON} | more
    return export_result(photo, result_of(photo, gain), path, ExportSettings(form), **told)


@pytest.fixture(scope="module")
def written(samples: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(small(samples["coffee"]), tmp_path_factory.mktemp("ora") / "coffee.ora")


def test_a_file_keeps_to_the_specification(written: Path) -> None:
    assert violations(written) == []


def merged_of(photo: Photo, depth: int) -> np.ndarray:
    """The numbers of the result, (H, W, 3)."""
    merged = layer_stack(photo, result_of(photo), default_label_set(), depth=depth).merged
    return merged.pixels(slice(0, photo.height))[..., :3]


def test_16_bits_tell_their_profile_and_8_bits_need_none(samples) -> None:
    """Krita takes 16 bits without one for linear light, and shows them far too dark."""
    deep, plain = (
        layer_stack(photo, result_of(photo), default_label_set(), depth=depth)
        for depth in (16, 8)
        for photo in (small(samples["coffee"], depth=depth),)
    )
    assert plain.icc is None and deep.icc[36:40] == b"acsp"
    values = np.linspace(0, 65535, 4001).astype(np.uint16)[None, :, None].repeat(3, axis=2)
    np.testing.assert_allclose(space_of(deep.icc).to_srgb(values), values / 65535, atol=1e-3)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("icc", [None, DISPLAY_P3])
def test_so_does_every_depth_profile_and_transparency(samples, depth: int, icc: bytes | None, tmp_path: Path) -> None:
    photo = small(samples["coffee"], depth=depth, icc=icc)
    alpha = np.full(photo.size, np.iinfo(photo.pixels.dtype).max, photo.pixels.dtype)
    alpha[:9] = 0
    for number, case in enumerate((photo, Photo(None, photo.pixels, alpha, icc))):
        path = save(case, tmp_path / f"{number}.ora")
        assert violations(path) == []
        again = load_photo(path)
        assert (again.size, again.depth) == (case.size, depth)
        assert (again.alpha is None) == (case.alpha is None)
        expected = icc or (again.icc if depth == 16 else None)
        assert again.icc == expected
        colours = np.clip(case.space.to_srgb(merged_of(case, depth)), 0, 1)
        assert np.abs(again.rgb() - colours).max() < 2e-3
        with zipfile.ZipFile(path) as archive:
            for name in ("data/light.png", "data/luma.png", "data/colour.png"):
                with Image.open(io.BytesIO(archive.read(name))) as picture:
                    assert picture.info.get("icc_profile") == expected


BREAKS = {
    "stack.xml": lambda data: data.replace(b'<stack>', b'<stack opacity="7">'),
    "data/colour.png": lambda data: data[:24] + b"\x04" + data[25:],
    "mergedimage.png": lambda data: b"GIF89a",
    "data/forgotten.png": lambda data: b"",
    "mimetype": lambda data: b"image/png",
    "Thumbnails/thumbnail.png": None,
}


@pytest.mark.parametrize("name", BREAKS)
def test_the_validator_sees_what_is_against_it(written: Path, name: str, tmp_path: Path) -> None:
    path = tmp_path / "broken.ora"
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(path, "w") as new:
        entries = {info.filename: old.read(info) for info in old.infolist()}
        entries[name] = BREAKS[name](entries.get(name, b"")) if BREAKS[name] else None
        for entry, data in entries.items():
            if data is not None:
                new.writestr(entry, data)
    assert violations(path)


def test_pyora_reads_it_and_flattens_it_to_the_merged_image(written: Path) -> None:
    project = Project.load(str(written))
    assert [layer.name for layer in project.children] == [
        "Hints", "Labels", "Exact light", "Colour", "Light for Color mode", "Light",
    ]  # fmt: skip
    assert [layer.composite_op for layer in project.children][2:] == [
        "svg:luminosity", "svg:color", "svg:src-over", "svg:src-over",
    ]  # fmt: skip
    assert [layer.visible for layer in project.children] == [False, False, True, True, True, True]
    merged = np.asarray(Image.open(io.BytesIO(Project.extract_composite(str(written)))).convert("RGB")).astype(float)
    theirs = np.asarray(project.get_image_data(use_original=False).convert("RGB")).astype(float)
    error = np.abs(theirs - merged)
    assert error.mean() < 0.6 and error.max() <= 4  # it cuts to whole numbers after every layer


def test_the_merged_image_is_what_an_export_without_layers_writes(samples, written: Path, tmp_path: Path) -> None:
    png = save(small(samples["coffee"]), tmp_path / "coffee.png", "png")
    with zipfile.ZipFile(written) as archive:
        merged = imagecodecs.png_decode(archive.read("mergedimage.png"))
    np.testing.assert_array_equal(merged, imagecodecs.png_decode(png.read_bytes()))
    np.testing.assert_array_equal(merged, load_photo(written).pixels)


def test_layers_in_the_file_are_those_of_the_stack(samples, written: Path) -> None:
    photo = small(samples["coffee"])
    stack = layer_stack(photo, result_of(photo), default_label_set())
    with zipfile.ZipFile(written) as archive:
        for layer in stack.every():
            pixels = imagecodecs.png_decode(archive.read(f"data/{layer.data}.png"))
            np.testing.assert_array_equal(pixels, layer.pixels(slice(0, layer.box.height)))


def test_16_bit_flattened_from_the_file_is_the_merged_image(samples, tmp_path: Path) -> None:
    photo = small(samples["astronaut"], depth=16)
    path = save(photo, tmp_path / "a.ora")
    stack = layer_stack(photo, result_of(photo), default_label_set(), depth=16)
    merged = load_photo(path).pixels / 65535
    assert np.abs(flattened(stack)[..., :3] - merged).max() <= 4.5 / 65280


def test_it_says_how_it_was_made(written: Path) -> None:
    made = read_made(written)
    assert made.settings.format == "ora" and len(made.guidance.hints) == 2


def test_names_of_labels_are_safe_in_xml(samples, tmp_path: Path) -> None:
    names = tuple(f'<a & "{number}"> 妈妈的裙子\x07' for number in range(60))
    path = save(small(samples["coffee"]), tmp_path / "x.ora", label_set=LabelSet(names))
    assert violations(path) == []
    labels = next(layer for layer in Project.load(str(path)).children if layer.name == "Labels")
    assert {layer.name for layer in labels.children} == {f'<a & "{n}"> 妈妈的裙子' for n in (36, 50)}


def test_no_more_than_strips_are_asked_for(samples, tmp_path: Path) -> None:
    """Whatever the photo's size: memory is what a few strips take."""
    pixels = np.zeros((6000, 500, 3), np.uint8)
    photo = photo_from_array(pixels)
    asked: list[int] = []
    stack = layer_stack(photo, result_of(photo, hints=()), default_label_set())

    def watched(layer):
        def rows(part: slice) -> np.ndarray:
            asked.append((part.stop - part.start) * layer.box.width)
            return np.zeros((part.stop - part.start, *layer.shape[1:]), np.uint8)

        return replace(layer, pixels=rows)

    layers = tuple(watched(layer) for layer in stack.every())
    with (tmp_path / "x.ora").open("w+b") as file:
        ora.write(file, replace(stack, layers=layers, merged=watched(stack.merged)), lambda pixels: None)
    assert len(asked) > 40 and max(asked) <= PIECE
    assert violations(tmp_path / "x.ora") == []


def test_the_same_result_gives_the_same_bytes(samples, written: Path, tmp_path: Path) -> None:
    assert save(small(samples["coffee"]), tmp_path / "again.ora").read_bytes() == written.read_bytes()


@pytest.mark.parametrize("form", ["ora", "psd"])
def test_progress_rises_to_the_end_and_a_cancel_leaves_nothing(samples, form: str, tmp_path: Path) -> None:
    shares: list[float] = []
    photo = small(samples["coffee"])
    save(photo, tmp_path / f"x.{form}", form, progress=shares.append)
    assert len(shares) >= 6 and max(shares) == 1.0 and min(shares) > 0
    for stop in range(0, len(shares), 3):
        left = [stop]

        def cancel(left: list[int] = left) -> bool:
            left[0] -= 1
            return left[0] < 0

        with pytest.raises(Cancelled):
            save(photo, tmp_path / f"y.{form}", form, cancel=cancel)
    assert [path.name for path in tmp_path.iterdir()] == [f"x.{form}"]


@pytest.mark.parametrize("form", ["ora", "psd"])
def test_a_full_disk_at_any_write_is_one_sentence_and_the_old_file_stays(
    samples, form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    photo, path = small(samples["coffee"], (60, 40)), tmp_path / f"x.{form}"
    save(photo, path, form)
    before = path.read_bytes()
    real = io.BufferedRandom.write
    open_file = Path.open

    class Disk(io.BufferedRandom):
        room = 0

        def write(self, data) -> int:
            Disk.room -= len(data)
            if Disk.room < 0:
                raise OSError(28, "No space left on device")
            return real(self, data)

    def opened(self: Path, mode: str = "r", *rest, **more):
        if mode == "x+b":
            return Disk(io.FileIO(self, mode))
        return open_file(self, mode, *rest, **more)

    monkeypatch.setattr(Path, "open", opened)
    for room in range(0, len(before), max(1, len(before) // 12)):
        Disk.room = room
        with pytest.raises(ExportError, match=r"disk is full; free some space"):
            save(photo, path, form, overwrite=True)
        assert path.read_bytes() == before and len(list(tmp_path.iterdir())) == 1


def test_what_is_there_and_what_cannot_be_is_said(samples, written: Path, tmp_path: Path) -> None:
    photo = small(samples["coffee"])
    there = shutil.copy(written, tmp_path / "there.ora")
    with pytest.raises(ExportError, match="is there already"):
        save(photo, Path(there))
    with pytest.raises(ExportError, match="not a folder"):
        save(photo, tmp_path / "nowhere" / "x.ora")
    long = Photo(None, np.zeros((1, 30001), np.uint8))
    with pytest.raises(ExportError, match="whose sides end at 30000"):
        layer_files.export_layers(long, result_of(photo), tmp_path / "x.psd", "PSD", ExportSettings(),
                                  label_set=default_label_set())  # fmt: skip


def test_places_are_left_out_on_wish(samples, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[271] = "Hue & Sons"
    base = small(samples["coffee"])
    photo = Photo(None, base.pixels, exif=b"Exif\0\0" + exif.tobytes().removeprefix(b"Exif\0\0"))
    for strip in (False, True):
        path = tmp_path / f"{strip}.ora"
        export_result(photo, result_of(base), path, ExportSettings("ora", strip_gps=strip),
                      label_set=default_label_set(), labels_by=BY_PERSON)  # fmt: skip
        again = Image.Exif()
        again.load(load_photo(path).exif)
        assert again[271] == "Hue & Sons" and bool(again.get_ifd(0x8825)) == (not strip)


def test_a_hidden_group_may_be_shown(samples) -> None:
    """Everything that is hidden lies over the result and covers it where it paints."""
    photo = small(samples["coffee"])
    stack = layer_stack(photo, result_of(photo), default_label_set())
    shown = flattened(stack, hidden=True)
    assert np.abs(shown - whole(stack.merged)).mean() > 0.1
