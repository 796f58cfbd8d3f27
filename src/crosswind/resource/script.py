"""The source `.rc`: resource scripts, by our own compiler or, with dialogs and the like, by Zig's."""

from __future__ import annotations

from pathlib import Path

from crosswind.errors import UsageError
from crosswind.events import Noted
from crosswind.finding import Finding, Severity
from crosswind.resource import rc_by_zig
from crosswind.resource.reading import read_file
from crosswind.resource.sources import Context
from crosswind.windows import manifest
from crosswind.windows.rc import NeedsZig, Options, compile_script
from crosswind.windows.resource import ResourceTree, ResourceType, describe


def script(path: Path, context: Context) -> ResourceTree:
    """Compile a resource script.

    Files are looked for beside the script, in `context.includes`, and in the current directory, as
    resource compilers do. Warnings go to `context.warn`, and a note if Zig is used.

    Raises:
        UsageError: CW0705, it is not there; CW0764, a definition of `context` has no name.
        BuildError: CW0706, it is too large; CW0760 to CW0775 and CW0701, it has mistakes; CW0779,
            Zig refuses it; CW0750 to CW0752, Windows would refuse a program with its manifest.
        MissingError: Zig is needed and neither here nor to be fetched.
    """
    options = Options(
        defines=tuple(definition(text) for text in context.defines),
        include=(*(folder.as_posix() for folder in context.includes), ""),
    )
    data = read_file(path)
    result = compile_script(path.as_posix(), data, _read, options)
    if isinstance(result, NeedsZig):
        note = f"{result.keyword} is for zig rc, whose first run on a host takes up to a minute"
        finding = Finding("CW0778", Severity.NOTE, str(result.place), note)
        context.observer(Noted(finding))  # at once, since it may take long
        context.warn(finding)
        resources = rc_by_zig.compile_with_zig(path, data, context)
    else:
        for warning in result.warnings:
            context.warn(warning)
        resources = result.tree
    for one in resources.of_type(ResourceType.MANIFEST):
        subject = f"{path}: {describe(one)}"
        for finding in manifest.check(one.data, subject).findings(subject):
            context.warn(finding)
    return resources


def definition(text: str) -> tuple[str, str]:
    """Split `NAME` or `NAME=VALUE`; without a value it is 1, as for every compiler.

    Raises:
        UsageError: CW0764, the name is none that a macro can have.
    """
    name, given, value = text.partition("=")
    if not name.isidentifier():
        raise UsageError(
            "CW0764", f"{text!r} defines no macro", subject="--define", hint="--define NAME=VALUE"
        )
    return name, value if given else "1"


def _read(path: str) -> bytes | None:
    """Read a file that a script names; what cannot be opened is not there, and others are tried."""
    try:
        file = Path(path)
        if not file.is_file():
            found = _any_case(file)
            if found is None or not found.is_file():
                return None
            file = found
    except (OSError, ValueError):  # a name that no file system allows
        return None
    return read_file(file)


def _any_case(path: Path) -> Path | None:
    """Find a file by a name in other case: scripts are mostly written on Windows, where it does not count.

    Where several names differ in nothing else, none is taken.
    """
    found = Path(path.anchor)
    for part in path.parts[1:] if path.anchor else path.parts:
        exact = found / part
        if not exact.exists():
            wanted = part.casefold()
            near = [one for one in found.iterdir() if one.name.casefold() == wanted]
            if len(near) != 1:
                return None
            exact = near[0]
        found = exact
    return found
