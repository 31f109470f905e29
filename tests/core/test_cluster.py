"""A batch on a Dask cluster: a real scheduler with two worker processes, one of which is killed in mid-run."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core import cluster as clusters
from core.batch import BatchJob, FileReport, run_batch
from core.batch_job import DONE
from core.cluster import EngineSpec, on_cluster
from core.engine import Engine
from core.errors import BatchError
from core.journal import NAME, unfinished
from core.photo import load_photo

COUNT = 30
SPEC = EngineSpec("cpu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder, noise = tmp_path_factory.mktemp("photos"), np.random.default_rng(5)
    for number in range(COUNT - 2):
        cv2.imwrite(str(folder / f"{number:02}.png"), noise.integers(0, 255, (48, 64), dtype=np.uint8))
    (folder / "bad.png").write_bytes(b"no photo")
    (folder / "other.jpg").write_bytes((folder / "00.png").read_bytes())  # not what its name says
    return folder


@pytest.fixture(scope="module")
def cluster() -> Iterator[object]:
    """A scheduler and two workers with one thread each, which start anew when they die."""
    import dask
    from distributed import LocalCluster

    with dask.config.set({"distributed.scheduler.allowed-failures": 2}), LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, memory_limit=0, silence_logs=60
    ) as cluster:  # fmt: skip
        yield cluster


def job_for(folder: Path, out: Path) -> BatchJob:
    return BatchJob(tuple(sorted(folder.iterdir())), out, work_size=64, colorizer="prior")


def test_a_worker_is_killed_and_every_photo_is_there_once(cluster, folder: Path, tmp_path: Path) -> None:
    from distributed import Client

    told: list[FileReport] = []
    with Client(cluster.scheduler_address) as client:
        victim = next(iter(client.run(os.getpid).values()))

    def progress(done: int, total: int, report: FileReport) -> None:
        told.append(report)
        if len(told) == 4:
            os.kill(victim, signal.SIGKILL)

    job = job_for(folder, tmp_path / "out")
    report = run_batch(job, Engine("cpu"), progress, executor=on_cluster(cluster.scheduler_address, SPEC))
    assert [line.path for line in report.files] == list(job.paths) and len(told) == COUNT
    assert {line.path.name for line in report.files if line.status != DONE} == {"bad.png"}, [
        line.message for line in report.files if line.status != DONE
    ]
    there = {path.name for path in job.out_dir.iterdir() if path.suffix != ".tmp"}
    assert there == {f"{number:02}.png" for number in range(COUNT - 2)} | {"other.png"}
    assert all(load_photo(job.out_dir / name).size == (48, 64) for name in there)


def test_the_cluster_writes_what_one_process_writes_and_is_gone_on_with(cluster, folder: Path, tmp_path: Path) -> None:
    told: list[FileReport] = []
    job = job_for(folder, tmp_path / "there")
    executor = on_cluster(cluster.scheduler_address, SPEC)
    run_batch(job, Engine("cpu"), lambda *each: told.append(each[2]), lambda: len(told) >= 5, executor)
    stopped = unfinished(job.out_dir)
    assert stopped is not None and 5 <= stopped.done < COUNT
    resumed = run_batch(replace(job, resume=True), Engine("cpu"), executor=executor)
    assert resumed.before == stopped.done and resumed.count(DONE) == COUNT - 1
    here = run_batch(replace(job, out_dir=tmp_path / "here"), Engine("cpu"))
    for line in here.files:
        if line.status == DONE:
            assert line.output.read_bytes() == (job.out_dir / line.output.name).read_bytes(), line.output.name
    assert not (job.out_dir / NAME).exists()


@pytest.mark.parametrize("address", ["", "local", "local:0", "local:x", "local:9999", "8786"])
def test_an_address_that_makes_no_sense_is_a_sentence(address: str) -> None:
    with pytest.raises(BatchError, match="--scheduler"):
        on_cluster(address, SPEC)


def test_no_scheduler_is_a_sentence(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "_PATIENCE", 0.3)
    with pytest.raises(BatchError, match="No Dask scheduler answers"):
        run_batch(job_for(folder, tmp_path / "out"), Engine("cpu"), executor=on_cluster("tcp://127.0.0.1:9", SPEC))


def test_without_dask_it_says_what_to_type(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(BatchError, match="pip install distributed"):
        on_cluster("local:2", SPEC)
