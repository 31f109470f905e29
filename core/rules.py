"""What a person wants for a label, applied to chroma after any colorizer.

Every rule works on the pixels of its label alone, at work size: hue shift and chroma gain change the colours found
there; a swatch draws their mean to it by `strength`, keeping the play of colour inside; a range does so with the
colour that it has at each pixel's light; temperature and tint shift the outcome. With *exact* the mean of every region
of the label, as it will be seen inside the gamut, becomes the swatch, and how well that went is told by `exactness`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.color import delta_e2000, gamut_map
from core.guidance import Rule, Swatch
from core.tones import range_chroma, shifted, swatch_lab

_CRUMB = 0.001  # of the photo: regions smaller than this are met together
_PLAY = (1.0, 0.5, 0.0)  # how much of the play of colour is kept; less where the gamut leaves no room for it
_ROUNDS = 8  # of moving a region until its mean is met
_SAMPLE = 2000  # pixels of a region that stand for all while the way is looked for
_MET = 0.25  # units of a*b*: a mean this near is met
_FARTHEST = 60.0  # units of a*b* that a region's colours may go beyond the swatch to make up for its darkest pixels


@dataclass(frozen=True)
class Exactness:
    """How well an exact rule is met, in the region that misses most: ΔE2000 at the region's mean light, between its
    mean colour and the swatch (`error`), and between the nearest mean that its pixels allow and the swatch (`best`)."""

    label: int
    error: float
    best: float


def apply_rules(
    chroma: np.ndarray, luminance: np.ndarray, labels: np.ndarray, rules: Sequence[Rule]
) -> np.ndarray:
    """`chroma` (h, w, 2) under `rules`; `luminance` L* and `labels` uint8, both (h, w).

    Returns `chroma` itself when there is nothing to change, else a new array.
    """
    changed = chroma
    for rule in rules:
        region = labels == rule.label
        if _idle(rule) or not region.any():
            continue
        if changed is chroma:
            changed = chroma.astype(np.float32)
        changed[region] = _colours(changed[region], luminance[region].astype(np.float32), rule, _parts(region, rule))
    return changed


def _idle(rule: Rule) -> bool:
    """Whether a rule changes nothing."""
    adjusts = (rule.chroma_gain, rule.hue_shift, rule.temperature, rule.tint) != (1.0, 0.0, 0.0, 0.0)
    return not adjusts and (rule.swatch is None or (rule.strength == 0 and not rule.exact))


def _parts(region: np.ndarray, rule: Rule) -> list[np.ndarray]:
    """The connected regions that an exact rule has to meet, as places among the pixels of `region`, bool (h, w).

    Crumbs count together as one.
    """
    if not rule.exact:
        return []
    import cv2

    count, numbers = cv2.connectedComponents(region.view(np.uint8), connectivity=8)
    numbers = numbers[region]
    sizes = np.bincount(numbers, minlength=count)
    numbers[sizes[numbers] < max(_CRUMB * region.size, 1)] = 0
    order = np.argsort(numbers, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(numbers[order])) + 1)


def _colours(colours: np.ndarray, light: np.ndarray, rule: Rule, parts: Sequence[np.ndarray]) -> np.ndarray:
    """The (n, 2) colours of a rule's label, as the rule wants them; `parts` are the places of its regions."""
    colours = _rotate(colours, rule.hue_shift)
    if rule.chroma_gain != 1.0:
        colours = colours * np.float32(rule.chroma_gain)
    if rule.swatch is None:
        return shifted(colours, rule.temperature, rule.tint)
    wish = _wish(rule, light)
    if rule.exact:
        for part in parts:
            colours[part] = _exact(wish[part], _play(colours[part]), light[part])
        return colours
    drawn = colours + np.float32(rule.strength) * (wish + _play(colours) - colours)
    return shifted(drawn, rule.temperature, rule.tint)


def _play(colours: np.ndarray) -> np.ndarray:
    """How colours (n, 2) differ from their mean."""
    return colours - colours.mean(axis=0, dtype=np.float64).astype(np.float32)


def _wish(rule: Rule, light: np.ndarray) -> np.ndarray:
    """The (n, 2) colours that a rule wants at each pixel's light, without the play of colour."""
    if rule.swatch_light is None:
        return np.broadcast_to(swatch_chroma(rule.swatch), (len(light), 2))
    return range_chroma((rule.swatch, rule.swatch_light), light)


