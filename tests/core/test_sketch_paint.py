"""What a person wants of a sketch: colours with their own light, by region, palette, hint, rule and lock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from core.asked import Asked
from core.color import delta_e2000
from core.colorizers import GUIDED
from core.document import Document
from core.engine import Engine, Request, Result
from core.errors import CheckpointError
from core.exporting import export_result
from core.formats import ExportSettings
from core.guidance import Guidance, Hint, Plane, Rule, Settings, Swatch
from core.guided_colorizer import GuidedColorizer
from core.label_parents import standing
from core.labels import UNSURE, default_label_set
from core.photo import load_photo, photo_from_array
from core.sketch_document import TreatAsSketch, opened, regions_of
from core.sketch_paint import HALF_LIGHT, answer, painted
from core.sketch_regions import is_region_set, region_map, usual_of
from core.tones import swatch_lab
from tests.core.drawings import PLACES, house
from tests.core.fakes import FakeModels
from tests.core.test_sketch import in_alpha

RED, NAVY, CREAM = (Swatch.from_hex(code) for code in ("#d24a3a", "#1d2d5c", "#f4ead0"))


@pytest.fixture(scope="module")
def sketch() -> Document:
    return opened(photo_from_array(house(), Path("house.png")), default_label_set())


def asked(document: Document, size: int = 160, **guidance: object) -> Request:
    plane = Plane(document.photo.small_luminance(size))
    told = replace(document.guidance(plane.shape), **guidance)
    regions, parents = regions_of(document), standing(document.label_set)
    return Request(document.photo.key, plane, told, "guided", size, None, parents, regions)


def coloured(document: Document, **guidance: object) -> Result:
    return Engine(models=FakeModels()).colorize(asked(document, **guidance))


def seen(result: Result, name: str) -> np.ndarray:
    """Lab of a place of the house."""
    height, width = result.request.shape
    x, y = PLACES[name]
    row, column = int(y * height), int(x * width)
    return np.float32([result.fill.light[row, column], *result.chroma[row, column]])


def label_of(document: Document, name: str) -> int:
    x, y = PLACES[name]
    return document.label_at(int(x * document.photo.width), int(y * document.photo.height))


def met(result: Result, name: str, swatch: Swatch) -> float:
    return float(delta_e2000(seen(result, name), swatch_lab(swatch)))


def test_a_sketch_opens_with_its_regions_as_labels(sketch: Document) -> None:
    assert sketch.wishes.line_art and is_region_set(sketch.label_set) and not sketch.history()
    assert len({label_of(sketch, name) for name in PLACES}) == len(PLACES)
    assert usual_of(sketch.label_set) == default_label_set()


def test_a_photo_opens_as_it_did(small_photo: Path) -> None:
    document = opened(load_photo(small_photo), default_label_set())
    assert not document.wishes.line_art and (document.labels == UNSURE).all() and regions_of(document) is None


def test_strokes_in_alpha_open_on_paper() -> None:
    document = opened(photo_from_array(in_alpha(house())), default_label_set())
    assert document.wishes.line_art and document.photo.alpha is None


def test_networks_are_told_no_label_of_a_region(sketch: Document) -> None:
    models = FakeModels()
    Engine(models=models).colorize(asked(sketch))
    assert not models.guided.sure.any() and "segment" not in models.guided.names()


def test_a_rule_gives_a_region_its_colour_with_its_light(sketch: Document) -> None:
    result = coloured(sketch, rules=(Rule(label_of(sketch, "roof"), RED), Rule(label_of(sketch, "door"), NAVY)))
    assert met(result, "roof", RED) < 2 and met(result, "door", NAVY) < 2
    assert met(result, "wall", RED) > 10


def test_half_a_rule_goes_half_the_way(sketch: Document) -> None:
    label = label_of(sketch, "roof")
    none, half = (coloured(sketch, rules=(Rule(label, NAVY, strength),)) for strength in (0.0, 0.5))
    way = swatch_lab(NAVY)[0] - seen(none, "roof")[0]
    assert seen(half, "roof")[0] - seen(none, "roof")[0] == pytest.approx(way / 2, abs=1)


@pytest.mark.parametrize("manner", ["careful", "painterly"])
@pytest.mark.parametrize("fill", ["flat", "shaded"])
def test_a_hint_colours_the_whole_region_it_lies_in(sketch: Document, fill: str, manner: str) -> None:
    hint = Hint((PLACES["wall"],), NAVY, 0.01)
    result = coloured(sketch, hints=(hint,), settings=Settings(fill=fill, manner=manner))
    plain = coloured(sketch, settings=Settings(fill=fill, manner=manner))
    assert met(result, "wall", NAVY) < 2
    assert np.abs(seen(result, "roof") - seen(plain, "roof")).max() < 0.5


def test_two_hints_share_a_region(sketch: Document) -> None:
    hints = Hint(((0.05, 0.05),), NAVY), Hint(((0.95, 0.95),), CREAM)
    flat = coloured(sketch, hints=hints).fill.light
    assert flat[2, 2] == pytest.approx(swatch_lab(NAVY)[0], abs=0.5)
    assert flat[-3, -3] == pytest.approx(swatch_lab(CREAM)[0], abs=0.5)
    assert flat[2, 2:].min() >= swatch_lab(NAVY)[0] - 0.5


def test_a_palette_is_dealt_to_the_regions_light_and_all(sketch: Document) -> None:
    palette = (RED, NAVY, CREAM)
    result = coloured(sketch, palette=palette, settings=Settings(palette_strength=1.0))
    nearest = {name: min(met(result, name, swatch) for swatch in palette) for name in PLACES}
    assert max(nearest.values()) < 2
    used = {min(palette, key=lambda swatch: met(result, name, swatch)) for name in PLACES}
    assert len(used) == 3


def test_flat_is_one_colour_for_a_region(sketch: Document) -> None:
    result = coloured(sketch)
    labels = result.request.guidance.labels.array
    for label in np.unique(labels):
        inside = labels == label
        assert np.ptp(result.fill.light[inside]) < 0.01 and np.ptp(result.chroma[inside], axis=0).max() < 0.01


def test_painterly_light_is_not_smudged_beside_strokes(sketch: Document) -> None:
    request = asked(sketch, settings=Settings(manner="painterly", fill="shaded"))
    labels = request.guidance.labels.array
    soft = cv2.GaussianBlur(request.luminance.array, (0, 0), 4)  # what a network makes of light beside a stroke
    _, fill, _ = painted(request, np.zeros((*request.shape, 2), np.float32), soft - 20, None, labels)
    inside = labels == label_of(sketch, "wall")
    assert np.ptp((soft - 20)[inside]) > 30 and np.ptp(fill.light[inside]) < 20


def test_colour_can_be_seen_on_paper_whatever_the_network_says_of_light(sketch: Document) -> None:
    result = coloured(sketch)
    paper = result.request.luminance.array > 99
    assert result.light[paper].max() < 95
    assert np.hypot(*result.chroma[paper].T).min() > 5  # the fake answers a chroma of its labels, UNSURE here


def test_another_label_of_a_rule_takes_its_own_colorizer(sketch: Document) -> None:
    label = label_of(sketch, "roof")
    assert coloured(sketch, rules=(Rule(label, colorizer="prior"),)).fill.light.shape == (120, 160)


def test_a_locked_region_keeps_colour_and_light() -> None:
    document = opened(photo_from_array(house()), default_label_set())
    label = label_of(document, "roof")
    document.set_guidance("Colour", rules=(Rule(label, RED),))
    first = coloured(document)
    document.lock_label(label, first.chroma, light=first.fill_light)
    later = coloured(document, rules=(Rule(label, NAVY),), palette=(CREAM,), settings=Settings(palette_strength=1.0))
    assert met(later, "roof", RED) < 2 and met(later, "wall", CREAM) < 2


def test_lines_are_saved_apart_where_that_is_wished(sketch: Document, tmp_path: Path) -> None:
    for lines, files in (("keep", 1), ("layer", 2), ("drop", 1)):
        folder = tmp_path / lines
        folder.mkdir()
        result = coloured(sketch, settings=Settings(lines=lines))
        export_result(sketch.photo, result, folder / "a.png", ExportSettings(), label_set=sketch.label_set,
                      labels_by="network")  # fmt: skip
        assert len(list(folder.iterdir())) == files
        light = load_photo(folder / "a.png").luminance()
        assert (light.min() < 2) == (lines != "drop")
    layer = load_photo(tmp_path / "layer" / "a_lines.png")
    assert layer.alpha is not None and layer.alpha.max() == 255 and not layer.alpha[house()[..., 0] == 255].any()


def test_a_person_may_overrule_and_take_it_back(small_photo: Path) -> None:
    photo = load_photo(small_photo)
    document = Document(photo, default_label_set())
    document.set_segmentation(np.full((10, 15), 7, np.uint8))
    document.do(TreatAsSketch(document, region_map(photo)))
    assert document.wishes.line_art and is_region_set(document.label_set) and document.undo_text == "Treat as line art"
    document.undo()
    assert not document.wishes.line_art and document.label_set == default_label_set()
    assert (document.labels == 7).all() and document.area(7) == 1.0
    document.redo()
    document.do(TreatAsSketch(document, None))
    assert not document.wishes.line_art and document.label_set == default_label_set()
    assert (document.labels == UNSURE).all()


def test_guidance_of_a_sketch_survives_json(sketch: Document) -> None:
    guidance = replace(sketch.guidance((30, 40)), settings=Settings(fill="shaded", manner="painterly", lines="layer"))
    assert Guidance.from_dict(guidance.to_dict()) == guidance


@pytest.mark.parametrize("page", [
    np.full((1, 1), 255, np.uint8), np.zeros((1, 1), np.uint8), np.full((3, 200), 0, np.uint8),
    np.full((90, 70), 255, np.uint8), np.zeros((40, 40, 3), np.uint8), np.full((20, 30, 4), 0, np.uint8),
], ids=["a white pixel", "a black pixel", "a black strip", "white", "black", "clear"])  # fmt: skip
@pytest.mark.parametrize("fill", ["flat", "shaded"])
def test_whatever_is_told_to_be_a_sketch_is_coloured_as_one(page: np.ndarray, fill: str, tmp_path: Path) -> None:
    document = opened(photo_from_array(page), default_label_set(), sketch=True)
    hint = Hint(((0.5, 0.5),), NAVY)
    result = coloured(document, settings=Settings(fill=fill), hints=(hint,), palette=(RED,))
    assert np.isfinite(result.light).all() and np.isfinite(result.chroma).all()
    export_result(document.photo, result, tmp_path / "a.png", ExportSettings(), label_set=document.label_set,
                  labels_by="network")  # fmt: skip
    assert load_photo(tmp_path / "a.png").size == document.photo.size


class Knows:
    """A network that knows sketches: grey, and as light as `light` says; None of weights that do not."""

    def __init__(self, light: float | None) -> None:
        self.light, self.seen = light, []

    def colorize_sketch(self, encoded, luminance, labels, sure, *asked):
        self.seen.append(float(luminance.max()))
        light = None if self.light is None else np.full(luminance.shape, self.light, np.float32)
        return np.zeros((*luminance.shape, 2), np.float32), None, light

    def colorize(self, encoded, luminance, labels, sure, *asked):
        return self.colorize_sketch(encoded, luminance, labels, sure, *asked)[:2]


def answered(network: Knows, asked: Asked | None, scft: Knows | None) -> np.ndarray | None:
    paper = np.full((20, 30), 100, np.float32)
    told = paper, paper, np.full(paper.shape, UNSURE, np.uint8), np.zeros_like(paper)

    def opens(name: str) -> Knows:
        if scft is None:
            raise CheckpointError(f"{name} is not here")
        return scft

    return answer(network, lambda light: light, told, () if asked is None else (asked,), opens)[2]


def test_light_is_the_networks_then_scfts_by_a_reference_and_nobodys_without_one() -> None:
    nothing = np.zeros((0, 3), np.float32)
    plain, guided = Asked(nothing, None, ()), Asked(nothing, None, ((np.zeros((8, 8, 3), np.float32), 1.0),))
    assert answered(Knows(44), guided, Knows(77)).max() == 44
    assert answered(Knows(None), guided, Knows(77)).max() == 77
    assert answered(Knows(None), guided, None) is None
    assert answered(Knows(44), plain, Knows(77)) is None and answered(Knows(44), None, None) is None
    assert answered(Knows(None), plain, Knows(77)) is None and answered(Knows(None), None, Knows(77)) is None


def test_who_knows_photos_alone_sees_a_sketch_in_half_light() -> None:
    network = Knows(None)
    answered(network, None, None)
    assert network.seen == [100.0, HALF_LIGHT]


def test_the_guided_network_hands_on_the_light_it_paints() -> None:
    light = np.full((1, 6, 8), 52, np.float32)

    class Runner:
        device = runtime = "test"

        def paint(self, *told: object) -> SimpleNamespace:
            return SimpleNamespace(light=light)

        def full(self, encoded: object, painted: object, *labels: object) -> tuple[np.ndarray, np.ndarray]:
            return np.zeros((20, 30, 2), np.float32), np.ones((20, 30), np.float32)

    colorizer = GuidedColorizer(GUIDED, Runner())
    plane = np.zeros((20, 30), np.float32)
    chroma, _, found = colorizer.colorize_sketch(None, plane, plane, plane)
    assert found.shape == (20, 30) and np.allclose(found, 52)
    assert np.array_equal(colorizer.colorize(None, plane, plane, plane)[0], chroma)
