"""What a panel tells of one label in a result: its light, the colour it has now, how well an exact rule is met."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.color import gamut_map, lab_to_rgb
from core.engine import Result
from core.guidance import Swatch
from core.rules import Exactness, exactness


@dataclass(frozen=True)
class LabelFacts:
    """One label of one result: `light`, the mean L*; `color`, the mean colour as it is seen, at that light;
    `exactness` where its rule is exact."""

    label: int
    light: float
    color: Swatch
    exactness: Exactness | None = None


def label_facts(result: Result, label: int) -> LabelFacts | None:
    """The facts of `label` in `result`; None where no pixel of work size has it."""
    guidance, luminance = result.request.guidance, result.light
    if guidance.labels is None:
        return None
    labels = guidance.labels.array
    region = labels == label
    if not region.any():
        return None
    light = luminance[region].astype(np.float32)
    mean = gamut_map(light, result.chroma[region].astype(np.float32)).mean(axis=0, dtype=np.float64)
    middle = float(light.mean(dtype=np.float64))
    rules = [rule for rule in guidance.rules if rule.label == label]
    found = exactness(result.chroma, luminance, labels, rules)
    return LabelFacts(label, middle, swatch_at(middle, mean), found[0] if found else None)


def swatch_at(light: float, chroma: np.ndarray) -> Swatch:
    """The colour of L* and a*b* (2,), the nearest of sRGB at that light and hue."""
    ab = gamut_map(np.float32([light]), np.float32([chroma]))
    rgb = np.clip(lab_to_rgb(np.concatenate([np.float32([[light]]), ab], axis=1))[0], 0, 1)
    return Swatch(*(float(part) for part in rgb))
