"""Labels with parents: colorizers hear of the parent, rules of the label, segmentations come back in one's own ids."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from core.batch import BatchJob, run_batch
from core.cli import parse, run_batch_cli
from core.engine import Engine
from core.guidance import Rule, Swatch
from core.label_maps import load_label_map, save_label_map
from core.label_parents import as_own, standing
from core.label_sets import OwnLabels, added, deleted, house_set, moved, own_labels, renamed, save_own_labels
from core.labels import UNSURE, LabelSet, default_label_set
from core.rules import swatch_chroma
from tests.core.fakes import GRASS, SKY, FakeModels, request_for

PERSON = default_label_set().id("person")
DRESS = 60


@pytest.fixture
def mine() -> OwnLabels:
    return added(own_labels(), "mother's dress", PERSON).set


def asked(own: LabelSet, labels: np.ndarray, **guidance):
    from dataclasses import replace

    return replace(request_for(*labels.shape, labels=labels, **guidance), standing=standing(own))


def test_the_networks_own_set_needs_no_tables(mine: OwnLabels) -> None:
    assert standing(default_label_set()) is None
    assert standing(own_labels()) is None
    assert standing(mine) is not None
    assert standing(renamed(mine, DRESS, "her dress").set) == standing(mine)


def test_a_segmentation_is_told_in_the_ids_of_the_set(mine: OwnLabels) -> None:
    found = np.uint8([[PERSON, SKY, UNSURE]])
    assert as_own(found, default_label_set()) is found
    first = moved(mine, DRESS, 0).set
    assert [first.name(label) for label in as_own(found, first)[0]] == ["person", "sky", "unsure"]
    without = deleted(own_labels(), SKY).set
    assert as_own(found, without).tolist() == [[PERSON, UNSURE, UNSURE]]
    ade = house_set("ADE20K, 150 labels")
    assert [ade.name(label) for label in as_own(found, ade)[0]] == ["person", "sky", "unsure"]
    coco = house_set("COCO-Stuff, 182 labels")
    assert [coco.name(label) for label in as_own(found, coco)[0]] == ["person", "sky-other", "unsure"]


def test_colorizers_see_the_parent_and_rules_the_label(mine: OwnLabels) -> None:
    labels = np.full((24, 32), PERSON, np.uint8)
    labels[:, :16] = DRESS
    plain = Engine(models=FakeModels()).colorize(asked(mine, labels)).chroma
    assert (plain[..., 0] == PERSON).all()
    red = Swatch(0.8, 0.1, 0.1)
    ruled = Engine(models=FakeModels()).colorize(asked(mine, labels, rules=(Rule(DRESS, red),))).chroma
    assert np.allclose(ruled[:, :16].mean((0, 1)), swatch_chroma(red), atol=0.5)
    assert (ruled[:, 16:] == plain[:, 16:]).all()


def test_another_parent_is_another_answer_of_the_same_engine(mine: OwnLabels) -> None:
    labels = np.full((24, 32), DRESS, np.uint8)
    engine = Engine(models=FakeModels())
    assert (engine.colorize(asked(mine, labels)).chroma[..., 0] == PERSON).all()
    other = added(own_labels(), "mother's dress", GRASS).set
    assert (engine.colorize(asked(other, labels)).chroma[..., 0] == GRASS).all()


def test_a_label_without_parent_is_left_to_the_network_and_keeps_its_rule() -> None:
    own = added(own_labels(), "something", UNSURE).set
    labels = np.full((24, 32), 60, np.uint8)
    engine = Engine(models=FakeModels())
    plain = engine.colorize(asked(own, labels)).chroma
    assert (plain[:12, :, 0] == SKY).all() and (plain[12:, :, 0] == GRASS).all()
    faded = engine.colorize(asked(own, labels, rules=(Rule(60, chroma_gain=0.5),))).chroma
    assert np.allclose(faded, plain / 2)


def test_a_rule_reaches_undecided_pixels_by_what_the_network_found(mine: OwnLabels) -> None:
    own = moved(mine, DRESS, 0).set
    labels = np.full((24, 32), UNSURE, np.uint8)
    engine = Engine(models=FakeModels())
    plain = engine.colorize(asked(own, labels)).chroma
    ruled = engine.colorize(asked(own, labels, rules=(Rule(own.id("sky"), chroma_gain=0.0),))).chroma
    assert (ruled[:12] == 0).all() and (ruled[12:] == plain[12:]).all() and (plain[:12, :, 0] == SKY).all()


def test_what_a_person_painted_counts_as_sure_though_the_parent_is_what_was_found(mine: OwnLabels) -> None:
    own = added(mine, "evening sky", SKY).set
    labels = np.full((24, 32), SKY, np.uint8)
    labels[:6] = 61
    models = FakeModels()
    Engine(models=models).colorize(asked(own, labels))
    assert (models.guided.sure[:6] == 1).all() and np.allclose(models.guided.sure[6:12], 0.8)


def test_a_batch_colours_by_parents_and_saves_the_persons_labels(
    mine: OwnLabels, small_photo: Path, tmp_path: Path
) -> None:
    maps, out = tmp_path / "maps", tmp_path / "out"
    maps.mkdir()
    own = moved(mine, DRESS, 0).set
    labels = np.full((100, 150), UNSURE, np.uint8)
    labels[20:60, 30:90] = 0
    save_label_map(maps / "coffee_labels.png", labels, own)
    models = FakeModels()
    job = BatchJob((small_photo,), out, label_maps_dir=maps, save_labels=True, label_set=own, format="png")
    assert run_batch(job, Engine(models=models)).all_done
    saved = load_label_map(out / "coffee_labels.png", (100, 150), label_set=own)
    assert (saved[labels == 0] == 0).all()
    assert {own.name(label) for label in np.unique(saved)} == {"mother's dress", "sky", "grass"}
    wrong = BatchJob((small_photo,), tmp_path / "out2", label_maps_dir=maps, format="png")
    report = run_batch(wrong, Engine(models=FakeModels()))
    assert "mother's dress" in report.files[0].message and not report.all_done


def test_the_command_line_takes_sets_of_a_persons_own(
    mine: OwnLabels, small_photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    save_own_labels(tmp_path / "mine.json", mine)
    listed = tmp_path / "list.txt"
    listed.write_text("0: heaven\n1: meadow\n")
    out = tmp_path / "out"
    start = ["--batch", "--imgs", str(small_photo), "--out", str(out), "--save-labels", "--overwrite", "--labels"]
    assert run_batch_cli(parse([*start, str(listed)])) == 2
    assert "list.map.txt" in capsys.readouterr().err
    (tmp_path / "list.map.txt").write_text("0: sky\n1: grass\n")
    for path in (listed, tmp_path / "mine.json"):
        assert run_batch_cli(parse([*start, str(path)])) == 0
    saved = load_label_map(out / "coffee_labels.png", (100, 150), label_set=mine)
    assert np.isin(saved, [*range(60), UNSURE]).all()
