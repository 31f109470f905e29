"""Rules under the hand: one label's rule changed, copied to another label, or taken away.

Functions on tuples of rules, at most one a label. A rule that wants nothing is no rule and is not kept, so that a
recipe holds what a person decided and no more. What a rule says of the reference and the colorizer is not about
a colour of one's own: copying and clearing leave it alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from core.guidance import Recipe, Rule, Swatch

COLOUR_FIELDS = (
    "swatch", "swatch_light", "strength", "exact", "chroma_gain", "hue_shift", "temperature", "tint", "seed",
)  # fmt: skip
"""What a rule says about the colour of its label."""


def rule_of(rules: Iterable[Rule], label: int) -> Rule:
    """The rule of a label; one that wants nothing where there is none."""
    return next((rule for rule in rules if rule.label == label), Rule(label))


def with_rule(rules: Iterable[Rule], rule: Rule) -> tuple[Rule, ...]:
    """The rules with `rule` in place of its label's, which keeps its place; without it if it wants nothing."""
    rules = tuple(rules)
    kept = () if rule == Rule(rule.label) else (rule,)
    places = [at for at, old in enumerate(rules) if old.label == rule.label]
    if not places:
        return (*rules, *kept)
    rest = [old for old in rules[places[0]:] if old.label != rule.label]
    return (*rules[:places[0]], *kept, *rest)


def with_swatch(rule: Rule, swatch: Swatch | None) -> Rule:
    """A rule whose label is to have this colour; None takes the colour away, and what depends on it.

    A rule that draws nothing to its swatch (strength 0) draws wholly to the new one: who gives a colour wants to
    see it.
    """
    if swatch is None:
        return replace(rule, swatch=None, swatch_light=None, exact=False, strength=1.0)
    return replace(rule, swatch=swatch, strength=rule.strength or 1.0)


def decides_colour(rule: Rule) -> bool:
    """Whether a rule says anything about colour."""
    return pasted(Rule(rule.label), rule) != Rule(rule.label)


def pasted(rule: Rule, copied: Rule) -> Rule:
    """`rule`, of whatever label, with what `copied` says about colour."""
    return replace(rule, **{name: getattr(copied, name) for name in COLOUR_FIELDS})


def cleared(rule: Rule) -> Rule:
    """`rule` without anything about colour."""
    return pasted(rule, Rule(rule.label))


def decides(recipe: Recipe) -> bool:
    """Whether a recipe would change anything."""
    return recipe != Recipe()
