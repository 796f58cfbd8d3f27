"""The pipeline with everything that belongs to it: what `crosswind.build` and the command call."""

from __future__ import annotations

from crosswind import pipeline
from crosswind.building.request import Request
from crosswind.events import Observer, ignore
from crosswind.pipeline import BuildResult
from crosswind.target import Target


def build(request: Request, observer: Observer = ignore) -> BuildResult:
    """Build, verify, publish and record; compiler messages come with advice.

    See `pipeline.build` for what it raises.
    """
    return pipeline.build(request, observer, _advice)


def _advice(text: str, target: Target) -> str | None:
    from crosswind import explain

    return explain.advice(text, target)
