"""Looks of old prints: recipes by name, which leave the light and a person's rules alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.color import gamut_map
from core.engine import Engine
from core.guidance import Recipe, Rule, Settings, Swatch
from core.looks import LOOKS, Look, with_look
from core.oklch import rgb_to_oklch
from core.recipe import load_recipe, save_recipe
from tests.core.fakes import SKY, FakeModels, request_for

TONED = [look for look in LOOKS.values() if look.recipe.settings.toning and not look.recipe.palette]
TINTED = [look for look in LOOKS.values() if look.recipe.palette]


def coloured(recipe: Recipe) -> np.ndarray:
    """Chroma of a photo half sky, half grass in a recipe."""
    labels = np.full((24, 32), SKY)
    labels[:, 16:] = 36
    request = request_for(labels=labels, rules=recipe.rules, palette=recipe.palette, settings=recipe.settings)
    return Engine(models=FakeModels()).colorize(request).chroma


def hue(look: Look, at: int) -> float:
    swatch = look.recipe.settings.toning[at]
    return float(rgb_to_oklch(np.float32([swatch.r, swatch.g, swatch.b]))[2])


@pytest.mark.parametrize("look", TONED, ids=lambda look: look.id)
def test_a_toned_print_has_one_colour_for_every_light(look: Look) -> None:
    chroma = coloured(look.recipe)
    light = request_for().luminance.array
    order = np.argsort(light, axis=None)
    along = chroma.reshape(-1, 2)[order]
    assert np.abs(np.diff(along, axis=0)).max() < 1  # whatever was sky and grass


def test_sepia_is_brown_and_cyanotype_is_blue() -> None:
    assert 40 < hue(LOOKS["sepia"], 1) < 80
    assert 230 < hue(LOOKS["cyanotype"], 1) < 265
    means = {name: gamut_map(request_for().luminance.array, coloured(LOOKS[name].recipe)).mean(axis=(0, 1))
             for name in ("sepia", "cyanotype", "platinum")}  # fmt: skip
    assert means["sepia"][1] > 15 and means["cyanotype"][1] < -15 and np.hypot(*means["platinum"]) < 5


@pytest.mark.parametrize("look", TINTED, ids=lambda look: look.id)
def test_a_tinted_print_still_tells_sky_from_grass(look: Look) -> None:
    chroma = coloured(look.recipe)
    assert np.abs(chroma[:, :16].mean(axis=(0, 1)) - chroma[:, 16:].mean(axis=(0, 1))).max() > 0.5
    assert not np.allclose(chroma, coloured(Recipe()), atol=2)


def test_a_look_leaves_rules_and_seed_and_brings_its_own_palette() -> None:
    mine = Recipe((Rule(SKY, hue_shift=9.0),), (Swatch(1.0, 0.0, 0.0),), Settings(vividness=1.7, seed=6, tint=3.0))
    sepia = with_look(mine, LOOKS["sepia"])
    assert (sepia.rules, sepia.palette, sepia.settings.seed) == (mine.rules, mine.palette, 6)
    assert sepia.settings.vividness == 1.0 and sepia.settings.toning
    assert with_look(mine, LOOKS["autochrome"]).palette == LOOKS["autochrome"].recipe.palette


@pytest.mark.parametrize("look", LOOKS.values(), ids=lambda look: look.id)
def test_every_look_can_be_saved_as_a_recipe(look: Look, tmp_path: Path) -> None:
    assert load_recipe(save_recipe(tmp_path / "look.json", look.recipe)) == look.recipe
