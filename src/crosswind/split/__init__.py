"""Take debug data out of programs, and put it into files that debuggers find.

made = split_file(path.read_bytes(), path.name)
"""

from crosswind.split.model import Split
from crosswind.split.paths import Written, split_path
from crosswind.split.programs import command, split_file, strip_file

__all__ = ["Split", "Written", "command", "split_file", "split_path", "strip_file"]
