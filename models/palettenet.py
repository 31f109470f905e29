"""PaletteNet: a picture recoloured with a palette (Cho et al., CVPR Workshops 2017).

    Lab picture --FeatureEncoder--> c1 (H/16), c2, c3, c4 (H/2)
    palette + c1..c4 --RecoloringDecoder--> + the picture's own L --> ab

Lab is ((L - 50) / 50, a / 128, b / 128). The palette is six colours in order, 18 numbers, laid over the maps as
constant planes at H/16, H/4 and H/2. L is only looked at, never changed. Encoder (4,818,688 parameters) and decoder
(2,054,548) have the names and shapes of the seed implementation, which saves them as two files; ``PaletteNet`` is
both in one, for pictures of any size and palettes of any length.

The published discriminator cannot learn: it normalises its own single-channel answer, whose mean is then the same
for every input. ``published=True`` is that one; by default neither the picture nor the answer is normalised, and
the answer is a logit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import nn

from models.errors import ModelError
from models.layers import pad_to_multiple, require_multiple, scaled

CHANNELS = (64, 128, 256, 512)  # of c4 .. c1
JUDGE_CHANNELS = (128, 256, 512)
COLORS = 6
MOST_COLORS = 10


def fit_palette(colors: torch.Tensor, count: int = COLORS) -> torch.Tensor:
    """A palette (k, 3) of 1 to 10 colours as exactly ``count``, in its order.

    A shorter one repeats its colours in place (a b -> a a a b b b); of a longer one the two nearest are
    replaced by their mean, weighted by how many colours each stands for, until enough are left.
    """
    if colors.ndim != 2 or colors.shape[1] != 3 or not 1 <= len(colors) <= MOST_COLORS:
        raise ModelError(
            f"A palette has 1 to {MOST_COLORS} colours of three numbers, not {tuple(colors.shape)}."
        )
    if len(colors) <= count:
        return colors[torch.arange(count, device=colors.device) * len(colors) // count]
    left = [(color, 1) for color in colors]
    while len(left) > count:
        distances = torch.cdist(*[torch.stack([color for color, _ in left])] * 2)
        distances.fill_diagonal_(torch.inf)
        first, second = sorted(divmod(int(distances.argmin()), len(left)))
        (a, n), (b, m) = left[first], left.pop(second)
        left[first] = ((a * n + b * m) / (n + m), n + m)
    return torch.stack([color for color, _ in left])


class ConvNorm(nn.Module):
    """Convolution without bias, instance norm."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.norm = nn.InstanceNorm2d(outputs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.norm(self.conv(x))


class ResBlock(nn.Module):
    """Residual block that halves the size; the shortcut is a 1x1 convolution."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.blocks = nn.Sequential(
            ConvNorm(inputs, outputs, 3, 2), nn.LeakyReLU(0.02), ConvNorm(outputs, outputs, 3, 1)
        )
        self.shortcut = ConvNorm(inputs, outputs, 1, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.blocks(x) + self.shortcut(x))


class FeatureEncoder(nn.Module):
    """Lab (n, 3, h, w) -> c1 (512, H/16), c2 (256, H/8), c3 (128, H/4), c4 (64, H/2); sides are multiples of 16."""

    multiple = 16

    def __init__(self, in_channels: int = 3, channels: Sequence[int] = CHANNELS) -> None:
        super().__init__()
        self.conv = nn.Conv2d(in_channels, channels[0], 3, 1, 1)
        self.norm = nn.InstanceNorm2d(channels[0])
        self.pool = nn.MaxPool2d(2)
        self.res1 = ResBlock(channels[0], channels[1])
        self.res2 = ResBlock(channels[1], channels[2])
        self.res3 = ResBlock(channels[2], channels[3])

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = True) -> FeatureEncoder:
        """A fresh encoder, ``width`` times as wide as the published one."""
        return cls(channels=[scaled(count, width) for count in CHANNELS])

    @staticmethod
    def hyper_parameters(state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from the shapes of a state_dict."""
        deeper = [state[f"res{i}.shortcut.conv.weight"].shape[0] for i in (1, 2, 3)]
        count, inputs = state["conv.weight"].shape[:2]
        return {"in_channels": inputs, "channels": [count, *deeper]}

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        require_multiple(x, self.multiple, "PaletteNet", least=2 * self.multiple**2)
        c4 = self.pool(torch.relu(self.norm(self.conv(x))))
        c3 = self.res1(c4)
        c2 = self.res2(c3)
        return self.res3(c2), c2, c3, c4


