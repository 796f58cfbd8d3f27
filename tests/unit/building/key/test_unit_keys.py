"""Keys of units: what changes them, what does not, and where there is none; without Go on disk."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from crosswind import toolchain
from crosswind.building import plan as planner
from crosswind.building.ground import Source
from crosswind.building.key.keys import UnitKeys, of_plan
from crosswind.building.plan import Unit, Workshop
from crosswind.building.prepare import Prepared, stamped_commit
from crosswind.config.settings import Config, Settings
from crosswind.project import gomod
from crosswind.project.git import Commit
from crosswind.project.graph.scan import Scan
from crosswind.project.programs import Program
from crosswind.project.remote import Remote
from crosswind.system import files
from crosswind.target import Target
from crosswind.toolchain import Toolchain

LINUX, WINDOWS, ARM = (
    Target("linux", "amd64"), Target("windows", "amd64"), Target("linux", "arm64"),
)  # fmt: skip
COMMIT = Commit("a" * 40, "", 0, "main", "v1.0.0", True, "", "v1.0.0", False, "", "tags")
FILES: Mapping[str, str] = {
    "go.mod": "module example.com/app\n\ngo 1.24\n\nrequire example.com/dep v1.0.0\n",
    "go.sum": "example.com/dep v1.0.0 h1:aaaa\nexample.com/dep v1.0.0/go.mod h1:bbbb\n",
    "main.go": 'package main\n\nimport (\n\t"example.com/app/lib"\n\t_ "example.com/dep"\n)\n\nfunc main() { lib.Do() }\n',
    "lib/lib.go": "package lib\n\nfunc Do() { do() }\n",
    "lib/do_windows.go": "package lib\n\nfunc do() {}\n",
    "lib/do_other.go": "//go:build !windows\n\npackage lib\n\nfunc do() {}\n",
    "lib/fast_amd64.s": '#include "textflag.h"\n',
    "lib/lib_test.go": "package lib\n",
    "lib/unused/unused.go": "package unused\n",
    "README.md": "Read me\n",
}


@dataclass
class Tree:
    """A source tree that is planned without any process."""

    root: Path
    settings: Settings = field(default_factory=lambda: Settings(buildvcs="false"))
    env: dict[str, str] = field(default_factory=lambda: {"GOENV": "off", "HOME": "/nowhere"})
    commit: Commit | None = None
    version: str = "1.27.3"
    source: toolchain.Source = toolchain.Source.MODULE
    remote: Remote | None = None
    package: str = ""
    cgo: bool = False

    def write(self, files: Mapping[str, str]) -> None:
        """Write files."""
        for name, text in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)

    def keys(self) -> UnitKeys:
        """Take the keys of the program at the root, for three targets."""
        module = gomod.find(self.root, self.env)
        host = Target("linux", "amd64")
        go = Toolchain(self.version, Path("/nowhere/go"), self.source, host)
        path = f"example.com/app/{self.package}".rstrip("/")
        units = tuple(
            Unit("app", ".", path, target, self.settings, cgo=self.cgo)
            for target in (LINUX, WINDOWS, ARM)
        )
        env = {"GOTOOLCHAIN": "local"}
        plan = planner.make(Workshop(go.go, self.root, Path("dist"), env, host), units, ())
        program = Program("app", path, self.root / self.package, "example.com/app")
        source = Source(module, self.root, (), self.remote)
        return of_plan(
            Prepared(
                plan,
                (),
                self.root,
                Config(),
                source,
                go,
                self.commit,
                stamped_commit(source, go, self.env, self.commit),
                "app",
                "1",
                self.env,
                (),
                (program,),
                Scan(files.cache_dir()),
            )
        )

    def digests(self) -> dict[Target, str]:
        """Take the digest of each key."""
        return {unit.target: key.digest for unit, key in self.keys().items()}


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tree:
    """A module with a dependency; no Go is on PATH, and no module cache is there."""
    monkeypatch.setenv("CROSSWIND_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", "")
    found = Tree(tmp_path / "app")
    found.write(FILES)
    return found


def changed(tree: Tree, before: Mapping[Target, str]) -> set[Target]:
    """Tell for which targets the key is another one now."""
    now = tree.digests()
    assert set(now) == set(before) == {LINUX, WINDOWS, ARM}
    return {target for target, digest in before.items() if now[target] != digest}


EVERY = {LINUX, WINDOWS, ARM}


@pytest.mark.parametrize(
    ("name", "targets"),
    [
        ("main.go", EVERY),
        ("lib/lib.go", EVERY),
        ("lib/do_windows.go", {WINDOWS}),
        ("lib/do_other.go", {LINUX, ARM}),
        ("lib/fast_amd64.s", {LINUX, WINDOWS}),
        ("lib/lib_test.go", set()),
        ("lib/unused/unused.go", set()),
        ("README.md", set()),
    ],
)
def test_a_file_changes_the_keys_of_targets_that_use_it(
    tree: Tree, name: str, targets: set[Target]
) -> None:
    before = tree.digests()
    with (tree.root / name).open("a") as stream:
        stream.write("// more\n")
    assert changed(tree, before) == targets


@pytest.mark.parametrize(
    ("name", "text", "targets"),
    [
        ("lib/new.go", "package lib\n", EVERY),
        ("lib/new_windows_amd64.syso", "x", {WINDOWS}),
        ("lib/new.h", "x", EVERY),
        ("default.pgo", "profile", EVERY),
        ("lib/exotic.go", "//go:build goexperiment.mystery\n\npackage lib\n", EVERY),
        ("lib/level_amd64.go", "//go:build amd64.v4\n\npackage lib\n", {LINUX, WINDOWS}),
        ("notes.txt", "x", set()),
        ("other/main.go", "package main\n", set()),
    ],
)
def test_a_new_file_counts_where_it_is_used(
    tree: Tree, name: str, text: str, targets: set[Target]
) -> None:
    before = tree.digests()
    tree.write({name: text})
    assert changed(tree, before) == targets


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("go.mod", "v1.0.0", "v1.0.1"),
        ("go.mod", "go 1.24", "go 1.25"),
        ("go.mod", "\nrequire", "\ngodebug panicnil=1\n\nrequire"),
        ("go.mod", "\nrequire", "\nreplace example.com/dep => example.com/fork v1.0.0\n\nrequire"),
        ("go.sum", "h1:aaaa", "h1:cccc"),
    ],
)
def test_modules_change_every_key(tree: Tree, name: str, old: str, new: str) -> None:
    before = tree.digests()
    text = (tree.root / name).read_text()
    assert old in text
    (tree.root / name).write_text(text.replace(old, new))
    assert changed(tree, before) == EVERY


def test_a_comment_in_go_mod_changes_nothing(tree: Tree) -> None:
    before = tree.digests()
    with (tree.root / "go.mod").open("a") as stream:
        stream.write("// a comment\n")
    assert changed(tree, before) == set()


@pytest.mark.parametrize(
    "settings",
    [
        {"tags": ("extra",)},
        {"ldflags": ("-s -w",)},
        {"gcflags": ("-N",)},
        {"asmflags": ("-D=X",)},
        {"trimpath": False},
        {"variables": (("main.version", "2"),)},
        {"flags": ("-installsuffix=x",)},
        {"pgo": "off"},
    ],
)
def test_settings_change_every_key(tree: Tree, settings: dict[str, object]) -> None:
    before = tree.digests()
    tree.settings = replace(tree.settings, **settings)  # type: ignore[arg-type]
    assert changed(tree, before) == EVERY


def test_a_module_at_a_version(tree: Tree, tmp_path: Path) -> None:
    there = tmp_path / "mod/cache/download/example.com/app/@v/v1.0.0.ziphash"
    there.parent.mkdir(parents=True)
    there.write_text("h1:cccc\n")
    tree.env |= {"GOMODCACHE": str(tmp_path / "mod")}
    tree.remote = Remote("example.com/app", "v1.0.0", tree.root, ".")
    # Nothing of it is stamped, and no file of it changes.
    tree.settings, tree.commit = replace(tree.settings, buildvcs=""), COMMIT
    before = tree.digests()
    tree.write({"main.go": "package main // more\n", "go.mod": FILES["go.mod"] + "// a comment\n"})
    tree.commit = replace(COMMIT, hash="b" * 40)
    assert changed(tree, before) == set()
    settings = tree.settings
    for other in ({"tags": ("extra",)}, {"ldflags": ("-s",)}, {"trimpath": False}):
        tree.settings = replace(settings, **other)  # type: ignore[arg-type]
        assert changed(tree, before) == EVERY
    tree.settings = replace(settings, pgo="some.pgo")
    assert tree.keys().doubts
    tree.settings = settings
    tree.env["GOAMD64"] = "v3"
    assert changed(tree, before) == {LINUX, WINDOWS}
    del tree.env["GOAMD64"]
    tree.version = "1.27.4"
    assert changed(tree, before) == EVERY
    tree.version = "1.27.3"
    there.write_text("h1:dddd\n")
    assert changed(tree, before) == EVERY
    there.unlink()
    assert tree.keys().doubts
    assert not tree.keys()


@pytest.mark.parametrize(
    ("name", "value", "targets"),
    [
        ("GOEXPERIMENT", "synctest", EVERY),
        ("GOFLAGS", "-tags=extra", EVERY),
        ("GOAMD64", "v3", {LINUX, WINDOWS}),
        ("GOARM64", "v8.1", {ARM}),
        ("GO386", "softfloat", set()),
        ("GOFIPS140", "latest", EVERY),
        ("GOCLOBBERDEADHASH", "1", EVERY),
        ("GONEVERHEARDOF", "1", EVERY),
        ("GOPROXY", "off", set()),
        ("GOCACHE", "/elsewhere", set()),
        ("GOMODCACHE", "/elsewhere", set()),
        ("CC", "clang", set()),
        ("EDITOR", "ed", set()),
    ],
)
def test_variables(tree: Tree, name: str, value: str, targets: set[Target]) -> None:
    before = tree.digests()
    tree.env[name] = value
    assert changed(tree, before) == targets


def test_what_go_env_wrote_counts_like_the_environment(tree: Tree, tmp_path: Path) -> None:
    tree.env["GOENV"] = str(tmp_path / "goenv")
    before = tree.digests()
    (tmp_path / "goenv").write_text("GOEXPERIMENT=synctest\n")
    assert changed(tree, before) == EVERY


def test_another_go_changes_every_key(tree: Tree) -> None:
    before = tree.digests()
    tree.version = "1.27.2"
    assert changed(tree, before) == EVERY


@pytest.mark.parametrize("other", [{"hash": "b" * 40}, {"dirty": True}, {"refs": "more tags"}])
def test_a_stamp_is_a_part_of_its_own(tree: Tree, other: dict[str, object]) -> None:
    (tree.root / ".git").mkdir()
    tree.settings, tree.commit = Settings(), COMMIT
    before = tree.keys()
    tree.commit = replace(COMMIT, **other)  # type: ignore[arg-type]
    after = tree.keys()
    assert len(before) == 3
    for unit, key in before.items():
        differing = [
            one.name
            for one, two in zip(key.parts, after[unit].parts, strict=True)
            if one.digest != two.digest
        ]
        assert differing == ["stamp"]


def test_without_a_stamp_the_repository_does_not_matter(tree: Tree) -> None:
    (tree.root / ".git").mkdir()
    tree.commit = COMMIT
    before = tree.digests()
    tree.commit = replace(COMMIT, dirty=True)
    assert changed(tree, before) == set()


def test_local_folders_count_by_their_files(tree: Tree) -> None:
    tree.write(
        {
            "go.mod": FILES["go.mod"] + "\nreplace example.com/dep => ../dep\n",
            "../dep/go.mod": "module example.com/dep\n",
            "../dep/dep.go": "package dep\n",
            "../dep/dep_windows.go": "package dep\n",
        }
    )
    before = tree.digests()
    tree.write({"../dep/dep_windows.go": "package dep // more\n"})
    assert changed(tree, before) == {WINDOWS}


def test_a_workspace_counts_by_its_files(tree: Tree) -> None:
    tree.write(
        {
            "go.work": "go 1.24\n\nuse (\n\t.\n\t./dep\n)\n",
            "dep/go.mod": "module example.com/dep\n",
            "dep/dep.go": "package dep\n",
        }
    )
    before = tree.digests()
    tree.write({"dep/dep.go": "package dep // more\n"})
    assert changed(tree, before) == EVERY


def test_vendor_counts_by_its_files(tree: Tree) -> None:
    tree.write(
        {
            "vendor/modules.txt": "# example.com/dep v1.0.0\n## explicit; go 1.24\nexample.com/dep\n",
            "vendor/example.com/dep/dep.go": "package dep\n",
        }
    )
    before = tree.digests()
    tree.write({"vendor/example.com/dep/dep.go": "package dep // more\n"})
    assert changed(tree, before) == EVERY


def test_what_a_hidden_module_may_import_counts(tree: Tree) -> None:
    """A module of the cache may import packages of a folder that replaces another."""
    tree.write(
        {
            "go.mod": FILES["go.mod"]
            + "\nrequire example.com/more v1.0.0\n\nreplace example.com/more => ../more\n",
            "../more/go.mod": "module example.com/more\n",
            "../more/deep/deep.go": "package deep\n",
        }
    )
    before = tree.digests()
    tree.write({"../more/deep/deep.go": "package deep // more\n"})
    assert changed(tree, before) == EVERY


@pytest.mark.parametrize(
    ("settings", "word"),
    [
        ({"flags": ("-overlay=o.json",)}, "-overlay"),
        ({"flags": ("-toolexec=time",)}, "-toolexec"),
        ({"flags": ("-a",)}, "-a"),
        ({"ldflags": ("-extld=gcc",)}, "-extld"),
        ({"ldflags": ("-linkmode=external",)}, "C compiler"),
        ({"gcflags": ("-embedcfg=x",)}, "-embedcfg"),
        ({"mod": "mod"}, "-mod=mod"),
        ({"buildmode": "pie"}, "C compiler"),
    ],
)
def test_doubts(tree: Tree, settings: dict[str, object], word: str) -> None:
    tree.settings = replace(tree.settings, **settings)  # type: ignore[arg-type]
    keys = tree.keys()
    assert not keys
    assert all(word in doubt for doubt in keys.doubts.values())
    assert len(keys.doubts) == 3


@pytest.mark.parametrize("name", ["lib/do_windows.go", "lib/lib_test.go"])
def test_a_broken_file_leaves_a_doubt_for_all_targets(tree: Tree, name: str) -> None:
    """Go's index refuses it for targets that leave it out, too, once it is two seconds old."""
    tree.write({name: "package lib\n\nimport (\n"})
    assert {unit.target for unit in tree.keys().doubts} == EVERY


