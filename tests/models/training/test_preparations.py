"""The papers' preparations of training data: hue versions, warps, sketches, palettes, pairs, cards."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from models.training.data import DataError, Record
from models.training.pairs import Pairs, class_of, classes
from models.training.palettes import (
    CARD_COLUMNS,
    CARD_ROWS,
    cut_card,
    cys_rows,
    grown,
    kmeans,
    lab_to_rgb,
    photo_palette,
    read_rows,
    rgb_to_lab,
)
from models.training.variations import (
    GRID,
    STEPS,
    hue_shift,
    intensity_jitter,
    random_controls,
    random_xdog,
    spline_field,
    warp,
    xdog,
)


def lightness(rgb: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[..., 0]


@pytest.fixture
def soft_rgb() -> np.ndarray:
    """Colours far enough from the edge of the gamut to keep their L at any hue."""
    return np.random.default_rng(0).integers(100, 150, (12, 10, 3)).astype(np.uint8)


@pytest.mark.parametrize("step", [1, 7, 19])
def test_a_turned_hue_keeps_the_light(soft_rgb, step):
    turned = hue_shift(soft_rgb, step)
    assert np.abs(lightness(turned) - lightness(soft_rgb)).max() < 0.6
    assert np.abs(turned.astype(int) - soft_rgb).max() > 5


def test_twenty_hue_steps_are_a_full_turn(soft_rgb):
    assert np.array_equal(hue_shift(soft_rgb, STEPS), soft_rgb)
    red = np.full((1, 1, 3), (160, 110, 110), np.uint8)
    assert hue_shift(red, 10)[0, 0, 0] < hue_shift(red, 10)[0, 0, 2], "half a turn from red is cyan"


def test_intensity_jitter_adds_one_number_a_channel():
    rgb = np.full((4, 4, 3), 128, np.uint8)
    added = intensity_jitter(rgb, np.random.default_rng(1)).astype(int) - 128
    assert (added == added[0, 0]).all() and np.abs(added).max() <= 50
    assert len(set(added[0, 0])) > 1


def test_an_unmoved_spline_leaves_the_picture(soft_rgb):
    assert np.abs(warp(soft_rgb, GRID).astype(int) - soft_rgb).max() <= 1


def test_a_spline_brings_its_control_points_where_they_were_told():
    controls = random_controls(np.random.default_rng(3), 0.1)
    field = spline_field(controls, 101, 101)
    for target, source in zip(controls, GRID):
        x, y = np.rint(target * 100).astype(int)
        assert np.abs(field[y, x] - source * 100).max() < 2.5


def test_control_points_stay_inside():
    for seed in range(20):
        controls = random_controls(np.random.default_rng(seed))
        assert controls.min() >= 0 and controls.max() <= 1 and np.abs(controls - GRID).max() <= 0.25


def test_a_sketch_has_ink_at_the_edge_and_paper_elsewhere():
    gray = np.full((64, 64), 0.9, np.float32)
    gray[:, 32:] = 0.3
    ink = xdog(gray, sigma=0.5, scale=3.0, gamma=0.95)
    assert ink.shape == gray.shape and ink.min() >= 0 and ink.max() <= 1
    assert ink[:, 10].min() > 0.9 and ink[:, 33].max() < ink[:, 10].min() - 0.1
    sketches = [random_xdog(gray, np.random.default_rng(i)) for i in range(4)]
    assert any(not np.array_equal(sketches[0], other) for other in sketches[1:])


def test_kmeans_finds_the_groups_and_bears_too_few_points():
    points = np.repeat([[0.0, 0], [10, 0], [0, 10]], 20, axis=0)
    centers = kmeans(points, 3, np.random.default_rng(0))
    assert sorted(map(tuple, centers)) == [(0, 0), (0, 10), (10, 0)]
    assert kmeans(points[:5], 4, np.random.default_rng(0)).shape == (4, 2)


def test_a_photos_palette_goes_from_dark_to_light_and_finds_the_small_red_thing():
    lab = np.full((40, 40, 3), (70, 0, -20), np.float32)
    lab[20:] = (40, -20, 20)
    lab[:8, :8] = (50, 60, 40)
    palette = photo_palette(lab, 3, np.random.default_rng(0))
    assert np.allclose(palette, [(40, -20, 20), (50, 60, 40), (70, 0, -20)], atol=0.5)
    assert np.allclose(rgb_to_lab(lab_to_rgb(palette)), palette, atol=0.5)


def test_a_palette_grows_with_empty_colours_in_front():
    colors = np.arange(1, 16, dtype=np.float32).reshape(5, 3)
    rows = grown(colors)
    assert len(rows) == 5
    assert rows[0][0].tolist() == [0] * 15 and rows[0][1].tolist() == [1, 2, 3]
    context, last = rows[4]
    assert context.tolist() == [0, 0, 0, *range(1, 13)] and last.tolist() == [13, 14, 15]


def test_lists_of_words_are_read_in_all_three_forms(tmp_path):
    (tmp_path / "names.csv").write_text("name,hex\n丁香棕,#71371f\nbad,#xyz\n", encoding="utf-8")
    (tmp_path / "palettes.csv").write_text("source,name,colors\na,1,#000000\na,Deep Sea,#000000 #0000ff\n")
    (tmp_path / "cys.csv").write_text(
        'url,text,category,RGB\nu,海,朋克,"255,0,0,0,255,0,0,0,255,0,0,0,9,9,9"\n'
    )
    rows = {row.text: row for row in read_rows(tmp_path)}
    assert set(rows) == {"丁香棕", "Deep Sea", "海"}
    assert rows["海"].category == "朋克" and rows["海"].colors.shape == (5, 3)
    assert rows["Deep Sea"].colors.tolist() == [[0, 0, 0], [0, 0, 1]]
    prepared = cys_rows(tmp_path / "cys.csv")
    assert len(prepared) == 5 and prepared[1][4].tolist() == [0, 1, 0]


def test_a_folder_without_words_is_one_sentence(tmp_path):
    with pytest.raises(DataError, match="name,hex"):
        read_rows(tmp_path)


@pytest.mark.parametrize("upright", [True, False])
def test_a_card_gives_its_picture_and_six_swatches(upright):
    card = np.full((421, 400, 3), 255, np.uint8) if upright else np.full((400, 421, 3), 255, np.uint8)
    for i, place in enumerate(CARD_ROWS if upright else CARD_COLUMNS):
        y, x = (place, 256 + 75) if upright else (256 + 85, place)
        card[y - 10 : y + 10, x - 10 : x + 10] = 30 * i
    picture, colors = cut_card(card)
    assert picture.shape == ((384, 256, 3) if upright else (256, 384, 3))
    assert colors[:, 0].tolist() == [0, 30, 60, 90, 120, 150]


def record(group: str, words: str) -> Record:
    return Record("p", "f", "train", "true", group, words, 8, 8, 0)


class Few:
    """Stands for Photos: records only."""

    def __init__(self, *records):
        self.records = list(records)

    def __len__(self):
        return len(self.records)


def test_references_share_words_where_asked():
    photos = Few(record("a", "sea"), record("a", "Sea, sky"), record("b", "house"), record("b", ""))
    pairs, rng = Pairs(photos, {"words": 1.0}), np.random.default_rng(0)
    assert {pairs.draw(0, rng) for _ in range(20)} == {(1, "words")}
    assert pairs.draw(2, rng) == (2, "self"), "no fellow"
    assert {Pairs(photos, {"self": 1.0}).draw(3, rng) for _ in range(5)} == {(3, "self")}
    assert len({Pairs(photos, {"any": 1.0}).draw(0, rng)[0] for _ in range(40)}) == 4


def test_classes_are_words_or_groups_that_are_common():
    photos = Few(*[record("a", "sea")] * 3, *[record("a", "rare")], record("b", "x"))
    names = classes(photos, least=3)
    assert names == ["a", "sea"]
    assert [class_of(r, names) for r in photos.records] == [1, 1, 1, 0, -100]
