"""Damage found by a bounded reader, told as an error that names the file and the page."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from crosswind.binary.view import FormatError
from crosswind.errors import BuildError


@contextlib.contextmanager
def told(code: str, what: str, *, subject: str = "", hint: str = "") -> Iterator[None]:
    """Raise BuildError in place of every FormatError inside.

    Args:
        code: the error's page.
        what: the thing that is damaged, as the first words of the message.
        subject: the file.
        hint: what to do about it.
    """
    try:
        yield
    except FormatError as error:
        raise BuildError(code, f"{what}: {error}", subject=subject, hint=hint) from error
