"""Huesmith's own network: meaning from luminance, colour from meaning.

    L (1, h, w) -> Encoder, once a photo -> features at 1/2, 1/4, 1/8
                        |-> labels: 60 logits at 1/4            (what is it?)
    features + label map -> Decoder, at each edit -> a probability per ab bin at 1/2
                        |-> annealed mean: ab, and how sure it is

Colour is answered as a distribution over bins of the ab plane (Zhang et al., ECCV 2016),
for the mean of all plausible colours is sepia. A label is an embedding, never a number
that could drift into its neighbour; the 61st embedding means "not said". The decoder has
no global operation, so an edit changes colour only within its reach.

Height and width are multiples of 32. `fold` turns trained normalisation into plain
convolutions, which is the form that is bundled.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LABELS = 60
NOT_SAID = 60
STRIDE = 32


class Conv(nn.Module):
    """Convolution, batch norm and ReLU; after `fold` a convolution with bias and ReLU."""

    def __init__(
        self, cin: int, cout: int, kernel: int = 3, stride: int = 1, relu: bool = True, folded: bool = False
    ):
        super().__init__()
        self.conv = nn.Conv2d(cin, cout, kernel, stride, kernel // 2, bias=folded)
        self.norm = None if folded else nn.BatchNorm2d(cout)
        self.relu = relu

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        if self.norm is not None:
            x = self.norm(x)
        return F.relu(x) if self.relu else x

    def fold(self) -> None:
        """Take the batch norm into the convolution (evaluation answers stay the same)."""
        scale = self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)
        bias = self.norm.bias - self.norm.running_mean * scale
        self.conv.weight = nn.Parameter(self.conv.weight.detach() * scale.detach()[:, None, None, None])
        self.conv.bias = nn.Parameter(bias.detach())
        self.norm = None


class Block(nn.Module):
    """Residual block of two 3x3 convolutions; a stride or another width changes the shortcut too."""

    def __init__(self, cin: int, cout: int, stride: int = 1, folded: bool = False):
        super().__init__()
        self.first = Conv(cin, cout, stride=stride, folded=folded)
        self.second = Conv(cout, cout, relu=False, folded=folded)
        self.short = (
            Conv(cin, cout, 1, stride, relu=False, folded=folded)
            if stride > 1 or cin != cout
            else nn.Identity()
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.second(self.first(x)) + self.short(x))


def up(x: Tensor) -> Tensor:
    """Twice the size, bilinear."""
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


class Encoder(nn.Module):
    """L/50 - 1 (n, 1, h, w) -> s2 (n, c2, h/2, w/2), p4 (n, cp, h/4, w/4), p8 (n, cp, h/8, w/8)."""

    def __init__(self, c: tuple[int, ...], folded: bool):
        super().__init__()
        c2, c4, c8, c16, c32, cp = c
        self.stem = nn.Sequential(Conv(1, c2, stride=2, folded=folded), Conv(c2, c2, folded=folded))
        self.stage4 = nn.Sequential(Block(c2, c4, 2, folded), Block(c4, c4, 1, folded))
        self.stage8 = nn.Sequential(Block(c4, c8, 2, folded), Block(c8, c8, 1, folded))
        self.stage16 = nn.Sequential(
            Block(c8, c16, 2, folded), Block(c16, c16, 1, folded), Block(c16, c16, 1, folded)
        )
        self.stage32 = Block(c16, c32, 2, folded)
        self.scene = nn.Linear(c32, cp)
        self.lateral32 = nn.Conv2d(c32, cp, 1)
        self.lateral16 = nn.Conv2d(c16, cp, 1)
        self.lateral8 = nn.Conv2d(c8, cp, 1)
        self.lateral4 = nn.Conv2d(c4, cp, 1)
        self.smooth16 = Conv(cp, cp, folded=folded)
        self.smooth8 = Conv(cp, cp, folded=folded)
        self.smooth4 = Conv(cp, cp, folded=folded)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        s2 = self.stem(x)
        s4 = self.stage4(s2)
        s8 = self.stage8(s4)
        s16 = self.stage16(s8)
        s32 = self.stage32(s16)
        scene = self.scene(s32.mean((2, 3)))[:, :, None, None]
        p16 = self.smooth16(self.lateral16(s16) + up(self.lateral32(s32) + scene))
        p8 = self.smooth8(self.lateral8(s8) + up(p16))
        p4 = self.smooth4(self.lateral4(s4) + up(p8))
        return s2, p4, p8


class Decoder(nn.Module):
    """Features, label ids (n, h/2, w/2) in 0..60 and how sure they are (n, 1, h/2, w/2) in 0..1
    (1 = a person said so) -> logits of the ab bins (n, K, h/2, w/2)."""

    def __init__(self, c2: int, cp: int, d2: int, d4: int, d8: int, emb: int, bins: int, folded: bool):
        super().__init__()
        self.label = nn.Embedding(LABELS + 1, emb)
        self.enter4 = Conv(cp + emb + 1, d4, 1, folded=folded)
        self.first4 = Block(d4, d4, 1, folded)
        self.down8 = Block(d4, d8, 2, folded)
        self.enter8 = nn.Conv2d(cp, d8, 1)
        self.mid8 = nn.Sequential(Block(d8, d8, 1, folded), Block(d8, d8, 1, folded))
        self.leave8 = nn.Conv2d(d8, d4, 1)
        self.last4 = Block(d4, d4, 1, folded)
        self.enter2 = Conv(c2 + emb + 1 + d4, d2, 1, folded=folded)
        self.last2 = Block(d2, d2, 1, folded)
        self.bins = nn.Conv2d(d2, bins, 1)

    def forward(self, s2: Tensor, p4: Tensor, p8: Tensor, ids: Tensor, sure: Tensor) -> Tensor:
        return self.bins(self.paint(s2, p4, p8, ids, sure))

    def paint(self, s2: Tensor, p4: Tensor, p8: Tensor, ids: Tensor, sure: Tensor) -> Tensor:
        """Everything but the last 1x1 convolution (n, d2, h/2, w/2)."""
        label = torch.cat([self.label(ids).permute(0, 3, 1, 2), sure], 1)
        x4 = self.first4(self.enter4(torch.cat([p4, F.avg_pool2d(label, 2)], 1)))
        x8 = self.mid8(F.relu(self.down8(x4) + self.enter8(p8)))
        x4 = self.last4(x4 + up(self.leave8(x8)))
        return self.last2(self.enter2(torch.cat([s2, label, up(x4)], 1)))


class GuidedNet(nn.Module):
    """The whole network. `width`, in steps of 0.25, scales every channel count; `bins` is the number K
    of ab bins. Raises ValueError for another width.

    Buffers: `centers` (K, 2) a*b* of the bins; `temperature` () of the annealed mean.
    """

    def __init__(self, width: float = 1.0, bins: int = 128, folded: bool = False):
        super().__init__()
        if width <= 0 or width * 4 % 1:
            raise ValueError(f"Width goes in steps of 0.25, not {width}.")

        def w(channels: int) -> int:
            return max(8, round(channels * width / 8) * 8)

        c2, cp = w(32), w(96)
        self.encoder = Encoder((c2, w(64), w(128), w(192), w(256), cp), folded)
        self.labels = nn.Conv2d(cp, LABELS, 1)
        self.decoder = Decoder(c2, cp, w(40), w(64), w(128), w(32), bins, folded)
        self.register_buffer("centers", torch.zeros(bins, 2))
        self.register_buffer("temperature", torch.tensor(0.4))

    @classmethod
    def from_state_dict(cls, state: dict[str, Tensor]) -> GuidedNet:
        """A network whose shapes are those of `state`, with its numbers loaded."""
        channels = state["encoder.stem.0.conv.weight"].shape[0]
        net = cls(channels / 32, state["centers"].shape[0], "encoder.stem.0.norm.weight" not in state)
        net.load_state_dict(state, strict=True)
        return net

    def encode(self, luminance: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """L 0..100 (n, 1, h, w) -> the features that depend on the photo alone."""
        return self.encoder(luminance / 50 - 1)

    def segment(self, p4: Tensor) -> Tensor:
        """Logits of the 60 labels (n, 60, h/4, w/4)."""
        return self.labels(p4)

    def colorize(
        self, s2: Tensor, p4: Tensor, p8: Tensor, ids: Tensor, sure: Tensor
    ) -> tuple[Tensor, Tensor]:
        """ab (n, 2, h/2, w/2) in a*b* units and confidence (n, 1, h/2, w/2) in 0..1."""
        return self.answer(self.decoder(s2, p4, p8, ids, sure))

    def answer(self, logits: Tensor) -> tuple[Tensor, Tensor]:
        """The annealed mean of the bins, and the share of the answer that lies close to it."""
        share = torch.softmax(logits / self.temperature, 1)
        ab = F.conv2d(share, self.centers.t()[:, :, None, None].to(share.dtype))
        spread = F.conv2d(share, self.centers.square().sum(1)[None, :, None, None].to(share.dtype))
        variance = F.relu(spread - ab.square().sum(1, keepdim=True))
        return ab, 1 / (1 + variance / 400)


def fold(net: GuidedNet) -> GuidedNet:
    """`net` in evaluation form with every batch norm folded; changes and returns it."""
    net.eval()
    for module in net.modules():
        if isinstance(module, Conv) and module.norm is not None:
            module.fold()
    return net
