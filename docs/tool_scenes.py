"""The tools at work, each in the middle of what it does, for `docs/screenshots.py`.

A scene takes the window with the first sample photo (512 x 512) in the labels view, works on it with real mouse
events, and leaves the tool as the picture shall show it. Afterwards the photo is as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow

LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier
Place = tuple[float, float]
Settle = Callable[[float], None]


class Stage:
    """The window, with hands: places are photo pixels."""

    def __init__(self, window: QMainWindow, settle: Settle) -> None:
        self.window, self.canvas, self.settle = window, window.canvas, settle

    def take(self, tool: str, label: str) -> None:
        """Take a tool and a label in hand."""
        self.window.set_tool(tool)
        self.window.options.set_label(self.window.session.label_set.id(label))
        self.settle(0.5)

    def at(self, place: Place) -> QPoint:
        return self.canvas.to_widget(*place).toPoint()

    def click(self, *places: Place) -> None:
        for place in places:
            self.go(place)
            QTest.mouseClick(self.canvas, LEFT, NONE, self.at(place))
            self.settle(0.8)

    def press(self, place: Place) -> None:
        QTest.mousePress(self.canvas, LEFT, NONE, self.at(place))

    def go(self, *places: Place) -> None:
        for place in places:
            QTest.mouseMove(self.canvas, self.at(place))

    def let_go(self, place: Place) -> None:
        QTest.mouseRelease(self.canvas, LEFT, NONE, self.at(place))


def brush(stage: Stage) -> None:
    """A stroke that snaps to the coat."""
    stage.take("brush", "clothes")
    stage.window.options.set_size(60)
    stage.window.options.set_snap(True)
    stage.window.options.set_tolerance(12)
    stage.press((120, 200))
    stage.go((105, 260), (100, 330), (150, 360))


def eraser(stage: Stage) -> None:
    """Taking half a stroke back."""
    stage.take("brush", "clothes")
    stage.window.options.set_snap(False)
    stage.window.options.set_size(60)
    stage.press((70, 250))
    stage.go((150, 250))
    stage.let_go((150, 250))
    stage.take("eraser", "clothes")
    stage.press((165, 285))
    stage.go((140, 260), (115, 235))


def superpixel(stage: Stage) -> None:
    """A few pieces of the coat, and the one under the pointer."""
    stage.take("superpixel", "clothes")
    stage.settle(3.0)
    stage.press((75, 230))
    stage.go((75, 190), (150, 130))
    stage.let_go((150, 130))
    stage.go((190, 290))


def fill(stage: Stage) -> None:
    """The grass under the tripod, filled as ground with one click."""
    stage.take("fill", "ground")
    stage.click((430, 330))


def rectangle(stage: Stage) -> None:
    """Over the tower."""
    stage.take("rectangle", "building")
    stage.press((408, 112))
    stage.go((430, 160), (436, 226))


def ellipse(stage: Stage) -> None:
    """Around the head."""
    stage.take("ellipse", "person")
    stage.press((150, 55))
    stage.go((200, 100), (258, 165))


def lasso(stage: Stage) -> None:
    """Around the gloves by hand."""
    stage.take("lasso", "clothes")
    stage.press((170, 215))
    stage.go((200, 195), (235, 192), (262, 205), (258, 228), (232, 246), (198, 262), (172, 262), (160, 245))


def wand(stage: Stage) -> None:
    """Dragging the tolerance until the coat is chosen."""
    stage.take("wand", "clothes")
    stage.window.options.set_tolerance(4)
    stage.press((110, 250))
    stage.settle(1.0)
    stage.go((110, 240))
    stage.go((110, 238))


def polygon(stage: Stage) -> None:
    """Around the camera, before the last corner."""
    stage.take("polygon", "tvmonitor")
    stage.click((262, 148), (318, 140), (328, 180), (300, 200))
    stage.go((268, 190))


def scissors(stage: Stage) -> None:
    """Along the coat's edge."""
    stage.take("scissors", "clothes")
    stage.click((62, 170), (147, 111), (168, 170))
    stage.go((200, 240))
    stage.settle(1.0)


def thing(stage: Stage) -> None:
    """The man, proposed from a click on his coat and one on his head."""
    stage.take("object", "person")
    stage.click((130, 250))
    QTest.mouseClick(stage.canvas, LEFT, Qt.KeyboardModifier.ShiftModifier, stage.at((185, 95)))
    stage.settle(6.0)


def select(stage: Stage) -> None:
    """The head and the gloves selected, and a stroke of the brush that keeps to them."""
    stage.window.options.set_selects(True)
    stage.take("ellipse", "person")
    shift = Qt.KeyboardModifier.ShiftModifier
    for start, end, keys in (((150, 55), (262, 170), NONE), ((152, 185), (272, 270), shift)):
        QTest.mousePress(stage.canvas, LEFT, keys, stage.at(start))
        QTest.mouseRelease(stage.canvas, LEFT, keys, stage.at(end))
    stage.window.options.set_selects(False)
    stage.take("brush", "clothes")
    stage.window.options.set_snap(False)
    stage.window.options.set_size(60)
    stage.press((120, 240))
    stage.go((210, 225), (300, 215))


SCENES: dict[str, Callable[[Stage], None]] = {
    "tool-brush": brush,
    "tool-eraser": eraser,
    "tool-superpixels": superpixel,
    "tool-fill": fill,
    "tool-rectangle": rectangle,
    "tool-ellipse": ellipse,
    "tool-lasso": lasso,
    "tool-wand": wand,
    "tool-polygon": polygon,
    "tool-scissors": scissors,
    "tool-object": thing,
    "tool-select": select,
}


@contextmanager
def played(window: QMainWindow, name: str, settle: Settle) -> Iterator[QPixmap]:
    """Play a scene; inside there is its picture: the bar of options, the tools and the canvas."""
    stage = Stage(window, settle)
    steps = window.document.index
    SCENES[name](stage)
    settle(0.6)
    canvas, bar = window.canvas, window.tool_options
    corner = canvas.mapTo(window, QPoint(canvas.width(), canvas.height()))
    top = bar.mapTo(window, QPoint(0, 0)).y()
    yield window.grab(QRect(0, top, corner.x(), corner.y() - top))
    canvas.cancel()
    canvas.set_tool("pan")
    window.document.view.selection.set(None)
    window.document.jump_to(steps)
    settle(0.3)
