"""Line art, told from a photo when it is opened.

Nearly all light of a sketch is paper and the rest are thin strokes, whatever paper and pen they were made with: a
yellowed sheet under an uneven lamp, a screen's pure white, a 1-bit scan, strokes that exist in the alpha channel
alone. So the paper's own light is estimated first (core/sketch_lines), everything is seen relative to it, and then
five shares decide. They are taken from a version of MEASURED pixels, so that an A3 scan costs what a stamp does.

    seen = look(photo)          five numbers, and `seen.is_sketch`
    photo = on_paper(photo)     what is transparent becomes white paper, for a sketch whose strokes are its alpha
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from core.color import rgb_to_lab
from core.photo import Photo, strips
from core.sketch_lines import paper_light

MEASURED = 768  # long side of what is looked at
_AFAR = 192  # ... at first
_BARE = 92.0  # L* relative to the paper from which on a pixel is bare paper
_STROKE = 78.0  # ... and up to which it belongs to a stroke
_WIDEST = 0.014  # of the long side: half the width of the widest stroke
_SPECK = 3  # pixels: smaller dots are the scanner's or the dithering's
_TINTED = 9.0  # units of a*b* from the paper's own colour that make a pixel coloured


@dataclass(frozen=True)
class Look:
    """What a picture looks like beside line art, as shares of its pixels.

    bare: nothing drawn; strokes: dark or coloured; thick: those of them in areas too wide for a stroke; tones: neither
    bare nor stroke; tinted: coloured and no stroke. paper: the paper's median L*; even: its darkest part relative
    to that; sharp: how far strokes stand out from the paper, in L*; one_hue: 1 where coloured strokes have one hue or
    there are none, 0 for all hues alike.
    """

    bare: float
    strokes: float
    thick: float
    tones: float
    tinted: float
    paper: float
    even: float
    sharp: float
    one_hue: float

    @property
    def is_sketch(self) -> bool:
        """Whether a person would call it line art."""
        return (
            self.paper >= 62
            and self.even >= 0.6
            and self.bare >= 0.6
            and 0.002 <= self.strokes <= 0.36
            and self.thick <= max(0.012, 0.3 * self.strokes)
            and self.tones <= max(0.03, 0.45 * self.strokes)
            and self.one_hue >= 0.6
            and self.tinted <= 0.02
            and self.sharp >= 22
        )


NOTHING = Look(0, 0, 0, 0, 0, 0, 0, 0, 0)
"""Of a picture too small to tell."""


def is_sketch(photo: Photo) -> bool:
    """Whether a photo is line art, its strokes drawn or in its alpha."""
    photo = on_paper(photo)
    return _may_be(photo) and look(photo).is_sketch


def _may_be(photo: Photo) -> bool:
    """Whether a second look is worth while: what is mostly paper looks so from afar, and most photos do not."""
    light = photo.small_luminance(_AFAR)
    return min(light.shape) >= 16 and float((light > 0.8 * np.percentile(light, 98)).mean()) > 0.3


def look(photo: Photo) -> Look:
    """The shares of a photo, which has to lie on paper already (`on_paper`)."""
    light = photo.small_luminance(MEASURED)
    if min(light.shape) < 16:
        return NOTHING
    paper = cv2.resize(paper_light(light), light.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    seen = 100 * light / np.maximum(paper, 1)
    strokes = _without_specks(seen < _STROKE)
    ground = ~cv2.dilate(strokes.view(np.uint8), np.ones((3, 3), np.uint8)).view(bool)  # softened edges are strokes
    bare = seen >= _BARE
    apart = _colour_apart(photo, light.shape, bare)
    tinted = np.linalg.norm(apart, axis=2) > _TINTED
    coloured_strokes = _thin(tinted & ~bare, light.shape)
    drawn = strokes | coloured_strokes
    radius = max(2, round(_WIDEST * max(light.shape)))
    wide = cv2.morphologyEx(drawn.view(np.uint8), cv2.MORPH_OPEN, _disc(radius)) > 0
    inked = light[strokes] if strokes.any() else light.ravel()[:1]
    return Look(
        bare=float(bare.mean()),
        strokes=float(drawn.mean()),
        thick=float(wide.mean()),
        tones=float((_away_from(drawn) & (cv2.blur(seen, (8, 8)) < _BARE)).mean()),  # as dots of dithering mix
        tinted=float((tinted & ground & ~drawn).mean()),
        paper=float(np.median(paper)),
        even=float(np.percentile(paper, 2) / max(float(np.median(paper)), 1.0)),
        sharp=float(np.median(paper) - np.percentile(inked, 20)),
        one_hue=_one_hue(apart[tinted & drawn], drawn.size),
    )


def _away_from(drawn: np.ndarray) -> np.ndarray:
    """Where no stroke is within four pixels."""
    return cv2.dilate(drawn.view(np.uint8), np.ones((9, 9), np.uint8)) == 0


def _without_specks(mask: np.ndarray) -> np.ndarray:
    """A mask without its parts of a few pixels."""
    _, parts, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8), connectivity=8)
    keep = stats[:, cv2.CC_STAT_AREA] > _SPECK
    keep[0] = False
    return keep[parts]


def _thin(mask: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """What of a mask is no wider than a stroke."""
    radius = max(2, round(_WIDEST * max(shape)))
    wide = cv2.morphologyEx(mask.view(np.uint8), cv2.MORPH_OPEN, _disc(radius))
    return mask & (cv2.dilate(wide, _disc(radius)) == 0)


def _disc(radius: int) -> np.ndarray:
    return cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))


def _colour_apart(photo: Photo, shape: tuple[int, int], bare: np.ndarray) -> np.ndarray:
    """How each pixel's a*b* differs from the paper's, float32 (h, w, 2); nought for a grey photo."""
    if photo.was_gray or not bare.any():
        return np.zeros((*shape, 2), np.float32)
    rgb = cv2.resize(photo.small_rgb(MEASURED), shape[::-1], interpolation=cv2.INTER_AREA)
    ab = cv2.blur(rgb_to_lab(rgb.astype(np.float32) / 255)[..., 1:], (3, 3))  # JPEG's coarse colour
    return ab - np.median(ab[bare], axis=0)


def _one_hue(apart: np.ndarray, pixels: int) -> float:
    """How much colours (n, 2) of a picture of so many pixels are of one hue, 0..1; 1 for a few of them."""
    if len(apart) < 0.004 * pixels:
        return 1.0
    return float(np.linalg.norm((apart / np.linalg.norm(apart, axis=1, keepdims=True)).mean(axis=0)))


def on_paper(photo: Photo) -> Photo:
    """The photo on white where it is transparent, without alpha; itself where nothing is.

    Numbers are mixed as they are, which is what programs that draw line art do.
    """
    if photo.alpha is None or photo.alpha.min() == np.iinfo(photo.alpha.dtype).max:
        return photo
    most = np.float32(np.iinfo(photo.pixels.dtype).max)
    pixels = np.empty_like(photo.pixels)
    for rows in strips(*photo.size):
        cover = photo.alpha[rows].astype(np.float32) / np.float32(np.iinfo(photo.alpha.dtype).max)
        cover = cover if pixels.ndim == 2 else cover[..., None]
        pixels[rows] = most - (most - photo.pixels[rows]) * cover + np.float32(0.5)
    return replace(photo, pixels=pixels, alpha=None, key=f"{photo.key} on paper")
