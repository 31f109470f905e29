"""The label prior: known colours for known labels, smooth in luminance."""

from __future__ import annotations

import numpy as np

from models.prior import apply_prior, load_prior


def test_common_labels_have_the_colours_everyone_expects():
    L = np.full((1, 3), 60, np.float32)
    sky, grass, food = apply_prior(L, np.array([[50, 36, 35]], np.uint8))[0]
    assert sky[1] < -10, "sky is blue"
    assert grass[0] < -8 and grass[1] > 15, "grass is green"
    assert food[0] > 8 and food[1] > 15, "food is warm"


def test_ids_beyond_the_labels_mean_not_said():
    L = np.full((1, 2), 40, np.float32)
    ab = apply_prior(L, np.array([[60, 255]], np.uint8))
    assert np.array_equal(ab[0, 0], ab[0, 1])


def test_between_two_bins_the_answer_lies_between():
    table = np.zeros((61, 3, 2), np.float32)
    table[7, :, 0] = [0, 10, 40]
    L = np.array([[0, 25, 50, 75, 100, 120]], np.float32)
    ab = apply_prior(L, np.full((1, 6), 7, np.uint8), table)
    assert np.allclose(ab[0, :, 0], [0, 5, 10, 25, 40, 40])


def test_the_table_covers_every_label_and_the_unsaid():
    table = load_prior()
    assert (
        table.shape[0] == 61
        and table.shape[2] == 2
        and np.isfinite(table).all()
        and np.abs(table).max() < 110
    )
