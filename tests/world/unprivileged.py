"""Doing something as a user whom permissions bind, as root, who may run the tests, is not."""

import ctypes
import os
import sys
from collections.abc import Callable

# linux/capability.h and linux/prctl.h
_VERSION_3 = 0x20080522
_PASSING_PERMISSIONS = (1, 2)  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
_PR_CAPBSET_DROP = 24


def bound(act: Callable[[], int]) -> int:
    """What `act` returns (0 to 254), in a process of its own that has no power over permissions, nor its children."""
    child = os.fork()
    if child == 0:
        status = 255
        try:
            _drop()
            status = act()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _drop() -> None:
    if os.geteuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header, sets = (ctypes.c_uint32 * 2)(_VERSION_3, 0), (ctypes.c_uint32 * 6)()
    libc.capget(header, sets)
    for capability in _PASSING_PERMISSIONS:
        libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
        for field in range(3):
            sets[field] &= ~(1 << capability)
    assert libc.capset(header, sets) == 0
