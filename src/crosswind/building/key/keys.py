"""The keys of a plan's units."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from crosswind.building.key import contexts, environment, flags, stamp, toolchain
from crosswind.building.key.digests import Digests
from crosswind.building.key.flags import Flags
from crosswind.building.key.local import Local
from crosswind.building.key.model import Doubt, Key, Part
from crosswind.building.key.sources import Sources
from crosswind.building.plan import Compile, Unit
from crosswind.building.prepare import Prepared
from crosswind.constraints import Context
from crosswind.port import Port
from crosswind.project.graph.scan import Scan
from crosswind.toolchain import Settings


@dataclass(frozen=True, slots=True)
class _Asked:
    """A unit, and what its go command is told."""

    unit: Unit
    flags: Flags
    settings: Settings
    context: Context


class Keys:
    """Keys of one plan; what units share is found out once."""

    def __init__(self, prepared: Prepared) -> None:
        """Take the plan; nothing is read before a key is asked for."""
        self._prepared = prepared
        self._compiles = {unit: one for one in prepared.plan.compiles for unit in one.units}
        self._asked: dict[Unit, _Asked] = {}
        self._parts: dict[object, Part] = {}
        self._keys: dict[Unit, Key | str] = {}

    def of(self, unit: Unit) -> Key:
        """Return the key of a unit.

        Raises:
            Doubt: what its compile reads cannot be told.
        """
        found = self._keys.get(unit)
        if found is None:
            try:
                found = Key(self._parts_of(unit))
            except Doubt as doubt:
                found = str(doubt)
            self._keys[unit] = found
        if isinstance(found, str):
            raise Doubt(found)
        return found

    def _parts_of(self, unit: Unit) -> tuple[Part, ...]:
        prepared = self._prepared
        if prepared.source.remote:
            raise Doubt("the program comes from a module at a version")
        asked = self._of(unit)
        if unit.cgo or asked.flags.external or _links_by_c(unit):
            raise Doubt("a C compiler takes part")
        bit = self._sources.universe.contexts.index(asked.context)
        if refusal := self._sources.refusal(unit.import_path, bit):
            raise Doubt(refusal)
        return (
            Part("program", {"package": unit.import_path, "cgo": str(unit.cgo).lower()}),
            self._toolchain,
            environment.part(asked.settings, unit.target, c=unit.cgo),
            flags.part(asked.flags, unit.settings.variables),
            self._local.part,
            self._sources.part(unit.import_path, bit),
            self._paths(asked),
            stamp.part(asked.flags, prepared.source.directory, prepared.commit),
        )

    def _of(self, unit: Unit) -> _Asked:
        if not self._asked:
            version = self._prepared.toolchain.version
            for one, compile_ in self._compiles.items():
                env = {**self._prepared.env, **dict(compile_.env)}
                words = _words(compile_)
                chosen = flags.of_command(env, words)
                settings = Settings.read(env, self._prepared.toolchain.goroot)
                context = contexts.of_unit(one, chosen, version)
                self._asked[one] = _Asked(one, chosen, settings, context)
        return self._asked[unit]

    @cached_property
    def _toolchain(self) -> Part:
        return toolchain.part(self._prepared.toolchain)

    @cached_property
    def _local(self) -> Local:
        return Local(self._prepared.source, self._prepared.env)

    @cached_property
    def _sources(self) -> Sources:
        scan, digests = Scan(self._prepared.source.directory), Digests()
        programs = {unit.import_path: unit for unit in self._compiles}
        known = {one.package: one.directory for one in self._prepared.programs}
        return Sources(
            contexts.universe(one.context for one in self._asked.values()),
            [(path, known[path]) for path in programs],
            self._prepared.source.directory,
            self._local.find,
            scan.folder,
            digests.of,
        )

    def _paths(self, asked: _Asked) -> Part:
        """Return the places that are written into a program unless they are trimmed."""
        if asked.flags.last("trimpath") in ("true", "1"):
            return Part("places", {})
        return Part(
            "places",
            {
                "place of the sources": str(self._prepared.source.module.directory),
                "place of Go": str(self._prepared.toolchain.goroot),
                "place of the modules": str(asked.settings.module_cache),
            },
        )


def _words(compile_: Compile) -> tuple[str, ...]:
    """Return the flags of a go command, without the verb and the packages."""
    return tuple(word for word in compile_.argv[2 : -len(compile_.units)] if word.startswith("-"))


def _links_by_c(unit: Unit) -> bool:
    return Port(unit.target.goos, unit.target.goarch).needs_external_linker


def of_plan(prepared: Prepared) -> Mapping[Unit, Key | str]:
    """Return the key of every unit that is compiled, or why it has none."""
    keys = Keys(prepared)
    found: dict[Unit, Key | str] = {}
    for compile_ in prepared.plan.compiles:
        for unit in compile_.units:
            try:
                found[unit] = keys.of(unit)
            except Doubt as doubt:
                found[unit] = str(doubt)
    return found
