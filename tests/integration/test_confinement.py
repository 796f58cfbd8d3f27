"""What a confined process can still do: real attempts in a real process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ATTEMPTS = """
import fcntl, json, os, socket, subprocess, sys, threading
from pathlib import Path
from crosswind.system.confinement import confine

inside, outside = Path(sys.argv[1]), Path(sys.argv[2])
source = Path(sys.modules["crosswind"].__file__).parent
found = confine([Path(sys.prefix), Path(sys.base_prefix), source], [inside])
ran = []

def run_thread():
    thread = threading.Thread(target=lambda: ran.append(1))
    thread.start()
    thread.join()
    return ran

attempts = {
    "read inside": lambda: (inside / "there").read_text(),
    "write inside": lambda: (inside / "new").write_text("x"),
    "rename inside": lambda: (inside / "new").rename(inside / "newer"),
    "truncate inside": lambda: os.truncate(inside / "newer", 0),
    "delete inside": lambda: (inside / "newer").unlink(),
    "a thread": run_thread,
    "a late import": lambda: __import__("decimal").Decimal(1),
    "randomness": lambda: os.urandom(8),
    "read outside": lambda: (outside / "secret").read_text(),
    "list outside": lambda: os.listdir(outside),
    "write outside": lambda: (outside / "new").write_text("x"),
    "delete outside": lambda: (outside / "secret").unlink(),
    "read through a link": lambda: (inside / "link").read_text(),
    "move outside": lambda: (inside / "there").rename(outside / "there"),
    "a socket": lambda: socket.socket(),
    "a pair of sockets": lambda: socket.socketpair(),
    "a fork": lambda: os.fork(),
    "a program": lambda: subprocess.run([sys.executable, "-c", ""]),
    "another program in place": lambda: os.execv(sys.executable, [sys.executable]),
    "a signal to others": lambda: os.kill(os.getppid(), 0),
    "typing into the terminal": lambda: fcntl.ioctl(0, 0x5412, b"x"),
}
results = {}
for name, attempt in attempts.items():
    try:
        attempt()
        results[name] = "done"
    except OSError as error:
        results[name] = "refused" if error.errno in (1, 13, 18) else str(error)
print(json.dumps({"files": found.files, "calls": found.calls, "missing": found.missing, "results": results}))
"""
ALLOWED = {
    "read inside",
    "write inside",
    "rename inside",
    "truncate inside",
    "delete inside",
    "a thread",
    "a late import",
    "randomness",
}
# What Landlock answers for; seccomp for the rest.
OF_FILES = {
    "read outside",
    "list outside",
    "write outside",
    "delete outside",
    "read through a link",
    "move outside",
}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can confine a process this way")
def test_what_a_confined_process_can_do(tmp_path: Path) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (inside / "there").write_text("x")
    (outside / "secret").write_text("x")
    (inside / "link").symlink_to(outside / "secret")
    argv = [sys.executable, "-c", ATTEMPTS, str(inside), str(outside)]
    done = subprocess.run(
        argv, capture_output=True, text=True, check=True, stdin=subprocess.DEVNULL
    )
    told = json.loads(done.stdout)
    results = told["results"]
    assert {name: results[name] for name in ALLOWED} == dict.fromkeys(ALLOWED, "done")
    refused = set(results) - ALLOWED
    # An old kernel may lack one of the two, and says so.
    if not told["files"]:
        refused -= OF_FILES
    if not told["calls"]:
        refused &= OF_FILES
    assert told["missing"] or (told["files"] and told["calls"])
    assert {name: results[name] for name in refused} == dict.fromkeys(refused, "refused")
