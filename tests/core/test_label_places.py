"""A name stands inside its region, where there is most room."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from core.label_places import name_places
from core.labels import UNSURE


def test_each_region_has_one_place_in_its_middle() -> None:
    labels = np.full((40, 60), 7, np.uint8)
    labels[10:21, 30:51] = 9
    labels[2:5, 2:5] = 9
    places = name_places(labels, smallest=5)
    assert [(place.label, place.area) for place in places] == [(7, 40 * 60 - 231 - 9), (9, 231), (9, 9)]
    assert places[1].y == 15.5 and 35 < places[1].x < 46 and places[1].radius == 6
    assert (places[2].x, places[2].y) == (3.5, 3.5)
    assert name_places(labels, smallest=10) == places[:2]


@settings(max_examples=50)
@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12),
                  elements=st.sampled_from([1, 2, UNSURE])))  # fmt: skip
def test_every_place_lies_on_its_label_and_undecided_ones_have_none(labels: np.ndarray) -> None:
    places = name_places(labels)
    assert all(labels[int(place.y), int(place.x)] == place.label != UNSURE for place in places)
    assert sum(place.area for place in places) == np.count_nonzero(labels != UNSURE)
