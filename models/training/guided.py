"""Training of `models.guided`: meaning and colour together, guidance as people give it.

Each crop's decoder is told one of: people's labels with the rest guessed, people's labels
alone, the network's own segmentation, or nothing. Guessed labels come with their
probability, so that the network learns to colour boldly only where the map is sure. Palettes,
hints and references come in any mix (models/training/wishes).

A recipe with `start_from` takes encoder and labels from a bundled file as they are and trains the
decoder alone, which costs a third: afresh, or, with `decoder = "goes on"`, from where the file's stands.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from models.guided import LABELS, NOT_SAID, GuidedNet
from models.guided_decoder import Sharpen
from models.training.augment import Prefetch
from models.training.colorbins import histogram, make_bins
from models.training.data import UNSURE, DataError, Photos
from models.training.evaluate import GuidedJudge
from models.training.pairs import Pairs
from models.training.repaint import LabelColors
from models.training.sheets import contact_sheet
from models.training.wishes import Asked, ask, tokens_of
from models.weights import load_state

MODES = ("true_and_guess", "true", "guess", "none")


class GuidedTask:
    """See `loop.Task`. `photos` are all photos; the splits are taken here."""

    def __init__(self, recipe: dict, photos: Photos):
        self.recipe = recipe
        self.train, self.val = photos.split("train"), photos.split("val")
        self.colors = make_bins(histogram(self.train, 2), recipe["bins"], recipe["boldness"])
        torch.manual_seed(recipe["seed"])
        self.net = GuidedNet(recipe["width"], recipe["bins"])
        if "start_from" in recipe:
            _start_from(self.net, Path(recipe["start_from"]), recipe.get("decoder") == "goes on")
        self.net.to(memory_format=torch.channels_last)
        self.net.centers.copy_(torch.from_numpy(self.colors.centers))
        self._learns_to_see = "start_from" not in recipe
        self.label_weights = torch.from_numpy(label_weights(self.train))
        self.draw = draw_weights(self.train, recipe["packs"])
        self._pairs = Pairs(self.train, recipe["references"])
        self._looks = LabelColors(self.train) if recipe["wishes"].get("repainted") else None
        self._near = torch.from_numpy(self.colors.near)
        self._share = torch.from_numpy(self.colors.share)
        self._weights = torch.from_numpy(self.colors.weights)
        self._ahead: tuple[tuple, Prefetch] | None = None

    def step(self, batch: int, size: int, rng: np.random.Generator) -> tuple[Tensor, dict[str, float]]:
        """One batch through encoder, labels and decoder; see `loop.Task.step`."""
        b = self._next(batch, size, rng)
        net, weights = self.net.train(), self.recipe["loss"]
        labels = torch.from_numpy(b.labels).long()
        with torch.autocast("cpu", torch.bfloat16):
            features, logits, pieces = self._see(b)
            ids, sure = told(labels, logits, self.recipe["guidance"], torch.from_numpy(b.repainted), rng)
            tokens = torch.from_numpy(tokens_of(b, pieces, net.features))
            hints = torch.from_numpy(b.hints)
            scores, mixing, _, paper = net.decoder(net.prepare(*features), ids, sure, hints, tokens, net.centers)
        fine, coarse = half(b.ab), half(half(b.ab))
        color_loss = self._color_loss(scores.float(), torch.from_numpy(codes(coarse)))
        edge_loss = F.l1_loss(Sharpen.mix(mixing.float(), planes(coarse)), planes(fine)) / 10
        loss = weights["color"] * color_loss + weights["edges"] * edge_loss
        numbers = {"color": color_loss.item(), "edges": edge_loss.item(), "paper": 0.0}
        if b.drawn.any():
            light = half(half(b.light[b.drawn][..., None])) / 255
            paper_loss = F.l1_loss(paper.float()[torch.from_numpy(b.drawn)], torch.from_numpy(light).movedim(3, 1))
            loss, numbers["paper"] = loss + weights.get("paper", 1.0) * paper_loss, paper_loss.item()
        if self._learns_to_see:
            label_loss = self._label_loss(logits.float(), labels, torch.from_numpy(b.trust))
            loss, numbers["labels"] = loss + weights["labels"] * label_loss, label_loss.item()
        return loss, numbers

    def _see(self, b: Asked) -> tuple[tuple[Tensor, Tensor, Tensor], Tensor, np.ndarray]:
        """Features and label logits of the crops, and the features of the references' pieces (m, cp, 6, 6)."""
        net = self.net
        if not self._learns_to_see:
            net.encoder.eval()
        with torch.set_grad_enabled(self._learns_to_see):
            features = net.encode(torch.from_numpy(b.L)[:, None].to(memory_format=torch.channels_last))
            logits = net.segment(features[1])
        if not len(b.has_reference):
            return features, logits, np.zeros((0, net.features, 6, 6), np.float32)
        with torch.no_grad():
            p8 = net.encode(torch.from_numpy(b.reference_L)[:, None].to(memory_format=torch.channels_last))[2]
            return features, logits, F.avg_pool2d(p8, 2).float().numpy()

    def review(self, net: GuidedNet, folder: Path, step: int) -> dict[str, float]:
        """Scores on every fourth photo of the val split and a sheet of twelve."""
        judge = GuidedJudge(net)
        few = Photos(self.val.pixels, self.val.records[::4])
        contact_sheet(
            judge,
            Photos(self.val.pixels, self.val.records[:: max(1, len(self.val) // 12)]),
            folder / f"sheet-{step:06}.jpg",
        )
        return judge.summary(few)

    def _next(self, batch: int, size: int, rng: np.random.Generator) -> Asked:
        if self._ahead is None or self._ahead[0] != (batch, size):
            if self._ahead:
                self._ahead[1].close()
            own = np.random.default_rng(rng.integers(2**63))
            odds = self.recipe["wishes"]
            make = Prefetch(lambda: ask(self.train, self._pairs, self._looks, self.draw, odds, batch, size, own))
            self._ahead = ((batch, size), make)
        return next(self._ahead[1])

    def _label_loss(self, logits: Tensor, labels: Tensor, trust: Tensor) -> Tensor:
        small = labels[:, 1::4, 1::4]
        known = small != UNSURE
        target = torch.where(known, small, 0)
        loss = F.cross_entropy(logits, target, self.label_weights, reduction="none", label_smoothing=0.03)
        weight = known * trust[:, None, None]
        return (loss * weight).sum() / weight.sum().clamp(min=1)

    def _color_loss(self, logits: Tensor, ab: Tensor) -> Tensor:
        """Cross entropy against soft votes of the nearest bins; ab (n, h, w, 2) uint8 codes."""
        near = self._near[ab[..., 0], ab[..., 1]]
        share = self._share[ab[..., 0], ab[..., 1]]
        logp = logits.log_softmax(1).permute(0, 2, 3, 1).gather(3, near)
        weight = self._weights[near[..., 0]]
        return -(logp * share).sum(3).mul(weight).mean()


def told(
    labels: Tensor, logits: Tensor, odds: dict, repainted: Tensor, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Label ids (n, h/2, w/2) and how sure they are (n, 1, h/2, w/2), as a person or the net would give them; what
    was `repainted` (n,) is always told."""
    n = len(labels)
    chance = np.array([odds[m] for m in MODES])
    mode = torch.from_numpy(rng.choice(len(MODES), n, p=chance / chance.sum()))
    mode = torch.where(repainted, mode % 2, mode)[:, None, None]
    top, guess = logits.detach().float().softmax(1).max(1)
    guess = guess.repeat_interleave(2, 1).repeat_interleave(2, 2)
    top = top.repeat_interleave(2, 1).repeat_interleave(2, 2)
    said = labels[:, ::2, ::2]
    known = (said != UNSURE) & (mode <= 1)
    guessed = (mode == 0) | (mode == 2)
    ids = torch.where(known, said, torch.where(guessed, guess, NOT_SAID))
    sure = torch.where(known, 1.0, torch.where(guessed, top * 0.9, 0.0))
    return ids.clamp(max=LABELS), sure[:, None]


def half(ab: np.ndarray) -> np.ndarray:
    """ab (n, s, s, 2) averaged over 2x2 pixels, float32 (n, s/2, s/2, 2)."""
    x = ab.astype(np.float32)
    return (x[:, ::2, ::2] + x[:, 1::2, ::2] + x[:, ::2, 1::2] + x[:, 1::2, 1::2]) / 4


def codes(ab: np.ndarray) -> np.ndarray:
    """8-bit codes of ab + 128, as indices."""
    return np.clip(np.rint(ab), 0, 255).astype(np.int64)


def planes(ab: np.ndarray) -> Tensor:
    """ab + 128 (n, h, w, 2) as a*b* planes (n, 2, h, w)."""
    return torch.from_numpy(ab - 128).permute(0, 3, 1, 2)


def _start_from(net: GuidedNet, path: Path, whole: bool) -> None:
    """Put the folded encoder and label head of a bundled file into `net`, to stay as they are; the decoder too, to
    go on from there, when `whole`."""
    if not path.is_file():
        raise DataError(f"{path}, which the recipe starts from, is missing: name another, or leave start_from out.")
    kept = ("encoder.", "labels.", *(("decoder.",) if whole else ()))
    state = {k: v.float() for k, v in load_state(path).items() if k.startswith(kept)}
    bare = GuidedNet(net.features / 96, len(net.centers), (True, True))
    net.encoder, net.labels = bare.encoder, bare.labels
    if whole:
        net.decoder = bare.decoder
    missing = net.load_state_dict(state, strict=False)
    if missing.unexpected_keys or any(k.startswith(("encoder.", "labels.")) for k in missing.missing_keys):
        raise DataError(f"{path} holds no encoder of this width; name another file in start_from.")
    net.encoder.requires_grad_(False)
    net.labels.requires_grad_(False)


def label_weights(photos: Photos) -> np.ndarray:
    """Training weight of each label (60,) float32: rare ones up to four times the common ones."""
    counts = np.ones(256)
    for i in range(0, len(photos), 3):
        counts += np.bincount(photos[i][::4, ::4, 3].ravel(), minlength=256)
    share = counts[:LABELS] / counts[:LABELS].sum()
    weights = np.clip(share, 2e-4, None) ** -0.3
    weights /= (weights * share).sum()
    return np.clip(weights, 0.5, 4).astype(np.float32)


def draw_weights(photos: Photos, packs: dict[str, float]) -> np.ndarray:
    """Probability of drawing each photo, from the recipe's weight of its pack."""
    weights = np.array([packs.get(r.pack, 1.0) for r in photos.records])
    return weights / weights.sum()
