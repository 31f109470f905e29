"""Huesmith's own network as the engine sees it: palette, hints and references become what its runner is told.

References become tokens here, once each: pieces, which are what matches in meaning, and swatches, which are their
overall colours; core/gate weighs the ones against the others.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np

from core.asked import Asked
from core.gate import gated, main_colours, shares_of, tokens_inside
from core.lru import Lru
from core.variants import varied

if TYPE_CHECKING:
    from core.colorizers import ColorizerInfo


class GuidedColorizer:
    """Huesmith's own network: one encoder, a head that segments, a decoder that colours by any mix of guidance."""

    network = "guided"

    def __init__(self, info: ColorizerInfo, runner: Any) -> None:
        self.info, self._runner = info, runner
        self.device, self.runtime = runner.device, runner.runtime
        self._pieces: Lru[tuple[np.ndarray, Any]] = Lru(8)  # of references, by identity
        self._parts: Lru[tuple] = Lru(8)  # of references with a mask
        self._swatches: Lru[tuple] = Lru(8)

    def encode(self, luminance: np.ndarray) -> Any:
        return self._runner.encode(luminance)

    def colorize(
        self, encoded: Any, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray, asked: Asked | None = None
    ) -> tuple[np.ndarray, np.ndarray | None]:
        return self.colorize_sketch(encoded, luminance, labels, sure, asked)[:2]

    def colorize_sketch(
        self, encoded: Any, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray, asked: Asked | None = None
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
        """The same with the light (h, w) for a sketch's paper; None of weights that know no sketches."""
        given = () if asked is None else (asked.hints, self._tokens(asked, asked.gate))
        tries = None if asked is None else asked.tries
        painted = self._runner.paint(encoded, labels, sure, *given)
        chroma, confidence = self._runner.full(encoded, painted, labels, sure)
        if tries is not None:
            tries, regions = tries  # shares come apart, for what is not varied is to be the plain answer to the bit
            share = self._runner.paint(encoded, labels, sure, *given, with_share=True).share
            chroma = varied(chroma, share, self._runner.centers, regions, tries)
        return chroma, confidence, _enlarged(painted.light, luminance.shape)

    def probabilities(self, encoded: Any, luminance: np.ndarray) -> np.ndarray:
        return self._runner.segment(encoded)

    def shares(
        self, encoded: Any, luminance: np.ndarray, labels: np.ndarray, sure: np.ndarray, asked: Asked
    ) -> tuple[np.ndarray, np.ndarray]:
        """How much of the colour comes from the references by match, and by overall colours: (h, w) each."""
        def heed(asked: Asked, part: float | None) -> np.ndarray:
            tokens = self._tokens(asked, asked.gate, part)
            return self._runner.paint(encoded, labels, sure, asked.hints, tokens).heed[0]

        asked = replace(asked, palette=asked.palette[:0])
        every = heed(asked, None)
        if 0 < asked.gate < 1:
            match, overall = shares_of(every, heed(asked, 1.0), heed(asked, 0.0))
        else:
            match, overall = every * asked.gate, every * (1 - asked.gate)
        return _at_size(match, encoded), _at_size(overall, encoded)

    def _tokens(self, asked: Asked, gate: float, part: float | None = None) -> np.ndarray:
        """All tokens of the palette and the references; `part` 1 leaves the swatches of the references out, 0 their
        pieces."""
        tokens = [self._runner.swatch_tokens(asked.palette)]
        for lab, weight, mask in asked.seen:
            pieces = self._refer(lab, mask)
            swatches = self._overall(lab, mask) if gate < 1 else tokens[0][:0]
            if part is None:
                tokens.append(gated(pieces, swatches, weight, gate))
            else:
                tokens.append(gated(pieces, swatches, weight * (gate if part else 1 - gate), part))
        return np.concatenate(tokens)

    def pieces(self, lab: np.ndarray) -> tuple[Any, np.ndarray]:
        """What is encoded of a reference, and its tokens; its Lab is the same array as long as the file is."""
        known = self._pieces.get(id(lab))
        if known is None or known[0] is not lab:
            light = np.ascontiguousarray(lab[..., 0])
            encoded = self._runner.encode(light)
            tokens = self._runner.reference_tokens(encoded, light, lab[..., 1:])
            known = self._pieces.put(id(lab), (lab, (encoded, tokens)))
        return known[1]

    def _refer(self, lab: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
        tokens = self.pieces(lab)[1]
        if mask is None:
            return tokens
        known = self._parts.get((id(lab), id(mask)))
        if known is None or known[0] is not lab or known[1] is not mask:
            known = self._parts.put((id(lab), id(mask)), (lab, mask, tokens_inside(tokens, lab, mask)))
        return known[2]

    def _overall(self, lab: np.ndarray, mask: np.ndarray | None) -> np.ndarray:
        known = self._swatches.get((id(lab), id(mask)))
        if known is None or known[0] is not lab or known[1] is not mask:
            colors, shares = main_colours(lab, mask)
            tokens = self._runner.swatch_tokens(colors, shares * len(shares))
            known = self._swatches.put((id(lab), id(mask)), (lab, mask, tokens))
        return known[2]


def _enlarged(light: np.ndarray | None, shape: tuple[int, int]) -> np.ndarray | None:
    """The network's light (1, h/4, w/4), which is padded to whole quarters, at the photo's shape at work."""
    if light is None:
        return None
    rows, columns = light.shape[1:]
    whole = cv2.resize(light[0].astype(np.float32), (4 * columns, 4 * rows), interpolation=cv2.INTER_CUBIC)
    return np.clip(whole[: shape[0], : shape[1]], 0, 100)


def _at_size(plane: np.ndarray, encoded: Any) -> np.ndarray:
    """What the decoder says at 1/8 of the padded size, at the photo's."""
    import cv2

    whole = cv2.resize(plane, (plane.shape[1] * 8, plane.shape[0] * 8), interpolation=cv2.INTER_LINEAR)
    return whole[: encoded.height, : encoded.width]
