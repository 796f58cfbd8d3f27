"""Which files C sources take in."""

from __future__ import annotations

import pytest

from crosswind.gosource.csource import Includes, closure, includes


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('#include "a.h"\n  #\tinclude <b/c.h>\n', Includes(("a.h",), ("b/c.h",))),
        ('int x; // #include "no.h"\n', Includes()),
        ('# import "m.h"\r\n#include_next "n.h"\n#embed "data.bin" limit(3)\n',
         Includes(("m.h", "n.h", "data.bin"))),
        ('#include \\\n"long.h"\n', Includes(("long.h",))),
        ('#include/**/"c.h"\n', Includes(("c.h",))),
        ("#include HEADER\n", Includes(computed=True)),
        ('\t.incbin "blob.bin"\n.include "macros.inc"\n', Includes(("blob.bin", "macros.inc"))),
        ('??=include "t.h"\n%:include "d.h"\n', Includes(("t.h", "d.h"))),
        ("#included x\n#define include\n", Includes()),
    ],
)  # fmt: skip
def test_names_that_are_taken_in(text, found):
    assert includes(text.encode()) == found


FILES = {
    "a.h": b'#include "sub/b.h"\n#include <stdio.h>',
    "sub/b.h": b'#include "c.h"\n#include "../a.h"',
    "sub/c.h": b"",
    "inc/d.h": b'#include "d.h"',
    "other.h": b"",
}


def test_files_are_followed_beside_each_other_and_by_folders():
    reached = closure([("x.c", b'#include "a.h"\n#include <d.h>')], ["", "inc"], FILES.get)
    assert reached.files == {"a.h", "sub/b.h", "sub/c.h", "inc/d.h"}
    assert reached.missing == {"stdio.h"}
    assert not reached.computed


def test_an_endless_supply_of_files_has_an_end():
    count = iter(range(1_000_000))
    endless = closure(
        [("x.c", b'#include "0"')], [""], lambda _: f'#include "{next(count)}x"'.encode()
    )
    assert endless.computed
    deeper = closure([("x.c", b'#include "a/x"')], [""], lambda _: b'#include "a/x"')
    assert max(map(len, deeper.files)) < 4096
