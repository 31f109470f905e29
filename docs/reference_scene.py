"""The scenes of the guide's pictures about references: a point pair and a part of one, and the gate map.

Both begin with a photo that has one reference, and leave the document as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow

LEFT = Qt.MouseButton.LeftButton
PART = (0.16, 0.08), (0.5, 0.06), (0.84, 0.1), (0.8, 0.42), (0.62, 0.5), (0.36, 0.48), (0.2, 0.4)  # its sky
Wait = Callable[[Callable[[], bool], float], bool]
Settle = Callable[[float], None]


@contextmanager
def seen_large(window: QMainWindow, path: str, wait: Wait, settle: Settle) -> Iterator[QPixmap]:
    """The reference at `path` seen large, a part of it drawn for the sky; inside there is the panel's picture."""
    view, steps = window.reference_view, window.document.index
    view.open(path)
    wait(lambda: not view.jobs.busy, 20)
    window.options.set_label(window.session.label_set.id("sky"))
    viewer, preview = view.viewer, view.viewer.preview
    viewer.modes["lasso"].click()
    points = [preview.point_of(place).toPoint() for place in PART]
    QTest.mousePress(preview, LEFT, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(preview, point)
    QTest.mouseRelease(preview, LEFT, pos=points[-1])
    viewer.use.click()
    wait(lambda: not window.session.recolour.pending and window.worker.idle, 60)
    settle(2.0)
    yield window.references.panel.grab()
    view.close()
    window.document.jump_to(steps)


@contextmanager
def gate_map(window: QMainWindow, wait: Wait, settle: Settle) -> Iterator[QPixmap]:
    """The gate half way and its map; inside there is the canvas's picture, at half size."""
    steps, before = window.document.index, window.canvas.view.name
    window.reference_gates.set_gate(-1, 0.5)
    window.set_view("GATE")
    sight, session = window.reference_sight, window.session
    wait(lambda: sight.gates is not None and sight.gates.request == session.result.request
         and not session.recolour.pending, 60)  # fmt: skip
    settle(1.0)
    picture = window.canvas.grab()
    yield picture.scaled(picture.size() * 0.6, mode=Qt.TransformationMode.SmoothTransformation)
    window.set_view(before)
    window.document.jump_to(steps)

