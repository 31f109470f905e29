"""Label sets of a person's own: parents for the networks, changes that carry a map over, files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from core.errors import LabelError
from core.label_sets import (
    OwnLabels,
    added,
    deleted,
    load_own_labels,
    load_parents,
    moved,
    network_ids,
    own_labels,
    recoloured,
    renamed,
    reparented,
    save_own_labels,
)
from core.labels import UNSURE, default_label_set

CLOTHES = default_label_set().id("clothes")
LABELS = Path(__file__).resolve().parents[2] / "labels"


@pytest.fixture
def mine() -> OwnLabels:
    return added(own_labels(), "mother's dress", CLOTHES, (200, 10, 20)).set


def test_a_label_of_mine_is_clothes_to_the_networks(mine: OwnLabels) -> None:
    labels = np.uint8([[60, 50, UNSURE, 99]])
    assert network_ids(labels, mine).tolist() == [[CLOTHES, 50, UNSURE, UNSURE]]
    assert network_ids(labels, default_label_set()) is labels


def test_changes_leave_the_set_they_start_from(mine: OwnLabels) -> None:
    after = renamed(recoloured(mine, 60, (1, 2, 3)).set, 60, " uniform ").set
    assert (after.name(60), after.color(60)) == ("uniform", (1, 2, 3))
    assert (mine.name(60), mine.color(60)) == ("mother's dress", (200, 10, 20))
    assert reparented(mine, 60, 15).set.parents[60] == 15


def test_deleting_gives_the_pixels_to_the_parent_and_moves_later_ids_up(mine: OwnLabels) -> None:
    more = added(mine, "teeth", default_label_set().id("person")).set
    edited = deleted(more, 60)
    assert edited.set.names[60] == "teeth" and len(edited.set) == 61
    assert edited.carry(np.uint8([60, 61, 3, UNSURE])).tolist() == [CLOTHES, 60, 3, UNSURE]
    assert deleted(more, 50).carry(np.uint8([50])).tolist() == [UNSURE]
    assert deleted(more, 60, into=61).carry(np.uint8([60])).tolist() == [60]


def test_a_moved_label_keeps_its_pixels(mine: OwnLabels) -> None:
    edited = moved(mine, 60, 0)
    assert edited.set.names[:2] == ("mother's dress", "background")
    labels = np.arange(61, dtype=np.uint8)
    carried = edited.carry(labels)
    assert [edited.set.name(i) for i in carried] == [mine.name(i) for i in labels]
    assert (network_ids(carried, edited.set) == network_ids(labels, mine)).all()


def test_a_name_there_twice_is_refused(mine: OwnLabels) -> None:
    with pytest.raises(LabelError, match="already"):
        added(mine, "sky", 50)
    with pytest.raises(LabelError, match="already"):
        renamed(mine, 60, "sky")
    with pytest.raises(LabelError, match="name"):
        added(mine, "  ", 50)


def test_a_set_has_room_for_255_labels(mine: OwnLabels) -> None:
    for number in range(len(mine), UNSURE):
        mine = added(mine, f"label of mine {number}", 0).set
    with pytest.raises(LabelError, match="room"):
        added(mine, "one more", 0)


def test_the_last_label_stays() -> None:
    with pytest.raises(LabelError, match="only label"):
        deleted(OwnLabels(("sky",), (), (50,)), 0)


def test_a_saved_set_comes_back(mine: OwnLabels, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    save_own_labels(path, reparented(mine, 3, UNSURE).set)
    assert load_own_labels(path) == reparented(mine, 3, UNSURE).set
    with pytest.raises(LabelError, match="already there"):
        save_own_labels(path, mine)
    assert [each.name for each in tmp_path.iterdir()] == ["mine.json"]


@pytest.mark.parametrize(
    "change",
    [
        lambda c: c.update(format="other"),
        lambda c: c.update(version=99),
        lambda c: c.pop("labels"),
        lambda c: c.update(labels=[]),
        lambda c: c["labels"].append(dict(c["labels"][0])),
        lambda c: c["labels"][0].update(parent="dragon"),
        lambda c: c["labels"][0].update(color="#12"),
        lambda c: c.update(labels=7),
    ],
)
def test_a_wrong_set_is_refused_with_its_name(mine: OwnLabels, tmp_path: Path, change) -> None:
    path = tmp_path / "mine.json"
    save_own_labels(path, mine)
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(content))
    with pytest.raises(LabelError, match="mine.json"):
        load_own_labels(path)


@pytest.mark.parametrize(("name", "count"), [("ade20k-150", 151), ("coco-stuff-182", 183)])
def test_the_lists_of_the_house_stand_on_the_59(name: str, count: int) -> None:
    own = load_own_labels(LABELS / f"{name}.txt")
    assert len(own) == count
    for each in ("sky", "person", "grass"):
        if each in own.names:
            assert own.parents[own.id(each)] == default_label_set().id(each)
    labels = np.arange(count, dtype=np.uint8)
    assert network_ids(labels, own).max() < len(default_label_set())


def test_a_mapping_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.map.txt"
    for text, count in (("0: sky\n", 2), ("0: dragon\n", 1), ("1: sky\n", 1), ("sky\n", 1)):
        path.write_text(text)
        with pytest.raises(LabelError, match="x.map.txt"):
            load_parents(path, count)
