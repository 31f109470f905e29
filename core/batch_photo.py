"""One photo of a batch, in three stages that run in threads of their own, on this machine or another.

    load    decode                                                          anywhere
    colour  its labels, references and project -> request -> engine         in the thread the engine belongs to
    write   at full size, label map first: where the photo is, all is       anywhere

The window does the same with the same parts, so that the same recipe gives the same bytes. What goes wrong with one
photo is a line of the report (`failed`).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from core import chroma, devices, exporting
from core.batch_beside import colour_in, references_for
from core.batch_job import DONE, FAILED, SKIPPED, BatchJob, FileReport
from core.batch_names import Target
from core.engine import Cancel, Engine, Request, Result
from core.errors import UserError
from core.file_names import renamed_note
from core.guidance import Guidance, Plane
from core.label_maps import load_label_map, save_label_map
from core.label_parents import as_own, standing
from core.labels import UNSURE, LabelSet, resize_labels
from core.photo import Photo, load_photo
from core.photo_pages import stem_of
from core.photo_write import target_of
from core.provenance import BY_NETWORK, BY_PERSON
from core.recolor import own_colours
from core.remake import request_of, weights_note
from core.sketch_document import as_sketch, regions_of, sketch_request
from core.sketch_regions import region_set

log = logging.getLogger(__name__)

SMALL = 144  # long side of the pictures in a contact sheet
_SMALL_QUALITY = 72


@dataclass(frozen=True)
class Task:
    """One photo to do. `under` is where it lies in its tree; `overwrite` allows its results to be replaced."""

    target: Target
    under: Path = Path()
    overwrite: bool = False


@dataclass(frozen=True)
class Loaded:
    """A photo that was decoded, and in what time; of line art the regions, uint8 (h, w)."""

    photo: Photo
    seconds: float
    regions: np.ndarray | None = None

    @property
    def pixels(self) -> int:
        return self.photo.height * self.photo.width


@dataclass(frozen=True)
class Misnamed:
    """The file is not what its name says: its result needs a name with this suffix."""

    suffix: str


@dataclass(frozen=True)
class Asked:
    """What is asked of the engine for a photo, and what goes with it: the label map at full size if one was given, who
    gave the labels, in which label set, and notes."""

    request: Request
    full: np.ndarray | None
    by: str
    label_set: LabelSet
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Coloured:
    """A photo with its colours, ready to be written."""

    photo: Photo
    task: Task
    asked: Asked
    result: Result
    labels: np.ndarray | None  # at full size, when they are to be saved
    notes: tuple[str, ...]
    seconds: float


class Painter:
    """The three stages for the photos of `job`. `cancel` ends any of them with Cancelled."""

    def __init__(self, job: BatchJob, engine: Engine, cancel: Cancel) -> None:
        self._job, self._engine, self._cancel = job, engine, cancel

    def load(self, task: Task) -> Loaded:
        """Decode the photo. Raises PhotoError."""
        started = time.perf_counter()
        photo = load_photo(task.target.source)
        photo, regions = as_sketch(photo, {"auto": False, "sketch": True}.get(self._job.mode))
        return Loaded(photo, time.perf_counter() - started, regions)

    def colour(self, loaded: Loaded, task: Task) -> Coloured | FileReport | Misnamed:
        """Colour the photo; a line where it is to be left alone. Raises UserError."""
        started = time.perf_counter()
        photo, target, job = loaded.photo, task.target, self._job
        suited, _ = target_of(target.photo, photo, job.format)
        if suited != target.photo:
            return Misnamed(suited.suffix)
        if left := self._left_alone(photo, task):
            return left
        asked = self._asked(photo, task, loaded.regions)
        result = self._engine.colorize(asked.request, self._cancel)
        saved = self._full_labels(photo, asked) if target.labels else None
        told = asked.notes
        if job.made is not None:
            told += weights_note(job.made, result.weights)
        notes = tuple(dict.fromkeys((*photo.notes, *told, *result.notes)))
        return Coloured(photo, task, asked, result, saved, notes, loaded.seconds + time.perf_counter() - started)

    def write(self, coloured: Coloured) -> FileReport:
        """Write the results; the line of a photo that is done. Raises UserError."""
        started = time.perf_counter()
        photo, target, result = coloured.photo, coloured.task.target, coloured.result
        told: list[str] = []
        _make_folder(target.photo.parent)
        if coloured.labels is not None:
            save_label_map(target.labels, coloured.labels, coloured.asked.label_set, overwrite=coloured.task.overwrite)
        if target.also:
            self._write_also(coloured, told)
        output = exporting.export_result(
            photo,
            result,
            target.photo,
            replace(self._job.settings, format=self._job.format),
            label_set=coloured.asked.label_set,
            labels_by=coloured.asked.by,
            overwrite=coloured.task.overwrite,
            say=told.append,
            cancel=self._cancel,
        )
        seconds = coloured.seconds + time.perf_counter() - started
        renamed = renamed_note(stem_of(target.source))
        message = " ".join(dict.fromkeys(filter(None, (*coloured.notes, *told, renamed))))
        small = _pictures(photo, result) if self._job.thumbnails else ()
        return FileReport(
            target.source, DONE, seconds, result.device, result.work_size, message, output, target.index, small
        )

    def _write_also(self, coloured: Coloured, told: list[str]) -> None:
        """What is wished besides the result, before it: who finds the result finds everything."""
        from core.also import Shown, write_also

        asked, target = coloured.asked, coloured.task.target
        shown = Shown(coloured.photo, coloured.result, asked.label_set, coloured.labels, asked.by)
        write_also(shown, self._job.also, target.photo.parent, target.photo.stem, overwrite=coloured.task.overwrite,
                   say=told.append, cancel=self._cancel)  # fmt: skip

    def _left_alone(self, photo: Photo, task: Task) -> FileReport | None:
        if self._job.skip_coloured is None:
            return None
        colour = colour_in(photo)
        if colour < self._job.skip_coloured:
            return None
        message = f"It has colour already ({colour:.1f}; from {self._job.skip_coloured:g} on photos are skipped)."
        small = (_jpeg(photo.thumbnail(SMALL)),) if self._job.thumbnails else ()
        return FileReport(task.target.source, SKIPPED, message=message, index=task.target.index, small=small)

    # -- what is asked of the engine

    def _asked(self, photo: Photo, task: Task, regions: np.ndarray | None) -> Asked:
        told: tuple[str, ...] = ()
        if self._job.projects:
            if asked := self._by_project(photo, task.target):
                return asked
            told = _not_its_project(task.target.source)
        if self._job.made is not None:
            again, more = request_of(self._job.made, photo)
            told += more
            if again is not None:
                small = again.guidance.labels
                full = None if small is None else resize_labels(small.array, photo.size)
                return Asked(again, full, self._job.made.labels_by, self._job.made.label_set, told)
        asked = self._by_job(photo, task, told, regions is not None)
        return asked if regions is None else _on_regions(asked, regions, photo)

    def _by_project(self, photo: Photo, target: Target) -> Asked | None:
        """What the project beside the photo says, if there is one."""
        from core.project import beside, document_for

        path = beside(target.source)
        if path is None:
            return None
        document, project, notes = document_for(photo, path)
        size = project.card.work_size or self._job.work_size
        luminance = Plane(photo.small_luminance(size))
        guidance = document.guidance(luminance.shape)
        if guidance.labels is not None and (guidance.labels.array == UNSURE).all():  # nothing was painted
            guidance = replace(guidance, labels=None)
        own = own_colours(photo, size) if guidance.palette_map else None
        colorizer = project.card.colorizer or self._job.colorizer or self._engine.default_colorizer
        parents, regions = standing(document.label_set), regions_of(document)
        request = Request(photo.key, luminance, guidance, colorizer, size, own, parents, regions)
        if guidance.labels is None:
            request, notes = self._segmented(request, document.label_set, notes)
            return Asked(request, None, BY_NETWORK, document.label_set, notes)
        found, labels = document.segmented, guidance.labels
        untouched = found is not None and np.array_equal(resize_labels(found, labels.shape), labels.array)
        return Asked(request, document.labels, BY_NETWORK if untouched else BY_PERSON, document.label_set, notes)

    def _by_job(self, photo: Photo, task: Task, notes: tuple[str, ...], sketch: bool) -> Asked:
        """What the job says of every photo, with the label map and the references that belong to this one."""
        job, recipe = self._job, self._job.recipe
        references = references_for(task.target.source, task.under, job.references_dir) or job.references
        if job.references_dir is not None and references == job.references:
            notes += (f"There is no reference for it in {job.references_dir}.",)
        guidance = Guidance(
            None, recipe.rules, recipe.palette, references=references, settings=recipe.settings,
            palette_map=recipe.palette_map,
        )  # fmt: skip
        luminance = Plane(photo.small_luminance(job.work_size))
        own = own_colours(photo, job.work_size) if recipe.palette_map else None
        colorizer = job.colorizer or self._engine.default_colorizer
        request = Request(photo.key, luminance, guidance, colorizer, job.work_size, own, standing(job.label_set))
        full, more = self._given_labels(photo, task.target)
        notes += more
        if full is not None:
            labels = Plane(resize_labels(full, request.shape))
            request = replace(request, guidance=replace(guidance, labels=labels))
        elif job.mode != "auto" and not sketch:
            request, notes = self._segmented(request, job.label_set, notes)
        return Asked(request, full, BY_NETWORK if full is None else BY_PERSON, job.label_set, notes)

    def _segmented(
        self, request: Request, label_set: LabelSet, notes: tuple[str, ...]
    ) -> tuple[Request, tuple[str, ...]]:
        """The request with the label map that the segmenter finds."""
        found = self._engine.segment(request, self._cancel)
        labels = Plane(as_own(found.labels, label_set))
        return replace(request, guidance=replace(request.guidance, labels=labels)), notes + found.notes

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

    def _full_labels(self, photo: Photo, asked: Asked) -> np.ndarray:
        """The map to save: the one given, completed by what was found where it left things open."""
        size, given = (photo.height, photo.width), asked.full
        if given is not None and not (given == UNSURE).any():
            return given
        own = as_own(self._engine.segment(asked.request, self._cancel).labels, asked.label_set)
        found = resize_labels(own, size)
        return found if given is None else np.where(given == UNSURE, found, given)


def _on_regions(asked: Asked, regions: np.ndarray, photo: Photo) -> Asked:
    """What is asked of a sketch: its regions are its labels, unless a person gave some."""
    if asked.full is not None:
        return replace(asked, request=sketch_request(asked.request, asked.full))
    own = region_set(regions, asked.label_set)
    request = replace(sketch_request(asked.request, regions), standing=standing(own))
    return replace(asked, request=request, full=resize_labels(regions, photo.size), label_set=own)


def _not_its_project(source: Path) -> tuple[str, ...]:
    """A sentence where a file stands beside a photo as its project would, and is none, or another photo's."""
    from core.project import name_beside

    path = name_beside(source)
    if not path.is_file():
        return ()
    return (f"{path.name} is no project of it, or a damaged one; it was coloured without.",)


def attempt(target: Target, step: Callable[[], object]) -> object:
    """What `step` makes of a photo, or the line that says why it did not. Cancelled goes on."""
    from core.errors import Cancelled

    try:
        return step()
    except Cancelled:
        raise
    except Exception as error:
        return FileReport(target.source, FAILED, message=sentence(target.source, error), index=target.index)


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


def _make_folder(folder: Path) -> None:
    """A folder of the mirrored tree; whatever is wrong with it is said by who writes there."""
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True)


def _pictures(photo: Photo, result: Result) -> tuple[bytes, bytes]:
    """JPEGs of the photo before and after, SMALL pixels long."""
    scale = min(1.0, SMALL / max(photo.size))
    after = chroma.render(
        photo, result.chroma, scale=scale, locks=result.locks, moved=result.moved, fill=result.fill
    )
    return _jpeg(photo.thumbnail(SMALL)), _jpeg(after)


def _jpeg(rgb: np.ndarray) -> bytes:
    return cv2.imencode(".jpg", rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _SMALL_QUALITY])[1].tobytes()
