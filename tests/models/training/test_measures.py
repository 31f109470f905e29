"""Measures against what can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from models.training.cys import hue_agreement, hue_class
from models.training.measures import histogram_intersection, label_control, palette_distance, spill


def halves(left, right) -> np.ndarray:
    ab = np.zeros((64, 64, 2), np.float32)
    ab[:, :32], ab[:, 32:] = left, right
    return ab


def labels() -> np.ndarray:
    ids = np.full((64, 64), 1, np.uint8)
    ids[:, 32:] = 2
    return ids


def test_clean_edges_spill_nothing_and_a_shift_is_seen():
    ab = halves((40, 0), (-40, 0))
    assert spill(ab, labels()) == pytest.approx(0, abs=1e-5)
    shifted = np.roll(ab, 2, 1)
    shifted[:, :2] = (40, 0)  # the left colour reaches two pixels too far: two of the eight columns looked at
    assert spill(shifted, labels()) == pytest.approx(0.25, abs=0.08)


def test_without_edges_or_without_colour_there_is_no_spill_to_tell():
    assert np.isnan(spill(halves((40, 0), (-40, 0)), np.full((64, 64), 1, np.uint8)))
    assert np.isnan(spill(halves((0, 0), (0, 0)), labels()))


def test_label_control_is_one_for_the_prior_itself_and_none_for_the_deaf():
    from models.prior import apply_prior

    table = np.zeros((61, 5, 2), np.float32)
    table[1:60, :, 0] = np.linspace(-60, 60, 59)[:, None]
    L, rng = np.full((64, 64), 50.0), np.random.default_rng(0)
    assert label_control(lambda ids: apply_prior(L, ids, table), L, labels(), table, rng) == pytest.approx(1)
    assert label_control(lambda ids: halves((9, 9), (0, 0)), L, labels(), table, rng) == 0
    assert np.isnan(label_control(lambda ids: None, L, np.full((64, 64), 255, np.uint8), table, rng))


def test_a_palette_met_is_no_distance_away_and_what_is_left_over_is_counted():
    L = np.full((64, 64), 50.0)
    ab = halves((40, 0), (-40, 0))
    met = np.array([(50, 40, 0), (70, -40, 0)])
    assert palette_distance(L, ab, met) == (pytest.approx(0, abs=1e-6), 0)
    distance, unused = palette_distance(L, ab, np.array([(50, 40, 0), (50, 0, 90)]))
    assert distance > 5 and unused == 0
    assert palette_distance(L, halves((40, 0), (40, 0)), met)[1] == 0.5


def test_histograms_intersect_where_colours_are_shared():
    ab = halves((44, 0), (-44, 0))
    assert histogram_intersection(ab, ab[::2]) == pytest.approx(1)
    assert histogram_intersection(ab, halves((44, 0), (44, 0))) == pytest.approx(0.5)


def test_hues_are_told_apart_and_grey_is_its_own():
    colors = np.float32([[0.8, 0.2, 0.2], [0.2, 0.3, 0.8], [0.5, 0.5, 0.5]])
    assert len(set(hue_class(colors))) == 3 and hue_class(colors)[2] == 12
    assert hue_agreement(colors, colors[[0, 1, 0]]) == pytest.approx(2 / 3)
