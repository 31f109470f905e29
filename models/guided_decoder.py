"""The light half of Huesmith's own network, run at each edit: features and guidance in, colour out.

    at 1/4   features, label map, hints        -> x4
    at 1/8   x4 and features; each place listens to tokens (palette swatches, pieces of references)
    at 1/4   -> a score per ab bin, bolder where a person said so -> annealed mean;
             for line art, the light that blank paper would have
    at 1/2   each pixel is a mixture of the nine nearest answers, weighed by likeness: colour stops where
             the label or the light does

What is heard of a token is its colour twice: as something to think about, and as votes for bins that go
straight to the scores, so that a wanted colour can be copied (the gate between semantic and global
colour of Gray2ColorNet and the attention of SCFT, in one cheap form). A learned "nobody" always takes
part; without tokens it takes all the attention. No place looks at another but through convolutions, so an
edit changes colour only within `REACH` pixels of the photo at work.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.guided_blocks import Block, Conv, up
from models.guided_layout import LABELS

VOTE_SPREAD = 8.0  # of a colour over the bins, in ΔE
HEADS, HEAD_DIM = 4, 16
LIKENESS = 8  # channels by which a pixel knows its likes


class Listen(nn.Module):
    """Attention of x8 (n, d, h, w) to tokens (n, T, cp + 6) -> what was heard (n, d, h, w), votes for the bins
    (n, K, h, w) and heed (n, 1, h, w), the share of attention that tokens got."""

    def __init__(self, width: int, features: int, bins: int):
        super().__init__()
        inside = HEADS * HEAD_DIM
        self.enter = nn.Linear(features + 4, inside)
        self.color = nn.Linear(bins, inside, bias=False)
        self.key = nn.Linear(inside, inside)
        self.value = nn.Linear(inside, inside)
        self.nobody = nn.Parameter(torch.zeros(HEADS, HEAD_DIM, 1))
        self.query = nn.Conv2d(width, inside, 1)
        self.leave = nn.Conv2d(inside, width, 1)

    def forward(self, x8: Tensor, tokens: Tensor, centers: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        n, _, h, w = x8.shape
        weight, swatch, counts = tokens[..., -3:-2], tokens[..., -2:-1], tokens[..., -1:]
        votes = votes_for(tokens[..., -5:-3] * 50, centers)
        known = F.relu(self.enter(torch.cat([tokens[..., :-3], swatch], -1)) + self.color(votes))
        key = self.key(known).reshape(n, -1, HEADS, HEAD_DIM).permute(0, 2, 3, 1)
        value = self.value(known).reshape(n, -1, HEADS, HEAD_DIM).permute(0, 2, 1, 3)
        query = self.query(x8).reshape(n, HEADS, HEAD_DIM, h * w).transpose(2, 3) / HEAD_DIM**0.5
        weight = (torch.log(weight + 1e-4) - 1e4 * (1 - counts)).transpose(1, 2)[:, None]
        score = torch.cat([query @ key + weight, query @ self.nobody], 3)
        share = torch.softmax(score, 3)[..., :-1]
        heard = (share @ value).permute(0, 1, 3, 2).reshape(n, HEADS * HEAD_DIM, h, w)
        share = share.mean(1)
        copied = (share @ votes).transpose(1, 2).reshape(n, -1, h, w)
        return self.leave(heard), copied, share.sum(2).reshape(n, 1, h, w)


def votes_for(ab: Tensor, centers: Tensor) -> Tensor:
    """Colours (..., 2) as shares of the bins `centers` (K, 2): (..., K)."""
    apart = (ab[..., None, :] - centers).square().sum(-1)
    return torch.softmax(-apart / (2 * VOTE_SPREAD**2), -1)


class Sharpen(nn.Module):
    """From 1/4 to 1/2: each fine pixel mixes the 3x3 coarse ones around it, by how alike they are."""

    def __init__(self, fine: int, coarse: int):
        super().__init__()
        self.light = nn.Conv2d(fine, 4 * LIKENESS, 2, 2)
        self.label = nn.Embedding(LABELS + 1, LIKENESS)
        self.coarse = nn.Conv2d(coarse, LIKENESS, 1)
        self.near = nn.Parameter(torch.zeros(9, 4))

    def weights(self, light: Tensor, ids: Tensor, coarse: Tensor) -> Tensor:
        """Shares (n, 9, 4, h, w) of the nine neighbours for the four fine pixels of each coarse one."""
        n, _, h, w = light.shape
        label = F.pixel_unshuffle(self.label(ids).permute(0, 3, 1, 2), 2)
        mine = (light + label).reshape(n, LIKENESS, 4, h, w)
        likes = [(mine * theirs[:, :, None]).sum(1) for theirs in neighbours(self.coarse(coarse))]
        return torch.softmax(torch.stack(likes, 1) + self.near[:, :, None, None], 1)

    @staticmethod
    def mix(weights: Tensor, ab: Tensor) -> Tensor:
        """ab (n, 2, h, w) at twice the size, by `weights`."""
        around = torch.stack(neighbours(ab), 2)[:, :, :, None]  # (n, 2, 9, 1, h, w)
        mixed = (around * weights[:, None]).sum(2)
        return F.pixel_shuffle(mixed.flatten(1, 2), 2)


def neighbours(x: Tensor) -> list[Tensor]:
    """The nine shifts of x (n, c, h, w), its border repeated."""
    h, w = x.shape[2:]
    x = F.pad(x, (1, 1, 1, 1), mode="replicate")
    return [x[:, :, dy : dy + h, dx : dx + w] for dy in range(3) for dx in range(3)]


class Decoder(nn.Module):
    """See the module: `prepare` once a photo, then `forward` at each edit."""

    def __init__(self, c2: int, cp: int, d4: int, d8: int, emb: int, bins: int, folded: bool):
        super().__init__()
        self.label = nn.Embedding(LABELS + 1, emb)
        self.hint = Conv(3, 24, 1, folded=folded)
        self.seen4 = nn.Conv2d(cp, d4, 1)
        self.told4 = nn.Conv2d(emb + 1 + 24, d4, 1)
        self.seen8 = nn.Conv2d(cp, d8, 1)
        self.down8 = Conv(d4, d8, 3, 2, relu=False, folded=folded)
        self.first8 = Block(d8, d8, 1, folded)
        self.listen = Listen(d8, cp, bins)
        self.last8 = Block(d8, d8, 1, folded)
        self.leave8 = nn.Conv2d(d8, d4, 1)
        self.last4 = Block(d4, d4, 1, folded)
        self.bins = nn.Conv2d(d4 + 1, bins, 1)
        self.paper = nn.Conv2d(d4, 1, 1)
        self.copy = nn.Parameter(torch.full((1, bins, 1, 1), 4.0))
        self.sharpen = Sharpen(c2, d4)

    def prepare(self, s2: Tensor, p4: Tensor, p8: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What of the decoder depends on the photo alone: two maps at 1/4 and one at 1/8."""
        return self.sharpen.light(s2), self.seen4(p4), self.seen8(p8)

    def forward(
        self, prepared: tuple[Tensor, Tensor, Tensor], ids: Tensor, sure: Tensor, hints: Tensor,
        tokens: Tensor, centers: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:  # fmt: skip
        """Scores of the bins (n, K, h/4, w/4), mixing weights for the way to 1/2, heed (n, 1, h/8, w/8), and L of
        blank paper (n, 1, h/4, w/4) 0..1."""
        light, seen4, seen8 = prepared
        told = torch.cat([self._label(ids), F.avg_pool2d(sure, 2), self.hint(hints)], 1)
        x4 = F.relu(seen4 + self.told4(told))
        x8 = self.first8(F.relu(self.down8(x4) + seen8))
        heard, copied, heed = self.listen(x8, tokens, centers)
        x4 = self.last4(x4 + up(self.leave8(self.last8(x8 + heard))))
        said = F.avg_pool2d(F.relu(10 * sure - 9), 2)  # 1 where a person said so
        scores = self.bins(torch.cat([x4, said], 1)) + up(copied * self.copy)
        return scores, self.sharpen.weights(light, ids, x4), heed, torch.sigmoid(self.paper(x4))

    def _label(self, ids: Tensor) -> Tensor:
        """The mean label of each 2x2: (n, h, w) -> (n, emb, h/2, w/2), never wide at the full size."""
        four = [self.label(ids[:, y::2, x::2]) for y in (0, 1) for x in (0, 1)]
        return (torch.stack(four).sum(0) / 4).permute(0, 3, 1, 2)
