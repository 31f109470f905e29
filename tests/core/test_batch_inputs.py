"""Which photos a batch is given: trees, patterns and lists; never its own results, never a reference."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from core import batch_inputs
from core.batch_inputs import find_inputs
from core.batch_names import BatchNames
from core.errors import BatchError, PhotoError


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """scans/{b2,b10}.jpg, scans/1901/a.tif, scans/1901/garden/a.png, and what is no photo."""
    scans = tmp_path / "scans"
    for name in ("b10.jpg", "b2.jpg", "1901/a.tif", "1901/garden/a.png", "1901/notes.txt", ".hidden/x.jpg"):
        path = scans / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return scans


def names(found, root: Path) -> list[str]:
    return [path.relative_to(root).as_posix() for path in found.paths]


def test_a_folder_is_its_photos_and_with_recursion_those_below(tree: Path) -> None:
    assert names(find_inputs([tree]), tree) == ["b2.jpg", "b10.jpg"]
    found = find_inputs([tree], recursive=True)
    assert names(found, tree) == ["b2.jpg", "b10.jpg", "1901/a.tif", "1901/garden/a.png"]
    assert found.roots == (tree,)


def test_a_pattern_starts_its_tree_before_the_first_star(tree: Path) -> None:
    found = find_inputs([tree / "**" / "a.*"])
    assert names(found, tree) == ["1901/a.tif", "1901/garden/a.png"]
    assert found.roots == (tree,)


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tree: Path) -> None:
    odd = tree / "a[1].jpg"
    odd.write_bytes(b"x")
    (tree / "a1.jpg").write_bytes(b"x")
    assert names(find_inputs([odd]), tree) == ["a[1].jpg"]


def test_a_list_names_photos_folders_and_patterns_from_where_it_lies(tree: Path) -> None:
    listed = tree / "list.txt"
    listed.write_text("# the good ones\n\nb10.jpg\n1901\n1901/garden/*.png\nb10.jpg\n", encoding="utf-8-sig")
    assert names(find_inputs([Path(f"@{listed}")]), tree) == ["b10.jpg", "1901/a.tif", "1901/garden/a.png"]


def test_results_in_the_tree_are_no_inputs(tree: Path) -> None:
    out = tree / "1901" / "out"
    (out / "garden").mkdir(parents=True)
    (out / "a.tif").write_bytes(b"x")
    (out / "garden" / "a.png").write_bytes(b"x")
    for given, recursive in ((tree, True), (tree / "**" / "*", False)):
        found = names(find_inputs([given], recursive=recursive, out_dir=out), tree)
        assert len(found) == 4 and not any("out" in name for name in found)


def test_into_the_folder_of_the_inputs_they_are_inputs_still(tree: Path) -> None:
    assert len(find_inputs([tree], recursive=True, out_dir=tree).paths) == 4
    assert len(find_inputs([tree / "*.jpg"], out_dir=tree).paths) == 2


def test_a_reference_beside_its_photo_is_not_coloured(tree: Path) -> None:
    for name in ("b2_ref.png", "alone_ref.jpg"):
        (tree / name).write_bytes(b"x")
    found = names(find_inputs([tree], references_dir=tree), tree)
    assert "b2_ref.png" not in found and "alone_ref.jpg" in found
    assert "b2_ref.png" in names(find_inputs([tree]), tree)


def test_what_stands_for_nothing_is_a_sentence(tree: Path) -> None:
    (tree / "empty").mkdir()
    for given in (tree / "*.gif", tree / "missing.jpg", tree / "empty", tree / "1901" / "notes.txt"):
        with pytest.raises(PhotoError, match=r"\.$"):
            find_inputs([given], recursive=True)
    with pytest.raises(BatchError, match="nolist"):
        find_inputs([Path("@nolist.txt")])


def test_a_name_costs_a_few_hundred_bytes_and_no_more(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    count = 4_000
    many = tmp_path / "many"
    many.mkdir()
    monkeypatch.setattr(batch_inputs, "photos_in", lambda folder: (folder / f"{n}.jpg" for n in range(count)))
    monkeypatch.setattr(batch_inputs._Search, "_without_references", lambda self, photos: photos)
    tracemalloc.start()
    try:
        found = find_inputs([many], recursive=True)
        after_finding, _ = tracemalloc.get_traced_memory()
        dealer = BatchNames(found.paths, tmp_path / "out", "png", False, None, found.roots)
        total, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found.paths) == count and dealer.deal(found.paths[-1]).photo.name == f"{count - 1}.png"
    assert after_finding < 250 * count and total < 1000 * count  # bytes
