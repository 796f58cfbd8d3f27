"""Icons from images: all sizes that Windows asks for, made once for each content.

What was made is kept below crosswind's cache, so that an unchanged icon needs neither Pillow nor
its time.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crosswind.binary.view import FormatError, View
from crosswind.errors import BuildError, CrosswindError, UsageError
from crosswind.finding import Finding, Severity
from crosswind.frozen import frozen
from crosswind.system import files
from crosswind.windows import dib, icon, png
from crosswind.windows.icon import SIZES, Frame, Icon

if TYPE_CHECKING:
    from PIL import Image

# Changes whenever the same sources would give other bytes, so that no older result is taken.
_ALGORITHM = "1"
# Decoded it takes 4 bytes a pixel: 64 MiB, and half a second. No icon is drawn larger than 4096 by 4096.
_PIXELS_MAX = 1 << 24
_DIGEST = hashlib.sha256().digest_size
# Explorer takes this size as PNG only, and older programs all others as bitmaps only.
_AS_PNG = 256


@frozen
class _Source:
    """One image to make sizes from.

    Attributes:
        data: a PNG or another image; a bitmap if `frame` is one.
        name: of its file, for messages.
        width: in pixels.
        height: in pixels.
        frame: the frame of an icon that it comes from, which is taken as it is for its own size.
    """

    data: bytes
    name: str
    width: int
    height: int
    frame: Frame | None = None

    @property
    def side(self) -> int:
        """The square it fills."""
        return max(self.width, self.height)


def ico(
    sources: Sequence[bytes],
    sizes: Sequence[int] = SIZES,
    *,
    names: Sequence[str] = (),
    pad: bool = False,
    enlarge: bool = True,
    cache: Path | None = None,
) -> tuple[bytes, tuple[Finding, ...]]:
    """Make an icon file.

    A single .ico is taken as it is. Otherwise each size comes from the image that has it, else from
    the nearest larger one; 256 becomes a PNG, all others bitmaps of 32 bits with a mask.

    Args:
        sources: images (PNG, JPEG, GIF, BMP, WebP) and icon files.
        sizes: what to make, in the order of the file.
        names: of the sources' files, for messages.
        pad: put images that are not square on a transparent square, instead of refusing them.
        enlarge: make sizes larger than all images, too; otherwise sizes are added that images have.
        cache: where results are kept; None takes crosswind's cache.

    Returns:
        The file, and warnings: sizes that a ready icon lacks, images that had to be enlarged.

    Raises:
        UsageError: CW0721, there is no source.
        BuildError: CW0720, an icon is damaged; CW0721, a file is no image; CW0722, it is too large;
            CW0723, it is not square.
        MissingError: CW0724, scaling needs Pillow, and it is not there.
    """
    if not sources:
        raise UsageError("CW0721", "an icon of no images", hint="name a PNG or an .ico")
    labels = [*names, *("icon" for _ in sources)][: len(sources)]
    if len(sources) == 1 and icon.is_icon(sources[0]):
        return sources[0], _missing(icon.read(sources[0], labels[0]), labels[0])
    images = [
        image
        for data, label in zip(sources, labels, strict=True)
        for image in _images(data, label, pad=pad)
    ]
    if not enlarge:
        sizes = _at_hand(images, sizes)
    findings = _enlarged(images, sizes)
    folder = files.cache_dir() / "icons" if cache is None else cache
    entry = folder / f"{_key(sources, sizes, pad=pad)}.ico"
    made = _load(entry)
    if made is None:
        made = icon.write(Icon(tuple(_frames(images, sizes))))
        # Keeping it saves time; that it cannot be kept is no reason to stop.
        with contextlib.suppress(CrosswindError):
            files.write_atomic(entry, made + hashlib.sha256(made).digest())
    return made, findings


def cursor(images: Sequence[tuple[bytes, int, int]], names: Sequence[str] = ()) -> bytes:
    """Make a cursor file of images and the pixel of each that points, as x and y.

    Raises:
        BuildError: CW0721 to CW0723 as `ico`; CW0727, the pixel lies outside of its image.
        MissingError: CW0724, this needs Pillow, and it is not there.
    """
    from crosswind.resource import scaling

    frames = []
    labels = [*names, *("cursor" for _ in images)]
    for (data, x, y), label in zip(images, labels, strict=False):
        (image,) = _images(data, label, pad=True)
        side = image.side
        if side > max(SIZES) or not (0 <= x < side and 0 <= y < side):
            raise BuildError(
                "CW0727",
                f"the hot spot {x}, {y} of a cursor of {side} by {side} pixels",
                subject=label,
                hint="a cursor has at most 256 by 256 pixels, and its hot spot is one of them",
            )
        # The hot spot counts from the top left, so what is added goes to the right and below.
        pixels = scaling.pixels(scaling.decode(data, label))
        rows = _widened(pixels, image.width, image.height)
        frames.append(Frame(dib.encode(side, side, rows), side, side, hotspot=(x, y)))
    return icon.write(Icon(tuple(frames), cursor=True))


def _widened(pixels: bytes, width: int, height: int) -> bytes:
    side = max(width, height)
    rows = (pixels[y * width * 4 : (y + 1) * width * 4] for y in range(height))
    return b"".join(row.ljust(side * 4, b"\0") for row in rows).ljust(side * side * 4, b"\0")


def _images(data: bytes, name: str, *, pad: bool) -> list[_Source]:
    """Return an image, or each image of an icon, after a look at its size only."""
    if icon.is_icon(data):
        return [_of_frame(frame, name) for frame in icon.read(data, name).frames]
    if png.is_png(data):
        try:
            head = png.header(View.of(data))
        except FormatError as error:
            raise BuildError(
                "CW0721", f"this image cannot be read: {error}", subject=name, hint="save it anew"
            ) from error
        width, height = head.width, head.height
    else:
        from crosswind.resource import scaling

        width, height = scaling.size(data, name)
    fits(width, height, name, pad=pad)
    return [_Source(data, name, width, height)]


def _of_frame(frame: Frame, name: str) -> _Source:
    """Take the size from the image itself: the directory may say anything."""
    head = icon.measure_bytes(frame.data)
    fits(head.width, head.height, name, pad=True)
    return _Source(frame.data, name, head.width, head.height, frame)


def fits(width: int, height: int, name: str, *, pad: bool) -> None:
    """Refuse images of these sides that are too large, or not square unless they will be padded.

    Raises:
        BuildError: CW0722 or CW0723.
    """
    # The square that it may be put on counts.
    if max(width, height) ** 2 > _PIXELS_MAX:
        raise BuildError(
            "CW0722",
            f"an image of {width} by {height} pixels is too large for an icon",
            subject=name,
            hint="1024 by 1024 is plenty: scale it down first",
        )
    if width != height and not pad:
        raise BuildError(
            "CW0723",
            f"an image of {width} by {height} pixels is not square",
            subject=name,
            hint=f"crop it, or put it on a transparent square of {max(width, height)} pixels",
        )


def _missing(ready: Icon, name: str) -> tuple[Finding, ...]:
    lacking = [str(size) for size in sorted(SIZES) if size not in ready.sizes]
    if not lacking:
        return ()
    return (
        Finding(
            "CW0725",
            Severity.WARNING,
            name,
            f"the icon has no image of {', '.join(lacking)} pixels: Windows will scale another",
            "add them, or give crosswind a large PNG to make all sizes from",
        ),
    )


def _enlarged(images: Sequence[_Source], sizes: Sequence[int]) -> tuple[Finding, ...]:
    largest = max(images, key=lambda image: image.side)
    small = [str(size) for size in sorted(sizes) if size > largest.side]
    if not small:
        return ()
    return (
        Finding(
            "CW0726",
            Severity.WARNING,
            largest.name,
            f"{largest.side} by {largest.side} pixels are enlarged to {', '.join(small)}"
            " and look blurred there",
            "give an image of 256 pixels or more",
        ),
    )


def _at_hand(images: Sequence[_Source], sizes: Sequence[int]) -> list[int]:
    """Leave out sizes above the largest image, and add those that images have."""
    sides = {image.side for image in images if image.side <= max(SIZES)}
    return sorted(sides | {size for size in sizes if size <= max(image.side for image in images)})[
        ::-1
    ]


def _key(sources: Sequence[bytes], sizes: Sequence[int], *, pad: bool) -> str:
    digest = hashlib.sha256(f"{_ALGORITHM} {list(sizes)} {pad}".encode())
    for source in sources:
        digest.update(hashlib.sha256(source).digest())
    return digest.hexdigest()


def _load(entry: Path) -> bytes | None:
    """Return what was kept; None if there is nothing, or not what was written."""
    try:
        kept = entry.read_bytes()
    except OSError:
        return None
    made, digest = kept[:-_DIGEST], kept[-_DIGEST:]
    return made if hashlib.sha256(made).digest() == digest else None


def _frames(images: Sequence[_Source], sizes: Sequence[int]) -> list[Frame]:
    from crosswind.resource import scaling

    decoded = {}
    frames = []
    for size in sizes:
        at = scaling.nearest([image.side for image in images], size)
        source = images[at]
        if source.frame and source.side == size:
            frames.append(source.frame)
            continue
        if at not in decoded:
            decoded[at] = scaling.squared(_decoded(source))
        rgba = scaling.scaled(decoded[at], size)
        data = (png if size == _AS_PNG else dib).encode(size, size, rgba)
        frames.append(Frame(data, size, size, planes=1, bits=32))
    return frames


def _decoded(source: _Source) -> Image.Image:
    from crosswind.resource import scaling

    if source.frame is None or source.frame.is_png:
        return scaling.decode(source.data, source.name)
    try:
        return scaling.from_pixels(*dib.decode(View.of(source.data)))
    except FormatError as error:
        raise BuildError(
            "CW0720", f"the icon is damaged: {error}", subject=source.name, hint="save it anew"
        ) from error
