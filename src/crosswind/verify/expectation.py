"""`Expectation`: what was asked of a build, as far as its product can be checked against it."""

from __future__ import annotations

from crosswind.frozen import frozen
from crosswind.target import Target


@frozen
class Expectation:
    """What a program should be. None everywhere means "not asked": checks then tell what they find.

    Attributes:
        target: what it runs on; an empty variant means the toolchain's default.
        cgo: whether `CGO_ENABLED=1` was set.
        tags: build tags, in any order.
        trimpath: whether `-trimpath` was given.
        buildmode: the value of `-buildmode`, if one was given.
        gui: whether it is a Windows program without a console (`-H windowsgui`).
        go_version: of the toolchain: `1.26.8` or `go1.26.8`.
        program: import path of the main package.
        module: path of the main module.
        module_version: its version; `(devel)` for a build in the source tree.
        vcs_modified: whether the source tree had changes that were not committed.
        vcs_revision: the commit, in full.
        strip_symbols: whether `-s` was given to the linker.
        strip_dwarf: whether `-w` was given; `-s` implies it.
        debug_file: whether its debug data lies in a file beside it.
        pdb: whether the linker made a PDB, which lies beside it.
        variables: (name, value) that `-X` should have set, names as `-X` takes them.
        pgo: whether a profile was given (`-pgo`).
        glibc: the highest glibc version that may be needed, such as `2.17`.
        file_name: the name it will be published under, if its present one is temporary.
        traces: (what it is, text) that must not be inside, such as
            `("home directory", "/home/bob")` or `("host name", "bobs-laptop")`.
        signed: whether it carries a signature with a certificate.
        trusted: root certificates (DER) that such a signature must lead to; none: any root is taken,
            and the verdict says that it was not checked.
        resources: all resources of a Windows program, as `resource.describe` names them, each with
            the SHA-256 of its content in hex.
    """

    target: Target | None = None
    cgo: bool | None = None
    tags: tuple[str, ...] | None = None
    trimpath: bool | None = None
    buildmode: str | None = None
    gui: bool | None = None
    go_version: str | None = None
    program: str | None = None
    module: str | None = None
    module_version: str | None = None
    vcs_modified: bool | None = None
    vcs_revision: str | None = None
    strip_symbols: bool | None = None
    strip_dwarf: bool | None = None
    debug_file: bool | None = None
    pdb: bool | None = None
    variables: tuple[tuple[str, str], ...] = ()
    pgo: bool | None = None
    glibc: str | None = None
    file_name: str | None = None
    traces: tuple[tuple[str, str], ...] = ()
    signed: bool | None = None
    trusted: tuple[bytes, ...] = ()
    resources: tuple[tuple[str, str], ...] | None = None
