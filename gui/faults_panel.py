"""The Faults panel: places that are probably wrong, the likeliest first, each with its reason and its repairs.

    3 places to look at                      F8
    [picture]  1  Sofa                            a card for each place; the one in hand shows its repairs
               This looks more like tree ...
               [Make it tree]            Alt+1
    2 ignored                     Show again

It shows what it is told (gui/features/faults) and says by signals what the person wants.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.labels import LabelSet
from gui import theme
from gui.actions import BY_ID, keys_of
from gui.fault_cards import FaultCard
from gui.palette.widgets import scrolled

if TYPE_CHECKING:
    from core.fault_places import Place

_SHEET = """
QWidget#faultsPanel, QScrollArea#faultsScroll, QWidget#faultCards {{ background: {panel}; }}
QWidget#faultsPanel QLabel, QWidget#faultRepairs {{ background: transparent; }}
QWidget#faultsPanel QLabel#faultReason, QLabel#faultsState {{ color: {dim}; }}
QWidget#faultsPanel QLabel#faultName {{ font-weight: 600; }}
QWidget#faultsPanel QLabel#faultNumber {{ background: {hover}; border-radius: 9px; font-weight: 600; }}
QWidget#faultsPanel QLabel#faultNumber[current="true"] {{ background: {accent}; color: {window}; }}
QWidget#faultsPanel QPushButton {{ text-align: left; padding: 5px 8px; }}
QWidget#faultsPanel QPushButton#bringBack {{ text-align: center; padding: 4px 10px; }}
QFrame#faultCard {{ background: {panel}; border: 1px solid {line}; border-radius: 8px; }}
QFrame#faultCard:hover {{ background: {hover}; }}
QFrame#faultCard:focus {{ border: 1px solid {accent}; }}
QFrame#faultCard[current="true"] {{ background: {accent_soft}; border: 1px solid {accent}; }}
QFrame#faultLine {{ background: {line}; border: 0; max-height: 1px; min-height: 1px; }}
"""

STATES = {
    "empty": "Open a photo, and places that are probably wrong are listed here.",
    "looking": "Looking for places that are probably wrong…",
    "fine": "Nothing here looks wrong. If something looks wrong to you, paint over it.",
    "blind": "There is no network here that sees the photo, so nothing can be looked for.",
}


def count_text(count: int) -> str:
    """`1 place to look at`, `3 places to look at`."""
    return f"{count} place to look at" if count == 1 else f"{count} places to look at"


def _said(place: Place) -> tuple:
    """All that a card says of a place."""
    return place.fault.key, place.name, place.fault.reason, place.fault.repairs


class FaultsPanel(QWidget):
    """The panel. Indexes are of the places shown: `chosen(index)`; `repaired(index, repair)`; `bringBack()`."""

    chosen = Signal(int)
    repaired = Signal(int, int)
    bringBack = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("faultsPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.cards: list[FaultCard] = []
        self._heading = QLabel(self, objectName="section")
        self._key = QLabel(keys_of(BY_ID["faults.next"])[0], self)
        self._key.setProperty("key", "true")
        self._key.setToolTip(BY_ID["faults.next"].tip)
        self._state = QLabel(self, objectName="faultsState")
        self._state.setWordWrap(True)
        self._ignored = QLabel(self, objectName="dim")
        self._bring_back = QPushButton("Show again", self, objectName="bringBack")
        self._bring_back.setToolTip(BY_ID["faults.bring_back"].tip)
        self._bring_back.clicked.connect(self.bringBack)
        self._lay_out()
        self.show_state("empty")
        self.show_ignored(0)
        self.dress()

    def show_places(self, places: Sequence[Place], label_set: LabelSet, at: int) -> None:
        """List these, the one at index `at` open (-1 for none). Where nothing else is said than before, the cards
        stay, with a hand that may be on one of them."""
        if [_said(card.place) for card in self.cards] == [_said(place) for place in places]:
            for card, place in zip(self.cards, places):
                card.set_place(place)
        else:
            self._deal(places, label_set)
        self.set_current(at)
        self._heading.setText(count_text(len(places)) if places else "")
        self._heading.setVisible(bool(places))
        self._key.setVisible(bool(places))
        self._state.setVisible(not places)

    def set_current(self, at: int) -> None:
        """Open the card of the place in hand, and close the others."""
        for index, card in enumerate(self.cards):
            card.set_current(index == at)
        if 0 <= at < len(self.cards):
            card = self.cards[at]
            self._cards.layout().activate()  # or the card would be scrolled to where it was while closed
            self._scroll.ensureWidgetVisible(card, 0, 8)

    def show_state(self, name: str, sentence: str = "") -> None:
        """Say why no place is listed: one of STATES, or a sentence of its own."""
        self._state.setText(sentence or STATES[name])

    def show_ignored(self, count: int) -> None:
        """Tell how many places are ignored in this photo, and offer to bring them back."""
        self._ignored.setText(f"{count} ignored")
        for widget in (self._line, self._ignored, self._bring_back):
            widget.setVisible(count > 0)

    @property
    def state(self) -> str:
        """What is said in place of a list, or nothing."""
        return "" if self._state.isHidden() else self._state.text()

    def dress(self) -> None:
        """Take the colours of the theme that was just applied."""
        codes = {key: value for key, value in vars(theme.current()).items() if isinstance(value, str)}
        self.setStyleSheet(_SHEET.format(**codes))
        for card in self.cards:
            card.dress()

    def _deal(self, places: Sequence[Place], label_set: LabelSet) -> None:
        """Make the cards anew. The keyboard stays at the card of the same rank, if it was at one."""
        focus = QApplication.focusWidget()
        held = [index for index, card in enumerate(self.cards)
                if focus is not None and (card is focus or card.isAncestorOf(focus))]  # fmt: skip
        for card in self.cards:
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self.cards = [self._card(index, place, label_set) for index, place in enumerate(places)]
        for index, card in enumerate(self.cards):
            self._column.insertWidget(index, card)
        if held and self.cards:
            self.cards[min(held[0], len(self.cards) - 1)].setFocus()

    def _card(self, index: int, place: Place, label_set: LabelSet) -> FaultCard:
        card = FaultCard(index + 1, place, label_set, self._cards)
        card.chosen.connect(lambda: self.chosen.emit(index))
        card.repaired.connect(lambda repair: self.repaired.emit(index, repair))
        card.stepped.connect(lambda by: self._step_focus(index + by))
        return card

    def _step_focus(self, index: int) -> None:
        if 0 <= index < len(self.cards):
            self.cards[index].setFocus(Qt.FocusReason.TabFocusReason)
            self._scroll.ensureWidgetVisible(self.cards[index], 0, 8)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._heading, 1)
        top.addWidget(self._key)
        self._cards = QWidget(self, objectName="faultCards")
        self._column = QVBoxLayout(self._cards)
        self._column.setContentsMargins(10, 2, 10, 8)
        self._column.setSpacing(8)
        self._column.addStretch(1)
        self._scroll = scrolled(self._cards, "faultsScroll", self)
        self._line = QFrame(self, objectName="faultLine")
        bottom = QHBoxLayout()
        bottom.setContentsMargins(10, 6, 10, 8)
        bottom.addWidget(self._ignored, 1)
        bottom.addWidget(self._bring_back)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(12, 12, 12, 6)
        head.addLayout(top)
        head.addWidget(self._state)
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self._line)
        layout.addLayout(bottom)
