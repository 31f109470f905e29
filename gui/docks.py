"""The docks: panels that may be closed, floated, tabbed and remembered.

A panel among tabs is named by its tab, and one along the bottom by what it shows, so neither wastes a line on a
title; a floating one, or one that stands alone at the side, has its title to be moved and closed by.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QWidget

from gui.features import DockSpec, Space

SIDE_WIDTH = 340  # the tabs, with the number of places to look at, uncut; where they are more, arrows lead to them


class Dock(QDockWidget):
    """A dock whose title is there only while it is needed."""

    def __init__(self, title: str, name: str, widget: QWidget, window: QMainWindow) -> None:
        super().__init__(title, window)
        self.setObjectName(name)
        self.setWidget(widget)
        self._no_title = QWidget(self)
        self.topLevelChanged.connect(self.settle)
        self.visibilityChanged.connect(self.settle)
        self.dockLocationChanged.connect(self.settle)
        if isinstance(widget, Space):
            self.visibilityChanged.connect(lambda seen: widget.come_forward() if seen else None)
            self.topLevelChanged.connect(lambda floats: widget.come_forward() if floats else None)

    def settle(self) -> None:
        """Take the title away, or bring it back, by where the dock is now."""
        window = self.parentWidget()
        if not isinstance(window, QMainWindow):
            return
        named = bool(window.tabifiedDockWidgets(self))
        below = window.dockWidgetArea(self) == Qt.DockWidgetArea.BottomDockWidgetArea
        wanted = self._no_title if (named or below) and not self.isFloating() else None
        if self.titleBarWidget() is not wanted:
            self.setTitleBarWidget(wanted)


def add_docks(
    window: QMainWindow, labels: QWidget, history: QWidget, photos: QWidget, extra: Sequence[DockSpec] = ()
) -> tuple[Dock, ...]:
    """Labels, what features bring and History as tabs at the right, the photos along the bottom."""
    right, bottom = Qt.DockWidgetArea.RightDockWidgetArea, Qt.DockWidgetArea.BottomDockWidgetArea
    window.setDockOptions(QMainWindow.DockOption.AllowTabbedDocks | QMainWindow.DockOption.GroupedDragging)
    window.setTabPosition(right, QTabWidget.TabPosition.North)
    window.setCorner(Qt.Corner.BottomRightCorner, right)
    tabs = [
        Dock("Labels", "dock.labels", labels, window),
        *(Dock(spec.title, spec.name, spec.space, window) for spec in extra),
        Dock("History", "dock.history", history, window),
    ]
    below = Dock("Photos", "dock.photos", photos, window)
    window.addDockWidget(bottom, below)
    for dock in tabs:
        window.addDockWidget(right, dock)
    for first, second in zip(tabs, tabs[1:]):
        window.tabifyDockWidget(first, second)
    tabs[0].raise_()
    docks = (*tabs, below)
    window.resizeDocks([docks[0]], [SIDE_WIDTH], Qt.Orientation.Horizontal)
    for dock in docks:
        dock.settle()
    return docks
