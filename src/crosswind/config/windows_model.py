"""The shape of `windows:` in `crosswind.yaml`: resources of Windows programs."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from crosswind.config.values import (
    SCALARS,
    Flag,
    Strict,
    Text,
    Texts,
    Value,
    mistake,
    one_of,
    or_off,
)
from crosswind.windows.manifest import Dpi, Level, System


def _file_or_off(value: object) -> object:
    """Take a text in place of a mapping: the file that has it all."""
    return {"file": value} if isinstance(value, str) else or_off(value)


def _known_string(name: str) -> str:
    near = [known for known in VERSION_STRINGS if known.lower() == name.lower() and known != name]
    if near:
        raise mistake(f"Windows calls it {near[0]}", f"write `{near[0]}:`")
    return name


# Win32, "StringFileInfo structure", szKey; other names are the program's own.
VERSION_STRINGS = (
    "Comments", "CompanyName", "FileDescription", "FileVersion", "InternalName", "LegalCopyright",
    "LegalTrademarks", "OriginalFilename", "PrivateBuild", "ProductName", "ProductVersion",
    "SpecialBuild",
)  # fmt: skip


def _string_number(name: str) -> str:
    if not re.fullmatch(r"[0-9]{1,5}", name) or int(name) > 0xFFFF:
        raise mistake(f"{name!r} is no number of a string", "strings are numbered 0 to 65535")
    return name


def _macro(name: str) -> str:
    if not name.isascii() or not name.isidentifier():
        raise mistake(f"{name!r} is no name of a macro", "letters, digits and underscores")
    return name


def _language(value: str) -> str:
    if "{{" not in value and not re.fullmatch(
        r"0[xX][0-9a-fA-F]{1,4}|[0-9]{1,5}|[A-Za-z-]+", value
    ):
        raise mistake(f"{value!r} is no language", "write one such as en-US, or its number 0x0409")
    return value


_VERSION_INPUT: Any = dict[str, SCALARS] | Literal[False]
VersionStrings = Annotated[
    dict[Annotated[str, AfterValidator(_known_string)], Value],
    BeforeValidator(or_off, json_schema_input_type=_VERSION_INPUT),
]


class ManifestKeys(Strict):
    """The application manifest: what a Windows program asks of the system."""

    enabled: Flag | None = Field(None, description="`false`: no manifest. Default: true.")
    file: Text | None = Field(
        None, description="A ready manifest, in place of all other keys. Templates allowed."
    )
    level: Annotated[Text, one_of(*Level)] | None = Field(
        None, description="The rights it runs with. Default: asInvoker."
    )
    ui_access: Flag | None = Field(
        None, description="Whether it may drive windows of programs with more rights."
    )
    dpi: Annotated[Text, one_of(*Dpi)] | None = Field(
        None, description="How it scales on screens of high resolution. Default: per-monitor-v2."
    )
    long_paths: Flag | None = Field(
        None, description="Whether paths may be longer than 260 characters. Default: true."
    )
    utf8: Flag | None = Field(
        None, description="Whether the ANSI functions of Windows take UTF-8. Default: false."
    )
    common_controls: Flag | None = Field(
        None, description="Whether controls look as since Windows XP (version 6). Default: false."
    )
    gdi_scaling: Flag | None = Field(
        None, description="Whether GDI is scaled for it; goes with dpi unaware. Default: false."
    )
    segment_heap: Flag | None = Field(
        None, description="Whether it uses the heap of newer Windows. Default: false."
    )
    supported_os: Annotated[Text, one_of(*System)] | None = Field(
        None, description="The oldest Windows that it says it knows. Default: windows-7."
    )


class WindowsKeys(Strict):
    """What goes into Windows programs after linking. An empty mapping takes all defaults."""

    enabled: Flag | None = Field(None, description="`false`: nothing is put in. Default: true.")
    icon: Texts | None = Field(
        None, description="Images for the icon: PNG of any size, or .ico. Templates allowed."
    )
    version: VersionStrings | None = Field(
        None,
        description="Strings of the version tab by their Win32 names; FileVersion and"
        " ProductVersion give the numbers, too. Templates allowed. `false`: none.",
    )
    manifest: (
        Annotated[
            ManifestKeys,
            BeforeValidator(
                _file_or_off, json_schema_input_type=ManifestKeys | str | Literal[False]
            ),
        ]
        | None
    ) = Field(None, description="The application manifest, or a ready file. `false`: none.")
    resources: Texts | None = Field(
        None,
        description="Files to take resources from: .rc, .res, .syso, .json, folders."
        " Templates allowed.",
    )
    defines: dict[Annotated[str, AfterValidator(_macro)], Value] | None = Field(
        None, description="Macros for .rc files, by name; layers merge. Templates allowed."
    )
    includes: Texts | None = Field(
        None,
        description="Folders in which .rc files look for what they name, besides their own and"
        " the project's. Templates allowed.",
    )
    strings: dict[Annotated[str, AfterValidator(_string_number)], Value] | None = Field(
        None, description="Texts of string tables by number; layers merge. Templates allowed."
    )
    rcdata: dict[str, Text] | None = Field(
        None, description="Files that become RCDATA, by name or number; layers merge."
    )
    language: Annotated[Text, AfterValidator(_language)] | None = Field(
        None, description="Language of what is made here: en-US or 0x0409. Default: 0x0409."
    )


Windows = Annotated[
    WindowsKeys, BeforeValidator(or_off, json_schema_input_type=WindowsKeys | Literal[False])
]
