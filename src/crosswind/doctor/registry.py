"""Every line of `doctor`: code, group, title, and the function that decides."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from crosswind.doctor.checks import (
    finish,
    flags,
    git,
    go,
    host,
    modules,
    project,
    runners,
    targets,
    variables,
)
from crosswind.doctor.facts import Facts
from crosswind.doctor.line import Group, Verdict


class Entry(NamedTuple):
    """One check; `only` names the one GOOS of hosts that it is about."""

    code: str
    group: Group
    title: str
    decide: Callable[[Facts], Verdict]
    only: str = ""


CHECKS: tuple[Entry, ...] = (
    Entry("CW2001", Group.GO, "Go", go.present),
    Entry("CW2002", Group.GO, "new enough", go.new_enough),
    Entry("CW2003", Group.GO, "GOTOOLCHAIN", go.gotoolchain),
    Entry("CW2004", Group.GO, "GOROOT", go.goroot),
    Entry("CW2005", Group.GO, "Rosetta", go.translated, "darwin"),
    Entry("CW2006", Group.GO, "quarantine", go.quarantine, "darwin"),
    Entry("CW2101", Group.TARGETS, "targets", targets.known),
    Entry("CW2102", Group.TARGETS, "broken ports", targets.broken),
    Entry("CW2103", Group.TARGETS, "external linker", targets.external_linker),
    Entry("CW2104", Group.TARGETS, "cgo", targets.cgo),
    Entry("CW2105", Group.TARGETS, "C compiler", targets.compiler),
    Entry("CW2106", Group.TARGETS, "Zig", targets.zig),
    Entry("CW2107", Group.TARGETS, "icons", finish.icons),
    Entry("CW2108", Group.TARGETS, "signing", finish.signing),
    Entry("CW2201", Group.ENVIRONMENT, "go env file", variables.env_file),
    Entry("CW2202", Group.ENVIRONMENT, "GO111MODULE", variables.module_mode),
    Entry("CW2203", Group.ENVIRONMENT, "GOPROXY", modules.proxy),
    Entry("CW2204", Group.ENVIRONMENT, "GOSUMDB", modules.database),
    Entry("CW2205", Group.ENVIRONMENT, "GOPRIVATE", modules.exempt),
    Entry("CW2206", Group.ENVIRONMENT, "GOINSECURE", modules.insecure),
    Entry("CW2207", Group.ENVIRONMENT, "GOOS, GOARCH", variables.target_variables),
    Entry("CW2208", Group.ENVIRONMENT, "processor level", variables.levels),
    Entry("CW2209", Group.ENVIRONMENT, "GOEXPERIMENT", variables.experiments),
    Entry("CW2210", Group.ENVIRONMENT, "GODEBUG", variables.debug),
    Entry("CW2211", Group.ENVIRONMENT, "GOBIN", variables.gobin),
    Entry("CW2212", Group.ENVIRONMENT, "GOCACHE", variables.gocache),
    Entry("CW2301", Group.FLAGS, "GOFLAGS", flags.wellformed),
    Entry("CW2302", Group.FLAGS, "-mod", flags.mod),
    Entry("CW2303", Group.FLAGS, "-buildvcs", flags.stamp),
    Entry("CW2304", Group.FLAGS, "changed builds", flags.changing),
    Entry("CW2305", Group.FLAGS, "-a", flags.rebuild),
    Entry("CW2306", Group.FLAGS, "-i", flags.install_dependencies),
    Entry("CW2307", Group.FLAGS, "-installsuffix", flags.install_suffix),
    Entry("CW2308", Group.FLAGS, "-extldflags", flags.external_flags),
    Entry("CW2309", Group.FLAGS, "-linkmode", flags.link_mode),
    Entry("CW2310", Group.FLAGS, "-race", flags.sanitizers),
    Entry("CW2311", Group.FLAGS, "stopped builds", flags.stopping),
    Entry("CW2312", Group.FLAGS, "tools", flags.tools),
    Entry("CW2313", Group.FLAGS, "sources", flags.sources),
    Entry("CW2314", Group.FLAGS, "-x", flags.talking),
    Entry("CW2401", Group.PROJECT, "configuration", project.configuration),
    Entry("CW2402", Group.PROJECT, "module", project.module),
    Entry("CW2403", Group.PROJECT, "workspace", project.workspace),
    Entry("CW2404", Group.PROJECT, "go.sum", project.sums),
    Entry("CW2405", Group.PROJECT, "packages", project.packages),
    Entry("CW2406", Group.PROJECT, "vendor", project.vendor),
    Entry("CW2407", Group.PROJECT, "programs", project.programs),
    Entry("CW2501", Group.GIT, "git", git.installed),
    Entry("CW2502", Group.GIT, "repository", git.repository),
    Entry("CW2503", Group.GIT, "commit", git.commit),
    Entry("CW2504", Group.GIT, "working tree", git.tree),
    Entry("CW2505", Group.GIT, "history", git.history),
    Entry("CW2506", Group.GIT, "tags", git.tags),
    Entry("CW2507", Group.GIT, "results ignored", git.results),
    Entry("CW2508", Group.GIT, "clock", git.clock),
    Entry("CW2601", Group.RUNNERS, "native", runners.native),
    Entry("CW2602", Group.RUNNERS, "Wine", runners.wine),
    Entry("CW2603", Group.RUNNERS, "QEMU", runners.qemu),
    Entry("CW2604", Group.RUNNERS, "WebAssembly", runners.wasm),
    Entry("CW2605", Group.RUNNERS, "emulator", runners.emulator),
    Entry("CW2701", Group.HOST, "disk space", host.space),
    Entry("CW2702", Group.HOST, "results", host.results),
    Entry("CW2703", Group.HOST, "temporary files", host.temporary),
    Entry("CW2704", Group.HOST, "memory", host.memory),
    Entry("CW2705", Group.HOST, "processors", host.processors),
    Entry("CW2706", Group.HOST, "network disk", host.network_disk),
    Entry("CW2707", Group.HOST, "letter case", host.letter_case),
    Entry("CW2708", Group.HOST, "crosswind's cache", host.cache),
    Entry("CW2709", Group.HOST, "Python", host.python),
    Entry("CW2710", Group.HOST, "long paths", host.long_paths, "windows"),
    Entry("CW2711", Group.HOST, "console", host.console, "windows"),
)
