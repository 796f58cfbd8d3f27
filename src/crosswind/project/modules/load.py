"""Find and read everything about a project's modules (modload/init.go, loadModFile)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from crosswind.errors import UsageError
from crosswind.project.modules import (
    consistency,
    godebugs,
    locate,
    modfile,
    paths,
    replaces,
    requirements,
    sums,
    vendored,
)
from crosswind.project.modules.mistakes import ModFileError, mistake
from crosswind.project.modules.model import DEFAULT_WORK_GO, MainModule
from crosswind.project.modules.modfile import ModFile, WorkFile
from crosswind.project.modules.modules import Mode, Modules
from crosswind.project.modules.sums import Sums
from crosswind.project.modules.vendored import Vendored, Version
from crosswind.toolchain import goflags
from crosswind.toolchain import version as gover
from crosswind.toolchain.settings import Settings

# Since then the go command takes packages from a vendor folder without being told (setDefaultBuildMod).
_VENDOR = gover.parse("1.14")
# gover.GoStrictVersion: since then a workspace must be of a Go as new as its modules'.
_STRICT = gover.parse("1.21")
_MODES = ("readonly", "mod", "vendor")


def load(
    directory: Path,
    env: Mapping[str, str] | None = None,
    *,
    flags: Sequence[str] = (),
    goroot: Path | None = None,
) -> Modules:
    """Load the main module around a directory, or the workspace in force there.

    Args:
        directory: where the go command would run.
        env: its environment; ours by default. GOFLAGS may hold `-mod` and `-modfile`.
        flags: the flags of a build, which go before those of GOFLAGS.
        goroot: the GOROOT, where there is one; packages of the standard library are found with it.

    Raises:
        UsageError: CW0301, no go.mod; CW0302, a file is broken; CW5020, a setting is; CW5021, the
            workspace is; CW5022, replace lines disagree; CW5023, the vendor folder is out of step;
            CW5024, go.mod or go.sum is.
    """
    settings = Settings.read(os.environ if env is None else env, goroot)
    _check_on(settings)
    mode = _flags(directory, settings, flags)
    work_path = locate.workspace(directory, settings)
    if work_path:
        _check_workspace_flags(mode)
        work = modfile.read_work(str(work_path), locate.read(work_path))
        godebugs.check(work.name, work.godebug, goroot)
        mains = _used(work, work_path, goroot)
    else:
        work, mains = None, (_main(directory, mode, goroot),)
        godebugs.check(mains[0].file.name, mains[0].file.godebug, goroot)
    levels = _levels(mains, work, work_path)
    top = work_path.parent if work_path else mains[0].directory
    mode = _default(mode, mains, work, top, is_workspace=work_path is not None)
    listing = _listing(top) if mode.name == "vendor" else None
    found = Modules(
        mains,
        work,
        work_path,
        mode,
        levels,
        frozenset(Version(one.path, one.version) for main in mains for one in main.file.exclude),
        _sums(mains, work_path),
        listing,
        settings.module_cache,
        goroot,
    )
    if listing:
        consistency.check(found, listing)
    if not work_path and mode.name != "mod":
        requirements.check(found)
    return found


def outside(env: Mapping[str, str], goroot: Path) -> Modules:
    """Return the modules that there are outside of any: none, but Go's own packages can be found."""
    cache = Settings.read(env, goroot).module_cache
    none: frozenset[Version] = frozenset()
    return Modules((), None, None, Mode(), (), none, _sums((), None), None, cache, goroot)


def _check_on(settings: Settings) -> None:
    """Refuse what turns modules off (init.go, Init)."""
    chosen = settings.get("GO111MODULE").value
    if chosen in ("", "on", "auto"):
        return
    message = "modules are disabled" if chosen == "off" else "unknown environment setting"
    raise UsageError(
        "CW5020",
        message,
        subject=f"GO111MODULE={chosen}",
        hint="unset GO111MODULE, or: go env -u GO111MODULE",
    )


def _flags(directory: Path, settings: Settings, flags: Sequence[str]) -> Mode:
    """Read `-mod` and `-modfile`; what cannot be split is the go command's to refuse."""
    try:
        words = [*goflags.split(settings.get("GOFLAGS").value), *flags]
    except ValueError:
        words = [*flags]
    chosen, file = goflags.value(words, "mod"), goflags.value(words, "modfile")
    if chosen and chosen not in _MODES:
        raise UsageError(
            "CW5020",
            f'-mod is "{chosen}"',
            subject="-mod",
            hint="it takes readonly, mod or vendor",
        )
    if file and not file.endswith(".mod"):
        raise UsageError("CW5020", "file does not have .mod extension", subject=f"-modfile={file}")
    place = Path(os.path.normpath(directory.absolute() / file)) if file else None
    return Mode(chosen or "readonly", bool(chosen), modfile=place)


def _check_workspace_flags(mode: Mode) -> None:
    if mode.modfile:
        raise UsageError(
            "CW5020",
            "-modfile cannot be used in workspace mode",
            subject=f"-modfile={mode.modfile}",
            hint="set GOWORK=off to leave the workspace out",
        )
    if mode.explicit and mode.name == "mod":
        raise UsageError(
            "CW5020",
            "-mod may only be set to readonly or vendor when in workspace mode",
            subject="-mod=mod",
            hint="leave -mod out, or set GOWORK=off",
        )


