"""Label maps from and for labelme, COCO and CVAT: they come back exactly, and what is wrong is said."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from core import coco, cvat, labelme, rle
from core.errors import LabelError
from core.label_exchange import UnknownNames, WrongSize, read_labels
from core.labels import UNSURE, default_label_set

SET = default_label_set()
SKY, TREE = SET.id("sky"), SET.id("tree")


@pytest.fixture
def labels() -> np.ndarray:
    """A map with holes, diagonal pixels, unsure parts and the photo's corners."""
    made = np.full((23, 31), SKY, np.uint8)
    made[10:, :] = TREE
    made[12:20, 5:15] = 15
    made[14:17, 8:11] = TREE
    made[3, 3] = made[4, 4] = 15
    made[20:, 25:] = UNSURE
    return made


WRITERS = {
    "labelme.json": labelme.write,
    "coco.json": coco.write,
    "polygons.json": partial(coco.write, polygons=True),
    "panoptic.json": coco.write_panoptic,
    "cvat.zip": cvat.write,
}


@pytest.mark.parametrize("name", WRITERS)
def test_a_map_comes_back_exactly(name: str, labels: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / name
    WRITERS[name](path, labels, SET, "photo.jpg")
    assert (read_labels(path, labels.shape, SET, photo="photo.jpg") == labels).all()
    assert (read_labels(path, labels.shape, SET) == labels).all()


@pytest.mark.parametrize("name", WRITERS)
def test_nothing_is_overwritten_unasked(name: str, labels: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / name
    WRITERS[name](path, labels, SET, "photo.jpg")
    before = path.read_bytes()
    with pytest.raises(LabelError, match="already there"):
        WRITERS[name](path, labels, SET, "photo.jpg")
    assert path.read_bytes() == before
    WRITERS[name](path, labels, SET, "photo.jpg", overwrite=True)


@pytest.mark.parametrize("name", WRITERS)
def test_another_size_carries_both_and_can_be_scaled(name: str, labels: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / name
    WRITERS[name](path, labels, SET, "photo.jpg")
    with pytest.raises(WrongSize, match="31 x 23") as caught:
        read_labels(path, (46, 62), SET)
    assert (caught.value.have, caught.value.want) == ((23, 31), (46, 62))
    scaled = read_labels(path, (46, 62), SET, scale=True)
    assert (scaled == labels.repeat(2, 0).repeat(2, 1)).all()


def labelme_file(tmp_path: Path, *shapes: dict, size: tuple[int, int] = (20, 30)) -> Path:
    path = tmp_path / "shapes.json"
    path.write_text(json.dumps({"shapes": shapes, "imageHeight": size[0], "imageWidth": size[1]}))
    return path


def test_unknown_names_are_listed_and_can_be_mapped(tmp_path: Path) -> None:
    square = [[2, 2], [8, 8]]
    path = labelme_file(
        tmp_path,
        {"label": "dragon", "points": square, "shape_type": "rectangle"},
        {"label": "cave", "points": [[10, 2], [20, 8]], "shape_type": "rectangle"},
    )
    with pytest.raises(UnknownNames, match="“cave”, “dragon”") as caught:
        read_labels(path, (20, 30), SET)
    assert caught.value.names == ("cave", "dragon")
    read = read_labels(path, (20, 30), SET, mapping={"dragon": "bird", "cave": None})
    assert read[5, 5] == SET.id("bird") and read[5, 15] == UNSURE
    assert (read_labels(path, (20, 30), SET, mapping={"dragon": 0, "cave": SKY})[5, [5, 15]] == [0, SKY]).all()
    with pytest.raises(LabelError, match="no label 99"):
        read_labels(path, (20, 30), SET, mapping={"dragon": 99})


def test_labelme_shapes_lie_where_they_were_drawn(tmp_path: Path) -> None:
    mask = io.BytesIO()
    Image.fromarray(np.uint8([[255, 0, 255], [255, 255, 0]])).save(mask, "PNG")
    text = base64.b64encode(mask.getvalue()).decode()
    path = labelme_file(
        tmp_path,
        {"label": "sky", "points": [[0, 0], [30, 10]], "shape_type": "rectangle"},
        {"label": "tree", "points": [[5, 2], [9, 2], [9, 6], [5, 6]]},
        {"label": "person", "points": [[20, 15], [20, 18]], "shape_type": "circle"},
        {"label": "bird", "points": [[1, 12], [3, 13]], "shape_type": "mask", "mask": text},
        {"label": "bird", "points": [[28, 18]], "shape_type": "point"},
        {"label": "boat", "points": [[-1, 19], [1, 20]], "shape_type": "mask", "mask": text},
    )
    read = read_labels(path, (20, 30), SET)
    assert (read[:2] == SKY).all() and read[4, 7] == TREE and read[4, 12] == SKY
    assert read[15, 20] == SET.id("person") and read[15, 24] == UNSURE
    assert read[12:14, 1:4].tolist() == [[3, UNSURE, 3], [3, 3, UNSURE]]
    assert read[19, :3].tolist() == [UNSURE, SET.id("boat"), UNSURE]


def coco_file(tmp_path: Path, segmentation: object, **more: object) -> Path:
    content = {
        "images": [{"id": 7, "file_name": "b/one.jpg", "height": 4, "width": 5},
                   {"id": 8, "file_name": "two.jpg", "height": 9, "width": 9}],
        "categories": [{"id": 90, "name": "sky"}],
        "annotations": [{"image_id": 7, "category_id": 90, "segmentation": segmentation}],
    } | more  # fmt: skip
    path = tmp_path / "coco.json"
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize(
    "segmentation",
    [
        {"size": [4, 5], "counts": [4, 8, 8]},
        {"size": [4, 5], "counts": rle.to_string([4, 8, 8])},
        [[1, 0, 3, 0, 3, 4, 1, 4]],
    ],
)
def test_coco_says_the_same_in_three_ways(segmentation: object, tmp_path: Path) -> None:
    read = read_labels(coco_file(tmp_path, segmentation), (4, 5), SET, photo="one.png", outside=0)
    assert (read[:, 1:3] == SKY).all() and (read[:, [0, 3, 4]] == 0).all()


def test_coco_of_many_photos_asks_which(tmp_path: Path) -> None:
    path = coco_file(tmp_path, [])
    with pytest.raises(LabelError, match="2 photos; say which"):
        read_labels(path, (4, 5), SET)
    with pytest.raises(LabelError, match=r"not three\.jpg"):
        read_labels(path, (4, 5), SET, photo="three.jpg")


@pytest.mark.parametrize(
    "segmentation",
    [{"size": [4, 5], "counts": [4, 8]}, {"size": [4, 5], "counts": "~~"}, {"size": [9, 9], "counts": [81]},
     {"size": [4, 5], "counts": [-4, 24]}, [[1, 2, 3]], 5, {"counts": []}],
)  # fmt: skip
def test_broken_annotations_are_refused_with_the_file(segmentation: object, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match=r"coco\.json is damaged"):
        read_labels(coco_file(tmp_path, segmentation), (4, 5), SET, photo="one.jpg")


def test_a_panoptic_picture_stays_in_its_folder(labels: np.ndarray, tmp_path: Path) -> None:
    path = tmp_path / "p.json"
    coco.write_panoptic(path, labels, SET, "photo.jpg")
    (tmp_path / "p").mkdir()
    (tmp_path / "p.png").rename(tmp_path / "p" / "p.png")
    assert (read_labels(path, labels.shape, SET) == labels).all()
    for name in ("../p.png", "/etc/passwd", "..\\p.png", ""):
        content = json.loads(path.read_text())
        content["annotations"][0]["file_name"] = name
        path.write_text(json.dumps(content))
        with pytest.raises(LabelError, match="outside"):
            read_labels(path, labels.shape, SET)


def cvat_file(tmp_path: Path, **entries: bytes) -> Path:
    picture = io.BytesIO()
    Image.fromarray(np.uint8([[[1, 2, 3], [9, 9, 9]]])).save(picture, "PNG")
    known = {"labelmap.txt": b"# label\nsky:1,2,3::\nwood:9,9,9::\n", "SegmentationClass/a.png": picture.getvalue()}
    path = tmp_path / "masks.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in (known | entries).items():
            if data is not None:
                file.writestr(name, data)
    return path


def test_cvat_colours_mean_what_its_labelmap_says(tmp_path: Path) -> None:
    assert read_labels(cvat_file(tmp_path), (1, 2), SET).tolist() == [[SKY, SET.id("wood")]]
    with pytest.raises(LabelError, match="#090909"):
        read_labels(cvat_file(tmp_path, **{"labelmap.txt": b"sky:1,2,3::\n"}), (1, 2), SET)


@pytest.mark.parametrize("name", ["../evil.png", "/evil.png", "a/../../evil", "C:\\evil", "..\\evil"])
def test_a_zip_that_leads_elsewhere_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="leads out"):
        read_labels(cvat_file(tmp_path, **{name: b"x"}), (1, 2), SET)


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = cvat_file(tmp_path, **{"labelmap.txt": bytes(8 << 20)})
    assert bomb.stat().st_size < 100_000
    with pytest.raises(LabelError, match="far more"):
        read_labels(bomb, (1, 2), SET)


@pytest.mark.parametrize("entries", [{"labelmap.txt": None}, {"SegmentationClass/a.png": None}])
def test_a_zip_without_its_parts_is_refused(entries: dict, tmp_path: Path) -> None:
    with pytest.raises(LabelError, match="Segmentation mask 1.1"):
        read_labels(cvat_file(tmp_path, **entries), (1, 2), SET)


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"{}", b"\xff\xfe", b"PK\x03\x04broken"])
@pytest.mark.parametrize("name", ["x.json", "x.zip"])
def test_what_is_no_label_file_is_refused_by_name(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(LabelError, match=name):
        read_labels(path, (4, 5), SET)


def test_a_missing_file_is_a_sentence(tmp_path: Path) -> None:
    for name in ("x.json", "x.zip"):
        with pytest.raises(LabelError, match="cannot be read"):
            read_labels(tmp_path / name, (4, 5), SET)


@given(hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=40)))
def test_run_lengths_come_back(mask: np.ndarray) -> None:
    counts = rle.encode(mask)
    assert (rle.decode(counts, mask.shape) == mask).all()
    assert rle.from_string(rle.to_string(counts)) == counts


@given(st.lists(st.integers(0, 10**8), max_size=30))
def test_any_counts_survive_compression(counts: list[int]) -> None:
    assert rle.from_string(rle.to_string(counts)) == counts


def test_compressed_run_lengths_are_pycocotools_own() -> None:
    """Strings worked out by hand from pycocotools' rleToString: five bits a letter, differences from the third on."""
    assert rle.to_string([4, 8, 8]) == "488"
    assert rle.to_string([0, 100, 5, 100, 5]) == "0T3500"
    assert rle.to_string([6, 1, 40, 4, 5, 4, 5, 4, 21]) == "61X13mN000`0"


@given(st.binary(max_size=20))
def test_any_text_is_read_or_refused(text: bytes) -> None:
    try:
        rle.decode(rle.from_string(text), (5, 5))
    except ValueError:
        pass
