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
from core.photo_pages import file_of
from core.variants import Tries, seeds_alone, tries_of

PALETTE, HINTS, REFERENCES, TRIES = "palette", "hints", "references", "tries"
REFERENCE_SIZE = 256  # long side at which references are looked at
MOST_SWATCHES, MOST_REFERENCES = 16, 4

_references: Lru[tuple[np.ndarray, np.ndarray | None]] = Lru(8)
_regions: Lru[np.ndarray] = Lru(32)


@dataclass(frozen=True)
class Asked:
    """`palette` (k, 3) Lab; `hints` (h, w, 3) float32 of a*, b* and 1 where a colour is wished, or None;
    `references`: (Lab (h', w', 3), weight) each; `tries` and the labels uint8 (h, w) they go by, or None; `masks` bool
    (h', w') of the references, where each has colours to lend, None for everywhere; `gate` as in Settings."""

    palette: np.ndarray
    hints: np.ndarray | None
    references: tuple[tuple[np.ndarray, float], ...]
    tries: tuple[Tries, np.ndarray] | None = None
    masks: tuple[np.ndarray | None, ...] = ()
    gate: float = 1.0

    @property
    def seen(self) -> tuple[tuple[np.ndarray, float, np.ndarray | None], ...]:
        """(Lab, weight, mask) of the references."""
        masks = self.masks or (None,) * len(self.references)
        return tuple((lab, weight, mask) for (lab, weight), mask in zip(self.references, masks, strict=True))


def heeded(guidance: Guidance, takes: frozenset[str]) -> Guidance:
    """The part of `guidance` besides the labels that a colorizer which takes `takes` looks at: with equal parts it
    answers the same."""
    settings, rules = seeds_alone(guidance) if TRIES in takes else (Settings(), ())
    used = tuple(replace(one, relabels=()) for one in guidance.references if one.weight > 0)
    references = used if REFERENCES in takes else ()
    if references:
        settings = replace(settings, gate=guidance.settings.gate)
    return Guidance(
        settings=settings,
        rules=rules,
        palette=guidance.palette if PALETTE in takes and guidance.settings.palette_strength > 0 else (),
        hints=guidance.hints if HINTS in takes else (),
        references=references,
    )


def asked_for(part: Guidance, shape: tuple[int, int]) -> tuple[Asked, tuple[str, ...]]:
    """`heeded` guidance in numbers for a photo at work of `shape`, and notes about references left out."""
    references, masks, notes = [], [], []
    for reference in part.references[:MOST_REFERENCES]:
        try:
            lab, mask = reference_seen(reference)
            references.append((lab, reference.weight))
            masks.append(mask)
        except PhotoError as error:
            notes.append(f"{error} This reference is left out.")
    if len(part.references) > MOST_REFERENCES:
        notes.append(f"The first {MOST_REFERENCES} of {len(part.references)} references are looked at.")
    palette = np.array([_lab(swatch) for swatch in part.palette[:MOST_SWATCHES]], np.float32).reshape(-1, 3)
    planes, gate = _hint_planes(part, shape), part.settings.gate
    return Asked(palette, planes, tuple(references), masks=tuple(masks), gate=gate), tuple(notes)


def with_tries(asked: Asked, part: Guidance, labels: np.ndarray) -> Asked:
    """`asked` with the tries of `heeded` guidance, whose rules go by these labels, uint8 (h, w)."""
    tries = tries_of(part)
    return asked if tries is None else replace(asked, tries=(tries, labels))


def reference_lab(reference: Reference) -> np.ndarray:
    """A reference's Lab (h, w, 3) float32 at most REFERENCE_SIZE long. PhotoError where it cannot be used."""
    return reference_seen(reference)[0]


def reference_seen(reference: Reference) -> tuple[np.ndarray, np.ndarray | None]:
    """A reference's Lab (h, w, 3) float32, at most REFERENCE_SIZE long, and the mask (h, w) of what is looked at: where
    it is not transparent, inside its region; None for all. The same arrays as long as file and region are the same.

    PhotoError where it cannot be read, or has no colours to lend.
    """
    path = Path(reference.path)
    try:
        key = str(path), file_of(path).stat().st_mtime_ns
    except OSError as error:
        raise PhotoError(f"{path} cannot be read ({error.strerror}); choose the reference again.") from error
    known = _references.get(key)
    if known is None:
        known = _references.put(key, _read(path))
    lab, seen = known
    if not reference.region:
        return lab, seen
    mask = _regions.get((*key, reference.region))
    if mask is None:
        mask = region_mask(reference.region, lab.shape[:2])
        if seen is not None and (mask & seen).any():
            mask &= seen
        mask = _regions.put((*key, reference.region), mask)
    return lab, mask


def region_mask(region: tuple[tuple[float, float], ...], shape: tuple[int, int]) -> np.ndarray:
    """The pixels bool (h, w) of a polygon in fractions of the photo; one pixel at least."""
    import cv2

    mask = np.zeros(shape, np.uint8)
    size = np.float64([shape[1], shape[0]])
    points = np.clip(np.float64(region) * size - 0.5, 0, size - 1)
    cv2.fillPoly(mask, [np.rint(points).astype(np.int32)], 1)
    return mask.astype(bool)


def _read(path: Path) -> tuple[np.ndarray, np.ndarray | None]:
    """Lab and mask of the photo at `path`, reduced. PhotoError with a sentence where it has no colours."""
    from core.photo import load_photo
    from core.references import colourless, seen_of

    photo = load_photo(path)
    small = photo.small_rgb(REFERENCE_SIZE)
    seen = seen_of(photo.alpha, small.shape[:2])
    if problem := colourless(path.name, small, seen):
        raise PhotoError(problem)
    return rgb_to_lab(small.astype(np.float32) / 255), None if seen.all() else seen


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
