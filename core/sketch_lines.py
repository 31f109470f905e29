"""The strokes of a sketch at its full size: where they are, what they cover, and a layer of them alone.

Of a photo that is line art the paper is estimated once, small: its light, which may be uneven, and its colour. A
stroke's *cover* at a pixel is how far the pixel's light is on its way from the paper to the ink, 0..1. From HALF on
the pixel is the stroke's own and keeps its light to the last bit, whatever is coloured around it.

    paper = paper_of(photo)              kept as long as the photo
    cover(paper, L, piece)               of any piece, at any size
    line_layer(photo) -> RGBA            over white it is the sketch again

A 600 dpi A3 scan is worked on in strips; nothing of its size is held but the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from weakref import WeakKeyDictionary

import cv2
import numpy as np

from core.box import Box
from core.color import lab_to_rgb, luminance_to_gray, rgb_to_lab
from core.photo import Photo, fit_size, strips

HALF = 0.5  # cover from which a pixel is a stroke's own
_SEEN = 1024  # long side that the paper is estimated at
_CELLS = 48  # along the long side: the paper's light has one value each
_SURE = 0.8  # of the paper's light, up to which a pixel counts as ink when the ink is measured
_COLOURED = 9.0  # units of a*b* that strokes differ from the paper, to have a colour of their own
_SAME = 0.01  # units of L* that are no difference
_GRAIN = 0.06  # cover that paper's grain reaches; none on a screen's pure white
_PROBES, _PROBE = 4, 256  # places along each side that ink is measured at, at full size, and their size in pixels


@dataclass(frozen=True, eq=False)
class Paper:
    """What a sketch is drawn on and with: `light` float32 (h, w), L* of the paper over the whole photo; `ab` (2,) its
    colour; `ink`, L* of the strokes; `coloured`, whether they have a colour of their own; `grain`, the cover that is
    still paper."""

    light: np.ndarray
    ab: np.ndarray
    ink: float
    coloured: bool
    grain: float

    def light_in(self, piece: Box, size: tuple[int, int]) -> np.ndarray:
        """L* of the paper inside a piece of the photo at `size`, float32 (h, w)."""
        if self._even:
            return np.full((piece.height, piece.width), self.light[0, 0], np.float32)
        return _inside(self.light, piece, size)

    @cached_property
    def _even(self) -> bool:
        return float(np.ptp(self.light)) < _SAME


def _inside(plane: np.ndarray, piece: Box, size: tuple[int, int]) -> np.ndarray:
    """A plane over the whole photo, sampled inside a piece of it at `size`."""
    rows, columns = plane.shape
    x = (np.arange(piece.left, piece.right, dtype=np.float32) + 0.5) * (columns / size[1]) - 0.5
    y = (np.arange(piece.top, piece.bottom, dtype=np.float32) + 0.5) * (rows / size[0]) - 0.5
    across, down = np.meshgrid(x, y)
    return cv2.remap(plane, across, down, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


_papers: WeakKeyDictionary[Photo, Paper] = WeakKeyDictionary()
_guard = Lock()


def paper_of(photo: Photo) -> Paper:
    """The paper of a photo that is line art and lies on paper (`core.sketch.on_paper`); the same one every time."""
    with _guard:
        known = _papers.get(photo)
        if known is None:
            known = _papers[photo] = _paper(photo)
    return known


def paper_light(light: np.ndarray) -> np.ndarray:
    """L* of the paper under a sketch's light (h, w), float32 at _CELLS along the long side, or less.

    The brightest of every cell, without what is darker than its whole neighbourhood, smoothed.
    """
    height, width = fit_size(*light.shape, _CELLS)
    rows = np.linspace(0, light.shape[0], height + 1).astype(int)
    columns = np.linspace(0, light.shape[1], width + 1).astype(int)
    soft = cv2.blur(light, (3, 3), borderType=cv2.BORDER_REPLICATE)  # one bright grain is no paper
    cells = np.maximum.reduceat(np.maximum.reduceat(soft, rows[:-1], axis=0), columns[:-1], axis=1)
    kernel = np.ones((9, 9), np.uint8)
    closed = cv2.morphologyEx(cells, cv2.MORPH_CLOSE, kernel, borderType=cv2.BORDER_REPLICATE)
    return cv2.GaussianBlur(closed, (0, 0), 2.0, borderType=cv2.BORDER_REPLICATE)


def cover(paper: Paper, light: np.ndarray, piece: Box, size: tuple[int, int]) -> np.ndarray:
    """How far strokes cover each pixel, float32 (h, w) in 0..1, for L* (h, w) inside `piece` of the photo at `size`."""
    ground = paper.light_in(piece, size)
    return np.clip((ground - light) / np.maximum(ground - np.float32(paper.ink), 1), 0, 1)


def cleaned(paper: Paper, light: np.ndarray, covered: np.ndarray, piece: Box, size: tuple[int, int]) -> np.ndarray:
    """L* (h, w) as it would be on white, even paper: what of it is grain or the paper's own tone is gone."""
    white = np.minimum(light * (100 / np.maximum(paper.light_in(piece, size), 1)), 100)
    if not paper.grain:
        return white
    drawn = np.clip(covered / np.float32(paper.grain) - 1, 0, 1)
    return 100 - (100 - white) * drawn


