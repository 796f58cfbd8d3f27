"""What `crosswind build` does, in order: plan, compile, embed, split, sign, verify, smoke, publish, record.

The one place that knows all stages. Each stage is a function of its own package and knows of no
other; here one's result becomes the next one's argument.
"""

from __future__ import annotations

import contextlib
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path
from typing import Any

from crosswind import finishing, linker_pdb, store, verification
from crosswind.artifact import Artifact
from crosswind.building import diagnose, dist, record, why
from crosswind.building.c_objects import Objects
from crosswind.building.compiled import Compiled
from crosswind.building.diagnose import Advice
from crosswind.building.dist import Dist
from crosswind.building.key import keys
from crosswind.building.key.journal import Journal
from crosswind.building.key.keys import UnitKeys
from crosswind.building.memory import Memory
from crosswind.building.plan import Output, Plan, Unit
from crosswind.building.prepare import Prepared, prepare, stamped_commit
from crosswind.building.record import UnitResult
from crosswind.building.request import Request
from crosswind.building.watch import Watch
from crosswind.building.why import Reason
from crosswind.errors import CrosswindError, ExitCode
from crosswind.events import (
    Noted,
    Observer,
    PlanReady,
    Stage,
    StageStarted,
    UnitFinished,
    ignore,
    one_at_a_time,
)
from crosswind.finding import Finding, Severity, has_errors
from crosswind.finishing import Finish, Finished
from crosswind.frozen import frozen
from crosswind.outcome import Built, Cached, Failed, Made, Outcome, Restored, Skipped
from crosswind.project import git
from crosswind.project.graph.scan import Scan
from crosswind.reuse import Reuse
from crosswind.store import Store, limit
from crosswind.system import files, host, process


