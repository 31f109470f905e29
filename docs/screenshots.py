"""Takes the pictures of the README from the real window: `make screenshots`.

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
from PySide6.QtWidgets import QApplication, QMainWindow

IMAGES = Path(__file__).resolve().parent / "images"
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


def coloured_window(folder: Path) -> QMainWindow:
    """The window at 1440x900 with a coloured sample photo."""
    QSettings.setDefaultFormat(QSettings.Format.IniFormat)
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(folder))
    from gui.app import create_window

    window = create_window(["--out", str(folder / "out")])
    results: list[object] = []
    window.worker.colorized.connect(lambda *result: results.append(result))
    window.resize(1440, 900)
    window.show()
    if not wait(lambda: bool(results), 120):
        sys.exit("the window did not colour its photo within two minutes")
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
            picture.save(str(IMAGES / f"{name}.png"))


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
        window.canvas.grab().save(str(IMAGES / f"overlay-{style}.png"))
    window.findChild(QAction, "view.label_names").trigger()
    window.findChild(QAction, "view.overlay_colours").trigger()
    window.findChild(QAction, "labels.edit_set").trigger()
    dialog = window.label_sets.dialog
    dialog.model.change(added(dialog.model.own, "mother’s dress", default_label_set().id("person"), (214, 64, 110)))
    dialog.go_to(len(dialog.model.own) - 1)
    settle(0.3)
    dialog.grab().save(str(IMAGES / "label-set.png"))
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
    window.grab().save(str(IMAGES / "labels-locked.png"))
    document.view.show_only(largest[1])
    settle()
    window.grab().save(str(IMAGES / "labels-alone.png"))
    window.label_states.free()
    settle()


def take_palette(window: QMainWindow) -> None:
    """Takes the Palette tab with words that were put on the photo; then the photo is as it was."""
    tab, steps = window.palettes, window.document.index
    window.notice.hide()
    tab.focus_words()
    tab.panel.make.words.setText("autumn forest in rain, 深海")
    tab.panel.make.asked.emit("words")
    wait(lambda: not tab.jobs.busy, 20)
    tab.set_on(True)
    wait(lambda: not window.session.recolour.pending and window.worker.idle, 60)
    settle()
    window.grab().save(str(IMAGES / "palette.png"))
    window.document.jump_to(steps)
    settle()


def take_colours(window: QMainWindow) -> None:
    """Takes the Colour tab with rules of a person's own."""
    from docs.colour_scene import colours_given

    window.notice.hide()
    with colours_given(window, settle):
        window.grab().save(str(IMAGES / "colour.png"))


def take_faults(window: QMainWindow) -> None:
    """Takes the Faults tab at a place where a sofa was planted in the sky; then the photo is as it was."""
    import numpy as np

    document, steps = window.document, window.document.index
    window.notice.hide()
    window.set_view("SIDE")
    height, width = document.labels.shape
    document.begin_stroke("Brush: sofa")
    planted = np.ones((height * 3 // 10, width * 3 // 10), bool)
    document.paint(planted, height // 10, width // 10, document.label_set.id("sofa"))
    document.end_stroke()
    wait(lambda: window.faults.places and not window.faults.busy and not window.session.recolour.pending, 60)
    window.faults.next()
    settle()
    window.grab().save(str(IMAGES / "faults.png"))
    document.jump_to(steps)
    window.canvas.fit()
    settle()


def take_others(window: QMainWindow) -> None:
    """Takes four tries side by side, and the result beside the label prior's; the photo stays as it is."""
    window.notice.hide()
    window.set_view("RESULT")
    window.findChild(QAction, "colour.others").trigger()
    wait(lambda: all(map(window.variants.sheet.tiles.has, range(4))), 60)
    window.grab().save(str(IMAGES / "others.png"))
    window.variants.sheet.leave()
    window.compare.set_left("prior")
    wait(lambda: window.compare.there, 60)
    settle()
    window.grab().save(str(IMAGES / "compare.png"))
    window.compare.set_left("")
    settle()


def put_hints(window: QMainWindow) -> None:
    """An evening sky by a point, autumn grass by a scribble, both with the mouse."""
    from core.guidance import Swatch

    def at(x: float, y: float) -> QPoint:
        photo = window.document.photo
        return window.canvas.to_widget(photo.width * x, photo.height * y).toPoint()

    window.set_view("RESULT")
    window.set_tool("hint")
    wishes = {"#b08a4a": ((0.62, 0.75), (0.75, 0.79), (0.88, 0.76)), "#e6b49c": ((0.78, 0.12),)}
    for code, places in wishes.items():
        window.hints.tool.swatch = Swatch.from_hex(code)
        QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, pos=at(*places[0]))
        for place in places[1:]:
            QTest.mouseMove(window.canvas, at(*place))
        QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=at(*places[-1]))
    wait(lambda: not window.session.recolour.pending and window.worker.idle, 60)
    settle()


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        window = coloured_window(Path(folder))
        for name, action in PICTURES.items():
            window.findChild(QAction, action).trigger()
            settle()
            window.grab().save(str(IMAGES / f"{name}.png"))
        take_labels(window)
        take_states(window)
        take_palette(window)
        take_colours(window)
        take_faults(window)
        take_others(window)
        take_tools(window)
        put_hints(window)
        window.grab().save(str(IMAGES / "hints.png"))
        window.document.mark_saved()  # nobody is there to be asked
        window.close()
        QApplication.processEvents()


if __name__ == "__main__":
    main()
