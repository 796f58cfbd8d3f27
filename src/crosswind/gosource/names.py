"""Names that a file of a module may have (golang.org/x/mod/module, CheckFilePath)."""

from __future__ import annotations

_PUNCTUATION = frozenset("!#$%&()+,-.=@[]^_{}~ ")
_OF_WINDOWS = frozenset((
    "CON", "PRN", "AUX", "NUL",
    *(f"{device}{number}" for device in ("COM", "LPT") for number in range(1, 10)),
))  # fmt: skip
# cmd/go/internal/load/pkg.go, isBadEmbedName.
_VERSION_CONTROL = frozenset((".bzr", ".hg", ".git", ".svn"))


def is_bad(name: str) -> bool:
    """Whether no module can hold a file of this name, without folders (cmd/go: isBadEmbedName)."""
    if name in _VERSION_CONTROL or not name or name.endswith("."):
        return True
    if not all(map(_is_allowed, name)):
        return True
    stem = name.partition(".")[0]
    return stem.isascii() and stem.upper() in _OF_WINDOWS


def _is_allowed(character: str) -> bool:
    """Whether a file's name may hold a character (fileNameOK)."""
    if character.isascii():
        return character.isalnum() or character in _PUNCTUATION
    return character.isalpha()
