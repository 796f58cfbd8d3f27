"""Files are mapped to be read; what cannot be is told by the command's own code."""

import pytest

from crosswind.errors import UsageError
from crosswind.system.mapping import view_of


@pytest.mark.parametrize("content", [b"", b"MZ"])
def test_a_file_is_seen_whole(tmp_path, content):
    path = tmp_path / "file"
    path.write_bytes(content)
    assert bytes(view_of(path, "CW0901").data) == content


def test_a_folder_and_an_absent_file_are_refused(tmp_path):
    for path in (tmp_path, tmp_path / "absent"):
        with pytest.raises(UsageError) as raised:
            view_of(path, "CW4001")
        assert raised.value.code == "CW4001"
        assert raised.value.subject == str(path)
