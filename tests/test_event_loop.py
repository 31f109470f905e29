"""The watch that the responsiveness tests rely on sees a loop that is away, and one that is not."""

from __future__ import annotations

import time

from pytestqt.qtbot import QtBot

from tests.event_loop import LoopWatch


def test_a_busy_gui_thread_is_seen(qtbot: QtBot) -> None:
    with LoopWatch() as watch:
        qtbot.wait(20)
        time.sleep(0.2)
        qtbot.wait(20)
    assert watch.longest_gap >= 0.2


def test_a_loop_that_never_came_back_is_seen(qtbot: QtBot) -> None:
    with LoopWatch() as watch:
        time.sleep(0.1)
    assert watch.turns == 0
    assert watch.longest_gap >= 0.1


def test_an_idle_loop_turns_often(qtbot: QtBot) -> None:
    with LoopWatch() as watch:
        qtbot.waitUntil(lambda: watch.turns >= 20)
    assert watch.turns >= 20
