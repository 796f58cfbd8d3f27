"""Resource scripts (`.rc`): a preprocessor and a compiler for what Go programs carry. Pure.

`compile_script` is the way in. Scripts with dialogs, menus or accelerators are recognised and left to Zig.
"""

from __future__ import annotations

from crosswind.windows.rc.compile import Compiled, NeedsZig, Options, compile_script
from crosswind.windows.rc.files import Reader
from crosswind.windows.rc.problem import Place, ScriptError
from crosswind.windows.rc.source import marked_text

__all__ = [
    "Compiled",
    "NeedsZig",
    "Options",
    "Place",
    "Reader",
    "ScriptError",
    "compile_script",
    "marked_text",
]