def test_a_line_that_is_none_of_go_sum_leaves_a_doubt(tree: Tree) -> None:
    tree.write({"go.sum": f"{FILES['go.sum']}// comment\n"})
    place = f"{tree.root / 'go.sum'}:3"
    assert set(tree.keys().doubts.values()) == {
        f"{place}: malformed go.sum: wrong number of fields 2"
    }


def test_another_system_of_versions_leaves_a_doubt(tree: Tree) -> None:
    (tree.root / ".hg").mkdir()
    tree.settings = Settings()
    assert not tree.keys()


def test_places_count_unless_they_are_trimmed(tree: Tree, tmp_path: Path) -> None:
    before = tree.digests()
    tree.root = tree.root.rename(tmp_path / "moved")
    assert changed(tree, before) == set()
    tree.settings = replace(tree.settings, trimpath=False)
    before = tree.digests()
    tree.root = tree.root.rename(tmp_path / "again")
    assert changed(tree, before) == EVERY


def test_a_place_is_what_the_shell_calls_it(tree: Tree, tmp_path: Path) -> None:
    tree.settings = replace(tree.settings, trimpath=False)
    before = tree.digests()
    link = tmp_path / "link"
    link.symlink_to(tree.root)
    for named in (tree.root, tmp_path, "app", tmp_path / "nowhere"):
        tree.env["PWD"] = str(named)
        assert changed(tree, before) == set()
    tree.env["PWD"] = str(link)
    assert changed(tree, before) == EVERY


