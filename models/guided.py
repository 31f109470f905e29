"""Huesmith's own network: meaning from luminance, colour from meaning and from whatever else is wished.

    L (1, h, w) -> Encoder, once a photo -> features at 1/2, 1/4, 1/8
                        |-> labels: 60 logits at 1/4            (what is it?)
    features, label map, hints, tokens -> Decoder, at each edit -> a score per ab bin at 1/4
                        |-> annealed mean, sharpened to 1/2: ab, and how sure it is

Colour is answered as a distribution over bins of the ab plane (Zhang et al., ECCV 2016),
for the mean of all plausible colours is sepia. A label is an embedding, never a number
that could drift into its neighbour; the 61st embedding means "not said". Palette swatches
and pieces of references are tokens (models/guided_decoder).

Height and width are multiples of 32. `fold` turns trained normalisation into plain
convolutions, which is the form that is bundled.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.guided_blocks import Block, Conv, up
from models.guided_decoder import Decoder, Sharpen
from models.guided_layout import LABELS, NOT_SAID, REACH, STRIDE, TOKEN_EXTRAS

__all__ = ["LABELS", "NOT_SAID", "REACH", "STRIDE", "TOKEN_EXTRAS", "GuidedNet", "fold"]


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


class GuidedNet(nn.Module):
    """The whole network. `width`, in steps of 0.25, scales every channel count; `bins` is the number K
    of ab bins; `folded` says which of encoder and decoder have no batch norms any more. Raises ValueError for
    another width.

    Buffers: `centers` (K, 2) a*b* of the bins; `temperature` () of the annealed mean.
    """

    def __init__(self, width: float = 1.0, bins: int = 128, folded: tuple[bool, bool] = (False, False)):
        super().__init__()
        if width <= 0 or width * 4 % 1:
            raise ValueError(f"Width goes in steps of 0.25, not {width}.")

        def w(channels: int) -> int:
            return max(8, round(channels * width / 8) * 8)

        c2, self.features = w(32), w(96)
        cp = self.features
        self.encoder = Encoder((c2, w(64), w(128), w(192), w(256), cp), folded[0])
        self.labels = nn.Conv2d(cp, LABELS, 1)
        self.decoder = Decoder(c2, cp, w(48), w(112), w(32), bins, folded[1])
        self.register_buffer("centers", torch.zeros(bins, 2))
        self.register_buffer("temperature", torch.tensor(0.4))

    @classmethod
    def from_state_dict(cls, state: dict[str, Tensor]) -> GuidedNet:
        """A network whose shapes are those of `state`, with its numbers loaded."""
        channels = state["encoder.stem.0.conv.weight"].shape[0]
        folded = "encoder.stem.0.norm.weight" not in state, "decoder.hint.norm.weight" not in state
        net = cls(channels / 32, state["centers"].shape[0], folded)
        net.load_state_dict(state, strict=True)
        return net

    def encode(self, luminance: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """L 0..100 (n, 1, h, w) -> the features that depend on the photo alone, at 1/2, 1/4 and 1/8."""
        return self.encoder(luminance / 50 - 1)

    def prepare(self, s2: Tensor, p4: Tensor, p8: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Those features as the decoder wants them: light and seen4 at 1/4, seen8 at 1/8."""
        return self.decoder.prepare(s2, p4, p8)

    def segment(self, p4: Tensor) -> Tensor:
        """Logits of the 60 labels (n, 60, h/4, w/4)."""
        return self.labels(p4)

    def colorize(
        self, light: Tensor, seen4: Tensor, seen8: Tensor, ids: Tensor, sure: Tensor, hints: Tensor, tokens: Tensor
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Colour from what `prepare` gives and from guidance.

        ids (n, h/2, w/2) int64 0..60 and sure (n, 1, h/2, w/2) 0..1: the labels and how sure they are (1 = a
        person said so). hints (n, 3, h/4, w/4): a/50, b/50 and 1 where a colour is wished, else zeros. tokens
        (n, T, features + 6) with T >= 1: features, L/50-1, a/50, b/50, weight, 1 for a swatch, 1 if it counts.

        Returns ab (n, 2, h/2, w/2) in a*b* units, confidence (n, 1, h/4, w/4) 0..1, heed (n, 1, h/8, w/8) 0..1,
        the share of attention that tokens got, for line art the L that blank paper should have (n, 1, h/4, w/4)
        0..100, and the share of every bin (n, K, h/4, w/4).
        """
        scores, weights, heed, paper = self.decoder((light, seen4, seen8), ids, sure, hints, tokens, self.centers)
        ab, confidence, share = self.answer(scores)
        return Sharpen.mix(weights, ab), confidence, heed, paper * 100, share

    def answer(self, scores: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """The annealed mean of the bins, the share of the answer that lies close to it, and each bin's share."""
        share = torch.softmax(scores / self.temperature, 1)
        ab = F.conv2d(share, self.centers.t()[:, :, None, None].to(share.dtype))
        spread = F.conv2d(share, self.centers.square().sum(1)[None, :, None, None].to(share.dtype))
        variance = F.relu(spread - ab.square().sum(1, keepdim=True))
        return ab, 1 / (1 + variance / 400), share


def fold(net: GuidedNet) -> GuidedNet:
    """`net` in evaluation form with every batch norm folded; changes and returns it."""
    net.eval()
    for module in net.modules():
        if isinstance(module, Conv) and module.norm is not None:
            module.fold()
    return net
