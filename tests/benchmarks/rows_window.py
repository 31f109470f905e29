"""The window: how soon it is there, how fast it repaints, and whether it ever keeps a hand waiting."""

from __future__ import annotations

import itertools
import statistics
import time

import numpy as np
from PySide6.QtCore import QEventLoop, QSettings, QTimer
from PySide6.QtWidgets import QApplication

from core.document import Document
from core.labels import default_label_set
from core.photo import load_photo
from core.samples import sample_photos
from tests.benchmarks.harness import Figure, NotAvailable, Times, child, timed
from tests.benchmarks.material import folder, jpeg_24mp
from tests.event_loop import LoopWatch

START = """
import os, sys, time
began = float(sys.argv[1])
sys.path.insert(0, "")
from PySide6.QtCore import QSettings, QTimer
QSettings.setDefaultFormat(QSettings.Format.IniFormat)
QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, sys.argv[2])
import run
from gui.app import create_window
from PySide6.QtWidgets import QApplication
window = create_window([])
window.show()
app = QApplication.instance()
app.processEvents()
shown = time.time() - began
coloured = []
window.worker.colorized.connect(lambda *_: (coloured.append(time.time() - began), app.quit()))
QTimer.singleShot(60000, app.quit)
app.exec()
print(shown, coloured[0] if coloured else -1, 'torch' in sys.modules)
sys.stdout.flush()
os._exit(0)
"""


def start_up(runs: int = 7) -> list[Figure]:
    """Process start -> window painted, and -> the sample photo in colour; files are warm in the page cache."""
    lines = [child(START, str(time.time()), str(folder() / "settings")).split() for _ in range(runs + 1)][1:]
    shown = Times(tuple(1000 * float(line[0]) for line in lines))
    coloured = Times(tuple(1000 * float(line[1]) for line in lines))
    figures = [shown.figure("start -> window", 350)]
    if coloured.low > 0:
        note = "torch was loaded" if lines[-1][2] == "True" else ""
        figures.append(coloured.figure("start -> sample photo in colour", 900, note))
    return figures


def open_window(*argv: str):
    """The real window, shown, with settings of its own."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder() / "settings"))
    from gui.app import create_window

    window = create_window(list(argv))
    window.resize(1400, 900)
    window.show()
    QApplication.processEvents()
    return window


def repaint_24mp() -> list[Figure]:
    """The canvas over a 24 MP photo: the whole viewport, and what a dab makes it repaint."""
    QApplication.instance() or QApplication([])
    from gui.canvas import Canvas
    from gui.canvas.label_layer import STYLES

    canvas = Canvas()
    canvas.resize(1200, 800)
    photo = load_photo(jpeg_24mp())
    document = Document(photo, default_label_set())
    canvas.set_document(document)
    canvas.show()
    QApplication.processEvents()
    whole = timed(canvas.repaint, runs=40, warm_up=5)
    ys, xs = np.ogrid[-50:51, -50:51]
    disc = (ys * ys + xs * xs) <= 50 * 50
    places = itertools.cycle((400 + 37 * step, 300 + 41 * step) for step in range(80))
    labels = itertools.cycle((5, 6, 7))  # another one each time the places come round
    document.begin_stroke("bench")

    def dab_and_paint() -> None:
        document.paint(disc, *next(places), next(labels))
        QApplication.processEvents()

    times = timed(dab_and_paint, runs=60, warm_up=5)
    figures = [times.figure("dab and repaint after it, 24 MP", 3), whole.figure("repaint of the whole view, 24 MP")]
    for style in STYLES[1:]:
        canvas.look.style = style
        canvas.redraw()
        times = timed(dab_and_paint, runs=60, warm_up=5)
        figures.append(times.figure(f"dab and repaint after it, labels as {style}, 24 MP", 3))
    document.end_stroke()
    canvas.close()
    return figures


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def longest_gap(rounds: int = 5) -> list[Figure]:
    """The event loop while strokes are painted and the network recolours after each of them."""
    window = open_window("--imgs", str(sample_photos()[0]), "--out", str(folder() / "saved"))
    results = []
    window.worker.colorized.connect(lambda *_: results.append(time.perf_counter()))
    deadline = time.perf_counter() + 60
    while not results and time.perf_counter() < deadline:
        wait(50)
    if not results:
        raise NotAvailable("the window never coloured its photo")
    wait(500)
    gaps = []
    for number in range(rounds):
        with LoopWatch() as watch:
            window.document.begin_stroke("bench")
            for step in range(30):
                window.document.paint(np.ones((24, 24), bool), 60 + 5 * step, 50 + 4 * step, 10 + number)
                wait(10)
            window.document.end_stroke()
            wait(300)
        gaps.append(1000 * watch.longest_gap)
    window.document.mark_saved()  # or closing would ask
    window.close()
    note = f"{len(results)} results meanwhile"
    return [Figure("longest gap of the event loop", statistics.median(gaps), "ms", 16, min(gaps), note)]


ROWS = [("start-up", start_up), ("repaint", repaint_24mp), ("event loop", longest_gap)]
