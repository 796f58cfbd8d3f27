"""No tracked file names a registry's host or a path of the machine it was written on.

Users' own settings say where Go modules, Python packages and system packages come from.
The words are kept in parts here, so that this file passes its own check.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

HOSTS = [
    ("proxy", "golang.org"),
    ("sum", "golang.org"),
    ("index", "golang.org"),
    ("goproxy", "io"),
    ("goproxy", "cn"),
    ("go", "dev/dl"),
    ("dl", "google.com"),
    ("storage", "googleapis.com"),
    ("pypi", "org"),
    ("pythonhosted", "org"),
    ("deb", "debian.org"),
    ("security", "debian.org"),
    ("archive", "ubuntu.com"),
    ("registry", "npmjs.org"),
    ("crates", "io"),
    ("docker", "io"),
    ("ghcr", "io"),
    ("quay", "io"),
    ("ziglang", "org/download"),
]
# Where this checkout and its owner live, and where containers usually keep both.
FOLDERS = [str(ROOT), str(Path.home()), "/root", "/work"]
# Files that may name such a folder, each with the reason.
EXCUSED = {"tests/unit/verify/test_leaks.py": "root's home, on any Unix, is what it looks for"}


def pattern(*, with_folders: bool) -> re.Pattern[bytes]:
    """One expression for all that is forbidden."""
    hosts = [r"(?<![\w-])" + re.escape(".".join(parts)) + r"(?![\w-])" for parts in HOSTS]
    folders = [re.escape(folder) for folder in FOLDERS if folder != "/"]
    places = [rf"(?<![\w.}}-]){folder}/[\w.]" for folder in folders]
    return re.compile("|".join(hosts + (places if with_folders else [])).encode())


def tracked() -> list[Path]:
    """The files git knows, without those removed from disk."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    names = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [name for name in names if name.is_file()]


def problems() -> list[str]:
    """`file:line: what was found` for each place."""
    found = []
    for path in tracked():
        name = path.relative_to(ROOT).as_posix()
        forbidden = pattern(with_folders=name not in EXCUSED)
        for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
            found += [f"{name}:{number}: {match[0].decode()}" for match in forbidden.finditer(line)]
    return found


def main() -> int:
    """Print the problems; 1 if there are any."""
    found = problems()
    print("\n".join(found) or f"clean: no registry's host, no machine's path in {len(tracked())}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
