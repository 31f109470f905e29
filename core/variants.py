"""Another try: what else a photo, or one label of it, may look like, by the network's own distribution of colours.

    seed 0   the plain answer, untouched
    seed n   for every label one colour is drawn that the network holds possible there; every place leans to it as
             far as its own possible colours let it, so that a shirt changes and a face hardly does

Nothing here is chance: a draw comes from seed and label alone. Three seeds at a time, a page, keep clear of the plain
answer and of each other, and none is much fuller than what is usual. What a person said (labels, palette, hints,
references) has shaped the distribution before, and rules, exact hints and locks come after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import cv2
import numpy as np

from core.guidance import Guidance, Recipe, Rule, Settings
from core.rule_edit import rule_of, with_rule

PAGE = 3  # seeds that stand beside the plain answer
LARGEST_SEED = 999_999

_POSSIBLE = 0.06  # a colour is possible from this share of the likeliest one's on
_LEAN = 18.0  # units of a*b* around the drawn colour that places lean to
_CLEAR = 30.0  # units of a*b* at which two colours are clear of each other
_APART, _LIKELY, _CHANCE, _COLOURED = 3.0, 0.5, 0.5, 1.2  # what counts how much in a draw
_FULL, _PALE = 1.5, 22.0  # times the usual chroma, or this chroma, is as full as a drawn colour may be
_SMOOTH = 1.5  # quarter pixels: colours lean as their neighbours do
_FEATHER = 1.0  # pixels: the softness of a label's border
_TINY = 1e-9


@dataclass(frozen=True)
class Tries:
    """Which try is wanted: the whole photo's seed, and the seeds of labels that have one of their own."""

    seed: int = 0
    own: tuple[tuple[int, int], ...] = ()

    def seed_of(self, label: int) -> int:
        """The seed that holds for a label."""
        return dict(self.own).get(label, self.seed)


def tries_of(guidance: Guidance) -> Tries | None:
    """The tries that a guidance wants; None for plain answers everywhere."""
    own = tuple((rule.label, rule.seed) for rule in guidance.rules if rule.seed is not None)
    seed = guidance.settings.seed
    return Tries(seed, own) if seed or any(one for _, one in own) else None


def seeds_alone(guidance: Guidance) -> tuple[Settings, tuple[Rule, ...]]:
    """Settings and rules that say the same about tries and nothing else."""
    rules = tuple(Rule(rule.label, seed=rule.seed) for rule in guidance.rules if rule.seed is not None)
    return Settings(seed=guidance.settings.seed), rules


def varied(
    chroma: np.ndarray, share: np.ndarray, centers: np.ndarray, labels: np.ndarray, tries: Tries
) -> np.ndarray:
    """`chroma` (h, w, 2) as the tries have it; itself where every label is plain.

    `share` (K, h/4, w/4) tells how likely each of the colours `centers` (K, 2) is, padded to whole quarters and more;
    `labels` uint8 (h, w) are those that tries go by.
    """
    rows, columns = share.shape[1:]
    height, width = labels.shape
    below, beside = max(0, 4 * rows - height), max(0, 4 * columns - width)
    small = np.pad(labels, ((0, below), (0, beside)), mode="edge")[2::4, 2::4][:rows, :columns]
    out = chroma
    for label in np.unique(labels):
        seed, region, whole = tries.seed_of(int(label)), small == label, labels == label
        if seed and region.any():
            lean = _lean(share[:, region], centers, region, seed, int(label))
            lean = cv2.resize(lean, (4 * columns, 4 * rows), interpolation=cv2.INTER_LINEAR)[:height, :width]
            inside = cv2.GaussianBlur(whole.astype(np.float32), (0, 0), _FEATHER)
            out = out + lean * inside[..., None]
    return out


def _lean(share: np.ndarray, centers: np.ndarray, region: np.ndarray, seed: int, label: int) -> np.ndarray:
    """How far colours move (rows, columns, 2), spread over the region's border, for its `share` (K, n)."""
    likely = np.sqrt(share)  # takes back what sharpened the distribution
    likely /= likely.sum(0)
    goal = drawn(likely.mean(1), centers, seed, label)
    near = np.exp(-np.square(centers - goal).sum(1) / (2 * _LEAN**2))[:, None]
    leaned = likely * near + _TINY * near
    leaned /= leaned.sum(0)
    planes = np.zeros((*region.shape, 3), np.float32)
    planes[region, :2] = leaned.T @ centers - share.T @ centers
    planes[region, 2] = 1
    planes = cv2.GaussianBlur(planes, (0, 0), _SMOOTH)
    return planes[..., :2] / np.maximum(planes[..., 2:], 1e-3)


def drawn(likely: np.ndarray, centers: np.ndarray, seed: int, label: int) -> np.ndarray:
    """The colour (2,) drawn for a label by a seed of 1 or more, where colours `centers` (K, 2) are so `likely` (K,).

    The seeds of its page before it are drawn first and kept clear of. Of the same noise for the same seed and label
    the likeliest wins (Gumbel's trick), so that an edit changes a draw only where two were as good.
    """
    chroma = np.hypot(*centers.T)
    usual = max(float(likely @ chroma), 1.0)
    free = (likely >= _POSSIBLE * likely.max()) & (chroma <= max(_PALE, _FULL * usual))
    known = _LIKELY * np.log(likely / likely.max() + _TINY) + _COLOURED * np.minimum(chroma / usual, 1)
    taken = [likely @ centers]
    for one in _page_up_to(seed):
        chance = np.random.default_rng([one, label]).gumbel(size=len(centers))
        apart = np.min([np.hypot(*(centers - other).T) for other in taken], axis=0)
        score = known + _CHANCE * chance + _APART * np.minimum(apart / _CLEAR, 1)
        taken.append(centers[np.where(free, score, -np.inf).argmax()])
    return taken[-1]


def _page_up_to(seed: int) -> Iterable[int]:
    return range((seed - 1) // PAGE * PAGE + 1, seed + 1)


def offered(now: int, page: int) -> tuple[int, ...]:
    """The seeds of a page (0, 1, ...) to choose from beside the present one, which gives its place to the plain
    answer."""
    first = page * PAGE + 1
    return tuple(0 if seed == now else seed for seed in range(first, first + PAGE))


def page_of(seed: int) -> int:
    """The page that a seed stands on; the plain answer is offered with the first."""
    return max(0, seed - 1) // PAGE


def seed_now(recipe: Recipe, label: int | None = None) -> int:
    """Which try a recipe has of a label, or (None) of the whole photo."""
    own = None if label is None else rule_of(recipe.rules, label).seed
    return recipe.settings.seed if own is None else own


def with_seed(recipe: Recipe, label: int | None, seed: int) -> Recipe:
    """`recipe` with another try of one label, or (None) of the whole photo; its labels then have none of their own."""
    if label is not None:
        own = None if seed == recipe.settings.seed else seed
        return replace(recipe, rules=with_rule(recipe.rules, replace(rule_of(recipe.rules, label), seed=own)))
    rules = recipe.rules
    for rule in recipe.rules:
        rules = with_rule(rules, replace(rule, seed=None))
    return replace(recipe, rules=rules, settings=replace(recipe.settings, seed=seed))
