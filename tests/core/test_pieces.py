"""The tree of a photo's pieces: each joined of two neighbours, the dearest joins on top, every place in a chain."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.photo import load_photo
from core.pieces import Pieces, cut


@pytest.fixture(scope="module")
def tree(samples: dict[str, Path]) -> Pieces:
    return cut(load_photo(samples["coffee"]).small_luminance(240), count=150)


def test_pieces_join_two_by_two_until_the_whole_photo_is_one(tree: Pieces) -> None:
    number = len(tree.rank)
    assert len(tree.parent) == 2 * number - 1
    assert (np.bincount(tree.parent[:-1], minlength=2 * number - 1)[number:] == 2).all()
    assert tree.parent[-1] == -1 and tree.area[-1] == tree.ids.size
    assert (tree.cost[tree.parent[:-1]] >= tree.cost[:-1]).all() and (tree.cost[:number] == 0).all()


def test_the_pieces_around_a_place_lie_in_each_other(tree: Pieces) -> None:
    chain = tree.chain(0.53, 0.45)
    row, column = int(0.45 * tree.ids.shape[0]), int(0.53 * tree.ids.shape[1])
    masks = [tree.mask([node]) for node in chain]
    assert chain[0] == tree.ids[row, column] and masks[-1].all()
    for node, mask, above in zip(chain, masks, masks[1:]):
        assert mask[row, column] and not (mask & ~above).any()
        assert mask.sum() == tree.area[node]


def test_a_joined_piece_hangs_together(tree: Pieces) -> None:
    for node in range(len(tree.rank), len(tree.parent)):
        parts, _ = cv2.connectedComponents(tree.mask([node]).view(np.uint8), connectivity=8)
        assert parts == 2  # nothing, and the piece


def test_several_pieces_make_one_mask(tree: Pieces) -> None:
    assert np.array_equal(tree.mask([3, 70]), (tree.ids == 3) | (tree.ids == 70))


def test_what_a_network_sees_parts_what_light_does_not() -> None:
    features = np.zeros((20, 30, 4), np.float32)
    features[:, :15, 0], features[:, 15:, 1] = 1, 1
    flat = np.random.default_rng(5).normal(50, 1, (120, 180)).astype(np.float32)
    tree = cut(flat, features, count=60)
    halves = [tree.mask([node]) for node in np.flatnonzero(tree.parent == len(tree.parent) - 1)]
    left = max(halves, key=lambda mask: mask[:, :60].mean())
    assert left[:, :84].all() and not left[:, 96:].any()


def test_a_photo_without_anything_in_it_is_one_piece_at_least() -> None:
    tree = cut(np.full((12, 9), 50, np.float32), count=900)
    assert tree.mask([len(tree.parent) - 1]).all() and tree.chain(0.99, 0.99)
