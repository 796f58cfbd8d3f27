"""The go command's own settings, read without starting it.

cmd/go/internal/cfg/cfg.go, Getenv: the environment first, then the file that `go env -w` writes,
then GOROOT/go.env.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from crosswind.frozen import frozen
from crosswind.system import host


class Setting(NamedTuple):
    """A value and where it was set; both are empty where nothing sets it."""

    value: str
    origin: str


@frozen
class Settings:
    """What the go command of one GOROOT would see.

    Attributes:
        env: the environment.
        user_file: the file of `go env -w`; None if GOENV=off.
        user, distribution: the contents of that file and of GOROOT/go.env.
        goroot: the GOROOT; None where there is no Go.
    """

    env: Mapping[str, str]
    user_file: Path | None
    user: Mapping[str, str]
    distribution: Mapping[str, str]
    goroot: Path | None = None

    @classmethod
    def read(cls, env: Mapping[str, str], goroot: Path | None = None) -> Settings:
        """Read the files that count for this environment; absent ones are empty."""
        user_file = _user_file(env)
        return cls(
            env,
            user_file,
            _read(user_file),
            _read(goroot / "go.env" if goroot else None),
            goroot,
        )

    def get(self, name: str) -> Setting:
        """Return one variable and where it was set."""
        if self.env.get(name):
            return Setting(self.env[name], "the environment")
        if name in self.user:
            return Setting(self.user[name], str(self.user_file))
        if name in self.distribution and self.goroot:
            return Setting(self.distribution[name], str(self.goroot / "go.env"))
        return Setting("", "")

    @property
    def module_cache(self) -> Path | None:
        """GOMODCACHE, by default pkg/mod below the first GOPATH (cfg.go, gopathDir)."""
        chosen = self.get("GOMODCACHE").value
        if chosen:
            return Path(chosen)
        paths = self.get("GOPATH").value.split(os.pathsep)
        if paths[0]:
            return Path(os.path.normpath(Path(paths[0]) / "pkg" / "mod"))
        home = _home(self.env)
        return home / "go" / "pkg" / "mod" if home else None


def _user_file(env: Mapping[str, str]) -> Path | None:
    """cfg.go, EnvFile: GOENV, or go/env in os.UserConfigDir (os/file.go)."""
    chosen = env.get("GOENV")
    if chosen:
        return None if chosen == "off" else Path(chosen)
    home = _home(env)
    if host.goos() == "windows":
        roaming = env.get("AppData") or env.get("APPDATA")
        return Path(roaming) / "go" / "env" if roaming else None
    if host.goos() == "darwin":
        return home / "Library" / "Application Support" / "go" / "env" if home else None
    if env.get("XDG_CONFIG_HOME"):
        return Path(env["XDG_CONFIG_HOME"]) / "go" / "env"
    return home / ".config" / "go" / "env" if home else None


def _home(env: Mapping[str, str]) -> Path | None:
    """os/file.go, UserHomeDir."""
    home = env.get("USERPROFILE" if host.goos() == "windows" else "HOME")
    return Path(home) if home else None


def _read(path: Path | None) -> Mapping[str, str]:
    """Read KEY=VALUE lines; all others are ignored (cfg.go, readEnvFile)."""
    if path is None:
        return {}
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return {}
    pairs = (line.partition("=") for line in text.split("\n"))
    return {key: value for key, separator, value in pairs if separator and "A" <= key[:1] <= "Z"}
