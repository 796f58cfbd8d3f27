"""Flags in GOFLAGS and in the configuration that stop a build, spoil it, or do nothing."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import pairwise

from crosswind.doctor import mend
from crosswind.doctor.facts import Facts
from crosswind.doctor.facts.targets import Unit
from crosswind.doctor.line import Verdict, failed, fine, harmless, warned
from crosswind.frozen import frozen
from crosswind.toolchain import goflags

# Flags of `go build` that change its result (go help build) and that a project should carry itself.
_CHANGING = (
    "ldflags", "tags", "gcflags", "asmflags", "buildmode", "pgo", "race", "cover", "covermode",
    "coverpkg",
)  # fmt: skip
_SANITIZERS = ("race", "msan", "asan")


@frozen
class Use:
    """A flag where it was written.

    Attributes:
        word: the flag as written.
        where: the place, for people.
        mend: the command or edit that takes it away.
        units: what is built with it.
    """

    word: str
    where: str
    mend: str
    units: tuple[Unit, ...]


def wellformed(facts: Facts) -> Verdict:
    """Does the go command take GOFLAGS at all."""
    setting = facts.go.settings.get("GOFLAGS")
    if not setting.value:
        return fine("GOFLAGS is not set")
    found = f"GOFLAGS={setting.value}, from {setting.origin}"
    change = mend.unset("GOFLAGS", facts.go.settings, facts.host.goos)
    if facts.go.flags_error:
        return failed(found, f"Go refuses it: {facts.go.flags_error}", change)
    no_flags = [word for word in facts.go.flags if not goflags.name(word)]
    if no_flags:
        why = f"{no_flags[0]!r} is no flag; a value belongs behind `=`, quotes around the whole"
        return failed(found, f"Go refuses it: {why}", change)
    told = next(filter(None, (_told(error) for error in _errors(facts))), "")
    if told:
        return failed(found, f"Go refuses it: {told}", change)
    return fine(found)


def _errors(facts: Facts) -> Iterator[str]:
    for listing in facts.project.listings:
        yield from listing.errors


def _told(error: str) -> str:
    """What the go command says of GOFLAGS (base/goflags.go, InitGOFLAGS)."""
    marker = "parsing $GOFLAGS: "
    return error.partition(marker)[2].partition("\n")[0] if marker in error else ""


def mod(facts: Facts) -> Verdict:
    """Does -mod fit the project."""
    told = [(unit, facts.flag(unit, "mod")) for unit in facts.targets.units]
    unit, value = next((one for one in told if one[1]), (None, ""))
    if unit is None:
        return fine("-mod is not set")
    use = _in_goflags(facts, f"-mod={value}", _named(facts, "mod"))
    if unit.settings.mod:
        use = _in_config(facts, unit, "mod", f"-mod={value}")
    found = f"{use.word} in {use.where}"
    if value == "vendor" and not facts.project.vendored:
        if not facts.project.requires:
            return harmless(found, "nothing is required, so nothing is missing in vendor", use.mend)
        return failed(found, "there is no vendor folder", "go mod vendor")
    if value == "mod":
        why = "a build may change go.mod and go.sum, and take other versions than they name"
        return warned(found, why, use.mend)
    if value in ("vendor", "readonly"):
        return fine(found)
    return failed(found, "Go knows readonly, vendor and mod", use.mend)


def stamp(facts: Facts) -> Verdict:
    """Is the version control stamp switched off."""
    off = [unit for unit in facts.targets.units if facts.flag(unit, "buildvcs") in _FALSE]
    if not off:
        return fine("-buildvcs is not switched off")
    own = off[0].settings
    if own.buildvcs or goflags.value(own.flags, "buildvcs"):
        return fine("-buildvcs=false", "the project itself wants no version control stamp")
    use = _in_goflags(facts, "-buildvcs=false", _named(facts, "buildvcs"))
    found = f"{use.word} in {use.where}"
    if not facts.git.marked:
        return harmless(found, "there is no repository to stamp from", use.mend)
    why = "the stamp is lost: programs tell neither their revision nor their version"
    return warned(found, why, use.mend)


# strconv.ParseBool's words for false.
_FALSE = ("0", "f", "F", "false", "FALSE", "False")


def changing(facts: Facts) -> Verdict:
    """Do flags in GOFLAGS change what is built, unseen by the project."""
    setting = facts.go.settings.get("GOFLAGS")
    found = [word for word in facts.go.flags if goflags.name(word) in _CHANGING]
    trimpath = goflags.value(facts.go.flags, "trimpath")
    if not found:
        if trimpath in _FALSE:
            why = "crosswind passes -trimpath itself, as configured; plain go commands follow it"
            return harmless(f"-trimpath={trimpath} in GOFLAGS, from {setting.origin}", why)
        return fine("GOFLAGS changes no program")
    text = f"{goflags.join(found)} in GOFLAGS, from {setting.origin}"
    change = mend.drop_flags(found, facts.go.flags, facts.go.settings, facts.host.goos)
    why = "programs built here differ from those built elsewhere"
    overruled = sorted({goflags.name(word) for word in found} & _passed(facts))
    if overruled:
        why = f"-{', -'.join(overruled)} of the project goes over it"
        if len(overruled) == len({goflags.name(word) for word in found}):
            return harmless(text, why, change)
    return warned(text, why, change)


def _passed(facts: Facts) -> set[str]:
    """Flags that crosswind passes on every go command, so that GOFLAGS' do not count."""
    passed = [_own(unit) for unit in facts.targets.units]
    return set.intersection(*passed) if passed else set()


