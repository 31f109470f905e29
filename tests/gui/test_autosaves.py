"""Autosaves in the real window: kept every minute and before risky jobs, offered back after a kill, gone when saved."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from core.autosave import Autosave, Left
from core.document import Document
from core.errors import ExportError
from core.photo import load_photo
from core.project import Draft, load_project
from core.project_lock import Holder
from core.project_work import taken
from gui.features import autosaves
from gui.features.autosaves import sentence
from gui.main_window import MainWindow
from gui.recovery_dialog import RecoveryDialog
from tests.core.projects import own_set, same_work, save, worked_on
from tests.gui.conftest import PATIENCE, paint, wait_coloured

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import sys
import numpy as np
from PySide6.QtCore import QSettings, QTimer
QSettings.setDefaultFormat(QSettings.Format.IniFormat)
QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, sys.argv[2])
from core.engine import Engine
from gui import app
from gui.features import autosaves
from gui.worker import Worker
from tests.core.fakes import FakeModels
autosaves.KEEP_MS = 30
app.Worker = lambda **_: Worker(lambda: Engine(models=FakeModels()))
window = app.create_window([sys.argv[1], "--out", sys.argv[2]])
window.show()

def paint():
    document = window.document
    if document is None or document.segmented is None:
        return
    if not document.history():
        document.begin_stroke("Brush: bird")
        document.paint(np.ones((20, 20), bool), 10, 10, 7)
        document.end_stroke()
    elif window.autosaves._kept:
        print("kept", flush=True)

timer = QTimer(interval=10, timeout=paint)
timer.start()
app.QApplication.instance().exec()
"""


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder of this test alone."""
    folder = tmp_path / "data"
    monkeypatch.setenv("HUESMITH_DATA", str(folder))
    return folder


def gone_holder(token: str) -> Holder:
    """A process that has ended, though another one has its number now."""
    mine = Holder.new()
    return Holder(mine.pid, mine.host, "long ago", token)


def leave_behind(photo: Path, of: Path | None = None) -> Document:
    """What a crash leaves of work on a photo; the document as it was."""
    document = worked_on(load_photo(photo))
    Autosave(gone_holder(photo.stem)).keep(Draft(taken(document).settled(), photo, document.photo, of=of))
    return document


def kept(window: MainWindow) -> list[Path]:
    """The autosaves of a window."""
    return sorted(window.autosaves.store.folder.glob("*.huesmith"))


def test_a_change_is_kept_within_the_time_and_goes_when_it_is_saved(
    monkeypatch: pytest.MonkeyPatch, open_window: Callable[..., MainWindow], photos: list[Path], tmp_path: Path,
    qtbot: QtBot,
) -> None:  # fmt: skip
    monkeypatch.setattr(autosaves, "KEEP_MS", 40)
    window = open_window(photos[0])
    wait_coloured(qtbot, window, photos[0])
    assert kept(window) == []
    paint(window, 7)
    qtbot.waitUntil(lambda: bool(kept(window)), timeout=PATIENCE)
    project = load_project(kept(window)[0])
    assert same_work(project.work, taken(window.document)) and project.of is None
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(tmp_path / "a.huesmith"), ""))
    window.project.save()
    qtbot.waitUntil(lambda: not window.document.modified and kept(window) == [], timeout=PATIENCE)
    paint(window, 9, top=60)
    qtbot.waitUntil(lambda: bool(kept(window)), timeout=PATIENCE)
    assert load_project(kept(window)[0]).of == tmp_path / "a.huesmith"
    window.session.undo()
    qtbot.waitUntil(lambda: kept(window) == [], timeout=PATIENCE)
    assert window.autosaves.store.folder.parent.is_dir()
    monkeypatch.setattr(window.asking, "may_lose", lambda unsaved: True)
    paint(window, 9, top=60)
    window.close()
    assert list((tmp_path / "data" / "autosave").iterdir()) == []


def test_a_stroke_that_is_drawn_is_not_cut_off(
    coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(autosaves, "AGAIN_MS", 20)
    paint(coloured, 7)
    coloured.document.begin_stroke("Brush: sky")
    coloured.document.paint(np.ones((5, 5), bool), 50, 50, 9)
    coloured.autosaves.keep_now()
    assert coloured.document.painting and kept(coloured) == []
    coloured.document.end_stroke()
    qtbot.waitUntil(lambda: bool(kept(coloured)), timeout=PATIENCE)
    assert load_project(kept(coloured)[0]).work.labels[52, 52] == 9


def test_work_is_kept_before_a_risky_job_and_when_its_photo_is_left(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot
) -> None:
    paint(coloured, 7)
    coloured.actions_by_id["labels.resegment"].trigger()
    qtbot.waitUntil(lambda: len(kept(coloured)) == 1, timeout=PATIENCE)
    paint(coloured, 9, top=60)
    work = taken(coloured.document).settled()
    coloured.session.skip()
    wait_coloured(qtbot, coloured, photos[1])
    qtbot.waitUntil(lambda: same_work(load_project(kept(coloured)[0]).work, work), timeout=PATIENCE)
    paint(coloured, 11)
    coloured.session.skip()
    qtbot.waitUntil(lambda: len(kept(coloured)) == 2, timeout=PATIENCE)
    assert all(load_project(path).preview for path in kept(coloured))


def test_what_cannot_be_kept_is_said_once(
    coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise ExportError("Your work cannot be kept; save it.")

    said: list[str] = []
    coloured.session.failed.connect(said.append)
    with monkeypatch.context() as disk:
        disk.setattr(Autosave, "keep", full)
        for top in (10, 40):
            paint(coloured, 7, top=top)
            coloured.autosaves.keep_now()
            qtbot.waitUntil(lambda: not coloured.autosaves._writer.busy, timeout=PATIENCE)
    assert said == ["Your work cannot be kept; save it."]
    coloured.autosaves._timer.start(10)  # the minute is over: without another change it is tried again
    qtbot.waitUntil(lambda: len(kept(coloured)) == 1, timeout=PATIENCE)
    assert coloured.document.label_at(20, 20) == 7


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is nothing like it on this system")
def test_the_next_start_gives_back_what_a_killed_window_had(
    open_window: Callable[..., MainWindow], photos: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    program = subprocess.Popen([sys.executable, "-c", PROGRAM, str(photos[0]), str(tmp_path / "other")], cwd=ROOT,
                               stdout=subprocess.PIPE, text=True)  # fmt: skip
    assert program.stdout.readline() == "kept\n"
    os.kill(program.pid, signal.SIGKILL)
    program.communicate()
    window = open_window(photos[1])
    wait_coloured(qtbot, window, photos[1])
    qtbot.waitUntil(lambda: window.autosaves.offered != "", timeout=PATIENCE)
    assert window.autosaves.offered.startswith("Your work on a.png was not saved when Huesmith ended (")
    restore = window.autosaves._bar.buttons[0]
    assert restore.text() == "Restore"
    qtbot.mouseClick(restore, Qt.MouseButton.LeftButton)
    wait_coloured(qtbot, window, photos[0])
    assert (window.document.labels[10:30, 10:30] == 7).all() and (window.document.labels == 7).sum() == 400
    assert window.document.modified and window.isWindowModified() and window.autosaves.offered == ""
    qtbot.waitUntil(lambda: len(kept(window)) == 1, timeout=PATIENCE)  # it is kept anew before what was left goes
    qtbot.waitUntil(lambda: len(list((tmp_path / "data" / "autosave").iterdir())) == 1, timeout=PATIENCE)
    assert (window.session.result.chroma[20, 20] == (7, -3.5)).all()


def test_restored_work_belongs_to_its_project_and_is_newer(
    open_window: Callable[..., MainWindow], photos: list[Path], qtbot: QtBot
) -> None:
    project = save(photos[0].with_suffix(".huesmith"), Document(load_photo(photos[0]), own_set()))
    document = leave_behind(photos[0], project)
    before = project.read_bytes()
    window = open_window(photos[1])
    qtbot.waitUntil(lambda: window.autosaves.offered != "", timeout=PATIENCE)
    window.autosaves.restore_all()
    wait_coloured(qtbot, window, photos[0])
    assert same_work(taken(window.document), taken(document)) and window.document.modified
    assert window.project.home.path == project and project.read_bytes() == before
    window.project.save()
    qtbot.waitUntil(lambda: not window.document.modified, timeout=PATIENCE)
    assert same_work(load_project(project).work, taken(document))


def test_the_list_restores_some_and_gives_others_up(
    open_window: Callable[..., MainWindow], photos: list[Path], data: Path, qtbot: QtBot
) -> None:
    for photo in photos:
        leave_behind(photo)
    window = open_window(photos[1])
    wait_coloured(qtbot, window, photos[1])
    qtbot.waitUntil(lambda: "2 other photos" in window.autosaves.offered, timeout=PATIENCE)
    qtbot.mouseClick(window.autosaves._bar.buttons[1], Qt.MouseButton.LeftButton)
    dialog = window.findChild(RecoveryDialog)
    assert dialog.list.count() == 3 and len(dialog.chosen) == 3
    assert not any(dialog.list.item(row).icon().isNull() for row in range(3))
    names = [dialog.list.item(row).text().splitlines()[0] for row in range(3)]
    dialog.list.clearSelection()
    assert not dialog.restore.isEnabled()
    dialog.list.item(names.index("c.png")).setSelected(True)
    qtbot.mouseClick(dialog.discard, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "another photo" in window.autosaves.offered, timeout=PATIENCE)
    qtbot.waitUntil(lambda: not (data / "autosave" / "c").exists(), timeout=PATIENCE)
    window.autosaves.restore_all()  # both: the first opens, the other waits in the strip, and is not lost meanwhile
    qtbot.waitUntil(lambda: window.document is not None and window.document.modified, timeout=PATIENCE)
    other = window.session.paths[1]
    qtbot.waitUntil(lambda: len(kept(window)) == 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: len(list((data / "autosave").iterdir())) == 2, timeout=PATIENCE)
    assert (data / "autosave" / other.stem).is_dir()
    window.session.skip()
    wait_coloured(qtbot, window, other)
    assert window.document.modified
    qtbot.waitUntil(lambda: not (data / "autosave" / other.stem).exists(), timeout=PATIENCE)


def test_giving_all_up_asks_first(
    open_window: Callable[..., MainWindow], photos: list[Path], data: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    leave_behind(photos[0])
    window = open_window(photos[1])
    qtbot.waitUntil(lambda: window.autosaves.offered != "", timeout=PATIENCE)
    answers = ["Cancel", "Discard"]
    monkeypatch.setattr(window.project.ask, "ask", lambda *_: answers.pop(0))
    window.autosaves.discard_all()
    assert window.autosaves.offered and (data / "autosave" / "a").is_dir()
    window.autosaves.discard_all()
    assert window.autosaves.offered == ""
    qtbot.waitUntil(lambda: not (data / "autosave" / "a").exists(), timeout=PATIENCE)
    assert QApplication.activeModalWidget() is None


def test_the_offer_names_the_photo_the_time_and_how_many_more(photos: list[Path], data: Path) -> None:
    leave_behind(photos[0])
    (left,) = Autosave(Holder.new()).left_behind()
    assert sentence([left]) == f"Your work on a.png was not saved when Huesmith ended ({left.when:%H:%M})."
    assert " and on another photo was" in sentence([left, left])
    old = Left(left.path, left.photo, None, left.when.replace(year=2020))
    assert "(2020-" in sentence([old])
