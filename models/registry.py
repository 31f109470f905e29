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
    cls: str  # module and class
    marks: tuple[str, ...]  # parameters that only this network has
    two_forms: bool = False  # the published form computes otherwise, with the same parameters
    rows: int | None = None  # first dimension of the last mark, where the names alone do not tell


# fmt: off
_TABLE = (
    Entry("colornet", "ColorNet (Semantic-driven Colorization)", "semantic.ColorNet",
          ("enc6.conv2.weight", "dec5.conv1.weight", "final_conv.weight"), two_forms=True),
    Entry("gridnet", "SegNet (GridNet segmentation)", "gridnet.SegNet",
          ("batchNormInitial.weight", "firstConv.conv1.weight", "lastConv.conv2.weight")),
    Entry("gray2color", "Gray2ColorNet", "gray2color.Gray2ColorNet",
          ("conf_feature.fc1.0.weight", "ref_network.model1.0.weight", "model10up.0.weight")),
    Entry("scft", "SCFT generator (reference-based sketch colorization)", "scft.Generator",
          ("scft.W_q.weight", "encoder_r.layers.0.layers.0.weight", "resblocks.layers.0.layers.0.weight"),
          two_forms=True),
    Entry("scft_discriminator", "SCFT discriminator (reference-based sketch colorization)", "scft.Discriminator",
          ("layers.0.layers.0.weight", "layers.0.layers.1.running_mean", "layers.4.bias")),
    Entry("palettenet", "PaletteNet", "palettenet.PaletteNet",
          ("encoder.res3.shortcut.conv.weight", "decoder.dconv_up_4.0.weight", "decoder.conv_last.weight")),
    Entry("palettenet_encoder", "PaletteNet feature encoder", "palettenet.FeatureEncoder",
          ("conv.weight", "res1.blocks.0.conv.weight", "res3.shortcut.conv.weight")),
    Entry("palettenet_decoder", "PaletteNet recolouring decoder", "palettenet.RecoloringDecoder",
          ("dconv_up_4.0.weight", "dconv_up_1.0.weight", "conv_last.weight")),
    Entry("palettenet_discriminator", "PaletteNet discriminator", "palettenet.Discriminator",
          ("conv1.weight", "conv2.weight", "conv3.weight", "conv4.weight", "conv4.bias"), two_forms=True),
    Entry("cys_context", "CYS context embedding", "cys.ContextEmbedding",
          ("img_fc1.weight", "txt_fc1.weight", "cat_fc1.weight", "fusion_fc1.weight")),
    Entry("cys_palette_generator", "CYS palette generator", "cys.PaletteGenerator",
          ("fc_1.weight", "fc_4.weight"), rows=3),
    Entry("cys_palette_discriminator", "CYS palette discriminator", "cys.PaletteDiscriminator",
          ("fc_1.weight", "fc_4.weight"), two_forms=True, rows=1),
    Entry("cys_color_generator", "CYS colour U-Net", "cys_color.ColorUNet",
          ("down.0.conv.weight", "up.0.conv.weight", "last.weight")),
    Entry("cys_color_discriminator", "CYS colour discriminator", "cys_color.ColorDiscriminator",
          ("down.0.conv.weight", "patch.weight", "fc.weight"), two_forms=True),
    Entry("cys_text2palette", "words to palette (CYS, Huesmith's form)", "cys_systems.TextToPalette",
          ("text.bags.weight", "image.blocks.0.0.weight", "generator.fc_4.weight")),
    Entry("cys_colorizer", "palette to colour (CYS, Huesmith's form)", "cys_systems.PaletteColorizer",
          ("text.bags.weight", "image.blocks.0.0.weight", "generator.last.weight")),
    Entry("guided", "GuidedNet (Huesmith)", "guided.GuidedNet",
          ("encoder.stem.0.conv.weight", "decoder.label.weight", "centers")),
)
# fmt: on
_ENTRIES = {row.name: row for row in _TABLE}


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
    module, cls = entry(name).cls.split(".")
    return getattr(importlib.import_module(f"models.{module}"), cls)


def create(name: str, *, published: bool = True, width: float = 1.0) -> torch.nn.Module:
    """A fresh network in eval mode.

    ``published`` keeps the original's form, mistakes included, where its checkpoint needs them;
    ``width`` scales the channels of a compact variant (1.0: the published sizes).
    """
    cls = network_class(name)
    if not hasattr(cls, "scaled"):
        return cls(width=width).eval()
    return cls.scaled(width=width, published=published).eval()


def recognise(state: Mapping[str, torch.Tensor]) -> str:
    """The name of the network that a state_dict belongs to, by its keys; raises ModelError for strangers."""
    for row in _TABLE:
        if all(mark in state for mark in row.marks) and row.rows in (None, state[row.marks[-1]].shape[0]):
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
    """The network that ``state`` was saved from, at its own width, loaded strictly, in eval mode.

    Its shapes are compared while the network is an outline that takes no memory yet.
    """
    import torch

    from models.weights import load_strict, require_match

    name = recognise(state)
    cls, title = network_class(name), entry(name).title
    # a bundled file also carries constants of its converted form
    state = {key: value for key, value in state.items() if not key.startswith("graph.")}
    if hasattr(cls, "from_state_dict"):
        try:
            return cls.from_state_dict(state).eval()
        except (RuntimeError, KeyError, IndexError):
            raise ModelError(f"{source} does not hold all weights of {title}; fetch it again.") from None
    sizes = hyper_parameters(name, state, source)
    if entry(name).two_forms:
        sizes["published"] = published
    try:
        with torch.device("meta"):
            net = cls(**sizes)
    except (ValueError, RuntimeError, TypeError, ArithmeticError, AssertionError):
        raise ModelError(f"{source} holds tensors of sizes that make no {title}.") from None
    require_match(net, state, title=title, source=source)
    return load_strict(net.to_empty(device="cpu"), state, title=title, source=source).eval()


def from_file(
    path: str | os.PathLike, expected: str | None = None, *, published: bool | None = None
) -> torch.nn.Module:
    """The network that a weight file holds, at its own width, in eval mode.

    ``published`` is by default what the file's card says, and true for a file without one. Raises
    ModelError with a sentence that names the file, what was expected and what was found.
    """
    from models.weights import is_safetensors, load_state, read_card

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
    if published is None:
        published = not is_safetensors(path) or read_card(path).get("published", True)
    return from_state_dict(state, published=published, source=path.name)
