"""Values that never change: frozen dataclasses with slots, made at a quarter of the cost.

`dataclass(frozen=True, slots=True)` compiles six methods for each class, and a build where nothing changed
imports a hundred classes. All but `__init__` do the same everywhere, and are functions here
(docs/decisions/0026-start-up.md).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, FrozenInstanceError, field
from operator import attrgetter, ge, gt, le, lt
from typing import Any, NoReturn, TypeVar, dataclass_transform, overload

T = TypeVar("T")

_set = object.__setattr__
# So many values of a class take less time to make one by one than an `__init__` takes to compile.
_FEW = 64


@overload
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def frozen(cls: type[T], /) -> type[T]: ...
@overload
def frozen(*, slots: bool = True, order: bool = False) -> Callable[[type[T]], type[T]]: ...
def frozen(cls: type | None = None, /, *, slots: bool = True, order: bool = False) -> Any:
    """Make a class what `dataclass(frozen=True, slots=True)` makes it.

    Args:
        cls: the class, unless there is more to say.
        slots: False for a class with a `cached_property`, which wants a `__dict__`.
        order: whether values are ordered by their fields.

    Raises:
        TypeError: the class asks for something of dataclasses that is not made here.
    """

    def make(plain: type) -> Any:
        # Without a text dataclasses makes one of the signature: that takes longer than all else.
        plain.__doc__ = plain.__doc__ or plain.__name__
        made: Any = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots)(plain)
        fields = dataclasses.fields(made)
        for one in fields:
            if one.kw_only or not one.init or one.hash is not None:
                said = "frozen knows no kw_only, init and hash"
                raise TypeError(f"{plain.__qualname__}.{one.name}: {said}")
        names = [one.name for one in fields if one.compare]
        methods = {"__init__": _init(made), **_METHODS, **_comparison(names, order=order)}
        for name, method in methods.items():
            if name not in vars(plain):
                setattr(made, name, method)
        return made

    return make if cls is None else make(cls)


def _init(cls: Any) -> Callable[..., None]:
    """Return an `__init__` that is compiled once a class has many values: most have few in a run, or none."""
    left = _FEW

    def make(self: Any, *values: Any, **named: Any) -> None:
        nonlocal left
        left -= 1
        if left >= 0 and _fill(cls, self, values, named):
            return
        if vars(cls).get("__init__") is make:
            cls.__init__ = _compiled(cls, dataclasses.fields(cls))
        cls.__init__(self, *values, **named)

    make.__name__, make.__qualname__ = "__init__", f"{cls.__qualname__}.__init__"
    return make


def _fill(cls: Any, self: Any, values: Sequence[Any], named: Mapping[str, Any]) -> bool:
    """Set all fields; False if the arguments are wrong, of which Python is to tell in its own words."""
    fields = dataclasses.fields(cls)
    if len(values) > len(fields):
        return False
    given = {one.name: value for one, value in zip(fields, values, strict=False)}
    if not named.keys().isdisjoint(given):
        return False
    given |= named
    for one in fields:
        if one.name in given:
            _set(self, one.name, given.pop(one.name))
        elif one.default is not MISSING:
            _set(self, one.name, one.default)
        elif one.default_factory is not MISSING:
            _set(self, one.name, one.default_factory())
        else:
            return False
    if given:
        return False
    if hasattr(cls, "__post_init__"):
        self.__post_init__()
    return True


def _compiled(cls: type, fields: Sequence[Field[Any]]) -> Callable[..., None]:
    """Compile `__init__`: the one method that would be slow without a text of its own."""
    known: dict[str, Any] = {"_set": _set, "_MISSING": MISSING}
    parameters, lines = ["self"], []
    for one in fields:
        name, value = one.name, one.name
        if one.default is not MISSING:
            known[f"_default_{name}"] = one.default
            name += f"=_default_{name}"
        elif one.default_factory is not MISSING:
            known[f"_new_{name}"] = one.default_factory
            value = f"_new_{name}() if {name} is _MISSING else {name}"
            name += "=_MISSING"
        parameters.append(name)
        lines.append(f" _set(self, {one.name!r}, {value})")
    if hasattr(cls, "__post_init__"):
        lines.append(" self.__post_init__()")
    exec(f"def __init__({', '.join(parameters)}):\n" + "\n".join(lines or [" pass"]), known)  # noqa: S102
    made: Callable[..., None] = known["__init__"]
    made.__qualname__ = f"{cls.__qualname__}.__init__"
    return made


def _comparison(names: Sequence[str], *, order: bool) -> dict[str, Callable[..., Any]]:
    """Compare values of the same class by their fields."""
    content = attrgetter(*names) if names else type

    def equal(self: Any, other: object) -> Any:
        if other.__class__ is self.__class__:
            return content(self) == content(other)
        return NotImplemented

    def ordered_by(decide: Callable[[Any, Any], Any]) -> Callable[[Any, object], Any]:
        def compare(self: Any, other: object) -> Any:
            if other.__class__ is self.__class__:
                return decide(content(self), content(other))
            return NotImplemented

        return compare

    signs = (lt, le, gt, ge) if order else ()
    ordering = {f"__{sign.__name__}__": ordered_by(sign) for sign in signs}
    return {"__eq__": equal, "__hash__": lambda self: hash(content(self)), **ordering}


def _repr(self: Any) -> str:
    shown = (
        f"{one.name}={getattr(self, one.name)!r}" for one in dataclasses.fields(self) if one.repr
    )
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_to_set(_self: object, name: str, _value: object) -> NoReturn:
    raise FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(_self: object, name: str) -> NoReturn:
    raise FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[Any]:
    """Return what pickle and copy take: they would assign to fields otherwise."""
    return [getattr(self, one.name) for one in dataclasses.fields(self)]


def _set_state(self: Any, state: Sequence[Any]) -> None:
    for one, value in zip(dataclasses.fields(self), state, strict=True):
        _set(self, one.name, value)


_METHODS = {
    "__repr__": _repr,
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
    "__getstate__": _state,
    "__setstate__": _set_state,
}
