"""Label maps as files: written, read back, read from other programs, and refused with a reason."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst
from PIL import Image

from core.errors import LabelError
from core.label_exchange import UnknownNames
from core.label_maps import NAMES_KEY, load_label_map, save_label_map
from core.labels import UNSURE, LabelSet, default_label_set, resize_labels, voc_color
from tests.core.small_disk import room_for

LABELS = default_label_set()
IDS = [*range(60), UNSURE]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "карта 标签.png"


@pytest.fixture
def every_id():
    return np.array(IDS * 3, np.uint8).reshape(3, 61)


def colors_of(labels: np.ndarray) -> np.ndarray:
    return np.array([voc_color(label) for label in range(256)], np.uint8)[labels]


def png(width: int, height: int, depth: int, kind: int, rows: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG byte by byte, for the kinds Pillow does not write."""
    header = (b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0))
    parts = [header, *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts)


def refusal(path, *args, **kwargs) -> str:
    with pytest.raises(LabelError) as caught:
        load_label_map(path, *args, **kwargs)
    sentence = str(caught.value)
    assert str(path) in sentence and sentence.endswith(".") and "\n" not in sentence
    return sentence


# -- what is written comes back

@settings(max_examples=60)
@given(npst.arrays(np.uint8, npst.array_shapes(min_dims=2, max_dims=2, max_side=40),
                   elements=st.sampled_from(IDS)))
def test_every_id_comes_back_exactly(tmp_path_factory, labels):
    path = tmp_path_factory.mktemp("maps") / "map.png"
    save_label_map(path, labels, LABELS)
    loaded = load_label_map(path, labels.shape)
    assert loaded.dtype == np.uint8 and (loaded == labels).all()


def test_any_other_program_sees_ids_colors_and_names(path, every_id):
    save_label_map(path, every_id, LABELS)
    with Image.open(path) as picture:
        assert picture.mode == "P" and picture.format == "PNG"
        assert (np.asarray(picture) == every_id).all()
        assert (np.asarray(picture.convert("RGB")) == colors_of(every_id)).all()
        assert picture.text[NAMES_KEY].splitlines()[50] == "50: sky"
    assert path.read_bytes()[24:26] == bytes([8, 3])  # eight bits, indexed


def test_names_in_any_script_are_kept(path):
    save_label_map(path, np.zeros((2, 2), np.uint8), LabelSet(("天空",)))
    with Image.open(path) as picture:
        assert picture.text[NAMES_KEY] == "0: 天空\n"


def test_a_loaded_map_may_be_painted_on(path, every_id):
    save_label_map(path, every_id, LABELS)
    load_label_map(path)[0, 0] = 1


# -- other programs' maps

def test_plain_grey_ids_are_read(path, every_id):
    Image.fromarray(every_id).save(path)
    assert (load_label_map(path, every_id.shape) == every_id).all()


def test_grey_ids_with_alpha_are_read(path, every_id):
    Image.fromarray(np.dstack([every_id, np.full_like(every_id, 255)])).save(path)
    assert (load_label_map(path) == every_id).all()


