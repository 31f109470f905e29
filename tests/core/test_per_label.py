"""Rules that send one label to another colorizer or reference."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from core.engine import Engine
from core.guidance import Hint, Plane, Reference, Rule, Swatch
from core.per_label import joined, request_of_rule
from tests.core.fakes import GRASS, SKY, request_for


def test_a_rule_that_asks_for_nothing_else_is_no_request() -> None:
    request = request_for()
    assert request_of_rule(request, Rule(SKY, chroma_gain=2.0)) is None
    assert request_of_rule(request, Rule(SKY, colorizer=request.colorizer)) is None
    assert request_of_rule(request, Rule(SKY, colorizer="prior")).colorizer == "prior"


def test_a_rule_keeps_the_weight_of_its_reference() -> None:
    request = request_for()
    request = replace(
        request, guidance=replace(request.guidance, references=(Reference("a.png", 0.3), Reference("b.png")))
    )
    assert request_of_rule(request, Rule(SKY, reference="a.png")).guidance.references == (Reference("a.png", 0.3),)
    assert request_of_rule(request, Rule(SKY, reference="new.png")).guidance.references == (Reference("new.png"),)


def test_each_label_takes_its_part_and_the_seam_is_soft() -> None:
    labels = np.zeros((20, 40), np.uint8)
    labels[:, 20:] = 1
    chroma, theirs = np.zeros((20, 40, 2), np.float32), np.full((20, 40, 2), 30, np.float32)
    out = joined(chroma, labels, [(1, theirs)])
    assert not chroma.any(), "what was given stays"
    assert np.allclose(out[:, :15], 0, atol=0.01) and np.allclose(out[:, 25:], 30, atol=0.01)
    assert (np.diff(out[10, 15:25, 0]) >= 0).all() and 5 < out[10, 20, 0] < 25


@pytest.fixture(scope="module")
def scene():
    labels = np.full((64, 96), SKY)
    labels[32:] = GRASS
    return labels, Engine("cpu")


def test_one_label_is_coloured_by_another_colorizer(scene) -> None:
    labels, engine = scene
    plain = request_for(64, 96, labels=labels)
    ruled = replace(plain, guidance=replace(plain.guidance, rules=(Rule(GRASS, colorizer="prior"),)))
    guided, prior = engine.colorize(plain).chroma, engine.colorize(replace(plain, colorizer="prior")).chroma
    mixed = engine.colorize(ruled).chroma
    assert np.allclose(mixed[:26], guided[:26], atol=0.05) and np.allclose(mixed[38:], prior[38:], atol=0.05)
    assert np.abs(guided - prior)[38:].max() > 1


def test_one_label_is_coloured_from_a_reference_and_no_other_moves(scene, tmp_path) -> None:
    labels, engine = scene
    path = tmp_path / "red.png"
    cv2.imwrite(str(path), np.full((96, 96, 3), (40, 40, 200), np.uint8))
    plain = request_for(64, 96, labels=labels)
    ruled = replace(plain, guidance=replace(plain.guidance, rules=(Rule(GRASS, reference=str(path)),)))
    before, after = engine.colorize(plain).chroma, engine.colorize(ruled).chroma
    assert np.allclose(after[:26], before[:26], atol=0.05)
    assert after[40:, :, 0].mean() > before[40:, :, 0].mean() + 5, "the ground turns red"


def test_a_reference_that_is_gone_is_told(scene, tmp_path) -> None:
    labels, engine = scene
    plain = request_for(64, 96, labels=labels)
    gone = Rule(GRASS, reference=str(tmp_path / "gone.png"))
    result = engine.colorize(replace(plain, guidance=replace(plain.guidance, rules=(gone,))))
    assert any("gone.png" in note for note in result.notes)


def test_an_exact_hint_stays_met_when_a_reference_and_other_labels_come(scene, samples) -> None:
    labels, engine = scene
    hint = Hint(((0.5, 0.25),), Swatch.from_hex("#4f6d9a"), 0.05, exact=True)
    plain = request_for(64, 96, labels=labels)
    hinted = replace(plain.guidance, hints=(hint,))
    referred = replace(hinted, references=(Reference(str(samples["coffee"])),))
    relabelled = replace(hinted, labels=Plane(np.full_like(labels, GRASS)))
    spots = [engine.colorize(replace(plain, guidance=g)).chroma[16, 48] for g in (hinted, referred, relabelled)]
    assert np.allclose(spots[0], spots[1], atol=0.1) and np.allclose(spots[0], spots[2], atol=0.1)
    assert not np.allclose(spots[0], engine.colorize(plain).chroma[16, 48], atol=2)
