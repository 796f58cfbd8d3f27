"""The keys of a plan's units."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from crosswind.building import work_folder
from crosswind.building.key import contexts, environment, fetched, flags, toolchain
from crosswind.building.key.flags import Flags
from crosswind.building.key.local import Local
from crosswind.building.key.model import Doubt, Key, Part, Refusal, Unread, Unseen
from crosswind.building.key.sources import Sources
from crosswind.building.key.stamp import Stamp
from crosswind.building.plan import Compile, Unit
from crosswind.building.prepare import Prepared
from crosswind.constraints import Context
from crosswind.finding import Finding
from crosswind.frozen import frozen
from crosswind.port import Port
from crosswind.project import repository
from crosswind.project.remote import Remote
from crosswind.toolchain import Settings, goflags, tags

if TYPE_CHECKING:
    from crosswind.building.key.c import C

# What may lead to other modules, where a unit's own environment sets it.
_OF_MODULES = ("GOWORK", "GOFLAGS", "GO111MODULE", "GOENV")


@frozen
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
        self._scan = prepared.scan
        self._asked: dict[Unit, _Asked] = {}
        self._locals: dict[tuple[str, ...], Local] = {}
        self._read: dict[int, Sources] = {}
        self._keys: dict[Unit, Key | Doubt] = {}
        self._places: dict[Path, Path] = {}

    def of(self, unit: Unit) -> Key:
        """Return the key of a unit.

        Raises:
            Doubt: what its compile reads cannot be told.
        """
        found = self._keys.get(unit)
        if found is None:
            try:
                found = self._key(unit)
            except Doubt as doubt:
                found = doubt
            self._keys[unit] = found
        if isinstance(found, Doubt):
            raise found
        return found

    def _key(self, unit: Unit) -> Key:
        if not unit.cgo:
            return Key(self._parts_of(unit))
        try:
            parts = self._parts_of(unit)
            self._check_work_folder(self._of(unit))
        except Refusal:
            raise
        except Doubt as doubt:
            raise Unread(str(doubt), self._unseen(unit)) from doubt
        of_c, unseen = self._of_c(self._of(unit))
        return Key((*parts, of_c), unseen)

    def _unseen(self, unit: Unit) -> Mapping[str, Unseen]:
        """Return what is known of the C of a unit that has no key for another reason."""
        if self._prepared.source.remote:
            return {}
        try:
            return self._of_c(self._of(unit))[1]
        except Unread as doubt:
            return doubt.unseen
        except Doubt:  # then the go command judges C as well
            return {}

    def _parts_of(self, unit: Unit) -> tuple[Part, ...]:
        prepared = self._prepared
        environment.check(name for name, _ in unit.settings.env)
        asked = self._of(unit)
        if asked.flags.external or (_links_by_c(unit) and not unit.cgo):
            raise Doubt("a C compiler takes part")
        if prepared.source.remote:
            return self._parts_of_fetched(asked, prepared.source.remote)
        local = self._local(asked)
        sources = self._sources(local)
        bit = sources.universe.contexts.index(asked.context)
        sources.check(unit.import_path, bit)
        return (
            Part("program", {"package": unit.import_path, "cgo": str(unit.cgo).lower()}),
            self._toolchain,
            environment.part(asked.settings, unit.target, c=unit.cgo),
            flags.part(asked.flags, unit.settings.variables),
            local.part,
            sources.part(unit.import_path, bit),
            sources.profile(asked.flags.last("pgo")),
            self._paths(asked),
            self._stamp.part(asked.flags, self._spelled_folder(unit)),
        )

    def _parts_of_fetched(self, asked: _Asked, source: Remote) -> tuple[Part, ...]:
        """Return the inputs of a module at a version: nothing of it is stamped, and no file can change."""
        unit = asked.unit
        if unit.cgo:
            raise Doubt("a C compiler takes part in a module at a version")
        if asked.flags.last("pgo") not in ("", "auto", "off"):
            raise Doubt("a profile of this folder counts for a module at a version")
        return (
            Part("program", {"package": f"{unit.import_path}@{source.version}", "cgo": "false"}),
            self._toolchain,
            environment.part(asked.settings, unit.target, c=False),
            flags.part(asked.flags, unit.settings.variables),
            fetched.part(source, self._prepared.env),
            self._paths(asked),
        )

    @cached_property
    def _c(self) -> C:
        from crosswind.building.key.c import C  # late: most programs use none

        return C(self._prepared.toolchain, self._scan)

    def _check_work_folder(self, asked: _Asked) -> None:
        """Look where go works.

        Raises:
            Doubt: below sources; then debug data of C names the folder, which is another one each time.
        """
        prepared = self._prepared
        folders = [prepared.toolchain.goroot, *self._local(asked).trees]
        if work_folder.is_below(asked.settings, prepared.source.directory, folders):
            raise Doubt("go works below a module's folder, and debug data of C names where")

    def _of_c(self, asked: _Asked) -> tuple[Part, dict[str, Unseen]]:
        prepared = self._prepared
        program = (asked.unit.import_path, self._folder(asked.unit))
        where = prepared.source.directory
        return self._c.part(program, where, asked.flags, asked.settings, asked.context)

    def _folder(self, unit: Unit) -> Path:
        """Return where a program's main package is."""
        programs = self._prepared.programs
        return next(one.directory for one in programs if one.package == unit.import_path)

    @cached_property
    def _stamp(self) -> Stamp:
        prepared = self._prepared
        release = tags.release(prepared.toolchain.version)
        here = repository.here(prepared.source.directory, prepared.env)
        return Stamp(here, release, prepared.stamped)

    def _spelled_folder(self, unit: Unit) -> Path:
        folder = self._folder(unit)
        if folder not in self._places:
            prepared = self._prepared
            self._places[folder] = _spelled(folder, prepared.source.directory, prepared.env)
        return self._places[folder]

    def _of(self, unit: Unit) -> _Asked:
        if not self._asked:
            prepared = self._prepared
            base = Settings.read(prepared.env, prepared.toolchain.goroot)
            for compile_ in prepared.plan.compiles:
                settings = replace(base, env={**prepared.env, **dict(compile_.env)})
                chosen = flags.of_command(settings, _words(compile_))
                for one in compile_.units:
                    context = contexts.of_unit(one, chosen, prepared.toolchain.version)
                    self._asked[one] = _Asked(one, chosen, settings, context)
        return self._asked[unit]

    @cached_property
    def _toolchain(self) -> Part:
        return toolchain.part(self._prepared.toolchain)

    @property
    def using_c(self) -> str:
        """The digest of all local files that use cgo, whether it is on or off."""
        found = sorted({one for sources in self._read.values() for one in sources.using_c()})
        return Part("using C", dict.fromkeys(found, "")).digest

    def _local(self, asked: _Asked) -> Local:
        """Return the modules as a unit's flags want them taken."""
        words = tuple(w for w in asked.flags.words if goflags.name(w) in ("mod", "modfile"))
        env = asked.settings.env
        question = (*words, *(env.get(name, "") for name in _OF_MODULES))
        if question not in self._locals:
            directory = self._prepared.source.directory
            self._locals[question] = Local(directory, env, words)
        return self._locals[question]

    def _sources(self, local: Local) -> Sources:
        if id(local) not in self._read:
            for tree in local.trees:
                self._scan.add(tree)
            known = {one.package: one.directory for one in self._prepared.programs}
            programs = dict.fromkeys(one.import_path for one in self._asked)
            self._read[id(local)] = Sources(
                contexts.universe(one.context for one in self._asked.values()),
                [(path, known[path]) for path in programs],
                self._prepared.source.directory,
                local,
                self._scan,
            )
        return self._read[id(local)]

    def _paths(self, asked: _Asked) -> Part:
        """Return the places that are written into a program unless they are trimmed."""
        # Debug data of C names folders that nothing trims.
        if asked.flags.is_on("trimpath") and not asked.unit.cgo:
            return Part("places", {})
        return Part(
            "places",
            {
                "place of the sources": self._place(asked),
                "place of Go": str(self._prepared.toolchain.goroot),
                "place of the modules": str(asked.settings.module_cache),
            },
        )

    def _place(self, asked: _Asked) -> str:
        """Return the module's folder as the go command spells it."""
        source = self._prepared.source
        return str(_spelled(source.module.directory, source.directory, asked.settings.env))


