"""Random bytes and certificates. The roots' store is empty: no certificate is ever trusted."""

from __future__ import annotations

import struct

from crosswind.run.emulator import status
from crosswind.run.emulator.abi import (
    U8,
    U32,
    Bool,
    Handle,
    NtStatus,
    Pointer,
    WideString,
    call,
)
from crosswind.run.emulator.objects import KernelObject
from crosswind.run.emulator.process import Process
from crosswind.run.emulator.status import NtError, WinError

# winerror.h.
_NTE_PROV_TYPE_NOT_DEF = 0x80090017
_CRYPT_E_NOT_FOUND = 0x80092004
_CRYPT_E_ASN1_BADTAG = 0x8009310B

# BCRYPT_USE_SYSTEM_PREFERRED_RNG; the pseudo handle of the algorithm (bcrypt.h).
_PREFERRED, _RNG = 2, 0x81
# Types of providers that programs ask for (wincrypt.h): PROV_RSA_FULL, PROV_RSA_AES and others.
_PROVIDER_TYPES = frozenset({1, 3, 12, 13, 18, 21, 24})
# Random bytes come in pieces, so that a size beyond all memory fails as a write does.
_PIECE = 1 << 20
# CERT_STORE_PROV_MEMORY, ..._SYSTEM_A, ..._SYSTEM_W (wincrypt.h).
_MEMORY_STORE, _SYSTEM_STORES = 2, frozenset({9, 10})
# CERT_TRUST_IS_UNTRUSTED_ROOT.
_UNTRUSTED_ROOT = 0x20


def _fill(p: Process, buffer: int, size: int) -> None:
    """Fill memory with random bytes."""
    for at in range(0, size, _PIECE):
        p.memory.write(buffer + at, p.random(min(_PIECE, size - at)))


@call("bcryptprimitives")
def ProcessPrng(p: Process, buffer: Pointer, size: Pointer) -> Bool:
    """Fill memory with random bytes of the host's; seeded ones where a run is to be repeated."""
    _fill(p, buffer, size)
    return 1


@call("advapi32", "cryptbase")
def SystemFunction036(p: Process, buffer: Pointer, size: U32) -> U8:
    """Fill memory with random bytes (RtlGenRandom)."""
    _fill(p, buffer, size)
    return 1


@call("bcrypt")
def BCryptGenRandom(
    p: Process, algorithm: Handle, buffer: Pointer, size: U32, flags: U32
) -> NtStatus:
    """Fill memory with random bytes."""
    if algorithm != _RNG and not flags & _PREFERRED:
        raise NtError(status.STATUS_INVALID_HANDLE)
    if not buffer:
        raise NtError(status.STATUS_INVALID_PARAMETER)
    _fill(p, buffer, size)
    return 0


class Provider(KernelObject):
    """A cryptographic provider: its random bytes are all it gives."""

    kind = "Provider"


@call("advapi32")
def CryptAcquireContextW(
    p: Process, result: Pointer, container: WideString, name: WideString, kind: U32, flags: U32
) -> Bool:
    """Open a provider of random bytes; keys are unsupported."""
    del container, name, flags
    if kind not in _PROVIDER_TYPES:
        raise WinError(_NTE_PROV_TYPE_NOT_DEF)
    p.memory.write_u64(result, p.handles.add(Provider()))
    return 1


@call("advapi32")
def CryptGenRandom(p: Process, provider: Handle, size: U32, buffer: Pointer) -> Bool:
    """Fill memory with random bytes."""
    _provider(p, provider)
    _fill(p, buffer, size)
    return 1


@call("advapi32")
def CryptReleaseContext(p: Process, provider: Handle, flags: U32) -> Bool:
    """Close a provider."""
    del flags
    _provider(p, provider)
    p.handles.close(provider)
    return 1


def _provider(p: Process, handle: int) -> None:
    """Check a provider's handle; its failure is an invalid parameter, as documented."""
    try:
        p.handles.get(handle, Provider)
    except WinError as error:
        raise WinError(status.ERROR_INVALID_PARAMETER) from error


class Store(KernelObject):
    """A store of certificates: the addresses of their CERT_CONTEXTs."""

    kind = "CertificateStore"

    def __init__(self) -> None:
        """Begin empty."""
        super().__init__()
        self.contexts: list[int] = []


