"""Fuzz the readers of executables: damaged input may raise FormatError, nothing else, and soon.

    python prove/fuzz_readers.py pe --count 200000 --seed 1

Real programs are mutated where it hurts. Which bytes those are is not written here: one reading of
the sound file is recorded, and the bytes that the reader asked for are the fields. Mutations are
made in place and taken back, so even a seed of megabytes costs microseconds per input.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import random
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from crosswind.binary import buildinfo, codesign, golines, gosymbols
from crosswind.binary.image import Image
from crosswind.binary.macho import MachOImage
from crosswind.binary.pe import PEImage
from crosswind.binary.view import FormatError, View
from crosswind.darwin import adhoc
from crosswind.errors import BuildError
from crosswind.signature import apple, authenticode

# CPU seconds that one input may take.
LIMIT = 1.0
# What is read in one piece and is larger than this counts as content: only its start is mutated.
FIELD_BYTES = 4096
# Of the inputs, one in so many also runs what a reader lists as slow.
SLOW_EVERY = 64
# Seeds whose tables are smaller than this are mutated equally often.
SMALL = 1 << 13
# Files that are small enough to be signed each time.
SMALL_FILE = 1 << 18
BOUNDARIES = tuple(
    sorted(
        {0, 1, 2, 3, 4, 5, 7, 8, 16, 18, 20, 24, 40, 64, 0x1000, 0x10000}
        | {(1 << bits) - 1 for bits in (7, 8, 15, 16, 31, 32, 62, 63, 64)}
        | {1 << bits for bits in (7, 15, 24, 31, 63)}
    )
)


@dataclass(frozen=True)
class Reader:
    """How to fuzz one reader.

    Attributes:
        module: has a function `read(View)`.
        builds: Go programs to mutate: GOOS/GOARCH, then flags of `go build`.
        slow: methods whose cost grows with the file and hangs on no field of it.
    """

    module: str
    builds: tuple[tuple[str, ...], ...]
    slow: frozenset[str] = frozenset()

    @property
    def read(self) -> Callable[[View], Image]:
        """The function under test."""
        function: Callable[[View], Image] = importlib.import_module(self.module).read
        return function

    def ask(self, data: memoryview, *, thorough: bool) -> None:
        """Read an input and everything in it; what is slow only if it shall be thorough."""
        explore(self.read(View.of(data)), frozenset() if thorough else self.slow)


class Ask(Protocol):
    """What is done with each input; it may raise FormatError."""

    def __call__(self, data: memoryview, *, thorough: bool) -> None:
        """Ask all; what is slow only if it shall be thorough."""


STRIP = "-ldflags=-s -w"
READERS = {
    "pe": Reader(
        "crosswind.binary.pe",
        (("windows/amd64",), ("windows/386", STRIP), ("windows/arm64", STRIP)),
        slow=frozenset({"compute_checksum"}),
    ),
    "elf": Reader(
        "crosswind.binary.elf",
        (
            ("linux/amd64",),
            ("linux/amd64", STRIP, "-buildmode=pie"),
            ("linux/arm", STRIP),
            ("linux/mips", STRIP),
            ("linux/s390x", STRIP),
            ("freebsd/amd64", STRIP),
            ("openbsd/amd64", STRIP),
        ),
    ),
    "macho": Reader(
        "crosswind.binary.macho",
        (
            ("darwin/arm64",),
            ("darwin/arm64", STRIP),
            ("darwin/amd64", STRIP),
            ("ios/amd64", STRIP, "-buildmode=exe"),
        ),
    ),
    # The same two readers on small files, whose bytes are mostly signatures with certificates.
    "authenticode": Reader("crosswind.binary.pe", (), slow=frozenset({"compute_checksum"})),
    "codesign": Reader("crosswind.binary.macho", ()),
    "wasm": Reader("crosswind.binary.wasm", (("js/wasm", STRIP), ("wasip1/wasm",))),
    "xcoff": Reader("crosswind.binary.xcoff", (("aix/ppc64",), ("aix/ppc64", STRIP))),
    "plan9": Reader(
        "crosswind.binary.plan9",
        (("plan9/amd64",), ("plan9/386", STRIP), ("plan9/arm", STRIP)),
    ),
}


@dataclass
class Seed:
    """A sound file and the spans, as (offset, size), that its reader looks at.

    Attributes:
        data: the file.
        headers: what is read to open it.
        tables: what is read when it is asked for everything else.
    """

    data: bytearray
    headers: list[tuple[int, int]]
    tables: list[tuple[int, int]]

    @property
    def weight(self) -> float:
        """How often to choose it: less often the more there is to read."""
        return 1 / (SMALL + sum(size for _, size in self.headers + self.tables))


@dataclass
class Result:
    """What a campaign found: `crashes` holds a description and the input of each.

    `seconds` are those of CPU time that each input took.
    """

    crashes: list[tuple[str, bytes]] = field(default_factory=list)
    rejected: int = 0
    seconds: list[float] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many inputs there were."""
        return len(self.seconds)

    @property
    def slowest(self) -> float:
        """Seconds of the input that took longest."""
        return max(self.seconds, default=0.0)

    def attempt(
        self,
        ask: Callable[[], object],
        data: bytes | bytearray,
        refusals: tuple[type[Exception], ...],
    ) -> None:
        """Ask about one input: it may be refused; anything else, and too long, is a crash."""
        start = time.thread_time()
        try:
            ask()
        except refusals:
            self.rejected += 1
        except Exception:  # noqa: BLE001 - what this is about
            self.crashes.append((traceback.format_exc(), bytes(data)))
        seconds = time.thread_time() - start
        if seconds > LIMIT:
            self.crashes.append((f"took {seconds:.2f} s", bytes(data)))
        self.seconds.append(seconds)