def _spelled(folder: Path, directory: Path, env: Mapping[str, str]) -> Path:
    """Return a folder as a go command spells it that runs in a directory."""
    below = os.path.relpath(os.path.realpath(folder), os.path.realpath(directory))
    return Path(os.path.normpath(repository.here(directory, env) / below))


def _words(compile_: Compile) -> tuple[str, ...]:
    """Return the flags of a go command, without the verb and the packages."""
    return tuple(word for word in compile_.argv[2 : -len(compile_.units)] if word.startswith("-"))


def _links_by_c(unit: Unit) -> bool:
    return Port(unit.target.goos, unit.target.goarch).needs_external_linker


class UnitKeys(dict[Unit, Key]):
    """The keys of a plan's units.

    Attributes:
        doubts: why the other units have none.
        unseen: what is known of the C of those, by import path.
        refused: what the go command will refuse, of those.
        using_c: digest of the files that use cgo; where that is off they are in no key.
    """

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.doubts: dict[Unit, str] = {}
        self.unseen: dict[Unit, Mapping[str, Unseen]] = {}
        self.refused: dict[Unit, Finding] = {}
        self.using_c = ""


def of_plan(prepared: Prepared) -> UnitKeys:
    """Return the key of every unit that is compiled, as far as it can be told."""
    keys = Keys(prepared)
    found = UnitKeys()
    for compile_ in prepared.plan.compiles:
        for unit in compile_.units:
            try:
                found[unit] = keys.of(unit)
            except Doubt as doubt:
                found.doubts[unit] = str(doubt)
                if isinstance(doubt, Refusal):
                    found.refused[unit] = doubt.finding
                if isinstance(doubt, Unread):
                    found.unseen[unit] = doubt.unseen
    found.using_c = keys.using_c
    prepared.scan.save()
    return found
