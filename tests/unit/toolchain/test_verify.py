from pathlib import Path

from crosswind.finding import Status
from crosswind.toolchain.verify import compare, digests

OFFICIAL = {
    "VERSION": "1", "README.md": "2", "go.env": "3", "bin/go": "4", "src/fmt/print.go": "5",
    "src/go.mod": "6",
}  # fmt: skip


def verdicts(**changes: str | None) -> dict[str, Status]:
    tree = {**OFFICIAL, **changes}
    kept = {name: digest for name, digest in tree.items() if digest is not None}
    return {check.code: check.status for check in compare(Path("/go"), kept, OFFICIAL)}


CLEAN = {"CW0421": Status.PASS, "CW0422": Status.PASS, "CW0423": Status.PASS}


def test_an_untouched_tree_passes() -> None:
    assert verdicts() == CLEAN


def test_a_changed_file_fails() -> None:
    for name in ("VERSION", "bin/go", "README.md"):
        assert verdicts(**{name: "x"}) == {**CLEAN, "CW0421": Status.FAIL}


def test_a_missing_file_fails_unless_it_is_a_text_at_the_root() -> None:
    assert verdicts(**{"src/fmt/print.go": None}) == {**CLEAN, "CW0422": Status.FAIL}
    assert verdicts(VERSION=None) == {**CLEAN, "CW0422": Status.FAIL}
    assert verdicts(**{"README.md": None}) == CLEAN


def test_a_foreign_file_fails_where_it_could_be_compiled() -> None:
    assert verdicts(**{"src/fmt/extra.go": "x"}) == {**CLEAN, "CW0423": Status.FAIL}
    assert verdicts(**{"test/extra.go": "x"}) == {**CLEAN, "CW0425": Status.SKIP}


def test_other_default_settings_are_a_warning() -> None:
    assert verdicts(**{"go.env": "x"}) == {**CLEAN, "CW0424": Status.WARN}
    assert verdicts(**{"go.env": None}) == {**CLEAN, "CW0424": Status.WARN}


def test_names_are_shown_and_counted() -> None:
    many = {f"src/{n}.go": "x" for n in range(9)}
    failed = next(
        check
        for check in compare(Path("/go"), {**OFFICIAL, **many}, OFFICIAL)
        if check.status is Status.FAIL
    )
    assert failed.message.startswith("9 do not belong there: src/0.go, src/1.go")
    assert failed.message.endswith("…")


def test_links_are_followed_once_and_module_names_are_mended(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    (tmp_path / "share" / "a.go").write_text("a")
    root = tmp_path / "root"
    root.mkdir()
    (root / "src").symlink_to(tmp_path / "share")
    (root / "src" / "loop").symlink_to(tmp_path / "share")
    (root / "_go.mod").write_text("m")
    (root / "go.mod").write_text("m")
    assert set(digests(root)) == {"src/a.go", "go.mod"}
