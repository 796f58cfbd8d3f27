"""Version control: what Go stamps into programs, and what versions are made from."""

from __future__ import annotations

from datetime import UTC, datetime

from crosswind.doctor import mend
from crosswind.doctor.facts import Facts
from crosswind.doctor.line import Verdict, failed, fine, harmless, missing, unchecked, warned

# Seconds by which clocks of different machines may disagree before anyone is misled.
_CLOCK_TOLERANCE = 300
_NO_REPOSITORY = "there is no repository"


def _stamp(facts: Facts) -> str:
    """The -buildvcs that counts: false if every unit has it off, true if one insists, else auto."""
    values = {facts.flag(unit, "buildvcs") for unit in facts.targets.units} or {""}
    if "true" in values:
        return "true"
    return "false" if values == {"false"} else "auto"


def installed(facts: Facts) -> Verdict:
    """Is git there where it is needed."""
    git = facts.git
    if git.program:
        return fine(git.program)
    change = mend.install("git", facts.host.installer)
    if not git.marked:
        return harmless("git is not installed", _NO_REPOSITORY, change)
    if _stamp(facts) == "true":
        return missing("git is not installed", "Go needs it for -buildvcs=true", change)
    why = "Go leaves out the stamp of revision and version without a word"
    return warned("git is not installed", why, change)


def repository(facts: Facts) -> Verdict:
    """Can git read the repository."""
    git = facts.git
    if not git.marked:
        return harmless("no repository", "programs carry no revision, and the version is 0.0.0")
    if not git.program:
        return unchecked("git is not installed")
    if not git.refusal:
        return fine(str(git.root))
    first = git.refusal.partition("\n")[0]
    change = next(
        (line.strip() for line in git.refusal.splitlines() if "--add safe.directory" in line),
        "git status",
    )
    if _stamp(facts) == "false":
        return harmless(first, "with -buildvcs=false Go does not ask git", change)
    why = "Go asks git for the stamp and fails: error obtaining VCS status: exit status 128"
    return failed(first, why, change)


def commit(facts: Facts) -> Verdict:
    """Is there a commit to stamp."""
    if facts.git.root is None:
        return harmless("no commit", _NO_REPOSITORY)
    if facts.git.time is None:
        why = "programs carry no revision, and the version is 0.0.0"
        return warned("the repository has no commit", why, "git add -A && git commit -m 'Begin'")
    return fine(f"the newest is of {_date(facts.git.time)}")


def tree(facts: Facts) -> Verdict:
    """Is the working tree as committed."""
    git = facts.git
    if git.root is None:
        return harmless("no working tree", _NO_REPOSITORY)
    if not git.changes:
        return fine("nothing is uncommitted")
    found = f"{git.changes} files differ from the commit, or are unknown to git"
    if _stamp(facts) == "false":
        why = "no stamp is made; only the version becomes a snapshot's"
    else:
        why = "programs are stamped vcs.modified=true, and their version ends in +dirty"
    return warned(found, why, "git stash --include-untracked")


def history(facts: Facts) -> Verdict:
    """Is the history complete enough to find the version."""
    git = facts.git
    if git.root is None:
        return harmless("no history", _NO_REPOSITORY)
    if not git.shallow:
        return fine("complete")
    if git.tag and git.distance == 0:
        return harmless("a shallow clone", f"the commit itself has the tag {git.tag}")
    why = "older tags are missing, so the version and the stamp differ from a full clone's"
    return warned("a shallow clone", why, "git fetch --unshallow --tags")


def tags(facts: Facts) -> Verdict:
    """Is there a tag to name a version after."""
    git = facts.git
    if git.root is None:
        return harmless("no tag", _NO_REPOSITORY)
    if git.tag:
        behind = f", {git.distance} commits ago" if git.distance else ", on this commit"
        return fine(f"{git.tag}{behind}")
    change = "git tag v0.1.0"
    if not _wants_version(facts):
        return harmless("no tag is reachable", "no template of this project uses a version", change)
    why = "{{ .Version }} becomes 0.0.0 with -SNAPSHOT and the commit behind it"
    return warned("no tag is reachable", why, change)


def _wants_version(facts: Facts) -> bool:
    """Whether a linker flag or variable is made from the version."""
    texts = [
        text
        for unit in facts.targets.units
        for text in (*unit.settings.ldflags, *(value for _, value in unit.settings.variables))
    ]
    return any(name in text for text in texts for name in (".Version", ".Tag", ".Summary"))


def results(facts: Facts) -> Verdict:
    """Does git ignore the folder of results."""
    dist = facts.project.config.dist
    if facts.git.root is None:
        return harmless(f"{dist} is not ignored", _NO_REPOSITORY)
    if facts.git.dist_ignored:
        return fine(f"git ignores {dist}")
    why = "after the first build the tree counts as changed, and programs as vcs.modified=true"
    return warned(f"git does not ignore {dist}", why, f"echo '/{dist}/' >> .gitignore")


def clock(facts: Facts) -> Verdict:
    """Is this host's clock ahead of the newest commit."""
    now, newest = facts.host.now, facts.git.time
    if newest is None:
        return harmless(_date(now), "there is no commit to compare it with")
    if newest - now > _CLOCK_TOLERANCE:
        why = f"the newest commit is of {_date(newest)}; certificates may count as not yet valid"
        return warned(f"the clock says {_date(now)}", why, _set_clock(facts.host.goos))
    return fine(f"{_date(now)}, after the newest commit")


def _set_clock(goos: str) -> str:
    commands = {"windows": "w32tm /resync", "darwin": "sudo systemsetup -setusingnetworktime on"}
    return commands.get(goos, "timedatectl set-ntp true")


def _date(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M UTC")
