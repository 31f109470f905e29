"""A sketch coloured at work size: what the colorizer says, then what the person wants, as Lab under the strokes.

    answer(colorizer, ...)     chroma, confidence, and a light where the colorizer knows sketches
    painted(request, ...)      after regions, palette, settings, hints, rules and locks: chroma and the Fill

A colorizer that knows photos alone sees the sketch as a photo in half light: on white it would colour nothing. What a
wish says of light is heeded here, as nowhere else: a swatch on a region gives it the swatch's own L*.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from core.errors import CheckpointError
from core.gamut import gamut_map
from core.guidance import Guidance, Hint, Lock, Swatch
from core.hints import hint_mask
from core.labels import UNSURE, resize_labels
from core.rules import apply_rules
from core.sketch_light import DROP, PLAY, Fill, by_regions, fill_of, friendly_light, medians_of
from core.tones import adjusted, swatch_lab

if TYPE_CHECKING:
    from core.asked import Asked
    from core.colorizers import Colorizer
    from core.request import Request

HALF_LIGHT = 68.0  # L* of paper for colorizers that know photos alone
_AREA_PULL = 18.0  # units of Lab by which a swatch that has its share already is farther away
_WIDER = 3.0  # times that regions' colours are spread at most to be dealt a palette

Answer = tuple[np.ndarray, np.ndarray | None, np.ndarray | None]
"""Chroma (h, w, 2), confidence (h, w) or None, fill light (h, w) or None."""


def answer(
    colorizer: Colorizer, encode: Callable[[np.ndarray], Any], told: Sequence, asked: Sequence[Asked],
    open_other: Callable[[str], Colorizer],
) -> Answer:  # fmt: skip
    """What a colorizer makes of a sketch. `told` is encoded, luminance, labels, sure; `asked` its last argument, if it
    takes any; `encode` encodes other luminance for it; `open_other` opens a colorizer by its id.

    A network's light is heeded where a reference says which: dark after a dark one. Without any it is the middle grey
    of all drawings, and a page left light looks better.
    """
    knows = getattr(colorizer, "colorize_sketch", None)
    if knows is not None:
        chroma, confidence, light = knows(*told, *asked)
        if light is not None:
            return chroma, confidence, light if asked and asked[0].references else None
    dim = np.minimum(told[1], np.float32(HALF_LIGHT))
    chroma, confidence = colorizer.colorize(encode(dim), dim, *told[2:], *asked)
    light = _light_by_reference(told, asked[0], open_other) if asked and asked[0].references else None
    return chroma, confidence, light


def _light_by_reference(
    told: Sequence, asked: Asked, open_other: Callable[[str], Colorizer]
) -> np.ndarray | None:
    """The light that SCFT gives a sketch like this by its reference; None where its weights are not here."""
    try:
        return open_other("scft").colorize_sketch(*told, asked)[2]
    except CheckpointError:
        return None


def told_labels(request: Request) -> tuple[np.ndarray, np.ndarray, tuple[str, ...]]:
    """What a colorizer is told of a sketch: network labels, UNSURE where a region has none; how sure; notes."""
    given = request.guidance.labels
    labels = np.full(request.shape, UNSURE, np.uint8) if given is None else given.array
    if request.standing is not None:
        labels = request.standing.to_network(labels)
    return labels, (labels != UNSURE).astype(np.float32), ()


def joined_light(answer: Any, labels: np.ndarray, parts: Sequence[tuple[int, Any]]) -> np.ndarray:
    """The light (h, w) of an answer with that of each (label, answer) inside its label; a friendly one where an answer
    has none. Answers have `chroma` and `light`."""
    light = friendly_light(answer.chroma) if answer.light is None else answer.light
    for label, theirs in parts:
        own = friendly_light(theirs.chroma) if theirs.light is None else theirs.light
        light = np.where(labels == label, own, light)
    return light


def painted(
    request: Request, chroma: np.ndarray, light: np.ndarray | None, sure: np.ndarray | None, labels: np.ndarray
) -> tuple[np.ndarray, Fill, tuple[str, ...]]:
    """Chroma (h, w, 2), the Fill, and notes, for a colorizer's answer and `labels` uint8 (h, w) as rules go by them."""
    guidance, settings = request.guidance, request.guidance.settings
    careful, shaded = settings.manner != "painterly", settings.fill == "shaded"
    fine = labels if request.regions is None else request.regions.array
    if not np.array_equal(resize_labels(fine, labels.shape), labels):
        fine = labels  # they were completed, or are of another moment
    fine_areas = _areas(fine)
    areas = resize_labels(fine_areas, labels.shape)
    light = friendly_light(chroma) if light is None else np.asarray(light, np.float32)
    lab = np.dstack([light, adjusted(chroma, light, settings)]).astype(np.float32)
    paper = np.clip(request.luminance.array / 100, 0.02, 1) ** 2  # strokes say little of what is between them
    ids = labels.astype(np.int32)
    own = by_regions(lab, ids, shaded, paper if sure is None else paper * sure)
    if careful or not shaded:
        lab = own
    else:
        lab[..., 0] = own[..., 0]  # networks darken what is beside a stroke, as if it were smudged
    if guidance.palette and settings.palette_strength > 0:
        lab = _drawn_to(lab, guidance.palette, settings.palette_strength, ids)
    lab, mixed = _hinted(lab, guidance.hints, areas, shaded)
    lab = _ruled(lab, labels, guidance)
    lab[..., 1:] = gamut_map(lab[..., 0], lab[..., 1:])
    lab = _held(lab, guidance.locks)
    fill = fill_of(lab, areas, fine_areas, careful, shaded, mixed)
    if settings.lines == DROP:
        fill = replace(fill, lines=DROP)
    return np.ascontiguousarray(lab[..., 1:]), fill, ()


