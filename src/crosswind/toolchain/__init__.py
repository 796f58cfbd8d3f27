"""Find or fetch Go: the system's, other versions through Go's own client, or a pinned wheel.

found = resolve(Request(module_go="1.24"))
process.run([found.go, "build"], env=environment(found, os.environ))

And Zig, from its pinned wheel:

found = zig(Request())
process.run([found.path, "version"], env=zig_environment(os.environ))
"""

from crosswind.toolchain.environment import environment
from crosswind.toolchain.model import Source, Toolchain, Zig
from crosswind.toolchain.ports import ports
from crosswind.toolchain.request import Request
from crosswind.toolchain.resolve import install, installed, resolve, verify_installed
from crosswind.toolchain.settings import Setting, Settings
from crosswind.toolchain.transfer import Limits
from crosswind.toolchain.verify import verify
from crosswind.toolchain.zig import find_zig, verify_zig, zig, zig_environment, zigs

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
    "verify",
    "verify_installed",
    "verify_zig",
    "zig",
    "zig_environment",
    "zigs",
]
