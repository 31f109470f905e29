"""Label sets and their files, the overlay colours, resizing and counting of label maps."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import LabelError
from core.labels import (
    UNSURE,
    LabelSet,
    count_labels,
    default_label_set,
    load_label_set,
    resize_labels,
    voc_color,
)


def colormap() -> list[list[int]]:
    """The PASCAL VOC colormap as its development kit computes it: bit by bit, all ids at once."""
    colors = np.zeros((256, 3), int)
    ids = np.arange(256)
    for bit in range(7, -1, -1):
        for channel in range(3):
            colors[:, channel] |= ((ids >> channel) & 1) << bit
        ids >>= 3
    return colors.tolist()


def write(tmp_path, content: bytes | str):
    path = tmp_path / "étiquettes 标签.txt"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refusal(path) -> str:
    with pytest.raises(LabelError) as caught:
        load_label_set(path)
    sentence = str(caught.value)
    assert str(path) in sentence and sentence.endswith(".") and "\n" not in sentence
    return sentence


# -- colours

def test_overlay_colors_are_those_of_pascal_voc():
    assert [list(voc_color(label)) for label in range(256)] == colormap()
    assert len({voc_color(label) for label in range(256)}) == 256


@pytest.mark.parametrize(("label", "color"), [
    (0, (0, 0, 0)), (1, (128, 0, 0)), (2, (0, 128, 0)), (7, (128, 128, 128)), (8, (64, 0, 0)),
    (15, (192, 128, 128)), (19, (128, 192, 0)), (36, (0, 0, 192)), (50, (0, 192, 64)), (56, (64, 64, 64)),
    (59, (192, 192, 64)), (255, (224, 224, 192)),
])
def test_overlay_colors_by_hand(label, color):
    assert voc_color(label) == color


# -- the set

def test_the_default_set_has_the_background_and_pascal_contexts_59():
    labels = default_label_set()
    assert len(labels) == 60 and len(set(labels.names)) == 60
    assert (labels.names[0], labels.names[1], labels.names[59]) == ("background", "aeroplane", "wood")
    assert [labels.id(name) for name in ("bus", "car", "person", "grass", "sky", "tree")] == [6, 7, 15, 36, 50, 54]
    assert [list(color) for color in labels.colors] == colormap()[:60]


def test_names_and_ids_translate_both_ways():
    labels = LabelSet(("sky", "grass"))
    assert [labels.name(labels.id(name)) for name in labels.names] == ["sky", "grass"]
    assert labels.name(UNSURE) == "unsure" and labels.name(9) == "label 9"
    assert labels.color(1) == (128, 0, 0) and labels.color(UNSURE) == voc_color(UNSURE)
    with pytest.raises(LabelError, match="sea"):
        labels.id("sea")


def test_a_set_may_have_colors_of_its_own():
    assert LabelSet(("sky",), ((1, 2, 3),)).color(0) == (1, 2, 3)


# -- its file

@pytest.mark.parametrize("content", [
    "0: sky\n1: grass\n", "0: sky\n1: grass", "0: sky\r\n1: grass\r\n", "0: sky\r1: grass",
    "\ufeff0: sky\n1: grass\n", " 0 :  sky \n1:grass\n",
])
def test_line_ends_byte_order_mark_and_spaces_do_not_matter(tmp_path, content):
    assert load_label_set(write(tmp_path, content)).names == ("sky", "grass")


def test_names_may_be_in_any_script_and_hold_colons(tmp_path):
    assert load_label_set(write(tmp_path, "0: 天空\n1: robe: bleue\n")).names == ("天空", "robe: bleue")


@given(st.lists(st.text(st.characters(categories=["L", "N", "P"]), min_size=1), min_size=1, max_size=255,
                unique=True))
def test_any_printable_names_are_read_back(tmp_path_factory, names):
    path = tmp_path_factory.mktemp("labels") / "labels.txt"
    path.write_text("".join(f"{label}: {name}\n" for label, name in enumerate(names)), encoding="utf-8")
    assert load_label_set(path).names == tuple(names)


@pytest.mark.parametrize(("content", "line", "said"), [
    ("0: sky\n2: grass\n", 2, "gaps"),
    ("1: sky\n", 1, "gaps"),
    ("0: sky\n1: sea\n1: grass\n", 3, "second time"),
    ("0: sky\n1: sea\n2: sky\n", 3, "repeats the name “sky”"),
    ("0: sky\n\n1: grass\n", 2, "blank"),
    ("0: sky\n   \n", 2, "blank"),
    ("0: sky\n\n", 2, "blank"),
    ("0: sky\ngrass\n", 2, "form"),
    ("0: sky\n1 grass\n", 2, "form"),
    ("0: sky\n1:\n", 2, "form"),
    ("-1: sky\n", 1, "form"),
    ("0: s\x07ky\n", 1, "form"),
    ("٠: sky\n", 1, "form"),
    ("99999999999999999999: sky\n", 1, "form"),
    ("".join(f"{i}: label {i}\n" for i in range(256)), 256, "255 labels"),
    (b"0: sky\n1: for\xeat\n", 2, "UTF-8"),
    ("0: sky\n".encode("utf-16"), 1, "UTF-8"),
    ("0: sky\n".encode("utf-16-le"), 1, "UTF-8"),
])
def test_a_faulty_line_is_named_with_its_remedy(tmp_path, content, line, said):
    sentence = refusal(write(tmp_path, content))
    assert f"line {line} " in sentence and said in sentence


def test_255_labels_are_not_too_many(tmp_path):
    assert len(load_label_set(write(tmp_path, "".join(f"{i}: label {i}\n" for i in range(255))))) == 255


def test_what_is_no_label_file_is_refused(tmp_path):
    assert "empty" in refusal(write(tmp_path, ""))
    assert "empty" in refusal(write(tmp_path, b"\xef\xbb\xbf"))
    assert "too large" in refusal(write(tmp_path, b"0" * (2 << 20)))
    assert "cannot be read" in refusal(tmp_path / "missing.txt")
    assert "cannot be read" in refusal(tmp_path)


# -- label maps as arrays

sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))


@given(sizes, sizes)
def test_resizing_takes_the_label_at_each_pixels_centre(size, new_size):
    labels = np.arange(size[0] * size[1]).reshape(size)
    expected = [[labels[int((row + 0.5) * size[0] / new_size[0]), int((column + 0.5) * size[1] / new_size[1])]
                 for column in range(new_size[1])] for row in range(new_size[0])]
    assert resize_labels(labels, new_size).tolist() == expected


@given(sizes, st.integers(1, 5))
def test_enlarged_and_made_small_again_nothing_is_lost(size, factor):
    labels = np.arange(size[0] * size[1]).reshape(size)
    large = resize_labels(labels, (size[0] * factor, size[1] * factor))
    assert (large == np.kron(labels, np.ones((factor, factor), int))).all()
    assert (resize_labels(large, size) == labels).all()


def test_resizing_to_the_same_size_copies():
    labels = np.zeros((3, 4), np.uint8)
    same = resize_labels(labels, (3, 4))
    same[0, 0] = 1
    assert labels[0, 0] == 0


def test_counting_is_exact_beyond_what_float32_counts():
    labels = np.zeros((4097, 4100), np.uint8)
    labels[-1, -1] = 7
    counts = count_labels(labels)
    assert (counts[0], counts[7], counts.sum()) == (labels.size - 1, 1, labels.size)


def test_counting_under_a_mask():
    labels = np.arange(12, dtype=np.uint8).reshape(3, 4)
    mask = (labels % 2).astype(np.uint8)
    assert np.flatnonzero(count_labels(labels[:, 1:], mask[:, 1:])).tolist() == [1, 3, 5, 7, 9, 11]
