"""Label tools on camera-sized photos: a fill of ten million pixels, superpixels, the search for faults.

What runs in a thread is measured from the gesture to the changed map, together with the longest gap of the event loop
meanwhile: a tool may take its time, but it may keep no hand waiting.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.document import Document
from core.engine import Request
from core.fault_places import look
from core.guidance import Guidance, Plane
from core.labels import default_label_set, resize_labels
from core.photo import load_photo
from core.regions import paint, region_at, region_of
from core.superpixels import cut_photo
from gui.background import Background
from gui.canvas.ants import Ants
from tests.benchmarks.harness import Figure, Times, interleaved, timed
from tests.benchmarks.material import jpeg_12mp, jpeg_24mp
from tests.event_loop import LoopWatch

GAP = 16  # ms: what DESIGN allows the event loop to be away
_PATIENCE = 60  # seconds


def application() -> QApplication:
    return QApplication.instance() or QApplication([])


def until(done: Callable[[], bool]) -> None:
    """Turns the event loop until something is done. It sleeps between two events, as a window's does."""
    app, deadline = application(), time.perf_counter() + _PATIENCE
    awake = QTimer(interval=2)
    awake.start()
    while not done() and time.perf_counter() < deadline:
        app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
    awake.stop()


def watched(start: Callable[[], object], done: Callable[[], bool]) -> tuple[float, float]:
    """Milliseconds from `start` until `done`, and the longest gap of the event loop meanwhile."""
    with LoopWatch() as watch:
        began = time.perf_counter()
        start()
        until(done)
        took = time.perf_counter() - began
    return 1000 * took, 1000 * watch.longest_gap


def gap_figure(name: str, gaps: list[float]) -> Figure:
    return Figure(f"longest gap of the event loop, {name}", statistics.median(gaps), "ms", GAP, min(gaps))


def canvas_24mp() -> Any:
    """A canvas over a 24 MP photo in whose middle an ellipse of 10 MP has one label, with holes of others."""
    application()
    from gui.canvas import Canvas

    canvas = Canvas()
    canvas.resize(1200, 800)
    document = Document(load_photo(jpeg_24mp()), default_label_set())
    labels = np.full((512, 768), 36, np.uint8)
    cv2.ellipse(labels, (384, 256), (288, 188), 0, 0, 360, 50, -1)
    for number in range(12):
        cv2.circle(labels, (190 + 35 * number, 180 + 53 * number % 150), 9, 3 + number, -1)
    document.set_segmentation(labels)
    canvas.set_document(document)
    canvas.show()
    until(lambda: not canvas._background.busy)
    return canvas


def fill_10mp(runs: int = 9) -> list[Figure]:
    """Click with the fill tool -> the map has changed; and undo, which works in the event loop."""
    canvas = canvas_24mp()
    document = canvas.document
    canvas.set_tool("fill")
    canvas.set_label(45)
    place = canvas.to_widget(3000, 2000).toPoint()
    area = document.area(50) * document.labels.size / 1e6

    def click() -> None:
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)

    fills, gaps, undos = [], [], []
    for _ in range(runs + 2):
        took, gap = watched(click, lambda: document.index == 1 and not canvas.tool.busy)
        began = time.perf_counter()
        document.undo()
        undos.append(1000 * (time.perf_counter() - began))
        application().processEvents()
        fills.append(took)
        gaps.append(gap)
    canvas.close()
    name = "fill of a 10 MP region, 24 MP map"
    return [
        Times(tuple(fills[2:])).figure(name, 30, f"{area:.1f} MP"),
        gap_figure("fill of 10 MP", gaps[2:]),
        Times(tuple(undos[2:])).figure(f"undo of a {name}", GAP),
    ]


def superpixels_12mp(runs: int = 3) -> list[Figure]:
    """A 12 MP photo cut in the background, as when the superpixel brush is taken up."""
    application()
    background, times, gaps = Background(), [], []
    for _ in range(runs + 1):
        photo, came = load_photo(jpeg_12mp()), []
        took, gap = watched(
            lambda photo=photo, came=came: background.run(lambda: cut_photo(photo), came.append, came.append),
            lambda came=came: bool(came),
        )
        times.append(took)
        gaps.append(gap)
    first = f"the first, with the import, {times[0]:.0f} ms"
    return [
        Times(tuple(times[1:])).figure("superpixels of 12 MP, in the background", 5000, first),
        gap_figure("superpixels", gaps[1:]),
    ]


