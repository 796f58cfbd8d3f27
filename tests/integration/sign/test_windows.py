"""Authenticode: made by osslsigncode and others, judged by osslsigncode, LIEF and ourselves."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import lief
import pytest

from crosswind import sign
from crosswind.binary import pe
from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError, MissingError, RemoteError, UsageError
from crosswind.sign import WindowsSigning
from crosswind.signature import authenticode
from crosswind.signature.judgement import State
from crosswind.target import Target
from crosswind.verify import Expectation, verify_file
from signing import missing
from signing.authority import TEAM

pytestmark = pytest.mark.skipif(
    bool(missing("osslsigncode", "openssl")), reason=missing("osslsigncode", "openssl")
)
WINDOWS = Target("windows", "amd64")
CLOSED = "http://127.0.0.1:9/"


def settings(key, **more: object) -> WindowsSigning:
    return WindowsSigning(certificate=key.certificate, key=key.key, **more)


def judged(path: Path) -> authenticode.Verification | None:
    return authenticode.verify(pe.read(View.of(path.read_bytes())))


def osslsigncode_likes(path: Path, root, *, stamped: bool = False) -> bool:
    command = ["osslsigncode", "verify", "-in", path, "-CAfile", root.certificate]
    command += ["-TSA-CAfile", root.certificate] if stamped else []
    return not subprocess.run(command, capture_output=True, check=False).returncode


def lief_likes(path: Path) -> bool:
    binary = lief.PE.parse(str(path))
    return binary is not None and (
        binary.verify_signature() == lief.PE.Signature.VERIFICATION_FLAGS.OK
    )


def leftovers(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.iterdir() if one.name.startswith("."))


@pytest.mark.parametrize("target", ["windows/amd64", "windows/386"])
def test_signed_by_a_key_in_files(target, programs, keys, root, tmp_path):
    path = Path(shutil.copy(programs[target], tmp_path / "app.exe"))
    path.chmod(0o750)
    done = sign.sign_file(
        path, WINDOWS, settings(keys["rsa"], description="App", url="https://a.b")
    )
    assert (done.path, done.kind, done.by, done.replaced) == (
        path,
        "Authenticode",
        "RSA 3072",
        False,
    )
    assert done.timestamp is None
    assert "revocation" in done.unchecked
    assert osslsigncode_likes(path, root)
    assert lief_likes(path)
    assert path.stat().st_mode & 0o777 == 0o750
    (one,) = judged(path).signatures
    assert (one.signature.description, one.signature.url) == ("App", "https://a.b")
    assert one.judgement.chain[0].subject.part("OU") == TEAM
    assert verify_file(path, Expectation(signed=True, trusted=(root.identity.der,))).ok
    assert leftovers(path) == []


def test_elliptic_curves(exe, keys, root):
    assert sign.sign_file(exe, WINDOWS, settings(keys["ec"])).by == "P-256"
    assert osslsigncode_likes(exe, root)


def test_the_same_digest_as_osslsigncode(exe, keys):
    sign.sign_file(exe, WINDOWS, settings(keys["rsa"]))
    said = subprocess.run(
        ["osslsigncode", "verify", "-in", exe], capture_output=True, text=True, check=False
    ).stdout
    (one,) = judged(exe).signatures
    assert one.signature.value.hex().upper() in said


def test_timestamp(exe, keys, root, clock):
    done = sign.sign_file(exe, WINDOWS, settings(keys["rsa"], timestamp=(CLOSED, clock)))
    assert done.timestamp is not None
    assert osslsigncode_likes(exe, root, stamped=True)
    (one,) = judged(exe).signatures
    (stamp,) = one.timestamps
    assert (stamp.judgement.state, stamp.judgement.by) == (State.VALID, "Clock")
    checks = {check.code: check for check in verify_file(exe).checks}
    assert checks["CW1911"].message == f"{done.timestamp:%Y-%m-%d %H:%M:%S} UTC by Clock"


def test_no_timestamp_to_be_had(exe, keys):
    before = exe.read_bytes()
    with pytest.raises(RemoteError) as error:
        sign.sign_file(exe, WINDOWS, settings(keys["rsa"], timestamp=(CLOSED,)))
    assert (error.value.code, error.value.subject) == ("CW0810", str(exe))
    assert exe.read_bytes() == before
    assert leftovers(exe) == []


def test_passwords(exe, keys, monkeypatch, tmp_path):
    for password in ("secret word", "wrong"):
        (tmp_path / password).write_text(password + "\n")
    locked = keys["locked"]
    monkeypatch.setenv("PASS", "secret word")
    assert sign.sign_file(exe, WINDOWS, settings(locked, password_env="PASS")).by == "Locked"
    by_file = settings(locked, password_file=tmp_path / "secret word")
    assert sign.sign_file(exe, WINDOWS, by_file, replace=True).replaced
    monkeypatch.setenv("PASS", "wrong")
    for wrong, said in (
        (settings(locked, password_env="PASS"), "the password is wrong"),
        (settings(locked, password_file=tmp_path / "wrong"), "the password is wrong"),
        (settings(locked), "the key wants a password, and none is given"),
        (settings(locked, password_env="NOT_SET"), "is not set"),
    ):
        with pytest.raises(UsageError, match=said) as error:
            sign.sign_file(exe, WINDOWS, wrong, replace=True)
        assert error.value.code == "CW0805"


def test_pfx(exe, keys, root, monkeypatch, tmp_path):
    pfx = keys["rsa"].identity.write_pfx(tmp_path / "release.pfx", "secret word")
    monkeypatch.setenv("PASS", "secret word")
    sign.sign_file(exe, WINDOWS, WindowsSigning(pfx=pfx, password_env="PASS"))
    assert osslsigncode_likes(exe, root)
    monkeypatch.setenv("PASS", "wrong")
    with pytest.raises(UsageError, match="the password is wrong"):
        sign.sign_file(exe, WINDOWS, WindowsSigning(pfx=pfx, password_env="PASS"), replace=True)


def test_passwords_are_on_no_command_line(exe, keys, monkeypatch, tmp_path):
    """An osslsigncode that notes its words runs the real one."""
    real = shutil.which("osslsigncode")
    spy = tmp_path / "bin" / "osslsigncode"
    spy.parent.mkdir()
    spy.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/words\nexec {real} "$@"\n')
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{spy.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("PASS", "secret word")
    given = settings(keys["locked"], password_env="PASS")
    sign.sign_file(exe, WINDOWS, given)
    words = (tmp_path / "words").read_text()
    assert "-in" in words
    assert "secret" not in words
    assert "secret" not in " ".join(sign.command(exe, given))


@pytest.fixture
def token(keys, monkeypatch, tmp_path) -> dict[str, object]:
    """Make a token of SoftHSM's that holds the key."""
    if reason := missing("softhsm2-util"):
        pytest.skip(reason)
    (tmp_path / "tokens").mkdir()
    config = tmp_path / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {tmp_path}/tokens\nobjectstore.backend = file\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(config))
    for command in (
        ("--init-token", "--free", "--label", "release", "--so-pin", "5678"),
        ("--import", keys["rsa"].key, "--token", "release", "--label", "key", "--id", "01"),
    ):
        words = ["softhsm2-util", *command, "--pin", "1234"]
        subprocess.run(words, check=True, capture_output=True)
    (module,) = Path("/usr/lib/softhsm").glob("libsofthsm2.so")
    return {
        "certificate": keys["rsa"].certificate,
        "pkcs11_module": module,
        "pkcs11_key": "pkcs11:token=release;object=key",
        "password_env": "PIN",
    }


