"""The pipeline's embed stage: the resources that `windows:` in the configuration asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from functools import reduce
from pathlib import Path
from typing import Any

from crosswind.artifact import Kind
from crosswind.building.plan import Unit
from crosswind.building.prepare import Prepared, prepare
from crosswind.building.request import Request
from crosswind.errors import CrosswindError, UsageError
from crosswind.events import Observer, ignore
from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen
from crosswind.resource import icons, sources
from crosswind.resource.reading import read_file
from crosswind.windows import icon, manifest, strings, version
from crosswind.windows.language import langid
from crosswind.windows.merge import merge
from crosswind.windows.resource import Identifier, Resource, ResourceTree, ResourceType, tree

# The name of the icon that the configuration asks for. Windows shows the first in the tree's order:
# names before numbers, both ascending ("PE Format", "The .rsrc Section").
_ICON = 1


@frozen
class Embedded:
    """The resources that one program is to get.

    Attributes:
        defaults: what it has if nobody says otherwise.
        brought: what files bring.
        said: what stands in the configuration itself.
        icon_at: where the icon stands there; empty without one.
        findings: what is worth saying about the sources.
    """

    defaults: ResourceTree
    brought: ResourceTree
    said: ResourceTree
    icon_at: str = ""
    findings: tuple[Finding, ...] = ()

    def over(self, linked: ResourceTree) -> ResourceTree:
        """Lay them over what the linker put in, from a `.syso` beside the sources.

        What is said wins over what files bring, that over what was linked, and all over defaults.
        Raises BuildError like `merge`.
        """
        return reduce(merge, (self.defaults, linked, self.brought, self.said))

    def hidden_icon(self, composed: ResourceTree) -> Finding | None:
        """Warn where an icon of a file comes before the one that was asked for."""
        first = icon.first(composed)
        if not self.icon_at or first is None or first.name == _ICON:
            return None
        return Finding(
            "CW0232",
            Severity.WARNING,
            self.icon_at,
            f"Windows shows another icon instead, {first.name}: it comes before this one",
            "take one of the two out of the resources",
        )


def command(prepared: Prepared, unit: Unit, path: Path) -> tuple[str, ...]:
    """Return the `crosswind resource patch` that puts a unit's resources into a linked file."""
    package = unit.package
    if prepared.source.remote:
        package = f"{unit.import_path}@{prepared.source.remote.version}"
    config = ("--config", prepared.config.file) if prepared.config.file else ()
    options = ("--of", package, "--target", str(unit.target), *config)
    return ("crosswind", "resource", "patch", str(path), *options)


def configured(request: Request) -> dict[str, Embedded]:
    """Make the resources that a project's configuration has for one program, by architecture.

    Args:
        request: the project; targets of different architectures, and its package if there are several
            programs.

    Raises:
        UsageError: CW0233 several programs or targets fit, CW0234 none of them gets resources; and
            what `prepare` and `embedded` raise.
    """
    prepared = prepare(request)
    every = prepared.plan.units + tuple(unit for unit, _ in prepared.refused)
    units = [unit for unit in every if unit.embeds]
    if not units:
        raise UsageError(
            "CW0234",
            "nothing is configured to be put into programs for Windows",
            subject=prepared.config.file or str(request.directory),
            hint="name an INPUT, or write `windows:` into crosswind.yaml; {} takes all defaults",
        )
    by_goarch = {unit.target.goarch: unit for unit in units}
    if len(units) > len(by_goarch) or len({unit.program for unit in units}) > 1:
        names = ", ".join(sorted({f"{unit.package} ({unit.target})" for unit in units}))
        raise UsageError(
            "CW0233", f"resources of which program? {names}", hint="name it with --of PACKAGE"
        )
    return {
        goarch: embedded(prepared, unit, offline=request.offline)
        for goarch, unit in by_goarch.items()
    }


def embedded(
    prepared: Prepared, unit: Unit, *, offline: bool = False, observer: Observer = ignore
) -> Embedded:
    """Make the resources of a unit's program.

    Args:
        prepared: what the build was prepared from.
        unit: one that `embeds`.
        offline: whether nothing may be fetched.
        observer: sees what takes long.

    Raises:
        UsageError: the configuration is wrong, or a file is not there.
        BuildError: a file is damaged or unfit.
        MissingError, RemoteError: something that makes resources is not here, and cannot be had.
    """
    return _Maker(prepared, unit, offline, observer).embedded()


