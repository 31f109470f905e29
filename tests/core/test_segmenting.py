"""From probabilities to labels, and the sweeping of specks."""

from __future__ import annotations

import numpy as np

from core.segmenting import labels_from_probabilities, merge_specks


def test_probabilities_are_enlarged_before_they_are_decided() -> None:
    """Two pixels: label 0 fades from 0.9 to 0.2, so that the border lies at 4/7 of the way between them."""
    low = np.array([[[0.9, 0.2]], [[0.1, 0.8]]], np.float32)
    labels, confidence = labels_from_probabilities(low, (1, 200))
    border = int(np.flatnonzero(labels[0])[0])
    assert abs(border - (50 + 100 * 4 / 7)) <= 1
    assert confidence.min() >= 0.5 and labels.shape == confidence.shape == (1, 200)


def test_confidence_is_the_winning_probability() -> None:
    scores = np.random.default_rng(0).random((60, 12, 9), np.float32)
    scores /= scores.sum(axis=0)
    labels, confidence = labels_from_probabilities(scores, (12, 9))
    np.testing.assert_array_equal(labels, scores.argmax(axis=0))
    np.testing.assert_allclose(confidence, scores.max(axis=0), rtol=1e-6)


def test_specks_join_what_surrounds_them() -> None:
    labels = np.full((40, 60), 5, np.uint8)
    labels[:, 30:] = 9
    clean = labels.copy()
    labels[10:12, 10:12] = 7
    labels[20:22, 50] = 3
    np.testing.assert_array_equal(merge_specks(labels, 4), clean)
    np.testing.assert_array_equal(labels[10:12, 10:12], 7)  # the argument is left alone


def test_regions_above_the_size_of_a_speck_stay() -> None:
    labels = np.full((40, 60), 5, np.uint8)
    labels[10:12, 10:13] = 7
    assert (merge_specks(labels, 5) == 7).sum() == 6


def test_a_map_of_nothing_but_specks_stays_as_it_is() -> None:
    labels = np.arange(25, dtype=np.uint8).reshape(5, 5)
    np.testing.assert_array_equal(merge_specks(labels, 3), labels)


def test_small_photos_have_no_specks() -> None:
    scores = np.zeros((2, 1, 3), np.float32)
    scores[0], scores[1, 0, 1] = 0.5, 0.9
    assert labels_from_probabilities(scores, (1, 3))[0].tolist() == [[0, 1, 0]]