@pytest.mark.parametrize(
    ("added", "targets"),
    [
        ({"lib/fast_amd64.s": '#include "own.h"\n', "lib/own.h": "\n"}, EVERY),
        ({"lib/fast_amd64.s": '#include "values.inc"\n', "lib/values.inc": "\n"}, {ARM}),
        ({"lib/fast_amd64.s": '#include "../own.h"\n', "own.h": "\n"}, {ARM}),
        (
            {
                "lib/fast_amd64.s": '#include "own.h"\n',
                "lib/own.h": '#include "values.inc"\n',
                "lib/values.inc": "\n",
            },
            {ARM},
        ),
        ({"lib/fast_amd64.s": '#include "_own.h"\n', "lib/_own.h": "\n"}, {ARM}),
        ({"lib/fast_amd64.s": '#include "own_plan9.h"\n', "lib/own_plan9.h": "\n"}, {ARM}),
    ],
)
def test_assembly_takes_in_what_go_lists_or_there_is_no_key(
    tree: Tree, added: Mapping[str, str], targets: set[Target]
) -> None:
    tree.write(added)
    assert set(tree.digests()) == targets


def test_no_key_for_c_where_go_works_below_the_sources(tree: Tree) -> None:
    tree.env["GOTMPDIR"] = str(tree.root / "tmp")
    assert set(tree.digests()) == EVERY
    tree.cgo = True
    assert all("go works below" in doubt for doubt in tree.keys().doubts.values())
    tree.env["GOTMPDIR"] = f"{tree.root}-tmp"
    assert not any("go works below" in doubt for doubt in tree.keys().doubts.values())


