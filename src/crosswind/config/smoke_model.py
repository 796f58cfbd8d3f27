"""The shape of `smoke:` in `crosswind.yaml`: one run of the finished program."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from crosswind.config.document import Scalar
from crosswind.config.settings import as_pattern
from crosswind.config.values import ONE_OR_MANY, Flag, Strict, Text, Texts, mistake, or_off

# A Windows exit code has 32 bits (GetExitCodeProcess).
_MAX_EXIT = 0xFFFF_FFFF


def _number(value: object) -> object:
    if isinstance(value, Scalar) and re.fullmatch(r"-?[0-9]{1,10}", value.text):
        return int(value.text)
    return value


def _status(value: int) -> int:
    if not 0 <= value <= _MAX_EXIT:
        raise mistake(f"{value} is no exit status", "0 to 255, on Windows up to 4294967295")
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(as_pattern(value))
    except re.error as error:
        raise mistake(
            f"{value!r} is no regular expression: {error}", "plain text needs no slashes"
        ) from error
    return value


_RANGE: Any = Annotated[int, Field(ge=0, le=_MAX_EXIT)]
Status = Annotated[
    int, BeforeValidator(_number, json_schema_input_type=_RANGE), AfterValidator(_status)
]


class SmokeKeys(Strict):
    """One run of the finished program, and what must come of it."""

    enabled: Flag | None = Field(None, description="`false`: it is not run. Default: true.")
    args: Texts | None = Field(None, description="Its arguments. Templates allowed.")
    exit: Status | None = Field(None, description="The status that it must end with. Default: 0.")
    output: Annotated[Text, AfterValidator(_pattern)] | None = Field(
        None,
        description="Text that it must print, or a regular expression between slashes."
        " Templates allowed.",
    )


def _keys(value: object) -> object:
    """Take arguments alone for the mapping; no arguments at all for nothing to run."""
    off = or_off(value)
    if off is value and isinstance(value, str | Scalar | list):
        return {"args": value, "enabled": value != []}
    return off


_INPUT: Any = ONE_OR_MANY | SmokeKeys
Smoke = Annotated[SmokeKeys, BeforeValidator(_keys, json_schema_input_type=_INPUT)]
