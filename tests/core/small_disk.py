"""A disk that is full: for a while no file may grow beyond so many bytes, whoever writes it, Python or C."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file gets longer than `size` bytes; writing more fails with EFBIG, as it does with ENOSPC on a full disk.
    (Python ignores the signal that comes with it.) Print and log nothing inside: what pytest catches is a file too."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