def test_same_size_and_time_is_another_file_all_the_same(tree: Tree) -> None:
    path = tree.root / "lib" / "lib.go"
    old = path.stat()
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns - 10**12))
    before = tree.digests()
    seen = path.stat()
    other = path.with_suffix(".new")
    other.write_text(path.read_text().replace("do()", "di()"))
    os.utime(other, ns=(seen.st_atime_ns, seen.st_mtime_ns))
    other.replace(path)
    assert path.stat().st_size == seen.st_size
    assert path.stat().st_mtime_ns == seen.st_mtime_ns
    assert changed(tree, before) == EVERY


@pytest.mark.parametrize(
    ("pattern", "name", "counts"),
    [
        ("texts", "lib/texts/deep/a.txt", True),
        ("texts/*.txt", "lib/texts/b.txt", True),
        ("texts/[ab].txt", "lib/texts/a.txt", True),
        ("*.txt", "lib/c.txt", True),
        ("all:texts", "lib/texts/.hidden", True),
        ("*.txt", "lib/c.md", False),
        ("texts/a.txt", "lib/texts/b.txt", False),
    ],
)
def test_embedded_files_count(tree: Tree, pattern: str, name: str, counts: bool) -> None:
    source = f'package lib\n\nimport _ "embed"\n\n//go:embed {pattern}\nvar s string\n'
    tree.write({"lib/embed.go": source, "lib/texts/a.txt": "a", "lib/a.txt": "a"})
    before = tree.digests()
    tree.write({name: "new"})
    assert changed(tree, before) == (EVERY if counts else set())


