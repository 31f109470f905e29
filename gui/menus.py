"""Menus, toolbar and tool strip, laid out from the action table."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QToolButton, QWidget

from core.photo_pages import name_of
from gui import theme
from gui.actions import ACTIONS, MENUS, Action

if TYPE_CHECKING:
    from gui.main_window import MainWindow

RECENT_SHOWN = 10


def build_menus(window: MainWindow, actions: dict[str, QAction], docks: Iterable[QWidget]) -> None:
    """Fill the menu bar; the View menu ends with a switch for every dock."""
    bar = window.menuBar()
    for title in MENUS:
        menu = bar.addMenu(f"&{title}")
        menu.setObjectName(f"menu.{title.lower()}")
        menu.setToolTipsVisible(False)
        _fill(menu, actions, _placed(title, lambda row: row.menu))
        if title == "View":
            menu.addSeparator()
            for dock in docks:
                menu.addAction(dock.toggleViewAction())
    recent = QMenu(window)
    recent.setObjectName("menu.recent")
    actions["file.recent"].setMenu(recent)
    recent.aboutToShow.connect(lambda: fill_recent(window, recent))


def fill_recent(window: MainWindow, menu: QMenu) -> None:
    """The last opened photos and folders, newest first, and a way to forget them."""
    menu.clear()
    for number, text in enumerate(window.settings["files.recent"][:RECENT_SHOWN], start=1):
        path = Path(text)
        entry = menu.addAction(f"&{number % 10}  {name_of(path)}" + (f"    {path.parent}" if path.parent.name else ""))
        entry.triggered.connect(lambda _=False, path=path: window.open([path]))
    menu.addSeparator()
    menu.addAction("Forget these").triggered.connect(window.forget_recent)


def build_toolbar(window: MainWindow, actions: dict[str, QAction]) -> QToolBar:
    """The bar at the top: files, undo, views, zoom, and the colorizer at the right."""
    bar = _bar(window, "toolbar", "Toolbar")
    _fill(bar, actions, _placed("main", lambda row: row.toolbar))
    spring = QWidget(bar)
    spring.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(spring)
    bar.addWidget(_colorizer_button(window, actions))
    return bar


def build_tool_strip(window: MainWindow, actions: dict[str, QAction]) -> QToolBar:
    """The narrow bar at the left with the tools."""
    bar = _bar(window, "toolStrip", "Tools")
    bar.setOrientation(Qt.Orientation.Vertical)
    _fill(bar, actions, _placed("tools", lambda row: row.toolbar))
    window.addToolBar(Qt.ToolBarArea.LeftToolBarArea, bar)
    return bar


def _bar(window: MainWindow, name: str, title: str) -> QToolBar:
    bar = QToolBar(title, window)
    bar.setObjectName(name)
    bar.setIconSize(theme.ICON_SIZE)
    bar.setMovable(False)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    return bar


def _colorizer_button(window: MainWindow, actions: dict[str, QAction]) -> QToolButton:
    button = QToolButton(window)
    button.setObjectName("colorizerButton")
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    button.setToolTip("<b>Colorizer</b><br>What turns light and labels into colour")
    button.setAccessibleName("Colorizer")
    menu = QMenu(button)
    for row in ACTIONS:
        if row.group == "colorizer":
            menu.addAction(actions[row.id])
    button.setMenu(menu)
    return button


def _placed(where: str, place) -> list[tuple[Action, str]]:
    """The rows that stand at `where`, each with its section, in the order of the table."""
    rows = [(row, *place(row).partition("/")[::2]) for row in ACTIONS]
    return [(row, section) for row, spot, section in rows if spot == where]


def _fill(target: QMenu | QToolBar, actions: dict[str, QAction], rows: list[tuple[Action, str]]) -> None:
    """The rows in order; a section "7>Name" is a menu of that name in section 7."""
    before = rows[0][1].partition(">")[0] if rows else ""
    menus: dict[str, QMenu] = {}
    for row, place in rows:
        section, _, name = place.partition(">")
        if section != before:
            target.addSeparator()
            before = section
        if name and name not in menus:
            menus[name] = target.addMenu(name)
        (menus[name] if name else target).addAction(actions[row.id])
