"""The pipeline of a batch on this machine: photos are decoded ahead and encoded behind, around the network.

    loaders ──> this thread, which the engine belongs to ──> writers
      at most `workers` photos wait before it, and at most `workers` are being written

All of them are threads of one process and share one model; decoding, encoding and the arithmetic between release
Python's lock. The queues are bounded, and by pixels too, so that a thousand photos take the memory of a few, and
giants are done one at a time.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Protocol

import cv2

from core.batch_job import FileReport
from core.batch_photo import Coloured, Loaded, Misnamed, Painter, Task, attempt
from core.errors import Cancelled

MOST_PIXELS = 120_000_000  # in work beyond the one that the network has: about half a gigabyte


def one_photo_a_thread() -> None:
    """Let OpenCV start no threads of its own in this process, which does nothing but a batch: others are at work while
    one computes, and the waiting of OpenCV's threads for each other costs a tenth of the time."""
    cv2.setNumThreads(1)


class Desk(Protocol):
    """Who hands out tasks and takes reports: the batch itself (core/batch). Its methods are called in one thread."""

    def tasks(self) -> Iterator[Task]:
        """The photos to do, as they are asked for."""

    def renamed(self, task: Task, suffix: str) -> Task | None:
        """The task with a name of that suffix; None where its result is there already, which then is told."""

    def begin(self, task: Task) -> None:
        """The results of the photo are about to be written."""

    def tell(self, report: FileReport) -> None:
        """A photo is done with. Raises Cancelled where the batch is to end."""

    def cancelled(self) -> bool:
        """Whether the batch is to end."""


def run(desk: Desk, painter: Painter, workers: int, halt: Callable[[], None]) -> None:
    """Do all tasks of `desk`. On Cancelled or KeyboardInterrupt `halt` is called, which is to end the stages at work;
    photos that were written nevertheless are told of, and the exception goes on."""
    line = _Line(desk, painter, workers)
    try:
        line.run()
    except (Cancelled, KeyboardInterrupt):
        halt()
        line.keep_what_was_written()
        raise
    finally:
        line.close()


class _Line:
    def __init__(self, desk: Desk, painter: Painter, workers: int) -> None:
        self._desk, self._painter, self._workers = desk, painter, max(1, workers)
        self._loaders = ThreadPoolExecutor(self._workers, "batch-load")
        self._writers = ThreadPoolExecutor(self._workers, "batch-write")
        self._loading: deque[tuple[Task, Future[Loaded | FileReport]]] = deque()
        self._writing: deque[tuple[int, Future[FileReport]]] = deque()
        self._last = 0  # pixels of the last photo that was decoded

    def run(self) -> None:
        tasks = self._desk.tasks()
        while True:
            self._load_ahead(tasks)
            if self._loading:
                self._colour_next(tasks)
            elif self._writing:  # giants are waited for; else there is nothing left to do
                self._collect(0)
            else:
                return

    def _colour_next(self, tasks: Iterator[Task]) -> None:
        task, coming = self._loading.popleft()
        loaded = coming.result()
        self._last = loaded.pixels if isinstance(loaded, Loaded) else self._last
        self._load_ahead(tasks)
        self._colour(task, loaded)

    def close(self) -> None:
        """Wait for the threads; what they have not begun is dropped."""
        for pool in (self._loaders, self._writers):
            pool.shutdown(wait=True, cancel_futures=True)

    def _load_ahead(self, tasks: Iterator[Task]) -> None:
        while len(self._loading) < self._workers and self._pixels() < MOST_PIXELS:
            task = next(tasks, None)
            if task is None:
                return
            load = self._loaders.submit(attempt, task.target, lambda task=task: self._painter.load(task))
            self._loading.append((task, load))

    def _pixels(self) -> int:
        """How much is decoded and waits, or is being written. What is not decoded yet is taken for as large as the last
        that was."""
        waiting = 0
        for _, coming in self._loading:
            loaded = coming.result() if coming.done() else None
            waiting += loaded.pixels if isinstance(loaded, Loaded) else self._last if loaded is None else 0
        return waiting + sum(pixels for pixels, _ in self._writing)

    def _colour(self, task: Task, loaded: Loaded | FileReport) -> None:
        if isinstance(loaded, FileReport):
            self._desk.tell(loaded)
            return
        done = attempt(task.target, lambda: self._painter.colour(loaded, task))
        if isinstance(done, Misnamed):
            task = self._desk.renamed(task, done.suffix)
            if task is None:
                return
            done = attempt(task.target, lambda: self._painter.colour(loaded, task))
        if isinstance(done, Coloured):
            self._write(done, loaded.pixels)
        else:
            self._collect(None)
            self._desk.tell(done)

    def _write(self, coloured: Coloured, pixels: int) -> None:
        self._collect(self._workers - 1 if pixels < MOST_PIXELS else 0)
        self._desk.begin(coloured.task)
        target = coloured.task.target
        future = self._writers.submit(attempt, target, lambda: self._painter.write(coloured))
        self._writing.append((pixels, future))

    def _collect(self, most: int | None) -> None:
        """Tell of what is written, and wait until at most `most` are still being written; None waits for nothing."""
        while self._writing and (
            self._writing[0][1].done() or (most is not None and len(self._writing) > most)
        ):
            _, future = self._writing[0]
            report = future.result()
            self._writing.popleft()
            self._desk.tell(report)

    def keep_what_was_written(self) -> None:
        """After a halt: photos that were being written count when it was too late to stop them."""
        while self._writing:
            _, future = self._writing.popleft()
            with suppress(Cancelled):
                self._desk.tell(future.result())