def test_a_profile_counts_by_its_content(tree: Tree) -> None:
    tree.settings = replace(tree.settings, pgo="cpu.pgo")
    tree.write({"cpu.pgo": "one"})
    before = tree.digests()
    tree.write({"cpu.pgo": "two"})
    assert changed(tree, before) == EVERY


def test_a_profile_that_is_not_there_leaves_a_doubt(tree: Tree) -> None:
    tree.env["GOFLAGS"] = "-pgo=absent.pgo"
    assert all("absent.pgo" in doubt for doubt in tree.keys().doubts.values())
    assert len(tree.keys().doubts) == 3


def test_tags_that_cannot_be_read_leave_a_doubt(tree: Tree) -> None:
    (tree.root / ".git").mkdir()
    tree.settings, tree.commit = Settings(), replace(COMMIT, refs="")
    assert len(tree.keys().doubts) == 3


@pytest.mark.parametrize("word", ["T", "true", "TRUE"])
def test_every_word_for_true_switches_a_flag_on(tree: Tree, word: str) -> None:
    tree.settings = replace(tree.settings, flags=(f"-race={word}",))
    assert set(tree.keys().doubts.values()) == {"a C compiler takes part"}


# As the module cache has them: with a go.mod that says what is required, and from before there were any.
_LEADS_BACK = {
    "cache/download/example.com/dep/@v/v1.0.0.mod": "module example.com/dep\n\ngo 1.24\n\n"
    "require example.com/app v1.0.0\n"
}
_WITHOUT_GO_MOD = {
    "cache/download/example.com/dep/@v/v1.0.0.mod": "module example.com/dep\n",
    "example.com/dep@v1.0.0/dep.go": 'package dep\n\nimport _ "example.com/app/lib/unused"\n',
}


