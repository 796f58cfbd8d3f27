"""The commands that mend things, in the words of this host's shell and package manager."""

from __future__ import annotations

from collections.abc import Sequence

from crosswind.doctor import goflags
from crosswind.toolchain import Setting

ENVIRONMENT = "the environment"

# What package managers call what doctor may ask for; a name that is absent is not packaged there.
_PACKAGES = {
    "apt-get": {
        "gcc": "gcc", "git": "git", "node": "nodejs", "qemu": "qemu-user", "wine": "wine64",
    },
    "dnf": {"gcc": "gcc", "git": "git-core", "node": "nodejs", "qemu": "qemu-user", "wine": "wine"},
    "pacman": {"gcc": "gcc", "git": "git", "node": "nodejs", "qemu": "qemu-user", "wine": "wine"},
    "brew": {"git": "git", "node": "node", "wasmtime": "wasmtime"},
}  # fmt: skip
_COMMANDS = {
    "apt-get": "apt-get install",
    "dnf": "dnf install",
    "pacman": "pacman -S",
    "brew": "brew install",
}


def install(program: str, installer: str) -> str:
    """Install a program through this host's package manager, or by hand where it has none."""
    package = _PACKAGES.get(installer, {}).get(program)
    return f"{_COMMANDS[installer]} {package}" if package else f"install {program}"


def unset(name: str, setting: Setting, goos: str, default: str = "") -> str:
    """Take a setting back, wherever it was made."""
    if setting.origin == ENVIRONMENT:
        return f"Remove-Item Env:{name}" if goos == "windows" else f"unset {name}"
    if setting.origin.endswith("go.env"):
        # The distribution's own file: only a value of the user's goes over it.
        return f"go env -w {name}={default}"
    return f"go env -u {name}"


def assign(name: str, value: str, setting: Setting, goos: str) -> str:
    """Give a setting another value, where it was made."""
    if setting.origin != ENVIRONMENT:
        return f'go env -w {name}="{value}"'
    return f'$env:{name} = "{value}"' if goos == "windows" else f'export {name}="{value}"'


def drop_flags(dropped: Sequence[str], words: Sequence[str], setting: Setting, goos: str) -> str:
    """Take flags out of GOFLAGS and leave the others."""
    kept = [word for word in words if word not in dropped]
    if not kept:
        return unset("GOFLAGS", setting, goos)
    return assign("GOFLAGS", goflags.join(kept), setting, goos)
