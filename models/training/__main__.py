"""`python -m models.training SYSTEM [--recipe FILE] [--packs DIR] [--out DIR] …`"""

from __future__ import annotations

import ctypes
import os
import sys

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
if sys.platform == "linux":
    try:  # big buffers from the heap, not from mmap: twice the speed on a CPU
        ctypes.CDLL("libc.so.6").mallopt(-3, 1 << 30)
        ctypes.CDLL("libc.so.6").mallopt(-1, 2**31 - 1)
    except OSError:
        pass

from models.training.commands import main

sys.exit(main())
