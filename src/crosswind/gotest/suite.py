"""What `crosswind test` does: list, build, run, judge; target after target."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from crosswind import events
from crosswind.building import module_index
from crosswind.building.ground import Ground, survey
from crosswind.building.request import Request
from crosswind.frozen import frozen
from crosswind.gotest import coverage, flags, packages, preparation
from crosswind.gotest.binaries import Binary
from crosswind.gotest.event import Event
from crosswind.gotest.flags import Flags
from crosswind.gotest.model import (
    BuildLine,
    PackageResult,
    Reporter,
    SuiteResult,
    TargetResult,
    Verdict,
)
from crosswind.gotest.packagerun import Manner, PackageRun, Style, Told, now
from crosswind.gotest.preparation import Preparation, Prepared
from crosswind.system import process
from crosswind.toolchain import goflags, tags

# The testing package marks errors in its output from Go 1.27 on.
_MARKING = 27


@frozen
class Options:
    """What is wanted besides the request and the flags.

    Attributes:
        runner: the only runner that will do; empty for any.
        keep: folder in which the test binaries stay; None for none.
        parallel: test binaries that run at a time; 0 for as many as there are processors.
        detailed: whether the result tells of each test.
    """

    runner: str = ""
    keep: Path | None = None
    parallel: int = 0
    detailed: bool = False


def run(
    request: Request,
    words: Sequence[str],
    options: Options,
    reporter: Callable[[Flags], Reporter],
    observer: events.Observer = events.ignore,
) -> SuiteResult:
    """Build and run tests for every target of a request.

    Args:
        request: project, packages and targets, as for a build.
        words: what would stand behind `go test PACKAGE...`.
        options: what else is wanted.
        reporter: makes, of the flags, what is told what happens.
        observer: sees downloads and notes.

    Raises:
        UsageError: CW4030 to CW4033; those of `survey`.
        BuildError: CW4034, the coverage profiles do not fit together.
        CrosswindError: those of `survey`, and of the go command about modules.
    """
    started = time.monotonic()
    process.resume()
    given = flags.parse(words, request.packages, goflags.effective(request.user_env))
    ground = survey(replace(request, packages=()), observer)
    more = module_index.variables(ground.directory, ground.env)
    ground = replace(ground, env={**ground.env, **more})
    suite = _Suite(ground, given, options, request.user_env, reporter(given))
    return SuiteResult(tuple(suite.run()), (), time.monotonic() - started)


class _Suite:
    """One call: what all its targets have in common."""

    def __init__(
        self,
        ground: Ground,
        given: Flags,
        options: Options,
        env: Mapping[str, str],
        reporter: Reporter,
    ) -> None:
        self._ground = ground
        self._flags = given
        self._options = options
        self._env = env
        self._reporter = _one_at_a_time(reporter)
        self._targets = [
            one for one in ground.selection.targets if not ground.config.skipped(one.target)
        ]
        self._failed = False

    def run(self) -> list[TargetResult]:
        with tempfile.TemporaryDirectory(
            prefix="crosswind-test-", ignore_cleanup_errors=True
        ) as scratch:
            folder = Path(scratch)
            results = [
                self._run_target(prepared, folder / "runs" / prepared.selected.target.slug)
                for prepared in self._prepared(folder / "built")
            ]
            self._merge_coverage(folder / "runs")
            return results

    def _merge_coverage(self, runs: Path) -> None:
        profile = self._flags.values.get("coverprofile")
        if profile:
            place = Path(self._flags.values.get("outputdir", "")) / profile
            coverage.merge(sorted(runs.glob("*/*/cover.out")), self._ground.directory / place)

    def _prepared(self, folder: Path) -> Iterator[Prepared]:
        """Build the tests of the next target while those of the last one run."""
        made = Preparation(
            ground=self._ground,
            flags=self._flags,
            env=self._env,
            wanted=packages.patterns(self._ground, self._flags.packages),
            context=preparation.context(self._ground, self._env),
            runner=self._options.runner,
            folder=folder,
            keeps=self._options.keep is not None,
        )
        targets = [one.target for one in self._targets]
        preparation.refuse_sanitizers(self._flags, targets, self._ground.host)
        listings = made.listings(targets)
        count = max(len(listings[target].packages) for target in targets)
        preparation.refuse_profiles(self._flags, len(targets), count)
        with process.workers(1, "build") as pool:
            ahead: Future[Prepared] | None = None
            for selected in [*self._targets, None]:
                after = pool.submit(made.prepare, selected, listings) if selected else None
                if ahead:
                    yield self._kept(ahead.result())
                ahead = after

    def _kept(self, prepared: Prepared) -> Prepared:
        if self._options.keep:
            preparation.keep(prepared, self._options.keep)
        return prepared

    def _run_target(self, prepared: Prepared, folder: Path) -> TargetResult:
        selected = prepared.selected
        manner = self._manner(prepared)
        self._reporter.target(selected.target, prepared.by)
        for line in prepared.said:
            self._reporter.build(selected.target, _of_target(line, manner.target))
        results = list(self._run_packages(prepared, manner, folder))
        results += [_excluded(name) for name in prepared.excluded]
        return TargetResult(
            selected.target, selected.named, prepared.by, prepared.absent, tuple(results)
        )

    def _manner(self, prepared: Prepared) -> Manner:
        """Choose how packages are told of: benchmarks, and one package that is watched, stream.

        (test.go, streamOutput and streamAndCacheOutput)
        """
        given = self._flags
        style = Style.DETAILED if self._options.detailed else Style.TEXT
        if given.json:
            style = Style.EVENTS
        alone = len(prepared.built) == 1 or self._width == 1
        streams = bool(given.values.get("bench")) or (given.shows_passes and alone)
        return Manner(
            flags=given,
            style=style,
            marks=tags.release(self._ground.toolchain.version) >= _MARKING,
            live=self._reporter.text if streams and style is not Style.EVENTS else None,
            emit=self._reporter.event,
            target=str(prepared.selected.target) if len(self._targets) > 1 else "",
        )

    @property
    def _width(self) -> int:
        if self._flags.values.get("bench"):  # test.go, "Force benchmarks to run in serial"
            return 1
        return self._options.parallel or self._flags.width or os.cpu_count() or 1

    def _run_packages(
        self, prepared: Prepared, manner: Manner, folder: Path
    ) -> Iterator[PackageResult]:
        """Run all packages, several at a time; tell of them in their order."""
        with process.workers(self._width, "test") as pool:
            running = [
                pool.submit(self._run_package, prepared, manner, binary, folder / str(number))
                for number, binary in enumerate(prepared.built)
            ]
            for one in running:
                yield self._told(one.result())

    def _run_package(
        self, prepared: Prepared, manner: Manner, binary: Binary, folder: Path
    ) -> Told:
        run = PackageRun(manner, binary)
        if self._failed and self._flags.is_on("failfast"):
            run.start()
            return run.without(Verdict.GIVEN_UP, "-failfast, after a failure elsewhere")
        if binary.path is None and (told := self._not_built(prepared, manner, run, binary)):
            return told
        run.start()
        if prepared.engine is None:
            return run.without(Verdict.UNSUPPORTED, prepared.absent)
        folder.mkdir(parents=True)
        profile = folder / "cover.out" if self._flags.values.get("coverprofile") else None
        told = run.execute(prepared.engine, profile)
        self._failed |= told.result.verdict is Verdict.FAIL
        return told

    def _not_built(
        self, prepared: Prepared, manner: Manner, run: PackageRun, binary: Binary
    ) -> Told | None:
        """Tell of a package without a test binary; None if nothing was built on purpose."""
        path = binary.package.path
        if binary.said:
            return self._by_go(manner, binary)
        if not binary.package.has_tests:
            line = f"?   \t{path}\t[no test files]\n".encode()
            return Told(PackageResult(path, Verdict.NO_TESTS, reason="no test files"), line)
        if prepared.engine is None:
            return None
        run.start()
        self._failed = True
        return run.build_failed()

    def _by_go(self, manner: Manner, binary: Binary) -> Told:
        """Pass on what the go command itself says of a package: no tests, or nothing to load."""
        path = binary.package.path
        output = "".join(str(one.get("Output", "")) for one in binary.said).encode()
        failed = any(one.get("Action") == "fail" for one in binary.said)
        self._failed |= failed
        if manner.style is Style.EVENTS:
            for document in binary.said:
                manner.emit(_event(document, manner.target))
        verdict = Verdict.FAIL if failed else Verdict.NO_TESTS
        reason = "the go command cannot load it" if failed else "no test files"
        text = b"" if manner.style is Style.EVENTS else output
        return Told(PackageResult(path, verdict, reason=reason, output=output), text)

    def _told(self, told: Told) -> PackageResult:
        if told.text and not self._flags.json:
            self._reporter.text(told.text)
        return told.result


def _excluded(name: str) -> PackageResult:
    # go/build, NoGoError and cmd/go/internal/load: the go command's own words.
    return PackageResult(name, Verdict.EXCLUDED, reason="build constraints exclude all Go files")


def _of_target(line: BuildLine, target: str) -> BuildLine:
    """Say of an event about builds what it is for, where there are several targets."""
    if line.document is None or not target:
        return line
    return replace(line, document={**line.document, "Target": target})


def _event(document: Mapping[str, Any], target: str) -> Event:
    output = document.get("Output")
    return Event(
        action=str(document.get("Action", "")),
        package=str(document.get("Package", "")),
        elapsed=document.get("Elapsed"),
        output=None if output is None else str(output).encode(),
        output_type=str(document.get("OutputType", "")),
        failed_build=str(document.get("FailedBuild", "")),
        time=now(),
        target=target,
    )


def _one_at_a_time(reporter: Reporter) -> Reporter:
    """Let packages that run at the same time take turns in telling."""
    lock = threading.Lock()

    def guarded(tell: Callable[..., None]) -> Callable[..., None]:
        def told(*words: Any) -> None:
            with lock:
                tell(*words)

        return told

    return Reporter(
        target=guarded(reporter.target),
        build=guarded(reporter.build),
        text=guarded(reporter.text),
        event=guarded(reporter.event),
    )
