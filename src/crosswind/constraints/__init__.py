"""Build constraints: which targets a file of Go, assembly or C is for.

    universe = Universe((Context(Target("linux", "amd64")), Context(Target("windows", "amd64"))))
    found = explain.explain("poll_linux.go", data, universe)
    list(universe.members(found.selected))  # the contexts in which it is built

Everything here is decided as Go's packages go/build and go/build/constraint decide it; all targets at
once, as sets.
"""

from crosswind.constraints.expression import ConstraintError, Expression, parse
from crosswind.constraints.facts import Constraint, constraint, selected
from crosswind.constraints.universe import Context, Universe

__all__ = [
    "Constraint",
    "ConstraintError",
    "Context",
    "Expression",
    "Universe",
    "constraint",
    "parse",
    "selected",
]
