"""What is told of a label: mean light, the colour seen, and how well an exact rule is met."""

from __future__ import annotations

import numpy as np
import pytest

from core.color import delta_e2000, rgb_to_lab
from core.engine import Engine
from core.guidance import Rule, Swatch
from core.label_facts import label_facts
from tests.core.fakes import GRASS, SKY, FakeModels, request_for

GREEN = Swatch.from_hex("#4a7d45")


def halves() -> np.ndarray:
    labels = np.full((24, 32), SKY)
    labels[12:] = GRASS
    return labels


def test_light_and_colour_are_the_means_of_the_labels_pixels() -> None:
    request = request_for(labels=halves())
    result = Engine(models=FakeModels()).colorize(request)
    light = request.luminance.array
    for label, rows in ((SKY, slice(0, 12)), (GRASS, slice(12, 24))):
        facts = label_facts(result, label)
        assert facts.light == pytest.approx(float(light[rows].mean()), abs=1e-3)
        assert rgb_to_lab(np.float32([facts.color.r, facts.color.g, facts.color.b]))[0] == pytest.approx(
            facts.light, abs=0.6
        )
        assert facts.exactness is None
    sky, grass = (label_facts(result, label).color for label in (SKY, GRASS))
    assert sky != grass


def test_an_exact_rule_is_told_with_its_difference_and_its_swatch_is_what_is_seen() -> None:
    request = request_for(labels=halves(), rules=(Rule(GRASS, GREEN, exact=True),))
    facts = label_facts(Engine(models=FakeModels()).colorize(request), GRASS)
    assert facts.exactness.label == GRASS and facts.exactness.error < 2
    seen = rgb_to_lab(np.float32([facts.color.r, facts.color.g, facts.color.b]))
    wanted = rgb_to_lab(np.float32([GREEN.r, GREEN.g, GREEN.b]))
    wanted[0] = seen[0]
    assert delta_e2000(seen, wanted) == pytest.approx(facts.exactness.error, abs=1.0)


def test_a_label_that_is_nowhere_and_a_photo_without_labels_have_no_facts() -> None:
    engine = Engine(models=FakeModels())
    assert label_facts(engine.colorize(request_for(labels=halves())), 3) is None
    assert label_facts(engine.colorize(request_for()), SKY) is None
