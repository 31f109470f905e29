"""Colouring many photos without a window: the same engine, the same export, one line of report for each.

    load (ahead, in a thread) -> label map read or segmented -> coloured -> export (behind, in a thread)

The three overlap, so that decoding and encoding cost little beside the network. A photo that fails is a line in
the report and the rest goes on. Nothing that exists is overwritten unasked, and an input never: names are dealt
out in the order of the inputs (`core.batch_names`), so that a second run deals the same ones.
"""

from __future__ import annotations

import json
import logging
import os
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from threading import Event as Flag

import numpy as np

from core import devices, exporting
from core.batch_names import BatchNames, Target
from core.engine import WORK_SIZE, Cancel, Engine, Request, Result, never
from core.errors import BatchError, Cancelled, ExportError, UserError
from core.formats import ExportSettings
from core.guidance import Guidance, Plane, Recipe, Reference
from core.label_maps import load_label_map, save_label_map
from core.label_parents import as_own, standing
from core.labels import UNSURE, LabelSet, default_label_set, resize_labels
from core.photo import Photo, load_photo
from core.photo_write import target_of
from core.provenance import BY_NETWORK, BY_PERSON, Made
from core.recolor import own_colours
from core.remake import request_of, weights_note

log = logging.getLogger(__name__)

REPORT_VERSION = 1
DONE, FAILED, SKIPPED = "done", "failed", "skipped"


@dataclass(frozen=True)
class BatchJob:
    """What to do with which photos. `mode` is "semantic" (segment, then colour from the map) or "auto" (the
    network colours by its own labels where it is sure of them, and from light alone elsewhere). "palette" gets its
    labels as "semantic" does. `recipe` and `references` are part of every photo's guidance. The photo that the result
    `made` is of gets all its guidance, others what the rest of the job says."""

    paths: tuple[Path, ...]
    out_dir: Path
    mode: str = "semantic"
    label_maps_dir: Path | None = None
    save_labels: bool = False
    format: str = "same"
    work_size: int = WORK_SIZE
    overwrite: bool = False
    colorizer: str | None = None  # the engine's default
    label_set: LabelSet = field(default_factory=default_label_set)
    recipe: Recipe = field(default_factory=Recipe)
    references: tuple[Reference, ...] = ()
    settings: ExportSettings = field(default_factory=ExportSettings)  # but for the format, which is above
    made: Made | None = None  # a result that is to be made again


@dataclass(frozen=True)
class FileReport:
    """What became of one photo: status "done", "failed" or "skipped", and why."""

    path: Path
    status: str
    seconds: float = 0.0
    device: str = ""
    work_size: int = 0
    message: str = ""
    output: Path | None = None


@dataclass(frozen=True)
class BatchReport:
    """What became of all of them. `interrupted` batches list only what they came to."""

    files: tuple[FileReport, ...]
    seconds: float
    interrupted: bool = False

    def count(self, status: str) -> int:
        """How many photos have that status."""
        return sum(report.status == status for report in self.files)

    @property
    def all_done(self) -> bool:
        return not self.interrupted and self.count(DONE) == len(self.files)


Progress = Callable[[int, int, FileReport], None]


def run_batch(
    job: BatchJob, engine: Engine, progress: Progress | None = None, cancel: Cancel = never
) -> BatchReport:
    """Do `job`; `progress(done, total, report)` is called here, in this thread, after every photo.

    Ends early, with `interrupted`, when `cancel()` says so or on KeyboardInterrupt: photos that are done stay, the
    one at work leaves nothing behind. Raises BatchError where the output folder cannot be made.
    """
    try:
        job.out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BatchError(
            f"{job.out_dir} cannot be made ({error.strerror}); choose another --out folder."
        ) from error
    return _Run(job, engine, progress, cancel).run()


@dataclass(frozen=True)
class _Coloured:
    """A photo with its colours, ready to be written."""

    photo: Photo
    target: Target
    result: Result
    labels: np.ndarray | None  # at full size, when they are to be saved
    labels_by: str  # who gave them (core/provenance)
    notes: tuple[str, ...]
    seconds: float


