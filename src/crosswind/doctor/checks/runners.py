"""What can run here, once built: none of it is needed for building."""

from __future__ import annotations

from crosswind.doctor import mend
from crosswind.doctor.facts import Facts
from crosswind.doctor.line import Verdict, fine, harmless

_OPTIONAL = "running is optional: programs are built and verified all the same"


def native(facts: Facts) -> Verdict:
    """Is this host one of the targets."""
    name = f"{facts.on.goos}/{facts.on.goarch}"
    if facts.targets.runners.get(name) == "native":
        return fine(f"{name} runs here as it is")
    return harmless(f"{name} is no target", "nothing built here runs here as it is")


def wine(facts: Facts) -> Verdict:
    """Is there Wine for Windows programs."""
    return _runner(facts, "windows", ("windows",), "wine", "Wine")


def qemu(facts: Facts) -> Verdict:
    """Is there QEMU's user mode for Linux programs of other processors."""
    if facts.on.goos != "linux":
        return harmless("not on this system", "QEMU's user mode runs Linux programs on Linux only")
    return _runner(facts, "Linux of another processor", ("linux",), "qemu", "QEMU")


def wasm(facts: Facts) -> Verdict:
    """Is there a program that runs WebAssembly."""
    program = (
        "node" if any(name.startswith("js/") for name in facts.targets.runners) else "wasmtime"
    )
    return _runner(facts, "WebAssembly", ("js", "wasip1"), program, program)


def emulator(facts: Facts) -> Verdict:
    """Is there our own emulator for Windows programs, which needs no Wine and can watch them."""
    if facts.on.goos == "windows":
        return harmless("not needed", "this is Windows itself")
    if facts.targets.emulator:
        return fine(f"windows/amd64 by {facts.targets.emulator}, without Wine")
    reason = "Windows programs run without Wine, and can be traced and confined, once it is there"
    return harmless(
        "the extra `emulator` is not installed", reason, "pip install 'crosswind[emulator]'"
    )


def _runner(facts: Facts, what: str, systems: tuple[str, ...], program: str, name: str) -> Verdict:
    wanted = {
        target: runner
        for target, runner in facts.targets.runners.items()
        if target.partition("/")[0] in systems and runner != "native"
    }
    if not wanted:
        return harmless(f"not looked for {name}", f"no target is {what}")
    lacking = [target for target, runner in wanted.items() if not runner]
    if lacking:
        change = mend.install(program, facts.host.installer)
        return harmless(f"nothing here runs {', '.join(lacking)}", _OPTIONAL, change)
    return fine("; ".join(f"{target} by {runner}" for target, runner in wanted.items()))
