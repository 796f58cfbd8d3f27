"""Everything that happens to a target's tests before they run: list, choose a runner, build."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from crosswind.building import naming
from crosswind.building.ground import Ground
from crosswind.config.context import TemplateContext
from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.gotest import binaries, packages
from crosswind.gotest.binaries import Binary, Workbench
from crosswind.gotest.execution import Engine
from crosswind.gotest.flags import Flags
from crosswind.gotest.model import BuildLine, By, Package
from crosswind.gotest.packages import Listing
from crosswind.project import git
from crosswind.run import select
from crosswind.run.runner import Absent
from crosswind.run.select import Choice
from crosswind.system import files, process
from crosswind.target import Selected, Target

_RUNTIME = "runtime"


@frozen
class Prepared:
    """The tests of one target, ready to run.

    Attributes:
        selected: the target.
        engine: what runs them; None if nothing does.
        absent: why nothing does.
        built: each package with its test binary, in the go command's order.
        excluded: packages that only other targets have Go files of.
        said: what the go command said of the build.
    """

    selected: Selected
    engine: Engine | None
    absent: str
    built: tuple[Binary, ...]
    excluded: tuple[str, ...]
    said: tuple[BuildLine, ...] = ()

    @property
    def by(self) -> By:
        """What runs them."""
        return self.engine.by if self.engine else By()


@frozen
class Preparation:
    """What the preparations of all targets have in common.

    Attributes:
        ground: the project.
        flags: of go test.
        env: the user's environment.
        wanted: packages and patterns.
        context: what templates may use.
        runner: the only runner that will do; empty for any.
        folder: where test binaries go.
        keeps: whether they are to stay, so that they are built even if nothing can run them.
    """

    ground: Ground
    flags: Flags
    env: Mapping[str, str]
    wanted: tuple[str, ...]
    context: TemplateContext
    runner: str
    folder: Path
    keeps: bool

    def listings(self, targets: Sequence[Target]) -> dict[Target, Listing]:
        """List the packages of the targets, and of this host, which the patterns are meant for.

        Raises:
            UsageError: as `packages.find`.
        """
        wanted = dict.fromkeys([*targets, self.ground.host])
        with process.workers(2, "list") as pool:
            found = pool.map(self._list, wanted)
            return dict(zip(wanted, found, strict=True))

    def prepare(self, selected: Selected, listings: Mapping[Target, Listing]) -> Prepared:
        """Choose the runner and build what it is to run.

        Raises:
            UsageError: as `binaries.build`, and `select.choose` for an unknown runner.
        """
        target = selected.target
        listing = listings[target]
        chosen = select.choose(target, self.ground.host, self.env, self.runner)
        engine = self._engine(target, chosen) if isinstance(chosen, Choice) else None
        absent = "" if isinstance(chosen, Choice) else _why(target, chosen)
        excluded = _excluded(listing, listings)
        if engine is None and not self.keeps:
            built = tuple(Binary(package, None) for package in listing.packages)
            return Prepared(selected, engine, absent, built, excluded)
        said: list[BuildLine] = []
        made = binaries.build(self._bench(target, listing.packages), listing.packages, said.append)
        return Prepared(selected, engine, absent, made, excluded, tuple(said))

    def _engine(self, target: Target, chosen: Choice) -> Engine:
        """Let tests find the go command that built them first (cmd/go, base.AppendPATH)."""
        ground = self.ground
        path = f"{ground.toolchain.go.parent}{os.pathsep}{self.env.get('PATH', '')}"
        return Engine(chosen.runner, chosen.found, target, ground.host, {**self.env, "PATH": path})

    def _list(self, target: Target) -> Listing:
        bench = self._bench(target, ())
        return packages.find(self.ground, bench.env, bench.words, self.wanted)

    def _bench(self, target: Target, tested: Sequence[Package]) -> Workbench:
        from crosswind.config.rendered import render_settings

        settings = render_settings(self.ground.config, "", target, self.context)
        # runtime's tests read the symbols of their own binary (test.go, OmitDebug).
        needs_symbols = any(package.path == _RUNTIME for package in tested)
        lean = not (self.keeps or self.flags.profiles or needs_symbols)
        folder = self.folder / target.slug
        return binaries.workbench(self.ground, target, settings, self.flags, folder, lean=lean)


def context(ground: Ground, env: Mapping[str, str]) -> TemplateContext:
    """Collect what templates of the configuration may use."""
    commit = git.read(ground.directory)
    module = ground.source.module
    name = ground.config.name or naming.project_name(module)
    return naming.context(name, naming.version(commit), commit, module, env, ground.host)


def refuse_sanitizers(flags: Flags, targets: Sequence[Target], host: Target) -> None:
    """Refuse instrumentation that only this host can have; raises UsageError, CW4031."""
    here = (host.goos, host.goarch)
    foreign = [target for target in targets if (target.goos, target.goarch) != here]
    for name in flags.sanitizers:
        if foreign:
            raise UsageError(
                "CW4031",
                f"-{name} needs C and a library of the target's own: not for {foreign[0]} from here",
                hint=f"test {host} with it, and the others without",
            )


def refuse_profiles(flags: Flags, targets: int, packages: int) -> None:
    """Refuse a profile of one run for several runs; raises UsageError, CW4031."""
    for name in flags.profiles:
        if packages > 1 or targets > 1:
            raise UsageError(
                "CW4031",
                f"cannot use -{name} with several packages or targets",
                hint="each run would overwrite the file: name one package and one target",
            )


def keep(prepared: Prepared, folder: Path) -> None:
    """Move a target's test binaries to where they stay; raises like `files.move`."""
    for binary in prepared.built:
        if binary.path is None:
            continue
        place = folder / prepared.selected.target.slug / binary.path.name
        if place.exists():  # two packages of one name
            name = binary.package.path.replace("/", "_")
            place = place.with_name(f"{name}.test{prepared.selected.target.exe_suffix}")
        files.copy(binary.path, place)


def _excluded(listing: Listing, listings: Mapping[Target, Listing]) -> tuple[str, ...]:
    """Name the packages that a pattern finds for other targets, and not for this one."""
    here = {package.path for package in listing.packages}
    elsewhere = {name for other in listings.values() for name in other.by_pattern}
    return tuple(sorted(elsewhere - here))


def _why(target: Target, absent: Sequence[tuple[str, Absent]]) -> str:
    """Say why nothing runs a target's programs, leaving out runners that are for other systems."""
    foreign = (" only", "by itself")
    told = [f"{name}: {one.reason}" for name, one in absent if not one.reason.endswith(foreign)]
    return f"no runner for {target} here" + (f" ({'; '.join(told)})" if told else "")
