"""What the readers of palette files share: what they return, and colours of other models made into sRGB."""

from __future__ import annotations

import colorsys
import math
from dataclasses import dataclass, field

import numpy as np

from core.color import lab_to_rgb
from core.guidance import Swatch

MOST_SWATCHES = 100_000  # more than any palette; what is beyond is said to be lost
LONGEST_NAME = 1000


class Damaged(Exception):
    """Nothing of the file can be read; why, as part of a sentence."""


@dataclass
class Read:
    """Swatches in their order, the palette's name, and what was lost, as parts of sentences."""

    swatches: list[Swatch] = field(default_factory=list)
    name: str = ""
    losses: list[str] = field(default_factory=list)


def rgb_swatch(r: float, g: float, b: float, name: str = "") -> Swatch:
    """A swatch of sRGB 0..1, clipped; ValueError for what is no number."""
    if not all(map(math.isfinite, (r, g, b))):
        raise ValueError("a colour that is no number")
    return Swatch(*(min(max(float(part), 0.0), 1.0) for part in (r, g, b)), clean(name))


def gray_swatch(value: float, name: str = "") -> Swatch:
    """A swatch of a grey, 0 black .. 1 white."""
    return rgb_swatch(value, value, value, name)


def cmyk_swatch(c: float, m: float, y: float, k: float, name: str = "") -> Swatch:
    """A swatch of CMYK inks 0..1. Without the press's profile: what the plain formula says, as other programs do."""
    return rgb_swatch(*((1 - ink) * (1 - k) for ink in (c, m, y)), name)


def hsb_swatch(h: float, s: float, b: float, name: str = "") -> Swatch:
    """A swatch of hue (a turn is 1), saturation and brightness 0..1."""
    if not math.isfinite(h):
        raise ValueError("a hue that is no number")
    return rgb_swatch(*colorsys.hsv_to_rgb(h % 1.0, min(max(s, 0.0), 1.0), min(max(b, 0.0), 1.0)), name)


def lab_swatch(L: float, a: float, b: float, name: str = "") -> Swatch:
    """A swatch of L* 0..100, a*, b*; the white point is taken as the screen's."""
    if not all(map(math.isfinite, (L, a, b))):
        raise ValueError("a colour that is no number")
    rgb = lab_to_rgb(np.array([min(max(L, 0), 100), min(max(a, -200), 200), min(max(b, -200), 200)], np.float32))
    return rgb_swatch(*rgb.tolist(), name)


def clean(name: str) -> str:
    """A name as one line without control characters and halves of surrogate pairs, in any script."""
    text = name[:LONGEST_NAME].encode("utf-8", "replace").decode("utf-8")
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def bytes_of(swatch: Swatch) -> tuple[int, int, int]:
    """The swatch in 0..255."""
    r, g, b = bytes.fromhex(swatch.hex[1:])
    return r, g, b
