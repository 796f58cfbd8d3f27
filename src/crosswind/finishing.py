"""The pipeline's stages between link and verification: embed, split, sign.

What the go command linked is kept as it is (`Dist.keep_linked`); the steps start from it and leave
the program that is published. `commands` are the same steps for a shell.

Each step is imported where it is taken: most builds take none, and where nothing changed a build should
cost no more than the go commands.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosswind import store
from crosswind.artifact import Kind
from crosswind.building.dist import Dist
from crosswind.building.memory import Memory
from crosswind.building.plan import AfterLink, Output, Unit
from crosswind.building.prepare import Prepared
from crosswind.config.settings import Debug, Pairs
from crosswind.errors import BuildError, UsageError
from crosswind.events import Observer, Stage, ignore
from crosswind.finding import Finding
from crosswind.frozen import frozen
from crosswind.port import Format, Port
from crosswind.system import files
from crosswind.version import __version__

if TYPE_CHECKING:
    from crosswind.embedding import Embedded
    from crosswind.sign import Signing
    from crosswind.windows.resource import ResourceTree

# What holds code that a loader starts; an archive or a header takes no steps.
_LINKED = (Kind.BINARY, Kind.C_SHARED)


@frozen
class Finish:
    """What is done to a unit's linked program; nothing where all is empty."""

    embedded: Embedded | None = None
    debug: Debug = Debug.KEEP
    signing: Signing | None = None

    def __bool__(self) -> bool:
        """Whether anything is done."""
        return self != Finish()


@frozen
class Finished:
    """A program after its steps.

    Attributes:
        path: where it lies; in dist itself if an earlier run finished it just so.
        sha256: its digest.
        linked: what the go command linked, if steps changed it.
        resources: all that it holds, if any were put in.
        debug: files with its debug data, each with the place where it lies now.
        signed: whether it was signed with a certificate.
        findings: what is worth saying.
        reused: whether an earlier run took the steps.
    """

    path: Path
    sha256: str
    linked: Path | None = None
    resources: ResourceTree | None = None
    debug: tuple[tuple[Output, Path], ...] = ()
    signed: bool = False
    findings: tuple[Finding, ...] = ()
    reused: bool = False


def plan(
    prepared: Prepared, *, offline: bool = False, observer: Observer = ignore
) -> dict[Unit, Finish]:
    """Return what is done to each unit that anything is done to; read all that it needs.

    So what is wrong with an icon or a key is said before the first compile.

    Raises:
        CrosswindError: as `embedding.embedded`; CW0821, there will be no debug data to split.
    """
    made = {
        unit: _finish(prepared, unit, offline=offline, observer=observer)
        for compile_ in prepared.plan.compiles
        for unit in compile_.units
        if unit.kind in _LINKED
    }
    return {unit: finish for unit, finish in made.items() if finish}


def _finish(prepared: Prepared, unit: Unit, *, offline: bool, observer: Observer) -> Finish:
    embedded = None
    if unit.embeds:
        from crosswind import embedding

        embedded = embedding.embedded(prepared, unit, offline=offline, observer=observer)
    return Finish(embedded, _debug(unit), _signing(prepared, unit, offline=offline))


def _debug(unit: Unit) -> Debug:
    """Return what becomes of debug data; refuse to split what the linker is told to leave out."""
    how = unit.settings.debug if splits(unit) else Debug.KEEP
    if how is Debug.SPLIT and "-s" in " ".join(unit.settings.ldflags).split():
        raise UsageError(
            "CW0821",
            "there will be nothing to split: with -s in ldflags no debug data is linked",
            subject=f"{unit.program} {unit.target}",
            hint="take -s and -w out of ldflags, or set debug: keep",
        )
    return how


def splits(unit: Unit) -> bool:
    """Whether debug data can be taken out of what the unit's linker makes."""
    format_ = Port(unit.target.goos, unit.target.goarch).format
    return unit.kind in _LINKED and format_ not in (Format.WASM, Format.XCOFF64, Format.PLAN9)