@call("crypt32", compared=False)
def CertOpenSystemStoreW(p: Process, provider: Handle, name: WideString) -> Handle:
    """Open one of the system's stores: it is empty."""
    del provider, name
    return p.handles.add(Store())


@call("crypt32")
def CertOpenStore(
    p: Process, provider: Pointer, encoding: U32, crypt: Handle, flags: U32, parameter: Pointer
) -> Handle:
    """Open a store in memory, or one of the system's; either is empty."""
    del encoding, crypt, flags, parameter
    if provider != _MEMORY_STORE and provider not in _SYSTEM_STORES:
        raise WinError(status.ERROR_FILE_NOT_FOUND)
    return p.handles.add(Store())


@call("crypt32")
def CertCloseStore(p: Process, store: Handle, flags: U32) -> Bool:
    """Close a store."""
    del flags
    if store:
        p.handles.get(store, Store)
        p.handles.close(store)
    return 1


@call("crypt32")
def CertEnumCertificatesInStore(p: Process, store: Handle, previous: Pointer) -> Pointer:
    """Return the next certificate of a store."""
    contexts = p.handles.get(store, Store).contexts
    at = contexts.index(previous) + 1 if previous in contexts else 0
    if at >= len(contexts):
        raise WinError(_CRYPT_E_NOT_FOUND)
    return contexts[at]


@call("crypt32")
def CertCreateCertificateContext(p: Process, encoding: U32, encoded: Pointer, size: U32) -> Pointer:
    """Copy a certificate; that it is a DER sequence of that size is all that is checked."""
    data = p.memory.read(encoded, size) if encoded and size else b""
    if not _is_sequence(data):
        raise WinError(_CRYPT_E_ASN1_BADTAG)
    return _context(p, encoding, data, 0)


def _is_sequence(data: bytes) -> bool:
    """Say whether bytes are one DER sequence (X.690 8.9) of their whole length."""
    if len(data) < 2 or data[0] != 0x30:
        return False
    if data[1] < 0x80:
        return len(data) == 2 + data[1]
    count = data[1] & 0x7F
    return len(data) == 2 + count + int.from_bytes(data[2 : 2 + count], "big")


def _context(p: Process, encoding: int, data: bytes, store: int) -> int:
    """Make a CERT_CONTEXT, its bytes behind it."""
    address = p.heap.allocate(40 + len(data))
    p.memory.write(
        address, struct.pack("<IIQIIQQ", encoding, 0, address + 40, len(data), 0, 0, store) + data
    )
    return address


@call("crypt32", compared=False)
def CertAddCertificateContextToStore(
    p: Process, store: Handle, context: Pointer, disposition: U32, result: Pointer
) -> Bool:
    """Copy a certificate into a store."""
    del disposition
    found = p.handles.get(store, Store)
    encoding, _, encoded, size = struct.unpack("<IIQI", p.memory.read(context, 20))
    copied = _context(p, encoding, p.memory.read(encoded, size), store)
    found.contexts.append(copied)
    if result:
        p.memory.write_u64(result, copied)
    return 1


@call("crypt32", compared=False)
def CertFreeCertificateContext(p: Process, context: Pointer) -> Bool:
    """Keep the certificate: its memory goes with the process."""
    del p, context
    return 1


@call("crypt32", compared=False)
def CertGetCertificateChain(
    p: Process, engine: Handle, leaf: Pointer, time: Pointer, store: Handle, parameters: Pointer,
    flags: U32, reserved: Pointer, result: Pointer,
) -> Bool:  # fmt: skip
    """Find no chain: without roots every certificate is of an unknown authority."""
    del engine, leaf, time, store, parameters, flags, reserved
    chain = p.heap.allocate(64)
    # CERT_CHAIN_CONTEXT: its size, the trust's error and information, no chains.
    p.memory.write(chain, struct.pack("<III", 64, _UNTRUSTED_ROOT, 0).ljust(64, b"\0"))
    p.memory.write_u64(result, chain)
    return 1


@call("crypt32", compared=False)
def CertFreeCertificateChain(p: Process, chain: Pointer) -> None:
    """Free a chain."""
    p.heap.free(chain)
