"""Coverage profiles of several runs become one."""

import pytest

from crosswind.errors import BuildError
from crosswind.gotest import coverage


def test_profiles_are_joined_below_one_mode(tmp_path):
    one, two, absent = (tmp_path / name for name in ("one", "two", "absent"))
    one.write_bytes(b"mode: set\na.go:1.1,2.2 1 1\n")
    two.write_bytes(b"mode: set\nb.go:1.1,2.2 1 0\n")
    coverage.merge([one, absent, two], tmp_path / "all")
    assert (tmp_path / "all").read_bytes() == (b"mode: set\na.go:1.1,2.2 1 1\nb.go:1.1,2.2 1 0\n")


@pytest.mark.parametrize("text", [b"no profile\n", b"mode: count\n"])
def test_what_does_not_fit_is_refused(tmp_path, text):
    (tmp_path / "one").write_bytes(b"mode: set\n")
    (tmp_path / "two").write_bytes(text)
    with pytest.raises(BuildError) as raised:
        coverage.merge([tmp_path / "one", tmp_path / "two"], tmp_path / "all")
    assert raised.value.code == "CW4034"
    assert not (tmp_path / "all").exists()
