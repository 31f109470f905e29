"""Looks of old prints, as recipes: each is settings and perhaps a palette, nothing else, so all of it can be changed.

The toned ones take the photo's colours away and give every light its own, as the chemistry of the print did; the
tinted ones keep the colours found, weaker, and draw them to the few paints or dyes there were. A look leaves rules
alone: a sepia photo whose lips have a rule is a hand-tinted one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.guidance import Recipe, Settings, Swatch


@dataclass(frozen=True)
class Look:
    """A recipe with a name: `id` for the command line, `title` and `tip` for the window."""

    id: str
    title: str
    tip: str
    recipe: Recipe


def _swatches(codes: str) -> tuple[Swatch, ...]:
    return tuple(Swatch.from_hex(code) for code in codes.split())


def _toned(id: str, title: str, tip: str, codes: str) -> Look:
    """A look of one ink: `codes` from dark to light."""
    return Look(id, title, tip, Recipe(settings=Settings(toning=_swatches(codes))))


def _tinted(id: str, title: str, tip: str, paints: str, **settings: object) -> Look:
    """A look of a few paints over the photo's own colours."""
    return Look(id, title, tip, Recipe(palette=_swatches(paints), settings=Settings(**settings)))


_PAPER = _swatches("3a2f26 8c7a62 efe3c8")

LOOKS: dict[str, Look] = {
    look.id: look
    for look in (
        _toned("sepia", "Sepia", "Brown silver sulphide on cream paper", "2b1a10 7a5433 c79f6d f3e6cc"),
        _toned("cyanotype", "Cyanotype", "Prussian blue, as in blueprints", "04142e 0d3f74 4f86b5 e9f1f2"),
        _toned("platinum", "Platinum print", "Neutral blacks, faintly warm lights", "16171a 6b6a68 c9c4b8 f4efe4"),
        _toned("selenium", "Selenium", "Aubergine shadows, cool lights", "1f1420 5f4d5c b3a8ae f0eeec"),
        _tinted("postcard", "Hand-tinted postcard", "Thin water colours over a brown print",
                "ebaf92 8fbdd8 9fbd76 ecd188 cf7f76 8f7a62",
                palette_strength=0.75, vividness=1.4, toning=_PAPER, toning_strength=0.25),
        _tinted("autochrome", "Autochrome", "Dyed starch grains: orange red, green, blue violet",
                "c8643c 5f8a4a 4a4f8c d9b77a 8a6a58 b9b3a0",
                palette_strength=0.6, vividness=1.05, temperature=14.0, toning=_PAPER, toning_strength=0.2),
        _tinted("faded", "Faded film", "A print of the seventies: the cyan has gone",
                "d88f6a c7a04e 8f9a6a a8b7b0 7a5a50 e6cfb0",
                palette_strength=0.4, vividness=0.8, temperature=24.0, tint=16.0),
    )
}  # fmt: skip
"""The looks by id, in the order of a menu."""


def with_look(recipe: Recipe, look: Look) -> Recipe:
    """`recipe` in a look: its rules, seed and gate stay, all other settings are the look's, and so is its palette.

    A look's palette takes the place of links too, which would lead to another one.
    """
    settings = replace(look.recipe.settings, seed=recipe.settings.seed, gate=recipe.settings.gate)
    if look.recipe.palette:
        recipe = replace(recipe, palette=look.recipe.palette, palette_map=())
    return replace(recipe, settings=settings)
