"""PSD, read again by psd-tools and by Pillow."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import BlendMode, Resource

from core import psd as writer
from core.errors import ExportError
from core.labels import default_label_set
from core.layer_stack import layer_stack
from core.photo import Photo, load_photo
from core.provenance import read_made
from tests.core.layered import result_of, small, whole
from tests.core.profiles import DISPLAY_P3
from tests.core.test_ora import save


@pytest.fixture(scope="module")
def photo(samples: dict[str, Path]) -> Photo:
    return small(samples["coffee"], icc=DISPLAY_P3)


@pytest.fixture(scope="module")
def written(photo: Photo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save(photo, tmp_path_factory.mktemp("psd") / "coffee.psd", "psd")


def test_layers_names_modes_and_places(written: Path) -> None:
    found = [(layer.name, layer.blend_mode, layer.visible) for layer in PSDImage.open(written)]
    assert found == [
        ("Light", BlendMode.NORMAL, True),
        ("Light for Color mode", BlendMode.NORMAL, True),
        ("Colour", BlendMode.COLOR, True),
        ("Exact light", BlendMode.LUMINOSITY, True),
        ("Labels", BlendMode.PASS_THROUGH, False),
        ("Hints", BlendMode.NORMAL, False),
    ]


def test_every_pixel_of_every_layer_is_the_stacks(written: Path, photo: Photo) -> None:
    read = {layer.name: layer for layer in PSDImage.open(written).descendants() if not layer.is_group()}
    for layer in layer_stack(photo, result_of(photo), default_label_set()).every():
        again = read[layer.name]
        box = layer.box
        assert again.bbox == (box.left, box.top, box.right, box.bottom)
        mine, theirs = whole(layer), again.numpy()
        np.testing.assert_allclose(theirs[..., :3] * (theirs[..., 3:] > 0), mine[..., :3] * (mine[..., 3:] > 0),
                                   atol=1e-6)  # fmt: skip
        np.testing.assert_allclose(theirs[..., 3:], mine[..., 3:], atol=1e-6)


def test_the_merged_composite_is_the_result(written: Path, photo: Photo) -> None:
    merged = whole(layer_stack(photo, result_of(photo), default_label_set()).merged)
    np.testing.assert_allclose(PSDImage.open(written).numpy()[..., :3], merged[..., :3], atol=1e-6)
    with Image.open(written) as picture:  # another reader
        np.testing.assert_allclose(np.asarray(picture.convert("RGB")) / 255, merged[..., :3], atol=1e-6)


def test_psd_tools_own_blending_of_the_layers_is_the_result_too(samples, tmp_path: Path) -> None:
    plain = small(samples["coffee"])
    path = save(plain, tmp_path / "x.psd", "psd")
    blended = np.asarray(PSDImage.open(path).composite(force=True).convert("RGB")).astype(float)
    merged = 255 * whole(layer_stack(plain, result_of(plain), default_label_set()).merged)[..., :3]
    assert np.abs(blended - merged).mean() < 0.3 and np.abs(blended - merged).max() <= 4


def test_profile_and_what_it_was_made_with_are_kept(written: Path) -> None:
    assert PSDImage.open(written).image_resources.get_data(Resource.ICC_PROFILE) == DISPLAY_P3
    assert read_made(written).settings.format == "psd"


def test_16_bit_and_transparency(samples, tmp_path: Path) -> None:
    base = small(samples["coffee"], depth=16)
    alpha = np.full(base.size, 65535, np.uint16)
    alpha[:9] = 0
    deep = Photo(None, base.pixels, alpha)
    again = PSDImage.open(save(deep, tmp_path / "x.psd", "psd"))
    stack = layer_stack(deep, result_of(deep), default_label_set(), depth=16)
    assert again.depth == 16
    np.testing.assert_allclose(again.numpy("color")[9:], whole(stack.merged)[9:, :, :3], atol=1e-6)
    light = next(layer for layer in again if layer.name == "Light").numpy()
    np.testing.assert_allclose(light, whole(stack.layers[-1]), atol=1e-6)


def test_without_psd_tools_one_sentence_says_what_to_type(
    photo: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "find_spec", lambda name: None)
    with pytest.raises(ExportError, match="pip install psd-tools"):
        save(photo, tmp_path / "x.psd", "psd")
    assert list(tmp_path.iterdir()) == []


def test_a_psd_is_no_photo_and_says_so(written: Path) -> None:
    from core.errors import PhotoError

    with pytest.raises(PhotoError, match="not a photo that can be opened"):
        load_photo(written)
