"""What an earlier run linked from the same inputs, by its unit's key: from dist, else from the store.

It takes the place of a go command: the steps after the link start from it, and it is verified, published
and recorded as if it had been linked now.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from crosswind import linker_pdb, store
from crosswind.building.c_objects import Objects
from crosswind.building.compiled import Compiled
from crosswind.building.dist import Dist
from crosswind.building.key import Key
from crosswind.building.key.keys import UnitKeys
from crosswind.building.plan import Compile, Output, Plan, Unit
from crosswind.building.watch import Watch, sources
from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen
from crosswind.outcome import Usage
from crosswind.store import Entry, File, Store
from crosswind.system import files, host


@frozen
class Reuse:
    """Where linked files of earlier runs are looked for.

    Attributes:
        out: dist.
        store: the store.
        keys: of the units that have one.
        objects: what Go's cache has of C.
        changed: units that steps change after their link: those start from a file of their own.
        left: units that are built whatever is there.
        audited: those of them whose result is compared with what the store has.
    """

    out: Dist
    store: Store
    keys: UnitKeys
    objects: Objects
    changed: Collection[Unit] = ()
    left: Collection[Unit] = ()
    audited: Collection[Unit] = ()

    def take_over(self, plan: Plan) -> tuple[list[Compiled], Plan]:
        """Return all that is known, and the plan for the rest."""
        asked = [
            compile_.only((unit,))
            for compile_ in plan.compiles
            for unit in compile_.units
            if unit in self.keys and unit not in self.left
        ]
        there = [(one, _timed(self._in_dist, one)) for one in asked]
        found = [compiled for _, compiled in there if compiled]
        found += self._from_store([one for one, compiled in there if compiled is None])
        known = {unit for one in found for unit in one.compile.units} | self.keys.refused.keys()
        left = [(one, [unit for unit in one.units if unit not in known]) for one in plan.compiles]
        rest = tuple(one.only(units) for one, units in left if units)
        return found, replace(plan, compiles=rest)

    def _from_store(self, asked: Sequence[Compile]) -> list[Compiled]:
        """Restore what the store has; copying waits for the disk."""
        if not asked:
            return []
        from concurrent.futures import ThreadPoolExecutor  # late: with its logging it costs 5 ms

        with ThreadPoolExecutor(host.cpus(), "restore") as pool:
            found = pool.map(lambda one: _timed(self._in_store, one), asked)
            return [one for one in found if one]

    def entry(self, unit: Unit) -> Entry | None:
        """Return what the store has of a unit."""
        key = self.keys.get(unit)
        return self.store.get(_store_key(key)) if key else None

    def _in_dist(self, one: Compile) -> Compiled | None:
        answer = self.out.recall(_name(one.outputs[0]), self.keys[one.units[0]].digest)
        try:
            digests, said = dict(answer["files"]), str(answer["said"])
        except (TypeError, KeyError, ValueError):  # never asked, or not of this crosswind
            return None
        there = []
        for output in one.outputs:
            digest, linked = digests.get(output.final.as_posix()), self.out.linked(output)
            if digest is None and output is not one.outputs[0]:
                continue
            if linked is None or linked[1] != digest or not linker_pdb.is_known(self.out, output):
                return None
            there.append((output, linked[0]))
        made = tuple(self._at_hand(one, output, path) for output, path in there)
        return Compiled(one, made, said, Usage(0.0))

    def _at_hand(self, one: Compile, output: Output, path: Path) -> Output:
        """Return an output at its place in dist; for steps, which write there, under a second name."""
        if output.unit not in self.changed:
            return replace(output, staged=path)
        files.link(path, one.directory / output.staged)
        return output

    def _in_store(self, one: Compile) -> Compiled | None:
        entry = self.entry(one.units[0])
        if entry is None or not isinstance(said := entry.meta.get("said"), str):
            return None
        outputs = {_part(output): output for output in one.outputs}
        places = {name: one.directory / output.staged for name, output in outputs.items()}
        folder = one.directory / one.stage / one.units[0].folder
        names = {part.name for part in entry.parts}
        pdbs = {name: folder / name for name in sorted(names) if name.startswith(_PDB)}
        if _part(one.outputs[0]) not in names:
            return None
        if not self.store.restore(entry, {**places, **pdbs}):
            return None
        made = tuple(output for name, output in outputs.items() if name in names)
        return Compiled(one, made, said, Usage(0.0), pdbs=tuple(pdbs.values()))

    def remember(self, reused: Iterable[Compiled]) -> None:
        """Note in dist under which keys it has what came from the store."""
        for one in reused:
            key = self.keys[one.compile.units[0]]
            if self.out.recall(_name(one.made[0]), key.digest) is None:
                self._remember(key, one.made, one.stderr)

    def refresh(self, compile_: Compile, env: Mapping[str, str]) -> None:
        """Have go make anew what its cache has of C from other files than there are now."""
        known = (
            self.keys[unit].unseen if unit in self.keys else self.keys.unseen.get(unit, {})
            for unit in compile_.units
        )
        unseen = {path: one for each in known for path, one in each.items()}
        self.objects.refresh(compile_, env, unseen)

    def watch(self, directory: Path, units: Iterable[Unit]) -> Watch:
        """Look at the sources of units that are about to be compiled."""
        keyed = [self.keys[unit] for unit in units if unit in self.keys]
        return Watch.begin(path for key in keyed for path in sources(directory, key.inputs))

    def keep(
        self, linked: Iterable[Compiled], directory: Path, now: UnitKeys, touched: Collection[Path]
    ) -> list[Finding]:
        """Keep what go commands linked, under the keys of what they were linked from.

        What changed meanwhile may or may not be in a program: that one is kept nowhere.

        Args:
            linked: how the go commands ended.
            directory: the sources.
            now: the keys after they did.
            touched: what the watch found.

        Returns:
            What an audit found, and what was not kept.
        """
        findings: list[Finding] = []
        pairs = ((one, unit) for one in linked if not one.reused for unit in one.compile.units)
        for one, unit in pairs:
            made = [output for output in one.made if output.unit is unit]
            key = self.keys.get(unit)
            if key is None or not made or self.objects.is_unsure(unit):
                continue
            if unit not in now or now[unit].digest != key.digest:
                findings.append(_changed_meanwhile(unit, Severity.WARNING))
                continue
            if touched and not sources(directory, key.inputs).isdisjoint(touched):
                findings.append(_changed_meanwhile(unit, Severity.NOTE))
                continue
            if unit in self.audited:
                findings += self._audit(unit, made)
            self.objects.remember(unit)
            self._keep(key, made, one.stderr)
        if self.audited:
            findings.append(_audited(len(self.audited)))
        return findings

    def _audit(self, unit: Unit, made: Iterable[Output]) -> Iterator[Finding]:
        """Compare what was linked now with what the store has under the same key."""
        entry = self.entry(unit)
        stored = {part.name: part.sha256 for part in entry.parts} if entry else {}
        for output in made:
            linked = self.out.linked(output)
            if linked and stored.get(_part(output), linked[1]) != linked[1]:
                yield _difference(unit, output, self.keys[unit], linked[1])

    def _keep(self, key: Key, made: Sequence[Output], said: str) -> None:
        places = self._remember(key, made, said)
        if not places:
            return
        kept = [File(_part(one), one.kind.value, path, digest) for one, path, digest in places]
        pdb = linker_pdb.kept(self.out, made[0])
        kept += [file._replace(name=_PDB + file.name) for file in pdb]
        self.store.put(_store_key(key), kept, {"said": said})

    def _remember(
        self, key: Key, made: Sequence[Output], said: str
    ) -> list[tuple[Output, Path, str]]:
        """Note a key in dist; return where the files are, nothing if somebody changed one already."""
        places = [(output, *found) for output in made if (found := self.out.linked(output))]
        if len(places) < len(made):
            return []
        digests = {output.final.as_posix(): digest for output, _, digest in places}
        self.out.remember(_name(made[0]), key.digest, {"files": digests, "said": said})
        return places


def _timed(find: Callable[[Compile], Compiled | None], asked: Compile) -> Compiled | None:
    """Look for a unit's linked files, and note how long that took."""
    started = time.monotonic()
    found = find(asked)
    return found and replace(found, usage=Usage(time.monotonic() - started), reused=True)


