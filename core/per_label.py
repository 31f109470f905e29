"""One label coloured by another colorizer, or from a reference of its own: face from the photo of 1931, sky as usual.

A rule that names a colorizer, a reference (or a region of one) or a gate becomes a request of its own, answered for
the whole photo; of the answer its label's pixels are taken, with a short feather so that no seam shows. A graft, which
is a region of the photo with a reference of its own, is treated as if it were a label.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from core.asked import region_mask
from core.guidance import Reference, Rule
from core.labels import UNSURE
from core.request import Request

FEATHER = 1.0  # pixels at work size: the sigma of the border's softness


def request_of_rule(request: Request, rule: Rule) -> Request | None:
    """What to ask for the label of `rule`; None where it wants what the rest of the photo gets."""
    guidance = request.guidance
    if rule.reference is not None:
        known = next((r for r in guidance.references if r.path == rule.reference), Reference(rule.reference))
        weight = known.weight or 1.0  # switched off for the rest of the photo
        guidance = replace(guidance, references=(replace(known, weight=weight, region=rule.region),))
    if rule.gate is not None and guidance.references:
        guidance = replace(guidance, settings=replace(guidance.settings, gate=rule.gate))
    other = replace(request, colorizer=rule.colorizer or request.colorizer, guidance=guidance)
    return None if other == request else other


def with_grafts(request: Request, labels: np.ndarray) -> tuple[np.ndarray, tuple[Rule, ...]]:
    """`labels` (h, w), as rules go by them, with every graft's region under an id that no label has, and the rules with
    one for each of these."""
    guidance = request.guidance
    if not guidance.grafts:
        return labels, guidance.rules
    labels, rules = labels.copy(), guidance.rules
    taken = {UNSURE, *np.unique(labels).tolist(), *(rule.label for rule in rules)}
    free = [label for label in range(254, -1, -1) if label not in taken]
    for label, graft in zip(free, guidance.grafts):
        labels[region_mask(graft.points, labels.shape)] = label
        rules = (*rules, Rule(label, reference=graft.path, region=graft.region))
    return labels, rules


def joined(chroma: np.ndarray, labels: np.ndarray, parts: Sequence[tuple[int, np.ndarray]]) -> np.ndarray:
    """`chroma` (h, w, 2) with that of each (label, chroma) inside its label in `labels` (h, w), feathered."""
    out = chroma.copy()
    for label, theirs in parts:
        share = cv2.GaussianBlur((labels == label).astype(np.float32), (0, 0), FEATHER)[..., None]
        out += share * (theirs - out)
    return out
