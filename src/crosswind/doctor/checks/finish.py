"""Can what comes after the link be done here: icons scaled, programs signed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from crosswind.doctor import mend
from crosswind.doctor.facts import Facts
from crosswind.doctor.facts.targets import Unit
from crosswind.doctor.line import Verdict, failed, fine, harmless, missing, warned
from crosswind.errors import ExitCode


def icons(facts: Facts) -> Verdict:
    """Is the library here that scales images to icons."""
    images = [
        name
        for unit in _windows(facts)
        if unit.settings.embed
        for name in unit.settings.icon
        if not name.lower().endswith(".ico")
    ]
    if not images:
        return harmless("nothing to scale", "no icon is made from an image")
    if facts.host.pillow:
        return fine(f"Pillow is here, for {images[0]}")
    why = f"{images[0]} is scaled by it, unless that was done before"
    return warned("Pillow is not here", why, "pip install 'crosswind[icons]', or give an .ico")


def signing(facts: Facts) -> Verdict:
    """Is everything here that signing Windows programs takes."""
    units = [unit for unit in _windows(facts) if _said(unit).get("enabled") == "true"]
    if not units:
        return harmless("nothing to sign with a key", "no `sign: windows:` in the configuration")
    verdicts = [_signing(facts, unit) for unit in units]
    return next((one for one in verdicts if one.mend), verdicts[0])


def _windows(facts: Facts) -> list[Unit]:
    return [unit for unit in facts.targets.units if unit.target.goos == "windows"]


def _said(unit: Unit) -> dict[str, str]:
    return dict(unit.settings.sign_windows)


def _signing(facts: Facts, unit: Unit) -> Verdict:
    env, said = facts.go.settings.env, _said(unit)
    program = unit.settings.sign_command[0] if unit.settings.sign_command else "osslsigncode"
    if not shutil.which(program, path=env.get("PATH", os.defpath)):
        change = mend.install(program, facts.host.installer)
        return missing(f"{program} is not here", f"it signs {unit.target}", change)
    for name in ("certificate", "key", "pfx", "chain", "password_file"):
        if name in said and not (facts.project.directory / Path(said[name])).is_file():
            why = f"{unit.target} is signed with it"
            return failed(
                f"{name}: there is no {said[name]}", why, f"bring {said[name]}", ExitCode.USAGE
            )
    variable = said.get("password_env", "")
    if variable and not env.get(variable):
        change = mend.export(variable, "...", facts.host.goos)
        return failed(f"{variable} is not set", "it holds the password", change, ExitCode.USAGE)
    return fine(f"{program}, for {unit.target}")
