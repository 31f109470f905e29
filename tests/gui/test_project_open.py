"""Opening projects in the real window: by a drop, with a photo that moved, twice, beside a photo."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.qtbot import QtBot

from core.document import Document
from core.photo import load_photo
from core.project import load_project
from core.project_lock import Holder, ProjectLock
from core.project_work import taken
from gui.main_window import MainWindow
from tests.core.projects import same_work, save, worked_on
from tests.gui.conftest import PATIENCE, paint, wait_coloured
from tests.gui.project_hands import answer, key_save, press


@pytest.fixture
def project(photos: list[Path]) -> Path:
    """A project in a folder beside that of its photo, where nothing is found by chance."""
    photos[0].parent.with_name("projects").mkdir()
    return save(photos[0].parent.with_name("projects") / "p.huesmith", worked_on(load_photo(photos[0])))


def opened(qtbot: QtBot, window: MainWindow, path: Path) -> Document:
    """Open a project by a drop, and wait until it is coloured."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    before = window.document
    drop = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier(0))
    window.dropEvent(drop)
    qtbot.waitUntil(lambda: window.document not in (before, None), timeout=PATIENCE)
    wait_coloured(qtbot, window, window.document.path)
    return window.document


def test_a_photo_that_moved_is_located_by_the_person(
    coloured: MainWindow, photos: list[Path], project: Path, tmp_path: Path, qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (tmp_path / "far" / "away").mkdir(parents=True)
    moved = Path(shutil.move(photos[0], tmp_path / "far" / "away" / "b.png"))
    answer(monkeypatch, moved)
    seen: list[str] = []
    press(qtbot, "Locate…", seen)
    document = opened(qtbot, coloured, project)
    assert "a.png is not to be found" in seen[0] and str(photos[0]) in seen[0]
    assert document.path == moved and same_work(taken(document), load_project(project).work)
    paint(coloured, 7)
    key_save(qtbot, coloured)
    assert load_project(project).photo.path == str(moved)


def test_without_the_photo_the_labels_open_on_the_preview_and_the_photo_is_not_forgotten(
    coloured: MainWindow, photos: list[Path], project: Path, qtbot: QtBot
) -> None:
    photos[0].rename(photos[0].with_suffix(".away"))
    photos[0].with_suffix(".away").write_bytes(b"")
    press(qtbot, "Open on the preview")
    document = opened(qtbot, coloured, project)
    assert "a.png is not to be found: this is its small preview" in coloured.notice.text
    assert document.path != photos[0] and same_work(taken(document), load_project(project).work)
    paint(coloured, 7)
    key_save(qtbot, coloured)
    assert load_project(project).photo.path == str(photos[0]) and load_project(project).photo.sha256


def test_another_content_is_told_and_may_be_used(
    coloured: MainWindow, photos: list[Path], project: Path, qtbot: QtBot
) -> None:
    before = coloured.document
    photos[0].write_bytes(photos[0].read_bytes() + b"edited")
    seen: list[str] = []
    press(qtbot, "Cancel", seen)
    coloured.open([project])
    qtbot.waitUntil(lambda: bool(seen) and not coloured.project._jobs.busy, timeout=PATIENCE)
    assert "a.png is not the photo" in seen[0] and coloured.document is before
    assert ProjectLock(project, Holder.new()).take() is None
    ProjectLock(project, Holder.new()).take(force=True)
    ProjectLock(project, Holder.new()).path.unlink()
    press(qtbot, "Use it all the same")
    assert same_work(taken(opened(qtbot, coloured, project)), load_project(project).work)


@pytest.mark.parametrize(("text", "own"), [("Open a copy", False), ("Open anyway", True)])
def test_the_second_window_is_told(
    coloured: MainWindow, project: Path, tmp_path: Path, qtbot: QtBot, text: str, own: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    first = ProjectLock(project, Holder.new())
    first.take()
    seen: list[str] = []
    press(qtbot, text, seen)
    opened(qtbot, coloured, project)
    assert "p.huesmith is open in another window" in seen[0]
    assert (coloured.project.home.path == project) is own
    paint(coloured, 7)
    if not own:  # neither by chance nor by choice is the other's project written over
        answer(monkeypatch, project)
        coloured.project.save()
        qtbot.waitUntil(lambda: "is open in another window" in coloured.notice.text, timeout=PATIENCE)
        answer(monkeypatch, tmp_path / "copy.huesmith")
    key_save(qtbot, coloured)
    assert np.array_equal(load_project(project).work.labels, coloured.document.labels) is own


def test_a_project_that_cannot_be_read_is_a_sentence(coloured: MainWindow, tmp_path: Path, qtbot: QtBot) -> None:
    before, path = coloured.document, tmp_path / "bad.huesmith"
    path.write_bytes(b"PK\3\4")
    coloured.open([path])
    qtbot.waitUntil(lambda: "bad.huesmith is no whole project" in coloured.notice.text, timeout=PATIENCE)
    assert coloured.document is before


def test_opening_again_asks_before_unsaved_work_goes(
    coloured: MainWindow, project: Path, qtbot: QtBot
) -> None:
    opened(qtbot, coloured, project)
    paint(coloured, 7)
    document = coloured.document
    press(qtbot, "Cancel")
    coloured.open([project])
    qtbot.waitUntil(lambda: not coloured.project._jobs.busy, timeout=PATIENCE)
    qtbot.wait(50)
    assert coloured.document is document and document.modified
    press(qtbot, "Open all the same")
    assert opened(qtbot, coloured, project).label_at(20, 20) != 7 or coloured.document is not document


def test_the_project_beside_a_photo_is_offered(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot
) -> None:
    path = save(photos[1].with_suffix(".huesmith"), worked_on(load_photo(photos[1])))
    coloured.session.skip()
    wait_coloured(qtbot, coloured, photos[1])
    qtbot.waitUntil(lambda: coloured.project._bar is not None and coloured.project._bar.text != "", timeout=PATIENCE)
    assert "b.huesmith" in coloured.project._bar.text
    fresh = coloured.document
    qtbot.mouseClick(coloured.project._bar.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: coloured.document not in (fresh, None), timeout=PATIENCE)
    wait_coloured(qtbot, coloured, photos[1])
    assert same_work(taken(coloured.document), load_project(path).work)
    assert coloured.project._bar.text == "" and coloured.session.paths == photos


def test_a_project_of_another_shape_is_a_sentence_and_the_photo_opens_without_it(
    coloured: MainWindow, photos: list[Path], project: Path, qtbot: QtBot
) -> None:
    shutil.copy(photos[2], photos[0])
    press(qtbot, "Use it all the same")
    coloured.open([project])
    qtbot.waitUntil(lambda: "64 × 64 pixels" in coloured.notice.text, timeout=PATIENCE)
    coloured.session.go_to(0)
    qtbot.waitUntil(lambda: coloured.document is not None and coloured.document.labels.shape == (64, 64),
                    timeout=PATIENCE)  # fmt: skip
    assert coloured.project.home.path is None and ProjectLock(project, Holder.new()).take() is None
