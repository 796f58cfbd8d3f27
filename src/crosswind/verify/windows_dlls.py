"""Which DLLs every Windows has."""

from __future__ import annotations

# Parts of Windows that programs link against: Microsoft's API reference names the DLL at each
# function. The Visual C++ runtime (vcruntime140.dll, msvcp140.dll) is not part of Windows.
_SYSTEM = frozenset(
    """
    advapi32 authz avicap32 avrt bcrypt bcryptprimitives cabinet cfgmgr32 clfsw32 combase comctl32
    comdlg32 credui crypt32 cryptnet cryptui d2d1 d3d10 d3d11 d3d12 d3d9 d3dcompiler_47 davclnt
    dbghelp dcomp dhcpcsvc dinput8 dnsapi dsound dsrole dwmapi dwrite dxgi dxva2 esent evr
    fltlib fwpuclnt gdi32 gdiplus glu32 hid httpapi imagehlp imm32 iphlpapi kernel32 kernelbase
    ktmw32 loadperf mf mfplat mfreadwrite mpr msacm32 mscms msi msimg32 mswsock msvcrt msvfw32
    ncrypt netapi32 netutils newdev normaliz ntdll ntdsapi odbc32 ole32 oleacc oleaut32 opengl32
    pdh powrprof propsys psapi quartz rasapi32 resutils rpcrt4 rstrtmgr schannel secur32 setupapi
    sfc shcore shell32 shlwapi srvcli sspicli tbs tdh ucrtbase urlmon user32 userenv usp10 uxtheme
    version virtdisk wevtapi windowscodecs winhttp wininet winmm winscard winspool.drv winsta
    wintrust wkscli wlanapi wldap32 ws2_32 wsock32 wtsapi32 xinput1_4
    """.split()  # noqa: SIM905 - a table that stays readable
)
# API sets: names that Windows maps to its own DLLs ("Windows API sets").
_API_SETS = ("api-ms-win-", "ext-ms-")


def is_system_dll(name: str) -> bool:
    """Whether a DLL, by its name as imports have it, is part of Windows."""
    lower = name.lower()
    return lower.startswith(_API_SETS) or lower.removesuffix(".dll") in _SYSTEM
