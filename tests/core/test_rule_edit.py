"""Rules changed, copied and taken away: one rule a label, and none that wants nothing."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from core.guidance import Link, Recipe, Rule, Settings, Swatch
from core.rule_edit import (
    COLOUR_FIELDS,
    cleared,
    decides,
    decides_colour,
    pasted,
    rule_of,
    with_rule,
    with_swatch,
)

GREEN, BLUE = Swatch.from_hex("#3b7a3a", "uniform"), Swatch.from_hex("#6fa8dc")
FULL = Rule(3, GREEN, 0.6, 1.2, 15.0, "beach.jpg", "prior", True, -20.0, 8.0, BLUE, 4)


def test_a_label_without_a_rule_has_one_that_wants_nothing() -> None:
    assert rule_of((FULL,), 3) is FULL
    assert rule_of((FULL,), 4) == Rule(4)


def test_a_rule_takes_the_place_of_its_labels_and_the_others_stay_in_order() -> None:
    first, second, third = Rule(1, GREEN), Rule(2, BLUE), Rule(9, GREEN)
    assert with_rule((first, second), third) == (first, second, third)
    changed = replace(first, strength=0.5)
    assert with_rule((first, second, third), changed) == (changed, second, third)
    assert with_rule((first, second, replace(first, tint=4.0)), changed) == (changed, second)


def test_a_rule_that_wants_nothing_is_not_kept() -> None:
    assert with_rule((Rule(1, GREEN), Rule(2, BLUE)), Rule(1)) == (Rule(2, BLUE),)
    assert with_rule((), Rule(1)) == ()


def test_every_field_is_about_colour_or_left_alone_by_copying_and_clearing() -> None:
    kept = {"label", "reference", "region", "gate", "colorizer"}
    assert {field.name for field in fields(Rule)} == kept | set(COLOUR_FIELDS)
    assert pasted(Rule(7, reference="sea.jpg"), FULL) == replace(
        FULL, label=7, reference="sea.jpg", colorizer=None
    )
    assert cleared(FULL) == Rule(3, reference="beach.jpg", colorizer="prior")


@pytest.mark.parametrize("name", COLOUR_FIELDS)
def test_any_one_wish_decides_colour(name: str) -> None:
    assert decides_colour(replace(Rule(3), **{name: getattr(FULL, name)}))


def test_reference_and_colorizer_decide_no_colour() -> None:
    assert not decides_colour(Rule(3, reference="beach.jpg", colorizer="prior"))


def test_a_new_colour_is_seen_even_where_nothing_was_drawn_to_the_old_one() -> None:
    assert with_swatch(replace(FULL, strength=0.0), BLUE).strength == 1.0
    assert with_swatch(FULL, BLUE) == replace(FULL, swatch=BLUE)


def test_without_its_colour_a_rule_keeps_what_does_not_depend_on_it() -> None:
    left = with_swatch(FULL, None)
    assert left == Rule(3, None, 1.0, 1.2, 15.0, "beach.jpg", "prior", False, -20.0, 8.0, seed=4)


def test_a_recipe_decides_something_by_rules_palette_or_settings() -> None:
    assert not decides(Recipe()) and decides(Recipe(settings=Settings(seed=7)))
    links = (Link(GREEN, BLUE),)
    tinted = Recipe(settings=Settings(tint=3.0))
    for recipe in (Recipe((FULL,)), Recipe(palette=(GREEN,)), tinted, Recipe(palette_map=links)):
        assert decides(recipe)
