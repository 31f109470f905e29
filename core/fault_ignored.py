"""Faults that a person has looked at and found right: ignored from then on, for this document, and undoable.

    ignore(document, fault)         one step; find_faults(..., ignored=document.ignored_faults) mentions it no more
    bring_back(document)            one step; all of them are mentioned again
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.commands import Change, State

if TYPE_CHECKING:
    from core.document import Document
    from core.faults import Fault


@dataclass(frozen=True)
class IgnoreFaults:
    """A command: other faults are ignored. before, after: keys (core.faults.Fault.key)."""

    name: str
    before: frozenset[str]
    after: frozenset[str]

    def redo(self, state: State) -> Change:
        state.ignored_faults = self.after
        return Change("faults")

    def undo(self, state: State) -> Change:
        state.ignored_faults = self.before
        return Change("faults")


def ignore(document: Document, fault: Fault) -> None:
    """Mention a fault no more; no step if it is ignored already."""
    _set(document, f"Ignore: {document.label_set.name(fault.label)}", document.ignored_faults | {fault.key})


def bring_back(document: Document) -> None:
    """Mention all faults again; no step if none is ignored."""
    _set(document, "Look at ignored places again", frozenset())


def _set(document: Document, name: str, after: frozenset[str]) -> None:
    before = document.ignored_faults
    if after != before:
        document.do(IgnoreFaults(name, before, after))
