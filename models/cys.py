"""CYS: words, a picture and a category to a palette, and a palette to colour (Li et al., arXiv 2102.05231).

    words, picture, category --features--> ContextEmbedding --> 128 numbers --+
    the palette so far, 15 numbers ------------------------------------------+--> context, 143 numbers
    noise + context --PaletteGenerator--> the next colour; five rounds make a palette
    grey picture + context --ColorUNet--> colour

The layers and sizes are the published ones (TensorFlow, read from its description): context 716,928 parameters,
palette generator 303,875 and discriminator 239,617, U-Net 55,584,384, its discriminator 2,758,289.
The published system asks a BERT and a VGG for its features, both from the net at run time. Here a small
``TextEncoder`` over characters and character n-grams, Chinese and English alike, and an ``ImageEncoder`` take their
place, are trained along, and are saved with the rest: ``TextToPalette`` and ``PaletteColorizer``, our forms, are
whole systems that need nothing else. They also do without any of the three inputs, keep locked colours, and
predict chroma in place of RGB, so the picture's light stays.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import nn

from models.layers import scaled

COLORS = 5
CATEGORIES = (
    *("朋克", "HipHop", "独立", "流行", "摇滚", "放克", "电子", "核", "极端金属", "民谣", "金属", "摄影"),
    *(
        "青年亚文化，插画",
        "另类 独立 噪音摇滚 朋克 迷幻",
        "school",
        "school，朋克",
        "插画",
        "设计",
        "摩登天空",
    ),
    *("独立动画", "新媒体艺术"),
)
REPEATS = 10  # of the one-hot category, so that it is not drowned by its 512-number neighbours
SHARES = (0.6, 0.3, 0.1)  # of picture, words and category in the context
FEATURES = 512
NOISE = 128
U_CHANNELS = (64, 128, 256, 512, 512, 512, 512, 512)
OUR_LEVELS = 6  # sides padded to 64 in place of 256
JUDGE_CHANNELS = (64, 128, 256, 512)
PATCHES = 16  # the colour discriminator's last map is 16 x 16


def category_vectors(names: Sequence[str | None]) -> torch.Tensor:
    """(n, 210): one-hot of the 21 published categories, ten times over; zeros for none and for unknown ones."""
    known = {name.casefold(): i for i, name in enumerate(CATEGORIES)}
    hot = torch.zeros(len(names), len(CATEGORIES))
    for row, name in enumerate(names):
        if name is not None and name.strip().casefold() in known:
            hot[row, known[name.strip().casefold()]] = 1
    return hot.repeat(1, REPEATS)


def grams(text: str) -> Iterator[str]:
    """What a text is read as: words with their 3- and 4-grams, and Chinese characters alone, in twos and threes."""
    for run in re.findall(r"[一-鿿]+|\w+", unicodedata.normalize("NFKC", text).casefold()):
        if "一" <= run[0] <= "鿿":
            yield from (run[i : i + size] for size in (1, 2, 3) for i in range(len(run) - size + 1))
        else:
            marked = f"<{run}>"
            yield marked
            yield from (marked[i : i + size] for size in (3, 4) for i in range(len(marked) - size + 1))


class TextEncoder(nn.Module):
    """Texts -> (n, features). Grams are hashed into buckets, so any word of any language has a meaning to learn."""

    def __init__(self, features: int = FEATURES, buckets: int = 8192, size: int = 64) -> None:
        super().__init__()
        self.bags = nn.EmbeddingBag(buckets, size, mode="mean")
        self.fc_1, self.fc_2 = nn.Linear(size, features), nn.Linear(features, features)

    def indices(self, text: str) -> list[int]:
        """Buckets of a text's grams, the same on every machine."""
        return [zlib.crc32(gram.encode()) % self.bags.num_embeddings for gram in grams(text)]

    def forward(self, texts: Sequence[str]) -> torch.Tensor:
        lists = [self.indices(text) for text in texts]
        device = self.bags.weight.device
        offsets = torch.tensor([0, *(len(each) for each in lists)][:-1], device=device).cumsum(0)
        flat = torch.tensor([index for each in lists for index in each], dtype=torch.long, device=device)
        return self.fc_2(torch.relu(self.fc_1(self.bags(flat, offsets))))


