"""Whether the colorizer at work looks at the references, in a sentence, and which one could take over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.asked import REFERENCES
from core.references import Listed

if TYPE_CHECKING:
    from core.colorizers import ColorizerInfo

ONE_ALONE = ("gray2color", "scft")  # colorizers that look at the first reference and at no other


def one_that_looks(infos: Sequence[ColorizerInfo]) -> ColorizerInfo | None:
    """The first colorizer that takes references."""
    return next((info for info in infos if REFERENCES in info.takes), None)


def offered(infos: Sequence[ColorizerInfo], present: str, references: Sequence[Listed]) -> tuple[str, str]:
    """What to say of the colorizer `present`, and what the button says that brings another; empty for nothing."""
    info, other = next((info for info in infos if info.id == present), None), one_that_looks(infos)
    on = sum(one.on for one in references)
    if info is None or not (on or any(one.labels for one in references)):
        return "", ""
    if REFERENCES not in info.takes:
        return f"{info.title} does not look at references.", f"Colour with {other.title}" if other else ""
    if info.id in ONE_ALONE and on > 1:
        return f"{info.title} looks at the first reference only.", ""
    return "", ""
