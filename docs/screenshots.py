"""Takes the pictures of README and guide from the real window: `make screenshots`.

The window is built as a person's would be, on the sample photos, waits until the networks have coloured what it
shows, and is grabbed. Settings live in a temporary folder, so that the pictures do not depend on who takes them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtCore import QEventLoop, QPoint, QSettings, Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDockWidget, QMainWindow

from docs.batch_scene import batch_dialog
from docs.input_scene import pages_in_strip
from docs.pictures import IMAGES, keep
from docs.sketch_scene import take_sketch

PICTURES = {  # file -> the action that shows it
    "window": "view.compare",
    "labels": "view.labels",
}


def wait(until: Callable[[], bool], seconds: float) -> bool:
    """Runs the event loop until the condition holds; False when the time was up first."""
    loop = QEventLoop()
    poll, limit = QTimer(interval=20), QTimer(singleShot=True, interval=int(1000 * seconds))
    poll.timeout.connect(lambda: loop.quit() if until() else None)
    limit.timeout.connect(loop.quit)
    poll.start()
    limit.start()
    if not until():
        loop.exec()
    return until()


def settle(seconds: float = 1.0) -> None:
    """Lets fading messages, thumbnails and the last result come to rest."""
    wait(lambda: False, seconds)


def in_front(window: QMainWindow, tab: str) -> None:
    """Brings a panel to the front, in a side as wide as a person's."""
    from gui.docks import SIDE_WIDTH

    dock = window.findChild(QDockWidget, f"dock.{tab}")
    dock.raise_()
    window.resizeDocks([dock], [SIDE_WIDTH], Qt.Orientation.Horizontal)


def calm(window: QMainWindow) -> None:
    """Waits until the colours in work are there."""
    wait(lambda: not window.session.recolour.pending and window.worker.idle, 60)
    settle()


def go_to(window: QMainWindow, name: str) -> None:
    """Opens another sample photo, and waits until it is coloured."""
    before, names = window.document, [path.stem for path in window.session.paths]
    window.session.go_to(names.index(name))
    wait(lambda: window.document is not before and window.session.result is not None, 60)
    calm(window)


def coloured_window(folder: Path) -> QMainWindow:
    """The window at 1440x900 with a coloured sample photo."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    os.environ["HUESMITH_DATA"] = str(folder / "data")
    from gui.app import create_window

    window = create_window(["--out", str(folder / "out")])
    results: list[object] = []
    window.worker.colorized.connect(lambda *result: results.append(result))
    window.resize(1440, 900)
    window.show()
    in_front(window, "labels")
    if not wait(lambda: bool(results), 120):
        sys.exit("the window did not colour its photo within two minutes")
    window.options.set_label(window.session.label_set.id("person"))
    settle(2)
    return window


def take_tools(window: QMainWindow) -> None:
    """Takes the tools at work, in a window of a reader's size."""
    from docs.tool_scenes import SCENES, played

    window.notice.hide()
    window.strip.parentWidget().hide()
    window.resize(1280, 720)
    window.findChild(QAction, "view.labels").trigger()
    settle()
    for name in SCENES:
        with played(window, name, settle) as picture:
            keep(picture, name)


def take_labels(window: QMainWindow) -> None:
    """Takes labels as outlines and patterns with their names, and the label set dialog with a label of one's own."""
    from core.label_sets import added
    from core.labels import default_label_set

    window.notice.hide()
    window.findChild(QAction, "view.labels").trigger()
    window.findChild(QAction, "view.label_names").trigger()
    for style in ("outlines", "patterns"):
        window.findChild(QAction, f"view.overlay_{style}").trigger()
        settle()
        keep(window.canvas.grab(), f"overlay-{style}")
    window.findChild(QAction, "view.label_names").trigger()
    window.findChild(QAction, "view.overlay_colours").trigger()
    window.findChild(QAction, "labels.edit_set").trigger()
    dialog = window.label_sets.dialog
    dialog.model.change(added(dialog.model.own, "mother’s dress", default_label_set().id("person"), (214, 64, 110)))
    dialog.go_to(len(dialog.model.own) - 1)
    settle(0.3)
    keep(dialog.grab(), "label-set")
    dialog.reject()
    settle()


def take_states(window: QMainWindow) -> None:
    """Takes two locked labels, one hidden; and one that is shown alone. Then all are as they were."""
    document = window.document
    largest = sorted(range(len(document.label_set)), key=document.area, reverse=True)
    window.notice.hide()
    window.set_view("LABELS")
    for label in largest[:2]:
        document.view.lock(label)
    document.view.hide(largest[2])
    settle()
    keep(window.grab(), "labels-locked")
    document.view.show_only(largest[1])
    settle()
    keep(window.grab(), "labels-alone")
    window.label_states.free()
    settle()


def make_palette(window: QMainWindow, words: str) -> None:
    """Makes a palette from words, as Enter in their field does."""
    tab = window.palettes
    tab.focus_words()
    tab.panel.make.words.setText(words)
    tab.panel.make.asked.emit("words")
    wait(lambda: not tab.jobs.busy, 20)


def take_palette(window: QMainWindow) -> None:
    """Takes the Palette tab with words that were put on the photo; then the photo is as it was."""
    steps = window.document.index
    window.notice.hide()
    window.set_view("SPLIT")
    make_palette(window, "autumn forest in rain, 深海")
    in_front(window, "palette")
    window.palettes.set_on(True)
    calm(window)
    keep(window.grab(), "palette")
    window.document.jump_to(steps)
    settle()