def test_token(exe, token, root, monkeypatch):
    monkeypatch.setenv("PIN", "1234")
    assert sign.sign_file(exe, WINDOWS, WindowsSigning(**token)).by == "RSA 3072"
    assert osslsigncode_likes(exe, root)
    monkeypatch.setenv("PIN", "9999")
    with pytest.raises((UsageError, BuildError)) as error:
        sign.sign_file(exe, WINDOWS, WindowsSigning(**token), replace=True)
    assert error.value.code in ("CW0804", "CW0805")


SIGNER = """\
import os, subprocess, sys
path, certificate, key = sys.argv[1:4]
options = ["-in", path, "-out", path + ".new", "-certs", certificate, "-key", key]
subprocess.run(["osslsigncode", "sign", "-h", "sha256", *options], check=True)
os.replace(path + ".new", path)
"""


def test_signing_command(exe, keys, root, tmp_path):
    script = tmp_path / "signer.py"
    script.write_text(SIGNER)
    key = keys["rsa"]
    command = (sys.executable, str(script), "{{ .Path }}", str(key.certificate), str(key.key))
    assert sign.sign_file(exe, WINDOWS, WindowsSigning(command=command)).by == "RSA 3072"
    assert osslsigncode_likes(exe, root)
    assert leftovers(exe) == []


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("pass", "CW0806"),
        ("sys.exit('no such certificate')", "CW0804"),
        ("open(sys.argv[1], 'wb').close()", "CW0806"),
        ("os.remove(sys.argv[1])", "CW0806"),
        (
            SIGNER.replace("path, cert", "open(sys.argv[1], 'ab').write(b'x' * 64); path, cert"),
            "CW0812",
        ),
    ],
    ids=["nothing", "fails", "empties", "removes", "appends"],
)
def test_signing_commands_that_do_something_else(script, code, exe, keys):
    before = exe.read_bytes()
    key = keys["rsa"]
    source = f"import os, sys\n{script}\n"
    command = (sys.executable, "-c", source, "{{ .Path }}", str(key.certificate), str(key.key))
    with pytest.raises((BuildError, UsageError)) as error:
        sign.sign_file(exe, WINDOWS, WindowsSigning(command=command))
    assert (error.value.code, error.value.subject) == (code, str(exe))
    assert ".tmp" not in error.value.message
    assert exe.read_bytes() == before
    assert leftovers(exe) == []


