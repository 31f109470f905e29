"""The References panel: photos whose colours are wanted, one card each, in their order.

It shows what it is told, and says by signals what the person wants (gui/features/references answers).
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.references import Listed
from gui import theme
from gui.palette.widgets import IconButton, row, scrolled
from gui.reference_card import ReferenceCard
from gui.reference_drag import MIME, unpack
from gui.reference_gate import GateBox
from gui.reference_network import NetworkBox
from gui.reference_viewer import ReferenceViewer

_BUTTONS = (
    ("ask", "ph.plus", "Add reference", "A photo whose colours are wanted; photos can be dropped here too"),
    ("paste", "ph.clipboard", "Paste reference", "Take a copied picture or file (Ctrl+V)"),
    ("lend_result", "ph.film-strip", "Result for the next photos", "The next photos take their colours from this one"),
)
_EMPTY = "Drop photos here whose colours you want, or add them with +."
_SHEET = """
QWidget#referencesPanel, QScrollArea#referencesScroll, QWidget#referenceCards {{ background: {panel}; }}
QWidget#referencesPanel QLabel, QWidget#referencesPanel QCheckBox,
QWidget#referencesPanel QSlider {{ background: transparent; }}
QScrollArea#referencesScroll {{ border: 0; }}
QFrame#referenceViewer {{ background: {window}; border: 1px solid {line}; border-radius: 7px; }}
QFrame#referenceCard {{ background: {window}; border: 1px solid {line}; border-radius: 7px; }}
QFrame#referenceCard:focus {{ border: 1px solid {accent}; }}
QLabel#referenceName {{ font-weight: 600; color: {text}; }}
QFrame#referenceOffer {{ background: {accent_soft}; border: 0; border-radius: 7px; }}
QFrame#referenceOffer QLabel {{ color: {text}; }}
QWidget#referencesPanel QToolButton {{ background: transparent; border: 1px solid transparent; border-radius: 6px;
    padding: 4px; color: {text}; }}
