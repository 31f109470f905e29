"""The command line's words about references beside `--reference` itself: how far their meaning counts."""

from __future__ import annotations

import argparse
from dataclasses import replace

from core.errors import BatchError
from core.guidance import Recipe

REFERENCE_HELP = """. reference: as semantic, by the colours of --reference or --references, without which it does
not start"""


def add_reference_options(parser: argparse.ArgumentParser) -> None:
    """The options, as a group of their own."""
    group = parser.add_argument_group("references", "How colours are taken from --reference.")
    group.add_argument("--gate", metavar="0..1", type=_share,
        help="1: colours of what matches in meaning (as without it); 0: the references' overall colours; or in "
             "between")  # fmt: skip


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"'{text[:40]}' is no number from 0 to 1")
    return share


def with_gate(recipe: Recipe, options: argparse.Namespace) -> Recipe:
    """`recipe` with the gate of the options, if there is one. BatchError where the mode needs references and none
    were given."""
    if options.mode == "reference" and not options.reference and options.references is None:
        raise BatchError("--mode reference needs --reference FILE or --references DIR, to take colours from.")
    if options.gate is None:
        return recipe
    return replace(recipe, settings=replace(recipe.settings, gate=options.gate))
