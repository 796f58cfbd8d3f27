"""What a failed go command said, trimmed to what matters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import takewhile

from crosswind.errors import ExitCode
from crosswind.finding import Finding, Severity
from crosswind.project import golist
from crosswind.project.golist import OuterCause
from crosswind.target import Target

# Lines of compiler output shown for one failure; the first errors are the ones to mend.
_SHOWN = 12
# How the line begins that says how many more there are.
MORE = "… and "

_NOISE = ("go: downloading ", "go: finding ", "go: extracting ")

# Gives the mend for a message on a target, if it knows one.
Advice = Callable[[str, Target], str | None]


def no_advice(_text: str, _target: Target) -> None:
    """Know no mend: for those who use the pipeline alone."""


def failure(stderr: str, subject: str, log: str, advice: Callable[[str], str | None]) -> Finding:
    """Turn the output of a failed `go build` into one finding.

    Args:
        stderr: all that the command printed.
        subject: program and target.
        log: where the whole output can be read.
        advice: gives the mend for a message it knows, or None.
    """
    lines = essential(stderr)
    shown = lines[:_SHOWN]
    if len(lines) > _SHOWN:
        shown.append(f"{MORE}{len(lines) - _SHOWN} more lines in {log}")
    message = "\n".join(shown) or "the go command failed and said nothing"
    if outer := _outer_cause(lines):
        return Finding(outer.code, Severity.ERROR, subject, message, outer.hint)
    hint = advice("\n".join(lines)) or ""
    # Without a header it is the go command that speaks, of its settings as a rule.
    if not hint and not any(line.startswith("# ") for line in lines):
        hint = golist.known_mend(message)
    return Finding("CW0601", Severity.ERROR, subject, message, hint)


def _outer_cause(lines: list[str]) -> OuterCause | None:
    if any("no space left on device" in line for line in lines):
        return OuterCause("CW0503", "free some, then run again")
    # Behind a header the compiler speaks, of sources; before any, what is said is of modules.
    loading = takewhile(lambda line: not line.startswith("# "), lines)
    return golist.outer_cause("\n".join(loading))


def exit_code(codes: Iterable[str]) -> ExitCode:
    """Return the exit status for failures of these codes: 1 unless all came from outside."""
    kinds = {_OUTSIDE.get(code, ExitCode.FAILED) for code in codes}
    return next((kind for kind in _PRECEDENCE if kind in kinds), ExitCode.OK)


_OUTSIDE = {
    "CW0304": ExitCode.REMOTE,
    "CW0305": ExitCode.REMOTE,
    "CW0314": ExitCode.MISSING,
    "CW0503": ExitCode.MISSING,
}
_PRECEDENCE = (ExitCode.FAILED, ExitCode.MISSING, ExitCode.REMOTE)


def essential(stderr: str) -> list[str]:
    """Drop downloads, blank lines and repetitions; keep `# package` headers only before errors."""
    kept: list[str] = []
    for line in stderr.splitlines():
        text = line.rstrip()
        if not text or text.startswith(_NOISE) or text in kept:
            continue
        if text.startswith("# ") and kept and kept[-1].startswith("# "):
            kept.pop()
        kept.append(text)
    return kept


def excluded(stderr: str, import_path: str) -> bool:
    """Whether build constraints leave a package itself without files (go/build, NoGoError)."""
    return any(
        line.startswith(f"package {import_path}: build constraints exclude all Go files")
        for line in (text.strip().removeprefix("go: ") for text in stderr.splitlines())
    )