def take_recolouring(window: QMainWindow) -> None:
    """Takes a colour photo, its own colours moved along links to a palette, before and after."""
    tab = window.palettes
    go_to(window, "coffee")
    window.notice.hide()
    window.set_tool("pan")
    window.set_view("SPLIT")
    make_palette(window, "deep sea at night")
    in_front(window, "palette")
    wait(lambda: tab.recolouring.colourful, 20)
    tab.panel.apply.own.click()
    tab.set_on(True)
    wait(lambda: tab.on and not tab.jobs.busy, 20)
    calm(window)
    settle(4)
    keep(window.grab(), "recolour")


def take_colours(window: QMainWindow) -> None:
    """Takes the Colour tab with rules of a person's own."""
    from docs.colour_scene import colours_given

    window.notice.hide()
    with colours_given(window, settle):
        keep(window.grab(), "colour")


def take_faults(window: QMainWindow) -> None:
    """Takes the Faults tab at a place where a sofa was planted in the sky; then the photo is as it was."""
    import numpy as np

    document, steps = window.document, window.document.index
    window.notice.hide()
    in_front(window, "faults")
    window.set_view("SIDE")
    height, width = document.labels.shape
    document.begin_stroke("Brush: sofa")
    planted = np.ones((height * 3 // 10, width * 3 // 10), bool)
    document.paint(planted, height // 10, width // 10, document.label_set.id("sofa"))
    document.end_stroke()
    wait(lambda: window.faults.places and not window.faults.busy and not window.session.recolour.pending, 60)
    window.faults.next()
    settle()
    keep(window.grab(), "faults")
    document.jump_to(steps)
    window.canvas.fit()
    in_front(window, "labels")
    settle(6)  # the message of the place has faded


def take_others(window: QMainWindow) -> None:
    """Takes four tries side by side, and the result beside the label prior's; the photo stays as it is."""
    window.notice.hide()
    window.set_view("RESULT")
    window.findChild(QAction, "colour.others").trigger()
    wait(lambda: all(map(window.variants.sheet.tiles.has, range(4))), 60)
    keep(window.grab(), "others")
    window.variants.sheet.leave()
    window.compare.set_left("prior")
    wait(lambda: window.compare.there, 60)
    settle()
    keep(window.grab(), "compare")
    window.compare.set_left("")
    settle()


def take_references(window: QMainWindow) -> None:
    """Takes the References tab: an evening sky from another photo; then the photo is as it was."""
    steps = window.document.index
    window.notice.hide()
    window.set_view("SPLIT")
    window.references.add([path for path in window.session.paths if path.stem == "rocket"])
    wait(lambda: bool(window.document.guidance((1, 1)).references), 20)
    in_front(window, "references")
    calm(window)
    settle(4)
    keep(window.grab(), "references")
    from docs.reference_scene import gate_map, seen_large

    with seen_large(window, window.references.listed[0].path, wait, settle) as picture:
        keep(picture, "reference-large")
    with gate_map(window, wait, settle) as picture:
        keep(picture, "gate-map")
    window.document.jump_to(steps)
    in_front(window, "labels")
    settle()


def take_projects(window: QMainWindow) -> None:
    """Takes the start after a crash, with what is offered back."""
    from docs.project_scene import offered

    with offered(window, wait, settle) as picture:
        keep(picture, "restore")


def take_export(window: QMainWindow) -> None:
    """Takes the export dialog, and that of layers."""
    from docs.export_scene import export_dialog
    from docs.layers_scene import layers_dialog

    keep(export_dialog(window, wait), "export")
    keep(layers_dialog(window, wait), "layers")


def put_hints(window: QMainWindow) -> None:
    """An evening sky by a point, autumn grass by a scribble, both with the mouse."""
    from core.guidance import Swatch

    def at(x: float, y: float) -> QPoint:
        photo = window.document.photo
        return window.canvas.to_widget(photo.width * x, photo.height * y).toPoint()

    window.set_view("RESULT")
    window.set_tool("hint")
    window.options.set_size(96)
    settle()
    curve = tuple((0.79 + 0.02 * step, 0.77 - 0.1 * (0.1 * step - 0.5) ** 2) for step in range(10))
    for code, places in {"#b08a4a": curve, "#e6b49c": ((0.78, 0.12),)}.items():
        window.hints.tool.swatch = Swatch.from_hex(code)
        QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=at(*places[0]))
        for place in places[1:]:
            QTest.mouseMove(window.canvas, at(*place))
        QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=at(*places[-1]))
    calm(window)


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        window = coloured_window(Path(folder))
        for name, action in PICTURES.items():
            window.findChild(QAction, action).trigger()
            settle()
            keep(window.grab(), name)
        take_labels(window)
        take_states(window)
        take_palette(window)
        take_colours(window)
        take_faults(window)
        take_others(window)
        take_export(window)
        put_hints(window)
        keep(window.grab(), "hints")
        window.document.jump_to(0)
        take_tools(window)
        window.resize(1440, 900)
        window.strip.parentWidget().show()
        take_recolouring(window)
        window.document.jump_to(0)
        go_to(window, "camera")
        take_references(window)
        take_projects(window)
        take_sketch(window, Path(folder), wait, settle, keep)
        keep(batch_dialog(window, Path(folder), wait), "batch")
        keep(pages_in_strip(window, Path(folder), wait), "pages")
        window.document.mark_saved()  # nobody is there to be asked
        window.close()
        QApplication.processEvents()


if __name__ == "__main__":
    main()
