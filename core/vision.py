"""How colours meet the eyes of others: contrast by WCAG 2, and what a colour-blind person sees."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from core.cie import linear_to_srgb, mix, srgb_to_linear
from core.guidance import Swatch

# Machado, Oliveira and Fernandes, "A Physiologically-based Model for Simulation of Color Vision Deficiency",
# 2009: linear sRGB, severity 1.
_SEEN = {
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
DEFICIENCIES = tuple(_SEEN)
"""protan (red), deutan (green) and tritan (blue) weakness."""

_LUMA = np.array([0.2126, 0.7152, 0.0722])  # of WCAG 2.2, "relative luminance"


def seen_by(rgb: np.ndarray, deficiency: str, severity: float = 1.0) -> np.ndarray:
    """sRGB (..., 3) float32 in 0..1 as somebody with a deficiency of DEFICIENCIES sees it; KeyError for another.

    `severity` 0..1 mixes with normal sight, which is close to Machado's tables for the steps between.
    """
    matrix = severity * np.array(_SEEN[deficiency]) + (1 - severity) * np.eye(3)
    linear = mix(matrix, srgb_to_linear(rgb).reshape(-1, 3).T)
    return linear_to_srgb(np.clip(linear, 0, 1)).T.reshape(np.shape(rgb))


def swatch_seen_by(swatch: Swatch, deficiency: str, severity: float = 1.0) -> Swatch:
    """`seen_by` for one swatch."""
    return palette_seen_by((swatch,), deficiency, severity)[0]


def palette_seen_by(swatches: Sequence[Swatch], deficiency: str, severity: float = 1.0) -> tuple[Swatch, ...]:
    """`seen_by` for a palette."""
    rgb = np.array([(one.r, one.g, one.b) for one in swatches], np.float32).reshape(-1, 3)
    return tuple(Swatch(*parts, one.name) for parts, one in zip(seen_by(rgb, deficiency, severity).tolist(), swatches))


def contrast(one: Swatch, other: Swatch) -> float:
    """WCAG 2 contrast ratio, 1 (none) to 21 (black on white); text wants 4.5, large text 3."""
    rgb = np.array([[one.r, one.g, one.b], [other.r, other.g, other.b]], np.float32)
    dark, light = sorted(srgb_to_linear(np.clip(rgb, 0, 1)) @ _LUMA)
    return float((light + 0.05) / (dark + 0.05))
