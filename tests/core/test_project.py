"""Projects: what is saved comes back to the last bit, old ones open, newer ones are left alone."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from core import project_files, project_history
from core.document import Document
from core.errors import ExportError, ProjectError
from core.guidance import Guidance, Plane, Rule
from core.labels import default_label_set
from core.photo import Photo, load_photo
from core.project import (
    beside,
    document_for,
    document_of,
    find_photo,
    load_project,
    name_beside,
    with_references,
)
from core.project_json import VERSION
from core.project_work import taken
from core.sketch_document import opened
from tests.core.projects import RED, entries, own_set, rewrite, same_work, save, worked_on


@pytest.fixture
def photo(small_photo: Path) -> Photo:
    return load_photo(small_photo)


@pytest.fixture
def reference(samples: dict[str, Path], tmp_path: Path) -> Path:
    path = tmp_path / "albums" / "grün.png"
    path.parent.mkdir()
    cv2.imwrite(str(path), cv2.resize(cv2.imread(str(samples["chelsea"])), (40, 30)))
    return path


@pytest.fixture
def project(photo: Photo, reference: Path, tmp_path: Path) -> Path:
    """A project beside its photo, with a reference in another folder."""
    return save(tmp_path / "coffee.huesmith", worked_on(photo, reference), colorizer="prior", work_size=512)


def test_everything_comes_back_to_the_last_bit(photo: Photo, reference: Path, tmp_path: Path) -> None:
    document = worked_on(photo, reference)
    path = save(tmp_path / "a.huesmith", document, colorizer="prior", work_size=512)
    before = taken(document)
    again = load_project(path)
    assert same_work(before, again.work)
    assert again.work.label_set == own_set() == document.label_set
    assert (again.card.colorizer, again.card.work_size) == ("prior", 512)
    made = document_of(photo, again.work)
    assert same_work(taken(made), before) and not made.modified and made.history() == []
    assert made.guidance((40, 60)) == document.guidance((40, 60))
    assert [made.area(label) for label in range(256)] == [document.area(label) for label in range(256)]
    assert np.array_equal(made.segmented, document.segmented)
    assert (made.locked, made.view.locked, made.view.hidden, made.view.solo) == ((1, 2), {1}, {2}, 3)


def test_a_set_of_the_networks_labels_stays_one(photo: Photo, tmp_path: Path) -> None:
    document = Document(photo, default_label_set())
    made, project, notes = document_for(photo, save(tmp_path / "a.huesmith", document))
    assert made.label_set is default_label_set()
    assert made.segmented is None and (made.labels == 255).all() and notes == () and project.of is None


def test_the_layout_is_the_documented_one(project: Path) -> None:
    raw = project.read_bytes()
    assert raw[30:68] == b"mimetypeapplication/x-huesmith-project"
    found = entries(project)
    names = {name for name in found if not name.startswith("planes/")}
    assert names == {"mimetype", "project.json", "guidance.json", "own-label-set.json", "labels.png", "segmented.png",
                     "confidence.npy", "preview.jpg"}  # fmt: skip
    assert len(found) - len(names) == 4  # colours shared by two locks, two masks, and how one of them was moved
    card = json.loads(found["project.json"])
    assert card["version"] == VERSION and card["photo"]["relative"] == "coffee.png"
    assert card["photo"]["sha256"] == project_files.sha256_of(project.parent / "coffee.png")
    labels = cv2.imdecode(np.frombuffer(found["labels.png"], np.uint8), cv2.IMREAD_COLOR)
    assert tuple(labels[5, 6][::-1]) == (1, 2, 3)  # any program shows the label in its overlay colour
    page = (Path(__file__).parents[2] / "docs" / "PROJECT.md").read_text(encoding="utf-8")
    assert {name for name in names if name not in page} == set()
    assert {key for key in card if f"`{key}`" not in page} == set()
    assert {key for key in card["photo"] if f"`{key}`" not in page} == set()


def test_the_same_work_is_the_same_bytes(photo: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = worked_on(photo)
    one, two = (entries(save(tmp_path / f"{number}.huesmith", document)) for number in range(2))
    one.pop("project.json"), two.pop("project.json")  # which says when
    assert one == two


def test_undo_goes_on_where_it_was(photo: Photo, reference: Path, tmp_path: Path) -> None:
    document = worked_on(photo, reference)
    path = save(tmp_path / "a.huesmith", document, history=True)
    made = document_of(photo, load_project(path).work)
    assert made.history() == document.history() and made.index == document.index > 8
    while document.can_undo:
        document.undo()
        made.undo()
        assert same_work(taken(made), taken(document))
        assert np.array_equal(made.labels, document.labels)
    while document.can_redo:
        document.redo()
        made.redo()
        assert same_work(taken(made), taken(document))
    assert not made.modified


def test_the_history_begins_after_a_step_that_is_more_than_its_pixels(photo: Photo, tmp_path: Path) -> None:
    document = worked_on(photo)
    document.set_segmentation(np.full((20, 30), 9, np.uint8))
    document.set_guidance("Rule", rules=(Rule(9, RED),))
    made = document_of(photo, load_project(save(tmp_path / "a.huesmith", document, history=True)).work)
    assert made.history() == ["Rule"]
    made.undo()
    document.undo()
    assert same_work(taken(made), taken(document))


def test_what_was_undone_is_not_in_the_project(photo: Photo, tmp_path: Path) -> None:
    document = worked_on(photo)
    document.undo()
    made = document_of(photo, load_project(save(tmp_path / "a.huesmith", document, history=True)).work)
    assert made.history() == document.history()[:-1]
    assert np.array_equal(made.labels, document.labels)


# -- photos and references that have moved


def test_a_project_that_moved_with_its_photo_finds_it(project: Path, tmp_path: Path) -> None:
    shutil.copytree(tmp_path, tmp_path.with_name(f"{tmp_path.name} copy"))
    (tmp_path / "coffee.png").write_bytes(b"another one")
    moved = tmp_path.with_name(f"{tmp_path.name} copy") / "coffee.huesmith"
    found = find_photo(load_project(moved))
    assert found.path == moved.with_name("coffee.png") and found.same
    guidance = with_references(load_project(moved))[0].work.guidance
    inside = str(moved.parent / "albums" / "grün.png")
    assert guidance.references[0].path == guidance.rules[2].reference == inside
    assert guidance.hints[1].spot.path == guidance.grafts[0].path == inside
    assert str(project.parent / "albums") not in json.dumps(guidance.to_dict())


def test_a_project_that_moved_alone_finds_its_photo_where_it_was(project: Path, tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    moved = Path(shutil.move(project, tmp_path / "deep" / "er"))
    assert find_photo(load_project(moved)).path == tmp_path / "coffee.png"


def test_a_photo_that_was_renamed_is_found_by_its_content(project: Path, tmp_path: Path) -> None:
    (tmp_path / "coffee.png").rename(tmp_path / "another name.jpeg")
    found = find_photo(load_project(project))
    assert found.path == tmp_path / "another name.jpeg" and found.same


def test_another_photo_of_the_name_is_told(project: Path, tmp_path: Path) -> None:
    data = bytearray((tmp_path / "coffee.png").read_bytes())
    data[-20] ^= 1
    (tmp_path / "coffee.png").write_bytes(data)
    found = find_photo(load_project(project))
    assert found.path == tmp_path / "coffee.png" and not found.same


def test_a_photo_that_is_gone_is_nowhere(project: Path, tmp_path: Path) -> None:
    (tmp_path / "coffee.png").unlink()
    (tmp_path / "albums" / "grün.png").unlink()
    read = load_project(project)
    assert find_photo(read).path is None
    assert [note.split(" is not")[0][-8:] for note in with_references(read)[1]] == ["grün.png"]


def test_what_is_inside_is_found_when_all_else_is_gone(
    photo: Photo, reference: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUESMITH_CACHE", str(tmp_path / "cache"))
    path = save(tmp_path / "a.huesmith", worked_on(photo, reference), embed=True)
    content, other = photo.path.read_bytes(), reference.read_bytes()
    photo.path.unlink(), reference.unlink()
    project, notes = with_references(load_project(path))
    found = find_photo(project)
    assert found.same and found.path.read_bytes() == content and found.path.name == "coffee.png"
    assert notes == () and Path(project.work.guidance.references[0].path).read_bytes() == other
    again = document_of(load_photo(found.path), project.work)
    second = save(tmp_path / "b.huesmith", again, known=project)  # not asked to, but there is no other copy
    photo.path.parent.joinpath("cache").rename(tmp_path / "away")
    kept = with_references(load_project(second))[0]
    assert kept.photo.path == str(photo.path)
    assert find_photo(kept).path.read_bytes() == content
    assert Path(kept.work.guidance.references[0].path).read_bytes() == other


def test_without_its_photo_the_preview_has_its_size(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUESMITH_CACHE", str(tmp_path / "cache"))
    (tmp_path / "coffee.png").unlink()
    read = load_project(project)
    stand_in = load_photo(project_files.put_down_enlarged(read.preview, read.photo))
    assert stand_in.size == (100, 150)
    document = document_of(stand_in, read.work)
    again = load_project(save(tmp_path / "b.huesmith", document, known=read))
    assert again.photo.sha256 == read.photo.sha256 and again.photo.path == read.photo.path and not again.photo.entry


def test_the_map_is_resized_to_the_same_photo_at_another_size_and_refused_by_another_shape(
    project: Path, photo: Photo
) -> None:
    work = load_project(project).work
    large = Photo(Path("large.png"), np.repeat(np.repeat(photo.pixels, 2, 0), 2, 1))
    assert np.array_equal(document_of(large, work).labels[::2, ::2], work.labels)
    with pytest.raises(ProjectError, match=r"other\.png has 100 × 100 pixels, .* 150 × 100"):
        document_of(Photo(Path("other.png"), photo.pixels[:, :100].copy()), work)


def test_a_path_on_another_computer_is_not_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Path] = []
    monkeypatch.setattr(project_files, "_is_file", lambda path: bool(looked.append(path)))
    ref = project_files.FileRef("//evil/share/a.png", "//evil/share/b.png", sha256="0")
    project_files.find_file(ref, tmp_path / "a.huesmith")
    assert looked and not any("evil" in str(path) for path in looked)


# -- the project beside a photo


def test_the_project_beside_a_photo_is_its_own(photo: Photo, tmp_path: Path) -> None:
    assert beside(photo.path) is None
    save(name_beside(photo.path), worked_on(photo))
    assert beside(photo.path) == tmp_path / "coffee.huesmith"
    twin = tmp_path / "coffee.jpg"
    twin.write_bytes(b"")
    assert beside(twin) is None
    rewrite(Path(shutil.copy(tmp_path / "coffee.huesmith", tmp_path / "coffee-2.huesmith")),
            {"project.json": json.dumps({"format": "huesmith project", "version": 1, "photo": "coffee.jpg"}).encode()})
    assert beside(twin) == tmp_path / "coffee-2.huesmith"


# -- versions


def test_the_oldest_version_opens(photo: Photo, tmp_path: Path) -> None:
    """Version 0 knew the path of its photo, the default label set, and guidance without arrays."""
    path = save(tmp_path / "a.huesmith", Document(photo, default_label_set()))
    guidance = Guidance(rules=(Rule(3, RED),)).to_dict()
    old = {"what": "guidance", "version": 1, "rules": [{"label": 3, "swatch": guidance["rules"][0]["swatch"]}]}
    card = {"format": "huesmith project", "version": 0, "photo": str(photo.path)}
    rewrite(path, {"project.json": json.dumps(card).encode(), "guidance.json": json.dumps(old).encode(),
                   "label-set.json": None, "preview.jpg": None})  # fmt: skip
    read = load_project(path)
    assert read.work.guidance.rules == (Rule(3, RED),) and read.work.label_set is default_label_set()
    assert find_photo(read).path == photo.path
    assert document_of(photo, read.work).labels.shape == photo.size


def test_a_newer_version_is_said_and_not_written_over(photo: Photo, tmp_path: Path) -> None:
    path = save(tmp_path / "a.huesmith", worked_on(photo))
    card = json.loads(entries(path)["project.json"]) | {"version": VERSION + 1}
    before = rewrite(path, {"project.json": json.dumps(card).encode()}).read_bytes()
    with pytest.raises(ProjectError, match=r"a\.huesmith was written by a newer Huesmith .*update Huesmith"):
        load_project(path)
    with pytest.raises(ExportError, match=r"newer Huesmith .*not written over; choose another name\.$"):
        save(path, worked_on(photo))
    assert path.read_bytes() == before


# -- writing


def test_a_project_that_is_there_is_written_over_only_if_asked(photo: Photo, project: Path) -> None:
    before = project.read_bytes()
    with pytest.raises(ExportError, match="is there already"):
        save(project, worked_on(photo), overwrite=False)
    assert project.read_bytes() == before


def test_a_damaged_project_can_be_written_over(photo: Photo, tmp_path: Path) -> None:
    path = tmp_path / "a.huesmith"
    path.write_bytes(b"PK\3\4 nothing")
    assert load_project(save(path, worked_on(photo))).work.labels.shape == photo.size


def test_a_photo_that_went_away_does_not_keep_the_work_from_being_saved(photo: Photo, tmp_path: Path) -> None:
    document = worked_on(photo, tmp_path / "gone.png")
    photo.path.unlink()
    read = load_project(save(tmp_path / "a.huesmith", document, embed=True))
    assert same_work(read.work, taken(document)) and read.photo.sha256 == "" and read.photo.entry == ""


def test_a_sketch_comes_back_with_its_regions_and_its_light(tmp_path: Path) -> None:
    lines = np.full((60, 80), 255, np.uint8)
    lines[20:22], lines[:, 40:42] = 0, 0
    cv2.imwrite(str(tmp_path / "lines.png"), lines)
    document = opened(load_photo(tmp_path / "lines.png"), default_label_set(), sketch=True)
    light, chroma = np.full((30, 40), 50, np.float32), np.ones((30, 40, 2), np.float32)
    label = int(document.labels[5, 5])
    document.lock_label(label, chroma)
    (lock,) = document.wishes.locks
    document.set_guidance("Lock", locks=(replace(lock, light=Plane(light)),))
    project = load_project(save(tmp_path / "a.huesmith", document))
    assert same_work(project.work, taken(document))
    assert project.work.guidance.line_art and project.work.guidance.locks[0].light == Plane(light)
    assert taken(document_of(document.photo, project.work)).label_set == document.label_set


def test_a_history_is_kept_to_its_last_steps_and_a_size(
    photo: Photo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = worked_on(photo)
    monkeypatch.setattr(project_history, "MOST", 5)
    made = document_of(photo, load_project(save(tmp_path / "a.huesmith", document, history=True)).work)
    assert made.history() == document.history()[-5:]
    monkeypatch.setattr(project_history, "_LARGEST", 3000)
    made = document_of(photo, load_project(save(tmp_path / "a.huesmith", document, history=True)).work)
    assert 0 < len(made.history()) < 5 and made.history() == document.history()[-len(made.history()) :]
