"""Recolouring by links: exact where it was asked for, smooth between, locked where it was locked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.color import delta_e2000, rgb_to_lab
from core.engine import Engine, Request
from core.guidance import Guidance, Plane, Settings, Swatch
from core.palette import from_photo, lab_of
from core.photo import load_photo
from core.recolor import Link, PaletteMap, linked, own_chroma, pull
from tests.core.fakes import FakeModels

SOURCE = tuple(map(Swatch.from_hex, ("#c0733f", "#a23514", "#210c06", "#e8c5a5", "#54170d")))
TARGET = tuple(map(Swatch.from_hex, ("#3f73c0", "#14a235", "#0c0621", "#a5c5e8", "#17540d")))


def small_lab(path: Path) -> np.ndarray:
    return rgb_to_lab(load_photo(path).small_rgb(128).astype(np.float32) / 255)


def test_every_source_becomes_its_target() -> None:
    moved = PaletteMap([Link(one, other) for one, other in zip(SOURCE, TARGET)])(lab_of(SOURCE))
    assert moved == pytest.approx(lab_of(TARGET)[:, 1:], abs=0.05)


def test_the_same_palette_changes_nothing(samples: dict[str, Path]) -> None:
    lab = small_lab(samples["coffee"])
    assert np.array_equal(PaletteMap([Link(one, one) for one in SOURCE])(lab), lab[..., 1:])
    assert np.array_equal(PaletteMap([])(lab), lab[..., 1:])


def test_strength_is_the_share_of_the_way_and_locks_stay() -> None:
    links = [Link(SOURCE[0], TARGET[0], strength=0.25), Link(SOURCE[1], TARGET[1], locked=True), Link(*SOURCE[2:4])]
    lab = lab_of(SOURCE)
    moved = PaletteMap(links)(lab)
    quarter = lab[0, 1:] + 0.25 * (lab_of(TARGET)[0] - lab[0])[1:]
    assert moved[0] == pytest.approx(quarter, abs=0.05)
    assert moved[1] == pytest.approx(lab[1, 1:], abs=0.05)


def test_neighbours_move_alike(samples: dict[str, Path]) -> None:
    lab = small_lab(samples["coffee"])
    mapped = PaletteMap([Link(one, other) for one, other in zip(SOURCE, TARGET)])
    shift = mapped(lab) - lab[..., 1:]
    nudged = mapped(lab + np.float32([0.5, 0.5, -0.5])) - (lab + np.float32([0.5, 0.5, -0.5]))[..., 1:]
    assert np.abs(nudged - shift).max() < 6


def test_strips_and_the_whole_are_the_same(samples: dict[str, Path]) -> None:
    lab = small_lab(samples["chelsea"])
    mapped = PaletteMap(linked(SOURCE, TARGET))
    assert np.array_equal(mapped(lab), np.concatenate([mapped(lab[:20]), mapped(lab[20:])]))


@pytest.mark.parametrize("sources", [SOURCE[:1], SOURCE[:1] * 3, (*SOURCE, Swatch.from_hex("#c07340"))])
def test_one_two_alike_and_nearly_alike_sources_are_no_trouble(
    samples: dict[str, Path], sources: tuple[Swatch, ...]
) -> None:
    lab = small_lab(samples["coffee"])
    moved = PaletteMap([Link(one, TARGET[0]) for one in sources])(lab)
    assert np.isfinite(moved).all()
    assert np.abs(moved).max() < 250


def test_links_are_matched_from_a_photos_palette(samples: dict[str, Path]) -> None:
    found = from_photo(load_photo(samples["coffee"]), 5)
    links = linked(found, TARGET)
    assert [link.source for link in links] == list(found.swatches)
    assert {link.target for link in links} == set(TARGET)


def test_pulling_goes_from_the_photo_to_the_palette(samples: dict[str, Path]) -> None:
    lab = small_lab(samples["coffee"])
    L, chroma = lab[..., 0], lab[..., 1:] * np.float32(0.5)
    assert np.array_equal(pull(chroma, L, TARGET, 0.0).chroma, chroma)
    assert pull(chroma, L, ()).chroma is chroma
    apart = []
    for strength in (0.0, 0.5, 1.0):
        pulled = pull(chroma, L, TARGET, strength).chroma
        to_swatches = np.hypot(*np.moveaxis(pulled[:, :, None] - lab_of(TARGET)[:, 1:], -1, 0)).min(axis=-1)
        apart.append(to_swatches.mean())
    assert apart[0] > apart[1] > apart[2]


def test_one_swatch_takes_all_and_strangers_are_told() -> None:
    L, chroma = np.full((8, 9), 60, np.float32), np.tile(np.float32([30, 10]), (8, 9, 1))
    rose, sea = Swatch.from_hex("#c97f80"), Swatch.from_hex("#0050f0")
    assert pull(chroma, L, (rose,)).chroma == pytest.approx(np.tile(lab_of([rose])[0, 1:], (8, 9, 1)), abs=1e-3)
    told = pull(chroma, L, (sea, rose))
    assert told.unused == (0,)
    assert told.shares == pytest.approx((0, 1), abs=0.02)
    lab = np.dstack([L, told.chroma])
    assert delta_e2000(lab, np.dstack([L, np.tile(lab_of([rose])[0, 1:], (8, 9, 1))])).max() < 2


def test_the_overall_strength_is_the_share_of_every_link() -> None:
    links = [Link(one, other) for one, other in zip(SOURCE, TARGET)]
    lab = lab_of(SOURCE)
    whole, half = PaletteMap(links)(lab) - lab[:, 1:], PaletteMap(links, 0.5)(lab) - lab[:, 1:]
    assert half == pytest.approx(0.5 * whole, abs=0.01)
    assert np.array_equal(PaletteMap(links, 0.0)(lab), lab[:, 1:])


def test_the_engine_moves_a_colour_photos_own_colours_and_asks_no_colorizer(samples: dict[str, Path]) -> None:
    photo = load_photo(samples["coffee"])
    models = FakeModels()
    own = own_chroma(photo.small_rgb(64))
    links = linked(from_photo(photo, 5), TARGET)
    luminance = Plane(photo.small_luminance(64))
    guidance = Guidance(palette=TARGET, palette_map=links, settings=Settings(palette_strength=1.0))
    request = Request(photo.key, luminance, guidance, "guided", 64, Plane(own))
    chroma = Engine(models=models).colorize(request).chroma
    lab = np.concatenate([luminance.array[..., None], own], axis=2)
    assert np.array_equal(chroma, PaletteMap(links)(lab))
    assert "colorize" not in models.guided.names()
    unmoved = replace(request, guidance=replace(guidance, settings=Settings(palette_strength=0.0)))
    assert np.array_equal(Engine(models=models).colorize(unmoved).chroma, own)
    grey = Engine(models=models).colorize(replace(request, own=None))  # nothing of its own: coloured by the palette
    assert "colorize" in models.guided.names()
    assert not np.array_equal(grey.chroma, chroma)
