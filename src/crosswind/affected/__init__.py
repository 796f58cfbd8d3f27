"""What `crosswind affected` tells: the programs, targets and tests that changes touch."""

from crosswind.affected.find import Wanted, affected
from crosswind.affected.model import Affected, Cause, Touched

__all__ = ["Affected", "Cause", "Touched", "Wanted", "affected"]
