"""The commands that mend things, in the words of this host's shell and package manager."""

from __future__ import annotations

from collections.abc import Sequence

from crosswind.toolchain import Settings, goflags

# What package managers call what doctor may ask for; a name that is absent is not packaged there.
_PACKAGES = {
    "apt-get": {
        "gcc": "gcc", "git": "git", "node": "nodejs", "qemu": "qemu-user", "wine": "wine64",
        "osslsigncode": "osslsigncode",
    },
    "dnf": {
        "gcc": "gcc", "git": "git-core", "node": "nodejs", "qemu": "qemu-user", "wine": "wine",
        "osslsigncode": "osslsigncode",
    },
    "pacman": {"gcc": "gcc", "git": "git", "node": "nodejs", "qemu": "qemu-user", "wine": "wine"},
    "brew": {
        "git": "git", "node": "node", "wasmtime": "wasmtime", "osslsigncode": "osslsigncode",
    },
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


def unset(name: str, settings: Settings, goos: str, default: str = "") -> str:
    """Take a setting back, wherever it was made.

    Args:
        name: of the variable.
        settings: where it may be set.
        goos: of this host, for its shell.
        default: what goes over a value in GOROOT/go.env, which is the distribution's.
    """
    if settings.env.get(name):
        return f"Remove-Item Env:{name}" if goos == "windows" else f"unset {name}"
    if name in settings.distribution and name not in settings.user:
        return f"go env -w {name}={default}"
    return f"go env -u {name}"


def assign(name: str, value: str, settings: Settings, goos: str) -> str:
    """Give a setting another value where it was made."""
    if not settings.env.get(name):
        return f'go env -w {name}="{value}"'
    return export(name, value, goos)


def export(name: str, value: str, goos: str) -> str:
    """Set a variable in this host's shell."""
    return f'$env:{name} = "{value}"' if goos == "windows" else f'export {name}="{value}"'


def drop_flags(dropped: Sequence[str], words: Sequence[str], settings: Settings, goos: str) -> str:
    """Take flags out of GOFLAGS and leave the others."""
    kept = [word for word in words if word not in dropped]
    if not kept:
        return unset("GOFLAGS", settings, goos)
    return assign("GOFLAGS", goflags.join(kept), settings, goos)
