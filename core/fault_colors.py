"""Colours that are probably wrong: improbable for their label, or running over a border.

The label prior (models/prior.py) says what mean colour a label has at each luminance; a region far from it is worth
a look, unless the label is one of those that come in every colour. A spill is a strip inside one region, along
its border, that has the colour of the neighbour although the photo's light says it belongs to the region.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import cv2
import numpy as np

from core.labels import UNSURE
from core.regions import Region, regions

SMALLEST = 0.01  # of the photo
FAR = 38.0  # ab units between a region's mean colour and its label's, from which it is improbable
_FAITHFUL = frozenset(
    ("sky", "grass", "tree", "water", "snow", "road", "sidewalk", "ground", "mountain", "rock", "wood", "track",
     "cow", "sheep", "horse", "dog", "cat")
)  # labels with a colour of their own; clothes, cars and walls come in all  # fmt: skip
_STRIP = 0.03  # of the short side: how wide a spill is looked for
_APART = 18.0  # ab units two neighbours must differ for one to spill

_HUES = ((20, "pink"), (50, "red"), (75, "orange"), (105, "yellow"), (170, "green"), (220, "turquoise"),
         (295, "blue"), (330, "violet"), (361, "pink"))  # fmt: skip  # where each CIELAB hue ends, degrees

Found = tuple[str, np.ndarray, int, str, float]


def color_faults(
    labels: np.ndarray, luminance: np.ndarray, chroma: np.ndarray, name: Callable[[int], str]
) -> Iterator[Found]:
    """(kind, bool mask (h, w), label, reason, score) of each place, in no order.

    labels: uint8 (h, w) of network ids; luminance: L* (h, w); chroma: ab (h, w, 2), all of one size; name: of an id.
    """
    from models.prior import load_prior

    prior = load_prior()
    found = [(label, region) for label, region in regions(labels, smallest=int(SMALLEST * labels.size))
             if label < min(UNSURE, len(prior) - 1)]  # fmt: skip
    for label, region in found:
        if name(label) in _FAITHFUL:
            yield from _improbable(region, label, luminance, chroma, prior, name(label))
    for label, region in found:
        yield from _spills(labels, region, label, luminance, chroma, name)


def _improbable(
    region: Region, label: int, luminance: np.ndarray, chroma: np.ndarray, prior: np.ndarray, name: str
) -> Iterator[Found]:
    inside = region.full(luminance.shape)
    place = np.clip(luminance[inside] * (prior.shape[1] - 1) / 100, 0, prior.shape[1] - 1).astype(np.intp)
    usual, here = prior[label, place].mean(0), chroma[inside].mean(0)
    away = float(np.hypot(*(here - usual)))
    if away > FAR:
        reason = f"{name.capitalize()} is rarely {_hue(here)} like this."
        yield "color", inside, label, reason, (away - FAR) / 10 - 1


def _spills(
    labels: np.ndarray, region: Region, label: int, luminance: np.ndarray, chroma: np.ndarray,
    name: Callable[[int], str],
) -> Iterator[Found]:  # fmt: skip
    """Strips of the region that took a neighbour's colour."""
    wide = max(2.0, _STRIP * min(labels.shape))
    inside = region.full(labels.shape)
    depth = cv2.distanceTransform(np.pad(inside, 1, mode="edge").view(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    deep = inside & (depth > 2 * wide)
    if deep.sum() < 0.2 * region.area:
        return
    own, light = chroma[deep].mean(0), float(luminance[deep].mean())
    around = cv2.dilate(inside.view(np.uint8), np.ones((3, 3), np.uint8)).view(bool) & ~inside
    for other in np.flatnonzero(np.bincount(labels[around], minlength=256) > 8).tolist():
        if other == UNSURE:
            continue
        there = (labels == other).view(np.uint8)
        theirs, their_light = cv2.mean(chroma, there)[:2], cv2.mean(luminance, there)[0]
        step = np.subtract(theirs, own)
        if np.hypot(*step) < _APART:
            continue
        far = cv2.distanceTransform(1 - there, cv2.DIST_L2, 3)
        strip = inside & (far <= wide + 1)
        taken = ((chroma - own) @ step / (step @ step)) > 0.6  # nearer the neighbour's colour than its own
        right = np.abs(luminance - light) <= np.abs(luminance - their_light)
        spilt = strip & taken & right
        if spilt.sum() > max(12, 0.35 * strip.sum()):
            reason = f"The colour of {name(other)} runs over the border into {name(label)}."
            yield "spill", spilt, label, reason, 2.0 * float(spilt.sum() / strip.sum()) - 3.0


def _hue(ab: np.ndarray) -> str:
    """A plain word for a chroma."""
    if np.hypot(*ab) < 6:
        return "grey"
    hue = float(np.rad2deg(np.arctan2(ab[1], ab[0])) % 360)
    return next(word for end, word in _HUES if hue < end)
