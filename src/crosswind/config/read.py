"""Turn the text of `crosswind.yaml` into a `Config`, or into an error that names every mistake."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from crosswind.config import mistakes, model, size
from crosswind.config.document import Document, Problem, Unreadable, parse
from crosswind.config.settings import (
    Cgo,
    Config,
    Debug,
    Ignore,
    Overlay,
    Override,
    Pairs,
    Path,
    ProgramConfig,
    Skip,
)
from crosswind.config.sign_model import SignKeys
from crosswind.config.smoke_model import SmokeKeys
from crosswind.config.values import Strict
from crosswind.config.windows_model import WindowsKeys


def read(data: bytes, file: str) -> Config:
    """Read a configuration.

    Args:
        data: the file's content.
        file: its name, for messages.

    Raises:
        ConfigError: CW0201 not YAML, CW0202 refused, CW0205 unknown key, CW0206 wrong value,
            CW0207 missing key, CW0208 contradiction, CW0209 a GoReleaser file.
    """
    try:
        document = parse(data)
    except Unreadable as unreadable:
        raise mistakes.error(file, unreadable.problems) from None
    try:
        parsed = model.File.model_validate(document.value)
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False)
        found = mistakes.problems(errors, document, _known_keys(model.File, ()))
        raise mistakes.error(file, found) from None
    contradictions = list(_contradictions(parsed, document))
    if contradictions:
        raise mistakes.error(file, contradictions)
    return _config(parsed, document, file)


def _known_keys(schema: type[BaseModel], path: Path) -> dict[Path, tuple[str, ...]]:
    """List the keys of every mapping the model knows, by path with indexes written as 0."""
    known: dict[Path, tuple[str, ...]] = {path: tuple(schema.model_fields)}
    for name, field in schema.model_fields.items():
        for inner in _models(field.annotation):
            known |= _known_keys(inner, (*path, name))
            known |= _known_keys(inner, (*path, name, 0))
    return known


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models(argument)


def _contradictions(parsed: model.File, document: Document) -> Iterator[Problem]:
    names = [program_name(entry, parsed.name or "") for entry in parsed.programs or ()]
    seen: set[str] = set()
    for index, name in enumerate(names):
        position = document.keys["programs", index]
        if not name:
            hint = "add `name:` here, or at the top level"
            message = f"programs[{index}]: main does not tell the program's name"
            yield Problem("CW0207", position, message, hint)
        elif name.casefold() in seen:
            hint = "give each its own `name:`; case alone tells no files apart on Windows"
            yield Problem("CW0208", position, f"programs[{index}]: a second program {name}", hint)
        seen.add(name.casefold())
    for index, override in enumerate(parsed.overrides or ()):
        position = document.keys["overrides", index]
        if override.targets is None and override.programs is None:
            message = f"overrides[{index}]: holds for everything"
            hint = "add targets: or programs:, or move its settings to the top level"
            yield Problem("CW0208", position, message, hint)
        if overlay(override) == Overlay():
            yield Problem("CW0208", position, f"overrides[{index}]: changes nothing")


def program_name(entry: model.ProgramEntry, project: str) -> str:
    """Return a program's name: its own, else main's last part as `go build` picks it.

    cmd/go, load.DefaultExecName: a last part that is a major version (`v2`) does not count.
    Without such a part (`.`) it is the project's.
    """
    if entry.name:
        return entry.name
    parts = [part for part in re.split(r"[/\\]", entry.main) if part not in ("", ".", "..")]
    if len(parts) > 1 and re.fullmatch(r"v([2-9]|[1-9]\d+)", parts[-1]):
        parts.pop()
    return parts[-1] if parts else project


def _config(parsed: model.File, document: Document, file: str) -> Config:
    return Config(
        file=file,
        name=parsed.name or "",
        toolchain=parsed.toolchain or "",
        targets=tuple(parsed.targets or ()),
        skip=tuple(Skip(entry.target, entry.reason or "") for entry in parsed.skip or ()),
        dist=parsed.dist or "dist",
        programs=tuple(
            ProgramConfig(
                entry.main,
                program_name(entry, parsed.name or ""),
                tuple(entry.targets or ()),
                overlay(entry),
            )
            for entry in parsed.programs or ()
        ),
        overlay=overlay(parsed),
        overrides=tuple(
            Override(tuple(entry.targets or ()), tuple(entry.programs or ()), overlay(entry))
            for entry in parsed.overrides or ()
        ),
        ignore=tuple(
            Ignore(entry.code, entry.reason, tuple(entry.targets or ()))
            for entry in (parsed.verify.ignore if parsed.verify else None) or ()
        ),
        fail_fast=bool(parsed.fail_fast),
        parallel=parsed.parallel or 0,
        store_limit=size.parse((parsed.store and parsed.store.limit) or ""),
        positions=tuple(document.keys.items()),
    )


def overlay(keys: model.SettingsKeys) -> Overlay:
    """Take the settings out of a mapping that may hold more."""
    return Overlay(
        trimpath=keys.trimpath,
        cgo=None if keys.cgo is None else Cgo(keys.cgo),
        tags=_items(keys.tags),
        ldflags=_items(keys.ldflags),
        gcflags=_items(keys.gcflags),
        asmflags=_items(keys.asmflags),
        flags=_items(keys.flags),
        env=_pairs(keys.env),
        buildmode=keys.buildmode,
        pgo=keys.pgo,
        buildvcs=keys.buildvcs,
        mod=keys.mod,
        gui=keys.gui,
        variables=_pairs(keys.variables),
        debug=None if keys.debug is None else Debug(keys.debug),
        **_smoke(keys.smoke),
        **_windows(keys.windows),
        **_sign(keys.sign),
    )


def _items(value: list[str] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)


def _pairs(value: dict[str, str] | None) -> Pairs | None:
    return None if value is None else tuple(value.items())


def _windows(keys: WindowsKeys | None) -> dict[str, Any]:
    """Spread `windows:` over the settings that stand for its keys; where it stands, it is on."""
    if keys is None:
        return {}
    return {
        "embed": keys.enabled is not False,
        "icon": _items(keys.icon),
        "resources": _items(keys.resources),
        "defines": _pairs(keys.defines),
        "includes": _items(keys.includes),
        "version_info": _pairs(keys.version),
        "manifest": _words(keys.manifest),
        "string_table": _pairs(keys.strings),
        "rcdata": _pairs(keys.rcdata),
        "language": keys.language,
    }


def _smoke(keys: SmokeKeys | None) -> dict[str, Any]:
    """Spread `smoke:` over its settings; each run is described whole, whatever other layers say."""
    if keys is None:
        return {}
    return {
        "smoke_run": keys.enabled is not False,
        "smoke": tuple(keys.args or ()),
        "smoke_exit": keys.exit or 0,
        "smoke_output": keys.output or "",
    }


def _sign(keys: SignKeys | None) -> dict[str, Any]:
    windows = keys.windows if keys else None
    return {
        "sign_windows": _words(windows, "command", "timestamp"),
        "sign_command": _items(windows.command) if windows else None,
        "sign_timestamp": _items(windows.timestamp) if windows else None,
        "sign_darwin": _words(keys.darwin if keys else None),
    }


def _words(keys: Strict | None, *others: str) -> Pairs | None:
    """Flatten a mapping into texts, without some keys; where it stands, it is enabled."""
    if keys is None:
        return None
    said = {"enabled": True, **keys.model_dump(exclude_none=True, exclude=set(others))}
    return tuple(
        (key, str(value).lower() if isinstance(value, bool) else value)
        for key, value in said.items()
    )
