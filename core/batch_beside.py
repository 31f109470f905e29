"""What belongs to one photo of a batch: references of its own, its project, and whether it has colour already.

    references_for(photo, under, folder)   <stem>_ref.* (or <stem>.*) in the folder given, in its tree or at its top
    core.project.beside(photo)             <stem>.huesmith beside it, where the job says so
    colour_in(photo)                       a number: below 1 of grey and toned photos, 3 to 20 of colour photos
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from core.batch_inputs import REFERENCE
from core.color import rgb_to_lab
from core.guidance import Reference
from core.photo import Photo, is_photo_path
from core.photo_pages import file_of, stem_of

COLOURED = 3.0  # mean chroma beside the tone: 94 % of colour photos have it, unevenly yellowed prints up to 2.7
_LOOKED_AT = 256  # long side
_BLUR = 2.0  # pixels: a JPEG's blocks and a scanner's noise are no colours
_LIGHTS = 12  # steps of light in which a tone may change
_FEWEST = 8  # pixels from which on a step has a tone to tell


def references_for(photo: Path, under: Path, folder: Path | None) -> tuple[Reference, ...]:
    """The references of one photo that lies at `under` in its tree, in the order of their names."""
    if folder is None:
        return ()
    stem, own = stem_of(photo), file_of(photo).absolute()
    for place in dict.fromkeys((folder / under, folder)):
        names = _by_stem(str(place.absolute()))
        found = names.get(stem + REFERENCE, ()) or names.get(stem, ())
        references = tuple(Reference(name) for name in found if Path(name) != own)
        if references:
            return references
    return ()


@lru_cache(16)
def _by_stem(folder: str) -> dict[str, tuple[str, ...]]:
    """The photos of a folder by their stems; read once, as a batch asks for thousands."""
    found: dict[str, tuple[str, ...]] = {}
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names are what is wanted
    except OSError:
        return {}
    for name in names:
        if is_photo_path(Path(name)) and not name.startswith("."):
            stem = Path(name).stem
            found[stem] = (*found.get(stem, ()), str(Path(folder, name)))
    return found


def forget_folders() -> None:
    """Read folders anew: a batch begins."""
    _by_stem.cache_clear()


def colour_in(photo: Photo) -> float:
    """How much colour a photo has beside its tone: mean C*ab of a small version, after the middle colour of every step
    of light was taken out. So sepia, cyanotype and yellowed paper count as none."""
    if photo.was_gray:
        return 0.0
    rgb = cv2.GaussianBlur(photo.small_rgb(_LOOKED_AT), (0, 0), _BLUR).astype(np.float32) / np.float32(255)
    lab = rgb_to_lab(rgb).reshape(-1, 3)
    step = np.clip((lab[:, 0] * (_LIGHTS / 100)).astype(int), 0, _LIGHTS - 1)
    total = 0.0
    for light in range(_LIGHTS):
        ab = lab[step == light, 1:]
        if len(ab) >= _FEWEST:
            total += float(np.hypot(*(ab - np.median(ab, axis=0)).T).sum())
    return total / len(lab)
