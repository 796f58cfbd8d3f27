"""Which flags of `#cgo` lines are refused: the go command itself says it of some hundred."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crosswind.gosource.safe_flags import SafeFlags, Tool, go_pattern, is_safe_word


def words(text: str) -> list[str]:
    return text.split()


# Beside those of Go's own tests: corners of the regular expressions, and flags that people use.
COMPILER = words("""
-DX= -DX=a-b -DX=a@b -D1X -D -U -UX1 -UX=1 -I -I=/x -I -I,x -F -Fx -O0 -Ofast -O-1 -O, -W -W, -Wa, -Wl,-s -Wp,-DX=1,-I/x
-Wp,-DX=1 -Wp,-UX, -Wa,-mbig-obj -Wa,-mbig-objx -Werror=x -Wno-error -Wp -Wx@y -ansi -ansix -fblocks -fno-blocks -fno-builtin-
-fno-builtin-memcpy -fbuiltin-memcpy -fno-builtin-a.b -fcommon -fdebug-prefix-map=a=b -fdebug-prefix-map=a@=b
-fdebug-prefix-map==b -ffile-prefix-map=a= -ffile-prefix-map=a=b=c -fno-canonical-system-headers -fcanonical-system-headers
-finput-charset=utf-8 -finput-charset=-x -finput-charset= -flto -flto=thin -fno-lto -fmacro-backtrace-limit=0 -fmessage-length=
-fmodules -fopenmp -fopenmp-simd -fopenmp-simdx -fno-openmp -fpermissive -fpic -fPic -fno-PIE -fplt -fplugin=x.so
-fplugin-arg-x -fsanitize=address -fsanitize= -fstack-protector-strong -fstack- -fsigned-char -funsigned-char -fuse-ld=lld
-fsanitize-undefined-strip-path-components=-1 -fsanitize-undefined-strip-path-components=--1 -ftemplate-depth-9
-ftemplate-depth=9 -ftls-model=local-exec -ftls-model=x -fvisibility=hidden -fvisibility= -fvisibility-inlines-hidden -ffast-math
-funroll-loops -fwrapv -ftrapv -fno-strict-aliasing -fno-strict-overflow -g -g0 -g@ -g- -gdwarf-4 -m32 -m64 -m33 -march=native -march=
-mtune=x,y -msse4.2 -msse4.2x -mno-sse -mssse3 -mavx512f -mavx-512 -mno-avx2 -maes -mno-vaes -mvaesx -mcmodel=large -mcmodel=Large
-mfpmath=sse,387 -mfpmath=sse+387 -mfpu=neon -mfloat-abi=hard -msoft-float -mhard-float -mmacosx-version-min=11 -mms-bitfields
-mthumb -mthumb-interwork -mthumb-x -mthreads -mwindows -mconsole -mpclmul -mbmi2 -nostdinc -nostdlib -no-canonical-prefixes -p
--param=ssp-buffer-size=4 --param=ssp-buffer-size= --param=x=4 -pedantic -pedantic-errors -pedantic-x -pipe -pthread -pthreads
--static -static -std=c11 --std=c11 ---std=c11 -std= -stdlib=libc++ --sysroot=/x --sysroot=-x -w -ww -x -xc -v -vv -save-temps
-isystem -include -imacros -target -isysroot -iquote -idirafter -arch -Xclang -Xpreprocessor -specs=x -B/x -wrapper -dumpbase
-Wl,--push-state -Wl,--push-state,-s -fdiagnostics-color -ffunction-sections -fdata-sections -Qunused-arguments @file -Z+ x.o
""")
LINKER = words("""
-lm -l -l- -l@x -l:libx.a -L -L. -L- -L=x -L$ORIGIN -O -O2 -flat_namespace -flto -fuse-ld=gold -fsanitize=address -fsanitize=-x -g -pthread
-rdynamic -shared -shared-libgcc -static -static-libgcc -static-libstdc++ -static_x --static --static-pie ---static -v -w -s -pie -PIE -pIe
-lto_library -lto_libraryx -lto -Wl,--allow-multiple-definition -Wl,--no-allow-multiple-definition -Wl,--allow-shlib-undefined
-Wl,--as-needed -Wl,--no-as-needed -Wl,-as-needed -Wl,-Bdynamic -Wl,-Bstatic,-lm -Wl,-Bsymbolic -Wl,-Bsymbolic-functions -Wl,-O1 -Wl,-O
-Wl,-dn -Wl,-dx -Wl,-e=main -Wl,-e,main -Wl,-e,_main -Wl,-e -Wl,--enable-new-dtags -Wl,--export-dynamic -Wl,-E -Wl,-Ex -Wl,-framework,
-Wl,-framework,X -Wl,-framework,-X -Wl,-framework,X,Y -Wl,--gc-sections -Wl,--hash-style=gnu -Wl,--hash-style=x -Wl,--no-undefined
-Wl,--pop-state -Wl,--pop-state,-s -Wl,--push-state -Wl,--push-state, -Wl,--push-state,--as-needed -Wl,--push-state,--as-needed,-s
-Wl,--push-state,-lm -Wl,--push-state,-plugin -Wl,--push-state,--pop-state,-x -Wl,-R,/x -Wl,-R/x -Wl,-R,-x -Wl,-Rx,y -Wl,-R -Wl,--just-symbols=x
-Wl,--just-symbols,-x -Wl,-rpath,/x -Wl,-rpath=/x -Wl,-rpath=@x -Wl,-rpath -Wl,-rpath-link,/x -Wl,-rpath,/x,-s -Wl,-rpathx -Wl,-s -Wl,-S
-Wl,-search_paths_first -Wl,-sectcreate,a,b,c -Wl,-sectcreate,a,b -Wl,-sectcreate,a,b,-c -Wl,--start-group -Wl,--end-group -Wl,-static
-Wl,--static -Wl,---static -Wl,--subsystem,windows -Wl,-subsystem,console -Wl,--subsystem,x -Wl,-syslibroot,/x -Wl,-syslibroot=-x
-Wl,-undefined,dynamic_lookup -Wl,-undefined=x -Wl,-unresolved-symbols=ignore-all -Wl,-unresolved-symbols=a,b -Wl,--warn-common
-Wl,--no-warn-mismatch -Wl,--warn-a,b -Wl,--wrap=x -Wl,-wrap,x -Wl,--wrap,-x -Wl,-z,now -Wl,-z,relro,-z,now -Wl,-z,lazy -Wl,-z -Wl,-z,execstack
-Wl,-z,noexecstack,-z,x -Wl,--version-script=x -Wl,-T,x -Wl,-plugin,x -Wl,-headerpad_max_install_names -headerpad_max_install_names
-framework -framework_x -mwindows -mthreads -mconsole -march=x -mcmodel=x -mmacosx-version-min=11 -F -Fx -F@ x.o x.obj x.a ./x.so ../x.o /x/y.dylib
_x.dll .x.o x.o.bad x.tbd -x.o @x.o x.so.1 -isysroot -target -arch -I/x -DX -Wall -nostdlib -nodefaultlibs -u -e -T -specs=x -B/x
""")
PKG_CONFIG = words("""
--static --shared --cflags --libs --libs-only-l --libs-only-other --define-variable=a=b --define-variable=a=-b --define-variable=1=b
--atleast-version=1.2.3 --atleast-version=1.2 --variable=x --variable=x-y --with-path=/x --with-path=-x --msvc-syntax --personality=triplet
--personality=x --maximum-traverse-depth=9 --maximum-traverse-depth=x --log-file=x --debug --relocate=x --exists -x --
""")
_WITH_NEXT = (
    "-I",
    "-L",
    "-l",
    "-D",
    "-framework",
    "-Wl,-framework",
    "-Wl,-rpath",
    "-include",
    "-x",
)
_FOLLOWING = (
    "x", "/x", "-x", "@x", "=x", "=-x", "$SYSROOT/x", "世界", ".x", "_x", "1", "-Wl,x", "-Wl,-x", "-Wl,x,y",
)  # fmt: skip


def go_env(name: str) -> str:
    done = subprocess.run(["go", "env", name], check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def source() -> Path:
    return Path(go_env("GOROOT"), "src/cmd/go/internal/work")


def cases(source: Path) -> list[tuple[Tool, str, tuple[str, ...]]]:
    """Each is flags of one line, and what they are for."""
    text = (source / "security_test.go").read_text(encoding="utf-8")
    found = []
    for tool, verb, own in ((Tool.COMPILER, "CFLAGS", COMPILER), (Tool.LINKER, "LDFLAGS", LINKER)):
        of_go = []
        for body in re.findall(rf"var (?:good|bad){tool}Flags = .*?\n}}", text, re.DOTALL):
            lines = re.findall(r"^\t\{(.*)\},$", body, re.MULTILINE)
            of_go += [tuple(re.findall(r'"([^"]*)"', line)) for line in lines]
        assert len(of_go) > 50
        pairs = [(first, then) for first in _WITH_NEXT for then in _FOLLOWING]
        lines = [*of_go, *((one,) for one in own), *pairs]
        found += [(tool, verb, line) for line in lines]
    found += [(Tool.PKG_CONFIG, "pkg-config", (one,)) for one in PKG_CONFIG]
    return list(dict.fromkeys(found))


def test_go_refuses_the_same_flags(source: Path, tmp_path: Path) -> None:
    safe = SafeFlags((source / "security.go").read_text(encoding="utf-8"))
    (tmp_path / "go.mod").write_text("module example.com/m\n\ngo 1.24\n")
    verbs: dict[str, tuple[Tool, str]] = {}
    for number, (tool, verb, flags) in enumerate(cases(source)):
        folder = tmp_path / f"p{number}"
        folder.mkdir()
        text = f'package p\n\n// #cgo {verb}: {" ".join(flags)}\nimport "C"\n'
        (folder / "a.go").write_text(text, encoding="utf-8")
        verbs[f"example.com/m/p{number}"] = tool, verb
    env = {**os.environ, "CGO_ENABLED": "1", "GOFLAGS": "-buildvcs=false", "PKG_CONFIG": "true"}

    def go(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["go", *command], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
        )

    # What go/build refuses before, or makes of a path, is its affair.
    asked = "ImportPath,Error,CgoCFLAGS,CgoLDFLAGS,CgoPkgConfig"
    listed = list(documents(go("list", "-e", f"-json={asked}", "./...").stdout))
    readable = {one["ImportPath"]: one for one in listed if "Error" not in one}
    said = go("build", "-n", *sorted(readable)).stderr
    refused = dict(
        re.findall(r"^(?:go build )?(example\.com/\S+): (invalid .*)$", said, re.MULTILINE)
    )
    wrong = []
    for path, document in readable.items():
        tool, verb = verbs[path]
        flags = document.get({"pkg-config": "CgoPkgConfig"}.get(verb, f"Cgo{verb}"), [])
        ours, theirs = said_of(safe, tool, verb, flags), refused.get(path, "").partition(" (see")[0]
        if ours != theirs:
            wrong.append((flags, ours, theirs))
    assert not wrong
    assert len(readable) > 500
    assert 100 < len(refused) < len(readable) - 100


def documents(text: str) -> Iterator[dict[str, Any]]:
    decoder, at = json.JSONDecoder(), 0
    while at < len(text.rstrip()):
        document, at = decoder.raw_decode(text, at)
        yield document
        at += 1


def said_of(safe: SafeFlags, tool: Tool, verb: str, flags: list[str]) -> str:
    if tool is Tool.PKG_CONFIG:
        if names := [one for one in flags if not one.startswith("--") and not is_safe_word(one)]:
            return f"invalid pkg-config package name: {names[0]}"
        found = safe.refused(tool, [one for one in flags if one != "--" and one.startswith("--")])
        return f"invalid flag in pkg-config: {found.words}" if found else ""
    found = safe.refused(tool, flags)
    return f"invalid flag in #cgo {verb}: {found.words}" if found else ""


@pytest.mark.parametrize(
    ("allow", "disallow", "flag", "fine"),
    [
        ("-fplugin=.*", None, "-fplugin=x.so", True),
        ("-fplugin", None, "-fplugin=x.so", False),
        ("-fplugin=.*", "-fplugin=x.*", "-fplugin=x.so", False),
        (None, "-Wall", "-Wall", False),
        (None, "-Wal", "-Wall", True),
        ("-f(a|ab)", None, "-fab", False),
        ("-fa$", None, "-fa", True),
    ],
)
def test_variables_widen_and_narrow(
    source: Path, allow: str | None, disallow: str | None, flag: str, fine: bool
) -> None:
    safe = SafeFlags((source / "security.go").read_text(encoding="utf-8"))
    patterns = [go_pattern(one) if one else None for one in (allow, disallow)]
    assert (safe.refused(Tool.COMPILER, [flag], *patterns) is None) == fine
