"""Which Go the go command would take: Go's own rules, without starting it.

cmd/go/internal/toolchain/select.go, Select (Go 1.27.3); https://go.dev/doc/toolchain#select.
"""

from __future__ import annotations

from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.toolchain import version
from crosswind.toolchain.settings import Setting


@frozen
class Choice:
    """The toolchain to take.

    Attributes:
        name: such as `go1.27.3`, or that of the local one.
        switching: whether GOTOOLCHAIN lets go.mod choose.
        path_only: whether it may only come from PATH.
    """

    name: str
    switching: bool
    path_only: bool = False


def choose(setting: Setting, local: str, module_go: str, module_toolchain: str) -> Choice:
    """Decide as cmd/go does.

    Args:
        setting: GOTOOLCHAIN; empty if nothing sets it.
        local: the name of the toolchain that is there, such as `go1.26.8`.
        module_go: the version in go.mod's go line; empty if it has none.
        module_toolchain: the name in its toolchain line; empty if it has none.

    Raises:
        UsageError: CW0412, GOTOOLCHAIN or the toolchain line is no valid name.
    """
    if not setting.value:
        # Without even go.env's default, Select leaves the local one alone.
        return Choice(local, switching=False)
    name, mode = _minimum(setting, local)
    if mode and module_toolchain != "default":
        name = _newest(name, module_go, module_toolchain)
    return Choice(name, switching=bool(mode), path_only=mode == "path")


def _minimum(setting: Setting, local: str) -> tuple[str, str]:
    """Take GOTOOLCHAIN apart: the least toolchain, and how to switch to a newer one."""
    value = setting.value
    if value in ("auto", "path"):
        return local, value
    name, plus, mode = value.partition("+")
    if name == "local":
        name = local
    elif not version.of_toolchain(name):
        raise _invalid("GOTOOLCHAIN", value, setting.origin)
    if plus and mode not in ("auto", "path"):
        raise _invalid("GOTOOLCHAIN", value, setting.origin)
    return name, mode


def _newest(least: str, module_go: str, module_toolchain: str) -> str:
    """The newest of the least toolchain, the toolchain line and the go line."""
    name, newest = least, version.parse(version.of_toolchain(least))
    if module_toolchain:
        wanted = version.of_toolchain(module_toolchain)
        if not wanted:
            raise _invalid("toolchain", module_toolchain, "go.mod")
        if version.parse(wanted) > newest:
            name, newest = module_toolchain, version.parse(wanted)
    if version.parse(module_go) > newest:
        name = f"go{version.first_release(module_go)}"
    return name


def _invalid(what: str, value: str, where: str) -> UsageError:
    hint = "such as go1.27.3" if what == "toolchain" else "auto, local, path, go1.27.3, go1.27+auto"
    return UsageError("CW0412", f"invalid {what} {value!r}", subject=where, hint=f"valid: {hint}")
