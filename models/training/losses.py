"""The losses of the five papers, each a small function of tensors; their weights stand in the recipes.

    smooth_l1, weighted mean            Gray2ColorNet, ours
    lsgan_*, wgan_*, bce_*              SCFT and CYS; Gray2ColorNet; PaletteNet
    histogram_distance                  Gray2ColorNet: 2 sum (h - r)^2 / (h + r)
    total_variation                     Gray2ColorNet
    perceptual, style                   SCFT, on features of `Features`
    similarity_triplet                  SCFT, on attention scores

No VGG weights come with the program, so that features are our own encoder's (`OwnFeatures`), which sees
luminance only and is therefore shown red, green and blue one after the other. A person who has torchvision's
VGG-19 file names it in the recipe and gets the published features (`VggFeatures`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.errors import ModelError

Features = Callable[[Tensor], list[Tensor]]


def smooth_l1(answer: Tensor, truth: Tensor, weight: Tensor | None = None, delta: float = 1.0) -> Tensor:
    """Huber loss, halved square below ``delta``; ``weight`` broadcasts over (n, c, h, w) and is normalised."""
    loss = F.huber_loss(answer, truth, reduction="none", delta=delta)
    if weight is None:
        return loss.mean()
    weight = weight.expand_as(loss)
    return (loss * weight).sum() / weight.sum().clamp_min(1e-6)


def lsgan_generator(fake: Tensor) -> Tensor:
    """Mean of (D(fake) - 1)^2."""
    return (fake - 1).square().mean()


def lsgan_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Half of (D(real) - 1)^2 + D(fake)^2."""
    return ((real - 1).square().mean() + fake.square().mean()) / 2


def bce(answer: Tensor, truth: float) -> Tensor:
    """Binary cross entropy of logits against one truth for all."""
    return F.binary_cross_entropy_with_logits(answer, torch.full_like(answer, truth))


def wgan_discriminator(real: Tensor, fake: Tensor) -> Tensor:
    """Mean D(fake) - mean D(real), to be made small; the generator's loss is -mean D(fake)."""
    return fake.mean() - real.mean()


def gradient_penalty(critic: Callable[[Tensor], Tensor], real: Tensor, fake: Tensor, share: Tensor) -> Tensor:
    """(|grad D| - 1)^2 between real and fake; ``share`` (n, 1, 1, 1) in 0..1 says where (WGAN-GP)."""
    between = (share * real + (1 - share) * fake).detach().requires_grad_()
    slope = torch.autograd.grad(critic(between).sum(), between, create_graph=True)[0]
    return (slope.flatten(1).norm(dim=1) - 1).square().mean()


def histogram_distance(mine: Tensor, wanted: Tensor) -> Tensor:
    """Chi-square-like distance of soft histograms (n, bins, ...): mean over n of 2 sum (h - r)^2 / (h + r)."""
    parts = (mine - wanted).square() / (mine + wanted).clamp_min(1e-5)
    return 2 * parts.flatten(1).sum(1).mean()


def total_variation(x: Tensor) -> Tensor:
    """Mean absolute step to the right and to the pixel below."""
    return (x[..., 1:] - x[..., :-1]).abs().mean() + (x[..., 1:, :] - x[..., :-1, :]).abs().mean()


def perceptual(mine: Sequence[Tensor], theirs: Sequence[Tensor]) -> Tensor:
    """Mean absolute difference of feature maps, summed over the layers."""
    return sum((a - b).abs().mean() for a, b in zip(mine, theirs, strict=True))


def gram(x: Tensor) -> Tensor:
    """Gram matrix of (n, c, h, w), each sample's own, over c h w: (n, c, c)."""
    flat = x.flatten(2)
    return flat @ flat.transpose(1, 2) / (x.shape[1] * x.shape[2] * x.shape[3])


def published_gram(x: Tensor) -> Tensor:
    """As published: samples and channels in one (n c, n c) matrix, over n c h w."""
    flat = x.flatten(0, 1).flatten(1)
    return flat @ flat.T / x.numel()


def style(mine: Tensor, theirs: Tensor, published: bool = False) -> Tensor:
    """Mean absolute difference of the Gram matrices of one layer."""
    matrix = published_gram if published else gram
    return (matrix(mine) - matrix(theirs)).abs().mean()


def similarity_triplet(scores: Tensor, negative: Tensor, margin: float = 12.0) -> Tensor:
    """max(0, margin - fit with one's own reference + fit with another's), mean over all token pairs."""
    return F.relu(negative - scores + margin).mean()


class OwnFeatures(nn.Module):
    """Features of RGB (n, 3, h, w) in [-1, 1] by the encoder of `models.guided`: at 1/2, 1/4 and 1/8.

    Sides are multiples of 32. The encoder stays as it is.
    """

    def __init__(self, net: nn.Module) -> None:
        super().__init__()
        self.encoder = net.encoder.eval().requires_grad_(False)

    def forward(self, rgb: Tensor) -> list[Tensor]:
        # each primary as if it were a luminance, which is in [-1, 1] there too
        planes = rgb.reshape(-1, 1, *rgb.shape[-2:])
        return [x.reshape(len(rgb), -1, *x.shape[-2:]) for x in self.encoder(planes)]


VGG_LAYERS = (64, 64, 0, 128, 128, 0, 256, 256, 256, 256, 0, 512, 512, 512, 512, 0, 512, 512, 512, 512)
VGG_ENDS = (3, 8, 17, 26, 35)  # relu1_2, relu2_2, relu3_4, relu4_4, relu5_4


class VggFeatures(nn.Module):
    """Features of RGB (n, 3, h, w) in [-1, 1] by torchvision's VGG-19, told (x + 1) / 2 as published."""

    def __init__(self, state: dict[str, Tensor]) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for count in VGG_LAYERS:
            layers += [nn.Conv2d(inputs, count, 3, 1, 1), nn.ReLU()] if count else [nn.MaxPool2d(2)]
            inputs = count or inputs
        self.layers = nn.Sequential(*layers)
        own = {k.removeprefix("features."): v for k, v in state.items() if k.startswith("features.")}
        try:
            self.layers.load_state_dict(own, strict=True)
        except RuntimeError:
            raise ModelError("The file of features does not hold torchvision's VGG-19.") from None
        self.requires_grad_(False)

    def forward(self, rgb: Tensor) -> list[Tensor]:
        x, found = (rgb + 1) / 2, []
        for i, layer in enumerate(self.layers):
            x = layer(x)
            if i in VGG_ENDS:
                found.append(x)
        return found


def open_features(path: str | Path) -> nn.Module:
    """What the recipe's ``features`` names: a file of our guided network, or torchvision's VGG-19."""
    from models import registry, weights

    state = weights.load_state(path)
    if "features.0.weight" in state:
        return VggFeatures(state)
    return OwnFeatures(registry.from_file(path, "guided"))
