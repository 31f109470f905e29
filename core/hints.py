"""Hints carried out without a network, and the colours a spot can have.

A hint spreads from its points over what belongs together: distance is walked, not flown. A step costs more where
luminance changes, and no step leads out of a label's region, so a red hat stays a hat. Inside its own radius the
mean is the wished colour and the play of colour around it stays; with *exact* every pixel there has it, or the
nearest that exists at its luminance. How well a hint is met is told in ΔE2000.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock

import numpy as np

from core.color import delta_e2000, gamut_map, lab_to_rgb
from core.guidance import Hint, Plane, Swatch
from core.lru import Lru
from core.rules import swatch_chroma

_REACH = 0.12  # of the long side: after such a way through even ground a hint has lost most of its say
_REGION_REACH = 0.3  # ... and inside a label's region, whose border keeps it from running out
_EDGE = 0.6  # pixels of way that one L* of difference costs
_WALL = np.float32(1e6)  # the price of leaving a region
_ROUNDS = 3  # of four sweeps; each follows one more turn of a winding region
_REMEMBERED = 24  # ways
_APART = 6.0  # ΔE2000 between two suggestions
_SEEN = 1 / 512  # of a channel; a colour that is less outside the gamut counts as inside

EXTENT = 110.0
"""The picker's plane reaches from -EXTENT to EXTENT of a* and b*: all of sRGB but the bluest of blues."""


_known: Lru[np.ndarray] = Lru(_REMEMBERED)
_lock = Lock()


@dataclass(frozen=True)
class Met:
    """How far a hint is met: the wish against the outcome inside its radius, in ΔE2000 at the photo's light; of the
    mean colour, and for an exact hint the mean of all pixels.

    `best` is the same for the nearest colour that exists there: where it is not 0, the wish is out of gamut.
    """

    error: float
    best: float


def apply_hints(
    chroma: np.ndarray, luminance: np.ndarray, hints: Sequence[Hint], labels: np.ndarray | None = None
) -> np.ndarray:
    """`chroma` (h, w, 2) with the hints carried out; itself when there are none.

    `luminance` (h, w) and `labels` uint8 (h, w), or None, are of the same size. Hints outside the photo count for
    nothing. Of hints that overlap the later one is on top.
    """
    found = [(hint, hint_mask(hint, luminance.shape, labels)) for hint in hints]
    found = [(hint, mask) for hint, mask in found if mask.any()]
    if not found:
        return chroma
    by_color: dict[Swatch, np.ndarray] = {}
    for (hint, _), way in zip(found, _ways(found, luminance, labels), strict=True):
        known = by_color.get(hint.swatch)  # hints of one colour speak as one
        by_color[hint.swatch] = way if known is None else np.minimum(known, way)
    reach = (_REACH if labels is None else _REGION_REACH) * max(luminance.shape)
    ids = np.zeros(luminance.shape, np.uint8) if labels is None else labels
    result = _spread(chroma, by_color, ids, reach)
    for hint, mask in found:
        light = luminance[mask].astype(np.float32)
        result[mask] = _worn(hint, chroma[mask], light, ids[mask])
    return result


