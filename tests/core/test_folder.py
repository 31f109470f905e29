"""Which photos a person means by a path."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import PhotoError
from core.folder import find_photos


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).write_bytes(b"x")


def test_a_folder_means_its_photos_in_the_order_of_their_names(tmp_path: Path) -> None:
    touch(
        tmp_path, "b10.JPG", "b2.jpg", "A.png", "Ärger.tif", "c.WebP", "notes.txt", ".hidden.png", "._b2.jpg"
    )
    (tmp_path / "folder.png").mkdir()
    assert [path.name for path in find_photos([tmp_path])] == [
        "A.png",
        "b2.jpg",
        "b10.JPG",
        "c.WebP",
        "Ärger.tif",
    ]


def test_a_photo_named_twice_is_one_photo(tmp_path: Path) -> None:
    touch(tmp_path, "a.png", "b.png")
    assert [path.name for path in find_photos([tmp_path / "b.png", tmp_path])] == ["b.png", "a.png"]


def test_an_empty_folder_a_missing_path_and_no_photo_are_sentences(tmp_path: Path) -> None:
    touch(tmp_path, "notes.txt")
    for path, why in (
        (tmp_path, "holds no photos"),
        (tmp_path / "x.png", "not there"),
        (tmp_path / "notes.txt", "not a photo"),
    ):
        with pytest.raises(PhotoError, match=why) as error:
            find_photos([path])
        assert str(path) in str(error.value)
