"""The command line's colours: --palette, --words, --category, --look, --reference, --recipe and what belongs to them.

    options -> recipe_of(options) -> Recipe, which a batch gives to every photo
                                     or --palette-only prints, one hex code a line
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from core.errors import BatchError, UserError
from core.guidance import Recipe, Reference, Swatch
from core.looks import LOOKS, with_look

FEWEST_COLORS, MOST_COLORS, USUAL_COLORS = 2, 10, 5
LARGEST_SEED = 2**31 - 1


def add_color_options(parser: argparse.ArgumentParser) -> None:
    """The options of the colours, as a group of their own."""
    group = parser.add_argument_group("colours", "What the photos are to be coloured with; with --batch.")
    add = group.add_argument
    add("--palette", metavar="FILE|HEX,HEX,...",
        help="draw all colours to this palette: a file (.gpl .ase .aco .act .kpl .soc .css .hex, a picture) or hex "
             "codes such as 264653,2a9d8f")  # fmt: skip
    add("--words", metavar="TEXT", help="make the palette from words, Chinese or English: 'autumn forest in rain'")
    add("--category", metavar="NAME", help="let the words' palette look like this category, or make it of that alone")
    add("--colors", metavar="N", type=_count,
        help=f"how many colours the palette has, {FEWEST_COLORS} to {MOST_COLORS} (words: {USUAL_COLORS}; a palette: "
             "all it has)")  # fmt: skip
    add("--palette-only", action="store_true", help="print the palette, a hex code a line, and exit")
    add("--look", metavar="NAME", choices=tuple(LOOKS),
        help=f"make it look like an old print: {', '.join(LOOKS)}")  # fmt: skip
    add("--reference", metavar="FILE", type=Path, action="append", default=[],
        help="take colours from this photo; may be given several times")  # fmt: skip
    add("--recipe", metavar="FILE", type=Path, help="apply a saved recipe: rules of labels, palette and settings")
    add("--seed", metavar="N", type=_seed,
        help="another answer for the same words; the same seed gives the same (default: 0)")  # fmt: skip


def _count(text: str) -> int:
    return _number(text, FEWEST_COLORS, MOST_COLORS)


def _seed(text: str) -> int:
    return _number(text, 0, LARGEST_SEED)


def _number(text: str, least: int, most: int) -> int:
    text = text.strip()
    number = int(text) if text.isdecimal() and len(text) < 20 else -1
    if not least <= number <= most:
        raise argparse.ArgumentTypeError(f"'{text[:40]}' is no number from {least} to {most}")
    return number


def color_flags(options: argparse.Namespace) -> list[str]:
    """The flags of this group that were given, apart from --palette-only."""
    names = ("palette", "words", "category", "colors", "look", "recipe", "seed", "gate")
    given = [f"--{name}" for name in names if getattr(options, name) is not None]
    return given + ["--reference"] * bool(options.reference)


def references_of(options: argparse.Namespace) -> tuple[Reference, ...]:
    """The references of the options, each of which can be read. Raises PhotoError."""
    from core.asked import reference_lab

    references = tuple(Reference(str(path.absolute())) for path in options.reference)
    for reference in references:
        reference_lab(reference)
    return references


def recipe_of(options: argparse.Namespace) -> tuple[Recipe, tuple[str, ...]]:
    """The recipe that the options ask for, and sentences about what was not read as it was written.

    What stands on the command line goes before what the recipe's file says, and colours given before those of a
    look. Raises UserError.
    """
    recipe = Recipe()
    if options.recipe is not None:
        from core.recipe import load_recipe

        recipe = load_recipe(options.recipe)
    if options.look is not None:
        recipe = with_look(recipe, LOOKS[options.look])
    if options.seed is not None:
        recipe = replace(recipe, settings=replace(recipe.settings, seed=options.seed))
    swatches, notes = _palette(options, recipe)
    if recipe.palette_map and swatches != recipe.palette:
        from core.palette_edit import rematched

        recipe = replace(recipe, palette_map=rematched(recipe.palette_map, swatches))
    recipe = replace(recipe, palette=swatches)
    if options.mode == "palette":
        if not swatches:
            raise BatchError("--mode palette needs --palette or --words, the colours to use.")
        recipe = replace(recipe, settings=replace(recipe.settings, palette_strength=1.0))
    return recipe, notes


def palette_lines(options: argparse.Namespace) -> tuple[str, tuple[str, ...]]:
    """What --palette-only prints, and notes. Raises UserError."""
    from core.palette_io import to_text

    recipe, notes = recipe_of(options)
    if not recipe.palette:
        raise BatchError("--palette-only needs --palette, --words or --category, to make a palette from.")
    return to_text(recipe.palette), notes


def _palette(options: argparse.Namespace, recipe: Recipe) -> tuple[tuple[Swatch, ...], tuple[str, ...]]:
    if options.palette is None and (options.words is not None or options.category is not None):
        return _spoken(options, recipe.settings.seed)
    if options.words is not None or options.category is not None:
        raise BatchError("--palette and --words both make the palette; choose one of them.")
    swatches, notes = recipe.palette, ()
    if options.palette is not None:
        swatches, notes = _given(options.palette)
    if not options.colors or not swatches:
        return swatches, notes
    if len(swatches) < options.colors:
        return swatches, (*notes, f"The palette has {len(swatches)} colours, not {options.colors}.")
    from core.palette import with_length

    return with_length(swatches, options.colors), notes


def _given(text: str) -> tuple[tuple[Swatch, ...], tuple[str, ...]]:
    """The palette of a file, or of the hex codes themselves."""
    from core.palette_io import READABLE, parse_palette, read_palette

    file = _file(text)
    if file is not None:
        read = read_palette(file)
    else:
        try:
            read = parse_palette(text)
        except UserError as error:
            if Path(text).suffix.lower() in READABLE:
                raise BatchError(f"--palette: {text} is not there; name a palette's file or hex codes.") from error
            raise
    return read.swatches, read.notes


def _file(text: str) -> Path | None:
    """The file or folder of that name, if there is one; hex codes may be longer than any name."""
    try:
        return Path(text) if text and Path(text).exists() else None
    except (OSError, ValueError):
        return None


def _spoken(options: argparse.Namespace, seed: int) -> tuple[tuple[Swatch, ...], tuple[str, ...]]:
    from core.words import categories, category_palette, words_to_palette

    count = options.colors or USUAL_COLORS
    category = (options.category or "").strip() or None
    if options.category is not None and category is None:
        raise BatchError(f"--category is empty; choose one of {', '.join(categories())}.")
    try:
        if category is not None:
            category_palette(category)
    except KeyError as error:
        raise BatchError(
            f"--category: “{category[:40]}” is unknown; choose one of {', '.join(categories())}."
        ) from error
    spoken = words_to_palette(options.words or "", count, seed=seed, category=category)
    notes = spoken.notes if options.words is not None else ()
    if options.words and spoken.unknown and not notes:
        unknown = ", ".join(f"“{word[:40]}”" for word in spoken.unknown[:5])
        notes = (f"Not understood: {unknown}.",)
    return spoken.swatches, notes
