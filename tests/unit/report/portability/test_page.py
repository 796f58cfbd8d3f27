"""The page of a survey: every cell, every reason, and no markup from outside."""

from __future__ import annotations

import re

from crosswind.report.portability.page import page
from small_surveys import TARGETS, survey_of

TREE = {
    "a/a.go": 'package a\n\nimport "syscall"\n\nfunc A() { syscall.Kill() }\n',
    "b/b.go": 'package b\n\nimport _ "example.com/m/a"\n',
    "c/c_linux.go": "package c\n",
    "d/d.go": "package d\n",
    "e/e.go": 'package e\n\nimport "os"\n\nfunc E() { os.Open("/etc/<b>") }\n',
}


def rows(html: str) -> dict[str, str]:
    """By package: the letters of its cells."""
    body = html.partition("<tbody>")[2].partition("</tbody>")[0]
    found = re.findall(r'title="example.com/m/([^"]+)".*?</th>(.*?)</tr>', body)
    return {path: "".join(re.findall(r'<td class="(\w)', cells)) for path, cells in found}


def test_each_cell_has_its_letter(tmp_path):
    html = page(survey_of(tmp_path, TREE))
    assert rows(html) == {"a": "wwbb", "b": "wwbb", "c": "wnnn", "d": "wwww", "e": "wwww"}
    assert html.count('scope="col"') == len(TARGETS)


def test_reasons_say_where_and_for_which_columns(tmp_path):
    html = page(survey_of(tmp_path, TREE))
    assert 'data-where="c"' in html
    assert "a/a.go:5:20" in html
    assert "b/b.go:3:8" in html
    assert html.count('<details class="reasons"') == 3


def test_markup_is_shown_as_text(tmp_path):
    html = page(survey_of(tmp_path, TREE))
    assert "<b>" not in html
    assert "/etc/&lt;b&gt;" in html


def test_with_cgo_what_uses_c_is_marked(tmp_path):
    tree = {"a/a.go": 'package a\n\nimport "C"\n'}
    assert rows(page(survey_of(tmp_path, tree, cgo=True))) == {"a": "cccc"}


def test_an_empty_module_has_a_page(tmp_path):
    assert "packages: 0" in page(survey_of(tmp_path, {"a/x.txt": ""}))


def test_a_package_that_is_all_cgo_is_on_the_page(tmp_path):
    html = page(survey_of(tmp_path, {"a/a.go": 'package a\n\nimport "C"\n'}))
    assert rows(html) == {"a": "nnnn"}
    assert "all its files need cgo" in html


def test_tests_have_a_mark_of_their_own(tmp_path):
    tree = {"a/a.go": "package a\n", "a/a_test.go": TREE["a/a.go"]}
    html = page(survey_of(tmp_path, tree, tests=True))
    assert rows(html) == {"a": "wwtt"}
    assert "its tests: undefined: syscall.Kill" in html
    assert 'class="key t"' not in page(survey_of(tmp_path, tree))
