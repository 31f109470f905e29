"""Stopped, killed, gone on with: nothing lost but what was in work, nothing done twice, nothing half written."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core import journal as journals
from core.batch import BatchJob, FileReport, run_batch
from core.engine import Engine
from core.errors import BatchError
from core.journal import NAME, Journal, unfinished
from core.photo import load_photo
from tests.core.fakes import FakeModels

ROOT = Path(__file__).resolve().parents[2]
COUNT = 40

RUN = """
import sys
from pathlib import Path
sys.path.insert(0, "")
from core.batch import BatchJob, run_batch
from core.engine import Engine
from tests.core.fakes import FakeModels
folder, out = Path(sys.argv[1]), Path(sys.argv[2])
job = BatchJob(tuple(sorted(folder.iterdir())), out, work_size=64, save_labels=True, colorizer="prior", resume=True)
report = run_batch(job, Engine(models=FakeModels()), lambda *told: print(told[2].path.name, told[2].status, flush=True))
print("end", report.before, report.count("done"), len(report.files), flush=True)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("photos")
    noise = np.random.default_rng(5)
    for number in range(COUNT):
        cv2.imwrite(str(folder / f"{number:02}.png"), noise.integers(0, 255, (200, 300), dtype=np.uint8))
    return folder


def job_for(folder: Path, out: Path, **changes) -> BatchJob:
    return replace(BatchJob(tuple(sorted(folder.iterdir())[:6]), out, work_size=64), **changes)


def stopped_after(count: int, job: BatchJob) -> list[FileReport]:
    """Run `job` until that many photos are told of."""
    told: list[FileReport] = []
    run_batch(job, Engine(models=FakeModels()), lambda *each: told.append(each[2]), lambda: len(told) >= count)
    return told


def results(out: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in out.iterdir() if path.name != NAME}


def test_killed_at_any_moment_it_goes_on_without_loss_or_repetition(folder: Path, tmp_path: Path) -> None:
    """SIGKILL at seeded moments: after some photos were told of, and a moment more."""
    out, chance, done_before = tmp_path / "out", random.Random(8), set()
    command = [sys.executable, "-c", RUN, str(folder), str(out)]
    for _ in range(3):
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(chance.randint(1, 9)):
            process.stdout.readline()
        time.sleep(chance.random() * 0.05)
        process.send_signal(signal.SIGKILL)
        told = {line.split()[0] for line in process.stdout.read().splitlines() if " done" in line}
        process.wait()
        assert not told & done_before, "done twice"
        lines = [json.loads(line) for line in (out / NAME).read_text().splitlines() if line.endswith("}")]
        ended = [Path(line["end"]).name for line in lines if "end" in line]
        assert len(ended) == len(set(ended)) and told <= set(ended)
        done_before = set(ended)
        for name in ended:  # what the journal says is there, whole
            assert load_photo(out / name).size == (200, 300)
            assert (out / f"{Path(name).stem}_labels.png").is_file()
    before = results(out)
    last = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert last.stdout.splitlines()[-1] == f"end {len(done_before)} {COUNT} {COUNT}"
    after = results(out)
    assert {name[:2] for name in after} == {f"{number:02}" for number in range(COUNT)}
    assert len(after) == 2 * COUNT, "something half written is left"
    repeated = {name for name in before if name in after and before[name] != after[name]}
    assert not repeated & done_before
    assert not (out / NAME).exists()  # it came to its end


def test_what_is_done_is_in_the_report_and_in_no_second_work(folder: Path, tmp_path: Path) -> None:
    job = job_for(folder, tmp_path / "out")
    stopped_after(2, job)
    assert (stopped := unfinished(job.out_dir)) and 2 <= stopped.done < stopped.total == 6
    models = FakeModels()
    report = run_batch(replace(job, resume=True), Engine(models=models))
    assert report.all_done and report.before == stopped.done
    assert [line.path for line in report.files] == list(job.paths)
    assert models.guided.names().count("colorize") == 6 - stopped.done
    assert unfinished(job.out_dir) is None


