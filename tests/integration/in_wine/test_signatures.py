"""A signed program runs as it did before."""

from __future__ import annotations

from pathlib import Path

import pytest

from crosswind import sign
from crosswind.target import Target
from signing import authority, missing
from wine import Wine


@pytest.mark.skipif(bool(missing("osslsigncode")), reason=missing("osslsigncode"))
def test_a_signed_program_runs(wine: Wine, probe: Path, tmp_path: Path) -> None:
    signer = authority.issue("Signer", authority.ec_key(), purposes=(authority.CODE,))
    certificate, key = signer.write(tmp_path, "signer")
    signed = tmp_path / "signed.exe"
    settings = sign.WindowsSigning(certificate=certificate, key=key)
    sign.sign_file(probe, Target("windows", "amd64"), settings, output=signed)
    words = ("7", "40", "FileDescription")
    assert wine.run(signed, *words) == wine.run(probe, *words)
