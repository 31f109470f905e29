"""Where colours come from, on the screen, with the bundled network: the gate map, and the place behind a pixel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from core.engine import Engine
from gui import app
from gui.canvas import View
from gui.features.reference_sight import NOTHING, ReferenceSight
from gui.main_window import MainWindow
from gui.worker import Worker
from tests.gui.brushwork import leave, shot
from tests.gui.conftest import PATIENCE, wait_coloured


@pytest.fixture
def window(open_window, photos: list[Path], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """The bundled network, the first photo, and itself as its reference."""
    monkeypatch.setattr(app, "Worker", lambda **_: Worker(lambda: Engine("cpu")))
    window = open_window(photos[0])
    wait_coloured(qtbot, window, photos[0])
    window.references.add([photos[0]])
    calm(qtbot, window, lambda: len(window.references.listed) == 1)
    return window


def calm(qtbot: QtBot, window: MainWindow, there) -> None:
    qtbot.waitUntil(
        lambda: there() and not window.references.jobs.busy and not window.session.recolour.pending
        and not window.reference_sight.busy and window.worker.idle,
        timeout=PATIENCE,
    )  # fmt: skip


def test_the_gate_map_follows_the_gate_and_says_when_there_is_none(window: MainWindow, qtbot: QtBot) -> None:
    sight: ReferenceSight = window.reference_sight
    QTest.keyClick(window, Qt.Key.Key_9, Qt.KeyboardModifier.ControlModifier)
    assert window.canvas.view is View.GATE and window.actions_by_id["view.gate"].isChecked()
    calm(qtbot, window, lambda: sight.gates is not None)
    assert sight.gates.overall.max() == 0 < sight.gates.match.mean()
    match = shot(window.canvas).astype(int)
    window.reference_gates.set_gate(-1, 0.0)
    calm(qtbot, window, lambda: sight.gates.request == window.session.result.request)
    assert sight.gates.match.max() == 0 < sight.gates.overall.mean()
    overall = shot(window.canvas).astype(int)
    middle = match.shape[0] // 2, match.shape[1] // 2
    blue, yellow = (np.diff(one[middle[0] - 60 : middle[0] + 60, middle[1] - 60 : middle[1] + 60].mean((0, 1))[[0, 2]])
                    for one in (match, overall))  # fmt: skip
    assert blue[0] > yellow[0] + 15, "what comes by match is bluer than what comes by overall colours"
    window.references.clear()
    calm(qtbot, window, lambda: sight.gates is None)
    assert sight._told == NOTHING


def test_a_pixel_tells_where_its_colour_came_from(window: MainWindow, photos: list[Path], qtbot: QtBot) -> None:
    sight, references = window.reference_sight, window.references
    window.set_view("RESULT")
    window.actions_by_id["references.matches"].trigger()
    calm(qtbot, window, lambda: sight.matches is not None)
    card = references.panel.cards[str(photos[0])]
    window.reference_view.open(str(photos[0]))
    photo, found = window.document.photo, []
    for x, y in ((0.3, 0.3), (0.7, 0.5), (0.4, 0.8), (0.6, 0.6)):
        QTest.mouseMove(window.canvas, window.canvas.to_widget(photo.width * x, photo.height * y).toPoint())
        if card.thumbnail.ring is not None:
            found.append((card.thumbnail.ring, references.panel.match.text()))
            assert references.panel.viewer.preview.ring[0] == card.thumbnail.ring[:2]
    assert len(found) >= 2
    assert all("% sure: from a.png" in told for _, told in found)
    leave(window.canvas)
    assert card.thumbnail.ring is None and references.panel.viewer.preview.ring is None
    window.actions_by_id["references.matches"].trigger()
    QTest.mouseMove(window.canvas, window.canvas.to_widget(photo.width * 0.5, photo.height * 0.5).toPoint())
    assert card.thumbnail.ring is None and references.panel.match.text() == ""


def test_what_fails_is_not_waited_for(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no such thing")

    sight: ReferenceSight = window.reference_sight
    monkeypatch.setattr("core.gate.gate_map", broken)
    window.set_view("GATE")
    qtbot.waitUntil(lambda: not sight.busy and window.worker.idle, timeout=PATIENCE)
    assert sight.gates is None and sight._told == ""
