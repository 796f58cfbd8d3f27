"""CW190x: what a Windows program carries beside code, and whether Windows can use it."""

from __future__ import annotations

import hashlib
from collections import Counter

from crosswind.binary import buildinfo
from crosswind.binary.pe import PEImage
from crosswind.errors import BuildError, UsageError
from crosswind.verify.expectation import Expectation
from crosswind.verify.fitting import only
from crosswind.verify.verdict import Verdict, failed, passed, warned
from crosswind.windows import icon, manifest, rsrc, version
from crosswind.windows.resource import ResourceTree, ResourceType, describe, type_name

_SHOWN = 3
# What Explorer and the task bar take at 100 %, and the largest view; others are scaled from these.
_ICON_SIZES = (16, 32, 48, 256)
# What .NET tries where Translation leads nowhere, as Explorer does by the comment there
# (System.Diagnostics.FileVersionInfo, FileVersionInfo.Windows.cs): US English with three code pages.
_FALLBACKS = ((0x0409, 1200), (0x0409, 1252), (0x0409, 0))


@only(PEImage)
def as_configured(image: PEImage, expected: Expectation) -> Verdict:
    """CW1901: exactly the resources that were asked for, byte for byte."""
    found = rsrc.read_image(image)
    if expected.resources is None:
        return passed(_counted(found))
    wanted = dict(expected.resources)
    there = {describe(one): hashlib.sha256(one.data).hexdigest() for one in found}
    problems = {
        "missing": [name for name in wanted if name not in there],
        "not asked for": [name for name in there if name not in wanted],
        "other content": [name for name in wanted if name in there and there[name] != wanted[name]],
    }
    said = [f"{what}: {_first(names)}" for what, names in problems.items() if names]
    if said:
        return failed("; ".join(said), "something changed them after they were put in")
    return passed(f"as configured: {_counted(found)}")


def _first(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more


def _counted(found: ResourceTree) -> str:
    """Count resources by type: `9 ICON, 1 GROUP_ICON`."""
    counts = Counter(type_name(resource.type) for resource in found)
    return ", ".join(f"{count} {name}" for name, count in counts.items()) or "none"


@only(PEImage)
def manifest_of(image: PEImage, _expected: Expectation) -> Verdict:
    """CW1902: the manifest is one that Windows takes."""
    number = manifest.LIBRARY_ID if image.is_dll else manifest.PROGRAM_ID
    every = rsrc.read_image(image).of_type(ResourceType.MANIFEST)
    found = [resource for resource in every if resource.name == number]
    if not found:
        if every:
            return warned(
                f"{describe(every[0])} is not where Windows looks",
                f"give it the number {number}: 1 in programs, 2 in libraries",
            )
        return passed("none")
    try:
        facts = manifest.check(found[0].data)
    except BuildError as error:
        return failed(f"{error.subject}: {error.message}".lstrip(": "), error.hint)
    if len(found) > 1:
        languages = ", ".join(f"0x{resource.language:04x}" for resource in found)
        return warned(f"{len(found)} manifests, of languages {languages}", "keep one of them")
    if facts.warnings:
        return warned(facts.warnings[0], "Windows ignores it; correct or remove it")
    settings = [f"level {facts.level or 'asInvoker'}", f"dpi {facts.dpi}"]
    settings += ["long paths"] if facts.is_true("longPathAware") else []
    settings += ["UTF-8"] if facts.settings.get("activeCodePage", "").upper() == "UTF-8" else []
    return passed(", ".join(settings))


@only(PEImage)
def version_of(image: PEImage, _expected: Expectation) -> Verdict:
    """CW1903: the version tab is sound, agrees with itself, and with the module's version."""
    found = rsrc.read_image(image).of_type(ResourceType.VERSION)
    if not found:
        return passed("none")
    try:
        info = version.read(found[0].data)
    except BuildError as error:
        return failed(error.message, error.hint or "make it anew")
    if info.fixed is None:
        return failed("without numbers (VS_FIXEDFILEINFO)", "make it anew")
    if info.translations and info.tables and not _tables(info) & set(info.translations):
        return _untranslated(info)
    texts = {name: text for table in info.tables for name, text in table.strings}
    recorded = buildinfo.read(image)
    module = recorded.main.version if recorded and recorded.main else ""
    odd = _disagreement(info.fixed, texts, module)
    if odd:
        return warned(odd, "make them agree")
    shown = texts.get("ProductVersion") or _spelt(info.fixed.product)
    return passed(", ".join(filter(None, [texts.get("ProductName"), shown])))


def _disagreement(fixed: version.Fixed, texts: dict[str, str], module: str) -> str:
    """Say which versions differ; empty if none do."""
    for name, numbers in (("FileVersion", fixed.file), ("ProductVersion", fixed.product)):
        said = _parsed(texts.get(name, ""))
        if said and said.numbers != numbers:
            return f"{name} says {texts[name]}, its numbers say {_spelt(numbers)}"
    built = _parsed(module)
    # Go counts a commit behind a tag as a prerelease of the next version; others need not.
    if built and not built.prerelease and built.numbers[:3] != fixed.product[:3]:
        return f"ProductVersion is {_spelt(fixed.product)}, the module's version {module}"
    return ""


def _parsed(text: str) -> version.Version | None:
    """Read a version; None if it is none, as `(devel)`."""
    try:
        return version.parse(text)
    except UsageError:
        return None


def _spelt(numbers: version.Numbers) -> str:
    return ".".join(map(str, numbers))


def _tables(info: version.VersionInfo) -> set[tuple[int, int]]:
    return {(table.language, table.code_page) for table in info.tables}


def _untranslated(info: version.VersionInfo) -> Verdict:
    """Say who still finds the strings; the numbers are found by everybody."""
    named = ", ".join(f"{language:04x}/{page:04x}" for language, page in info.translations)
    there = ", ".join(f"{language:04x}/{page:04x}" for language, page in sorted(_tables(info)))
    tries = _tables(info) & set(_FALLBACKS)
    finds = "only who tries US English finds them" if tries else "programs that ask by it find none"
    return warned(
        f"Translation names {named}, the strings are in {there}: {finds}",
        "let Translation name the language and code page of the strings",
    )


@only(PEImage)
def icon_of(image: PEImage, _expected: Expectation) -> Verdict:
    """CW1904: the program's icon is whole, and has the sizes that Windows shows."""
    found = rsrc.read_image(image)
    group = icon.first(found)
    if group is None:
        return passed("none")
    try:
        sizes = icon.to_icon(group, found).sizes
    except BuildError as error:
        return failed(error.message, "Windows shows a blank one; make it anew")
    missing = [size for size in _ICON_SIZES if size not in sizes]
    if missing:
        names = ", ".join(map(str, missing))
        return warned(f"without {names} pixels: Windows scales another size", "give a larger image")
    return passed(f"{', '.join(map(str, sorted(sizes)))} pixels")
