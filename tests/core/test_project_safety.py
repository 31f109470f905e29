"""Saving and autosaving when the worst happens: the process is killed, the disk is full, another window is faster."""

from __future__ import annotations

import errno
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import project_lock
from core.autosave import Autosave, discard, preview_of
from core.document import Document
from core.errors import ExportError
from core.labels import default_label_set
from core.photo import load_photo
from core.project import Draft, load_project
from core.project_lock import Holder, ProjectLock
from core.project_work import taken
from tests.core.projects import same_work, save, worked_on

ROOT = Path(__file__).resolve().parents[2]
KILLS = 12

SAVER = """
import os
import sys
import numpy as np
from pathlib import Path
from core.autosave import Autosave
from core.document import Document
from core.guidance import Rule, Swatch
from core.labels import default_label_set
from core.photo import load_photo
from core.project import Draft, save_project
from core.project_lock import Holder, ProjectLock
from core.project_work import taken
for line in sys.stdin:  # one saver after the other, without loading everything anew
    child = os.fork()
    if not child:
        break
    print("started", child, flush=True)
    os.waitpid(child, 0)
else:
    sys.exit()
folder = Path(sys.argv[1])
photo = load_photo(folder / "a.png")
document = Document(photo, default_label_set())
holder = Holder.new()
autosave = Autosave(holder, folder / "data")
ProjectLock(folder / "a.huesmith", holder).take()
chance = np.random.default_rng(1)
number = 0
while True:
    number += 1
    document.import_labels(chance.integers(0, 59, document.labels.shape).astype(np.uint8))
    document.set_guidance("Rule", rules=(Rule(1, Swatch(0, 0, 0, str(number))),))
    work = taken(document).settled(history=True)
    save_project(folder / "a.huesmith", Draft(work, photo.path, photo), overwrite=True)
    autosave.keep(Draft(work, photo.path, photo, of=folder / "a.huesmith"))
    print(number, flush=True)
"""


@pytest.fixture
def document(samples: dict[str, Path], tmp_path: Path) -> Document:
    Image.open(samples["coffee"]).resize((60, 40)).save(tmp_path / "a.png")
    return worked_on(load_photo(tmp_path / "a.png"))


def number_in(path: Path) -> int:
    """Which turn of the loop a project is of."""
    return int(load_project(path).work.guidance.rules[0].swatch.name)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is nothing like it on this system")
def test_a_process_killed_at_any_moment_leaves_whole_projects_and_loses_one_change_at_most(
    samples: dict[str, Path], tmp_path: Path
) -> None:
    Image.open(samples["coffee"]).resize((240, 160)).save(tmp_path / "a.png")
    chance = random.Random(8)
    savers = subprocess.Popen([sys.executable, "-c", SAVER, str(tmp_path)], cwd=ROOT, text=True, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)  # fmt: skip
    last = 0
    for kill in range(KILLS):
        savers.stdin.write("another\n")
        savers.stdin.flush()
        told = 0
        while (word := savers.stdout.readline().split())[0] != "started":
            last = int(word[0])  # what the one before had still told
        assert kill == 0 or last <= number_in(tmp_path / "a.huesmith") <= last + 1
        while told < 1 + kill % 3:
            told = last = int(savers.stdout.readline())
        time.sleep(chance.random() * 0.03)
        os.kill(int(word[1]), signal.SIGKILL)
    rest = savers.communicate()[0].split()
    last = int(rest[-1]) if rest else last
    assert last <= number_in(tmp_path / "a.huesmith") <= last + 1
    left = Autosave(Holder.new(), tmp_path / "data").left_behind()
    assert len(left) == KILLS and last <= max(number_in(one.path) for one in left) + 1
    assert ProjectLock(tmp_path / "a.huesmith", Holder.new()).take() is None


