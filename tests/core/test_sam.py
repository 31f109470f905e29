"""A person's own object model, read from ONNX files with SAM's signature; and what is said of wrong ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core import sam
from core.box import Box
from core.errors import CheckpointError, UserError
from core.objects import propose
from core.sam import Sam, find_pair, open_sam
from tests.core.tiny_sam import RADII, write_pair

SHAPE = (600, 900)  # of the photo; what is seen of it is 1024 wide


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_pair(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="module")
def tiny(folder: Path) -> Sam:
    return open_sam(find_pair(folder))


def rgb() -> np.ndarray:
    picture = np.zeros((300, 450, 3), np.uint8)
    picture[...] = (200, 100, 50)
    return picture


def test_a_photo_is_seen_at_the_size_of_the_encoder(tiny: Sam) -> None:
    seen = tiny.look(rgb())
    assert seen.size == (683, 1024) and seen.embeddings.shape == (1, 3, 64, 64)
    assert np.allclose(seen.embeddings[0, :, 0, 0], (200, 100, 50), atol=0.5)


def test_an_encoder_of_squares_gets_normalized_pixels_with_a_margin(tmp_path: Path) -> None:
    seen = open_sam(find_pair(write_pair(tmp_path, square=True))).look(rgb())
    wanted = (np.float32([200, 100, 50]) - sam._MEAN) / sam._STD * 683 / 1024
    assert np.allclose(seen.embeddings[0, :, 0, 0], wanted, atol=0.02)


def test_a_click_proposes_the_decoders_masks_coarse_to_fine_the_best_first(tiny: Sam) -> None:
    found = propose(tiny.look(rgb()), SHAPE, plus=[(450, 300)])
    scale = SHAPE[1] / 1024
    wanted = [np.pi * (radius * scale) ** 2 for radius in (RADII[0], RADII[3], RADII[2])]  # two were alike
    assert [region.area for region in found.regions] == pytest.approx(wanted, rel=0.03)
    assert found.likely == 1
    for region in found.regions:
        assert abs(region.box.left + region.box.right - 900) <= 2 and abs(region.box.top + region.box.bottom - 600) <= 2


def test_points_and_a_box_reach_the_decoder_as_sam_wants_them(tiny: Sam, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {}

    def run(own: Sam, network: object, inputs: dict) -> dict:
        given.update(inputs)
        return real(own, network, inputs)

    real, seen = sam._run, tiny.look(rgb())
    monkeypatch.setattr(sam, "_run", run)
    propose(seen, SHAPE, plus=[(90, 60)], minus=[(450, 300)], box=Box(60, 90, 240, 360))
    scale = 1024 / 900
    wanted = np.float32([(90, 60), (450, 300), (90, 60), (360, 240)]) * (scale, 683 / 600)
    assert np.allclose(given["point_coords"][0], wanted, atol=0.01)
    assert given["point_labels"].tolist() == [[1, 0, 2, 3]]
    propose(seen, SHAPE, plus=[(90, 60)])
    assert given["point_labels"].tolist() == [[1, -1]] and given["orig_im_size"].tolist() == [683, 1024]
    assert given["mask_input"].shape == (1, 1, 256, 256) and not given["has_mask_input"].any()


def test_a_click_beside_the_photo_needs_another(tiny: Sam) -> None:
    with pytest.raises(ValueError, match="point in it or a box"):
        propose(tiny.look(rgb()), SHAPE, plus=[(-5, 10)])


@pytest.mark.parametrize(("names", "sentence"), [
    ([], r"no file named \*encoder\*"), (["a_encoder", "b_encoder", "a_decoder"], r"several files named \*encoder\*"),
    (["a_encoder"], r"no file named \*decoder\*"),
])  # fmt: skip
def test_a_folder_without_one_pair_is_told_of(tmp_path: Path, names: list[str], sentence: str) -> None:
    for name in names:
        (tmp_path / f"{name}.onnx").touch()
    with pytest.raises(UserError, match=sentence):
        find_pair(tmp_path)


def test_files_that_are_something_else_are_told_of(tmp_path: Path, folder: Path) -> None:
    encoder, decoder = find_pair(folder)
    with pytest.raises(CheckpointError, match="no encoder of SAM"):
        open_sam((decoder, decoder))
    with pytest.raises(CheckpointError, match="no decoder of SAM: it has no input called image_embeddings"):
        open_sam((encoder, encoder))
    with pytest.raises(CheckpointError, match="no input called point_labels"):
        open_sam(find_pair(write_pair(tmp_path / "other", without="point_labels")))
    broken = tmp_path / "broken_decoder.onnx"
    broken.write_bytes(decoder.read_bytes()[:200])
    with pytest.raises(CheckpointError, match="broken_decoder.onnx cannot be read as an ONNX network"):
        open_sam((encoder, broken))


def test_files_that_do_not_belong_together_are_told_of(tmp_path: Path) -> None:
    model = open_sam(find_pair(write_pair(tmp_path / "odd", points=1)))  # a decoder of one point alone
    with pytest.raises(CheckpointError, match="The object model in odd failed"):
        propose(model.look(rgb()), SHAPE, plus=[(90, 60)])


def test_without_openvino_it_is_said_what_to_type(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("models.openvino_cache.available", lambda: False)
    with pytest.raises(UserError, match="pip install openvino"):
        open_sam(find_pair(folder))


def test_the_users_own_folder_is_where_data_lies(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HUESMITH_DATA", str(tmp_path))
    assert sam.default_folder() == tmp_path / "sam"
