"""Gray2ColorNet: colour taken from a reference photo (Lu et al., ACM Multimedia 2020), as its authors released it.

    target L --encoder--+--correlation with the reference's encoding--> attention --> align   (colour of the match)
    reference L --------+                                          +--> gate        (is there a match here?)
    reference ab -- 441-bin histogram --> global                              (colour of the whole reference)
    decoder at three scales:  feature + gate * align + (1 - gate) * global --> ab at H/4, H/2, H

L is L*/50 - 1 and ab is ab/110, so both lie in [-1, 1]. 53,057,711 parameters as published.

The correlation is every target position against every one of the reference's 64 x 64. It is never held
whole: bands of target rows are correlated, gated and aligned one after the other, so memory grows with the
target's features only. Those 64 x 64 are channels of the gate's first layer, which is why the reference is
128 x 128; ``fit_reference`` scales and pads to that, nothing is squashed. The target may have any size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
import torch.nn.functional as F
from torch import nn

from models.errors import ModelError
from models.layers import pad_to_multiple, require_multiple, scaled

CHANNELS = (64, 128, 256, 512)  # of the encoder at H, H/2, H/4, H/8
SIDE = 128  # of the reference
HIDDEN = 1024  # of the gate
CLASSES = 1000
STEPS = 21  # histogram bins along a and along b
TEMPERATURE = 0.01  # of the attention
BAND = 1024  # target positions correlated at a time


def soft_histogram(ab: torch.Tensor, steps: int = STEPS) -> torch.Tensor:
    """Share of each ab bin, (n, 2, h, w) in [-1, 1] -> (n, steps^2, 1, 1); a is the slow index.

    Bin centres run from -1 to 1; a pixel's vote falls off linearly and is gone one bin away, so it goes to
    four bins at the most. Sums to 1 while no pixel lies outside.
    """
    place = (ab.flatten(2) + 1) * ((steps - 1) / 2)  # (n, 2, h w) in units of bins
    low = place.floor()
    share = place - low
    votes = ab.new_zeros(ab.shape[0], steps * steps)
    for up_a in (0, 1):
        for up_b in (0, 1):
            a, b = low[:, 0].long() + up_a, low[:, 1].long() + up_b
            vote_a = share[:, 0] if up_a else 1 - share[:, 0]
            vote_b = share[:, 1] if up_b else 1 - share[:, 1]
            inside = (a >= 0) & (a < steps) & (b >= 0) & (b < steps)
            index = (a.clamp(0, steps - 1) * steps + b.clamp(0, steps - 1)).long()
            votes = votes.scatter_add(1, index, vote_a * vote_b * inside)
    return (votes / place.shape[-1])[:, :, None, None]


def fit_reference(reference: torch.Tensor, side: int = SIDE) -> torch.Tensor:
    """(n, c, h, w) scaled until its long side is ``side``, the rest filled by reflection: (n, c, side, side)."""
    height, width = reference.shape[-2:]
    scale = side / max(height, width)
    size = (max(1, round(height * scale)), max(1, round(width * scale)))
    small = F.interpolate(reference, size, mode="bilinear", align_corners=False, antialias=scale < 1)
    return pad_to_multiple(small, side)


def _convs(inputs: int, outputs: int, count: int, dilation: int = 1) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for i in range(count):
        layers += [
            nn.Conv2d(outputs if i else inputs, outputs, 3, 1, dilation, dilation),
            nn.ReLU(inplace=True),
        ]
    return layers


def _stage(inputs: int, outputs: int, count: int, dilation: int = 1) -> nn.Sequential:
    return nn.Sequential(*_convs(inputs, outputs, count, dilation), nn.InstanceNorm2d(outputs))


class ResBlock(nn.Module):
    """x + [conv, norm, ReLU, conv, norm]."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1),
            nn.InstanceNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.Conv2d(channels, channels, 3, 1, 1),
            nn.InstanceNorm2d(channels),
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.conv_block(x)


class ReferenceNetwork(nn.Module):
    """The reference's ab as features; the first half before alignment, the second after it."""

    def __init__(self, channels: Sequence[int]) -> None:
        super().__init__()
        c1, c2, c3, c4 = channels
        self.model1, self.model2 = _stage(2, c1, 2), _stage(c1, c2, 2)
        self.model3, self.model4 = _stage(c2, c3, 2), _stage(c3, c4, 2)

    def before(self, ab: torch.Tensor) -> torch.Tensor:
        """(n, 2, 128, 128) -> (n, c2, 64, 64)."""
        return self.model2(self.model1(ab)[:, :, ::2, ::2])

    def after(self, aligned: torch.Tensor) -> list[torch.Tensor]:
        """(n, c2, h/2, w/2) -> alignments for H/8 (c4), H/4 (c3) and H/2 (c2)."""
        quarter = self.model3(aligned[:, :, ::2, ::2])
        return [self.model4(quarter[:, :, ::2, ::2]), quarter, aligned]


