"""Fuzz what reads the contents of resources: damaged input is refused with an error of ours, and soon.

    python prove/fuzz_contents.py icon --count 200000 --seed 1

Bytes are flipped, set to limits, moved and cut; texts (XML, JSON) are cut up at their tokens and put together anew.
"""

from __future__ import annotations

import io
import json
import random
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from fuzz_readers import BOUNDARIES, Result, command
from PIL import Image

from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError, UsageError
from crosswind.resource import contact, icons
from crosswind.windows import (
    dib,
    goversioninfo,
    icon,
    manifest,
    png,
    strings,
    version,
    version_node,
    winres,
)
from crosswind.windows.resource import Resource, ResourceTree, tree

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
from images.icons import bitmap, cur, ico, png_image

# Nothing can be kept there.
NOWHERE = Path("/dev/null/icons")
_PIECE = re.compile(rb'"(?:[^"\\]|\\.)*"|[\w.:-]+|\s+|.', re.DOTALL)
TROUBLE = (
    *(b"{", b"}", b"[", b"]", b":", b",", b'"', b"null", b"true", b"-1", b"65536", b"1e999", b"NaN"),
    *(b'""', b'"#1"', b'"#0"', b'"#99999"', b'"0409"', b'"10000"', b'"\\ud800"', b'"\\u0000"', b"{}"),
    *(b"<", b">", b"/>", b"</", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?xml", b"?>", b"&amp;", b"&x;"),
    *(b"<!DOCTYPE a [", b'xmlns="urn:x"', b"a:", b"xmlns:a", b"=", b"\0", b"\xff\xfe", b"\xef\xbb\xbf"),
    *(b"[" * 2000, b"<a>" * 100, b"9" * 5000, b'"1.2.x"', b'"1.2.3.4"', b'"app.ico"', b'"no file"'),
)  # fmt: skip
_WORD = re.compile(rb'"(?:[^"\\]|\\.)*"|[\w.:-]+')
WORDS = (
    *(b'""', b'"1.2.x"', b'"65536.1"', b'"v1.2.3-rc.1"', b'"ffffffff"', b'"zz"', b'"data"', b'"\\ud800"'),
    *(b'"#1"', b'"#0"', b'"RT_ICON"', b'"RT_MANIFEST"', b'"RT_VERSION"', b'"2020-12-18T00:00:00.9Z"'),
    *(b'"true"', b'"asInvoker"', b'"urn:schemas-microsoft-com:asm.v1"', b'"\\u0000"', b'"9999-12-31T23:59:59Z"'),
    *(b"0", b"-1", b"65536", b"null", b"true", b"1e400", b"0.5", b"assembly", b"supportedOS", b"PerMonitorV2"),
    *(b"windowsSettings", b"requestedExecutionLevel", b"assemblyIdentity", b"heapType", b"description"),
)  # fmt: skip


@dataclass(frozen=True)
class Parser:
    """What to fuzz: sound inputs, a function that reads one, and whether they are text."""

    seeds: Callable[[], Sequence[bytes]]
    ask: Callable[[bytes], object]
    text: bool = False


def _icons() -> list[bytes]:
    frames = [bitmap(16, bits=bits) for bits in (1, 4, 8, 24, 32)]
    return [ico(*frames), ico(png_image(20), bitmap(8)), cur(bitmap(16), bitmap(8, bits=4))]


def _icon(data: bytes) -> None:
    """Read an icon, make resources of it, put it together again, and decode its bitmaps."""
    read = icon.read(data)
    *frames, group = icon.resources(icon.completed(read), 1, 0)
    again = icon.to_icon(group, tree(frames))
    if [frame.data for frame in again.frames] != [frame.data for frame in read.frames]:
        raise AssertionError("other images came out than went in")
    icon.read(icon.write(again))
    for frame in read.frames:
        if not frame.is_png:
            dib.decode(View.of(frame.data))


@cache
def _frames() -> ResourceTree:
    return tree(icon.from_ico(_icons()[0], 1)[:-1] + icon.from_ico(_icons()[2], 1)[:-1])


def _group(data: bytes) -> None:
    kind = 12 if data[2:3] == b"\2" else 14
    icon.write(icon.to_icon(Resource(kind, 1, 0, data), _frames()))
    icon.group_sizes(data)


def _images() -> list[bytes]:
    image = Image.effect_mandelbrot((24, 24), (-2, -1, 1, 1), 40).convert("RGB")
    made = [*_icons()[:2], png_image(20)]
    for kind in ("PNG", "JPEG", "GIF", "BMP", "WEBP"):
        out = io.BytesIO()
        (image.quantize(7) if kind == "GIF" else image).save(out, kind)
        made.append(out.getvalue())
    return made


def _image(data: bytes) -> None:
    """Make an icon of an image, and draw it."""
    made, _ = icons.ico([data, png_image(16)], (16, 20), cache=NOWHERE, pad=True)
    contact.sheet(made)


def _versions() -> list[bytes]:
    one = version.from_settings(
        "1.2.3", {"Comments": "abc", "Private": "x", "CompanyName": "Example"}
    )
    node = version_node.Node("VS_VERSION_INFO", children=(version_node.text_node("A", "b"),))
    return [version.write(one), version_node.write(node)]


def _version(data: bytes) -> None:
    """Read version information; what was read, written and read once more must stay."""
    node = version_node.read(View.of(data))
    version_node.write(node)
    info = version.read(data)
    if version.read(version.write(info)) != info:
        raise AssertionError("other version information came out than went in")


def _manifests() -> list[bytes]:
    every = manifest.ManifestSettings(
        utf8=True, common_controls=True, segment_heap=True, name="A.B", description="text"
    )
    return [
        manifest.write(),
        manifest.write(every),
        manifest.write()[56:].decode().encode("utf-16"),
    ]


FILES = {
    "app.ico": ico(bitmap(4)),
    "app.cur": cur(bitmap(4)),
    "app.manifest": manifest.write(),
    "data": b"BM\6\0\0\0",
}


def _file(name: str) -> bytes:
    if name not in FILES:
        raise UsageError("CW0705", "not there", subject=name)
    return FILES[name]


class _Pictures:
    """Gives ready files in place of scaled images."""

    def icon(self, images: Sequence[tuple[str, bytes]], *, enlarge: bool) -> bytes:
        """Return an icon."""
        del images, enlarge
        return FILES["app.ico"]

    def cursor(self, images: Sequence[tuple[str, bytes, int, int]]) -> bytes:
        """Return a cursor."""
        del images
        return FILES["app.cur"]


def _winres_files() -> list[bytes]:
    fixed = {"file_version": "1.2.3", "flags": "Debug", "timestamp": "2020-12-18T23:00:00+01:00"}
    info = {"0409": {"Comments": "x"}, "0000": {"A": "b"}}
    document = {
        "RT_GROUP_ICON": {
            "APP": {"0000": "app.ico", "0409": ["data", "data"]},
            "#2": {"0": "app.ico"},
        },
        "RT_GROUP_CURSOR": {"A": {"0409": {"image": "data", "x": 1, "y": 2}, "0": "app.cur"}},
        "RT_MANIFEST": {"#1": {"0409": {"identity": {"name": "A", "version": "1.2"}}}},
        "RT_VERSION": {"#1": {"0000": {"fixed": fixed, "info": info}}},
        "RT_BITMAP": {"#1": {"0409": "data"}},
        "#42": {"X": {"0409": "data"}},
    }
    return [json.dumps(document).encode(), json.dumps(document, indent=1).encode()]


def _versioninfo_files() -> list[bytes]:
    numbers = {"Major": 1, "Minor": 2, "Patch": 3, "Build": 4}
    document = {
        "FixedFileInfo": {"FileVersion": numbers, "FileFlagsMask": "3f", "FileOS": "040004"},
        "StringFileInfo": {"FileVersion": "1.2.3.4", "ProductVersion": "v1", "Comments": "x"},
        "VarFileInfo": {"Translation": {"LangID": "0409", "CharsetID": 1200}},
        "IconPath": "app.ico,data",
        "ManifestPath": "app.manifest",
    }
    return [json.dumps(document).encode()]


PARSERS = {
    "icon": Parser(_icons, _icon),
    "icon group": Parser(lambda: [icon.from_ico(_icons()[at])[-1].data for at in (0, 2)], _group),
    "icon source": Parser(_images, _image),
    "version": Parser(_versions, _version),
    "strings": Parser(
        lambda: [strings.write({1: "one", 3: "three" * 9})[0].data],
        lambda data: strings.read(Resource(6, 1, 0, data)),
    ),
    "png header": Parser(lambda: [png_image(9)], lambda data: png.header(View.of(data))),
    "manifest": Parser(_manifests, manifest.check, text=True),
    "winres.json": Parser(
        _winres_files, lambda data: winres.load(data, _file, _Pictures()), text=True
    ),
    "versioninfo.json": Parser(
        _versioninfo_files, lambda data: goversioninfo.load(data, _file, _Pictures()), text=True
    ),
}


def mutated(rng: random.Random, seed: bytes) -> bytes:
    """Damage bytes: most damage goes where the headers are."""
    data = bytearray(seed)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 5, 8))):
        width = rng.choice((1, 2, 4))
        reach = len(data) if rng.random() < 0.4 else min(len(data), 64)
        at = rng.randrange(max(reach - width, 1))
        kind = rng.randrange(5)
        if kind == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif kind in (1, 2):
            value = rng.choice((*BOUNDARIES, len(seed), at)) & (1 << 8 * width) - 1
            data[at : at + width] = value.to_bytes(width, rng.choice(("little", "big")))
        elif kind == 3:
            source = rng.randrange(len(seed))
            data[at : at + 16] = seed[source : source + 16]
        else:
            data[at : at + width] = b""
        if not data:
            return b""
    if rng.random() < 0.1:
        del data[rng.randrange(len(data)) :]
    return bytes(data)


