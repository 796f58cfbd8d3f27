from pathlib import Path

from crosswind.target import Target
from crosswind.toolchain import Source, Toolchain, environment

GO = Toolchain("1.27.3", Path("/go"), Source.MODULE, Target("linux", "amd64"))


def test_the_users_environment_is_left_alone() -> None:
    base = {"PATH": "/bin", "GOFLAGS": "-v", "GOENV": "off", "GOTOOLCHAIN": "auto"}
    assert environment(GO, base) == {**base, "GOTOOLCHAIN": "local"}
    assert base["GOTOOLCHAIN"] == "auto"


def test_a_goroot_of_another_go_is_corrected() -> None:
    assert environment(GO, {"GOENV": "off", "GOROOT": "/other"})["GOROOT"] == "/go"
    assert environment(GO, {"GOENV": "off", "GOROOT": "/go"})["GOROOT"] == "/go"


def test_a_goroot_in_the_users_settings_is_corrected(tmp_path: Path) -> None:
    (tmp_path / "env").write_text("GOROOT=/other\n")
    assert environment(GO, {"GOENV": str(tmp_path / "env")})["GOROOT"] == "/go"
