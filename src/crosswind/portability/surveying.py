"""Survey packages: take over what is kept, or look and keep what came of it."""

from __future__ import annotations

import os
from pathlib import Path

from crosswind import toolchain
from crosswind.portability.keeper import Inputs, Keeper
from crosswind.portability.survey import Survey, Wanted
from crosswind.project import gomod
from crosswind.project.graph import load, modules_at
from crosswind.project.graph.contexts import universe
from crosswind.project.graph.scan import Scan
from crosswind.system import disuse, files
from crosswind.toolchain import Settings, Toolchain

# What go's lists of flags are widened and narrowed by.
_ALLOWING = tuple(
    f"CGO_{language}FLAGS_{how}"
    for language in ("CPP", "C", "CXX", "F", "LD")
    for how in ("ALLOW", "DISALLOW")
)
# Bytes of sources that are held from the scan to the end; of more, files are read again.
_HELD = 32 << 20


def survey(directory: Path, chosen: Toolchain, wanted: Wanted) -> Survey:
    """Look at packages for targets.

    Raises:
        CrosswindError: the module, its workspace or a pattern cannot be read.
    """
    env = toolchain.environment(chosen, os.environ)
    patterns = wanted.packages or gomod.everything(gomod.find(directory, env), directory)
    modules = modules_at(directory, env, chosen.goroot, patterns)
    targets = tuple(dict.fromkeys((*wanted.targets, *wanted.ports)))
    contexts = universe(chosen, env, targets, (False, True), wanted.tags)
    cache = files.cache_dir() / "portability"
    settings = Settings.read(env, chosen.goroot)
    allowed = tuple(settings.get(name).value for name in _ALLOWING)
    keeper = Keeper(cache, Inputs(directory, wanted, contexts, chosen, modules, allowed))
    kept = keeper.load()
    if kept is not None:
        return kept
    # Most questions are about what did not change.
    from crosswind.portability import embedding
    from crosswind.portability.contents import Contents
    from crosswind.portability.looking import look

    scan = Scan(files.cache_dir(), _HELD)
    graph = load(modules, contexts, patterns, directory, tests=wanted.tests, scan=scan)
    found = look(graph, wanted, directory, chosen, settings, cache, Contents(scan.held))
    # What is nowhere now may be there the next time, and no folder that was looked at would show it.
    if not (graph.absent or graph.unmatched or graph.unreadable):
        packages = graph.packages.values()
        changing = [one for one in packages if not (one.standard or scan.is_fixed(one.directory))]
        keeper.save(found, {*scan.looked_at(), *embedding.folders(changing)})
    disuse.sweep(files.cache_dir())
    return found
