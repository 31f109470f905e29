"""About says which version runs, and that version stands in one place."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from PySide6.QtWidgets import QMessageBox

from core.version import VERSION
from gui.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]


def test_about_and_the_packaging_tell_the_same_version(
    coloured: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(QMessageBox, "about", lambda parent, title, text: told.append(text))
    coloured.actions_by_id["help.about"].trigger()
    assert f"Huesmith {VERSION}<" in told[0]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"] and project["project"]["dynamic"] == ["version"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "core.version.VERSION"}