def test_a_command_that_leaves_a_signature_as_it_was(exe, keys, tmp_path):
    sign.sign_file(exe, WINDOWS, settings(keys["rsa"]))
    before = exe.read_bytes()
    idle = WindowsSigning(command=(sys.executable, "-c", "pass", "{{ .Path }}"))
    done = sign.sign_file(exe, WINDOWS, idle, replace=True)
    assert (done.replaced, done.unchanged, done.by) == (False, True, "RSA 3072")
    assert exe.read_bytes() == before
    again = sign.sign_file(exe, WINDOWS, settings(keys["rsa"], description="New"), replace=True)
    assert (again.replaced, again.unchanged) == (True, False)


@pytest.mark.parametrize(("name", "said"), [("old", "expired on"), ("web", "is for TLS server")])
def test_certificates_that_windows_would_refuse(name, said, exe, keys):
    before = exe.read_bytes()
    with pytest.raises(BuildError, match=said) as error:
        sign.sign_file(exe, WINDOWS, settings(keys[name]))
    assert error.value.code == "CW0806"
    assert exe.read_bytes() == before


def test_key_of_another_certificate(exe, keys):
    mixed = WindowsSigning(certificate=keys["ec"].certificate, key=keys["rsa"].key)
    with pytest.raises(BuildError) as error:
        sign.sign_file(exe, WINDOWS, mixed)
    assert error.value.code in ("CW0804", "CW0806")


def test_signed_already(exe, keys):
    sign.sign_file(exe, WINDOWS, settings(keys["rsa"]))
    before = exe.read_bytes()
    with pytest.raises(UsageError) as error:
        sign.sign_file(exe, WINDOWS, settings(keys["ec"]))
    assert error.value.code == "CW0802"
    assert exe.read_bytes() == before
    done = sign.sign_file(exe, WINDOWS, settings(keys["ec"]), replace=True)
    assert (done.by, done.replaced) == ("P-256", True)
    assert len(judged(exe).signatures) == 1