class GlobalNetwork(nn.Module):
    """The reference's histogram as one feature vector for each of the three scales."""

    def __init__(self, bins: int, channels: Sequence[int]) -> None:
        super().__init__()
        _, c2, c3, c4 = channels
        layers: list[nn.Module] = []
        for inputs in (bins, c4, c4):
            layers += [nn.Conv2d(inputs, c4, 1), nn.ReLU(inplace=True)]
        self.model = nn.Sequential(*layers)
        self.model_1 = nn.Sequential(nn.Conv2d(c4, c4, 1), nn.ReLU(inplace=True))
        self.model_2 = nn.Sequential(nn.Conv2d(c4, c3, 1), nn.ReLU(inplace=True))
        self.model_3 = nn.Sequential(nn.Conv2d(c4, c2, 1), nn.ReLU(inplace=True))

    def forward(self, histogram: torch.Tensor) -> list[torch.Tensor]:
        x = self.model(histogram)
        return [self.model_1(x), self.model_2(x), self.model_3(x)]


class Gate(nn.Module):
    """How far a target position has a match in the reference, from its correlation with all of them."""

    def __init__(self, positions: int, hidden: int) -> None:
        super().__init__()
        self.fc1 = nn.Sequential(nn.Conv1d(positions, hidden, 1), nn.ReLU(inplace=True))
        self.fc2 = nn.Sequential(nn.Conv1d(hidden, 1, 1), nn.Sigmoid())

    def forward(self, correlation: torch.Tensor) -> torch.Tensor:
        return self.fc2(self.fc1(correlation))  # (n, positions, t) -> (n, 1, t)