def _worn(hint: Hint, colours: np.ndarray, light: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """What the (n, 2) colours inside a hint's radius become."""
    wish = np.broadcast_to(swatch_chroma(hint.swatch), (light.size, 2))
    return gamut_map(light, wish if hint.exact else wish + colours - _means(colours, ids)[0][ids])


def _means(colours: np.ndarray, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The mean of the (n, 2) colours of each label, float32 (256, 2), and how many there are (256,)."""
    counts = np.bincount(ids, minlength=256)
    sums = np.stack([np.bincount(ids, colours[:, axis], minlength=256) for axis in (0, 1)], axis=1)
    return (sums / np.maximum(counts, 1)[:, None]).astype(np.float32), counts


def _spread(chroma: np.ndarray, ways: dict[Swatch, np.ndarray], ids: np.ndarray, reach: float) -> np.ndarray:
    """Chroma moved to the wishes, by how near each is; the play of colour that was there stays.

    What moves is the difference at the hint itself, for each label that it touches its own, so that ground far from
    all hints keeps its colour.
    """
    total, loudest = (np.zeros(ids.shape, np.float32) for _ in range(2))
    moves = np.zeros((2, *ids.shape), np.float32)  # planes are twice as quick to add to
    for swatch, way in ways.items():
        means, counts = _means(chroma[way == 0], ids[way == 0])
        missing, touched = swatch_chroma(swatch) - means, np.flatnonzero(counts)
        say = np.exp(-np.square(way * np.float32(1 / reach)))
        np.maximum(loudest, say, out=loudest)
        say /= np.square(way + 1)  # between hints the nearer one wins
        total += say
        for axis, move in enumerate(moves):
            move += say * (missing[touched[0], axis] if len(touched) == 1 else missing[:, axis][ids])
    scale = np.divide(loudest, total, out=np.zeros_like(total), where=total > 1e-20)
    result = np.array(chroma, np.float32)
    for axis, move in enumerate(moves):
        result[..., axis] += move * scale
    return result


def hint_mask(hint: Hint, shape: tuple[int, int], labels: np.ndarray | None = None) -> np.ndarray:
    """The pixels (h, w) inside a hint's radius: a disc, or the stroke through its points.

    With labels (h, w) only those of the regions' labels that its points or the way between them lie in. A point
    inside the photo has one pixel at least.
    """
    height, width = shape
    inside = [(x, y) for x, y in hint.points if 0 <= x <= 1 and 0 <= y <= 1]
    places = [(min(int(x * width), width - 1), min(int(y * height), height - 1)) for x, y in inside]
    radius = round(hint.radius * max(shape))
    mask = _drawn(places, radius, shape)
    if labels is not None and mask.any():
        mask &= np.isin(labels, np.unique(labels[_drawn(places, 0, shape)]))
    return mask


def _drawn(places: list[tuple[int, int]], radius: int, shape: tuple[int, int]) -> np.ndarray:
    import cv2

    mask = np.zeros(shape, np.uint8)
    for place in places:
        cv2.circle(mask, place, radius, 1, cv2.FILLED)
    for one, other in zip(places, places[1:]):
        cv2.line(mask, one, other, 1, 2 * radius + 1)
    return mask.astype(bool)


def _ways(
    found: list[tuple[Hint, np.ndarray]], luminance: np.ndarray, labels: np.ndarray | None
) -> list[np.ndarray]:
    """The way (h, w) from each hint's mask to everywhere. Another colour, or another hint, changes no way, so that
    they are remembered."""
    ground = Plane(luminance).digest, None if labels is None else Plane(labels).digest
    keys = [(*ground, hint.points, hint.radius) for hint, _ in found]
    with _lock:
        ways = {key: _known.get(key) for key in keys}
    new = {key: mask for key, (_, mask) in zip(keys, found, strict=True) if ways[key] is None}
    if new:
        ways.update(zip(new, _walked(np.stack(list(new.values()), axis=1), _prices(luminance, labels)), strict=True))
        with _lock:
            for key in new:
                _known.put(key, ways[key])
    return [ways[key] for key in keys]


def _prices(luminance: np.ndarray, labels: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """What the step between neighbours costs: down (h-1, w) and to the right (h, w-1)."""
    prices = []
    for axis in (0, 1):
        price = 1 + np.abs(np.diff(luminance.astype(np.float32), axis=axis)) * np.float32(_EDGE)
        if labels is not None:
            price[np.diff(labels.astype(np.int16), axis=axis) != 0] = _WALL
        prices.append(price)
    return prices[0], prices[1]


def _walked(masks: np.ndarray, prices: tuple[np.ndarray, np.ndarray]) -> list[np.ndarray]:
    """The cheapest way (h, w) from each mask (h, masks, w) to everywhere, in pixels of even ground.

    By sweeps to and fro, all masks at once: a step is one line of every mask.
    """
    way = np.where(masks, np.float32(0), _WALL)
    down, right = prices
    right = np.ascontiguousarray(right.T)
    for turn in range(_ROUNDS):
        before = way.copy() if turn else None  # once is hardly ever enough
        across = np.ascontiguousarray(way.transpose(2, 1, 0))
        _sweep(across, right)
        way = np.ascontiguousarray(across.transpose(2, 1, 0))
        _sweep(way, down)
        if before is not None and np.array_equal(way, before):
            break
    return [np.minimum(one, _WALL) for one in way.transpose(1, 0, 2)]


def _sweep(way: np.ndarray, price: np.ndarray) -> None:
    """Carry the ways along the first axis, forth and back, in place."""
    reached = np.empty_like(way[0])
    for before, here, step in zip(way, way[1:], price):
        np.minimum(here, np.add(before, step, out=reached), out=here)
    for before, here, step in zip(way[:0:-1], way[-2::-1], price[::-1]):
        np.minimum(here, np.add(before, step, out=reached), out=here)


def met(hint: Hint, chroma: np.ndarray, luminance: np.ndarray, labels: np.ndarray | None = None) -> Met:
    """How far `hint` is met by a result's chroma (h, w, 2), which is mapped into the gamut as the result will be."""
    mask = hint_mask(hint, luminance.shape, labels)
    if not mask.any():
        return Met(0.0, 0.0)
    light = luminance[mask].astype(np.float32)
    wish = np.broadcast_to(swatch_chroma(hint.swatch), (len(light), 2))

    def error(ab: np.ndarray) -> float:
        got, wanted = (np.concatenate([light[:, None], part], axis=1) for part in (ab, wish))
        if not hint.exact:
            got, wanted = (part.mean(axis=0, dtype=np.float64).astype(np.float32)[None] for part in (got, wanted))
        return float(delta_e2000(got, wanted).mean())

    return Met(error(gamut_map(light, chroma[mask])), error(gamut_map(light, wish)))


def moved_hint(hint: Hint, across: float, down: float) -> Hint:
    """The hint moved by fractions of the photo's width and height, as far as it stays inside the photo."""
    steps = [_inside(step, [point[axis] for point in hint.points]) for axis, step in enumerate((across, down))]
    return replace(hint, points=tuple((x + steps[0], y + steps[1]) for x, y in hint.points))


def _inside(step: float, places: list[float]) -> float:
    return min(max(step, min(0.0, -min(places))), max(0.0, 1 - max(places)))


def realisable(L: float, swatch: Swatch) -> Swatch:
    """The swatch as a pixel of luminance `L` can wear it: this L, its hue, as much of its chroma as there is."""
    return swatch_at(L, swatch_chroma(swatch), swatch.name)


def swatch_at(L: float, ab: np.ndarray, name: str = "") -> Swatch:
    """The colour with luminance `L` and chroma a*b* (2,), or the nearest of its hue that exists there."""
    rgb = np.clip(lab_to_rgb(_lab(L, ab)), 0, 1)
    return Swatch(*(float(part) for part in rgb), name)


def gamut_plane(L: float, size: int = 128, extent: float = EXTENT) -> tuple[np.ndarray, np.ndarray]:
    """The picker's picture: all colours at luminance `L`, and which of them exist.

    uint8 sRGB (size, size, 3) and bool (size, size); a* runs to the right and b* upwards, from -extent to extent.
    What does not exist is clipped, so that the edge of what does can be smoothed.
    """
    axis = np.linspace(-extent, extent, size, dtype=np.float32)
    ab = np.stack(np.meshgrid(axis, -axis), axis=-1)
    rgb = lab_to_rgb(np.concatenate([np.full((size, size, 1), L, np.float32), ab], axis=-1))
    inside = ((rgb > -_SEEN) & (rgb < 1 + _SEEN)).all(axis=-1)
    return (np.clip(rgb, 0, 1) * 255 + 0.5).astype(np.uint8), inside


def suggestions(
    L: float, label: int | None, prior: np.ndarray, count: int = 8, present: np.ndarray | None = None
) -> tuple[Swatch, ...]:
    """Colours for a spot of luminance `L` with a label (None: not known), the likeliest first, all of them in gamut.

    `prior` is the label prior's table, mean a*b* (61, bins, 2) by label and luminance, the last row for any label.
    `present`, a*b* (2,), is the spot's colour now, and comes first. Then what is usual for the label, that fuller,
    its neighbours in hue, no colour, and what other labels have at this luminance, the most different first.
    """
    usual = _at_luminance(prior, L)
    own = usual[label] if label is not None and 0 <= label < len(usual) - 1 else usual[-1]
    wishes = [] if present is None else [np.asarray(present, np.float32)]
    wishes += [own, 1.8 * own, 2.6 * own, _turned(2 * own, 30), _turned(2 * own, -30), np.zeros(2, np.float32)]
    chosen: list[np.ndarray] = []
    for wish in wishes:
        _take(chosen, L, wish, _APART if chosen else 0.0)
    light = np.full(len(usual), L, np.float32)
    others = np.concatenate([light[:, None], gamut_map(light, 2.2 * usual)], axis=1)
    apart = delta_e2000(others[:, None], np.array(chosen)[None]).min(axis=1)
    while len(chosen) < count and apart.max() >= _APART / 2:
        chosen.append(others[apart.argmax()])
        apart = np.minimum(apart, delta_e2000(others, chosen[-1]))
    for turn in range(0, 360, 45):  # a prior without colours still leaves something to choose
        _take(chosen, L, _turned(np.float32([40, 0]), turn), _APART)
    return tuple(swatch_at(L, one[1:]) for one in chosen[:count])


def _take(chosen: list[np.ndarray], L: float, ab: np.ndarray, apart: float) -> None:
    color = _lab(L, ab)
    if not chosen or delta_e2000(color, np.array(chosen)).min() >= apart:
        chosen.append(color)


def _lab(L: float, ab: np.ndarray) -> np.ndarray:
    return np.float32([L, *gamut_map(np.float32([L]), np.asarray(ab, np.float32)[None])[0]])


def _turned(ab: np.ndarray, degrees: float) -> np.ndarray:
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.float32([ab[0] * cos - ab[1] * sin, ab[0] * sin + ab[1] * cos])


def _at_luminance(prior: np.ndarray, L: float) -> np.ndarray:
    """The table's rows (labels + 1, 2) at one luminance."""
    place = min(max(L, 0.0), 100.0) / 100 * (prior.shape[1] - 1)
    low = min(int(place), prior.shape[1] - 2)
    return prior[:, low] * (1 - (place - low)) + prior[:, low + 1] * (place - low)

