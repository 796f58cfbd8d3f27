"""Code pages, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosswind.run.emulator import code_pages
from crosswind.run.emulator.code_pages import NoTranslation, decode, encode


def test_bytes_that_a_page_leaves_undefined_are_controls():
    assert decode(b"a\x80\x81", 1252) == "a\u20ac\x81"
    assert encode("\x81\u20ac", 1252) == (b"\x81\x80", False)
    assert decode(bytes(range(128, 256)), 437).startswith("Çü")


def test_invalid_bytes_are_replaced_or_refused():
    assert decode(b"\xff\xc3", code_pages.UTF8) == "\ufffd\ufffd"
    with pytest.raises(NoTranslation):
        decode(b"\xff", code_pages.UTF8, strict=True)


def test_what_a_page_lacks_is_its_default_or_the_nearest_letter():
    assert encode("a\u0141\u4e00", 1252) == (b"aL?", True)
    assert encode("\u0141", 1252, best_fit=False) == (b"?", True)
    assert encode("\u4e00", 1252, default=b"*") == (b"*", True)
    # Two characters to Windows.
    assert encode("\U0001f600", 1252) == (b"??", True)


def test_half_a_pair_is_replaced_or_refused_in_utf8():
    assert encode("\ud800x", code_pages.UTF8) == (b"\xef\xbf\xbdx", False)
    with pytest.raises(NoTranslation):
        encode("\ud800", code_pages.UTF8, strict=True)


def test_pages_are_known_by_number_and_by_role():
    assert code_pages.known(code_pages.ACP)
    assert code_pages.known(932)
    assert not code_pages.known(1200)
    assert [code_pages.max_char_size(page) for page in (0, 65001, 932)] == [1, 4, 2]
    assert [code_pages.lead_bytes(page).hex() for page in (1252, 936)] == ["", "81fe"]


@given(st.binary(), st.sampled_from(sorted(code_pages._CODECS)))
def test_any_bytes_have_a_text_in_any_page(data, page):
    decode(data, page)


@given(st.binary(), st.sampled_from([437, 850, 866, 1251, 1252, 28591]))
def test_single_bytes_come_back(data, page):
    assert encode(decode(data, page), page)[0] == data


@given(st.text(st.characters()), st.sampled_from(sorted(code_pages._CODECS)))
def test_any_text_has_bytes_in_any_page(text, page):
    encode(text, page)
