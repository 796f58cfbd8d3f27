"""Manifests from settings, and given ones taken apart."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.errors import BuildError, UsageError
from crosswind.windows import manifest
from crosswind.windows.manifest import Dpi, Level, ManifestSettings, System

ROOT = '<assembly xmlns="urn:schemas-microsoft-com:asm.v1" manifestVersion="1.0">{}</assembly>'
TRUST = (
    '<trustInfo xmlns="urn:schemas-microsoft-com:asm.v{}"><security><requestedPrivileges>'
    '<requestedExecutionLevel level="{}"/></requestedPrivileges></security></trustInfo>'
)


def made(**settings):
    return manifest.check(manifest.write(ManifestSettings(**settings)))


def test_defaults_ask_for_no_rights_sharp_text_and_long_paths():
    facts = made()
    assert (facts.level, facts.ui_access, facts.dpi) == ("asInvoker", False, "permonitorv2")
    assert facts.settings["dpiAware"] == "true/pm"
    assert facts.is_true("longPathAware")
    assert facts.systems == ("Windows 10", "Windows 8.1", "Windows 8", "Windows 7")
    assert not facts.common_controls
    assert facts.warnings == ()


@given(
    st.builds(
        ManifestSettings,
        level=st.sampled_from(Level),
        ui_access=st.booleans(),
        dpi=st.just(Dpi.UNAWARE),
        long_paths=st.booleans(),
        utf8=st.booleans(),
        supported_os=st.sampled_from(System),
        common_controls=st.booleans(),
        gdi_scaling=st.booleans(),
        segment_heap=st.booleans(),
        name=st.text(st.characters(codec="ascii", min_codepoint=33)),
        version=st.tuples(*[st.integers(0, 0xFFFF)] * 4),
        description=st.text(st.characters(min_codepoint=32, exclude_categories=("Cs",))),
    )
)
def test_what_is_written_is_read_back(settings):
    data = manifest.write(settings)
    ET.fromstring(data)
    facts = manifest.check(data)
    assert (facts.level, facts.ui_access, facts.dpi) == (
        settings.level,
        settings.ui_access,
        "unaware",
    )
    assert facts.is_true("longPathAware") == settings.long_paths
    assert facts.is_true("gdiScaling") == settings.gdi_scaling
    assert facts.settings.get("activeCodePage") == ("UTF-8" if settings.utf8 else None)
    assert facts.common_controls == settings.common_controls
    assert facts.name == settings.name
    assert facts.description == settings.description.strip()
    assert len(facts.systems) == len(System) - list(System).index(settings.supported_os)
    assert facts.warnings == ()


def test_gdi_scaling_needs_a_program_that_is_unaware():
    with pytest.raises(UsageError, match="gdi_scaling has no effect") as caught:
        manifest.write(ManifestSettings(gdi_scaling=True))
    assert caught.value.code == "CW0753"


def test_the_number_tells_programs_from_libraries():
    assert [manifest.resource(b"", library=flag).key for flag in (False, True)] == [
        (24, 1, 0x409),
        (24, 2, 0x409),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_with_a_mark_are_read(encoding):
    assert manifest.check(
        ROOT.format(TRUST.format(2, "highestAvailable")).encode(encoding)
    ).level == ("highestAvailable")


@pytest.mark.parametrize(
    ("text", "code", "subject", "message"),
    [
        ("", "CW0750", "m:1:1", "no element found"),
        ("this is no XML", "CW0750", "m:1:1", "syntax error"),
        (ROOT.format("\n <a></b>"), "CW0750", "m:2:7", "mismatched tag"),
        ("<a b='1' b='2'/>", "CW0750", "m:1:10", "duplicate attribute"),
        ('<?xml version="1.0" encoding="nonsense"?><a/>', "CW0750", "m:1:31", "unknown encoding"),
        ("<assembly/>", "CW0751", "m:1:1", "is no manifest"),
        (ROOT.replace("1.0", "2.0").format(""), "CW0751", "m:1:1", "manifestVersion is '2.0'"),
        (
            ROOT.format(TRUST.format(3, "admin")),
            "CW0751",
            "m:1:157",
            "unknown execution level 'admin'",
        ),
        (
            ROOT.format('<assemblyIdentity name="A" version="1"/>'),
            "CW0751",
            "m:1:74",
            "version is '1'",
        ),
        ('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "CW0752", "m:1:13", "document type"),
        ("<a>" * 100, "CW0751", "m:1:1", "is no manifest"),
        (ROOT.format("<a>" * 100), "CW0752", "m:1:263", "too many elements"),
        (" " * (1 << 20) + "<a/>", "CW0752", "m", "1048580 bytes"),
    ],
)
def test_bad_manifests_are_refused_with_their_place(text, code, subject, message):
    with pytest.raises(BuildError, match=message) as caught:
        manifest.check(text.encode(), "m")
    assert (caught.value.code, caught.value.subject) == (code, subject)


@pytest.mark.parametrize(
    ("aware", "awareness", "dpi"),
    [
        ("true/PM", None, "permonitor"),
        ("Per Monitor", None, "permonitor"),
        ("True", None, "system"),
        ("anything", None, "unaware"),
        ("true", "PerMonitorV2, unaware", "permonitorv2"),
        ("true", "later, system", "system"),
        ("true", "later", "unaware"),
    ],
)
def test_awareness_is_what_windows_makes_of_both_elements(aware, awareness, dpi):
    space = 'xmlns="http://schemas.microsoft.com/SMI/{}/WindowsSettings"'
    elements = f"<dpiAware {space.format(2005)}>{aware}</dpiAware>"
    if awareness:
        elements += f"<dpiAwareness {space.format(2016)}>\n {awareness}\n</dpiAwareness>"
    text = ROOT.format(
        '<application xmlns="urn:schemas-microsoft-com:asm.v3"><windowsSettings>'
        f"{elements}</windowsSettings></application>"
    )
    assert manifest.check(text.encode()).dpi == dpi


def test_the_case_of_values_does_not_matter():
    text = ROOT.format(TRUST.format(3, "REQUIREadministrator"))
    assert manifest.check(text.encode()).level == "requireAdministrator"


def test_what_windows_leaves_out_is_told():
    text = ROOT.format(
        '<application xmlns="urn:schemas-microsoft-com:asm.v3"><windowsSettings>'
        '<longPathAware xmlns="http://schemas.microsoft.com/SMI/2005/WindowsSettings">true'
        "</longPathAware></windowsSettings></application>"
        '<compatibility xmlns="urn:schemas-microsoft-com:compatibility.v1"><application>'
        '<supportedOS Id="{00000000-0000-0000-0000-000000000000}"/></application></compatibility>'
    )
    facts = manifest.check(text.encode())
    assert not facts.is_true("longPathAware")
    assert len(facts.warnings) == 2
    assert "1:226: Windows leaves out longPathAware" in facts.warnings[0]
    assert "is no system that is known" in facts.warnings[1]
