"""Palettes put to work without a network: a colour photo recoloured, a grey photo's colours drawn to a palette.

Recolouring follows Chang, Fried, Liu, DiVerdi and Finkelstein, "Palette-based Photo Recoloring", SIGGRAPH 2015:
every link says "this colour of the photo becomes that one"; what lies between moves by Gaussian weights over the
links' sources, solved so that each source itself moves exactly. Luminance is the photo's and is left alone, so only
a*b* comes out, to be joined with it by `core.chroma`. A map is made once from the links, and may be applied at work
size for the preview or strip by strip at full size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.cie import mix
from core.color import rgb_to_lab
from core.guidance import Link, Plane, Swatch
from core.palette import Extracted, lab_of, match

if TYPE_CHECKING:
    from core.photo import Photo

__all__ = ["Link", "Moved", "PaletteMap", "Pulled", "linked", "own_chroma", "own_colours", "pull"]

_STRIP = 65536  # pixels that are mapped at a time
_NARROWEST = 8.0  # Lab units: two sources nearer than this share their neighbourhood
_CLOSE = 16.0  # Lab units: how softly pixels choose between swatches
_LIGHT = 0.6  # how much luminance counts when they do, against chroma
_USED = 0.01  # share of a photo from which on a swatch counts as used



def own_colours(photo: Photo, work_size: int) -> Plane | None:
    """a*b* float32 (h, w, 2) of a photo's own colours at a work size, which is what is moved; None of a grey photo."""
    return None if photo.was_gray else Plane(own_chroma(photo.small_rgb(work_size)))


def own_chroma(rgb: np.ndarray) -> np.ndarray:
    """a*b* float32 (h, w, 2) of sRGB uint8 (h, w, 3)."""
    return rgb_to_lab(rgb.astype(np.float32) / np.float32(255))[..., 1:].copy()


def linked(source: Extracted | Sequence[Swatch], target: Sequence[Swatch]) -> tuple[Link, ...]:
    """Links from a photo's palette to a wished one, matched by `core.palette.match`; to be edited after."""
    swatches = source.swatches if isinstance(source, Extracted) else tuple(source)
    return tuple(Link(one, target[at]) for one, at in zip(swatches, match(swatches, target)))


class PaletteMap:
    """The map that some links make, each followed as far as its strength times `strength` says.

    Without links it changes nothing.
    """

    def __init__(self, links: Sequence[Link], strength: float = 1.0) -> None:
        unique = {link.source.hex: link for link in links}  # of two wishes for one colour the later one counts
        links = tuple(unique.values())
        self._sources = lab_of([link.source for link in links])
        shares = np.array([0.0 if link.locked else link.strength * strength for link in links], np.float32)
        goal = lab_of([link.target for link in links])
        self._moves = (goal - self._sources)[:, 1:] * np.clip(shares, 0, 1)[:, None]
        self._weights, self._width = _solved(self._sources)

    def __call__(self, lab: np.ndarray) -> np.ndarray:
        """a*b* (..., 2) float32 of Lab (..., 3), outside the gamut where the wishes are."""
        flat = np.asarray(lab, np.float32).reshape(-1, 3)
        moved = flat[:, 1:].copy()
        if len(self._sources) and self._moves.any():
            for top in range(0, len(flat), _STRIP):
                rows = slice(top, top + _STRIP)
                moved[rows] += mix(self._moves.T, self._shares(flat[rows])).T
        return moved.reshape(*np.shape(lab)[:-1], 2)

    def _shares(self, lab: np.ndarray) -> np.ndarray:
        """How much each link says about each colour (links, n), adding up to 1."""
        squares = _squares(self._sources, lab)
        shares = np.maximum(mix(self._weights, np.exp(squares * np.float32(-1 / (2 * self._width**2)))), 0)
        total = shares.sum(axis=0)
        lost = np.flatnonzero(total < 1e-6)  # so far from all that no bell reaches it: the nearest decides
        shares[:, lost] = 0
        shares[squares[:, lost].argmin(axis=0), lost] = total[lost] = 1
        return shares / total


