"""What the tests of projects do with their hands: answer questions, choose files, save."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from tests.gui.conftest import PATIENCE

CONTROL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


def answer(monkeypatch: pytest.MonkeyPatch, path: Path | None) -> None:
    """What the person will choose in the next file dialogs."""
    chosen = str(path) if path else ""
    for name in ("getSaveFileName", "getOpenFileName"):
        monkeypatch.setattr(QFileDialog, name, lambda *_: (chosen, ""))


def press(qtbot: QtBot, text: str, seen: list[str] | None = None) -> None:
    """Press a button of the question that will come, with the mouse."""

    def look() -> None:
        box = QApplication.activeModalWidget()
        if not isinstance(box, QMessageBox):
            QTimer.singleShot(10, look)
            return
        if seen is not None:
            seen.append(f"{box.text()}\n{box.informativeText()}")
        button = next(one for one in box.buttons() if one.text().replace("&", "") == text)
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    QTimer.singleShot(0, look)


def saved(qtbot: QtBot, window: MainWindow, step: Callable[[], object]) -> None:
    """Do `step` and wait until a project is saved."""
    with qtbot.waitSignal(window.session.said, timeout=PATIENCE, check_params_cb=lambda text: "Saved" in text):
        step()


def key_save(qtbot: QtBot, window: MainWindow) -> None:
    if not window.isActiveWindow():  # a question was
        window.activateWindow()
        qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    saved(qtbot, window, lambda: qtbot.keyClick(window, Qt.Key.Key_P, CONTROL | ALT))
