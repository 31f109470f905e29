"""What the network sees comes to the tools once for each photo, and None where there is no network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from core.segmenting import features_from_probabilities
from gui.main_window import MainWindow
from tests.core.fakes import GRASS, SKY, FakeModels
from tests.gui.conftest import PATIENCE, wait_coloured


def test_places_alike_have_a_cosine_of_one_and_unlike_ones_of_little() -> None:
    probabilities = np.zeros((3, 40, 60), np.float32)
    probabilities[0, :20], probabilities[1, 20:] = 1, 1
    features = features_from_probabilities(probabilities, 30)
    assert features.shape == (20, 30, 3) and features.dtype == np.float32
    assert features[2, 3] @ features[5, 20] == pytest.approx(1)
    assert features[2, 3] @ features[15, 20] == pytest.approx(0)
    assert features_from_probabilities(probabilities, 500).shape == (40, 60, 3)


def test_all_who_ask_are_answered_and_the_network_is_asked_once_a_photo(
    coloured: MainWindow, photos: list[Path], models: FakeModels, qtbot: QtBot
) -> None:
    heard: list[np.ndarray] = []
    coloured.canvas.see(heard.append)
    coloured.canvas.see(heard.append)
    qtbot.waitUntil(lambda: len(heard) == 2, timeout=PATIENCE)
    assert heard[0] is heard[1]
    top, bottom = heard[0][2, 40], heard[0][-3, 40]
    assert (top.argmax(), bottom.argmax()) == (SKY, GRASS)
    asked = len(models.guided.calls)
    coloured.canvas.see(heard.append)
    assert heard[2] is heard[0] and len(models.guided.calls) == asked
    coloured.session.go_to(1)
    wait_coloured(qtbot, coloured, photos[1])
    coloured.canvas.see(heard.append)
    qtbot.waitUntil(lambda: len(heard) == 4, timeout=PATIENCE)
    assert heard[3].shape != heard[0].shape


def test_who_asked_about_a_photo_that_was_left_hears_nothing(
    coloured: MainWindow, photos: list[Path], qtbot: QtBot
) -> None:
    heard: list[object] = []
    coloured.canvas.see(heard.append)
    coloured.session.go_to(1)
    wait_coloured(qtbot, coloured, photos[1])
    later: list[object] = []
    coloured.canvas.see(later.append)
    qtbot.waitUntil(lambda: bool(later), timeout=PATIENCE)
    assert len(heard) <= 1 and all(each.shape != later[0].shape for each in heard)


def test_without_a_network_the_answer_is_none(
    open_window: Callable[..., MainWindow], models: FakeModels, photos: list[Path], qtbot: QtBot
) -> None:
    models.broken = ("guided",)
    window = open_window(photos[0])
    qtbot.waitUntil(lambda: window.session.result is not None, timeout=PATIENCE)
    heard: list[object] = []
    window.canvas.see(heard.append)
    qtbot.waitUntil(lambda: heard == [None], timeout=PATIENCE)