class _Run:
    """One batch at work."""

    def __init__(self, job: BatchJob, engine: Engine, progress: Progress | None, cancel: Cancel) -> None:
        self._job, self._engine, self._progress, self._cancel = job, engine, progress, cancel
        self._names = BatchNames(job.paths, job.out_dir, job.format, job.save_labels, job.label_maps_dir)
        self._reports: list[FileReport] = []
        self._writing: tuple[Path, Future[FileReport]] | None = None
        self._halt = Flag()

    def run(self) -> BatchReport:
        started = time.perf_counter()
        loader = ThreadPoolExecutor(1, "batch-load")
        writer = ThreadPoolExecutor(1, "batch-write")
        try:
            self._all(self._todo(), loader, writer)
        except (Cancelled, KeyboardInterrupt):
            self._halt.set()
            self._keep_what_was_written()
        finally:
            for pool in (loader, writer):
                pool.shutdown(wait=True, cancel_futures=True)
        place = {path: index for index, path in enumerate(self._job.paths)}
        files = sorted(self._reports, key=lambda report: place[report.path])
        return BatchReport(tuple(files), time.perf_counter() - started, self._halt.is_set())

    def _todo(self) -> list[Target]:
        """The targets of all photos but those whose results are there already."""
        todo = []
        for target in [self._names.deal(path) for path in self._job.paths]:
            skipped = self._skipped(target)
            if skipped:
                self._tell(skipped)
            else:
                todo.append(target)
        return todo

    def _all(self, todo: list[Target], loader: ThreadPoolExecutor, writer: ThreadPoolExecutor) -> None:
        """Every photo in turn, the next one loading and the last one being written meanwhile."""
        loading = [loader.submit(self._load, target.source) for target in todo[:1]]
        for index, target in enumerate(todo):
            current = loading.pop()
            loading += [loader.submit(self._load, target.source) for target in todo[index + 1 : index + 2]]
            coloured = self._attempt(
                target.source, lambda now=current, to=target: self._colour(*now.result(), to)
            )
            self._finish()
            if isinstance(coloured, FileReport):
                self._tell(coloured)
            else:
                self._writing = target.source, writer.submit(self._write, coloured)
        self._finish()

    def _skipped(self, target: Target) -> FileReport | None:
        """The line of a photo whose results are there already, if they are to stay."""
        existing = next((file for file in target.files if file.exists()), None)
        if existing is None or self._job.overwrite:
            return None
        message = f"{existing} exists already; use --overwrite to replace it."
        return FileReport(target.source, SKIPPED, message=message, output=existing)

    def _finish(self) -> None:
        """Wait for the photo that is being written, if there is one, and tell of it."""
        if self._writing:
            path, future = self._writing
            report = self._attempt(path, future.result)
            self._writing = None
            self._tell(report)

    def _keep_what_was_written(self) -> None:
        """After a halt: the photo that was being written counts when it was too late to stop it."""
        if self._writing:
            path, future = self._writing
            with suppress(Cancelled):
                self._reports.append(self._attempt(path, future.result))

    def _tell(self, report: FileReport) -> None:
        self._reports.append(report)
        if self._progress:
            self._progress(len(self._reports), len(self._job.paths), report)
        if self._cancelled():
            raise Cancelled

    def _cancelled(self) -> bool:
        return self._halt.is_set() or self._cancel()

    def _attempt(self, path: Path, step: Callable[[], _Coloured | FileReport]) -> _Coloured | FileReport:
        """What `step` makes of a photo, or the line that says why it did not."""
        try:
            return step()
        except Cancelled:
            raise
        except Exception as error:
            return FileReport(path, FAILED, message=sentence(path, error))

    # -- the three stages

    def _load(self, path: Path) -> tuple[Photo, float]:
        started = time.perf_counter()
        photo = load_photo(path)
        return photo, time.perf_counter() - started

    def _colour(self, photo: Photo, seconds: float, target: Target) -> _Coloured | FileReport:
        started = time.perf_counter()
        suited, _ = target_of(target.photo, photo, self._job.format)
        if suited != target.photo:  # the file is not what its name says
            target = self._names.deal_again(target, suited.suffix)
            if skipped := self._skipped(target):
                return skipped
        request, full, by, notes = self._asked(photo, target)
        result = self._engine.colorize(request, self._cancelled)
        saved = self._full_labels(photo, request, full) if target.labels else None
        if self._job.made is not None:
            notes += weights_note(self._job.made, result.weights)
        notes = tuple(dict.fromkeys((*photo.notes, *notes, *result.notes)))
        return _Coloured(photo, target, result, saved, by, notes, seconds + time.perf_counter() - started)

    def _asked(self, photo: Photo, target: Target) -> tuple[Request, np.ndarray | None, str, tuple[str, ...]]:
        """What is asked of the engine, the full-size label map if one was given, who gave the labels, and notes."""
        told: tuple[str, ...] = ()
        if self._job.made is not None:
            again, told = request_of(self._job.made, photo)
            if again is not None:
                small = again.guidance.labels
                full = None if small is None else resize_labels(small.array, photo.size)
                return again, full, self._job.made.labels_by, told
        luminance = Plane(photo.small_luminance(self._job.work_size))
        colorizer = self._job.colorizer or self._engine.default_colorizer
        recipe = self._job.recipe
        links = recipe.palette_map
        guidance = Guidance(
            None, recipe.rules, recipe.palette, references=self._job.references, settings=recipe.settings,
            palette_map=links,
        )  # fmt: skip
        own = own_colours(photo, self._job.work_size) if links else None
        parents = standing(self._job.label_set)
        request = Request(photo.key, luminance, guidance, colorizer, self._job.work_size, own, parents)
        full, notes = self._given_labels(photo, target)
        labels = None if full is None else resize_labels(full, request.shape)
        if full is None and self._job.mode != "auto":
            found = self._engine.segment(request, self._cancelled)
            labels, notes = as_own(found.labels, self._job.label_set), notes + found.notes
        if labels is not None:
            request = replace(request, guidance=replace(request.guidance, labels=Plane(labels)))
        return request, full, BY_NETWORK if full is None else BY_PERSON, told + notes

    def _given_labels(self, photo: Photo, target: Target) -> tuple[np.ndarray | None, tuple[str, ...]]:
        """The full-size label map that belongs to a photo, if the person gave any."""
        if self._job.label_maps_dir is None:
            return None, ()
        if target.label_map is None:
            return None, (
                f"There is no label map for it in {self._job.label_maps_dir}, so it was segmented.",
            )
        size = (photo.height, photo.width)
        return load_label_map(target.label_map, size, label_set=self._job.label_set), ()

    def _full_labels(self, photo: Photo, request: Request, given: np.ndarray | None) -> np.ndarray:
        """The map to save: the one given, completed by what was found where it left things open."""
        size = (photo.height, photo.width)
        if given is not None and not (given == UNSURE).any():
            return given
        own = as_own(self._engine.segment(request, self._cancelled).labels, self._job.label_set)
        found = resize_labels(own, size)
        return found if given is None else np.where(given == UNSURE, found, given)

    def _write(self, coloured: _Coloured) -> FileReport:
        started = time.perf_counter()
        photo, target, result, job = coloured.photo, coloured.target, coloured.result, self._job
        told: list[str] = []
        output = exporting.export_result(
            photo,
            result,
            target.photo,
            replace(job.settings, format=job.format),
            label_set=job.label_set,
            labels_by=coloured.labels_by,
            overwrite=job.overwrite,
            say=told.append,
            cancel=self._cancelled,
        )
        if coloured.labels is not None:
            save_label_map(target.labels, coloured.labels, job.label_set, overwrite=job.overwrite)
        seconds = coloured.seconds + time.perf_counter() - started
        message = " ".join(dict.fromkeys((*coloured.notes, *told)))
        return FileReport(target.source, DONE, seconds, result.device, result.work_size, message, output)


