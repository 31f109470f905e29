"""Locked labels, hidden labels and the one that is shown alone: from the rows, the menus and keys to the document.

The document keeps them (core/label_view) and keeps every edit away from locked pixels; this says so in words.
"""

from __future__ import annotations

from PySide6.QtWidgets import QMenu

from core.document import Document
from gui import label_marks, theme
from gui.features.base import Feature


class LabelStates(Feature):
    """Answers the actions of the Labels menu about the current label, and clicks on the marks of rows."""

    name = "label_states"

    def start(self) -> None:
        """Listen to the list and the session."""
        window = self.window
        self._document: Document | None = None
        window.labels_panel.list.markClicked.connect(self._clicked)
        window.session.documentChanged.connect(self._document_came)

    def conditions(self) -> set[str]:
        """Whether any label is locked, hidden or alone."""
        view = self._document.view if self._document else None
        return {"label_states"} if view and (view.locked or view.hidden or view.solo is not None) else set()

    # -- what actions call

    def toggle_lock(self, label: int | None = None) -> None:
        """Lock a label, by default the current one, or unlock it."""
        if self._document is not None:
            label = self._or_current(label)
            locked = label not in self._document.view.locked
            self._document.view.lock(label, locked)
            self._say(f"“{self._name(label)}” is locked: nothing paints over it." if locked
                      else f"“{self._name(label)}” can be painted over again.")  # fmt: skip

    def toggle_hidden(self, label: int | None = None) -> None:
        """Take a label, by default the current one, out of the overlay, or bring it back."""
        if self._document is not None:
            label, view = self._or_current(label), self._document.view
            view.hide(label, label not in view.hidden)

    def toggle_solo(self, label: int | None = None) -> None:
        """Show a label, by default the current one, alone, or all again."""
        if self._document is not None:
            label, view = self._or_current(label), self._document.view
            view.show_only(None if view.solo == label else label)

    def free(self) -> None:
        """Unlock and show all labels."""
        if self._document is not None:
            view = self._document.view
            view.show_only(None)
            for label in view.hidden:
                view.hide(label, False)
            for label in view.locked:
                view.lock(label, False)

    def fill_menu(self, menu: QMenu, label: int) -> None:
        """What can be done with one label."""
        view = self._document.view if self._document else None
        if view is None:
            return
        locked, hidden, alone = label in view.locked, label in view.hidden, view.solo == label
        menu.addAction(theme.icon("ph.lock-simple-open" if locked else "ph.lock-simple"),
                       "Unlock" if locked else "Lock", lambda: self.toggle_lock(label))  # fmt: skip
        menu.addAction(theme.icon("ph.eye" if hidden else "ph.eye-slash"),
                       "Show in the overlay" if hidden else "Hide in the overlay",
                       lambda: self.toggle_hidden(label))  # fmt: skip
        menu.addAction(theme.icon("ph.eye-fill"), "Show all again" if alone else "Show alone",
                       lambda: self.toggle_solo(label))  # fmt: skip

    # -- inside

    def _clicked(self, label: int, mark: str, alone: bool) -> None:
        if mark == label_marks.LOCK:
            self.toggle_lock(label)
        elif alone or (self._document is not None and self._document.view.solo == label):
            self.toggle_solo(label)
        else:
            self.toggle_hidden(label)

    def _document_came(self, document: Document | None) -> None:
        if self._document is not None:
            self._document.view.changed.disconnect(self._changed)
            self._document.refused.disconnect(self._refused)
        self._document = document
        if document is not None:
            document.view.changed.connect(self._changed)
            document.refused.connect(self._refused)
        self.window.labels_panel.show_view(document.view if document else None)
        self.window.refresh()

    def _changed(self) -> None:
        self.window.labels_panel.show_view(self._document.view)
        self.window.canvas.redraw()
        self.window.refresh()

    def _refused(self, labels: tuple[int, ...]) -> None:
        if not labels:
            self._say("Edits keep to the selection; Ctrl+Shift+A or Escape lets go of it.")
            return
        names = " and ".join(f"“{self._name(label)}”" for label in labels[:2])
        self._say(f"{names} {'is' if len(labels) == 1 else 'are'} locked; Shift+L or the lock in the row unlocks.")

    def _or_current(self, label: int | None) -> int:
        return self.window.labels_panel.current if label is None else label

    def _name(self, label: int) -> str:
        return self._document.label_set.name(label)

    def _say(self, sentence: str) -> None:
        self.window.status.say(sentence)
