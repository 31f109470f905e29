"""Other tries: drawn by seed alone, apart from each other, never fuller than usual, and only where they are wanted."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core.guidance import Recipe, Rule, Settings, Swatch
from core.variants import PAGE, Tries, drawn, offered, page_of, seed_now, tries_of, varied, with_seed
from tests.core.fakes import GRASS, SKY

AXIS = np.linspace(-60, 60, 9, dtype=np.float32)
CENTERS = np.stack(np.meshgrid(AXIS, AXIS), axis=-1).reshape(-1, 2)
LABELS = np.full((32, 48), SKY, np.uint8)
LABELS[16:] = GRASS


def around(*colours: tuple[float, float], spread: float = 12.0) -> np.ndarray:
    """How likely each of CENTERS is (K,), heaped around some colours."""
    heaps = [np.exp(-np.square(CENTERS - colour).sum(1) / (2 * spread**2)) for colour in np.float32(colours)]
    likely = np.sum(heaps, axis=0)
    return (likely / likely.sum()).astype(np.float32)


def everywhere(likely: np.ndarray, shape: tuple[int, int] = (8, 12)) -> np.ndarray:
    return np.broadcast_to(likely[:, None, None], (len(likely), *shape)).copy()


SHARE = everywhere(around((30, 0), (0, 40), (-30, -15)))
PLAIN = np.tile(around((30, 0), (0, 40), (-30, -15)) @ CENTERS, (32, 48, 1)).astype(np.float32)


def test_seed_nought_is_the_very_answer() -> None:
    assert varied(PLAIN, SHARE, CENTERS, LABELS, Tries(0)) is PLAIN
    assert varied(PLAIN, SHARE, CENTERS, LABELS, Tries(3, ((SKY, 0), (GRASS, 0)))) is PLAIN


def test_the_same_seed_gives_the_same_bytes_and_another_another_colour() -> None:
    first, again, other = (varied(PLAIN, SHARE, CENTERS, LABELS, Tries(seed)) for seed in (1, 1, 2))
    assert first.tobytes() == again.tobytes() and first.dtype == np.float32
    assert np.hypot(*(first - other).mean((0, 1))) > 5


@pytest.mark.parametrize("page", range(4))
def test_the_tries_of_a_page_keep_clear_of_each_other_and_of_the_plain_answer(page: int) -> None:
    likely = around((0, 0), spread=30)
    colours = [likely @ CENTERS, *(drawn(likely, CENTERS, seed, SKY) for seed in offered(0, page))]
    apart = [np.hypot(*(one - other)) for at, one in enumerate(colours) for other in colours[:at]]
    assert min(apart) > 15


def test_no_colour_is_drawn_that_is_fuller_than_usual_or_hardly_possible() -> None:
    likely = around((20, 10), spread=15)
    likely[np.hypot(*(CENTERS - (-60, 60)).T).argmin()] = 0.001
    for seed in range(1, 40):
        colour = drawn(likely, CENTERS, seed, SKY)
        assert np.hypot(*colour) <= 1.5 * (likely @ np.hypot(*CENTERS.T)) + 1e-3
        assert likely[np.hypot(*(CENTERS - colour).T).argmin()] > 0.002


def test_a_label_alone_changes_alone() -> None:
    out = varied(PLAIN, SHARE, CENTERS, LABELS, Tries(0, ((GRASS, 2),)))
    assert (out[:11] == PLAIN[:11]).all()
    assert np.hypot(*(out[20:] - PLAIN[20:]).mean((0, 1))) > 5


def test_a_label_of_its_own_stays_as_it_is_when_the_photo_is_tried() -> None:
    alone = varied(PLAIN, SHARE, CENTERS, LABELS, Tries(0, ((SKY, 2),)))
    both = varied(PLAIN, SHARE, CENTERS, LABELS, Tries(1, ((SKY, 2),)))
    assert (both[:11] == alone[:11]).all() and (both[20:] != alone[20:]).any()


def test_what_can_have_one_colour_only_hardly_moves_and_the_rest_does() -> None:
    share = SHARE.copy()
    share[:, :, :6] = around((20, 20), spread=2)[:, None, None]
    plain = PLAIN.copy()
    plain[:, :24] = around((20, 20), spread=2) @ CENTERS
    moved = np.hypot(*np.moveaxis(varied(plain, share, CENTERS, LABELS, Tries(1)) - plain, -1, 0))
    assert moved[:, :16].max() < 3 < 8 < moved[:, 34:].mean()


@pytest.mark.parametrize("shape", [(1, 1), (1, 61), (33, 2)])
def test_photos_of_odd_shape_have_other_tries(shape: tuple[int, int]) -> None:
    labels, plain = np.full(shape, SKY, np.uint8), np.zeros((*shape, 2), np.float32)
    assert varied(plain, everywhere(around((30, 0), (0, 40)), (16, 16)), CENTERS, labels, Tries(1)).shape == plain.shape


def test_four_are_offered_and_the_present_one_gives_its_place_to_the_plain_answer() -> None:
    assert offered(0, 0) == (1, 2, 3) and offered(2, 0) == (1, 0, 3) and offered(2, 1) == (4, 5, 6)
    assert len(offered(0, 7)) == PAGE
    assert [page_of(seed) for seed in (0, 1, 3, 4)] == [0, 0, 0, 1]


def test_a_try_of_a_label_is_a_rule_and_one_of_the_photo_a_setting_that_ends_those() -> None:
    swatch = Swatch(1, 0, 0)
    recipe = with_seed(Recipe(rules=(Rule(GRASS, swatch),)), SKY, 4)
    assert recipe.rules == (Rule(GRASS, swatch), Rule(SKY, seed=4))
    assert (seed_now(recipe, SKY), seed_now(recipe, GRASS), seed_now(recipe)) == (4, 0, 0)
    whole = with_seed(with_seed(recipe, GRASS, 1), None, 5)
    assert whole == Recipe(rules=(Rule(GRASS, swatch),), settings=Settings(seed=5))
    assert with_seed(with_seed(whole, SKY, 2), SKY, 5) == whole
    assert with_seed(whole, SKY, 0).rules[-1] == Rule(SKY, seed=0)


def test_tries_go_through_json_and_older_recipes_have_none() -> None:
    recipe = with_seed(with_seed(Recipe(), None, 3), SKY, 0)
    assert Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe
    old = recipe.to_dict()
    del old["rules"][0]["seed"], old["settings"]["seed"]
    assert tries_of(Recipe.from_dict(old)) is None
