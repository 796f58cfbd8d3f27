"""JSON of other tools: values that know where they stand, so that mistakes can be told by place."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from crosswind.errors import UsageError
from crosswind.frozen import frozen

# Hand-written files have some kilobytes.
_SIZE_MAX = 4 << 20

Read = Callable[[str], bytes]


@frozen
class Value:
    """A value and its path: `RT_VERSION/#1/0000/fixed`.

    As in Go's encoding/json, `null` stands for whatever is empty, and the case of names that a
    program knows does not matter.
    """

    raw: Any
    path: str = ""
    file: str = ""

    def mistake(self, message: str, hint: str = "", code: str = "CW0791") -> UsageError:
        """Return the error that tells this value's place."""
        where = f"{self.path}: " if self.path else ""
        return UsageError(code, where + message, subject=self.file, hint=hint)

    def items(self) -> list[tuple[str, Value]]:
        """Return the members of an object.

        Raises:
            UsageError: CW0791, it is none.
        """
        if self.raw is None:
            return []
        if not isinstance(self.raw, dict):
            raise self.mistake(f"expected an object, found {_shown(self.raw)}")
        return [(_sound(name), self._below(_sound(name), raw)) for name, raw in self.raw.items()]

    def elements(self) -> list[Value]:
        """Return the elements of a list; of anything else itself."""
        if not isinstance(self.raw, list):
            return [self]
        return [self._below(str(at), raw) for at, raw in enumerate(self.raw)]

    def get(self, name: str) -> Value:
        """Return a member by its name, the last one of several spellings; `null` if there is none."""
        found = [value for key, value in self.items() if key.lower() == name.lower()]
        return found[-1] if found else self._below(name, None)

    def text(self) -> str:
        """Return a text; raises UsageError CW0791 if it is none."""
        if self.raw is None:
            return ""
        if not isinstance(self.raw, str):
            raise self.mistake(f"expected text, found {_shown(self.raw)}")
        return _sound(self.raw)

    def flag(self) -> bool:
        """Return a truth value; raises UsageError CW0791 if it is none."""
        if not isinstance(self.raw, bool | None):
            raise self.mistake(f"expected true or false, found {_shown(self.raw)}")
        return bool(self.raw)

    def number(self, most: int = 0xFFFF, code: str = "CW0791") -> int:
        """Return a whole number from 0 on; raises UsageError with the code if it is none."""
        if self.raw is None:
            return 0
        if isinstance(self.raw, bool) or not isinstance(self.raw, int):
            raise self.mistake(f"expected a number, found {_shown(self.raw)}")
        if not 0 <= self.raw <= most:
            raise self.mistake(f"{str(self.raw)[:40]} is not between 0 and {most}", code=code)
        return self.raw

    def hexadecimal(self, most: int) -> int:
        """Return a number from text such as `04b0`; raises UsageError CW0791 if it is none."""
        text = self.text()
        if not text:
            return 0
        if not text.isascii() or not text.isalnum() or len(text) > 16:
            raise self.mistake(f"{text[:40]!r} is no hexadecimal number")
        try:
            number = int(text, 16)
        except ValueError:
            raise self.mistake(f"{text!r} is no hexadecimal number") from None
        if number > most:
            raise self.mistake(f"{text!r} is over {most:x}")
        return number

    def content(self, read: Read) -> bytes:
        """Return the content of the file that a text names; raises UsageError CW0791 if it is no text."""
        name = self.text()
        if not name or "\0" in name:
            raise self.mistake("expected the name of a file")
        return read(name)

    def _below(self, name: str, raw: Any) -> Value:
        return Value(raw, f"{self.path}/{name}" if self.path else name, self.file)


def parse(data: bytes, file: str) -> Value:
    """Read a JSON document, which must be an object.

    Args:
        data: UTF-8.
        file: its name, for messages.

    Raises:
        UsageError: CW0790, no JSON, with line and column; CW0791, no object.
    """
    if len(data) > _SIZE_MAX:
        raise UsageError("CW0790", f"{len(data)} bytes of JSON", subject=file, hint="at most 4 MiB")
    try:
        document = json.loads(data.decode("utf-8-sig", "replace"))
    except json.JSONDecodeError as error:
        place = f"{file}:{error.lineno}:{error.colno}"
        raise UsageError("CW0790", f"no JSON: {error.msg}", subject=place) from error
    except (ValueError, RecursionError) as error:
        # A number of thousands of digits, or thousands of lists within each other.
        raise UsageError("CW0790", f"no sensible JSON: {error}", subject=file) from error
    value = Value(document, file=file)
    value.items()
    return value


def _sound(text: str) -> str:
    r"""Replace halves of surrogate pairs, which `\ud800` gives, as Go does."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _shown(raw: Any) -> str:
    kinds = {dict: "an object", list: "a list", bool: str(raw).lower(), str: f"text {raw!r}"[:40]}
    return kinds.get(type(raw), f"{raw}"[:40])
