"""The locks in requirements/ fit pyproject.toml and one another; `make lock` renews them."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
NAMES = ("base", "build", "dev")


def wanted(name: str) -> list[Requirement]:
    """The requirements of NAME.in, without its comments and options."""
    lines = (FOLDER / f"{name}.in").read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if line and line[0] not in "#-"]


def entries(name: str) -> Iterator[tuple[str, list[str]]]:
    """Each pin of NAME.txt with its options: one line each, once continued lines are joined."""
    text = (FOLDER / f"{name}.txt").read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        if line and not line.lstrip().startswith("#"):
            pin, *options = line.split(" --")
            yield pin.strip(), options


def pinned(name: str) -> dict[str, set[str]]:
    """Versions by package in NAME.txt; markers may pin several of one package."""
    versions: dict[str, set[str]] = {}
    for pin, _ in entries(name):
        requirement = Requirement(pin)
        version = str(requirement.specifier).removeprefix("==")
        versions.setdefault(canonicalize_name(requirement.name), set()).add(version)
    return versions


def _unmet(name: str) -> Iterator[str]:
    pins = pinned(name)
    for requirement in wanted(name):
        versions = pins.get(canonicalize_name(requirement.name), set())
        if not any(requirement.specifier.contains(version) for version in versions):
            yield f"{name}.txt: no pin for {requirement}"


def _unhashed(name: str) -> Iterator[str]:
    for pin, options in entries(name):
        if not options or not all(option.startswith("hash=sha256:") for option in options):
            yield f"{name}.txt: {pin} wants hashes and nothing else"


def _unlike_dev(name: str) -> Iterator[str]:
    dev = pinned("dev")
    for package, versions in pinned(name).items():
        if not versions <= dev.get(package, set()):
            yield f"{name}.txt: {package} differs from dev.txt"


def _unlike_project() -> Iterator[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    declared = {str(Requirement(text)) for text in project["dependencies"]}
    for difference in sorted(declared ^ {str(requirement) for requirement in wanted("base")}):
        yield f"base.in and pyproject.toml disagree on {difference}"


def problems() -> list[str]:
    """All that does not fit."""
    rules = (_unmet, _unhashed, _unlike_dev)
    found = [problem for rule in rules for name in NAMES for problem in rule(name)]
    return [*found, *_unlike_project()]


def main() -> int:
    """Print the problems; 1 if there are any."""
    found = problems()
    print("\n".join(found) or f"locks: {len(pinned('dev'))} packages pinned and hashed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
