"""What was remembered comes back; what stands there instead does not, and does no harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind import store
from crosswind.building.dist import Dist
from crosswind.building.memory import Memory
from crosswind.finding import Check, Finding, Severity, Status

CHECK = Check("CW1000", "format", Status.PASS, "it is", "no hint")


def read(answer: Any) -> list[Check]:
    return list(map(Check.of, answer))


@pytest.fixture
def shared(tmp_path: Path) -> store.Store:
    return store.opened(tmp_path / "store", 1 << 30, print)


def memory(shared: store.Store, *, fresh: bool = False) -> Memory:
    return Memory(Dist(Path("dist"), Path("dist")), shared, fresh=fresh)


def test_an_answer_that_holds_everywhere_is_known_in_another_dist(shared: store.Store) -> None:
    memory(shared).remember("a", "here", [CHECK.document], "everywhere")
    other = memory(shared)
    assert other.recall("a", "there", read) is None
    assert other.recall("a", "there", read, "everywhere") == [CHECK]
    assert other.recall("a", "there", read) == [CHECK], "known here from now on"
    assert memory(shared, fresh=True).recall("a", "there", read, "everywhere") is None


@pytest.mark.parametrize("answer", [7, "text", [1], [{}], [{**CHECK.document, "status": "good"}]])
def test_an_answer_that_is_none_is_as_if_nobody_had_asked(shared: store.Store, answer: Any) -> None:
    memory(shared).remember("a", "q", answer, "q")
    assert memory(shared).recall("a", "q", read, "q") is None


@given(st.sampled_from(Severity), st.text(), st.text())
def test_documents_are_read_back(severity: Severity, message: str, hint: str) -> None:
    finding = Finding("CW0001", severity, "subject", message, hint)
    assert Finding.of(finding.document) == finding


@given(st.none() | st.text() | st.dictionaries(st.text(), st.text()) | st.lists(st.integers()))
def test_other_documents_are_refused(document: Any) -> None:
    for kind in (Finding, Check):
        with pytest.raises(ValueError, match=r"."):
            kind.of(document)
