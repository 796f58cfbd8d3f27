"""Where windres or `zig rc` give other bytes than crosswind for tests/golden/rc, one by one, and why."""

from __future__ import annotations

from dataclasses import dataclass

Key = tuple[int | str, int | str, int]

EN, DE = 0x0409, 0x0407


@dataclass(frozen=True)
class Difference:
    """One difference.

    Attributes:
        script: the file.
        tool: `windres` (GNU binutils 2.40) or `zig` (0.17.1).
        keys: type, name and language of the resources that differ; empty if the tool refuses the script.
        why: the reason.
        follows: whose reading crosswind takes.
    """

    script: str
    tool: str
    keys: frozenset[Key]
    why: str
    follows: str


def _differs(script: str, tool: str, *keys: Key, why: str, follows: str) -> Difference:
    return Difference(script, tool, frozenset(keys), why, follows)


_L_BYTES = (
    'windres widens the bytes of L"…" one by one, with ff as the upper half, whatever the code page'
)

DIFFERENCES = (
    _differs(
        "bitmaps.rc", "windres", (2, "GAP", EN),
        why="windres keeps the gap between colour table and pixels, and Windows would show it as pixels",
        follows="rc.exe, by Zig",
    ),
    _differs(
        "code_page_first.rc", "windres", (10, 1, EN),
        why="as the first thing in a script, #pragma code_page does not change how rc.exe stores narrow "
        f"strings, but windres copies their bytes; {_L_BYTES}",
        follows="rc.exe, by Zig",
    ),
    _differs(
        "code_page_first.rc", "windres", (6, 1, EN),
        why=r"a string ends for windres at the byte \xe9, which is no UTF-8",
        follows="rc.exe, by Zig: the byte's character in code page 1252",
    ),
    _differs(
        "code_pages.rc", "windres", (10, 1, EN), (10, 2, EN), why=_L_BYTES, follows="rc.exe, by Zig"
    ),
    _differs("utf8.rc", "windres", (10, 2, EN), why=_L_BYTES, follows="rc.exe, by Zig"),
    _differs(
        "cursors.rc", "windres", (12, 4, DE),
        why="windres writes 1 bit per pixel for each cursor; here they have 32",
        follows="rc.exe, by Zig: what the bitmap says",
    ),
    _differs(
        "fonts.rc", "windres", (7, "FONTDIR", EN), (7, 1, EN),
        why="windres calls the font directory 1, and cuts its entries differently; Windows reads neither",
        follows="rc.exe, by Zig",
    ),
    _differs(
        "icons.rc", "windres", (14, 2, EN),
        why="an image has 0 bits per pixel in its file's directory and 8 in its bitmap; windres copies 0",
        follows="rc.exe, by Zig: what the bitmap says",
    ),
    _differs(
        "icons_cursors.rc", "windres",
        (1, 1, EN), (1, 3, EN), (12, 1, EN), (14, 2, EN), (3, 3, EN), (3, 4, EN), (3, 5, EN),
        why="windres counts the images of icons and of cursors apart",
        follows="rc.exe, by Zig: one count",
    ),
    _differs(
        "manifest_keyword.rc", "zig", ("MANIFEST", 1, EN), (24, 1, EN),
        why="rc.exe knows no word MANIFEST and stores a type of that name, which Windows ignores",
        follows="windres: type 24; a warning says so",
    ),
    _differs(
        "numbers.rc", "windres", (10, 1, EN),
        why="017 is octal for windres, decimal for rc.exe",
        follows="rc.exe, by Zig; a warning says so",
    ),
    _differs(
        "strings_escapes.rc", "windres", (6, 1, EN),
        why=r'windres reads 3 digits of an octal number in L"…", rc.exe 7: L"\0000101" is A',
        follows="rc.exe, by Zig",
    ),
    _differs(
        "version_empty.rc", "windres", (16, 1, EN),
        why="windres stores an empty value as its NUL with length 1, rc.exe as nothing with length 0",
        follows="rc.exe, by Zig",
    ),
    # What a tool refuses.
    _differs(
        "names_odd.rc", "windres",
        why="windres ends names at punctuation and takes 7zip for a number", follows="rc.exe, by Zig",
    ),
    _differs(
        "optional.rc", "zig",
        why="Microsoft documents LANGUAGE, VERSION and CHARACTERISTICS before raw data; Zig takes them for "
        "the name of a file",
        follows="Microsoft's documentation, and windres",
    ),
    _differs(
        "semicolons.rc", "windres",
        why="windres knows no comments after a semicolon", follows="rc.exe, by Zig",
    ),
    _differs(
        "separators.rc", "windres",
        why="windres wants one comma between two numbers", follows="rc.exe, by Zig",
    ),
    _differs(
        "version_keys.rc", "windres",
        why="windres wants a value after each key, and no comma at the end", follows="rc.exe, by Zig",
    ),
    _differs(
        "whitespace.rc", "windres",
        why="windres's preprocessor ends a string at the end of its line", follows="rc.exe, by Zig",
    ),
)  # fmt: skip
