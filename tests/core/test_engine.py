"""The engine: equal requests, cached work, labels decided, rules, cancelling, and memory that runs short."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.engine import SMALLEST_WORK_SIZE, Engine
from core.errors import Cancelled, CheckpointError, DeviceError
from core.guidance import Rule, Settings, Swatch
from core.labels import UNSURE
from tests.core.fakes import GRASS, SKY, FakeModels, request_for

ALL_SKY = np.full((24, 32), SKY)


@pytest.fixture
def models() -> FakeModels:
    return FakeModels()


@pytest.fixture
def engine(models: FakeModels) -> Engine:
    return Engine(models=models)


def test_equal_requests_are_one_value_and_have_one_answer(engine: Engine, models: FakeModels) -> None:
    first, second = request_for(labels=ALL_SKY), request_for(labels=ALL_SKY)
    assert first == second and hash(first) == hash(second)
    assert first != request_for(labels=ALL_SKY, settings=Settings(vividness=0.5))
    answer, again = engine.colorize(first), engine.colorize(second)
    assert again.chroma is answer.chroma
    assert models.guided.names().count("colorize") == 1


def test_a_result_carries_its_request_and_its_circumstances(engine: Engine) -> None:
    request = request_for(labels=ALL_SKY)
    result = engine.colorize(request)
    assert result.request is request
    assert result.chroma.shape == (24, 32, 2) and result.chroma.dtype == np.float32
    assert (result.device, result.runtime, result.work_size, result.notes) == ("cpu", "fake", 32, ())


def test_an_edit_encodes_the_photo_no_second_time(engine: Engine, models: FakeModels) -> None:
    engine.segment(request_for())
    for label in range(5):
        engine.colorize(request_for(labels=np.full((24, 32), label)))
    assert models.guided.names().count("encode") == 1
    assert models.guided.names().count("segment") == 1
    engine.colorize(request_for(labels=ALL_SKY, key="another photo"))
    assert models.guided.names().count("encode") == 2


def test_segmentation_takes_the_likeliest_label_and_its_probability(engine: Engine) -> None:
    found = engine.segment(request_for())
    assert (found.labels[:12] == SKY).all() and (found.labels[12:] == GRASS).all()
    assert found.labels.dtype == np.uint8 and found.confidence.dtype == np.float32
    np.testing.assert_allclose(found.confidence[:12], 0.8, atol=1e-6)
    np.testing.assert_allclose(found.confidence[12:], 0.7, atol=1e-6)


def test_painted_labels_change_the_colour_where_they_are_painted(engine: Engine) -> None:
    found = engine.segment(request_for()).labels
    painted = found.copy()
    painted[2:6, 3:9] = 7
    before = engine.colorize(request_for(labels=found)).chroma
    after = engine.colorize(request_for(labels=painted)).chroma
    changed = (before != after).any(axis=2)
    assert changed[2:6, 3:9].all() and changed.sum() == 24
    assert (after[2:6, 3:9, 0] == 7).all()


def test_unsure_pixels_take_the_label_found_there(engine: Engine) -> None:
    labels = np.full((24, 32), 7)
    labels[:, :10] = UNSURE
    chroma = engine.colorize(request_for(labels=labels)).chroma
    assert (chroma[:12, :10, 0] == SKY).all() and (chroma[12:, :10, 0] == GRASS).all()
    assert (chroma[:, 10:, 0] == 7).all()


def test_a_painted_label_is_believed_and_a_found_one_as_far_as_it_was_sure(
    engine: Engine, models: FakeModels
) -> None:
    labels = engine.segment(request_for()).labels.copy()
    labels[20:] = 7
    engine.colorize(request_for(labels=labels))
    np.testing.assert_allclose(models.guided.sure[:12], 0.8, atol=1e-6)
    np.testing.assert_allclose(models.guided.sure[12:20], 0.7, atol=1e-6)
    assert (models.guided.sure[20:] == 1).all()


def test_without_a_map_only_sure_labels_count(engine: Engine, models: FakeModels, monkeypatch) -> None:
    probabilities = models.guided.probabilities

    def unsure_below(*arguments):
        scores = probabilities(*arguments)
        scores[:, 12:] = 1 / 60
        return scores

    monkeypatch.setattr(models.guided, "probabilities", unsure_below)
    chroma = engine.colorize(request_for()).chroma
    assert (chroma[:12, :, 0] == SKY).all()
    assert (chroma[12:, :, 0] == UNSURE).all()
    assert (models.guided.sure[12:] == 0).all()


def test_vividness_scales_the_chroma_of_any_colorizer_without_asking_it_again(
    engine: Engine, models: FakeModels
) -> None:
    plain = engine.colorize(request_for(labels=ALL_SKY)).chroma
    half = engine.colorize(request_for(labels=ALL_SKY, settings=Settings(vividness=0.5))).chroma
    np.testing.assert_allclose(half, plain * 0.5)
    assert models.guided.names().count("colorize") == 1


def test_rules_change_the_regions_of_their_label_alone(engine: Engine) -> None:
    labels = engine.segment(request_for()).labels
    plain = engine.colorize(request_for(labels=labels)).chroma
    ruled = engine.colorize(
        request_for(labels=labels, rules=(Rule(SKY, chroma_gain=2.0, hue_shift=90.0),))
    ).chroma
    np.testing.assert_allclose(ruled[:12, :, 0], -plain[:12, :, 1] * 2, atol=1e-4)
    np.testing.assert_allclose(ruled[:12, :, 1], plain[:12, :, 0] * 2, atol=1e-4)
    np.testing.assert_array_equal(ruled[12:], plain[12:])


def test_an_exact_swatch_becomes_the_mean_of_its_label(engine: Engine) -> None:
    sienna = Swatch.from_hex("#a0522d")
    request = request_for(labels=ALL_SKY, rules=(Rule(SKY, sienna, strength=0.1, exact=True),))
    mean = engine.colorize(request).chroma.mean(axis=(0, 1))
    np.testing.assert_allclose(mean, [29.32, 35.63], atol=0.3)  # CIE Lab of that sRGB, D65


def test_a_swatch_at_half_strength_goes_half_the_way(engine: Engine) -> None:
    rule = Rule(SKY, Swatch(1.0, 0.0, 0.0), strength=0.5)
    mean = engine.colorize(request_for(labels=ALL_SKY, rules=(rule,))).chroma.mean(axis=(0, 1))
    np.testing.assert_allclose(mean, [(80.09 + SKY) / 2, (67.20 - SKY / 2) / 2], atol=0.1)


def test_a_broken_bundled_network_is_replaced_by_the_prior_and_said(models: FakeModels) -> None:
    models.broken = ("guided",)
    engine = Engine(models=models)
    found = engine.segment(request_for())
    assert (found.labels == UNSURE).all() and (found.confidence == 0).all()
    assert "broken" in found.notes[0]
    result = engine.colorize(request_for(labels=ALL_SKY))
    assert models.prior.names() == ["encode", "colorize"]
    assert any("prior" in note for note in result.notes)
    assert (result.chroma[..., 0] == SKY).all()


def test_another_colorizer_that_cannot_be_opened_is_an_error(engine: Engine) -> None:
    with pytest.raises(CheckpointError):
        engine.colorize(replace(request_for(labels=ALL_SKY), colorizer="colornet"))


def test_a_cancelled_job_ends_between_stages_and_leaves_no_answer(engine: Engine, models: FakeModels) -> None:
    with pytest.raises(Cancelled):
        engine.colorize(request_for(labels=ALL_SKY), cancel=lambda: "encode" in models.guided.names())
    assert models.guided.names() == ["encode"]
    assert (engine.colorize(request_for(labels=ALL_SKY)).chroma[..., 0] == SKY).all()


def out_of_memory_above(side: int, error: Exception):
    def check(name: str, shape: tuple[int, int]) -> None:
        if max(shape) > side:
            raise error

    return check


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError(
            "[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"
        ),
        RuntimeError("std::bad_alloc"),
    ],
    ids=["python", "cuda", "torch-cpu", "c++"],
)
def test_out_of_memory_halves_the_work_size_and_says_so(
    engine: Engine, models: FakeModels, error: Exception
) -> None:
    models.guided.before = out_of_memory_above(100, error)
    labels = np.full((300, 400), SKY)
    labels[:, 200:] = GRASS
    result = engine.colorize(request_for(300, 400, labels=labels))
    assert result.chroma.shape == (300, 400, 2)
    assert result.work_size == 100 and "100 px" in " ".join(result.notes)
    assert (result.chroma[:, :190, 0] == SKY).all() and (result.chroma[:, 210:, 0] == GRASS).all()
    assert engine.segment(request_for(300, 400)).work_size == 100


def test_out_of_memory_at_the_smallest_size_goes_to_the_cpu() -> None:
    models = FakeModels("cuda")
    models.guided.before = out_of_memory_above(0, MemoryError())
    result = Engine(models=models).colorize(request_for(300, 400, labels=np.full((300, 400), SKY)))
    assert result.device == "cpu" and result.work_size == 400
    assert "CPU" in " ".join(result.notes)
    sides = [max(shape) for _, shape in models.guided.calls]
    assert min(sides) >= SMALLEST_WORK_SIZE
    assert (result.chroma[..., 0] == SKY).all()


def test_no_memory_even_on_the_cpu_is_a_sentence_and_never_grey(engine: Engine, models: FakeModels) -> None:
    models.guided.before = out_of_memory_above(0, MemoryError())
    with pytest.raises(DeviceError, match="memory"):
        engine.colorize(request_for(labels=ALL_SKY))


def test_a_bug_of_a_network_is_not_taken_for_missing_memory(engine: Engine, models: FakeModels) -> None:
    models.guided.before = out_of_memory_above(0, RuntimeError("shapes do not match"))
    with pytest.raises(RuntimeError, match="shapes"):
        engine.colorize(request_for(labels=ALL_SKY))


@pytest.mark.parametrize("shape", [(1, 1), (1, 384), (384, 3)])
def test_photos_of_odd_shape_are_coloured(engine: Engine, shape: tuple[int, int]) -> None:
    assert engine.segment(request_for(*shape)).labels.shape == shape
    assert engine.colorize(request_for(*shape)).chroma.shape == (*shape, 2)


def test_the_device_line_names_device_and_runtime(engine: Engine) -> None:
    engine.warm_up()
    assert engine.device_line() == "CPU · fake"
    assert engine.default_colorizer == "guided"
    assert [info.id for info in engine.colorizers()] == ["guided", "prior"]
