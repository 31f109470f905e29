"""Compare: another colorizer's colours at the left of the divider, brought up to date when the hand rests."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from core.errors import CheckpointError
from gui.canvas import View
from gui.main_window import MainWindow
from tests.core.fakes import GRASS, SKY, FakeModels
from tests.gui.conftest import PATIENCE, paint, wait_coloured


def wait_compared(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: window.compare.there, timeout=PATIENCE)


def left_and_right(window: MainWindow) -> tuple[QColor, QColor]:
    """A colour of either side of the divider, in the upper part of the photo."""
    canvas = window.canvas
    shot = canvas.grab().toImage()
    height, width = window.document.labels.shape
    spots = (canvas.to_widget(width * 0.3, height * 0.2), canvas.to_widget(width * 0.7, height * 0.2, 1))
    return tuple(shot.pixelColor(spot.toPoint()) for spot in spots)


def test_the_left_is_the_original_until_another_colorizer_is_chosen(qtbot: QtBot, coloured: MainWindow) -> None:
    asked = []
    coloured.worker.triedOut.connect(lambda purpose, result, rgb: asked.append(result.request))
    coloured.compare.menu.aboutToShow.emit()
    names = [entry.objectName() for entry in coloured.compare.menu.actions() if entry.objectName()]
    assert names == ["compare.original", "compare.guided", "compare.prior"]
    next(one for one in coloured.compare.menu.actions() if one.objectName() == "compare.prior").trigger()
    assert coloured.canvas.view is View.SPLIT
    wait_compared(qtbot, coloured)
    assert [one.colorizer for one in asked] == ["prior"]
    assert asked[0].guidance == coloured.session.result.request.guidance
    coloured.compare.set_left("")
    assert coloured.canvas._panes()[0].picture.value == "Original"


def test_both_sides_show_their_own_colours(qtbot: QtBot, coloured: MainWindow, models: FakeModels) -> None:
    plain = models.prior.colorize
    models.prior.colorize = lambda *told: (plain(*told)[0] * np.float32(-1), None)
    coloured.compare.set_left("prior")
    wait_compared(qtbot, coloured)
    left, right = left_and_right(coloured)
    assert left.green() > left.red() and right.red() > right.green()


def test_the_left_follows_when_the_hand_rests_and_not_before(qtbot: QtBot, coloured: MainWindow) -> None:
    coloured.compare.set_left("prior")
    wait_compared(qtbot, coloured)
    before = coloured.compare._asked
    document = coloured.document
    document.begin_stroke("Brush: grass")
    document.paint(np.ones((30, 30), bool), 0, 0, GRASS)
    coloured.compare._ask()
    assert coloured.compare._asked is before
    document.end_stroke()
    qtbot.waitUntil(lambda: coloured.compare._asked is not before and coloured.compare.there, timeout=PATIENCE)
    assert (coloured.compare._asked.guidance.labels.array[:20, :20] == GRASS).all()


def test_other_views_ask_for_nothing(qtbot: QtBot, coloured: MainWindow) -> None:
    coloured.compare.set_left("prior")
    wait_compared(qtbot, coloured)
    coloured.set_view("RESULT")
    before = coloured.compare._asked
    paint(coloured, SKY, top=60)
    qtbot.waitUntil(lambda: not coloured.session.recolour.pending, timeout=PATIENCE)
    coloured.compare._ask()
    assert coloured.compare._asked is before


def test_the_next_photo_is_compared_too(qtbot: QtBot, coloured: MainWindow, photos) -> None:
    coloured.compare.set_left("prior")
    wait_compared(qtbot, coloured)
    coloured.session.skip()
    wait_coloured(qtbot, coloured, photos[1])
    wait_compared(qtbot, coloured)
    assert coloured.compare._asked.photo_key == coloured.document.photo.key


def test_a_colorizer_that_cannot_be_used_gives_way_to_the_original(
    qtbot: QtBot, coloured: MainWindow, models: FakeModels
) -> None:
    def fail(name: str, shape: tuple[int, int]) -> None:
        raise CheckpointError("The label prior is damaged.")

    models.prior.before = fail
    coloured.compare.set_left("prior")
    qtbot.waitUntil(lambda: coloured.compare.left == "", timeout=PATIENCE)
    assert "damaged" in coloured.notice.text


def test_a_closer_look_sharpens_the_left_as_well(qtbot: QtBot, coloured: MainWindow) -> None:
    coloured.compare.set_left("prior")
    wait_compared(qtbot, coloured)
    from core.box import Box

    with qtbot.waitSignal(coloured.worker.besideDetailed, timeout=PATIENCE) as told:
        coloured.canvas.besideWanted.emit(Box(0, 0, 20, 20), 1.0)
    assert told.args[0].rgb.shape == (20, 20, 3) and told.args[0].request == coloured.compare._asked
