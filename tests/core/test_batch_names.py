"""Which file a batch writes for which photo: never an input, never one file for two."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.batch_names import BatchNames, NamePattern
from core.errors import BatchError


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


def dealt(inputs: list[Path], out: Path, roots: tuple[Path, ...] = (), name: str = "{stem}") -> list[str]:
    pattern = NamePattern(name, len(inputs), "guided", "labels-59")
    dealer = BatchNames(inputs, out, "same", False, None, roots, pattern)
    return [dealer.deal(path, index=at).photo.relative_to(out).as_posix() for at, path in enumerate(inputs)]


def test_the_tree_is_mirrored(tmp_path: Path) -> None:
    root = tmp_path / "scans"
    inputs = [root / "a.jpg", root / "x" / "a.jpg", root / "x" / "y" / "a.jpg", tmp_path / "else" / "a.jpg"]
    assert dealt(inputs, tmp_path / "out", (root,)) == ["a.jpg", "x/a.jpg", "x/y/a.jpg", "a_jpg.jpg"]


def test_a_pattern_names_the_results_and_clashes_are_dealt_with(tmp_path: Path) -> None:
    inputs = [tmp_path / "x" / "a.jpg", tmp_path / "y" / "b.jpg", *(tmp_path / f"{n}.jpg" for n in range(8))]
    out = tmp_path / "out"
    assert dealt(inputs, out, name="{stem}_color")[0] == "a_color.jpg"
    assert dealt(inputs, out, name="{index} {parent}-{stem}")[:2] == ["01 x-a.jpg", "02 y-b.jpg"]
    assert dealt(inputs, out, name="{stem} {colorizer} {label-set}")[1] == "b guided labels-59.jpg"
    twins = [tmp_path / "x" / "a.jpg", tmp_path / "y" / "A.jpg"]
    assert dealt(twins, out, name="{stem}!") == ["a!.jpg", "A!_jpg.jpg"]


@pytest.mark.parametrize("name", ["{stem", "{nonsense}", "plain", "{parent}", "../{stem}", "a:{stem}", "{stem!r}",
                                  "{stem:>10}", "{}", "{stem.x}", ""])  # fmt: skip
def test_a_pattern_that_cannot_name_files_is_a_sentence(name: str) -> None:
    with pytest.raises(BatchError, match="--name"):
        NamePattern(name)


def test_a_name_that_is_wanted_is_not_given_to_a_misnamed_photo_before(tmp_path: Path) -> None:
    inputs = [tmp_path / "a.jpg", tmp_path / "a.png"]  # the first is a PNG inside
    dealer = BatchNames(inputs, tmp_path / "out", "same", False, None)
    first = dealer.deal_again(dealer.deal(inputs[0], index=0), ".png")
    assert first.photo.name == "a_jpg.png" and dealer.deal(inputs[1], index=1).photo.name == "a.png"


def test_a_label_map_lies_in_the_tree_of_its_photo_or_at_the_top(tmp_path: Path) -> None:
    maps, root = tmp_path / "maps", tmp_path / "scans"
    for name in ("x/a_labels.png", "b_labels.png"):
        (maps / name).parent.mkdir(parents=True, exist_ok=True)
        (maps / name).touch()
    dealer = BatchNames([], tmp_path / "out", "same", False, maps, (root,))
    found = [dealer.deal(root / name).label_map for name in ("x/a.jpg", "x/b.jpg", "y/a.jpg")]
    assert found == [maps / "x" / "a_labels.png", maps / "b_labels.png", None]
