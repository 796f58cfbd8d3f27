r"""A page: what one code means, and where it is written.

Pages are files `pages/CWnnnn.md`. Header lines `key: value` come first, then an empty line, then
Markdown with the four sections of `SECTIONS`:

    title: unknown target
    severity: error|warning|note
    match: regex for a line of another tool's message; may repeat
    sample: a real line that a `match` fits; may repeat

A `match` is searched in single lines, without regard to case. What varies is written as a group
(`(?P<package>\S{1,200})`), for two reasons: the text outside of groups is what makes a match specific,
and a named group fills the `{package}` of the page's text. `{target}`, `{goos}` and `{goarch}` stand
for what was built. Repetition has an upper bound, so that no pasted text can make the search slow.
The first paragraph of Mend is the advice in one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from crosswind.finding import Severity
from crosswind.frozen import frozen

SECTIONS = ("What happened", "Why", "Mend", "Source")
CODE = re.compile(r"CW\d{4}")
_GROUP = re.compile(r"\(\?P<(\w+)>")
_PLACEHOLDER = re.compile(r"\{([a-z]+)\}")
_FOLDER = Path(__file__).parent / "pages"


class PageError(ValueError):
    """A page breaks the format; a fault of crosswind that its own tests find."""


@frozen
class Page:
    """What one code means.

    Attributes:
        code: such as `CW1204`.
        title: a few words.
        severity: how much it usually matters.
        patterns: regexes that recognise a line of another tool's message.
        samples: real lines that the patterns fit.
        body: the Markdown behind the header.
    """

    code: str
    title: str
    severity: Severity
    patterns: tuple[str, ...]
    samples: tuple[str, ...]
    body: str

    @property
    def advice(self) -> str:
        """The first paragraph of Mend, as one line."""
        return " ".join(self.section("Mend").partition("\n\n")[0].split())

    def filled(self, values: Mapping[str, str]) -> Page:
        """Return the page with values in its placeholders; `{name}` without one becomes NAME."""
        known = {"target", "goos", "goarch", *_GROUP.findall(" ".join(self.patterns))}

        def value(found: re.Match[str]) -> str:
            name = found[1]
            return (values.get(name) or name.upper()) if name in known else found[0]

        return replace(self, body=_PLACEHOLDER.sub(value, self.body))

    def section(self, heading: str) -> str:
        """Return the Markdown under one heading of `SECTIONS`; empty if the page lacks it."""
        return dict(self.sections()).get(heading, "")

    def sections(self) -> Iterator[tuple[str, str]]:
        """Yield (heading, Markdown) in the page's order."""
        for part in re.split(r"^## ", self.body, flags=re.MULTILINE)[1:]:
            heading, _, text = part.partition("\n")
            yield heading.strip(), text.strip("\n")


def codes() -> tuple[str, ...]:
    """Every code that has a page, in order."""
    return tuple(sorted(file.stem for file in _FOLDER.glob("CW*.md")))


def load(code: str) -> Page:
    """Read one page.

    Raises:
        KeyError: there is no page of this code.
        PageError: the page breaks the format.
    """
    # Only what has the form of a code may become a file name.
    if not CODE.fullmatch(code):
        raise KeyError(code)
    try:
        text = (_FOLDER / f"{code}.md").read_text("utf-8")
    except FileNotFoundError:
        raise KeyError(code) from None
    return parse(code, text)


def parse(code: str, text: str) -> Page:
    """Take a page's text apart; raises PageError if its header breaks the format."""
    header, _, body = text.partition("\n\n")
    values: dict[str, list[str]] = {"title": [], "severity": [], "match": [], "sample": []}
    for line in header.splitlines():
        key, colon, value = line.partition(":")
        if not colon or key not in values or not value.strip():
            raise PageError(f"{code}: header line {line!r}")
        values[key].append(value.strip())
    if len(values["title"]) != 1 or values["severity"] not in [[s] for s in Severity]:
        raise PageError(f"{code}: one title and one known severity are needed")
    return Page(
        code,
        values["title"][0],
        Severity(values["severity"][0]),
        tuple(values["match"]),
        tuple(values["sample"]),
        body.strip(),
    )
