"""Progressive colours: the prior in the same frame where the network is slow, the draft, then the work size; and what
the status bar says of stages, of memory that ran short, and of nothing when a job is cancelled."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from tests.core.fakes import GRASS, FakeModels
from tests.gui.conftest import PATIENCE, wait_coloured

DAB = np.ones((20, 20), bool)


def dab(window: MainWindow, left: int = 20) -> None:
    window.document.paint(DAB, 5, left, GRASS)


def test_the_prior_answers_in_the_same_frame_while_the_network_is_slow(qtbot: QtBot, coloured: MainWindow) -> None:
    coloured.session.recolour._seconds = 1.0
    coloured.document.begin_stroke("Brush: grass")
    dab(coloured)
    assert not coloured.instant.empty and coloured.status.field("size") == "prior"
    qtbot.waitUntil(lambda: coloured.instant.empty, timeout=PATIENCE)
    coloured.document.end_stroke()
    qtbot.waitUntil(lambda: not coloured.session.recolour.pending, timeout=PATIENCE)
    assert coloured.status.field("size").startswith("prior → ") and coloured.status.field("size").endswith(" px")
    coloured.instant._tell_last()
    assert coloured.status.field("size") == "150 px"  # all that the photo has


def test_a_network_that_keeps_up_is_not_covered(qtbot: QtBot, coloured: MainWindow) -> None:
    coloured.session.recolour._seconds = 0.01
    coloured.document.begin_stroke("Brush: grass")
    dab(coloured)
    assert coloured.instant.empty
    coloured.document.end_stroke()


def test_a_cancelled_stroke_takes_the_prior_away_again(qtbot: QtBot, coloured: MainWindow) -> None:
    coloured.session.recolour._seconds = 1.0
    coloured.document.begin_stroke("Brush: grass")
    dab(coloured)
    coloured.document.cancel_stroke()
    assert coloured.instant.empty


def test_a_fill_has_the_priors_colour_at_once_too(qtbot: QtBot, coloured: MainWindow) -> None:
    coloured.session.recolour._seconds = 1.0
    coloured.document.import_labels(np.full(coloured.document.labels.shape, GRASS, np.uint8))
    assert not coloured.instant.empty
    qtbot.waitUntil(lambda: coloured.instant.empty, timeout=PATIENCE)


def test_before_there_is_any_network_the_prior_colours_the_grey_photo(
    qtbot: QtBot, open_window, photos: list[Path], models: FakeModels
) -> None:
    gate = threading.Event()
    models.guided.before = lambda name, shape: gate.wait(20)
    window = open_window(photos[0])
    qtbot.waitUntil(lambda: window.document is not None, timeout=PATIENCE)
    window.document.begin_stroke("Brush: grass")
    dab(window)
    assert window.session.result is None and not window.instant.empty
    window.document.end_stroke()
    gate.set()
    wait_coloured(qtbot, window, photos[0])
    qtbot.waitUntil(lambda: window.instant.empty, timeout=PATIENCE)


def test_a_job_of_a_photo_that_was_left_ends_in_the_middle_and_nothing_is_said(
    qtbot: QtBot, coloured: MainWindow, photos: list[Path], models: FakeModels
) -> None:
    gate, asked = threading.Event(), threading.Event()

    def hold(name: str, shape: tuple[int, int]) -> None:
        if name == "encode" and not gate.is_set():
            asked.set()
            gate.wait(20)

    came = []
    coloured.worker.triedOut.connect(lambda *told: came.append(told))
    models.prior.before = hold
    coloured.compare.set_left("prior")
    qtbot.waitUntil(asked.is_set, timeout=PATIENCE)
    coloured.compare.left = ""
    coloured.session.go_to(1)
    qtbot.waitUntil(lambda: coloured.document.path == photos[1], timeout=PATIENCE)
    gate.set()
    wait_coloured(qtbot, coloured, photos[1])
    assert came == [] and coloured.notice.kind != "error"
    assert "colorize" not in models.prior.names()


def test_memory_that_ran_short_is_said_in_the_status_bar(
    qtbot: QtBot, coloured: MainWindow, models: FakeModels
) -> None:
    def short(name: str, shape: tuple[int, int]) -> None:
        if max(shape) > 100:
            raise MemoryError

    models.guided.before = short
    coloured.document.begin_stroke("Brush: grass")
    dab(coloured, left=60)
    coloured.document.end_stroke()
    qtbot.waitUntil(lambda: not coloured.session.recolour.pending, timeout=PATIENCE)
    assert "Memory ran short" in coloured.status.message
    assert coloured.status.field("size").endswith("75 px")