def fault_search(runs: int = 7) -> list[Figure]:
    """The places of a 24 MP map that are probably wrong, from the network's answer to what is listed and marked."""
    from tests.benchmarks.rows_edit import engine, need_guided

    need_guided()
    photo = load_photo(jpeg_24mp())
    luminance = Plane(photo.small_luminance(384))
    request = Request("bench faults", luminance, Guidance(), "guided", 384)
    segmented, probabilities = engine().segment(request), engine().probabilities(request)
    chroma = engine().colorize(request).chroma
    labels = resize_labels(segmented.labels, (photo.height, photo.width))
    height, width = labels.shape
    labels[height // 8 : height // 3, width // 8 : width // 3] = 45  # something to be found
    rgb, names = photo.thumbnail(768), default_label_set()

    def search() -> list:
        return look(labels, luminance.array, probabilities, names, chroma, rgb, ())

    times = timed(search, runs=runs)
    application()
    background, gaps = Background(), []
    for _ in range(runs):
        came: list = []
        gaps.append(
            watched(lambda c=came: background.run(search, c.append, c.append), lambda c=came: bool(c))[1]
        )
    return [
        times.figure("search for faults, 24 MP map", note=f"{len(search())} places"),
        gap_figure("search for faults", gaps),
        _marks(search()),
    ]


def _marks(places: list) -> Figure:
    """What the marks of the places cost a repaint of the whole view."""
    from gui.fault_marks import FaultMarks

    canvas, marks = canvas_24mp(), FaultMarks()
    marks.set_places(places, 0)
    marks.shown = True
    canvas.over.append(marks)
    times = timed(lambda: (canvas.update(), application().processEvents()), runs=40, warm_up=5)
    canvas.close()
    return times.figure("repaint of the view with faults marked, 24 MP", 3, f"{len(places)} places")


def resegmented(runs: int = 9) -> list[Figure]:
    """Another segmentation under a 24 MP map with 2 MP of strokes: the event loop waits for it, its undo and redo."""
    photo, draw = load_photo(jpeg_24mp()), np.random.default_rng(1)
    document = Document(photo, default_label_set())
    found = [cv2.resize(draw.integers(0, 59, (12, 18), np.uint8), (384, 256), interpolation=cv2.INTER_NEAREST)
             for _ in range(runs + 3)]  # fmt: skip
    document.set_segmentation(found[0])
    rows, columns = np.ogrid[-800:801, -800:801]
    paint(document, "bench", region_of(rows * rows + columns * columns <= 800 * 800, 1000, 2000), 5)
    fresh = iter(found[1:])
    taken = timed(lambda: document.set_segmentation(next(fresh)), runs=runs)
    back = interleaved({"undo": document.undo, "redo": document.redo}, runs=runs)
    return [
        taken.figure("another segmentation of 24 MP", GAP),
        back["undo"].figure("undo of it", GAP),
        back["redo"].figure("redo of it", GAP),
    ]


def selected(runs: int = 40) -> list[Figure]:
    """The view with a selection of 10 MP: a step of its marching ants, and all of it looked for anew after a zoom."""
    canvas, ants = canvas_24mp(), Ants()
    ants.region = region_at(canvas.document.labels, 3000, 2000)
    canvas.over.append(ants)

    def march() -> None:
        ants.step()
        canvas.update()
        application().processEvents()

    def zoom() -> None:
        canvas.zoom_in() if canvas.zoom < 0.25 else canvas.fit()
        application().processEvents()

    times = timed(march, runs=runs, warm_up=5)
    after_zoom = timed(zoom, runs=runs, warm_up=5)
    canvas.close()
    return [
        times.figure("repaint with marching ants, 24 MP", 3),
        after_zoom.figure("repaint with a selection after a zoom, 24 MP", GAP),
    ]


def history_memory() -> list[Figure]:
    """What the history of a hundred strokes over a 24 MP map holds."""
    import tracemalloc

    document = Document(load_photo(jpeg_24mp()), default_label_set())
    draw = np.random.default_rng(3)
    document.set_segmentation(draw.integers(0, 59, (20, 30), np.uint8))
    rows, columns = np.ogrid[-100:101, -100:101]
    brush = rows * rows + columns * columns <= 100 * 100
    document.begin_stroke("bench")  # imports what the first edit needs
    document.paint(brush, 0, 0, 5)
    document.end_stroke()
    tracemalloc.start()
    for number in range(100):
        document.begin_stroke("bench")
        start, end = draw.integers(0, document.labels.shape, (2, 2))
        for place in np.linspace(start, end, 40).astype(int):
            document.paint(brush, *place.tolist(), number % 59)
        document.end_stroke()
    kept, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return [Figure("history of 100 strokes on 24 MP", kept / 1e6, "MB", 100, note=f"at most {most / 1e6:.1f} MB")]


ROWS = [
    ("fill", fill_10mp),
    ("resegment", resegmented),
    ("selection", selected),
    ("history memory", history_memory),
    ("superpixels", superpixels_12mp),
    ("faults", fault_search),
]
