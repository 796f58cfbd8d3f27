"""The kinds of C compilers that keys know, one row each: by what they are told, and what they start."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field

from crosswind.frozen import frozen


@frozen
class Kind:
    """A kind of compiler.

    Attributes:
        title: for people.
        says: lines of its answer to `-###` by which it is known; go wants the one with the version.
        itself: the line that names the compiler that really runs, in group 1.
        never: lines after which it is not known what it does: a file has it do something else.
        starts: programs that it starts, as `-print-prog-name` knows them.
        compilers: one more of them for each language.
        parts: folders that it tried, in group 1; where it finds parts of itself hangs on those beside.
        reads: files that it looks at without saying so, if they are there.
        configuration: a file that it looks for in the folders of `-print-search-dirs`.
    """

    title: str
    says: tuple[re.Pattern[str], ...]
    itself: re.Pattern[str]
    never: tuple[re.Pattern[str], ...] = ()
    starts: tuple[str, ...] = ()
    compilers: Mapping[str, str] = field(default_factory=dict)
    parts: re.Pattern[str] | None = None
    reads: tuple[str, ...] = ()
    configuration: str = ""


def _line(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"^{pattern}$", re.MULTILINE)


KINDS = (
    # GCC's manual, "Overall Options", -###, and "Spec Files"; gcc.cc, set_up_specs and set_collect_gcc_options.
    Kind(
        "GCC",
        says=(_line(r"gcc version \d.*"), _line(r"(?:Using built-in specs\.|Reading specs from .+)")),
        itself=_line(r"COLLECT_GCC=(.+)"),
        never=(_line(r"Reading specs from .+"),),
        starts=("as", "ld", "collect2", "lto-wrapper"),
        compilers={"c": "cc1", "c++": "cc1plus"},
        configuration="specs",
    ),
    # clang/lib/Driver/Driver.cpp, PrintVersion; ToolChains/Gnu.cpp, GCCInstallationDetector::print; Distro.cpp.
    Kind(
        "Clang",
        says=(_line(r"(?:\w+ )?clang version \d.*"), _line(r"InstalledDir: .+")),
        itself=_line(r' "(.+?)" "-cc1" .*'),
        never=(_line(r"Configuration file: .+"),),
        starts=("as", "ld"),
        parts=_line(r"Found candidate GCC installation: (.+)"),
        reads=(
            "/etc/lsb-release", "/etc/os-release", "/usr/lib/os-release", "/etc/redhat-release",
            "/etc/debian_version", "/etc/SuSE-release", "/etc/alpine-release", "/etc/exherbo-release",
            "/etc/gentoo-release", "/etc/arch-release", "/etc/clang/clang.cfg",
        ),
    ),
)  # fmt: skip


def recognise(said: str) -> Kind | None:
    """Return the kind of compiler that gave an answer to `-###`."""
    return next((one for one in KINDS if all(line.search(said) for line in one.says)), None)
