"""JUnit's XML, which CI systems show: one suite for each package and target.

There is no standard. This is what the readers of Jenkins, GitLab and GitHub's actions have in common: the
schema of Ant's task `junitreport`, with `skipped` and `properties`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from crosswind.gotest.event import text
from crosswind.gotest.model import Case, PackageResult, SuiteResult, TargetResult, Verdict

# XML 1.0, section 2.2: all other characters have no place in a document, not even escaped.
_NO_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Verdicts that are no failure, and never a pass.
_NOT_RUN = (Verdict.UNSUPPORTED, Verdict.EXCLUDED, Verdict.GIVEN_UP, Verdict.NO_TESTS)


def document(result: SuiteResult) -> bytes:
    """Return the document of a whole run."""
    root = ET.Element("testsuites", {"name": "crosswind test", "time": _seconds(result.seconds)})
    for target in result.targets:
        root.extend(_suite(target, package) for package in target.packages)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _suite(target: TargetResult, package: PackageResult) -> ET.Element:
    cases = list(_cases(package))
    suite = ET.Element(
        "testsuite",
        {
            "name": f"{package.package} {target.target}",
            "tests": str(len(cases)),
            "failures": str(sum(case.find("failure") is not None for case in cases)),
            "errors": "0",
            "skipped": str(sum(case.find("skipped") is not None for case in cases)),
            "time": _seconds(package.seconds),
        },
    )
    properties = ET.SubElement(suite, "properties")
    by = package.by if package.by.runner else target.by
    told = {"target": str(target.target), "runner": by.runner, "version": by.version}
    for name, value in told.items():
        ET.SubElement(properties, "property", {"name": name, "value": _clean(value)})
    suite.extend(cases)
    if package.output:
        ET.SubElement(suite, "system-out").text = _clean(text(package.output))
    return suite


def _cases(package: PackageResult) -> Iterator[ET.Element]:
    """One for each test; a package that fared worse than its tests is one of its own."""
    told = [case.verdict for case in package.cases]
    for case in package.cases:
        yield _case(package.package, case.name, case.seconds, case.verdict, package.reason, case)
    if not package.cases or (package.verdict is Verdict.FAIL and Verdict.FAIL not in told):
        yield _case(
            package.package, "(package)", package.seconds, package.verdict, package.reason, None
        )


def _case(
    package: str, name: str, seconds: float, verdict: Verdict, reason: str, case: Case | None
) -> ET.Element:
    element = ET.Element(
        "testcase",
        {"classname": _clean(package), "name": _clean(name), "time": _seconds(seconds)},
    )
    if verdict is Verdict.FAIL:
        failure = ET.SubElement(element, "failure", {"message": _clean(reason or "failed")})
        failure.text = _clean(text(case.output)) if case else None
    elif verdict is Verdict.SKIP:
        ET.SubElement(element, "skipped", {"message": "the test skipped itself"})
    elif verdict in _NOT_RUN:
        message = f"{verdict}: {reason}" if reason else str(verdict)
        ET.SubElement(element, "skipped", {"message": _clean(message)})
    return element


def _seconds(value: float) -> str:
    return f"{value:.3f}"


def _clean(value: str) -> str:
    return _NO_CHARACTER.sub("\ufffd", value)
