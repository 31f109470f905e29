"""Holes take what is nearest; what is no hole stays."""

from __future__ import annotations

import numpy as np
import pytest

from models.nearest import from_nearest


@pytest.mark.parametrize("kind", [np.uint8, np.int32])
def test_a_hole_takes_what_is_nearest(kind):
    numbers = np.zeros((5, 9), kind)
    numbers[:, :2], numbers[:, 7:] = 3, 8
    filled = from_nearest(numbers, numbers == 0)
    assert filled.dtype == kind
    assert (filled[:, :4] == 3).all() and (filled[:, 5:] == 8).all() and set(np.unique(filled)) == {3, 8}


def test_without_holes_or_without_anything_else_it_stays():
    numbers = np.arange(6, dtype=np.uint8).reshape(2, 3)
    assert np.array_equal(from_nearest(numbers, np.zeros((2, 3), bool)), numbers)
    assert np.array_equal(from_nearest(numbers, np.ones((2, 3), bool)), numbers)
