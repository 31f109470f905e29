"""A result is made again: from what it says of itself, and the photo it was made from.

    made = read_made(result)                              (core/provenance)
    request, notes = request_of(made, photo)              the very request, when the photo is the same
    recipe_of(made)                                       what of it suits another photo

What belongs to the one photo, its label map, hints and locked colours, goes to no other; a sentence says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from core.errors import ProjectError
from core.guidance import Plane, Recipe
from core.label_parents import standing
from core.photo import Photo
from core.provenance import Made, file_hash
from core.recolor import own_colours
from core.request import Request


def recipe_of(made: Made) -> Recipe:
    """The part of its guidance that suits any photo."""
    guidance = made.guidance
    return Recipe(guidance.rules, guidance.palette, guidance.settings, guidance.palette_map)


def request_of(made: Made, photo: Photo) -> tuple[Request | None, tuple[str, ...]]:
    """The request that makes the result again, or None where `photo` is another one; and what there is to say."""
    if not made.is_of(photo):
        left = [name for name, there in (("labels", made.labels_by == "person"), ("hints", made.guidance.hints),
                                         ("locked colours", made.guidance.locks)) if there]  # fmt: skip
        if not left:
            return None, ()
        return None, (f"It is not the photo {made.source.name or 'of the result'}: that one's {' and '.join(left)} "
                      "were left out.",)  # fmt: skip
    luminance = Plane(photo.small_luminance(made.work_size))
    labels = made.guidance.labels
    if labels is not None and labels.shape != luminance.shape:
        raise ProjectError(
            f"The label map in the result does not fit {photo.path}; choose another copy of the result."
        )
    own = own_colours(photo, made.work_size) if made.guidance.palette_map else None
    parents = standing(made.label_set)
    again = Request(
        photo.key, luminance, made.guidance, made.colorizer, made.work_size, own, parents, made.regions
    )
    return again, _warnings(made)


def _warnings(made: Made) -> tuple[str, ...]:
    return tuple(f"The result did not hold {what}, so it cannot be made quite the same." for what in made.left_out)


def weights_note(made: Made, files: Iterable[Path]) -> tuple[str, ...]:
    """A sentence where the weights at work are other ones than the result's."""
    now = {path.name: file_hash(path) for path in files}
    if not made.weights or now == made.weights:
        return ()
    return (f"It was made by other weights (Huesmith {made.program}), so its colours may differ.",)
