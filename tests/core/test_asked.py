"""What a network is told of palette, hints and references."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from core.asked import HINTS, MOST_REFERENCES, PALETTE, REFERENCES, asked_for, heeded
from core.color import rgb_to_lab
from core.guidance import Guidance, Hint, Reference, Rule, Settings, Swatch

RED = Swatch.from_hex("#d03020")
EVERYTHING = Guidance(
    rules=(Rule(3),), palette=(RED,), hints=(Hint(((0.5, 0.5),), RED, 0.1),), references=(Reference("x.png"),)
)


def test_only_what_a_colorizer_takes_makes_a_difference_to_it() -> None:
    assert heeded(EVERYTHING, frozenset()) == Guidance()
    assert heeded(EVERYTHING, frozenset({PALETTE})) == Guidance(palette=(RED,))
    everything = heeded(EVERYTHING, frozenset({PALETTE, HINTS, REFERENCES}))
    assert everything.hints and everything.references and everything.palette and not everything.rules


def test_a_palette_of_no_strength_is_not_told() -> None:
    off = Guidance(palette=(RED,), settings=Settings(palette_strength=0.0))
    assert not heeded(off, frozenset({PALETTE})).palette


def test_swatches_and_hints_become_lab() -> None:
    asked, notes = asked_for(heeded(EVERYTHING, frozenset({PALETTE, HINTS})), (40, 60))
    red = rgb_to_lab(np.float32([[[RED.r, RED.g, RED.b]]]))[0, 0]
    assert not notes and np.allclose(asked.palette, [red])
    assert asked.hints.shape == (40, 60, 3)
    assert np.allclose(asked.hints[20, 30], (*red[1:], 1)) and not asked.hints[0, 0].any()


def test_references_are_read_small_and_once(tmp_path: Path, monkeypatch) -> None:
    path = tmp_path / "red.png"
    cv2.imwrite(str(path), np.full((300, 900, 3), (32, 48, 208), np.uint8))
    part = Guidance(references=(Reference(str(path), 0.5),))
    (lab, weight), = asked_for(part, (40, 60))[0].references
    assert weight == 0.5 and max(lab.shape[:2]) <= 256 and lab[..., 1].mean() > 40
    monkeypatch.setattr("core.photo.load_photo", None)  # reading again would fail
    assert asked_for(part, (40, 60))[0].references[0][0] is lab


def test_references_that_are_gone_or_too_many_are_told_and_left_out(tmp_path: Path) -> None:
    part = Guidance(references=tuple(Reference(str(tmp_path / f"{n}.png")) for n in range(MOST_REFERENCES + 2)))
    asked, notes = asked_for(part, (8, 8))
    assert not asked.references
    assert "0.png" in notes[0] and "left out" in notes[0] and f"first {MOST_REFERENCES} of" in notes[-1]
