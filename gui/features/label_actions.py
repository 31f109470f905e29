"""Labels grown, shrunk, smoothed, filled, swept and replaced: on one region from the canvas's menu, or on all of a
label from the Labels menu.

    action or menu -> core.label_edits in a thread, on the document as it is -> one step, if it is still so

If somebody paints meanwhile, the edit is worked out again when the hand has let go.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QInputDialog, QMenu

from core.document import Document
from core.label_edits import NAMES, Piece, replaced, reshaped
from core.regions import Region
from gui import theme
from gui.background import Background
from gui.features.base import Feature
from gui.icons import swatch

AGAIN_MS = 100  # after which an edit is tried again that came too late
TRIES = 50
ICONS = {
    "grow": "ph.arrows-out-simple",
    "shrink": "ph.arrows-in-simple",
    "smooth": "ph.waves",
    "fill_holes": "ph.circle-half",
    "remove_specks": "ph.dots-nine",
}

Place = tuple[int, int]


class LabelActions(Feature):
    """Answers the actions, and fills the menus of canvas and rows."""

    name = "label_actions"

    def start(self) -> None:
        """Offer the menus."""
        self._jobs = Background(self)
        window = self.window
        window.canvas.fill_menu = self.fill_menu
        window.labels_panel.list.menuWanted.connect(self._row_menu)

    def stop(self) -> None:
        """Wait for the edit that is being worked out."""
        self._jobs.stop()

    @property
    def busy(self) -> bool:
        """Whether an edit is being worked out."""
        return self._jobs.busy

    # -- what actions and menus call

    def reshape(self, what: str, label: int | None = None, at: Place | None = None) -> None:
        """Do one of core.label_edits.NAMES to a label, by default the current one, or to its region at a place."""
        label = self.window.labels_panel.current if label is None else label
        reach = self.window.settings["labels.reach"]
        self._edit(f"{NAMES[what]}: {self._name(label)}", lambda labels: reshaped(labels, what, label, reach, at))

    def replace(self, old: int, new: int, at: Place | None = None, *, everywhere: bool = False) -> None:
        """Put one label in place of another, in the selection or the region at a place; in the whole photo if there is
        neither, or `everywhere`."""
        name = f"Replace {self._name(old)} by {self._name(new)}"
        self._edit(name, lambda labels: replaced(labels, old, new, at), limited=not everywhere)

    def fill(self, region: Region, label: int) -> None:
        """Give all pixels of a region a label."""

        def filled(labels: np.ndarray) -> Piece:
            return region.box, np.where(region.mask, np.uint8(label), labels[region.box.slices])

        self._edit(f"Fill selection: {self._name(label)}", filled)

    def ask_replace(self, label: int | None = None, at: Place | None = None) -> None:
        """Which label by which, and where?"""
        from gui.replace_dialog import ReplaceDialog

        document, panel = self.window.document, self.window.labels_panel
        label = panel.current if label is None else label
        to = panel.current if label != panel.current else None
        present = [i for i in range(len(document.label_set)) if document.area(i) > 0]
        selected = document.view.selection.region is not None
        dialog = ReplaceDialog(document.label_set, present, label, to, at is not None, selected, self.window)

        def accepted() -> None:
            here = at if dialog.here and dialog.old == label else None
            self.replace(dialog.old, dialog.new, here, everywhere=not dialog.selected)

        dialog.accepted.connect(accepted)
        dialog.open()

    def ask_reach(self) -> None:
        """By how many pixels?"""
        reach, agreed = QInputDialog.getInt(
            self.window, "Reach", "Pixels to grow, shrink and smooth by:", self.window.settings["labels.reach"], 1, 200
        )
        if agreed:
            self.window.settings["labels.reach"] = reach

    # -- menus

    def fill_menu(self, menu: QMenu, label: int, at: Place | None = None) -> None:
        """What can be done with a label, and, with a place, with its region there."""
        name = self._name(label)
        if at is not None:
            region = menu.addMenu("This region")
            self._fill(region, label, at)
        self._fill(menu.addMenu(f"All “{name}”"), label, None)
        menu.addAction(theme.icon("ph.swap"), f"Replace “{name}”…", lambda: self.ask_replace(label, at))
        menu.addSeparator()
        self.window.variants.fill_menu(menu, label)
        self.window.label_states.fill_menu(menu, label)
        self.window.favourites.fill_menu(menu, label)

    def _fill(self, menu: QMenu, label: int, at: Place | None) -> None:
        current, reach = self.window.labels_panel.current, self.window.settings["labels.reach"]
        if current != label:
            icon = swatch(self.window.document.label_set.color(current))
            menu.addAction(icon, f"Fill with “{self._name(current)}”", lambda: self.replace(label, current, at))
            menu.addSeparator()
        amounts = {"grow": f" by {reach} px", "shrink": f" by {reach} px", "smooth": f" over {reach} px"}
        for what, text in NAMES.items():
            if at is None or what != "remove_specks":  # a region has none
                menu.addAction(theme.icon(ICONS[what]), text + amounts.get(what, ""),
                               partial(self.reshape, what, label, at))  # fmt: skip
        menu.addSeparator()
        menu.addAction(theme.icon("ph.ruler"), "Reach…", self.ask_reach)

    def _row_menu(self, label: int, place) -> None:
        if self.window.document is None:
            return
        menu = QMenu(self.window.labels_panel)
        menu.setObjectName("rowMenu")
        self.fill_menu(menu, label)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    # -- working it out

    def _edit(self, name: str, work: Callable[..., Piece], tries: int = TRIES, *, limited: bool = True) -> None:
        document = self.window.document
        if document is None:
            return
        snapshot = document.snapshot(limited=limited)

        def carry_out(edit) -> None:
            if document is not self.window.document:
                return
            if document.carry_out(edit, snapshot):
                self._say_done(document, name, edit is not None, snapshot.within is not None)
            elif tries:
                QTimer.singleShot(AGAIN_MS, self, lambda: self._edit(name, work, tries - 1, limited=limited))
            else:
                self.window.status.say(f"{name} gave up: the labels never came to rest.")

        self._jobs.run(lambda: snapshot.edit(name, *work(snapshot.labels)), carry_out, self.window.status.say)

    def _say_done(self, document: Document, name: str, changed: bool, selected: bool) -> None:
        if changed:
            self.window.status.say(name)
        else:
            locked = " Locked labels keep their pixels." if document.view.locked else ""
            where = " in the selection" if selected else ""
            self.window.status.say(f"{name}: nothing to change{where}.{locked}")

    def _name(self, label: int) -> str:
        return self.window.document.label_set.name(label) if self.window.document else ""
