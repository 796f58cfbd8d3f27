"""The registry and its pages."""

from __future__ import annotations

import inspect

import pytest

from crosswind.explain.page import load
from crosswind.verify.registry import CHECKS, LAST


def test_codes_stand_in_order_and_once():
    codes = [spec.code for spec in CHECKS]
    assert codes == sorted(set(codes))
    assert LAST in codes


def test_titles_and_functions_are_different():
    assert len({spec.title for spec in CHECKS}) == len(CHECKS)
    assert len({spec.function for spec in CHECKS}) == len(CHECKS)


@pytest.mark.parametrize("spec", CHECKS, ids=lambda spec: spec.code)
def test_a_function_names_its_code_and_the_code_has_a_page(spec):
    assert inspect.getdoc(spec.function).startswith(f"{spec.code}: ")
    assert load(spec.code).section("Mend")
