"""Rules of labels: swatch or range, how strongly, exactly or not; other labels are none of their business."""

from __future__ import annotations

import numpy as np
import pytest

from core.color import delta_e2000, gamut_map
from core.guidance import Rule, Swatch
from core.rules import apply_rules, exactness, swatch_chroma
from core.tones import range_chroma

GREEN, PALE = Swatch.from_hex("#4f7942"), Swatch.from_hex("#cfe3b8")
HERE, THERE = 7, 9


@pytest.fixture
def photo() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Chroma, light and labels of 24x32 pixels: HERE on the left, THERE on the right."""
    chance = np.random.default_rng(3)
    chroma = chance.normal(scale=8, size=(24, 32, 2)).astype(np.float32)
    labels = np.full((24, 32), HERE, np.uint8)
    labels[:, 20:] = THERE
    return chroma, chance.uniform(35, 75, (24, 32)).astype(np.float32), labels


@pytest.mark.parametrize("rule", [
    Rule(HERE), Rule(HERE, GREEN, strength=0.0), Rule(HERE, GREEN, swatch_light=PALE, strength=0.0),
    Rule(99, GREEN, exact=True),
])  # fmt: skip
def test_a_rule_that_wants_nothing_gives_the_very_same_array(photo, rule: Rule) -> None:
    assert apply_rules(*photo, [rule]) is photo[0]


@pytest.mark.parametrize("rule", [
    Rule(HERE, GREEN), Rule(HERE, GREEN, exact=True), Rule(HERE, chroma_gain=1.5), Rule(HERE, hue_shift=40.0),
    Rule(HERE, temperature=30.0), Rule(HERE, tint=-30.0), Rule(HERE, GREEN, swatch_light=PALE),
])  # fmt: skip
def test_other_labels_keep_their_colours_to_the_bit(photo, rule: Rule) -> None:
    before = photo[0].copy()
    changed = apply_rules(*photo, [rule])
    np.testing.assert_array_equal(photo[0], before)
    np.testing.assert_array_equal(changed[:, 20:], before[:, 20:])
    assert np.abs(changed[:, :20] - before[:, :20]).max() > 1


def test_temperature_and_tint_shift_a_label_with_or_without_a_swatch(photo) -> None:
    for swatch in (None, GREEN):
        plain = apply_rules(*photo, [Rule(HERE, swatch)])
        moved = apply_rules(*photo, [Rule(HERE, swatch, tint=25.0)])
        np.testing.assert_allclose((moved - plain)[:, :20], np.broadcast_to([10, 0], (24, 20, 2)), atol=1e-4)


def test_a_range_wants_dark_pixels_dark_green_and_light_ones_pale(photo) -> None:
    chroma, light, labels = photo
    ranged = apply_rules(0 * chroma, light, labels, [Rule(HERE, GREEN, swatch_light=PALE)])
    region = labels == HERE
    np.testing.assert_allclose(ranged[region], range_chroma((GREEN, PALE), light[region]), atol=1e-4)
    np.testing.assert_allclose(ranged[region][light[region].argmin()], swatch_chroma(GREEN), atol=1e-4)
    assert np.hypot(*ranged[region][light[region].argmax()]) < np.hypot(*swatch_chroma(GREEN)) - 5


@pytest.mark.parametrize("rule", [Rule(HERE, GREEN, exact=True), Rule(HERE, GREEN, exact=True, tint=80.0),
                                  Rule(HERE, GREEN, swatch_light=PALE, exact=True)])  # fmt: skip
def test_exact_is_met_whatever_else_the_rule_says(photo, rule: Rule) -> None:
    _, light, labels = photo
    changed = apply_rules(*photo, [rule])
    (fit,) = exactness(changed, light, labels, [rule, Rule(THERE, GREEN), Rule(50, GREEN, exact=True)])
    assert fit.label == HERE and fit.error < 0.5
    play = changed[labels == HERE] - changed[labels == HERE].mean(axis=0)
    assert np.hypot(*play.T).mean() > 4  # the play of colour inside is still there


def test_an_exact_swatch_is_met_over_shadows_and_lights_that_cannot_wear_it(photo) -> None:
    chroma, _, labels = photo
    light = np.tile(np.linspace(3, 97, 32, dtype=np.float32), (24, 1))
    blue = Rule(HERE, Swatch.from_hex("#2f5f9f"), exact=True)
    (fit,) = exactness(apply_rules(chroma, light, labels, [blue]), light, labels, [blue])
    region = labels == HERE
    clipped = gamut_map(light[region], np.broadcast_to(swatch_chroma(blue.swatch), (region.sum(), 2)))
    mean = light[region].mean()
    naive = delta_e2000(np.float32([mean, *clipped.mean(axis=0)]), np.float32([mean, *swatch_chroma(blue.swatch)]))
    assert fit.error <= 1 < naive


def test_every_region_of_the_label_is_met_by_itself(photo) -> None:
    """Two soldiers, one of them coloured red by the network: one uniform is one green."""
    chroma, light, labels = photo
    labels[:, 9:12] = THERE
    chroma[:, :9] += (30, 10)
    labels[3, 25], labels[9, 27] = HERE, HERE  # and crumbs
    rule = Rule(HERE, GREEN, exact=True)
    changed = apply_rules(chroma, light, labels, [rule])
    for columns in (slice(0, 9), slice(12, 20)):
        seen = gamut_map(light[:, columns], changed[:, columns]).mean(axis=(0, 1))
        np.testing.assert_allclose(seen, swatch_chroma(GREEN), atol=0.3)
    (fit,) = exactness(changed, light, labels, [rule])
    assert fit.error < 0.5
    changed[:, :9] += 10
    assert exactness(changed, light, labels, [rule])[0].error > 5


def test_a_swatch_that_does_not_exist_at_this_light_is_told_apart_from_one_that_is_missed(photo) -> None:
    chroma, _, labels = photo
    light = np.full((24, 32), 93, np.float32)
    blue = Rule(HERE, Swatch.from_hex("#0000ff"), exact=True)
    (fit,) = exactness(apply_rules(chroma, light, labels, [blue]), light, labels, [blue])
    assert fit.best > 5 and fit.error == pytest.approx(fit.best, abs=0.5)