def _signing(prepared: Prepared, unit: Unit, *, offline: bool) -> Signing | None:
    """Return how the configuration wants a unit signed; refuse what cannot be done here."""
    settings, goos = unit.settings, unit.target.goos
    said: dict[str, Pairs] = {"windows": settings.sign_windows, "darwin": settings.sign_darwin}
    values: dict[str, Any] = dict(said.get(goos, ()))
    if values.pop("enabled", "false") != "true":
        return None
    from crosswind.sign import DarwinSigning, WindowsSigning
    from crosswind.sign.rules import require

    for field in fields(WindowsSigning if goos == "windows" else DarwinSigning):
        if field.name in values and "Path" in str(field.type):
            values[field.name] = prepared.directory / values[field.name]
    if goos != "windows":
        return DarwinSigning(**values)
    values |= {"command": settings.sign_command, "timestamp": settings.sign_timestamp}
    signing = WindowsSigning(**values)
    require(signing, offline=offline)
    return signing


def check(finishes: Mapping[Unit, Finish]) -> None:
    """Refuse what would fail after the link for sure; raises as `sign.check`.

    A plan does without: it is printed where passwords are not at hand.
    """
    for unit, finish in finishes.items():
        if finish.signing:
            from crosswind import sign

            sign.check(finish.signing, unit.target)


def commands(prepared: Prepared, finishes: Mapping[Unit, Finish]) -> AfterLink:
    """Return the steps of an output as commands, for a POSIX shell in the project."""

    def steps(output: Output) -> Iterator[Sequence[str]]:
        finish = finishes.get(output.unit)
        if finish is None or output.kind not in _LINKED:
            return
        from crosswind import embedding, sign, split

        if finish.embedded:
            yield embedding.command(prepared, output.unit, output.final)
        if finish.debug is not Debug.KEEP:
            yield split.command(str(output.final), strip=finish.debug is Debug.STRIP)
        if finish.signing:
            yield sign.command(output.final, finish.signing)

    return steps


def run(
    finish: Finish, memory: Memory, output: Output, staged: Path, on_stage: Callable[[Stage], None]
) -> Finished:
    """Take a linked program through its steps.

    Args:
        finish: the steps.
        memory: dist, where what was linked is kept, and the store of finished programs.
        output: the program.
        staged: where the go command left it, and where the finished one will lie.
        on_stage: is told of each step.

    Raises:
        CrosswindError: a step failed; nothing was published.
    """
    out = memory.out
    digest = out.digest(staged, output)
    linked = out.keep_linked(staged, digest, output)
    # Read once, and not at all where an earlier run's result will do.
    data = linked.read_bytes() if finish.embedded else None
    resources = _resources(finish, data, output)
    findings = _findings(finish, resources)
    name, question = f"finish {output.final.as_posix()}", _question(digest, finish, resources)
    known = None if memory.fresh else out.recall(name, question)
    earlier = _earlier(known, out, output) if known is not None else None
    earlier = earlier or _restored(memory, name, question, output, staged)
    if earlier is not None:
        signed = _has_certificate(finish, output)
        return replace(
            earlier, linked=linked, resources=resources, signed=signed, findings=findings
        )
    data = linked.read_bytes() if data is None else data
    if resources is not None:
        from crosswind.binary.view import View
        from crosswind.windows.patch import patch

        on_stage(Stage.EMBED)
        data = patch(View.of(data), resources)
    debug: tuple[tuple[Output, Path], ...] = ()
    if finish.debug is not Debug.KEEP:
        on_stage(Stage.SPLIT)
        data, debug = _split(finish.debug, output, data, staged)
    files.write_atomic(staged, data, linked.stat().st_mode & 0o777)
    if finish.signing:
        from crosswind import sign

        on_stage(Stage.SIGN)
        sign.sign_file(staged, output.unit.target, finish.signing)
    finished = Finished(
        staged,
        files.sha256(staged),
        linked,
        resources,
        debug,
        signed=_has_certificate(finish, output),
        findings=findings,
    )
    known = _known(finished)
    out.remember(name, question, known)
    memory.store.put(_key(question), _kept(output, finished, known), {})
    return finished


# Where a program's debug data lies in an entry of the store, which is beside the program in dist.
_DEBUG = "debug/"


def _key(question: str) -> str:
    return store.key("finish", question)


def _kept(output: Output, finished: Finished, known: Mapping[str, Any]) -> list[store.File]:
    """Return a finished program and its debug data as files for the store."""
    kept = [store.File("program", output.kind.value, finished.path, finished.sha256)]
    for one, path in finished.debug:
        name = one.final.relative_to(output.final.parent).as_posix()
        digest = known["debug"][one.final.as_posix()]
        kept.append(store.File(_DEBUG + name, one.kind.value, path, digest))
    return kept


