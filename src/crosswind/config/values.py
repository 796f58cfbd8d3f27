"""The values that keys of `crosswind.yaml` take, for the models that validate them.

Imported only where a file changed since it was last read: pydantic takes 0.1 s to import.
"""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from crosswind.config.document import Kind, Scalar


def mistake(message: str, hint: str = "") -> PydanticCustomError:
    """Return an error of ours for pydantic to collect: `message` and `hint` reach the user."""
    # Braces would be taken for placeholders of the message, so both travel in the context.
    return PydanticCustomError("crosswind", "{message}", {"message": message, "hint": hint})


def as_text(value: object) -> object:
    """Take numbers and booleans as they are spelt: `1.20` stays `1.20`."""
    if isinstance(value, Scalar) and value.kind is not Kind.NULL:
        return value.text
    return value


def as_flag(value: object) -> object:
    """Take true and false; what else people write for them is a mistake with a way out."""
    if isinstance(value, Scalar) and value.kind is Kind.BOOL:
        return value.text.lower() == "true"
    if isinstance(value, str) and value.lower() in ("yes", "no", "on", "off", "true", "false"):
        meant = "true" if value.lower() in ("yes", "on", "true") else "false"
        raise mistake(f"expected true or false, found text {value!r}", f"write {meant}, unquoted")
    return value


def as_number(value: object) -> object:
    """Take a whole number of up to nine digits."""
    if isinstance(value, Scalar) and re.fullmatch(r"[-+]?[0-9]{1,9}", value.text):
        return int(value.text)
    return value


def as_list(value: object) -> object:
    """Take one text for a list of one."""
    return [value] if isinstance(value, str | Scalar) else value


def or_off(value: object) -> object:
    """Take `false` in place of a mapping: what it describes is not made."""
    is_false = isinstance(value, Scalar) and value.kind is Kind.BOOL and value.text == "false"
    return {"enabled": value} if is_false else value


def one_of(*values: str) -> AfterValidator:
    """Accept only these values; name the nearest one otherwise."""

    def check(value: str) -> str:
        if value in values:
            return value
        near = difflib.get_close_matches(value.lower(), values, 1)
        hint = f"did you mean {near[0]}?" if near else ""
        raise mistake(f"{value!r} is none of {', '.join(values)}", hint)

    return AfterValidator(check)


def _not_blank(value: str) -> str:
    if not value.strip():
        raise mistake("expected text, found only blanks")
    return value


def scalar(pattern: str, *, signed: bool = True) -> Any:
    """Return what the JSON Schema says of a text: numbers and booleans are taken as they are spelt.

    Args:
        pattern: for texts in quotes; of numbers a schema knows no spelling.
        signed: whether one may begin with a minus.
    """
    number = float if signed else Annotated[float, Field(ge=0)]
    return Annotated[str, Field(pattern=pattern)] | number | bool


# What editors may offer where a validator of ours takes more than pydantic's type says.
SCALARS: Any = str | float | bool
NOT_BLANK: Any = scalar(r"\S")
ONE_OR_MANY: Any = NOT_BLANK | list[NOT_BLANK]

Text = Annotated[
    str, BeforeValidator(as_text, json_schema_input_type=NOT_BLANK), AfterValidator(_not_blank)
]
Value = Annotated[str, BeforeValidator(as_text, json_schema_input_type=SCALARS)]
Flag = Annotated[bool, BeforeValidator(as_flag)]
Whole = Annotated[int, BeforeValidator(as_number)]
Texts = Annotated[list[Text], BeforeValidator(as_list, json_schema_input_type=ONE_OR_MANY)]


class Strict(BaseModel):
    """A mapping that takes no keys but its own."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)
