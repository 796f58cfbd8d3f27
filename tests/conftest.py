"""What all tests share: the rule about skips in CI, and the time each part took."""

from __future__ import annotations

import os
import signal
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).parent.parent
# CI has no macOS and no Windows host. Whatever else a test needs, CI must provide.
EXCUSES = ("macos", "windows")

# A shell starts background jobs with SIGINT ignored, and children inherit that; the tests of Ctrl-C
# are about a crosswind that was started in the foreground.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says more of what else the machine does than of the code.
settings.register_profile(
    "any-time", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any-time")

_unexcused: list[str] = []
_seconds: dict[str, float] = defaultdict(float)
_tests: dict[str, set[str]] = defaultdict(set)


def in_ci() -> bool:
    """Whether skips count as failures."""
    return os.environ.get("CI", "").lower() in ("true", "1")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item):
    """Note on each report whether the test bears an excuse: reports keep no markers."""
    report = yield
    report.excused = any(item.get_closest_marker(name) for name in EXCUSES)
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up the times, and note the skips."""
    part = _part(report.nodeid)
    _seconds[part] += report.duration
    _tests[part].add(report.nodeid)
    if report.skipped and not hasattr(report, "wasxfail") and not report.excused:
        _unexcused.append(f"{report.nodeid}: {_reason(report)}")


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """A module that skips itself carries no marker, so it has no excuse."""
    if report.skipped:
        _unexcused.append(f"{report.nodeid}: {_reason(report)}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail a session in CI that left something out."""
    if in_ci() and _unexcused and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print each part's time, then the skips that CI does not allow."""
    terminalreporter.section("time of each part")
    for part in sorted(_seconds, key=_seconds.__getitem__, reverse=True):
        terminalreporter.write_line(f"{_seconds[part]:8.1f} s  {len(_tests[part]):5}  {part}")
    if in_ci() and _unexcused:
        terminalreporter.section("skipped in CI without a macos or windows marker", red=True)
        for line in _unexcused:
            terminalreporter.write_line(line)


def _part(nodeid: str) -> str:
    """`tests/unit` as a whole, the integration tests by file."""
    path = Path(nodeid.partition("::")[0])
    return "/".join(path.parts[:2]) if "unit" in path.parts else str(path)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """The text after `Skipped: `; longrepr of a skip is (file, line, text)."""
    return str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
