"""Line art in a batch and on the command line: recognised or told, lines kept, apart or left out."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core import cli
from core.batch import BatchJob, run_batch
from core.engine import Engine
from core.guidance import Recipe, Rule, Settings, Swatch
from core.label_maps import load_label_map
from core.label_sets import OwnLabels
from core.photo import load_photo
from core.sketch_document import opened
from core.sketch_regions import region_map
from tests.core.drawings import PLACES, house
from tests.core.fakes import FakeModels
from tests.core.test_sketch import in_alpha


@pytest.fixture
def folder(tmp_path: Path, small_photo: Path) -> Path:
    """A sketch, one whose strokes are its alpha, and a photo."""
    folder = tmp_path / "in"
    folder.mkdir()
    cv2.imwrite(str(folder / "house.png"), house())
    cv2.imwrite(str(folder / "clear.png"), in_alpha(house()))
    small_photo.rename(folder / "photo.png")
    return folder


def run(folder: Path, out: Path, **job: object) -> list[str]:
    asked = BatchJob(tuple(sorted(folder.iterdir())), out, work_size=128, **job)
    report = run_batch(asked, Engine(models=FakeModels()))
    assert report.all_done, [one.message for one in report.files]
    return sorted(path.name for path in out.iterdir() if not path.name.startswith("."))


def light(path: Path) -> np.ndarray:
    return load_photo(path).luminance()


def is_coloured_sketch(path: Path) -> bool:
    """Black where the strokes are, darker than paper elsewhere."""
    page, strokes = light(path), house()[..., 0] == 0
    return bool(page.shape == strokes.shape and page[strokes].max() < 1 and page[~strokes].max() < 97)


def test_a_batch_recognises_line_art_as_the_window_does(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path / "out", save_labels=True)
    assert is_coloured_sketch(tmp_path / "out" / "house.png") and is_coloured_sketch(tmp_path / "out" / "clear.png")
    document = opened(load_photo(folder / "house.png"), BatchJob((), tmp_path).label_set)
    saved = load_label_map(tmp_path / "out" / "house_labels.png", document.labels.shape, label_set=document.label_set)
    assert np.array_equal(saved, document.labels)


def test_told_of_a_sketch_a_photo_is_one_and_told_auto_none_is(folder: Path, tmp_path: Path) -> None:
    run(folder, tmp_path / "sketch", mode="sketch")
    run(folder, tmp_path / "auto", mode="auto")
    assert np.abs(light(tmp_path / "auto" / "house.png") - light(folder / "house.png")).max() < 0.6
    assert not is_coloured_sketch(tmp_path / "auto" / "house.png")
    assert np.abs(light(tmp_path / "sketch" / "photo.png") - light(folder / "photo.png")).max() > 5


@pytest.mark.parametrize(("lines", "files"), [("layer", ["house.png", "house_lines.png"]), ("drop", ["house.png"])])
def test_lines_apart_or_left_out(folder: Path, tmp_path: Path, lines: str, files: list[str]) -> None:
    names = run(folder, tmp_path / "out", recipe=Recipe(settings=Settings(lines=lines)))
    assert [name for name in names if name.startswith("house")] == files
    assert is_coloured_sketch(tmp_path / "out" / "house.png") == (lines == "layer")
    assert not any(name.startswith("photo_") for name in names)


def test_a_persons_label_map_is_the_map_of_a_sketch(folder: Path, tmp_path: Path) -> None:
    regions = region_map(load_photo(folder / "house.png"))
    x, y = PLACES["roof"]
    roof = regions == regions[int(y * 300), int(x * 400)]
    (tmp_path / "maps").mkdir()
    cv2.imwrite(str(tmp_path / "maps" / "house.png"), np.where(roof, np.uint8(1), np.uint8(0)))
    own = OwnLabels(("rest", "roof"), (), (255, 255))
    navy = Swatch.from_hex("#1d2d5c")
    run(folder, tmp_path / "out", label_set=own, label_maps_dir=tmp_path / "maps", recipe=Recipe((Rule(1, navy),)))
    page = light(tmp_path / "out" / "house.png")
    assert page[int(y * 300), int(x * 400)] == pytest.approx(19.7, abs=1) and page[10, 10] > 40


def test_the_command_line_says_how(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "Engine", lambda *_: Engine(models=FakeModels()))
    argv = ["--batch", "--imgs", str(folder / "house.png"), "--out", str(tmp_path / "out"), "--mode", "sketch"]
    assert cli.run_batch_cli(cli.parse([*argv, "--lines", "layer", "--fill", "shaded", "--manner", "painterly"])) == 0
    assert (tmp_path / "out" / "house_lines.png").is_file()
    with pytest.raises(SystemExit):
        cli.parse(["--lines", "keep"])
    with pytest.raises(SystemExit):
        cli.parse([*argv, "--lines", "burn"])
