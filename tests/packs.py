"""Where the photo packs are, for what can use them: `HUESMITH_PACKS`, else ../shared/packs, else nowhere."""

from __future__ import annotations

import os
from pathlib import Path


def packs_folder() -> Path | None:
    """The folder that holds the pack archives, or None on a machine without them."""
    named = os.environ.get("HUESMITH_PACKS")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "packs"
    return folder if any(folder.glob("*.tar")) else None
