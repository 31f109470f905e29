"""Who has a project open: a small file beside it, so that a second window is told before two overwrite each other.

    lock = ProjectLock(path)
    other = lock.take()        None: it is ours now; a Holder: somebody else's, who lives
    lock.let_go()

The file names a process, its computer and when it was started. One of a process that is gone means nothing and is
taken over without a word. Where no file can be made, as in a read-only folder, there is no lock.
"""

from __future__ import annotations

import json
import os
import platform
import secrets
import sys
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass, fields
from functools import cache
from pathlib import Path

_LARGEST = 4096  # bytes of a lock file


@dataclass(frozen=True)
class Holder:
    """A window of this program: process id, computer, when the process was started (where that can be told), and a
    token, which differs between two windows of one process."""

    pid: int
    host: str
    started: str = ""
    token: str = ""

    @classmethod
    def new(cls) -> Holder:
        """This process, with a token of its own."""
        return cls(os.getpid(), _host(), _started(os.getpid()), secrets.token_hex(8))

    @property
    def here(self) -> bool:
        """Whether it is on this computer."""
        return self.host == _host()

    @property
    def lives(self) -> bool:
        """Whether the process still runs. Of another computer's that cannot be told, and it is believed."""
        if not self.here:
            return True
        return _runs(self.pid) and _started(self.pid) == self.started

    def to_text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def read(cls, path: Path) -> Holder | None:
        """The holder that a file names; None where it names none."""
        try:
            with path.open("rb") as file:
                data = json.loads(file.read(_LARGEST))
            holder = cls(**{one.name: data[one.name] for one in fields(cls) if one.name in data})
            good = type(holder.pid) is int and holder.pid > 0
            return holder if good and all(type(text) is str for text in astuple(holder)[1:]) else None
        except (OSError, ValueError, TypeError, AttributeError):
            return None


class ProjectLock:
    """The lock of one project, for one window."""

    def __init__(self, project: Path, holder: Holder) -> None:
        self.project, self._holder = project, holder
        self.path = project.with_name(f".{project.name}.lock")
        self._ours = False

    def take(self, force: bool = False) -> Holder | None:
        """Take it; or, unless `force`, answer who has it."""
        for _ in range(3):  # a lock may appear or vanish between two looks
            try:
                with self.path.open("x", encoding="utf-8") as file:
                    file.write(self._holder.to_text())
                self._ours = True
                return None
            except FileExistsError:
                other = Holder.read(self.path)
                if other == self._holder:
                    self._ours = True
                    return None
                if other is not None and other.lives and not force:
                    return other
                with suppress(OSError):
                    self.path.unlink()
            except OSError:
                return None
        return None

    def let_go(self) -> None:
        """Give it back, if it is still ours."""
        if self._ours and Holder.read(self.path) == self._holder:
            with suppress(OSError):
                self.path.unlink()
        self._ours = False


@cache
def _host() -> str:
    return platform.node() or "this computer"


def _runs(pid: int) -> bool:
    """Whether there is such a process."""
    if sys.platform == "win32":
        return _runs_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def _runs_on_windows(pid: int) -> bool:
    """As above; there `os.kill` would end the process that is asked about."""
    import ctypes

    kernel = ctypes.windll.kernel32
    handle = kernel.OpenProcess(0x1000, False, pid)  # PROCESS_QUERY_LIMITED_INFORMATION
    if not handle:
        return False
    code = ctypes.c_ulong()
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return code.value == 259  # STILL_ACTIVE


def _started(pid: int) -> str:
    """When a process was started, in ticks since the computer was, with the name of that start of the computer; ""
    where the system does not tell. Numbers of processes come again, and this with them does not."""
    with suppress(OSError, ValueError, IndexError):
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        if fields[0] in "ZX":  # it has ended, and only waits for its parent to notice
            return "ended"
        return f"{fields[19]} {Path('/proc/sys/kernel/random/boot_id').read_text(encoding='utf-8').strip()}"
    return ""
