"""From a request to a plan: configuration, source, toolchain, targets, programs, settings."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from crosswind import events, toolchain
from crosswind.building import gocommand, naming
from crosswind.building import plan as planner
from crosswind.building.ground import Source, survey
from crosswind.building.plan import Plan, Unit, Workshop
from crosswind.building.request import Request
from crosswind.config.check import check_programs
from crosswind.config.context import TemplateContext
from crosswind.config.rendered import render_settings
from crosswind.config.selection import Selection
from crosswind.config.settings import Cgo, Config
from crosswind.errors import UsageError
from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen
from crosswind.project import find_programs, git, gomod, programs, remote, repository
from crosswind.project.cgo import CgoUses
from crosswind.project.git import Commit
from crosswind.project.graph.scan import Scan
from crosswind.project.programs import Program
from crosswind.system import files, process
from crosswind.system.aside import aside
from crosswind.target import Selected, Target
from crosswind.toolchain import Toolchain, tags


@frozen
class Prepared:
    """Everything known before the first compile.

    Attributes:
        plan: the go commands.
        refused: units that cannot be built here, each with the finding that says why.
        directory: the project; paths in its configuration start there.
        config, source, toolchain, commit: what the plan was made from.
        stamped: the commit that Go writes into programs: of the repository that it sees, which is not
            always the project's.
        name: the project's.
        version: the version injected by templates.
        env: the environment of go commands, without what a `Compile` sets.
        selected: the targets.
        programs: what each is built from.
        scan: what read their folders; keys are taken by it, too.
    """

    plan: Plan
    refused: tuple[tuple[Unit, Finding], ...]
    directory: Path
    config: Config
    source: Source
    toolchain: Toolchain
    commit: Commit | None
    stamped: Commit | None
    name: str
    version: str
    env: Mapping[str, str]
    selected: tuple[Selected, ...]
    programs: tuple[Program, ...]
    scan: Scan


def prepare(request: Request, observer: events.Observer = events.ignore) -> Prepared:
    """Find out all that a build needs, and plan it. Writes nothing into the project.

    Raises:
        UsageError: the request, configuration or project is wrong (CW01xx to CW03xx).
        MissingError: there is no fitting Go and none may be fetched.
        RemoteError: a registry failed.
    """
    process.resume()  # a build before this one in the same program may have been interrupted
    user_env = request.user_env
    ground = survey(request, observer)
    directory, config, source = ground.directory, ground.config, ground.source
    chosen, env, host = ground.toolchain, ground.env, ground.host
    selection, selected = ground.selection, ground.selection.targets
    scan = Scan(files.cache_dir())
    list_env = remote.inside(env) if source.remote else env
    with aside(lambda: None if source.remote else git.read(directory)) as commit_read:
        found = _programs(config, source, chosen, list_env, selected, scan, observer)
        commit = commit_read()
    for finding in _idle_overrides(request, config, found):
        observer(events.Noted(finding))
    if commit is None and not source.remote and (reason := git.silence(directory)):
        observer(events.Noted(_silent(reason)))
    name = config.name or naming.project_name(source.module)
    version = source.remote.version.removeprefix("v") if source.remote else naming.version(commit)
    context = naming.context(name, version, commit, source.module, user_env, host)
    packages = [program.package for program, _ in found]
    here = [one.target for one in selected if _port(one.target) == _port(host)]
    cgo = CgoUses(chosen, source.directory, list_env, packages, here, scan)
    units, skipped = _units(config, source, found, selection, context, cgo)
    units, refused = _refuse(units, selected)
    dropped, refused = _by_name(refused)
    workshop = _workshop(request, config, source, chosen, env)
    _refuse_absent_profiles(units, workshop.directory)
    plan = planner.make(workshop, units, [*skipped, *dropped])
    return Prepared(
        plan=plan,
        refused=tuple(refused),
        directory=directory,
        config=config,
        source=source,
        toolchain=chosen,
        commit=commit,
        stamped=stamped_commit(source, chosen, env, commit),
        name=name,
        version=version,
        env=env,
        selected=selected,
        programs=tuple(program for program, _ in found),
        scan=scan,
    )


def stamped_commit(
    source: Source, go: Toolchain, env: Mapping[str, str], commit: Commit | None
) -> Commit | None:
    """Return the commit that Go stamps, by that of the project; a module at a version has none."""
    if source.remote:
        return None
    here = repository.here(source.directory, env)
    return repository.stamped(here, tags.release(go.version), commit)


def _idle_overrides(
    request: Request, config: Config, found: Sequence[tuple[Program, str]]
) -> tuple[Finding, ...]:
    """Name overrides for programs that are not there; one that was not asked for is no mistake."""
    return () if request.packages else check_programs(config, [name for _, name in found])


def _silent(reason: str) -> Finding:
    return Finding(
        "CW0315",
        Severity.WARNING,
        "git",
        f"{reason}: version, tag and commit stay unknown, though this is a repository",
        "make `git status` work here, or build without templates such as {{ .Version }}",
    )


def _programs(
    config: Config,
    source: Source,
    chosen: Toolchain,
    env: Mapping[str, str],
    selected: Sequence[Selected],
    scan: Scan,
    observer: events.Observer,
) -> list[tuple[Program, str]]:
    """Find the programs and what each is called."""
    configured = {entry.main: entry.name for entry in config.programs}
    patterns = source.patterns or tuple(programs.pattern(main) for main in configured)
    for file in (pattern for pattern in patterns if pattern.endswith(".go")):
        raise UsageError(
            "CW0307", f"{file} is a file", hint=f"name its package: ./{Path(file).parent}"
        )
    targets = list({_port(one.target): one.target for one in selected}.values())
    found = find_programs.find(
        chosen,
        env,
        patterns or gomod.everything(source.module, source.directory),
        targets,
        source.directory,
        scan,
        lambda module: observer(events.Fetching(module)),
    )
    return [(program, _name(program, config, source)) for program in found]


def _name(program: Program, config: Config, source: Source) -> str:
    for entry in config.programs:
        place = Path(os.path.normpath(source.directory / programs.pattern(entry.main)))
        if entry.main == program.package or place == program.directory:
            return entry.name or program.name
    return program.name


def _port(target: Target) -> tuple[str, str]:
    return target.goos, target.goarch


def _units(
    config: Config,
    source: Source,
    found: Sequence[tuple[Program, str]],
    selection: Selection,
    context: TemplateContext,
    cgo: CgoUses,
) -> tuple[list[Unit], list[tuple[Unit, str]]]:
    """Cross programs with targets; take away what the configuration skips."""
    host = Target(context.goos, context.goarch)
    units: list[Unit] = []
    skipped: list[tuple[Unit, str]] = []
    for one in selection.targets:
        for program, name in found:
            if not selection.wants(name, one.target):
                continue
            here = replace(context, binary=name, target=one.target)
            settings = render_settings(config, name, one.target, here)
            # Elsewhere the answer would not matter: only this host's own compiler can serve.
            is_open = settings.cgo is Cgo.AUTO and _port(one.target) == _port(host)
            used = is_open and cgo.is_used(program.package, one.target)
            unit = Unit(
                program=name,
                package=_argument(program, source),
                import_path=program.package,
                target=one.target,
                settings=settings,
                cgo=gocommand.wants_cgo(settings, one.target, host, used),
                named=one.named,
                alone=not source.by_pattern,
            )
            skip = config.skipped(one.target)
            if skip:
                skipped.append((unit, skip.reason or f"skip in {config.file}"))
            else:
                units.append(unit)
    return units, skipped


def _argument(program: Program, source: Source) -> str:
    """Name a package as a person would on the command line: `./cmd/app` where that is shorter."""
    relative = os.path.relpath(program.directory, source.directory)
    if source.remote or relative.startswith(".."):
        return program.package
    return "." if relative == "." else f"./{Path(relative).as_posix()}"


def _refuse(
    units: Sequence[Unit], selected: Sequence[Selected]
) -> tuple[list[Unit], list[tuple[Unit, Finding]]]:
    """Set apart what no Go can link without a C toolchain for the target."""
    ports = {one.target: one.port for one in selected}
    good: list[Unit] = []
    refused: list[tuple[Unit, Finding]] = []
    for unit in units:
        if ports[unit.target].needs_external_linker and not unit.cgo:
            finding = Finding(
                "CW0602",
                Severity.ERROR,
                f"{unit.program} {unit.target}",
                f"{unit.target} cannot be linked without a C toolchain for it",
                "set CC to that toolchain's compiler (Android NDK, Xcode) and build with --cgo on",
            )
            refused.append((unit, finding))
        else:
            good.append(unit)
    return good, refused


def _by_name(
    refused: Sequence[tuple[Unit, Finding]],
) -> tuple[list[tuple[Unit, str]], list[tuple[Unit, Finding]]]:
    """What only a glob asked for is skipped; what was asked for by name has failed."""
    skipped = [(unit, finding.message) for unit, finding in refused if not unit.named]
    return skipped, [(unit, finding) for unit, finding in refused if unit.named]


def _refuse_absent_profiles(units: Sequence[Unit], directory: Path) -> None:
    """Refuse a profile that is not there, before a compile for each target finds it out.

    Raises:
        UsageError: CW0317.
    """
    for profile in sorted({unit.settings.pgo for unit in units} - {"", "auto", "off"}):
        if not (directory / profile).is_file():
            raise UsageError(
                "CW0317",
                "there is no such profile",
                subject=profile,
                hint="a path counts from the project's directory; auto takes default.pgo",
            )


def _refuse_as_dist(directory: Path, dist: Path) -> None:
    """Keep results out of the sources, and out of every folder above them.

    Raises:
        UsageError: CW0506.
    """
    place = Path(os.path.normpath(directory / dist))
    if place == directory or place in directory.parents:
        raise UsageError(
            "CW0506",
            "results do not go among the sources, nor above them",
            subject=str(dist),
            hint="give -o a folder of its own, such as -o dist",
        )


def _workshop(
    request: Request, config: Config, source: Source, chosen: Toolchain, env: Mapping[str, str]
) -> Workshop:
    selecting = {"GOTOOLCHAIN": env["GOTOOLCHAIN"]}
    if "GOROOT" in (request.env or os.environ):
        selecting["GOROOT"] = ""
    if request.offline:
        selecting["GOPROXY"] = "off"
    dist = request.dist or Path(config.dist)
    _refuse_as_dist(request.directory.absolute(), dist)
    if source.remote is None:
        return Workshop(chosen.go, source.directory, dist, selecting, chosen.host)
    settings = toolchain.Settings.read(env, chosen.goroot)
    cache = settings.module_cache
    if request.offline and cache:
        # `go install` asks for the list of versions, to tell of deprecation: the cache has one, too.
        selecting["GOPROXY"] = f"{(cache / 'cache' / 'download').as_uri()},off"
    directory = request.directory.absolute()
    return Workshop(
        chosen.go,
        directory,
        dist,
        selecting,
        chosen.host,
        source.remote.version,
        cache,
        settings.user_file if "GOBIN" in settings.user else None,
    )