@frozen
class _Maker:
    """Makes the resources of one unit, those of each key by a method of its own."""

    prepared: Prepared
    unit: Unit
    offline: bool
    observer: Observer
    findings: list[Finding] = field(default_factory=list)

    def embedded(self) -> Embedded:
        settings = self.unit.settings
        context = sources.Context(
            goarch=self.unit.target.goarch,
            includes=tuple(self.prepared.directory / name for name in (*settings.includes, "")),
            defines=tuple(f"{name}={value}" for name, value in settings.defines),
            offline=self.offline,
            warn=self.findings.append,
            observer=self.observer,
        )
        said = (
            self.version_tab,
            self.own_manifest,
            self.own_icon,
            self.string_tables,
            self.raw_data,
        )
        return Embedded(
            tree(self.defaults()),
            sources.load(self.files(), context),
            tree(resource for make in said for resource in make()),
            self.where("icon") if settings.icon else "",
            tuple(self.findings),
        )

    def files(self) -> Iterator[Path]:
        """Yield what resources are taken from; an absent file is named with its place."""
        for at, name in enumerate(self.unit.settings.resources):
            path = self.prepared.directory / name
            if not path.exists():
                raise self.absent(name, "resources", at)
            yield path

    def read(self, file: str, name: str, key: str | int = "") -> bytes:
        """Read a file that a setting names."""
        path = self.prepared.directory / file
        if not path.exists():
            raise self.absent(file, name, key)
        return read_file(path)

    def absent(self, file: str, name: str, key: str | int) -> UsageError:
        """Return the error about a file that is not there."""
        return UsageError(
            "CW0705",
            f"{file}: no such file",
            subject=self.where(name, key),
            hint="paths start at the project's folder",
        )

    @property
    def language(self) -> int:
        return langid(self.unit.settings.language, self.where("language"))

    @property
    def is_library(self) -> bool:
        return self.unit.kind is Kind.C_SHARED

    def where(self, name: str, key: str | int = "") -> str:
        """Say where the configuration speaks of a setting."""
        origin = self.prepared.config.origin(self.unit.program, self.unit.target, name, key)
        return origin.where or origin.layer

    def pairs(self, name: str) -> tuple[bool, dict[str, str]]:
        """Return whether a mapping is enabled, and what else it says."""
        said = dict(getattr(self.unit.settings, name))
        return said.pop("enabled", "true") == "true", said

    def placed(self, error: CrosswindError, name: str, key: str | int = "") -> CrosswindError:
        """Return an error about a value with the place where that stands."""
        return type(error)(
            error.code, error.message, subject=self.where(name, key), hint=error.hint
        )

    def defaults(self) -> Iterator[Resource]:
        """Yield what a program has if nobody says otherwise; a library gets no manifest then."""
        if self.pairs("version_info")[0]:
            yield self.version_of({})
        if self.pairs("manifest")[0] and not self.is_library:
            yield manifest.resource(manifest.write(), self.language)

    def version_tab(self) -> Iterator[Resource]:
        enabled, texts = self.pairs("version_info")
        if enabled and texts:
            yield self.version_of(texts)

    def version_of(self, texts: dict[str, str]) -> Resource:
        """Make a version tab whose numbers are those of FileVersion and ProductVersion."""
        number = self.prepared.version
        default = {
            "FileDescription": self.unit.program,
            "InternalName": self.unit.program,
            "OriginalFilename": self.unit.file_name,
            "ProductName": self.prepared.name,
        }
        info = version.from_settings(
            texts.get("FileVersion") or number,
            {**default, **texts},
            product_version=texts.get("ProductVersion", ""),
            language=self.language,
            dll=self.is_library,
            subject=self.where("version_info", "FileVersion"),
        )
        return version.resource(info, self.language)

    def own_manifest(self) -> Iterator[Resource]:
        enabled, said = self.pairs("manifest")
        if not enabled or not said:
            return
        file = said.pop("file", "")
        if file and said:
            raise UsageError(
                "CW0231",
                f"the manifest is {file}, so {', '.join(said)} would have no effect",
                subject=self.where("manifest", next(iter(said))),
                hint="write it into the file, or leave `file` out",
            )
        data = self.manifest_of(said)
        if file:
            data = self.read(file, "manifest", "file")
            self.findings.extend(manifest.check(data, file).findings(file))
        yield manifest.resource(data, self.language, library=self.is_library)

    def manifest_of(self, said: dict[str, str]) -> bytes:
        words: dict[str, Any] = {
            "level": manifest.Level, "dpi": manifest.Dpi, "supported_os": manifest.System,
        }  # fmt: skip
        values: dict[str, Any] = {
            name: words[name](text) if name in words else text == "true"
            for name, text in said.items()
        }
        try:
            return manifest.write(manifest.ManifestSettings(**values))
        except UsageError as error:
            raise self.placed(error, "manifest", next(iter(said), "")) from error

    def own_icon(self) -> Iterator[Resource]:
        names = self.unit.settings.icon
        if names:
            images = [self.read(name, "icon", at) for at, name in enumerate(names)]
            data, findings = icons.ico(images, names=names)
            self.findings.extend(findings)
            yield from icon.from_ico(data, _ICON, self.language, subject=names[0])

    def string_tables(self) -> Iterator[Resource]:
        texts = {int(number): text for number, text in self.unit.settings.string_table}
        yield from strings.write(texts, self.language)

    def raw_data(self) -> Iterator[Resource]:
        for name, file in self.unit.settings.rcdata:
            identifier: Identifier = int(name) if name.isdecimal() else name.upper()
            data = self.read(file, "rcdata", name)
            yield Resource(ResourceType.RCDATA, identifier, self.language, data)