def explore(image: Image, skip: frozenset[str] = frozenset()) -> None:
    """Ask an image for everything it can tell; each question may raise FormatError."""
    for name in _questions(type(image)) - skip:
        try:
            answer = getattr(image, name)
            answer = answer() if callable(answer) else answer
            if isinstance(answer, Iterator):
                deque(answer, maxlen=0)
        except FormatError:
            pass
    for section in image.sections[:64]:
        image.content(section)
        image.at(section.address, 16)
    for question in derived(image):
        with suppress(FormatError):
            question()


def derived(image: Image) -> Iterator[Callable[[], object]]:
    """What modules of their own read from an image."""
    yield lambda: buildinfo.read(image)
    # The linker sets this variable the way -X does, in every Go program.
    yield lambda: gosymbols.string_variable(image, "runtime.buildVersion")
    yield lambda: locate(image)
    if isinstance(image, MachOImage):
        yield lambda: codesign.read(image)
        yield lambda: codesign.verify(image)
        yield lambda: explore_certificates(apple.verify(image))
        if len(image.view) < SMALL_FILE:
            yield lambda: sign_again(image)
    if isinstance(image, PEImage) and image.is_signed:
        yield lambda: explore_certificates(authenticode.verify(image))


def locate(image: Image) -> None:
    """Ask for the lines of program counters all over the code."""
    lines = golines.read(image)
    for section in image.sections[:8] if lines else ():
        for address in range(
            section.address, section.address + section.size, 1 + section.size // 8
        ):
            with suppress(FormatError):
                lines.frames(address)
            with suppress(FormatError):
                lines.frame_size(address)


def explore_certificates(judged: Any) -> None:
    """Ask every certificate of a judged signature for everything it can tell."""
    for one in getattr(judged, "signatures", (judged,) if judged else ()):
        stamps = [stamp.timestamp.certificates for stamp in one.timestamps]
        for certificate in chain(one.signature.data.certificates, *stamps):
            for name in _questions(type(certificate)):
                with suppress(FormatError):
                    getattr(certificate, name)


def sign_again(image: Image) -> None:
    """Sign a Mach-O file ad hoc: what is damaged or unfit is refused."""
    with suppress(BuildError):
        adhoc.sign(bytes(image.view.data))


_known: dict[type, frozenset[str]] = {}


def _questions(kind: type) -> frozenset[str]:
    """Public properties and methods without arguments."""
    if kind not in _known:
        _known[kind] = frozenset(
            name
            for name in dir(kind)
            if not name.startswith("_") and _asks_nothing(inspect.getattr_static(kind, name))
        )
    return _known[kind]


def _asks_nothing(member: Any) -> bool:
    if not inspect.isfunction(member):
        return not isinstance(member, (staticmethod, classmethod))
    parameters = list(inspect.signature(member).parameters.values())[1:]
    return all(parameter.default is not parameter.empty for parameter in parameters)


@contextmanager
def recorded(spans: set[tuple[int, int]]) -> Iterator[None]:
    """Note which bytes are asked for through any View, as (offset, size)."""
    take, clip = View.take, View.clip

    def noted_take(self: View, offset: int, size: int, what: str = "data") -> memoryview:
        window = take(self, offset, size, what)
        if size:
            spans.add((self.base + offset, size))
        return window

    def noted_clip(self: View, offset: int, size: int) -> View:
        window = clip(self, offset, size)
        # Windows that reach to the end of something are passed on and read in parts.
        if 0 < len(window) <= FIELD_BYTES:
            spans.add((window.base, len(window)))
        return window

    View.take, View.clip = noted_take, noted_clip  # type: ignore[method-assign]
    try:
        yield
    finally:
        View.take, View.clip = take, clip  # type: ignore[method-assign]


def prepare(reader: Reader, data: bytes) -> Seed:
    """Read a sound file once to learn its fields."""
    headers: set[tuple[int, int]] = set()
    tables: set[tuple[int, int]] = set()
    with recorded(headers):
        image = reader.read(View.of(data))
    with recorded(tables):
        explore(image, reader.slow)
    return Seed(bytearray(data), sorted(headers), sorted(tables - headers) or sorted(headers))


