"""Outlive crosswind by a moment: kill the process groups it left behind if it was killed itself.

A program of its own, started by `process.py` with a pipe as standard input: `+PID` and `-PID` lines
tell which groups live; the end of input means that crosswind is gone.
"""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    """Read until the end of input, then kill every group still listed."""
    live: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line[0] == "+":
            live.add(group)
        else:
            live.discard(group)
    for group in live:
        try:
            os.killpg(group, signal.SIGKILL)
        except ProcessLookupError:
            continue


if __name__ == "__main__":
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    main()