class Disk:
    """Stands before `open` and is full after so many bytes; remembers how often it was written to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.writes, self.full_at, self.code = 0, 10**9, errno.ENOSPC
        real, disk = Path.open, self

        def opened(path: Path, mode: str = "r", *more: object, **named: object):
            file = real(path, mode, *more, **named)
            if "x" in mode or "w" in mode:
                raw_write = file.write

                def write(data):
                    disk.check()
                    return raw_write(data)

                return _Slow(file, write)
            return file

        monkeypatch.setattr(Path, "open", opened)
        real_sync, real_replace = os.fsync, Path.replace
        monkeypatch.setattr(os, "fsync", lambda number: (disk.check(), real_sync(number))[1])
        monkeypatch.setattr(Path, "replace", lambda path, target: (disk.check(), real_replace(path, target))[1])

    def check(self) -> None:
        self.writes += 1
        if self.writes > self.full_at:
            raise OSError(self.code, os.strerror(self.code))


class _Slow:
    """A file whose writes can fail."""

    def __init__(self, file, write) -> None:
        self._file, self.write = file, write

    def __getattr__(self, name: str):
        return getattr(self._file, name)

    def __enter__(self) -> _Slow:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def test_a_disk_that_is_full_at_any_write_leaves_the_old_project_and_the_work(
    document: Document, tmp_path: Path, disk: Disk
) -> None:
    path = save(tmp_path / "a.huesmith", document, history=True)
    before, work = path.read_bytes(), taken(document).settled()
    document.undo()
    changed, disk.writes = taken(document), 0
    save(tmp_path / "elsewhere.huesmith", document, history=True)
    needed, names = disk.writes, {one.name for one in tmp_path.iterdir()}
    assert needed > 20
    for writes in range(needed):
        disk.writes, disk.full_at = 0, writes
        with pytest.raises(ExportError, match=r"a\.huesmith could not be written because the disk is full; free"):
            save(path, document, history=True)
        assert path.read_bytes() == before
        assert {one.name for one in tmp_path.iterdir()} == names
    assert same_work(taken(document), changed) and not same_work(changed, work)
    disk.full_at = 10**9
    assert same_work(load_project(save(path, document)).work, changed)


def test_an_autosave_that_cannot_be_written_is_a_sentence_and_keeps_the_one_before(
    document: Document, tmp_path: Path, disk: Disk
) -> None:
    autosave = Autosave(Holder.new(), tmp_path / "data")
    draft = Draft(taken(document).settled(), document.path, document.photo)
    path = autosave.keep(draft)
    before, disk.writes, disk.full_at = path.read_bytes(), 0, 5
    with pytest.raises(ExportError, match="disk is full"):
        autosave.keep(draft)
    assert path.read_bytes() == before
    disk.full_at = 10**9
    (tmp_path / "blocked").write_text("a file where the folder should be")
    with pytest.raises(ExportError, match="cannot be kept"):
        Autosave(Holder.new(), tmp_path / "blocked").keep(draft)


# -- what was left behind


@pytest.fixture
def gone(monkeypatch: pytest.MonkeyPatch) -> Iterator[set[int]]:
    """Process ids that are made to be no more."""
    ended: set[int] = set()
    real = project_lock._runs
    monkeypatch.setattr(project_lock, "_runs", lambda pid: pid not in ended and real(pid))
    yield ended


def someone(pid: int = os.getpid(), token: str = "other", started: str | None = None) -> Holder:
    mine = Holder.new()
    return Holder(pid, mine.host, mine.started if started is None else started, token)


def test_what_a_dead_process_left_is_offered_with_its_photo_and_time(
    document: Document, tmp_path: Path, gone: set[int]
) -> None:
    lost = Autosave(someone(), tmp_path)
    path = lost.keep(Draft(taken(document).settled(), document.path, document.photo, of=tmp_path / "p.huesmith"))
    mine = Autosave(Holder.new(), tmp_path)
    assert mine.left_behind() == []  # it lives, in another window
    gone.add(os.getpid())
    (left,) = mine.left_behind()
    assert (left.path, left.photo, left.project, left.name) == (path, document.path, tmp_path / "p.huesmith", "a.png")
    assert abs(left.when.timestamp() - time.time()) < 60
    assert preview_of(left)[:2] == b"\xff\xd8"
    discard(left)
    assert mine.left_behind() == [] and not lost.folder.exists()


def test_a_number_of_a_process_that_comes_again_is_another_process(document: Document, tmp_path: Path) -> None:
    Autosave(someone(started="long ago"), tmp_path).keep(Draft(taken(document).settled(), document.path))
    assert len(Autosave(Holder.new(), tmp_path).left_behind()) == 1


def test_a_window_that_closes_leaves_nothing(document: Document, tmp_path: Path, gone: set[int]) -> None:
    autosave = Autosave(someone(), tmp_path)
    draft = Draft(taken(document).settled(), document.path)
    assert autosave.keep(draft) == autosave.keep(draft)  # one file for one photo
    autosave.drop(document.path)
    assert not autosave.path_of(document.path).exists()
    autosave.keep(draft)
    autosave.drop_all()
    gone.add(os.getpid())
    assert Autosave(Holder.new(), tmp_path).left_behind() == []


def test_what_cannot_be_read_is_not_offered(document: Document, tmp_path: Path, gone: set[int]) -> None:
    lost = Autosave(someone(), tmp_path)
    path = lost.keep(Draft(taken(document).settled(), document.path))
    path.write_bytes(path.read_bytes()[:200])
    shutil.copy(path, lost.folder / "another.huesmith")
    gone.add(os.getpid())
    assert Autosave(Holder.new(), tmp_path).left_behind() == []
    assert path.exists()  # a newer version may be able to


# -- two windows


def test_the_second_window_is_told_and_the_first_gives_back(tmp_path: Path) -> None:
    first, second = (ProjectLock(tmp_path / "a.huesmith", Holder.new()) for _ in range(2))
    assert first.take() is None and first.take() is None
    holder = second.take()
    assert holder is not None and holder.pid == os.getpid() and holder.here and holder.lives
    second.let_go()
    assert second.take() is not None  # it was not its own
    first.let_go()
    assert list(tmp_path.iterdir()) == []
    assert second.take() is None


def test_open_anyway_takes_the_lock_and_the_first_does_not_give_it_back(tmp_path: Path) -> None:
    first, second = (ProjectLock(tmp_path / "a.huesmith", Holder.new()) for _ in range(2))
    first.take()
    assert second.take(force=True) is None
    first.let_go()
    assert first.take() is not None


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"pid": "x", "host": 1}', '{"pid": -4, "host": ""}', "\0" * 9999])
def test_a_lock_that_says_nothing_is_taken_over(tmp_path: Path, content: str) -> None:
    lock = ProjectLock(tmp_path / "a.huesmith", Holder.new())
    lock.path.write_text(content)
    assert lock.take() is None


def test_a_dead_process_s_lock_is_taken_over_and_another_computer_s_is_believed(tmp_path: Path, gone: set[int]) -> None:
    lock = ProjectLock(tmp_path / "a.huesmith", Holder.new())
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    lock.path.write_text(someone(ended.pid, started="").to_text())
    assert lock.take() is None
    lock.let_go()
    lock.path.write_text(Holder(ended.pid, "another computer", "", "x").to_text())
    other = lock.take()
    assert other is not None and not other.here


def test_where_no_lock_can_be_made_there_is_none(tmp_path: Path) -> None:
    lock = ProjectLock(tmp_path / "not there" / "a.huesmith", Holder.new())
    assert lock.take() is None
    lock.let_go()


def test_taking_the_lock_does_not_end_whom_it_asks_about(tmp_path: Path) -> None:
    sleeper = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    lock = ProjectLock(tmp_path / "a.huesmith", Holder.new())
    started = project_lock._started(sleeper.pid)
    lock.path.write_text(someone(sleeper.pid, started=started).to_text())
    assert lock.take() is not None
    assert sleeper.poll() is None
    with suppress(BrokenPipeError):
        sleeper.communicate(b"\n", timeout=20)


def test_a_large_map_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    from core import indexed_png

    labels = np.random.default_rng(1).integers(0, 60, (1300, 1700)).astype(np.uint8)
    labels[:, 400:] = 7
    assert np.array_equal(indexed_png.decode(indexed_png.encode(labels, default_label_set()), labels.shape), labels)
