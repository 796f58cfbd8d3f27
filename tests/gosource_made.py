"""Go files made at random: mostly a head that is nearly sound, with a slip of the hand or two."""

from __future__ import annotations

import random

_SPACES = [" ", "\n", "\t", "", "\r\n", ";", "\f", " /* c */ ", "/* a\nb */", "// c\n", "//go:x y\n", "\n\n",
           "//line y.go:7\n", "/*line z.go:3:4*/", "//line :9\n", "// c\r\n", "/*/ x */", "/* *\r/ */",
           "//line a/../b.go:0\n", "//line x:1:x\n", "\u00a0", "\ufeff", "/*line :5:6*/", "//line ./q.go:12:30\n"]  # fmt: skip
_NAMES = ["p", "main", "documentation", "_", ".", "type", "é", "x1", "1x", "C", "a.b", "\u0660x"]
_PATHS = ['"fmt"', '"C"', '"embed"', "`embed`", '"a b"', '""', '"é"', '"\\x41"', '"\\xff"', '"a\\qb"', "'x'", '"open',
          "`open", "`\r\nx`", "12", "0x_", '"\\u00e9"', '"\\ud800"', '"\\400"', '"a/b.c"', "`C`", '"\ufffd"',
          '"\\U00110000"', "'ab'", "'\\''", '"x\\"', "0b12", "1_", "1e", "08", "0x1.p", "1.5i", "08.5", "..", "...", "“x”"]  # fmt: skip
_ODD = ["(", ")", ",", ".", "import", "package", "{", "}", "var", "func", "+", "++", "<<=", "&^", "@", "#", "\0", "\udcff",
        "\udcc3(", "/", "/*", '"', "`", "'", "\\", "i", "return", "~", "\u201c", "\u2028", "x", "0"]  # fmt: skip
_EMBEDS = ["//go:embed a b", '//go:embed "a b" c', "//go:embed `x`", '//go:embed "x"y', "//go:embed", "//go:embedx y",
           "//go:embed\ta\u00a0b", '//go:embed "\\xff" \udcff', " //go:embed all:q", "/* //go:embed no */", '"//go:embed s"',
           "`\n//go:embed r\n`", "'\"' //go:embed c", "//go:embed a\r\rb\r", '//go:embed "\\q"', "//go:embed \udcc3\udca9",
           "/*\n//go:embed x\n*/", '"\\" //go:embed y', "//line w.go:4"]  # fmt: skip


_SOUND = [" ", " ", "\t", " /* c */ "]
_SOUND_NAMES = ["p", "main", "_", ".", "é", "x1"]


def file(dice: random.Random) -> bytes:
    """Make one; every third without slips."""
    maker = _Maker(dice, dice.choice([0.0, 0.1, 0.4]))
    made = "".join(maker.parts()).encode("utf-8", "surrogateescape")
    if made and maker.slip(0.4):
        cut = dice.randrange(len(made))
        made = made[:cut] if dice.random() < 0.5 else made[:cut] + made[cut + 1 :]
    return made


class _Maker:
    def __init__(self, dice: random.Random, wild: float) -> None:
        self._dice, self._wild = dice, wild

    def slip(self, share: float) -> bool:
        return self._dice.random() < share * self._wild

    def parts(self) -> list[str]:
        dice = self._dice
        begin = [
            "",
            "",
            "",
            "\ufeff",
            "// c\n",
            "//go:build x\n\n",
            "//go:debug a=1\n",
            "//line a.go:7\n",
        ]
        parts = [dice.choice(begin)]
        parts += ["package", self._space(), self._name() if self.slip(1) else "p", self._end()]
        for _ in range(dice.choice([0, 1, 1, 2, 3])):
            parts += self._declaration()
        code = ["", "var x = 1\n", "func f() {}\n", "const c = 2\n", "type t int\n"]
        parts.append("iota" if self.slip(0.2) else dice.choice(code))
        if dice.random() < 0.4:
            parts += ["\n".join(dice.choices(_EMBEDS, k=dice.randint(1, 4))), "\n"]
        while self.slip(1):
            parts.insert(dice.randrange(len(parts) + 1), dice.choice(_ODD + _SPACES))
        return parts

    def _declaration(self) -> list[str]:
        comments = [
            "",
            "",
            "// #include <x>\n",
            "/* #cgo CFLAGS: x\n\n*/\n",
            "//go:x\n",
            "// c\n\n",
        ]
        above = self._dice.choice(comments)
        if self._dice.random() < 0.5:
            return [above, "import", self._space(), *self._spec()]
        parts = [above, "import", self._space(), "(", self._space()]
        for _ in range(self._dice.randint(0, 3)):
            parts += ["\n" + above if self._dice.random() < 0.3 else "", *self._spec()]
        return [*parts, ")", self._end()]

    def _spec(self) -> list[str]:
        named = [self._name(), self._space()] if self._dice.random() < 0.3 else []
        path = self._dice.choice(_PATHS if self.slip(1) else _PATHS[:4])
        return [*named, path, self._end()]

    def _name(self) -> str:
        return self._dice.choice(_NAMES if self.slip(1) else _SOUND_NAMES)

    def _space(self) -> str:
        return self._dice.choice(_SPACES if self.slip(1) else _SOUND)

    def _end(self) -> str:
        return self._dice.choice(_SPACES if self.slip(1) else ["\n"])
