"""A scan of many pages is as many photos, each with a path that goes wherever a photo's path goes."""

from __future__ import annotations

import hashlib
import io
import sys
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core import photo_pdf
from core.asked import reference_seen
from core.errors import PhotoError
from core.folder import find_photos
from core.guidance import Reference
from core.photo import is_photo_path, load_photo
from core.photo_pages import (
    expand,
    file_of,
    name_of,
    page_path,
    pages,
    split_page,
    stem_of,
    tiff_pages,
)
from core.photo_thumbnail import load_thumbnail
from core.project import name_beside
from core.project_files import Found, find_file, put_down, ref_to
from core.provenance import source_of
from core.references import look_at
from tests.core import photo_files


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """Three pages of 20, 100 and 180, each followed by a thumbnail of itself, and a mask."""
    with tifffile.TiffWriter(tmp_path / "scan.tif") as file:
        for page in range(3):
            gray = np.full((40, 60), 20 + 80 * page, np.uint8)
            file.write(gray, photometric="minisblack", compression="zlib")
            file.write(gray[::8, ::8], photometric="minisblack", subfiletype=1)
        file.write(np.zeros((40, 60), bool), photometric="minisblack", subfiletype=4)
    return tmp_path / "scan.tif"


@pytest.fixture
def document(tmp_path: Path) -> Path:
    (tmp_path / "scan.pdf").write_bytes(photo_files.pdf(3))
    return tmp_path / "scan.pdf"


def test_the_path_of_a_page_says_file_number_and_name(tmp_path: Path) -> None:
    path = page_path(tmp_path / "old scan.pdf", 2)
    assert path.name == "old scan.pdf#page=3"
    assert split_page(path) == (tmp_path / "old scan.pdf", 2)
    assert (stem_of(path), name_of(path)) == ("old scan_p003", "old scan.pdf - page 3")
    assert is_photo_path(path)


@pytest.mark.parametrize("name", ["a.pdf", "a#page=2", "a.png#page=2", "a.pdf#page=0", "a.pdf#page=", "a.pdf#page=x"])
def test_any_other_path_is_that_of_a_file(name: str) -> None:
    assert split_page(Path(name)) == (Path(name), None)
    assert (stem_of(Path(name)), name_of(Path(name))) == (Path(name).stem, name)


@given(st.from_regex(r"[^/\x00\n]{1,40}\.(pdf|PDF|tif|tiff)", fullmatch=True), st.integers(0, 99_998))
def test_pages_of_any_name_are_found_back(name: str, page: int) -> None:
    path = page_path(Path("/scans") / name, page)
    assert split_page(path) == (Path("/scans") / name, page)
    assert file_of(Path(str(path))) == Path("/scans") / name


# -- TIFF


def test_pages_of_a_tiff_are_counted_without_thumbnails_and_masks(scan: Path) -> None:
    assert pages(scan) == 3
    assert expand(scan) == [page_path(scan, page) for page in range(3)]


def test_every_page_opens_alone_by_its_path_or_by_its_number(scan: Path) -> None:
    for page, path in enumerate(expand(scan)):
        photo = load_photo(path)
        assert photo.path == path
        assert photo.notes == ()
        assert (photo.pixels == 20 + 80 * page).all()
        assert load_photo(scan, page=page).key == photo.key
    assert load_photo(scan, page=2).path == page_path(scan, 2)
    assert len({load_photo(path).key for path in expand(scan)}) == 3


def test_a_scan_opened_as_a_whole_says_which_page_it_is(scan: Path) -> None:
    photo = load_photo(scan)
    assert photo.path == scan
    assert photo.notes == ("Of its 3 pictures, only number 1 is used.",)


def test_a_page_that_is_not_there_is_a_sentence(scan: Path, document: Path) -> None:
    for path, held in ((scan, 3), (document, 3)):
        with pytest.raises(PhotoError, match=f"has no page 9; it has {held}"):
            load_photo(page_path(path, 8))


def test_a_chain_of_directories_that_bites_its_tail_ends(scan: Path) -> None:
    data = bytearray(scan.read_bytes())
    first = int.from_bytes(data[4:8], sys.byteorder)
    entries = int.from_bytes(data[first : first + 2], sys.byteorder)
    link = first + 2 + 12 * entries
    data[link : link + 4] = data[4:8]
    assert tiff_pages(io.BytesIO(data)) == [0]
    scan.write_bytes(data)
    assert expand(scan) == [scan]


@given(st.binary(max_size=200), st.sampled_from([b"II*\0", b"MM\0*", b"II+\0\x08\0\0\0", b"MM\0+\0\x08\0\0", b""]))
def test_bytes_that_are_no_tiff_have_few_pages_and_break_nothing(rest: bytes, start: bytes) -> None:
    assert len(tiff_pages(io.BytesIO(start + rest))) <= 40


