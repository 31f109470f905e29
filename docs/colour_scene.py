"""The scene of the guide's picture of the Colour tab: grass to the number, the sky a range, the coat navy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDockWidget, QMainWindow

from core.guidance import Rule, Swatch
from core.rule_edit import with_rule

RULES = {  # label -> its rule
    "grass": Rule(0, Swatch.from_hex("#75804f"), exact=True),
    "sky": Rule(0, Swatch.from_hex("#8fb2d9"), swatch_light=Swatch.from_hex("#e9dcd2")),
    "person": Rule(0, Swatch.from_hex("#2c3a52", "navy coat"), strength=0.6),
}


@contextmanager
def colours_given(window: QMainWindow, settle: Callable[[float], None]) -> Iterator[None]:
    """The photo under RULES with the Colour tab in front; afterwards all is as it was."""
    document, label_set = window.document, window.session.label_set
    before, rules = document.index, ()
    for name, rule in RULES.items():
        rules = with_rule(rules, replace(rule, label=label_set.id(name)))
    document.set_guidance("Colours", rules=rules)
    window.options.set_label(label_set.id("grass"))
    window.findChild(QDockWidget, "dock.colour").raise_()
    window.findChild(QAction, "view.result").trigger()
    settle(4.0)
    try:
        yield
    finally:
        document.jump_to(before)
        window.findChild(QDockWidget, "dock.labels").raise_()
        settle(1.0)
