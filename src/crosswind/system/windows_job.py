"""Windows: a job object that ends our children when we end, however we end. Unproved on Windows.

Win32 documentation, "Job Objects": JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE.
"""

from __future__ import annotations

import ctypes
import subprocess
from typing import Any

# winnt.h, JOBOBJECTINFOCLASS and JOBOBJECT_BASIC_LIMIT_INFORMATION.LimitFlags
_EXTENDED_LIMIT_INFORMATION = 9
_KILL_ON_JOB_CLOSE = 0x2000


class _BasicLimits(ctypes.Structure):
    _fields_ = (
        ("per_process_user_time", ctypes.c_int64),
        ("per_job_user_time", ctypes.c_int64),
        ("limit_flags", ctypes.c_uint32),
        ("minimum_working_set", ctypes.c_size_t),
        ("maximum_working_set", ctypes.c_size_t),
        ("active_processes", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    )


class _ExtendedLimits(ctypes.Structure):
    _fields_ = (
        ("basic", _BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory", ctypes.c_size_t),
        ("job_memory", ctypes.c_size_t),
        ("peak_process_memory", ctypes.c_size_t),
        ("peak_job_memory", ctypes.c_size_t),
    )


class Job:
    """The one job of this process; Windows closes its handle, and so ends it, with us."""

    def __init__(self) -> None:
        """Create the job with the kill-on-close limit."""
        self.kernel32: Any = getattr(ctypes, "windll").kernel32  # noqa: B009 - absent elsewhere
        self.kernel32.CreateJobObjectW.restype = ctypes.c_void_p
        self.handle = ctypes.c_void_p(self.kernel32.CreateJobObjectW(None, None))
        limits = _ExtendedLimits()
        limits.basic.limit_flags = _KILL_ON_JOB_CLOSE
        self.kernel32.SetInformationJobObject(
            self.handle, _EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), ctypes.sizeof(limits)
        )

    def add(self, child: subprocess.Popen[bytes]) -> None:
        """Put a child, and so all that it starts, into the job."""
        handle = ctypes.c_void_p(int(getattr(child, "_handle")))  # noqa: B009 - Windows only
        self.kernel32.AssignProcessToJobObject(self.handle, handle)

    def remove(self, child: subprocess.Popen[bytes]) -> None:
        """Do nothing: a process leaves its job by ending."""

    @property
    def processes(self) -> frozenset[int]:
        """None: the job is an object of the system."""
        return frozenset()
