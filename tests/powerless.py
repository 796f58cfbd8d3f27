"""Programs whose user permissions count for, though CI runs as root: `setpriv` of util-linux."""

from __future__ import annotations

import os
import sys

import pytest

_POWERS = "-dac_override,-dac_read_search,-fowner"
# What goes before a command's words.
WORDS = ("setpriv", f"--bounding-set={_POWERS}") if os.name == "posix" and not os.geteuid() else ()

needed = pytest.mark.skipif(
    os.name != "posix" or (bool(WORDS) and sys.platform != "linux"),
    reason="permissions that count for this user",
)