def _own(unit: Unit) -> set[str]:
    settings = unit.settings
    own = {
        "ldflags": settings.ldflags or settings.variables or settings.gui,
        "tags": settings.tags,
        "gcflags": settings.gcflags,
        "asmflags": settings.asmflags,
        "buildmode": settings.buildmode,
        "pgo": settings.pgo,
    }
    return {name for name, value in own.items() if value} | set(map(goflags.name, settings.flags))


def rebuild(facts: Facts) -> Verdict:
    """Is -a given: it compiles everything anew and changes nothing."""
    return _without_effect(facts, "a", "everything is compiled anew each time, to the same bytes")


def install_suffix(facts: Facts) -> Verdict:
    """Is -installsuffix given: it has had no effect on `go build` since there is a build cache."""
    return _without_effect(facts, "installsuffix", "`go build` gives the same bytes with it")


def install_dependencies(facts: Facts) -> Verdict:
    """Is -i given: Go 1.20 removed it."""
    for use in _uses(facts, "i"):
        found = f"{use.word} in {use.where}"
        if use.where.startswith("GOFLAGS"):
            return harmless(found, "`go build` does not know it and looks past it", use.mend)
        return failed(found, "`go build` knows no -i since Go 1.20 and refuses it", use.mend)
    return fine("-i is not used")


def sanitizers(facts: Facts) -> Verdict:
    """Is a sanitizer asked for where C takes no part."""
    for name in _SANITIZERS:
        for use in _uses(facts, name):
            # cmd/go/internal/work/init.go, instrumentInit: macOS needs no cgo for -race.
            without = [
                unit
                for unit in use.units
                if not facts.cgo(unit) and (unit.target.goos, name) != ("darwin", "race")
            ]
            if without:
                why = f"it needs cgo, which is off for {without[0].target}"
                return failed(f"{use.word} in {use.where}", why, use.mend)
    return fine("no sanitizer without cgo")


# Flags of GOFLAGS with which crosswind's go commands do not do their work.
_STOPPING = {
    "n": "`go build` prints what it would run, and makes nothing",
    "C": "Go takes it as the first word of a command line only",
    # go/internal/list: of no use to `go build`, but by `go list` programs are found.
    **dict.fromkeys(
        ("f", "m", "deps", "test", "export", "u", "versions", "retracted", "reuse"),
        "it changes `go list`, by which programs are found",
    ),
}


def stopping(facts: Facts) -> Verdict:
    """Does GOFLAGS hold a flag that keeps the go commands from their work."""
    words = [word for word in facts.go.flags if goflags.name(word) in _STOPPING]
    on = [word for word in words if word.partition("=")[2] not in _FALSE]
    if not on:
        return fine("GOFLAGS leaves go commands their work")
    use = _in_goflags(facts, on[0], on)
    found, why = f"{use.word} in {use.where}", _STOPPING[goflags.name(on[0])]
    setting = facts.go.settings.get("GOFLAGS")
    # With -C in its file not even `go env -u` starts.
    by_hand = goflags.name(on[0]) == "C" and not facts.go.settings.env.get("GOFLAGS")
    return failed(found, why, f"take it out of {setting.origin}" if by_hand else use.mend)


def tools(facts: Facts) -> Verdict:
    """Do other programs than Go's compiler and linker take part."""
    for name in ("toolexec", "compiler", "linkshared"):
        for use in _uses(facts, name):
            verdict = _tool(facts, name, use)
            if verdict:
                return verdict
    return fine("Go's own compiler and linker")


def _tool(facts: Facts, name: str, use: Use) -> Verdict | None:
    found = f"{use.word} in {use.where}"
    value = use.word.partition("=")[2]
    if name == "linkshared":
        # cmd/go/internal/work/init.go, buildModeInit; -buildmode=shared must have been built before.
        why = "it links against Go's shared libraries, which no release brings"
        return failed(found, why, use.mend)
    if name == "compiler" and value == "gc":
        return None
    program = "gccgo" if name == "compiler" else next(iter(_words(value)), "")
    if not program or not shutil.which(program, path=facts.go.settings.env.get("PATH", "")):
        return failed(found, f"{program or 'no program'} is not on PATH", use.mend)
    if name == "compiler":
        return failed(
            found, "crosswind builds and verifies programs of Go's own compiler", use.mend
        )
    why = f"{program} runs every compile and may change it; its own version is no part of a build"
    return warned(found, why, use.mend)


