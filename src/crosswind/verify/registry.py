"""Every check in its order. A new one is a function, a line here, and a page of its code."""

from __future__ import annotations

from typing import NamedTuple

from crosswind.verify import (
    buildinfo,
    debug,
    debugfile,
    leaks,
    linking,
    machine,
    macho,
    pdb,
    pe,
    resources,
    signatures,
    variables,
)
from crosswind.verify.fitting import CheckFunction


class CheckSpec(NamedTuple):
    """A check: `function` answers None where it does not fit the file, and is left out then."""

    code: str
    title: str
    function: CheckFunction


CHECKS: tuple[CheckSpec, ...] = (
    CheckSpec("CW1001", "file format", machine.format_of_target),
    CheckSpec("CW1002", "file name", machine.file_name),
    CheckSpec("CW1003", "machine", machine.machine),
    CheckSpec("CW1004", "complete", machine.complete),
    CheckSpec("CW1005", "kind of file", machine.kind),
    CheckSpec("CW1006", "entry point", machine.entry_point),
    CheckSpec("CW1007", "operating system", machine.operating_system),
    CheckSpec("CW1101", "Go build information", buildinfo.present),
    CheckSpec("CW1102", "Go version", buildinfo.go_version),
    CheckSpec("CW1103", "recorded target", buildinfo.target),
    CheckSpec("CW1104", "instruction set level", buildinfo.variant),
    CheckSpec("CW1105", "cgo", buildinfo.cgo),
    CheckSpec("CW1106", "build tags", buildinfo.tags),
    CheckSpec("CW1107", "trimmed paths", buildinfo.trimpath),
    CheckSpec("CW1108", "build mode", buildinfo.buildmode),
    CheckSpec("CW1109", "main package", buildinfo.program),
    CheckSpec("CW1110", "main module", buildinfo.module),
    CheckSpec("CW1111", "revision", buildinfo.revision),
    CheckSpec("CW1112", "uncommitted changes", buildinfo.modified),
    CheckSpec("CW1113", "experiments", buildinfo.experiments),
    CheckSpec("CW1114", "test instruments", buildinfo.instruments),
    CheckSpec("CW1115", "profile", buildinfo.pgo),
    CheckSpec("CW1201", "static or dynamic", linking.linkage),
    CheckSpec("CW1202", "shared libraries", linking.libraries),
    CheckSpec("CW1203", "glibc version", linking.glibc),
    CheckSpec("CW1204", "library search path", linking.search_path),
    CheckSpec("CW1205", "executable stack", linking.executable_stack),
    CheckSpec("CW1206", "writable code", linking.writable_code),
    CheckSpec("CW1207", "text relocations", linking.text_relocations),
    CheckSpec("CW1301", "Windows subsystem", pe.subsystem),
    CheckSpec("CW1302", "address space randomisation", pe.aslr),
    CheckSpec("CW1303", "data execution prevention", pe.dep),
    CheckSpec("CW1304", "high entropy addresses", pe.high_entropy),
    CheckSpec("CW1305", "PE checksum", pe.checksum),
    CheckSpec("CW1306", "PE timestamp", pe.timestamp),
    CheckSpec("CW1307", "section layout", pe.layout),
    CheckSpec("CW1308", "appended data", pe.overlay),
    CheckSpec("CW1309", "PDB path", pe.pdb_path),
    CheckSpec("CW1401", "macOS version", macho.platform),
    CheckSpec("CW1402", "load commands", macho.load_commands),
    CheckSpec("CW1403", "code signature", macho.signed),
    CheckSpec("CW1404", "signed pages", macho.signature),
    CheckSpec("CW1405", "UUID", macho.uuid),
    CheckSpec("CW1406", "signing certificate", signatures.certificate),
    CheckSpec("CW1407", "entitlements", signatures.entitlements),
    CheckSpec("CW1501", "traces of the machine", leaks.traces),
    CheckSpec("CW1502", "source paths", leaks.source_paths),
    CheckSpec("CW1601", "symbol table", debug.symbols),
    CheckSpec("CW1602", "DWARF", debug.dwarf),
    CheckSpec("CW1603", "debug file", debugfile.belongs),
    CheckSpec("CW1604", "separate debug data", debugfile.holds),
    CheckSpec("CW1605", "PDB file", pdb.belongs),
    CheckSpec("CW1701", "injected names", variables.names),
    CheckSpec("CW1702", "injected values", variables.values),
    CheckSpec("CW1901", "resources", resources.as_configured),
    CheckSpec("CW1902", "manifest", resources.manifest_of),
    CheckSpec("CW1903", "version tab", resources.version_of),
    CheckSpec("CW1904", "icon", resources.icon_of),
    CheckSpec("CW1910", "Authenticode", signatures.signed),
    CheckSpec("CW1911", "timestamp", signatures.timestamp),
    CheckSpec("CW1912", "unsigned data", signatures.unsigned_data),
)

# What can be asked of a file that holds debug data and no code: nothing loads it, nothing starts it.
OF_DEBUG_DATA = frozenset(
    {"CW1001", "CW1003", "CW1004", "CW1005", "CW1007", "CW1405", "CW1502", "CW1601", "CW1602"}
)

# It reports what the others found damaged.
LAST = "CW1004"
