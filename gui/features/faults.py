"""Faults: looked for when the hand rests, listed, marked on the photo, walked through and healed by one click.

    edit or colours -> rest -> what the network sees (window.sight) -> core.fault_places.look in a thread -> panel
    F8 -> the place is shown large -> Alt+1 -> the repair, worked out in a thread, becomes one step of the history

A list that is out of date is shown until the next one comes; a repair counts for the map as it is when it is done.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDockWidget

from core.commands import Change, EditLabels, Snapshot
from gui.actions import BY_ID
from gui.background import Background
from gui.fault_marks import FaultMarks
from gui.features.base import PanelFeature

if TYPE_CHECKING:
    from core.document import Document
    from core.fault_places import Place
    from core.faults import Fault, Repair
    from core.request import Result
    from gui.faults_panel import FaultsPanel
    from gui.main_window import MainWindow

REST_MS = 400  # of calm before the photo is looked over
AGAIN_MS = 60  # until something that was in the way is asked about again
TITLE = "Faults"
_REPAIRS = 3  # that have keys of their own


class Faults(PanelFeature):
    """Finds, lists and repairs. `places` are those listed, `at` the index of the one in hand, -1 for none."""

    name = "faults"
    title, dock = TITLE, "dock.faults"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.places: list[Place] = []
        self.at = -1
        self._goes_on_at = 0  # where F8 goes while no place is in hand
        self._marks = FaultMarks()
        self._looks, self._repairs = Background(self), Background(self)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS, timeout=self._look)
        self._looked: tuple | None = None  # what the list is about
        self._asked = False
        self._rgb: np.ndarray | None = None
        self._state = "empty", ""  # as FaultsPanel.show_state has it

    def make_panel(self) -> FaultsPanel:
        from gui.faults_panel import FaultsPanel

        return FaultsPanel()

    def panel_came(self) -> None:
        """Listen to the panel."""
        self.panel.chosen.connect(self.go_to)
        self.panel.repaired.connect(self._repair)
        self.panel.bringBack.connect(self.bring_back)
        self._show_panel()

    def start(self) -> None:
        """Listen to the session and the panel's dock; draw on the canvas."""
        window = self.window
        self._dock = window.findChild(QDockWidget, "dock.faults")
        self._dock.visibilityChanged.connect(self._show_marks)
        window.canvas.over.append(self._marks)
        window.session.documentChanged.connect(self._document_came)
        window.session.edited.connect(self._edited)
        window.session.coloured.connect(self._coloured)

    def conditions(self) -> set[str]:
        names = {"faults"} if self.places else set()
        if self.document is not None and self.document.ignored_faults:
            names.add("ignored")
        if self.fault is not None:
            names.add("fault")
            names |= {f"repair {number + 1}" for number in range(min(_REPAIRS, len(self.fault.repairs) - 1))}
        return names

    def stop(self) -> None:
        """Wait for what runs in the threads."""
        self._rest.stop()
        self._looks.stop()
        self._repairs.stop()

    @property
    def document(self) -> Document | None:
        return self.window.document

    @property
    def fault(self) -> Fault | None:
        """The fault in hand."""
        return self.places[self.at].fault if self.at >= 0 else None

    @property
    def busy(self) -> bool:
        """Whether the list may change without anything being done."""
        return self._rest.isActive() or self._asked or self._looks.busy or self._repairs.busy

    # -- walking

    def next(self) -> None:
        """Take the next place in hand, after the last the first."""
        self._go(self.at + 1 if self.at >= 0 else self._goes_on_at)

    def previous(self) -> None:
        """Take the place before in hand, before the first the last."""
        self._go((self.at if self.at >= 0 else self._goes_on_at) - 1)

    def _go(self, index: int) -> None:
        if self.places:
            self._dock.show()
            self._dock.raise_()
            self.go_to(index % len(self.places))

    def go_to(self, index: int) -> None:
        """Take a place in hand and come near it."""
        self._take(index)
        place = self.places[index]
        self.window.canvas.show_box(place.fault.box)
        self.window.status.say(f"{index + 1} of {len(self.places)}: {place.fault.reason}")

    # -- healing

    def repair(self, number: int) -> None:
        """Do a repair of the place in hand, counted from 1."""
        if self.fault is not None and number < len(self.fault.repairs):
            self._repair(self.at, number - 1)

    def ignore(self) -> None:
        """Mention the place in hand no more."""
        if self.fault is not None:
            self._repair(self.at, len(self.fault.repairs) - 1)

    def bring_back(self) -> None:
        """Mention the ignored places again."""
        from core.fault_ignored import bring_back

        if self.document is not None:
            bring_back(self.document)

    def _repair(self, index: int, choice: int) -> None:
        """Heal a place: it leaves the list at once, and comes back if it should still be one."""
        from core.fault_ignored import ignore

        document, fault = self.document, self.places[index].fault
        if document is None or document.painting:
            return
        repair = fault.repairs[choice]
        self._show([place for place in self.places if place.fault is not fault], -1, goes_on_at=index)
        if repair.kind == "ignore":
            ignore(document, fault)
        else:
            self._work_out(document, fault, repair)

    def _work_out(self, document: Document, fault: Fault, repair: Repair) -> None:
        if document is not self.document:
            return
        if document.painting:
            QTimer.singleShot(AGAIN_MS, self, lambda: self._work_out(document, fault, repair))
            return
        snapshot = document.snapshot()
        self._repairs.run(
            lambda: _edit(snapshot, fault, repair),
            lambda edit: self._carry_out(document, fault, repair, snapshot, edit),
            self.window.notice.show_error,
        )

    def _carry_out(
        self, document: Document, fault: Fault, repair: Repair, snapshot: Snapshot, edit: EditLabels | None
    ) -> None:
        if document is not self.document:
            return
        if edit is None:
            document.refused.emit((fault.label,))  # only a lock keeps a repair from changing anything
            self._look_again()
        elif document.carry_out(edit, snapshot):
            self.window.status.say(f"{repair.text}: done. Undo takes it back.")
        else:
            self._work_out(document, fault, repair)

    # -- looking

    def _document_came(self, document: Document | None) -> None:
        self._rest.stop()
        self._looked, self._rgb, self._asked = None, None, False
        self._say("looking" if document is not None else "empty")
        self._show([], -1)

    def _edited(self, change: Change) -> None:
        if change.live:
            self._rest.stop()
        else:
            self._rest.start()
        if change.kind == "faults":
            self._show(self.places, self.at)

    def _coloured(self, result: Result, rgb: np.ndarray | None) -> None:
        self._rgb = self._rgb if rgb is None else rgb
        self._rest.start()

    def _look_again(self) -> None:
        self._looked = None
        self._rest.start()

    def _look(self) -> None:
        """The hand rests: look, if the colours are up to date and anything has changed."""
        session, document = self.window.session, self.document
        if document is None or session.result is None or self._rgb is None or document.segmented is None:
            return
        if document.painting or session.recolour.pending or self._asked or self._looks.busy:
            self._rest.start()
        elif self._looked != self._subject():
            self._asked = True
            self.window.canvas.see(lambda features: self._seen(document, features))

    def _subject(self) -> tuple:
        """What a list is about: other documents, maps, colours or ignored places ask for another list."""
        return self.document, self.document.revision, self.window.session.result.request

    def _seen(self, document: Document, features: np.ndarray | None) -> None:
        self._asked = False
        result = self.window.session.result
        if document is not self.document or result is None:
            return
        if features is None:
            self._say("blind")
            return
        subject, rgb, ignored = self._subject(), self._rgb, document.ignored_faults
        self._looks.run(
            lambda: _found(document, features, result, rgb, ignored),
            lambda places: self._came(subject, places),
            lambda sentence: self._say("fine", sentence),
        )

    def _came(self, subject: tuple, places: list[Place]) -> None:
        if self.document is None or self.window.session.result is None or subject[0] is not self.document:
            return
        if subject[1] != self.document.revision:
            self._rest.start()
            return
        self._looked = subject
        self._say("fine")
        held = None if self.fault is None else self.fault.key
        at = next((index for index, place in enumerate(places) if place.fault.key == held), -1)
        self._show(places, at)

    # -- showing

    def _take(self, index: int) -> None:
        self.at = index
        if self.has_panel:
            self.panel.set_current(index)
        self._mark()

    def _show(self, places: list[Place], at: int, *, goes_on_at: int | None = None) -> None:
        if goes_on_at is not None:
            self._goes_on_at = goes_on_at
        elif not places:
            self._goes_on_at = 0
        elif self.at >= 0 and at < 0:
            self._goes_on_at = self.at
        self.places, self.at = places, at
        if self.has_panel:
            self._show_panel()
        self._dock.setWindowTitle(f"{TITLE} {len(places)}" if places else TITLE)
        self._dock.toggleViewAction().setText(TITLE)
        self.window.status.set_field("faults", self._count())
        self._mark()

    def _show_panel(self) -> None:
        document, panel = self.document, self.panel
        panel.show_state(*self._state)
        label_set = self.window.session.label_set if document is None else document.label_set
        panel.show_places(self.places, label_set, self.at)
        panel.show_ignored(0 if document is None else len(document.ignored_faults))

    def _count(self) -> str:
        if not self.places:
            return ""
        from gui.faults_panel import count_text

        return count_text(len(self.places))

    def _say(self, state: str, sentence: str = "") -> None:
        self._state = state, sentence
        if self.has_panel:
            self.panel.show_state(state, sentence)

    def _mark(self) -> None:
        self._marks.set_places(self.places, self.at)
        repairs = self.fault.repairs if self.fault is not None else ()
        for number in range(1, _REPAIRS + 1):
            action = self.window.actions_by_id[f"faults.repair_{number}"]
            action.setText(repairs[number - 1].text if number < len(repairs) else BY_ID[action.objectName()].text)
        self.window.refresh()
        if self._marks.shown:
            self.window.canvas.update()

    def _show_marks(self, shown: bool) -> None:
        self._marks.shown = shown
        self.window.canvas.update()


def _found(
    document: Document, features: np.ndarray, result: Result, rgb: np.ndarray, ignored: frozenset[str]
) -> list[Place]:
    """In the thread. The map is read where it is: an edit meanwhile makes the answer worthless, and it is dropped."""
    from core.fault_places import look

    if result.request.guidance.line_art:
        return []  # its labels are regions, which cannot be wrong as labels are
    probabilities = np.ascontiguousarray(np.square(features).transpose(2, 0, 1))
    luminance = result.request.luminance.array
    return look(document.labels, luminance, probabilities, document.label_set, result.chroma, rgb, ignored)


def _edit(snapshot: Snapshot, fault: Fault, repair: Repair) -> EditLabels | None:
    """In the thread: the step that a repair is."""
    from core.faults import repaired

    name = f"Repair: {repair.text[:1].lower()}{repair.text[1:]}"
    return snapshot.edit(name, *repaired(snapshot.labels, fault, repair))
