"""Recipes as files: rules, palette and settings in JSON, to be applied to the next photo or to a batch."""

from __future__ import annotations

import json
from pathlib import Path

from core.errors import ProjectError
from core.formats import format_named
from core.guidance import Recipe, Rule, Settings, Swatch
from core.photo_write import check_target, write_file

LARGEST_FILE = 32 * 2**20  # bytes


def load_recipe(path: Path | str) -> Recipe:
    """The recipe in a file, or that of a result, which tells what it was made with (core/provenance). Raises
    ProjectError where it is missing, damaged or of a newer version."""
    path = Path(path)
    if format_named(path.suffix) is not None:
        from core.provenance import read_made
        from core.remake import recipe_of

        return recipe_of(read_made(path))
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise ProjectError(f"{path} is larger than {LARGEST_FILE >> 20} MB and so no recipe; choose another.")
        data = json.loads(path.read_bytes())
    except OSError as error:
        raise ProjectError(f"{path} cannot be read ({error.strerror}); choose another recipe.") from error
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError and JSONDecodeError are ValueErrors
        raise ProjectError(f"{path} is no recipe, or a damaged one; choose another file.") from error
    try:
        recipe = Recipe.from_dict(data)
    except ProjectError as error:
        raise ProjectError(f"{path}: {error}") from error
    if wrong := out_of_range(recipe):
        raise ProjectError(f"{path}: This recipe is damaged ({wrong}); choose another or make it again.")
    return recipe


def save_recipe(path: Path | str, recipe: Recipe, overwrite: bool = False) -> Path:
    """Write `recipe` as JSON, as a whole or not at all; returns the path. Raises ExportError."""
    path = Path(path)
    check_target(path, overwrite)
    text = json.dumps(recipe.to_dict(), ensure_ascii=False, indent=2) + "\n"
    write_file(path, [text.encode("utf-8", "replace")], overwrite)
    return path


_OF_SKETCHES = {"fill": ("flat", "shaded"), "manner": ("careful", "painterly"), "lines": ("keep", "layer", "drop")}


def out_of_range(recipe: Recipe) -> str:
    """What no window would have written, as part of a sentence; "" where all is well."""
    settings = recipe.settings
    shares = settings.palette_strength, settings.toning_strength, settings.gate
    if not 0 <= settings.vividness <= 10 or settings.seed < 0 or not _usual(settings, shares):
        return "its settings are out of range"
    if any(getattr(settings, name) not in choices for name, choices in _OF_SKETCHES.items()):
        return "its settings of line art are none that there are"
    for rule in recipe.rules:
        if rule.seed is not None and rule.seed < 0:
            return f"the rule of label {rule.label} is out of range"
        if not 0 <= rule.label <= 255:
            return f"there is no label {rule.label}"
        if not 0 <= rule.chroma_gain <= 10 or abs(rule.hue_shift) > 360 or not _usual(rule, (rule.strength,)):
            return f"the rule of label {rule.label} is out of range"
        if rule.gate is not None and not 0 <= rule.gate <= 1:
            return f"the gate of label {rule.label} is out of range"
        if rule.swatch_light and not rule.swatch:
            return f"the range of label {rule.label} has no dark end"
    of_rules = [one for rule in recipe.rules for one in (rule.swatch, rule.swatch_light) if one]
    if not all(0 <= link.strength <= 1 for link in recipe.palette_map):
        return "a link of its palette is out of range"
    of_links = [swatch for link in recipe.palette_map for swatch in (link.source, link.target)]
    swatches = [*of_links, *recipe.palette, *settings.toning, *of_rules]
    return "" if all(map(_is_color, swatches)) else "a swatch is no colour"


def _usual(wish: Rule | Settings, shares: tuple[float, ...]) -> bool:
    return all(0 <= share <= 1 for share in shares) and max(abs(wish.temperature), abs(wish.tint)) <= 100


def _is_color(swatch: Swatch) -> bool:
    return all(0 <= part <= 1 for part in (swatch.r, swatch.g, swatch.b))
