"""The bundled network in the engine: no guidance, every kind of it, all together, contradictions, sizes, tries."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core.chroma import render
from core.color import rgb_to_lab
from core.engine import Engine, Request
from core.guidance import Guidance, Hint, Plane, Reference, Rule, Settings, Swatch
from core.photo import Photo
from core.rules import swatch_chroma
from tests.core.fakes import GRASS, SKY

RED, TEAL = Swatch.from_hex("#c02020"), Swatch.from_hex("#1f8a8a")
SHAPE = 64, 96
MIDDLE = Hint(((0.5, 0.5),), RED, 0.06, exact=True)
LABELS = np.full(SHAPE, GRASS, np.uint8)
LABELS[:24] = SKY


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine("cpu")


@pytest.fixture(scope="module")
def luminance(samples: dict[str, Path]) -> Plane:
    gray = cv2.imread(str(samples["coffee"]), cv2.IMREAD_GRAYSCALE)
    return Plane(cv2.resize(gray, SHAPE[::-1], interpolation=cv2.INTER_AREA).astype(np.float32) / 2.55)


@pytest.fixture(scope="module")
def reference(samples: dict[str, Path]) -> Reference:
    return Reference(str(samples["rocket"]))


def ask(luminance: Plane, **guidance: object) -> Request:
    return Request("photo", luminance, Guidance(**guidance), "guided", max(luminance.shape))


def labelled(luminance: Plane, **guidance: object) -> Request:
    return ask(luminance, labels=Plane(LABELS), **guidance)


def moved(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.hypot(*np.moveaxis(one - other, -1, 0)).mean())


def test_without_any_guidance_there_are_colours(engine: Engine, luminance: Plane) -> None:
    result = engine.colorize(ask(luminance))
    assert result.chroma.shape == (*SHAPE, 2) and np.isfinite(result.chroma).all()
    assert moved(result.chroma, np.zeros_like(result.chroma)) > 1


@pytest.mark.parametrize("kind", ["labels", "palette", "hints", "references", "rules", "settings"])
def test_every_kind_of_guidance_is_seen_by_itself(
    engine: Engine, luminance: Plane, reference: Reference, kind: str
) -> None:
    given = {
        "labels": Plane(np.full(SHAPE, SKY, np.uint8)), "palette": (RED, TEAL), "hints": (MIDDLE,),
        "references": (reference,), "rules": (Rule(SKY, TEAL), Rule(GRASS, RED)), "settings": Settings(vividness=0.2),
    }[kind]  # fmt: skip
    plain = labelled(luminance) if kind == "rules" else ask(luminance)
    guided = replace(plain, guidance=replace(plain.guidance, **{kind: given}))
    assert moved(engine.colorize(guided).chroma, engine.colorize(plain).chroma) > 0.3


def test_all_kinds_together_and_the_same_again_from_another_engine(
    engine: Engine, luminance: Plane, reference: Reference
) -> None:
    request = labelled(
        luminance, palette=(RED, TEAL), hints=(MIDDLE,), references=(reference,), rules=(Rule(SKY, TEAL, seed=2),),
        settings=Settings(seed=1),
    )  # fmt: skip
    first, again = engine.colorize(request), Engine("cpu").colorize(request)
    assert first.chroma.tobytes() == again.chroma.tobytes()
    assert np.isfinite(first.chroma).all() and first.notes == again.notes


@pytest.mark.parametrize("seed", [0, 2])
@pytest.mark.parametrize("says", ["rule", "hint", "palette"])
def test_the_label_says_grass_and_red_is_said_and_red_it_is(
    engine: Engine, luminance: Plane, says: str, seed: int
) -> None:
    settings = Settings(seed=seed, palette_strength=1.0)
    guidance = {
        "rule": {"rules": (Rule(GRASS, RED, exact=True),)}, "hint": {"hints": (MIDDLE,)}, "palette": {"palette": (RED,)}
    }[says]  # fmt: skip
    chroma = engine.colorize(labelled(luminance, settings=settings, **guidance)).chroma
    spot = chroma[30:35, 46:51] if says == "hint" else chroma[28:]
    a, b = spot.mean((0, 1))
    wanted = swatch_chroma(RED)
    assert a > 0.4 * wanted[0] and abs(np.degrees(np.arctan2(b, a) - np.arctan2(*wanted[::-1]))) < 20


def test_tries_differ_to_the_eye_and_the_first_is_the_plain_answer(engine: Engine, luminance: Plane) -> None:
    seeds = [engine.colorize(labelled(luminance, settings=Settings(seed=seed))).chroma for seed in range(4)]
    assert seeds[0].tobytes() == engine.colorize(labelled(luminance)).chroma.tobytes()
    apart = [moved(one, other) for at, one in enumerate(seeds) for other in seeds[:at]]
    assert min(apart) > 2.5
    fullest = [np.percentile(np.hypot(*np.moveaxis(one, -1, 0)), 90) for one in seeds]
    assert max(fullest) < max(1.8 * fullest[0], 50)


def test_a_try_of_one_label_leaves_the_other_alone(engine: Engine, luminance: Plane) -> None:
    plain = engine.colorize(labelled(luminance)).chroma
    tried = engine.colorize(labelled(luminance, rules=(Rule(SKY, seed=1),))).chroma
    np.testing.assert_array_equal(tried[30:], plain[30:])
    assert moved(tried[:20], plain[:20]) > 2


def test_a_photo_of_one_pixel_has_its_colour_and_others(engine: Engine) -> None:
    dot = Plane(np.full((1, 1), 55, np.float32))
    for seed in (0, 1):
        result = engine.colorize(ask(dot, labels=Plane(np.full((1, 1), SKY, np.uint8)), settings=Settings(seed=seed)))
        assert result.chroma.shape == (1, 1, 2) and np.isfinite(result.chroma).all()


def test_a_photo_of_200_megapixels_is_coloured(engine: Engine) -> None:
    pixels = np.full((12_500, 16_000), 140, np.uint8)
    photo = Photo(None, pixels, None, None)
    luminance = Plane(photo.small_luminance(128))
    result = engine.colorize(Request(photo.key, luminance, Guidance(settings=Settings(seed=1)), "guided", 128))
    rgb = render(photo, result.chroma, scale=128 / 16_000)
    assert rgb.shape == (100, 128, 3) and result.chroma.shape == (100, 128, 2)
    light = rgb_to_lab(rgb.astype(np.float32) / 255)[..., 0]
    assert np.abs(light - luminance.array).max() < 0.5
