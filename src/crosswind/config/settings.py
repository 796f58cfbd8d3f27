"""What a configuration means: frozen values that the planner reads, free of third-party imports.

`Config.settings` folds the layers that speak of one unit, the later over the earlier: defaults,
the file's top level, the program, the overrides in their order, the command line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import field, fields, replace
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from crosswind import target as targets_of
from crosswind.frozen import frozen
from crosswind.target import Target

Pairs = tuple[tuple[str, str], ...]
Path = tuple[str | int, ...]
Position = tuple[int, int]


class Cgo(StrEnum):
    """Whether C code takes part: never, always, or where the program imports it."""

    OFF = "off"
    ON = "on"
    AUTO = "auto"


class Debug(StrEnum):
    """What becomes of symbols and DWARF: they stay, are removed, or go into a file of their own."""

    KEEP = "keep"
    STRIP = "strip"
    SPLIT = "split"


@frozen
class Settings:
    """How one unit is built, templates still unrendered.

    Attributes:
        trimpath: remove the building machine's paths from the program.
        cgo: whether C code takes part.
        tags: build tags.
        ldflags: fragments of one `-ldflags`, joined by single spaces.
        gcflags: each one `-gcflags`.
        asmflags: each one `-asmflags`.
        flags: further arguments of `go build`.
        env: environment variables of `go build`, name and value.
        buildmode: Go's `-buildmode`; empty for Go's default.
        pgo: Go's `-pgo`: `auto`, `off` or a profile's path; empty for Go's default.
        buildvcs: Go's `-buildvcs`: `auto`, `true` or `false`; empty for Go's default.
        mod: Go's `-mod`: `readonly`, `vendor` or `mod`; empty for Go's default.
        gui: for Windows, a program without a console window.
        variables: what `-X` sets: `import/path.name` and value.
        smoke_run: whether the finished program is run once, where this host can run it.
        smoke: its arguments then.
        smoke_exit: the status that it must end with.
        smoke_output: what it must print; see `as_pattern`.
        debug: what becomes of debug data after linking.
        embed: whether Windows programs get resources after linking.
        icon: images that the program's icon is made of.
        resources: scripts, compiled resources and other files that resources are taken from.
        defines: macros that scripts see, by name.
        includes: folders in which scripts look for the files that they name.
        version_info: strings of VERSIONINFO by their Win32 names.
        manifest: settings of the application manifest by name, or `file`.
        string_table: texts of STRINGTABLE by number.
        rcdata: files that become RCDATA, by the resource's name.
        language: of the resources made from these settings: a LANGID or a name such as `en-US`.
        sign_windows: how Windows programs are signed, by the names of `sign.WindowsSigning`.
        sign_command: a signing command and its arguments, instead of a key.
        sign_timestamp: servers that confirm when it was signed, tried in order.
        sign_darwin: how macOS programs are signed, by the names of `sign.DarwinSigning`.
    """

    trimpath: bool = True
    cgo: Cgo = Cgo.OFF
    tags: tuple[str, ...] = ()
    ldflags: tuple[str, ...] = ()
    gcflags: tuple[str, ...] = ()
    asmflags: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    env: Pairs = ()
    buildmode: str = ""
    pgo: str = ""
    buildvcs: str = ""
    mod: str = ""
    gui: bool = False
    variables: Pairs = ()
    smoke_run: bool = False
    smoke: tuple[str, ...] = ()
    smoke_exit: int = 0
    smoke_output: str = ""
    debug: Debug = Debug.KEEP
    embed: bool = False
    icon: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    defines: Pairs = ()
    includes: tuple[str, ...] = ()
    version_info: Pairs = ()
    manifest: Pairs = ()
    string_table: Pairs = ()
    rcdata: Pairs = ()
    language: str = "0x0409"
    sign_windows: Pairs = ()
    sign_command: tuple[str, ...] = ()
    sign_timestamp: tuple[str, ...] = ()
    sign_darwin: Pairs = ()


# The word `host` where it is a pattern of its own.
_HOST = re.compile(r"(?<![^,!\s])host(?![^,\s])")

# Maps merge key by key; everything else is replaced whole by the layer that speaks last.
MAPS = (
    "env", "variables", "defines", "version_info", "manifest", "string_table", "rcdata",
    "sign_windows", "sign_darwin",
)  # fmt: skip

# Rendered where it is used: it speaks of the file that is signed.
RAW = ("sign_command",)

# Where in the file a setting stands, if not under its own name.
_PLACES: dict[str, Path] = {
    "smoke_run": ("smoke",),
    "smoke": ("smoke", "args"),
    "smoke_exit": ("smoke", "exit"),
    "smoke_output": ("smoke", "output"),
    "embed": ("windows",),
    "icon": ("windows", "icon"),
    "resources": ("windows", "resources"),
    "defines": ("windows", "defines"),
    "includes": ("windows", "includes"),
    "version_info": ("windows", "version"),
    "manifest": ("windows", "manifest"),
    "string_table": ("windows", "strings"),
    "rcdata": ("windows", "rcdata"),
    "language": ("windows", "language"),
    "sign_windows": ("sign", "windows"),
    "sign_command": ("sign", "windows", "command"),
    "sign_timestamp": ("sign", "windows", "timestamp"),
    "sign_darwin": ("sign", "darwin"),
}


def place(name: str) -> Path:
    """Return where a setting stands within its layer of the file."""
    return _PLACES.get(name, (name,))


@frozen
class Overlay:
    """What one layer says of the settings; None where it says nothing. Mirrors `Settings`."""

    trimpath: bool | None = None
    cgo: Cgo | None = None
    tags: tuple[str, ...] | None = None
    ldflags: tuple[str, ...] | None = None
    gcflags: tuple[str, ...] | None = None
    asmflags: tuple[str, ...] | None = None
    flags: tuple[str, ...] | None = None
    env: Pairs | None = None
    buildmode: str | None = None
    pgo: str | None = None
    buildvcs: str | None = None
    mod: str | None = None
    gui: bool | None = None
    variables: Pairs | None = None
    smoke_run: bool | None = None
    smoke: tuple[str, ...] | None = None
    smoke_exit: int | None = None
    smoke_output: str | None = None
    debug: Debug | None = None
    embed: bool | None = None
    icon: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    defines: Pairs | None = None
    includes: tuple[str, ...] | None = None
    version_info: Pairs | None = None
    manifest: Pairs | None = None
    string_table: Pairs | None = None
    rcdata: Pairs | None = None
    language: str | None = None
    sign_windows: Pairs | None = None
    sign_command: tuple[str, ...] | None = None
    sign_timestamp: tuple[str, ...] | None = None
    sign_darwin: Pairs | None = None

    def spoken(self) -> Iterator[tuple[str, Any]]:
        """Yield the settings this layer speaks of, each with its value."""
        for setting in fields(self):
            value = getattr(self, setting.name)
            if value is not None:
                yield setting.name, value

    def over(self, base: Settings) -> Settings:
        """Return the settings with this layer laid over them."""
        changes = dict(self.spoken())
        for name in MAPS:
            if name in changes:
                changes[name] = merged(getattr(base, name), changes[name])
        return replace(base, **changes)


def as_pattern(output: str) -> str:
    """Return the regular expression for an expected output: between slashes it is one, else text."""
    if len(output) > 1 and output.startswith("/") and output.endswith("/"):
        return output[1:-1]
    return re.escape(output)


def merged(base: Pairs, later: Pairs) -> Pairs:
    """Lay the later pairs over the earlier ones; a name keeps the place where it stood first."""
    return tuple({**dict(base), **dict(later)}.items())


@frozen
class Skip:
    """Targets that are not built, as a pattern, and why not."""

    target: str
    reason: str = ""


@frozen
class ProgramConfig:
    """One program: its main package (`./dir` or an import path), its name, what differs for it.

    Empty `targets` means those of the configuration.
    """

    main: str
    name: str
    targets: tuple[str, ...] = ()
    overlay: Overlay = Overlay()


@frozen
class Override:
    """Settings for the units that fit every non-empty list of patterns."""

    targets: tuple[str, ...] = ()
    programs: tuple[str, ...] = ()
    overlay: Overlay = Overlay()

    def fits(self, program: str, target: Target) -> bool:
        """Whether it speaks of this unit."""
        by_target = not self.targets or targets_of.matches(target, self.targets)
        by_program = not self.programs or any(fnmatchcase(program, p) for p in self.programs)
        return by_target and by_program


@frozen
class Ignore:
    """A check whose failure is accepted, and why; empty `targets` means everywhere."""

    code: str
    reason: str
    targets: tuple[str, ...] = ()


@frozen
class Origin:
    """Who decided a value.

    Attributes:
        layer: `default`, `command line`, `programs[0]`, `overrides[0]`; empty for the top level.
        where: `crosswind.yaml:12:3`; empty if it stands in no file.
    """

    layer: str
    where: str = ""

    def __str__(self) -> str:
        """Spell it for people: `crosswind.yaml:12 (overrides[0])`."""
        line = self.where.rpartition(":")[0]
        if not line:
            return self.layer
        return f"{line} ({self.layer})" if self.layer else line


@frozen
class Layer:
    """One source of settings: what it is called, where it stands in the file, what it says."""

    label: str
    path: Path
    overlay: Overlay


@frozen
class Config:
    """A project's configuration; `Config()` is that of a project without a file.

    Attributes:
        file: the file's name for messages; empty without a file.
        name: the project's name; empty for the planner to derive.
        toolchain: Go version such as `1.27.3`; empty for the one at hand.
        targets: patterns of what is built; empty for the planner's default.
        skip: patterns of what is not built.
        dist: the directory for results, relative to the project.
        programs: what is built; empty for every main package found.
        overlay: the settings at the file's top level.
        overrides: settings for some units, applied in order.
        ignore: accepted check failures.
        fail_fast: give up at the first failure.
        parallel: compiles at a time; 0 for what the machine carries.
        store_limit: bytes that the store of finished results may hold; None for the default.
        command_line: settings that were asked for on the command line.
        positions: line and column, from 1, of keys and list items in the file.
    """

    file: str = ""
    name: str = ""
    toolchain: str = ""
    targets: tuple[str, ...] = ()
    skip: tuple[Skip, ...] = ()
    dist: str = "dist"
    programs: tuple[ProgramConfig, ...] = ()
    overlay: Overlay = Overlay()
    overrides: tuple[Override, ...] = ()
    ignore: tuple[Ignore, ...] = ()
    fail_fast: bool = False
    parallel: int = 0
    store_limit: int | None = None
    command_line: Overlay = Overlay()
    positions: tuple[tuple[Path, Position], ...] = field(default=(), compare=False, repr=False)

    def layers(self, program: str, target: Target) -> tuple[Layer, ...]:
        """Return the layers that speak of a unit, the first to be laid first."""
        found = [Layer("", (), self.overlay)]
        for index, declared in enumerate(self.programs):
            if declared.name == program:
                found.append(Layer(f"programs[{index}]", ("programs", index), declared.overlay))
        for index, override in enumerate(self.overrides):
            if override.fits(program, target):
                found.append(Layer(f"overrides[{index}]", ("overrides", index), override.overlay))
        return (*found, Layer("command line", (), self.command_line))

    def settings(self, program: str, target: Target) -> Settings:
        """Return how a program is built for a target: all layers laid over the defaults."""
        settings = Settings()
        for layer in self.layers(program, target):
            settings = layer.overlay.over(settings)
        return settings

    def origin(self, program: str, target: Target, name: str, key: str | int = "") -> Origin:
        """Say which layer decided a setting.

        Args:
            program: the unit's program.
            target: the unit's target.
            name: of the setting.
            key: a name in `env` or `variables`, or an index into a list.
        """
        for layer in reversed(self.layers(program, target)):
            value = getattr(layer.overlay, name)
            if value is None or (name in MAPS and key not in ("", *dict(value))):
                continue
            if layer.overlay is self.command_line:
                return Origin(layer.label)
            return Origin(layer.label, self.where(*layer.path, *place(name), key))
        return Origin("default")

    def skipped(self, target: Target) -> Skip | None:
        """Return the entry of `skip` that takes this target away, if any."""
        found = (skip for skip in self.skip if targets_of.matches(target, [skip.target]))
        return next(found, None)

    def ignored(self, code: str, target: Target) -> Ignore | None:
        """Return the entry of `verify.ignore` that accepts this check's failure, if any."""
        for ignore in self.ignore:
            here = not ignore.targets or targets_of.matches(target, ignore.targets)
            if ignore.code == code and here:
                return ignore
        return None

    def on(self, host: Target) -> Config:
        """Return this configuration with `host` in its conditions replaced by what that is here."""

        def here(patterns: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(_HOST.sub(str(host), pattern) for pattern in patterns)

        return replace(
            self,
            skip=tuple(replace(one, target=here((one.target,))[0]) for one in self.skip),
            overrides=tuple(replace(one, targets=here(one.targets)) for one in self.overrides),
            ignore=tuple(replace(one, targets=here(one.targets)) for one in self.ignore),
        )

    def with_command_line(self, overlay: Overlay) -> Config:
        """Return this configuration with what the command line asks for laid over it."""
        return replace(self, command_line=overlay)

    def where(self, *path: str | int) -> str:
        """Say where a key or list item stands: `crosswind.yaml:12:3`.

        What has no place of its own has that of the nearest key around it.
        """
        known = dict(self.positions)
        for length in range(len(path), 0, -1):
            if path[:length] in known:
                line, column = known[path[:length]]
                return f"{self.file}:{line}:{column}"
        return self.file