def _restored(
    memory: Memory, name: str, question: str, output: Output, staged: Path
) -> Finished | None:
    """Return what the store has of a program finished just so, copied to where it is wanted."""
    entry = None if memory.fresh else memory.store.get(_key(question))
    digests = {part.name: part.sha256 for part in entry.parts} if entry else {}
    if entry is None or "program" not in digests:
        return None
    debug = {one: one.removeprefix(_DEBUG) for one in digests if one.startswith(_DEBUG)}
    places = {one: staged.parent / beside for one, beside in debug.items()}
    staged.unlink(missing_ok=True)
    if not memory.store.restore(entry, {**places, "program": staged}):
        return None
    outputs = {
        one: Output(output.unit, places[one], output.final.parent / beside, Kind.DEBUG)
        for one, beside in debug.items()
    }
    finals = {made.final.as_posix(): digests[one] for one, made in outputs.items()}
    memory.out.remember(name, question, {"sha256": digests["program"], "debug": finals})
    made = tuple((made, places[one]) for one, made in outputs.items())
    return Finished(staged, digests["program"], debug=made, reused=True)


def _has_certificate(finish: Finish, output: Output) -> bool:
    return finish.signing is not None and output.unit.target.goos == "windows"


def _split(
    how: Debug, output: Output, data: bytes, staged: Path
) -> tuple[bytes, tuple[tuple[Output, Path], ...]]:
    """Take debug data out of a program; return it, and the files with the data."""
    from crosswind import split

    if how is Debug.STRIP:
        return split.strip_file(data, output.final.name).shipped, ()
    made = split.split_file(data, output.final.name)
    files_ = []
    for place, content in made.debug.items():
        path = staged.parent / place
        files.write_atomic(path, content)
        one = Output(output.unit, path, output.final.parent / place, Kind.DEBUG)
        files_.append((one, path))
    return made.shipped, tuple(files_)


def _known(finished: Finished) -> dict[str, Any]:
    """Return what tells later that all of it is still there."""
    debug = {output.final.as_posix(): files.sha256(path) for output, path in finished.debug}
    return {"sha256": finished.sha256, "debug": debug}


def _earlier(known: dict[str, Any], out: Dist, output: Output) -> Finished | None:
    """Return what an earlier run left, if it is all there."""
    debug = [
        (Output(output.unit, Path(), Path(final), Kind.DEBUG), digest)
        for final, digest in known["debug"].items()
    ]
    if not all(out.holds(one, digest) for one, digest in [(output, known["sha256"]), *debug]):
        return None
    places = tuple((one, out.place(one)) for one, _ in debug)
    return Finished(out.place(output), known["sha256"], debug=places, reused=True)


def _resources(finish: Finish, data: bytes | None, output: Output) -> ResourceTree | None:
    """Return all resources that the program shall hold, laid over those that were linked in."""
    if finish.embedded is None or data is None:
        return None
    from crosswind.binary import pe
    from crosswind.binary.view import FormatError, View
    from crosswind.windows import rsrc

    try:
        there = rsrc.read_image(pe.read(View.of(data)))
    except FormatError as error:
        raise BuildError(
            "CW0703",
            error.message,
            subject=f"{output.final}:{error.offset:#x}",
            hint="the linked program is damaged: look at the .syso beside its sources",
        ) from error
    return finish.embedded.over(there)


def _findings(finish: Finish, resources: ResourceTree | None) -> tuple[Finding, ...]:
    if finish.embedded is None or resources is None:
        return ()
    hidden = finish.embedded.hidden_icon(resources)
    return (*finish.embedded.findings, *filter(None, [hidden]))


def _question(digest: str, finish: Finish, resources: ResourceTree | None) -> str:
    """Tell one way to finish a program from another; what is signed with counts by its content."""
    parts = hashlib.sha256(f"{__version__} {digest} {finish.debug} {finish.signing!r}".encode())
    for resource in resources or ():
        parts.update(f"{resource.key!r} {resource.code_page} {len(resource.data)}\0".encode())
        parts.update(resource.data)
    for field in fields(finish.signing) if finish.signing else ():
        value = getattr(finish.signing, field.name)
        if isinstance(value, Path) and value.is_file():
            parts.update(files.sha256(value).encode())
    return parts.hexdigest()
