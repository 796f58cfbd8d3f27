"""Where a script's files are looked for; the caller reads them, within limits that hold here.

The order is that of Microsoft's "Searching for Files" (Resource Compiler), without the INCLUDE variable:
a script should give the same bytes on every host.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from crosswind.windows.rc.problem import Place, Problems

# Give a path, get the bytes of that file, or None if there is none.
Reader = Callable[[str], bytes | None]

# Bytes of all scripts and headers, and of all files that end up in resources; files read in all.
MAX_SOURCE = 16 << 20
MAX_CONTENT = 256 << 20
MAX_FILES = 1000
_MAX_NAME = 4096
# What reading a file counts at least, however short it is.
_LEAST = 1024

_ABSOLUTE = re.compile(r"/|[A-Za-z]:")


@dataclass(slots=True)
class Files:
    """Finds and reads files.

    Attributes:
        read: the caller's function.
        directories: the include directories, in order.
        problems: takes what is wrong.
        found: the files that were read, each once, in order.
    """

    read: Reader
    directories: tuple[str, ...]
    problems: Problems
    found: list[str] = field(default_factory=list)
    _sizes: dict[int, int] = field(default_factory=dict)

    def find(
        self, name: str, around: Iterable[str], place: Place, *, limit: int = MAX_CONTENT
    ) -> tuple[str, bytes] | None:
        r"""Look a file up.

        Args:
            name: as the script has it; `\\` separates folders, as `/` does.
            around: folders to look into before the include directories.
            place: where the script names it.
            limit: bytes of all such files together.

        Returns:
            Its path and its bytes; None if it is nowhere.

        Raises:
            StoppedError: a limit is reached.
        """
        wanted = name.replace("\\", "/")
        if not wanted or len(wanted) > _MAX_NAME or "\0" in wanted:
            return None
        for path in self._candidates(wanted, around):
            data = self.read(path)
            if data is not None:
                self._account(path, len(data), limit, place)
                return path, data
        return None

    def _candidates(self, wanted: str, around: Iterable[str]) -> Iterable[str]:
        if _ABSOLUTE.match(wanted):
            return [wanted]
        folders = dict.fromkeys([*around, *self.directories])
        return [posixpath.normpath(posixpath.join(folder, wanted)) for folder in folders]

    def _account(self, path: str, size: int, limit: int, place: Place) -> None:
        if path not in self.found:
            self.found.append(path)
        self._sizes[limit] = self._sizes.get(limit, 0) + max(size, _LEAST)
        if len(self.found) > MAX_FILES or self._sizes[limit] > limit:
            raise self.problems.stop(
                "CW0761",
                place,
                f"with {path} this script needs more than {MAX_FILES} files or {limit} bytes",
            )