def _main(directory: Path, mode: Mode, goroot: Path | None) -> MainModule:
    root = locate.module_root(directory)
    if root is None:
        raise locate.nowhere(directory)
    return _read_main(root, mode.modfile or root / "go.mod", goroot)


def _read_main(root: Path, file_path: Path, goroot: Path | None) -> MainModule:
    file = modfile.read_mod(str(file_path), locate.read(file_path))
    path = modfile.checked_path(file)
    _check_tools(file)
    is_std = goroot is not None and path == "std" and root.is_relative_to(goroot / "src")
    return MainModule(path, root, file, file_path, "" if is_std else path)


def _check_tools(file: ModFile) -> None:
    for path, line, column in file.tool:
        if wrong := paths.import_path_mistake(path):
            message = f'malformed tool path "{path}": {wrong}'
            raise ModFileError((mistake(file.name, line, column, message),))


def _used(work: WorkFile, work_path: Path, goroot: Path | None) -> tuple[MainModule, ...]:
    """Read the modules of a workspace (LoadWorkFile, loadModFile)."""
    mains: list[MainModule] = []
    for use in work.use:
        root = Path(os.path.normpath(work_path.parent / use.text))
        place = f"{work_path}:{use.line}:{use.column}"
        if any(root == main.directory for main in mains):
            raise _broken(place, f"path {root} appears multiple times in workspace")
        try:
            main = _read_main(root, root / "go.mod", goroot)
        except ModFileError:
            raise
        except UsageError as error:
            message = f"cannot load module {use.text} listed in go.work file: {error.message}"
            raise _broken(
                place, message, f"bring it, or: go work edit -dropuse={use.text}"
            ) from error
        if any(main.path == known.path for known in mains):
            raise _broken(place, f"module {main.path} appears multiple times in workspace")
        _check_version(main, work, place)
        mains.append(main)
    if not mains:
        message = "no modules were found in the current workspace"
        raise _broken(str(work_path), message, "add one: go work use DIR")
    return tuple(mains)


def _check_version(main: MainModule, work: WorkFile, place: str) -> None:
    ours = work.go.text if work.go else DEFAULT_WORK_GO
    wanted = gover.parse(main.go)
    if wanted > gover.parse(ours) and wanted >= _STRICT:
        message = (
            f"module {main.path} listed in go.work file requires go >= {main.go}, "
            f"but go.work {'lists' if work.go else 'implicitly requires'} go {ours}"
        )
        raise _broken(place, message, "go work use")


def _broken(subject: str, message: str, hint: str = "mend go.work: `go work edit`") -> UsageError:
    return UsageError("CW5021", message, subject=subject, hint=hint)


def _levels(
    mains: Iterable[MainModule], work: WorkFile | None, work_path: Path | None
) -> tuple[replaces.Level, ...]:
    of_modules = tuple(
        replaces.level(str(main.file_path), main.directory, main.file.replace) for main in mains
    )
    if not work or not work_path:
        return of_modules
    own = replaces.level(str(work_path), work_path.parent, work.replace)
    for main in mains:
        if Version(main.path) in own.lines:
            message = (
                f"workspace module {main.path} is replaced at all versions in the go.work file"
            )
            raise _broken(str(work_path), message, "take that replace line out")
    replaces.check(own, of_modules)
    return own, *of_modules


def _default(
    mode: Mode, mains: Sequence[MainModule], work: WorkFile | None, top: Path, *, is_workspace: bool
) -> Mode:
    """Take the vendor folder where nothing else is said and it is for this (setDefaultBuildMod)."""
    if mode.explicit or not locate.is_folder(top / "vendor"):
        return mode
    source = "go.work" if is_workspace else "go.mod"
    line = (work.go if work else None) if is_workspace else mains[0].file.go
    if line is None:
        reason = f"Go version in {source} is unspecified, so vendor directory was not used."
    elif gover.parse(line.text) < _VENDOR:
        reason = f"Go version in {source} is {line.text}, so vendor directory was not used."
    elif vendored.for_workspace(_modules_txt(top)) == is_workspace:
        said = f"Go version in {source} is at least 1.14 and vendor directory exists."
        return Mode("vendor", explicit=False, reason=said, modfile=mode.modfile)
    elif is_workspace:
        reason = "In workspace mode, but vendor directory is not for a workspace"
    else:
        reason = "Outside workspace mode, but vendor directory is for a workspace."
    return Mode("readonly", explicit=False, reason=reason, modfile=mode.modfile)


def _listing(top: Path) -> Vendored:
    return vendored.read(_modules_txt(top))


def _modules_txt(top: Path) -> bytes:
    place = top / "vendor" / "modules.txt"
    return locate.read(place) if locate.exists(place) else b""


def _sums(mains: Iterable[MainModule], work_path: Path | None) -> Sums:
    files = [main.file_path.with_suffix(".sum") for main in mains]
    if work_path:
        files.append(work_path.with_name(f"{work_path.name}.sum"))
    return sums.joined(
        sums.read(str(file), locate.read(file)) for file in files if locate.is_file(file)
    )
