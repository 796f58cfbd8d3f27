"""What the check of packages says to do."""

from __future__ import annotations

from collections.abc import Callable

from crosswind.doctor.checks import project
from crosswind.doctor.facts import Facts
from crosswind.doctor.facts.project import Listing


def test_a_folder_that_may_not_be_read_is_not_mended_by_go(but: Callable[..., Facts]) -> None:
    error = "pattern ./...: open closed: permission denied"
    verdict = project.packages(but(project={"listings": (Listing("linux", errors=(error,)),)}))
    assert verdict.found == error
    assert verdict.mend == "make that place readable for this user, or name another one"
