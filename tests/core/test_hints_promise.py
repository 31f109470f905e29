"""Promise 4 for hints, on real photos through the real network: at full size each spot has the wish, or what is
nearest to it in gamut at its light, and the number that is told is true."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.chroma import render
from core.color import delta_e2000, gamut_map, rgb_to_lab
from core.document import Document
from core.engine import Engine, Request
from core.guidance import Hint, Plane, Swatch
from core.hints import met
from core.labels import default_label_set
from core.photo import load_photo
from core.rules import swatch_chroma

WORK_SIZE = 384
CODES = ("#4f7942", "#2f5f9f", "#b5523b", "#d9b44a", "#7d34a8", "#c08081", "#1030ff", "#8a5a33")
PLACES = ((0.15, 0.2), (0.4, 0.15), (0.7, 0.25), (0.88, 0.5), (0.2, 0.55), (0.5, 0.5), (0.35, 0.85), (0.75, 0.8))


@pytest.mark.parametrize("name", ["astronaut", "coffee"])
def test_every_hint_is_met_in_the_finished_photo(samples: dict[str, Path], name: str) -> None:
    photo = load_photo(samples[name])
    document = Document(photo, default_label_set())
    hints = tuple(
        Hint((place,), Swatch.from_hex(code), 0.02, exact=number % 2 == 0)
        for number, (place, code) in enumerate(zip(PLACES, CODES, strict=True))
    )
    document.set_guidance("Eight hints", hints=hints)
    plane = Plane(photo.small_luminance(WORK_SIZE))
    engine = Engine("cpu")
    segmented = engine.segment(Request(photo.key, plane, document.guidance(plane.shape)))
    document.set_segmentation(segmented.labels)
    asked = Request(photo.key, plane, document.guidance(plane.shape), "guided", WORK_SIZE)
    result = engine.colorize(asked)
    rgb = render(photo, result.chroma, depth=16)
    for hint in hints:
        told = met(hint, result.chroma, plane.array, asked.guidance.labels.array)
        assert told.error == pytest.approx(told.best, abs=1)
        (x, y) = (round(part * side) for part, side in zip(hint.points[0], (photo.width, photo.height)))
        lab = rgb_to_lab(rgb[y, x].astype(np.float32) / np.float32(65535))
        best = np.array([lab[0], *gamut_map(lab[:1], swatch_chroma(hint.swatch)[None])[0]])
        assert delta_e2000(lab, best) < (1 if hint.exact else 3)
