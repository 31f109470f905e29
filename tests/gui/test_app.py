"""The window as a person meets it: real clicks, drags and keys on the real widgets."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDockWidget, QLabel, QLineEdit, QListView, QPushButton, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from core.samples import sample_photos
from gui import theme
from gui.main_window import MainWindow
from gui.settings import Settings
from tests.gui.conftest import PATIENCE, paint, wait_coloured


def drag(qtbot: QtBot, window: MainWindow, start: tuple[int, int], end: tuple[int, int]) -> None:
    """A stroke with the left button between two photo points, in three moves."""
    canvas = window.canvas
    a, b = (canvas.to_widget(x + 0.5, y + 0.5).toPoint() for x, y in (start, end))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=a)
    for part in (1, 2, 3):
        qtbot.mouseMove(canvas, a + QPoint((b.x() - a.x()) * part // 3, (b.y() - a.y()) * part // 3))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=b)


def test_the_pieces_bear_their_names(coloured: MainWindow) -> None:
    for name, kind in (("canvas", QWidget), ("labelsPanel", QWidget), ("labelList", QListView),
                       ("labelSearch", QLineEdit), ("folderStrip", QListView)):  # fmt: skip
        assert coloured.findChild(kind, name) is not None, name
    assert coloured.findChild(QAction, "file.open") is coloured.actions_by_id["file.open"]
    assert coloured.document is coloured.session.document


def test_the_whole_job_by_hand(coloured: MainWindow, qtbot: QtBot) -> None:
    window = coloured
    before, result = window.document.labels.copy(), window.session.result.chroma.copy()
    window.actions_by_id["view.labels"].trigger()
    qtbot.keyClick(window, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(window.labels_panel.search, "tree")
    qtbot.keyClick(window.labels_panel.search, Qt.Key.Key_Return)
    tree = window.session.label_set.id("tree")
    assert window.canvas.label == tree
    window.options.set_size(16)
    with qtbot.waitSignal(window.session.recolour.settled, timeout=PATIENCE):
        drag(qtbot, window, (40, 30), (100, 30))
    assert (window.document.labels[30, 40:100] == tree).all()
    after = window.session.result.chroma
    changed = np.abs(after - result).max(axis=2) > 1
    assert changed[30, 45:95].all()
    assert not changed[60:].any()
    assert window.history_panel.texts()[-1] == "Brush: tree"
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert np.array_equal(window.document.labels, before)


def test_the_picker_shows_the_label_in_the_panel(coloured: MainWindow, qtbot: QtBot) -> None:
    coloured.actions_by_id["view.labels"].trigger()
    coloured.actions_by_id["tool.picker"].trigger()
    at = coloured.canvas.to_widget(75, 20).toPoint()
    qtbot.mouseClick(coloured.canvas, Qt.MouseButton.LeftButton, pos=at)
    assert coloured.findChild(QLabel, "currentLabel").text() == "sky"


def test_colours_follow_while_the_stroke_is_drawn(coloured: MainWindow, qtbot: QtBot) -> None:
    seen = []
    coloured.session.coloured.connect(lambda result, rgb: seen.append(coloured.document.painting))
    coloured.document.begin_stroke("Brush")
    for step in range(4):
        coloured.document.paint(np.ones((10, 10), bool), 10, 10 + 12 * step, 7)
        qtbot.waitUntil(lambda count=step: len(seen) > count, timeout=PATIENCE)
    coloured.document.end_stroke()
    assert any(seen)


def test_answers_about_another_photo_are_dropped(coloured: MainWindow, photos: list[Path], qtbot: QtBot) -> None:
    old = coloured.session.result
    coloured.session.skip()
    wait_coloured(qtbot, coloured, photos[1])
    now = coloured.session.result
    coloured.worker.colorized.emit(old, np.zeros((10, 10, 3), np.uint8))
    assert coloured.session.result is now


def test_an_older_answer_does_not_replace_a_newer_one(coloured: MainWindow, qtbot: QtBot) -> None:
    old = coloured.session.result
    with qtbot.waitSignal(coloured.session.recolour.settled, timeout=PATIENCE):
        paint(coloured, 7)
    now = coloured.session.result
    coloured.worker.colorized.emit(old, np.zeros((10, 10, 3), np.uint8))
    assert coloured.session.result is now


def test_without_paths_the_samples_open_and_three_lines_say_what_to_try(
    open_window: Callable[..., MainWindow], qtbot: QtBot
) -> None:
    window = open_window()
    qtbot.waitUntil(lambda: window.session.paths == sample_photos(), timeout=PATIENCE)
    assert window.notice.text.count("<br>") == 2
    wait_coloured(qtbot, window, sample_photos()[0])
    assert Settings()["files.recent"] == []


def test_dismissed_hints_do_not_come_back(open_window: Callable[..., MainWindow], qtbot: QtBot) -> None:
    window = open_window()
    qtbot.mouseClick(window.notice._close, Qt.MouseButton.LeftButton)
    assert window.notice.text == ""
    assert open_window().notice.text == ""


def test_dropped_files_and_folders_are_opened(coloured: MainWindow, photos: list[Path], qtbot: QtBot) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(photos[2])), QUrl.fromLocalFile(str(photos[0].parent))])
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(200, 200), Qt.DropAction.CopyAction, data, left, none)
    coloured.dragEnterEvent(enter)
    assert enter.isAccepted()
    coloured.dropEvent(QDropEvent(QPointF(200, 200), Qt.DropAction.CopyAction, data, left, none))
    wait_coloured(qtbot, coloured, photos[2])
    assert coloured.session.paths == [photos[2], photos[0], photos[1]]


def test_what_was_opened_is_in_the_recent_menu(coloured: MainWindow, photos: list[Path], qtbot: QtBot) -> None:
    coloured.open([photos[1]])
    wait_coloured(qtbot, coloured, photos[1])
    menu = coloured.actions_by_id["file.recent"].menu()
    menu.aboutToShow.emit()
    texts = [action.text() for action in menu.actions()]
    assert "b.jpg" in texts[0]
    assert photos[0].parent.name in texts[1]
    menu.actions()[1].trigger()
    wait_coloured(qtbot, coloured, photos[0])
    coloured.forget_recent()
    assert not coloured.actions_by_id["file.recent"].isEnabled()


def test_the_light_theme_is_applied_and_remembered(coloured: MainWindow, open_window, photos: list[Path]) -> None:
    coloured.actions_by_id["view.light_theme"].trigger()
    assert theme.current().name == "light"
    again = open_window(photos[0])
    assert again.actions_by_id["view.light_theme"].isChecked()
    again.actions_by_id["view.light_theme"].trigger()
    assert theme.current().name == "dark"


def test_the_window_remembers_view_brush_overlay_and_place(
    coloured: MainWindow, open_window: Callable[..., MainWindow], photos: list[Path]
) -> None:
    coloured.actions_by_id["view.labels"].trigger()
    coloured.options.set_size(77)
    coloured.canvas.set_overlay_opacity(0.3)
    coloured.resize(780, 620)  # within the 800x800 of an offscreen screen
    coloured.close()
    again = open_window(photos[0])
    assert again.actions_by_id["view.labels"].isChecked()
    assert again.canvas.brush_size == 77
    assert again.canvas.overlay_opacity == pytest.approx(0.3)
    assert (again.width(), again.height()) == (780, 620)


def test_broken_settings_open_a_window_all_the_same(open_window, photos: list[Path], qtbot: QtBot) -> None:
    from PySide6.QtCore import QByteArray

    settings = Settings()
    settings["window.geometry"] = QByteArray(b"rubbish")
    settings["window.state"] = QByteArray(b"rubbish")
    settings["colour.colorizer"] = "no such colorizer"
    settings.sync()
    window = open_window(photos[0])
    wait_coloured(qtbot, window, photos[0])
    assert window.session.result.request.colorizer == "guided"


def test_a_broken_label_file_is_a_sentence_and_the_default_labels_are_used(
    open_window, photos: list[Path], tmp_path: Path, qtbot: QtBot
) -> None:
    labels = tmp_path / "labels.txt"
    labels.write_text("0: background\n2: sky\n")
    window = open_window(photos[0], "--labels", labels)
    assert "labels.txt" in window.notice.text
    assert len(window.session.label_set) == 60
    wait_coloured(qtbot, window, photos[0])


def test_the_status_bar_tells_device_colorizer_time_and_size(coloured: MainWindow) -> None:
    assert "fake" in coloured.status.field("device")
    assert coloured.status.field("colorizer") == "Guided"
    assert coloured.status.field("time").endswith("ms")
    assert coloured.status.field("size").endswith("px")
    assert coloured.status.field("zoom").endswith("%")


def test_messages_fade_by_themselves(coloured: MainWindow, qtbot: QtBot) -> None:
    coloured.status._hold.setInterval(10)
    coloured.status._fading.setDuration(10)
    coloured.status.say("Saved")
    assert coloured.status.message == "Saved"
    qtbot.waitUntil(lambda: coloured.status.message == "", timeout=PATIENCE)


def test_the_job_that_runs_longest_stays_told(coloured: MainWindow, qtbot: QtBot) -> None:
    status = coloured.status
    status.set_busy(True, "Saving a", "session")
    status.set_busy(True, "Colouring", "worker")
    status.set_busy(False, "", "worker")
    qtbot.waitUntil(lambda: status._job.isVisible(), timeout=PATIENCE)
    assert status._job.text() == "Saving a"
    status.set_busy(False, "", "session")
    assert not status._job.isVisible()


@pytest.mark.parametrize("shape", [(1, 1), (1, 5000), (5000, 1), (200, 30000)])
def test_photos_of_any_shape_go_the_whole_way(
    shape: tuple[int, int], open_window, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "odd.png"
    cv2.imwrite(str(path), np.full((*shape, 3), 120, np.uint8))
    window = open_window(path)
    wait_coloured(qtbot, window, path)
    paint(window, 7, top=0, left=0, size=1)
    with qtbot.waitSignal(window.session.photoDone, timeout=PATIENCE):
        window.actions_by_id["file.save"].trigger()
    assert cv2.imread(str(tmp_path / "out" / "odd_color.png")).shape[:2] == shape


@pytest.mark.parametrize("size", [(1024, 640), (3840, 2160)])
def test_the_layout_lives_small_and_large(coloured: MainWindow, size: tuple[int, int], qtbot: QtBot) -> None:
    coloured.resize(*size)
    qtbot.wait(50)
    assert (coloured.width(), coloured.height()) == size
    assert coloured.canvas.width() > size[0] * 0.55
    assert coloured.canvas.height() > size[1] * 0.45
    assert coloured.labels_panel.list.height() > 150


def test_the_invitation_opens_photos(
    open_window, tmp_path: Path, photos: list[Path], monkeypatch, qtbot: QtBot
) -> None:
    from PySide6.QtWidgets import QFileDialog

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *given: ([str(photos[0])], ""))
    (tmp_path / "nothing").mkdir()
    window = open_window(tmp_path / "nothing")
    qtbot.waitUntil(lambda: window._empty.isVisible(), timeout=PATIENCE)
    button = next(button for button in window._empty.findChildren(QPushButton) if button.text() == "Open…")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    wait_coloured(qtbot, window, photos[0])
    assert window.canvas.isVisible()


def test_no_tab_of_the_side_is_cut_and_there_is_room_for_six(coloured: MainWindow, qtbot: QtBot) -> None:
    window = coloured
    window.findChild(QAction, "tool.hint").trigger()
    window.findChild(QDockWidget, "dock.faults").setWindowTitle("Faults 12")
    tabs = next(bar for bar in window.findChildren(QTabBar) if "History" in texts(bar))
    qtbot.waitUntil(lambda: {"Hints", "Faults 12"} <= set(texts(tabs)))
    assert tabs.elideMode() == Qt.TextElideMode.ElideNone and tabs.usesScrollButtons()
    six = [tabs.tabRect(place).width() for place in range(tabs.count())][:6]
    assert len(six) == 6 and sum(six) <= tabs.width()
    assert tabs.rect().contains(tabs.tabRect(tabs.currentIndex()))


def texts(tabs: QTabBar) -> list[str]:
    return [tabs.tabText(place) for place in range(tabs.count())]
