"""Start Huesmith: `python run.py` opens the window, `python run.py --batch` colours files without one.

What stands first has to: both settings are read once, when the numeric libraries are loaded.
"""

from __future__ import annotations

import ctypes
import gc
import os
import sys

# Threads of a network that wait for each other sleep instead of spinning: a desktop always has other work.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h


def keep_freed_memory() -> None:
    """Ask glibc to reuse large buffers instead of mapping each one anew, page fault by page fault."""
    if not sys.platform.startswith("linux"):
        return
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):  # another C library
        return
    mallopt(M_MMAP_THRESHOLD, 1 << 30)
    mallopt(M_TRIM_THRESHOLD, (1 << 31) - 1)


def main(argv: list[str]) -> int:
    """Palette, batch or window; the exit code."""
    keep_freed_memory()
    gc.disable()  # modules that are being loaded are no garbage; the window lets it go on when it stands
    from core import cli

    options = cli.parse(argv)
    if options.palette_only or options.batch:
        gc.enable()
        return cli.print_palette(options) if options.palette_only else cli.run_batch_cli(options)
    from gui import app

    return app.main(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
