"""What is inside an executable: the library of `crosswind inspect`."""

from crosswind.inspect.examine import inspect_file
from crosswind.inspect.model import Contents, Inspection, Problem

__all__ = ["Contents", "Inspection", "Problem", "inspect_file"]
