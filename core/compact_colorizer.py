"""Published systems with their bundled compact weights, as the engine sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from core.asked import Asked
from core.lru import Lru

if TYPE_CHECKING:
    from core.colorizers import ColorizerInfo, PriorColorizer


class CompactColorizer:
    """A published system with its bundled compact weights. What it cannot do without and is not given is taken from
    the label prior's colours."""

    network = "none"

    def __init__(self, info: ColorizerInfo, runner: Any, prior: PriorColorizer) -> None:
        self.info, self._runner, self._prior = info, runner, prior
        self.device, self.runtime = runner.device, runner.runtime

    def encode(self, luminance: np.ndarray) -> None:
        return None

    def colorize(
        self, encoded: Any, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray, asked: Asked | None = None
    ) -> tuple[np.ndarray, None]:
        def usual() -> np.ndarray:
            return self._prior.colorize(None, luminance, labels, sure)[0]

        palette = asked.palette if asked else None
        reference = _part(*asked.seen[0][::2]) if asked and asked.references else None
        gate = asked.gate if asked else 1.0
        return self._runner.colorize(luminance, labels, palette, reference, usual, gate), None


class GatedColorizer(CompactColorizer):
    """Gray2ColorNet, whose gate can be seen: it is kept with the last answers, for it is dear."""

    def __init__(self, info: ColorizerInfo, runner: Any, prior: PriorColorizer) -> None:
        super().__init__(info, runner, prior)
        self._gates: Lru[tuple] = Lru(4)

    def colorize(
        self, encoded: Any, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray, asked: Asked | None = None
    ) -> tuple[np.ndarray, None]:
        answer = super().colorize(encoded, luminance, labels, sure, asked)
        if asked is not None and asked.references:
            parts = luminance, *asked.seen[0][::2]
            self._gates.put((*map(id, parts), asked.gate), (parts, self._runner.gates))
        return answer

    def shares(
        self, encoded: Any, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray, asked: Asked
    ) -> tuple[np.ndarray, np.ndarray]:
        """How much of the colour comes from the reference by match, and by overall colours: (h/2, w/2) each."""
        key = id(luminance), *map(id, asked.seen[0][::2]), asked.gate
        if self._gates.get(key) is None:
            self.colorize(encoded, luminance, labels, sure, asked)
        gates = self._gates.get(key)[1]
        return gates, 1 - gates


class SketchColorizer(CompactColorizer):
    """SCFT, which knows sketches: it answers light as well."""

    def colorize_sketch(
        self, encoded: Any, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray, asked: Asked | None = None
    ) -> tuple[np.ndarray, None, np.ndarray | None]:
        """As `colorize`, with the light (h, w) for the sketch's paper."""
        chroma, _ = self.colorize(encoded, luminance, labels, sure, asked)
        return chroma, None, self._runner.light


def _part(lab: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
    """What of a reference (h, w, 3) a network that takes a whole picture is given: the box around the mask, with the
    mask's mean colour outside of it."""
    if mask is None or not mask.any():
        return lab
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    box = slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)
    return np.where(mask[box][..., None], lab[box], lab[mask].mean(0)).astype(np.float32)
