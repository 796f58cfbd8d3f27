"""`crosswind resource`: icons, versions, manifests and other resources of Windows programs."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from crosswind.cli.common import Group, emit, options, show_findings, style
from crosswind.events import Event, Noted, Observer, ignore
from crosswind.finding import Finding
from crosswind.frozen import frozen
from crosswind.resource.sources import Context, load
from crosswind.windows.resource import ResourceTree, shown, type_name

if TYPE_CHECKING:
    from crosswind.embedding import Embedded

_PATH = click.Path(path_type=Path)
Function = TypeVar("Function", bound=Callable[..., Any])


def _inputs(function: Function) -> Function:
    """Add what commands take that read sources of resources."""
    decorators = (
        click.argument("inputs", metavar="INPUT...", nargs=-1, type=_PATH),
        click.option("-I", "--include", "includes", metavar="DIR", multiple=True, type=_PATH,
                     help="Look there for the files that scripts name."),
        click.option("-D", "--define", "defines", metavar="NAME[=VALUE]", multiple=True,
                     help="A macro for scripts."),
        click.option("--of", "package", metavar="PACKAGE", default="",
                     help="Without INPUT: the program whose resources are configured."),
    )  # fmt: skip
    for decorator in reversed(decorators):
        function = decorator(function)
    return function


@frozen
class _Asked:
    """Where resources shall come from."""

    inputs: tuple[Path, ...]
    includes: tuple[Path, ...]
    defines: tuple[str, ...]
    package: str
    told: list[Finding] = field(default_factory=list)
    known: dict[str, Embedded] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.inputs and self.package:
            raise click.UsageError("--of means what is configured, but INPUTs are given")

    def made(
        self,
        goarch: str,
        targets: tuple[str, ...],
        there: Callable[[], ResourceTree],
        warnings: list[Finding],
        *,
        library: bool = False,
    ) -> ResourceTree:
        """Make them of the inputs, else of what is configured, laid over what is there.

        What is configured is made for all targets at once; of one it holds for any architecture.
        """
        common = options()
        if self.inputs:
            with self.observer() as observer:
                context = Context(
                    goarch,
                    self.includes,
                    self.defines,
                    offline=common.offline,
                    warn=warnings.append,
                    observer=observer,
                    library=library,
                )
                return load(self.inputs, context)
        if not self.known:
            self.known.update(self._configured(targets))
        embedded = self.known[goarch] if len(targets) > 1 else next(iter(self.known.values()))
        warnings += embedded.findings
        return embedded.over(there())

    def _configured(self, targets: tuple[str, ...]) -> dict[str, Embedded]:
        from crosswind.building.request import Request
        from crosswind.embedding import configured

        common = options()
        request = Request(
            directory=common.directory,
            packages=(self.package,) if self.package else (),
            targets=targets,
            config=common.config,
            offline=common.offline,
        )
        return configured(request)

    @contextlib.contextmanager
    def observer(self) -> Iterator[Observer]:
        """Yield an observer, as only scripts may take long; it tells each note once, in `told`."""
        if not any(path.suffix.lower() == ".rc" for path in self.inputs):
            yield ignore
            return
        from crosswind.cli import progress

        with progress.observer(options(), notes=True) as seen:

            def observe(event: Event) -> None:
                if isinstance(event, Noted):
                    if event.finding in self.told:
                        return
                    self.told.append(event.finding)
                seen(event)

            yield observe

    def untold(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Yield what was not said while it happened."""
        return (finding for finding in _unique(findings) if finding not in self.told)


@click.group(cls=Group)
def command() -> None:
    """Put icons, versions and manifests into Windows programs, or take them out.

    INPUT is a file or a folder that resources come from; its name tells which kind it is. Of two
    that hold the same resource the later one counts. Without any, what `windows:` in crosswind.yaml
    says is meant.
    """