def _double(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.ConvTranspose2d(inputs, outputs, 3, 2, 1, output_padding=1),
        nn.InstanceNorm2d(outputs),
        nn.LeakyReLU(0.02),
    )


class RecoloringDecoder(nn.Module):
    """c1..c4, palette (n, 18) and L (n, 1, h, w) -> ab (n, 2, h, w) over 128."""

    def __init__(
        self, channels: Sequence[int] = CHANNELS, palette: int = 3 * COLORS, out_channels: int = 2
    ) -> None:
        super().__init__()
        c4, c3, c2, c1 = channels
        self.palette = palette
        self.dconv_up_4 = _double(c1 + palette, c2)
        self.dconv_up_3 = _double(c2 + c2, c3)
        self.dconv_up_2 = _double(palette + c3 + c3, c4)
        self.dconv_up_1 = _double(palette + c4 + c4, c4)
        self.conv_last = nn.Conv2d(c4 + 1, out_channels, 3, 1, 1)

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = True) -> RecoloringDecoder:
        """A fresh decoder, ``width`` times as wide as the published one."""
        return cls(channels=[scaled(count, width) for count in CHANNELS])

    @staticmethod
    def hyper_parameters(state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from the shapes of a state_dict."""
        c4, c3, c2 = (state[f"dconv_up_{i}.0.weight"].shape[1] for i in (1, 3, 4))
        palette = state["dconv_up_1.0.weight"].shape[0] - 2 * c4
        c1 = state["dconv_up_4.0.weight"].shape[0] - palette
        outputs = state["conv_last.weight"].shape[0]
        return {"channels": [c4, c3, c2, c1], "palette": palette, "out_channels": outputs}

    def forward(
        self,
        c1: torch.Tensor,
        c2: torch.Tensor,
        c3: torch.Tensor,
        c4: torch.Tensor,
        palette: torch.Tensor,
        luminance: torch.Tensor,
    ) -> torch.Tensor:
        x = self.dconv_up_4(
            torch.cat([c1, _planes(palette, c1)], 1)
        )  # (c2, H/8); the palette comes last here only
        x = self.dconv_up_3(torch.cat([c2, x], 1))  # (c3, H/4)
        x = self.dconv_up_2(torch.cat([_planes(palette, c3), c3, x], 1))  # (c4, H/2)
        x = self.dconv_up_1(torch.cat([_planes(palette, c4), c4, x], 1))  # (c4, H)
        return torch.tanh(self.conv_last(torch.cat([x, luminance], 1)))


class PaletteNet(nn.Module):
    """Encoder and decoder in one, for any size and any palette; parameters ``encoder.*`` and ``decoder.*``."""

    def __init__(self, channels: Sequence[int] = CHANNELS, palette: int = 3 * COLORS) -> None:
        super().__init__()
        self.encoder = FeatureEncoder(channels=channels)
        self.decoder = RecoloringDecoder(channels, palette)

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = True) -> PaletteNet:
        """A fresh network, ``width`` times as wide as the published one."""
        return cls(channels=[scaled(count, width) for count in CHANNELS])

    @staticmethod
    def hyper_parameters(state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from the shapes of a state_dict."""
        own = {
            key.removeprefix("decoder."): value for key, value in state.items() if key.startswith("decoder.")
        }
        sizes = RecoloringDecoder.hyper_parameters(own)
        return {"channels": sizes["channels"], "palette": sizes["palette"]}

    def forward(self, lab: torch.Tensor, palette: torch.Tensor) -> torch.Tensor:
        """ab (n, 2, h, w) over 128 of Lab (n, 3, h, w), coded as above, any size, and palette (n, 18)."""
        height, width = lab.shape[-2:]
        padded = pad_to_multiple(lab, FeatureEncoder.multiple, least=2 * FeatureEncoder.multiple)
        ab = self.decoder(*self.encoder(padded), palette, padded[:, :1])
        return ab[:, :, :height, :width]

    def recolor(self, lab: torch.Tensor, colors: torch.Tensor) -> torch.Tensor:
        """a*b* (n, 2, h, w) of a true Lab picture (n, 3, h, w) with 1 to 10 Lab colours (k, 3)."""
        fitted = code(fit_palette(colors, self.decoder.palette // 3).T[None, :, None])  # (1, 3, 1, colours)
        palette = fitted[0, :, 0].T.flatten().expand(len(lab), -1)  # colour by colour
        return 128 * self(code(lab), palette)


def palette_numbers(lab: np.ndarray) -> np.ndarray:
    """A palette (k, 3) of true Lab colours as the network's 18 numbers."""
    fitted = fit_palette(torch.from_numpy(lab)).numpy()
    return (fitted / np.float32([50, 128, 128]) - np.float32([1, 0, 0])).ravel().astype(np.float32)


def code(lab: torch.Tensor) -> torch.Tensor:
    """Lab (n, 3, h, w) as the network is told it: (L - 50) / 50, a / 128, b / 128."""
    return torch.cat([(lab[:, :1] - 50) / 50, lab[:, 1:] / 128], 1)


class Discriminator(nn.Module):
    """Does this picture (n, 3, h, w) go with this palette (n, 18)? One logit a patch, or the published form's share."""

    def __init__(
        self,
        in_channels: int = 3 + 3 * COLORS,
        channels: Sequence[int] = JUDGE_CHANNELS,
        published: bool = False,
    ) -> None:
        super().__init__()
        c1, c2, c3 = channels
        self.conv1, self.conv2 = nn.Conv2d(in_channels, c1, 4, 2), nn.Conv2d(c1, c2, 4, 2)
        self.conv3, self.conv4 = nn.Conv2d(c2, c3, 4, 2), nn.Conv2d(c3, 1, 4, 2)
        self.published = published
        ends = nn.InstanceNorm2d if published else nn.Identity
        self.norm1, self.norm2, self.norm3 = ends(c1), nn.InstanceNorm2d(c2), nn.InstanceNorm2d(c3)
        self.norm4 = ends(1)
        self.activation = nn.LeakyReLU(0.01 if published else 0.2)

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = True) -> Discriminator:
        """A fresh discriminator, ``width`` times as wide as the published one."""
        return cls(channels=[scaled(count, width) for count in JUDGE_CHANNELS], published=published)

    @staticmethod
    def hyper_parameters(state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from the shapes of a state_dict."""
        return {
            "in_channels": state["conv1.weight"].shape[1],
            "channels": [state[f"conv{i}.weight"].shape[0] for i in (1, 2, 3)],
        }

    def forward(self, lab: torch.Tensor, palette: torch.Tensor) -> torch.Tensor:
        x = torch.cat([lab, _planes(palette, lab)], 1)
        for i in (1, 2, 3):
            x = self.activation(getattr(self, f"norm{i}")(getattr(self, f"conv{i}")(x)))
        x = self.norm4(self.conv4(x))
        return torch.sigmoid(self.activation(x)) if self.published else x


def _planes(palette: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """(n, 18) -> (n, 18, h, w) of the size of ``like``."""
    return palette[:, :, None, None].expand(-1, -1, *like.shape[-2:])
