"""Ways to colour by a reference, judged with three kinds of references."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from models.runtime import open_guided
from models.training.data import Photos, Record, to_lab8
from models.training.reference_ways import (
    GATES,
    KINDS,
    reference_marks,
    reference_table,
    reference_ways,
    references,
    tokens,
)

SIZE = 64, 96


@pytest.fixture(scope="module")
def photos(samples: dict[str, Path]) -> Photos:
    """Two photos that are filed under one word, and one alone."""
    planes, records = [], []
    for at, (name, words) in enumerate((("coffee", "cup"), ("astronaut", "cup"), ("rocket", ""))):
        rgb = cv2.resize(cv2.imread(str(samples[name])), SIZE[::-1], interpolation=cv2.INTER_AREA)[..., ::-1]
        planes.append(np.dstack([to_lab8(np.ascontiguousarray(rgb)), np.full(SIZE, 255, np.uint8)]))
        records.append(Record("pack", name, "test", "none", "", words, *SIZE, at * SIZE[0] * SIZE[1] * 4))
    return Photos(np.concatenate([plane.ravel() for plane in planes]), records)


def test_references_are_the_same_every_time_and_of_three_kinds(photos: Photos) -> None:
    first, again = references(photos)(0), references(photos)(0)
    assert tuple(first) == KINDS and all(np.array_equal(first[kind], again[kind]) for kind in KINDS)
    assert np.allclose(first["related"][..., 1:], references(photos)(0)["related"][..., 1:])
    assert "related" not in references(photos)(2), "it has no fellow"


def test_every_way_answers_and_the_table_has_a_row_of_each(photos: Photos) -> None:
    runner = open_guided("cpu")
    ways = reference_ways(runner)
    assert set(GATES) < set(ways) and "gray2color" not in ways and "guided, match" not in reference_ways(None)
    marks = reference_marks(photos, ways, most=2)
    for name, row in marks.items():
        assert len(row["warped self"]) == 2 and len(row["related"]) == 1 and row["ms"] >= 0, name
        assert all(0 <= like <= 1 and error >= 0 for kind in KINDS for like, error, *_ in row[kind])
    mean = {name: np.mean(row["warped self"], 0) for name, row in marks.items()}
    for name in ("guided, match", "colour statistics (Reinhard)", "optimal transport"):
        assert mean[name][1] < 0.8 * mean["grey"][1], name
        assert mean[name][0] > mean["grey"][0], name
    text = reference_table(photos, None, None, most=2)
    assert text.startswith("## References") and "| optimal transport |" in text and "2 warped self, 1 related" in text


def test_tokens_weigh_as_in_the_program(photos: Photos) -> None:
    lab, runner = references(photos)(0)["unrelated"], open_guided("cpu")
    assert (tokens(runner, lab, 1.0)[:, -3] == 1).all() and (tokens(runner, lab, 0.0)[:, -2] == 1).all()
    both = tokens(runner, lab, 0.25)
    assert set(np.unique(both[:, -3])) == {0.25, 0.75}
