"""ColorNet, the colour network of Semantic-driven Colorization (Ho et al., arXiv 2006.07587).

A two-stream U-Net. The grey picture and the label map go through the same encoder, level by level;
at each level the grey stream is instance-normalised, joined with the label stream, and handed over to
the decoder, which adds it after its first activation. 37,704,096 parameters in the published form.

Inputs are (n, 1, h, w) in [-1, 1]: grey, and label id / 59 as one channel. Output is (n, 2, h, w), where
a value v stands for a* (or b*) = (v + 1) / 2 * 255 - 128. Sides are multiples of 32.

The published form ends in a leaky ReLU, which presses the green and blue half of the colour plane into
a tenth of its range, reads the label id as a quantity, so that a wall is nearly a window, and sees light only
normalised over the picture. ``published=False`` ends in the plain convolution, begins the label stream with a
learned vector for each label, and lets the light itself into the last level of the decoder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import nn

from models.layers import require_multiple, scaled

CHANNELS = (32, 64, 128, 256, 512, 512)
SLOPE = 0.1
LABELS = 60


class Layer(nn.Module):
    """conv1, activation, plus the skip if one is given, conv2, activation; conv1 may halve or double."""

    def __init__(self, inputs: int, outputs: int, kind: str = "plain") -> None:
        super().__init__()
        if kind == "up":
            self.conv1: nn.Module = nn.ConvTranspose2d(inputs, outputs, 3, 2, 1, output_padding=1, bias=False)
        else:
            self.conv1 = nn.Conv2d(inputs, outputs, 3, 2 if kind == "down" else 1, 1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.activation = nn.LeakyReLU(SLOPE)

    def forward(self, x: torch.Tensor, skip: torch.Tensor | None = None) -> torch.Tensor:
        x = self.activation(self.conv1(x))
        if skip is not None:
            x = x + skip
        return self.activation(self.conv2(x))


class ColorNet(nn.Module):
    """Grey and labels in, chroma out; ``channels`` are those of the six encoder levels."""

    multiple = 32

    def __init__(
        self,
        in_channels: int = 1,
        out_channels: int = 2,
        channels: Sequence[int] = CHANNELS,
        published: bool = True,
    ) -> None:
        super().__init__()
        c1, c2, c3, c4, c5, c6 = channels
        self.published = published
        self.enc1 = Layer(in_channels, c1)
        if not published:
            self.label_vectors = nn.Embedding(LABELS, c1)
        self.enc2 = Layer(c1, c2, "down")
        self.enc3 = Layer(c2, c3, "down")
        self.enc4 = Layer(c3, c4, "down")
        self.enc5 = Layer(c4, c5, "down")
        self.enc6 = Layer(c5, c6, "down")
        for level, count in enumerate(channels, start=1):
            setattr(self, f"ins{level}", nn.InstanceNorm2d(count))
        self.dec1 = Layer(2 * c6, 2 * c5, "up")
        self.dec2 = Layer(2 * c5, 2 * c4, "up")
        self.dec3 = Layer(2 * c4, 2 * c3, "up")
        self.dec4 = Layer(2 * c3, 2 * c2, "up")
        self.dec5 = Layer(2 * c2, 2 * c1, "up")
        self.final_conv = nn.Conv2d(2 * c1, out_channels, 3, 1, 1, bias=False)
        self.final_activation = nn.LeakyReLU(SLOPE) if published else nn.Identity()

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = True) -> ColorNet:
        """A fresh network, every level ``width`` times as wide as the published one."""
        return cls(channels=[scaled(count, width) for count in CHANNELS], published=published)

    @staticmethod
    def hyper_parameters(state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from the shapes of a state_dict."""
        return {
            "in_channels": state["enc1.conv1.weight"].shape[1],
            "out_channels": state["final_conv.weight"].shape[0],
            "channels": [state[f"enc{level}.conv2.weight"].shape[0] for level in range(1, 7)],
        }

    def forward(self, gray: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        # one value a channel cannot be normalised, so the last level (1/32) wants two pixels at least
        require_multiple(gray, self.multiple, "ColorNet", least=2 * self.multiple**2)
        sources = []  # level k: (n, 2 c_k, h / 2^(k-1), w / 2^(k-1)), normalised grey first
        for level in range(1, 7):
            encode = getattr(self, f"enc{level}")
            gray, labels = encode(gray), self._begin(labels) if level == 1 else encode(labels)
            plain = level == 1 and not self.published
            light = gray if plain else getattr(self, f"ins{level}")(gray)
            sources.append(torch.cat([light, labels], 1))
        x = sources[5]
        for step in range(1, 6):
            x = getattr(self, f"dec{step}")(x, sources[5 - step])  # (n, 2 c_(6-step), twice the size)
        return self.final_activation(self.final_conv(x))

    def _begin(self, labels: torch.Tensor) -> torch.Tensor:
        """The first level of the label stream (n, c1, h, w)."""
        if self.published:
            return self.enc1(labels)
        ids = ((labels[:, 0] + 1) / 2 * (LABELS - 1)).round().long().clamp(0, LABELS - 1)
        return self.label_vectors(ids).permute(0, 3, 1, 2)