@command.command()
@_inputs
@click.option(
    "--arch",
    "archs",
    multiple=True,
    type=click.Choice(["amd64", "arm64", "386", "arm"]),
    help="For this architecture; repeats. Default: all of Go's, or the one in the file's name.",
)
@click.option(
    "-o",
    "--output",
    type=_PATH,
    default=Path(),
    help="A .syso or .res file, or a folder for rsrc_windows_ARCH.syso. Default: this folder.",
)
def build(archs: tuple[str, ...], output: Path, **given: Any) -> None:
    """Write .syso files, which plain `go build` links."""
    from crosswind.resource import objects

    asked = _Asked(**given)
    warnings: list[Finding] = []
    outputs = objects.outputs(output, archs)
    targets = tuple(f"windows/{one.goarch}" for one in outputs)
    trees = {one: asked.made(one.goarch, targets, ResourceTree, warnings) for one in outputs}
    written = objects.write(trees)
    warnings += objects.findings(written)
    if options().json:
        files = [
            ({"arch": one.goarch} if one.goarch else {})
            | {"path": str(one.path), "size": one.size, "sha256": one.sha256}
            | {"resources": _documents(one.resources)}
            for one in written
        ]
        emit("resource", ok=True, findings=_unique(warnings), files=files)
        return
    show_findings(asked.untold(warnings))
    for one in written:
        said = f"{one.goarch}, {one.size} bytes" if one.goarch else f"{one.size} bytes"
        click.echo(f"{style(str(one.path), bold=True)}  {said}")
    _show(written[0].resources)


@command.command()
@click.argument("file", metavar="FILE", type=_PATH)
@_inputs
@click.option("-t", "--target", metavar="TARGET", help="Without INPUT: FILE is built for this.")
@click.option("-o", "--output", type=_PATH, help="Write the result there, not over FILE.")
@click.option("--strip-signature", is_flag=True, help="Remove a signature that is there.")
def patch(
    file: Path, target: str | None, output: Path | None, *, strip_signature: bool, **given: Any
) -> None:
    """Replace all resources of a finished program or library.

    Without INPUT those that the linker put in stay, where nothing configured takes their place.
    """
    from crosswind.resource import program

    asked = _Asked(**given)
    warnings: list[Finding] = []
    kind = program.kind(file)
    resources = asked.made(
        kind.goarch,
        (target or f"windows/{kind.goarch}",),
        lambda: program.resources(file),
        warnings,
        library=kind.library,
    )
    done = program.patch_file(file, resources, out=output, strip_signature=strip_signature)
    if options().json:
        document = {
            "path": str(done.path),
            "changed": done.changed,
            "size_before": done.size_before,
            "size": done.size,
            "sha256": done.sha256,
            "resources": _documents(done.resources),
        }
        emit("resource", ok=True, findings=_unique(warnings), files=[document])
        return
    show_findings(asked.untold(warnings))
    said = f"{done.size} bytes, {done.size - done.size_before:+d}" if done.changed else "unchanged"
    click.echo(f"{style(str(done.path), bold=True)}  {said}")
    _show(done.resources)


@command.command()
@click.argument("file", metavar="FILE", type=_PATH)
@click.option("-o", "--output", type=_PATH, required=True, help="A new folder.")
def extract(file: Path, output: Path) -> None:
    """Take resources out into a folder, from which `build` and `patch` make the same again."""
    from crosswind.resource import extracted

    done = extracted.extract(file, output)
    if options().json:
        emit(
            "resource",
            ok=True,
            path=str(done.folder),
            files=list(done.files),
            resources=_documents(done.resources),
        )
        return
    for name in done.files:
        click.echo(done.folder / name)
    _show(done.resources)


@command.command()
@_inputs
@click.option(
    "-o", "--output", type=_PATH, default=Path("icon-sheet.png"), help="The PNG to write."
)
def sheet(output: Path, **given: Any) -> None:
    """Draw the program's icon in all its sizes on one picture, to look at."""
    asked = _Asked(**given)
    warnings: list[Finding] = []
    resources = asked.made("", ("windows/amd64",), ResourceTree, warnings)
    from crosswind.resource import contact

    contact.write(resources, output)
    if options().json:
        emit("resource", ok=True, findings=_unique(warnings), path=str(output))
        return
    show_findings(asked.untold(warnings))
    click.echo(output)


def _unique(findings: Iterable[Finding]) -> list[Finding]:
    """Say once what was found for each architecture."""
    return list(dict.fromkeys(findings))


def _documents(resources: ResourceTree) -> list[dict[str, Any]]:
    return [
        {
            "type": resource.type,
            "means": type_name(resource.type),
            "name": resource.name,
            "language": resource.language,
            "size": len(resource.data),
        }
        for resource in resources
    ]


def _show(resources: ResourceTree) -> None:
    """List what was handled; `--quiet` leaves it out."""
    if options().quiet:
        return
    if not resources:
        click.echo("  no resources")
    for resource in resources:
        kind = type_name(resource.type)
        click.echo(
            f"  {kind:<13} {shown(resource.name):<16} 0x{resource.language:04x} "
            f"{len(resource.data):>9} bytes"
        )
