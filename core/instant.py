"""The colour under the brush before any network has answered: what the label usually has, at each pixel's own light.

A picture of the photo as it is shown now gives the light; where the label has changed since those colours were made,
the label prior (or the swatch of the label's rule) gives the new colour. Costs as much as was painted and no more than
a blink: a large patch is made coarser. The network's answer replaces it as soon as it comes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from math import ceil, floor

import numpy as np

from core.box import Box
from core.color import gamut_map, lab_to_rgb, luminance
from core.colorizers import PRIOR, Colorizer, InstalledModels
from core.errors import CheckpointError
from core.guidance import Rule
from core.label_parents import Standing
from core.labels import UNSURE, nearest_index
from core.rules import swatch_chroma

MOST_PIXELS = 16_000  # of a patch


@dataclass(frozen=True, eq=False)
class Patch:
    """`rgba` uint8 (h, w, 4) over `box`, in photo pixels; clear where nothing has changed."""

    box: Box
    rgba: np.ndarray


@cache
def prior() -> Colorizer | None:
    """The label prior, opened; None where it cannot be. The first call reads a small file."""
    try:
        return InstalledModels("cpu").colorizer(PRIOR.id)
    except CheckpointError:
        return None


def patch(
    shown: np.ndarray, labels: np.ndarray, before: np.ndarray, box: Box, standing: Standing | None = None,
    rules: Iterable[Rule] = (),
) -> Patch | None:  # fmt: skip
    """New colours inside `box` of the photo; None where no label has changed there, or without a prior.

    `shown` uint8 (h, w, 3) or (h, w) is the photo as it is seen, `labels` uint8 (H, W) its labels now, and `before`
    uint8 (h', w') those that `shown` was coloured by, each of them of the whole photo.
    """
    size = labels.shape
    if prior() is None:
        return None
    step = max(1, ceil((_pixels(box, size, shown) / MOST_PIXELS) ** 0.5))
    rows = _lines(box.top, box.bottom, size[0], shown.shape[0], step)
    columns = _lines(box.left, box.right, size[1], shown.shape[1], step)
    if not rows.size or not columns.size:
        return None
    now = _sampled(labels, rows, columns, shown.shape)
    changed = now != _sampled(before, rows, columns, shown.shape)
    changed &= now != UNSURE
    if not changed.any():
        return None
    seen = shown[rows][:, columns]
    rgba = np.zeros((*changed.shape, 4), np.uint8)
    rgba[changed, :3] = _coloured(seen[changed], now[changed], standing, rules)
    rgba[changed, 3] = 255
    return Patch(_covered(rows, columns, size, shown.shape, step), rgba)


def _pixels(box: Box, size: tuple[int, int], shown: np.ndarray) -> float:
    return box.height * shown.shape[0] / size[0] * box.width * shown.shape[1] / size[1]


def _lines(first: int, end: int, size: int, shown: int, step: int) -> np.ndarray:
    """Every `step`-th line of the shown picture that a stretch of the photo touches."""
    low, high = floor(first * shown / size), ceil(end * shown / size)
    return np.arange(max(0, low) // step * step, min(high, shown), step)


def _sampled(labels: np.ndarray, rows: np.ndarray, columns: np.ndarray, shown: tuple[int, ...]) -> np.ndarray:
    """The labels at lines of the shown picture."""
    down, across = nearest_index(labels.shape[0], shown[0])[rows], nearest_index(labels.shape[1], shown[1])[columns]
    return labels[down][:, across]


def _covered(
    rows: np.ndarray, columns: np.ndarray, size: tuple[int, int], shown: tuple[int, ...], step: int
) -> Box:
    """The box of the photo that lines of the shown picture stand for."""
    down, across = size[0] / shown[0], size[1] / shown[1]
    return Box(round(rows[0] * down), round(columns[0] * across), round((rows[-1] + step) * down),
               round((columns[-1] + step) * across))  # fmt: skip


def _coloured(
    seen: np.ndarray, labels: np.ndarray, standing: Standing | None, rules: Iterable[Rule]
) -> np.ndarray:
    """uint8 (n, 3) for pixels that look like `seen` (n, 3) or (n,) and have these labels (n,)."""
    rgb = seen if seen.ndim == 2 else np.repeat(seen[:, None], 3, axis=1)
    light = luminance(rgb.astype(np.float32) / 255)
    known = labels if standing is None else standing.to_network(labels)
    chroma = prior().colorize(None, light[None], known[None], None)[0][0].astype(np.float32)
    for rule in rules:
        if rule.swatch is not None:
            inside = labels == rule.label
            chroma[inside] += np.float32(rule.strength) * (swatch_chroma(rule.swatch) - chroma[inside])
    lab = np.concatenate([light[:, None], gamut_map(light, chroma)], axis=1)
    return (np.clip(lab_to_rgb(lab), 0, 1) * 255 + 0.5).astype(np.uint8)
