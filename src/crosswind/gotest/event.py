"""Events of `go test -json`, and the very bytes in which the go command writes them."""

from __future__ import annotations

import codecs
import json
from datetime import datetime

from crosswind.frozen import frozen


@frozen
class Event:
    """One event of a test (`go doc test2json`, "Output Format").

    Attributes:
        action: `start`, `run`, `pause`, `cont`, `pass`, `bench`, `fail`, `output`, `skip`, `attr`,
            `artifacts`.
        package: import path of the package that is tested.
        test: name of the test, benchmark or example; empty for the package itself.
        elapsed: seconds.
        output: what was printed; None if the event is not about output.
        output_type: `frame`, `error`, `error-continue` or empty (Go 1.27).
        failed_build: ID of the package whose build failed, if that is why this one failed.
        key, value: of an attribute.
        path: of an artifact.
        time: when it happened.
        target: what the package was built for; empty where only one target is tested.
    """

    action: str
    package: str = ""
    test: str = ""
    elapsed: float | None = None
    output: bytes | None = None
    output_type: str = ""
    failed_build: str = ""
    key: str = ""
    value: str = ""
    path: str = ""
    time: datetime | None = None
    target: str = ""

    def encode(self) -> str:
        """Return the event as one line of JSON, without its end.

        Order of keys: the struct `event` in cmd/internal/test2json; `Target` is ours and stands
        last. `encoding/json` escapes what HTML would take for markup.
        """
        known = {
            "Time": self.time.isoformat() if self.time else "",
            "Action": self.action,
            "Package": self.package,
            "Test": self.test,
            "Elapsed": None if self.elapsed is None else _number(self.elapsed),
            "Output": None if self.output is None else text(self.output),
            "OutputType": self.output_type,
            "FailedBuild": self.failed_build,
            "Key": self.key,
            "Value": self.value,
            "Path": self.path,
            "Target": self.target,
        }
        # Empty texts are left out, but an empty output is one, and 0 seconds are told.
        told = {
            key: value
            for key, value in known.items()
            if value not in ("", None) or (key == "Output" and value == "")
        }
        words = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        return words.translate(_ESCAPED)


# encoding/json, appendString with escapeHTML: <, >, & and the two line separators of JavaScript.
_ESCAPED = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}


def _number(value: float) -> float | int:
    """Write whole seconds without a point, as Go does."""
    return int(value) if value == int(value) else value


def text(data: bytes) -> str:
    """Decode as Go does: each byte that belongs to no character becomes U+FFFD by itself."""
    return data.decode("utf-8", errors="crosswind.gotest")


def _one_byte(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - nothing else is decoded
    return "\ufffd", error.start + 1


codecs.register_error("crosswind.gotest", _one_byte)
