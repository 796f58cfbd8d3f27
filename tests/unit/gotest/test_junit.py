"""The report is well-formed XML, whatever tests print."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from crosswind.gotest import junit
from crosswind.gotest.model import By, Case, PackageResult, SuiteResult, TargetResult, Verdict
from crosswind.target import Target

LINUX = Target("linux", "arm64")


def document(*packages: PackageResult, absent: str = "") -> ET.Element:
    by = By() if absent else By("qemu", "7.2")
    told = TargetResult(LINUX, True, by, absent, packages)
    return ET.fromstring(junit.document(SuiteResult((told,), (), 1.0)))


@given(st.binary(max_size=60), st.text(max_size=20))
def test_it_is_well_formed(output, name):
    case = Case(name, Verdict.FAIL, 0.5, output)
    root = document(PackageResult("p", Verdict.FAIL, cases=(case,), output=output))
    assert root.find(".//failure") is not None


def test_counts_and_properties():
    cases = (Case("A", Verdict.PASS), Case("B", Verdict.SKIP), Case("C", Verdict.FAIL, output=b"x"))
    (suite,) = document(PackageResult("p", Verdict.FAIL, 2.0, cases=cases))
    assert {name: suite.get(name) for name in ("tests", "failures", "skipped", "time")} == {
        "tests": "3", "failures": "1", "skipped": "1", "time": "2.000",
    }  # fmt: skip
    told = {one.get("name"): one.get("value") for one in suite.iter("property")}
    assert told == {"target": "linux/arm64", "runner": "qemu", "version": "7.2"}


def test_a_package_that_failed_beside_its_tests_is_a_case_of_its_own():
    (suite,) = document(
        PackageResult("p", Verdict.FAIL, reason="exit status 2", cases=(Case("A", Verdict.PASS),))
    )
    failure = suite.find("testcase[@name='(package)']/failure")
    assert failure is not None
    assert failure.get("message") == "exit status 2"


def test_what_was_not_run_is_skipped_with_the_reason():
    (suite,) = document(PackageResult("p", Verdict.UNSUPPORTED, reason="no runner"), absent="none")
    skipped = suite.find("testcase/skipped")
    assert skipped is not None
    assert skipped.get("message") == "unsupported: no runner"
    assert suite.get("failures") == "0"
