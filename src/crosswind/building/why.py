"""Why a unit is built: which of its inputs changed since what lies in dist was made."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

from crosswind.building.differences import told
from crosswind.building.key import Change, Key, changes
from crosswind.building.key.finish import part as finish
from crosswind.building.key.journal import Journal
from crosswind.building.key.keys import UnitKeys
from crosswind.building.key.model import Part
from crosswind.building.plan import Unit
from crosswind.building.prepare import Prepared
from crosswind.frozen import frozen


class State(StrEnum):
    """What is known of a unit's inputs."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    NEW = "new"
    UNKNOWN = "unknown"


@frozen
class Reason:
    """Why a unit is built, or is not.

    Attributes:
        unit: the unit.
        state: what is known of its inputs.
        changes: the inputs that differ from last time.
        doubt: why its inputs cannot be told; then the go command decides.
        root: what names of files are told relative to.
    """

    unit: Unit
    state: State
    changes: tuple[Change, ...] = ()
    doubt: str = ""
    root: Path = Path()

    @property
    def text(self) -> str:
        """In words for people."""
        if self.state is State.CHANGED:
            return told(self.changes, self.root)
        words = {
            State.UNCHANGED: "nothing changed",
            State.NEW: "never built here",
            State.UNKNOWN: f"the go command decides: {self.doubt}",
        }
        return words[self.state]

    @property
    def document(self) -> dict[str, Any]:
        """As `--json` shows it."""
        return {
            "program": self.unit.program,
            "target": str(self.unit.target),
            "state": self.state.value,
            "changes": [change._asdict() for change in self.changes],
            "message": self.text,
        }


def grouped(reasons: Sequence[Reason]) -> list[str]:
    """Say it in lines: programs and targets with the same reason share one."""
    found: dict[str, dict[str, list[str]]] = {}
    for one in reasons:
        programs = found.setdefault(one.text, {})
        programs.setdefault(str(one.unit.target), []).append(one.unit.program)
    lines = []
    for text, targets in found.items():
        together: dict[str, list[str]] = {}
        for target, names_ in targets.items():
            together.setdefault(", ".join(names_), []).append(target)
        lines += [f"{names} for {', '.join(them)}: {text}" for names, them in together.items()]
    return lines


def reasons(prepared: Prepared, keys: UnitKeys, journal: Journal) -> tuple[Reason, ...]:
    """Hold the inputs of every unit that is compiled against those of last time."""
    found = []
    for unit in _compiled(prepared):
        if unit not in keys:
            doubt = keys.doubts.get(unit, "it is not known what it is made from")
            found.append(Reason(unit, State.UNKNOWN, doubt=doubt))
            continue
        before = journal.inputs(_name(unit))
        after = {
            name: text for one in _parts(prepared, keys, unit) for name, text in one.inputs.items()
        }
        if before is None:
            found.append(Reason(unit, State.NEW))
            continue
        differing = tuple(changes(before, after))
        state = State.CHANGED if differing else State.UNCHANGED
        root = prepared.source.directory
        found.append(Reason(unit, state, differing, root=root))
    return tuple(found)


def enter(prepared: Prepared, keys: UnitKeys, journal: Journal, made: Sequence[Unit]) -> None:
    """Write down what units that lie in dist now were made from."""
    journal.enter({_name(unit): _parts(prepared, keys, unit) for unit in made if unit in keys})


def fingerprint(prepared: Prepared, keys: Mapping[Unit, Key]) -> str:
    """Tell one set of all inputs from another: where it is that of last time, nothing is to be entered."""
    lines = (
        f"{_name(unit)} {keys[unit].digest} {finish(unit, prepared.directory).digest}"
        for unit in _compiled(prepared)
        if unit in keys
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _compiled(prepared: Prepared) -> list[Unit]:
    return [unit for compile_ in prepared.plan.compiles for unit in compile_.units]


def _name(unit: Unit) -> str:
    return (Path(unit.folder) / unit.file_name).as_posix()


def _parts(prepared: Prepared, keys: UnitKeys, unit: Unit) -> tuple[Part, ...]:
    return (*keys[unit].parts, finish(unit, prepared.directory))
