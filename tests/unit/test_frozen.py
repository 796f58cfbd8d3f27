"""`frozen` makes what `dataclass(frozen=True, slots=True)` makes: both are asked the same."""

import copy
import dataclasses
import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import pytest

import crosswind
from crosswind.frozen import _FEW, _compiled, frozen

SOURCES = Path(crosswind.__file__).parent


class Plain:
    """Written out once, made into a class by both."""

    one: int
    two: str = "2"
    three: list[int] = field(default_factory=list)
    hidden: int = field(default=0, repr=False)
    apart: int = field(default=0, compare=False)

    def method(self) -> str:
        return f"{self.one}{self.two}"


class Empty:
    pass


def anew(plain: type, decorate: Callable[[type], Any]) -> Any:
    """Decorate a copy of a class: the decorators change it."""
    content = {k: v for k, v in vars(plain).items() if k not in ("__dict__", "__weakref__")}
    return decorate(type(plain.__name__, plain.__bases__, copy.copy(content)))


def compiled(cls: type) -> Any:
    """Make what `frozen` comes to once a class has many values."""
    made: Any = frozen(cls)
    made.__init__ = _compiled(made, dataclasses.fields(made))
    return made


WAYS = [frozen, compiled, dataclass(frozen=True, slots=True)]


@pytest.fixture(params=WAYS, ids=["frozen", "compiled", "dataclass"])
def made(request: pytest.FixtureRequest) -> Any:
    return anew(Plain, request.param)


def test_fields_are_taken_in_order_and_by_name(made: Any) -> None:
    one = made(1, "b", hidden=3)
    assert (one.one, one.two, one.three, one.hidden, one.apart) == (1, "b", [], 3, 0)
    assert one.method() == "1b"
    assert made(1).three is not made(1).three
    wrong_ways = (
        made,
        partial(made, 1, "b", [], 3, 0, 6),
        partial(made, 1, four=4),
        partial(made, 1, one=2),
    )
    for wrong in wrong_ways:
        with pytest.raises(TypeError):
            wrong()


def test_many_values_are_made_as_few() -> None:
    made = anew(Plain, frozen)
    interpreted = made.__init__
    values = [made(number, three=[number]) for number in range(_FEW + 2)]
    assert made.__init__ is not interpreted, "it was compiled"
    assert [(one.one, one.two, one.three) for one in values] == [
        (number, "2", [number]) for number in range(_FEW + 2)
    ]


def test_nothing_can_be_changed(made: Any) -> None:
    one = made(1)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'one'"):
        one.one = 2
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'one'"):
        del one.one
    with pytest.raises((FrozenInstanceError, TypeError)):
        one.more = 2
    assert not hasattr(one, "__dict__")
    assert one.one == 1


def test_equal_fields_make_equal_values(made: Any) -> None:
    assert made(1) == made(1, apart=5)
    assert made(1) != made(2)
    assert made(1) != made(1, hidden=1)
    assert made(1) != (1, "2", [], 0)
    assert made(1).__eq__(1) is NotImplemented
    assert hash(made(1, "b", ())) == hash(made(1, "b", (), apart=2))
    with pytest.raises(TypeError, match="unhashable"):
        hash(made(1))
    with pytest.raises(TypeError, match="not supported"):
        assert made(1) < made(2)


def test_it_is_shown(made: Any) -> None:
    assert repr(made(1)) == "Plain(one=1, two='2', three=[], apart=0)"


def test_what_works_on_dataclasses_works(made: Any) -> None:
    one = made(1, three=[3])
    assert replace(one, two="b") == made(1, "b", [3])
    assert dataclasses.asdict(one) == {"one": 1, "two": "2", "three": [3], "hidden": 0, "apart": 0}
    assert [each.name for each in dataclasses.fields(one)] == list(dataclasses.asdict(one))
    match one:
        case made(1, two):
            assert two == "2"
    assert copy.deepcopy(one) == copy.copy(one) == one
    assert copy.deepcopy(one).three is not one.three


@frozen
class Kept:
    """One that pickle can find."""

    one: int
    two: tuple[int, ...] = ()


def test_it_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(Kept(1, (2,)))) == Kept(1, (2,))


@pytest.mark.parametrize(
    "decorate", [frozen(order=True), dataclass(frozen=True, slots=True, order=True)]
)
def test_values_can_be_ordered(decorate: Callable[[type], Any]) -> None:
    made = anew(Plain, decorate)
    low, high = made(1, "b"), made(2, "a")
    assert low < high
    assert low <= high
    assert high > low
    assert high >= low
    assert max(low, high) is high
    with pytest.raises(TypeError, match="not supported"):
        assert low < 3


@pytest.mark.parametrize("decorate", [frozen(slots=False), dataclass(frozen=True)])
def test_without_slots_there_is_room_for_what_is_found_out(
    decorate: Callable[[type], Any],
) -> None:
    @decorate
    class Lazy:
        one: int

        @cached_property
        def double(self) -> list[int]:
            return [self.one, self.one]

    lazy = Lazy(1)
    assert lazy.double is lazy.double
    with pytest.raises(FrozenInstanceError):
        lazy.one = 2


@pytest.mark.parametrize("decorate", WAYS)
def test_inheritance_and_what_the_class_says_itself(decorate: Callable[[type], Any]) -> None:
    @decorate
    class Base:
        one: int

        def __repr__(self) -> str:
            return "mine"

    @decorate
    class Sub(Base):
        two: int = 2

        def __post_init__(self) -> None:
            if self.two < self.one:
                raise ValueError("order")

    assert (Sub(1).one, Sub(1).two) == (1, 2)
    assert repr(Base(1)) == "mine"
    assert Base(1) != Sub(1)
    with pytest.raises(ValueError, match="order"):
        Sub(3)


@pytest.mark.parametrize("decorate", WAYS)
def test_no_fields_at_all(decorate: Callable[[type], Any]) -> None:
    made = anew(Empty, decorate)
    assert made() == made()
    assert hash(made()) == hash(made())
    assert repr(made()) == "Empty()"


def test_no_value_is_frozen_in_another_way() -> None:
    # A subclass of the one kind cannot be of the other, and each costs its half millisecond.
    others = [
        path.relative_to(SOURCES).as_posix()
        for path in sorted(SOURCES.rglob("*.py"))
        if "@dataclass(frozen=True" in path.read_text(encoding="utf-8")
    ]
    assert others == []


@pytest.mark.parametrize("option", ["kw_only", "hash"])
def test_what_it_does_not_make_is_refused(option: str) -> None:
    chosen: dict[str, Any] = {option: True}
    body = {"__annotations__": {"one": int}, "one": field(**chosen)}
    with pytest.raises(TypeError, match=option):
        frozen(type("Asking", (), body))
    with pytest.raises(TypeError, match="init"):
        frozen(type("Asking", (), {"__annotations__": {"one": int}, "one": field(init=False)}))
