"""Names and versions: what a project is called, and what templates may say of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from crosswind.config.context import EPOCH, TemplateContext
from crosswind.errors import UsageError
from crosswind.project.git import Commit
from crosswind.project.gomod import Module
from crosswind.project.programs import executable_name
from crosswind.target import Target


def project_name(module: Module) -> str:
    """Name a project after its module, as its root program would be called."""
    return executable_name(module.path) if module.path else module.directory.name


def version(commit: Commit | None) -> str:
    """Return the version in a release's words: the tag's, or a snapshot's between two tags."""
    if commit is None:
        return "0.0.0-SNAPSHOT"
    base = commit.tag.removeprefix("v") or "0.0.0"
    if commit.exact and not commit.dirty:
        return base
    return f"{base}-SNAPSHOT-{commit.hash[:7]}"


def context(
    name: str,
    number: str,
    commit: Commit | None,
    module: Module,
    env: Mapping[str, str],
    host: Target,
) -> TemplateContext:
    """Collect what templates may use, without program and target.

    The build's time is the commit's, or SOURCE_DATE_EPOCH if that is set (reproducible-builds.org,
    "SOURCE_DATE_EPOCH specification"), so that the same commit gives the same bytes.

    Raises:
        UsageError: CW0313, SOURCE_DATE_EPOCH is no number of seconds.
    """
    known = TemplateContext(
        project_name=name,
        module_path=module.path,
        version=number,
        time=_source_date(env),
        snapshot="-SNAPSHOT" in number,
        env=env,
        goos=host.goos,
        goarch=host.goarch,
    )
    if commit is None:
        return known
    from dataclasses import replace

    return replace(
        known,
        tag=commit.tag,
        previous_tag=commit.previous_tag,
        branch=commit.branch,
        commit=commit.hash,
        short_commit=commit.hash[:7],
        commit_time=datetime.fromtimestamp(commit.timestamp, UTC) if commit.timestamp else EPOCH,
        git_url=commit.url,
        summary=commit.summary,
        dirty=commit.dirty,
    )


def _source_date(env: Mapping[str, str]) -> datetime | None:
    text = env.get("SOURCE_DATE_EPOCH", "")
    if not text:
        return None
    try:
        return datetime.fromtimestamp(int(text), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            "CW0313",
            f"SOURCE_DATE_EPOCH is {text!r}, not seconds since 1970",
            hint="SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)",
        ) from error
