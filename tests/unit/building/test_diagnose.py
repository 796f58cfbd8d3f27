"""What of a compiler's output people see."""

from crosswind.building import diagnose
from crosswind.target import Target

TWO_PACKAGES = """\
go: downloading example.com/x v1.0.0
# example.com/app/empty
# example.com/app/cmd/a
cmd/a/main.go:5:2: undefined: syscall.Kill
cmd/a/main.go:5:2: undefined: syscall.Kill

cmd/a/main.go:9:2: declared and not used: x
"""


def test_downloads_repetitions_and_empty_headers_are_dropped() -> None:
    assert diagnose.essential(TWO_PACKAGES) == [
        "# example.com/app/cmd/a",
        "cmd/a/main.go:5:2: undefined: syscall.Kill",
        "cmd/a/main.go:9:2: declared and not used: x",
    ]


def test_a_flood_is_cut_and_says_so() -> None:
    stderr = "\n".join(f"main.go:{n}:1: undefined: x{n}" for n in range(100))
    finding = diagnose.failure(stderr, "app linux/amd64", "dist/log", lambda _text: "mend it")
    assert finding.message.splitlines()[-1] == "… and 88 more lines in dist/log"
    assert finding.hint == "mend it"
    assert finding.code == "CW0601"


def test_a_silent_failure_still_says_something() -> None:
    assert "said nothing" in diagnose.failure("", "app", "", lambda _text: None).message
    assert diagnose.no_advice("", Target("linux", "amd64")) is None


def test_what_go_says_of_its_settings_has_a_mend() -> None:
    said = "build cache is disabled by GOCACHE=off, but required as of Go 1.12\n"
    assert "go env -u GOCACHE" in diagnose.failure(said, "app", "", lambda _text: None).hint
    assert not diagnose.failure(f"# app\n{said}", "app", "", lambda _text: None).hint


def test_excluded_means_the_program_itself() -> None:
    text = "package example.com/app: build constraints exclude all Go files in /src\n"
    assert diagnose.excluded(text, "example.com/app")
    assert not diagnose.excluded(text, "example.com/other")
