"""Faults: places where a label or a colour is probably wrong, ranked, each with a reason and likely repairs.

    found = find_faults(document.labels, luminance, probabilities, label_set=document.label_set, chroma=result.chroma)
    for fault in found: show(fault.box, fault.reason, [repair.text for repair in fault.repairs])
    core.regions.write_labels(document, repair.text, *repaired(document.labels, fault, repair))

The map is weighed at work size: what the network sees, the place, size, neighbours and company of a label (learned
from the label maps of the training photos, core/fault_tables), and whether borders follow the photo's edges. Given
the colours, those are looked at as well (core/fault_colors). A list is short: the two likeliest places unless they
are clearly right, and up to five where further ones are wrong rather than right. docs/FAULTS.md has what this finds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace

import cv2
import numpy as np

from core.box import Box
from core.fault_candidates import Candidate, candidates
from core.fault_colors import color_faults
from core.fault_judge import scores
from core.fault_regions import at_photo_size
from core.fault_scene import EVIDENCE, Scene, build_scene, known
from core.fault_tables import Tables, load_tables
from core.label_sets import network_ids, own_labels
from core.labels import UNSURE, LabelSet, default_label_set, resize_labels
from core.photo import fit_size
from core.regions import Region, refilled, region_of

WORK_SIDE = 256  # long side at which a map is weighed; the tables were learned from photos of about this size
MOST = 5
FEW = 2
DOUBTFUL = -4.0  # log odds from which the first FEW are worth a look
LIKELY = 0.0  # ... and any further ones: wrong rather than right
AS_WELL = -2.25  # ... and a whole region in place of a piece of it
UNPARTED = 2.0  # L* a pixel: a border with less parts nothing ...
FAINT = 0.8  # ... nor one with less than this much of the photo's mean gradient
ALL = 0.85  # of the photo: a region that has so much is the photo
SHORT = 16  # pixels of common border (counted from both sides) that say nothing
_WHOLE = ("label", "split", "color")  # kinds that are about all of a region
_SAME = 0.5  # two candidates that share so much of the smaller are one fault


@dataclass(frozen=True)
class Repair:
    """One click: kind "relabel", "merge", "snap" or "ignore"; text for the button; label: what the pixels get
    (an id of the document's set, UNSURE for "decide for me"), None for ignore."""

    kind: str
    text: str
    label: int | None = None


@dataclass(frozen=True, eq=False)
class Fault:
    """A place that is probably wrong.

    kind: "label" (a region is something else), "split" (a region and its neighbour are one thing), "piece" (part of a
    region belongs to another), "edge" (a border beside its edge), "color", "spill". region: its pixels at the photo's
    size. label: what the map says there. reason: a sentence. score: log odds of its being wrong; lists are sorted by
    it. repairs: likeliest first, ignore last. key: the same for the same fault of the same map, by which a project
    remembers ignored ones.
    """

    kind: str
    region: Region
    label: int
    reason: str
    score: float
    repairs: tuple[Repair, ...]
    key: str

    @property
    def box(self) -> Box:
        """Where to zoom to."""
        return self.region.box


def find_faults(
    labels: np.ndarray,
    luminance: np.ndarray,
    probabilities: np.ndarray,
    *,
    label_set: LabelSet | None = None,
    chroma: np.ndarray | None = None,
    ignored: Collection[str] = (),
    tables: Tables | None = None,
) -> list[Fault]:
    """The places of a label map that are probably wrong, the likeliest first, at most MOST.

    labels: uint8 (H, W) at the photo's size; luminance: L* float32 (h, w) at any size; probabilities: float
    (C, h', w') of the segmenter over the whole photo; chroma: ab float32 (h, w, 2) as shown, or None before there
    is any; ignored: keys of faults not to mention again. Takes about 0.1 s; belongs on the worker's thread.
    """
    label_set = label_set or default_label_set()
    tables = tables or load_tables()
    size = fit_size(*luminance.shape, WORK_SIDE)
    small = resize_labels(labels, size)
    light = cv2.resize(np.ascontiguousarray(luminance, np.float32), size[::-1], interpolation=cv2.INTER_AREA)
    scene = build_scene(known(network_ids(small, label_set), len(tables.common)), light, probabilities, tables)
    found = [_fault(scene, candidate, score, small, label_set) for score, candidate in judged(scene)]
    if chroma is not None:
        ab = cv2.resize(np.ascontiguousarray(chroma, np.float32), size[::-1], interpolation=cv2.INTER_AREA)
        network = network_ids(small, label_set)
        for kind, mask, _, reason, score in color_faults(network, light, ab, default_label_set().name):
            own = int(np.bincount(small[mask]).argmax())
            repairs = (Repair("relabel", "Let the program decide", UNSURE), _IGNORE)
            found.append(_place(kind, mask, own, reason, score, repairs))
    found.sort(key=lambda fault: -fault.score)
    wanted = [fault for fault in found if fault.key not in ignored]
    shown = [f for rank, f in enumerate(wanted[:MOST]) if f.score >= (DOUBTFUL if rank < FEW else LIKELY)]
    return [
        replace(one, region=at_photo_size(one.region, size, labels, one.label, one.kind in _WHOLE)) for one in shown
    ]


def judged(scene: Scene) -> list[tuple[float, Candidate]]:
    """The likeliest faults among a scene's candidates with their log odds, best first, one for each place."""
    found = [one for one in candidates(scene) if not _fills_the_photo(scene, one)]
    if not found:
        return []
    odds = scores(np.stack([one.features for one in found]), scene.tables.judge)
    members = np.stack([one.member for one in found]).astype(np.float32)
    shared = (members * scene.area) @ members.T
    shared /= np.minimum(np.diag(shared)[:, None], np.diag(shared))
    kept: list[int] = []
    for index in np.argsort(-odds, kind="stable"):
        index = _rather_whole(int(index), found, odds, members @ scene.area)
        if len(kept) < 2 * MOST and all(shared[index, other] < _SAME for other in kept):
            kept.append(index)
    return [(float(odds[index]), found[index]) for index in kept]


def _fills_the_photo(scene: Scene, one: Candidate) -> bool:
    """Whether a label has nearly all of the photo and the network agrees. Its place, size and neighbours are those of
    the photo then, and say nothing: a portrait is no fault."""
    if not one.whole or scene.area[one.member].sum() < ALL * scene.area.sum():
        return False
    return int(scene.shares[one.member].sum(0).argmax()) == one.label


def _rather_whole(index: int, found: list[Candidate], odds: np.ndarray, areas: np.ndarray) -> int:
    """The whole region in place of a piece that is most of it, where the whole is suspicious as well."""
    one = found[index]
    for other, candidate in enumerate(found):
        if candidate.whole and not one.whole and (candidate.member & one.member).any():
            most = areas[index] > 0.6 * areas[other] and candidate.other == one.other
            return other if most and odds[other] > AS_WELL else index
    return index


def repaired(labels: np.ndarray, fault: Fault, repair: Repair) -> tuple[Box, np.ndarray]:
    """The piece of label map after a repair, for core.regions.write_labels: (box, uint8 labels). Ignoring changes
    nothing. A merge gives each pixel to the nearest neighbour of that label's, or of any."""
    box = fault.region.box.grow(1).clip(*labels.shape)
    patch = labels[box.slices].copy()
    if repair.label is None:
        return box, patch
    top, left = fault.region.box.top - box.top, fault.region.box.left - box.left
    mask = np.zeros(patch.shape, bool)
    mask[top : top + fault.region.box.height, left : left + fault.region.box.width] = fault.region.mask
    if repair.kind == "merge" and not (patch[~mask] == repair.label).any():
        return box, refilled(patch, mask)
    patch[mask] = repair.label
    return box, patch


_IGNORE = Repair("ignore", "Ignore")


def _place(
    kind: str, mask: np.ndarray, label: int, reason: str, score: float, repairs: tuple[Repair, ...]
) -> Fault:
    """A fault whose region is still at work size."""
    region = region_of(mask)
    return Fault(kind, region, label, reason, score, repairs, _key(kind, label, region, mask.shape))


def _fault(scene: Scene, one: Candidate, score: float, small: np.ndarray, label_set: LabelSet) -> Fault:
    """A candidate as a fault, at work size, in the words and ids of the document's label set."""
    mask = scene.mask(one.member)
    label = int(np.bincount(small[mask]).argmax())
    beside = _beside(small, mask, one.beside, label_set)
    kind = _kind(scene, one, mask, beside is not None)
    other = beside if beside is not None and one.other == one.beside else _own_id(one.other, label_set)
    repairs = []
    if other is not None and other != label:
        verb = f"Snap {label_set.name(other)} to the edge" if kind == "edge" else f"Make it {label_set.name(other)}"
        repairs.append(Repair("snap" if kind == "edge" else "relabel", verb, other))
    if beside is not None and beside not in (other, label):
        repairs.append(Repair("merge", f"Merge with {label_set.name(beside)}", beside))
    second = _own_id(int(np.argsort(one.posterior)[-2]), label_set)
    if second not in (None, other, label, beside):
        repairs.append(Repair("relabel", f"Make it {label_set.name(second)}", second))
    reason = _reason(scene, one, kind, label_set.name(label), None if other is None else label_set.name(other))
    return _place(kind, mask, label, reason, score, (*repairs, _IGNORE))


def _own_id(network: int, label_set: LabelSet) -> int | None:
    """The first label of a set that stands on a network label; None if none does."""
    parents = own_labels(label_set).parents
    return parents.index(network) if network in parents else None


def _beside(small: np.ndarray, mask: np.ndarray, network: int, label_set: LabelSet) -> int | None:
    """The document's label around a mask that stands on that network label."""
    around = cv2.dilate(mask.view(np.uint8), np.ones((3, 3), np.uint8)).view(bool) & ~mask
    there = small[around]
    there = there[network_ids(there, label_set) == network]
    return int(np.bincount(there).argmax()) if there.size and network >= 0 else None


def _kind(scene: Scene, one: Candidate, mask: np.ndarray, has_neighbour: bool) -> str:
    if not one.whole:
        return "edge" if has_neighbour and _is_strip(mask) else "piece"
    there = scene.label == one.other
    border = scene.border[one.member][:, there].sum()
    edge = scene.edge[one.member][:, there].sum() / max(1.0, border)
    return "split" if border > SHORT and edge < max(UNPARTED, FAINT * scene.gradient) else "label"


def _is_strip(mask: np.ndarray) -> bool:
    """Whether a mask is much longer than wide."""
    far = cv2.distanceTransform(np.pad(mask, 1).view(np.uint8), cv2.DIST_L2, 3).max()
    return mask.sum() > 12 * far * far


def _reason(scene: Scene, one: Candidate, kind: str, name: str, other: str | None) -> str:
    """Why, in a sentence: what weighs most against the label."""
    other = other or "something else"
    share = scene.shares[one.member].sum(0) / scene.area[one.member].sum()
    if kind == "edge":
        return f"The border of {name} lies beside an edge of the photo; this strip looks like {other}."
    if kind == "split":
        return f"{name.capitalize()} and {other} are probably one thing here; no edge of the photo parts them."
    weigh = (one.evidence[one.other] - one.evidence[one.label]) * scene.tables.weights
    against = dict(zip(EVIDENCE[1:6], weigh[1:6])) | {"seen": weigh[0] + weigh[1], "confused": -np.inf}
    match max(against, key=against.get):
        case "seen" if share.max() < 0.4:
            return f"The network is unsure here, between {name} and {other}."
        case "seen" if not one.whole:
            return f"This piece of {name} looks like {other}."
        case "seen":
            return f"This looks more like {other} than like {name}."
        case "place":
            return f"{name.capitalize()} is rarely in this part of a photo; {other} often is."
        case "beside":
            return f"{name.capitalize()} rarely lies between such neighbours; {other} does."
        case "company":
            return f"{name.capitalize()} is rarely in a photo with the rest of these labels."
        case _:
            return f"A {name} of this size is rare."


def _key(kind: str, label: int, region: Region, shape: tuple[int, int]) -> str:
    """A fault's name across sessions: kind, label and where it lies, to a sixteenth of the photo."""
    box, (height, width) = region.box, shape
    place = (16 * (box.top + box.bottom) // (2 * height), 16 * (box.left + box.right) // (2 * width),
             round(np.log2(max(1, region.area) / (height * width))))  # fmt: skip
    return hashlib.sha1(repr((kind, label, place)).encode(), usedforsecurity=False).hexdigest()[:12]
