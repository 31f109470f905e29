"""What a panel tells of the spot of a hint in a result: its light and label, how well the hint is met, what else
the spot could wear.

The suggestions are what the label usually looks like at that light (the label prior) and what it looks like in this
photo now, which stands first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from core.guidance import Hint, Swatch
from core.hints import Met, hint_mask, met, suggestions, swatch_at
from core.labels import UNSURE

if TYPE_CHECKING:
    from core.engine import Result


@dataclass(frozen=True)
class Spot:
    """light: L* at the first point; label: the id there, None where none is decided."""

    light: float
    label: int | None
    met: Met
    suggested: tuple[Swatch, ...]


def spot_of(hint: Hint, result: Result, *, suggest: bool = True) -> Spot | None:
    """What `result` shows of a hint's spot, without suggestions if they are not asked for; None where the hint is
    outside the photo."""
    luminance, labels = result.light, _labels(result)
    mask = hint_mask(hint, luminance.shape, labels)
    if not mask.any():
        return None
    light = light_at(*hint.points[0], result)
    label = None if labels is None else _label_at(labels, *hint.points[0])
    told = met(hint, result.chroma, luminance, labels)
    if not suggest:
        return Spot(light, label, told, ())
    here = mask if label is None else labels == label
    present = result.chroma[here].mean(axis=0, dtype=np.float64).astype(np.float32)
    network = label if label is None or result.request.standing is None else _network(result, label)
    return Spot(light, label, told, suggested(light, network, present))


def suggested(light: float, label: int | None, present: np.ndarray | None) -> tuple[Swatch, ...]:
    """`core.hints.suggestions` by the bundled label prior; `label` is a network's."""
    from models.prior import load_prior

    return suggestions(light, label, load_prior(), present=present)


def color_at(x: float, y: float, result: Result) -> Swatch:
    """The colour that `result` shows at a place, in fractions of the photo's width and height."""
    row, column = _pixel(result.chroma.shape, x, y)
    return swatch_at(float(result.light[row, column]), result.chroma[row, column])


def light_at(x: float, y: float, result: Result) -> float:
    """L* of a place, in fractions of the photo's width and height."""
    return float(result.light[_pixel(result.chroma.shape, x, y)])


def _labels(result: Result) -> np.ndarray | None:
    plane = result.request.guidance.labels
    return None if plane is None else plane.array


def _label_at(labels: np.ndarray, x: float, y: float) -> int | None:
    label = int(labels[_pixel(labels.shape, x, y)])
    return None if label == UNSURE else label


def _network(result: Result, label: int) -> int:
    return int(result.request.standing.to_network(np.uint8([label]))[0])


def _pixel(shape: tuple[int, ...], x: float, y: float) -> tuple[int, int]:
    height, width = shape[:2]
    return min(max(int(y * height), 0), height - 1), min(max(int(x * width), 0), width - 1)
