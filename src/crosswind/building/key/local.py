"""Which modules take part, by name, version and hash; and which packages lie in local folders.

Nothing here needs the module cache. What a module from there imports cannot be seen, and it may import
packages of local folders; so where that can be, all packages of such a folder count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from crosswind.building.key import leading_back
from crosswind.building.key.model import Doubt, Part
from crosswind.errors import CrosswindError
from crosswind.project.graph import Folder, patterns
from crosswind.project.modules import paths
from crosswind.project.modules.folders import Folders
from crosswind.project.modules.hashes import hashes
from crosswind.project.modules.load import load
from crosswind.project.modules.modules import Modules
from crosswind.system import files


class Local:
    """The modules of a source tree."""

    def __init__(self, directory: Path, env: Mapping[str, str], flags: Sequence[str] = ()) -> None:
        """Read go.mod, go.sum and their like.

        Args:
            directory: where the go command runs.
            env: its environment.
            flags: of the build; `-mod` and `-modfile` count.

        Raises:
            Doubt: they are not as the go command takes them, or it may write them.
        """
        try:
            self.modules: Modules = load(directory, env, flags=flags)
        except CrosswindError as error:
            raise Doubt(f"{error.subject}: {error.message}") from error
        if self.modules.mode.name == "mod":
            raise Doubt("with -mod=mod the go command may change go.mod")
        # Go ends where it needs a hash. Without the module cache nobody can tell whether it does.
        if wrong := self.modules.sums.malformed:
            raise Doubt(f"{wrong.subject}: {wrong.message}")
        self._folders = Folders()

    @cached_property
    def part(self) -> Part:
        """What is built from, besides local files.

        Raises:
            Doubt: a file cannot be read.
        """
        try:
            return Part("modules", hashes(self.modules))
        except (OSError, CrosswindError) as error:
            raise Doubt(f"cannot read the modules: {error}") from error

    @cached_property
    def trees(self) -> tuple[Path, ...]:
        """The folders that local packages lie in."""
        return tuple(dict.fromkeys(folder for _, folder in self.modules.local))

    def find(self, path: str) -> Path | None:
        """Return the folder of a package if it is a local one.

        Raises:
            Doubt: it is in two places.
        """
        places = dict.fromkeys(
            Path(place)
            for prefix, root in self.modules.local
            if (place := self._folders.inside(path, prefix, root, local=True))
            and self._folders.has_go_files(place)
        )
        if len(places) > 1:
            raise Doubt(f"{path} is in {' and in '.join(map(str, places))}")
        return next(iter(places), None)

    def is_elsewhere(self, path: str) -> bool:
        """Whether a package that is not local comes from the module cache, not from Go itself."""
        if not paths.is_standard(path):
            return True
        return any(paths.is_within(path, module) for module in self.modules.required)

    def hidden(self, read: Callable[[Path], Folder]) -> Iterator[tuple[str, Path]]:
        """Yield local packages that modules of the module cache may import, with their folders.

        These are all packages of folders that stand in for a module, and those of main modules that
        go.sum or a module of the cache speaks of: then some module requires them.
        """
        if self.modules.vendor:
            return
        named = {line.path for line in self.modules.sums.lines}
        named |= leading_back.mains(self.modules, files.cache_dir() / "leading-back")
        mains = [(main.path, main.directory) for main in self.modules.mains if main.path in named]
        for prefix, root in (*mains, *self.modules.replaced):
            for below, folder in patterns.walk(root, read):
                path = f"{prefix}/{below}".rstrip("/")
                if any(file.name.endswith(".go") for file in folder.files):
                    yield path, folder.path
