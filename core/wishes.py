"""What a person wishes and the colorizer did not take: palette, hints and rules, carried out on its chroma.

In this order, the more particular wish last: the palette draws every colour to its swatches, the settings shift the
whole, a hint sets its spot, a rule has the last word on its label. Vividness and its like are about what was not
asked for by colour, so they come before both hints and rules. What is locked keeps its colours whatever was wished.
Without wishes nothing is done and the very same array comes back.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from core.guidance import Guidance, Swatch
from core.locks import held
from core.rules import apply_rules, swatch_chroma
from core.tones import adjusted

_GREY = 3.0  # chroma below which a swatch says nothing of colour
MOST_SWATCHES = 32  # that colours are drawn to; more would differ by less than anybody sees


def carry_out(
    chroma: np.ndarray, luminance: np.ndarray, labels: np.ndarray, guidance: Guidance
) -> tuple[np.ndarray, tuple[str, ...]]:
    """`chroma` (h, w, 2) under the palette, settings, hints, rules and locks of `guidance`; and notes.

    `luminance` float32 and `labels` uint8 are (h, w). Returns `chroma` itself where nothing is wished.
    """
    notes: tuple[str, ...] = ()
    if guidance.palette and guidance.settings.palette_strength > 0:
        chroma, notes = _drawn_to(guidance, chroma, luminance)
    chroma = adjusted(chroma, luminance, guidance.settings)
    if guidance.hints:
        from core.hints import apply_hints

        chroma = apply_hints(chroma, luminance, guidance.hints, labels)
    return held(apply_rules(chroma, luminance, labels, guidance.rules), guidance.locks), notes


def _drawn_to(
    guidance: Guidance, chroma: np.ndarray, luminance: np.ndarray
) -> tuple[np.ndarray, tuple[str, ...]]:
    from core.recolor import pull

    palette = _usable(guidance.palette)
    notes = []
    if len(palette) < len(guidance.palette):
        notes.append(f"Of the palette's {len(guidance.palette):,} colours {len(palette)} stand for the rest.")
    pulled = pull(chroma, luminance, palette, guidance.settings.palette_strength)
    if all(np.hypot(*swatch_chroma(swatch)) < _GREY for swatch in palette):
        notes.append("The palette is grey and takes the colours away; choose one that has colours.")
    elif pulled.unused:
        codes = [palette[at].hex for at in pulled.unused]
        more = f" and {len(codes) - 5} more" if len(codes) > 5 else ""
        notes.append(f"Hardly anything took {', '.join(codes[:5])}{more} of the palette.")
    return pulled.chroma, tuple(notes)


@lru_cache(4)
def _usable(palette: tuple[Swatch, ...]) -> tuple[Swatch, ...]:
    """The palette, or those of it that stand for the rest where it is too long."""
    if len(palette) <= MOST_SWATCHES:
        return palette
    from core.palette import with_length

    return with_length(palette, MOST_SWATCHES)
