"""Progress as lines, for logs and for GitHub."""

from pathlib import Path

from crosswind.artifact import Artifact, Kind
from crosswind.events import Fetching, PlanReady, Stage, StageStarted, Transfer, UnitFinished
from crosswind.finding import Check, Finding, Report, Severity, Status
from crosswind.outcome import Built, Failed, Skipped, Usage
from crosswind.report.lines import Lines, on_github
from crosswind.target import Target

TARGET = Target("windows", "amd64")
FILE = Artifact(Path("dist/app.exe"), Kind.BINARY, "app", TARGET, 4_100_000, "00")
BUILT = Built((FILE,), Usage(3.2))
REPORT = Report(
    "dist/app.exe",
    (
        Check("CW1001", "file format", Status.PASS, "PE32+"),
        Check("CW1302", "ASLR", Status.FAIL, "off\nreally"),
        Check("CW1111", "revision", Status.SKIP, "no stamp"),
    ),
)


def said(*events: object, github: bool = False, verbose: bool = False) -> list[str]:
    lines: list[str] = []
    observe = Lines(lines.append, github=github, verbose=verbose)
    observe(PlanReady((("app", TARGET),)))
    for event in events:
        observe(event)
    return lines


def test_an_end_is_one_line() -> None:
    assert said(UnitFinished("app", TARGET, BUILT, REPORT)) == [
        "[1/1] windows/amd64 app: built, 4.1 MB in 3.20 s, 1 check passed, 1 FAILED, 1 not checked"
    ]
    assert said(UnitFinished("app", TARGET, Skipped("no cgo"))) == [
        "[1/1] windows/amd64 app: skipped: no cgo"
    ]
    failed = Failed((Finding("CW0601", Severity.ERROR, "app", "undefined: x\nmore"),))
    assert said(UnitFinished("app", TARGET, failed))[0].endswith("failed: undefined: x")


def test_the_same_failure_of_another_unit_is_no_news() -> None:
    def failed(target: Target, text: str) -> UnitFinished:
        finding = Finding("CW0601", Severity.ERROR, f"app {target}", text, f"hint for {target}")
        return UnitFinished("app", target, Failed((finding,)))

    other, third = Target("linux", "386"), Target("linux", "arm64")
    events = [failed(TARGET, "a\nb"), failed(other, "a\nb"), failed(third, "a\nc")]
    assert [line.partition(" ")[2] for line in said(*events)] == [
        "windows/amd64 app: failed: a",
        "linux/386 app: failed as windows/amd64 app did",
        "linux/arm64 app: failed: a",
    ]
    shown = [line for line in said(*events, github=True) if line.startswith("::error")]
    assert shown == [
        "::error title=CW0601 app windows/amd64::a%0Ab",
        "::error title=CW0601 app linux/arm64::a%0Ac",
    ]


def test_each_stage_is_said_to_who_wants_to_know() -> None:
    stages = (Stage.COMPILE, Stage.EMBED, Stage.SPLIT, Stage.SIGN, Stage.VERIFY)
    events = [StageStarted("app", TARGET, stage) for stage in stages]
    assert said(*events, verbose=True) == [f"{stage} app windows/amd64" for stage in stages]
    assert said(*events) == []


def test_github_folds_the_checks_and_shows_the_failure() -> None:
    lines = said(UnitFinished("app", TARGET, BUILT, REPORT), github=True)
    assert lines[0].startswith("::group::[1/1] windows/amd64 app")
    assert "::endgroup::" in lines
    assert lines[-1] == "::error title=CW1302 dist/app.exe::ASLR: off%0Areally"
    assert on_github({"GITHUB_ACTIONS": "true"})
    assert not on_github({})


def test_what_is_waited_for_is_said() -> None:
    module = "example.com/dep v1.0.0"
    assert said(Fetching(module, TARGET)) == [f"fetch {module} for windows/amd64"]
    assert said(Fetching(module)) == [f"fetch {module}"]


def test_a_download_says_its_quarters() -> None:
    steps = [Transfer("Go 1.27.3", n * 10, 100) for n in range(11)]
    lines = said(*steps, Transfer("Go 1.27.3", 100, 100, finished=True))
    assert [line.split()[2] for line in lines] == ["0", "30", "50", "80", "100", "100"]
    assert lines[-1] == "Go 1.27.3: 100 B, done"
