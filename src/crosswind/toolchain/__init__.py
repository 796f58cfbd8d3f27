"""Find or fetch Go: the system's, other versions through Go's own client, or a pinned wheel.

found = resolve(Request(module_go="1.24"))
process.run([found.go, "build"], env=environment(found, os.environ))

And Zig, from its pinned wheel:

found = zig(Request())
process.run([found.path, "version"], env=zig_environment(os.environ))
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from crosswind.toolchain.environment import environment
from crosswind.toolchain.model import Source, Toolchain, Zig
from crosswind.toolchain.ports import ports
from crosswind.toolchain.request import Request
from crosswind.toolchain.resolve import install, installed, resolve, verify_installed
from crosswind.toolchain.settings import Setting, Settings
from crosswind.toolchain.transfer import Limits

if TYPE_CHECKING:
    from crosswind.toolchain.zig_wheel import find_zig, verify_zig, zig, zig_environment, zigs

__all__ = [
    "Limits",
    "Request",
    "Setting",
    "Settings",
    "Source",
    "Toolchain",
    "Zig",
    "environment",
    "find_zig",
    "install",
    "installed",
    "ports",
    "resolve",
    "verify_installed",
    "verify_zig",
    "zig",
    "zig_environment",
    "zigs",
]

# Most builds need no Zig: its module is imported when somebody asks.
_OF_ZIG = ("find_zig", "verify_zig", "zig", "zig_environment", "zigs")


def __getattr__(name: str) -> Any:
    """Import what is needed rarely."""
    if name not in _OF_ZIG:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = getattr(import_module(f"{__name__}.zig_wheel"), name)
    globals()[name] = found
    return found
