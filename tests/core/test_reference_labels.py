"""The label map of a reference: as segmented, as put right, and its regions as outlines."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.asked import region_mask
from core.engine import Engine
from core.guidance import Graft, Guidance, Hint, Reference, Relabel, Rule, Spot, Swatch
from core.reference_labels import (
    MOST_CORNERS,
    label_at,
    outline_of,
    put_right,
    reference_labels,
    region_at,
    relabelled,
    relabels_of,
)
from core.references import bound, cleared, grafted, listed, removed, ungrafted, weighted
from tests.core.fakes import GRASS, SKY, FakeModels, request_for

MAP = np.full((40, 60), SKY, np.uint8)
MAP[20:] = GRASS
MAP[5:10, 5:10] = 3
RED = Swatch.from_hex("#d03020")


def test_a_reference_is_segmented_like_a_photo(tmp_path: Path) -> None:
    path = tmp_path / "reference.png"
    cv2.imwrite(str(path), np.random.default_rng(0).integers(0, 255, (40, 60, 3)).astype(np.uint8))
    labels = reference_labels(Engine(models=FakeModels()), request_for(), str(path))
    assert labels.shape == (40, 60) and labels[2, 30] == SKY and labels[38, 30] == GRASS


def test_what_is_put_right_is_the_region_around_a_place_one_after_the_other() -> None:
    after = put_right(MAP, [Relabel(0.5, 0.1, 8), Relabel(0.1, 0.2, 8), Relabel(0.9, 0.1, 9)])
    assert (after[:20] == 9).all() and (after[20:] == GRASS).all()
    assert label_at(MAP, 0.99, 0.99) == GRASS and label_at(MAP, 0.1, 0.2) == 3 and MAP[0, 0] == SKY


def test_the_outline_of_a_region_covers_it_and_no_more() -> None:
    for place in ((0.5, 0.9), (0.12, 0.18), (0.9, 0.1)):
        region = region_at(MAP, *place)
        back = region_mask(outline_of(region), MAP.shape)
        assert (back & region).sum() > 0.95 * region.sum() and (back & ~region).sum() <= 36
    wild = np.random.default_rng(0).random((120, 120)) > 0.2
    assert 3 <= len(outline_of(wild)) <= MOST_CORNERS and outline_of(np.zeros((5, 5), bool)) == ()


def test_relabels_stay_with_the_reference_whatever_becomes_of_its_weight() -> None:
    one = Relabel(0.2, 0.3, 7)
    listed = Guidance(references=(Reference("a.png", 0.5),))
    for guidance in (listed, Guidance(rules=(Rule(3, reference="a.png"),))):
        marked = Guidance(**{"rules": guidance.rules, **relabelled(guidance, "a.png", one)})
        assert relabels_of(marked, "a.png") == (one,) and relabels_of(marked, "b.png") == ()
        for change in (weighted(marked, "a.png", 0.0), bound(marked, "a.png", 3, only=True)):
            assert relabels_of(Guidance(**{"rules": marked.rules, **change}), "a.png") == (one,)
    assert Guidance.from_dict(marked.to_dict()) == marked


@pytest.mark.parametrize("away", [lambda guidance: removed(guidance, "a.png"), cleared])
def test_with_a_reference_go_its_regions_and_its_point_pairs(away) -> None:
    pair = Hint(((0.5, 0.5),), RED, spot=Spot("a.png", 0.1, 0.2))
    plain = Hint(((0.2, 0.5),), RED)
    region = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
    guidance = Guidance(hints=(pair, plain), references=(Reference("a.png"),), grafts=(Graft(region, "a.png"),),
                        rules=(Rule(3, reference="a.png", region=region),))  # fmt: skip
    assert Guidance.from_dict(guidance.to_dict()) == guidance
    assert away(guidance) == {"references": (), "rules": (), "hints": (plain,), "grafts": ()}


def test_a_graft_is_listed_replaced_in_its_place_and_taken_away_without_being_forgotten() -> None:
    place, other = ((0.0, 0.0), (0.5, 0.0), (0.5, 0.5)), ((0.5, 0.5), (1.0, 0.5), (1.0, 1.0))
    guidance = Guidance(**grafted(Guidance(), Graft(place, "a.png")))
    guidance = Guidance(**grafted(guidance, Graft(place, "a.png", other)))
    assert guidance.grafts == (Graft(place, "a.png", other),)
    assert [(one.path, one.on, one.regions) for one in listed(guidance)] == [("a.png", False, 1)]
    freed = Guidance(**ungrafted(guidance, "a.png"))
    assert freed.grafts == () and [(one.path, one.on) for one in listed(freed)] == [("a.png", False)]


def test_a_region_is_bound_and_bound_anew() -> None:
    region = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))
    part = bound(Guidance(), "a.png", 3, region=region)
    assert part["rules"] == (Rule(3, reference="a.png", region=region),)
    assert bound(Guidance(**part), "a.png", 3)["rules"] == (Rule(3, reference="a.png"),)
