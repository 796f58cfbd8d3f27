"""The Python interface: what the commands do, as functions that return values and print nothing.

>>> import crosswind
>>> result = crosswind.build(crosswind.Request(Path("."), targets=("windows/amd64",)))
>>> [str(artifact.path) for artifact in result.artifacts]
['dist/greet_windows_amd64/greet.exe']
"""

from __future__ import annotations

from crosswind import pipeline
from crosswind.build.request import Request
from crosswind.config.settings import Overlay
from crosswind.events import Observer, ignore
from crosswind.pipeline import BuildResult, plan
from crosswind.target import Target

__all__ = ["BuildResult", "Overlay", "Request", "build", "plan"]


def build(request: Request, observer: Observer = ignore) -> BuildResult:
    """Build, verify, publish and record; compiler messages come with advice.

    See `pipeline.build` for what it raises.
    """
    return pipeline.build(request, observer, _advice)


def _advice(text: str, target: Target) -> str | None:
    from crosswind import explain

    return explain.advice(text, target)
