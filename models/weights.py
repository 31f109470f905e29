"""Weight files: opened without ever running what is in them, and refused with a sentence.

    load_state(path)      a state_dict from .safetensors, or from anything torch.save wrote
    load_into(net, path)  the same, strictly into a network
    read_card(path)       what a .safetensors file says about itself; needs no torch
    save(state, path)     a .safetensors file with a card, never half written

A foreign checkpoint is a pickle, and a pickle is a program. It is only read with ``weights_only=True``,
which builds tensors and nothing else, and only after the sizes it announces were held against the size
of the file, so that a small file cannot ask for a large allocation.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import pickletools
import re
import struct
import tempfile
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import ModelError

if TYPE_CHECKING:
    import torch

# where checkpoints keep the network itself: this project's original, most others, the sketch network's
WRAPPERS = ("G", "state_dict", "generator_state_dict")
HEADER_LIMIT = 16 * 2**20  # bytes of a safetensors header; a real one has some hundred bytes a tensor
CARD_KEY = "card"
_ZIP = b"PK\x03\x04"
_NUMBERS = frozenset({"BININT", "BININT1", "BININT2", "INT", "LONG", "LONG1", "LONG4"})


def load_state(path: str | os.PathLike, *, wrappers: tuple[str, ...] = WRAPPERS) -> dict[str, torch.Tensor]:
    """The tensors of a weight file, on the CPU, by parameter name.

    A checkpoint that wraps its state_dict under one of ``wrappers`` is unwrapped, and the ``module.``
    that DataParallel puts before every name is taken away. Raises ModelError with a full sentence.
    """
    path = Path(path)
    require_file(path)
    state = _load_safetensors(path) if is_safetensors(path) else _load_pickled(path)
    return _plain(_unwrap(state, wrappers), path)


def load_into(net: torch.nn.Module, path: str | os.PathLike, *, title: str | None = None) -> torch.nn.Module:
    """Load ``path`` strictly into ``net``; raises ModelError saying what was expected and what was found."""
    path = Path(path)
    return load_strict(net, load_state(path), title=title, source=path.name)


def load_strict(
    net: torch.nn.Module, state: Mapping[str, torch.Tensor], *, title: str | None = None, source: str = "This"
) -> torch.nn.Module:
    """Copy ``state`` into ``net`` if every name and shape agrees; raises ModelError otherwise.

    Shapes are compared before anything is copied, and half precision is widened on the way.
    """
    import torch

    require_match(net, state, title=title, source=source)
    # counters of training steps are absent from files of very old torch versions, and mean nothing here
    counters = {key: torch.zeros_like(value) for key, value in net.state_dict().items() if key not in state}
    net.load_state_dict({**state, **counters}, strict=True)
    return net


def require_match(
    net: torch.nn.Module, state: Mapping[str, torch.Tensor], *, title: str | None = None, source: str = "This"
) -> None:
    """Raise ModelError unless every name and shape of ``net`` (which may be on "meta") stands in ``state``."""
    own = net.state_dict()
    missing = [key for key in own if key not in state and not key.endswith("num_batches_tracked")]
    extra = [key for key in state if key not in own]
    wrong = [key for key in own if key in state and own[key].shape != state[key].shape]
    if missing or extra or wrong:
        raise ModelError(_mismatch(own, state, missing, extra, wrong, title or type(net).__name__, source))


def read_card(path: str | os.PathLike) -> dict:
    """What a .safetensors file says about itself, without reading its tensors; {} where it says nothing."""
    path = Path(path)
    require_file(path)
    metadata = _safetensors_header(path).get("__metadata__", {})
    try:
        return json.loads(metadata[CARD_KEY]) if CARD_KEY in metadata else dict(metadata)
    except (ValueError, TypeError):
        raise ModelError(f"{path.name} carries a card that cannot be read; fetch the file again.") from None


def save(state: Mapping[str, torch.Tensor], path: str | os.PathLike, card: Mapping | None = None) -> Path:
    """Write ``state`` as .safetensors with ``card`` (anything JSON can hold) beside the tensors, atomically."""
    from safetensors.torch import save as to_bytes

    path = Path(path)
    metadata = {CARD_KEY: json.dumps(dict(card), ensure_ascii=False)} if card else None
    tensors = {key: value.detach().cpu().contiguous() for key, value in state.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(to_bytes(tensors, metadata))
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return path


def require_file(path: Path) -> None:
    """Raise ModelError unless ``path`` is a readable file with something in it."""
    if path.is_dir():
        raise ModelError(f"{path.name} is a folder; choose the weight file inside it.")
    if not path.is_file():
        raise ModelError(f"There is no weight file {path}; check the name, or fetch it with fetch_models.sh.")
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read ({error.strerror}); check its permissions.") from None
    if not size:
        raise ModelError(f"{path.name} is empty; fetch it again.")


def is_safetensors(path: Path) -> bool:
    """By content where the name does not say: the header is JSON right behind its eight-byte length."""
    if path.suffix == ".safetensors":
        return True
    with path.open("rb") as file:
        return file.read(9)[8:] == b"{"


def _safetensors_header(path: Path) -> dict:
    """The JSON header, its size and every tensor's extent held against the file before use."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(8)
        length = struct.unpack("<Q", head)[0] if len(head) == 8 else size
        if length > min(HEADER_LIMIT, size - 8):
            raise ModelError(
                f"{path.name} is not a usable .safetensors file: its header claims {length:,} bytes "
                f"in a file of {size:,}; fetch it again."
            )
        raw = file.read(length)
    try:
        header = json.loads(raw)
        ends = [value["data_offsets"][1] for key, value in header.items() if key != "__metadata__"]
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        raise ModelError(f"{path.name} has no readable .safetensors header; fetch it again.") from None
    if any(not isinstance(end, int) or end > size - 8 - length for end in ends):
        raise ModelError(
            f"{path.name} is cut short: its header promises more than its {size:,} bytes; fetch it again."
        )
    return header


