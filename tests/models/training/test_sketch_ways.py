"""Sketches judged: lines stay, colours lie under them, leaks are told."""

from __future__ import annotations

from types import SimpleNamespace

import cv2
import numpy as np

from models.training.data import UNSURE, Photos, Record, to_lab8
from models.training.sketch_ways import (
    LINE,
    guided,
    illustrations,
    regions,
    sketch_marks,
    sketch_of,
    sketch_sheet,
    sketch_table,
    sketch_ways,
    under,
)


def picture() -> np.ndarray:
    """A blue disc on orange, RGB."""
    page = np.full((96, 128, 3), (240, 170, 90), np.uint8)
    cv2.circle(page, (64, 48), 28, (40, 80, 190), cv2.FILLED, cv2.LINE_AA)
    return page


def photos(*packs: str) -> Photos:
    pixels = np.dstack([to_lab8(picture()), np.full((96, 128), UNSURE, np.uint8)])
    rows = [Record(pack, "a", "test", "none", "", "", 96, 128, 0) for pack in packs]
    return Photos(pixels.ravel(), rows)


def lab() -> np.ndarray:
    return cv2.cvtColor(picture().astype(np.float32) / 255, cv2.COLOR_RGB2LAB)


def test_a_picture_is_drawn_by_its_outlines_and_regions_lie_between_them() -> None:
    L = sketch_of(lab())
    away = np.abs(np.hypot(*(np.mgrid[:96, :128].astype(float) - np.array([48, 64])[:, None, None])) - 28)
    assert (L[away > 5] > 99).all() and (L <= LINE).any()
    assert len(np.unique(regions(L))) == 2


def test_colours_lie_under_the_lines() -> None:
    L = sketch_of(lab())
    out = under(L, lab())
    assert np.array_equal(out[..., 0][L <= LINE], L[L <= LINE]) and (out[..., 0] <= L).all()


def test_illustrations_alone_are_judged() -> None:
    mixed = photos("illus_art", "photos_food", "illus_art", "illus_art")
    assert len(illustrations(mixed)) == 3 and len(illustrations(mixed, 2)) == 2
    assert sketch_table(photos("photos_food"), None, None) == ""


def test_the_true_colours_are_near_and_do_not_leak() -> None:
    ways = {**sketch_ways(None, None), "truth": lambda L, reference: under(L, lab()),
            "blurred": lambda L, reference: under(L, cv2.GaussianBlur(lab(), (0, 0), 6))}  # fmt: skip
    marks = sketch_marks(photos("illus_art"), ways)
    assert marks["truth"]["delta_e"] < 8 < marks["the sketch as it is"]["delta_e"]
    assert marks["truth"]["lines"] == 0 and marks["truth"]["leak"] < 0.15 < 0.25 < marks["blurred"]["leak"]
    assert marks["truth"]["delta_e"] < marks["the reference's mean colour"]["delta_e"]


def test_the_table_names_every_way_and_the_sheet_is_a_picture(tmp_path) -> None:
    more = {"truth": lambda L, reference: under(L, lab())}
    text = sketch_table(photos("illus_art"), None, None, more=more)
    assert text.startswith("## Sketches") and "| truth |" in text and "| the sketch as it is |" in text
    sketch_sheet(photos("illus_art"), more, tmp_path / "sheet.jpg", height=48)
    assert cv2.imread(str(tmp_path / "sheet.jpg")).shape[0] == 50


def test_the_network_lights_the_paper_it_colours() -> None:
    class Runner:
        def encode(self, L: np.ndarray) -> np.ndarray:
            return L

        def paint(self, *told: object) -> SimpleNamespace:
            return SimpleNamespace(light=np.full((1, 8, 10), 44.0))

        def full(self, encoded: np.ndarray, painted: object, labels: np.ndarray) -> tuple[np.ndarray, None]:
            assert (labels == 255).all(), "nobody said a label"
            return np.ones((*encoded.shape, 2), np.float32), None

    lab = guided(Runner(), np.full((30, 40), 100, np.float32), None)
    assert lab.shape == (30, 40, 3) and np.allclose(lab[..., 0], 44) and (lab[..., 1:] == 1).all()
