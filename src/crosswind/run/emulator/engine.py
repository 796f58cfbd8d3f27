"""The C interface of unicorn, as far as we use it (unicorn/unicorn.h, version 2.1).

What is done at each call of Windows goes by it, because unicorn's Python classes cost more than the work itself.
"""

from __future__ import annotations

import ctypes
import sys
from importlib.machinery import PathFinder
from pathlib import Path

from crosswind.errors import MissingError

_NAMES = {"win32": "unicorn.dll", "darwin": "libunicorn.2.dylib"}
_NAME = _NAMES.get(sys.platform, "libunicorn.so.2")
# The first version whose behaviour the tests have seen, and the first that may break its interface.
OLDEST, NEWEST = (2, 1, 4), (3, 0, 0)

# uc_err, uc_hook_type.
ERR_OK, ERR_INSN_INVALID = 0, 10
# Unmapped memory read, written or executed, and the same where protection forbids it.
ERR_ACCESS = frozenset({6, 7, 8, 12, 13, 14})
HOOK_INTR, HOOK_BLOCK = 1 << 0, 1 << 3
HOOK_MEM_INVALID, HOOK_INSN_INVALID, HOOK_TLB_FILL = 0x3F0, 1 << 14, 1 << 17
# uc_mem_type: what the hook for invalid accesses is told.
MEM_WRITE_UNMAPPED, MEM_FETCH_UNMAPPED, MEM_WRITE_PROT, MEM_FETCH_PROT = 20, 21, 22, 24
# UC_CTL_WRITE(UC_CTL_TB_REMOVE_CACHE, 2).
CTL_REMOVE_CACHE = 9 | 2 << 26 | 1 << 30
# UC_CTL_WRITE(UC_CTL_TLB_TYPE, 1), and UC_TLB_VIRTUAL: entries come from a hook.
CTL_TLB_TYPE, TLB_VIRTUAL = 12 | 1 << 26 | 1 << 30, 1
# UC_CTL_WRITE(UC_CTL_TLB_FLUSH, 0).
CTL_TLB_FLUSH = 11 | 1 << 30
# uc_prot.
PROT_READ, PROT_WRITE, PROT_EXECUTE, PROT_ALL = 1, 2, 4, 7

# uc_x86_reg.
EFLAGS, RIP, MXCSR, GS_BASE, FS_BASE = 25, 41, 249, 251, 250
FPSW, FPCW, FPTAG, FP0, XMM0 = 31, 246, 247, 82, 122
RAX, RBP, RBX, RCX, RDI, RDX, RSI, RSP, R8, R9 = 35, 36, 37, 38, 39, 40, 43, 44, 106, 107

ON_INTERRUPT = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p)
ON_INVALID = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p, ctypes.c_void_p)
ON_ACCESS = ctypes.CFUNCTYPE(
    ctypes.c_bool, ctypes.c_void_p, ctypes.c_int, ctypes.c_uint64, ctypes.c_int, ctypes.c_int64,
    ctypes.c_void_p,
)  # fmt: skip

_U64, _I32, _U32, _POINTER = ctypes.c_uint64, ctypes.c_int, ctypes.c_uint32, ctypes.c_void_p
_PROTOTYPES = {
    "uc_context_alloc": (_POINTER, _POINTER),
    "uc_context_free": (_POINTER,),
    "uc_context_restore": (_POINTER, _POINTER),
    "uc_context_save": (_POINTER, _POINTER),
    # Variadic: what follows the fixed arguments is passed by its own type.
    "uc_ctl": (_POINTER, _U32),
    "uc_emu_start": (_POINTER, _U64, _U64, _U64, ctypes.c_size_t),
    "uc_emu_stop": (_POINTER,),
    "uc_hook_add": (_POINTER, _POINTER, _I32, _POINTER, _POINTER, _U64, _U64),
    "uc_hook_del": (_POINTER, ctypes.c_size_t),
    "uc_mem_map_ptr": (_POINTER, _U64, _U64, _U32, _POINTER),
    "uc_mem_protect": (_POINTER, _U64, _U64, _U32),
    "uc_mem_unmap": (_POINTER, _U64, _U64),
    "uc_mem_write": (_POINTER, _U64, ctypes.c_char_p, _U64),
    "uc_reg_read_batch": (_POINTER, _POINTER, _POINTER, _I32),
    "uc_reg_write_batch": (_POINTER, _POINTER, _POINTER, _I32),
    "uc_reg_write": (_POINTER, _I32, _POINTER),
    "uc_version": (_POINTER, _POINTER),
}
_HINT = "install it with: pip install 'crosswind[emulator]'"


def find() -> Path | None:
    """Return unicorn's library where its wheel is installed; loads nothing."""
    spec = PathFinder.find_spec("unicorn")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder, "lib", _NAME)
        if path.is_file():
            return path
    return None


def load() -> ctypes.CDLL:
    """Load unicorn.

    Raises:
        MissingError: CW4050, it is not installed, cannot be loaded, or is of a version that is not known.
    """
    path = find()
    if path is None:
        raise MissingError("CW4050", "the emulator needs unicorn", hint=_HINT)
    try:
        library = ctypes.CDLL(str(path))
    except OSError as error:
        raise MissingError(
            "CW4050", f"unicorn cannot be loaded: {error}", subject=str(path), hint=_HINT
        ) from error
    for name, arguments in _PROTOTYPES.items():
        function = getattr(library, name)
        function.argtypes, function.restype = arguments, _I32
    found = version(library)
    if not OLDEST <= found < NEWEST:
        words = ".".join(map(str, found))
        raise MissingError("CW4050", f"unicorn {words} is not known", subject=str(path), hint=_HINT)
    return library


def version(library: ctypes.CDLL) -> tuple[int, int, int]:
    """Return a loaded library's version."""
    # uc_version: major, minor, patch and extra in one number, from the top byte on.
    number = library.uc_version(None, None) & 0xFFFFFFFF
    return number >> 24, number >> 16 & 0xFF, number >> 8 & 0xFF


def installed_version() -> str:
    """Return the version of the wheel that is installed; empty if there is none."""
    from importlib import metadata

    try:
        return metadata.version("unicorn")
    except metadata.PackageNotFoundError:
        return ""
