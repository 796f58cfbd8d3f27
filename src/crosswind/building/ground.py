"""What builds and tests stand on: configuration, source, Go, its environment, and the targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from crosswind import events, toolchain
from crosswind.building.request import Request
from crosswind.config.check import check_targets
from crosswind.config.load import load
from crosswind.config.selection import Selection, select
from crosswind.config.settings import Config
from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.project import gomod, remote
from crosswind.project.gomod import Module
from crosswind.project.remote import Remote
from crosswind.system import files
from crosswind.target import Target
from crosswind.toolchain import Settings, Toolchain, goflags, tags


@frozen
class Source:
    """The code to build: a module on disk, or one fetched at a version.

    Attributes:
        module: its main module.
        directory: where go commands about it run.
        patterns: the packages asked for, relative to `directory`.
        remote: set if it was named as `module/path@version`.
    """

    module: Module
    directory: Path
    patterns: tuple[str, ...]
    remote: Remote | None = None

    @property
    def by_pattern(self) -> bool:
        """Whether programs were found by a pattern, not named one by one."""
        return not self.patterns or any("..." in pattern for pattern in self.patterns)


@frozen
class Ground:
    """Everything known before packages are looked at.

    Attributes:
        directory: the project; paths in its configuration start there.
        config: its configuration, with the command line laid over it.
        source: the code.
        toolchain: the Go.
        env: the environment of go commands.
        host: what that Go runs on.
        selection: the targets, at least one.
    """

    directory: Path
    config: Config
    source: Source
    toolchain: Toolchain
    env: Mapping[str, str]
    host: Target
    selection: Selection


def survey(request: Request, observer: events.Observer = events.ignore) -> Ground:
    """Read the configuration, find the source and the Go, select the targets.

    Raises:
        UsageError: the request, configuration or project is wrong (CW01xx to CW03xx).
        MissingError: there is no fitting Go and none may be fetched.
        RemoteError: a registry failed.
    """
    user_env = request.user_env
    directory = request.directory.absolute()
    config = _configuration(request, directory)
    source, chosen = _source(request, config, directory, user_env, observer)
    env = toolchain.environment(chosen, user_env)
    _refuse_to_print(env)
    _check_settings(chosen, env)
    ports = toolchain.ports(chosen)
    config = config.on(chosen.host)
    for finding in check_targets(config, ports, chosen.host):
        observer(events.Noted(finding))
    selection = select(config, request.targets, ports, chosen.host)
    if not selection.targets:
        asked = request.targets or config.targets
        raise UsageError("CW0103", f"no target is left of {' '.join(asked)}")
    return Ground(directory, config, source, chosen, env, chosen.host, selection)


def _configuration(request: Request, directory: Path) -> Config:
    """Read the project's configuration; a program fetched at a version has only what is named."""
    is_remote = any(remote.is_remote(package) for package in request.packages)
    if is_remote and request.config is None:
        config = Config()
    else:
        from crosswind.config.cache import Cache

        config = load(
            directory, request.config, Cache(files.cache_dir() / "config", files.write_atomic)
        )
    return config.with_command_line(request.overlay)


def _source(
    request: Request,
    config: Config,
    directory: Path,
    env: dict[str, str],
    observer: events.Observer,
) -> tuple[Source, Toolchain]:
    wanted = toolchain.Request(
        version=request.go or config.toolchain,
        offline=request.offline,
        observer=observer,
        env=env,
    )
    remotes = [package for package in request.packages if remote.is_remote(package)]
    if not remotes:
        module = gomod.find(directory, env)
        chosen = toolchain.resolve(_for_module(wanted, module))
        return Source(module, directory, request.packages), chosen
    if len(request.packages) > 1:
        raise UsageError(
            "CW0311",
            "module/path@version stands alone: one build, one module",
            hint="a pattern takes several of its programs: module/path/cmd/...@version",
        )
    first = toolchain.resolve(wanted)
    fetched = remote.fetch(first, toolchain.environment(first, env), remotes[0])
    module = gomod.find(fetched.directory, {"GOWORK": "off"})
    chosen = toolchain.resolve(_for_module(wanted, module))
    return Source(module, fetched.directory, (fetched.pattern,), fetched), chosen


def _for_module(wanted: toolchain.Request, module: Module) -> toolchain.Request:
    return replace(wanted, module_go=module.go, module_toolchain=module.toolchain)


def _check_settings(chosen: Toolchain, env: Mapping[str, str]) -> None:
    """Let the go command look at settings that it would refuse in the midst of a build.

    Raises:
        UsageError: CW0303, it does.
    """
    settings = Settings.read(env, chosen.goroot)
    if any(settings.get(name).value for name in ("GOEXPERIMENT", "GOFIPS140")):
        tags.remembered(chosen, env, [chosen.host])


def _refuse_to_print(env: Mapping[str, str]) -> None:
    """Refuse GOFLAGS=-n: go would print commands, and what lies in dist would count as fresh.

    Raises:
        UsageError: CW0316.
    """
    if goflags.is_on(goflags.effective(env), "n"):
        raise UsageError(
            "CW0316",
            "holds -n: the go command would print what it does, and do nothing",
            subject="GOFLAGS",
            hint="unset GOFLAGS, or: go env -u GOFLAGS",
        )
