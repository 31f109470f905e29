"""What the window knows of a feature."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

if TYPE_CHECKING:
    from gui.main_window import MainWindow


@dataclass(frozen=True)
class DockSpec:
    """A panel that becomes a tab at the right: its title, the dock's object name, the panel."""

    title: str
    name: str
    widget: QWidget


class Feature(QObject):
    """A part of the window. `name` is the attribute of the window it is reached by.

    It is made when canvas, session, options, panels and worker are there, but before actions and docks; `start`
    is called when all of them are.
    """

    name = ""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.window = window

    def docks(self) -> tuple[DockSpec, ...]:
        """The panels it brings."""
        return ()

    def start(self) -> None:
        """Listen to the window: its actions, docks and news are there now."""

    def conditions(self) -> set[str]:
        """Which of its own conditions of the action table hold now."""
        return set()

    def dress(self) -> None:
        """The theme changed: take icons and colours anew."""

    def stop(self) -> None:
        """The window closes: end what runs in threads."""
