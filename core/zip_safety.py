"""What a zip says of itself, looked at before anything of it is believed.

Python's zipfile reads the whole directory of a zip into objects, half a kilobyte for every entry, before it can be
asked how many there are. So the size of the directory is read first, from the last record of the file.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

_END = b"PK\5\6"
_END_SIZE = 22
_LONGEST_COMMENT = 0xFFFF
_SMALLEST_ENTRY = 46 + 1  # bytes of the directory for an entry with a name of one letter


def most_entries(file: BinaryIO) -> int:
    """How many entries the zip's directory can hold at most, by the size it says it has; 0 where there is none. A zip
    with 64-bit sizes counts as having as many as its file can hold."""
    end = file.seek(0, 2)
    start = max(0, end - _END_SIZE - _LONGEST_COMMENT)
    file.seek(start)
    tail = file.read()
    file.seek(0)
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        return 0
    size = struct.unpack_from("<I", tail, at + 12)[0]
    return (start + at if size == 0xFFFFFFFF else size) // _SMALLEST_ENTRY
