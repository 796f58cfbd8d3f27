r"""Match names against the patterns of a directory search.

Win32 rewrites a pattern before the file system sees it: `?` becomes `>` (DOS_QM), a `.` before a
wildcard becomes `"` (DOS_DOT), and the `*` of a pattern that ended in `*.` becomes `<` (DOS_STAR).
Sources: [MS-FSA] 2.1.4.4 for the matching, "File Searches" in the documentation of
`FsRtlIsNameInExpression`, and Wine's kernelbase for nothing but its answers.
"""

from __future__ import annotations

from crosswind.run.emulator.ordinal import upper

DOS_STAR, DOS_QM, DOS_DOT = "<", ">", '"'


def translate(pattern: str) -> str:
    """Rewrite a pattern of `FindFirstFileW` for the file system."""
    if pattern in ("*", "*.*"):
        return "*"
    if pattern.endswith("*."):
        pattern = pattern[:-2] + DOS_STAR
    out = list(pattern.replace("?", DOS_QM))
    for index, character in enumerate(out):
        following = out[index + 1] if index + 1 < len(out) else ""
        if character == "." and following in ("*", DOS_QM):
            out[index] = DOS_DOT
    return "".join(out)


def matches(pattern: str, name: str) -> bool:
    """Whether a name is in a translated expression; case does not count.

    A set of positions in the pattern is carried through the name, so that the time is bounded by
    the product of both lengths, whatever the pattern.
    """
    if pattern == "*":
        return True
    expression, text = upper(pattern), upper(name)
    last_dot = text.rfind(".")
    states = _skip(expression, {0}, end=not text)
    for index, character in enumerate(text):
        end = index == len(text) - 1
        following: set[int] = set()
        for state in states:
            following |= _step(expression, state, character, dot=index == last_dot)
        states = _skip(expression, following, end=end)
        if not states:
            return False
    return len(expression) in states


def _step(expression: str, state: int, character: str, *, dot: bool) -> set[int]:
    """Positions after one character of the name was read at one position of the pattern."""
    if state == len(expression):
        return set()
    symbol = expression[state]
    if symbol == "*":
        return {state}
    if symbol == DOS_STAR:
        # Everything up to the last dot, and that dot if nothing else of the pattern takes it.
        return {state + 1} if dot else {state}
    if symbol == DOS_QM:
        return {state + 1} if character != "." else set()
    if symbol == DOS_DOT:
        return {state + 1} if character == "." else set()
    return {state + 1} if symbol in ("?", character) else set()


def _skip(expression: str, states: set[int], *, end: bool) -> set[int]:
    """Add the positions that are reached without reading a character."""
    work, seen = list(states), set(states)
    while work:
        state = work.pop()
        if state == len(expression):
            continue
        symbol = expression[state]
        empty = symbol in ("*", DOS_STAR) or (symbol in (DOS_QM, DOS_DOT) and end)
        if symbol == DOS_QM and _before_dot(expression, state):
            empty = True
        if empty and state + 1 not in seen:
            seen.add(state + 1)
            work.append(state + 1)
    return seen


def _before_dot(expression: str, state: int) -> bool:
    """Whether only DOS_QM stand between a position and a dot: `ab>>.` matches `ab.`."""
    rest = expression[state:].lstrip(DOS_QM)
    return rest.startswith((".", DOS_DOT))
