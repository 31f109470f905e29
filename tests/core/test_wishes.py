"""Wishes the colorizer did not take: palette, hints and rules on its chroma, one after the other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.engine import Engine
from core.guidance import Guidance, Hint, Rule, Settings, Swatch
from core.hints import met
from core.palette import lab_of
from core.rules import apply_rules, exactness, swatch_chroma
from core.wishes import MOST_SWATCHES, carry_out
from tests.core.fakes import SKY, FakeModels, request_for

RED, BLUE = Swatch.from_hex("#b03030"), Swatch.from_hex("#3050b0")
HINT = Hint(((0.5, 0.5),), RED, radius=0.1)
LABELS = np.full((24, 32), SKY)


@pytest.fixture
def chroma() -> np.ndarray:
    return np.random.default_rng(1).normal(scale=20, size=(24, 32, 2)).astype(np.float32)


def light() -> np.ndarray:
    return request_for().luminance.array


def test_without_wishes_the_same_array_comes_back(chroma: np.ndarray) -> None:
    labels = LABELS.astype(np.uint8)
    assert carry_out(chroma, light(), labels, Guidance())[0] is chroma
    guidance = Guidance(rules=(Rule(SKY, hue_shift=20.0),), settings=Settings(vividness=1.4))
    wished, notes = carry_out(chroma, light(), labels, guidance)
    np.testing.assert_array_equal(wished, apply_rules(chroma * np.float32(1.4), light(), labels, guidance.rules))
    assert notes == ()


def test_a_palette_draws_the_colours_and_says_what_it_left(chroma: np.ndarray) -> None:
    nothing_of_it = Swatch.from_hex("#00ff00")
    guidance = Guidance(palette=(BLUE, nothing_of_it), settings=Settings(palette_strength=1.0))
    bluish = (chroma * 0.1 + swatch_chroma(BLUE)).astype(np.float32)
    drawn, notes = carry_out(bluish, light(), LABELS.astype(np.uint8), guidance)
    wish = lab_of([BLUE])[0, 1:]
    assert np.abs(drawn - wish).mean() < np.abs(bluish - wish).mean() / 2
    assert len(notes) == 1 and "#00ff00" in notes[0] and BLUE.hex not in notes[0]


def test_a_grey_palette_is_one_sentence_and_takes_the_colours_away(chroma: np.ndarray) -> None:
    greys = tuple(Swatch(part, part, part) for part in (0.1, 0.5, 0.9))
    guidance = Guidance(palette=greys, settings=Settings(palette_strength=1.0))
    drawn, notes = carry_out(chroma, light(), LABELS.astype(np.uint8), guidance)
    assert np.abs(drawn).max() < 0.1
    assert len(notes) == 1 and "grey" in notes[0] and notes[0].endswith(".")
    assert carry_out(chroma, light(), LABELS.astype(np.uint8), Guidance(palette=(*greys, BLUE)))[1] != notes


def test_a_palette_of_ten_thousand_is_worked_with_and_said(chroma: np.ndarray) -> None:
    colors = np.random.default_rng(2).random((10_000, 3))
    palette = tuple(Swatch(*map(float, color)) for color in colors)
    drawn, notes = carry_out(chroma, light(), LABELS.astype(np.uint8), Guidance(palette=palette))
    assert drawn.shape == chroma.shape and f"10,000 colours {MOST_SWATCHES}" in notes[0]


@pytest.mark.parametrize("changes", [{}, {"palette": (BLUE,)}, {"settings": Settings(vividness=2.5)}])
def test_a_hint_is_met_whatever_else_is_wished(changes: dict) -> None:
    request = request_for(labels=LABELS, hints=(HINT,), **changes)
    result = Engine(models=FakeModels()).colorize(request)
    fit = met(HINT, result.chroma, light(), LABELS.astype(np.uint8))
    assert fit.error <= fit.best + 0.01


def test_vividness_counts_once_where_no_hint_reaches() -> None:
    labels = LABELS.copy()
    labels[:, 24:] = 7
    engine = Engine(models=FakeModels())
    vivid = {"labels": labels, "settings": Settings(vividness=2.0)}
    plain = engine.colorize(request_for(**vivid)).chroma
    hinted = engine.colorize(request_for(**vivid, hints=(HINT,))).chroma
    np.testing.assert_allclose(hinted[:, 24:], plain[:, 24:], atol=1e-3)


def test_wishes_are_part_of_the_request_and_ask_no_network_twice() -> None:
    models = FakeModels()
    engine = Engine(models=models)
    plain = request_for(labels=LABELS)
    first = engine.colorize(plain)
    for asked, changes in enumerate(({"palette": (RED,)}, {"hints": (HINT,)}), start=2):
        other = replace(plain.guidance, **changes)
        for guidance in (other, replace(other, settings=Settings(vividness=1.5))):
            assert not np.array_equal(engine.colorize(replace(plain, guidance=guidance)).chroma, first.chroma)
        assert models.guided.names().count("colorize") == asked, "the network is told what it takes, once"
    assert len(models.guided.asked.palette) == 0 and models.guided.asked.hints[..., 2].any()
    np.testing.assert_array_equal(engine.colorize(plain).chroma, first.chroma)


def test_an_exact_swatch_is_met_with_the_bundled_network(samples: dict[str, Path]) -> None:
    from core.engine import Request
    from core.guidance import Plane
    from core.photo import load_photo

    photo = load_photo(samples["coffee"])
    plane = Plane(photo.small_luminance(128))
    request = Request(photo.key, plane, Guidance(), "guided", 128)
    engine = Engine("cpu")
    labels = engine.segment(request).labels
    label = int(np.bincount(labels.ravel()).argmax())
    wishes = Guidance(Plane(labels), (Rule(label, swatch=BLUE, exact=True),), (RED, Swatch.from_hex("#e9c46a")))
    result = engine.colorize(replace(request, guidance=wishes))
    (fit,) = exactness(result.chroma, plane.array, labels, wishes.rules)
    assert fit.label == label and fit.error <= 2
