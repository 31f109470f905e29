"""Export as: the suffix follows the format, the quality where it counts, nothing replaced unasked."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from core.photo import load_photo
from gui.export_dialog import ExportDialog


@pytest.fixture
def dialog(qtbot: QtBot, photos: list[Path], tmp_path: Path) -> ExportDialog:
    dialog = ExportDialog(load_photo(photos[0]), tmp_path, "same", 90)
    qtbot.addWidget(dialog)
    return dialog


def test_it_proposes_a_name_beside_nothing_else(dialog: ExportDialog, tmp_path: Path) -> None:
    assert (dialog.path, dialog.format, dialog.quality) == (tmp_path / "a_color.png", "same", 90)


def test_the_suffix_follows_the_format(dialog: ExportDialog) -> None:
    for name, suffix in (("jpg", ".jpg"), ("tiff", ".tif"), ("png", ".png")):
        dialog._format.setCurrentIndex(dialog._format.findData(name))
        assert dialog.path.suffix == suffix
        assert dialog._quality.isEnabled() is (name == "jpg")


@pytest.mark.parametrize(
    ("answer", "result"), [("Yes", QDialog.DialogCode.Accepted), ("No", QDialog.DialogCode.Rejected)]
)
def test_replacing_is_asked_for(dialog: ExportDialog, answer: str, result: int, monkeypatch) -> None:
    dialog.path.write_bytes(b"old")
    monkeypatch.setattr(QMessageBox, "question", lambda *given: getattr(QMessageBox.StandardButton, answer))
    dialog.accept()
    assert dialog.result() == result
