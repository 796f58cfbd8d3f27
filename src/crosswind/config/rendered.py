"""Settings whose templates are rendered."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from crosswind.config.context import TemplateContext
from crosswind.config.settings import MAPS, RAW, Config, Settings
from crosswind.target import Target


def render_settings(
    config: Config, program: str, target: Target, context: TemplateContext
) -> Settings:
    """Return a unit's settings with every template rendered; raises as `render` does."""
    settings = config.settings(program, target)

    def rendered(text: str, name: str, key: str | int = "") -> str:
        if "{{" not in text:
            return text
        from crosswind.config.template import render  # late: most settings hold no template

        origin = config.origin(program, target, name, key)
        return render(text, context, origin.where or origin.layer)

    changes: dict[str, Any] = {}
    for setting in fields(Settings):
        name, value = setting.name, getattr(settings, setting.name)
        if name in RAW:
            continue
        if name in MAPS:
            changes[name] = tuple((key, rendered(text, name, key)) for key, text in value)
        elif isinstance(value, tuple):
            changes[name] = tuple(rendered(text, name, at) for at, text in enumerate(value))
        elif name in ("pgo", "language", "smoke_output"):
            changes[name] = rendered(value, name)
    return replace(settings, **changes)
