"""`Target`: what a program is built for, and how users write it.

`windows/amd64`, `linux/amd64/v3`, `linux/arm/7`, GoReleaser's `linux_amd64_v1`, globs over them,
an operating system alone, and the words `all` and `host`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from crosswind.errors import UsageError
from crosswind.frozen import frozen
from crosswind.port import ARCHS, Port


@frozen(order=True)
class Target:
    """A port and, if chosen, its instruction-set variant; an empty one is the toolchain's default."""

    goos: str
    goarch: str
    variant: str = ""

    def __str__(self) -> str:
        """The spelling that `-t` takes."""
        return "/".join(filter(None, (self.goos, self.goarch, self.variant)))

    @property
    def slug(self) -> str:
        """The spelling for file names: `linux_amd64_v3`; GoReleaser's folders use the same."""
        return "_".join(filter(None, (self.goos, self.goarch, self.variant.replace(",", "-"))))

    @property
    def env(self) -> dict[str, str]:
        """The environment that makes the go command build for this target."""
        env = {"GOOS": self.goos, "GOARCH": self.goarch}
        arch = ARCHS.get(self.goarch)
        if self.variant and arch and arch.variant:
            env[arch.variant.variable] = self.variant
        return env

    @property
    def exe_suffix(self) -> str:
        """What the go command appends to the names of this target's executables."""
        return Port(self.goos, self.goarch).exe_suffix


@frozen
class Selected:
    """A target that was asked for; `named` is true if by its own name, not by a glob."""

    target: Target
    port: Port
    named: bool


def parse(text: str, ports: Iterable[Port]) -> Target:
    """Read one target and check it against the ports of a toolchain.

    Raises:
        UsageError: CW0101 unknown target, CW0102 unknown variant; both name what is nearest.
    """
    goos, goarch, variant = _split(text)
    known = {str(port) for port in ports}
    if f"{goos}/{goarch}" not in known:
        raise UsageError("CW0101", f"unknown target {text!r}", hint=_nearest(text, known))
    if variant:
        _check_variant(text, goarch, variant)
    return Target(goos, goarch, variant)


def select(patterns: Sequence[str], ports: Sequence[Port], host: Target) -> tuple[Selected, ...]:
    """Expand what `-t` was given into targets, each once, in the order first named.

    A pattern is a target, a glob over `goos/goarch` (with an optional variant behind it), `all`
    or `host`; `windows` alone is `windows/*`; commas separate several. A pattern that starts with
    `!` takes targets away, from all if nothing stands before it.

    Raises:
        UsageError: CW0101 for a pattern that matches nothing, CW0102 for an unknown variant.
    """
    by_name = {str(port): port for port in ports}
    chosen: dict[Target, Selected] = {}
    for pattern in _words(patterns):
        if pattern.startswith("!"):
            for selected in _expand(pattern[1:], by_name, host):
                _drop(chosen, selected.target)
            continue
        for selected in _expand(pattern, by_name, host):
            earlier = chosen.get(selected.target)
            if earlier is None or (selected.named and not earlier.named):
                chosen[selected.target] = selected
    return tuple(chosen.values())


def matches(target: Target, patterns: Iterable[str]) -> bool:
    """Whether a target is among those that the patterns select, which `select` describes.

    A pattern without a variant fits all variants. Which target `host` is, is not known here.
    """
    fits = False
    for pattern in _words(patterns):
        if pattern.startswith("!"):
            fits = fits and not _matches(target, pattern[1:])
        else:
            fits = fits or _matches(target, pattern)
    return fits


def grouped(targets: Sequence[Target], asked: Sequence[Target]) -> Iterator[str]:
    """Name targets, those of a system that has all of them by one word, `linux/*`."""
    for goos in dict.fromkeys(target.goos for target in targets):
        mine = [target for target in targets if target.goos == goos]
        whole = [target for target in asked if target.goos == goos]
        if len(mine) == len(whole) > 1:
            yield f"{goos}/*"
        else:
            yield from map(str, mine)


def _words(patterns: Iterable[str]) -> list[str]:
    """Take lists apart; one that only takes away takes away from all."""
    words = [part for text in patterns for part in _commas(text)]
    return ["all", *words] if words and words[0].startswith("!") else words


