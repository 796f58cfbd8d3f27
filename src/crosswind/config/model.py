"""The shape of `crosswind.yaml`: what validates it, and its JSON Schema.

Imported only where a file changed since it was last read: pydantic takes 0.1 s to import.
"""

from __future__ import annotations

import posixpath
import re
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BeforeValidator, Field

from crosswind.config import size
from crosswind.config.document import Kind, Scalar
from crosswind.config.settings import Cgo, Debug
from crosswind.config.sign_model import SignKeys
from crosswind.config.smoke_model import Smoke
from crosswind.config.values import (
    ONE_OR_MANY,
    Flag,
    Strict,
    Text,
    Texts,
    Value,
    as_list,
    as_number,
    as_text,
    mistake,
    one_of,
    scalar,
)
from crosswind.config.windows_model import Windows
from crosswind.port import ARCHS


def _cgo(value: object) -> object:
    if isinstance(value, Scalar) and value.kind is Kind.BOOL:
        return "on" if value.text.lower() == "true" else "off"
    return value


CgoMode = Annotated[
    str,
    one_of(*Cgo),
    BeforeValidator(_cgo, json_schema_input_type=Literal["off", "on", "auto", True, False]),
]

# `go help buildmode`; archive and shared are no modes for main packages.
_BUILD_MODES: Any = Literal["exe", "pie", "c-archive", "c-shared", "plugin", "default"]
_BUILD_VCS: Any = Literal["auto", "true", "false", True, False]
# `go help build`, -mod.
_MODS: Any = Literal["readonly", "vendor", "mod"]

BuildMode = Annotated[
    str,
    one_of(*get_args(_BUILD_MODES)),
    BeforeValidator(as_text, json_schema_input_type=_BUILD_MODES),
]
BuildVcs = Annotated[
    str,
    one_of("auto", "true", "false"),
    BeforeValidator(as_text, json_schema_input_type=_BUILD_VCS),
]
Mod = Annotated[
    str, one_of(*get_args(_MODS)), BeforeValidator(as_text, json_schema_input_type=_MODS)
]


def _tags(value: object) -> object:
    """Take `a,b` apart as Go does."""
    items = as_list(value)
    if not isinstance(items, list):
        return items
    return [
        part.strip() if isinstance(part, str) else part
        for item in items
        for part in (item.split(",") if isinstance(item, str) and "{{" not in item else [item])
    ]


def _tag(value: str) -> str:
    # go/build/constraint, isValidTag: letters, digits, underscores and dots.
    if "{{" not in value and not re.fullmatch(r"[\w.]+", value):
        raise mistake(f"{value!r} is no build tag", "a tag has letters, digits, _ and . only")
    return value


Tags = Annotated[
    list[Annotated[Text, AfterValidator(_tag)]],
    BeforeValidator(_tags, json_schema_input_type=ONE_OR_MANY),
]

# What other keys say, or what crosswind itself must decide.
_OWN_KEY = {
    "tags": "tags", "ldflags": "ldflags", "gcflags": "gcflags", "asmflags": "asmflags",
    "trimpath": "trimpath", "buildmode": "buildmode", "buildvcs": "buildvcs", "pgo": "pgo",
    "mod": "mod",
}  # fmt: skip
_RESERVED = ("o", "C", "n", "json")


def _build_flag(value: str) -> str:
    name = re.match(r"--?([A-Za-z]+)(=|\Z)", value)
    if name and name[1] in _OWN_KEY:
        raise mistake(f"{value!r} has a key of its own", f"write it under `{_OWN_KEY[name[1]]}:`")
    if name and name[1] in _RESERVED:
        raise mistake(f"-{name[1]} is crosswind's to set", "leave it out")
    if re.match(r"-[A-Za-z]+\s", value):
        raise mistake(f"{value!r} is two arguments", "write -flag=value, or two list items")
    return value


BuildFlags = Annotated[
    list[Annotated[Text, AfterValidator(_build_flag)]],
    BeforeValidator(as_list, json_schema_input_type=ONE_OR_MANY),
]

_BY_TARGET = {"GOOS", "GOARCH"} | {arch.variant.variable for arch in ARCHS.values() if arch.variant}


def _environment(value: object) -> object:
    if isinstance(value, list) and all(isinstance(item, str) and "=" in item for item in value):
        raise mistake(
            "expected a mapping, found a list of NAME=value", "write `NAME: value`, one a line"
        )
    return value


