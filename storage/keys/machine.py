"""How much memory this machine has: the one fact about it that key derivation needs."""

import ctypes
import os
import sys

_SMALL_BELOW = 4 * 1024**3


def is_small() -> bool:
    """Whether the machine has less than 4 GiB; one that does not say is taken for small."""
    return memory_bytes() < _SMALL_BELOW


def memory_bytes() -> int:
    """Physical memory, 0 where the system does not say."""
    if sys.platform == "win32":  # pragma: no cover - runs on Windows only
        return _windows_memory()
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError):
        return 0


if sys.platform == "win32":  # pragma: no cover - runs on Windows only

    class _MemoryStatus(ctypes.Structure):
        """MEMORYSTATUSEX of the Windows API."""

        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            ("total_physical", ctypes.c_ulonglong),
            ("rest", ctypes.c_ulonglong * 6),
        )

    def _windows_memory() -> int:
        status = _MemoryStatus(length=ctypes.sizeof(_MemoryStatus))
        told = ctypes.windll.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
        return int(status.total_physical) if told else 0