def _whole(pattern: str) -> str:
    """Spell out `all`, and an operating system that stands alone."""
    if pattern == "all":
        return "*/*"
    return pattern if "/" in pattern or "_" in pattern else f"{pattern}/*"


def _matches(target: Target, pattern: str) -> bool:
    goos, goarch, variant = _split(_whole(pattern))
    return (
        fnmatchcase(target.goos, goos)
        and fnmatchcase(target.goarch, goarch)
        and (not variant or fnmatchcase(target.variant, variant))
    )


def _expand(pattern: str, ports: dict[str, Port], host: Target) -> Iterable[Selected]:
    if pattern == "host":
        yield Selected(host, ports[f"{host.goos}/{host.goarch}"], named=True)
        return
    whole = _whole(pattern)
    if not _is_glob(whole):
        target = parse(pattern, ports.values())
        yield Selected(target, ports[f"{target.goos}/{target.goarch}"], named=True)
        return
    goos, goarch, variant = _split(whole)
    found = [
        port
        for port in ports.values()
        if fnmatchcase(port.goos, goos) and fnmatchcase(port.goarch, goarch)
    ]
    if not found:
        raise UsageError(
            "CW0101", f"no target matches {pattern!r}", hint=_nearest(pattern, set(ports))
        )
    for port in found:
        if variant:
            _check_variant(pattern, port.goarch, variant)
        # A broken port is built only when it is called by its name (go tool dist list hides it).
        if not port.broken:
            yield Selected(Target(port.goos, port.goarch, variant), port, named=False)


def _drop(chosen: dict[Target, Selected], target: Target) -> None:
    for known in list(chosen):
        same_port = (known.goos, known.goarch) == (target.goos, target.goarch)
        if same_port and target.variant in ("", known.variant):
            del chosen[known]


def _is_glob(pattern: str) -> bool:
    return any(mark in pattern for mark in "*?[")


def _commas(text: str) -> list[str]:
    """Split at commas, but leave those of variants such as `arm/7,softfloat` in place."""
    parts: list[str] = []
    options = {
        option.lstrip(",")
        for arch in ARCHS.values()
        if arch.variant
        for option in arch.variant.options
    }
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        if parts and part in options:
            parts[-1] += "," + part
        else:
            parts.append(part)
    return parts


def _split(text: str) -> tuple[str, str, str]:
    """Take apart `a/b/c` or GoReleaser's `a_b_c`; missing parts are empty."""
    separator = "/" if "/" in text else "_"
    goos, _, rest = text.strip().partition(separator)
    goarch, _, variant = rest.partition(separator)
    return goos, goarch, variant


def _check_variant(text: str, goarch: str, variant: str) -> None:
    arch = ARCHS.get(goarch)
    if arch is None or arch.variant is None:
        raise UsageError(
            "CW0102", f"{text!r}: {goarch} has no variants", hint="leave the last part out"
        )
    if arch.variant.accepts(variant):
        return
    values = ", ".join(arch.variant.values)
    options = " ".join(arch.variant.options)
    hint = f"{arch.variant.variable} takes {values}" + (f", then {options}" if options else "")
    raise UsageError("CW0102", f"unknown variant {variant!r} in {text!r}", hint=hint)


def _nearest(text: str, known: set[str]) -> str:
    """Name the likeliest meant targets, closest first."""
    goos, goarch, _ = _split(text.lower())
    if goos in ARCHS and not goarch:
        return f"did you mean */{goos}?"
    aliases = {"macos": "darwin", "osx": "darwin", "mac": "darwin", "win": "windows"}
    arch_aliases = {
        "x86_64": "amd64", "x64": "amd64", "aarch64": "arm64", "i386": "386", "x86": "386",
        "armv7": "arm", "armv6": "arm", "wasm32": "wasm",
    }  # fmt: skip
    goos, goarch = aliases.get(goos, goos), arch_aliases.get(goarch, goarch)
    wanted = f"{goos}/{goarch}" if goarch else goos
    near = [wanted] if wanted in known else []
    import difflib

    near += difflib.get_close_matches(wanted, sorted(known), 3, 0.6)
    if not goarch:
        near += sorted(name for name in known if name.startswith(f"{goos}/"))
    names = list(dict.fromkeys(near))[:3]
    if names:
        return f"did you mean {' or '.join(names)}?"
    return "`crosswind targets` lists them all"
