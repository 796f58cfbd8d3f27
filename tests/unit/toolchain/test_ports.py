import pytest

from crosswind.port import Port
from crosswind.target import Target
from crosswind.toolchain import Source, Toolchain, ports
from crosswind.toolchain.bundled import PORTS
from crosswind.toolchain.ports import read
from unit.toolchain.conftest import MakeGo

SOURCE = """\
var List = []OSArch{
\t{"linux", "sparc64"},
\t{"linux", "amd64"},
\t{"js", "wasm"},
}

var distInfo = map[OSArch]osArchInfo{
\t{"linux", "amd64"}:   {CgoSupported: true, FirstClass: true},
\t{"linux", "sparc64"}: {CgoSupported: true, Broken: true},
\t{"js", "wasm"}:        {},
}
"""
EXPECTED = (
    Port("js", "wasm"),
    Port("linux", "amd64", cgo_supported=True, first_class=True),
    Port("linux", "sparc64", cgo_supported=True, broken=True),
)


def test_ports_are_read_from_the_source_that_go_writes() -> None:
    assert read(SOURCE) == EXPECTED


@pytest.mark.parametrize("line", ['\t{"js", "wasm"},\n', '\t{"js", "wasm"}:        {},\n'])
def test_a_source_that_does_not_agree_with_itself_is_not_believed(line: str) -> None:
    assert line in SOURCE
    assert read(SOURCE.replace(line, "")) == ()


def test_a_toolchain_has_the_ports_of_its_own_source(make_go: MakeGo) -> None:
    goroot = make_go("go")
    place = goroot / "src" / "internal" / "platform"
    place.mkdir(parents=True)
    (place / "zosarch.go").write_text(SOURCE)
    chosen = Toolchain("1.26.8", goroot, Source.SYSTEM, Target("linux", "amd64"))
    assert ports(chosen) == EXPECTED


def test_without_a_go_there_is_a_table() -> None:
    assert ports(None) == PORTS
    assert list(PORTS) == sorted(PORTS)
    assert sum(not port.broken for port in PORTS) > 40
