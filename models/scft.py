"""Reference-based sketch colorization with augmented-self reference and SCFT attention (Lee et al., CVPR 2020).

    sketch --encoder_s--> ten maps --pooled to 1/16, joined--> V_s --+
    reference --encoder_r--> the same -----------------------> V_r --+--> attention --> C --> residual blocks
    decoder: C and the blocks' answer, then the sketch's own maps on the way up --> RGB in [-1, 1]

Every cell of the sketch's 1/16 grid asks every cell of the reference's for its features. The re-implementation
whose names and shapes are kept here (82,120,688 parameters) reshapes the grid into tokens without transposing it,
so that its tokens mix channels and places; ``published=True`` does the same, for its checkpoints.
By default a token is a place, and the attention map can be read: where did this colour come from?

Both pictures may have any size, and need not have the same. Input and output are RGB in [-1, 1]; the sketch has
one channel.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import nn

from models.layers import pad_to_multiple, scaled

CHANNELS = (16, 32, 64, 128, 256)  # of the encoder at H, H/2 .. H/16, two maps each
BLOCKS = 4
STRIDE = 16
PATCH_CHANNELS = (64, 128, 256, 512)


class Details(NamedTuple):
    """An answer with what led to it; the token grids are h/16 x w/16 of each picture, rounded up."""

    rgb: torch.Tensor  # (n, 3, h, w)
    attention: torch.Tensor  # (n, sketch rows, sketch columns, reference rows, reference columns), sums to 1
    scores: torch.Tensor  # (n, sketch tokens, reference tokens) before the softmax
    negative: torch.Tensor  # the same, against the next sample's reference: for the triplet loss


class ConvBlock(nn.Module):
    """3x3 convolution without bias, leaky ReLU."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.LeakyReLU(0.2))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


class Encoder(nn.Module):
    """Ten maps: two at each of the five sizes."""

    def __init__(self, inputs: int, channels: Sequence[int]) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        for level, count in enumerate(channels):
            blocks += [ConvBlock(inputs, count, 2 if level else 1), ConvBlock(count, count)]
            inputs = count
        self.layers = nn.ModuleList(blocks)

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        maps = []
        for layer in self.layers:
            x = layer(x)
            maps.append(x)
        return maps


