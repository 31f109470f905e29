"""The second half of CYS: colour for a grey picture, led by a palette and its context (see ``models.cys``).

    grey (n, 1, h, w) -- halved 8 times --> joined with the context (143) --> doubled 8 times, with skips --> colour

The published U-Net answers RGB, so the picture's light is not kept, and takes 256 x 256. Ours (``published=False``)
answers ab over 128, is halved six times, and takes any size: pictures are padded by reflection. Grey is in [-1, 1].
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import nn

from models.cys import COLORS, JUDGE_CHANNELS, OUR_LEVELS, PATCHES, U_CHANNELS
from models.layers import pad_to_multiple, scaled

CONTEXT = 128 + 3 * COLORS
_NORM = {"eps": 1e-3, "momentum": 0.01}  # as Keras has them


class Down(nn.Module):
    """4x4 convolution that halves, batch norm (not on the first), leaky ReLU."""

    def __init__(self, inputs: int, outputs: int, norm: bool) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 4, 2, 1, bias=False)
        self.norm = nn.BatchNorm2d(outputs, **_NORM) if norm else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return F.leaky_relu(self.norm(self.conv(x)), 0.3)


class Up(nn.Module):
    """4x4 transposed convolution that doubles, batch norm, dropout on the deepest three, ReLU."""

    def __init__(self, inputs: int, outputs: int, drop: bool) -> None:
        super().__init__()
        self.conv = nn.ConvTranspose2d(inputs, outputs, 4, 2, 1, bias=False)
        self.norm = nn.BatchNorm2d(outputs, **_NORM)
        self.drop = nn.Dropout(0.5 if drop else 0.0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.drop(self.norm(self.conv(x))))


class ColorUNet(nn.Module):
    """Grey and context in; RGB in [-1, 1] (published) or ab over 128 (ours) out."""

    def __init__(
        self,
        channels: Sequence[int] = U_CHANNELS,
        context: int = CONTEXT,
        in_channels: int = 1,
        out_channels: int = 3,
    ) -> None:
        super().__init__()
        self.multiple = 2 ** len(channels)
        counts = [in_channels, *channels]
        pairs = list(zip(counts, channels, strict=False))
        self.down = nn.ModuleList([Down(a, b, norm=i > 0) for i, (a, b) in enumerate(pairs)])
        ups, inputs = [], channels[-1] + context
        for i, count in enumerate(reversed(channels[:-1])):
            ups.append(Up(inputs, count, drop=i < 3))
            inputs = 2 * count
        self.up = nn.ModuleList(ups)
        self.last = nn.ConvTranspose2d(inputs, out_channels, 4, 2, 1, bias=False)

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = True) -> ColorUNet:
        """A fresh U-Net, ``width`` times as wide as the published one; ours is shallower and answers chroma."""
        channels = [scaled(count, width) for count in U_CHANNELS]
        context = scaled(128, width) + 3 * COLORS
        if published:
            return cls(channels, context)
        return cls(channels[:OUR_LEVELS], context, out_channels=2)

    @staticmethod
    def hyper_parameters(state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from the names and shapes of a state_dict."""
        levels = sum(key.startswith("down.") and key.endswith(".conv.weight") for key in state)
        shapes = [state[f"down.{i}.conv.weight"].shape for i in range(levels)]
        return {
            "channels": [shape[0] for shape in shapes],
            "context": state["up.0.conv.weight"].shape[0] - shapes[-1][0],
            "in_channels": shapes[0][1],
            "out_channels": state["last.weight"].shape[1],
        }

    def forward(self, gray: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
        height, width = gray.shape[-2:]
        x, skips = pad_to_multiple(gray, self.multiple), []
        for down in self.down:
            x = down(x)
            skips.append(x)
        x = torch.cat([x, context[:, :, None, None].expand(-1, -1, *x.shape[-2:])], 1)
        for up, skip in zip(self.up, reversed(skips[:-1]), strict=True):
            x = torch.cat([up(x), skip], 1)
        return torch.tanh(self.last(x))[:, :, :height, :width]


class ColorDiscriminator(nn.Module):
    """Does this colouring (n, 3 or 2, h, w) go with this context? Published: a share 0..1; ours: unbounded."""

    def __init__(
        self,
        channels: Sequence[int] = JUDGE_CHANNELS,
        context: int = CONTEXT,
        in_channels: int = 3,
        published: bool = False,
    ) -> None:
        super().__init__()
        counts = [in_channels, *channels]
        pairs = zip(counts, channels, strict=False)
        self.down = nn.ModuleList([Down(a, b, norm=i > 0) for i, (a, b) in enumerate(pairs)])
        self.patch = nn.Conv2d(channels[-1], 1, 1)
        self.fc = nn.Linear(PATCHES**2 + context, 1)
        self.published = published

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = True) -> ColorDiscriminator:
        """A fresh discriminator; the published one looks at RGB, ours at grey and chroma joined (both 3 planes)."""
        channels = [scaled(count, width) for count in JUDGE_CHANNELS]
        return cls(channels, scaled(128, width) + 3 * COLORS, published=published)

    @staticmethod
    def hyper_parameters(state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from the names and shapes of a state_dict."""
        levels = sum(key.startswith("down.") and key.endswith(".conv.weight") for key in state)
        shapes = [state[f"down.{i}.conv.weight"].shape for i in range(levels)]
        return {
            "channels": [shape[0] for shape in shapes],
            "context": state["fc.weight"].shape[1] - PATCHES**2,
            "in_channels": shapes[0][1],
        }

    def forward(self, picture: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
        x = picture
        for down in self.down:
            x = down(x)
        patches = F.adaptive_avg_pool2d(self.patch(x), PATCHES)  # as they are at 256 x 256
        answer = self.fc(torch.cat([patches.flatten(1), context], 1))
        return torch.sigmoid(answer) if self.published else answer
