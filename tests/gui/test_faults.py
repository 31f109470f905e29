"""Faults in a person's hands: planted on a real photo, found, walked to, healed by a click or a key, exactly."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QPushButton
from pytestqt.qtbot import QtBot

from core import fault_places
from core.document import Document
from gui.main_window import MainWindow
from tests.core.fakes import GRASS, SKY, FakeModels, FakeNetwork
from tests.gui.brushwork import shot, stroke
from tests.gui.conftest import PATIENCE, paint, wait_coloured

ALT, SHIFT, CONTROL = (
    Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
)  # fmt: skip


def looked(qtbot: QtBot, window: MainWindow) -> None:
    """Until the list is about the document as it is, with its newest colours."""
    qtbot.waitUntil(lambda: not window.session.recolour.pending and not window.faults.busy, timeout=PATIENCE)


def key(qtbot: QtBot, window: MainWindow, which: Qt.Key, keys: Qt.KeyboardModifier | None = None) -> None:
    window.activateWindow()
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, which, keys or Qt.KeyboardModifier.NoModifier)


class Seeing(FakeNetwork):
    """Is sure of sky above grass, and colours both as they are."""

    def probabilities(self, encoded: np.ndarray, luminance: np.ndarray) -> np.ndarray:
        shares = super().probabilities(encoded, luminance)
        half = len(luminance) // 2
        shares *= 0.02
        shares[SKY, :half], shares[GRASS, half:] = 0.97, 0.97
        return shares

    def colorize(
        self, encoded: np.ndarray, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray
    ) -> tuple[np.ndarray, None]:
        chroma = np.zeros((*labels.shape, 2), np.float32)
        chroma[labels == SKY], chroma[labels == GRASS] = (-4, -18), (-14, 24)
        return chroma, None


@pytest.fixture
def models() -> FakeModels:
    models = FakeModels()
    models.guided = Seeing()
    return models


@pytest.fixture
def photos(samples: dict[str, Path], tmp_path: Path) -> list[Path]:
    """A meadow under a sky, small, and the same mirrored."""
    folder = tmp_path / "photos"
    folder.mkdir()
    pixels = cv2.imread(str(samples["camera"]))[180:286, 380:512]  # beside the man
    pixels = cv2.resize(pixels, (150, 100), interpolation=cv2.INTER_AREA)
    made = [folder / "meadow.png", folder / "mirrored.png"]
    cv2.imwrite(str(made[0]), pixels)
    cv2.imwrite(str(made[1]), pixels[:, ::-1])
    return made


@pytest.fixture
def clean(coloured: MainWindow, qtbot: QtBot) -> MainWindow:
    looked(qtbot, coloured)
    return coloured


@pytest.fixture
def planted(clean: MainWindow, qtbot: QtBot) -> MainWindow:
    """A sofa and a bed in the sky, with labels as they came in `before`."""
    clean.before = clean.document.labels.copy()
    paint(clean, clean.session.label_set.id("sofa"), 8, 20, 25)
    paint(clean, clean.session.label_set.id("bed"), 8, 100, 25)
    looked(qtbot, clean)
    return clean


def names(window: MainWindow) -> list[str]:
    return [place.name for place in window.faults.places]


def badge(window: MainWindow) -> str:
    return window.findChild(QDockWidget, "dock.faults").windowTitle()


def test_a_map_that_is_right_is_said_to_be(clean: MainWindow) -> None:
    assert clean.faults.places == [] and badge(clean) == "Faults"
    assert clean.faults.panel.state == "Nothing here looks wrong. If something looks wrong to you, paint over it."
    assert clean.status.field("faults") == ""
    assert not clean.findChild(QAction, "faults.next").isEnabled()


def test_f8_finds_what_was_planted_one_click_heals_it_and_undo_brings_it_back(
    planted: MainWindow, qtbot: QtBot
) -> None:
    wrong, faults = planted.document.labels.copy(), planted.faults
    assert set(names(planted)) == {"sofa", "bed"}
    assert badge(planted) == "Faults 2" and planted.status.field("faults") == "2 places to look at"
    zoom = planted.canvas.zoom
    key(qtbot, planted, Qt.Key.Key_F8)
    assert faults.at == 0 and planted.canvas.zoom > zoom
    assert planted.status.message == f"1 of 2: {faults.fault.reason}"
    box, seen = faults.fault.box, planted.canvas.viewport.visible
    assert seen.left <= box.left and box.right <= seen.right and seen.top <= box.top and box.bottom <= seen.bottom
    qtbot.waitUntil(lambda: not faults.panel.visibleRegion().isEmpty(), timeout=PATIENCE)
    region = wrong == faults.fault.label
    card = faults.panel.cards[0]
    assert card.current
    qtbot.waitUntil(card.buttons[0].isVisible, timeout=PATIENCE)
    qtbot.mouseClick(card.buttons[0], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: planted.document.index == 3, timeout=PATIENCE)
    healed = np.where(region, planted.before, wrong)
    assert np.array_equal(planted.document.labels, healed)
    assert planted.document.undo_text.startswith("Repair: make it ")
    looked(qtbot, planted)
    assert badge(planted) == "Faults 1"
    key(qtbot, planted, Qt.Key.Key_Z, CONTROL)
    assert np.array_equal(planted.document.labels, wrong)
    looked(qtbot, planted)
    assert len(faults.places) == 2


def test_by_keys_alone_a_photo_is_healed(planted: MainWindow, qtbot: QtBot) -> None:
    for _ in range(2):
        key(qtbot, planted, Qt.Key.Key_F8)
        steps = planted.document.index
        key(qtbot, planted, Qt.Key.Key_1, ALT)
        qtbot.waitUntil(lambda steps=steps: planted.document.index == steps + 1, timeout=PATIENCE)
    assert np.array_equal(planted.document.labels, planted.before)
    looked(qtbot, planted)
    assert planted.faults.places == [] and planted.faults.panel.state.startswith("Nothing here looks wrong")


def test_keys_walk_round_in_both_directions(planted: MainWindow, qtbot: QtBot) -> None:
    at = []
    for which in (None, None, None, SHIFT, SHIFT):
        key(qtbot, planted, Qt.Key.Key_F8, which)
        at.append(planted.faults.at)
    assert at == [0, 1, 0, 1, 0]
    assert [card.current for card in planted.faults.panel.cards] == [True, False]


def test_cards_are_driven_by_mouse_and_keys(planted: MainWindow, qtbot: QtBot) -> None:
    planted.findChild(QDockWidget, "dock.faults").raise_()
    panel = planted.faults.panel
    qtbot.waitUntil(lambda: not panel.visibleRegion().isEmpty(), timeout=PATIENCE)
    qtbot.mouseClick(panel.cards[1], Qt.MouseButton.LeftButton)
    assert planted.faults.at == 1
    panel.cards[1].setFocus()
    qtbot.keyClick(panel.cards[1], Qt.Key.Key_Up)
    assert panel.cards[0].hasFocus()
    qtbot.keyClick(panel.cards[0], Qt.Key.Key_Return)
    assert planted.faults.at == 0 and panel.cards[0].current
    qtbot.keyClick(panel.cards[0], Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: planted.document.index == 3, timeout=PATIENCE)
    assert panel.cards[0].hasFocus()  # the next one, ready for Enter
    assert panel.cards[0].accessibleName() == "Place 1: bed"


def test_a_new_list_leaves_the_keyboard_and_the_hand_where_they_are(planted: MainWindow, qtbot: QtBot) -> None:
    planted.activateWindow()
    planted.findChild(QDockWidget, "dock.faults").raise_()
    panel = planted.faults.panel
    qtbot.waitUntil(lambda: not panel.visibleRegion().isEmpty(), timeout=PATIENCE)
    cards = list(panel.cards)
    cards[1].setFocus()
    paint(planted, SKY, 0, 0, 5)  # changes nothing of what is listed
    looked(qtbot, planted)
    assert panel.cards == cards and cards[1].hasFocus()
    planted.canvas.setFocus()
    paint(planted, planted.session.label_set.id("book"), 8, 20, 25)  # in place of the sofa: another list
    looked(qtbot, planted)
    assert "book" in names(planted) and panel.cards != cards and planted.canvas.hasFocus()


def test_what_is_ignored_stays_so_until_it_is_brought_back(planted: MainWindow, qtbot: QtBot) -> None:
    key(qtbot, planted, Qt.Key.Key_F8)
    ignored, labels = names(planted)[0], planted.document.labels.copy()
    key(qtbot, planted, Qt.Key.Key_0, ALT)
    assert ignored not in names(planted)
    looked(qtbot, planted)
    assert len(planted.faults.places) == 1 and ignored not in names(planted)
    assert np.array_equal(planted.document.labels, labels)
    assert planted.document.undo_text == f"Ignore: {ignored}"
    bring_back = planted.faults.panel.findChild(QPushButton, "bringBack")
    assert bring_back.isVisible()
    qtbot.mouseClick(bring_back, Qt.MouseButton.LeftButton)
    looked(qtbot, planted)
    assert len(planted.faults.places) == 2 and bring_back.isHidden()
    planted.session.undo()
    looked(qtbot, planted)
    assert len(planted.faults.places) == 1 and not bring_back.isHidden()


def test_repairs_tell_in_the_menu_what_they_do_and_only_those_there_are_work(
    planted: MainWindow, qtbot: QtBot
) -> None:
    actions = [planted.findChild(QAction, f"faults.repair_{number}") for number in (1, 2, 3)]
    assert [action.text() for action in actions] == ["First repair", "Second repair", "Third repair"]
    assert not any(action.isEnabled() for action in actions)
    key(qtbot, planted, Qt.Key.Key_F8)
    offered = [repair.text for repair in planted.faults.fault.repairs[:-1]]
    assert [action.text() for action in actions if action.isEnabled()] == offered
    assert [button.accessibleName() for button in planted.faults.panel.cards[0].buttons] == [*offered, "Ignore"]


def test_places_are_marked_on_the_photo_while_the_panel_is_in_sight(planted: MainWindow, qtbot: QtBot) -> None:
    bare = shot(planted.canvas)
    planted.findChild(QDockWidget, "dock.faults").raise_()
    qtbot.waitUntil(lambda: not planted.faults.panel.visibleRegion().isEmpty(), timeout=PATIENCE)
    marked = shot(planted.canvas)
    changed = np.abs(marked.astype(int) - bare).max(axis=2) > 40
    for place in planted.faults.places:
        x, y = place.spot
        at = planted.canvas.to_widget(x, y).toPoint()
        assert changed[at.y() - 9 : at.y() + 9, at.x() - 9 : at.x() + 9].any()  # its number
        corner = planted.canvas.to_widget(place.fault.box.left, place.fault.box.top).toPoint()
        assert changed[corner.y() - 3 : corner.y() + 4, corner.x() - 3 : corner.x() + 4].any()  # its line
    planted.findChild(QDockWidget, "dock.labels").raise_()
    qtbot.waitUntil(lambda: np.array_equal(shot(planted.canvas), bare), timeout=PATIENCE)


def test_looking_is_done_in_a_thread_and_not_while_a_stroke_is_drawn(
    clean: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads, real = [], fault_places.look

    def noted(*given):
        threads.append(threading.get_ident())
        return real(*given)

    monkeypatch.setattr(fault_places, "look", noted)
    canvas = clean.canvas
    points = [canvas.to_widget(x, 20).toPoint() for x in (20, 60, 90)]
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=points[0])
    qtbot.mouseMove(canvas, points[1])
    qtbot.wait(700)  # longer than the hand has to rest
    assert clean.document.painting and threads == []
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=points[1])
    looked(qtbot, clean)
    assert threads and threading.get_ident() not in threads


def test_nothing_is_looked_for_twice(clean: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    calls, real = [], fault_places.look
    monkeypatch.setattr(fault_places, "look", lambda *given: calls.append(given) or real(*given))
    clean.faults._rest.start()
    looked(qtbot, clean)
    assert calls == []
    paint(clean, GRASS, 10, 10)
    looked(qtbot, clean)
    assert calls


def test_a_lock_refuses_a_repair_and_the_place_comes_back(planted: MainWindow, qtbot: QtBot) -> None:
    key(qtbot, planted, Qt.Key.Key_F8)
    fault, labels, heard = planted.faults.fault, planted.document.labels.copy(), []
    planted.document.refused.connect(heard.append)
    planted.document.view.lock(fault.label)
    key(qtbot, planted, Qt.Key.Key_1, ALT)
    qtbot.waitUntil(lambda: heard == [(fault.label,)], timeout=PATIENCE)
    looked(qtbot, planted)
    assert np.array_equal(planted.document.labels, labels) and planted.document.index == 2
    assert fault.key in [place.fault.key for place in planted.faults.places]


def test_an_edit_between_the_click_and_the_repair_is_not_lost(planted: MainWindow, qtbot: QtBot) -> None:
    key(qtbot, planted, Qt.Key.Key_F8)
    region = planted.document.labels == planted.faults.fault.label
    key(qtbot, planted, Qt.Key.Key_1, ALT)
    paint(planted, SKY, 90, 0, 10)  # before the thread's answer has come
    qtbot.waitUntil(lambda: planted.document.index == 4, timeout=PATIENCE)
    labels = planted.document.labels
    assert np.array_equal(labels[region], planted.before[region]) and (labels[90:, :10] == SKY).all()


def test_another_photo_has_places_of_its_own(planted: MainWindow, photos: list[Path], qtbot: QtBot) -> None:
    document = planted.document
    planted.session.skip()
    wait_coloured(qtbot, planted, photos[1])
    looked(qtbot, planted)
    assert badge(planted) == "Faults"
    planted.session.previous()
    qtbot.waitUntil(lambda: planted.document is document, timeout=PATIENCE)
    wait_coloured(qtbot, planted, photos[0])
    looked(qtbot, planted)
    assert set(names(planted)) == {"sofa", "bed"}


def test_without_a_network_nothing_is_looked_for_and_the_panel_says_why(
    open_window: Callable[..., MainWindow], models: FakeModels, photos: list[Path], qtbot: QtBot
) -> None:
    models.broken = ("guided",)
    window = open_window(photos[0])
    qtbot.waitUntil(lambda: window.session.result is not None, timeout=PATIENCE)
    looked(qtbot, window)
    qtbot.waitUntil(lambda: window.faults.panel.state.startswith("There is no network"), timeout=PATIENCE)


def test_painting_over_a_place_takes_it_off_the_list(planted: MainWindow, qtbot: QtBot) -> None:
    document: Document = planted.document
    planted.options.set_label(SKY)
    planted.options.set_size(60)
    points = [planted.canvas.to_widget(x, 18).toPoint() for x in (20, 45)]
    stroke(planted.canvas, *points)
    assert (document.labels[8:33, 20:45] == SKY).all()
    looked(qtbot, planted)
    assert names(planted) == ["bed"]
