from pathlib import Path

import pytest

from crosswind.system import host
from crosswind.toolchain.settings import Setting, Settings


@pytest.fixture
def goroot(tmp_path: Path) -> Path:
    (tmp_path / "go.env").write_text("# defaults\nGOTOOLCHAIN=auto\nGOPROXY=one,direct\n")
    return tmp_path


def test_the_environment_wins_then_the_user_then_the_distribution(
    tmp_path: Path, goroot: Path
) -> None:
    user = tmp_path / "env"
    user.write_text("GOPROXY=two\nGOSUMDB=off\nnonsense\n")
    env = {"GOENV": str(user), "GOSUMDB": "sums"}
    settings = Settings.read(env, goroot)
    assert settings.get("GOSUMDB") == Setting("sums", "the environment")
    assert settings.get("GOPROXY") == Setting("two", str(user))
    assert settings.get("GOTOOLCHAIN") == Setting("auto", str(goroot / "go.env"))
    assert settings.get("GONOSUMDB") == Setting("", "")


def test_an_empty_value_of_the_user_hides_the_default(tmp_path: Path, goroot: Path) -> None:
    user = tmp_path / "env"
    user.write_text("GOTOOLCHAIN=\n")
    assert Settings.read({"GOENV": str(user)}, goroot).get("GOTOOLCHAIN").value == ""


def test_goenv_off_leaves_the_users_file_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "goos", lambda: "linux")
    place = tmp_path / "go" / "env"
    place.parent.mkdir()
    place.write_text("GOTOOLCHAIN=local\n")
    env = {"XDG_CONFIG_HOME": str(tmp_path)}
    assert Settings.read(env).get("GOTOOLCHAIN").value == "local"
    assert Settings.read({**env, "GOENV": "off"}).get("GOTOOLCHAIN").value == ""


@pytest.mark.parametrize(
    ("goos", "env", "expected"),
    [
        ("linux", {"HOME": "/h"}, "/h/.config/go/env"),
        ("linux", {"HOME": "/h", "XDG_CONFIG_HOME": "/x"}, "/x/go/env"),
        ("darwin", {"HOME": "/h"}, "/h/Library/Application Support/go/env"),
        ("windows", {"APPDATA": "/r"}, "/r/go/env"),
    ],
)
def test_the_users_file_lies_where_each_system_keeps_settings(
    goos: str, env: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(host, "goos", lambda: goos)
    assert Settings.read(env).user_file == Path(expected)


def test_the_module_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "goos", lambda: "linux")
    base = {"GOENV": "off", "HOME": "/h"}
    assert Settings.read(base).module_cache == Path("/h/go/pkg/mod")
    assert Settings.read({**base, "GOPATH": "/a:/b"}).module_cache == Path("/a/pkg/mod")
    assert Settings.read({**base, "GOMODCACHE": "/m", "GOPATH": "/a"}).module_cache == Path("/m")
    assert Settings.read({"GOENV": "off"}).module_cache is None
