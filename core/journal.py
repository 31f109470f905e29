"""The journal of a batch: what is in work and what is done, in the output folder, so that a stop loses nothing.

    {"huesmith": "batch", "version": 1, "settings": "3f0c...", "total": 200}
    {"work": "/scans/a.tif", "files": ["/out/a.tif"]}
    {"end": "/scans/a.tif", "stamp": [1200, 17...], "report": {...}}

A line of JSON is added when a photo's results begin to be written, and one when they are there; a line that was cut
by a kill counts for nothing. Results are whole files or none. So a photo that ended is not done again, and one that
was in work is, over what it may have written. The file goes when the batch has come to its end.

Lines reach the system at once, which a killed process cannot take back, and the disk once a second, for power cuts.
While a batch is at work its journal is locked: two of them cannot share an output folder.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from core.batch_job import FAILED, SKIPPED, FileReport
from core.errors import BatchError

NAME = ".huesmith-batch.jsonl"
VERSION = 1
_SYNC = 1.0  # seconds between two times that lines are forced to the disk
_TEMPORARY = re.compile(r"\.[0-9a-f]{16}([0-9a-f]{16})?\.tmp")  # what core.photo_write and core.label_maps leave


@dataclass(frozen=True)
class Unfinished:
    """A batch that stopped: how many of how many photos were done, and the hash of its settings."""

    done: int
    total: int
    settings: str


def unfinished(out_dir: Path) -> Unfinished | None:
    """The batch that stopped in `out_dir`, if one did. A journal of a newer program, or none, is None."""
    try:
        with (out_dir / NAME).open("rb") as file:
            lines = _lines(file)
            head = next(lines, (0, {}))[1]
            if head.get("huesmith") != "batch" or head.get("version") != VERSION:
                return None
            ended = {_key(line["end"]) for _, line in lines if _is_final(line)}
    except OSError:
        return None
    return Unfinished(len(ended), int(head.get("total", 0)), str(head.get("settings", "")))


class Journal:
    """The journal of the batch at work. Made by `opened`."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path, self._file = path, file
        self._ended: dict[bytes, int] = {}  # photo -> where its line is
        self._begun: dict[bytes, list[str]] = {}  # in work when the batch stopped -> what it was writing
        self._synced = time.monotonic()
        self._torn = False

    @classmethod
    def opened(cls, out_dir: Path, settings: str, total: int, resume: bool) -> Journal:
        """The journal in `out_dir`, begun anew or, with `resume`, gone on with. Clears away what a killed batch left
        half written. Raises BatchError where another batch is at work there, its settings were others, or the folder
        cannot be written."""
        path = out_dir / NAME
        try:
            file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
        except OSError as error:
            raise BatchError(f"{out_dir} cannot be written ({error.strerror}); choose another --out folder.") from error
        journal = cls(path, file)
        try:
            if not _locked(file):
                raise BatchError(f"Another batch is at work in {out_dir}; wait for it, or choose another --out folder.")
            journal._begin(settings, total, resume)
        except OSError as error:
            file.close()
            raise BatchError(f"{path} cannot be written ({error.strerror}); make room, or choose another --out "
                             "folder.") from error  # fmt: skip
        except BaseException:
            file.close()
            raise
        return journal

    def _begin(self, settings: str, total: int, resume: bool) -> None:
        head = self._read()
        self._clear_away()
        if not resume or head is None:
            self._ended.clear()
            if not resume:
                self._begun.clear()
            self._file.seek(0)
            self._file.truncate()
            self._add({"huesmith": "batch", "version": VERSION, "settings": settings, "total": total})
        elif head.get("settings") != settings:
            raise BatchError(f"The batch in {self.path.parent} was begun with other settings; give the same ones, or "
                             "start over.")  # fmt: skip
        self._file.seek(0, os.SEEK_END)

    def _read(self) -> dict | None:
        """The first line, and by the way what ended and what was in work; None where it is no journal to go on with."""
        self._file.seek(0)
        lines = _lines(self._file)
        head = next(lines, (0, {}))[1]
        end = self._file.seek(0, os.SEEK_END)
        if end and (self._file.seek(end - 1), self._file.read(1))[1] != b"\n":
            self._torn = True
        if head.get("huesmith") != "batch" or head.get("version") != VERSION:
            return None
        self._file.seek(0)
        for offset, line in _lines(self._file):
            if "work" in line:
                self._begun[_key(line["work"])] = line.get("files", [])
            elif "end" in line:
                self._begun.pop(_key(line["end"]), None)
                if _is_final(line):
                    self._ended[_key(line["end"])] = offset
        return head

    def _clear_away(self) -> None:
        """Remove files that writers make beside a result and that nobody will finish."""
        since = time.time()
        for folder in {Path(file).parent for files in self._begun.values() for file in files}:
            with suppress(OSError):
                for left in folder.iterdir():
                    if _TEMPORARY.fullmatch(left.name) and left.stat().st_mtime < since:
                        left.unlink(missing_ok=True)

    # -- what the batch asks

    def __len__(self) -> int:
        return len(self._ended)

    def ended(self, path: Path) -> FileReport | None:
        """The line of a photo that this batch has come to the end of, if it is still the photo it was and its result
        is still there."""
        offset = self._ended.get(_key(str(path)))
        if offset is None:
            return None
        self._file.seek(offset)
        line = json.loads(self._file.readline())
        self._file.seek(0, os.SEEK_END)
        report = FileReport.from_dict(line["report"])
        gone = report.output is not None and not report.output.exists()
        return None if gone or line["stamp"] != _stamp(path) else report

    def was_writing(self, path: Path) -> bool:
        """Whether the photo was in work when the batch stopped: what lies there under its names is its own."""
        return _key(str(path)) in self._begun

    def begin(self, path: Path, files: Iterable[Path]) -> None:
        """The photo's results are about to be written."""
        self._add({"work": str(path), "files": [str(file.absolute()) for file in files]})

    def end(self, report: FileReport) -> str:
        """The photo is done with; "", or a sentence where that could not be noted down."""
        try:
            self._add({"end": str(report.path), "stamp": _stamp(report.path), "report": report.to_dict()})
        except OSError as error:
            return f"The journal could not be written ({error.strerror}), so --resume would do it again."
        return ""

    def close(self, finished: bool) -> None:
        """Let go of the journal, and remove it where the batch is at its end."""
        with suppress(OSError):
            if finished:
                self.path.unlink(missing_ok=True)
            else:
                self._sync()
        with suppress(OSError):
            self._file.close()

    def _add(self, line: dict) -> None:
        start = b"\n" if self._torn else b""  # a line that was cut gets its end
        self._torn = True
        self._file.write(start + json.dumps(line).encode("ascii") + b"\n")
        self._file.flush()
        self._torn = False
        if time.monotonic() - self._synced > _SYNC:
            self._sync()

    def _sync(self) -> None:
        os.fsync(self._file.fileno())
        self._synced = time.monotonic()


def _lines(file: BinaryIO) -> Iterator[tuple[int, dict]]:
    """Offset and content of every whole line."""
    offset = file.tell()
    for raw in file:
        if raw.endswith(b"\n"):
            with suppress(ValueError):
                line = json.loads(raw)
                if isinstance(line, dict):
                    yield offset, line
        offset += len(raw)


def _is_final(line: dict) -> bool:
    """Whether a photo that came to this end is not to be tried again: failures are, and what stood in the way."""
    report = line.get("report") or {}
    if "end" not in line or "status" not in report:
        return False
    return report["status"] != FAILED and not (report["status"] == SKIPPED and report.get("output"))


def _key(path: str) -> bytes:
    return blake2b(str(Path(path).absolute()).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _stamp(path: Path) -> list[int]:
    """What changes when the photo does: size and time of change of its file."""
    from core.photo_pages import file_of

    try:
        status = file_of(path).stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns]


def _locked(file: BinaryIO) -> bool:
    """Lock the file for this process, until it is closed or the process ends; False where another has it."""
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        try:
            file.seek(1 << 40)  # beyond all lines, so that they can be read meanwhile
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a file system without locks
        return True
    return True
