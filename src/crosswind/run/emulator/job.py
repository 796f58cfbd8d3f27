"""What the emulator's process is told, a JSON file that the runner writes, and what it tells."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

from crosswind.frozen import frozen


@frozen
class JobFile:
    """One run.

    Attributes:
        variables: the program's environment beyond Windows' own variables; None for none.
        private: an empty folder for drive C; empty to make one.
        sandbox: the only folder of the host that is seen; empty for all.
        report: where to write how it ended; empty for nowhere.
        trace, trace_filter: as in `runner.Watch`.
        deny: what is refused.
        activity: whether the report tells what the program did.
        real_time: let time pass as on the host.
        deterministic: no time and no randomness of the host.
        memory: how many bytes the program may commit.
        time_zone: Windows' name.
        speed: whether to say at the end how fast it was.
    """

    variables: dict[str, str] = field(default_factory=dict)
    private: str = ""
    sandbox: str = ""
    report: str = ""
    trace: str = ""
    trace_filter: str = ""
    deny: tuple[str, ...] = ()
    activity: bool = False
    real_time: bool = False
    deterministic: bool = False
    memory: int = 4 << 30
    time_zone: str = "UTC"
    speed: bool = False

    def dumps(self) -> bytes:
        """Write it."""
        return json.dumps(asdict(self)).encode()

    @classmethod
    def read(cls, path: Path) -> JobFile:
        """Read what `dumps` wrote.

        Raises:
            OSError, ValueError: it cannot be read.
        """
        told = json.loads(path.read_bytes())
        known = {one.name for one in fields(cls)}
        values = {name: value for name, value in told.items() if name in known}
        values["deny"] = tuple(values.get("deny", ()))
        return cls(**values)


@dataclass(slots=True)
class Ending:
    """How a process ended: `how` is a word of `runner.Ended`."""

    how: str
    status: int
    message: str = ""
    notes: list[str] = field(default_factory=list)
