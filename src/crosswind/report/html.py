"""One self-contained page of HTML: nothing is fetched from anywhere, and no script runs but ours.

Every name from a file goes through `safe`; a content security policy forbids the page to load
anything, so that a hostile name that slipped through could not call home.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape

from crosswind.report import columns


def document(title: str, body: str, *, style: str, script: str) -> str:
    """Return the whole page.

    Args:
        title: as it is, not yet safe.
        body: what stands in it, made safe.
        style: the style sheet.
        script: the only one that may run.
    """
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'"
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{safe(title)}</title>
<style>{style}</style>
</head>
<body>
{body}
<script>{script}</script>
</body>
</html>
"""


def safe(text: str) -> str:
    """Return a text as HTML that shows it, and does nothing else."""
    return escape(columns.harmless(text), quote=True)


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