@pytest.mark.parametrize("cached", [_LEADS_BACK, _WITHOUT_GO_MOD])
def test_what_a_module_takes_back_from_the_main_module_counts(
    tree: Tree, tmp_path: Path, cached: Mapping[str, str]
) -> None:
    """A module that requires the main one, which go.sum need not name (graph pruning)."""
    tree.env["GOMODCACHE"] = str(tmp_path / "mod")
    tree.write({f"../mod/{name}": text for name, text in cached.items()})
    before = tree.digests()
    tree.write({"lib/unused/unused.go": "package unused // more\n"})
    assert changed(tree, before) == EVERY


def test_modules_that_lead_nowhere_back_add_nothing(tree: Tree, tmp_path: Path) -> None:
    tree.env["GOMODCACHE"] = str(tmp_path / "mod")
    name = "../mod/cache/download/example.com/dep/@v/v1.0.0.mod"
    tree.write({name: "module example.com/dep\n\nrequire example.com/apple v1.0.0\n"})
    before = tree.digests()
    tree.write({"lib/unused/unused.go": "package unused // more\n"})
    assert changed(tree, before) == set()


@pytest.mark.parametrize("name", ["GOTOOLCHAIN", "GOROOT", "GOENV", "HOME", "GIT_DIR"])
def test_a_target_that_is_led_elsewhere_leaves_a_doubt(tree: Tree, name: str) -> None:
    """The configuration may set variables for a target that say which Go and which settings hold."""
    tree.settings = replace(tree.settings, env=((name, "/elsewhere"),))
    found = tree.keys()
    assert len(found.doubts) == 3
    assert all(name in doubt for doubt in found.doubts.values())


