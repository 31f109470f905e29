"""Show me others: four tries side by side, of the photo or of one label, made by the worker one after the other.

    show -> the present colours at once -> one request at a time -> a tile each
    click or 1..4 -> one step of the history, "Another try: sky"

Whatever changes the document while the sheet is open begins it anew; another photo closes it.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QMenu

from core.asked import TRIES
from core.engine import Request, Result
from core.variants import offered, page_of, seed_now, with_seed
from gui import theme
from gui.features.base import Feature
from gui.variants_sheet import VariantsSheet

SIZE = 900  # long side of a try's picture
_AROUND, _LEAST = 0.35, 0.4  # a label is shown with so much of itself around it, and so much of the photo at least
PURPOSE = "tries"


class Variants(Feature):
    """Offers other seeds; `seeds` are what the four places stand for."""

    name = "variants"

    def __init__(self, window) -> None:
        super().__init__(window)
        self._sheet: VariantsSheet | None = None
        self.seeds: tuple[int, ...] = ()
        self._label: int | None = None
        self._page = 0
        self._waiting: list[tuple[int, Request]] = []
        self._rgb: np.ndarray | None = None
        self._able: set[str] = set()  # colorizers that know other tries

    def start(self) -> None:
        """Listen to the window."""
        window = self.window
        window.session.documentChanged.connect(lambda _: self._document_came())
        window.session.edited.connect(lambda change: None if change.live else self._edited())
        window.session.coloured.connect(self._coloured)
        window.worker.colorizersChanged.connect(self._colorizers_came)
        window.worker.triedOut.connect(self._came)
        window.worker.failed.connect(lambda _: self.sheet.leave() if self.open else None)
        window.options.changed.connect(lambda name: window.refresh() if name == "label" else None)

    @property
    def sheet(self) -> VariantsSheet:
        """The overlay, made when it is first wanted."""
        if self._sheet is None:
            self._sheet = VariantsSheet(self.window.canvas)
            self._sheet.taken.connect(self.take)
            self._sheet.more.connect(self.more)
            self._sheet.left.connect(self._leave)
        return self._sheet

    @property
    def open(self) -> bool:
        """Whether tries are being offered."""
        return self._sheet is not None and self._sheet.isVisible()

    def conditions(self) -> set[str]:
        document, session = self.window.document, self.window.session
        if document is None or session.result is None or session.recolour.colorizer not in self._able:
            return set()
        if session.result.request.recolours:
            return set()  # the photo's own colours are moved, and there is nothing to try
        there = document.area(self.window.options.label) > 0
        return {"others", "others of label"} if there else {"others"}

    def dress(self) -> None:
        if self._sheet is not None:
            self._sheet.dress()

    def show(self, label: int | None = None) -> None:
        """Offer other tries of the photo, or of one label."""
        self._label = label
        self._page = page_of(seed_now(self.window.document.recipe, label))
        self._begin()

    def show_label(self) -> None:
        """Offer other tries of the current label."""
        self.show(self.window.options.label)

    def more(self) -> None:
        """Offer the next seeds."""
        self._page += 1
        self._begin()

    def take(self, place: int) -> None:
        """Colour by the try in that place, 0 to 3; the first is what there is."""
        seed = self.seeds[place]
        self.sheet.hide()
        self._leave()
        document = self.window.document
        changed = with_seed(document.recipe, self._label, seed)
        title = "Another try" if self._label is None else f"Another try: {self._name()}"
        document.set_guidance(title, rules=changed.rules, settings=changed.settings)

    def fill_menu(self, menu: QMenu, label: int) -> None:
        """Offer the tries of a label in its menu, where there are any."""
        if "others" in self.conditions() and self.window.document.area(label) > 0:
            name = self.window.document.label_set.name(label)
            menu.addAction(theme.icon("ph.squares-four"), f"Show me others for “{name}”", lambda: self.show(label))

    # -- inside

    def _begin(self) -> None:
        document = self.window.document
        now = seed_now(document.recipe, self._label)
        others = offered(now, self._page)
        self.seeds = (now, *others)
        names = ["As it is", *("Plain" if seed == 0 else f"Try {seed}" for seed in others)]
        title = "Other tries of the photo" if self._label is None else f"Other tries of “{self._name()}”"
        self._waiting = [(place, self._request(seed)) for place, seed in enumerate(others, start=1)]
        self.sheet.open(title, names, None if self._rgb is None else self._cropped(self._rgb))
        self._ask()

    def _request(self, seed: int) -> Request:
        changed = with_seed(self.window.document.recipe, self._label, seed)
        return self.window.session.recolour.variation(rules=changed.rules, settings=changed.settings)

    def _ask(self) -> None:
        if self._waiting:
            self.window.worker.try_out(PURPOSE, self._waiting[0][1], SIZE)

    def _came(self, purpose: str, result: Result, rgb: np.ndarray) -> None:
        if purpose == PURPOSE and self._waiting and result.request == self._waiting[0][1]:
            place, _ = self._waiting.pop(0)
            self.sheet.tiles.set_picture(place, self._cropped(rgb))
            self._ask()

    def _cropped(self, rgb: np.ndarray) -> np.ndarray:
        """What of a picture of the whole photo is looked at: all, or what is around the label."""
        if self._label is None:
            return rgb
        height, width = rgb.shape[:2]
        step = max(1, max(self.window.document.labels.shape) // 512)
        box = box_around(self.window.document.labels[::step, ::step] == self._label)
        return rgb[round(box[0] * height) : round(box[2] * height), round(box[1] * width) : round(box[3] * width)]

    def _name(self) -> str:
        return self.window.document.label_set.name(self._label)

    def _coloured(self, result: Result, rgb: np.ndarray) -> None:
        before, self._rgb = self._rgb, rgb
        if self.open and rgb is not None:
            self.sheet.tiles.set_picture(0, self._cropped(rgb))
        elif before is None:
            self.window.refresh()

    def _edited(self) -> None:
        if self.open:
            self._begin()

    def _leave(self) -> None:
        self._waiting = []
        self.window.canvas.setFocus()

    def _document_came(self) -> None:
        self._rgb, self._waiting = None, []
        if self._sheet is not None:
            self._sheet.hide()

    def _colorizers_came(self, infos) -> None:
        self._able = {info.id for info in infos if TRIES in info.takes}
        self.window.refresh()


def box_around(region: np.ndarray) -> tuple[float, float, float, float]:
    """Top, left, bottom and right of a region, bool (h, w), and what is around it, as shares of the picture."""
    if not region.any():
        return 0.0, 0.0, 1.0, 1.0
    spans = []
    for axis in (1, 0):
        inside = np.flatnonzero(region.any(axis=axis))
        size = region.shape[1 - axis]
        first, last = inside[0] / size, (inside[-1] + 1) / size
        length = min(1.0, max(_LEAST, (last - first) * (1 + 2 * _AROUND)))
        start = min(max(0.0, (first + last - length) / 2), 1 - length)
        spans.append((start, start + length))
    (top, bottom), (left, right) = spans
    return top, left, bottom, right
