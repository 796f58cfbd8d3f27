"""The errors crosswind raises on purpose, each with a code, an exit status and a way out.

Anything else that escapes is a bug of ours. `explain CODE` prints the page of every code.
"""

from __future__ import annotations

from enum import IntEnum

from crosswind.finding import Finding, Severity


class ExitCode(IntEnum):
    """Exit status of the command line; the meanings are part of the contract."""

    OK = 0
    FAILED = 1
    USAGE = 2
    MISSING = 3
    REMOTE = 4
    INTERRUPTED = 130
    # 128 and SIGPIPE's number, as shells say of a program that wrote to a pipe without a reader.
    UNREAD = 141


class CrosswindError(Exception):
    """Something the user can act on: what happened, where, and what to do."""

    exit_code = ExitCode.FAILED

    def __init__(self, code: str, message: str, *, subject: str = "", hint: str = "") -> None:
        """Describe the error.

        Args:
            code: its page, such as `CW0301`.
            message: what happened, one sentence, no trailing full stop needed.
            subject: where: a file, `file:line:column`, a target, a program.
            hint: what to do about it, best as one command.
        """
        super().__init__(message)
        self.code = code
        self.message = message
        self.subject = subject
        self.hint = hint

    @property
    def finding(self) -> Finding:
        """The error as the value that reports carry."""
        return Finding(self.code, Severity.ERROR, self.subject, self.message, self.hint)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What to report: the error itself, or each mistake of one that stands for several."""
        return (self.finding,)


class MistakesError(CrosswindError):
    """Several mistakes of one file at once; mixed into the error that says whose they are."""

    def __init__(self, findings: tuple[Finding, ...], *, hints: bool) -> None:
        """Describe one mistake as itself, several as a list.

        Args:
            findings: each mistake, in the file's order.
            hints: whether the list tells each one's hint, too.
        """
        first = findings[0]
        if len(findings) == 1:
            super().__init__(first.code, first.message, subject=first.subject, hint=first.hint)
        else:
            super().__init__(
                first.code,
                f"{len(findings)} mistakes",
                subject=first.subject.partition(":")[0],
                hint="\n".join(_line(finding, hints=hints) for finding in findings),
            )
        self._findings = findings

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every mistake, in the file's order."""
        return self._findings


def _line(finding: Finding, *, hints: bool) -> str:
    hint = f" ({finding.hint})" if hints and finding.hint else ""
    return f"{finding.subject}: {finding.message}{hint}"


class BuildError(CrosswindError):
    """A build or a check failed, or a file is damaged."""


class UsageError(CrosswindError):
    """Wrong usage or configuration, or an input that is not there."""

    exit_code = ExitCode.USAGE


class MissingError(CrosswindError):
    """This host lacks something: a toolchain, a program, disk space."""

    exit_code = ExitCode.MISSING


class RemoteError(CrosswindError):
    """A registry or another remote service failed."""

    exit_code = ExitCode.REMOTE
