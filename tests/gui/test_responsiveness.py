"""The window never waits for a network: while one is at work, the event loop goes on turning and the brush paints."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QMainWindow
from pytestqt.qtbot import QtBot

from core.engine import Engine
from gui.app import create_window
from tests.event_loop import LoopWatch

PATIENCE = 60_000  # ms; for waits that end at once on any machine


class HeldNetwork:
    """Every colouring waits for `go_on`, and says by `at_work` that it has begun."""

    def __init__(self, colorize: Callable) -> None:
        self._colorize = colorize
        self.at_work = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    def __call__(self, engine: Engine, *arguments: object, **named: object) -> object:
        self.at_work.set()
        assert self.go_on.wait(PATIENCE / 1000)
        return self._colorize(engine, *arguments, **named)

    def hold(self) -> None:
        self.at_work.clear()
        self.go_on.clear()


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Iterator[HeldNetwork]:
    held = HeldNetwork(Engine.colorize)
    monkeypatch.setattr(Engine, "colorize", lambda *arguments, **named: held(*arguments, **named))
    yield held
    held.go_on.set()


@pytest.fixture
def window(qtbot: QtBot, network: HeldNetwork, small_photo: Path, tmp_path: Path) -> Iterator[QMainWindow]:
    """The real window with a small photo that has been coloured."""
    made = create_window([str(small_photo), "--out", str(tmp_path / "out")])
    with qtbot.waitSignal(made.worker.colorized, timeout=PATIENCE):
        made.show()
    yield made
    network.go_on.set()
    made.document.mark_saved()
    made.close()


def paint(window: QMainWindow, left: int, label: int) -> None:
    window.document.begin_stroke("Paint")
    window.document.paint(np.ones((20, 20), bool), 30, left, label)
    window.document.end_stroke()


def test_the_event_loop_turns_while_the_network_works(
    qtbot: QtBot, window: QMainWindow, network: HeldNetwork
) -> None:
    network.hold()
    paint(window, left=20, label=1)
    qtbot.waitUntil(network.at_work.is_set, timeout=PATIENCE)
    with LoopWatch() as watch:
        qtbot.waitUntil(lambda: watch.turns >= 100, timeout=PATIENCE)
        paint(window, left=80, label=2)
        seen = watch.turns
        qtbot.waitUntil(lambda: watch.turns >= seen + 100, timeout=PATIENCE)
    assert not network.go_on.is_set()
    assert window.document.label_at(90, 40) == 2


def test_what_was_painted_meanwhile_is_coloured_next(
    qtbot: QtBot, window: QMainWindow, network: HeldNetwork
) -> None:
    network.hold()
    paint(window, left=20, label=1)
    qtbot.waitUntil(network.at_work.is_set, timeout=PATIENCE)
    for label in range(2, 9):
        paint(window, left=10 * label, label=label)
    answered = []
    window.worker.colorized.connect(lambda result, *_: answered.append(result.request))
    newest = window.document.labels
    network.go_on.set()
    qtbot.waitUntil(lambda: bool(answered) and has_all_strokes(answered[-1], newest), timeout=PATIENCE)
    assert len(answered) <= 3  # the one at work, the newest, and what the last stroke's end may ask for


def has_all_strokes(request, labels: np.ndarray) -> bool:
    return set(range(2, 9)) <= set(np.unique(request.guidance.labels.array)) & set(np.unique(labels))


def test_the_longest_gap_while_real_networks_recolour_is_measured(
    qtbot: QtBot, window: QMainWindow, record_property: Callable[[str, object], None]
) -> None:
    """A figure for the report, not a limit: how long a gap is depends on what else the machine does."""
    results = []
    window.worker.colorized.connect(lambda *result: results.append(result))
    with LoopWatch() as watch:
        for label in range(1, 7):
            before = len(results)
            paint(window, left=20 * label, label=label)
            qtbot.waitUntil(lambda before=before: len(results) > before, timeout=PATIENCE)
    record_property("longest_event_loop_gap_ms", round(1000 * watch.longest_gap, 1))
    assert watch.turns > 6