def _paper(photo: Photo) -> Paper:
    small = photo.small_luminance(_SEEN)
    light = paper_light(small)
    wide = cv2.resize(light, small.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    bare = small >= 0.94 * wide
    ink, coloured, clean = _ink(photo, light)
    ab = np.zeros(2, np.float32)
    if not photo.was_gray and bare.any():
        rgb = cv2.resize(photo.small_rgb(256), small.shape[1::-1], interpolation=cv2.INTER_NEAREST)
        ab = np.median(rgb_to_lab(rgb[bare].astype(np.float32)[None] / 255)[0][:, 1:], axis=0)
    return Paper(light, ab.astype(np.float32), ink, coloured, 0.0 if clean else _GRAIN)


def _ink(photo: Photo, light: np.ndarray) -> tuple[float, bool, bool]:
    """L* of the strokes where they are fullest, whether they have a colour, and whether the paper is pure white.

    Measured at full size: averaged down, a hairline is as pale as the paper.
    """
    dark, apart, white, seen = [np.zeros(0, np.float32)], [np.zeros(1, np.float32)], 0, 0
    for piece in _probes(photo.size):
        own = photo.luminance(piece)
        strokes = own < _SURE * _inside(light, piece, photo.size)
        white, seen = white + int((own > 99.9).sum()), seen + own.size
        dark.append(own[strokes])
        if not photo.was_gray and strokes.any() and not strokes.all():
            ab = rgb_to_lab(photo.rgb(piece))[..., 1:]
            apart.append(np.linalg.norm(ab[strokes] - np.median(ab[~strokes], axis=0), axis=1))
    inked, colour = np.concatenate(dark), float(np.median(np.concatenate(apart)))
    return float(np.percentile(inked, 10)) if len(inked) else 0.0, colour > _COLOURED, 2 * white > seen


def _probes(size: tuple[int, int]) -> list[Box]:
    """Pieces spread over a photo, which together are all of it where it is small."""
    height, width = size
    tops, lefts = ({max(0, (2 * at + 1) * side // (2 * _PROBES) - _PROBE // 2) for at in range(_PROBES)}
                   for side in size)  # fmt: skip
    corners = [(top, left) for top in sorted(tops) for left in sorted(lefts)]
    return [Box(top, left, top + _PROBE, left + _PROBE).clip(height, width) for top, left in corners]


def line_layer(photo: Photo) -> np.ndarray:
    """The strokes alone, RGBA (H, W, 4) of the photo's depth (uint8 or uint16) and colour space, paper transparent.

    Laid over white it is the sketch on white, even paper, to the rounding of its numbers. For a photo that lies on
    paper (`core.sketch.on_paper`).
    """
    paper = paper_of(photo)
    most = np.float32(np.iinfo(photo.pixels.dtype).max)
    layer = np.empty((*photo.size, 4), photo.pixels.dtype)
    for rows in strips(*photo.size):
        piece = Box(rows.start, 0, rows.stop, photo.width)
        pixels = photo.pixels[rows].astype(np.float32) / most
        pixels = pixels[..., None] if pixels.ndim == 2 else pixels
        ground = _numbers(paper, piece, photo)
        share = np.clip(pixels / np.maximum(ground, 1 / 255), 0, 1)
        alpha = 1 - share.min(axis=2, keepdims=True)
        if paper.grain:
            alpha = np.where(alpha <= paper.grain, 0, alpha)
        colour = np.where(alpha > 0, 1 - (1 - share) / np.maximum(alpha, 1e-6), 0)
        layer[rows, :, :3] = np.clip(colour, 0, 1) * most + np.float32(0.5)
        layer[rows, :, 3] = alpha[..., 0] * most + np.float32(0.5)
    return layer


def _numbers(paper: Paper, piece: Box, photo: Photo) -> np.ndarray:
    """The paper's numbers, 0..1 as sRGB has them, float32 (h, w, 3) or (h, w, 1) for neutral paper."""
    light = paper.light_in(piece, photo.size)
    if photo.was_gray or not paper.grain:
        return luminance_to_gray(light)[..., None]
    lab = np.concatenate([light[..., None], np.broadcast_to(paper.ab, (*light.shape, 2))], axis=2)
    return np.clip(lab_to_rgb(np.ascontiguousarray(lab, np.float32)), 1 / 255, 1)
