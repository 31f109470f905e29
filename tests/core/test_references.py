"""References in a guidance: added, ordered, weighed, given to labels; and what a file is good for as one."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from core.asked import REFERENCES, heeded
from core.guidance import Guidance, Reference, Rule, Swatch
from core.photo import load_photo
from core.references import (
    added,
    bound,
    cleared,
    is_grey,
    keep_picture,
    listed,
    look_at,
    moved,
    removed,
    unbound,
    weighted,
)

A, B, C = "a.png", "b.png", "c.png"
RED = Swatch.from_hex("#d03020")


def after(guidance: Guidance, *steps) -> Guidance:
    """`guidance` after steps (function, arguments...)."""
    for step, *told in steps:
        guidance = Guidance(
            **{"rules": guidance.rules, "references": guidance.references, **step(guidance, *told)}
        )
    return guidance


THREE = after(Guidance(), (added, [A, B, C]))


def test_photos_are_added_in_their_order_and_once() -> None:
    assert [one.path for one in THREE.references] == [A, B, C]
    assert after(THREE, (added, [B])) == THREE
    assert after(THREE, (weighted, B, 0.0), (added, [B])) == THREE


def test_one_that_is_off_is_not_told_to_a_colorizer_but_stays_in_the_list() -> None:
    off = after(THREE, (weighted, A, 0.0))
    assert [one.on for one in listed(off)] == [False, True, True]
    assert [one.path for one in heeded(off, frozenset({REFERENCES})).references] == [B, C]


@pytest.mark.parametrize(
    ("path", "to", "order"),
    [(A, 2, [B, C, A]), (C, 0, [C, A, B]), (C, 9, [A, B, C]), (B, -1, [B, A, C]), ("?", 0, [A, B, C])],
)
def test_the_order_is_the_persons(path: str, to: int, order: list[str]) -> None:
    assert [one.path for one in after(THREE, (moved, path, to)).references] == order


def test_a_label_gets_its_own_beside_the_whole_photo_or_alone() -> None:
    both = after(THREE, (bound, A, 7))
    assert both.rules == (Rule(7, reference=A),) and both.references == THREE.references
    alone = after(THREE, (bound, A, 7, True))
    assert [one.path for one in alone.references] == [B, C]
    assert [(one.path, one.on, one.labels) for one in listed(alone)] == [
        (B, True, ()),
        (C, True, ()),
        (A, False, (7,)),
    ]
    assert after(alone, (weighted, A, 1.0)).references[-1] == Reference(A)


def test_one_that_is_off_serves_the_label_at_full_weight() -> None:
    guidance = after(THREE, (weighted, A, 0.0), (bound, A, 7))
    assert A not in [
        one.path for one in guidance.references
    ]  # else the label's request would weigh it at nothing
    assert after(THREE, (bound, A, 7), (weighted, A, 0.0)) == guidance


def test_a_label_that_lets_go_of_its_reference_keeps_its_other_wishes_and_the_list_its_card() -> None:
    start = Guidance(rules=(Rule(7, RED),))
    freed = after(start, (added, [A]), (bound, A, 7, True), (unbound, 7))
    assert freed.rules == start.rules
    assert freed.references == (Reference(A, 0.0),)
    swapped = after(start, (added, [A, B]), (bound, A, 7, True), (bound, B, 7))
    assert [(one.path, one.on) for one in listed(swapped)] == [(B, True), (A, False)]


def test_what_is_removed_is_gone_from_labels_too() -> None:
    guidance = after(THREE, (bound, A, 7), (bound, B, 8))
    assert after(guidance, (removed, A)) == after(Guidance(), (added, [B, C]), (bound, B, 8))
    assert after(guidance, (cleared,)) == Guidance()


def write(path: Path, pixels: np.ndarray) -> str:
    cv2.imwrite(str(path), pixels)
    return str(path)


def colourful(height: int, width: int) -> np.ndarray:
    """Red above, blue below; BGR."""
    pixels = np.full((height, width, 3), (200, 60, 40), np.uint8)
    pixels[: height // 2] = (32, 48, 208)
    return pixels


def test_a_colour_photo_has_a_palette_and_nothing_to_be_said(tmp_path: Path) -> None:
    look = look_at(write(tmp_path / "x.png", colourful(300, 400)))
    assert look.rgb.shape == (192, 256, 3) and not look.problem and not look.note
    assert {swatch.hex for swatch in look.palette} >= {"#d03020", "#283cc8"}
    assert sum(look.shares) == pytest.approx(1)


def test_a_grey_one_has_no_colours_to_lend(tmp_path: Path, samples: dict[str, Path]) -> None:
    look = look_at(str(samples["camera"]))
    assert "camera.png has no colours to lend" in look.problem and look.rgb is not None
    noisy = np.random.default_rng(5).integers(127, 130, (40, 40, 3)).astype(np.uint8)
    assert is_grey(noisy[..., ::-1]) and not is_grey(colourful(40, 40))


def test_what_is_transparent_lends_nothing(tmp_path: Path) -> None:
    pixels = np.dstack([colourful(64, 64), np.full((64, 64), 255, np.uint8)])
    pixels[:32, :, 3] = 0
    look = look_at(write(tmp_path / "half.png", pixels))
    assert {swatch.hex for swatch in look.palette} == {"#283cc8"}
    pixels[..., 3] = 0
    assert "transparent all over" in look_at(write(tmp_path / "none.png", pixels)).problem


def test_gone_broken_tiny_and_the_photo_itself_are_each_a_sentence(tmp_path: Path) -> None:
    assert "gone" in look_at(str(tmp_path / "gone.png")).problem
    (tmp_path / "text.png").write_text("no photo")
    assert "text.png" in look_at(str(tmp_path / "text.png")).problem
    tiny = write(tmp_path / "tiny.png", colourful(4, 6))
    assert look_at(tiny).note == "Only 6 × 4 pixels: it lends few colours." and look_at(tiny).palette
    itself = write(tmp_path / "itself.png", colourful(40, 40))
    assert "photo itself" in look_at(itself, load_photo(itself).key).note


def test_a_kept_picture_is_read_back_as_it_was(tmp_path: Path) -> None:
    rgb = np.random.default_rng(3).integers(0, 256, (9, 7, 4)).astype(np.uint8)
    for picture in (rgb, rgb[..., :3]):
        path = keep_picture(picture, tmp_path / "new", "x")
        assert keep_picture(picture, tmp_path / "new", "x") == path
        read = load_photo(path)
        assert np.array_equal(read.pixels, picture[..., :3])
        assert (read.alpha is None) == (picture.shape[2] == 3)
    assert len(list((tmp_path / "new").iterdir())) == 2
