"""Projects that are damaged or made to do harm: one sentence each, nothing written anywhere, nothing inflated."""

from __future__ import annotations

import io
import json
import stat
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core import project_zip
from core.errors import ProjectError
from core.guidance import Plane
from core.photo import load_photo
from core.project import find_photo, load_project
from core.project_files import put_down_enlarged
from core.project_json import from_text
from core.project_parts import from_npy, npy
from core.project_zip import safe_name
from tests.core.projects import entries, rewrite, save, worked_on

WORDS = 260  # characters of the longest sentence, without the file's path


@pytest.fixture(scope="module")
def good(samples: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A project's bytes, with everything in it that a project may have."""
    folder = tmp_path_factory.mktemp("good")
    Image.open(samples["coffee"]).resize((60, 40)).save(folder / "a.png")
    path = save(folder / "a.huesmith", worked_on(load_photo(folder / "a.png")), history=True, embed=True)
    return path.read_bytes()


@pytest.fixture
def project(good: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "in" / "a.huesmith"
    path.parent.mkdir()
    path.write_bytes(good)
    return path


def refused(path: Path) -> str:
    """The one sentence that is said of it; nothing else may have come of it."""
    before = sorted(path.parent.parent.rglob("*"))
    with pytest.raises(ProjectError) as caught:
        load_project(path)
    sentence = str(caught.value)
    assert sentence.startswith(str(path)) and sentence.endswith(".") and "\n" not in sentence
    assert len(sentence) - len(str(path)) < WORDS
    assert sorted(path.parent.parent.rglob("*")) == before
    return sentence


def with_entry(path: Path, name: str, content: bytes = b"x", change: Callable[[zipfile.ZipInfo], object] | None = None,
               deflate: bool = False) -> Path:  # fmt: skip
    """The project with one more entry, made as no honest program would."""
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("x" * len(name))
        info.filename = info.orig_filename = name
        info.compress_type = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
        if change:
            change(info)
        archive.writestr(info, content)
    return path


@pytest.mark.parametrize("name", ["../up.txt", "/etc/up.txt", "C:/up.txt", "a/../../up.txt", "..\\up.txt", "a\\b",
                                  "a/b/c", ".hidden", "photo/..", "a\nb", "", "a/", "con:stream"])  # fmt: skip
def test_a_name_that_could_lead_somewhere_is_refused(project: Path, name: str) -> None:
    assert "unsafe name" in refused(with_entry(project, name))


def test_links_and_devices_are_refused(project: Path) -> None:
    def link(info: zipfile.ZipInfo) -> None:
        info.external_attr = (stat.S_IFLNK | 0o777) << 16

    assert "is a link" in refused(with_entry(project, "photo/link", b"/etc/passwd", link))


def test_an_entry_that_is_there_twice_is_refused(project: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate"):
        with_entry(project, "labels.png")
    assert "is in it twice" in refused(project)


def test_an_encrypted_entry_is_refused(project: Path) -> None:
    data = bytearray(project.read_bytes())
    at = data.index(b"PK\1\2")
    data[at + 8] |= 1
    project.write_bytes(data)
    assert "encrypted" in refused(project)


def test_too_many_entries_are_refused(project: Path) -> None:
    with zipfile.ZipFile(project, "a") as archive:
        for number in range(project_zip.MOST_ENTRIES):
            archive.writestr(f"planes/{number}", b"")
    assert "far more than a project needs" in refused(project)


@pytest.mark.parametrize("name", ["project.json", "guidance.json", "own-label-set.json", "labels.png", "preview.jpg"])
def test_a_bomb_is_refused_before_it_goes_off(project: Path, name: str) -> None:
    """Two gigabytes and more of zeros, as their header says: 2 MB of them deflated."""
    rewrite(project, {name: None})
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = squeezed.compress(bytes(1 << 22)) + squeezed.flush()

    def large(info: zipfile.ZipInfo) -> None:
        info.file_size = (1 << 31) + 1

    with_entry(project, name, bomb)
    _declare(project, name, (1 << 31) + 1, deflated=True)
    tracemalloc.start()
    sentence = refused(project)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "claims to" in sentence and peak < 20 << 20


def test_an_entry_that_is_larger_than_it_says_is_refused(project: Path) -> None:
    rewrite(project, {"project.json": None})
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    with_entry(project, "project.json", squeezed.compress(bytes(1 << 25)) + squeezed.flush())
    _declare(project, "project.json", 1000, deflated=True)
    assert "“project.json” in it is damaged" in refused(project)


def test_a_picture_that_claims_to_be_vast_is_refused(project: Path) -> None:
    vast = struct.pack(">IIBBBBB", 1 << 30, 1 << 30, 8, 3, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + vast + struct.pack(">I", zlib.crc32(b"IHDR" + vast))
    rewrite(project, {"labels.png": b"\x89PNG\r\n\x1a\n" + chunk})
    assert "label map is damaged" in refused(project)


def test_an_array_that_claims_to_be_vast_or_holds_objects_is_refused(project: Path) -> None:
    header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (999999999999,), }".ljust(117) + b"\n"
    vast = b"\x93NUMPY\1\0" + struct.pack("<H", len(header)) + header
    objects = io.BytesIO()
    np.save(objects, np.array([{}], object), allow_pickle=True)
    for content in (vast, objects.getvalue(), b"", b"\x93NUMPY\1\0\xff\xff", npy(np.ones((2, 3), np.complex64))):
        with pytest.raises(ValueError, match="an array in it is damaged"):
            from_npy(content)
        rewrite(project, {"confidence.npy": content})
        assert "an array in it is damaged" in refused(project)


def test_a_project_cut_anywhere_is_refused(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "in" / "a.huesmith"
    path.parent.mkdir()
    for at in np.linspace(0, len(good) - 1, 60).astype(int):
        path.write_bytes(good[:at])
        refused(path)


def test_a_project_with_flipped_bytes_is_refused_or_whole(good: bytes, tmp_path: Path) -> None:
    path, chance = tmp_path / "a.huesmith", np.random.default_rng(3)
    refusals = 0
    for at in chance.integers(0, len(good), 60):
        data = bytearray(good)
        data[at] ^= int(chance.integers(1, 256))
        path.write_bytes(data)
        try:
            load_project(path)
        except ProjectError as error:
            assert str(error).startswith(str(path))
            refusals += 1
    assert refusals > 30


WRONG = [None, 7, -1, 1e999, "text", [], {}, True, [[]], {"path": 3}, ["x"], [1.5], [256], "\0"]


def test_wrong_types_anywhere_in_the_card_are_an_error_of_ours(project: Path) -> None:
    content = entries(project)["project.json"]
    card = json.loads(content)
    spots = [(key,) for key in card] + [(name, key) for name in ("photo", "view") for key in card[name]]
    refusals = 0
    for *way, last in spots:
        for wrong in WRONG:
            changed = json.loads(content)
            (changed[way[0]] if way else changed)[last] = wrong
            try:
                from_text(json.dumps(changed).encode())
            except (ValueError, ProjectError) as error:
                assert str(error) and "\n" not in str(error)
                refusals += 1
    assert refusals > 200
    card["references"] = [{"path": 3}]
    refused(rewrite(project, {"project.json": json.dumps(card).encode()}))


@pytest.mark.parametrize("name", ["project.json", "guidance.json", "own-label-set.json", "history.json"])
@pytest.mark.parametrize("content", [b"", b"[]", b"null", b"7", b"{}", b'"a"', b"\xff\xfe", b"[" * 100_000, b"NaN"])
def test_json_of_another_kind_is_one_sentence(project: Path, name: str, content: bytes) -> None:
    if (name, content) == ("history.json", b"[]"):
        return  # an empty history is a good one
    refused(rewrite(project, {name: content}))


@pytest.mark.parametrize("name", ["project.json", "guidance.json", "labels.png"])
def test_an_entry_that_is_missing_is_named(project: Path, name: str) -> None:
    assert f"“{name}” is missing" in refused(rewrite(project, {name: None}))


def test_guidance_out_of_range_is_refused(project: Path) -> None:
    guidance = json.loads(entries(project)["guidance.json"])
    guidance["settings"]["vividness"] = 1e30
    assert "out of range" in refused(rewrite(project, {"guidance.json": json.dumps(guidance).encode()}))


def test_a_lock_with_other_colours_than_its_own_is_refused(project: Path) -> None:
    planes = {name: content for name, content in entries(project).items() if name.startswith("planes/")}
    for name, content in planes.items():
        array = from_npy(content)
        other = Plane(array + np.ones_like(array))
        refused(rewrite(project, {name: npy(other.array)}))
        rewrite(project, {name: content})
    load_project(project)


def test_labels_that_the_set_has_not_are_refused(project: Path) -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.full((40, 60), 200, np.uint8)).save(buffer, "PNG")
    assert "id 200" in refused(rewrite(project, {"labels.png": buffer.getvalue()}))


@pytest.mark.parametrize("change", [{"boxes": [[0, 0, 4, 400]]}, {"boxes": [[0, 0, 0, 0]]}, {"boxes": [["a"]]},
                                    {"boxes": 3}, {"kind": "exec"}, {"name": 3}, {"changed": "../../x"},
                                    {"before": ""}])  # fmt: skip
def test_a_history_that_reaches_beyond_the_photo_is_refused(project: Path, change: dict) -> None:
    history = json.loads(entries(project)["history.json"])
    step = next(one for one in history if one["kind"] == "labels")
    refused(rewrite(project, {"history.json": json.dumps([step | change]).encode()}))


def test_nothing_is_put_where_its_name_says(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUESMITH_CACHE", str(tmp_path / "cache"))
    card = json.loads(entries(project)["project.json"])
    card["photo"] |= {"path": "../../../evil.png", "relative": "../" * 9 + "evil.png"}
    found = find_photo(load_project(rewrite(project, {"project.json": json.dumps(card).encode()})))
    assert found.path.is_relative_to(tmp_path / "cache" / "projects") and found.path.name == "evil.png"


@pytest.mark.parametrize("name", ["..", ".", "", "a/b", "a\\b", "C:x", "\0", "x" * 999, "..\\..\\x", "a\nb"])
def test_names_from_elsewhere_are_made_harmless(name: str) -> None:
    made = safe_name(name)
    assert made and made not in (".", "..") and len(made) <= 120
    assert not set(made) & set('/\\:\0\n*?"<>|')
    assert project_zip._NAME.fullmatch(f"photo/{made}")


def test_a_preview_that_is_none_or_vast_is_a_sentence(project: Path, tmp_path: Path) -> None:
    ref, vast = load_project(project).photo, io.BytesIO()
    Image.new("RGB", (9000, 9)).save(vast, "JPEG")
    for preview in (b"", b"\xff\xd8\xff", b"text", vast.getvalue()):
        with pytest.raises(ProjectError, match=r"There is no preview of a\.png"):
            put_down_enlarged(preview, ref)


def test_a_file_without_an_end_is_not_read_and_references_are_counted(project: Path) -> None:
    card = json.loads(entries(project)["project.json"])
    card["photo"] |= {"relative": "", "path": str(project), "bytes": 1 << 40, "entry": ""}
    rewrite(project, {"project.json": json.dumps(card).encode()})
    assert not find_photo(load_project(project)).same
    card["references"] = [{"path": "a"}] * 501
    assert "501 references" in refused(rewrite(project, {"project.json": json.dumps(card).encode()}))


def test_what_is_no_file_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "a.huesmith").mkdir()
    for path in (tmp_path / "a.huesmith", tmp_path / "gone.huesmith"):
        with pytest.raises(ProjectError, match="cannot be read"):
            load_project(path)


def _declare(path: Path, name: str, size: int, deflated: bool) -> None:
    """Let both headers of an entry say another size, and that it is deflated."""
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(name)
    local, central = info.header_offset, data.rindex(b"PK\1\2", 0, data.rindex(name.encode()))
    for at, method, declared in ((local, 8, 22), (central, 10, 24)):
        struct.pack_into("<H", data, at + method, 8 if deflated else 0)
        struct.pack_into("<I", data, at + declared, size)
    path.write_bytes(data)
