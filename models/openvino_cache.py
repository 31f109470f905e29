"""OpenVINO, the fast way to run a network on a CPU: converted once per user, kept, and read without torch.

    network = compiled("colornet", weights_path, build, inputs=2)
    network([gray, labels])[0]

The converted form lies under the user's cache folder (or ``HUESMITH_CACHE``), named by network and by
the hash of the weight file, so another file never meets a stale conversion. A cache that is damaged is
made again; one that cannot be written costs a conversion each time and nothing else.

Import OpenVINO through ``load`` only: by itself, its import writes a client id into the person's home and
its converter reports each use to its makers.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import openvino
    import torch

FORMAT = 1  # part of the cache's file names; to be raised when the conversion changes
EXAMPLE_SIDE = 64
_CONVERTER = "openvino.tools.ovc"


def available() -> bool:
    """Whether OpenVINO is installed; it is not imported by asking."""
    return importlib.util.find_spec("openvino") is not None


def load() -> ModuleType:
    """The openvino package, with its usage reports left out (it has a stand-in for when they are absent).

    Its converter is left out as well: running a network needs none, and importing it takes longer than all the
    rest together, in which no other thread of the program gets on. Who converts imports it from ``openvino.tools.ovc``.
    """
    sys.modules.setdefault("openvino_telemetry", None)
    if "openvino" not in sys.modules:
        missing = _CONVERTER not in sys.modules
        sys.modules.setdefault(_CONVERTER, None)
        try:
            import openvino
        finally:
            if missing:
                del sys.modules[_CONVERTER]
    import openvino

    return openvino


def cache_dir() -> Path:
    """Where converted networks are kept: ``HUESMITH_CACHE``, else the user's cache folder."""
    from platformdirs import user_cache_dir

    return Path(os.environ.get("HUESMITH_CACHE") or user_cache_dir("huesmith"))


def make_core() -> openvino.Core:
    """A Core that keeps what it compiles in the cache: a second start opens a network in a third of the time."""
    core = load().Core()
    folder = cache_dir() / "compiled"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        core.set_property({"CACHE_DIR": str(folder)})
    except (OSError, RuntimeError):  # a cache is a convenience
        pass
    return core


def fingerprint(path: str | os.PathLike) -> str:
    """SHA-256 of a file, in hexadecimal."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cpu_precision() -> str:
    """What the CPU computes fastest without visible loss: "bf16" where it has the instructions, else "f32"."""
    return "bf16" if "BF16" in load().Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"


def compiled(
    network: str,
    weights: str | os.PathLike,
    build: Callable[[], torch.nn.Module],
    *,
    inputs: int = 1,
    precision: str | None = None,
) -> openvino.CompiledModel:
    """The network ready to run on the CPU, for ``inputs`` planes of (1, 1, h, w) of any size.

    ``build`` makes the torch module and is only called (and torch only imported) when no conversion of
    ``weights`` is in the cache; what it raises comes through.
    """
    path = cache_dir() / "openvino" / f"{network}-{fingerprint(weights)[:32]}-{FORMAT}.xml"
    core = make_core()
    model = _read(core, path)
    if model is None:
        model = convert(build(), inputs)
        _keep(model, path)
    return core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": precision or cpu_precision()})


def convert(net: torch.nn.Module, inputs: int = 1) -> openvino.Model:
    """An OpenVINO model of ``net`` whose inputs are (1, 1, h, w) with h and w left open."""
    import torch

    load()
    from openvino.tools.ovc import convert_model

    example = tuple(torch.rand(1, 1, EXAMPLE_SIDE, EXAMPLE_SIDE + 32) for _ in range(inputs))
    with torch.inference_mode(), warnings.catch_warnings(action="ignore"):  # how it traces is not news
        model = convert_model(net.eval(), example_input=example)
    model.reshape({port: [1, 1, -1, -1] for port in model.inputs})
    return model


def _read(core: openvino.Core, path: Path) -> openvino.Model | None:
    if not path.is_file():
        return None
    try:
        return core.read_model(path)
    except RuntimeError:  # cut short by a full disk or a crash: as good as absent
        return None


def _keep(model: openvino.Model, path: Path) -> None:
    """Save weights, then graph, each moved into place whole: a graph in the cache always has its weights."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent) as folder:
            fresh = Path(folder) / path.name
            load().save_model(model, fresh, compress_to_fp16=False)
            for suffix in (".bin", ".xml"):
                fresh.with_suffix(suffix).replace(path.with_suffix(suffix))
    except (OSError, RuntimeError):  # a cache is a convenience: the model in hand runs without it
        return
