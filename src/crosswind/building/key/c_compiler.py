"""One C compiler: what it is, which headers it takes in, and what it links.

Go takes a compiler for the same while its version line is (cmd/go/internal/work/buildid.go, gccToolID).
Here the driver and the programs that it starts count by their content, with the libraries that these load.
Wrappers, other kinds and other linkers than GNU ld are for the go command to judge.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from crosswind.building.key import asking, c_answers, c_assembled, c_kinds
from crosswind.building.key.c_targets import Calls
from crosswind.building.key.environment import OF_C
from crosswind.building.key.model import Doubt, Unread
from crosswind.building.key.observed import Observer, Reads, Seen
from crosswind.frozen import frozen

# cmd/cgo/gcc.go, ProcessCgoDirectives: lines that the compiler never sees.
_DIRECTIVE = re.compile(r"^[ \t]*#cgo[ \t].*$", re.MULTILINE)
# Variables that load code into programs, or lead compilers and GNU ld elsewhere.
_LEADING = ("LD_", "GCC_", "COLLECT_", "CLANG_", "LLVM_")
_LEADING_NAMES = frozenset(
    ("LDEMULATION", "GNUTARGET", "COMPILER_PATH", "LIBRARY_PATH", "TARGET_ALIAS")
)
_BY_MACRO = "C asks for a file that a macro names"
_ASSEMBLY = "assembler-with-cpp"


@frozen
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
    """A compiler for one language and one target."""

    def __init__(
        self,
        language: str,
        words: Sequence[str],
        calls: Calls,
        env: Mapping[str, str],
        observer: Observer,
    ) -> None:
        """Find it.

        Args:
            language: `c` or `c++`.
            words: what CC or CXX says.
            calls: what go adds for the target.
            env: of the go command.
            observer: remembers.

        Raises:
            Doubt: it is not there, or a variable leads it elsewhere.
        """
        for name in env:
            if name.startswith(_LEADING) or name in _LEADING_NAMES:
                raise Doubt(f"{name} may lead a C compiler elsewhere")
        path = shutil.which(words[0], path=env.get("PATH", "")) if words else None
        if path is None or not os.path.isabs(path):  # noqa: PTH117
            raise Doubt(f"{' '.join(words)} is not the path of a C compiler")
        self._language = language
        self._path = path
        self._own = tuple(words[1:])
        self._calls = calls
        self._env = {**env, "LC_ALL": "C"}
        self._observer = observer
        variables = {name: env.get(name, "") for name in ("PATH", *OF_C)}
        self._question = (language, path, self._own, calls, variables)

    def programs(self) -> Seen:
        """Return the content of the driver, and of all that it starts.

        Raises:
            Doubt: it is of no kind that is known, or hides what it starts; `Unread` where a file has it do
                something else.
        """
        question = ("programs, configuration", *self._question)
        return self._observer.content(
            repr(question), question, lambda: asking.in_scratch(self._programs)
        )

    def headers(self, package: Package) -> Seen:
        """Return the content of each file that compiling a package reads, and as `said` what is in doubt.

        Raises:
            Doubt: the compiler does not say.
        """
        subject = f"{self._language} {self._path} {self._own} {package.directory}"
        question = ("headers, assembled", *self._question, package)
        return self._observer.content(
            subject,
            question,
            lambda: asking.in_scratch(lambda folder: self._headers(package, folder)),
        )

    def libraries(self, flags: tuple[str, ...]) -> Seen:
        """Return the content of each file that a link reads besides what was compiled.

        Raises:
            Doubt: the linker does not say.
        """
        question = ("libraries", *self._question, flags)
        return self._observer.content(
            repr(question),
            question,
            lambda: asking.in_scratch(lambda folder: self._libraries(flags, folder)),
        )

    def _programs(self, folder: Path) -> Reads:
        said = self._ask(folder, "-v", "-###", "-x", self._language, "-c", "-")
        kind = c_kinds.recognise(said)
        if kind is None:
            raise Doubt(f"{self._path} speaks neither as GCC nor as Clang does")
        for line in kind.never:
            if strange := line.search(said):
                raise Unread(f"{self._path}: {strange[0]}", {})
        itself = kind.itself.search(said)
        if itself is None or not self._is_own(itself[1]):
            raise Doubt(f"{self._path} starts another compiler")
        asked = [*kind.starts, *filter(None, [kind.compilers.get(self._language)])]
        names = [self._answer(folder, f"-print-prog-name={one}") for one in asked]
        places = [shutil.which(name, path=self._env.get("PATH", "")) for name in names]
        programs = [self._path, *(place for place in places if place)]
        if len(programs) != len(places) + 1:
            raise Doubt(f"{self._path} names programs that are not there")
        plugin = self._answer(folder, "-print-file-name=liblto_plugin.so")
        found = {*programs, *([plugin] if os.path.isabs(plugin) else [])}  # noqa: PTH117
        for program in programs:
            found |= asking.loaded(program, folder, self._env)
        entries = (entry for entry in self._env.get("PATH", "").split(os.pathsep) if entry)
        folders = {os.path.abspath(entry) for entry in entries}  # noqa: PTH100
        for part in map(Path, kind.parts.findall(said) if kind.parts else ()):
            # A newer one beside it, or for a kindred machine, would be taken instead.
            folders |= {str(part), str(part.parent), str(part.parent.parent)}
        for name in kind.reads:
            found |= {name} if Path(name).is_file() else set()
            folders.add(os.path.dirname(name))  # noqa: PTH120
        folders |= {os.path.dirname(os.path.realpath(path)) for path in (self._path, itself[1])}  # noqa: PTH120
        if kind.configuration:
            said = self._answer(folder, "-print-search-dirs")
            folders |= c_answers.candidates(said, kind.configuration)
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
        flags = ("-I", directory, *self._calls.compile, "-I", str(folder), *package.flags)
        listed, made = folder / "rules", folder / "made"
        words = (*flags, "-v", "-E", "-MD", "-MF", str(listed), "-o", str(made), "-x")
        found: set[str] = set()
        search: set[str] = set()
        for name in names:
            is_assembly = name.endswith((".s", ".S", ".sx"))
            language = _ASSEMBLY if is_assembly else self._language
            told = self._ask(package.directory, *words, language, name)
            check = c_assembled.check_assembly if is_assembly else c_assembled.check_c
            check(made.read_bytes())
            if name.endswith(".s"):  # that one is assembled as it stands
                check((package.directory / name).read_bytes())
            found |= c_answers.dependencies(listed.read_text(errors="surrogateescape"), directory)
            search |= c_answers.search_folders(told, directory)
        contents = [Path(name).read_bytes() for name in sorted(found)]
        folders = c_answers.looked_in(found, search, contents)
        doubt = _BY_MACRO if c_answers.is_asked_by_macro(contents) else ""
        return Reads(_outside(found, folder), _outside(folders, folder), doubt)

    def _libraries(self, flags: tuple[str, ...], folder: Path) -> Reads:
        (folder / "main.c").write_text("int main(void) { return 0; }\n")
        calls = self._calls
        self._ask(folder, *calls.compile, "-c", "main.c", "-o", "main.o")
        words = ("-o", "main", "main.o", *flags, *calls.libraries, "-Wl,--verbose")
        said = self._ask(folder, *calls.link, *words)
        found, folders = c_answers.linked(said)
        own = [flag[2:] for flag in flags if flag.startswith("-L")]
        names = [flag[2:] for flag in flags if flag.startswith("-l")]
        # Which of several -L comes first is the go command's to say: all that could be meant count.
        for place in own:
            candidates = (f"{place}/{one}" for name in names for one in _called(name))
            found |= {path for path in candidates if Path(path).is_file()}
        outside = _outside(found, folder)
        c_answers.check_libraries(outside, scripts=True)
        return Reads(outside, _outside({*folders, *own}, folder))

    def _is_own(self, name: str) -> bool:
        place = shutil.which(name, path=self._env.get("PATH", ""))
        return place is not None and Path(place).samefile(self._path)

    def _answer(self, folder: Path, word: str) -> str:
        return self._ask(folder, word).strip()

    def _ask(self, folder: Path, *words: str) -> str:
        return asking.run((self._path, *self._own, *words), folder, self._env, must=True)


# cmd/cgo/out.go: headers that the files which it writes take in.
_PROLOGUE = (
    b"".join(
        b"\n#include <%b>\n" % name
        for name in (b"stddef.h", b"stdlib.h", b"stdint.h", b"string.h", b"errno.h")
    )
    + b"#ifndef __cplusplus\n#include <complex.h>\n#else\n#include <complex>\n#endif\n"
)


def _outside(names: set[str], scratch: Path) -> frozenset[str]:
    return frozenset(name for name in names if not f"{name}/".startswith(f"{scratch}/"))


def _called(name: str) -> Iterator[str]:
    """Yield how the library of a `-l` may be called (GNU ld's manual, "Command Line Options", -l)."""
    if name.startswith(":"):
        yield name[1:]
        return
    for ending in (".a", ".so", ".dll.a", ".lib", ".dll"):
        yield f"lib{name}{ending}"
        if ending not in (".a", ".so"):
            yield f"{name}{ending}"
