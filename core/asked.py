"""What a person asked for, as numbers a network can be told: palette, hints and references of a guidance.

The colorizer is told what it takes; `core.wishes` carries out the rest, and makes exact what was only heeded.
References are read and reduced here, once each, and kept by path and time of change.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from core.color import rgb_to_lab
from core.errors import PhotoError
from core.guidance import Guidance, Reference, Settings, Swatch
from core.lru import Lru
from core.variants import Tries, seeds_alone, tries_of

PALETTE, HINTS, REFERENCES, TRIES = "palette", "hints", "references", "tries"
REFERENCE_SIZE = 256  # long side at which references are looked at
MOST_SWATCHES, MOST_REFERENCES = 16, 4

_references: Lru[np.ndarray] = Lru(8)


@dataclass(frozen=True)
class Asked:
    """`palette` (k, 3) Lab; `hints` (h, w, 3) float32 of a*, b* and 1 where a colour is wished, or None;
    `references`: (Lab (h', w', 3), weight) each; `tries` and the labels uint8 (h, w) they go by, or None."""

    palette: np.ndarray
    hints: np.ndarray | None
    references: tuple[tuple[np.ndarray, float], ...]
    tries: tuple[Tries, np.ndarray] | None = None


def heeded(guidance: Guidance, takes: frozenset[str]) -> Guidance:
    """The part of `guidance` besides the labels that a colorizer which takes `takes` looks at: with equal parts it
    answers the same."""
    settings, rules = seeds_alone(guidance) if TRIES in takes else (Settings(), ())
    return Guidance(
        settings=settings,
        rules=rules,
        palette=guidance.palette if PALETTE in takes and guidance.settings.palette_strength > 0 else (),
        hints=guidance.hints if HINTS in takes else (),
        references=tuple(one for one in guidance.references if one.weight > 0) if REFERENCES in takes else (),
    )


def asked_for(part: Guidance, shape: tuple[int, int]) -> tuple[Asked, tuple[str, ...]]:
    """`heeded` guidance in numbers for a photo at work of `shape`, and notes about references left out."""
    references, notes = [], []
    for reference in part.references[:MOST_REFERENCES]:
        try:
            references.append((reference_lab(reference), reference.weight))
        except PhotoError as error:
            notes.append(f"{error} This reference is left out.")
    if len(part.references) > MOST_REFERENCES:
        notes.append(f"The first {MOST_REFERENCES} of {len(part.references)} references are looked at.")
    palette = np.array([_lab(swatch) for swatch in part.palette[:MOST_SWATCHES]], np.float32).reshape(-1, 3)
    return Asked(palette, _hint_planes(part, shape), tuple(references)), tuple(notes)


def with_tries(asked: Asked, part: Guidance, labels: np.ndarray) -> Asked:
    """`asked` with the tries of `heeded` guidance, whose rules go by these labels, uint8 (h, w)."""
    tries = tries_of(part)
    return asked if tries is None else replace(asked, tries=(tries, labels))


def reference_lab(reference: Reference) -> np.ndarray:
    """A reference's Lab (h, w, 3) float32 at most REFERENCE_SIZE long. PhotoError where it cannot be read."""
    from core.photo import load_photo

    path = Path(reference.path)
    try:
        key = str(path), path.stat().st_mtime_ns
    except OSError as error:
        raise PhotoError(f"{path} cannot be read ({error.strerror}); choose the reference again.") from error
    known = _references.get(key)
    if known is None:
        small = load_photo(path).small_rgb(REFERENCE_SIZE)
        known = _references.put(key, rgb_to_lab(small.astype(np.float32) / 255))
    return known


def _lab(swatch: Swatch) -> np.ndarray:
    return rgb_to_lab(np.float32([[[swatch.r, swatch.g, swatch.b]]]))[0, 0]


def _hint_planes(part: Guidance, shape: tuple[int, int]) -> np.ndarray | None:
    if not part.hints:
        return None
    from core.hints import hint_mask

    planes = np.zeros((*shape, 3), np.float32)
    for hint in part.hints:
        spot = hint_mask(hint, shape) > 0
        planes[spot] = (*_lab(hint.swatch)[1:], 1)
    return planes