def test_the_module_at_the_root_of_the_repository_is_stamped(tree: Tree, tmp_path: Path) -> None:
    """Without it Go tells no version; what else stands in it does not matter."""
    (tmp_path / ".git").mkdir()
    tree.settings, tree.commit = Settings(), replace(COMMIT, dirty=True)
    before = tree.digests()
    tree.write({"../go.mod": "module example.com\n"})
    assert changed(tree, before) == EVERY
    before = tree.digests()
    tree.write({"../go.mod": "module example.com\n\ngo 1.25\n"})
    assert changed(tree, before) == set()


def test_files_that_use_c_are_in_no_key_but_told_of(tree: Tree) -> None:
    """What is lost without cgo is told anew where such a file comes, though no program changes."""
    before = tree.keys()
    tree.write({"lib/with_c.go": 'package lib\n\nimport "C"\n'})
    after = tree.keys()
    assert {unit.target for unit in after if after[unit].digest != before[unit].digest} == set()
    assert after.using_c != before.using_c


@pytest.mark.parametrize(
    "lines",
    [
        "example.com/dep v1.0.0/go.mod h1:cccc\n",
        "",
        "example.com/dep v1.0.0/go.mod h1:cccc\nexample.com/dep v1.0.0/go.mod h1:bbbb\n",
    ],
    ids=["another", "none", "another before it"],
)
def test_hashes_of_go_mod_files_count(tree: Tree, lines: str) -> None:
    """Go refuses a module whose go.mod has another one, used or not."""
    before = tree.digests()
    tree.write({"go.sum": f"example.com/dep v1.0.0 h1:aaaa\n{lines}"})
    assert changed(tree, before) == EVERY


def stamped(tree: Tree) -> dict[str, str]:
    """Return what is said to be stamped into the first program."""
    keys = tree.keys()
    assert not keys.doubts
    key = next(iter(keys.values()))
    return dict(next(part for part in key.parts if part.name == "stamp").inputs)


def test_before_go_1_27_a_worktree_is_not_stamped(tree: Tree) -> None:
    """Its .git is a file, and marks no root (vcs.go, isVCSRoot)."""
    (tree.root / ".git").write_text("gitdir: ../elsewhere\n")
    tree.settings, tree.commit = Settings(), COMMIT
    assert stamped(tree)["stamp revision"] == COMMIT.hash
    tree.version = "1.26.8"
    assert stamped(tree) == {}


def test_before_go_1_27_a_submodule_has_the_stamp_of_what_is_around(
    tree: Tree, tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    (tree.root / ".git").write_text("gitdir: ../.git/modules/app\n")
    tree.settings, tree.commit, tree.version = Settings(), COMMIT, "1.26.8"
    # The outer one is no repository that git reads.
    assert set(tree.keys().doubts.values()) == set()
    assert stamped(tree) == {}


def test_without_git_nothing_is_stamped(tree: Tree) -> None:
    """As with -buildvcs=auto; to be asked for it is Go's to refuse."""
    (tree.root / ".git").mkdir()
    tree.settings = Settings()
    assert stamped(tree) == {}
    tree.settings = Settings(buildvcs="true")
    assert set(tree.keys().doubts.values()) == {"git does not tell of this repository"}


def test_a_program_in_another_repository_is_not_stamped(tree: Tree, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    tree.settings, tree.commit = Settings(), COMMIT
    tree.package = "cmd"
    tree.write({"cmd/main.go": "package main\n\nfunc main() {}\n"})
    assert stamped(tree) != {}
    (tree.root / "cmd" / ".git").mkdir()
    assert stamped(tree) == {}


def test_one_system_in_another_leaves_a_doubt(tree: Tree, tmp_path: Path) -> None:
    (tree.root / ".git").mkdir()
    (tmp_path / ".hg").mkdir()
    tree.settings, tree.commit = Settings(), COMMIT
    assert len(tree.keys().doubts) == 3
