"""What a row of the action table says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Action:
    """One row: `shortcut` may hold several, the first is the one that is told; `group` makes a radio group."""

    id: str
    text: str
    call: str
    icon: str = ""
    shortcut: tuple[str, ...] = ()
    tip: str = ""
    menu: str = ""
    toolbar: str = ""
    checkable: bool = False
    group: str = ""
    when: str = "always"
    args: tuple = ()
