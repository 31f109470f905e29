"""A full disk, a folder that may not be written or is gone: one sentence, the file before is whole, nothing is left."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import also, coco, cvat, labelme
from core.also_kinds import FILES
from core.batch import BatchJob, run_batch
from core.batch_job import BatchReport, FileReport
from core.batch_report import write_report
from core.engine import Engine
from core.errors import ExportError, PhotoError, UserError
from core.exporting import export_result, write_lines
from core.formats import FORMATS, ExportSettings
from core.guidance import Recipe, Swatch
from core.label_maps import save_label_map
from core.label_sets import own_labels, save_own_labels
from core.labels import default_label_set
from core.palette_io import WRITABLE, write_palette
from core.photo import load_photo
from core.project_files import put_down
from core.recipe import save_recipe
from core.references import keep_picture
from tests.core.fakes import FakeModels
from tests.core.layered import result_of, small
from tests.core.small_disk import room_for

LABELS = np.repeat(np.arange(60, dtype=np.uint8), 60).reshape(60, 60)[:, ::2].copy()
SWATCHES = tuple(Swatch(step / 300, 1 - step / 300, 0.5, f"swatch {step}") for step in range(200))
RECIPE = Recipe(palette=SWATCHES)
REPORT = BatchReport(
    tuple(FileReport(Path(f"/scans/{number}.tif"), "done", 0.5, "cpu", 256, "well") for number in range(40)), 20.0
)

Write = Callable[[Path], object]


@pytest.fixture(scope="module")
def writers(samples: dict[str, Path]) -> dict[str, Write]:
    """Everything that writes a file, by the file's name; each writes over what is there."""
    photo = small(samples["rocket"])
    result, labels = result_of(photo), default_label_set()

    def export(form: str, depth: int | None = None) -> Write:
        settings = ExportSettings(form, depth=depth, quality=100 if form == "webp" else None)
        return lambda path: export_result(photo, result, path, settings, label_set=labels, labels_by="person",
                                          overwrite=True)  # fmt: skip

    def report(path: Path) -> None:
        write_report(REPORT, path)

    found: dict[str, Write] = {f"a{row.suffix}": export(row.id) for row in FORMATS.values() if not row.layered}
    found |= {"16.png": export("png", 16), "16.tiff": export("tiff", 16)}
    found |= {f"p{suffix}": lambda path: write_palette(path, SWATCHES, overwrite=True) for suffix in WRITABLE}
    found |= {f"r{suffix}": report for suffix in (".json", ".csv", ".html")}
    found["map.png"] = lambda path: save_label_map(path, LABELS, labels, overwrite=True)
    found["labelme.json"] = lambda path: labelme.write(path, LABELS, labels, "a.jpg", overwrite=True)
    found["coco.json"] = lambda path: coco.write(path, LABELS, labels, "a.jpg", overwrite=True)
    found["cvat.zip"] = lambda path: cvat.write(path, LABELS, labels, "a.jpg", overwrite=True)
    found["set.json"] = lambda path: save_own_labels(path, own_labels(labels), overwrite=True)
    found["recipe.json"] = lambda path: save_recipe(path, RECIPE, overwrite=True)
    shown = also.Shown(photo, result, labels)
    for kind in FILES:
        name = f"x{FILES[kind][0]}"
        found[name] = lambda path, kind=kind: also.write_also(shown, [kind], path.parent, "x", overwrite=True)
    return found