def joined(maps: list[torch.Tensor]) -> torch.Tensor:
    """All ten maps, averaged down to the size of the last: (n, 992, h/16, w/16)."""
    size = maps[-1].shape[-2:]
    pooled = [F.avg_pool2d(x, x.shape[-2] // size[0]) for x in maps[:-2]]
    return torch.cat([*pooled, *maps[-2:]], 1)


class SCFT(nn.Module):
    """Attention of the sketch's tokens over the reference's."""

    def __init__(self, channels: int, published: bool) -> None:
        super().__init__()
        self.published = published
        self.W_v = nn.Linear(channels, channels, bias=False)
        self.W_k = nn.Linear(channels, channels, bias=False)
        self.W_q = nn.Linear(channels, channels, bias=False)

    def tokens(self, grid: torch.Tensor) -> torch.Tensor:
        """(n, c, h, w) -> (n, h w, c); the published form only calls the numbers so, and moves none."""
        count, channels, height, width = grid.shape
        if self.published:
            return grid.reshape(count, height * width, channels)
        return grid.flatten(2).transpose(1, 2)

    def grid(self, tokens: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
        """The way back: (n, h w, c) -> the shape of ``like``."""
        return (tokens if self.published else tokens.transpose(1, 2)).reshape(like.shape)

    def scores(self, sketch: torch.Tensor, reference: torch.Tensor, negative: bool = False) -> torch.Tensor:
        """How well tokens fit (n, sketch tokens, reference tokens).

        The published form compares with ``W_v`` in place of ``W_k`` for the ``negative`` of its triplet loss.
        """
        keys = self.W_v if negative and self.published else self.W_k
        return self.W_q(sketch) @ keys(reference).transpose(1, 2) / sketch.shape[-1] ** 0.5

    def forward(self, sketch: torch.Tensor, reference: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """C, the sketch's grid with the reference's features, and the scores."""
        wanted, known = self.tokens(sketch), self.tokens(reference)
        scores = self.scores(wanted, known)
        found = torch.softmax(scores, -1) @ self.W_v(known)
        return self.grid(found + wanted, sketch), scores


class ResBlock(nn.Module):
    """x + [conv, norm, conv, norm, ReLU], without an activation between the two convolutions."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False),
            nn.BatchNorm2d(channels),
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.layers(x)


class ResBlocks(nn.Module):
    """``blocks`` residual blocks, one after the other."""

    def __init__(self, channels: int, blocks: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(*(ResBlock(channels) for _ in range(blocks)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


class Decoder(nn.Module):
    """C, twice, to RGB; the sketch's second map of each size comes in on the way up."""

    def __init__(self, channels: Sequence[int], joint: int, outputs: int) -> None:
        super().__init__()
        widths = list(reversed(channels))
        blocks: list[nn.Module] = [ConvBlock(2 * joint, widths[0]), ConvBlock(widths[0], widths[0])]
        for below, count in zip(widths, widths[1:], strict=False):
            blocks += [ConvBlock(count + below, count), ConvBlock(count, count)]
        self.layers = nn.ModuleList([*blocks, ConvBlock(widths[-1], outputs)])

    def forward(self, maps: list[torch.Tensor], context: torch.Tensor) -> torch.Tensor:
        x = self.layers[1](self.layers[0](context))
        for level in range(1, len(maps) // 2):
            x = F.interpolate(x, scale_factor=2, mode="bicubic", align_corners=False)
            x = self.layers[2 * level](torch.cat([maps[len(maps) - 1 - 2 * level], x], 1))
            x = self.layers[2 * level + 1](x)
        return torch.tanh(self.layers[-1](x))


class Generator(nn.Module):
    """Reference (n, 3, h', w') and sketch (n, 1, h, w) in, the sketch's colours (n, 3, h, w) out."""

    multiple = STRIDE

    def __init__(
        self,
        channels: Sequence[int] = CHANNELS,
        blocks: int = BLOCKS,
        reference_channels: int = 3,
        sketch_channels: int = 1,
        out_channels: int = 3,
        published: bool = False,
    ) -> None:
        super().__init__()
        joint = 2 * sum(channels)
        self.encoder_r = Encoder(reference_channels, channels)
        self.encoder_s = Encoder(sketch_channels, channels)
        self.scft = SCFT(joint, published)
        self.resblocks = ResBlocks(joint, blocks)
        self.decoder = Decoder(channels, joint, out_channels)

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = True) -> Generator:
        """A fresh network, ``width`` times as wide as the published one."""
        return cls(channels=[scaled(count, width) for count in CHANNELS], published=published)

    @staticmethod
    def hyper_parameters(state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from the names and shapes of a state_dict."""
        levels = sum(key.startswith("encoder_s.layers.") for key in state) // 2
        last = max(int(key.split(".")[2]) for key in state if key.startswith("decoder.layers."))
        return {
            "channels": [state[f"encoder_s.layers.{2 * i}.layers.0.weight"].shape[0] for i in range(levels)],
            "blocks": len({key.split(".")[2] for key in state if key.startswith("resblocks.")}),
            "reference_channels": state["encoder_r.layers.0.layers.0.weight"].shape[1],
            "sketch_channels": state["encoder_s.layers.0.layers.0.weight"].shape[1],
            "out_channels": state[f"decoder.layers.{last}.layers.0.weight"].shape[0],
        }

    def forward(
        self, reference: torch.Tensor, sketch: torch.Tensor, details: bool = False
    ) -> torch.Tensor | Details:
        """The colours alone, or with ``details`` the attention map and the scores behind them."""
        height, width = sketch.shape[-2:]
        maps = self.encoder_s(pad_to_multiple(sketch, STRIDE))
        known = joined(self.encoder_r(pad_to_multiple(reference, STRIDE)))
        wanted = joined(maps)
        context, scores = self.scft(wanted, known)
        rgb = self.decoder(maps, torch.cat([context, self.resblocks(context)], 1))[:, :, :height, :width]
        if not details:
            return rgb
        grids = (len(scores), *wanted.shape[-2:], *known.shape[-2:])
        others = self.scft.tokens(known.roll(-1, 0))
        negative = self.scft.scores(self.scft.tokens(wanted), others, negative=True)
        return Details(rgb, torch.softmax(scores, -1).view(grids), scores, negative)


class PatchBlock(nn.Module):
    """4x4 convolution with bias, batch norm, leaky ReLU."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(inputs, outputs, 4, stride, 1), nn.BatchNorm2d(outputs), nn.LeakyReLU(0.2)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


class Discriminator(nn.Module):
    """Picture and sketch, joined (n, 4, h, w) -> one number a patch (n, 1, h/8 - 2, w/8 - 2), unbounded (LSGAN)."""

    def __init__(self, in_channels: int = 4, channels: Sequence[int] = PATCH_CHANNELS) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        inputs = in_channels
        for level, count in enumerate(channels):
            blocks.append(PatchBlock(inputs, count, 2 if level < len(channels) - 1 else 1))
            inputs = count
        self.layers = nn.Sequential(*blocks, nn.Conv2d(inputs, 1, 4, 1, 1))

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = True) -> Discriminator:
        """A fresh discriminator, ``width`` times as wide as the published one."""
        return cls(channels=[scaled(count, width) for count in PATCH_CHANNELS])

    @staticmethod
    def hyper_parameters(state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from the shapes of a state_dict."""
        blocks = sum(key.endswith("layers.0.weight") for key in state)
        weights = [state[f"layers.{i}.layers.0.weight"] for i in range(blocks)]
        return {"in_channels": weights[0].shape[1], "channels": [weight.shape[0] for weight in weights]}

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)
