"""A real window over networks small enough to reason about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from core.document import Document
from core.engine import Engine
from gui import app
from gui.canvas import Canvas
from gui.main_window import MainWindow
from gui.worker import Worker
from tests.core.fakes import FakeModels
from tests.gui.brushwork import open_canvas

PATIENCE = 30_000  # ms; for waits that end at once


@pytest.fixture
def models() -> FakeModels:
    """The networks behind `open_window`."""
    return FakeModels()


@pytest.fixture
def open_window(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, models: FakeModels
) -> Iterator[Callable[..., MainWindow]]:
    """Builds and shows the window for paths and options; results go to tmp_path/out."""
    monkeypatch.setattr(app, "Worker", lambda **_: Worker(lambda: Engine(models=models)))
    opened: list[MainWindow] = []

    def open_it(*argv: object) -> MainWindow:
        window = app.create_window([*map(str, argv), "--out", str(tmp_path / "out")])
        opened.append(window)
        window.show()
        return window

    yield open_it
    for window in opened:
        monkeypatch.setattr(window.asking, "may_lose", lambda unsaved: True)
        window.close()
        window.deleteLater()
    QGuiApplication.clipboard().clear()  # where nothing of Python's may be when the interpreter ends


@pytest.fixture
def coloured(qtbot: QtBot, open_window: Callable[..., MainWindow], photos: list[Path]) -> MainWindow:
    """The window with a folder of three small photos, the first one coloured."""
    window = open_window(photos[0].parent)
    wait_coloured(qtbot, window, photos[0])
    return window


@pytest.fixture
def photos(samples: dict[str, Path], tmp_path: Path) -> list[Path]:
    """Three small photos in a folder of their own: a.png (150x100), b.jpg (100x150), c.png (64x64)."""
    folder = tmp_path / "photos"
    folder.mkdir()
    made = []
    wanted = (("a.png", (150, 100), "coffee"), ("b.jpg", (100, 150), "rocket"), ("c.png", (64, 64), "chelsea"))
    for name, size, source in wanted:
        pixels = cv2.imread(str(samples[source]), cv2.IMREAD_COLOR)
        made.append(folder / name)
        cv2.imwrite(str(made[-1]), cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))
    return made


@pytest.fixture
def canvas(request: pytest.FixtureRequest, qtbot: QtBot, samples: dict[str, Path]) -> Canvas:
    """A canvas over a real photo, as `open_canvas` has it, with the tool in hand that the module's TOOL names."""
    canvas = open_canvas(qtbot, samples["coffee"])
    canvas.set_tool(getattr(request.module, "TOOL", "brush"))
    return canvas


@pytest.fixture
def document(canvas: Canvas) -> Document:
    """The document on the canvas."""
    return canvas.document


def wait_coloured(qtbot: QtBot, window: MainWindow, path: Path) -> None:
    """Wait until `path` is the document and its newest colours are there."""

    def there() -> bool:
        session, document = window.session, window.document
        return (
            document is not None
            and document.path == path
            and document.segmented is not None
            and session.result is not None
            and not session.recolour.pending
        )

    qtbot.waitUntil(there, timeout=PATIENCE)


def paint(window: MainWindow, label: int, top: int = 10, left: int = 10, size: int = 20) -> None:
    """A square stroke of `label`, as a tool would make it."""
    window.document.begin_stroke(f"Brush: {window.document.label_set.name(label)}")
    window.document.paint(np.ones((size, size), bool), top, left, label)
    window.document.end_stroke()
