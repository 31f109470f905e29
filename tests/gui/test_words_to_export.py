"""Words to a palette, a swatch of it to a label, and the photo to a file, by key and mouse."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QDrag
from pytestqt.qtbot import QtBot

from core.color import rgb_to_lab
from core.formats import ExportSettings
from core.oklch import lch_of
from core.photo import load_photo
from gui.main_window import MainWindow
from tests.core.fakes import GRASS
from tests.gui.color_seen import away_from, drop, mean_lab, settled
from tests.gui.conftest import PATIENCE

LEFT, CONTROL = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ControlModifier


def test_a_swatch_from_words_is_dragged_onto_the_grass_and_is_in_the_file(
    coloured: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, tab = coloured, coloured.palettes
    qtbot.keyClick(window, Qt.Key.Key_K, CONTROL)
    tab.panel.make.words.insert("红配绿")  # as an input method does
    qtbot.keyClick(tab.panel.make.words, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not tab.jobs.busy, timeout=PATIENCE)
    green = next(at for at, swatch in enumerate(tab.swatches) if 105 < lch_of(swatch)[2] < 175)
    swatch, photo = tab.swatches[green], window.document.photo
    settled(qtbot, window)
    before = away_from(mean_lab(window, GRASS), swatch)

    grass = window.canvas.to_widget(photo.width / 2, photo.height - 5, 1).toPoint()
    monkeypatch.setattr(QDrag, "exec", lambda drag, *_: drop(window.canvas, grass, drag.mimeData()))
    strip = tab.panel.strip
    start = strip.rect_of(green).center()
    qtbot.mousePress(strip, LEFT, pos=start)
    qtbot.mouseMove(strip, start + QPoint(30, 0))
    qtbot.mouseRelease(strip, LEFT, pos=start)
    settled(qtbot, window)
    assert [(rule.label, rule.swatch) for rule in window.document.wishes.rules] == [(GRASS, swatch)]

    path = tmp_path / "green.png"
    with qtbot.waitSignal(window.session.said, timeout=PATIENCE, check_params_cb=lambda text: "Saved" in text):
        window.session.export(path, ExportSettings("png"))
    pixels = load_photo(path).pixels[np.asarray(window.document.labels) == GRASS]
    written = rgb_to_lab(pixels.astype(np.float32) / 255).mean(axis=0)
    assert away_from(written, swatch) < min(8.0, before / 3)
    qtbot.keyClick(window, Qt.Key.Key_Z, CONTROL)
    settled(qtbot, window)
    assert away_from(mean_lab(window, GRASS), swatch) == pytest.approx(before, abs=1e-3)
