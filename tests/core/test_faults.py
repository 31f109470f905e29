"""Faults in a drawn scene: what is planted is found, named and repaired; what is right is left alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core import faults
from core.engine import Engine
from core.errors import CheckpointError
from core.fault_tables import FILE, Counts, Tables, load_tables, place_of
from core.faults import FEW, Fault, find_faults, repaired
from core.label_sets import added, own_labels
from core.labels import UNSURE, default_label_set
from core.regions import region_of, regions
from tests.benchmarks.plant import KINDS, plant
from tests.core.fakes import FakeModels, request_for

SET = default_label_set()
SKY, GRASS, TREE, PERSON, SOFA = (SET.id(name) for name in ("sky", "grass", "tree", "person", "sofa"))
SHAPE = (150, 220)


def drawn() -> np.ndarray:
    """Sky over grass, a tree to the right and a person on the grass."""
    labels = np.full(SHAPE, SKY, np.uint8)
    labels[90:] = GRASS
    rows, columns = np.indices(SHAPE)
    labels[(columns - 170) ** 2 + (rows - 70) ** 2 < 38**2] = TREE
    labels[60:130, 50:72] = PERSON
    return labels


LIGHT_OF = {SKY: 85.0, GRASS: 48.0, TREE: 25.0, PERSON: 66.0}


@pytest.fixture(scope="module")
def luminance() -> np.ndarray:
    light = np.zeros(SHAPE, np.float32)
    for label, value in LIGHT_OF.items():
        light[drawn() == label] = value
    return light + np.random.default_rng(1).normal(0, 1, SHAPE).astype(np.float32)


@pytest.fixture(scope="module")
def probabilities() -> np.ndarray:
    """A network that is right, without being too sure of itself."""
    small = drawn()[2::4, 2::4]
    shares = np.full((len(SET), *small.shape), 0.3 / len(SET), np.float32)
    for label in LIGHT_OF:
        shares[label][small == label] += 0.7
    return shares


def overlap(fault: Fault, planted: np.ndarray) -> float:
    mask = fault.region.full(planted.shape)
    return float((mask & planted).sum() / (mask | planted).sum())


def test_a_clean_map_is_left_nearly_alone(luminance: np.ndarray, probabilities: np.ndarray) -> None:
    assert len(find_faults(drawn(), luminance, probabilities)) <= FEW


@pytest.mark.parametrize(("odds", "most"), [(-0.1, FEW), (0.1, 2 * FEW), (-4.1, 0)])
def test_a_third_place_is_shown_only_if_it_is_wrong_rather_than_right(
    odds: float, most: int, luminance: np.ndarray, probabilities: np.ndarray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(faults, "scores", lambda features, judge: np.full(len(features), odds))
    assert len(find_faults(drawn(), luminance, probabilities)) == most  # of the drawn scene's four regions


def test_a_portrait_that_the_network_sees_as_well_is_no_fault() -> None:
    labels, light = np.full(SHAPE, PERSON, np.uint8), np.random.default_rng(1).normal(60, 1, SHAPE).astype(np.float32)
    seen = np.full((len(SET), 38, 55), 0.5 / len(SET), np.float32)
    seen[PERSON] += 0.5
    assert not find_faults(labels, light, seen)
    seen[[PERSON, SKY]] = seen[[SKY, PERSON]]
    assert find_faults(labels, light, seen)[0].label == PERSON


def test_a_relabelled_region_comes_first_with_its_repair(luminance: np.ndarray, probabilities: np.ndarray) -> None:
    wrong = drawn()
    planted = wrong == TREE
    wrong[planted] = SOFA
    first = find_faults(wrong, luminance, probabilities)[0]
    assert overlap(first, planted) > 0.9
    assert (first.kind, first.label) == ("label", SOFA)
    assert "sofa" in first.reason.lower()
    assert first.repairs[0].text == "Make it tree" and first.repairs[-1].kind == "ignore"
    box, patch = repaired(wrong, first, first.repairs[0])
    wrong[box.slices] = patch
    assert (wrong == drawn()).mean() > 0.99
    assert (repaired(wrong, first, first.repairs[-1])[1] == wrong[first.box.grow(1).clip(*SHAPE).slices]).all()


@pytest.mark.parametrize("piece", [np.s_[60:130, 50:72], np.s_[80:100, 0:50]])
def test_a_piece_given_to_the_neighbour_is_found(
    piece: tuple, luminance: np.ndarray, probabilities: np.ndarray
) -> None:
    wrong = drawn()
    wrong[piece] = GRASS if (wrong[piece] != GRASS).any() else SKY
    planted = wrong != drawn()
    found = find_faults(wrong, luminance, probabilities)
    assert max(overlap(fault, planted) for fault in found) > 0.3


def test_one_thing_in_two_labels_is_said(luminance: np.ndarray, probabilities: np.ndarray) -> None:
    wrong = drawn()
    wrong[60:95, 50:72] = SOFA
    first = find_faults(wrong, luminance, probabilities)[0]
    assert overlap(first, wrong == SOFA) > 0.9 and first.kind == "split"
    assert first.reason == "Sofa and person are probably one thing here; no edge of the photo parts them."
    assert first.repairs[0].label == PERSON


def test_boxes_are_in_photo_pixels(luminance: np.ndarray, probabilities: np.ndarray) -> None:
    wrong = drawn()
    wrong[wrong == TREE] = SOFA
    large = wrong.repeat(5, 0).repeat(5, 1)
    first = find_faults(large, luminance, probabilities)[0]
    assert overlap(first, large == SOFA) > 0.9


def test_an_ignored_fault_stays_ignored(luminance: np.ndarray, probabilities: np.ndarray) -> None:
    wrong = drawn()
    wrong[wrong == TREE] = SOFA
    first, again = (find_faults(wrong, luminance, probabilities)[0] for _ in range(2))
    assert first.key == again.key
    rest = find_faults(wrong, luminance, probabilities, ignored={first.key})
    assert first.key not in [fault.key for fault in rest]


def test_labels_of_a_persons_own_are_named(luminance: np.ndarray, probabilities: np.ndarray) -> None:
    mine = added(own_labels(), "grandfather's armchair", SOFA).set
    wrong = drawn()
    wrong[wrong == TREE] = len(mine) - 1
    first = find_faults(wrong, luminance, probabilities, label_set=mine)[0]
    assert first.label == len(mine) - 1 and "armchair" in first.reason
    assert first.repairs[0].label == TREE


def test_an_undecided_map_has_no_faults(luminance: np.ndarray, probabilities: np.ndarray) -> None:
    assert find_faults(np.full(SHAPE, UNSURE, np.uint8), luminance, probabilities) == []


def usual_chroma(luminance: np.ndarray) -> np.ndarray:
    from models.prior import apply_prior

    return apply_prior(luminance, drawn())


def test_a_colour_that_no_sky_has_is_said(luminance: np.ndarray, probabilities: np.ndarray) -> None:
    chroma = usual_chroma(luminance)
    assert not {f.kind for f in find_faults(drawn(), luminance, probabilities, chroma=chroma)} & {"color", "spill"}
    chroma[drawn() == SKY] = (20, 70)
    found = [f for f in find_faults(drawn(), luminance, probabilities, chroma=chroma) if f.kind == "color"]
    assert found[0].label == SKY and found[0].reason == "Sky is rarely orange like this."


def test_chroma_that_runs_over_a_border_is_said(luminance: np.ndarray, probabilities: np.ndarray) -> None:
    chroma = usual_chroma(luminance)
    chroma[drawn() == SKY] = (-5, -25)
    chroma[drawn() == GRASS] = (-20, 40)
    chroma[80:90][drawn()[80:90] == SKY] = (-20, 40)
    found = [f for f in find_faults(drawn(), luminance, probabilities, chroma=chroma) if f.kind == "spill"]
    assert found and found[0].label == SKY and found[0].box.bottom == 90
    assert found[0].reason == "The colour of grass runs over the border into sky."


# -- the tables


def test_counts_become_probabilities() -> None:
    counts = Counts(4)
    labels = np.uint8([[0, 0, 1], [2, 2, 255]]).repeat(30, 0).repeat(30, 1)
    counts.add(labels, [(label, region.area) for label, region in regions(labels)], np.full((4, *labels.shape), 0.25))
    tables = counts.tables(np.ones(7), np.zeros(1))
    for rows in (tables.common, tables.size, tables.beside, tables.confused):
        assert np.allclose(rows.sum(-1), 1, atol=1e-3) and (rows > 0).all()
    assert tables.beside[0].argmax() in (1, 2) and tables.company[0, 1] > tables.company[0, 3]
    assert tables.place[0, 0] > tables.place[2, 0]
    assert place_of(12, 6).max() == 35


def test_the_tables_of_the_house_are_small_and_hold_counts_alone() -> None:
    tables = load_tables()
    assert FILE.stat().st_size < 200_000
    assert isinstance(tables, Tables) and len(tables.common) == len(SET)
    assert all(np.isfinite(value).all() for value in vars(tables).values())


def test_missing_or_broken_tables_are_a_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "faults.safetensors"
    with pytest.raises(CheckpointError, match="missing"):
        load_tables(broken)
    broken.write_bytes(b"\x00" * 40)
    with pytest.raises(CheckpointError, match="damaged"):
        load_tables(broken)


def test_a_fault_is_a_region(luminance: np.ndarray, probabilities: np.ndarray) -> None:
    for fault in find_faults(drawn(), luminance, probabilities):
        assert fault.box == region_of(fault.region.full(SHAPE)).box


def test_the_engine_says_how_likely_every_label_is() -> None:
    shares = Engine(models=FakeModels()).probabilities(request_for(24, 32))
    assert shares.shape == (60, 24, 32) and shares[SKY, :12].min() > 0.5
    assert Engine(models=FakeModels(broken=("guided",))).probabilities(request_for()) is None


@pytest.mark.parametrize("kind", KINDS)
def test_one_fault_is_planted_and_the_same_by_the_same_seed(kind: str) -> None:
    common = np.full(60, 1 / 60)
    before = drawn()
    wrong, again = (plant(kind, before, common, np.random.default_rng(4)) for _ in range(2))
    assert (wrong == again).all() and (before == drawn()).all()
    assert 0.008 <= (wrong != before).mean() <= 0.5
    assert plant(kind, np.full(SHAPE, UNSURE, np.uint8), common, np.random.default_rng(4)) is None
