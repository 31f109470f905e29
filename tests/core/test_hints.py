"""Hints without a network: exact where they are, kept inside their region, honest about what does not exist."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core import hints as hints_module
from core.color import delta_e2000, gamut_map, lab_to_rgb
from core.guidance import Hint, Swatch
from core.hints import apply_hints, gamut_plane, hint_mask, met, moved_hint, realisable, suggestions
from core.palette import lab_of
from core.rules import swatch_chroma

BLUE, MOSS = Swatch.from_hex("#4a6fa0"), Swatch.from_hex("#6f8a50")
SHAPE = (60, 80)
FLAT = np.full(SHAPE, 50, np.float32)
GREY = np.zeros((*SHAPE, 2), np.float32)


def dot(x: float, y: float, swatch: Swatch = BLUE, radius: float = 0.03) -> Hint:
    return Hint(((x, y),), swatch, radius)


def distance(ab: np.ndarray, swatch: Swatch) -> np.ndarray:
    return np.hypot(*np.moveaxis(ab - swatch_chroma(swatch), -1, 0))


def test_a_hint_is_met_exactly_and_fades_with_the_way() -> None:
    result = apply_hints(GREY, FLAT, [dot(0.5, 0.5)])
    assert distance(result[hint_mask(dot(0.5, 0.5), SHAPE)], BLUE).max() < 1e-3
    far = distance(result, BLUE)[30]
    assert (np.diff(far[40:]) >= -1e-4).all()
    assert np.abs(result[0, 0]).max() < 1
    assert met(dot(0.5, 0.5), result, FLAT).error < 0.01


def test_no_hints_change_nothing_and_those_outside_neither() -> None:
    assert apply_hints(GREY, FLAT, []) is GREY
    assert apply_hints(GREY, FLAT, [dot(1.5, 0.5)]) is GREY
    assert met(dot(1.5, 0.5), GREY, FLAT).error == 0


def test_a_hint_does_not_leave_its_label() -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[:, 40:] = 1
    result = apply_hints(GREY, FLAT, [dot(0.49, 0.5)], labels)
    assert np.abs(result[:, 40:]).max() == 0
    assert np.abs(result[30, 10]).max() > 2


def test_a_hint_stops_at_an_edge_of_light() -> None:
    L = FLAT.copy()
    L[:, 44:] = 90
    result = apply_hints(GREY, L, [dot(0.5, 0.5)])
    alone = apply_hints(GREY, FLAT, [dot(0.5, 0.5)])
    assert np.abs(result[30, 48]).max() < 0.1 * np.abs(alone[30, 48]).max()


def test_two_hints_are_both_met_and_the_nearer_one_wins() -> None:
    hints = [dot(0.25, 0.5), dot(0.75, 0.5, MOSS)]
    result = apply_hints(GREY, FLAT, hints)
    assert [met(hint, result, FLAT).error < 0.01 for hint in hints] == [True, True]
    assert distance(result[30, 26], BLUE) < distance(result[30, 26], MOSS)
    assert distance(result[30, 54], MOSS) < distance(result[30, 54], BLUE)


def test_of_hints_in_one_place_the_later_is_on_top() -> None:
    result = apply_hints(GREY, FLAT, [dot(0.5, 0.5), dot(0.5, 0.5, MOSS)])
    assert distance(result[30, 40], MOSS) < 1e-3


def test_a_scribble_is_a_stroke_and_means_the_same_at_every_size() -> None:
    scribble = Hint(((0.1, 0.5), (0.9, 0.5)), BLUE, 0.02)
    for shape in (SHAPE, (240, 320)):
        mask = hint_mask(scribble, shape)
        assert mask[shape[0] // 2, shape[1] // 8:-shape[1] // 8].all()
        assert not mask[0].any()
        assert mask.mean() == pytest.approx(0.08, abs=0.03)


def test_the_play_of_colour_around_a_hint_stays() -> None:
    rng = np.random.default_rng(1)
    chroma = GREY + rng.normal(0, 3, (*SHAPE, 1)).astype(np.float32)
    result = apply_hints(chroma, FLAT, [dot(0.5, 0.5)])
    moved = (result - chroma)[20:40, 46:52]
    assert np.abs(np.diff(moved, axis=0)).mean() < 1  # the noise's own would be 3.4


def test_a_wish_that_does_not_exist_is_met_by_the_nearest_and_told() -> None:
    light = np.full(SHAPE, 96, np.float32)
    wish = dot(0.5, 0.5, Swatch.from_hex("#1030e0"))
    told = met(wish, apply_hints(GREY, light, [wish]), light)
    assert told.best > 5
    assert told.error == pytest.approx(told.best, abs=0.05)
    worn = realisable(96, wish.swatch)
    assert lab_of([worn])[0, 0] == pytest.approx(96, abs=0.3)
    ab, wanted = lab_of([worn])[0, 1:], swatch_chroma(wish.swatch)
    assert np.cross([*ab, 0], [*wanted, 0])[2] / np.hypot(*wanted) == pytest.approx(0, abs=0.5)


def test_the_picker_shows_what_exists_at_a_light() -> None:
    rgb, inside = gamut_plane(60.0, 45)
    assert rgb.shape == (45, 45, 3)
    assert inside[22, 22]
    assert not inside[0, 0]
    axis = np.linspace(-110, 110, 45, dtype=np.float32)
    ab = np.stack(np.meshgrid(axis, -axis), axis=-1)
    true = lab_to_rgb(np.dstack([np.full((45, 45), 60, np.float32), ab]))
    exists = ((true >= -0.004) & (true <= 1.004)).all(axis=-1)
    assert (exists == inside).mean() > 0.98
    assert not gamut_plane(100.0, 15)[1][0].any()


@pytest.mark.parametrize("L", [0.0, 3.0, 40.0, 75.0, 100.0])
@pytest.mark.parametrize("label", [0, 5, None, 255])
def test_suggestions_exist_at_the_light_and_begin_with_the_usual(L: float, label: int | None) -> None:
    prior = np.random.default_rng(2).normal(0, 12, (61, 17, 2)).astype(np.float32)
    found = suggestions(L, label, prior)
    assert 1 <= len(found) <= 8
    lab = lab_of(found)
    assert np.abs(lab[:, 0] - L).max() < 0.6
    row = prior[label] if label in (0, 5) else prior[-1]
    usual = gamut_map(np.float32([L]), np.float32([[np.interp(L, np.linspace(0, 100, 17), row[:, c]) for c in (0, 1)]]))
    assert np.abs(lab[0, 1:] - usual[0]).max() < 0.6
    if 20 < L < 90:
        assert len(found) == 8
        assert (delta_e2000(lab[:, None], lab[None]) + 100 * np.eye(8)).min() > 2


def test_the_colour_that_is_there_is_suggested_first() -> None:
    found = suggestions(50.0, 3, np.zeros((61, 17, 2), np.float32), present=np.float32([20, 10]))
    assert lab_of(found)[0] == pytest.approx([50, 20, 10], abs=0.5)
    assert len(found) == 8


def test_a_hint_that_is_not_exact_keeps_the_play_of_colour_and_meets_the_mean() -> None:
    rng = np.random.default_rng(3)
    chroma = rng.normal(0, 4, (*SHAPE, 2)).astype(np.float32)
    mask = hint_mask(dot(0.5, 0.5), SHAPE)
    soft, hard = dot(0.5, 0.5), replace(dot(0.5, 0.5), exact=True)
    kept, flat = apply_hints(chroma, FLAT, [soft]), apply_hints(chroma, FLAT, [hard])
    assert np.abs(kept[mask].std(axis=0) - chroma[mask].std(axis=0)).max() < 1e-3
    assert kept[mask].mean(axis=0) == pytest.approx(swatch_chroma(BLUE), abs=0.01)
    assert distance(flat[mask], BLUE).max() < 1e-3
    assert met(soft, kept, FLAT).error < 0.1
    assert met(hard, flat, FLAT).error < 0.01
    assert met(hard, kept, FLAT).error > 1


def test_a_moved_hint_stays_inside_the_photo() -> None:
    scribble = Hint(((0.2, 0.5), (0.4, 0.6)), BLUE)
    assert np.array(moved_hint(scribble, 0.1, -0.2).points) == pytest.approx(np.array([[0.3, 0.3], [0.5, 0.4]]))
    assert np.array(moved_hint(scribble, 5, -5).points) == pytest.approx(np.array([[0.8, 0.0], [1.0, 0.1]]))
    outside = Hint(((-0.1, 0.5),), BLUE)
    assert moved_hint(outside, -0.5, 0).points == outside.points


def test_what_is_remembered_of_a_hint_changes_no_result() -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[:, 45:] = 1
    bright = FLAT.copy()
    bright[20:] = 70
    cases = [(FLAT, None), (FLAT, labels), (bright, labels), (bright, None)]
    hints = [dot(0.3, 0.5), dot(0.5, 0.2, MOSS), dot(0.8, 0.8)]
    fresh = []
    for light, map_ in cases:
        hints_module._known.clear()
        fresh.append(apply_hints(GREY, light, hints, map_))
    for _ in range(2):
        for (light, map_), wanted in zip(cases, fresh, strict=True):
            apply_hints(GREY, light, hints[:1], map_)  # one alone first: the others walk without it
            assert np.array_equal(apply_hints(GREY, light, hints, map_), wanted)


def test_a_scribble_over_two_labels_gives_both_the_colour_from_their_own() -> None:
    labels = np.zeros(SHAPE, np.uint8)
    labels[:, 40:] = 1
    chroma = GREY.copy()
    chroma[:, :40], chroma[:, 40:] = (20, 30), (-10, -30)
    scribble = Hint(((0.3, 0.5), (0.7, 0.5)), MOSS, 0.03)
    result = apply_hints(chroma, FLAT, [scribble], labels)
    assert distance(result[hint_mask(scribble, SHAPE, labels)], MOSS).max() < 1e-3
    assert distance(result[24, 20:60], MOSS).max() < 3  # just beside it, on either ground
    assert distance(chroma[24, 20:60], MOSS).min() > 10