def _load_safetensors(path: Path) -> dict[str, torch.Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    _safetensors_header(path)
    try:
        return load_file(path)
    except (SafetensorError, ValueError, RuntimeError) as error:
        raise ModelError(
            f"{path.name} is not a usable .safetensors file ({error}); fetch it again."
        ) from None


def _load_pickled(path: Path) -> object:
    import torch

    _check_announced_sizes(path)
    try:
        with warnings.catch_warnings(action="ignore"):  # notes about pickle protocols; the answer says enough
            return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise ModelError(_refusal(path, str(error))) from None
    except Exception:  # the reader has no error type of its own: bytes out of place end in any of a dozen
        raise ModelError(f"{path.name} is damaged or cut short and cannot be read; fetch it again.") from None


def _refusal(path: Path, message: str) -> str:
    """weights_only said no: because of code in the pickle, or because the bytes are no checkpoint at all."""
    named = re.search(r"GLOBAL ([\w.]+)", message)
    if named:
        return (
            f"{path.name} holds code besides weights ({named[1]}), which was not run; "
            "ask for a .safetensors file or a plain state_dict."
        )
    return (
        f"{path.name} is not a weight file, or it is damaged; expected .safetensors, .pth, .pt or .pth.tar."
    )


def _check_announced_sizes(path: Path) -> None:
    """Hold what a torch.save file announces against what it is, before torch allocates any of it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if file.read(4) == _ZIP:
            announced = _zip_size(path)
        else:
            file.seek(0)
            announced = _largest_number(io.BytesIO(file.read(HEADER_LIMIT)))
    if announced > size:
        raise ModelError(
            f"{path.name} is cut short or not an honest weight file: it announces {announced:,} numbers in "
            f"{size:,} bytes, so it was not opened; fetch it again."
        )


def _zip_size(path: Path) -> int:
    """Bytes that the zip's directory says its entries unpack to; torch.save stores without compression."""
    try:
        with zipfile.ZipFile(path) as archive:
            return sum(info.file_size for info in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise ModelError(f"{path.name} is damaged or cut short and cannot be read; fetch it again.") from None


def _largest_number(file: io.BytesIO) -> int:
    """The largest number in an old-style (before torch 1.6) checkpoint's description of its tensors.

    Such a file is magic number, version, system, description and tensor keys, a pickle each, and then
    the bare numbers. The pickles are read as text here, never run. Element counts and shapes stand in the
    description, and no honest one is larger than the file.
    """
    largest = 0
    try:
        for part in ("magic", "version", "system", "description"):
            for opcode, argument, _ in pickletools.genops(file):
                if part == "description" and opcode.name in _NUMBERS:
                    largest = max(largest, argument)
    except ValueError:  # no pickle, or cut short: weights_only refuses it in its own words
        pass
    return largest


def _unwrap(state: object, wrappers: tuple[str, ...]) -> object:
    if isinstance(state, Mapping):
        for key in wrappers:
            if isinstance(state.get(key), Mapping):
                return state[key]
    return state


def _plain(state: object, path: Path) -> dict[str, torch.Tensor]:
    import torch

    if not isinstance(state, Mapping) or not state:
        raise ModelError(f"{path.name} holds no state_dict (expected parameter names and tensors).")
    strangers = [key for key, value in state.items() if type(key) is not str or not torch.is_tensor(value)]
    if strangers:
        raise ModelError(
            f"{path.name} holds no plain state_dict: {strangers[0]!r} is not a tensor; "
            f"looked under {', '.join(WRAPPERS)} too."
        )
    for key, value in state.items():
        if (
            value.layout != torch.strided
            or value.numel() * value.element_size() > value.untyped_storage().nbytes()
        ):
            raise ModelError(
                f"{path.name} is not an honest weight file: {key} claims more numbers than it holds."
            )
    return {key.removeprefix("module."): value for key, value in state.items()}


def _mismatch(own, state, missing, extra, wrong, title: str, source: str) -> str:
    """One sentence: the network expected, and the first differences found."""
    from models.registry import entry, recognise

    found = []
    if wrong:
        key = wrong[0]
        found.append(f"{key} is {tuple(state[key].shape)} where {tuple(own[key].shape)} belongs")
    if missing:
        found.append(f"{len(missing)} tensors are missing ({', '.join(missing[:3])})")
    if extra:
        found.append(f"{len(extra)} are unknown to it ({', '.join(extra[:3])})")
    sentence = f"{source} does not hold weights of {title}, which has {len(own)} tensors: {'; '.join(found)}"
    try:
        other = entry(recognise(state)).title
    except ModelError:
        return sentence + "."
    return f"{sentence}. It looks like {other}." if other != title else sentence + "."
