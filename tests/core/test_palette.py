"""Palettes from pictures, matched, measured and brought to length."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import numpy as np
import pytest

from core.color import delta_e2000
from core.guidance import Swatch
from core.palette import distance, from_photo, from_pixels, lab_of, match, swatches_of, with_length
from core.photo import load_photo

FLAG = tuple(map(Swatch.from_hex, ("#c81e28", "#f0f0e6", "#1e3c96")))


def striped(swatches: tuple[Swatch, ...], rows: tuple[int, ...]) -> np.ndarray:
    colors = np.array([[one.r, one.g, one.b] for one in swatches]) * 255
    return np.repeat(np.rint(colors).astype(np.uint8), rows, axis=0)[:, None].repeat(20, axis=1)


def test_a_flag_gives_its_colours_and_their_shares() -> None:
    found = from_pixels(striped(FLAG, (30, 50, 20)), 3)
    assert [one.hex for one in found.swatches] == ["#f0f0e6", "#c81e28", "#1e3c96"]
    assert found.weights == pytest.approx((0.5, 0.3, 0.2))


def test_a_picture_of_few_colours_gives_few() -> None:
    assert len(from_pixels(striped(FLAG[:1], (10,)), 6).swatches) == 1
    with pytest.raises(ValueError, match="without pixels"):
        from_pixels(np.zeros((0, 0, 3), np.uint8))


@pytest.mark.parametrize("count", [2, 5, 10])
def test_a_photo_gives_as_many_as_asked_apart_from_each_other_and_always_the_same(
    samples: dict[str, Path], count: int
) -> None:
    photo = load_photo(samples["coffee"])
    found = from_photo(photo, count)
    assert len(found.swatches) == len(found.weights) == count
    assert sum(found.weights) == pytest.approx(1)
    assert list(found.weights) == sorted(found.weights, reverse=True)
    lab = lab_of(found.swatches)
    apart = delta_e2000(lab[:, None], lab[None]) + 100 * np.eye(count)
    assert apart.min() > 3
    assert from_photo(photo, count) == found


def test_matching_is_the_cheapest_of_all_assignments() -> None:
    rng = np.random.default_rng(5)
    for count in (2, 4, 6):
        one, other = (swatches_of(rng.uniform((20, -30, -30), (90, 30, 30), (count, 3))) for _ in range(2))
        cost = delta_e2000(lab_of(one)[:, None], lab_of(other)[None])
        best = min(sum(cost[i, p[i]] for i in range(count)) for p in permutations(range(count)))
        assert sum(cost[i, j] for i, j in enumerate(match(one, other))) == pytest.approx(best, rel=1e-5)


def test_partners_are_shared_only_when_they_run_out() -> None:
    assert match(FLAG, tuple(reversed(FLAG))) == (2, 1, 0)
    reddish = (*FLAG, Swatch.from_hex("#c02828"))
    assert match(reddish, FLAG) == (0, 1, 2, 0)
    assert len(set(match(FLAG[:2], reddish))) == 2
    assert match((), FLAG) == ()
    with pytest.raises(ValueError, match="empty"):
        match(FLAG, ())


def test_distance_is_nought_for_the_same_colours_in_any_order() -> None:
    assert distance(FLAG, tuple(reversed(FLAG))) == 0
    assert distance(FLAG, FLAG[:2]) == distance(FLAG[:2], FLAG) > 0


def test_length_is_made_by_repeating_or_by_keeping_the_telling_ones() -> None:
    assert with_length(FLAG, 7) == FLAG + FLAG + FLAG[:1]
    crowd = (*FLAG, *(Swatch.from_hex(f"#1e3c{tail:02x}") for tail in range(0x90, 0x9c)))
    kept = with_length(crowd, 3)
    assert [crowd.index(one) < 2 for one in kept] == [True, True, False]
    assert len(with_length(tuple(Swatch(at / 9999, 0.5, 0.5) for at in range(10_000)), 6)) == 6
    assert with_length((FLAG[0],) * 9, 4) == (FLAG[0],) * 4
    with pytest.raises(ValueError, match="empty"):
        with_length((), 3)
