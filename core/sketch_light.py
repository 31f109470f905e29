"""The fill light of a sketch: what L* blank paper takes, so that a colour can be seen on it.

Paper is L* 100, where sRGB has no colour. So a coloured sketch has a light of its own under its strokes:

    strokes keep their L* exactly | everything else gets min(cleaned light of the sketch, fill light)

The fill light comes, in this order, from the colours a person gave the region (rules, hints, swatches), with a
reference from the network where it knows sketches, or else from SCFT, and without one from the colour: as light as it
may be and still show. *Flat* is one colour for a region, *shaded* lets it play; *careful* keeps every colour on its
side of the line to the pixel, at full size, *painterly* leaves the network's colours as they are and lets them run a
little under the strokes.

    core/sketch_paint    colours and light at work size, after all wishes
    Fill                 the same, ready for any piece of the photo at any size
    Painted              strokes over it, for core/chroma
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import cv2
import numpy as np

from core.box import Box
from core.cie import cube
from core.gamut import max_chroma
from core.labels import nearest_index
from core.sketch_lines import HALF, Paper, cleaned, cover, paper_of

if TYPE_CHECKING:
    from core.photo import Photo

KEEP, DROP = "keep", "drop"
_BRIGHTEST, _DARKEST, _STEPS = 94.0, 40.0, 28  # L* that a colour without a light of its own may take
_ROOM = 1.15  # times its chroma that a colour finds room for at its light
_HUES = 72
_CALM = 2.0  # pixels of work size from a region's border on that its colour may play
PLAY = np.float32([8, 5, 5])  # units of Lab that a shaded region's colours may differ from its median
_BROAD = 0.02  # of the long side: what plays is broader than this
_RUN = 1.2  # pixels of work size that painterly colours run


def friendly_light(chroma: np.ndarray) -> np.ndarray:
    """L* (...) for colours a*b* (..., 2): the lightest at which sRGB has this chroma with room to spare, 40..94."""
    levels = np.linspace(_BRIGHTEST, _DARKEST, _STEPS, dtype=np.float32)
    hues = np.linspace(-np.pi, np.pi, _HUES, endpoint=False, dtype=np.float32)
    most = max_chroma(levels[:, None], hues[None]).T  # (hues, levels)
    hue = np.arctan2(chroma[..., 1], chroma[..., 0])
    at = np.rint((hue + np.pi) * (_HUES / (2 * np.pi))).astype(int) % _HUES
    wanted = np.linalg.norm(chroma, axis=-1) * _ROOM
    fits = most[at] >= wanted[..., None]
    best = np.where(fits.any(axis=-1), fits.argmax(axis=-1), most[at].argmax(axis=-1))
    return levels[best]


@dataclass(frozen=True, eq=False)
class Fill:
    """What lies under the strokes of a sketch, over the whole photo.

    `lab` float32 (h, w, 3) is the colour at work size. Where colours keep to their region, `regions` int32 (h', w'),
    finer than that, says which it is, `table` (n, 3) its colour, and `lab` only how the colour plays around it.
    `lines` "drop" leaves the strokes out.
    """

    lab: np.ndarray
    regions: np.ndarray | None = None
    table: np.ndarray | None = None
    lines: str = KEEP

    @property
    def light(self) -> np.ndarray:
        """The fill light at work size, float32 (h, w)."""
        return self.at(Box(0, 0, *self.lab.shape[:2]), self.lab.shape[:2])[..., 0]

    def at(self, piece: Box, size: tuple[int, int]) -> np.ndarray:
        """Lab float32 (h, w, 3) inside a piece of the photo at `size`."""
        if self._plain:
            return self.table[self._areas(piece, size)]
        rows, columns = self.lab.shape[:2]
        x = (np.arange(piece.left, piece.right, dtype=np.float32) + 0.5) * (columns / size[1]) - 0.5
        y = (np.arange(piece.top, piece.bottom, dtype=np.float32) + 0.5) * (rows / size[0]) - 0.5
        across, down = np.meshgrid(x, y)
        lab = cv2.remap(self.lab, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        if self.regions is None:
            return lab
        return self.table[self._areas(piece, size)] + lab

    @cached_property
    def _plain(self) -> bool:
        """Whether every region has one colour and no play around it."""
        return self.regions is not None and not self.lab.any()

    def _areas(self, piece: Box, size: tuple[int, int]) -> np.ndarray:
        here = [nearest_index(have, want) for have, want in zip(self.regions.shape, size)]
        return self.regions[here[0][piece.top : piece.bottom]][:, here[1][piece.left : piece.right]]


@dataclass(frozen=True, eq=False)
class Painted:
    """Light and colours of any piece of a sketch at `size`, with its strokes over its fill."""

    photo: Photo
    fill: Fill
    size: tuple[int, int]

    def over(self, fy: np.ndarray, y: np.ndarray, piece: Box) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Light and colours inside a piece, as `core.gamut` takes them, for the sketch's own: `fy` = (L + 16) / 116 and
        `y` = Y, float32 (n,) each, of which strokes keep theirs; a*b* (2, n)."""
        light, chroma, kept = self(116 * fy.reshape(piece.height, piece.width) - 16, piece)
        new = (light.ravel() + np.float32(16)) * np.float32(1 / 116)
        kept, chroma = kept.ravel(), np.ascontiguousarray(chroma.reshape(-1, 2).T, np.float32)
        return np.where(kept, fy, new), np.where(kept, y, cube(new)), chroma

    def __call__(self, light: np.ndarray, piece: Box) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """L* (h, w) and a*b* (h, w, 2) for the sketch's own L* (h, w) inside a piece, and where strokes keep theirs."""
        lab = self.fill.at(piece, self.size)
        if self.fill.lines == DROP:
            return lab[..., 0], lab[..., 1:], np.zeros(light.shape, bool)
        paper = paper_of(self.photo)
        covered = cover(paper, light, piece, self.size)
        under = np.minimum(cleaned(paper, light, covered, piece, self.size), lab[..., 0])
        stroke = np.clip(2 * covered - 1, 0, 1)[..., None] if not paper.coloured else covered[..., None]
        chroma = lab[..., 1:] * (1 - stroke)
        if paper.coloured:
            chroma += self._own(paper, piece) - paper.ab * (1 - stroke)
        kept = covered >= HALF
        return np.where(kept, light, under), chroma, kept

    def _own(self, paper: Paper, piece: Box) -> np.ndarray:
        from core.photo_colors import photo_lab

        return photo_lab(self.photo, self.size, piece)[..., 1:]


