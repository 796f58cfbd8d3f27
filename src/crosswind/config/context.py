"""What a template knows: plain values, under the names that GoReleaser's users know."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import UTC, datetime

from crosswind.frozen import frozen
from crosswind.port import ARCHS
from crosswind.target import Target

EPOCH = datetime.fromtimestamp(0, UTC)

# semver.org, the suggested regular expression, here with the `v` of Go's tags in front.
_SEMVER = r"v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?\Z"


@frozen
class TemplateContext:
    """The values behind `{{ .Names }}`.

    Attributes:
        project_name: `.ProjectName`.
        module_path: `.ModulePath`, from go.mod.
        version: `.Version`, without a leading `v`.
        tag: `.Tag`, the commit's tag; empty if it has none.
        previous_tag: `.PreviousTag`.
        branch: `.Branch`.
        commit: `.Commit` and `.FullCommit`, in hex.
        short_commit: `.ShortCommit`.
        commit_time: `.CommitDate` and `.CommitTimestamp`; aware. 1970 without a commit.
        time: `.Date`, `.Timestamp`, `.Now`; None for the commit's time, which keeps builds
            reproducible.
        git_url: `.GitURL`, the remote's.
        summary: `.Summary`, as `git describe` gives it.
        dirty: `.IsGitDirty`, `.IsGitClean`, `.GitTreeState`.
        snapshot: `.IsSnapshot`.
        binary: `.Binary`, the program's name.
        target: `.Os`, `.Arch`, their variants, `.Target` and `.Ext`; None where no single target
            is meant, and then these names are unknown.
        env: `.Env`, what templates may ask for; never shown as a whole.
        goos, goarch: `.Runtime.Goos`, `.Runtime.Goarch`: the building host.
    """

    project_name: str
    module_path: str = ""
    version: str = ""
    tag: str = ""
    previous_tag: str = ""
    branch: str = ""
    commit: str = ""
    short_commit: str = ""
    commit_time: datetime = EPOCH
    time: datetime | None = None
    git_url: str = ""
    summary: str = ""
    dirty: bool = False
    snapshot: bool = False
    binary: str = ""
    target: Target | None = None
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    goos: str = ""
    goarch: str = ""

    @property
    def now(self) -> datetime:
        """The build's time."""
        return self.time or self.commit_time

    def names(self) -> dict[str, object]:
        """Return every name but `.Env`, `.Now` and `.Runtime` with its value."""
        major, minor, patch, prerelease = semver(self.tag) or semver(self.version) or (0, 0, 0, "")
        return {
            "ProjectName": self.project_name,
            "ModulePath": self.module_path,
            "Version": self.version,
            "RawVersion": f"{major}.{minor}.{patch}",
            "Major": major,
            "Minor": minor,
            "Patch": patch,
            "Prerelease": prerelease,
            "Tag": self.tag,
            "PreviousTag": self.previous_tag,
            "Summary": self.summary,
            "Branch": self.branch,
            "Commit": self.commit,
            "FullCommit": self.commit,
            "ShortCommit": self.short_commit,
            "CommitDate": rfc3339(self.commit_time),
            "CommitTimestamp": int(self.commit_time.timestamp()),
            "Date": rfc3339(self.now),
            "Timestamp": int(self.now.timestamp()),
            "GitURL": self.git_url,
            "IsGitDirty": self.dirty,
            "IsGitClean": not self.dirty,
            "GitTreeState": "dirty" if self.dirty else "clean",
            "IsSnapshot": self.snapshot,
            "Binary": self.binary,
            **(_target_names(self.target) if self.target else {}),
        }


# GoReleaser's name for the variant of each GOARCH (its templates page, "Single-artifact extra
# fields"); .Mips serves all four MIPS ports.
_VARIANT_NAMES = {
    "amd64": "Amd64", "arm64": "Arm64", "arm": "Arm", "386": "I386", "riscv64": "Riscv64",
    "mips": "Mips", "mipsle": "Mips", "mips64": "Mips", "mips64le": "Mips",
    "ppc64": "Ppc64", "ppc64le": "Ppc64",
}  # fmt: skip


def _target_names(target: Target) -> dict[str, object]:
    names: dict[str, object] = dict.fromkeys(_VARIANT_NAMES.values(), "")
    arch = ARCHS.get(target.goarch)
    if arch and arch.variant and target.goarch in _VARIANT_NAMES:
        names[_VARIANT_NAMES[target.goarch]] = target.variant or arch.variant.default
    return {
        "Os": target.goos,
        "Arch": target.goarch,
        "Target": target.slug,
        "Ext": target.exe_suffix,
        **names,
    }


def semver(text: str) -> tuple[int, int, int, str] | None:
    """Return major, minor, patch and prerelease of a version; None if it is none."""
    found = re.match(_SEMVER, text)
    return (int(found[1]), int(found[2]), int(found[3]), found[4] or "") if found else None


def rfc3339(time: datetime) -> str:
    """Spell a time as Go's `time.RFC3339` does, in UTC, to the second."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