def _variable_name(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
        raise mistake(f"{name!r} is no name of an environment variable")
    if name in _BY_TARGET:
        raise mistake(f"{name} follows from the target", "choose targets: `linux/arm/7`")
    if name == "CGO_ENABLED":
        raise mistake("CGO_ENABLED follows from `cgo`", "write `cgo: on` or `cgo: off`")
    return name


Environment = Annotated[
    dict[Annotated[str, AfterValidator(_variable_name)], Value], BeforeValidator(_environment)
]


def _symbol(name: str) -> str:
    # cmd/link, -X importpath.name=value; quotes and blanks would end the argument early.
    if not re.fullmatch(r"[^\s'\"=]+\.[^\W\d]\w*", name):
        raise mistake(f"{name!r} is no Go variable", "write package path and name: `main.version`")
    return name


Variables = dict[Annotated[str, AfterValidator(_symbol)], Value]


def _file_name(name: str) -> str:
    if "{{" in name:
        raise mistake("templates have no effect here", "write the name itself")
    if (
        re.search(r"[/\\:*?\"<>|\x00-\x1f]", name)
        or name.startswith((".", "-"))
        or name.endswith((".", " "))
    ):
        raise mistake(f"{name!r} is no file name on every platform")
    return name


FileName = Annotated[
    Text,
    BeforeValidator(
        as_text,
        json_schema_input_type=scalar(
            r'^(?![.-])(?![\s\S]*\{\{)[^/\\:*?"<>|\x00-\x1f]*[^/\\:*?"<>|\x00-\x1f. ](?![\s\S])',
            signed=False,
        ),
    ),
    AfterValidator(_file_name),
]


def _toolchain(value: str) -> str:
    version = value.removeprefix("go")
    if not re.fullmatch(r"1(\.[0-9]+){1,2}((rc|beta)[0-9]+)?", version):
        raise mistake(f"{value!r} is no Go version", "write one such as 1.27.3")
    return version


Toolchain = Annotated[
    str,
    BeforeValidator(
        as_text,
        json_schema_input_type=Annotated[
            str, Field(pattern=r"^(go)?1(\.[0-9]+){1,2}((rc|beta)[0-9]+)?(?![\s\S])")
        ]
        | float,
    ),
    AfterValidator(_toolchain),
]


def _dist(value: str) -> str:
    path = posixpath.normpath(value.replace("\\", "/"))
    if path in (".", "/") or path.split("/")[-1] == ".." or re.fullmatch(r"[A-Za-z]:/?", path):
        raise mistake(f"{value!r} would mix results and sources", "name a directory such as dist")
    return value


def _code(value: str) -> str:
    if not re.fullmatch(r"CW1[0-9]{3}", value):
        raise mistake(f"{value!r} is no check", "checks have codes such as CW1501")
    return value


def _count(value: int) -> int:
    if value < 0:
        raise mistake(f"expected 0 or more, found the number {value}")
    return value


def _version_one(value: int) -> int:
    if value != 1:
        raise mistake(f"version {value} is unknown", "this crosswind reads version 1")
    return value


_COUNT: Any = Annotated[int, Field(ge=0, le=999_999_999)]
Parallel = Annotated[
    int, BeforeValidator(as_number, json_schema_input_type=_COUNT), AfterValidator(_count)
]
Version = Annotated[
    int, BeforeValidator(as_number, json_schema_input_type=Literal[1]), AfterValidator(_version_one)
]


class SettingsKeys(Strict):
    """How a program is built; at the top level for all, in programs and overrides for some."""

    trimpath: Flag | None = Field(
        None, description="Remove the building machine's paths from the program. Default: true."
    )
    cgo: CgoMode | None = Field(None, description="Whether C code takes part. Default: off.")
    tags: Tags | None = Field(None, description="Build tags. Templates allowed.")
    ldflags: Texts | None = Field(
        None, description="Flags for the linker, joined by spaces. Templates allowed."
    )
    gcflags: Texts | None = Field(
        None, description="Flags for the compiler, each one -gcflags. Templates allowed."
    )
    asmflags: Texts | None = Field(
        None, description="Flags for the assembler, each one -asmflags. Templates allowed."
    )
    flags: BuildFlags | None = Field(
        None, description="Further arguments of go build. Templates allowed."
    )
    env: Environment | None = Field(
        None, description="Environment of go build, by name; layers merge. Templates allowed."
    )
    buildmode: BuildMode | None = Field(None, description="Go's -buildmode.")
    pgo: Text | None = Field(None, description="Go's -pgo: auto, off, or a profile's path.")
    buildvcs: BuildVcs | None = Field(
        None, description="Go's -buildvcs: whether version control state goes into the program."
    )
    mod: Mod | None = Field(None, description="Go's -mod.")
    gui: Flag | None = Field(
        None, description="Make Windows programs without a console window. Default: false."
    )
    variables: Variables | None = Field(
        None,
        description="Go string variables to set, by package path and name; layers merge."
        " Templates allowed.",
    )
    smoke: Smoke | None = Field(
        None,
        description="Arguments of one run of the finished program, on hosts that can run it; it"
        " must end with status 0. A mapping says more. Templates allowed.",
    )
    debug: Annotated[str, one_of(*Debug)] | None = Field(
        None,
        description="What becomes of symbols and DWARF after linking: keep, strip, or split into"
        " a file of their own. Default: keep.",
    )
    windows: Windows | None = Field(
        None, description="Icon, version, manifest and other resources of Windows programs."
    )
    sign: SignKeys | None = Field(None, description="How finished programs are signed.")


def _skipped(pattern: str) -> str:
    if pattern.startswith("!"):
        hint = "take it away from a list: targets: [all, '!plan9/*']; or name what is skipped"
        raise mistake(f"{pattern!r}: what is skipped is taken away already", hint)
    return pattern


class SkipEntry(Strict):
    """Targets that are not built, and why."""

    target: Annotated[Text, AfterValidator(_skipped)] = Field(
        description="A target or a pattern of targets."
    )
    reason: Text | None = Field(None, description="Shown beside the skipped target.")


def _skip_entry(value: object) -> object:
    return {"target": value} if isinstance(value, str) else value


def _many_skips(value: object) -> object:
    return [value] if isinstance(value, str | dict) else value


_SKIP_TEXT: Any = Annotated[str, Field(pattern=r"^(?!!)(?=[\s\S]*\S)")]
_SKIPS: Any = _SKIP_TEXT | SkipEntry | list[_SKIP_TEXT | SkipEntry]
Skips = Annotated[
    list[Annotated[SkipEntry, BeforeValidator(_skip_entry)]],
    BeforeValidator(_many_skips, json_schema_input_type=_SKIPS),
]


class ProgramEntry(SettingsKeys):
    """One program and what differs for it."""

    main: Text = Field(description="Its main package: ./directory or an import path.")
    name: FileName | None = Field(
        None, description="The program's name. Default: the last part of main."
    )
    targets: Texts | None = Field(None, description="Its targets, in place of the project's.")


class OverrideEntry(SettingsKeys):
    """Settings for the units that fit."""

    targets: Texts | None = Field(None, description="Patterns of targets. Default: all.")
    programs: Texts | None = Field(None, description="Patterns of program names. Default: all.")


class IgnoreEntry(Strict):
    """A check whose failure is accepted."""

    code: Annotated[Text, AfterValidator(_code)] = Field(description="The check's code.")
    reason: Text = Field(description="Why its failure is accepted; stands in the report.")
    targets: Texts | None = Field(None, description="Patterns of targets. Default: all.")


class VerifyKeys(Strict):
    """What verification does."""

    ignore: list[IgnoreEntry] | None = Field(None, description="Accepted failures of checks.")


def _size(value: str) -> str:
    if size.parse(value) is None:
        raise mistake(f"{value!r} is no size", "give a number and a unit, such as 10 GB or 512MiB")
    return value


class StoreKeys(Strict):
    """The store of finished results."""

    limit: Annotated[Text, AfterValidator(_size)] | None = Field(
        None, description="How large it may grow, such as 20 GB; 0 is no store. Default: 10 GB."
    )


class File(SettingsKeys):
    """The configuration of a crosswind project."""

    version: Version | None = Field(None, description="Version of this file's format: 1.")
    name: FileName | None = Field(
        None, description="The project's name. Default: the last part of the module's path."
    )
    toolchain: Toolchain | None = Field(
        None, description="The Go version to build with. Default: the Go at hand."
    )
    targets: Texts | None = Field(None, description="Targets or patterns to build for.")
    skip: Skips | None = Field(None, description="Targets or patterns not to build for.")
    dist: Annotated[Text, AfterValidator(_dist)] | None = Field(
        None, description="The directory for results. Default: dist."
    )
    programs: list[ProgramEntry] | None = Field(
        None, description="Programs to build. Default: every main package of the module."
    )
    overrides: list[OverrideEntry] | None = Field(
        None, description="Settings for some targets or programs, applied in order."
    )
    verify: VerifyKeys | None = Field(None, description="What verification does.")
    fail_fast: Flag | None = Field(
        None, description="Give up at the first failure instead of trying all. Default: false."
    )
    parallel: Parallel | None = Field(
        None, description="Compiles at a time. Default: 0, what the machine carries."
    )
    store: StoreKeys | None = Field(None, description="The store of finished results.")


def json_schema() -> dict[str, Any]:
    """Return the file's JSON Schema (draft 2020-12), for editors."""
    schema = _plain(File.model_json_schema())
    assert isinstance(schema, dict)  # noqa: S101 - it is the schema of an object
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "crosswind.yaml"}
    return {**head, **schema}


def _plain(node: object) -> object:
    """Drop pydantic's titles, and null, which no key accepts."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "anyOf" in node:
        options = [option for option in node["anyOf"] if option != {"type": "null"}]
        rest = {key: value for key, value in node.items() if key not in ("anyOf", "default")}
        if len(options) == 1:
            return _plain({**options[0], **rest})
        node = {"anyOf": options, **rest}
    return {
        key: _plain(value)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str))
    }
