"""What a batch is asked and what it answers, as values: BatchJob, FileReport, BatchReport.

A job without its photos is small and can be sent to another machine. A report's lines lie on the disk (`Lines`), so
that fifty thousand of them cost no memory; they are read again when somebody looks.
"""

from __future__ import annotations

import base64
import json
import os
import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from hashlib import blake2b
from pathlib import Path

from core.engine import WORK_SIZE
from core.formats import ExportSettings
from core.guidance import Recipe, Reference
from core.labels import LabelSet, default_label_set
from core.provenance import Made

DONE, FAILED, SKIPPED = "done", "failed", "skipped"
STATUSES = (DONE, FAILED, SKIPPED)
WORKERS = max(1, min(4, (os.cpu_count() or 2) // 2))  # photos decoded ahead, and written, at a time: two threads each


@dataclass(frozen=True)
class BatchJob:
    """What to do with which photos. `mode` is "semantic" (segment, then colour from the map) or "auto" (the
    network colours by its own labels where it is sure of them, and from light alone elsewhere). "palette" and
    "reference" get their labels as "semantic" does. `recipe` and `references` are part of every photo's guidance.
    The photo that the result `made` is of gets all its guidance, others what the rest of the job says.

    `roots` are folders whose trees are mirrored below `out_dir`; `name` is the pattern of results' names. In
    `references_dir` lies <stem>_ref.* (or <stem>.*) for a photo, in place of `references`; with `projects` a photo
    that has a project beside it is coloured as that says. `skip_coloured` is the colour (core/batch_beside) from which
    on a photo is left alone. `resume` goes on with the batch that stopped in `out_dir`. `thumbnails` puts small
    pictures into the report; `workers` is how many photos are in work at a time.
    """

    paths: Sequence[Path]
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
    roots: tuple[Path, ...] = ()
    name: str = "{stem}"
    label_set_name: str = "labels-59"
    references_dir: Path | None = None
    projects: bool = False
    skip_coloured: float | None = None
    resume: bool = False
    thumbnails: bool = False
    workers: int = WORKERS
    also: tuple[str, ...] = ()  # kinds of core.also_kinds, but for label maps, which `save_labels` is


# What changes nothing in a result, or is told of every photo by itself.
_NOT_SETTINGS = {"paths", "out_dir", "roots", "overwrite", "resume", "thumbnails", "workers"}


def fingerprint(job: BatchJob, *more: object) -> str:
    """A hash of all settings that a result depends on, the same in every process; `more` joins it."""
    told = {one.name: _plain(getattr(job, one.name)) for one in fields(job) if one.name not in _NOT_SETTINGS}
    text = json.dumps([told, [_plain(one) for one in more]], sort_keys=True, default=repr)
    return blake2b(text.encode("utf-8", "backslashreplace"), digest_size=16).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, Recipe):
        return value.to_dict()
    return str(value.absolute()) if isinstance(value, Path) else repr(value)


@dataclass(frozen=True)
class FileReport:
    """What became of one photo: status "done", "failed" or "skipped", and why. `index` is its place in the batch;
    `small` are JPEGs of it before and after, for a contact sheet."""

    path: Path
    status: str
    seconds: float = 0.0
    device: str = ""
    work_size: int = 0
    message: str = ""
    output: Path | None = None
    index: int = 0
    small: tuple[bytes, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """JSON's own types, all of it; see `told` for what a report shows."""
        return {**self.told(), "index": self.index, "small": [base64.b64encode(one).decode() for one in self.small]}

    def told(self) -> dict[str, object]:
        """What a report says of it."""
        return {
            "path": str(self.path), "status": self.status, "seconds": round(self.seconds, 4), "device": self.device,
            "work_size": self.work_size, "message": self.message,
            "output": None if self.output is None else str(self.output),
        }  # fmt: skip

    @classmethod
    def from_dict(cls, data: dict) -> FileReport:
        """The report of `to_dict`."""
        data = dict(data)
        data["path"], output = Path(data["path"]), data["output"]
        data["output"] = None if output is None else Path(output)
        data["small"] = tuple(base64.b64decode(one) for one in data["small"])
        return cls(**data)


class Lines(Sequence[FileReport]):
    """Reports, kept in a file without a name, in the order of their photos."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="huesmith-")  # noqa: SIM115 - it lives as long as this does
        self._places: array[int] = array("q")  # index and offset in turn
        self._counts = dict.fromkeys(STATUSES, 0)
        self._sorted = True

    def append(self, report: FileReport) -> None:
        """Add what became of one photo."""
        last = self._places[-2] if self._places else -1
        self._sorted = self._sorted and report.index >= last
        offset = self._file.seek(0, 2)
        self._file.write(json.dumps(report.to_dict()).encode("ascii") + b"\n")
        self._places.extend((report.index, offset))
        self._counts[report.status] += 1

    def count(self, status: str) -> int:  # type: ignore[override]  # by status, not by equality
        """How many photos have that status."""
        return self._counts[status]

    def __len__(self) -> int:
        return len(self._places) // 2

    def __getitem__(self, at: int) -> FileReport:  # type: ignore[override]  # nobody slices it
        self._sort()
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        return self._read(self._places[2 * (at % len(self)) + 1])

    def __iter__(self) -> Iterator[FileReport]:
        self._sort()
        return (self._read(self._places[place]) for place in range(1, len(self._places), 2))

    def _sort(self) -> None:
        if not self._sorted:
            pairs = sorted(zip(self._places[::2], self._places[1::2]))
            self._places = array("q", (number for pair in pairs for number in pair))
            self._sorted = True

    def _read(self, offset: int) -> FileReport:
        self._file.seek(offset)
        return FileReport.from_dict(json.loads(self._file.readline()))


@dataclass(frozen=True)
class BatchReport:
    """What became of all of them. `interrupted` batches list only what they came to; `before` of the photos were done
    before this run."""

    files: Lines
    seconds: float
    interrupted: bool = False
    before: int = 0

    def count(self, status: str) -> int:
        """How many photos have that status."""
        return self.files.count(status)

    @property
    def all_done(self) -> bool:
        return not self.interrupted and self.count(DONE) == len(self.files)


Progress = Callable[[int, int, FileReport], None]
