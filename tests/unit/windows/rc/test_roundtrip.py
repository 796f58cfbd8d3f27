"""What a script says is what the readers of resources find."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crosswind.windows import strings
from crosswind.windows.rc import Compiled, compile_script
from crosswind.windows.rc.lexer import MAX_STRING

TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)


def compiled(script: str) -> Compiled:
    data = b"// UTF-8\n#pragma code_page(65001)\n" + script.encode()
    result = compile_script("app.rc", data, lambda _: None)
    assert isinstance(result, Compiled)
    return result


def quoted(text: str) -> str:
    assert len(text) < MAX_STRING
    return '"' + text.replace("\\", "\\\\").replace('"', '""') + '"'


@given(st.dictionaries(st.integers(0, 65535), TEXT.filter(bool), min_size=1, max_size=20))
def test_strings(texts):
    lines = "\n".join(f"{number}, {quoted(text)}" for number, text in texts.items())
    tree = compiled(f"STRINGTABLE BEGIN\n{lines}\nEND\n").tree
    assert strings.read_all(tree) == texts


@given(TEXT)
def test_raw_data(text):
    narrow, wide = compiled(f"1 RCDATA {{ {quoted(text)} }}\n2 RCDATA {{ L{quoted(text)} }}").tree
    assert narrow.data.decode() == text
    assert wide.data.decode("utf-16-le") == text


@given(st.lists(st.integers(0, 0xFFFFFFFF), max_size=30))
def test_numbers(numbers):
    (resource,) = compiled(f"1 RCDATA {{ {', '.join(f'{one:#x}L' for one in numbers)} }}").tree
    found = [resource.data[at : at + 4] for at in range(0, len(resource.data), 4)]
    assert [int.from_bytes(one, "little") for one in found] == numbers


@given(st.binary(max_size=80))
def test_any_bytes_as_hexadecimal_escapes(data):
    source = "".join(f"\\x{byte:02x}" for byte in data)
    result = compile_script("a.rc", f'1 RCDATA {{ "{source}" }}'.encode(), lambda _: None)
    assert isinstance(result, Compiled)
    assert next(iter(result.tree)).data == data
