"""The regions of line art, with the gaps of its lines closed: the label map of a sketch.

Every free pixel knows how far the nearest stroke is. Where that is more than half a gap's width there is room, and
each connected room is a region of its own; from the rooms the rest is flooded, widest places first, so that
two rooms meet in the narrowest place of the passage between them. What is narrower than a gap all over is a region if
strokes enclose it, and else belongs to the room it opens into. Strokes belong to the region that is nearest.

    labels = region_map(photo)         uint8, long side REGION_SIZE at most: 0 is the paper around all, then by size
    region_set(labels)                 the label set of such a map: "Paper", "Region 1", ...

What is promised: between two rooms wider than `gap`, no opening up to `gap` leaks. A gap is measured in shares of the
photo's long side.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

import cv2
import numpy as np

from core.box import Box
from core.label_sets import OwnLabels
from core.labels import UNSURE, LabelSet, default_label_set
from core.photo import Photo, fit_size
from core.sketch_lines import cover, paper_of
from models.nearest import from_nearest

REGION_SIZE = 1280  # long side at which regions are found
GAP = 0.012  # of the long side: openings up to this are closed, unless a person says otherwise
WIDEST_GAP = 0.04
MOST = 240  # regions; the smallest ones beyond go to their neighbours
PAPER, REGION = "Paper", "Region {}"
_STROKE = 0.3  # cover from which a pixel parts regions
_LEVELS = 12  # of widths at which rooms are flooded
_SMALLEST = 0.00012  # of the photo: what is smaller is a crumb between strokes


def region_map(photo: Photo, gap: float = GAP) -> np.ndarray:
    """The regions of a photo that is line art on paper, uint8 (h, w), at most REGION_SIZE long."""
    size = fit_size(photo.height, photo.width, REGION_SIZE)
    light, whole = photo.luminance_at(size), Box(0, 0, *size)
    return find_regions(cover(paper_of(photo), light, whole, size), gap)


def find_regions(covered: np.ndarray, gap: float = GAP) -> np.ndarray:
    """The regions between strokes that cover (h, w) 0..1 each pixel; uint8 (h, w), numbered as `region_map` says."""
    strokes = _without_specks(covered >= _STROKE)
    free = (~strokes).view(np.uint8)
    if not free.any():
        return np.zeros(covered.shape, np.uint8)
    away = cv2.distanceTransform(free, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    half = (gap * max(covered.shape) + 1) / 2
    rooms = _rooms(free, away, half)
    return _numbered(_spread(rooms, away, free, half))


def _without_specks(strokes: np.ndarray) -> np.ndarray:
    """Strokes without dots of a few pixels, which part nothing."""
    _, parts, stats, _ = cv2.connectedComponentsWithStats(strokes.view(np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] > 6
    keep[0] = False
    return keep[parts]


def _rooms(free: np.ndarray, away: np.ndarray, half: float) -> np.ndarray:
    """Where regions start, int32 (h, w), 0 elsewhere: the rooms wider than a gap, and enclosed places without one."""
    count, rooms = cv2.connectedComponents((away > half).view(np.uint8), connectivity=4)
    _, places, stats, _ = cv2.connectedComponentsWithStats(free, connectivity=4)
    has_room = np.zeros(len(stats), bool)
    has_room[np.unique(places[rooms > 0])] = True
    narrow = ~has_room & (stats[:, cv2.CC_STAT_AREA] > _SMALLEST * free.size)
    narrow[0] = False
    numbers = np.zeros(len(stats), np.int32)
    numbers[narrow] = count + np.arange(int(narrow.sum()))
    return np.where(rooms > 0, rooms, numbers[places])


def _spread(rooms: np.ndarray, away: np.ndarray, free: np.ndarray, half: float) -> np.ndarray:
    """Every pixel's room, int32 (h, w): free ones by flooding from the widest places down, others by the nearest."""
    if not rooms.any():
        return np.ones(rooms.shape, np.int32)
    found, level = rooms.astype(np.int32), half
    while level > 0:
        level = max(0.0, level - max(1.0, half / _LEVELS))
        found = _flooded(found, (away > level) if level else free.view(bool))
    return from_nearest(found, found == 0)


def _flooded(found: np.ndarray, reached: np.ndarray) -> np.ndarray:
    """With what is reached now and has no number (0): a piece beside one room takes its number, a piece between several
    is shared by distance, and a piece beside none waits for a lower level."""
    new = reached & (found == 0)
    _, pieces = cv2.connectedComponents(new.view(np.uint8), connectivity=4)
    least, most = (np.full(int(pieces.max()) + 1, start, np.int32) for start in (np.iinfo(np.int32).max, 0))
    for here, there in ((np.s_[:, 1:], np.s_[:, :-1]), (np.s_[1:], np.s_[:-1])):
        for one, other in ((here, there), (there, here)):
            beside = (pieces[one] > 0) & (found[other] > 0)
            np.minimum.at(least, pieces[one][beside], found[other][beside])
            np.maximum.at(most, pieces[one][beside], found[other][beside])
    most[0] = 0
    found = np.where(new, np.where(least == most, most, 0)[pieces], found)
    shared = new & ((least < most) & (most > 0))[pieces]
    return np.where(shared, from_nearest(found, found == 0), found) if shared.any() else found


def _numbered(found: np.ndarray) -> np.ndarray:
    """As uint8: 0 is what most of the border belongs to, then the largest first; the rest joins its neighbours."""
    counts = np.bincount(found.ravel())
    border = np.concatenate([found[0], found[-1], found[:, 0], found[:, -1]])
    paper = int(np.bincount(border, minlength=len(counts)).argmax())
    order = [int(at) for at in np.argsort(-counts, kind="stable") if counts[at] and at != paper]
    kept = [paper, *(at for at in order if counts[at] > _SMALLEST * found.size)][:MOST]
    table = np.zeros(len(counts), np.int32)
    table[kept] = np.arange(1, len(kept) + 1)
    numbers = table[found]
    return (from_nearest(numbers, numbers == 0) - 1).astype(np.uint8)


@dataclass(frozen=True)
class RegionSet(OwnLabels):
    """The label set of a sketch's regions; `usual` is the one that the person works with otherwise."""

    usual: LabelSet | None = None


def region_set(labels: np.ndarray, usual: LabelSet | None = None) -> RegionSet:
    """The label set of a region map: names, and overlay colours that neighbours in number can be told apart by. No
    region stands on a label that networks know."""
    count = int(labels.max()) + 1
    names = (PAPER, *(REGION.format(number) for number in range(1, count)))
    colors = ((236, 236, 230), *(_color(number) for number in range(1, count)))
    return RegionSet(names, colors, (UNSURE,) * count, usual and usual_of(usual))


def is_region_set(label_set: LabelSet) -> bool:
    """Whether a label set is that of a sketch's regions."""
    return label_set.names[0] == PAPER and isinstance(label_set, OwnLabels) and label_set.parents[0] == UNSURE


def usual_of(label_set: LabelSet) -> LabelSet:
    """The label set that a person works with, of one that may be a sketch's."""
    if not is_region_set(label_set):
        return label_set
    return getattr(label_set, "usual", None) or default_label_set()


def _color(number: int) -> tuple[int, int, int]:
    """Hues a golden section apart."""
    rgb = colorsys.hsv_to_rgb(number * 0.618034 % 1, 0.45 + 0.2 * (number % 2), 0.95 - 0.15 * (number % 3))
    return tuple(round(255 * part) for part in rgb)
