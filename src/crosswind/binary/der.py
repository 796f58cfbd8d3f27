"""ASN.1 values in DER, and in the parts of BER that signatures use.

Rules and numbers are those of ITU-T X.690. Tags are compared as whole identifier octets, such as 0x30
for a SEQUENCE; indefinite lengths and strings in pieces, which some signers write, are read as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import field
from datetime import UTC, datetime, timedelta, timezone

from crosswind.binary.view import FormatError, View
from crosswind.frozen import frozen

# Identifier octets of the universal class (8.1.2, X.680 8.6).
BOOLEAN, INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x01, 0x02, 0x03, 0x04, 0x05, 0x06
UTF8_STRING, SEQUENCE, SET = 0x0C, 0x30, 0x31
BMP_STRING, UNIVERSAL_STRING = 0x1E, 0x1C
UTC_TIME, GENERALIZED_TIME = 0x17, 0x18
_CONSTRUCTED = 0x20
_NUMBER = 0x1F
_END_OF_CONTENTS = 0x00

# Signatures nest some ten deep and hold less than a thousand values; OIDs and times are short.
_MAX_DEPTH = 40
_MAX_ELEMENTS = 1 << 14
_MAX_OID = 64
_ENCODINGS = {BMP_STRING: "utf-16-be", UNIVERSAL_STRING: "utf-32-be", UTF8_STRING: "utf-8"}


class _Budget:
    """How many more values may be read from one file: nesting makes a few bytes into many."""

    __slots__ = ("left",)

    def __init__(self) -> None:
        self.left = _MAX_ELEMENTS

    def spend(self, offset: int) -> None:
        self.left -= 1
        if self.left < 0:
            raise FormatError(f"more than {_MAX_ELEMENTS} values", offset)


@frozen
class Element:
    """One value.

    Attributes:
        tag: its identifier octet, class and form included.
        content: its contents octets.
        raw: all of it.
        definite: whether its length was given, as DER has it.
    """

    tag: int
    content: View = field(repr=False)
    raw: View = field(repr=False)
    definite: bool
    depth: int = field(repr=False, compare=False)
    budget: _Budget = field(repr=False, compare=False)

    def children(self) -> tuple[Element, ...]:
        """Read the values inside; raises FormatError if it is not constructed or they do not fit."""
        if not self.tag & _CONSTRUCTED:
            raise FormatError(f"value {self.tag:#04x} holds no others", self.raw.base)
        return tuple(_series(self.content, self.depth + 1, self.budget))

    def fields(self, what: str, tag: int = SEQUENCE) -> Fields:
        """Read the values inside one by one; raises FormatError if this has another tag."""
        self.require(tag, what)
        return Fields(self.children(), what, self.raw.base)

    def require(self, tag: int, what: str) -> Element:
        """Return itself; raises FormatError if it has another tag."""
        if self.tag != tag:
            raise FormatError(f"{what}: tag {self.tag:#04x}, not {tag:#04x}", self.raw.base)
        return self

    def integer(self, what: str = "number") -> int:
        """Return an INTEGER or ENUMERATED (8.3)."""
        self.require(INTEGER, what)
        if not len(self.content):
            raise FormatError(f"{what}: empty", self.raw.base)
        return int.from_bytes(self.content.data, "big", signed=True)

    def boolean(self, what: str = "flag") -> bool:
        """Return a BOOLEAN (8.2)."""
        self.require(BOOLEAN, what)
        return any(self.content.data)

    def oid(self, what: str = "object identifier") -> str:
        """Return an OBJECT IDENTIFIER with dots (8.19)."""
        data = bytes(self.require(OID, what).content.data)
        if not data or len(data) > _MAX_OID or data[-1] & 0x80:
            raise FormatError(f"{what}: damaged", self.raw.base)
        arcs, arc = [], 0
        for octet in data:
            if octet == 0x80 and not arc:  # the fewest octets that will do
                raise FormatError(f"{what}: damaged", self.raw.base)
            arc = arc << 7 | octet & 0x7F
            if not octet & 0x80:
                arcs.append(arc)
                arc = 0
        first = min(arcs[0] // 40, 2)
        return ".".join(map(str, [first, arcs[0] - 40 * first, *arcs[1:]]))

    def octets(self, what: str = "octets") -> bytes:
        """Return an OCTET STRING, put together if it is in pieces (8.7)."""
        if self.tag == OCTET_STRING | _CONSTRUCTED:
            return b"".join(piece.octets(what) for piece in self.children())
        return bytes(self.require(OCTET_STRING, what).content.data)

    def bits(self, what: str = "bits") -> bytes:
        """Return a BIT STRING of whole octets (8.6)."""
        self.require(BIT_STRING, what)
        if not len(self.content) or self.content.data[0]:
            raise FormatError(f"{what}: not whole octets", self.raw.base)
        return bytes(self.content.data[1:])

    def text(self) -> str:
        """Return any sort of character string; what does not decode becomes U+FFFD."""
        data = bytes(self.content.data)
        encoding = _ENCODINGS.get(self.tag)
        if encoding:
            return data.decode(encoding, "replace")
        try:  # PrintableString, IA5String; TeleTexString is taken for Latin-1 by everybody
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("latin-1")

    def time(self, what: str = "time") -> datetime:
        """Return a UTCTime or GeneralizedTime (X.680, 46 and 47)."""
        digits = bytes(self.content.data)
        if self.tag not in (UTC_TIME, GENERALIZED_TIME) or len(digits) > _MAX_OID:
            raise FormatError(f"{what}: tag {self.tag:#04x}", self.raw.base)
        try:
            return _time(digits.decode("ascii"), short=self.tag == UTC_TIME)
        except (ValueError, OverflowError) as error:
            raise FormatError(f"{what}: {digits!r} is none", self.raw.base) from error


class Fields:
    """The values of a SEQUENCE, taken in order; some may be left out."""

    def __init__(self, elements: tuple[Element, ...], what: str, offset: int) -> None:
        """Begin at the first; `what` is for messages."""
        self._elements = elements
        self._next = 0
        self._what = what
        self._offset = offset

    def take(self, *tags: int) -> Element:
        """Return the next value; raises FormatError if there is none, or of none of the tags."""
        if self._next >= len(self._elements):
            raise FormatError(f"{self._what}: ends too soon", self._offset)
        element = self._elements[self._next]
        if tags and element.tag not in tags:
            raise FormatError(f"{self._what}: tag {element.tag:#04x}", element.raw.base)
        self._next += 1
        return element

    def optional(self, *tags: int) -> Element | None:
        """Return the next value if it has one of the tags."""
        if self._next < len(self._elements) and self._elements[self._next].tag in tags:
            return self.take()
        return None

    def end(self) -> None:
        """Insist that nothing is left; raises FormatError."""
        if self._next < len(self._elements):
            element = self._elements[self._next]
            raise FormatError(f"{self._what}: more than it may hold", element.raw.base)

    def rest(self) -> tuple[Element, ...]:
        """Return all that are left."""
        left = self._elements[self._next :]
        self._next = len(self._elements)
        return left


def read(view: View) -> Element:
    """Read the value at the start of a view; what follows it is left alone.

    Raises:
        FormatError: it does not fit, or its tag or length are of a sort that nobody uses.
    """
    return _element(view, 0, 0, _Budget())


def nested(element: Element) -> Element:
    """Read the value inside an OCTET STRING, on the account of what is around it; raises like `read`."""
    if element.tag == OCTET_STRING:
        return _element(element.content, 0, element.depth + 1, element.budget)
    return _element(View.of(element.octets()), 0, element.depth + 1, element.budget)


def _series(view: View, depth: int, budget: _Budget) -> Iterator[Element]:
    offset = 0
    while offset < len(view):
        element = _element(view, offset, depth, budget)
        yield element
        offset += len(element.raw)


def _element(view: View, offset: int, depth: int, budget: _Budget) -> Element:
    """Read one value (8.1)."""
    budget.spend(view.base + offset)
    if depth > _MAX_DEPTH:
        raise FormatError("nested too deeply", view.base + offset)
    tag, first = view.take(offset, 2, "value")
    if tag & _NUMBER == _NUMBER:
        raise FormatError("tag of several octets", view.base + offset)
    start = offset + 2
    if first == 0x80:  # indefinite length (8.1.3.6)
        if not tag & _CONSTRUCTED:
            raise FormatError("indefinite length of a primitive value", view.base + offset)
        end = _end_of_contents(view, start, depth, budget)
        raw = view.sub(offset, end + 2 - offset, "value")
        return Element(tag, view.sub(start, end - start), raw, False, depth, budget)
    length = first
    if first > 0x80:
        count = first & 0x7F
        if count > 4:
            raise FormatError(f"length of {count} octets", view.base + offset)
        length = int.from_bytes(view.take(start, count, "length"), "big")
        start += count
    content = view.sub(start, length, "value")
    raw = view.sub(offset, start + length - offset, "value")
    return Element(tag, content, raw, True, depth, budget)


def _end_of_contents(view: View, offset: int, depth: int, budget: _Budget) -> int:
    """Return where the two octets of zeros are that end a value of indefinite length (8.1.5)."""
    while True:
        tag, length = view.take(offset, 2, "value of indefinite length")
        if tag == _END_OF_CONTENTS and length == 0:
            return offset
        offset += len(_element(view, offset, depth + 1, budget).raw)


def _time(text: str, *, short: bool) -> datetime:
    """Parse `YYMMDDHHMM[SS]` or `YYYYMMDDHHMMSS[.f]` with `Z` or an offset from UTC."""
    digits = text.rstrip("Z")
    zone = UTC
    for sign in "+-":
        digits, found, offset = digits.partition(sign)
        if found:
            delta = timedelta(hours=int(offset[:2]), minutes=int(offset[2:4] or 0))
            zone = timezone(delta if sign == "+" else -delta)
    digits, _, fraction = digits.partition(".")
    if short:
        # RFC 5280, 4.1.2.5.1: years from 50 on are of the last century.
        digits = ("19" if digits[:2] >= "50" else "20") + digits
    if not digits.isdecimal() or len(digits) not in (12, 14) or not (fraction + "0").isdecimal():
        raise ValueError(text)
    parts = [int(digits[:4]), *(int(digits[at : at + 2]) for at in range(4, len(digits), 2))]
    micro = int(fraction[:6].ljust(6, "0"))
    return datetime(*parts[:6], tzinfo=zone).replace(microsecond=micro).astimezone(UTC)  # type: ignore[misc, arg-type]
