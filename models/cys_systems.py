"""CYS made whole: our text and image encoders with the published networks behind them, each saved as one file.

    TextToPalette()(["夏日海边 summer sea"], pictures=None, categories=[None], noise)   -> palettes (n, 5, 3)
    PaletteColorizer()(gray, palette)                                                  -> ab (n, 2, h, w)

Words, picture and category may each be missing. Nothing is fetched from anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import nn

from models.cys import (
    FEATURES,
    ContextEmbedding,
    ImageEncoder,
    PaletteGenerator,
    TextEncoder,
    category_vectors,
)
from models.cys_color import ColorUNet
from models.layers import scaled

LOOK = 96  # pixels on the long side of a picture whose features are taken


def part(state: Mapping[str, torch.Tensor], name: str) -> dict[str, torch.Tensor]:
    """The sub-dictionary of one module."""
    return {key.removeprefix(name + "."): value for key, value in state.items() if key.startswith(name + ".")}


class Conditioned(nn.Module):
    """Encoders of words and picture, and the context they make."""

    def __init__(self, text: dict, image: dict, context: dict) -> None:
        super().__init__()
        self.text, self.image = TextEncoder(**text), ImageEncoder(**image)
        self.context = ContextEmbedding(**context)

    @staticmethod
    def compact(width: float) -> dict[str, dict]:
        """Sizes of the three at ``width``; features shrink with it."""
        features, (s512, s256, s128) = scaled(FEATURES, width), (scaled(c, width) for c in (512, 256, 128))
        category = ContextEmbedding.scaled(width).cat_fc1.in_features
        return {
            "text": {"features": features},
            "image": {"features": features, "channels": [scaled(c, width) for c in (32, 64, 128, 256)]},
            "context": {
                "image": (features, s512, s256, s128),
                "text": (features, s256, s256, s128),
                "category": (category, s128, s128),
                "fusion": s128,
            },
        }

    @staticmethod
    def sizes(state: Mapping[str, torch.Tensor]) -> dict[str, dict]:
        """Sizes of the three, read from a state_dict."""
        levels = len({key.split(".")[2] for key in state if key.startswith("image.blocks.")})
        counts = [state[f"image.blocks.{i}.0.weight"].shape[0] for i in range(levels)]
        buckets, size = state["text.bags.weight"].shape
        features = state["text.fc_2.weight"].shape[0]
        return {
            "text": {"features": features, "buckets": buckets, "size": size},
            "image": {"features": counts[-1], "channels": counts[:-1]},
            "context": ContextEmbedding.hyper_parameters(part(state, "context")),
        }

    def fuse(
        self,
        words: Sequence[str | None],
        pictures: torch.Tensor | None = None,
        categories: Sequence[str | None] | None = None,
    ) -> torch.Tensor:
        """(n, 128) for n texts (None or empty: no words), pictures (n, 1, h, w) in [-1, 1], category names."""
        categories = [None] * len(words) if categories is None else categories
        hot = category_vectors(categories).to(self.context.fusion_fc1.weight)
        texts = self.text([text or "" for text in words])
        seen = texts.new_zeros(len(words), self.image.blocks[-1][0].out_channels)
        if pictures is not None:
            scale = min(1.0, LOOK / max(pictures.shape[-2:]))
            size = [max(1, round(side * scale)) for side in pictures.shape[-2:]]
            seen = self.image(
                F.interpolate(pictures, size, mode="bilinear", align_corners=False, antialias=True)
            )
        there = [
            [pictures is not None, bool(text and text.strip()), bool(h.any())] for text, h in zip(words, hot)
        ]
        return self.context.fuse(seen, texts, hot, texts.new_tensor(there))


class TextToPalette(Conditioned):
    """Words, pictures and categories to palettes of five."""

    def __init__(self, text: dict, image: dict, context: dict, generator: dict) -> None:
        super().__init__(text, image, context)
        self.generator = PaletteGenerator(**generator)

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = False) -> TextToPalette:
        """A fresh system; the published one has other encoders and is not of this form."""
        sizes = cls.compact(width)
        hidden = [scaled(count, width) for count in (512, 256, 128)]
        return cls(**sizes, generator={"context": sizes["context"]["fusion"] + 15, "hidden": hidden})

    @classmethod
    def hyper_parameters(cls, state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from a state_dict."""
        return {**cls.sizes(state), "generator": PaletteGenerator.hyper_parameters(part(state, "generator"))}

    def forward(
        self,
        words: Sequence[str | None],
        pictures: torch.Tensor | None = None,
        categories: Sequence[str | None] | None = None,
        noise: torch.Tensor | None = None,
        locked: torch.Tensor | None = None,
        keep: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Palettes (n, 5, 3), RGB 0..1. Without ``noise`` (n, 5, 128) the likeliest one; see ``palette`` for locks."""
        fused = self.fuse(words, pictures, categories)
        if noise is None:
            noise = fused.new_zeros(len(fused), 5, self.generator.noise)
        return self.generator.palette(fused, noise, locked, keep)


class PaletteColorizer(Conditioned):
    """Grey pictures to chroma, led by a palette and, where given, by words and a category."""

    def __init__(self, text: dict, image: dict, context: dict, generator: dict) -> None:
        super().__init__(text, image, context)
        self.generator = ColorUNet(**generator)

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = False) -> PaletteColorizer:
        """A fresh system; the published one has other encoders and is not of this form."""
        unet = ColorUNet.scaled(width, published=False)
        sizes = cls.compact(width)
        return cls(**sizes, generator=ColorUNet.hyper_parameters(unet.state_dict()))

    @classmethod
    def hyper_parameters(cls, state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from a state_dict."""
        return {**cls.sizes(state), "generator": ColorUNet.hyper_parameters(part(state, "generator"))}

    def forward(
        self,
        gray: torch.Tensor,
        palette: torch.Tensor,
        words: Sequence[str | None] | None = None,
        categories: Sequence[str | None] | None = None,
    ) -> torch.Tensor:
        """ab (n, 2, h, w) over 128 for grey (n, 1, h, w) in [-1, 1] and palettes (n, 5, 3), RGB 0..1."""
        fused = self.fuse([None] * len(gray) if words is None else words, gray, categories)
        return self.generator(gray, torch.cat([fused, palette.flatten(1)], 1))