def _areas(labels: np.ndarray) -> np.ndarray:
    """The connected pieces of every label, numbered, int32 (h, w)."""
    areas, count = np.zeros(labels.shape, np.int32), 0
    for label in np.flatnonzero(np.bincount(labels.ravel(), minlength=256)):
        inside = (labels == label).view(np.uint8)
        x, y, width, height = cv2.boundingRect(inside)
        box = np.s_[y : y + height, x : x + width]
        found, pieces = cv2.connectedComponents(inside[box], connectivity=4)
        areas[box] += np.where(pieces > 0, pieces - 1 + count, 0)
        count += found - 1
    return areas


# -- palette


def _drawn_to(lab: np.ndarray, palette: Sequence[Swatch], strength: float, ids: np.ndarray) -> np.ndarray:
    """Colours drawn to a palette, light and all: every region to a swatch of its own."""
    swatches = np.array([swatch_lab(swatch) for swatch in palette], np.float32)
    return lab + np.float32(min(strength, 1.0)) * (_dealt(lab, swatches, ids) - lab)


def _dealt(lab: np.ndarray, swatches: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """Each region moved to one swatch: the nearest, as long as no swatch has much more than its share already. As
    networks are timid, nearness is judged with the regions' colours spread as far as the palette's."""
    goal, taken = lab.copy(), np.zeros(len(swatches))
    counts = np.bincount(ids.ravel())
    means = medians_of(lab, ids)[counts > 0]
    middle, spread = means.mean(axis=0), np.maximum(means.std(axis=0), 1)
    wide = np.clip(swatches.std(axis=0) / spread, 1, _WIDER)
    for region in np.argsort(-counts, kind="stable")[: np.count_nonzero(counts)]:
        inside = ids == region
        own = lab[inside].mean(axis=0)
        stretched = swatches.mean(axis=0) + (own - middle) * wide
        far = np.linalg.norm(swatches - stretched, axis=1) + _AREA_PULL * taken * len(swatches) / ids.size
        best = int(far.argmin())
        taken[best] += counts[region]
        goal[inside] = swatches[best] + np.clip(goal[inside] - own, -2 * PLAY, 2 * PLAY)
    return goal


# -- hints, rules, locks


def _hinted(
    lab: np.ndarray, hints: Sequence[Hint], areas: np.ndarray, shaded: bool
) -> tuple[np.ndarray, list[int]]:
    """A hint gives its colour, light and all, to the whole region it lies in; several in one share it. With the
    regions that are shared."""
    by_area: dict[int, list[tuple[Hint, np.ndarray]]] = {}
    for hint in hints:
        mask = hint_mask(hint, areas.shape)
        for area in np.unique(areas[_core(hint, areas.shape)]):
            by_area.setdefault(int(area), []).append((hint, mask))
    lab, mixed = lab.copy(), []
    for area, found in by_area.items():
        inside = areas == area
        goals = np.array([swatch_lab(hint.swatch) for hint, _ in found], np.float32)
        if (goals == goals[0]).all():
            exact = found[-1][0].exact or not shaded
            lab[inside] = goals[0] if exact else lab[inside] + goals[0] - np.median(lab[inside], axis=0)
        else:
            lab[inside] = _shared_out(goals, [mask & inside for _, mask in found], inside, shaded)
            mixed.append(area)
    return lab, mixed


def _core(hint: Hint, shape: tuple[int, int]) -> np.ndarray:
    """The pixels that a hint's own line runs through, without its radius."""
    return hint_mask(replace(hint, radius=0.0), shape)


def _shared_out(goals: np.ndarray, spots: list[np.ndarray], inside: np.ndarray, shaded: bool) -> np.ndarray:
    """Colours (n, 3) of the pixels inside, by how near each spot is: mixed, or each the nearest."""
    ways = np.stack([cv2.distanceTransform(1 - spot.view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)[inside]
                     for spot in spots])  # fmt: skip
    if not shaded:
        return goals[ways.argmin(axis=0)]
    share = 1 / np.square(ways + 1)
    return (share / share.sum(axis=0)).T @ goals


def _ruled(lab: np.ndarray, labels: np.ndarray, guidance: Guidance) -> np.ndarray:
    """Rules on their labels: first the light that a swatch brings along, then everything that rules say of colour."""
    light = lab[..., 0].copy()
    for rule in guidance.rules:
        inside = labels == rule.label
        if rule.swatch is None or not inside.any():
            continue
        goal = swatch_lab(rule.swatch)[0]
        if rule.swatch_light is not None:
            goal = (goal + swatch_lab(rule.swatch_light)[0]) / 2
        if rule.exact:
            light[inside] = goal
        else:
            light[inside] += np.float32(rule.strength) * (goal - np.median(light[inside]))
    light = np.clip(light, 0, 100)
    return np.dstack([light, apply_rules(np.ascontiguousarray(lab[..., 1:]), light, labels, guidance.rules)])


def _held(lab: np.ndarray, locks: Sequence[Lock]) -> np.ndarray:
    """Locked pixels as they were, light and all; of locks that meet the older one has the pixel."""
    for lock in reversed(locks):
        if lock.light is None:
            continue
        region = resize_labels(lock.mask.array, lab.shape[:2]) > 0
        kept = np.dstack([lock.light.array, lock.chroma.array]).astype(np.float32)
        lab[region] = cv2.resize(kept, lab.shape[1::-1], interpolation=cv2.INTER_NEAREST)[region]
    return lab
