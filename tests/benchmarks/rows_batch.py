"""Batches: photos a second as the command line does them, memory over thousands, and what two workers bring."""

from __future__ import annotations

import json
import os
import shutil

from tests.benchmarks.harness import Figure, child
from tests.benchmarks.material import camera_jpeg, folder, jpeg_12mp

MANY = 2000
FIRST = MANY // 10  # photos after which all caches are full

# In a process of its own, which does nothing but a batch: run.py's settings, and no threads of OpenCV's own.
START = """
import sys, time, json
sys.path.insert(0, "")
import os
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
import run; run.keep_freed_memory()
from dataclasses import replace
from pathlib import Path
from core.batch import BatchJob, run_batch
from core.batch_pipeline import one_photo_a_thread
from core.engine import Engine
if __name__ == "__main__":
    one_photo_a_thread()
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    job = BatchJob(tuple(sorted(source.iterdir())), out, overwrite=True)
"""
RATE = START + """
    engine = Engine("cpu")
    run_batch(replace(job, paths=job.paths[:1]), engine)
    wall, cpu = time.perf_counter(), time.process_time()
    report = run_batch(job, engine)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    assert report.all_done, [line.message for line in report.files]
    print(json.dumps([len(job.paths) / wall, 1000 * cpu / len(job.paths)]))
"""
MEMORY = START + """
    from tests.core.fakes import FakeModels
    def resident():
        return int(Path("/proc/self/status").read_text().split("VmRSS:")[1].split()[0]) / 1000
    at = {}
    def progress(done, total, report):
        if done in (int(sys.argv[3]), total):
            at[done] = resident()
    report = run_batch(replace(job, work_size=64), Engine(models=FakeModels()), progress)
    assert report.all_done, [line.message for line in report.files][:3]
    print(json.dumps(list(at.values())))
"""
WORKERS = START + """
    from core.cluster import EngineSpec, on_cluster
    told = []
    tell = lambda *each: told.append(time.perf_counter())
    report = run_batch(job, Engine("cpu"), tell, executor=on_cluster("local:2", EngineSpec("cpu")))
    assert report.all_done, [line.message for line in report.files]
    skip = len(told) // 3  # until each worker has its model
    print(json.dumps((len(told) - 1 - skip) / (told[-1] - told[skip])))
"""


def copies(count: int, width: int, height: int) -> str:
    """A folder with as many JPEGs of that size; links to one file, as a batch reads each by itself."""
    made = folder() / f"{count} of {width}x{height}"
    made.mkdir(exist_ok=True)
    photo = camera_jpeg(width, height)
    for number in range(count):
        path = made / f"{number}.jpg"
        if not path.exists():
            os.link(photo, path)
    return str(made)


def batch_12mp(photos: int = 12) -> list[Figure]:
    """Photos a second over 12 MP JPEGs, in and out; and what one costs the processor, on however busy a machine."""
    jpeg_12mp()
    rate, cpu = json.loads(child(RATE, copies(photos, 4000, 3000), str(folder() / "batch out")))
    return [
        Figure("batch of 12 MP JPEGs", rate, "photos/s", 4, more_is_better=True),
        Figure("processor time of one of them", cpu, "ms", 500),
    ]


def batch_memory() -> list[Figure]:
    """How much the process grows from the first tenth of a batch of thousands to its end; a network of no weight."""
    out = folder() / "many out"
    first, last = json.loads(child(MEMORY, copies(MANY, 320, 240), str(out), str(FIRST), timeout=1200))
    shutil.rmtree(out)
    return [Figure(f"growth from photo {FIRST} to {MANY} of a batch", last - first, "MB", 10, note=f"of {last:.0f} MB")]


def batch_workers(photos: int = 18) -> list[Figure]:
    """The same 12 MP JPEGs by two local workers of a Dask cluster."""
    rate = json.loads(child(WORKERS, copies(photos, 4000, 3000), str(folder() / "cluster out")))
    return [Figure("two local workers, 12 MP JPEGs", rate, "photos/s", more_is_better=True)]


ROWS = [("batch", batch_12mp), ("batch memory", batch_memory), ("batch workers", batch_workers)]
