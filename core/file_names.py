"""Names of files that can be copied to any computer: what one system allows, another refuses.

Windows knows no : * ? " < > | and \\ in names, none that end with a dot or a space, and keeps CON, NUL and some more
for itself; most file systems hold 255 bytes, encrypted ones 143 characters; and bytes that are no text, which Linux
hands on as lone surrogates, cannot be written into a report.
"""

from __future__ import annotations

import re
from pathlib import Path

LONGEST = 140  # bytes of a stem in UTF-8: with "_labels-12.png" behind and a mark of a temporary file before it fits
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f\ud800-\udfff]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?")


def safe_stem(stem: str) -> str:
    """`stem` as the stem of a result, possible everywhere; the same one if it is."""
    safe = _shortened(_FORBIDDEN.sub("_", stem)).rstrip(". ")
    if _RESERVED.fullmatch(safe):
        safe = safe.replace(".", "_", 1) if "." in safe else safe + "_"
        safe = safe if not _RESERVED.fullmatch(safe) else f"_{safe}"
    return safe or "photo"


def renamed_note(stem: str) -> str:
    """A sentence where the results of `stem` get another name than it; "" where they do not."""
    safe = safe_stem(stem)
    if safe == stem:
        return ""
    return f"The name was changed to {safe}, since {readable(stem)} is not possible on every computer."


def readable(name: str, most: int = 60) -> str:
    """A name as it can be shown and written into a report: no lone surrogates, not endless."""
    text = name.encode("utf-8", "replace").decode()
    return text if len(text) <= most else f"{text[: most - 1]}…"


def is_there(path: Path) -> bool:
    """Whether there is something at `path`; False too for what can be no file's name."""
    try:
        return path.exists()
    except (OSError, ValueError):  # a name that is too long, one with a null character in it
        return False


def _shortened(stem: str) -> str:
    return stem.encode("utf-8", "replace")[:LONGEST].decode("utf-8", "ignore")
