"""Show me others: four side by side, made one after the other, taken with a click or a key as one step."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from core.errors import CheckpointError
from gui.main_window import MainWindow
from tests.core.fakes import GRASS, SKY, FakeModels
from tests.gui.conftest import PATIENCE, paint, wait_coloured


def offer(qtbot: QtBot, window: MainWindow, label: int | None = None) -> None:
    """Open the sheet and wait until its four pictures are there."""
    if label is None:
        window.activateWindow()
        qtbot.waitUntil(lambda: window.actions_by_id["colour.others"].isEnabled(), timeout=PATIENCE)
        window.actions_by_id["colour.others"].trigger()
    else:
        window.variants.show(label)
    wait_offered(qtbot, window)


def wait_offered(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: all(map(window.variants.sheet.tiles.has, range(4))), timeout=PATIENCE)


def settle(qtbot: QtBot, window: MainWindow) -> np.ndarray:
    """The chroma once the newest colours are there."""
    qtbot.waitUntil(lambda: not window.session.recolour.pending, timeout=PATIENCE)
    return window.session.result.chroma


def test_a_click_takes_a_try_and_undo_brings_the_plain_answer_back(qtbot: QtBot, coloured: MainWindow) -> None:
    before = settle(qtbot, coloured)
    offer(qtbot, coloured)
    tiles = coloured.variants.sheet.tiles
    assert coloured.variants.seeds == (0, 1, 2, 3)
    qtbot.mouseClick(tiles, Qt.MouseButton.LeftButton, pos=tiles.place_rect(2).center())
    assert not coloured.variants.sheet.isVisible()
    assert coloured.document.history() == ["Another try"] and coloured.document.settings.seed == 2
    np.testing.assert_allclose(settle(qtbot, coloured)[..., 1], before[..., 1] + 30)
    coloured.session.undo()
    assert settle(qtbot, coloured).tobytes() == before.tobytes()


@pytest.mark.parametrize(("key", "seed"), [(Qt.Key.Key_2, 1), (Qt.Key.Key_4, 3)])
def test_a_number_takes_a_try(qtbot: QtBot, coloured: MainWindow, key: Qt.Key, seed: int) -> None:
    offer(qtbot, coloured)
    qtbot.keyClick(coloured.variants.sheet, key)
    assert coloured.document.settings.seed == seed


def test_arrows_and_enter_take_one_and_the_first_place_changes_nothing(qtbot: QtBot, coloured: MainWindow) -> None:
    offer(qtbot, coloured)
    sheet = coloured.variants.sheet
    qtbot.keyClick(sheet, Qt.Key.Key_Down)
    qtbot.keyClick(sheet, Qt.Key.Key_Right)
    assert sheet.tiles.current == 3
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert coloured.document.settings.seed == 3
    settle(qtbot, coloured)
    offer(qtbot, coloured)
    qtbot.keyClick(sheet, Qt.Key.Key_1)
    assert coloured.document.history() == ["Another try"]


def test_escape_leaves_everything_as_it_is(qtbot: QtBot, coloured: MainWindow) -> None:
    offer(qtbot, coloured)
    qtbot.keyClick(coloured.variants.sheet, Qt.Key.Key_Escape)
    assert not coloured.variants.sheet.isVisible() and not coloured.document.can_undo


def test_more_brings_the_next_three_and_the_chosen_page_comes_first_later(qtbot: QtBot, coloured: MainWindow) -> None:
    offer(qtbot, coloured)
    qtbot.keyClick(coloured.variants.sheet, Qt.Key.Key_M)
    assert coloured.variants.seeds == (0, 4, 5, 6)
    wait_offered(qtbot, coloured)
    qtbot.keyClick(coloured.variants.sheet, Qt.Key.Key_3)
    settle(qtbot, coloured)
    offer(qtbot, coloured)
    assert coloured.variants.seeds == (5, 4, 0, 6)


def test_a_try_of_one_label_changes_that_label(qtbot: QtBot, coloured: MainWindow) -> None:
    before = settle(qtbot, coloured)
    menu = QMenu(coloured)
    coloured.canvas.fill_menu(menu, SKY, (5, 5))
    entry = next(action for action in menu.actions() if "others" in action.text())
    assert entry.text() == "Show me others for “sky”"
    entry.trigger()
    wait_offered(qtbot, coloured)
    qtbot.keyClick(coloured.variants.sheet, Qt.Key.Key_3)
    assert coloured.document.history() == ["Another try: sky"]
    after = settle(qtbot, coloured)
    labels = coloured.session.result.request.guidance.labels.array
    np.testing.assert_allclose(after[labels == SKY][:, 1], before[labels == SKY][:, 1] + 30)
    np.testing.assert_array_equal(after[labels == GRASS], before[labels == GRASS])


def test_a_change_meanwhile_begins_the_tries_anew(qtbot: QtBot, coloured: MainWindow) -> None:
    offer(qtbot, coloured)
    paint(coloured, GRASS, top=0, left=0)
    assert not coloured.variants.sheet.tiles.has(3)
    wait_offered(qtbot, coloured)


def test_another_photo_closes_the_sheet(qtbot: QtBot, coloured: MainWindow, photos) -> None:
    offer(qtbot, coloured)
    coloured.session.skip()
    wait_coloured(qtbot, coloured, photos[1])
    assert not coloured.variants.sheet.isVisible()


def test_what_cannot_be_tried_closes_the_sheet_and_is_said(
    qtbot: QtBot, coloured: MainWindow, models: FakeModels
) -> None:
    def fail(name: str, shape: tuple[int, int]) -> None:
        raise CheckpointError("The network went away.")

    models.guided.before = fail
    coloured.variants.show()
    qtbot.waitUntil(lambda: not coloured.variants.sheet.isVisible(), timeout=PATIENCE)
    assert "went away" in coloured.notice.text


def test_a_colorizer_without_other_tries_offers_none(qtbot: QtBot, coloured: MainWindow) -> None:
    coloured.set_colorizer("prior")
    settle(qtbot, coloured)
    coloured.refresh()
    assert not coloured.actions_by_id["colour.others"].isEnabled()
