"""Weight files: every honest form opens, every other one ends in a sentence and runs nothing."""

from __future__ import annotations

import json
import pickle
import struct
import zipfile
from pathlib import Path

import pytest
import torch

from models import registry, weights
from models.errors import ModelError


def small_net() -> torch.nn.Module:
    torch.manual_seed(1)
    return registry.create("colornet", width=0.25)


def same(a, b) -> bool:
    return a.keys() == b.keys() and all(torch.equal(a[key].float(), b[key].float()) for key in a)


@pytest.fixture
def state():
    return small_net().state_dict()


class Program:
    """What a hostile checkpoint looks like from inside: unpickling it runs a command."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self):
        import os

        return os.system, (f"touch '{self.target}'",)


@pytest.mark.parametrize(
    "wrap",
    [
        dict,
        lambda s: {"G": s},
        lambda s: {"state_dict": s, "epoch": 3},
        lambda s: {"generator_state_dict": s, "discriminator_state_dict": {}},
        lambda s: {f"module.{key}": value for key, value in s.items()},
    ],
)
@pytest.mark.parametrize("modern", [True, False])
def test_checkpoints_of_both_torch_formats_are_unwrapped(tmp_path, state, wrap, modern):
    path = tmp_path / "net.pth.tar"
    torch.save(wrap(state), path, _use_new_zipfile_serialization=modern)
    assert same(weights.load_state(path), state)


def test_safetensors_keep_their_card_and_widen_half_precision(tmp_path, state):
    path = tmp_path / "net.safetensors"
    half = {key: value.half() for key, value in state.items()}
    card = {"network": "colornet", "scores": {"ΔE2000": 8.25}}
    weights.save(half, path, card)
    assert weights.read_card(path) == card
    loaded = weights.load_into(small_net(), path).state_dict()
    assert same(loaded, half) and loaded["enc1.conv1.weight"].dtype == torch.float32
    assert list(tmp_path.iterdir()) == [path]


def test_weights_saved_without_a_card_have_an_empty_one(tmp_path, state):
    assert weights.read_card(weights.save(state, tmp_path / "net.safetensors")) == {}


@pytest.mark.parametrize("modern", [True, False])
def test_a_pickle_with_code_is_refused_and_never_run(tmp_path, state, modern):
    path, proof = tmp_path / "evil.pth", tmp_path / "ran"
    torch.save({"G": state, "extra": Program(proof)}, path, _use_new_zipfile_serialization=modern)
    with pytest.raises(ModelError, match=r"evil\.pth holds code besides weights .*not run"):
        weights.load_state(path)
    assert not proof.exists()


def test_a_bare_pickle_with_code_is_refused_and_never_run(tmp_path):
    path, proof = tmp_path / "evil.pt", tmp_path / "ran"
    path.write_bytes(pickle.dumps(Program(proof), protocol=2))
    with pytest.raises(ModelError, match=r"evil\.pt"):
        weights.load_state(path)
    assert not proof.exists()


@pytest.mark.parametrize("modern", [True, False])
@pytest.mark.parametrize("part", [0.02, 0.3, 0.9, 0.999])
def test_a_truncated_checkpoint_is_a_sentence(tmp_path, state, modern, part):
    path = tmp_path / "cut.pth"
    torch.save(state, path, _use_new_zipfile_serialization=modern)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    with pytest.raises(ModelError, match=r"cut\.pth is (not a weight file|damaged|.*cut short)"):
        weights.load_state(path)


@pytest.mark.parametrize("part", [0.0001, 0.5, 0.999])
def test_truncated_safetensors_are_a_sentence(tmp_path, state, part):
    path = weights.save(state, tmp_path / "cut.safetensors")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    with pytest.raises(ModelError, match=r"cut\.safetensors"):
        weights.load_state(path)


def header_file(path: Path, header: object, length: int | None = None, body: bytes = b"\0" * 64) -> Path:
    raw = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(raw) if length is None else length) + raw + body)
    return path


@pytest.mark.parametrize(
    "header, length",
    [
        ({}, 2**62),
        ({"a": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 2**42]}}, None),
        ({"a": {"dtype": "F32", "shape": [2**40], "data_offsets": [0, 64]}}, None),
        ({"a": {"dtype": "F32", "shape": [16], "data_offsets": [64, 0]}}, None),
        ({"a": {"dtype": "F32", "shape": [-16], "data_offsets": ["0", None]}}, None),
        ([1, 2, 3], None),
        ({"a": 5}, None),
    ],
)
def test_a_safetensors_header_that_lies_is_refused_before_anything_is_allocated(tmp_path, header, length):
    path = header_file(tmp_path / "liar.safetensors", header, length)
    with pytest.raises(ModelError, match=r"liar\.safetensors"):
        weights.load_state(path)


def test_a_small_file_cannot_ask_for_a_large_allocation(tmp_path, state):
    path = tmp_path / "bomb.pth"
    torch.save(state, path)
    with zipfile.ZipFile(path) as source:
        entries = [(info.filename, source.read(info)) for info in source.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name, data in entries:
            bomb.writestr(name, data if "/data/" not in name else b"\0" * 3_000_000)
    with pytest.raises(ModelError, match="not an honest weight file"):
        weights.load_state(path)


def test_an_old_style_file_cannot_announce_more_than_it_is(tmp_path):
    path = tmp_path / "old.pth"
    torch.save({"weight": torch.zeros(12345)}, path, _use_new_zipfile_serialization=False)
    honest = b"M" + struct.pack("<H", 12345)  # a two-byte number in the description of the tensors
    data = path.read_bytes()
    assert honest in data
    path.write_bytes(data.replace(honest, b"J" + struct.pack("<i", 2**31 - 1)))
    with pytest.raises(ModelError, match="not an honest weight file: it announces 2,147,483,647 numbers"):
        weights.load_state(path)


def test_one_number_cannot_pose_as_a_million(tmp_path):
    path = tmp_path / "thin.pth"
    torch.save({"weight": torch.zeros(1).expand(1_000_000)}, path)
    with pytest.raises(ModelError, match="weight claims more numbers than it holds"):
        weights.load_state(path)


@pytest.mark.parametrize("count", [0, 10**7])
def test_empty_tensors_cannot_ask_for_a_giant_network(tmp_path, state, count):
    state = {
        key: torch.zeros(count, 0, 3, 3) if key.endswith("conv2.weight") else value
        for key, value in state.items()
    }
    torch.save(state, tmp_path / "giant.pth")
    with pytest.raises(ModelError, match=r"giant\.pth (does not hold|holds tensors of sizes)"):
        registry.from_file(tmp_path / "giant.pth")


@pytest.mark.parametrize(
    "content, words",
    [
        (b"", "is empty"),
        (b"GIF89a" * 20, "not a weight file"),
        (b"PK\x03\x04" + b"x" * 50, "damaged"),
        (b"\x80\x02}q\x00.", "damaged"),
        (b"<!DOCTYPE html><html>quota</html>", "not a weight file"),
    ],
)
def test_other_files_are_a_sentence(tmp_path, content, words):
    path = tmp_path / "odd.pth"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=words):
        weights.load_state(path)


@pytest.mark.parametrize("thing", [{}, [1, 2], {"G": {}}, 5])
def test_a_checkpoint_without_a_network_is_a_sentence(tmp_path, thing):
    path = tmp_path / "list.pth"
    torch.save(thing, path)
    with pytest.raises(ModelError, match=r"list\.pth holds no (plain )?state_dict"):
        weights.load_state(path)


def test_folders_and_absent_files_are_a_sentence(tmp_path):
    with pytest.raises(ModelError, match="is a folder"):
        weights.load_state(tmp_path)
    with pytest.raises(ModelError, match="There is no weight file"):
        weights.load_state(tmp_path / "gone.pth")


def test_another_networks_weights_are_named_in_the_sentence(tmp_path):
    path = tmp_path / "seg.pth.tar"
    torch.save({"G": registry.create("gridnet", width=0.5).state_dict()}, path)
    with pytest.raises(ModelError) as caught:
        weights.load_into(small_net(), path, title="ColorNet")
    sentence = str(caught.value)
    assert sentence.startswith("seg.pth.tar does not hold weights of ColorNet, which has 23 tensors")
    assert "enc1.conv1.weight" in sentence and sentence.endswith(
        "It looks like SegNet (GridNet segmentation)."
    )


def test_a_wider_variant_is_refused_with_both_shapes(tmp_path, state):
    path = weights.save(state, tmp_path / "narrow.safetensors")
    with pytest.raises(
        ModelError, match=r"enc1\.conv1\.weight is \(8, 1, 3, 3\) where \(16, 1, 3, 3\) belongs"
    ):
        weights.load_into(registry.create("colornet", width=0.5), path)


def test_values_that_are_no_tensors_are_refused(tmp_path, state):
    path = tmp_path / "mixed.pth"
    torch.save(dict(state) | {"epoch": 7}, path)
    with pytest.raises(ModelError, match="'epoch' is not a tensor"):
        weights.load_state(path)


def test_a_failed_save_leaves_the_old_file(tmp_path, state):
    path = weights.save(state, tmp_path / "net.safetensors", {"run": 1})
    with pytest.raises(TypeError):
        weights.save(state, path, {"run": object()})
    assert weights.read_card(path) == {"run": 1} and list(tmp_path.iterdir()) == [path]
