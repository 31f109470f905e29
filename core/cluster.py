"""A batch on many machines: the same tasks sent to a Dask cluster, one result for every photo.

    on_cluster("tcp://host:8786", EngineSpec())   workers that somebody started: `dask worker tcp://host:8786`
    on_cluster("local:4", EngineSpec())           four processes of this machine, for as long as the batch lasts

The machine that started the batch deals the names, keeps the journal and takes the lines of the report; workers see
photos and output folder under the same paths, and write results themselves. Each worker process opens its model once.
A worker that dies costs the photos it had in work: they are sent to another, which writes over what may be there, as
a whole; a photo that has killed several is a line of the report. No more photos are on their way than keep the workers
busy, so that memory is the same for any number.
"""

from __future__ import annotations

import logging
import pickle
import queue
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from core.batch_job import FAILED, BatchJob, FileReport
from core.batch_photo import Coloured, Misnamed, Painter, Task, attempt
from core.batch_pipeline import one_photo_a_thread
from core.engine import Engine, never
from core.errors import BatchError, Cancelled
from core.extras import need
from core.labels import default_label_set

if TYPE_CHECKING:
    from core.batch import Batch

LOCAL = "local"
MOST_LOCAL = 64
THREADS = 2  # of a local worker: one photo is decoded or written while another is coloured
AHEAD = 2  # photos on their way for every thread of the cluster
RETRIES = 2  # of a task that raised, and workers that one photo may cost beyond the first
_PATIENCE = 10  # seconds to find the scheduler
_COUNT = 2.0  # seconds between two counts of the workers
_LOOK = 0.25  # seconds between two looks whether the batch is to end


@dataclass(frozen=True)
class EngineSpec:
    """What engine a worker makes itself: the arguments of `Engine`."""

    device: str = "auto"
    color_ckpt: Path | None = None
    seg_ckpt: Path | None = None


# -- on a worker

_engines: dict[EngineSpec, Engine] = {}
_one_at_a_time = Lock()  # an engine belongs to one thread


def colour_photo(job: bytes, spec: EngineSpec, task: Task) -> FileReport | Misnamed:
    """Do one photo in this process, with its one engine; what goes wrong with it is a line. `job` is pickled, and
    without its photos."""
    painter = Painter(_unpacked(job), _LentEngine(spec), never)
    return attempt(task.target, lambda: _stages(painter, task))


def _stages(painter: Painter, task: Task) -> FileReport | Misnamed:
    loaded = painter.load(task)
    with _one_at_a_time:
        coloured = painter.colour(loaded, task)
    return painter.write(coloured) if isinstance(coloured, Coloured) else coloured


class _LentEngine:
    """The engine of this process, made when it is asked for."""

    def __init__(self, spec: EngineSpec) -> None:
        self._spec = spec

    def __getattr__(self, name: str) -> Any:
        if self._spec not in _engines:
            one_photo_a_thread()
            _engines[self._spec] = Engine(self._spec.device, self._spec.color_ckpt, self._spec.seg_ckpt)
        return getattr(_engines[self._spec], name)


_last_job: tuple[bytes, BatchJob] | None = None


def _unpacked(job: bytes) -> BatchJob:
    global _last_job
    if _last_job is None or _last_job[0] != job:
        sent: BatchJob = pickle.loads(job)  # from our own batch, by Dask, which pickles as well
        own = default_label_set()  # there is one of it in a process, and it is known by that
        _last_job = job, replace(sent, label_set=own) if sent.label_set == own else sent
    return _last_job[1]


# -- on the machine that started the batch


def on_cluster(address: str, spec: EngineSpec) -> Callable[[Batch], None]:
    """What does a batch on the cluster at `address` (see `core.batch.run_batch`). Raises BatchError where the address
    makes no sense or `distributed` is not installed."""
    count = _local_count(address)
    _distributed()

    def run(batch: Batch) -> None:
        with _client(address, count) as client:
            _Foreman(batch, client, spec).run()

    return run


def _local_count(address: str) -> int:
    """N of "local:N"; 0 for an address."""
    kind, _, number = address.partition(":")
    if kind != LOCAL:
        if not address or address.isdecimal():
            raise BatchError("--scheduler needs an address, such as tcp://host:8786, or local:N for N processes here.")
        return 0
    if not (number.isdecimal() and len(number) < 5 and 1 <= int(number) <= MOST_LOCAL):
        raise BatchError(f"--scheduler {address[:40]}: name a number from 1 to {MOST_LOCAL}, such as local:2.")
    return int(number)


def _distributed() -> Any:
    return need("distributed", "--scheduler", BatchError)


