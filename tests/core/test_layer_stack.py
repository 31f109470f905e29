"""The layers of a result: what they are, and that together they are the result."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.chroma import render
from core.guidance import Hint
from core.labels import UNSURE, default_label_set
from core.layer_stack import Group, Layer, Stack, layer_stack
from core.photo import Photo, photo_from_array
from core.sketch_light import Fill
from tests.core.drawings import house
from tests.core.layered import GRASS, RED, SKY, flattened, result_of, small, whole
from tests.core.profiles import DISPLAY_P3


def stack_of(photo: Photo, gain: float = 1.0, depth: int = 8, **more: object) -> Stack:
    return layer_stack(photo, result_of(photo, gain), default_label_set(), depth=depth, **more)


def named(stack: Stack) -> dict[str, Layer]:
    return {layer.name: layer for layer in stack.every()}


def apart(stack: Stack) -> np.ndarray:
    """How far the visible layers together are from the result, in steps of 255."""
    return 255 * np.abs(flattened(stack) - whole(stack.merged))


@pytest.mark.parametrize("name", ["coffee", "motorcycle", "astronaut", "camera"])
@pytest.mark.parametrize("gain", [1.0, 2.0])
def test_the_visible_layers_are_the_result(samples: dict[str, Path], name: str, gain: float) -> None:
    error = apart(stack_of(small(samples[name]), gain))
    assert error.mean() < 0.3 and error.max() <= 4.5
    assert np.percentile(error, 99.9) <= 2


def test_16_bit_layers_are_it_more_finely(samples: dict[str, Path]) -> None:
    stack = stack_of(small(samples["coffee"], depth=16), depth=16)
    assert {layer.depth for layer in stack.every() if layer.profiled} == {16}
    assert apart(stack).max() <= 4.5 / 256


def test_color_mode_over_the_grey_of_l_alone_would_be_far_off(samples: dict[str, Path]) -> None:
    """Why there are four layers and not two."""
    stack = stack_of(small(samples["coffee"]))
    light, colour = (named(stack)[name] for name in ("Light", "Colour"))
    assert apart(replace(stack, layers=(colour, light))).mean() > 2


def test_the_lowest_layer_is_the_photos_own_light(samples: dict[str, Path]) -> None:
    photo = small(samples["coffee"])
    light = stack_of(photo).layers[-1]
    assert (light.name, light.mode) == ("Light", "normal")
    grey = (whole(light)[..., :3] * 255).round().astype(np.uint8)
    np.testing.assert_array_equal(grey, render(photo, None))


def test_they_stand_in_a_painters_order_and_modes(samples: dict[str, Path]) -> None:
    stack = stack_of(small(samples["coffee"]))
    told = [(entry.name, entry.visible, getattr(entry, "mode", "")) for entry in stack.layers]
    assert told == [
        ("Hints", False, "normal"),
        ("Labels", False, ""),
        ("Exact light", True, "luminosity"),
        ("Colour", True, "color"),
        ("Light for Color mode", True, "normal"),
        ("Light", True, "normal"),
    ]


def test_every_label_is_a_flat_layer_cut_to_its_box(samples: dict[str, Path]) -> None:
    photo, label_set = small(samples["coffee"]), default_label_set()
    labels = np.full(photo.size, GRASS, np.uint8)
    labels[20:30, 40:70] = SKY
    labels[25, 50] = UNSURE
    group = next(entry for entry in stack_of(photo, labels=labels).layers if isinstance(entry, Group))
    sky = next(layer for layer in group.layers if layer.name == "sky")
    assert sorted(layer.name for layer in group.layers) == ["grass", "sky"]
    assert tuple(sky.box) == (20, 40, 30, 70)
    seen = (whole(sky) * 255).astype(np.uint8)
    assert seen[0, 0].tolist() == [*label_set.color(SKY), 255] and seen[5, 10].tolist() == [0, 0, 0, 0]
    assert (seen[..., 3] > 0).sum() == (labels == SKY).sum()


def test_a_strip_of_a_layer_is_a_piece_of_it(samples: dict[str, Path]) -> None:
    for layer in stack_of(small(samples["coffee"])).every():
        top, bottom = layer.box.height // 3, layer.box.height // 3 + 1
        rows = layer.pixels(slice(top, bottom))
        np.testing.assert_array_equal(rows, layer.pixels(slice(0, layer.box.height))[top:bottom])


def test_hints_are_painted_where_they_are(samples: dict[str, Path]) -> None:
    hints = named(stack_of(small(samples["coffee"])))["Hints"]
    canvas = np.zeros((100, 150, 4))
    canvas[hints.box.slices] = whole(hints)
    assert canvas[30, 30].tolist() == pytest.approx([RED.r, RED.g, RED.b, 1], abs=0.003)
    assert canvas[80, 120].tolist() == [0, 0, 1, 1]
    assert canvas[60, 60, 3] == 0


def test_hints_outside_the_photo_and_none_make_no_layer(samples: dict[str, Path]) -> None:
    photo = small(samples["coffee"])
    for hints in ((), (Hint(((2.0, 0.5),), RED),)):
        stack = layer_stack(photo, result_of(photo, hints=hints, labelled=False), default_label_set())
        assert stack.layers[0].name == "Exact light"


def test_grey_is_written_as_rgb_where_a_profile_for_rgb_goes_with_it(samples: dict[str, Path]) -> None:
    plain, wide = (stack_of(small(samples["coffee"], icc=icc)) for icc in (None, DISPLAY_P3))
    assert (named(plain)["Light"].channels, named(wide)["Light"].channels) == (1, 3)
    assert wide.icc == DISPLAY_P3 and not named(wide)["Hints"].profiled
    assert apart(wide).max() <= 4.5


def test_hard_transparency_is_in_every_layer_and_soft_one_in_the_merged(samples: dict[str, Path]) -> None:
    photo = small(samples["coffee"])
    hard = np.full(photo.size, 255, np.uint8)
    hard[:20] = 0
    soft = np.linspace(0, 255, 15000).reshape(photo.size).astype(np.uint8)
    for alpha in (hard, soft):
        stack = stack_of(Photo(None, photo.pixels, alpha))
        seen = alpha[..., None] > 0
        assert (apart(stack) * seen).max() <= 4.5
        assert np.abs(flattened(stack)[..., 3] * 255 - alpha).max() < 1e-6
        assert bool(stack.notes) == (alpha is soft)
    assert stack.layers[2].mode == "normal" and not named(stack)["Colour"].visible


def test_a_sketch_has_its_strokes_as_a_layer_over_its_fill() -> None:
    photo = photo_from_array(house(96, 128, stroke=2))
    base = result_of(photo, hints=(), labelled=False)
    lab = np.zeros((*base.chroma.shape[:2], 3), np.float32)
    lab[...] = 70, 20, 30
    result = replace(base, fill=Fill(lab))
    stack = layer_stack(photo, result, default_label_set())
    assert [(entry.name, entry.visible) for entry in stack.layers] == [
        ("Lines", True), ("Colour", True), ("Light", False),
    ]  # fmt: skip
    colour = whole(named(stack)["Colour"])[..., :3] * 255
    assert np.ptp(colour.reshape(-1, 3), axis=0).max() <= 1  # no stroke is in it
    lines = whole(named(stack)["Lines"])
    assert apart(stack).max() <= 1.01
    assert (lines[photo.pixels.min(axis=2) == 255, 3] == 0).all()  # bare paper is clear,
    assert (lines[photo.pixels.max(axis=2) == 0, 3] == 1).all()  # and a stroke covers
    deep = layer_stack(photo, result, default_label_set(), depth=16)
    assert apart(deep).max() <= 1.01 / 256


def test_where_the_result_has_no_lines_those_of_the_sketch_are_kept_hidden() -> None:
    photo = photo_from_array(house(96, 128, stroke=2))
    base = result_of(photo, hints=(), labelled=False)
    lab = np.full((*base.chroma.shape[:2], 3), 40, np.float32)
    stack = layer_stack(photo, replace(base, fill=Fill(lab, lines="drop")), default_label_set())
    lines = stack.layers[0]
    assert (lines.name, lines.visible) == ("Lines", False) and apart(stack).max() <= 1
    alpha = whole(lines)[..., 3]
    assert alpha[photo.pixels.max(axis=2) == 0].min() > 0.9 and alpha[photo.pixels.min(axis=2) == 255].max() == 0


def test_labels_default_to_those_of_the_work_size(samples: dict[str, Path]) -> None:
    photo = small(samples["coffee"])
    group = next(entry for entry in stack_of(photo).layers if isinstance(entry, Group))
    assert {layer.name for layer in group.layers} == {"grass", "sky"}
