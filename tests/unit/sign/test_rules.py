"""Which settings go together, and the command line that says the same."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crosswind import sign
from crosswind.errors import UsageError
from crosswind.sign import custom, rules
from crosswind.sign.settings import DarwinSigning, WindowsSigning
from crosswind.target import Target

WINDOWS = Target("windows", "amd64")


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    names = ("certificate", "key", "pfx", "chain", "password_file", "pkcs11_module")
    for name in names:
        (tmp_path / name).touch()
    return {name: tmp_path / name for name in names}


def settings(files: dict[str, Path], *names: str, **more: object) -> WindowsSigning:
    return WindowsSigning(**{name: files[name] for name in names}, **more)


def test_every_way_is_accepted(files):
    for given in (
        settings(files, "certificate", "key", "chain", "password_file", url="u"),
        settings(files, "pfx", "chain", password_env="P", timestamp=("http://a", "http://b")),
        settings(files, "pkcs11_module", "certificate", pkcs11_key="pkcs11:object=a"),
        settings(files, "pkcs11_module", pkcs11_certificate="pkcs11:a", pkcs11_key="pkcs11:a"),
        WindowsSigning(command=("signer", "{{ .Path }}")),
    ):
        rules.require(given, offline=False)


def test_what_does_not_fit(files):
    pfx = settings(files, "pfx")
    for given, said in (
        (WindowsSigning(), "none is given"),
        (settings(files, "key"), "key needs certificate"),
        (settings(files, "certificate"), "none is given"),
        (replace(pfx, key=files["key"], certificate=files["certificate"]), "key and pfx"),
        (replace(pfx, certificate=files["certificate"]), "certificate does not go with pfx"),
        (WindowsSigning(command=("x",), timestamp=("http://a",)), "timestamp does not go"),
        (WindowsSigning(command=("x",), password_env="P"), "password env does not go"),
        (replace(pfx, password_env="P", password_file=files["password_file"]), "not by both"),
        (WindowsSigning(pkcs11_key="k"), "pkcs11 key needs pkcs11 module"),
        (settings(files, "pkcs11_module", pkcs11_key="k"), "needs certificate or"),
    ):
        with pytest.raises(UsageError, match=said) as error:
            rules.require(given, offline=False)
        assert error.value.code == "CW0800"


def test_no_timestamp_offline(files):
    given = settings(files, "pfx", timestamp=("http://a",))
    with pytest.raises(UsageError, match="--offline forbids it"):
        rules.require(given, offline=True)


def test_missing_files(files):
    files["key"].unlink()
    with pytest.raises(UsageError, match="key: no such file") as error:
        rules.require(settings(files, "certificate", "key"), offline=False)
    assert error.value.code == "CW0811"


def test_command_line_of_every_setting(files):
    given = WindowsSigning(
        certificate=Path("c"), key=Path("k"), pfx=Path("p"), pkcs11_module=Path("m"),
        pkcs11_engine=Path("e"), pkcs11_key="pk", pkcs11_certificate="pc", chain=Path("h"),
        password_env="PASS", password_file=Path("f"), command=("sign", "{{ .Path }}"),
        timestamp=("t1", "t2"), description="a b", url="u",
    )  # fmt: skip
    assert sign.command("x.exe", given, Path("y.exe")) == (
        "crosswind", "sign", "x.exe", "--command", "sign '{{ .Path }}'", "--cert", "c", "--key", "k",
        "--pfx", "p", "--pkcs11-module", "m", "--pkcs11-engine", "e", "--pkcs11-key", "pk",
        "--pkcs11-cert", "pc", "--chain", "h", "--pass-env", "PASS", "--pass-file", "f",
        "--timestamp", "t1", "--timestamp", "t2", "--description", "a b", "--url", "u", "-o", "y.exe",
    )  # fmt: skip
    adhoc = DarwinSigning("name", Path("e.plist"))
    assert sign.command("x", adhoc) == (
        "crosswind", "sign", "x", "--adhoc", "--identifier", "name", "--entitlements", "e.plist"
    )  # fmt: skip


def test_command_lines():
    line = "s --in {{ .Path }} 'a b' \"x={{.Os}}\" {{  .Name }}"
    assert custom.split(line) == ("s", "--in", "{{.Path}}", "a b", "x={{.Os}}", "{{.Name}}")
    assert custom.split("") == ()
    with pytest.raises(UsageError, match="No closing quotation"):
        custom.split("s 'x")


def test_placeholders():
    command = ("s", "--in={{.Path}}", "{{ .Name }} {{ .Os }}/{{ .Arch }} {{.Target}}", "$HOME")
    assert custom.render(command, Path("/d/x.exe"), WINDOWS) == (
        "s", "--in=/d/x.exe", "x.exe windows/amd64 windows/amd64", "$HOME"
    )  # fmt: skip


@pytest.mark.parametrize("command", [("s",), ("s", "{{ .Name }}"), ("s", "{{ .Path }}", "{{ x }}")])
def test_bad_commands(command):
    with pytest.raises(UsageError) as error:
        custom.render(command, Path("x.exe"), WINDOWS)
    assert error.value.code == "CW0800"
