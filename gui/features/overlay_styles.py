"""How labels are shown and told, without colour vision and without a screen: outlines, patterns, names, words.

    View menu -> style of the label layer (gui/canvas/label_layer)
    the view rests, or a stroke ends -> a reduced map of what is in view -> core.label_places in a thread -> names
    the pointer comes to another label -> the canvas's accessible description; Ctrl+I tells it in the status bar
"""

from __future__ import annotations

from dataclasses import replace
from math import floor
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QTimer
from PySide6.QtGui import QAccessible, QAccessibleEvent

from core.label_places import NamePlace, name_places
from core.labels import UNSURE, resize_labels
from gui.background import Background
from gui.canvas.label_names import LabelNames
from gui.canvas.views import Pane
from gui.features.base import Feature

if TYPE_CHECKING:
    from core.document import Document
    from gui.main_window import MainWindow

REST_MS = 120  # of calm before names are looked for
LONG_SIDE = 400  # of the reduced map that they are looked for in
SMALLEST = 1 / 2500  # of what is in view: smaller regions stay without a name


class OverlayStyles(Feature):
    """Answers the actions of the View menu about labels."""

    name = "overlay"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self.names = LabelNames(self._shows_in)
        self._jobs = Background(self)
        self._rest = QTimer(self, singleShot=True, interval=REST_MS, timeout=self._look)
        self._ticket = 0
        self._at, self._under = (-1, -1), -1  # the pixel under the pointer, and its label as it was told last
        self._followed: Document | None = None

    def start(self) -> None:
        """Listen to the session and the canvas, and show labels as the last time."""
        window, canvas = self.window, self.window.canvas
        canvas.over.append(self.names)
        window.session.documentChanged.connect(self._document_came)
        window.session.edited.connect(lambda change: None if change.live else self._rest.start())
        canvas.zoomChanged.connect(lambda _: self._rest.start())
        canvas.hovered.connect(self._hovered)
        style = window.settings["view.overlay_style"]
        window.actions_by_id[f"view.overlay_{style}"].setChecked(True)
        canvas.look.style = style
        window.actions_by_id["view.label_names"].setChecked(window.settings["view.label_names"])

    # -- what actions call

    def set_style(self, style: str) -> None:
        """Show labels as colours, outlines or patterns."""
        self.window.settings["view.overlay_style"] = style
        self.window.canvas.look.style = style
        self.window.canvas.redraw()

    def set_names(self, shown: bool) -> None:
        """Write names on regions, or no longer."""
        self.window.settings["view.label_names"] = shown
        self.window.canvas.update()
        self._rest.start()

    def tell(self) -> None:
        """Tell the label under the pointer, or in the middle of the view."""
        canvas, document = self.window.canvas, self.window.document
        (x, y), where = self._at, "Under the pointer"
        if x < 0:
            middle = canvas.pane_at(QPointF()).area.center()
            (x, y), where = (floor(value) for value in canvas.to_photo(middle)), "In the middle"
        sentence = f"{where}: {self._words(document, document.label_at(x, y))}."
        self.window.status.say(sentence)
        self._describe(sentence)

    # -- names

    def _shows_in(self, pane: Pane) -> bool:
        canvas = self.window.canvas
        return self.window.settings["view.label_names"] and not pane.bare and canvas.overlay_opacity > 0

    def _document_came(self, document: Document | None) -> None:
        if self._followed is not None:
            self._followed.view.changed.disconnect(self._view_changed)
        self._followed, self.names.places = document, ()
        if document is not None:
            document.view.changed.connect(self._view_changed)
            self._rest.start()

    def _view_changed(self) -> None:
        """Labels were hidden or shown."""
        self.window.canvas.redraw()
        self._rest.start()

    def _look(self) -> None:
        """Find the places of names for what is in view."""
        document = self.window.document
        if document is None or not self.window.settings["view.label_names"]:
            return
        box = self.window.canvas.viewport.visible
        if box.empty:
            return
        scale = min(1.0, LONG_SIDE / max(box.height, box.width))
        size = max(1, round(box.height * scale)), max(1, round(box.width * scale))
        small = resize_labels(document.labels[box.slices], size)
        down, across = box.height / size[0], box.width / size[1]
        self._ticket += 1
        ticket = self._ticket

        def at_photo(place: NamePlace) -> NamePlace:
            x, y = box.left + place.x * across, box.top + place.y * down
            return replace(place, x=x, y=y, radius=place.radius * min(across, down))

        self._jobs.run(
            lambda: [at_photo(place) for place in name_places(small, smallest=max(4, round(SMALLEST * small.size)))],
            lambda places: self._found(ticket, document, places),
            self.window.session.failed.emit,
        )

    def _found(self, ticket: int, document: Document, places: list[NamePlace]) -> None:
        if ticket == self._ticket and document is self.window.document:
            shows, name = document.view.shows, document.label_set.name
            self.names.places = [(name(place.label), place) for place in places if shows(place.label)]
            self.window.canvas.update()

    # -- words

    def _hovered(self, x: int, y: int, label: int) -> None:
        self._at = x, y
        if label != self._under:
            self._under = label
            outside = x < 0 or self.window.document is None
            self._describe("" if outside else f"Under the pointer: {self._words(self.window.document, label)}.")

    def _words(self, document: Document, label: int) -> str:
        """A label as it is told: its name, its share of the photo, whether it is locked."""
        name = "not decided" if label == UNSURE else document.label_set.name(label)
        locked = ", locked" if label in document.locked or label in document.view.locked else ""
        return f"{name}, {100 * document.area(label):.0f} % of the photo{locked}"

    def _describe(self, sentence: str) -> None:
        canvas = self.window.canvas
        canvas.setAccessibleDescription(sentence or "The photo with its labels and its colours; tools paint on it")
        QAccessible.updateAccessibility(QAccessibleEvent(canvas, QAccessible.Event.DescriptionChanged))