@frozen
class BuildResult:
    """How a build ended.

    Attributes:
        results: every unit of the plan, in the plan's order, with its outcome and checks.
        findings: everything worth telling, errors first.
        prepared: the plan and what it was made from.
        document: the whole record, as written to `crosswind.json`.
        seconds: wall time.
        reasons: if asked for, which inputs of each unit changed since last time.
    """

    results: tuple[UnitResult, ...]
    findings: tuple[Finding, ...]
    prepared: Prepared
    document: Mapping[str, Any]
    seconds: float
    reasons: tuple[Reason, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether all that was asked for was built and passed its checks."""
        return all(result.ok for result in self.results) and not has_errors(self.findings)

    @property
    def exit_code(self) -> ExitCode:
        """The command's exit status; what was given up after another failure does not count."""
        errors = (one.code for one in self.findings if one.severity is Severity.ERROR)
        return diagnose.exit_code(code for code in errors if code != "CW0604")

    @property
    def artifacts(self) -> tuple[Artifact, ...]:
        """Every file that was made."""
        return tuple(
            artifact
            for result in self.results
            if isinstance(result.outcome, Made)
            for artifact in result.outcome.artifacts
        )


def plan(request: Request, observer: Observer = ignore) -> Plan:
    """Return what `build` would run, without running it; raises as `build`."""
    prepared, _ = _prepare(request, observer)
    return _certain(prepared, prepared.plan)


def explained(request: Request, observer: Observer = ignore) -> tuple[Plan, tuple[Reason, ...]]:
    """Return what `build` would run, and which inputs changed since last time; raises as `build`."""
    prepared, _ = _prepare(request, observer)
    found = keys.of_plan(prepared)
    said = _reasons(prepared, found, _absolute(request, prepared.plan.dist))
    return _certain(prepared, prepared.plan), said


def _certain(prepared: Prepared, wanted: Plan) -> Plan:
    """Return go commands as they are run: they believe Go's index only where that cannot be wrong."""
    from crosswind.building import module_index  # where nothing changed nothing is run

    if prepared.source.remote:
        return wanted
    return module_index.believed(wanted, prepared.source.directory, prepared.env)


def _reasons(prepared: Prepared, found: UnitKeys, folder: Path) -> tuple[Reason, ...]:
    return why.reasons(prepared, found, Journal(folder))


def _prepare(request: Request, observer: Observer) -> tuple[Prepared, dict[Unit, Finish]]:
    """Plan the go commands, and what happens to each program after its link."""
    prepared = prepare(request, observer)
    finishes = finishing.plan(prepared, offline=request.offline, observer=observer)
    after = finishing.commands(prepared, finishes)
    return replace(prepared, plan=replace(prepared.plan, after=after)), finishes


@frozen
class _Run:
    """What all stages of one run have at hand."""

    request: Request
    prepared: Prepared
    finishes: Mapping[Unit, Finish]
    memory: Memory
    reuse: Reuse
    observer: Observer
    advice: Advice
    linked: list[Compiled] = field(default_factory=list)
    watches: list[Watch] = field(default_factory=list)

    @property
    def out(self) -> Dist:
        """The dist folder."""
        return self.memory.out


def build(
    request: Request,
    observer: Observer = ignore,
    advice: Advice = diagnose.no_advice,
) -> BuildResult:
    """Build, verify, publish and record everything that a request asks for.

    A unit that fails to compile or to verify is part of the result, not an exception.

    Args:
        request: what to build.
        observer: sees events while they happen, from several threads, one at a time.
        advice: gives the mend for a compiler's message, if it knows one.

    Raises:
        UsageError: the request, configuration or project is wrong (exit status 2).
        MissingError: this host lacks something (3).
        RemoteError: a registry failed before anything could be built (4).
        BuildError: dist cannot be written.
    """
    started = time.monotonic()
    observer = one_at_a_time(observer)
    prepared, finishes = _prepare(request, observer)
    finishing.check(finishes)
    units = prepared.plan.units + tuple(unit for unit, _ in prepared.refused)
    observer(PlanReady(tuple((unit.program, unit.target) for unit in units)))
    folder = _absolute(request, prepared.plan.dist)
    with dist.opened(folder, prepared.plan.dist, lambda: observer(Noted(_WAITING))) as out:
        findings = _clean(out) if request.clean else []
        kept = _store(request, prepared, findings.append)
        memory = Memory(out, kept, fresh=request.force)
        found = _reuse(request, memory, finishes, prepared)
        run = _Run(request, prepared, finishes, memory, found, observer, advice)
        said = _reasons(prepared, found.keys, folder) if request.why else ()
        results = {result.unit: result for result in _not_built(run)}
        for result in _compile_and_finish(run):
            results[result.unit] = result
        unchanged = all(isinstance(result.outcome, Cached | Skipped) for result in results.values())
        findings += _cgo_advice(run, unchanged=unchanged)
        findings += _keep(run)
        _journal(run, results, findings)
        kept.close()
        ordered = tuple(results[unit] for unit in units)
        findings += _findings(ordered)
        findings.sort(key=lambda finding: list(Severity).index(finding.severity))
        seconds = time.monotonic() - started
        document = _record(run, ordered, findings, seconds)
    return BuildResult(ordered, tuple(findings), prepared, document, seconds, said)


_WAITING = Finding(
    "CW0507", Severity.NOTE, "", "another crosswind writes this dist folder: waiting for it"
)


def _store(request: Request, prepared: Prepared, tell: store.Tell) -> Store:
    """Return this machine's store of finished results."""
    wanted = request.user_env.get(limit.VARIABLE, "")
    most = limit.of(wanted, prepared.config.store_limit)
    return store.opened(files.cache_dir() / "store", most, tell)


def _reuse(
    request: Request,
    memory: Memory,
    finishes: Mapping[Unit, Finish],
    prepared: Prepared,
) -> Reuse:
    """Say what may be taken over from earlier runs, and draw the units that are audited."""
    units = [unit for compile_ in prepared.plan.compiles for unit in compile_.units]
    objects = Objects(files.cache_dir() / "c" / "objects.json")
    known = keys.of_plan(prepared)
    found = Reuse(memory.out, memory.store, known, objects, frozenset(finishes))
    if request.force:
        return replace(found, left=frozenset(units))
    if not request.audit:
        return found
    import random

    served = [unit for unit in units if found.entry(unit)]
    drawn = random.SystemRandom().sample(served, min(request.audit, len(served)))
    return replace(found, left=frozenset(drawn), audited=frozenset(drawn))


def _absolute(request: Request, folder: Path) -> Path:
    return request.directory.absolute() / folder


def _clean(out: Dist) -> list[Finding]:
    return [
        Finding("CW0508", Severity.WARNING, name, "was changed since crosswind made it: kept")
        for name in out.clean()
    ]


def _not_built(run: _Run) -> Iterator[UnitResult]:
    """Yield the units that no compile is planned for, with their reasons."""
    for unit, reason in run.prepared.plan.skipped:
        yield _finished(UnitResult(unit, Skipped(reason)), run.observer)
    for unit, finding in (*run.prepared.refused, *run.reuse.keys.refused.items()):
        yield _finished(UnitResult(unit, Failed((finding,))), run.observer)


def _finished(result: UnitResult, observer: Observer) -> UnitResult:
    unit = result.unit
    observer(UnitFinished(unit.program, unit.target, result.outcome, result.report))
    return result


def _cgo_advice(run: _Run, *, unchanged: bool) -> list[Finding]:
    """Tell what cgo's absence costs; what cannot be told is no reason to fail a build.

    The answer of an earlier run about the same units still holds if none of them changed.
    """
    units, known_keys = run.prepared.plan.units, run.reuse.keys
    asked = " ".join(sorted(f"{unit.import_path}@{unit.target}" for unit in units))
    made_from = ""
    if all(unit in known_keys for unit in units):
        digests = (known_keys[unit].digest for unit in units)
        made_from = " ".join([asked, known_keys.using_c, *digests])
    found = None
    if made_from or unchanged:
        found = run.memory.recall(
            "cgo", made_from or asked, lambda known: list(map(Finding.of, known)), made_from
        )
    if found is None:
        from crosswind.building import cgo_advice

        found = []
        with contextlib.suppress(CrosswindError, process.StoppedError):
            found = list(cgo_advice.findings(run.prepared))
        documents = [finding.document for finding in found]
        run.memory.remember("cgo", made_from or asked, documents, made_from)
    return found


def _compile_and_finish(run: _Run) -> Iterator[UnitResult]:
    """Compile in the plan's order, and finish each result while the next one compiles."""
    found, left = run.reuse.take_over(run.prepared.plan)
    if not left.compiles:
        for known in found:
            yield from _finish(run, known)
        return
    # Imported late: where nothing changed nothing is compiled.
    from concurrent.futures import Future, ThreadPoolExecutor

    from crosswind import compiling

    left = _certain(run.prepared, left)
    units = [unit for one in left.compiles for unit in one.units]
    run.watches.append(run.reuse.watch(run.prepared.source.directory, units))
    compiled = compiling.run(left, run.request, run.prepared, run.reuse, run.observer)
    ends: list[Future[list[UnitResult]]] = []
    with ThreadPoolExecutor(1, "finish") as finisher:
        try:
            done = itertools.chain(found, compiled)
            ends = [finisher.submit(_finish, run, result) for result in done]
        except BaseException:
            finisher.shutdown(cancel_futures=True)
            raise
    for future in ends:
        yield from future.result()


def _finish(run: _Run, compiled: Compiled) -> list[UnitResult]:
    """Finish, verify and publish what one go command made; explain what it did not."""
    run.linked.append(compiled)
    if compiled.stderr.strip() and not compiled.failed:
        message = "\n".join(diagnose.essential(compiled.stderr))
        if message:
            subject = str(compiled.compile.target)
            run.observer(Noted(Finding("CW0603", Severity.WARNING, subject, message)))
    results = []
    for unit in compiled.compile.units:
        made = [output for output in compiled.made if output.unit is unit]
        if made:
            result = _verify_and_publish(run, unit, made, compiled)
        else:
            result = UnitResult(unit, _explain(run, unit, compiled))
        results.append(_finished(result, run.observer))
    return results


def _verify_and_publish(
    run: _Run, unit: Unit, made: list[Output], compiled: Compiled
) -> UnitResult:
    program, *others = made
    directory = compiled.compile.directory
    try:
        finished = _after_link(run, program, directory / program.staged)
        pdb = linker_pdb.carry(run.out, program, finished, compiled.pdbs)
    except CrosswindError as error:
        # The staged file that a step speaks of is gone when anybody reads this.
        subject = f"{unit.program} {unit.target}"
        findings = tuple(replace(finding, subject=subject) for finding in error.findings)
        return UnitResult(unit, Failed(findings, compiled.usage))
    run.observer(StageStarted(unit.program, unit.target, Stage.VERIFY))
    report = verification.report(run.prepared, run.memory, program, finished, pdb=bool(pdb))
    places = [*((output, directory / output.staged) for output in others), *finished.debug, *pdb]
    published = [
        run.out.publish(
            finished.path, finished.sha256, program, unit.program, changed=unit in run.finishes
        ),
        *(run.out.publish(path, files.sha256(path), one, unit.program) for one, path in places),
    ]
    run.out.drop_debug_data(program, [output for output, _ in (*finished.debug, *pdb)])
    artifacts = tuple(artifact for artifact, _ in published)
    taken_over = compiled.reused and (unit not in run.finishes or finished.reused)
    kind: type[Made] = Restored if taken_over else Built
    if all(same for _, same in published) and unit not in run.reuse.left:
        kind = Cached
    return UnitResult(unit, kind(artifacts, compiled.usage), report, finished.findings)


def _after_link(run: _Run, output: Output, staged: Path) -> Finished:
    """Take a program through the steps that the plan has for it, if any."""
    unit = output.unit
    finish = run.finishes.get(unit)
    if finish is None:
        return Finished(staged, run.out.digest(staged, output))

    def announce(stage: Stage) -> None:
        run.observer(StageStarted(unit.program, unit.target, stage))

    return finishing.run(finish, run.memory, output, staged, announce)


def _explain(run: _Run, unit: Unit, compiled: Compiled) -> Outcome:
    """Say why a unit was not made."""
    subject = f"{unit.program} {unit.target}"
    if compiled.given_up:
        finding = Finding("CW0604", Severity.ERROR, subject, "not tried after an earlier failure")
        return Failed((finding,))
    stderr = compiled.failed.get(unit, "")
    asked_for = unit.named and unit.alone
    if not asked_for and diagnose.excluded(stderr, unit.import_path):
        return Skipped("build constraints exclude all its Go files")
    log = run.out.log(stderr, unit)
    finding = diagnose.failure(stderr, subject, log, lambda text: run.advice(text, unit.target))
    return Failed((finding,), compiled.usage)


def _keep(run: _Run) -> list[Finding]:
    """Keep what go commands linked; the keys are taken again first, since sources may have changed."""
    reused = [one for one in run.linked if one.reused]
    run.reuse.remember(reused)
    if not run.reuse.keys or len(reused) == len(run.linked):
        return []
    now = UnitKeys()
    with contextlib.suppress(CrosswindError):  # broken now: then they changed
        prepared = run.prepared
        commit = None if prepared.source.remote else git.read(prepared.directory)
        stamped = stamped_commit(prepared.source, prepared.toolchain, prepared.env, commit)
        scan = Scan(files.cache_dir())
        now = keys.of_plan(replace(prepared, commit=commit, stamped=stamped, scan=scan))
    touched = {path for watch in run.watches for path in watch.touched()}
    return run.reuse.keep(run.linked, run.prepared.source.directory, now, touched)


def _journal(run: _Run, results: Mapping[Unit, UnitResult], findings: Sequence[Finding]) -> None:
    """Write down what the files in dist were made from, unless all was as it is."""
    known, prepared = run.reuse.keys, run.prepared
    mark = why.fingerprint(prepared, known)
    if run.out.recall("journal", mark):
        return
    doubtful = {one.subject for one in findings if one.code == "CW5043"}
    made = [
        unit
        for unit, result in results.items()
        if isinstance(result.outcome, Made) and f"{unit.program} {unit.target}" not in doubtful
    ]
    why.enter(prepared, known, Journal(run.out.path), made)
    whole = len(made) == len([unit for one in prepared.plan.compiles for unit in one.units])
    run.out.remember("journal", mark, whole)


def _findings(results: tuple[UnitResult, ...]) -> list[Finding]:
    """Collect what every unit's outcome and checks want to tell; the same failure only once."""
    found: dict[tuple[str, str, str], Finding] = {}
    for result in results:
        own = result.outcome.findings if isinstance(result.outcome, Failed) else ()
        checks = result.report.findings if result.report else ()
        for finding in (*own, *result.findings, *checks):
            found.setdefault((finding.code, finding.subject, finding.message), finding)
    return list(found.values())


def _record(
    run: _Run, results: tuple[UnitResult, ...], findings: list[Finding], seconds: float
) -> dict[str, Any]:
    """Write the records, the whole one last: where it is, all the others are."""
    prepared, out = run.prepared, run.out
    document = record.whole(
        prepared.plan,
        results,
        ok=all(result.ok for result in results) and not has_errors(findings),
        findings=findings,
        context=_context(prepared),
        seconds=seconds,
    )
    metadata = (prepared.plan.dist / "metadata.json").as_posix()
    out.save_memory()
    out.record("metadata.json", _metadata(prepared))
    out.record("artifacts.json", record.goreleaser_artifacts(results, metadata))
    out.record("crosswind.json", document)
    return document


def _metadata(prepared: Prepared) -> dict[str, Any]:
    """Return `metadata.json` in the shape of GoReleaser's (internal/pipe/metadata)."""
    commit = prepared.commit
    return {
        "project_name": prepared.name,
        "tag": commit.tag if commit else "",
        "previous_tag": commit.previous_tag if commit else "",
        "version": prepared.version,
        "commit": commit.hash if commit else "",
        "date": commit.date if commit else "",
        "runtime": {"goos": host.goos(), "goarch": host.goarch()},
    }


def _context(prepared: Prepared) -> dict[str, Any]:
    chosen = prepared.toolchain
    return {
        "project": _metadata(prepared),
        "module": {
            "path": prepared.source.module.path,
            "version": prepared.source.remote.version if prepared.source.remote else "",
        },
        "toolchain": {
            "version": chosen.version,
            "source": chosen.source.value,
            "host": str(chosen.host),
            "digest": chosen.digest,
        },
        "targets": [str(one.target) for one in prepared.selected],
    }