class ImageEncoder(nn.Module):
    """Grey picture (n, 1, h, w) in [-1, 1] -> (n, features), the mean over its area."""

    def __init__(self, features: int = FEATURES, channels: Sequence[int] = (32, 64, 128, 256)) -> None:
        super().__init__()
        counts = [1, *channels, features]
        blocks = [
            nn.Sequential(nn.Conv2d(a, b, 3, 2, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU())
            for a, b in zip(counts, counts[1:], strict=False)
        ]
        self.blocks = nn.Sequential(*blocks)

    def forward(self, gray: torch.Tensor) -> torch.Tensor:
        return self.blocks(gray).mean((2, 3))


class ContextEmbedding(nn.Module):
    """Features of picture, words and category, mixed, with the palette so far behind them: (n, 128 + 15)."""

    def __init__(
        self,
        image: Sequence[int] = (FEATURES, 512, 256, 128),
        text: Sequence[int] = (FEATURES, 256, 256, 128),
        category: Sequence[int] = (len(CATEGORIES) * REPEATS, 128, 128),
        fusion: int = 128,
    ) -> None:
        super().__init__()
        for prefix, sizes in (("img", image), ("txt", text), ("cat", category)):
            for i in range(1, len(sizes)):
                setattr(self, f"{prefix}_fc{i}", nn.Linear(sizes[i - 1], sizes[i]))
        self.fusion_fc1 = nn.Linear(image[-1], fusion)
        self.depths = {"img": len(image), "txt": len(text), "cat": len(category)}

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = True) -> ContextEmbedding:
        """A fresh embedding, ``width`` times as wide inside; what comes in keeps its size."""
        s512, s256, s128 = (scaled(count, width) for count in (512, 256, 128))
        category = (len(CATEGORIES) * REPEATS, s128, s128)
        return cls((FEATURES, s512, s256, s128), (FEATURES, s256, s256, s128), category, s128)

    @staticmethod
    def hyper_parameters(state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from the shapes of a state_dict."""

        def sizes(prefix: str, count: int) -> list[int]:
            shapes = [state[f"{prefix}_fc{i}.weight"].shape for i in range(1, count + 1)]
            return [shapes[0][1], *(shape[0] for shape in shapes)]

        fusion = state["fusion_fc1.weight"].shape[0]
        return {
            "image": sizes("img", 3),
            "text": sizes("txt", 3),
            "category": sizes("cat", 2),
            "fusion": fusion,
        }

    def fuse(
        self,
        image: torch.Tensor,
        text: torch.Tensor,
        category: torch.Tensor,
        present: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """(n, 128). ``present`` (n, 3) says which of the three are there; the shares of the others go to these."""
        parts = torch.stack(
            [self._stack("img", image), self._stack("txt", text), self._stack("cat", category)], 1
        )
        shares = parts.new_tensor(SHARES).expand(len(parts), -1)
        if present is not None:
            shares = shares * present
            shares = shares / shares.sum(1, keepdim=True).clamp_min(1e-6)
        return torch.relu(self.fusion_fc1((parts * shares[:, :, None]).sum(1)))

    def forward(
        self,
        image: torch.Tensor,
        text: torch.Tensor,
        category: torch.Tensor,
        palette: torch.Tensor,
        present: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Features (n, 512), (n, 512), (n, 210) and palette (n, 15), RGB 0..1 -> context (n, 143)."""
        return torch.cat([self.fuse(image, text, category, present), palette], 1)

    def _stack(self, prefix: str, x: torch.Tensor) -> torch.Tensor:
        for i in range(1, self.depths[prefix]):
            x = torch.relu(getattr(self, f"{prefix}_fc{i}")(x))
        return x


class _Stack(nn.Module):
    """Four dense layers fc_1 .. fc_4 on two joined inputs."""

    def __init__(self, inputs: int, hidden: Sequence[int], outputs: int) -> None:
        super().__init__()
        sizes = [inputs, *hidden, outputs]
        for i in range(1, len(sizes)):
            setattr(self, f"fc_{i}", nn.Linear(sizes[i - 1], sizes[i]))
        self.depth = len(hidden)

    def run(self, x: torch.Tensor, slope: float) -> torch.Tensor:
        for i in range(1, self.depth + 1):
            x = F.leaky_relu(getattr(self, f"fc_{i}")(x), slope)
        return getattr(self, f"fc_{self.depth + 1}")(x)

    @staticmethod
    def sizes(state: Mapping[str, torch.Tensor]) -> tuple[int, list[int]]:
        """Inputs and hidden sizes, as the shapes of a state_dict tell them."""
        hidden = [state[f"fc_{i}.weight"].shape[0] for i in (1, 2, 3)]
        return state["fc_1.weight"].shape[1], hidden


class PaletteGenerator(_Stack):
    """Noise (n, 128) and context (n, 143) -> the next colour (n, 3), RGB 0..1."""

    def __init__(
        self, noise: int = NOISE, context: int = 128 + 3 * COLORS, hidden: Sequence[int] = (512, 256, 128)
    ) -> None:
        super().__init__(noise + context, hidden, 3)
        self.noise = noise

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = True) -> PaletteGenerator:
        """A fresh generator, ``width`` times as wide as the published one."""
        context = scaled(128, width) + 3 * COLORS
        return cls(context=context, hidden=[scaled(count, width) for count in (512, 256, 128)])

    @classmethod
    def hyper_parameters(cls, state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from the shapes of a state_dict; the noise is always 128 numbers."""
        inputs, hidden = cls.sizes(state)
        return {"context": inputs - NOISE, "hidden": hidden}

    def forward(self, noise: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.run(torch.cat([noise, context], 1), 0.0))

    def palette(
        self,
        fused: torch.Tensor,
        noise: torch.Tensor,
        locked: torch.Tensor | None = None,
        keep: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Five colours (n, 5, 3), one after the other, each knowing the ones before it.

        fused (n, 128) from ``ContextEmbedding.fuse``; noise (n, 5, 128). Where ``keep`` (5,) is true the colour
        of ``locked`` (n, 5, 3) stays, and the new ones know it from the start.
        """
        keep = [False] * COLORS if keep is None else keep.tolist()
        so_far = fused.new_zeros(len(fused), 3 * COLORS)
        colors: dict[int, torch.Tensor] = {i: locked[:, i] for i in range(COLORS) if keep[i]}
        for color in colors.values():
            so_far = torch.cat([so_far[:, 3:], color], 1)
        for i in range(COLORS):
            if i not in colors:
                colors[i] = self(noise[:, i], torch.cat([fused, so_far], 1))
                so_far = torch.cat([so_far[:, 3:], colors[i]], 1)
        return torch.stack([colors[i] for i in range(COLORS)], 1)


class PaletteDiscriminator(_Stack):
    """Does this colour (n, 3) follow in this context (n, 143)? Published: a share 0..1; ours: unbounded."""

    def __init__(
        self,
        context: int = 128 + 3 * COLORS,
        hidden: Sequence[int] = (512, 256, 128),
        published: bool = False,
    ) -> None:
        super().__init__(3 + context, hidden, 1)
        self.published = published

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = True) -> PaletteDiscriminator:
        """A fresh discriminator, ``width`` times as wide as the published one."""
        hidden = [scaled(count, width) for count in (512, 256, 128)]
        return cls(scaled(128, width) + 3 * COLORS, hidden, published)

    @classmethod
    def hyper_parameters(cls, state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from the shapes of a state_dict."""
        inputs, hidden = cls.sizes(state)
        return {"context": inputs - 3, "hidden": hidden}

    def forward(self, color: torch.Tensor, context: torch.Tensor) -> torch.Tensor:
        answer = self.run(torch.cat([color, context], 1), 0.2)
        return torch.sigmoid(answer) if self.published else answer
