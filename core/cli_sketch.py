"""The command line's words about line art: what becomes of its lines, and how the paper between them is coloured."""

from __future__ import annotations

import argparse
from dataclasses import replace

from core.guidance import Recipe

SKETCH_HELP = """. sketch: every photo is treated as line art, its lines kept and its regions found with gaps closed;
in the other modes, but for auto, only what is recognised as line art"""
_FIELDS = ("lines", "fill", "manner")


def add_sketch_options(parser: argparse.ArgumentParser) -> None:
    """The options, as a group of their own."""
    add = parser.add_argument_group("line art", "How sketches are coloured; with --batch.").add_argument
    add("--lines", choices=("keep", "layer", "drop"),
        help="keep: the lines lie over the colours, exactly as they were (as without it); layer: and also by "
             "themselves in <stem>_lines.png; drop: the colours alone")  # fmt: skip
    add("--fill", choices=("flat", "shaded"),
        help="one colour for every region (as without it), or colours that play a little inside it")  # fmt: skip
    add("--manner", choices=("careful", "painterly"),
        help="colours end exactly at their lines (as without it), or run a little under them")  # fmt: skip


def sketch_flags(options: argparse.Namespace) -> list[str]:
    """The flags of this group that were given."""
    return [f"--{name}" for name in _FIELDS if getattr(options, name) is not None]


def with_sketch(recipe: Recipe, options: argparse.Namespace) -> Recipe:
    """`recipe` with what the options say of line art."""
    given = {name: getattr(options, name) for name in _FIELDS if getattr(options, name) is not None}
    return replace(recipe, settings=replace(recipe.settings, **given)) if given else recipe
