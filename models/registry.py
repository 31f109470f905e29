"""Which network is which: by name, and by the evidence of a bare state_dict.

A table entry names the class (imported only when it is asked for, so that this module costs no torch)
and a few parameter names that only this network has. The classes themselves know how to read their
hyper-parameters from shapes, so a weight file needs nothing beside it.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from models.errors import ModelError

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Entry:
    """One network: its registry name, what to call it in a sentence, its class and its marks."""

    name: str
    title: str
    module: str
    cls: str
    marks: tuple[str, ...]
    two_forms: bool = False  # the published form computes otherwise, with the same parameters


_ENTRIES = {
    entry.name: entry
    for entry in (
        Entry(
            "colornet",
            "ColorNet (Semantic-driven Colorization)",
            "models.semantic",
            "ColorNet",
            ("enc6.conv2.weight", "dec5.conv1.weight", "final_conv.weight"),
            two_forms=True,
        ),
        Entry(
            "gridnet",
            "SegNet (GridNet segmentation)",
            "models.gridnet",
            "SegNet",
            ("batchNormInitial.weight", "firstConv.conv1.weight", "lastConv.conv2.weight"),
        ),
        Entry(
            "guided",
            "GuidedNet (Huesmith)",
            "models.guided",
            "GuidedNet",
            ("encoder.stem.0.conv.weight", "decoder.label.weight", "centers"),
        ),
    )
}


def names() -> tuple[str, ...]:
    """Every name that ``create`` takes."""
    return tuple(_ENTRIES)


def entry(name: str) -> Entry:
    """The table row of ``name``; raises ModelError with the known names."""
    try:
        return _ENTRIES[name]
    except KeyError:
        raise ModelError(f"There is no network called {name!r}; known are {', '.join(_ENTRIES)}.") from None


def network_class(name: str) -> type[torch.nn.Module]:
    """The class behind ``name``, imported now."""
    row = entry(name)
    return getattr(importlib.import_module(row.module), row.cls)


def create(name: str, *, published: bool = True, width: float = 1.0) -> torch.nn.Module:
    """A fresh network in eval mode.

    ``published`` keeps the original's form, mistakes included, where its checkpoint needs them;
    ``width`` scales the channels of a compact variant (1.0: the published sizes).
    """
    cls = network_class(name)
    if not hasattr(cls, "scaled"):
        return cls(width=width).eval()
    return cls.scaled(width=width, published=published).eval()


def recognise(state: Mapping[str, object]) -> str:
    """The name of the network that a state_dict belongs to, by its keys; raises ModelError for strangers."""
    for row in _ENTRIES.values():
        if row.marks and all(mark in state for mark in row.marks):
            return row.name
    found = ", ".join(list(state)[:3]) or "nothing"
    raise ModelError(f"These weights belong to no network known here; they begin with {found}.")


def hyper_parameters(name: str, state: Mapping[str, torch.Tensor], source: str = "This") -> dict:
    """Constructor arguments of ``name`` as the shapes in ``state`` tell them; raises ModelError."""
    try:
        return network_class(name).hyper_parameters(state)
    except (KeyError, IndexError) as error:
        raise ModelError(
            f"{source} does not hold all weights of {entry(name).title}: {error} is missing."
        ) from None


def from_state_dict(
    state: Mapping[str, torch.Tensor], *, published: bool = True, source: str = "This"
) -> torch.nn.Module:
    """The network that ``state`` was saved from, at its own width, loaded strictly, in eval mode."""
    from models.weights import load_strict

    name = recognise(state)
    cls, title = network_class(name), entry(name).title
    if hasattr(cls, "from_state_dict"):
        return cls.from_state_dict(state).eval()
    sizes = hyper_parameters(name, state, source)
    if entry(name).two_forms:
        sizes["published"] = published
    return load_strict(cls(**sizes), state, title=title, source=source).eval()


def from_file(
    path: str | os.PathLike, expected: str | None = None, *, published: bool = True
) -> torch.nn.Module:
    """The network that a weight file holds, at its own width, in eval mode.

    Raises ModelError with a sentence that names the file, what was expected and what was found.
    """
    from models.weights import load_state

    path = Path(path)
    state = load_state(path)
    wanted = f"weights of {entry(expected).title}" if expected else "weights of a network known here"
    try:
        found = recognise(state)
    except ModelError:
        begins = ", ".join(list(state)[:3])
        raise ModelError(f"{path.name} does not hold {wanted}: its tensors begin with {begins}.") from None
    if expected and found != expected:
        raise ModelError(f"{path.name} does not hold {wanted}; it holds those of {entry(found).title}.")
    return from_state_dict(state, published=published, source=path.name)
