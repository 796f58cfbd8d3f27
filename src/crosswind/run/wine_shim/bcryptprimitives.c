/* bcryptprimitives.dll for Wine 8, which Go 1.22 and later load at start and it does not have.

   ProcessPrng is what Go asks for (runtime/os_windows.go, loadOptionalSyscalls). And Wine 8 answers
   NtSetInformationFile(FileDispositionInformationEx) with STATUS_NOT_IMPLEMENTED, while
   os.RemoveAll falls back to the older class only on STATUS_INVALID_INFO_CLASS and its like
   (internal/syscall/windows/at_windows.go): so that one status is translated. */

typedef unsigned char BYTE;
typedef unsigned long DWORD;
typedef long NTSTATUS;
typedef unsigned long long SIZE_T;

__declspec(dllimport) void *GetModuleHandleA(const char *);
__declspec(dllimport) void *GetProcAddress(void *, const char *);
__declspec(dllimport) void *VirtualAlloc(void *, SIZE_T, DWORD, DWORD);
__declspec(dllimport) int VirtualProtect(void *, SIZE_T, DWORD, DWORD *);
__declspec(dllimport) BYTE SystemFunction036(void *, DWORD); /* RtlGenRandom */

__declspec(dllexport) int ProcessPrng(BYTE *buffer, SIZE_T length)
{
    while (length) {
        DWORD part = length > 0x10000000 ? 0x10000000 : (DWORD)length;
        if (!SystemFunction036(buffer, part)) return 0;
        buffer += part;
        length -= part;
    }
    return 1;
}

enum { CLASS_DISPOSITION_EX = 64, THUNK = 32, MEM_COMMIT_RESERVE = 0x3000, EXECUTE_READWRITE = 0x40 };
#define STATUS_NOT_IMPLEMENTED ((NTSTATUS)0xC0000002)
#define STATUS_INVALID_INFO_CLASS ((NTSTATUS)0xC0000003)

typedef NTSTATUS (*SetInformation)(void *, void *, void *, DWORD, DWORD);
static SetInformation original;

static NTSTATUS translate(void *file, void *io, void *data, DWORD size, DWORD class)
{
    NTSTATUS status = original(file, io, data, size, class);
    if (class == CLASS_DISPOSITION_EX && status == STATUS_NOT_IMPLEMENTED)
        return STATUS_INVALID_INFO_CLASS;
    return status;
}

int DllMain(void *instance, DWORD reason, void *reserved)
{
    static const BYTE thunk[] = {0x4c, 0x8b, 0xd1, 0xb8}; /* mov r10, rcx; mov eax, number */
    BYTE *function, *copy;
    DWORD old;
    int i;

    (void)instance, (void)reserved;
    if (reason != 1 /* DLL_PROCESS_ATTACH */) return 1;
    function = GetProcAddress(GetModuleHandleA("ntdll.dll"), "NtSetInformationFile");
    if (!function) return 1;
    for (i = 0; i < (int)sizeof thunk; i++)
        if (function[i] != thunk[i]) return 1; /* not the system call that is known: leave it */
    copy = VirtualAlloc(0, 4096, MEM_COMMIT_RESERVE, EXECUTE_READWRITE);
    if (!copy || !VirtualProtect(function, THUNK, EXECUTE_READWRITE, &old)) return 1;
    for (i = 0; i < THUNK; i++) copy[i] = function[i];
    original = (SetInformation)copy;
    function[0] = 0xff, function[1] = 0x25; /* jmp [rip + 0]: the address follows */
    *(DWORD *)(function + 2) = 0;
    *(void **)(function + 6) = (void *)translate;
    VirtualProtect(function, THUNK, old, &old);
    return 1;
}
