"""What is known of each GOOS/GOARCH pair: file format, machine, variants, linking.

The list itself belongs to the toolchain in use (`toolchain.ports`); the facts here hold for every
Go version that has the port. Sources are Go 1.27.3's own files, named at each table.
"""

from __future__ import annotations

from enum import StrEnum

from crosswind.frozen import frozen


class Format(StrEnum):
    """Executable file formats, in the words of their specifications."""

    PE32 = "PE32"
    PE32_PLUS = "PE32+"
    ELF32 = "ELF32"
    ELF64 = "ELF64"
    MACHO32 = "Mach-O 32"
    MACHO64 = "Mach-O 64"
    XCOFF64 = "XCOFF64"
    PLAN9 = "Plan 9 a.out"
    WASM = "WebAssembly"


@frozen
class Variant:
    """The environment variable that picks an instruction-set level of one GOARCH.

    Attributes:
        variable: such as `GOAMD64`.
        values: every base value that Go 1.27 accepts.
        options: suffixes that may follow a base value, such as `,lse`.
        default: what the toolchain uses when nothing is set.
    """

    variable: str
    values: tuple[str, ...]
    default: str
    options: tuple[str, ...] = ()

    def accepts(self, value: str) -> bool:
        """Whether Go takes this value: a base value, then options without repetition."""
        base, *options = value.split(",")
        known = {option.lstrip(",") for option in self.options}
        return base in self.values and set(options) <= known and len(options) == len(set(options))


@frozen
class Arch:
    """A GOARCH: word size, byte order, and how its instruction-set level is chosen."""

    name: str
    bits: int
    big_endian: bool = False
    variant: Variant | None = None

    @property
    def int_bits(self) -> int:
        """How wide an `int` is (cmd/internal/sys/arch.go, PtrSize): wasm's has 64 bits, its addresses have 32."""
        return 64 if self.name == "wasm" else self.bits


# internal/buildcfg/cfg.go for names and accepted values; internal/buildcfg/zbootstrap.go,
# written by cmd/dist, for the defaults of the official toolchains.
_FLOAT = (",softfloat", ",hardfloat")
_ARM64_LEVELS = tuple(f"v8.{n}" for n in range(10)) + tuple(f"v9.{n}" for n in range(6))
_MIPS = Variant("GOMIPS", ("hardfloat", "softfloat"), "hardfloat")
_MIPS64 = Variant("GOMIPS64", ("hardfloat", "softfloat"), "hardfloat")
_PPC64 = Variant("GOPPC64", ("power8", "power9", "power10"), "power8")
_RISCV64 = Variant("GORISCV64", ("rva20u64", "rva22u64", "rva23u64"), "rva20u64")

ARCHS: dict[str, Arch] = {
    arch.name: arch
    for arch in (
        Arch("386", 32, variant=Variant("GO386", ("sse2", "softfloat"), "sse2")),
        Arch("amd64", 64, variant=Variant("GOAMD64", ("v1", "v2", "v3", "v4"), "v1")),
        Arch("arm", 32, variant=Variant("GOARM", ("5", "6", "7"), "7", _FLOAT)),
        Arch("arm64", 64, variant=Variant("GOARM64", _ARM64_LEVELS, "v8.0", (",lse", ",crypto"))),
        Arch("loong64", 64),
        Arch("mips", 32, big_endian=True, variant=_MIPS),
        Arch("mipsle", 32, variant=_MIPS),
        Arch("mips64", 64, big_endian=True, variant=_MIPS64),
        Arch("mips64le", 64, variant=_MIPS64),
        Arch("ppc64", 64, big_endian=True, variant=_PPC64),
        Arch("ppc64le", 64, variant=_PPC64),
        Arch("riscv64", 64, variant=_RISCV64),
        Arch("s390x", 64, big_endian=True),
        Arch("sparc64", 64, big_endian=True),
        # cfg.go, gowasm: a comma-separated list of these features, empty by default.
        Arch(
            "wasm",
            32,
            variant=Variant("GOWASM", ("satconv", "signext"), "", (",satconv", ",signext")),
        ),
    )
}

_FORMATS: dict[str, dict[int, Format]] = {
    "windows": {32: Format.PE32, 64: Format.PE32_PLUS},
    "darwin": {32: Format.MACHO32, 64: Format.MACHO64},
    "ios": {32: Format.MACHO32, 64: Format.MACHO64},
    "aix": {64: Format.XCOFF64},
    "plan9": {32: Format.PLAN9, 64: Format.PLAN9},
    "js": {32: Format.WASM},
    "wasip1": {32: Format.WASM},
}
_ELF = {32: Format.ELF32, 64: Format.ELF64}

# internal/platform/supported.go, DefaultPIE: what `-buildmode=default` means.
_DEFAULT_PIE = frozenset({"android", "ios", "windows", "darwin"})


@frozen(order=True)
class Port:
    """One GOOS/GOARCH pair as a toolchain offers it.

    `cgo_supported`, `first_class` and `broken` are the toolchain's own words
    (internal/platform/zosarch.go); see https://go.dev/wiki/PortingPolicy for their meaning.
    """

    goos: str
    goarch: str
    cgo_supported: bool = False
    first_class: bool = False
    broken: bool = False

    def __str__(self) -> str:
        """`goos/goarch`."""
        return f"{self.goos}/{self.goarch}"

    @property
    def arch(self) -> Arch:
        """Facts about the GOARCH; an architecture newer than this table counts as 64-bit."""
        return ARCHS.get(self.goarch) or Arch(self.goarch, 64)

    @property
    def format(self) -> Format:
        """The format of its executables."""
        return _FORMATS.get(self.goos, _ELF).get(self.arch.bits, Format.ELF64)

    @property
    def needs_external_linker(self) -> bool:
        """Whether it cannot be linked without a C toolchain, even with cgo off.

        internal/platform/supported.go, MustLinkExternal with withCgo=false; and ios/amd64, which is
        not in there: its default build asks for an external linker, and what `-buildmode=exe` links
        starts with an undefined instruction, without main ("only supports external linking",
        runtime/rt0_ios_amd64.s).
        """
        if self.goos == "android":
            return self.goarch != "arm64"
        return self.goos == "ios"

    @property
    def default_pie(self) -> bool:
        """Whether plain `go build` makes a position-independent executable."""
        return self.goos in _DEFAULT_PIE

    @property
    def exe_suffix(self) -> str:
        """What the go command appends to an executable's name (cmd/go, cfg.ExeSuffix)."""
        return ".exe" if self.goos == "windows" else ""
