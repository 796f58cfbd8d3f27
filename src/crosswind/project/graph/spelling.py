"""Names of files and folders that the go command refuses (cmd/go/internal/load/pkg.go, load)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from crosswind.project.graph.model import Bits, Problem

_FILES = "Files"
# Those of tests' embeds are no part of the package (Package.AllFiles).
_NOT_ITS = ("TestEmbedFiles", "XTestEmbedFiles", "InvalidGoFiles")


def problems(
    lists: Mapping[str, Bits], import_path: str, directory: str, everything: int
) -> Iterator[Problem]:
    """Yield why the go command refuses a package for what something is called.

    Args:
        lists: its files by Go's field name.
        import_path: its own.
        directory: its folder.
        everything: all contexts.
    """
    names: dict[str, int] = {}
    for listed, files in lists.items():
        if listed.endswith(_FILES) and listed not in _NOT_ITS:
            for name, where in files.items():
                names[name] = names.get(name, 0) | where
    yield from _alike(names, directory)
    for name, where in names.items():
        if not _is_safe(name) or name.startswith("_cgo_"):
            yield Problem(where, f"no file of a package may be called {name!r}", directory)
    last = import_path.rpartition("/")[2]
    if not _is_safe(last):
        yield Problem(everything, f"no package's folder may be called {last!r}", directory)
    if "\n" in directory or "\r" in directory:
        yield Problem(everything, f"a line ends in the folder's name {directory!r}", directory)


def _alike(names: Mapping[str, int], directory: str) -> Iterator[Problem]:
    """Yield names that differ by case alone, where both are part of a package (str.FoldDup)."""
    if len({fold(name) for name in names}) == len(names):
        return
    folded: dict[str, str] = {}
    for name, where in sorted(names.items()):
        other = folded.setdefault(fold(name), name)
        if other != name and where & names[other]:
            both = where & names[other]
            message = f"{other} and {name} are one file where case does not count"
            yield Problem(both, message, directory)


def fold(name: str) -> str:
    """Return what names have in common that differ by case alone (str.ToFold)."""
    return "".join(map(_fold, name)) if not name.isascii() else name.lower()


def _fold(char: str) -> str:
    # Go folds characters one by one: what would become two stays as it is.
    return next((one for one in (char.casefold(), char.lower()) if len(one) == 1), char)


def _is_safe(name: str) -> bool:
    """Whether no program could take a name for an option (SafeArg)."""
    first = name[:1]
    return first != "" and (not first.isascii() or first.isalnum() or first in "._/")
