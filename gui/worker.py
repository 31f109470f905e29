"""The worker: one thread that owns the engine, so that the window never waits for a network.

    submit(request)        -> colorized(Result, preview)   newest waiting request wins, one in flight
    segment(request)       -> segmented(Segmentation)
    render_detail(box, s)  -> detailed(Detail)             a region at 100 %, newest wins too

A request equal to the one that will be on the screen anyway means no work. Only signals cross the border; they
are emitted in the worker thread and arrive in the receiver's. The engine is made in the thread by `start()`,
which the window calls once it has been painted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from core.box import Box
from core.engine import Request


@dataclass(frozen=True, eq=False)
class Detail:
    """A region of the photo in colour: `rgb` uint8 (h, w, 3) shows `box` (photo pixels) at `scale`."""

    request: Request
    box: Box
    scale: float
    rgb: np.ndarray


class Worker(QObject):
    """Requests in, signals out. Every method returns at once, but for `stop`."""

    engineReady = Signal(str)  # the device line of the status bar
    colorizersChanged = Signal(object)  # tuple[ColorizerInfo, ...], the default one first
    segmented = Signal(object)  # Segmentation
    colorized = Signal(object, object)  # Result, preview: uint8 (h, w, 3) sRGB or None
    detailed = Signal(object)  # Detail
    failed = Signal(str)  # one sentence
    busy = Signal(bool, str)  # whether there is work, and which
    batchProgress = Signal(int, int, object)  # done, total, FileReport
    batchFinished = Signal(object)  # BatchReport