QWidget#referencesPanel QToolButton:hover {{ background: {hover}; }}
QWidget#referencesPanel QToolButton:checked {{ background: {accent_soft}; border: 1px solid {accent}; }}
QWidget#referencesPanel QToolButton:focus {{ border: 1px solid {accent}; }}
QWidget#referencesPanel QToolButton:disabled {{ color: {faint}; background: transparent; }}
"""


class ReferencesPanel(QWidget):
    """The panel. `wanted(str)` names a method of the feature; `given(QMimeData)` is what was dropped; `carried(path,
    place)` a card that was dropped among the others; `came(ReferenceCard)` a new card, to be listened to."""

    wanted = Signal(str)
    given = Signal(object)
    carried = Signal(str, int)
    came = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("referencesPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.cards: dict[str, ReferenceCard] = {}
        self.buttons: dict[str, IconButton] = {}
        for name, icon, title, tip in _BUTTONS:
            button = self.buttons[name] = IconButton(icon, title, tip, self)
            button.setObjectName(f"references.button.{name}")
            button.clicked.connect(lambda _=False, name=name: self.wanted.emit(name))
        self.told = _words(self)
        self.album = _words(self)
        self.forget = IconButton("ph.x", "No reference for the next photos", "They are coloured by themselves", self)
        self.forget.clicked.connect(lambda: self.wanted.emit("stop_album"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 4, 6)
        layout.setSpacing(8)
        layout.addLayout(row(QLabel("References", self, objectName="section"), 1, *self.buttons.values(), spacing=2))
        offer = row(self._make_offer())
        offer.setContentsMargins(0, 0, 6, 0)
        layout.addLayout(offer)
        self.gate, self.viewer = GateBox(self), ReferenceViewer(self)
        self.network = NetworkBox(self)
        layout.addWidget(self.network)
        layout.addWidget(self.gate)
        layout.addWidget(self._make_scroll(), 1)
        self.match = _words(self)
        self.match.hide()
        around = row(self.viewer)
        around.setContentsMargins(0, 0, 6, 0)
        layout.addLayout(around)
        layout.addWidget(self.match)
        layout.addLayout(row(self.album, self.forget, spacing=4))
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        paste.activated.connect(lambda: self.wanted.emit("paste"))
        self.show_album("", "")
        self.dress()

    def _make_offer(self) -> QFrame:
        self.offer = QFrame(self, objectName="referenceOffer")
        self.offered = _words(self.offer)
        self.switch = QPushButton(self.offer)
        self.switch.clicked.connect(lambda: self.wanted.emit("take_one_that_looks"))
        column = QVBoxLayout(self.offer)
        column.setContentsMargins(10, 8, 10, 8)
        column.addWidget(self.offered)
        column.addWidget(self.switch)
        self.offer.hide()
        return self.offer

    def _make_scroll(self) -> QScrollArea:
        inside = QWidget(self, objectName="referenceCards")
        outer = QVBoxLayout(inside)
        outer.setContentsMargins(0, 0, 6, 0)
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        outer.addWidget(self.told)
        outer.addLayout(self._column)
        outer.addStretch(1)
        return scrolled(inside, "referencesScroll", self)

    # -- what is shown

    def show_references(self, references: Sequence[Listed], names: dict[int, str]) -> None:
        """Show references in their order; `names` are those of the labels that have their own."""
        paths = [one.path for one in references]
        for path in [path for path in self.cards if path not in paths]:
            card = self.cards.pop(path)
            card.hide()
            card.deleteLater()
        for one in references:
            if one.path not in self.cards:
                card = self.cards[one.path] = ReferenceCard(one.path, self._column.parentWidget())
                self.came.emit(card)
            self.cards[one.path].show_reference(one, [names[label] for label in one.labels])
        self._put_in_order(paths)
        self.told.setText("" if paths else _EMPTY)
        self.told.setVisible(not paths)

    def _put_in_order(self, paths: Sequence[str]) -> None:
        before: QWidget | None = None
        for at, path in enumerate(paths):
            if self._column.indexOf(self.cards[path]) != at:
                self._column.insertWidget(at, self.cards[path])
                self.cards[path].show()
            if before is not None:
                QWidget.setTabOrder(before, self.cards[path])
            before = self.cards[path].bind
        self.cards = {path: self.cards[path] for path in paths}

    def show_offer(self, sentence: str, switch: str) -> None:
        """Say something about the colorizer, and offer another one by its title; nothing if both are empty."""
        self.offered.setText(sentence)
        self.switch.setText(switch)
        self.switch.setVisible(bool(switch))
        self.offer.setVisible(bool(sentence))

    def show_album(self, name: str, takers: str) -> None:
        """Say who takes their colours from which photo; nothing for no name."""
        self.album.setText(f"{takers} take their colours from {name}." if name else "")
        self.album.setVisible(bool(name))
        self.forget.setVisible(bool(name))

    def show_match(self, sentence: str) -> None:
        """Say where the colour under the pointer came from."""
        self.match.setText(sentence)
        self.match.setVisible(bool(sentence))

    def show_possible(self, photo: bool, result: bool) -> None:
        """What can be done now."""
        self.buttons["ask"].setEnabled(photo)
        self.buttons["paste"].setEnabled(photo)
        self.buttons["lend_result"].setEnabled(result)

    def dress(self) -> None:
        """Take colours and icons of the theme that was just applied."""
        self.setStyleSheet(_SHEET.format(**theme.codes()))
        for part in (*self.buttons.values(), self.forget, self.viewer, *self.cards.values()):
            part.dress()

    # -- drops

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Welcome photos, and cards on their way to another place."""
        data = event.mimeData()
        if data.hasUrls() or data.hasImage() or data.hasFormat(MIME):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take them."""
        event.acceptProposedAction()
        path = unpack(event.mimeData())
        if path is None:
            self.given.emit(event.mimeData())
        else:
            self.carried.emit(path, self._place_at(event.position().toPoint(), path))

    def _place_at(self, point, path: str) -> int:
        """The place a card takes that falls at a point."""
        height = self.mapToGlobal(point).y()
        others = [card for other, card in self.cards.items() if other != path]
        return sum(card.mapToGlobal(card.rect().center()).y() < height for card in others)


def _words(parent: QWidget) -> QLabel:
    label = QLabel(parent, objectName="dim")
    label.setWordWrap(True)
    return label
