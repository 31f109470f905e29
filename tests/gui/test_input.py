"""Ways in: the pages of a scan, the clipboard, the screen; and what is broken takes nothing away."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage, QKeySequence
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from core.photo import load_photo
from core.photo_pages import expand, page_path
from gui.features import clipboard
from gui.folder_strip import BROKEN, CURRENT
from gui.main_window import MainWindow
from gui.menus import fill_recent
from tests.gui.conftest import PATIENCE, wait_coloured

TIP = Qt.ItemDataRole.ToolTipRole


def copied(**what: object) -> None:
    """Put a picture or files into the clipboard."""
    data = QMimeData()
    if "image" in what:
        data.setImageData(what["image"])
    if "files" in what:
        data.setUrls([QUrl.fromLocalFile(str(path)) for path in what["files"]])
    QGuiApplication.clipboard().setMimeData(data)


def picture(width: int = 90, height: int = 60) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    return image


def press_paste(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window.canvas, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A TIFF of three pages, each of another grey."""
    folder = tmp_path / "scans"
    folder.mkdir()
    sheets = [Image.fromarray(np.full((60, 90), gray, np.uint8)) for gray in (60, 120, 180)]
    sheets[0].save(folder / "scan.tif", save_all=True, append_images=sheets[1:])
    return folder / "scan.tif"


# -- pages


def test_a_scan_opens_page_by_page_and_each_is_saved_under_its_number(
    open_window: Callable[..., MainWindow], scan: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    window = open_window(scan)
    wait_coloured(qtbot, window, page_path(scan, 0))
    assert window.session.paths == expand(scan)
    assert "scan.tif - page 1" in window.windowTitle()
    window.actions_by_id["file.skip"].trigger()
    wait_coloured(qtbot, window, page_path(scan, 1))
    assert int(window.document.photo.pixels[0, 0]) == 120
    with qtbot.waitSignal(window.session.photoDone, timeout=PATIENCE):
        window.actions_by_id["file.save"].trigger()
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"scan_p002_color.tif", "scan_p002_labels.png"}


def test_edits_of_a_page_come_back_with_it(
    open_window: Callable[..., MainWindow], scan: Path, qtbot: QtBot
) -> None:
    window = open_window(scan)
    wait_coloured(qtbot, window, page_path(scan, 0))
    window.document.begin_stroke("Brush")
    window.document.paint(np.ones((9, 9), bool), 5, 5, 7)
    window.document.end_stroke()
    for _ in range(2):
        window.strip.photoChosen.emit((window.session.index + 1) % 2)
        wait_coloured(qtbot, window, page_path(scan, window.session.index))
    assert window.session.index == 0
    assert (window.document.labels[5:14, 5:14] == 7).all()


def test_one_page_alone_opens_from_the_recent_list(
    open_window: Callable[..., MainWindow], scan: Path, photos: list[Path], qtbot: QtBot
) -> None:
    window = open_window(photos[0])
    wait_coloured(qtbot, window, photos[0])
    window.remember_opened([page_path(scan, 2)])
    menu = window.actions_by_id["file.recent"].menu()
    fill_recent(window, menu)
    entry = menu.actions()[0]
    assert "scan.tif - page 3" in entry.text()
    entry.trigger()
    wait_coloured(qtbot, window, page_path(scan, 2))
    assert window.session.paths == [page_path(scan, 2)]


# -- what is broken


