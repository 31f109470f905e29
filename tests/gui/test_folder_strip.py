"""The folder strip: thumbnails come by themselves, ten thousand photos cost nothing, a click opens."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from pytestqt.qtbot import QtBot

from core.photo_pages import expand
from gui import folder_strip
from gui.folder_strip import BROKEN, CURRENT, DONE, FolderStrip, Thumbnails, read_thumbnail


@pytest.fixture
def strip(qtbot: QtBot):
    strip = FolderStrip()
    qtbot.addWidget(strip)
    strip.resize(900, strip.height())
    strip.show()
    yield strip
    strip.photos.thumbnails.stop()


def test_thumbnails_come_from_another_thread(strip: FolderStrip, samples: dict[str, Path], qtbot: QtBot) -> None:
    strip.photos.set_paths(list(samples.values()))
    model = strip.photos

    def all_there() -> bool:
        pixmaps = [model.index(row, 0).data(Qt.ItemDataRole.DecorationRole) for row in range(model.rowCount())]
        return all(isinstance(pixmap, QPixmap) and not pixmap.isNull() for pixmap in pixmaps)

    qtbot.waitUntil(all_there, timeout=10000)


def test_reading_happens_off_the_window_s_thread(qtbot: QtBot, small_photo: Path, monkeypatch) -> None:
    threads = []
    read = folder_strip.read_thumbnail
    monkeypatch.setattr(
        folder_strip, "read_thumbnail", lambda *given: (threads.append(threading.current_thread()), read(*given))[1]
    )
    thumbnails = Thumbnails()
    with qtbot.waitSignal(thumbnails.ready):
        assert thumbnails.get(small_photo) is None
        assert thumbnails.get(small_photo) is None  # asked twice, read once
    assert len(threads) == 1
    assert threads[0] is not threading.main_thread()
    assert not thumbnails.get(small_photo).isNull()


def test_ten_thousand_photos_are_shown_by_reading_only_what_is_seen(
    strip: FolderStrip, monkeypatch, qtbot: QtBot
) -> None:
    read: list[Path] = []

    def note(path: Path, size: QSize) -> tuple[QImage, str]:
        read.append(path)
        return QImage(), "it is not there"

    monkeypatch.setattr(folder_strip, "read_thumbnail", note)
    paths = [Path(f"/photos/{number:05}.jpg") for number in range(10_000)]
    strip.photos.set_paths(paths)
    strip.set_current(9_000)
    qtbot.waitUntil(lambda: paths[9_000] in read, timeout=5000)
    strip.photos.thumbnails.stop()
    assert len(read) < 300


def test_a_click_opens(strip: FolderStrip, samples: dict[str, Path], qtbot: QtBot) -> None:
    strip.photos.set_paths(list(samples.values()))
    place = strip.visualRect(strip.photos.index(2, 0)).center()
    with qtbot.waitSignal(strip.photoChosen) as heard:
        qtbot.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert heard.args == [2]


def test_marks_say_done_current_and_broken(strip: FolderStrip, samples: dict[str, Path]) -> None:
    paths = list(samples.values())
    strip.photos.set_paths(paths)
    strip.photos.mark(paths[1], done=True)
    strip.photos.mark(paths[2], broken="It is cut short.")
    strip.set_current(1)
    marks = [[strip.photos.index(row, 0).data(role) for role in (DONE, CURRENT, BROKEN)] for row in range(3)]
    assert marks == [[False, False, False], [True, True, False], [False, False, True]]
    assert "done" in strip.photos.index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert strip.photos.index(2, 0).data(Qt.ItemDataRole.ToolTipRole).endswith("It is cut short.")
    strip.photos.mark(paths[2], broken="")
    assert not strip.photos.index(2, 0).data(BROKEN)


def test_an_unreadable_file_has_an_empty_thumbnail_and_a_reason(tmp_path: Path) -> None:
    path = tmp_path / "no.jpg"
    path.write_bytes(b"not a photo")
    for wrong in (path, tmp_path / "missing.png"):
        image, why = read_thumbnail(wrong, QSize(100, 70))
        assert image.isNull()
        assert wrong.name in why


def test_an_unreadable_file_bears_its_reason_in_the_strip(strip: FolderStrip, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "no.jpg"
    path.write_bytes(b"not a photo")
    strip.photos.set_paths([path])
    index = strip.photos.index(0, 0)
    qtbot.waitUntil(lambda: bool(index.data(BROKEN)), timeout=10000)
    assert "is not a photo that can be opened" in index.data(Qt.ItemDataRole.ToolTipRole)


def test_pages_of_a_scan_have_names_and_thumbnails_of_their_own(
    strip: FolderStrip, tmp_path: Path, qtbot: QtBot
) -> None:
    scan = tmp_path / "scan.pdf"
    sheets = [Image.new("RGB", (120, 80), color) for color in ((250, 0, 0), (0, 0, 250))]
    sheets[0].save(scan, save_all=True, append_images=sheets[1:])
    strip.photos.set_paths(expand(scan))
    assert [strip.photos.index(row, 0).data() for row in range(2)] == ["scan.pdf - page 1", "scan.pdf - page 2"]
    last = strip.photos.index(1, 0)
    qtbot.waitUntil(lambda: isinstance(last.data(Qt.ItemDataRole.DecorationRole), QPixmap), timeout=10000)
    seen = last.data(Qt.ItemDataRole.DecorationRole).toImage().pixelColor(30, 20)
    assert seen.blue() > 200 > 60 > seen.red()


def test_a_turned_photo_stands_upright(tmp_path: Path) -> None:
    path = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright
    Image.fromarray(np.zeros((200, 300, 3), np.uint8)).save(path, exif=exif)
    image, _ = read_thumbnail(path, QSize(104, 70))
    assert image.height() > image.width()
    assert image.width() >= 104


@pytest.mark.parametrize("shape", [(1, 5000), (5000, 1), (1, 1)])
def test_extreme_shapes_have_thumbnails_too(shape: tuple[int, int], tmp_path: Path) -> None:
    path = tmp_path / "thin.png"
    Image.fromarray(np.full((*shape, 3), 90, np.uint8)).save(path)
    image, _ = read_thumbnail(path, QSize(104, 70))
    assert not image.isNull()
    assert image.width() * image.height() < 2_000_000
