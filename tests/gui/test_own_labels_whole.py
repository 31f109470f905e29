"""A label of one's own from its making to its return: mother's dress, coloured as a person by the real network."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from core.guidance import Rule, Swatch
from core.labels import default_label_set
from core.rules import swatch_chroma
from gui import app
from gui.features.label_exchange import FORMATS
from gui.main_window import MainWindow
from gui.worker import Worker
from tests.gui.brushwork import at, stroke
from tests.gui.conftest import PATIENCE, wait_coloured

PERSON = default_label_set().id("person")
DRESS = 60


@pytest.fixture
def window(qtbot: QtBot, samples: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MainWindow:
    """The real window with the bundled network on a cup of coffee, where the network sees nobody."""
    window = app.create_window([str(samples["coffee"]), "--out", str(tmp_path / "out"), "--device", "cpu"])
    monkeypatch.setattr(window.asking, "may_lose", lambda unsaved: True)
    window.show()
    wait_coloured(qtbot, window, samples["coffee"])
    yield window
    window.close()
    window.deleteLater()


def settle(window: MainWindow, qtbot: QtBot) -> np.ndarray:
    qtbot.waitUntil(lambda: not window.session.recolour.pending and window.worker.idle, timeout=PATIENCE)
    return window.session.result.chroma.copy()


def brush(window: MainWindow, label: int) -> None:
    window.options.set_label(label)
    window.options.set_size(40)
    stroke(window.canvas, at(window.canvas, 240, 160), at(window.canvas, 340, 170))


def test_mothers_dress_is_painted_coloured_as_a_person_saved_and_loaded(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(window.worker, Worker)
    window.set_view("LABELS")
    brush(window, PERSON)
    as_person = settle(window, qtbot)
    window.session.undo()

    window.actions_by_id["labels.edit_set"].trigger()
    dialog = window.label_sets.dialog
    dialog.table.setFocus()
    qtbot.keyClick(dialog.table, Qt.Key.Key_Insert)
    field = dialog.table.viewport().findChild(QLineEdit)
    field.selectAll()
    qtbot.keyClicks(field, "mother's dress")
    with qtbot.waitSignal(field.destroyed, timeout=PATIENCE):
        qtbot.keyClick(field, Qt.Key.Key_Return)
    qtbot.keyClicks(dialog.parents, "person")
    dialog.parents.activated.emit(dialog.parents.currentIndex())
    buttons = dialog.findChild(QDialogButtonBox)
    qtbot.mouseClick(buttons.button(QDialogButtonBox.StandardButton.Ok), Qt.MouseButton.LeftButton)
    document = window.document
    qtbot.waitUntil(lambda: len(document.label_set) == 61, timeout=PATIENCE)
    assert document.label_set.parents[DRESS] == PERSON

    brush(window, DRESS)
    painted = document.labels.copy()
    assert (painted == DRESS).any() and not (document.segmented[painted == DRESS] == PERSON).any()
    assert np.array_equal(settle(window, qtbot), as_person)  # the network hears nothing else than before

    red = Swatch(0.7, 0.1, 0.2)
    document.set_guidance("Rule", rules=(Rule(DRESS, red),))
    ruled = settle(window, qtbot)
    dress = window.session.result.request.guidance.labels.array == DRESS
    assert np.hypot(*(ruled[dress].mean(0) - swatch_chroma(red))) < 1
    assert np.array_equal(ruled[~dress], as_person[~dress])  # no other person wears it

    for number, form in enumerate(FORMATS):
        path = tmp_path / f"dress{number}{FORMATS[form][0]}"
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, path=path, form=form: (str(path), form))
        window.actions_by_id["file.save_labels"].trigger()
        qtbot.waitUntil(lambda path=path: path.name in window.status.message, timeout=PATIENCE)
    steps = document.index
    document.reset_labels()
    assert not (document.labels == DRESS).any()
    for number, form in enumerate(FORMATS):
        path = tmp_path / f"dress{number}{FORMATS[form][0]}"
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, path=path: (str(path), ""))
        window.actions_by_id["file.load_labels"].trigger()
        qtbot.waitUntil(lambda: window.label_exchange.importing is None, timeout=PATIENCE)
        assert np.array_equal(document.labels, painted), form
        document.undo()
    document.jump_to(steps)
    assert np.array_equal(settle(window, qtbot), ruled)
