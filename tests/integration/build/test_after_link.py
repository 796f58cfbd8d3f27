"""Steps between link and publication: resources, debug data, signatures."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

import crosswind as library
from crosswind.binary import pe
from crosswind.binary.view import View
from crosswind.windows import manifest, rsrc, version
from crosswind.windows.resource import ResourceTree
from signing import authority

from .conftest import CommandLine, clean_environment, write
from .test_build import commit

PICTURES = Path(__file__).parents[3] / "examples/greet/winres"
CONFIGURATION = """\
targets: windows/amd64
windows:
  icon: app.ico
  version: {CompanyName: Example}
  manifest: {level: requireAdministrator}
  strings: {7: seven}
  rcdata: {notes: go.mod}
"""


@pytest.fixture
def app(hello: Path) -> Path:
    """The small module with an icon, in a repository with a tag."""
    (hello / "app.ico").write_bytes((PICTURES / "icon.ico").read_bytes())
    write(hello, {"crosswind.yaml": CONFIGURATION})
    commit(hello, "v1.2.3")
    return hello


def resources(program: Path) -> ResourceTree:
    return rsrc.read_image(pe.read(View.of(program.read_bytes())))


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def only(document: dict[str, Any]) -> dict[str, Any]:
    [artifact] = [one for one in document["artifacts"] if one["kind"] == "Binary"]
    return artifact


def configure(folder: Path, text: str) -> None:
    write(folder, {"crosswind.yaml": text})


def test_resources_are_put_in_and_checked(crosswind: CommandLine, app: Path) -> None:
    ran = crosswind(app, "build", "--json")
    assert ran.code == 0, ran.out
    checks = {check["code"]: check for check in only(ran.document)["checks"]}
    assert {checks[f"CW190{n}"]["status"] for n in (1, 2, 3, 4)} == {"pass"}
    assert checks["CW1903"]["message"] == "hello, 1.2.3"
    found = resources(app / "dist/hello_windows_amd64/hello.exe")
    [tab] = found.of_type(16)
    strings = dict(version.read(tab.data).tables[0].strings)
    assert strings["CompanyName"] == "Example"
    assert strings["OriginalFilename"] == "hello.exe"
    assert strings["FileVersion"] == strings["ProductVersion"] == "1.2.3"
    [said] = found.of_type(24)
    assert manifest.check(said.data).level == "requireAdministrator"
    [notes] = found.of_type(10)
    assert (notes.name, notes.data) == ("NOTES", (app / "go.mod").read_bytes())


def test_what_go_linked_is_what_plain_go_links(crosswind: CommandLine, app: Path) -> None:
    assert crosswind(app, "build").code == 0
    subprocess.run(
        ["go", "build", "-trimpath", "-o", app.parent / "plain.exe", "."],
        cwd=app,
        env={**clean_environment(), "GOOS": "windows", "GOARCH": "amd64", "CGO_ENABLED": "0"},
        check=True,
    )
    linked = app / "dist/.crosswind/linked/hello_windows_amd64/hello.exe"
    assert sha256(linked) == sha256(app.parent / "plain.exe")
    assert only(crosswind(app, "build", "--json").document)["outcome"] == "cached"


def test_a_new_icon_costs_no_link(crosswind: CommandLine, app: Path) -> None:
    write(app, {".gitignore": "app.ico\n"})
    subprocess.run(["git", "rm", "-q", "--cached", "app.ico"], cwd=app, check=True)
    commit(app)
    assert crosswind(app, "build").code == 0
    program = app / "dist/hello_windows_amd64/hello.exe"
    linked = app / "dist/.crosswind/linked/hello_windows_amd64/hello.exe"
    first, state = sha256(program), linked.stat()
    icon = (app / "app.ico").read_bytes()
    (app / "app.ico").write_bytes(icon[:-1] + bytes([icon[-1] ^ 1]))
    again = crosswind(app, "build", "--json")
    assert only(again.document)["outcome"] == "built"
    assert sha256(program) != first
    assert (linked.stat().st_ino, linked.stat().st_mtime_ns) == (state.st_ino, state.st_mtime_ns)


def test_the_dry_run_gives_the_same_bytes(crosswind: CommandLine, app: Path) -> None:
    configure(app, CONFIGURATION + "debug: split\n")
    commit(app)
    assert crosswind(app, "build", "-o", "real").code == 0
    printed = crosswind(app, "build", "-o", "again", "--dry-run").out
    here = Path(os.sys.executable).parent
    env = {**clean_environment(), "PATH": f"{here}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(["sh", "-e", "-c", printed], cwd=app, env=env, check=True, capture_output=True)
    names = ["hello.exe", "hello.exe.debug"]
    for name in names:
        real, again = (app / one / "hello_windows_amd64" / name for one in ("real", "again"))
        assert sha256(real) == sha256(again), name


def test_resources_that_were_switched_off_leave_with_the_next_build(
    crosswind: CommandLine, app: Path
) -> None:
    assert crosswind(app, "build").code == 0
    configure(app, "targets: windows/amd64\n")
    assert crosswind(app, "build").code == 0
    assert not resources(app / "dist/hello_windows_amd64/hello.exe")
    assert not (app / "dist/.crosswind/linked/hello_windows_amd64").exists()


def test_a_syso_beside_the_sources_keeps_what_nobody_else_says(
    crosswind: CommandLine, app: Path
) -> None:
    write(app, {"notes.rc": '1 RCDATA { "linked" }\n7 ICON "app.ico"\n'})
    assert crosswind(app, "resource", "build", "notes.rc", "--arch", "amd64").code == 0
    ran = crosswind(app, "build", "--json")
    assert ran.code == 0, ran.out
    found = resources(app / "dist/hello_windows_amd64/hello.exe")
    assert {one.name for one in found.of_type(10)} == {"NOTES", 1}
    assert [one.name for one in found.of_type(14)] == [1, 7]
    assert len({one.name for one in found.of_type(3)}) == len(found.of_type(3))


def test_scripts_see_macros_and_folders_of_the_configuration(
    crosswind: CommandLine, app: Path
) -> None:
    write(
        app,
        {"app.rc": '#include "v.h"\n7 RCDATA { TEXT }\n', "inc/v.h": "#define TEXT NAME VERSION\n"},
    )
    more = "  resources: app.rc\n  includes: inc\n  defines: {NAME: '\"{{ .Binary }} \"', VERSION: '\"1\"'}\n"
    configure(app, CONFIGURATION + more)
    assert crosswind(app, "build").code == 0
    found = resources(app / "dist/hello_windows_amd64/hello.exe")
    assert b"hello 1" in [one.data for one in found.of_type(10)]


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("icon: [app.ico, absent.png]", "3:19"),
        ("rcdata: {notes: absent.txt}", "3:12"),
        ("manifest: absent.xml", "3:3"),
        ("resources: absent.rc", "3:3"),
    ],
)
def test_what_is_not_there_is_named_with_its_place(
    line: str, place: str, crosswind: CommandLine, app: Path
) -> None:
    configure(app, f"targets: windows/amd64\nwindows:\n  {line}\n")
    ran = crosswind(app, "build", "--json")
    assert ran.code == 2
    [finding] = ran.document["findings"]
    assert (finding["code"], finding["subject"]) == ("CW0705", f"crosswind.yaml:{place}")


def test_another_icon_in_front_is_said(crosswind: CommandLine, app: Path) -> None:
    write(app, {"notes.rc": 'FIRST ICON "app.ico"\n'})
    configure(app, CONFIGURATION.replace("  strings", "  resources: notes.rc\n  strings"))
    ran = crosswind(app, "build", "--json")
    assert ran.code == 0, ran.out
    assert "CW0232" in ran.codes


@pytest.mark.parametrize(
    ("change", "code", "status"),
    [
        (("icon: app.ico", "icon: none.ico"), "CW0705", 2),
        (("icon: app.ico", "icon: go.mod"), "CW0721", 1),
        (("{CompanyName: Example}", "{FileVersion: 1.2.x}"), "CW0740", 2),
        (("{CompanyName: Example}", "{FileVersion: 70000.1}"), "CW0741", 2),
        (("{level: requireAdministrator}", "go.mod"), "CW0750", 1),
        (("{level: requireAdministrator}", "{file: go.mod, utf8: true}"), "CW0231", 2),
        (("{level: requireAdministrator}", "{gdi_scaling: true}"), "CW0753", 2),
        (("strings: {7: seven}", "language: xx-YY"), "CW0230", 2),
        (("strings: {7: seven}", "resources: go.mod"), "CW0707", 2),
    ],
)
def test_mistakes_are_said_before_anything_is_compiled(
    crosswind: CommandLine, app: Path, change: tuple[str, str], code: str, status: int
) -> None:
    configure(app, CONFIGURATION.replace(*change))
    ran = crosswind(app, "build", "--json")
    assert (ran.code, ran.codes) == (status, {code}), ran.out
    assert not (app / "dist").exists()


def test_split_debug_data_is_published_beside_the_program(
    crosswind: CommandLine, hello: Path
) -> None:
    configure(hello, 'debug: split\nvariables: {main.version: "9"}\n')
    ran = crosswind(hello, "build", "-t", "linux/amd64", "--json")
    assert ran.code == 0, ran.out
    kinds = {one["kind"]: one for one in ran.document["artifacts"]}
    assert kinds["Debug File"]["path"] == "dist/hello_linux_amd64/hello.debug"
    checks = {check["code"]: check["status"] for check in kinds["Binary"]["checks"]}
    # Names and values of variables are looked for where the symbols still were.
    assert (checks["CW1601"], checks["CW1602"], checks["CW1702"]) == ("pass", "pass", "pass")
    listed = json.loads((hello / "dist/artifacts.json").read_text())
    assert [one["type"] for one in listed] == ["Binary", "Metadata"]
    assert only(crosswind(hello, "build", "-t", "linux/amd64", "--json").document)["outcome"] == (
        "cached"
    )
    configure(hello, 'variables: {main.version: "9"}\n')
    assert crosswind(hello, "build", "-t", "linux/amd64", "--clean").code == 0
    assert not (hello / "dist/hello_linux_amd64/hello.debug").exists()


@pytest.fixture(scope="module")
def pfx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for signing code, in a PFX file with a password."""
    made = authority.issue("Example", authority.rsa_key(), purposes=(authority.CODE,))
    path = tmp_path_factory.mktemp("keys") / "release.pfx"
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(
            b"release", made.key, made.certificate, None, BestAvailableEncryption(b"secret word")
        )
    )
    return path


