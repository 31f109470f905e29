"""The bar of tool options: each tool shows what it can be told, and both sides of a setting agree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from gui.main_window import MainWindow
from gui.tool_options import ToolOptionsBar
from gui.tools import TOOLS, BrushTool, SuperpixelTool, ToolOptions, WandTool

SHOWN = {
    "brush": {"size", "snap", "tolerance"},
    "eraser": {"size", "snap", "tolerance"},
    "superpixel": {"superpixels", "selects"},
    "wand": {"tolerance", "contiguous", "alike", "selects"},
    "fill": {"selects"},
    "object": {"selects"},
    "polygon": {"selects"},
    "scissors": {"selects"},
    "picker": set(),
}


def shown(bar: ToolOptionsBar) -> set[str]:
    return {name for name in set().union(*SHOWN.values()) if getattr(bar, name).isVisible()}


@pytest.fixture
def options() -> ToolOptions:
    return ToolOptions()


@pytest.fixture
def bar(qtbot: QtBot, options: ToolOptions) -> ToolOptionsBar:
    bar = ToolOptionsBar(options)
    qtbot.addWidget(bar)
    bar.resize(1400, 60)
    bar.show()
    return bar


@pytest.mark.parametrize("tool", [tool for tool in TOOLS if tool.name in SHOWN], ids=lambda tool: tool.name)
def test_a_tool_shows_what_it_can_be_told_and_nothing_else(qtbot: QtBot, bar: ToolOptionsBar, tool: type) -> None:
    bar.set_tool(tool)
    qtbot.waitUntil(lambda: shown(bar) == SHOWN[tool.name])


def test_the_bar_is_as_high_for_every_tool(bar: ToolOptionsBar) -> None:
    heights = set()
    for tool in TOOLS:
        bar.set_tool(tool)
        heights.add(max(bar.sizeHint().height(), bar.minimumHeight()))
    assert len(heights) == 1


def test_what_is_set_in_the_bar_the_tools_are_told(qtbot: QtBot, bar: ToolOptionsBar, options: ToolOptions) -> None:
    bar.set_tool(BrushTool)
    qtbot.waitUntil(lambda: shown(bar) == SHOWN["brush"])
    bar.tolerance.setValue(33)
    bar.snap.click()
    bar.set_tool(WandTool)
    qtbot.waitUntil(lambda: shown(bar) == SHOWN["wand"])
    bar.contiguous.click()
    qtbot.keyClick(bar.alike, Qt.Key.Key_Down)
    bar.set_tool(SuperpixelTool)
    qtbot.waitUntil(lambda: shown(bar) == SHOWN["superpixel"])
    qtbot.keyClick(bar.superpixels, Qt.Key.Key_Up)
    told = options.tolerance, options.snap, options.contiguous, options.alike_by, options.superpixels
    assert told == (33, True, False, "network", "fine")


def test_what_a_tool_sets_the_bar_shows(bar: ToolOptionsBar, options: ToolOptions) -> None:
    heard = []
    options.changed.connect(heard.append)
    options.set_tolerance(250)
    options.set_snap(True)
    options.set_contiguous(False)
    options.set_alike_by("network")
    options.set_superpixels("coarse")
    assert bar.tolerance.value() == 100
    assert bar.snap.isChecked() and not bar.contiguous.isChecked()
    assert (bar.alike.currentData(), bar.superpixels.currentData()) == ("network", "coarse")
    assert heard == ["tolerance", "snap", "contiguous", "alike_by", "superpixels"]


def test_the_next_window_finds_them_as_they_were(
    coloured: MainWindow, open_window: Callable[..., MainWindow], photos: list[Path]
) -> None:
    options = coloured.options
    options.set_tolerance(33)
    options.set_snap(True)
    options.set_contiguous(False)
    options.set_alike_by("network")
    options.set_superpixels("coarse")
    again = open_window(photos[0].parent)
    told = again.options
    assert (told.tolerance, told.snap, told.contiguous, told.alike_by, told.superpixels) == (
        33, True, False, "network", "coarse"
    )  # fmt: skip
    assert again.tool_options.tolerance.value() == 33 and again.tool_options.snap.isChecked()


@pytest.mark.parametrize(("key", "name"), [("W", "wand"), ("P", "polygon"), ("S", "scissors"), ("U", "superpixel")])
def test_a_key_takes_the_tool_and_the_bar_tells_how(coloured: MainWindow, qtbot: QtBot, key: str, name: str) -> None:
    coloured.activateWindow()
    coloured.canvas.setFocus()
    qtbot.keyClick(coloured.canvas, key)
    assert coloured.canvas.tool.name == name
    assert coloured.actions_by_id[f"tool.{name}"].isChecked()
    qtbot.waitUntil(lambda: shown(coloured.tool_options) == SHOWN[name])
