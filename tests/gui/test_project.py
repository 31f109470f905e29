"""Projects in the real window: saved, opened in another window, the same pixels."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QTimer
from pytestqt.qtbot import QtBot

from core import indexed_png, project_files, project_zip
from core.errors import ExportError
from core.formats import ExportSettings
from core.guidance import Hint, Rule, Swatch
from core.photo import load_photo
from core.project import load_project
from core.project_work import Work, taken
from gui.main_window import MainWindow
from tests.core.projects import same_work, save, worked_on
from tests.gui.brushwork import shot
from tests.gui.conftest import PATIENCE, paint, wait_coloured
from tests.gui.project_hands import answer, key_save, press, saved
from tests.gui.test_whole_job import quiet

RED = Swatch(0.8, 0.1, 0.1, "red")


def decide(window: MainWindow) -> None:
    """Paint, and set a rule and a hint."""
    paint(window, 7)
    window.document.set_guidance("Rule", rules=(Rule(7, RED, 0.6),))
    window.document.set_guidance("Hint", hints=(Hint(((0.7, 0.7),), RED, 0.05),))


def test_another_window_opens_the_same_picture_to_the_last_pixel(
    coloured: MainWindow, open_window: Callable[..., MainWindow], photos: list[Path], tmp_path: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    coloured.actions_by_id["colour.colorizer.prior"].trigger()
    coloured.set_view("RESULT")
    decide(coloured)
    coloured.session.skip()
    wait_coloured(qtbot, coloured, photos[1])
    coloured.session.previous()  # so that all of it is rendered anew, and not only what was edited
    wait_coloured(qtbot, coloured, photos[0])
    quiet(qtbot, coloured)
    seen, chroma = shot(coloured.canvas), coloured.session.result.chroma
    work = taken(coloured.document).settled()
    answer(monkeypatch, tmp_path / "kept")
    key_save(qtbot, coloured)
    path = tmp_path / "kept.huesmith"
    assert not coloured.document.modified and not coloured.isWindowModified()
    assert coloured.windowTitle() == "a.png[*] – kept.huesmith – Huesmith"
    with qtbot.waitSignal(coloured.session.said, timeout=PATIENCE):
        coloured.session.export(tmp_path / "one.png", ExportSettings())
    coloured.close()
    assert not list(tmp_path.glob(".*lock"))

    again = open_window(path)
    wait_coloured(qtbot, again, photos[0])
    quiet(qtbot, again)
    assert same_work(taken(again.document), work)
    assert np.array_equal(again.session.result.chroma, chroma)
    assert again.session.recolour.colorizer == "prior" and not again.document.modified
    again.resize(coloured.size())
    quiet(qtbot, again)
    assert np.array_equal(shot(again.canvas), seen)
    with qtbot.waitSignal(again.session.said, timeout=PATIENCE):
        again.session.export(tmp_path / "two.png", ExportSettings())
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
    paint(again, 9, top=60)
    assert again.isWindowModified()
    key_save(qtbot, again)  # no dialog is asked any more
    assert (load_project(path).work.labels[60:80, 10:30] == 9).all()
    assert again.settings["files.recent"][0] == str(path)


def test_a_project_named_from_where_one_is_belongs_to_its_place(
    open_window: Callable[..., MainWindow], photos: list[Path], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save(photos[0].with_suffix(".huesmith"), worked_on(load_photo(photos[0])))
    monkeypatch.chdir(path.parent)
    window = open_window(path.name)
    wait_coloured(qtbot, window, photos[0])
    assert window.project.home.path == path
    monkeypatch.chdir(path.parent.parent)
    paint(window, 7)
    key_save(qtbot, window)
    assert np.array_equal(load_project(path).work.labels, window.document.labels)


def test_a_photo_s_work_is_still_its_project_s_after_looking_at_another(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = save(photos[0].with_suffix(".huesmith"), worked_on(load_photo(photos[0])))
    work = load_project(project).work
    fresh = coloured.document
    coloured.open([project])
    qtbot.waitUntil(lambda: coloured.document not in (fresh, None), timeout=PATIENCE)
    wait_coloured(qtbot, coloured, photos[0])
    assert coloured.session.paths == photos  # it is in the strip already
    coloured.session.open(photos[1:])
    wait_coloured(qtbot, coloured, photos[1])
    coloured.session.open(photos)
    wait_coloured(qtbot, coloured, photos[0])
    assert same_work(taken(coloured.document), work)
    key_save(qtbot, coloured)
    assert same_work(load_project(project).work, work)


def test_a_result_saved_is_not_the_project_saved(
    coloured: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, tmp_path / "a.huesmith")
    key_save(qtbot, coloured)
    paint(coloured, 7)
    with qtbot.waitSignal(coloured.session.photoDone, timeout=PATIENCE):
        coloured.session.save()
    assert coloured.document.modified


def test_closing_asks_and_save_keeps_every_photo_s_work_beside_it(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot
) -> None:
    twin = shutil.copy(photos[0], photos[0].with_suffix(".jpeg"))  # the same stem: the second gets a number
    coloured.open([photos[0], Path(twin)])
    qtbot.waitUntil(lambda: len(coloured.session.paths) == 2, timeout=PATIENCE)
    wait_coloured(qtbot, coloured, photos[0])
    paint(coloured, 7)
    coloured.session.skip()
    wait_coloured(qtbot, coloured, Path(twin))
    paint(coloured, 9)
    seen: list[str] = []
    press(qtbot, "Save", seen)
    assert not coloured.close()
    qtbot.waitUntil(lambda: not coloured.isVisible(), timeout=PATIENCE)
    assert len(seen) == 1 and "a.png" in seen[0] and "a.jpeg" in seen[0]
    kept = {path.name: load_project(path) for path in photos[0].parent.glob("*.huesmith")}
    assert {name: project.photo.name for name, project in kept.items()} in (
        {"a.huesmith": "a.png", "a-2.huesmith": "a.jpeg"}, {"a.huesmith": "a.jpeg", "a-2.huesmith": "a.png"}
    )  # fmt: skip
    assert {int(one.work.labels[20, 20]) for one in kept.values()} == {7, 9}
    assert all(one.preview for one in kept.values())


@pytest.mark.parametrize(("text", "closes"), [("Cancel", False), ("Don’t save", True)])
def test_closing_without_saving_writes_nothing(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot, text: str, closes: bool
) -> None:
    paint(coloured, 7)
    press(qtbot, text)
    assert coloured.close() is closes
    assert not list(photos[0].parent.glob("*.huesmith"))


def test_a_project_that_cannot_be_written_is_a_sentence_and_the_window_stays(
    coloured: MainWindow, photos: list[Path], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_: object, **__: object) -> Path:
        raise ExportError(f"{path} could not be written because the disk is full; free some space.")

    monkeypatch.setattr("core.project.save_project", full)
    paint(coloured, 7)
    press(qtbot, "Save")
    assert not coloured.close()
    qtbot.waitUntil(lambda: "disk is full" in coloured.notice.text, timeout=PATIENCE)
    assert coloured.isVisible() and coloured.document.modified and coloured.document.label_at(20, 20) == 7
    assert not list(photos[0].parent.glob(".*lock"))


def test_work_that_goes_on_while_it_is_saved_is_still_to_be_saved(
    coloured: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, tmp_path / "a.huesmith")
    paint(coloured, 7)

    def and_paint() -> None:
        coloured.project.save()
        QTimer.singleShot(0, lambda: paint(coloured, 9, top=60))

    saved(qtbot, coloured, and_paint)
    project = load_project(tmp_path / "a.huesmith")
    assert (project.work.labels[10:30, 10:30] == 7).all()
    caught_up = (project.work.labels[60:80, 10:30] == 9).all()  # painted while the map was copied: then taken anew
    assert coloured.document.modified is not caught_up


def test_the_window_leaves_copying_and_writing_to_threads(
    coloured: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = set()
    work = ((Work, "settled"), (project_zip, "pack"), (indexed_png, "encode"), (project_files, "sha256_of"))
    for owner, name in work:
        real = getattr(owner, name)

        def noted(*arguments, real=real, **named):
            threads.add(threading.get_ident())
            return real(*arguments, **named)

        monkeypatch.setattr(owner, name, noted)
    answer(monkeypatch, tmp_path / "a.huesmith")
    paint(coloured, 7)
    saved(qtbot, coloured, coloured.project.save)
    assert threads and threading.get_ident() not in threads


def test_what_is_kept_inside_is_a_switch(
    coloured: MainWindow, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(monkeypatch, tmp_path / "a.huesmith")
    decide(coloured)
    key_save(qtbot, coloured)
    plain = load_project(tmp_path / "a.huesmith")
    assert plain.photo.entry == "" and plain.work.steps == ()
    for name in ("project.embed", "project.history"):
        coloured.actions_by_id[name].trigger()
    key_save(qtbot, coloured)
    full = load_project(tmp_path / "a.huesmith")
    assert full.photo.entry == "photo/a.png" and [step.name for step in full.work.steps] == coloured.document.history()