def _exact(wish: np.ndarray, play: np.ndarray, light: np.ndarray) -> np.ndarray:
    """Colours (n, 2) inside the gamut whose mean is the wish's: moved, again and again, by what is missing.

    Dark and bright pixels have little room for colour, so that others must make up for them; where that cannot
    be done the play of colour is given up first. The way is found on some of the pixels, then walked by all.
    """
    some = slice(None, None, max(1, len(light) // _SAMPLE))
    goal = _goal(wish[some], light[some])
    share, move, _ = min((_moved(wish[some], play[some], light[some], goal, share) for share in _PLAY),
                         key=lambda way: max(way[2], _MET))  # fmt: skip
    best, least = wish, np.inf
    for _ in range(2):
        mapped, miss = _mapped(wish, share * play, light, goal, move)
        if np.hypot(*miss) < least:
            best, least = mapped, float(np.hypot(*miss))
        if least <= _MET:
            break
        move = move + miss
    return best


def _moved(
    wish: np.ndarray, play: np.ndarray, light: np.ndarray, goal: np.ndarray, share: float
) -> tuple[np.float32, np.ndarray, float]:
    """The share of the play, the move (2,) that brings the mean nearest to the goal, and how far off it stays."""
    best, least, move = np.zeros(2), np.inf, np.zeros(2)
    for _ in range(_ROUNDS):
        _, miss = _mapped(wish, np.float32(share) * play, light, goal, move)
        far, before = float(np.hypot(*miss)), least
        if far < least:
            best, least = move, far
        if far <= _MET or far > 0.9 * before:
            break
        move = move + 1.5 * miss if np.isfinite(before) else move + miss  # the gamut swallows part of each move
        move = move * min(1.0, _FARTHEST / max(float(np.hypot(*move)), 1e-6))
    return np.float32(share), best, least


def _mapped(
    wish: np.ndarray, play: np.ndarray, light: np.ndarray, goal: np.ndarray, move: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The colours as they will be seen, and what their mean misses of the goal."""
    mapped = gamut_map(light, wish + play + move.astype(np.float32))
    return mapped, goal - mapped.mean(axis=0, dtype=np.float64)


def _goal(wish: np.ndarray, light: np.ndarray) -> np.ndarray:
    """The mean of the wish, float64 (2,), with no more chroma than these pixels can have together."""
    mean = wish.mean(axis=0, dtype=np.float64)
    chroma = float(np.hypot(*mean))
    if chroma < 1e-6:
        return mean
    fullest = gamut_map(light, wish * np.float32(1 + _FARTHEST / chroma)).mean(axis=0, dtype=np.float64)
    return mean * min(1.0, float(np.hypot(*fullest)) / chroma)


def exactness(
    chroma: np.ndarray, luminance: np.ndarray, labels: np.ndarray, rules: Sequence[Rule]
) -> tuple[Exactness, ...]:
    """How well every exact rule is met whose label is in the photo, for a result's `chroma` (h, w, 2).

    `luminance` L* and `labels` uint8 are (h, w); chroma is fitted to the gamut as it will be when it is seen.
    """
    found = []
    for rule in rules:
        region = labels == rule.label
        if rule.exact and rule.swatch is not None and region.any():
            colours, light = chroma[region], luminance[region].astype(np.float32)
            fits = [_exactness(rule, colours[part], light[part]) for part in _parts(region, rule)]
            found.append(max(fits, key=lambda fit: fit.error - fit.best))
    return tuple(found)


def _exactness(rule: Rule, chroma: np.ndarray, light: np.ndarray) -> Exactness:
    wish = _wish(rule, light)
    means = (gamut_map(light, chroma).mean(axis=0, dtype=np.float64), _goal(wish, light), wish.mean(axis=0))
    got, nearest, wanted = (np.float32([light.mean(dtype=np.float64), *mean]) for mean in means)
    return Exactness(rule.label, float(delta_e2000(got, wanted)), float(delta_e2000(nearest, wanted)))


def _rotate(colours: np.ndarray, degrees: float) -> np.ndarray:
    """Colours turned around the neutral axis by `degrees` of hue."""
    if degrees == 0:
        return colours
    turn = np.deg2rad(degrees)
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    a, b = colours[:, 0], colours[:, 1]
    return np.stack([cos * a - sin * b, sin * a + cos * b], axis=1)


def swatch_chroma(swatch: Swatch) -> np.ndarray:
    """a*b* of a swatch, float32 (2,)."""
    return swatch_lab(swatch)[1:]