def test_odd_names(programs, keys, root, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = Path(shutil.copy(programs["windows/amd64"], "-in ö.exe"))
    link = Path("link.exe")
    link.symlink_to(path)
    sign.sign_file(link, WINDOWS, settings(keys["rsa"], description="-out"))
    assert link.is_symlink()
    assert osslsigncode_likes(path.absolute(), root)


def test_another_output(exe, keys, tmp_path):
    before = exe.read_bytes()
    output = tmp_path / "new" / "signed.exe"
    assert sign.sign_file(exe, WINDOWS, settings(keys["rsa"]), output=output).path == output
    assert exe.read_bytes() == before
    assert judged(output).signatures


def test_what_cannot_be_signed(keys, programs, tmp_path, exe):
    text = tmp_path / "text.exe"
    text.write_text("no program")
    cut = tmp_path / "cut.exe"
    cut.write_bytes(exe.read_bytes()[:200])
    for path, code in (
        (text, "CW0813"),
        (cut, "CW0813"),
        (tmp_path / "absent.exe", "CW0801"),
        (programs["darwin/arm64"], "CW0801"),
    ):
        with pytest.raises((UsageError, BuildError)) as error:
            sign.sign_file(path, WINDOWS, settings(keys["rsa"]))
        assert error.value.code == code


def test_no_osslsigncode(exe, keys, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingError, match="needs osslsigncode") as error:
        sign.sign_file(exe, WINDOWS, settings(keys["rsa"]))
    assert "apt-get install osslsigncode" in error.value.hint


def flip(data: bytearray, offset: int) -> None:
    data[offset] ^= 1


def _in_table(data: bytearray) -> None:
    found = judged_bytes(data)
    value = found.signatures[0].signature.signer.signature
    flip(data, data.index(value) + 5)


def judged_bytes(data: bytes | bytearray) -> authenticode.Verification:
    found = authenticode.verify(pe.read(View.of(bytes(data))))
    assert found is not None
    return found


@pytest.mark.parametrize(
    "change",
    [
        lambda data: flip(data, 1000),
        lambda data: flip(data, 0x400),
        lambda data: flip(data, len(data) // 2),
        _in_table,
        lambda data: data.extend(b"appended"),
        lambda data: data.__delitem__(slice(len(data) - 600, None)),
    ],
    ids=["headers", "code", "middle", "value", "appended", "cut"],
)
def test_changes_break_the_signature_for_everybody(
    change: Callable[[bytearray], None], exe, keys, root
):
    sign.sign_file(exe, WINDOWS, settings(keys["rsa"]))
    data = bytearray(exe.read_bytes())
    change(data)
    exe.write_bytes(data)
    assert not osslsigncode_likes(exe, root)
    try:
        ours = judged_bytes(data).signatures[0].judgement.state
    except FormatError:
        ours = State.INVALID
    assert ours is State.INVALID
    assert not verify_file(exe).ok
    # LIEF looks at the signature it finds, not at what follows it.
    if data[-8:] != b"appended":
        assert not lief_likes(exe)


def run(*words: object, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "crosswind", "sign", *map(str, words)],
        env=os.environ | env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_command(exe, keys, clock):
    key = keys["locked"]
    options = ("--cert", key.certificate, "--key", key.key, "--pass-env", "PASS")
    done = run(exe, *options, "--timestamp", clock, "--json", PASS="secret word")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert (document["schema"], document["ok"]) == ("crosswind/sign/1", True)
    (entry,) = document["files"]
    assert (entry["kind"], entry["by"], entry["replaced"]) == ("Authenticode", "Locked", False)
    assert entry["timestamp"].endswith("+00:00")
    assert entry["size"] == exe.stat().st_size
    again = run(exe, *options, PASS="secret word")
    assert (again.returncode, again.stdout) == (2, "")
    assert "error[CW0802]" in again.stderr
    assert run(exe, *options, "--force", "-q", PASS="secret word").stdout == ""


def test_command_says_what_is_wrong(exe, keys):
    key = keys["rsa"]
    for words, status, code in (
        ((exe,), 2, "CW0800"),
        ((exe, "--key", key.key), 2, "CW0800"),
        ((exe, "--cert", key.certificate, "--key", "absent"), 2, "CW0811"),
        ((exe, "--command", "signer"), 2, "CW0800"),
        ((exe, "--command", "'"), 2, "CW0800"),
        ((exe, exe, "-o", "x", "--pfx", key.key), 2, "CW0800"),
        ((exe, "--cert", key.certificate, "--key", key.key, "--timestamp", CLOSED), 4, "CW0810"),
        ((exe, "--command", "false {{ .Path }}"), 1, "CW0804"),
        ((exe, "--command", "no-such-signer {{ .Path }}"), 3, "CW0501"),
    ):
        done = run(*words)
        assert done.returncode == status, (words, done.stderr)
        assert code in done.stderr


def test_dry_run_prints_the_command_itself(exe, keys):
    before = exe.read_bytes()
    key = keys["rsa"]
    options = ("--cert", str(key.certificate), "--key", str(key.key), "--description", "a b")
    done = run(exe, *options, "--dry-run")
    assert done.stdout == f"crosswind sign {exe} " + " ".join(options[:-1]) + " 'a b'\n"
    assert exe.read_bytes() == before
