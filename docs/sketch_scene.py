"""The scenes of the guide's pictures of line art: a lighthouse drawn by code and coloured by hand; a photo as ink.

Afterwards the drawing is the photo in work, so that these are taken last.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDockWidget, QMainWindow

from core.guidance import Swatch

SIZE = 900, 1200
COLOURS = {  # where the mouse goes -> what it leaves there
    (0.10, 0.12): "#a9d3e6", (0.86, 0.17): "#f3c64b", (0.40, 0.42): "#c8473a", (0.40, 0.56): "#f6efe0",
    (0.40, 0.70): "#c8473a", (0.40, 0.235): "#3f4a57", (0.40, 0.305): "#ffe9a8", (0.20, 0.88): "#7f9b5a",
    (0.86, 0.86): "#3f7f9c", (0.72, 0.735): "#8a5a36", (0.745, 0.60): "#f6efe0", (0.69, 0.64): "#e2a33c",
    (0.40, 0.35): "#3f4a57",
}  # fmt: skip


def lighthouse() -> np.ndarray:
    """Line art on white: tower, lantern, hill, sea, boat and sun, uint8 (900, 1200, 3)."""
    height, width = SIZE
    page = np.full((height, width, 3), 255, np.uint8)

    def line(*places: tuple[float, float], closed: bool = False, stroke: int = 5) -> None:
        points = np.array([(round(x * width * 8), round(y * height * 8)) for x, y in places], np.int32)
        cv2.polylines(page, [points], closed, (20, 20, 24), stroke, cv2.LINE_AA, shift=3)

    def curve(start: tuple[float, float], end: tuple[float, float], rise: float, waves: float = 0.5) -> None:
        at = np.linspace(0, 1, 60)
        line(*zip(start[0] + (end[0] - start[0]) * at,
                  start[1] + (end[1] - start[1]) * at - rise * np.sin(2 * np.pi * waves * at)))  # fmt: skip

    line((0.345, 0.80), (0.365, 0.36), (0.435, 0.36), (0.455, 0.80), closed=True)
    for y in (0.48, 0.64):
        out = 0.02 * (y - 0.36) / 0.44
        curve((0.365 - out, y), (0.435 + out, y), -0.012)
    line((0.35, 0.36), (0.45, 0.36), (0.45, 0.34), (0.35, 0.34), closed=True)
    line((0.372, 0.34), (0.372, 0.265), (0.428, 0.265), (0.428, 0.34))
    curve((0.362, 0.265), (0.438, 0.265), 0.075)
    line((0.362, 0.265), (0.438, 0.265))
    curve((0.0, 0.80), (0.345, 0.79), 0.10)
    curve((0.455, 0.795), (0.72, 1.0), 0.05)
    line((0.452, 0.74), (0.663, 0.74))
    line((0.787, 0.74), (1.0, 0.74))
    for x, y in ((0.60, 0.82), (0.70, 0.86), (0.80, 0.81), (0.88, 0.93), (0.76, 0.94)):
        curve((x, y), (x + 0.06, y), 0.006, 1)
    line((0.65, 0.70), (0.80, 0.70), (0.775, 0.77), (0.675, 0.77), closed=True)
    line((0.72, 0.70), (0.72, 0.49), (0.79, 0.67), (0.72, 0.67))
    line((0.71, 0.67), (0.665, 0.67), (0.71, 0.55), closed=True)
    cv2.circle(page, (round(0.86 * width), round(0.17 * height)), 62, (20, 20, 24), 5, cv2.LINE_AA)
    return page


def coloured_by_hand(window: QMainWindow, folder: Path, wait: Callable, settle: Callable) -> None:
    """Open the drawing and put hints on its regions with the mouse."""
    path = folder / "lighthouse.png"
    cv2.imwrite(str(path), lighthouse())
    window.open([path], remember=False)
    wait(lambda: window.document is not None and window.document.path == path and window.session.result, 60)
    settle(1.0)
    window.findChild(QAction, "view.result").trigger()
    window.set_tool("hint")
    settle(0.5)
    photo = window.document.photo
    for (x, y), code in COLOURS.items():
        window.hints.tool.swatch = Swatch.from_hex(code)
        at = window.canvas.to_widget(photo.width * x, photo.height * y).toPoint()
        QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=at)
        settle(0.2)
    wait(lambda: not window.session.recolour.pending, 60)


def take_sketch(
    window: QMainWindow, folder: Path, wait: Callable, settle: Callable, keep: Callable[[QPixmap, str], None]
) -> None:
    """Takes the drawing coloured by hand, and before that the dialog that draws the photo in work."""
    window.notice.hide()
    window.findChild(QAction, "sketch.extract").trigger()
    dialog = window.sketch.dialog
    wait(lambda: not dialog.busy, 30)
    settle(0.5)
    keep(dialog.grab(), "photo-to-sketch")
    dialog.reject()
    coloured_by_hand(window, folder, wait, settle)
    window.set_tool("pan")
    window.findChild(QDockWidget, "dock.sketch").raise_()
    window.findChild(QAction, "view.side_by_side").trigger()
    settle(6.0)  # the message has faded
    keep(window.grab(), "sketch")
