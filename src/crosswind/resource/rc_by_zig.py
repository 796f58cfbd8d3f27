"""Compile resource scripts with `zig rc`, where our own compiler does not know their statements."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path

from crosswind import toolchain
from crosswind.errors import BuildError
from crosswind.resource.reading import parse
from crosswind.resource.sources import Context
from crosswind.system import process
from crosswind.windows import res
from crosswind.windows.rc import marked_text
from crosswind.windows.resource import ResourceTree

# Seconds. The first call on a host compiles Zig's resource compiler: 47 CPU-seconds.
_LIMIT = 900.0
# What a message begins with: `app.rc:7:5: error: `, the path possibly with a drive's letter.
_ERROR = re.compile(r"^(?P<place>.+?:\d+:\d+): error: (?P<message>.*)$", re.MULTILINE)
_OTHER = re.compile(r"^(?:<cli>: )?error: (?P<message>.*)$", re.MULTILINE)
_CODE_PAGE = re.compile(r"^[ \t]*#[ \t]*pragma[ \t]+code_page\b.*$", re.MULTILINE | re.IGNORECASE)
# Zig's own words for a line that includes and macros moved.
_ORIGIN = re.compile(r"note: this line originated from line (\d+) of file '(.+)'")


def compile_with_zig(path: Path, data: bytes, context: Context) -> ResourceTree:
    """Compile a script with the pinned Zig.

    Args:
        path: the script.
        data: its bytes.
        context: folders, macros, and whether Zig may be fetched.

    Raises:
        BuildError: CW0779, Zig reports errors; CW0703, it wrote no `.res` file.
        MissingError: CW0404, Zig is not here and may not be fetched.
        RemoteError: fetching it failed.
    """
    request = toolchain.Request(offline=context.offline, observer=context.observer)
    zig = toolchain.zig(request)
    env = toolchain.zig_environment(os.environ)
    # rc.exe's variable for include folders: a script should mean the same on every host.
    env.pop("INCLUDE", None)
    options = [word for name in context.defines for word in ("/d", name)]
    options += [word for folder in context.includes for word in ("/i", str(folder))]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = path
        text = marked_text(data)
        if text is not None:
            script = folder / "script.rc"
            script.write_bytes(_unmarked(text))
            options += ["/c", "65001", "/i", str(path.parent)]
        output = folder / "script.res"
        words = ["rc", "/:output-format", "res", "/:auto-includes", "gnu", *options]
        argv: list[str | Path] = [zig.path, *words, "/fo", output, "--", script]
        done = process.run(argv, env=env, timeout=_LIMIT)
        if done.returncode:
            raise _refused(path, done.text.replace(str(script), str(path)))
        return parse(output, res.read)


def _unmarked(text: str) -> bytes:
    """Encode a script of Visual Studio's as UTF-8: Zig reads no UTF-16, and no byte order mark.

    A code page that it names is about other bytes than these, and would win over the option.
    """
    return _CODE_PAGE.sub("", text).encode()


def _refused(path: Path, said: str) -> BuildError:
    match = _ERROR.search(said)
    if match:
        rest = said[match.end() :].partition(": error:")[0]
        origin = _ORIGIN.search(rest)
        line = f"{origin[2]}:{origin[1]}" if origin else match["place"]
        return BuildError("CW0779", match["message"], subject=line, hint="as zig rc says")
    other = _OTHER.search(said)
    message = other["message"] if other else said.strip()[-500:] or "zig rc failed"
    return BuildError("CW0779", message, subject=str(path), hint="as zig rc says")
