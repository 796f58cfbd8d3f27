"""A resource script to resources: preprocess, then read the statements."""

from __future__ import annotations

from dataclasses import field

from crosswind.finding import Finding
from crosswind.frozen import frozen
from crosswind.windows.rc import codepage
from crosswind.windows.rc.context import Context
from crosswind.windows.rc.files import Files, Reader
from crosswind.windows.rc.lexer import Lexer
from crosswind.windows.rc.parse import statements
from crosswind.windows.rc.preprocess import Preprocessor
from crosswind.windows.rc.problem import Place, Problems, StoppedError
from crosswind.windows.resource import ENGLISH_US, ResourceTree, tree


@frozen
class Options:
    """How to compile a script.

    Attributes:
        defines: macros from outside, with their values.
        include: folders for files that are not beside the script, in order.
        page: the code page of text before the script names one.
        language: the LANGID of statements before the script names one.
    """

    defines: tuple[tuple[str, str], ...] = ()
    include: tuple[str, ...] = ()
    page: int = codepage.WINDOWS_1252
    language: int = ENGLISH_US


@frozen
class Compiled:
    """A script's resources.

    Attributes:
        tree: the resources.
        warnings: what works but is hardly meant, or means something else to rc.exe.
        files: every file that was read, the script first: a change of none keeps the result.
    """

    tree: ResourceTree
    warnings: tuple[Finding, ...] = ()
    files: tuple[str, ...] = ()


@frozen
class NeedsZig:
    """A script that Zig's resource compiler has to compile.

    Attributes:
        keyword: the statement because of which, such as DIALOGEX.
        place: where it stands.
        files: the files that were read until that was known.
    """

    keyword: str
    place: Place
    files: tuple[str, ...] = field(default=())


def compile_script(
    path: str, data: bytes, read: Reader, options: Options | None = None
) -> Compiled | NeedsZig:
    """Compile a resource script.

    Args:
        path: the script's path, `/` between folders; its files are looked for beside it.
        data: its bytes.
        read: gives the bytes of a file, or None.
        options: macros, folders, code page and language.

    Returns:
        Its resources; or, for a script with dialogs, menus or the like, what makes it need Zig.

    Raises:
        ScriptError: the script has mistakes, each in its `findings` with file, line and column:
            CW0760 to CW0775; CW0701, two resources with the same type, name and language.
    """
    options = options or Options()
    problems = Problems()
    files = Files(read, options.include, problems, [path])
    try:
        preprocessor = Preprocessor(files, problems, options.page)
        for name, value in options.defines:
            preprocessor.define(name, value)
        lexer = Lexer(preprocessor.run(path, data), problems)
        context = Context(lexer, problems, files, path, options.language)
        foreign = statements(context)
        resources = context.resources
    except StoppedError:
        problems.check()
        raise
    if foreign:
        # Zig reads the whole script by itself, and says what is wrong with it.
        return NeedsZig(foreign.keyword, foreign.place, tuple(files.found))
    problems.check()
    return Compiled(tree(resources), tuple(problems.warnings), tuple(files.found))
