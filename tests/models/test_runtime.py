"""One weight file, two runtimes, the same answers; and what is said when the file is wrong."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from models import runtime
from models.errors import ModelError
from models.training.export import export_guided
from models.weights import load_state
from tests.models.tiny import tiny_net


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    path = tmp_path_factory.mktemp("weights") / "guided.safetensors"
    export_guided(tiny_net(), path, {"name": "guided"})
    return path


@pytest.fixture(scope="module")
def runners(weights):
    from models.guided import GuidedNet

    state = {k: v.float() for k, v in load_state(weights).items() if k != "graph.constants"}
    return runtime.openvino_runner(weights), runtime.torch_runner(GuidedNet.from_state_dict(state))


def photo(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(height * 1000 + width)
    return rng.uniform(0, 100, (height, width)).astype(np.float32), rng.integers(
        0, 60, (height, width)
    ).astype(np.uint8)


@pytest.mark.parametrize("size", [(64, 96), (50, 71), (1, 1), (1, 300), (200, 3)])
def test_both_runtimes_answer_alike_at_any_size(runners, size):
    L, labels = photo(*size)
    answers = []
    for runner in runners:
        seen = runner.encode(L)
        answers.append((runner.segment(seen), *runner.colorize(seen, labels)))
    for (share, ab, confidence), _ in zip(answers, runners, strict=True):
        assert share.shape == (60, *size) and ab.shape == (*size, 2) and confidence.shape == size
        assert np.isfinite(ab).all()
    assert np.allclose(answers[0][0], answers[1][0], atol=0.01)
    assert np.abs(answers[0][1] - answers[1][1]).mean() < 0.5, "within the rounding of bf16"


def wishes(runner, L: np.ndarray) -> dict:
    rng = np.random.default_rng(7)
    hints = np.zeros((*L.shape, 3), np.float32)
    hints[: L.shape[0] // 2, : L.shape[1] // 3] = 30, -10, 1
    seen = runner.encode(L)
    tokens = [runner.swatch_tokens(np.float32([[50, 40, 10], [70, -30, 30]]))]
    tokens.append(runner.reference_tokens(seen, L, rng.uniform(-30, 30, (*L.shape, 2)).astype(np.float32), 0.5))
    return {"hints": hints, "tokens": np.concatenate(tokens)}


def test_both_runtimes_obey_the_same_wishes(runners):
    L, labels = photo(64, 96)
    told = [runner.colorize(runner.encode(L), labels, **wishes(runner, L))[0] for runner in runners]
    plain = runners[0].colorize(runners[0].encode(L), labels)[0]
    assert np.abs(told[0] - told[1]).mean() < 0.5, "within the rounding of bf16"
    assert np.abs(told[0] - plain).mean() > 1


@pytest.mark.parametrize("at", [(0, 0), (40, 300), (120, 500)])
def test_a_part_computed_anew_is_the_same_as_the_whole(weights, at):
    L, labels = photo(150, 1000)
    edited = labels.copy()
    edited[at[0] : at[0] + 9, at[1] : at[1] + 12] = 7
    live, fresh = runtime.openvino_runner(weights), runtime.openvino_runner(weights)
    seen = live.encode(L)
    live.colorize(seen, labels)
    assert runtime._part_to_paint(*(live._tell(seen, x, None, None, None) for x in (labels, edited))) is not None
    part, whole = live.colorize(seen, edited), fresh.colorize(seen, edited)
    for mine, theirs in zip(part, whole, strict=True):
        assert np.abs(mine - theirs).max() < 1e-3
    again = live.colorize(seen, edited)
    assert all(np.array_equal(x, y) for x, y in zip(part, again, strict=True)), "nothing changed, nothing computed"


def test_shares_of_bins_come_when_asked_and_change_nothing_else(runners):
    L, labels = photo(64, 96)
    for runner in runners:
        seen = runner.encode(L)
        bare, whole = runner.paint(seen, labels), runner.paint(seen, labels, with_share=True)
        assert bare.share is None and np.allclose(whole.share.sum(0), 1, atol=0.02)
        assert np.abs(whole.ab - bare.ab).max() < 0.05 and np.allclose(whole.light, bare.light, atol=0.05)
        assert runner.paint(seen, labels).share is None


def test_colour_stays_behind_the_edges_of_labels_that_a_person_said(runners):
    L = np.where(np.arange(96) < 48, 30, 80).astype(np.float32)[None].repeat(64, 0)
    labels = np.where(np.arange(96) < 48, 36, 50).astype(np.uint8)[None].repeat(64, 0)
    runner = runners[0]
    seen = runner.encode(L)
    said, guessed = (runner.colorize(seen, labels, np.full(L.shape, how_sure, np.float32))[0] for how_sure in (1, 0.9))
    steps = [np.abs(np.diff(ab, axis=1)).sum(2).mean(0) for ab in (said, guessed)]
    assert steps[0].argmax() == 47, "one step, at the edge"
    assert np.delete(steps[0][42:53], 5).max() < 0.5 * steps[0][47] and steps[0].max() > steps[1].max()


def test_the_same_question_gets_the_same_bytes(runners):
    L, labels = photo(64, 96)
    for runner in runners:
        first = runner.colorize(runner.encode(L), labels)[0]
        assert np.array_equal(first, runner.colorize(runner.encode(L), labels)[0])


def test_undecided_pixels_are_taken_as_not_said(runners):
    L, labels = photo(64, 96)
    runner = runners[0]
    seen = runner.encode(L)
    undecided = runner.colorize(seen, np.full_like(labels, runtime.UNSURE))[0]
    assert not np.array_equal(undecided, runner.colorize(seen, np.zeros_like(labels))[0])


def test_labels_are_left_alone_by_a_hundred_recomputes(runners):
    L, _ = photo(32, 64)
    labels = np.resize(np.arange(60, dtype=np.uint8), (32, 64))
    kept = labels.copy()
    seen = runners[0].encode(L)
    for _ in range(100):
        runners[0].colorize(seen, labels)
    assert np.array_equal(labels, kept)


def test_what_was_compiled_is_kept_and_made_again_when_damaged(weights, tmp_path, monkeypatch):
    monkeypatch.setenv("HUESMITH_CACHE", str(tmp_path))
    L, labels = photo(64, 96)

    def answer() -> np.ndarray:
        runner = runtime.openvino_runner(weights)
        return runner.colorize(runner.encode(L), labels)[0]

    first, kept = answer(), sorted((tmp_path / "compiled").iterdir())
    assert len(kept) == 2 and np.array_equal(answer(), first)
    for blob in kept:
        blob.chmod(0o644)
        blob.write_bytes(blob.read_bytes()[:5000])
    assert np.array_equal(answer(), first)
    monkeypatch.setenv("HUESMITH_CACHE", str(weights))  # a file stands where the folder would be
    assert np.array_equal(answer(), first)


def test_openvino_path_never_loads_torch(weights):
    code = (
        "import sys, numpy as np; from models.runtime import open_guided; from pathlib import Path;"
        f"r = open_guided('cpu', Path({str(weights)!r}));"
        "s = r.encode(np.full((32, 32), 50, np.float32)); r.colorize(s, np.zeros((32, 32), np.uint8));"
        "print(r.runtime, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("OpenVINO") and done.stdout.strip().endswith("False")


def test_torch_takes_over_without_openvino(weights, monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)
    runner = runtime.open_guided("cpu", weights)
    assert runner.runtime.startswith("torch")
    assert np.isfinite(
        runner.colorize(runner.encode(np.full((32, 32), 50, np.float32)), np.zeros((32, 32), np.uint8))[0]
    ).all()


@pytest.mark.parametrize(
    "content", [None, b"", b"\x10\0\0\0\0\0\0\0{}", b"\xff" * 64], ids=["missing", "empty", "short", "noise"]
)
def test_a_wrong_file_is_named_in_one_sentence(tmp_path, content):
    path = tmp_path / "guided.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match=r"guided\.safetensors"):
        runtime.open_guided("cpu", path)


def test_truncated_weights_are_refused(weights, tmp_path):
    path = tmp_path / "cut.safetensors"
    path.write_bytes(weights.read_bytes()[:-5000])
    with pytest.raises(ModelError, match=r"cut\.safetensors"):
        runtime.open_guided("cpu", path)