def test_a_broken_photo_alone_leaves_the_strip_and_the_document_as_they_were(
    coloured: MainWindow, photos: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(photos[1].read_bytes()[:400])
    document = coloured.document
    coloured.open([broken])
    qtbot.waitUntil(lambda: "broken.jpg" in coloured.notice.text, timeout=PATIENCE)
    assert coloured.notice.text.count(".jpg") == 1
    assert coloured.document is document
    assert coloured.session.paths == [*photos, broken]
    last, first = coloured.strip.photos.index(3, 0), coloured.strip.photos.index(0, 0)
    assert last.data(BROKEN)
    assert "damaged or cut short" in last.data(TIP)
    assert first.data(CURRENT)
    assert coloured.canvas.isVisible()
    coloured.actions_by_id["file.skip"].trigger()
    wait_coloured(qtbot, coloured, photos[1])


def test_a_broken_photo_that_is_mended_loses_its_mark(
    coloured: MainWindow, photos: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nno more")
    coloured.open([broken])
    qtbot.waitUntil(lambda: bool(coloured.strip.photos.index(3, 0).data(BROKEN)), timeout=PATIENCE)
    shutil.copy(photos[2], broken)
    coloured.strip.photoChosen.emit(3)
    wait_coloured(qtbot, coloured, broken)
    assert not coloured.strip.photos.index(3, 0).data(BROKEN)


def test_a_broken_photo_in_a_list_is_shown_as_that_and_the_next_can_be_reached(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot
) -> None:
    photos[1].write_bytes(b"GIF89a no more")
    coloured.actions_by_id["file.skip"].trigger()
    qtbot.waitUntil(lambda: coloured.session.broken, timeout=PATIENCE)
    assert coloured.strip.photos.index(1, 0).data(BROKEN)
    coloured.actions_by_id["file.skip"].trigger()
    wait_coloured(qtbot, coloured, photos[2])


# -- clipboard and screen


def test_a_pasted_picture_is_a_photo_that_counts_as_unsaved_until_it_is_saved(
    coloured: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    copied(image=picture())
    press_paste(coloured, qtbot)
    qtbot.waitUntil(lambda: coloured.document.path.name == "Pasted picture.png", timeout=PATIENCE)
    path = coloured.document.path
    wait_coloured(qtbot, coloured, path)
    assert coloured.document.photo.pixels[5, 5].tolist() == [0x33, 0x66, 0x99]
    assert coloured.session.unsaved() == [path]
    with qtbot.waitSignal(coloured.session.photoDone, timeout=PATIENCE):
        coloured.actions_by_id["file.save"].trigger()
    assert coloured.session.unsaved() == []
    saved = load_photo(tmp_path / "out" / "Pasted picture_color.png")
    assert saved.size == (60, 90)


def test_the_project_of_a_pasted_picture_goes_where_results_go_and_holds_the_picture(
    coloured: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    copied(image=picture())
    press_paste(coloured, qtbot)
    qtbot.waitUntil(lambda: coloured.document.path.name == "Pasted picture.png", timeout=PATIENCE)
    wait_coloured(qtbot, coloured, coloured.document.path)
    saved: list[bool] = []
    coloured.project.save_all([coloured.document.path], lambda: saved.append(True))
    qtbot.waitUntil(lambda: bool(saved), timeout=PATIENCE)
    project = tmp_path / "out" / "Pasted picture.huesmith"
    coloured.document.path.unlink()
    assert project.stat().st_size > 0
    coloured.open([project])
    qtbot.waitUntil(lambda: coloured.document.photo is not None and not coloured.session.recolour.pending)
    assert coloured.document.photo.pixels[5, 5].tolist() == [0x33, 0x66, 0x99]


def test_copied_files_are_opened_as_they_are(coloured: MainWindow, photos: list[Path], qtbot: QtBot) -> None:
    copied(files=photos[1:])
    press_paste(coloured, qtbot)
    wait_coloured(qtbot, coloured, photos[1])
    assert coloured.session.paths == photos[1:]


def test_a_picture_that_is_dropped_is_a_photo_like_a_pasted_one(coloured: MainWindow, qtbot: QtBot) -> None:
    data = QMimeData()
    data.setImageData(picture(70, 40))
    coming = QDragEnterEvent(QPoint(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
                             Qt.KeyboardModifier.NoModifier)  # fmt: skip
    QApplication.sendEvent(coloured, coming)
    assert coming.isAccepted()
    QApplication.sendEvent(coloured, QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, data,
                                                Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier))
    qtbot.waitUntil(lambda: coloured.document.path.name == "Pasted picture.png", timeout=PATIENCE)
    assert coloured.document.photo.size == (40, 70)


def test_an_empty_clipboard_is_a_sentence(coloured: MainWindow, photos: list[Path], qtbot: QtBot) -> None:
    copied()
    press_paste(coloured, qtbot)
    assert coloured.notice.text == clipboard.NOTHING
    assert coloured.document.path == photos[0]


def test_a_text_field_and_a_panel_keep_what_is_pasted_for_themselves(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot
) -> None:
    coloured.activateWindow()
    paste = coloured.actions_by_id["edit.paste_photo"]
    coloured.canvas.setFocus()
    assert paste.shortcut() == QKeySequence("Ctrl+V")
    coloured.palettes.raise_tab()
    coloured.palettes.panel.strip.setFocus()
    assert clipboard.takes_paste(QGuiApplication.focusObject())
    assert paste.shortcut().isEmpty()
    data = QMimeData()
    data.setText("#123456")
    QGuiApplication.clipboard().setMimeData(data)
    qtbot.keyClick(coloured.palettes.panel.strip, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: any(one.hex.lower() == "#123456" for one in coloured.document.wishes.palette))
    coloured.labels_panel.search.setFocus()
    qtbot.keyClick(coloured.labels_panel.search, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert coloured.labels_panel.search.text() == "#123456"
    assert coloured.session.paths == photos


def test_a_screenshot_is_taken_without_the_window_and_opened(
    coloured: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    hidden: list[bool] = []
    monkeypatch.setattr(clipboard, "GONE_MS", 1)
    monkeypatch.setattr(clipboard, "grab_screens", lambda: (hidden.append(coloured.isHidden()), picture(80, 50))[1])
    coloured.actions_by_id["file.screenshot"].trigger()
    qtbot.waitUntil(lambda: coloured.document.path.name == "Screenshot.png", timeout=PATIENCE)
    assert hidden == [True]
    assert coloured.isVisible()
    assert coloured.document.photo.size == (50, 80)


def test_a_screen_that_may_not_be_read_is_a_sentence(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clipboard, "GONE_MS", 1)
    monkeypatch.setattr(clipboard, "grab_screens", QImage)
    coloured.actions_by_id["file.screenshot"].trigger()
    qtbot.waitUntil(lambda: coloured.notice.text == clipboard.NO_SCREEN, timeout=PATIENCE)
    assert coloured.isVisible()
    assert coloured.document.path == photos[0]


# -- names and folders


def test_a_photo_whose_name_is_no_text_or_not_possible_elsewhere_is_opened_and_saved(
    open_window: Callable[..., MainWindow], photos: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    odd = [folder / name for name in ("a: what?.png", "caf\udce9.png")]
    for path in odd:
        shutil.copy(photos[2], path)
    window = open_window(folder)
    for path, saved in zip(odd, ("a_ what_", "caf_")):
        wait_coloured(qtbot, window, path)
        with qtbot.waitSignal(window.session.photoDone, timeout=PATIENCE):
            window.actions_by_id["file.save"].trigger()
        assert (tmp_path / "out" / f"{saved}_color.png").is_file()
        assert f"The name was changed to {saved}" in window.status.message
        window.actions_by_id["file.skip"].trigger()
    window.remember_opened(odd)
    fill_recent(window, window.actions_by_id["file.recent"].menu())


def test_a_folder_for_results_that_cannot_be_is_a_sentence_and_the_work_stays(
    coloured: MainWindow, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "out").write_text("a file stands where the folder should be")
    document = coloured.document
    document.begin_stroke("Brush")
    document.paint(np.ones((9, 9), bool), 5, 5, 7)
    document.end_stroke()
    wait_coloured(qtbot, coloured, document.path)
    coloured.actions_by_id["file.save"].trigger()
    qtbot.waitUntil(lambda: "cannot be made" in coloured.notice.text, timeout=PATIENCE)
    assert coloured.document is document and document.modified
    assert (document.labels[5:14, 5:14] == 7).all()


def test_photos_that_vanish_while_they_are_in_the_strip_are_marked_and_nothing_is_lost(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot
) -> None:
    shutil.rmtree(photos[0].parent)
    coloured.actions_by_id["file.skip"].trigger()
    qtbot.waitUntil(lambda: coloured.session.broken, timeout=PATIENCE)
    assert "is not there" in coloured.strip.photos.index(1, 0).data(TIP)
    assert coloured.session.paths == photos
