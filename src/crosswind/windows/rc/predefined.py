"""What Windows' own headers define, as far as resource scripts use it, so that nobody needs an SDK.

Dialogs, menus and accelerators are compiled by `zig rc`, which brings the headers: the constants of
window styles and keys are not needed here. Numbers are those of the Windows SDK's headers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from crosswind.windows.rc.languages import LANGUAGES, SUBLANGUAGES

# Headers that scripts include for these constants.
_HEADERS = """
windows.h windowsx.h winresrc.h winres.h winuser.h winuser.rh winver.h ver.h verrsrc.h
afxres.h afxres.rc ntdef.h windef.h winnt.h winnt.rh commctrl.h commctrl.rh dde.h dde.rh
dlgs.h richedit.h minwindef.h winbase.h sdkddkver.h winsdkver.h prsht.h shlobj.h olectl.h
"""

# Headers of C and POSIX, which headers of a project include: none of their macros concerns resources.
_C_HEADERS = """
assert.h complex.h ctype.h errno.h fcntl.h fenv.h float.h inttypes.h io.h iso646.h limits.h locale.h
malloc.h math.h memory.h process.h sal.h setjmp.h signal.h stdalign.h stdarg.h stdatomic.h
stdbool.h stddef.h stdint.h stdio.h stdlib.h stdnoreturn.h string.h strings.h sys/stat.h sys/time.h
sys/types.h tchar.h threads.h time.h uchar.h unistd.h wchar.h wctype.h winsock2.h ws2tcpip.h
"""

# winuser.h, "Resource Types". As plain numbers: what MAKEINTRESOURCE makes of them is C's business.
_TYPES = """
RT_CURSOR=1 RT_BITMAP=2 RT_ICON=3 RT_MENU=4 RT_DIALOG=5 RT_STRING=6 RT_FONTDIR=7 RT_FONT=8
RT_ACCELERATOR=9 RT_RCDATA=10 RT_MESSAGETABLE=11 RT_GROUP_CURSOR=12 RT_GROUP_ICON=14
RT_VERSION=16 RT_DLGINCLUDE=17 RT_PLUGPLAY=19 RT_VXD=20 RT_ANICURSOR=21 RT_ANIICON=22 RT_HTML=23
RT_MANIFEST=24
"""

# winuser.h: the names that a manifest may have.
_MANIFESTS = """
CREATEPROCESS_MANIFEST_RESOURCE_ID=1 ISOLATIONAWARE_MANIFEST_RESOURCE_ID=2
ISOLATIONAWARE_NOSTATICIMPORT_MANIFEST_RESOURCE_ID=3
ISOLATIONPOLICY_MANIFEST_RESOURCE_ID=4 ISOLATIONPOLICY_BROWSER_MANIFEST_RESOURCE_ID=5
MINIMUM_RESERVED_MANIFEST_RESOURCE_ID=1 MAXIMUM_RESERVED_MANIFEST_RESOURCE_ID=16
"""

# verrsrc.h, for VERSIONINFO. The suffix is the header's: it counts where one is used as data.
_VERSION = """
VS_FILE_INFO=16 VS_VERSION_INFO=1 VS_USER_DEFINED=100
VS_FFI_SIGNATURE=0xFEEF04BDL VS_FFI_STRUCVERSION=0x00010000L VS_FFI_FILEFLAGSMASK=0x0000003FL
VS_FF_DEBUG=0x00000001L VS_FF_PRERELEASE=0x00000002L VS_FF_PATCHED=0x00000004L
VS_FF_PRIVATEBUILD=0x00000008L VS_FF_INFOINFERRED=0x00000010L VS_FF_SPECIALBUILD=0x00000020L
VOS_UNKNOWN=0x00000000L VOS_DOS=0x00010000L VOS_OS216=0x00020000L VOS_OS232=0x00030000L
VOS_NT=0x00040000L VOS_WINCE=0x00050000L VOS__BASE=0x00000000L VOS__WINDOWS16=0x00000001L
VOS__PM16=0x00000002L VOS__PM32=0x00000003L VOS__WINDOWS32=0x00000004L
VOS_DOS_WINDOWS16=0x00010001L VOS_DOS_WINDOWS32=0x00010004L VOS_OS216_PM16=0x00020002L
VOS_OS232_PM32=0x00030003L VOS_NT_WINDOWS32=0x00040004L
VFT_UNKNOWN=0x00000000L VFT_APP=0x00000001L VFT_DLL=0x00000002L VFT_DRV=0x00000003L
VFT_FONT=0x00000004L VFT_VXD=0x00000005L VFT_STATIC_LIB=0x00000007L
VFT2_UNKNOWN=0x00000000L VFT2_DRV_PRINTER=0x00000001L VFT2_DRV_KEYBOARD=0x00000002L
VFT2_DRV_LANGUAGE=0x00000003L VFT2_DRV_DISPLAY=0x00000004L VFT2_DRV_MOUSE=0x00000005L
VFT2_DRV_NETWORK=0x00000006L VFT2_DRV_SYSTEM=0x00000007L VFT2_DRV_INSTALLABLE=0x00000008L
VFT2_DRV_SOUND=0x00000009L VFT2_DRV_COMM=0x0000000AL VFT2_DRV_INPUTMETHOD=0x0000000BL
VFT2_DRV_VERSIONED_PRINTER=0x0000000CL VFT2_FONT_RASTER=0x00000001L
VFT2_FONT_VECTOR=0x00000002L VFT2_FONT_TRUETYPE=0x00000003L
"""

# winuser.h: Windows' own icons, cursors and bitmaps, and the buttons of a message box.
_STANDARD = """
IDI_APPLICATION=32512 IDI_HAND=32513 IDI_QUESTION=32514 IDI_EXCLAMATION=32515
IDI_ASTERISK=32516 IDI_WINLOGO=32517 IDI_SHIELD=32518 IDI_WARNING=32515 IDI_ERROR=32513
IDI_INFORMATION=32516
OIC_SAMPLE=32512 OIC_HAND=32513 OIC_QUES=32514 OIC_BANG=32515 OIC_NOTE=32516 OIC_WINLOGO=32517
OIC_WARNING=32515 OIC_ERROR=32513 OIC_INFORMATION=32516 OIC_SHIELD=32518
OCR_NORMAL=32512 OCR_IBEAM=32513 OCR_WAIT=32514 OCR_CROSS=32515 OCR_UP=32516 OCR_SIZE=32640
OCR_ICON=32641 OCR_SIZENWSE=32642 OCR_SIZENESW=32643 OCR_SIZEWE=32644 OCR_SIZENS=32645
OCR_SIZEALL=32646 OCR_ICOCUR=32647 OCR_NO=32648 OCR_HAND=32649 OCR_APPSTARTING=32650
IDOK=1 IDCANCEL=2 IDABORT=3 IDRETRY=4 IDIGNORE=5 IDYES=6 IDNO=7 IDCLOSE=8 IDHELP=9
IDTRYAGAIN=10 IDCONTINUE=11 IDC_STATIC=(-1)
"""


def constants(header: str) -> Mapping[str, str] | None:
    """Return what a header defines that is built in; None if it is not.

    Args:
        header: its name, with any folders before it.
    """
    name = header.replace("\\", "/").lower()
    if PurePosixPath(name).name in _HEADERS.split():
        return CONSTANTS
    return {} if name in _C_HEADERS.split() else None


def _pairs(table: str) -> Iterator[tuple[str, str]]:
    for word in table.split():
        name, _, value = word.partition("=")
        yield name, value


CONSTANTS: dict[str, str] = {
    name: value
    for table in (_TYPES, _MANIFESTS, _VERSION, _STANDARD, LANGUAGES, SUBLANGUAGES)
    for name, value in _pairs(table)
}