def points(size: int) -> list[int]:
    """Where the disk is full: at once, in the middle, one byte before the end."""
    return sorted({0, 1, size // 3, size - 1})


NAMES = ("a.png", "a.tiff", "a.jpg", "a.webp", "a.avif", "a.bmp", "16.png", "16.tiff",
         *(f"p{suffix}" for suffix in WRITABLE), "r.json", "r.csv", "r.html", "map.png", "labelme.json", "coco.json",
         "cvat.zip", "set.json", "recipe.json", *(f"x{tails[0]}" for tails in FILES.values()))  # fmt: skip


def test_every_writer_is_under_test(writers: dict[str, Write]) -> None:
    assert set(writers) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_disk_that_is_full_at_any_byte_leaves_the_file_before_and_says_so(
    name: str, writers: dict[str, Write], tmp_path: Path
) -> None:
    write, path = writers[name], tmp_path / name
    write(path)
    before = {one.name: one.read_bytes() for one in tmp_path.iterdir()}
    for size in points(len(before[name])):
        with pytest.raises(UserError) as raised, room_for(size):
            write(path)
        assert str(raised.value) == (
            f"{path} could not be written because the disk is full; free some space or choose another folder."
        )
        assert {one.name: one.read_bytes() for one in tmp_path.iterdir()} == before
    write(path)  # and when there is room again, it works


@pytest.mark.parametrize("name", NAMES)
def test_a_folder_that_is_gone_is_a_sentence_or_is_made_again(
    name: str, writers: dict[str, Write], tmp_path: Path
) -> None:
    path = tmp_path / "gone" / name
    try:
        writers[name](path)
    except UserError as error:
        assert str(path.parent) in str(error)
        assert not path.parent.exists()
    else:
        assert path.stat().st_size > 0


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_no_file_can_have_is_a_sentence(name: str, writers: dict[str, Write], tmp_path: Path) -> None:
    if name.startswith("x"):  # whose names are made from a stem: see below
        name = "a.png"
    long = tmp_path / f"{'n' * 300}{Path(name).suffix}"
    with pytest.raises(UserError):
        writers[name](long)
    assert list(tmp_path.iterdir()) == []


def test_comparisons_and_layers_under_an_impossible_stem_are_a_sentence(
    samples: dict[str, Path], tmp_path: Path
) -> None:
    photo = small(samples["rocket"])
    shown = also.Shown(photo, result_of(photo), default_label_set())
    with pytest.raises(UserError):
        also.write_also(shown, ["labels", "palette"], tmp_path, "n" * 300)
    assert list(tmp_path.iterdir()) == []


def test_the_lines_of_a_sketch_and_a_pasted_picture_need_room_too(samples: dict[str, Path], tmp_path: Path) -> None:
    photo = small(samples["coffee"])
    for name, write in (
        ("lines.png", lambda: write_lines(photo, tmp_path / "a.png")),
        ("result.png", lambda: keep_picture(photo.thumbnail(150), tmp_path, "result")),
        ("Pasted picture.png", lambda: put_down(np.random.default_rng(0).bytes(4000), "Pasted picture.png")),
    ):
        with pytest.raises(UserError) as raised, room_for(100):
            write()
        assert name.split(".")[0] in str(raised.value)
    assert list(tmp_path.iterdir()) == []


def test_what_is_in_memory_is_as_it_was(samples: dict[str, Path], tmp_path: Path) -> None:
    photo = small(samples["rocket"])
    result, labels = result_of(photo), default_label_set()
    pixels, chroma = photo.pixels.copy(), result.chroma.copy()
    for form in ("png", "jpg", "webp"):
        path = tmp_path / f"a.{form}"
        with pytest.raises(ExportError, match="disk is full"), room_for(500):
            export_result(photo, result, path, ExportSettings(form), label_set=labels, labels_by="person")
    assert np.array_equal(photo.pixels, pixels) and np.array_equal(result.chroma, chroma)
    assert list(tmp_path.iterdir()) == []


def test_a_batch_on_a_full_disk_reports_every_photo_and_leaves_no_half_file(
    samples: dict[str, Path], tmp_path: Path
) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for name in ("rocket", "coffee"):
        shutil.copy(samples[name], folder / f"{name}{samples[name].suffix}")
    job = BatchJob(paths=tuple(sorted(folder.iterdir())), out_dir=out, work_size=64)
    with room_for(6000):
        report = run_batch(job, Engine(models=FakeModels()))
    assert [file.status for file in report.files] == ["failed", "failed"]
    assert all("disk is full" in file.message for file in report.files)
    assert [one.name for one in out.iterdir() if not one.name.startswith(".huesmith")] == []
    again = run_batch(replace(job, resume=True), Engine(models=FakeModels()))
    assert [file.status for file in again.files] == ["done", "done"]


def test_a_photo_that_vanishes_or_a_folder_that_does_is_a_sentence(samples: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    shutil.copy(samples["rocket"], path)
    photo = load_photo(path)
    path.unlink()
    with pytest.raises(PhotoError, match="is not there"):
        load_photo(path)
    result, labels = result_of(photo), default_label_set()
    export_result(photo, result, tmp_path / "b.png", ExportSettings(), label_set=labels, labels_by="person")
    assert load_photo(tmp_path / "b.png").size == photo.size  # what is open can be saved all the same


def test_json_of_a_photo_whose_name_is_no_text_can_be_read_back(writers: dict[str, Write], tmp_path: Path) -> None:
    for write in (labelme.write, coco.write):
        path = tmp_path / "a.json"
        write(path, LABELS, default_label_set(), "caf\udce9.jpg", overwrite=True)
        content = json.loads(path.read_text("utf-8"))
        name = content["images"][0]["file_name"] if "images" in content else content["imagePath"]
        assert name == "caf\udce9.jpg"