def test_failures_are_tried_again(folder: Path, tmp_path: Path) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    for path in sorted(folder.iterdir())[:5]:
        (photos / path.name).write_bytes(path.read_bytes())
    whole = (photos / "00.png").read_bytes()
    (photos / "00.png").write_bytes(whole[:100])
    job = BatchJob(tuple(sorted(photos.iterdir())), tmp_path / "out", work_size=64)
    told = stopped_after(2, job)
    assert told[0].status == "failed"
    (photos / "00.png").write_bytes(whole)
    assert run_batch(replace(job, resume=True), Engine(models=FakeModels())).all_done


def test_a_photo_that_changed_or_whose_result_is_gone_is_done_again(folder: Path, tmp_path: Path) -> None:
    job = job_for(folder, tmp_path / "out")
    told = stopped_after(3, job)
    told[0].output.unlink()
    report = run_batch(replace(job, resume=True), Engine(models=FakeModels()))
    assert report.all_done and told[0].output.is_file()


def test_other_settings_do_not_go_on_and_a_new_start_may(folder: Path, tmp_path: Path) -> None:
    job = job_for(folder, tmp_path / "out")
    stopped_after(2, job)
    with pytest.raises(BatchError, match="other settings"):
        run_batch(replace(job, resume=True, work_size=80), Engine(models=FakeModels()))
    assert unfinished(job.out_dir).done >= 2  # and nothing was lost by trying
    report = run_batch(replace(job, work_size=80), Engine(models=FakeModels()))
    assert report.before == 0 and report.count("skipped") >= 2 and report.count("failed") == 0


def test_what_was_in_work_is_written_over_and_its_leftovers_are_cleared(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    job = job_for(folder, out, save_labels=True, resume=True)
    stopped_after(1, job)
    fifth = job.paths[5]
    with (out / NAME).open("ab") as file:
        file.write(json.dumps({"work": str(fifth), "files": [str(out / "05.png")]}).encode() + b'\n{"end": "cut')
    (out / "05_labels.png").write_bytes(b"half a batch ago")
    left = out / f".{'a1' * 16}.tmp"
    left.write_bytes(b"half")
    mine = out / ".notes.tmp"
    mine.write_bytes(b"mine")
    report = run_batch(job, Engine(models=FakeModels()))
    assert report.all_done and not left.exists() and mine.exists()
    assert (out / "05_labels.png").read_bytes() != b"half a batch ago"


def test_two_batches_do_not_share_a_folder(tmp_path: Path) -> None:
    first = Journal.opened(tmp_path, "settings", 3, False)
    with pytest.raises(BatchError, match="Another batch"):
        Journal.opened(tmp_path, "settings", 3, True)
    first.close(finished=False)
    Journal.opened(tmp_path, "settings", 3, True).close(finished=True)
    assert not (tmp_path / NAME).exists()


def test_a_full_disk_costs_the_journal_a_line_and_not_the_batch(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, add = job_for(folder, tmp_path / "out"), Journal._add

    def full(self: Journal, line: dict) -> None:
        if "02.png" in str(line.get("end")):
            self._file.write(b'{"end": "half a li')
            self._torn = True
            raise OSError(28, "No space left on device")
        add(self, line)

    monkeypatch.setattr(journals.Journal, "_add", full)
    told: list[FileReport] = []
    run_batch(job, Engine(models=FakeModels()), lambda *each: told.append(each[2]), lambda: len(told) >= 5)
    message = next(line.message for line in told if line.path.name == "02.png")
    assert "journal" in message and "No space left" in message
    assert unfinished(job.out_dir).done == len({line.path for line in told}) - 1


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / NAME).mkdir()
    with pytest.raises(BatchError, match="--out"):
        Journal.opened(tmp_path, "settings", 1, False)