class Mutator:
    """Changes a seed in place, remembers how to undo it."""

    def __init__(self, seed: Seed, rng: random.Random) -> None:
        self.data = seed.data
        self.seed = seed
        self.rng = rng
        self.undo: list[tuple[int, bytes]] = []

    def input(self) -> memoryview:
        """Mutate a few times, and cut the file now and then."""
        for _ in range(self.rng.choice((1, 1, 1, 2, 2, 3, 5, 8))):
            self.rng.choice((self.flip, self.boundary, self.boundary, self.nudge, self.splice))()
        size = len(self.data)
        if self.rng.random() < 0.1:
            size = min(self.rng.choice((self.place(1), self.rng.randrange(size + 1))), size)
        return memoryview(self.data).toreadonly()[:size]

    def restore(self) -> None:
        """Take all changes back, the last one first."""
        while self.undo:
            offset, old = self.undo.pop()
            self.data[offset : offset + len(old)] = old

    def place(self, width: int) -> int:
        """Choose where to write: a span's start or a multiple of the width in it."""
        offset, size = self.span()
        steps = max(min(size, FIELD_BYTES) // width, 1)
        step = 0 if self.rng.random() < 0.3 else self.rng.randrange(steps)
        return max(min(offset + step * width, len(self.data) - width), 0)

    def span(self) -> tuple[int, int]:
        """Choose a part of the file, headers as often as all the rest."""
        return self.rng.choice(self.rng.choice((self.seed.headers, self.seed.tables)))

    def write(self, offset: int, new: bytes) -> None:
        """Replace bytes, as far as the file has them."""
        new = new[: len(self.data) - offset]
        self.undo.append((offset, bytes(self.data[offset : offset + len(new)])))
        self.data[offset : offset + len(new)] = new

    def flip(self) -> None:
        """Flip a bit."""
        offset = self.place(1)
        self.write(offset, bytes([self.data[offset] ^ 1 << self.rng.randrange(8)]))

    def boundary(self) -> None:
        """Write a number that counts and offsets trip over: a limit, the file's size, a place in it."""
        width = self.rng.choice((1, 2, 4, 4, 8))
        values = (self.rng.choice(BOUNDARIES), len(self.data), self.place(1))
        value = self.rng.choice(values) & (1 << 8 * width) - 1
        self.write(self.place(width), value.to_bytes(width, self.order()))

    def nudge(self) -> None:
        """Move a number a little."""
        width = self.rng.choice((2, 4, 8))
        offset, order = self.place(width), self.order()
        value = int.from_bytes(self.data[offset : offset + width], order)
        value += self.rng.choice((-64, -8, -4, -1, 1, 4, 8, 64))
        self.write(offset, (value & (1 << 8 * width) - 1).to_bytes(width, order))

    def splice(self) -> None:
        """Copy a record or a table over another."""
        source, size = self.span()
        width = min(self.rng.choice((4, 8, 18, 20, 40, 64, size)), FIELD_BYTES)
        self.write(self.place(4), bytes(self.data[source : source + width]))

    def order(self) -> Any:
        """Choose a byte order."""
        return "little" if self.rng.random() < 0.75 else "big"


def campaign(
    reader: Reader, files: Sequence[bytes], count: int, seed: int, ask: Ask | None = None
) -> Result:
    """Feed `count` mutated inputs to a reader, or to what asks it; equal arguments, equal inputs."""
    return attack([prepare(reader, data) for data in files], ask or reader.ask, count, seed)


def attack(seeds: Sequence[Seed], ask: Ask, count: int, seed: int) -> Result:
    """Feed `count` inputs made of some seeds to anything that reads."""
    rng = random.Random(seed)
    weights = [one.weight for one in seeds]
    result = Result()
    for index in range(count):
        mutator = Mutator(rng.choices(seeds, weights)[0], rng)
        data = mutator.input()
        thorough = index % SLOW_EVERY == 0
        result.attempt(partial(ask, data, thorough=thorough), data, (FormatError,))
        del data
        mutator.restore()
    return result


def command(doc: str, names: Iterable[str], run: Callable[[str, int, int], Result]) -> int:
    """Run one campaign as a command line asks, and print its figures; 1 if anything crashed.

    Args:
        doc: of the script; its first line stands in the help.
        names: what can be fuzzed.
        run: takes a name, a count and a seed.
    """
    parser = argparse.ArgumentParser(description=doc.partition("\n")[0])
    parser.add_argument("what", choices=sorted(names))
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="folder for the inputs that crashed")
    options = parser.parse_args()
    start = time.perf_counter()
    result = run(options.what, options.count, options.seed)
    for number, (report, data) in enumerate(result.crashes):
        print(report, file=sys.stderr)
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
            name = f"{options.what.replace(' ', '-')}-{options.seed}-{number}"
            (options.keep / name).write_bytes(data)
    print(
        f"{options.what}: {result.count} inputs, {len(result.crashes)} crashes, "
        f"{result.rejected} rejected, slowest {result.slowest * 1000:.1f} ms, "
        f"{result.count / (time.perf_counter() - start):.0f} inputs/s"
    )
    return 1 if result.crashes else 0


def _run(name: str, count: int, seed: int) -> Result:
    from fuzz_seeds import go_programs, made_files

    reader = READERS[name]
    return campaign(reader, go_programs(reader.builds) + made_files(name), count, seed)


if __name__ == "__main__":
    sys.exit(command(__doc__ or "", READERS, _run))
