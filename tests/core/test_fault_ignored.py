"""Ignoring a fault is a step like any other."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from core.box import Box
from core.document import Document
from core.fault_ignored import bring_back, ignore
from core.faults import Fault
from core.labels import default_label_set
from core.regions import Region


def fault(key: str) -> Fault:
    return Fault("label", Region(Box(0, 0, 2, 2), np.ones((2, 2), bool)), 50, "Why.", 1.0, (), key)


def test_ignored_faults_are_kept_brought_back_and_undone_one_by_one() -> None:
    document = Document(SimpleNamespace(height=4, width=6, path=None), default_label_set())
    heard = []
    document.changed.connect(heard.append)
    ignore(document, fault("a"))
    ignore(document, fault("b"))
    ignore(document, fault("b"))
    assert document.ignored_faults == {"a", "b"}
    assert document.history() == ["Ignore: sky", "Ignore: sky"]
    assert [change.kind for change in heard] == ["faults", "faults"] and heard[0].box is None
    document.undo()
    assert document.ignored_faults == {"a"}
    bring_back(document)
    bring_back(document)
    assert document.ignored_faults == frozenset() and document.history()[1:] == ["Look at ignored places again"]
    document.jump_to(0)
    assert document.ignored_faults == frozenset()
    document.jump_to(2)
    assert document.ignored_faults == frozenset() and document.modified
    document.jump_to(1)
    assert document.ignored_faults == {"a"}