def by_regions(lab: np.ndarray, areas: np.ndarray, shaded: bool, sure: np.ndarray | None = None) -> np.ndarray:
    """Lab (h, w, 3) that keeps to its areas, int32 (h, w): the median of each, weighed by `sure`; with `shaded` its
    play around it, calm towards the border."""
    medians = medians_of(lab, areas, sure)
    flat = medians[areas]
    return flat + _play(lab - flat, areas) if shaded else flat


def medians_of(lab: np.ndarray, areas: np.ndarray, sure: np.ndarray | None = None) -> np.ndarray:
    """The median Lab of every area, float32 (n, 3), by number; those without a pixel have none (0)."""
    flat, ids = lab.reshape(-1, 3), areas.ravel()
    weights = np.ones(ids.size, np.float32) if sure is None else np.maximum(sure.ravel(), 0.02)
    medians = np.zeros((int(ids.max()) + 1, 3), np.float32)
    for axis in range(3):
        order = np.lexsort((flat[:, axis], ids))
        grouped, share = ids[order], np.cumsum(weights[order], dtype=np.float64)
        ends = np.flatnonzero(np.diff(grouped, append=-1))
        before = np.concatenate([[0.0], share[ends[:-1]]])
        middle = np.searchsorted(share, (before + share[ends]) / 2)
        medians[grouped[ends], axis] = flat[order[np.minimum(middle, ends)], axis]
    return medians


def _play(apart: np.ndarray, areas: np.ndarray) -> np.ndarray:
    """How colours differ from their area's, smoothed, bounded, and nought where another area begins."""
    border = np.zeros(areas.shape, np.uint8)
    for one, other, part in ((areas[:, :-1], areas[:, 1:], border[:, :-1]), (areas[:-1], areas[1:], border[:-1])):
        part |= (one != other).view(np.uint8)
    border[:, 1:] |= border[:, :-1]
    border[1:] |= border[:-1]
    away = cv2.distanceTransform(1 - border, cv2.DIST_L2, cv2.DIST_MASK_3) if border.any() else None
    calm = np.ones(areas.shape, np.float32) if away is None else np.clip((away - 1) / (3 * _CALM), 0, 1)
    broad = max(_CALM, _BROAD * max(areas.shape))
    soft = cv2.GaussianBlur(apart * calm[..., None], (0, 0), broad, borderType=cv2.BORDER_REPLICATE)
    return np.clip(soft, -PLAY, PLAY) * calm[..., None]


def fill_of(
    lab: np.ndarray, areas: np.ndarray, fine: np.ndarray, careful: bool, shaded: bool, mixed: Sequence[int] = ()
) -> Fill:
    """The Fill of finished colours at work size: Lab (h, w, 3), their areas int32 (h, w), and the same areas finer,
    int32 (h', w'). Areas that are `mixed` have more than one colour and keep them as they are."""
    lab = np.ascontiguousarray(lab, np.float32)
    if not careful:
        return Fill(cv2.GaussianBlur(lab, (0, 0), _RUN, borderType=cv2.BORDER_REPLICATE))
    table = np.zeros((int(max(areas.max(), fine.max())) + 1, 3), np.float32)
    medians = medians_of(lab, areas)
    table[: len(medians)] = medians
    for small in np.setdiff1d(np.unique(fine), np.unique(areas)):  # too small to have a pixel at work size
        rows, columns = np.nonzero(fine == small)
        down, across = lab.shape[0] / fine.shape[0], lab.shape[1] / fine.shape[1]
        at = int((np.median(rows) + 0.5) * down), int((np.median(columns) + 0.5) * across)
        table[small] = lab[min(at[0], lab.shape[0] - 1), min(at[1], lab.shape[1] - 1)]
    apart = lab - table[areas]
    play = _play(apart, areas) if shaded else np.zeros_like(lab)
    return Fill(np.where(np.isin(areas, mixed)[..., None], apart, play), fine, table)