@contextmanager
def _client(address: str, local: int) -> Iterator[Any]:
    """A client of the scheduler, with workers of our own for "local:N"."""
    distributed = _distributed()
    for voice in ("distributed", "tornado.application"):  # what matters becomes a line of the report
        logging.getLogger(voice).setLevel(logging.CRITICAL)
    if not local:
        try:
            client = distributed.Client(address, timeout=_PATIENCE)
        except (OSError, ValueError, TimeoutError) as error:
            raise BatchError(f"No Dask scheduler answers at {address}; start one with: dask scheduler") from error
        with client:
            with suppress(TimeoutError):
                client.wait_for_workers(1, timeout=_PATIENCE)
            if not client.nthreads():
                raise BatchError(f"The scheduler at {address} has no workers; start some with: dask worker {address}")
            yield client
        return
    settings = {"distributed.scheduler.allowed-failures": RETRIES}
    import dask

    with dask.config.set(settings):
        with _deaf_to_interrupts():
            cluster = distributed.LocalCluster(
                n_workers=local, threads_per_worker=THREADS, processes=True, dashboard_address=None, memory_limit=0,
                silence_logs=logging.CRITICAL,
            )  # fmt: skip
        with cluster, distributed.Client(cluster) as client:
            yield client


@contextmanager
def _deaf_to_interrupts() -> Iterator[None]:
    """Processes that are started inside do not hear Ctrl-C, which a terminal sends to all: this one ends them."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # not the main thread, which alone may say so
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


class _Foreman:
    """Sends the tasks of a batch and takes what comes back."""

    def __init__(self, batch: Batch, client: Any, spec: EngineSpec) -> None:
        self._batch, self._client, self._spec = batch, client, spec
        self._job = pickle.dumps(_portable(batch.job))
        self._tasks: dict[str, tuple[Task, Any]] = {}  # with their futures, by the futures' keys
        self._done: queue.Queue[Any] = queue.Queue()
        self._threads, self._counted = 0, -_COUNT

    def run(self) -> None:
        tasks = self._batch.tasks()
        try:
            self._send(tasks)
            while self._tasks:
                self._take(self._next())
                self._send(tasks)
        finally:
            self._client.cancel([future for _, future in self._tasks.values()])

    def _next(self) -> Any:
        """The next future that is done; looks whether the batch is to end while none is."""
        while True:
            if self._batch.cancelled():
                raise Cancelled
            with suppress(queue.Empty):
                return self._done.get(timeout=_LOOK)

    def _send(self, tasks: Iterator[Task]) -> None:
        """Let as many photos be on their way as keep all workers busy."""
        while len(self._tasks) < self._room():
            task = next(tasks, None)
            if task is None:
                return
            self._submit(task)

    def _room(self) -> int:
        if time.monotonic() - self._counted > _COUNT:  # workers come and go
            self._threads, self._counted = sum(self._client.nthreads().values()), time.monotonic()
        return max(1, AHEAD * self._threads)

    def _submit(self, task: Task) -> None:
        self._batch.begin(task)
        # a task may run twice, where its worker died: what it finds there then is its own
        sent = replace(_absolute(task), overwrite=True)
        future = self._client.submit(colour_photo, self._job, self._spec, sent, retries=RETRIES, pure=False)
        self._tasks[future.key] = task, future
        future.add_done_callback(self._done.put)

    def _take(self, future: Any) -> None:
        task, _ = self._tasks.pop(future.key)
        error = future.exception()
        if error is not None:
            told = f"{task.target.source} could not be coloured by any worker ({type(error).__name__}); try it alone."
            answer = FileReport(task.target.source, FAILED, message=told, index=task.target.index)
        else:
            answer = future.result()
        future.release()
        if isinstance(answer, Misnamed):
            task = self._batch.renamed(task, answer.suffix)
            if task is not None:
                self._submit(task)
            return
        self._batch.tell(replace(answer, path=task.target.source))


def _portable(job: BatchJob) -> BatchJob:
    """The job as a worker needs it: without its photos, with paths that hold in any folder."""
    folders = {name: folder.absolute() for name in ("out_dir", "label_maps_dir", "references_dir")
               if (folder := getattr(job, name)) is not None}  # fmt: skip
    return replace(job, paths=(), roots=(), **folders)


def _absolute(task: Task) -> Task:
    target = task.target
    paths = {name: path.absolute() for name in ("source", "photo", "labels", "label_map")
             if (path := getattr(target, name)) is not None}  # fmt: skip
    return replace(task, target=replace(target, **paths))
