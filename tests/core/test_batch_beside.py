"""What belongs to one photo of a batch: its own references, its project, its own colour."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.batch import BatchJob, run_batch
from core.batch_beside import COLOURED, colour_in, forget_folders, references_for
from core.cli_batch import COLOURED as OFFERED
from core.document import Document
from core.engine import Engine
from core.guidance import Reference, Rule, Swatch
from core.labels import default_label_set
from core.photo import load_photo, photo_from_array
from core.project import Draft, save_project
from core.project_work import taken
from core.provenance import read_made
from tests.core.fakes import GRASS, FakeModels


@pytest.fixture
def scans(samples: dict[str, Path], tmp_path: Path) -> Path:
    """x/a.png and b.png, small and grey; refs/ with photos in colour."""
    scans = tmp_path / "scans"
    (scans / "x").mkdir(parents=True)
    small = cv2.resize(cv2.imread(str(samples["coffee"])), (90, 60), interpolation=cv2.INTER_AREA)
    for name in ("x/a.png", "b.png"):
        cv2.imwrite(str(scans / name), cv2.cvtColor(small, cv2.COLOR_BGR2GRAY))
    for name in ("refs/x/a_ref.jpg", "refs/b.png", "refs/c.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        cv2.imwrite(str(tmp_path / name), small)
    forget_folders()
    return scans


def test_references_lie_in_the_tree_or_at_the_top(scans: Path) -> None:
    refs = scans.parent / "refs"
    assert references_for(scans / "x" / "a.png", Path("x"), refs) == (Reference(str(refs / "x" / "a_ref.jpg")),)
    assert references_for(scans / "b.png", Path(), refs) == (Reference(str(refs / "b.png")),)
    assert references_for(scans / "x" / "d.png", Path("x"), refs) == ()
    assert references_for(scans / "b.png", Path(), scans) == ()  # not itself


def test_a_photo_takes_its_own_references_and_the_others_those_of_the_job(scans: Path) -> None:
    refs, models = scans.parent / "refs", FakeModels()
    engine = Engine(models=models)
    asked: list[tuple[Reference, ...]] = []
    colorize = engine.colorize
    engine.colorize = lambda request, cancel: asked.append(request.guidance.references) or colorize(request, cancel)
    (scans / "x" / "d.png").write_bytes((scans / "b.png").read_bytes())
    common = (Reference(str(refs / "c.png")),)
    job = BatchJob(tuple(sorted(scans.rglob("*.png"))), scans.parent / "out", work_size=64, roots=(scans,),
                   references_dir=refs, references=common)  # fmt: skip
    report = run_batch(job, engine)
    assert report.all_done
    assert [Path(one[0].path).name for one in asked] == ["b.png", "a_ref.jpg", "c.png"]
    assert "no reference" in report.files[2].message and not report.files[0].message
    assert report.files[1].output == scans.parent / "out" / "x" / "a.png"


def test_a_project_beside_a_photo_says_how_it_is_coloured(scans: Path) -> None:
    photo = load_photo(scans / "b.png")
    document = Document(photo, default_label_set())
    document.import_labels(np.full(photo.size, GRASS, np.uint8), "all grass")
    document.set_guidance("Rule", rules=(Rule(GRASS, Swatch.from_hex("#c03028"), exact=True),))
    save_project(scans / "b.huesmith", Draft(taken(document).settled(), photo.path, photo, work_size=48))
    job = BatchJob(tuple(sorted(scans.rglob("*.png"))), scans.parent / "out", work_size=64, save_labels=True)
    plain = run_batch(job, Engine(models=FakeModels()))
    told = run_batch(
        replace(job, projects=True, out_dir=scans.parent / "told"), Engine(models=FakeModels())
    )
    assert plain.all_done and told.all_done
    assert [line.work_size for line in told.files] == [48, 64]
    assert [read_made(line.output).labels_by for line in told.files] == ["person", "network"]
    red = load_photo(told.files[0].output).rgb().reshape(-1, 3).mean(axis=0)
    assert red[0] > red[1] + 0.1, "not by its project"
    assert told.files[1].output.read_bytes() == plain.files[1].output.read_bytes()
    (scans / "b.huesmith").write_bytes(b"PK no project")
    broken = run_batch(replace(job, projects=True, overwrite=True), Engine(models=FakeModels()))
    assert broken.all_done and "b.huesmith is no project of it" in broken.files[0].message


def toned(gray: np.ndarray, dark: tuple[int, int, int], light: tuple[int, int, int]) -> np.ndarray:
    share = (gray / 255)[..., None]
    return (np.array(dark) * (1 - share) + np.array(light) * share + 0.5).astype(np.uint8)


def test_colour_is_told_from_tone(samples: dict[str, Path]) -> None:
    gray = cv2.imread(str(samples["camera"]), 0)
    noise = np.random.default_rng(2).integers(-6, 7, (*gray.shape, 3))
    yellowed = np.clip(toned(gray, (30, 25, 20), (250, 240, 205)) + noise, 0, 255).astype(np.uint8)
    sepia, blue = toned(gray, (40, 20, 10), (255, 235, 190)), toned(gray, (0, 20, 60), (240, 250, 255))
    for colourless in (gray, sepia, blue, yellowed):
        assert colour_in(photo_from_array(colourless)) < COLOURED / 2
    for name in ("coffee", "chelsea", "rocket", "astronaut", "motorcycle"):
        if name in samples:
            assert colour_in(load_photo(samples[name])) > 1.2 * COLOURED, name
    assert OFFERED == COLOURED


def test_photos_with_colour_are_left_alone_and_said(samples: dict[str, Path], scans: Path) -> None:
    small = cv2.resize(cv2.imread(str(samples["chelsea"])), (90, 60), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(scans / "cat.png"), small)
    job = BatchJob(tuple(sorted(scans.rglob("*.png"))), scans.parent / "out", work_size=64, skip_coloured=COLOURED)
    report = run_batch(job, Engine(models=FakeModels()))
    told = {line.path.name: line.status for line in report.files}
    assert told == {"a.png": "done", "b.png": "done", "cat.png": "skipped"}
    message = next(line.message for line in report.files if line.path.name == "cat.png")
    assert "colour already" in message and "from 3 on" in message
    assert not (job.out_dir / "cat.png").exists()
    assert run_batch(replace(job, skip_coloured=60.0, overwrite=True), Engine(models=FakeModels())).all_done