@pytest.mark.parametrize("depth", [1, 2, 4])
@pytest.mark.parametrize("kind", [0, 3])
def test_ids_of_few_bits_are_not_spread(path, depth, kind):
    chunks = [(b"PLTE", bytes(range(3 << depth)))] if kind == 3 else []
    row = bytes([0, 0b00011011])
    path.write_bytes(png(8 // depth, 1, depth, kind, row, *chunks))
    expected = [0b00011011 >> at & (1 << depth) - 1 for at in range(8 - depth, -1, -depth)]
    assert load_label_map(path).tolist() == [expected]


def test_the_originals_color_coded_map_is_read(path):
    labels = np.arange(60, dtype=np.uint8).repeat(4).reshape(12, 20)
    Image.fromarray(colors_of(labels)).save(path)
    assert (load_label_map(path, labels.shape) == labels).all()


def test_a_color_coded_map_with_alpha_and_unsure_pixels_is_read(path, every_id):
    Image.fromarray(np.dstack([colors_of(every_id), np.full_like(every_id, 255)])).save(path)
    assert (load_label_map(path) == every_id).all()


def test_a_palette_in_another_order_is_read_by_its_colors(path):
    labels = np.array([[50, 36, 50, UNSURE]], np.uint8)
    picture = Image.fromarray(np.array([[2, 0, 2, 1]], np.uint8))
    picture.putpalette([*voc_color(36), *voc_color(UNSURE), *voc_color(50)])
    picture.save(path)
    assert (load_label_map(path) == labels).all()


def test_a_palette_of_foreign_colors_is_read_by_its_indices(path):
    picture = Image.fromarray(np.array([[50, 0, 7]], np.uint8))
    picture.putpalette([part for label in range(256) for part in (label, 10, 20)])
    picture.save(path)
    assert load_label_map(path).tolist() == [[50, 0, 7]]


def test_two_labels_of_one_color_keep_their_ids(path):
    twins = LabelSet(("sky", "sea"), ((0, 0, 255), (0, 0, 255)))
    save_label_map(path, np.array([[0, 1]], np.uint8), twins)
    assert load_label_map(path, label_set=twins).tolist() == [[0, 1]]


# -- size

def test_another_size_is_refused_with_both_sizes(path):
    save_label_map(path, np.zeros((4, 6), np.uint8), LABELS)
    sentence = refusal(path, (40, 60))
    assert "6 x 4" in sentence and "60 x 40" in sentence


def test_another_size_is_scaled_when_asked(path, every_id):
    save_label_map(path, every_id, LABELS)
    assert (load_label_map(path, (9, 200), scale=True) == resize_labels(every_id, (9, 200))).all()


# -- what cannot be read

def test_ids_outside_the_set_are_refused(path):
    save_label_map(path, np.array([[3, 77]], np.uint8), LABELS)
    assert "“id 77”" in refusal(path)
    assert "“bird”, “id 77”" in refusal(path, label_set=LabelSet(("sky", "sea", "land")))
    Image.fromarray(np.array([[3, 77]], np.uint8)).save(path)
    assert "“id 3”, “id 77”" in refusal(path, label_set=LabelSet(("sky", "sea", "land")))


def test_names_decide_in_a_map_made_with_another_set(path):
    other = LabelSet(("sea", "sky", "dragon"))
    save_label_map(path, np.array([[0, 1, 2, UNSURE]], np.uint8), other)
    mine = LabelSet(("sky", "land", "sea"))
    with pytest.raises(UnknownNames) as caught:
        load_label_map(path, label_set=mine)
    assert caught.value.names == ("dragon",)
    assert load_label_map(path, label_set=mine, mapping={"dragon": "land"}).tolist() == [[2, 0, 1, UNSURE]]
    assert load_label_map(path, label_set=mine, mapping={"dragon": None}).tolist() == [[2, 0, UNSURE, UNSURE]]


def test_unknown_ids_and_colors_can_be_mapped(path):
    Image.fromarray(np.array([[3, 77]], np.uint8)).save(path)
    assert load_label_map(path, mapping={"id 77": "sky"}).tolist() == [[3, 50]]
    Image.fromarray(np.array([[(18, 52, 86), voc_color(7)]], np.uint8)).save(path)
    assert load_label_map(path, mapping={"#123456": 36}).tolist() == [[36, 7]]


def test_a_smoothed_picture_is_refused_whatever_is_mapped(path):
    ramp = np.arange(300, dtype=np.uint16)
    pixels = np.stack([ramp >> 8, ramp & 255, np.full(300, 77, np.uint16)], axis=1).astype(np.uint8)[None]
    Image.fromarray(pixels).save(path)
    assert "without smoothing" in refusal(path)


def test_an_unknown_color_is_refused(path):
    Image.fromarray(np.full((2, 2, 3), (18, 52, 86), np.uint8)).save(path)
    assert "#123456" in refusal(path)


@pytest.mark.parametrize("kind", [0, 2])
def test_sixteen_bits_are_refused(path, kind):
    path.write_bytes(png(2, 1, 16, kind, bytes([0] + [0, 7] * (2 if kind == 0 else 6))))
    assert "16 bits" in refusal(path)


def test_other_files_are_refused(path, tmp_path):
    for content in (b"", b"0: sky\n", b"\xff\xd8\xff\xe0 a JPEG"):
        path.write_bytes(content)
        assert "not a PNG" in refusal(path)
    assert "cannot be read" in refusal(tmp_path / "missing.png")
    assert "cannot be read" in refusal(tmp_path)


def test_a_file_cut_short_anywhere_is_refused(path, every_id):
    save_label_map(path, np.random.default_rng(0).choice(np.array(IDS, np.uint8), (64, 64)), LABELS)
    whole = path.read_bytes()
    for cut in range(8, len(whole) - 40, 97):
        path.write_bytes(whole[:cut])
        assert "cut short" in refusal(path)


def test_damaged_bytes_are_refused_or_harmless(path):
    labels = np.random.default_rng(0).choice(np.array(IDS, np.uint8), (64, 64))
    save_label_map(path, labels, LABELS)
    whole = path.read_bytes()
    for at in range(8, len(whole), 53):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1:])
        try:
            load_label_map(path, labels.shape)
        except LabelError as error:
            assert str(path) in str(error)


def test_a_header_that_claims_the_impossible_is_refused(path):
    path.write_bytes(png(2**31 - 1, 2**31 - 1, 8, 3, b"", (b"PLTE", bytes(6))))
    assert "too large" in refusal(path)
    path.write_bytes(png(0, 0, 8, 0, b""))
    refusal(path)


def test_indexed_without_a_palette_is_refused_or_read_by_its_indices(path):
    path.write_bytes(png(2, 1, 8, 3, bytes([0, 5, 6])))
    assert load_label_map(path).tolist() == [[5, 6]]


# -- writing safely

def test_nothing_is_overwritten_unless_allowed(path):
    path.write_bytes(b"precious")
    with pytest.raises(LabelError, match="already there"):
        save_label_map(path, np.zeros((2, 2), np.uint8), LABELS)
    assert path.read_bytes() == b"precious"
    save_label_map(path, np.ones((2, 2), np.uint8), LABELS, overwrite=True)
    assert load_label_map(path).tolist() == [[1, 1], [1, 1]]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(path):
    path.write_bytes(b"precious")
    with pytest.raises(LabelError, match="disk is full") as caught, room_for(20):
        save_label_map(path, np.zeros((2, 2), np.uint8), LABELS, overwrite=True)
    assert str(path) in str(caught.value)
    assert path.read_bytes() == b"precious" and list(path.parent.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    (tmp_path / "file").touch()
    for folder in ("missing", "file"):
        with pytest.raises(LabelError, match="is not a folder"):
            save_label_map(tmp_path / folder / "map.png", np.zeros((2, 2), np.uint8), LABELS)
