"""A batch over scans: every page is a photo of its own, with results, a journal line and a report line of its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.batch import BatchJob, run_batch
from core.batch_inputs import find_inputs
from core.engine import Engine
from core.photo import load_photo
from tests.core import photo_files
from tests.core.fakes import FakeModels


@pytest.fixture
def job(tmp_path: Path) -> BatchJob:
    """A folder with a PDF of three pages and a single photo."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "scan.pdf").write_bytes(photo_files.pdf(3))
    (folder / "alone.jpg").write_bytes(photo_files.EVERY["a.jpg"]())
    inputs = find_inputs([folder])
    return BatchJob(paths=tuple(inputs.paths), out_dir=tmp_path / "out", work_size=64, save_labels=True)


def test_every_page_becomes_a_result_with_its_number(job: BatchJob) -> None:
    report = run_batch(job, Engine(models=FakeModels()))
    assert [file.status for file in report.files] == ["done"] * 4
    names = {path.name for path in job.out_dir.iterdir()}
    pages = {f"scan_p{page:03d}{end}" for page in (1, 2, 3) for end in (".png", "_labels.png")}
    assert names == pages | {"alone.jpg", "alone_labels.png"}
    assert load_photo(job.out_dir / "scan_p003.png").size == (48, 72)
    assert [file.path.name for file in report.files] == ["alone.jpg", *(f"scan.pdf#page={page}" for page in (1, 2, 3))]


def test_pages_that_are_there_are_skipped_and_a_broken_scan_is_one_line(job: BatchJob, tmp_path: Path) -> None:
    run_batch(job, Engine(models=FakeModels()))
    again = run_batch(job, Engine(models=FakeModels()))
    assert [file.status for file in again.files] == ["skipped"] * 4
    (tmp_path / "in" / "scan.pdf").write_bytes(photo_files.pdf(3)[:2000])
    inputs = find_inputs([tmp_path / "in"])
    broken = run_batch(replace(job, paths=tuple(inputs.paths), overwrite=True), Engine(models=FakeModels()))
    assert [file.status for file in broken.files] == ["done", "failed"]
    assert "damaged or cut short" in broken.files[1].message
