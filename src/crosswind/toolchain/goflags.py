"""Words of GOFLAGS and of `-ldflags`, split as Go splits them, and looked up by a flag's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from crosswind.errors import UsageError
from crosswind.toolchain.settings import Settings

# Flags that are tags, too (cmd/go/internal/work/init.go, instrumentInit).
INSTRUMENTS = ("race", "msan", "asan")
_SPACES = " \t\n\r"


def effective(env: Mapping[str, str]) -> tuple[str, ...]:
    """The words of GOFLAGS, be they in the environment or written by `go env -w`; as `of`."""
    return of(Settings.read(env))


def of(settings: Settings) -> tuple[str, ...]:
    """The words of GOFLAGS, wherever it is set.

    What cannot be split is the go command's to refuse: then there are none.
    """
    try:
        return split(settings.get("GOFLAGS").value)
    except ValueError:
        return ()


def heads(settings: Settings) -> tuple[str, ...]:
    """What stands before `=` in each word of GOFLAGS; all of it, if it cannot be split."""
    text = settings.get("GOFLAGS").value
    try:
        return tuple(word.partition("=")[0] for word in split(text))
    except ValueError:
        return (text,)


def split(text: str) -> tuple[str, ...]:
    """Split a list of flags (cmd/internal/quoted, Split): quotes count around a whole word only.

    Raises:
        ValueError: a quote is not closed; the message is Go's.
    """
    words: list[str] = []
    rest = text.lstrip(_SPACES)
    while rest:
        if rest[0] in "'\"":
            end = rest.find(rest[0], 1)
            if end < 0:
                raise ValueError(f"unterminated {rest[0]} string")
            words.append(rest[1:end])
            rest = rest[end + 1 :]
        else:
            length = next((n for n, char in enumerate(rest) if char in _SPACES), len(rest))
            words.append(rest[:length])
            rest = rest[length:]
        rest = rest.lstrip(_SPACES)
    return tuple(words)


def join(words: Sequence[str]) -> str:
    """Write words so that `split` gives them back; no word may hold both kinds of quotes."""
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    if word and not any(char in _SPACES or char in "'\"" for char in word):
        return word
    mark = '"' if "'" in word else "'"
    return f"{mark}{word}{mark}"


def name(word: str) -> str:
    """The flag's name: `mod` of `-mod=vendor` and of `--mod`; empty if the word is no flag.

    cmd/go/internal/base/goflags.go, InitGOFLAGS.
    """
    bare = word.removeprefix("-")
    if bare == word:
        return ""
    bare = bare.removeprefix("-").partition("=")[0]
    return "" if bare.startswith("-") else bare


def value(words: Sequence[str], flag: str) -> str | None:
    """What the last mention of a flag sets it to, `true` if it stands alone; None without one."""
    found = [word for word in words if name(word) == flag]
    if not found:
        return None
    _, equals, text = found[-1].partition("=")
    return text if equals else "true"


def is_on(words: Sequence[str], flag: str) -> bool:
    """Whether a boolean flag is switched on (strconv.ParseBool's words for true)."""
    return value(words, flag) in ("1", "t", "T", "true", "TRUE", "True")


def tags(text: str) -> tuple[str, ...]:
    """The tags that the value of `-tags` names: between commas, or spaces as Go once had it.

    cmd/go/internal/work/build.go, tagsFlag.Set.
    """
    return tuple(text.replace(",", " ").split())


def set_tags(words: Sequence[str]) -> frozenset[str]:
    """The tags that flags set: the last `-tags`, and those of INSTRUMENTS that are on."""
    on = (flag for flag in INSTRUMENTS if is_on(words, flag))
    return frozenset((*tags(value(words, "tags") or ""), *on))


def user_tags(settings: Settings, given: Iterable[str] | None = None) -> frozenset[str]:
    """The tags that are set where files are chosen without the go command.

    Args:
        settings: hold GOFLAGS.
        given: tags of the command line or the configuration: they stand instead of those of GOFLAGS,
            also where there are none of them; None leaves those of GOFLAGS.

    Raises:
        UsageError: CW0318, an overlay puts other files in the place of those that are there.
    """
    words = of(settings)
    if overlay := value(words, "overlay"):
        raise UsageError(
            "CW0318",
            f"-overlay={overlay} replaces files: only the go command can follow it",
            subject="GOFLAGS",
            hint="unset GOFLAGS, or: go env -u GOFLAGS",
        )
    own = () if given is None else (f"-tags={','.join(given)}",)
    return set_tags((*words, *own))
