"""Mistakes that only show against something else: the toolchain's targets, the templates' names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from crosswind import target as targets_of
from crosswind.config.config_error import ConfigError
from crosswind.config.context import TemplateContext
from crosswind.config.settings import RAW, Config, Overlay, Path, place
from crosswind.errors import UsageError
from crosswind.finding import Finding, Severity
from crosswind.port import Port
from crosswind.target import Target


def check_targets(config: Config, ports: Sequence[Port], host: Target) -> tuple[Finding, ...]:
    """Find patterns that no target of the toolchain fits.

    Returns:
        Warnings for patterns that do nothing: a port that this Go version lacks does no harm
        in `skip`, `overrides` and `verify`, a misspelt one does.

    Raises:
        ConfigError: CW0101, CW0102 for `targets`, at the position of each pattern.
    """
    wanted = [
        one for path, pattern in _wanted(config) for one in _unfit(path, pattern, ports, host)
    ]
    if wanted:
        raise ConfigError(tuple(_placed(config, *one, Severity.ERROR) for one in wanted))
    return tuple(
        _placed(config, *one, Severity.WARNING)
        for path, pattern in _conditions(config)
        for one in _unfit(path, pattern, ports, host)
    )


def check_programs(config: Config, names: Sequence[str]) -> tuple[Finding, ...]:
    """Find patterns of overrides that fit none of a project's programs: they do nothing."""
    return tuple(
        _idle(config, index, number, pattern, names)
        for index, override in enumerate(config.overrides)
        for number, pattern in enumerate(override.programs)
        if not any(fnmatchcase(name, pattern) for name in names)
    )


def _idle(config: Config, index: int, number: int, pattern: str, names: Sequence[str]) -> Finding:
    import difflib

    near = difflib.get_close_matches(pattern, names, 1)
    hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(sorted(names))}"
    place = config.where("overrides", index, "programs", number)
    message = f"overrides[{index}].programs: no program is called {pattern!r}"
    return Finding("CW0214", Severity.WARNING, place, message, hint)


def _unfit(
    path: Path, pattern: str, ports: Sequence[Port], host: Target
) -> Iterator[tuple[Path, UsageError]]:
    try:
        targets_of.select([pattern], ports, host)
    except UsageError as error:
        yield path, error


def _placed(config: Config, path: Path, error: UsageError, severity: Severity) -> Finding:
    return Finding(error.code, severity, config.where(*path), error.message, error.hint)


def _wanted(config: Config) -> Iterator[tuple[Path, str]]:
    """Yield the patterns of what is to be built."""
    yield from _listed(("targets",), config.targets)
    for index, program in enumerate(config.programs):
        yield from _listed(("programs", index, "targets"), program.targets)


def _conditions(config: Config) -> Iterator[tuple[Path, str]]:
    """Yield the patterns that say for which targets something holds."""
    for index, skip in enumerate(config.skip):
        yield ("skip", index), skip.target
    for index, override in enumerate(config.overrides):
        path: Path = ("overrides", index, "targets")
        yield from _listed(path, override.targets)
    for index, ignore in enumerate(config.ignore):
        path = ("verify", "ignore", index, "targets")
        yield from _listed(path, ignore.targets)


def _listed(path: Path, patterns: Sequence[str]) -> Iterator[tuple[Path, str]]:
    for index, pattern in enumerate(patterns):
        # A leading `!` takes away from the patterns before it: what it names must be there, too.
        yield (*path, index), pattern.removeprefix("!")


class _AnyVariable(Mapping[str, str]):
    """An environment in which everything is set: which variables there are is no mistake here."""

    def __getitem__(self, name: str) -> str:
        return "value"

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


# Stands for any commit of any project, to render templates without having one.
_SAMPLE = TemplateContext(
    project_name="project",
    module_path="example.com/project",
    version="1.2.3",
    tag="v1.2.3",
    previous_tag="v1.2.2",
    branch="main",
    commit="0123456789abcdef0123456789abcdef01234567",
    short_commit="0123456",
    commit_time=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    git_url="https://example.com/project.git",
    summary="v1.2.3",
    binary="program",
    target=Target("linux", "amd64"),
    env=_AnyVariable(),
    goos="linux",
    goarch="amd64",
)


def check_templates(config: Config) -> None:
    """Refuse templates that cannot be read or ask for what no build knows.

    What depends on values (CW0212) shows only when a unit is planned.

    Raises:
        ConfigError: CW0210, CW0211 at the position of each template.
    """
    from crosswind.config.template import render

    found = []
    for path, text in _templates(config):
        try:
            render(text, _SAMPLE, config.where(*path))
        except UsageError as error:
            if error.code in ("CW0210", "CW0211"):
                found.append(error.finding)
    if found:
        raise ConfigError(tuple(found))


def _templates(config: Config) -> Iterator[tuple[Path, str]]:
    yield from _overlay_templates((), config.overlay)
    for index, program in enumerate(config.programs):
        yield from _overlay_templates(("programs", index), program.overlay)
    for index, override in enumerate(config.overrides):
        yield from _overlay_templates(("overrides", index), override.overlay)


def _overlay_templates(path: Path, overlay: Overlay) -> Iterator[tuple[Path, str]]:
    for name, value in overlay.spoken():
        here = (*path, *place(name))
        if name in RAW:
            continue
        if not isinstance(value, tuple):
            yield here, str(value)
            continue
        for index, item in enumerate(value):
            if isinstance(item, tuple):
                yield (*here, item[0]), item[1]
            else:
                yield (*here, index), item
