"""The error of a configuration with mistakes; apart from what finds them, which is imported rarely."""

from __future__ import annotations

from crosswind.errors import MistakesError, UsageError
from crosswind.finding import Finding


class ConfigError(MistakesError, UsageError):
    """A configuration with mistakes; `findings` holds each of them."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        """Describe one mistake as itself, several as a list."""
        super().__init__(findings, hints=True)