class Classifier(nn.Module):
    """What the target shows, of the classes it was trained with; only there to teach the encoder meaning."""

    def __init__(self, channels: int, classes: int) -> None:
        super().__init__()
        self.fc = nn.Linear(channels, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.fc(x.amax((2, 3)))


class Gray2ColorNet(nn.Module):
    """Target and reference in, ab at three scales, class logits and the gate out."""

    multiple = 8

    def __init__(
        self,
        in_channels: int = 1,
        bins: int = STEPS**2,
        out_channels: int = 2,
        channels: Sequence[int] = CHANNELS,
        positions: int = (SIDE // 2) ** 2,
        hidden: int = HIDDEN,
        classes: int = CLASSES,
    ) -> None:
        super().__init__()
        c1, c2, c3, c4 = channels
        self.side = 2 * round(positions**0.5)
        self.model1, self.model2 = _stage(in_channels, c1, 2), _stage(c1, c2, 2)
        self.model3, self.model4 = _stage(c2, c3, 3), _stage(c3, c4, 3)
        self.model5, self.model6 = _stage(c4, c4, 3, dilation=2), _stage(c4, c4, 3, dilation=2)
        self.conf_feature = Gate(positions, hidden)
        self.ref_network = ReferenceNetwork(channels)
        self.global_network = GlobalNetwork(bins, channels)
        self.classify_network = Classifier(c4, classes)
        for level, width in enumerate((c4, c3, c2)):
            first = nn.Sequential(
                nn.Conv2d(width, width, 3, 1, 1), nn.InstanceNorm2d(width), nn.ReLU(inplace=True)
            )
            setattr(self, f"resblock{level}_1", first)
            setattr(self, f"resblock{level}_2", ResBlock(width))
            setattr(self, f"resblock{level}_3", ResBlock(width))
        self.model8up = nn.Sequential(nn.ConvTranspose2d(c4, c3, 4, 2, 1))
        self.model9up = nn.Sequential(nn.ConvTranspose2d(c3, c2, 4, 2, 1))
        self.model10up = nn.Sequential(nn.ConvTranspose2d(c2, c2, 4, 2, 1))
        self.model3short8 = nn.Sequential(nn.Conv2d(c3, c3, 3, 1, 1))
        self.model2short9 = nn.Sequential(nn.Conv2d(c2, c2, 3, 1, 1))
        self.model1short10 = nn.Sequential(nn.Conv2d(c1, c2, 3, 1, 1))
        self.model8 = nn.Sequential(nn.ReLU(inplace=True), *_convs(c3, c3, 2), nn.InstanceNorm2d(c3))
        self.model9 = nn.Sequential(nn.ReLU(inplace=True), *_convs(c2, c2, 1), nn.InstanceNorm2d(c2))
        self.model10 = nn.Sequential(
            nn.ReLU(inplace=True), nn.Conv2d(c2, c2, 3, 1, 1), nn.LeakyReLU(0.2, inplace=True)
        )
        for level, width in enumerate((c3, c2, c2), start=1):
            setattr(self, f"model_out{level}", nn.Sequential(nn.Conv2d(width, out_channels, 1), nn.Tanh()))

    @classmethod
    def scaled(cls, width: float = 1.0, published: bool = True) -> Gray2ColorNet:
        """A fresh network; the reference keeps its 128 x 128 at every width."""
        return cls(channels=[scaled(count, width) for count in CHANNELS], hidden=scaled(HIDDEN, width))

    @staticmethod
    def hyper_parameters(state: Mapping[str, torch.Tensor]) -> dict:
        """Constructor arguments read from the shapes of a state_dict."""
        gate = state["conf_feature.fc1.0.weight"].shape
        return {
            "in_channels": state["model1.0.weight"].shape[1],
            "bins": state["global_network.model.0.weight"].shape[1],
            "out_channels": state["model_out3.0.weight"].shape[0],
            "channels": [state[f"model{stage}.2.weight"].shape[0] for stage in range(1, 5)],
            "positions": gate[1],
            "hidden": gate[0],
            "classes": state["classify_network.fc.weight"].shape[0],
        }

    def forward(
        self,
        target: torch.Tensor,
        histogram: torch.Tensor,
        reference_l: torch.Tensor,
        reference_ab: torch.Tensor,
        gate: float | torch.Tensor | None = None,
        blend: float = 1.0,
    ) -> tuple[torch.Tensor, ...]:
        """ab at H/4, H/2 and H (n, 2, ...) over 110, class logits (n, classes), gate (n, 1, h/2, w/2).

        target (n, 1, h, w) with sides that are multiples of 8; histogram (n, 441, 1, 1); reference
        (n, 1 and 2, 128, 128). ``gate`` puts a value of one's own in the learned gate's place: 1 is the
        match only, 0 the histogram only; ``blend`` mixes it with the learned one (1: not at all).
        """
        require_multiple(target, self.multiple, "Gray2ColorNet")
        self._require_reference(reference_l, reference_ab)
        stages = self._encode(target)
        aligned, learned = self._match(
            stages, self._encode(reference_l), self.ref_network.before(reference_ab)
        )
        used = learned if gate is None else blend * gate + (1 - blend) * learned
        fusions = self._fusions(self.ref_network.after(aligned), self.global_network(histogram), used)
        return (*self._decode(stages, fusions), self.classify_network(stages[5]), used)

    def colorize(
        self,
        target: torch.Tensor,
        reference_l: torch.Tensor,
        reference_ab: torch.Tensor,
        gate: float | None = None,
        blend: float = 1.0,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """ab (n, 2, h, w) over 110 and the gate (n, 1, h/2, w/2, rounded up), for any target and any reference."""
        height, width = target.shape[-2:]
        fitted_l, fitted_ab = (fit_reference(x, self.side) for x in (reference_l, reference_ab))
        # two pixels at least at 1/8, for what is normalised over its area
        padded = pad_to_multiple(target, self.multiple, least=2 * self.multiple)
        answer = self(padded, soft_histogram(reference_ab), fitted_l, fitted_ab, gate, blend)
        return answer[2][:, :, :height, :width], answer[4][:, :, : -(-height // 2), : -(-width // 2)]

    def _require_reference(self, *parts: torch.Tensor) -> None:
        for part in parts:
            if tuple(part.shape[-2:]) != (self.side, self.side):
                found = "x".join(map(str, part.shape[-2:]))
                raise ModelError(
                    f"Gray2ColorNet takes references of {self.side}x{self.side}, not {found}; fit it first."
                )

    def _encode(self, luminance: torch.Tensor) -> list[torch.Tensor]:
        """Stages of (n, 1, h, w): c1 at H, c2 at H/2, c3 at H/4, c4 at H/8 three times."""
        stages = [self.model1(luminance)]
        for stage in (self.model2, self.model3, self.model4):
            stages.append(stage(stages[-1][:, :, ::2, ::2]))
        stages.append(self.model5(stages[-1]))
        stages.append(self.model6(stages[-1]))
        return stages

    def _match(
        self, target: list[torch.Tensor], reference: list[torch.Tensor], colors: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Reference colours brought to the target (n, c2, h/2, w/2), and the gate (n, 1, h/2, w/2)."""
        half = self.side // 2
        known = F.normalize(_rows(reference, 0, half).flatten(2), dim=1).transpose(1, 2)  # (n, r, c)
        colors = colors.flatten(2)  # (n, c2, r)
        count, _, rows, columns = target[1].shape
        step = max(1, BAND // columns)
        # filled band by band: small results kept between the bands would pin the large ones' memory
        aligned, gate = (
            colors.new_empty(count, colors.shape[1], rows, columns),
            colors.new_empty(count, 1, rows, columns),
        )
        for top in range(0, rows, step):
            bottom = min(rows, top + step)
            wanted = F.normalize(_rows(target, top, bottom).flatten(2), dim=1)  # (n, c, t)
            correlation = known @ wanted  # (n, r, t)
            gate[:, :, top:bottom] = self.conf_feature(correlation).view(count, 1, -1, columns)
            attention = torch.softmax(correlation / TEMPERATURE, 1)
            aligned[:, :, top:bottom] = (colors @ attention).view(count, -1, bottom - top, columns)
        return aligned, gate

    @staticmethod
    def _fusions(
        aligned: list[torch.Tensor], overall: list[torch.Tensor], gate: torch.Tensor
    ) -> list[torch.Tensor]:
        """What is added to the decoder at H/8, H/4 and H/2."""
        gates = [gate[:, :, ::4, ::4], gate[:, :, ::2, ::2], gate]
        return [
            match * g + vector * (1 - g) for match, vector, g in zip(aligned, overall, gates, strict=True)
        ]

    def _decode(self, stages: list[torch.Tensor], fusions: list[torch.Tensor]) -> list[torch.Tensor]:
        """ab at H/4, H/2 and H."""
        x = self._refine(0, stages[5] + fusions[0])
        x = self.model8(self.model8up(x).add_(self.model3short8(stages[2])))
        quarter = self.model_out1(x)
        x = self._refine(1, x + fusions[1])
        x = self.model9(self.model9up(x).add_(self.model2short9(stages[1])))
        return [quarter, self.model_out2(x), self._finish(self._refine(2, x + fusions[2]), stages[0])]

    def _refine(self, level: int, x: torch.Tensor) -> torch.Tensor:
        for step in (1, 2, 3):
            x = getattr(self, f"resblock{level}_{step}")(x)
        return x

    def _finish(self, x: torch.Tensor, first: torch.Tensor) -> torch.Tensor:
        """The last level, at full size: nothing is normalised there, so it is made in bands of rows as well."""
        rows, columns = x.shape[-2:]
        step, halo, bands = max(1, 8 * BAND // columns), 2, []
        for top in range(0, rows, step):
            bottom = min(rows, top + step)
            above, below = max(0, top - halo), min(rows, bottom + halo)
            full = self.model10up(x[:, :, above:below]).add_(
                self.model1short10(first[:, :, 2 * above : 2 * below])
            )
            ab = self.model_out3(self.model10(full))
            bands.append(ab[:, :, 2 * (top - above) : 2 * (bottom - above)])
        return torch.cat(bands, 2)


def _rows(stages: list[torch.Tensor], top: int, bottom: int) -> torch.Tensor:
    """All stages at H/2, joined, of rows ``top`` to ``bottom`` only: (n, c1 + c2 + c3 + 3 c4, rows, w/2)."""
    first = F.avg_pool2d(stages[0][:, :, 2 * top : 2 * bottom], 2)  # what bilinear halving comes to
    parts = [first, stages[1][:, :, top:bottom], _enlarged(stages[2], 2, top, bottom)]
    return torch.cat([*parts, *(_enlarged(stage, 4, top, bottom) for stage in stages[3:])], 1)


def _enlarged(x: torch.Tensor, factor: int, top: int, bottom: int) -> torch.Tensor:
    """Rows ``top`` to ``bottom`` of x enlarged bilinearly, made from the rows that they depend on."""
    first, last = max(0, top // factor - 1), min(x.shape[-2], -(-bottom // factor) + 1)
    enlarged = F.interpolate(x[:, :, first:last], scale_factor=factor, mode="bilinear", align_corners=False)
    return enlarged[:, :, top - first * factor : bottom - first * factor]