def sentence(path: Path, error: BaseException) -> str:
    """Why a photo failed, for the person; what is not the person's doing also goes to the log with its traceback."""
    if isinstance(error, UserError):
        return str(error)
    if devices.is_out_of_memory(error):
        return f"{path} does not fit in memory; close other programs or make it smaller."
    if isinstance(error, OSError) and error.strerror:
        return f"{path} could not be finished ({error.strerror}); check the disk and the folder."
    log.error("%s failed", path, exc_info=error)
    return f"{path} met a fault inside Huesmith ({type(error).__name__}); the log has the details."


def write_report(report: BatchReport, path: Path) -> None:
    """Write `report` as JSON, never half a file. Raises ExportError."""
    data = {
        "version": REPORT_VERSION,
        "seconds": round(report.seconds, 3),
        "interrupted": report.interrupted,
        **{status: report.count(status) for status in (DONE, FAILED, SKIPPED)},
        "files": [_as_json(file) for file in report.files],
    }
    text = json.dumps(data, ensure_ascii=False, indent=2) + "\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(
                    text.encode("utf-8", "backslashreplace")
                )  # an undecodable name becomes a JSON escape
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise ExportError(
            f"{path} cannot be written ({error.strerror}); choose another --report file."
        ) from error


def _as_json(file: FileReport) -> dict[str, object]:
    plain = {key: str(value) if isinstance(value, Path) else value for key, value in asdict(file).items()}
    return {**plain, "seconds": round(file.seconds, 4)}
