"""How references are heard, by the References panel: who colours, and the gates of photo and current label."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from core.rule_edit import rule_of, with_rule
from gui.features.base import Feature

if TYPE_CHECKING:
    from core.colorizers import ColorizerInfo
    from core.document import Document
    from gui.main_window import MainWindow

GATED = "guided", "gray2color"  # colorizers with a gate


class ReferenceGates(Feature):
    """Between the sliders and the document; every drag is one step."""

    name = "reference_gates"

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._hold: object = object()
        self._infos: tuple[ColorizerInfo, ...] = ()
        self._soon = QTimer(self, singleShot=True, interval=0, timeout=self.show)  # the session hears of it after us

    def start(self) -> None:
        """Listen to the panel when it comes, to the document, the label and the colorizer."""
        window = self.window
        window.references.panelCame.connect(self._panel_came)
        window.session.documentChanged.connect(lambda _: self.show())
        window.worker.colorizersChanged.connect(self._colorizers_came)
        window.session.edited.connect(lambda change: self.show() if change.kind == "guidance" else None)
        window.options.changed.connect(lambda name: self.show() if name == "label" else None)
        for name, action in window.actions_by_id.items():
            if name.startswith("colour.colorizer."):
                action.toggled.connect(lambda on: self._soon.start() if on else None)

    @property
    def document(self) -> Document | None:
        return self.window.document

    def _panel_came(self) -> None:
        box, network = self.window.references.panel.gate, self.window.references.panel.network
        network.chosen.connect(self.window.set_colorizer)
        box.began.connect(self._new_hold)
        box.ended.connect(self._new_hold)
        box.gated.connect(self.set_gate)
        box.parted.connect(self.part)
        self.show()

    def _colorizers_came(self, infos: Sequence[ColorizerInfo]) -> None:
        self._infos = tuple(infos)
        self.show()

    def set_gate(self, of: int, gate: float) -> None:
        """The photo's gate, or with `of` 0 the current label's."""
        document = self.document
        if document is None:
            return
        key = "gate", of, self._hold
        if of < 0:
            document.set_guidance("Gate", merge_key=key, settings=replace(document.settings, gate=gate))
        else:
            self._set_label(gate, key)

    def part(self, apart: bool) -> None:
        """Give the current label a gate of its own, or take it away."""
        if self.document is not None:
            self._set_label(self.document.settings.gate if apart else None, None)

    def show(self) -> None:
        """Show what the document says; nothing where no gate counts."""
        references, label = self.window.references, self.window.options.label
        if not references.has_panel:
            return
        document, box, present = self.document, references.panel.gate, self.window.session.recolour.colorizer
        references.panel.network.show_networks(self._infos, present)
        box.show_possible(present in GATED and bool(references.listed))
        if document is not None:
            box.show_gates(document.settings.gate, rule_of(document.wishes.rules, label).gate, self._name(label))

    def _set_label(self, gate: float | None, key: object) -> None:
        label, rules = self.window.options.label, self.document.wishes.rules
        rule = replace(rule_of(rules, label), gate=gate)
        name = f"Gate of {self._name(label)}" if gate is not None else f"No own gate of {self._name(label)}"
        self.document.set_guidance(name, merge_key=key, rules=with_rule(rules, rule))

    def _name(self, label: int) -> str:
        label_set = self.window.session.label_set
        return label_set.name(label) if label < len(label_set) else f"label {label}"

    def _new_hold(self) -> None:
        self._hold = object()
