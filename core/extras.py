"""What the program can do without, and says so: a package that only some formats need.

The sentence says what to type, with the Python that is running, so that it goes where the program looks.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from core.errors import UserError

PACKAGES = {
    "pypdfium2": "pypdfium2",
    "pillow_heif": "pillow-heif",
    "rawpy": "rawpy",
    "psd_tools": "psd-tools",
    "distributed": "distributed",
}


def need(module: str, what: str, error: type[UserError]) -> ModuleType:
    """The optional `module`; raises `error`: "<what> needs the package ...; type ...", where it is not installed."""
    try:
        return importlib.import_module(module)
    except ImportError as problem:
        raise error(f"{what} needs the package {PACKAGES[module]}; type: {to_type(module)}") from problem


def to_type(module: str) -> str:
    """What installs `module`."""
    return f"{sys.executable} -m pip install {PACKAGES[module]}"
