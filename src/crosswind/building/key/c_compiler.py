"""One GCC: what it is, which headers it takes in, and what it links.

Go takes a compiler for the same while its version line is (cmd/go/internal/work/buildid.go, gccToolID).
Here the driver and the programs that it starts count by their content, with the libraries that these load.
Wrappers, other compilers and other linkers are for the go command to judge.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crosswind.building.key import c_answers
from crosswind.building.key.environment import OF_C
from crosswind.building.key.model import Doubt
from crosswind.building.key.observed import Observer, Reads
from crosswind.errors import CrosswindError
from crosswind.system import process

# GCC's manual, "Overall Options", -###: the driver's own name; cmd/go wants the version line as well.
_DRIVER = re.compile(r"^COLLECT_GCC=(.+)$", re.MULTILINE)
_VERSION = re.compile(r"^gcc version \d.*$", re.MULTILINE)
_PROGRAMS = ("as", "ld", "collect2", "lto-wrapper")
# cmd/cgo/gcc.go, ProcessCgoDirectives: lines that the compiler never sees.
_DIRECTIVE = re.compile(r"^[ \t]*#cgo[ \t].*$", re.MULTILINE)
# What each language's compiler is called.
_COMPILERS = {"c": "cc1", "c++": "cc1plus"}
# Variables that load code into programs, or lead GCC and GNU ld elsewhere.
_LEADING = ("LD_", "GCC_", "COLLECT_")
_LEADING_NAMES = frozenset(
    ("LDEMULATION", "GNUTARGET", "COMPILER_PATH", "LIBRARY_PATH", "TARGET_ALIAS")
)
# Seconds; a compiler that preprocesses one package needs one.
_PATIENCE = 60.0
# cmd/go/internal/work/exec.go, ccompilerCmd and gccArchArgs; cmd/link/internal/ld/lib.go, hostlink.
_ALWAYS = ("-fPIC", "-m64", "-pthread")
_LINKED = ("-m64", "-no-pie", "-rdynamic")
_LINE = 200
_ASSEMBLY = "assembler-with-cpp"


@dataclass(frozen=True, slots=True)
class Package:
    """What a C compiler is given of a package.

    Attributes:
        directory: of the package.
        flags: CPPFLAGS and those of the language.
        preambles: texts above `import "C"`.
        sources: names of files in the folder.
        digests: what tells one state of these from the next.
    """

    directory: Path
    flags: tuple[str, ...]
    preambles: tuple[str, ...]
    sources: tuple[str, ...]
    digests: tuple[str, ...]


class Compiler:
    """A GCC for one language."""

    def __init__(
        self, language: str, words: Sequence[str], env: Mapping[str, str], observer: Observer
    ) -> None:
        """Find it.

        Args:
            language: `c` or `c++`.
            words: what CC or CXX says.
            env: of the go command.
            observer: remembers.

        Raises:
            Doubt: it is not there, or a variable leads it elsewhere.
        """
        for name in env:
            if name.startswith(_LEADING) or name in _LEADING_NAMES:
                raise Doubt(f"{name} may lead a C compiler elsewhere")
        path = shutil.which(words[0], path=env.get("PATH", "")) if len(words) == 1 else None
        if path is None or not os.path.isabs(path):  # noqa: PTH117
            raise Doubt(f"{' '.join(words)} is not the path of a C compiler")
        self._language = language
        self._path = path
        self._env = {**env, "LC_ALL": "C"}
        self._observer = observer
        variables = {name: env.get(name, "") for name in ("PATH", *OF_C)}
        self._question = (language, path, variables)

    def programs(self) -> dict[str, str]:
        """Return the content of the driver, and of all that it starts.

        Raises:
            Doubt: it is no GCC, or hides what it starts.
        """
        question = ("programs", *self._question)
        return self._observer.content(repr(question), question, lambda: _in_scratch(self._programs))

    def headers(self, package: Package) -> dict[str, str]:
        """Return the content of each file that compiling a package reads.

        Raises:
            Doubt: the compiler does not say.
        """
        subject = f"{self._language} {self._path} {package.directory}"
        question = ("headers", *self._question, package)
        return self._observer.content(
            subject, question, lambda: _in_scratch(lambda folder: self._headers(package, folder))
        )

    def libraries(self, flags: tuple[str, ...]) -> dict[str, str]:
        """Return the content of each file that a link reads besides what was compiled.

        Raises:
            Doubt: the linker does not say.
        """
        question = ("libraries", *self._question, flags)
        return self._observer.content(
            repr(question),
            question,
            lambda: _in_scratch(lambda folder: self._libraries(flags, folder)),
        )

    def _programs(self, folder: Path) -> Reads:
        said = self._ask(folder, "-###", "-x", self._language, "-c", "-")
        driver = _DRIVER.search(said)
        if not (_VERSION.search(said) and driver and "Using built-in specs." in said):
            raise Doubt(f"{self._path} does not speak as GCC does")
        if not self._is_own(driver[1]):
            raise Doubt(f"{self._path} starts another compiler")
        names = [
            self._answer(folder, f"-print-prog-name={one}")
            for one in (*_PROGRAMS, _COMPILERS[self._language])
        ]
        places = [shutil.which(name, path=self._env.get("PATH", "")) for name in names]
        programs = [self._path, *(place for place in places if place)]
        if len(programs) != len(places) + 1:
            raise Doubt(f"{self._path} names programs that are not there")
        plugin = self._answer(folder, "-print-file-name=liblto_plugin.so")
        found = {*programs, *([plugin] if os.path.isabs(plugin) else [])}  # noqa: PTH117
        env = {**self._env, "LD_TRACE_LOADED_OBJECTS": "1"}
        for program in programs:
            if _is_script(program):
                raise Doubt(f"{program} is a script")
            found |= c_answers.loaded(_run((program,), folder, env))
        entries = (entry for entry in self._env.get("PATH", "").split(os.pathsep) if entry)
        folders = {os.path.abspath(entry) for entry in entries}  # noqa: PTH100
        return Reads(frozenset(found), frozenset(folders | set(map(os.path.dirname, found))))

    def _headers(self, package: Package, folder: Path) -> Reads:
        names = []
        preambles = [_DIRECTIVE.sub("", text) for text in package.preambles]
        for number, text in enumerate(preambles):
            path = folder / f"{number}.c"
            path.write_bytes(text.encode(errors="surrogateescape") + _PROLOGUE)
            names.append(str(path))
        joined = "\n".join(preambles).encode(errors="surrogateescape")
        (folder / "_cgo_export.h").write_bytes(_PROLOGUE + joined + b"\n")
        directory = str(package.directory)
        names += package.sources
        flags = ("-I", directory, *_ALWAYS, "-I", str(folder), *package.flags)
        listed = folder / "rules"
        words = (*flags, "-v", "-M", "-MF", str(listed), "-x")
        found: set[str] = set()
        search: set[str] = set()
        for name in names:
            language = _ASSEMBLY if name.endswith((".s", ".S")) else self._language
            told = self._ask(package.directory, *words, language, name)
            found |= c_answers.dependencies(listed.read_text(errors="surrogateescape"), directory)
            search |= c_answers.search_folders(told, directory)
        contents = [Path(name).read_bytes() for name in sorted(found)]
        folders = c_answers.looked_in(found, search, contents)
        return Reads(_outside(found, folder), _outside(folders, folder))

    def _libraries(self, flags: tuple[str, ...], folder: Path) -> Reads:
        (folder / "main.c").write_text("int main(void) { return 0; }\n")
        self._ask(folder, "-m64", "-c", "main.c", "-o", "main.o")
        said = self._ask(folder, *_LINKED, "-o", "main", "main.o", *flags, "-Wl,--verbose")
        found, folders = c_answers.linked(said)
        own = [flag[2:] for flag in flags if flag.startswith("-L")]
        names = [flag[2:] for flag in flags if flag.startswith("-l")]
        # Which of several -L comes first is the go command's to say: all that could be meant count.
        for place in own:
            candidates = (
                f"{place}/lib{name}{ending}" for name in names for ending in (".a", ".so")
            )
            found |= {path for path in candidates if Path(path).is_file()}
        return Reads(_outside(found, folder), _outside({*folders, *own}, folder))

    def _is_own(self, name: str) -> bool:
        place = shutil.which(name, path=self._env.get("PATH", ""))
        return place is not None and Path(place).samefile(self._path)

    def _answer(self, folder: Path, word: str) -> str:
        return self._ask(folder, word).strip()

    def _ask(self, folder: Path, *words: str) -> str:
        return _run((self._path, *words), folder, self._env, must=True)


# cmd/cgo/out.go: headers that the files which it writes take in.
_PROLOGUE = (
    b"".join(
        b"\n#include <%b>\n" % name
        for name in (b"stddef.h", b"stdlib.h", b"stdint.h", b"string.h", b"errno.h")
    )
    + b"#ifndef __cplusplus\n#include <complex.h>\n#else\n#include <complex>\n#endif\n"
)


def _in_scratch(ask: Callable[[Path], Reads]) -> Reads:
    """Ask with a folder for what does not last.

    Raises:
        Doubt: what `ask` raises, or a file could not be read or written.
    """
    try:
        with tempfile.TemporaryDirectory() as name:
            return ask(Path(os.path.realpath(name)))
    except OSError as error:
        raise Doubt(f"cannot ask the C compiler: {error}") from error


def _run(argv: tuple[str, ...], folder: Path, env: Mapping[str, str], *, must: bool = False) -> str:
    try:
        done = process.run(argv, cwd=folder, env=env, timeout=_PATIENCE, terminal=False)
    except CrosswindError as error:
        raise Doubt(f"{error.subject}: {error.message}") from error
    if must and done.returncode:
        lines = [line for line in done.text.splitlines() if "error:" in line] or [""]
        raise Doubt(f"{argv[0]} ended with {done.returncode}: {lines[0][:_LINE]}")
    return (done.stdout + b"\n" + done.stderr).decode(errors="surrogateescape")


def _outside(names: set[str], scratch: Path) -> frozenset[str]:
    return frozenset(name for name in names if not f"{name}/".startswith(f"{scratch}/"))


def _is_script(path: str) -> bool:
    with Path(path).open("rb") as stream:
        return stream.read(2) == b"#!"
