"""The batch: sizes and depths kept, one bad photo is one line, nothing overwritten, label maps taken back."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core import batch_photo, journal
from core.batch import BatchJob, FileReport, run_batch, write_report
from core.engine import Engine, Request
from core.errors import BatchError, ExportError
from core.guidance import Guidance, Plane
from core.label_maps import load_label_map, save_label_map
from core.labels import UNSURE, default_label_set, resize_labels
from core.photo import load_photo
from tests.core.fakes import GRASS, SKY, FakeModels


@pytest.fixture
def engine() -> Engine:
    return Engine(models=FakeModels())


@pytest.fixture
def folder(samples: dict[str, Path], tmp_path: Path) -> Path:
    """Small real photos in several forms: 8-bit JPEG and PNG, a 16-bit TIFF, a grey PNG, a name beyond ASCII."""
    folder = tmp_path / "photos"
    folder.mkdir()
    coffee = cv2.resize(cv2.imread(str(samples["coffee"])), (150, 100), interpolation=cv2.INTER_AREA)
    camera = cv2.resize(cv2.imread(str(samples["camera"]), 0), (64, 64), interpolation=cv2.INTER_AREA)
    for name, pixels in {
        "coffee.jpg": coffee,
        "coffee.png": coffee,
        "deep.tif": coffee.astype(np.uint16) * 257,
        "grau-Ä.png": camera,
    }.items():
        (folder / name).write_bytes(cv2.imencode(Path(name).suffix, pixels)[1].tobytes())
    return folder


def job_for(folder: Path, out: Path, **changes) -> BatchJob:
    return replace(BatchJob(tuple(sorted(folder.iterdir())), out, work_size=64), **changes)


def lightness(path: Path) -> np.ndarray:
    return load_photo(path).luminance()


def test_every_photo_comes_out_in_its_own_size_depth_and_light(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    report = run_batch(job_for(folder, tmp_path / "deep" / "out"), engine)
    assert report.all_done and len(report.files) == 4
    for line in report.files:
        before, after = load_photo(line.path), load_photo(line.output)
        assert line.output.name == line.path.name
        assert (after.height, after.width, after.depth) == (before.height, before.width, before.depth)
        if line.path.suffix != ".jpg":  # what JPEG does to light is its own doing
            limit = 0.5 if before.depth == 8 else 0.02
            assert np.abs(after.luminance() - before.luminance()).max() <= limit
        assert after.rgb().std(axis=2).max() > 0.02, "still grey"
        assert (line.device, line.work_size) == ("cpu", 64) and line.seconds > 0


def test_a_broken_photo_is_a_line_and_the_rest_goes_on(engine: Engine, folder: Path, tmp_path: Path) -> None:
    (folder / "empty.jpg").touch()
    (folder / "cut.png").write_bytes((folder / "coffee.png").read_bytes()[:300])
    (folder / "text.tif").write_text("not a photo")
    report = run_batch(job_for(folder, tmp_path / "out"), engine)
    failed = {line.path.name: line.message for line in report.files if line.status == "failed"}
    assert failed.keys() == {"empty.jpg", "cut.png", "text.tif"}
    for name, message in failed.items():
        assert name in message and message.endswith(".") and "Traceback" not in message
    assert report.count("done") == 4
    assert len(list((tmp_path / "out").iterdir())) == 4  # and nothing half written


def test_what_exists_is_skipped_unless_overwriting_is_allowed(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "coffee.png").write_bytes(b"mine")
    report = run_batch(job_for(folder, out), engine)
    skipped = [line for line in report.files if line.status == "skipped"]
    assert [line.path.name for line in skipped] == ["coffee.png"]
    assert "--overwrite" in skipped[0].message and str(out / "coffee.png") in skipped[0].message
    assert (out / "coffee.png").read_bytes() == b"mine"
    assert run_batch(job_for(folder, out, overwrite=True), engine).all_done
    assert load_photo(out / "coffee.png").width == 150


def test_into_the_folder_of_the_inputs_no_input_is_touched(engine: Engine, folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    report = run_batch(job_for(folder, folder, overwrite=True, save_labels=True, format="png"), engine)
    assert report.all_done
    assert {path: path.read_bytes() for path in before} == before
    assert len({line.output for line in report.files}) == 4


def test_two_photos_of_one_stem_give_two_results(engine: Engine, folder: Path, tmp_path: Path) -> None:
    report = run_batch(job_for(folder, tmp_path / "out", format="png"), engine)
    outputs = {line.path.name: line.output.name for line in report.files}
    assert outputs["coffee.jpg"] == "coffee.png" and outputs["coffee.png"] == "coffee_png.png"
    assert (tmp_path / "out" / "coffee_png.png").is_file()


def test_a_misnamed_photo_gets_a_name_that_is_true_and_free(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    (folder / "grau-Ä.jpg").write_bytes((folder / "coffee.png").read_bytes())
    report = run_batch(job_for(folder, tmp_path / "out"), engine)
    assert report.all_done
    outputs = {line.path.name: line.output for line in report.files}
    assert outputs["grau-Ä.png"].name == "grau-Ä.png" and outputs["grau-Ä.jpg"].name == "grau-Ä_jpg.png"
    assert load_photo(outputs["grau-Ä.jpg"]).format == "PNG"
    assert run_batch(job_for(folder, tmp_path / "out"), engine).count("skipped") == 5


def test_a_misnamed_photo_alone_keeps_its_stem(engine: Engine, folder: Path, tmp_path: Path) -> None:
    path = folder.parent / "name.jpg"
    path.write_bytes((folder / "coffee.png").read_bytes())
    report = run_batch(BatchJob((path,), tmp_path / "out", save_labels=True), engine)
    assert report.files[0].output.name == "name.png"
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"name.png", "name_labels.png"}


def test_saved_labels_are_ids_at_full_size_and_come_back(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    run_batch(job_for(folder, out, save_labels=True), engine)
    labels = load_label_map(out / "deep_labels.png", (100, 150))
    assert (labels[:48] == SKY).all() and (labels[52:] == GRASS).all()


def edited_maps(folder: Path, tmp_path: Path) -> Path:
    """A label map for the deep photo: sky above grass as found, label 7 in a box, a part left open."""
    maps = tmp_path / "maps"
    maps.mkdir()
    labels = np.full((100, 150), SKY, np.uint8)
    labels[50:] = GRASS
    labels[20:40, 30:90] = 7
    labels[60:, :40] = UNSURE
    save_label_map(maps / "deep_labels.png", labels, default_label_set())
    return maps


def test_edited_label_maps_change_the_colour_inside_the_edit(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    maps = edited_maps(folder, tmp_path)
    plain, edited = tmp_path / "plain", tmp_path / "edited"
    run_batch(job_for(folder, plain), engine)
    report = run_batch(job_for(folder, edited, label_maps_dir=maps), engine)
    assert report.all_done
    difference = np.abs(load_photo(plain / "deep.tif").rgb() - load_photo(edited / "deep.tif").rgb()).max(
        axis=2
    )
    assert np.percentile(difference[24:36, 36:84], 10) > 0.02  # white and black stay what they are
    difference[14:46, 24:96] = 0
    assert difference.max() == 0  # 255 was decided as it had been found
    messages = {line.path.name: line.message for line in report.files}
    assert messages["deep.tif"] == "" and "no label map" in messages["coffee.jpg"]


def test_a_map_read_and_saved_again_keeps_its_ids_and_fills_what_was_open(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    maps = edited_maps(folder, tmp_path)
    run_batch(job_for(folder, tmp_path / "out", label_maps_dir=maps, save_labels=True), engine)
    given, saved = (
        load_label_map(maps / "deep_labels.png"),
        load_label_map(tmp_path / "out" / "deep_labels.png"),
    )
    decided = given != UNSURE
    np.testing.assert_array_equal(saved[decided], given[decided])
    assert (saved[~decided] == GRASS).all()


def test_a_label_map_of_another_size_is_a_line_that_says_both(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    maps = tmp_path / "maps"
    maps.mkdir()
    save_label_map(maps / "deep_labels.png", np.zeros((10, 10), np.uint8), default_label_set())
    report = run_batch(job_for(folder, tmp_path / "out", label_maps_dir=maps), engine)
    line = next(line for line in report.files if line.path.name == "deep.tif")
    assert line.status == "failed" and "10 x 10" in line.message and "150 x 100" in line.message


def test_auto_gives_the_network_no_map(engine: Engine, folder: Path, tmp_path: Path, monkeypatch) -> None:
    asked: list[Request] = []
    colorize = engine.colorize
    monkeypatch.setattr(
        engine, "colorize", lambda request, cancel: asked.append(request) or colorize(request, cancel)
    )
    run_batch(job_for(folder, tmp_path / "auto", mode="auto"), engine)
    run_batch(job_for(folder, tmp_path / "semantic"), engine)
    assert [request.guidance.labels is None for request in asked] == [True] * 4 + [False] * 4


def test_the_batch_asks_what_the_window_asks(
    engine: Engine, folder: Path, tmp_path: Path, monkeypatch
) -> None:
    """The window keeps labels at full size and sends them at work size: the same request, so the same bytes."""
    asked: list[Request] = []
    colorize = engine.colorize
    monkeypatch.setattr(
        engine, "colorize", lambda request, cancel: asked.append(request) or colorize(request, cancel)
    )
    run_batch(job_for(folder, tmp_path / "out"), engine)
    for path, request in zip(sorted(folder.iterdir()), asked):
        photo = load_photo(path)
        luminance = Plane(photo.small_luminance(64))
        found = engine.segment(Request(photo.key, luminance, Guidance(), "guided", 64)).labels
        full = resize_labels(found, (photo.height, photo.width))
        labels = Plane(resize_labels(full, luminance.shape))
        assert request == Request(photo.key, luminance, Guidance(labels=labels), "guided", 64)


def test_progress_counts_every_photo(engine: Engine, folder: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    run_batch(
        job_for(folder, tmp_path / "out"), engine, lambda done, total, report: told.append((done, total))
    )
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_cancelled_batch_keeps_what_is_done_and_leaves_no_rest(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    lines: list[FileReport] = []
    report = run_batch(
        job_for(folder, tmp_path / "out"),
        engine,
        lambda *told: lines.append(told[2]),
        cancel=lambda: bool(lines),
    )
    assert report.interrupted and not report.all_done
    told, reported = {line.path for line in lines}, {line.path: line.output for line in report.files}
    assert len(told) < 4 and told <= reported.keys()  # what was being written may have come to its end
    there = {path for path in (tmp_path / "out").iterdir() if path.name != journal.NAME}
    assert there == set(reported.values()), "a result without a line, or half a file"
    for path in there:
        assert load_photo(path).width > 0


def test_an_interrupt_from_the_keyboard_ends_in_a_report(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    def interrupt(done: int, total: int, report: FileReport) -> None:
        raise KeyboardInterrupt

    report = run_batch(job_for(folder, tmp_path / "out"), engine, interrupt)
    assert report.interrupted and 1 <= len(report.files) < 4


def test_an_output_folder_that_cannot_be_made_is_one_sentence(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(BatchError, match="file"):
        run_batch(job_for(folder, tmp_path / "file" / "out"), engine)


def test_a_full_disk_is_a_line_for_every_photo(
    engine: Engine, folder: Path, tmp_path: Path, monkeypatch
) -> None:
    def full(*arguments, **options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(batch_photo.exporting, "export_result", full)
    report = run_batch(job_for(folder, tmp_path / "out"), engine)
    assert [line.status for line in report.files] == ["failed"] * 4
    assert all("No space left" in line.message and line.message.endswith(".") for line in report.files)


def test_a_photo_too_large_for_memory_is_a_line(
    engine: Engine, folder: Path, tmp_path: Path, monkeypatch
) -> None:
    load = batch_photo.load_photo

    def heavy(path: Path):
        if path.name == "deep.tif":
            raise MemoryError
        return load(path)

    monkeypatch.setattr(batch_photo, "load_photo", heavy)
    report = run_batch(job_for(folder, tmp_path / "out"), engine)
    assert report.count("done") == 3
    line = next(line for line in report.files if line.status == "failed")
    assert "deep.tif" in line.message and "memory" in line.message


def test_notes_of_the_engine_stand_in_the_report(folder: Path, tmp_path: Path) -> None:
    report = run_batch(job_for(folder, tmp_path / "out"), Engine(models=FakeModels(broken=("guided",))))
    assert report.all_done
    assert all("prior" in line.message for line in report.files)


def test_the_report_is_json_with_a_line_for_every_photo(engine: Engine, folder: Path, tmp_path: Path) -> None:
    (folder / "empty.jpg").touch()
    report = run_batch(job_for(folder, tmp_path / "out"), engine)
    path = tmp_path / "reports" / "report.json"
    write_report(report, path)
    data = json.loads(path.read_text(encoding="utf-8"))
    assert (data["done"], data["failed"], data["skipped"], data["interrupted"]) == (4, 1, 0, False)
    assert len(data["files"]) == 5
    for line in data["files"]:
        assert line.keys() >= {"path", "status", "seconds", "device", "work_size", "message", "output"}
    assert sorted(path.parent.iterdir()) == [path]


def test_a_report_that_cannot_be_written_is_a_sentence(engine: Engine, folder: Path, tmp_path: Path) -> None:
    report = run_batch(job_for(folder, tmp_path / "out"), engine)
    with pytest.raises(ExportError, match=r"photos"):
        write_report(report, folder)


def test_same_photo_same_bytes(engine: Engine, folder: Path, tmp_path: Path) -> None:
    run_batch(job_for(folder, tmp_path / "a"), engine)
    run_batch(job_for(folder, tmp_path / "b"), Engine(models=FakeModels()))
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()
    shutil.rmtree(tmp_path / "a")
