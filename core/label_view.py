"""How the labels of a document are looked at and guarded: which are locked, which are hidden, which is alone, and
which pixels are selected.

This is view state. It is kept with the document while the program runs, is neither undone nor saved, and changes
no pixel. Commands ask `shut` before they write (core/commands), so no tool can paint over a locked label.
"""

from __future__ import annotations

import numpy as np

from core.events import Event
from core.selection import Selection


class LabelView:
    """locked, hidden: the ids of such labels; solo: the one label that is shown alone, or None.

    shut: uint8 (256,), 1 for every locked id; None while nothing is locked, so that painting pays nothing.
    changed: Event emitting nothing, after every change. selection: see core/selection; it tells of its own changes.
    """

    def __init__(self) -> None:
        self.changed = Event()
        self.selection = Selection()
        self.locked: frozenset[int] = frozenset()
        self.hidden: frozenset[int] = frozenset()
        self.solo: int | None = None
        self.shut: np.ndarray | None = None

    def lock(self, label: int, locked: bool = True) -> None:
        """Guard the pixels of a label from every edit but undo, or let them go again."""
        wanted = self.locked | {label} if locked else self.locked - {label}
        if wanted == self.locked:
            return
        self.locked, self.shut = wanted, None
        if wanted:
            self.shut = np.zeros(256, np.uint8)
            self.shut[list(wanted)] = 1
        self.changed.emit()

    def hide(self, label: int, hidden: bool = True) -> None:
        """Take a label out of the overlay, or bring it back."""
        wanted = self.hidden | {label} if hidden else self.hidden - {label}
        if wanted != self.hidden:
            self.hidden = wanted
            self.changed.emit()

    def show_only(self, label: int | None) -> None:
        """Show this label and no other, hidden or not; None shows all that are not hidden."""
        if label != self.solo:
            self.solo = label
            self.changed.emit()

    def shows(self, label: int) -> bool:
        """Whether the overlay draws a label now."""
        return label not in self.hidden if self.solo is None else label == self.solo