def rearranged(rng: random.Random, pieces: Sequence[bytes]) -> bytes:
    """Leave out, double, swap and replace tokens of a text."""
    parts = list(pieces)
    for _ in range(rng.choice((1, 1, 1, 2, 3, 8))):
        at = rng.randrange(len(parts) + 1)
        end = min(at + rng.choice((1, 1, 2, 4, 16)), len(parts))
        kind = rng.randrange(5)
        if kind == 0:
            del parts[at:end]
        elif kind == 1:
            parts[at:at] = parts[at:end] * rng.choice((1, 2, 50))
        elif kind == 2:
            parts[at:end] = [rng.choice(TROUBLE)]
        elif kind == 3:
            start = rng.randrange(len(pieces))
            parts[at:end] = pieces[start : start + rng.choice((1, 2, 8))]
        else:
            parts[at:at] = [rng.choice(TROUBLE)]
    text = b"".join(parts)
    return text[: rng.randrange(len(text) + 1)] if rng.random() < 0.05 else text


def reworded(rng: random.Random, pieces: Sequence[bytes]) -> bytes:
    """Put other words and strings in the places of some, so that the text stays sound for longer."""
    parts = list(pieces)
    places = [at for at, piece in enumerate(parts) if _WORD.fullmatch(piece)]
    for _ in range(rng.choice((1, 1, 2, 3))):
        at = rng.choice(places)
        quoted = parts[at].startswith(b'"')
        words = [word for word in WORDS if word.startswith(b'"') == quoted]
        words += [parts[place] for place in places if parts[place].startswith(b'"') == quoted]
        parts[at] = rng.choice(words)
    return b"".join(parts)


def _text(rng: random.Random, pieces: Sequence[bytes]) -> bytes:
    return rng.choice((rearranged, reworded, reworded))(rng, pieces)


def campaign(name: str, count: int, seed: int) -> Result:
    """Feed `count` damaged inputs to a parser; equal arguments, equal inputs."""
    parser = PARSERS[name]
    rng = random.Random(f"{name} {seed}")
    seeds = parser.seeds()
    for data in seeds:
        parser.ask(data)
    pieces = [_PIECE.findall(data) for data in seeds]
    result = Result()
    for _ in range(count):
        at = rng.randrange(len(seeds))
        is_text = parser.text and rng.random() < 0.9
        data = _text(rng, pieces[at]) if is_text else mutated(rng, seeds[at])
        result.attempt(partial(parser.ask, data), data, (FormatError, BuildError, UsageError))
    return result


if __name__ == "__main__":
    sys.exit(command(__doc__ or "", PARSERS, campaign))
