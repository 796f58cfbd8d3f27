"""The JSON Schema that editors use, and the reader: they agree about every value."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from crosswind.config.config_error import ConfigError
from crosswind.config.model import json_schema
from crosswind.config.read import read

ROOT = Path(__file__).parent.parent.parent.parent
SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

# Words that mean something to some key, and what people get wrong.
_WORDS = (
    "auto", "off", "on", "true", "false", "yes", "pie", "vendor", "mod", "a", "a,b", "-s -w", "1.27.3",
    "go1.27rc1", "1.27", "windows/*", "!linux", "./cmd/a", "{{ .Os }}", "", " ", ".a", "a.", "a/b", "-a",
    "CW1501", "C:/", "..", "main.v", "\u00e9", "a\nb", "a\n",
)  # fmt: skip
# Fractions only: YAML's 1.0 is a whole number to JSON Schema, and to the reader what is written.
_NUMBERS = st.integers(-10, 10**12) | st.floats(0.001, 9.5).filter(lambda f: not f.is_integer())
_SCALARS = st.sampled_from(_WORDS) | st.text(max_size=6) | _NUMBERS | st.booleans()
# Keys whose rule a schema can express; of the others it must take all that the reader takes.
_EXACT = (
    "trimpath", "cgo", "ldflags", "gcflags", "asmflags", "buildmode", "pgo", "buildvcs", "mod", "gui",
    "smoke", "version", "name", "targets", "skip", "fail_fast", "parallel",
)  # fmt: skip
_LOOSE = (
    "tags",
    "flags",
    "toolchain",
    "dist",
    "env",
    "variables",
    "programs",
    "verify",
    "windows",
    "store",
)


def reads(document: dict[str, Any]) -> bool:
    """Whether the reader takes a document: JSON is YAML, too."""
    try:
        read(json.dumps(document).encode(), "c.yaml")
    except ConfigError as error:
        # What is no YAML for crosswind (control characters) is nothing for a schema.
        return any(finding.code in ("CW0201", "CW0202") for finding in error.findings)
    return True


@given(st.sampled_from(_EXACT), _SCALARS)
@example("pgo", 5)
@example("version", 2)
@example("parallel", -1)
@example("buildvcs", "true")
def test_reader_and_schema_take_the_same_scalars(key: str, value: object) -> None:
    document = {key: value}
    assert VALIDATOR.is_valid(document) is reads(document), document


@given(
    st.sampled_from((*_EXACT, *_LOOSE)),
    st.recursive(
        _SCALARS,
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(("main", "name", "A", "main.v", "targets")), inner, max_size=2
            )
        ),
        max_leaves=4,
    ),
)
@example("toolchain", 1.27)
@example("tags", ["a", 5, True])
@example("env", {"A": 5})
def test_what_the_reader_takes_fits_the_schema(key: str, value: object) -> None:
    document = {key: value}
    if reads(document):
        VALIDATOR.validate(document)


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    words = set(re.findall(r'"([A-Za-z]+)": ', json.dumps(SCHEMA)))
    assert not words & {"ge", "le", "gt", "lt"}, "pydantic's words, which no editor knows"


@pytest.mark.parametrize("file", ["docs/configuration.md", "tests/unit/config/everything.yaml"])
def test_examples_fit_the_schema(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    examples = re.findall(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE) or [text]
    for one in examples:
        VALIDATOR.validate(json.loads(json.dumps(YAML(typ="safe", pure=True).load(one))))
