"""What a person wants for a label, applied to chroma after any colorizer.

Every rule works on the region of its label alone, at work size: hue shift and chroma gain change the colours
found there; a swatch draws the region's mean colour to it by `strength`, keeping the play of colour inside; with
an exact swatch the mean becomes the swatch. Vividness comes first, so that it never takes a swatch away from what
was asked for. Gamut mapping at constant light is later work, in `core.chroma`.
"""

from __future__ import annotations

import numpy as np

from core.color import rgb_to_lab
from core.guidance import Guidance, Rule, Swatch


def apply_rules(chroma: np.ndarray, labels: np.ndarray, guidance: Guidance) -> np.ndarray:
    """`chroma` (h, w, 2) under the rules and the vividness of `guidance`; `labels` uint8 (h, w).

    Returns `chroma` itself when there is nothing to change, else a new array.
    """
    vividness = np.float32(guidance.settings.vividness)
    if not guidance.rules and vividness == 1.0:
        return chroma
    changed = chroma * vividness
    for rule in guidance.rules:
        region = labels == rule.label
        if region.any():
            changed[region] = _colours(changed[region], rule)
    return changed


def _colours(colours: np.ndarray, rule: Rule) -> np.ndarray:
    """The (n, 2) colours of a rule's region, as the rule wants them."""
    colours = _rotate(colours, rule.hue_shift) * np.float32(rule.chroma_gain)
    if rule.swatch is not None:
        mean = colours.mean(axis=0, dtype=np.float64).astype(np.float32)
        strength = np.float32(1.0 if rule.exact else rule.strength)
        colours = colours + strength * (swatch_chroma(rule.swatch) - mean)
    return colours


def _rotate(colours: np.ndarray, degrees: float) -> np.ndarray:
    """Colours turned around the neutral axis by `degrees` of hue."""
    if degrees == 0:
        return colours
    turn = np.deg2rad(degrees)
    cos, sin = np.float32(np.cos(turn)), np.float32(np.sin(turn))
    a, b = colours[:, 0], colours[:, 1]
    return np.stack([cos * a - sin * b, sin * a + cos * b], axis=1)


def swatch_chroma(swatch: Swatch) -> np.ndarray:
    """a*b* of a swatch, float32 (2,)."""
    rgb = np.array([[[swatch.r, swatch.g, swatch.b]]], np.float32)
    return rgb_to_lab(rgb)[0, 0, 1:]