def test_a_big_tiff_of_either_byte_order_has_its_pages(tmp_path: Path) -> None:
    for order in "<>":
        path = tmp_path / "big.tif"
        with tifffile.TiffWriter(path, bigtiff=True, byteorder=order) as file:
            for _ in range(4):
                file.write(np.zeros((8, 9), np.uint16), photometric="minisblack")
        assert pages(path) == 4


# -- PDF


def test_a_page_of_a_pdf_has_the_pixels_of_its_scan(document: Path) -> None:
    assert pages(document) == 3
    for page, path in enumerate(expand(document)):
        photo = load_photo(path)
        assert (photo.size, photo.format, photo.path) == ((48, 72), "PDF", path)
        wanted = np.roll(photo_files.pixels(), 9 * page, axis=1).astype(int)
        assert np.abs(photo.pixels - wanted).mean() < 6  # the scan is a JPEG in there


@pytest.mark.parametrize("dpi", [72, 100, 300, 600])
def test_the_resolution_is_that_of_the_scan(dpi: int, tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(photo_files.pdf(1, (301, 203), dpi))
    assert load_photo(path).size == (203, 301)


def test_a_page_without_a_scan_is_drawn_at_300_dpi_and_a_gray_one_is_gray(tmp_path: Path) -> None:
    made = pypdfium2.PdfDocument.new()
    made.new_page(144, 72)  # two inches by one
    made.save(tmp_path / "drawn.pdf")
    photo = load_photo(tmp_path / "drawn.pdf")
    assert photo.pixels.shape == (300, 600)
    assert (photo.pixels == 255).all()


def test_a_page_that_would_be_too_large_is_drawn_smaller_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photo_pdf, "LARGEST", 10_000)
    path = tmp_path / "scan.pdf"
    path.write_bytes(photo_files.pdf(1, (300, 200), 300))
    photo = load_photo(path)
    assert photo.height * photo.width <= 10_500
    assert "as large as a page may be" in photo.notes[0]


def test_a_locked_pdf_and_an_empty_one_are_sentences(tmp_path: Path) -> None:
    (tmp_path / "cut.pdf").write_bytes(photo_files.pdf(1)[:300])
    with pytest.raises(PhotoError, match=r"cut\.pdf is damaged or cut short"):
        load_photo(tmp_path / "cut.pdf")
    pypdfium2.PdfDocument.new().save(tmp_path / "empty.pdf")
    with pytest.raises(PhotoError, match=r"empty\.pdf"):
        load_photo(tmp_path / "empty.pdf")


def test_without_the_package_one_sentence_says_what_to_type(
    document: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(PhotoError, match=r"scan\.pdf is a PDF, which needs the package pypdfium2; type: .*pip install"):
        load_photo(document)
    assert find_photos([document]) == [document]


# -- where pages go


def test_a_project_finds_the_page_of_a_scan_that_has_moved(document: Path, tmp_path: Path) -> None:
    project = tmp_path / "work" / "a.huesmith"
    ref = ref_to(page_path(document, 1), project)
    assert ref.name == "scan.pdf#page=2" and ref.sha256
    assert find_file(ref, project) == Found(page_path(document, 1), True)
    project.parent.mkdir()
    moved = document.rename(project.parent / "another name.pdf")
    found = find_file(ref, project)
    assert found == Found(page_path(moved, 1), True)
    kept = put_down(moved.read_bytes(), ref.name)
    assert np.array_equal(load_photo(kept).pixels, load_photo(found.path).pixels)


def test_a_page_lends_its_colours_and_its_name_to_what_is_made_of_it(document: Path) -> None:
    path = page_path(document, 1)
    assert not look_at(str(path)).problem
    assert reference_seen(Reference(str(path)))[0].shape == (48, 72, 3)
    source = source_of(load_photo(path))
    assert (source.name, source.page) == ("scan.pdf#page=2", 1)
    assert source.sha256 == hashlib.sha256(document.read_bytes()).hexdigest()
    assert name_beside(path) == document.with_name("scan_p002.huesmith")


# -- all of them


def test_a_folder_is_its_photos_and_the_pages_of_its_scans_in_reading_order(
    scan: Path, document: Path, tmp_path: Path
) -> None:
    Image.new("L", (9, 9)).save(tmp_path / "scan 2.png")
    found = find_photos([tmp_path])
    leaves = [f"scan.{kind} - page {page}" for kind in ("pdf", "tif") for page in (1, 2, 3)]
    assert [name_of(path) for path in found] == ["scan 2.png", *leaves]
    assert find_photos([page_path(scan, 1)]) == [page_path(scan, 1)]
    with pytest.raises(PhotoError, match="is not there"):
        find_photos([tmp_path / "gone.pdf#page=2"])


def test_thumbnails_of_pages_are_small_and_upright(scan: Path, document: Path) -> None:
    assert (load_thumbnail(page_path(scan, 1), 60) == 100).all()
    small = load_thumbnail(page_path(document, 2), 36)
    assert small.shape == (24, 36, 3)
    wanted = np.roll(photo_files.pixels(), 18, axis=1).reshape(24, 2, 36, 2, 3).mean(axis=(1, 3))
    assert np.abs(small - wanted).mean() < 8
