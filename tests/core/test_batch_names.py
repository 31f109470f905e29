"""Which file a batch writes for which photo: never an input, never one file for two."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.batch_names import BatchNames


def names(
    inputs: list[Path], out: Path, form: str = "same", labels: bool = False, maps: Path | None = None
) -> list[str]:
    """The names dealt for `inputs`."""
    dealer = BatchNames(inputs, out, form, labels, maps)
    return [dealer.deal(path).photo.name for path in inputs]


def test_a_result_keeps_the_name_and_takes_the_suffix_of_its_format(tmp_path: Path) -> None:
    inputs = [tmp_path / "a.JPG", tmp_path / "b.v2.png"]
    out = tmp_path / "out"
    assert names(inputs, out) == ["a.JPG", "b.v2.png"]
    assert names(inputs, out, "png") == ["a.png", "b.v2.png"]
    assert names(inputs, out, "jpg") == ["a.jpg", "b.v2.jpg"]
    assert names(inputs, out, "tiff") == ["a.tiff", "b.v2.tiff"]


def test_photos_of_one_stem_do_not_share_a_file(tmp_path: Path) -> None:
    inputs = [tmp_path / "a.jpg", tmp_path / "a.png", tmp_path / "x" / "a.png", tmp_path / "y" / "A.png"]
    assert names(inputs, tmp_path / "out", "png") == ["a.png", "a_png.png", "a_png_2.png", "A_png_3.png"]


@pytest.mark.parametrize("form", ["same", "png"])
def test_a_result_never_falls_on_an_input(tmp_path: Path, form: str) -> None:
    inputs = [tmp_path / "a.png", tmp_path / "a_color.png", tmp_path / "b.PNG"]
    dealt = names(inputs, tmp_path, form)
    assert not {name.lower() for name in dealt} & {path.name.lower() for path in inputs}
    assert len(set(dealt)) == 3


def test_a_label_map_never_falls_on_a_result(tmp_path: Path) -> None:
    inputs = [tmp_path / "a.jpg", tmp_path / "a_labels.jpg"]
    dealer = BatchNames(inputs, tmp_path / "out", "png", True, None)
    targets = [dealer.deal(path) for path in inputs]
    files = [file for target in targets for file in target.files]
    assert len(set(files)) == 4
    assert targets[0].labels.name == "a_labels.png"


def test_a_label_map_is_found_by_both_names(tmp_path: Path) -> None:
    maps = tmp_path / "maps"
    maps.mkdir()
    (maps / "a.png").touch()
    (maps / "b.png").touch()
    (maps / "b_labels.png").touch()
    dealer = BatchNames([], tmp_path / "out", "same", False, maps)
    found = [dealer.deal(tmp_path / name).label_map for name in ("a.jpg", "b.jpg", "c.jpg")]
    assert found == [maps / "a.png", maps / "b_labels.png", None]


def test_a_photo_is_never_taken_for_its_own_label_map(tmp_path: Path) -> None:
    photo = tmp_path / "a.png"
    photo.touch()
    assert BatchNames([photo], tmp_path / "out", "same", False, tmp_path).deal(photo).label_map is None


def test_a_label_map_that_was_given_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "a_labels.png").touch()
    (tmp_path / "a.png").touch()  # an earlier result, not a label map
    target = BatchNames([], tmp_path, "png", True, tmp_path).deal(Path("photos/a.jpg"))
    assert target.label_map == tmp_path / "a_labels.png"
    assert target.files == (tmp_path / "a.png",)
