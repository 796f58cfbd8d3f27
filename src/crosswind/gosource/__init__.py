"""What go/build reads of one source file, without a go command.

    found = read(data)
    [one.path for one in found.imports]

Everything here is pure, and decided as Go's packages go/build, go/parser and go/scanner decide it.
"""

from crosswind.gosource.facts import Directive, Embed, GoFile, Import, SourceError

__all__ = ["Directive", "Embed", "GoFile", "Import", "SourceError", "read"]


def read(data: bytes) -> GoFile:
    """Read the head of a Go file; never raises (see `reading.read`)."""
    # Imported late: where no file changed nothing is parsed.
    from crosswind.gosource import reading

    return reading.read(data)