def sources(facts: Facts) -> Verdict:
    """Are other files built than those of the project."""
    for name in ("overlay", "modfile"):
        for use in _uses(facts, name):
            found = f"{use.word} in {use.where}"
            file = facts.project.directory / use.word.partition("=")[2]
            if not file.is_file():
                return failed(found, f"there is no file {file}", use.mend)
            if use.where.startswith("GOFLAGS"):
                why = "other files than the project's are built, unseen by it"
                return warned(found, why, use.mend)
    return fine("the project's own files")


def talking(facts: Facts) -> Verdict:
    """Do flags only make the go command say more."""
    names = ("x", "v", "work", "json", "debug-trace", "debug-actiongraph")
    found = [word for word in facts.go.flags if goflags.name(word) in names]
    if not found:
        return fine("go commands say no more than usual")
    use = _in_goflags(facts, goflags.join(found), found)
    why = "programs are the same; what Go says about them is shown as a warning"
    return harmless(f"{use.word} in {use.where}", why, use.mend)


def external_flags(facts: Facts) -> Verdict:
    """Are flags given for an external linker that takes no part."""
    return _linker(
        facts,
        lambda words: [word for word in words if goflags.name(word) == "extldflags"],
        lambda use, unit: warned(
            f"{use.word} in {use.where}",
            f"it does nothing: with cgo off Go links {unit.target} itself, without other libraries",
            use.mend,
        ),
        "no -extldflags without cgo",
    )


def link_mode(facts: Facts) -> Verdict:
    """Is external linking asked for where C takes no part."""

    def external(words: tuple[str, ...]) -> list[str]:
        if goflags.value(words, "linkmode") == "external":
            return [word for word in words if goflags.name(word) == "linkmode"]
        return [" ".join(pair) for pair in pairwise(words) if pair == ("-linkmode", "external")]

    return _linker(
        facts,
        external,
        lambda use, unit: failed(
            f"{use.word} in {use.where}",
            f"Go refuses to link {unit.target}: external linking needs cgo, which is off",
            use.mend,
        ),
        "no external linking without cgo",
    )


def _without_effect(facts: Facts, name: str, why: str) -> Verdict:
    for use in _uses(facts, name):
        return warned(f"{use.word} in {use.where}", why, use.mend)
    return fine(f"-{name} is not used")


def _uses(facts: Facts, name: str) -> Iterator[Use]:
    """Find a flag of `go build` in GOFLAGS and in `flags` of the configuration."""
    units = facts.targets.units
    found = _named(facts, name)
    if found:
        yield _in_goflags(facts, found[-1], found)
    for unit in units:
        for number, word in enumerate(unit.settings.flags):
            if goflags.name(word) == name:
                following = unit.settings.flags[number + 1 : number + 2]
                has_value = name == "installsuffix" and "=" not in word
                text = " ".join((word, *following)) if has_value else word
                yield _in_config(facts, unit, "flags", text)


def _linker(
    facts: Facts,
    find: Callable[[tuple[str, ...]], list[str]],
    answer: Callable[[Use, Unit], Verdict],
    none: str,
) -> Verdict:
    """Look into the linker flags of every unit without cgo."""
    for unit in facts.targets.units:
        if facts.cgo(unit):
            continue
        own = "ldflags" in _own(unit)
        text = " ".join(unit.settings.ldflags) if own else goflags.value(facts.go.flags, "ldflags")
        found = find(_words(text or ""))
        if found and own:
            return answer(_in_config(facts, unit, "ldflags", found[0]), unit)
        if found:
            return answer(_in_goflags(facts, found[0], _named(facts, "ldflags")), unit)
    return fine(none)


def _words(text: str) -> tuple[str, ...]:
    try:
        return goflags.split(text)
    except ValueError:
        return tuple(text.split())


def _named(facts: Facts, name: str) -> list[str]:
    """The words of GOFLAGS that set a flag."""
    return [word for word in facts.go.flags if goflags.name(word) == name]


def _in_goflags(facts: Facts, word: str, dropped: list[str]) -> Use:
    setting = facts.go.settings.get("GOFLAGS")
    change = mend.drop_flags(dropped, facts.go.flags, facts.go.settings, facts.host.goos)
    return Use(word, f"GOFLAGS, from {setting.origin}", change, facts.targets.units)


def _in_config(facts: Facts, unit: Unit, setting: str, word: str) -> Use:
    where = str(facts.project.config.origin(unit.program, unit.target, setting))
    return Use(word, where, f"take {word} out of {setting} in {where}", (unit,))
