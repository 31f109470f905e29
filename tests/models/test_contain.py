"""Colour is taken back behind label edges that the light confirms, and left alone elsewhere."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.contain import BAND, contained, light_edges
from models.training.measures import spill

HEIGHT, WIDTH, MIDDLE = 48, 80, 40


@pytest.fixture
def smeared() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """ab of a red and a green half that run into each other, their labels, and L with an edge between them."""
    labels = np.full((HEIGHT, WIDTH), 36, np.uint8)
    labels[:, MIDDLE:] = 50
    ab = np.where(labels[..., None] == 36, np.float32([40, 20]), np.float32([-30, 30])).astype(np.float32)
    return cv2.blur(ab, (7, 1)), labels, np.where(labels == 36, 40, 70).astype(np.float32)


def test_what_crossed_an_edge_is_taken_back(smeared):
    ab, labels, L = smeared
    clean = contained(ab, labels, light_edges(L))
    assert np.allclose(clean[labels == 36], (40, 20), atol=0.01)
    assert np.allclose(clean[labels == 50], (-30, 30), atol=0.01)
    assert spill(ab, labels) > 0.15 and spill(clean, labels) < 0.01


def test_without_an_edge_in_the_light_the_transition_stays(smeared):
    ab, labels, _ = smeared
    assert contained(ab, labels, light_edges(np.full((HEIGHT, WIDTH), 50, np.float32))) is ab


def test_nothing_changes_away_from_edges(smeared):
    ab, labels, L = smeared
    ab = ab + np.random.default_rng(1).normal(0, 5, ab.shape).astype(np.float32)
    clean = contained(ab, labels, light_edges(L))
    away = abs(np.arange(WIDTH) + 0.5 - MIDDLE) > BAND + 1
    assert np.array_equal(clean[:, away], ab[:, away])
    assert not np.array_equal(clean[:, MIDDLE], ab[:, MIDDLE])


def test_a_label_thinner_than_the_band_keeps_its_colour(smeared):
    ab, labels, L = smeared
    labels[:, 20:23] = 7
    L[:, 20:23] = 90
    clean = contained(ab, labels, light_edges(L))
    assert np.array_equal(clean[:, 20:23], ab[:, 20:23]), "there is nothing beyond the band to take it from"


@pytest.mark.parametrize("size", [(1, 1), (1, 30), (7, 2)])
def test_any_size_and_any_labels_are_answered(size):
    rng = np.random.default_rng(2)
    ab, labels = rng.normal(0, 20, (*size, 2)).astype(np.float32), rng.integers(0, 60, size).astype(np.uint8)
    clean = contained(ab, labels, np.ones(size, np.float32))
    assert clean.shape == ab.shape and np.isfinite(clean).all()