def _solved(sources: np.ndarray) -> tuple[np.ndarray, float]:
    """The weights (n, n) that make the bells around the sources one at home and nought at each other; their width."""
    if len(sources) < 2:
        return np.ones((len(sources), len(sources)), np.float32), 40.0
    squares = _squares(sources, sources).astype(np.float64)
    apart = np.sqrt(squares[~np.eye(len(sources), dtype=bool)])
    width = max(float(apart.mean()), _NARROWEST)
    # a wide bell over many sources is all but singular; halving it makes each source its own master
    while width > _NARROWEST and np.linalg.cond(np.exp(-squares / (2 * width**2))) > 1e4:
        width *= 0.8
    return np.linalg.pinv(np.exp(-squares / (2 * width**2))).astype(np.float32), width


def _squares(sources: np.ndarray, lab: np.ndarray) -> np.ndarray:
    """Squared distances (m, n), by differences: the shorter formula loses what is small."""
    result = np.zeros((len(sources), len(lab)), np.float32)
    for source, color in zip(sources.T, lab.T):
        result += (source[:, None] - color) ** 2
    return result


@dataclass(frozen=True, eq=False)
class Moved:
    """A photo's own colours moved: the map, and what it makes of them at work size, a*b* float32 (h, w, 2)."""

    map: PaletteMap
    chroma: np.ndarray


@dataclass(frozen=True, eq=False)
class Pulled:
    """Chroma (h, w, 2) drawn to a palette; what share of the photo went to each swatch; those hardly used."""

    chroma: np.ndarray
    shares: tuple[float, ...]
    unused: tuple[int, ...]


def pull(chroma: np.ndarray, luminance: np.ndarray, palette: Sequence[Swatch], strength: float = 1.0) -> Pulled:
    """Colours of a network drawn to a palette, each pixel softly to the swatches that are near it.

    `chroma` (h, w, 2) and `luminance` (h, w) at work size. Networks are timid, so nearness is judged after the
    chroma is stretched to the palette's own. strength 0 changes nothing, 1 leaves only the palette's colours and
    what lies between them.
    """
    if not palette:
        return Pulled(chroma, (), ())
    swatches = lab_of(palette)
    flat = np.concatenate([luminance.reshape(-1, 1), chroma.reshape(-1, 2)], axis=1).astype(np.float32)
    reach = _reach(flat, swatches)
    pulled, shares = np.empty((len(flat), 2), np.float32), np.zeros(len(swatches))
    for top in range(0, len(flat), _STRIP):
        rows = slice(top, top + _STRIP)
        share = _choices(flat[rows], swatches, reach)
        pulled[rows] = mix(swatches[:, 1:].T, share).T
        shares += share.sum(axis=1)
    shares /= max(len(flat), 1)
    mixed = chroma + np.float32(np.clip(strength, 0, 1)) * (pulled.reshape(chroma.shape) - chroma)
    unused = tuple(int(at) for at in np.flatnonzero(shares < _USED))
    return Pulled(mixed.astype(np.float32), tuple(float(share) for share in shares), unused)


def _reach(flat: np.ndarray, swatches: np.ndarray) -> float:
    """The factor on chroma that brings a photo's strong colours to those of the palette, 1..3."""
    if not len(flat):
        return 1.0
    photo = np.percentile(np.hypot(flat[:, 1], flat[:, 2]), 90)
    return float(np.clip(np.hypot(swatches[:, 1], swatches[:, 2]).max() / max(photo, 1.0), 1.0, 3.0))


def _choices(flat: np.ndarray, swatches: np.ndarray, reach: float) -> np.ndarray:
    """How much of each swatch (m, n) each pixel takes, adding up to 1."""
    scale = np.array([_LIGHT, 1, 1], np.float32)
    stretched = np.array([_LIGHT, reach, reach], np.float32)
    squares = _squares(swatches * scale, flat * stretched)
    squares -= squares.min(axis=0)
    share = np.exp(squares * np.float32(-1 / (2 * _CLOSE**2)))
    return share / share.sum(axis=0)
