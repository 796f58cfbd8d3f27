"""What tests of signatures share: keys and certificates made anew, CMS by hand, a timestamp server."""

from __future__ import annotations

import shutil


def missing(*tools: str) -> str:
    """Return the reason to skip a test that needs tools; empty if all are here."""
    absent = [tool for tool in tools if shutil.which(tool) is None]
    return f"{', '.join(absent)}: not installed" if absent else ""
