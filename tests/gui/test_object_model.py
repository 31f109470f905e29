"""A person's own object model in the window: chosen, used by the object tool, switched off, wrong, remembered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from tests.core.tiny_sam import RADII, write_pair
from tests.gui.brushwork import at, centres, place, stroke
from tests.gui.conftest import PATIENCE

BOAT = 4


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pair(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def window(coloured: MainWindow) -> MainWindow:
    coloured.set_view("LABELS")
    coloured.activateWindow()
    coloured.canvas.setFocus()
    return coloured


def choose(window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(folder))
    window.actions_by_id["object_model.ask"].trigger()
    qtbot.waitUntil(lambda: not window.object_model.busy, timeout=PATIENCE)


def test_the_chosen_model_proposes_and_enter_writes_its_mask(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    assert not window.actions_by_id["object_model.use"].isEnabled()
    window.set_tool("object")
    choose(window, qtbot, monkeypatch, folder)
    assert window.actions_by_id["object_model.use"].isChecked() and "tiny" in window.status.message
    canvas, tool, before = window.canvas, window.canvas.tool, window.document.labels.copy()
    window.options.set_label(BOAT)
    point = at(canvas, 75, 50)
    stroke(canvas, point)
    qtbot.waitUntil(lambda: tool.proposal is not None, timeout=PATIENCE)
    assert len(tool.proposals) == 3
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    (x0, y0), (x, y) = place(canvas, point), centres(before.shape)
    away = np.hypot(x - x0, y - y0) - RADII[3] * 150 / 1024
    changed = window.document.labels == BOAT
    assert changed[away < -1].all() and not changed[away > 1].any()
    window.document.undo()
    assert np.array_equal(window.document.labels, before)


def test_the_programs_own_means_come_back_with_the_switch(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    choose(window, qtbot, monkeypatch, folder)
    window.actions_by_id["object_model.use"].trigger()
    assert window.canvas.object_model is None and not window.settings["objects.use_model"]
    window.set_tool("object")
    stroke(window.canvas, at(window.canvas, 75, 50))
    qtbot.waitUntil(lambda: window.canvas.tool.proposal is not None, timeout=PATIENCE)
    window.actions_by_id["object_model.use"].trigger()
    assert window.canvas.object_model is not None and window.canvas.tool.proposal is None


def test_a_wrong_folder_is_told_of_and_changes_nothing(
    window: MainWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    choose(window, qtbot, monkeypatch, tmp_path / "empty")
    assert "no file named *encoder*.onnx" in window.notice.text
    assert window.canvas.object_model is None and window.settings["objects.folder"] == ""


def test_the_model_of_the_last_time_is_there_again(window: MainWindow, qtbot: QtBot, folder: Path) -> None:
    window.settings["objects.folder"] = str(folder)
    window.object_model._read_again()
    qtbot.waitUntil(lambda: window.canvas.object_model is not None, timeout=PATIENCE)
    assert window.canvas.object_model.name == "tiny"
