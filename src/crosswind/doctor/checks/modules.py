"""Settings by which Go fetches and verifies modules."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from crosswind.doctor import mend
from crosswind.doctor.facts import Facts
from crosswind.doctor.line import Verdict, failed, fine, harmless, warned
from crosswind.toolchain import goflags

# What `go list` says of a module that is neither on this host nor may be fetched.
_NOT_HERE = ("module lookup disabled by GOPROXY=off", "GOPROXY=off")


def lacks_modules(facts: Facts) -> bool:
    """Whether a package could not be loaded because its module is not on this host."""
    return any(
        mark in error
        for listing in facts.project.listings
        for error in listing.errors
        for mark in _NOT_HERE
    )


def proxy(facts: Facts) -> Verdict:
    """Can modules be fetched, and from where."""
    setting = facts.go.settings.get("GOPROXY")
    if not setting.value:
        return fine("not set: Go's default")
    found = f"{setting.value}, from {setting.origin}"
    change = mend.unset("GOPROXY", facts.go.settings, facts.host.goos)
    entries = [part.strip() for part in setting.value.replace("|", ",").split(",")]
    entries = [entry for entry in entries if entry]
    fault = _fault(entries)
    if fault:
        return failed(found, fault, change)
    if facts.offline:
        return harmless(found, "--offline: it is not asked")
    if entries[0] in ("off", "direct"):
        return _without_proxy(facts, entries[0], found, change)
    dead = _dead(entries)
    if dead:
        return warned(found, f"Go never comes to {', '.join(dead)}", change)
    return fine(found)


def _without_proxy(facts: Facts, entry: str, found: str, change: str) -> Verdict:
    if not lacks_modules(facts):
        return harmless(found, "no module has to be fetched", change)
    if entry == "off":
        return failed(found, "modules that this project needs are not on this host", change)
    why = "every module comes from its own server, which may be gone, and needs git or the like"
    return warned(found, why, change)


def _fault(entries: list[str]) -> str:
    """Say why Go would refuse the list (cmd/go/internal/modfetch/proxy.go, proxyList)."""
    if not entries:
        return "the list has no entry, and Go refuses it"
    for entry in entries:
        if entry in ("off", "direct"):
            return ""
        if not any(mark in entry for mark in ".:/"):
            return f"{entry} is neither off nor direct nor an address, and Go refuses it"
        scheme, colon, _ = entry.partition("://")
        if colon and scheme not in ("http", "https", "file"):
            return f"Go knows no proxies by {scheme}://"
    return ""


def _dead(entries: list[str]) -> list[str]:
    """What stands behind `off` or `direct`, where Go's walk through the list ends."""
    ends = [number for number, entry in enumerate(entries) if entry in ("off", "direct")]
    return entries[ends[0] + 1 :] if ends else []


def database(facts: Facts) -> Verdict:
    """Are new modules checked against the checksum database."""
    setting = facts.go.settings.get("GOSUMDB")
    if setting.value != "off":
        return fine(f"{setting.value}, from {setting.origin}" if setting.value else "not set")
    found = f"off, from {setting.origin}"
    change = mend.unset("GOSUMDB", facts.go.settings, facts.host.goos)
    if not facts.project.requires:
        return harmless(found, "this project requires no modules", change)
    why = "what go.sum lacks is taken unverified; what it holds stays verified"
    return warned(found, why, change)


def exempt(facts: Facts) -> Verdict:
    """Do patterns take required modules out of verification."""
    # GOPRIVATE is the default of GONOSUMDB (cmd/go/internal/cfg/cfg.go).
    name = "GONOSUMDB" if facts.go.settings.get("GONOSUMDB").value else "GOPRIVATE"
    setting = facts.go.settings.get(name)
    if not setting.value:
        return fine("GONOSUMDB and GOPRIVATE are not set")
    found = f"{name}={setting.value}, from {setting.origin}"
    matched = _matching(setting.value, facts.project.requires)
    change = mend.unset(name, facts.go.settings, facts.host.goos)
    if not matched:
        return harmless(found, "it fits no module that this project requires", change)
    if len({path.partition("/")[0] for path in matched}) == 1:
        why = f"{_some(matched)}: from one host, as private modules are; go.sum alone verifies them"
        return harmless(found, why, change)
    why = f"{len(matched)} required modules of several hosts skip the checksum database"
    return warned(found, why, change)


def insecure(facts: Facts) -> Verdict:
    """May modules come over connections that anyone can change."""
    settings, goos = facts.go.settings, facts.host.goos
    setting = settings.get("GOINSECURE")
    if setting.value:
        found = f"GOINSECURE={setting.value}, from {setting.origin}"
        change = mend.unset("GOINSECURE", facts.go.settings, goos)
        matched = _matching(setting.value, facts.project.requires)
        if not matched:
            return harmless(found, "it fits no module that this project requires", change)
        why = f"{_some(matched)} may come by plain HTTP or under any certificate"
        return warned(found, why, change)
    if goflags.value(facts.go.flags, "insecure"):
        flags = settings.get("GOFLAGS")
        dropped = [word for word in facts.go.flags if goflags.name(word) == "insecure"]
        change = mend.drop_flags(dropped, facts.go.flags, settings, goos)
        why = "builds ignore it, but `go get` refuses to work"
        return harmless(f"-insecure in GOFLAGS, from {flags.origin}", why, change)
    if settings.env.get("GONOSUMCHECK"):
        why = "no such setting of Go exists; GONOSUMDB is what skips the checksum database"
        change = "Remove-Item Env:GONOSUMCHECK" if goos == "windows" else "unset GONOSUMCHECK"
        return harmless(f"GONOSUMCHECK={settings.env['GONOSUMCHECK']}", why, change)
    return fine("GOINSECURE is not set")


def _matching(patterns: str, modules: Iterable[str]) -> list[str]:
    """Module paths whose beginning fits a pattern (x/mod/module, MatchPrefixPatterns)."""
    globs = [glob.strip().rstrip("/") for glob in patterns.split(",")]
    return [path for path in modules if any(_fits(path, glob) for glob in globs if glob)]


def _fits(path: str, glob: str) -> bool:
    parts, wanted = path.split("/"), glob.split("/")
    if len(parts) < len(wanted):
        return False
    return all(fnmatchcase(part, want) for part, want in zip(parts, wanted, strict=False))


def _some(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
