"""Palettes dropped on the tab, pasted into it, and swatches dragged within it and out of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QDrag,
    QDragEnterEvent,
    QDropEvent,
    QGuiApplication,
    QImage,
)
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from core.guidance import Swatch
from core.palette_io import parse_palette, write_palette
from gui.features.palette import PaletteFeature
from gui.main_window import MainWindow
from gui.palette.mime import MIME, pack, unpack
from tests.gui.conftest import PATIENCE

CONTROL = Qt.KeyboardModifier.ControlModifier
LEFT, NO_KEYS = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
COPY = Qt.DropAction.CopyAction
RED, GREEN, BLUE = (Swatch.from_hex(code, name) for code, name in
                    (("#c02020", "brick"), ("#20a030", "苔"), ("#2030c0", "")))  # fmt: skip


@pytest.fixture
def tab(coloured: MainWindow, qtbot: QtBot) -> PaletteFeature:
    """The tab in front."""
    qtbot.keyClick(coloured, Qt.Key.Key_K, CONTROL)
    coloured.palettes.panel.strip.setFocus()
    return coloured.palettes


def quiet(qtbot: QtBot, tab: PaletteFeature) -> None:
    qtbot.waitUntil(lambda: not tab.jobs.busy, timeout=PATIENCE)


def drop(widget: QWidget, data: QMimeData, at: QPoint) -> None:
    """What the window system sends: to the innermost widget that welcomes it."""
    while widget is not None:
        if widget.acceptDrops():
            enter = QDragEnterEvent(at, COPY, data, LEFT, NO_KEYS)
            QApplication.sendEvent(widget, enter)
            if enter.isAccepted():
                QApplication.sendEvent(widget, QDropEvent(QPointF(at), COPY, data, LEFT, NO_KEYS))
                return
        at, widget = widget.mapToParent(at), widget.parentWidget()
    pytest.fail("nobody welcomed it")


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def hexes(tab: PaletteFeature) -> list[str]:
    return [one.hex for one in tab.swatches]


def carry(tab: PaletteFeature, qtbot: QtBot, place: int) -> None:
    """Drag a swatch away with the mouse."""
    strip = tab.panel.strip
    start = strip.rect_of(place).center()
    qtbot.mousePress(strip, LEFT, pos=start)
    qtbot.mouseMove(strip, start + QPoint(30, 4))
    qtbot.mouseRelease(strip, LEFT, pos=start)


@pytest.mark.parametrize("suffix", [".gpl", ".ase", ".aco", ".act", ".kpl", ".soc", ".hex", ".css", ".png"])
def test_a_dropped_file_of_any_format_is_the_palette(
    tab: PaletteFeature, qtbot: QtBot, tmp_path: Path, suffix: str
) -> None:
    path = write_palette(tmp_path / f"theirs{suffix}", (RED, GREEN, BLUE))
    photo = tab.document.path
    drop(tab.panel.strip, files(path), QPoint(20, 20))
    quiet(qtbot, tab)
    assert hexes(tab) == ["#c02020", "#20a030", "#2030c0"]
    assert tab.document.path == photo  # it was not opened as a photo
    qtbot.keyClick(tab.window, Qt.Key.Key_Z, CONTROL)
    assert hexes(tab) == []


def test_a_dropped_photo_gives_its_palette_and_a_broken_file_one_sentence(
    tab: PaletteFeature, qtbot: QtBot, tmp_path: Path, photos: list[Path]
) -> None:
    drop(tab.panel, files(photos[1]), QPoint(100, 300))
    quiet(qtbot, tab)
    kept = hexes(tab)
    assert len(kept) == 5
    broken = tmp_path / "broken.ase"
    broken.write_bytes(b"ASEF\0\1")
    drop(tab.panel, files(broken), QPoint(100, 300))
    quiet(qtbot, tab)
    assert hexes(tab) == kept
    assert "broken.ase" in tab.window.notice.text
    assert tab.window.notice.kind == "error"


def test_of_several_files_the_good_ones_are_kept(tab: PaletteFeature, qtbot: QtBot, tmp_path: Path) -> None:
    good = write_palette(tmp_path / "good.gpl", (RED,))
    half = tmp_path / "half.hex"
    half.write_text("20a030\n2030\n2030c\n")
    missing = tmp_path / "missing.aco"
    drop(tab.panel, files(good, half, missing), QPoint(100, 300))
    quiet(qtbot, tab)
    assert hexes(tab)[:2] == ["#c02020", "#20a030"]
    assert "missing.aco" in tab.window.notice.text
    assert "half.hex" in tab.window.notice.text


def test_ten_thousand_swatches_are_256_and_a_sentence(tab: PaletteFeature, qtbot: QtBot, tmp_path: Path) -> None:
    many = tuple(Swatch((at % 256) / 255, (at // 256) / 255, 0.5) for at in range(10_000))
    drop(tab.panel, files(write_palette(tmp_path / "many.aco", many)), QPoint(100, 300))
    quiet(qtbot, tab)
    assert len(tab.swatches) == 256
    assert "10,000" in tab.window.notice.text
    assert tab.panel.strip.height() < 300


@pytest.mark.parametrize("text", [
    "#c02020 #20a030 #2030c0", "https://coolors.co/c02020-20a030-2030c0", ":root { --a: #c02020; --b: #20a030;"
    " --c: rgb(32, 48, 192) }",
])  # fmt: skip
def test_pasted_text_is_the_palette(tab: PaletteFeature, qtbot: QtBot, text: str) -> None:
    QGuiApplication.clipboard().setText(text)
    qtbot.keyClick(tab.panel.strip, Qt.Key.Key_V, CONTROL)
    quiet(qtbot, tab)
    assert hexes(tab) == ["#c02020", "#20a030", "#2030c0"]
    qtbot.keyClick(tab.panel.strip, Qt.Key.Key_C, CONTROL)
    assert QGuiApplication.clipboard().text() == "#c02020\n#20a030\n#2030c0"
    copied = []
    for entry in tab.panel.buttons["copy"].menu().actions()[1:]:
        entry.trigger()
        copied.append(QGuiApplication.clipboard().text())
    assert [one.hex for one in parse_palette(copied[0]).swatches] == hexes(tab)
    assert "--" in copied[0]
    assert copied[1] == "https://coolors.co/c02020-20a030-2030c0"


def test_a_pasted_picture_of_swatches_and_a_pasted_nothing(tab: PaletteFeature, qtbot: QtBot) -> None:
    fields = np.zeros((30, 60, 3), np.uint8)
    fields[:, :20], fields[:, 20:40], fields[:, 40:] = (192, 32, 32), (32, 160, 48), (32, 48, 192)
    QGuiApplication.clipboard().setImage(QImage(fields.data, 60, 30, 180, QImage.Format.Format_RGB888).copy())
    qtbot.keyClick(tab.panel.strip, Qt.Key.Key_V, CONTROL)
    quiet(qtbot, tab)
    assert hexes(tab) == ["#c02020", "#20a030", "#2030c0"]
    QGuiApplication.clipboard().clear()
    qtbot.keyClick(tab.panel.strip, Qt.Key.Key_V, CONTROL)
    assert "no palette" in tab.window.notice.text
    QGuiApplication.clipboard().setText("just words")
    qtbot.keyClick(tab.panel.strip, Qt.Key.Key_V, CONTROL)
    quiet(qtbot, tab)
    assert "just words" in tab.window.notice.text
    assert hexes(tab) == ["#c02020", "#20a030", "#2030c0"]


def test_swatches_change_places_by_drag_and_by_keys_and_their_locks_with_them(
    tab: PaletteFeature, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    tab.made("Test", (RED, GREEN, BLUE))
    strip = tab.panel.strip
    qtbot.mouseClick(strip, LEFT, pos=strip.lock_rect(0).center())
    carried: list[QMimeData] = []

    def carry_to_the_end(drag: QDrag, *_) -> Qt.DropAction:
        carried.append(drag.mimeData())
        drop(strip, drag.mimeData(), strip.rect_of(2).center() + QPoint(20, 0))
        return COPY

    monkeypatch.setattr(QDrag, "exec", carry_to_the_end)
    carry(tab, qtbot, 0)
    assert tab.swatches == (GREEN, BLUE, RED)
    assert tab.locks == {2}
    assert strip.current == 2
    assert json.loads(bytes(carried[0].data(MIME))) == {"r": RED.r, "g": RED.g, "b": RED.b, "name": "brick"}
    qtbot.keyClick(strip, Qt.Key.Key_Left, CONTROL)
    assert tab.swatches == (GREEN, RED, BLUE)
    assert tab.locks == {1}
    qtbot.keyClick(strip, Qt.Key.Key_Left)
    qtbot.keyClick(strip, Qt.Key.Key_Delete)
    assert tab.swatches == (RED, BLUE)
    assert tab.locks == {0}
    qtbot.keyClick(strip, Qt.Key.Key_Space)
    assert tab.locks == frozenset()
    for _ in range(3):
        qtbot.keyClick(tab.window, Qt.Key.Key_Z, CONTROL)
    assert tab.swatches == (RED, GREEN, BLUE)


def test_a_swatch_from_elsewhere_goes_in_where_it_is_dropped(tab: PaletteFeature, qtbot: QtBot) -> None:
    tab.made("Test", (RED, BLUE))
    strip = tab.panel.strip
    drop(strip, pack(GREEN), strip.rect_of(1).center() - QPoint(20, 0))
    assert tab.swatches == (RED, GREEN, BLUE)
    theirs = QMimeData()
    theirs.setColorData(QColor("#ffcc00"))
    drop(strip, theirs, strip.rect_of(2).center() + QPoint(20, 0))
    assert hexes(tab)[-1] == "#ffcc00"


def test_the_menu_of_a_swatch_gives_it_to_the_label_and_copies_it(tab: PaletteFeature, qtbot: QtBot) -> None:
    tab.made("Test", (RED, GREEN, BLUE))
    strip, window = tab.panel.strip, tab.window
    strip.choose(1)
    for reason in (QContextMenuEvent.Reason.Keyboard, QContextMenuEvent.Reason.Mouse):
        at = strip.rect_of(2).center()
        QApplication.sendEvent(strip, QContextMenuEvent(reason, at, strip.mapToGlobal(at)))
        menu = next(one for one in tab.panel.findChildren(QMenu) if one.isVisible())
        texts = [entry.text() for entry in menu.actions() if entry.text()]
        assert texts[-1] == f"Copy {tab.swatches[strip.current].hex}"
        menu.actions()[0].trigger()
        menu.actions()[-1].trigger()
        menu.close()
        qtbot.wait(1)
        assert QGuiApplication.clipboard().text() == tab.swatches[strip.current].hex
    assert strip.current == 2
    assert [(rule.label, rule.swatch) for rule in window.document.wishes.rules] == [(window.options.label, BLUE)]
    window.activateWindow()  # the menu had it
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    assert [rule.swatch for rule in window.document.wishes.rules] == [GREEN]


def test_a_single_pasted_or_dropped_colour_joins_the_palette(tab: PaletteFeature, qtbot: QtBot) -> None:
    tab.made("Test", (RED, BLUE))
    QGuiApplication.clipboard().setText("#20a030")
    qtbot.keyClick(tab.panel.strip, Qt.Key.Key_V, CONTROL)
    quiet(qtbot, tab)
    assert hexes(tab) == ["#c02020", "#20a030", "#2030c0"]
    theirs = QMimeData()
    theirs.setColorData(QColor("#ffcc00"))
    drop(tab.panel.make.words, theirs, QPoint(5, 5))
    assert hexes(tab) == ["#c02020", "#20a030", "#2030c0", "#ffcc00"]


def test_without_a_photo_palettes_can_be_made_and_nothing_is_coloured(
    open_window: Callable[..., MainWindow], qtbot: QtBot, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    window = open_window(empty)
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL)
    tab = window.palettes
    qtbot.keyClicks(tab.panel.make.words, "forest")
    qtbot.keyClick(tab.panel.make.words, Qt.Key.Key_Return)
    quiet(qtbot, tab)
    assert len(tab.swatches) == 5
    assert not tab.panel.apply.switch.isEnabled()
    assert not window.actions_by_id["palette.apply"].isEnabled()
    assert window.actions_by_id["palette.save"].isEnabled()
    qtbot.mouseClick(tab.panel.make.from_photo, LEFT)
    assert "no photo" in window.notice.text
    qtbot.mouseClick(tab.panel.make.new, LEFT)
    assert hexes(tab) == ["#808080"]
    qtbot.mouseClick(tab.panel.buttons["add"], LEFT)
    qtbot.mouseClick(tab.panel.buttons["remove"], LEFT)
    qtbot.mouseClick(tab.panel.buttons["remove"], LEFT)
    assert hexes(tab) == []
    assert not window.actions_by_id["palette.save"].isEnabled()


def test_a_carried_swatch_is_read_or_refused() -> None:
    assert unpack(pack(GREEN)) == GREEN
    assert pack(GREEN).text() == "#20a030"
    for bad in (b"", b"{", b"[]", b'{"r": 1}', b'{"r": "x", "g": 0, "b": 0}', b'{"r": NaN, "g": 0, "b": 0}',
                b"1" * 20_000):  # fmt: skip
        data = QMimeData()
        data.setData(MIME, bad)
        assert unpack(data) is None
    loud = QMimeData()
    loud.setData(MIME, b'{"r": 7, "g": -1, "b": 0.5}')
    assert unpack(loud) == Swatch(1.0, 0.0, 0.5)


def test_a_grey_photo_is_not_asked_about_colours_of_its_own(
    tab: PaletteFeature, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "grey.png"
    cv2.imwrite(str(path), np.tile(np.arange(0, 256, 4, np.uint8), (48, 1)))
    tab.window.open([path])
    qtbot.waitUntil(lambda: tab.document is not None and tab.document.path == path, timeout=PATIENCE)
    tab.made("Test", (RED, BLUE))
    quiet(qtbot, tab)
    assert tab.panel.apply.switch.isEnabled()
    assert not tab.panel.apply.ways.isVisible()


def test_what_is_lost_of_a_pasted_colour_is_said(tab: PaletteFeature, qtbot: QtBot) -> None:
    tab.made("Test", (RED, BLUE))
    QGuiApplication.clipboard().setText("#12 #20a030")
    qtbot.keyClick(tab.panel.strip, Qt.Key.Key_V, CONTROL)
    quiet(qtbot, tab)
    assert hexes(tab) == ["#c02020", "#20a030", "#2030c0"]
    assert "#12" in tab.window.notice.text


def test_a_full_palette_says_that_no_swatch_more_goes_in(tab: PaletteFeature, qtbot: QtBot) -> None:
    tab.made("Test", tuple(Swatch.from_hex(f"#{700 * place:06x}") for place in range(256)))
    steps = tab.document.index
    QGuiApplication.clipboard().setText("#20a030")
    qtbot.keyClick(tab.panel.strip, Qt.Key.Key_V, CONTROL)
    quiet(qtbot, tab)
    assert len(tab.swatches) == 256 and tab.document.index == steps
    assert "256 swatches at most" in tab.window.notice.text
