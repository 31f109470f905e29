"""What the window knows of a feature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

if TYPE_CHECKING:
    from gui.main_window import MainWindow


class Space(QWidget):
    """Where a panel will be: `fill` puts it there, when its tab is first seen or somebody needs it. A panel has many
    parts and the window few moments until it should be there. `seen` is emitted whenever the tab comes forward."""

    seen = Signal()

    def __init__(self, fill: Callable[[], None]) -> None:
        super().__init__()
        self.fill = fill
        QVBoxLayout(self).setContentsMargins(0, 0, 0, 0)

    @property
    def in_sight(self) -> bool:
        """Whether any of it can be seen. Tabs behind the first are visible to Qt, only out of the way."""
        return not self.visibleRegion().isEmpty()

    def take(self, panel: QWidget) -> None:
        """Put the panel here, in its place and size at once."""
        self.layout().addWidget(panel)
        panel.show()
        self.layout().activate()

    def come_forward(self) -> None:
        """The tab is seen now: so must the panel be."""
        self.fill()
        self.seen.emit()


@dataclass(frozen=True)
class DockSpec:
    """What becomes a tab at the right: its title, the dock's object name, the panel's space."""

    title: str
    name: str
    space: Space


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


class PanelFeature(Feature):
    """A feature with a panel in a tab, called `title`. The panel is built by `make_panel` when it is first seen or
    `panel` is first asked for; until then the feature remembers what is to be shown, and answers without it.
    """

    title = ""
    dock = ""
    panelCame = Signal()

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._panel: QWidget | None = None
        self.space = Space(self.fill)

    def docks(self) -> tuple[DockSpec, ...]:
        return (DockSpec(self.title, self.dock, self.space),)

    @property
    def has_panel(self) -> bool:
        """Whether the panel is built."""
        return self._panel is not None

    @property
    def panel(self) -> QWidget:
        """The panel, built now if nobody needed it before."""
        self.fill()
        return self._panel

    def fill(self) -> None:
        """Build the panel, unless it is there."""
        if self._panel is None:
            self._panel = self.make_panel()
            self.panel_came()
            self.panelCame.emit()
            self.space.take(self._panel)

    def make_panel(self) -> QWidget:
        """A new panel. Its modules are imported here, not with the feature's own."""
        raise NotImplementedError

    def panel_came(self) -> None:
        """Listen to the panel, and show in it what there is."""

    def dress(self) -> None:
        if self.has_panel:
            self._panel.dress()