def test_signing_comes_last_and_is_checked(crosswind: CommandLine, app: Path, pfx: Path) -> None:
    text = f"sign: {{windows: {{pfx: '{pfx}', password_env: PIN}}}}\n"
    configure(app, CONFIGURATION + "debug: split\n" + text)
    ran = crosswind(app, "build", "--json", env={"PIN": "secret word"})
    assert ran.code == 0, ran.out
    checks = {check["code"]: check for check in only(ran.document)["checks"]}
    assert checks["CW1910"]["status"] == "pass"
    assert "Example" in checks["CW1910"]["message"]
    assert checks["CW1901"]["status"] == "pass"
    # A signature has its time in it, so another run must not sign again.
    again = crosswind(app, "build", "--json", env={"PIN": "secret word"})
    assert only(again.document)["outcome"] == "cached"
    everything = ran.out + ran.err + (app / "dist/crosswind.json").read_text()
    assert "secret word" not in everything


def test_a_wrong_password_fails_the_program_and_leaves_nothing(
    crosswind: CommandLine, app: Path, pfx: Path
) -> None:
    text = f"sign: {{windows: {{pfx: '{pfx}', password_env: PIN}}}}\n"
    configure(app, CONFIGURATION + text)
    ran = crosswind(app, "build", "--json", env={"PIN": "wrong"})
    assert (ran.code, ran.codes) == (1, {"CW0805"}), ran.out
    assert ran.document["findings"][0]["subject"] == "hello windows/amd64"
    assert only(ran.document)["outcome"] == "failed"
    assert not (app / "dist/hello_windows_amd64/hello.exe").exists()


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("windows: {pfx: 'PFX', password_env: PIN}", "CW0805", 2),
        ("windows: {command: [signer, '{{ .Pth }}']}", "CW0800", 2),
        ("darwin: {entitlements: go.mod}", "CW0809", 1),
    ],
)
def test_what_signing_lacks_is_said_before_anything_is_compiled(
    crosswind: CommandLine, app: Path, pfx: Path, text: str, code: str, status: int
) -> None:
    configure(app, f"sign: {{{text.replace('PFX', str(pfx))}}}\n")
    targets = ("-t", "windows/amd64,darwin/arm64")
    ran = crosswind(app, "build", *targets, "--json")
    assert (ran.code, ran.codes) == (status, {code}), ran.out
    assert not (app / "dist").exists()
    assert crosswind(app, "build", *targets, "--dry-run").code == 0


def test_a_split_program_for_apple_silicon_is_signed_again(
    crosswind: CommandLine, hello: Path
) -> None:
    configure(hello, "debug: split\nsign: {darwin: {identifier: com.example.hello}}\n")
    ran = crosswind(hello, "build", "-t", "darwin/arm64,darwin/amd64", "--json")
    assert ran.code == 0, ran.out
    for artifact in ran.document["artifacts"]:
        if artifact["kind"] == "Binary":
            checks = {check["code"]: check["status"] for check in artifact["checks"]}
            assert (checks["CW1403"], checks["CW1404"]) == ("pass", "pass"), artifact
    assert (hello / "dist/hello_darwin_arm64/hello.dSYM/Contents/Info.plist").is_file()


def test_scripts_find_files_below_the_project_wherever_we_are(
    app: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(app, {"scripts/app.rc": '1 RCDATA "go.mod"\n'})
    configure(app, CONFIGURATION.replace("  strings", "  resources: scripts/app.rc\n  strings"))
    monkeypatch.chdir(app.parent)
    # A plan reads all sources of resources.
    assert library.plan(app, targets="windows/amd64").compiles
