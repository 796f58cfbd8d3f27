"""The one locale."""

from crosswind.run.emulator import locales


def test_texts_and_numbers():
    assert locales.info(0x5C) == "en-US"
    assert locales.info(0x20001004) == 1252
    assert locales.info(0x20000001) == 0x409
    assert locales.info(0x2000005C) is None
    assert locales.info(0x7777) is None
    assert locales.known_name("EN-us")
    assert not locales.known_name("de-DE")
    assert locales.known_lcid(0x400)
    assert not locales.known_lcid(0x407)
