"""An inspection as one page of HTML: a map of the file and every table, nothing fetched from anywhere.

Every name from the file goes through `safe` of `report.html`, which says what the page may do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources

from crosswind.inspect.model import Contents, Inspection
from crosswind.inspect.parts import PARTS
from crosswind.report import columns
from crosswind.report.html import document
from crosswind.report.html import safe as _safe
from crosswind.report.inspect.block import Block, Detail, share
from crosswind.report.inspect.draw import blocks
from crosswind.report.inspect.tree import tree
from crosswind.report.inspect.treemap import Box, Node, rectangles

_WIDTH, _HEIGHT, _HEADING, _MARGIN = 1200, 620, 16, 2
# Widths and heights in the map below which a label would not be readable, and of a letter.
_LABEL_WIDTH, _LABEL_HEIGHT, _LETTER = 34, 13, 6.4
_ROWS = 300
_VERSION = re.compile(r"v[0-9]+(?:(?:alpha|beta)[0-9]+)?")
_TITLES = {part.name: part.title for part in PARTS}
# Kinds of ranges and origins of packages: the variable of the style sheet that colors them.
_COLORS = {
    "code": "code", "constants": "constants", "data": "data", "Go function table": "table",
    "debug data": "debug", "symbols": "symbols", "loader tables": "loader",
    "resources": "resources", "signature": "signature", "headers": "headers",
    "overlay": "unknown", "padding": "padding", "unattributed": "unknown", "std": "std",
    "std vendored": "std", "main": "main", "module": "module", "other": "other",
}  # fmt: skip
_LEGEND = (
    ("code", "code"), ("std", "standard library"), ("main", "main module"), ("module", "other modules"),
    ("constants", "constants"), ("data", "data"), ("table", "Go function table"),
    ("debug", "debug data"), ("symbols", "symbols"), ("loader", "loader tables"),
    ("resources", "resources"), ("signature", "signature"), ("padding", "padding"),
    ("headers", "headers"), ("unknown", "overlay and unattributed"), ("other", "other code"),
)  # fmt: skip


def page(inspection: Inspection) -> str:
    """Return the whole page."""
    script, style = _asset("page.js"), _asset("page.css")
    name = _safe(inspection.path.name)
    words = f"{inspection.format or 'no program'}, {columns.size(inspection.size)} ({inspection.size} bytes)"
    if inspection.sha256:
        words += f", SHA-256 {inspection.sha256}"
    body = "\n".join(line for one in inspection.contents for line in _contents(one))
    return document(
        inspection.path.name,
        f"""<h1>{name}</h1>
<p class="lead">{_safe(words)}</p>
<p><input hidden id="search" type="search" placeholder="search all tables" aria-label="search all tables"></p>
{body}""",
        style=style,
        script=script,
    )


def _asset(name: str) -> str:
    return resources.files("crosswind.report.inspect").joinpath(name).read_text("utf-8")


def _contents(contents: Contents) -> Iterator[str]:
    if contents.name:
        yield f"<h2>{_safe(contents.name)}</h2>"
    for problem in contents.problems:
        words = f"{problem.part} cannot be read: {problem.message}, at {problem.offset:#x}"
        yield f'<p class="problem">{_safe(words)}</p>'
    root = tree(contents)
    if root:
        yield _map(root)
    for name, facts in contents.parts.items():
        drawn = list(blocks(name, facts, Detail(full=True, limit=_ROWS)))
        if drawn:
            opened = " open" if name == "summary" else ""
            yield f"<details{opened}><summary>{_safe(_TITLES[name])}</summary>"
            yield from (_block(block, _TITLES[name]) for block in drawn)
            yield "</details>"


def _map(root: Node) -> str:
    box = Box(0, 0, _WIDTH, _HEIGHT)
    found = list(rectangles(root, box, heading=_HEADING, margin=_MARGIN))
    used = {_COLORS.get(node.kind, "other") for node, _ in found if not node.children}
    shapes = "\n".join(_shape(node, place, root.size) for node, place in found)
    legend = "".join(
        f'<li><svg class="key" viewBox="0 0 10 10" width="10" height="10"><rect width="10" height="10" '
        f'class="{color}"><title>{words}</title></rect></svg>{words}</li>'
        for color, words in _LEGEND
        if color in used
    )
    return f"""<svg class="map" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="map of the file">
{shapes}
</svg>
<p class="said">Each area is a part of the file; code and the function table are divided by Go package.</p>
<ul class="legend">{legend}</ul>"""


def _shape(node: Node, box: Box, whole: int) -> str:
    color = _COLORS.get(node.kind, "other")
    words = f"{node.name}: {columns.size(node.size)}, {share(node.size, whole)} of the file"
    rect = (
        f'<rect x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" '
        f'class="{color}"><title>{_safe(words)}</title></rect>'
    )
    if box.width < _LABEL_WIDTH or box.height < _LABEL_HEIGHT:
        return rect
    room = int((box.width - 6) / _LETTER)
    # Kinds have their size beside the name, and so have the parts that are drawn as one.
    name = f"{node.name} {columns.size(node.size)}" if node.name == node.kind else node.name
    name = name if len(name) <= room else _shorter(node.name, room)
    kind = ' class="kind"' if node.children else ""
    return rect + f'<text{kind} x="{box.x + 4:.1f}" y="{box.y + 12:.1f}">{_safe(name)}</text>'


def _shorter(name: str, room: int) -> str:
    """Keep the end of an import path, which tells more than its beginning."""
    *folders, last = name.split("/")
    # The last element of a path may be no more than a version, as in `core/v1` or `apps/v1beta2`.
    if folders and _VERSION.fullmatch(last):
        last = f"{folders[-1]}/{last}"
    return last if len(last) <= room else last[: max(room - 1, 1)] + "…"


def _block(block: Block, above: str) -> str:
    """Draw a table; a title that repeats the heading above it is left out."""
    title = f"<h3>{_safe(block.title)}</h3>" if block.title not in ("", above) else ""
    head = "".join(
        f"<th{_right(block, number)}>{_safe(name)}</th>"
        for number, name in enumerate(block.headers)
    )
    rows = "\n".join(
        "<tr>"
        + "".join(f"<td{_right(block, n)}>{_safe(cell)}</td>" for n, cell in enumerate(row))
        + "</tr>"
        for row in block.rows
    )
    more = f'<p class="more">{block.left_out} more</p>' if block.left_out else ""
    header = f"<thead><tr>{head}</tr></thead>" if head else ""
    return f'{title}<div class="wide"><table>{header}<tbody>{rows}</tbody></table>{more}</div>'


def _right(block: Block, number: int) -> str:
    return ' class="right"' if number in block.right else ""
