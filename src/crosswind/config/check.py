"""Mistakes that only show against something else: the toolchain's targets, the templates' names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from crosswind import target as targets_of
from crosswind.config.context import TemplateContext
from crosswind.config.mistakes import ConfigError
from crosswind.config.settings import Config, Overlay, Path
from crosswind.errors import UsageError
from crosswind.finding import Finding
from crosswind.port import Port
from crosswind.target import Target


def check_targets(config: Config, ports: Sequence[Port], host: Target) -> None:
    """Refuse patterns that no target of the toolchain fits, which would silently do nothing.

    Raises:
        ConfigError: CW0101, CW0102 at the position of each pattern.
    """
    found = []
    for path, pattern in _patterns(config):
        try:
            targets_of.select([pattern], ports, host)
        except UsageError as error:
            where = config.where(*path)
            finding = Finding(error.code, error.finding.severity, where, error.message, error.hint)
            found.append(finding)
    if found:
        raise ConfigError(tuple(found))


def _patterns(config: Config) -> Iterator[tuple[Path, str]]:
    yield from _listed(("targets",), config.targets)
    for index, skip in enumerate(config.skip):
        yield ("skip", index), _whole(skip.target)
    for index, program in enumerate(config.programs):
        yield from _listed(("programs", index, "targets"), program.targets)
    for index, override in enumerate(config.overrides):
        path: Path = ("overrides", index, "targets")
        yield from _listed(path, [_whole(pattern) for pattern in override.targets])
    for index, ignore in enumerate(config.ignore):
        path = ("verify", "ignore", index, "targets")
        yield from _listed(path, [_whole(pattern) for pattern in ignore.targets])


def _listed(path: Path, patterns: Sequence[str]) -> Iterator[tuple[Path, str]]:
    for index, pattern in enumerate(patterns):
        # A leading `!` takes away from the patterns before it; alone it has nothing to take from.
        yield (*path, index), pattern.removeprefix("!")


def _whole(pattern: str) -> str:
    """Spell `windows` out as what `target.matches` takes it for: every GOARCH."""
    is_port = "/" in pattern or "_" in pattern or pattern == "all"
    return pattern if is_port else f"{pattern}/*"


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
        if not isinstance(value, tuple):
            yield (*path, name), str(value)
            continue
        for index, item in enumerate(value):
            if isinstance(item, tuple):
                yield (*path, name, item[0]), item[1]
            else:
                yield (*path, name, index), item
