"""What is installed: the bundled network or its fallback, the prior, and checkpoints that are named by file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core import colorizers
from core.colorizers import COMPACT, WEIGHTS, InstalledModels, open_models
from core.engine import Engine, never
from core.errors import CheckpointError
from core.guidance import Plane, Reference, Swatch
from core.labels import UNSURE
from tests.core.fakes import GRASS, SKY, request_for


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Compact networks of the published shapes, saved as the published files are."""
    import torch

    from models import registry

    folder = tmp_path_factory.mktemp("checkpoints")
    torch.manual_seed(0)
    for name in ("colornet", "gridnet"):
        torch.save({"G": registry.create(name, width=0.125).state_dict()}, folder / f"{name}.pth.tar")
    return {name: folder / f"{name}.pth.tar" for name in ("colornet", "gridnet")}


@pytest.fixture(autouse=True)
def nothing_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colorizers, "fetched", lambda name: None)


def test_named_checkpoints_colour_and_segment(checkpoints: dict[str, Path]) -> None:
    engine = Engine("cpu", checkpoints["colornet"], checkpoints["gridnet"])
    engine.check()
    assert engine.default_colorizer == "colornet"
    found = engine.segment(request_for(70, 50))
    assert found.labels.shape == (70, 50) and found.labels.max() < 60 and found.confidence.max() <= 1
    labels = np.full((70, 50), SKY)
    labels[:, 25:] = GRASS
    request = engine_request(engine, labels)
    result = engine.colorize(request)
    assert result.chroma.shape == (70, 50, 2) and np.isfinite(result.chroma).all()
    again = engine.colorize(engine_request(engine, np.full((70, 50), SKY)))
    assert np.abs(again.chroma - result.chroma).max() > 0


def engine_request(engine: Engine, labels: np.ndarray):
    return replace(request_for(*labels.shape, labels=labels), colorizer=engine.default_colorizer)


def test_a_checkpoint_of_another_network_is_a_sentence_that_names_it(checkpoints: dict[str, Path]) -> None:
    for engine in (Engine("cpu", color_ckpt=checkpoints["gridnet"]), Engine("cpu", seg_ckpt=checkpoints["colornet"])):
        with pytest.raises(CheckpointError, match=r"\.pth\.tar"):
            engine.check()


def test_a_fetched_network_is_offered_and_not_imposed(checkpoints, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(colorizers, "fetched", checkpoints.get)
    assert [info.id for info in open_models("cpu").infos()][:3] == ["guided", "prior", "colornet"]
    assert open_models("cpu").colorizer("colornet").info.id == "colornet"


@pytest.mark.parametrize("name", [name for name in COMPACT if (WEIGHTS / f"{name}.safetensors").is_file()])
def test_every_bundled_system_colours_a_photo_by_its_own_guidance(name: str, samples, tmp_path: Path) -> None:
    engine = Engine("cpu")
    assert name in [info.id for info in engine.colorizers()]
    takes = COMPACT[name].takes
    plain = replace(request_for(48, 64, labels=np.full((48, 64), SKY)), colorizer=name)
    guided = {
        "labels": {"labels": Plane(np.full((48, 64), GRASS, np.uint8))},
        "palette": {"palette": (Swatch.from_hex("#c02020"), Swatch.from_hex("#20a040"))},
        "references": {"references": (Reference(str(samples["astronaut"])),)},
    }
    before = engine.colorize(plain).chroma
    assert np.isfinite(before).all() and np.abs(before).max() > 0.5
    for kind in takes:
        request = replace(plain, guidance=replace(plain.guidance, **guided[kind]))
        assert not np.array_equal(engine._answer(request, never).chroma, before), kind


def test_an_unknown_colorizer_is_a_sentence_with_the_choices() -> None:
    with pytest.raises(CheckpointError, match="guided, prior"):
        open_models("cpu").colorizer("magic")


def test_the_prior_gives_every_label_its_own_colours_and_needs_no_network() -> None:
    prior = open_models("cpu").colorizer("prior")
    L = np.full((4, 4), 60, np.float32)
    sky, grass, open_ = (
        prior.colorize(None, L, np.full((4, 4), label, np.uint8), np.ones((4, 4), np.float32))[0]
        for label in (SKY, GRASS, UNSURE)
    )
    assert sky.shape == (4, 4, 2)
    assert sky[0, 0, 1] < grass[0, 0, 1], "sky is bluer than grass"
    assert np.isfinite(open_).all()


def test_a_missing_bundled_network_leaves_a_program_that_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(device: str):
        from models.errors import ModelError

        raise ModelError("guided.safetensors is missing: restore it from the repository.")

    monkeypatch.setattr("models.runtime.open_guided", missing)
    engine = Engine("cpu")
    assert "NumPy" in engine.device_line()
    result = engine.colorize(request_for(labels=np.full((24, 32), SKY)))
    assert any("guided.safetensors is missing" in note for note in result.notes)
    assert np.abs(result.chroma).max() > 1, "grey is no result"


def test_a_network_that_failed_to_open_is_not_opened_at_every_stroke(monkeypatch: pytest.MonkeyPatch) -> None:
    tries: list[str] = []

    def broken(device: str):
        tries.append(device)
        raise OSError("damaged")

    monkeypatch.setattr("models.runtime.open_guided", broken)
    models = InstalledModels("cpu")
    for _ in range(3):
        with pytest.raises(CheckpointError, match="damaged"):
            models.colorizer("guided")
    assert tries == ["cpu"]
