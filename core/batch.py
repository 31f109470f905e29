"""Colouring many photos without a window: the same engine, the same export, one line of report for each.

    core.batch_inputs     which photos            core.batch_photo      load, colour and write one of them
    core.batch_names      what results are called core.batch_pipeline   many at a time, on this machine
    core.journal          what is done already    core.cluster          ... or on others
    core.batch_report     what became of them     run_batch             all of it together

A photo that fails is a line in the report and the rest goes on. Nothing that exists is overwritten unasked, and an
input never: names are dealt out in the order of the inputs, so that a second run deals the same ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from threading import Event as Flag

from core import batch_pipeline
from core.batch_beside import forget_folders
from core.batch_job import (
    DONE,
    FAILED,
    SKIPPED,
    BatchJob,
    BatchReport,
    FileReport,
    Lines,
    Progress,
    fingerprint,
)  # fmt: skip
from core.batch_names import BatchNames, NamePattern, Target
from core.batch_photo import Painter, Task
from core.batch_report import write_report
from core.engine import Cancel, Engine, never
from core.errors import BatchError, Cancelled
from core.journal import Journal

__all__ = ["DONE", "FAILED", "SKIPPED", "BatchJob", "BatchReport", "FileReport", "Pace", "run_batch", "write_report"]

Executor = Callable[["Batch"], None]
"""Does all tasks of a batch; raises Cancelled or KeyboardInterrupt where it ended early."""


def run_batch(
    job: BatchJob,
    engine: Engine,
    progress: Progress | None = None,
    cancel: Cancel = never,
    executor: Executor | None = None,
) -> BatchReport:
    """Do `job`; `progress(done, total, report)` is called here, in this thread, after every photo.

    Ends early, with `interrupted`, when `cancel()` says so or on KeyboardInterrupt: photos that are done stay, those in
    work leave nothing behind, and a journal in the output folder lets a job with `resume` go on. `executor` does the
    photos elsewhere than in this process (core/cluster). Raises BatchError where the output folder cannot be used.
    """
    try:
        job.out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BatchError(
            f"{job.out_dir} cannot be made ({error.strerror}); choose another --out folder."
        ) from error
    return Batch(job, engine, progress, cancel).run(executor)


class Batch:
    """One batch at work: the `Desk` of whoever does its photos."""

    def __init__(self, job: BatchJob, engine: Engine, progress: Progress | None, cancel: Cancel) -> None:
        self.job, self.engine, self._progress, self._cancel = job, engine, progress, cancel
        colorizer = job.colorizer or engine.default_colorizer
        pattern = NamePattern(job.name, len(job.paths), colorizer, job.label_set_name)
        self._names = BatchNames(
            job.paths, job.out_dir, job.format, job.save_labels, job.label_maps_dir, job.roots, pattern, job.also
        )
        self._lines = Lines()
        self._halt = Flag()
        self._before = 0
        self._journal = Journal.opened(job.out_dir, fingerprint(job, colorizer), len(job.paths), job.resume)
        forget_folders()

    def run(self, executor: Executor | None) -> BatchReport:
        """See `run_batch`."""
        started = time.perf_counter()
        finished = False
        try:
            (executor or _here)(self)
            finished = True
        except (Cancelled, KeyboardInterrupt):
            self.halt()
        finally:
            self._journal.close(finished)
        return BatchReport(self._lines, time.perf_counter() - started, self._halt.is_set(), self._before)

    # -- what an executor asks

    def tasks(self) -> Iterator[Task]:
        """The photos to do, in their order: all but those that are done, or whose results are there already."""
        for index, path in enumerate(self.job.paths):
            target = self._names.deal(path, index=index)
            ended = self._journal.ended(path) if self.job.resume else None
            if ended is not None:
                self._before += 1
                self._lines.append(replace(ended, path=path, index=index))
                continue
            task = self._task(target)
            if task is not None:
                yield task

    def renamed(self, task: Task, suffix: str) -> Task | None:
        """See `core.batch_pipeline.Desk`."""
        return self._task(self._names.deal_again(task.target, suffix))

    def begin(self, task: Task) -> None:
        """See `core.batch_pipeline.Desk`."""
        with suppress(OSError):  # the photo then fails by itself, or is done again
            self._journal.begin(task.target.source, task.target.files)

    def tell(self, report: FileReport) -> None:
        """See `core.batch_pipeline.Desk`."""
        if trouble := self._journal.end(report):
            report = replace(report, message=f"{report.message} {trouble}".lstrip())
        self._note(report)

    def cancelled(self) -> bool:
        """Whether the batch is to end."""
        return self._halt.is_set() or self._cancel()

    def halt(self) -> None:
        """End all stages at work."""
        self._halt.set()

    def _task(self, target: Target) -> Task | None:
        """What is to be done, or None where the results are there already and are to stay, which is told."""
        own = self.job.resume and self._journal.was_writing(target.source)
        existing = next((file for file in target.files if file.exists()), None)
        if existing is None or self.job.overwrite or own:
            return Task(target, self._names.under(target.source), self.job.overwrite or own)
        message = f"{existing} exists already; use --overwrite to replace it."
        self.tell(FileReport(target.source, SKIPPED, message=message, output=existing, index=target.index))
        return None

    def _note(self, report: FileReport) -> None:
        self._lines.append(report)
        if self._progress and not self._halt.is_set():
            self._progress(len(self._lines), len(self.job.paths), report)
        if not self._halt.is_set() and self._cancel():
            raise Cancelled


def _here(batch: Batch) -> None:
    """Do a batch in this process."""
    painter = Painter(batch.job, batch.engine, batch.cancelled)
    batch_pipeline.run(batch, painter, batch.job.workers, batch.halt)


class Pace:
    """How fast a batch goes, by the photos that were coloured, and how long the rest will take."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now, self._started, self._worked = now, now(), 0
        self._idle = 0.0

    def add(self, report: FileReport) -> None:
        """A photo is done with. What was skipped took no time and counts for none."""
        self._worked += report.status != SKIPPED and report.seconds > 0

    def rested(self, seconds: float) -> None:
        """The batch stood still for so long."""
        self._idle += seconds

    def left(self, done: int, total: int) -> float | None:
        """Seconds until the end; None as long as nobody can tell."""
        if self._worked < 2:
            return None
        return (self._now() - self._started - self._idle) / self._worked * (total - done)

    def told(self, done: int, total: int) -> str:
        """"about 4 min left", "" where nobody can tell."""
        seconds = self.left(done, total)
        if seconds is None or done >= total:
            return ""
        if seconds < 90:
            return f"about {max(1, round(seconds))} s left"
        return f"about {round(seconds / 60)} min left" if seconds < 5400 else f"about {seconds / 3600:.1f} h left"
