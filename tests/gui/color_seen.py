"""What the tests of rules share: the colours of a label as they are seen, drags of sliders, swatches dropped."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from core.chroma import render
from core.color import delta_e2000, rgb_to_lab
from core.guidance import Swatch
from core.tones import swatch_lab
from gui.main_window import MainWindow
from gui.palette.slider import GamutSlider
from tests.gui.conftest import PATIENCE

LEFT = Qt.MouseButton.LeftButton


def settled(qtbot: QtBot, window: MainWindow) -> None:
    """Until the colours are those of the document and have been measured."""
    session, measuring = window.session, window.colour._measuring
    qtbot.waitUntil(
        lambda: not session.recolour.pending and window.worker.idle and not measuring.busy, timeout=PATIENCE
    )


def picture(window: MainWindow) -> np.ndarray:
    """The whole photo as it is seen and written, uint8 (H, W, 3)."""
    result = window.session.result
    return render(window.document.photo, result.chroma, locks=result.locks, moved=result.moved)


def mean_lab(window: MainWindow, label: int) -> np.ndarray:
    """L*a*b* (3,) of the mean of a label's pixels as they are seen."""
    region = picture(window)[np.asarray(window.document.labels) == label]
    return rgb_to_lab(region.astype(np.float32) / 255).mean(axis=0)


def away_from(lab: np.ndarray, swatch: Swatch) -> float:
    """ΔE2000 between a colour and a swatch at the colour's own light."""
    wanted = swatch_lab(swatch)
    return float(delta_e2000(lab.astype(np.float32), np.float32([lab[0], *wanted[1:]])))


def drag(slider: GamutSlider, *shares: float) -> None:
    """Take the handle along the groove, to each share of its length."""
    groove = slider._groove()
    points = [QPoint(round(groove.left() + share * groove.width()), slider.height() // 2) for share in shares]
    QTest.mousePress(slider, LEFT, pos=points[0])
    for point in points[1:]:
        QTest.mouseMove(slider, point)
    QTest.mouseRelease(slider, LEFT, pos=points[-1])


def drop(target: QWidget, at: QPoint, data: QMimeData) -> bool:
    """Carry something over a widget and let it fall there; whether it was taken."""
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(at, copy, data, LEFT, none)
    QApplication.sendEvent(target, enter)
    move = QDragMoveEvent(at, copy, data, LEFT, none)
    move.setAccepted(enter.isAccepted())  # as Qt hands it on
    QApplication.sendEvent(target, move)
    if not (enter.isAccepted() and move.isAccepted()):
        return False
    fall = QDropEvent(at.toPointF(), copy, data, LEFT, none, QEvent.Type.Drop)
    QApplication.sendEvent(target, fall)
    return fall.isAccepted()
