"""Colour: the person decides what a label looks like, and what the whole photo does after all.

    panel, dropped swatches -> set_guidance(name, merge_key of the drag) -> document -> colours
    document, new colours   -> panel, dots in the rows of labels

The panel is about the current label, wherever it was chosen. What a result shows of it (its light, its mean colour,
how well an exact colour is met) is measured in a thread, for the newest result only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QCursor
from PySide6.QtWidgets import QDockWidget, QMenu

from core.document import Document
from core.engine import Result
from core.guidance import Recipe, Rule, Settings, Swatch
from core.label_facts import LabelFacts, label_facts
from core.labels import UNSURE
from core.looks import LOOKS, with_look
from core.rule_edit import cleared, decides_colour, pasted, rule_of, with_rule, with_swatch
from core.tones import swatch_lab
from gui.background import Background
from gui.features.base import PanelFeature
from gui.palette.mime import color_of
from gui.rules.drops import PhotoDrops, RowDrops

if TYPE_CHECKING:
    from gui.rules_panel import RulesPanel

STEPS = {
    "swatch": "Colour of {}",
    "swatch_light": "Range of {}",
    "strength": "Strength of {}",
    "chroma_gain": "Chroma of {}",
    "hue_shift": "Hue of {}",
    "temperature": "Temperature of {}",
    "tint": "Tint of {}",
    "exact": "Exact colour of {}",
}
WHOLE_STEPS = {
    "vividness": "Vividness",
    "temperature": "Temperature",
    "tint": "Tint",
    "toning_strength": "Toning",
}


class Colour(PanelFeature):
    """Rules and settings of the document in work, by the Colour panel and by swatches that are dropped."""

    name = "colour"
    title, dock = "Colour", "dock.colour"

    def __init__(self, window) -> None:
        super().__init__(window)
        self.looks, self.recent = QMenu(window), QMenu(window)
        self._copied: Rule | None = None
        self._drag = 0
        self._choosing: tuple[str, int] | None = None  # the field and label that the chooser is open for
        self._measuring = Background(self)
        self._stale = False  # newer colours came while older ones were being measured
        self._when_settled: Callable[[], None] | None = None
        self._drops: tuple = ()  # what takes swatches that are dropped

    def make_panel(self) -> RulesPanel:
        from gui.rules_panel import RulesPanel

        return RulesPanel(self.looks, self.recent, self.window)

    def panel_came(self) -> None:
        """Listen to the panel."""
        label, whole, chooser = self.panel.label, self.panel.whole, self.panel.chooser
        for part in (label, whole, chooser):
            part.began.connect(self._new_drag)
            part.ended.connect(self._new_drag)
        label.wished.connect(lambda field, value: self.wish(self.label, field, value))
        label.choosing.connect(self._choose)
        chooser.chosen.connect(self._chosen)
        label.copied.connect(self.copy_rule)
        label.pasted.connect(self.paste_rule)
        label.cleared.connect(self.clear_rule)
        label.locked.connect(self.lock)
        whole.wished.connect(self.wish_whole)
        whole.reset.connect(self.reset_whole)
        self._show_panel()
        self._measure()

    def start(self) -> None:
        """Listen to the session, and to what is dropped."""
        window = self.window
        self.looks.aboutToShow.connect(self._fill_looks)
        window.actions_by_id["colour.looks"].setMenu(self.looks)
        window.session.documentChanged.connect(lambda _: self._document_came())
        window.session.edited.connect(lambda change: None if change.live else self.show())
        window.session.coloured.connect(lambda *_: self._measure())
        window.session.recolour.settled.connect(self._settled)
        window.session.failed.connect(lambda _: self._forget_lock())
        window.options.changed.connect(lambda name: self._label_came() if name == "label" else None)
        self.show()

    def conditions(self) -> set[str]:
        document = self.document
        answers = {
            "rule": document is not None and decides_colour(self._rule()),
            "coloured label": document is not None and self.window.session.result is not None
            and (document.area(self.label) > 0 or self.label in document.locked),
            "copied rule": document is not None and self._copied is not None,
        }
        return {name for name, holds in answers.items() if holds}

    # -- what there is

    @property
    def document(self) -> Document | None:
        return self.window.document

    @property
    def label(self) -> int:
        """The current label: the one that is painted, and whose rule is shown."""
        return self.window.options.label

    def _rule(self) -> Rule:
        return rule_of(self.document.recipe.rules, self.label) if self.document else Rule(self.label)

    # -- what the person wants of a label

    def wish(self, label: int, field: str, value: object) -> None:
        """Change one field of a label's rule; changes of one drag are one step."""
        document = self.document
        if document is None:
            return
        rules = document.recipe.rules
        rule = rule_of(rules, label)
        changed = with_swatch(rule, value) if field == "swatch" else replace(rule, **{field: value})
        self._set_rule(changed, STEPS[field], merge_key=("rule", label, field, self._drag))

    def choose(self) -> None:
        """Bring the tab forward and open the chooser of the current label's colour."""
        dock = self.window.findChild(QDockWidget, "dock.colour")
        dock.show()
        dock.raise_()
        self.panel.ensureWidgetVisible(self.panel.label.chip)
        self._choose("swatch", self.panel.label.chip)

    def set_swatch(self, label: int, swatch: Swatch | None) -> None:
        """Give a label a colour, as one step; None takes it away."""
        self._new_drag()
        self.wish(label, "swatch", swatch)
        self._new_drag()

    def drop_on_photo(self, x: int, y: int, swatch: Swatch) -> None:
        """Give the label of the region at a pixel of the photo that colour, and make it the current one."""
        label = self.document.label_at(x, y)
        if label == UNSURE:
            self.window.session.said.emit("Nothing is labelled there yet; paint a label first.")
            return
        self.window.options.set_label(label)
        self.set_swatch(label, swatch)

    def copy_rule(self) -> None:
        """Take the current label's rule along."""
        self._copied = self._rule()
        self.window.session.said.emit(f"Copied the rule of {self._name(self.label)}.")
        self.show()
        self.window.refresh()

    def paste_rule(self) -> None:
        """Give the current label the copied rule."""
        if self._copied is not None and self.document is not None:
            self._set_rule(pasted(self._rule(), self._copied), "Paste rule on {}")

    def clear_rule(self) -> None:
        """Let the colorizer decide about the current label's colour again."""
        if self.document is not None:
            self._set_rule(cleared(self._rule()), "Clear rule of {}")

    def lock(self, on: bool) -> None:
        """Keep the pixels of the current label as they are now, or let them go."""
        document, label = self.document, self.label
        if document is None:
            return
        if on:
            self._once_settled(lambda: self._lock(document, label))
        else:
            document.unlock_label(label)

    # -- ... and of the whole photo

    def wish_whole(self, field: str, value: float) -> None:
        """Change one of the settings; changes of one drag are one step."""
        document = self.document
        if document is not None:
            settings = replace(document.settings, **{field: value})
            document.set_guidance(WHOLE_STEPS[field], merge_key=("whole", field, self._drag), settings=settings)

    def reset_whole(self) -> None:
        """Vividness, temperature and tint as at first, and no look."""
        self._apply(without_look(self.document.recipe), "Reset whole photo")

    def set_look(self, name: str) -> None:
        """Dress the photo in the look of that id; its rules stay."""
        look = LOOKS[name]
        self._apply(with_look(self.document.recipe, look), f"Look: {look.title}")

    def show_looks(self) -> None:
        """The looks to choose from, at the pointer."""
        self.looks.popup(QCursor.pos())

    # -- inside: the document

    def _apply(self, recipe: Recipe, name: str) -> None:
        self.document.set_guidance(name, rules=recipe.rules, palette=recipe.palette, settings=recipe.settings,
                                   palette_map=recipe.palette_map)  # fmt: skip

    def _set_rule(self, rule: Rule, name: str, merge_key: object = None) -> None:
        rules = with_rule(self.document.recipe.rules, rule)
        self.document.set_guidance(name.format(self._name(rule.label)), merge_key=merge_key, rules=rules)

    def _name(self, label: int) -> str:
        label_set = self.window.session.label_set
        return label_set.name(label) if label < len(label_set) else f"label {label}"

    def _new_drag(self) -> None:
        self._drag += 1

    def _choose(self, field: str, chip) -> None:
        swatch = getattr(self._rule(), field)
        light = self._light_for(field, swatch)
        self._choosing = field, self.label
        self.panel.chooser.picker.set_free(self.document.wishes.line_art)
        self.panel.chooser.open_below(chip, STEPS[field].format(self._name(self.label)), swatch, light,
                                      self.document.recipe.palette)  # fmt: skip

    def _light_for(self, field: str, swatch: Swatch | None) -> float:
        """The L* to choose at: the label's own, but for the ends of a range and a label that is not in the photo."""
        free = self._rule().swatch_light is not None or self.document.wishes.line_art
        facts = self.panel.label.facts
        if swatch is not None and (free or facts is None):
            return float(swatch_lab(swatch)[0])
        return facts.light if facts else 60.0

    def _chosen(self, swatch: Swatch) -> None:
        field, label = self._choosing
        self.wish(label, field, swatch)

    def _lock(self, document: Document, label: int) -> None:
        if document is self.document:
            result = self.window.session.result
            document.lock_label(label, result.chroma, result.recoloured, result.fill_light)

    def _once_settled(self, step: Callable[[], None]) -> None:
        """Do `step` when the colours are those of the document."""
        session = self.window.session
        if session.result is not None and not session.recolour.pending:
            step()
        else:
            self._when_settled = step

    def _forget_lock(self) -> None:
        """The colours that were waited for may never come."""
        self._when_settled = None
        self.show()

    def _settled(self) -> None:
        step, self._when_settled = self._when_settled, None
        if step is not None:
            step()

    # -- inside: what is shown

    def _document_came(self) -> None:
        self._when_settled = None
        if not self._drops:  # not before the window stands: Qt for Python learns all its widgets on the way
            window = self.window
            self._drops = RowDrops(window.labels_panel, self.set_swatch), PhotoDrops(window.canvas, self.drop_on_photo)
        if self.has_panel:
            self.panel.label.show_facts(None)
            self.panel.chooser.close()
        self.show()

    def _label_came(self) -> None:
        if self.has_panel:
            self.panel.label.show_facts(None)
        self.show()
        self._measure()
        self.window.refresh()

    def show(self) -> None:
        """Show the current label's rule, the settings, and a dot for every rule."""
        document = self.document
        self.window.actions_by_id["colour.lock"].setChecked(self._is_locked())
        rules = document.recipe.rules if document else ()
        dots = {rule.label: color_of(rule.swatch) for rule in rules if rule.swatch is not None}
        self.window.labels_panel.show_rules(dots)
        if self.has_panel:
            self._show_panel()

    def _show_panel(self) -> None:
        document, label_set, part = self.document, self.window.session.label_set, self.panel.label
        color = label_set.color(self.label) if self.label < len(label_set) else (128, 128, 128)
        part.show_label(self._name(self.label), QColor(*color))
        can_lock = document is not None and document.area(self.label) > 0
        part.show_rule(self._rule(), self._is_locked(), can_lock, self._copied is not None)
        self.panel.whole.show_settings(document.settings if document else Settings())

    def _is_locked(self) -> bool:
        return self.document is not None and self.label in self.document.locked

    def _measure(self) -> None:
        """Measure the current label in the newest result, one measuring at a time, for the panel."""
        result, label = self.window.session.result, self.label
        if result is None or not self.has_panel:
            return
        if self._measuring.busy:
            self._stale = True
            return
        self._stale = False
        self._measuring.run(lambda: (result, label, label_facts(result, label)), self._measured,
                            self.window.session.failed.emit)  # fmt: skip

    def _measured(self, found: tuple[Result, int, LabelFacts | None]) -> None:
        result, label, facts = found
        session = self.window.session
        if session.result is not None and label == self.label \
                and result.request.photo_key == session.result.request.photo_key:
            self.panel.label.show_facts(facts)
        if self._stale:
            self._measure()

    def _fill_looks(self) -> None:
        """The looks, the present one checked, and the way back."""
        self.looks.clear()
        settings = self.document.settings if self.document else Settings()
        for look in LOOKS.values():
            entry = self.looks.addAction(look.title)
            entry.setObjectName(f"look.{look.id}")
            entry.setStatusTip(look.tip)
            entry.setCheckable(True)
            entry.setChecked(replace(settings, seed=0, gate=1.0) == replace(look.recipe.settings, seed=0, gate=1.0))
            entry.triggered.connect(lambda _=False, name=look.id: self.set_look(name))
        self.looks.addSeparator()
        self.looks.addAction("No look").triggered.connect(self.reset_whole)


def without_look(recipe: Recipe) -> Recipe:
    """`recipe` with vividness, temperature, tint and toning as at first, and without the palette of a look."""
    plain, settings = Settings(), recipe.settings
    of_looks = [look.recipe.palette for look in LOOKS.values()]
    palette = () if recipe.palette in of_looks else recipe.palette
    strength = settings.palette_strength if palette else plain.palette_strength
    kept = Settings(seed=settings.seed, palette_strength=strength, gate=settings.gate)
    return replace(recipe, palette=palette, settings=kept)
