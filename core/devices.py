"""Where networks can run here, found out without importing torch where that can be helped.

`--device auto` is CUDA, else MPS, else the CPU. Importing torch takes most of a second, so a machine without an
NVIDIA driver (or without an Apple chip) is told apart by asking the operating system first.
"""

from __future__ import annotations

import ctypes
import gc
import platform
import sys

from core.errors import DeviceError, HuesmithError

DEVICES = ("auto", "cpu", "cuda", "mps")
_CUDA_DRIVERS = ("libcuda.so.1", "nvcuda.dll")
_MEMORY_WORDS = (
    "out of memory",
    "can't allocate",
    "cannot allocate",
    "failed to allocate",
    "insufficient memory",
    "std::bad_alloc",
    "bad allocation",
)


def choose_device(wanted: str = "auto") -> str:
    """The device for `wanted` (one of DEVICES): "cpu", "cuda" or "mps".

    Raises DeviceError where `wanted` names one that is not here.
    """
    if wanted not in DEVICES:
        raise DeviceError(f"'{wanted}' is not a device; choose one of {', '.join(DEVICES)}.")
    if wanted == "cuda" and not has_cuda():
        raise DeviceError("No CUDA device can be used on this machine; run with --device cpu.")
    if wanted == "mps" and not has_mps():
        raise DeviceError("No Apple GPU (MPS) can be used on this machine; run with --device cpu.")
    if wanted != "auto":
        return wanted
    if has_cuda():
        return "cuda"
    return "mps" if has_mps() else "cpu"


def has_cuda() -> bool:
    """Whether torch can compute on an NVIDIA card. Without a driver and a card torch is not even asked."""
    if not _cuda_cards():
        return False
    try:
        import torch
    except ImportError:
        return False
    return torch.cuda.is_available()


def has_mps() -> bool:
    """Whether torch can compute on an Apple chip."""
    if platform.system() != "Darwin" or platform.machine() != "arm64":
        return False
    try:
        import torch
    except ImportError:
        return False
    return torch.backends.mps.is_available()


def _cuda_cards() -> int:
    """How many cards the NVIDIA driver sees; 0 without a driver."""
    for name in _CUDA_DRIVERS:
        try:
            driver = ctypes.CDLL(name)
            count = ctypes.c_int()
            if driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0:
                return count.value
        except (OSError, AttributeError):
            continue
    return 0


def is_out_of_memory(error: BaseException) -> bool:
    """Whether `error` says that memory ran out, in whatever words the runtime at work has for it."""
    if isinstance(error, MemoryError):
        return True
    # Only OpenCV and torch's CUDA have classes of their own for it; elsewhere it is a plain RuntimeError.
    text = str(error).lower()
    return not isinstance(error, HuesmithError) and any(words in text for words in _MEMORY_WORDS)


def free_memory() -> None:
    """Hand back what can be handed back before a job is tried again, smaller."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
