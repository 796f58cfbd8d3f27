"""`doctor`: what this host and project have and lack, what of it matters, and the mend for each."""

from crosswind.doctor.examination import Examination, examine
from crosswind.doctor.line import Group, Line, Verdict

__all__ = ["Examination", "Group", "Line", "Verdict", "examine"]