def _changed_meanwhile(unit: Unit, severity: Severity) -> Finding:
    """Tell that something was not kept; a note where all is as it was, so that it may be right."""
    message = "sources changed while it was built: it is in dist, but not in the store"
    hint = "build again: what is in dist may be of the old sources or of the new ones"
    return Finding("CW5043", severity, f"{unit.program} {unit.target}", message, hint)


def _audited(number: int) -> Finding:
    message = f"{number} of what the store has linked anew, and compared"
    return Finding("CW5045", Severity.NOTE, "audit", message)


# Characters of an input's value that are shown: enough of a digest to tell it from others.
_SHOWN = 60
# cgo for Windows: LLVM's linker records where it worked, and PE files the time (docs/debug.md).
_IRREPRODUCIBLE = "C code for Windows is known to be linked differently each time"


def _difference(unit: Unit, output: Output, key: Key, digest: str) -> Finding:
    known = unit.cgo and unit.target.goos == "windows"
    message = f"{output.final.name}: the store has other bytes than a new link ({digest[:12]}…)"
    inputs = "\n".join(f"{name}: {value[:_SHOWN]}" for name, value in sorted(key.inputs.items()))
    return Finding(
        "CW5042",
        Severity.WARNING if known else Severity.ERROR,
        f"{unit.program} {unit.target}",
        f"{message}; {_IRREPRODUCIBLE}" if known else message,
        f"key {key.digest}\n{inputs}",
    )


# Where a linker's PDB files lie in an entry; other files are named after what they are, since the same
# program may have another name elsewhere.
_PDB = "pdb/"


def _part(output: Output) -> str:
    return output.kind.value


def _name(program: Output) -> str:
    return f"link {program.final.as_posix()}"


def _store_key(key: Key) -> str:
    return store.key("link", key.digest)
