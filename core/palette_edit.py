"""A palette under the hand: swatches moved, locked, exchanged, and the links of a recoloured photo that follow.

Functions on tuples. Locks are a set of places: those swatches stay when words are asked again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.guidance import Link, Swatch
from core.palette import match

MOST = 256  # swatches of a palette at work; a file may hold more


def moved(swatches: Sequence[Swatch], at: int, to: int) -> tuple[Swatch, ...]:
    """The palette with the swatch at `at` taken to the place `to`, the others closing up."""
    rest = list(swatches)
    rest.insert(to, rest.pop(at))
    return tuple(rest)


def order_after_move(count: int, at: int, to: int) -> list[int]:
    """Where each place of `moved`'s answer came from."""
    order = list(range(count))
    order.insert(to, order.pop(at))
    return order


def kept_locks(locks: frozenset[int], before: Sequence[Swatch], after: Sequence[Swatch]) -> frozenset[int]:
    """The locks that still hold: those whose swatch is in its place still."""
    return frozenset(at for at in locks if at < min(len(before), len(after)) and before[at] == after[at])


def relinked(links: Sequence[Link], before: Sequence[Swatch], after: Sequence[Swatch]) -> tuple[Link, ...]:
    """Links that lead to the palette `before`, leading to what became of it in `after`.

    A swatch that was changed is followed; one that is gone is replaced by the nearest. A target of the person's
    own, which is in neither, stays. Without a palette there are no links.
    """
    if not after:
        return ()
    return tuple(replace(link, target=_followed(link.target, before, after)) for link in links)


def _followed(target: Swatch, before: Sequence[Swatch], after: Sequence[Swatch]) -> Swatch:
    if target in after or target not in before:
        return target
    if len(before) == len(after):
        return after[before.index(target)]
    return after[match((target,), after)[0]]


def rematched(links: Sequence[Link], palette: Sequence[Swatch]) -> tuple[Link, ...]:
    """The same sources matched with another palette; strengths stay, and locked links stay as they are."""
    if not palette:
        return ()
    partners = match([link.source for link in links], palette)
    return tuple(
        link if link.locked else replace(link, target=palette[at]) for link, at in zip(links, partners)
    )
