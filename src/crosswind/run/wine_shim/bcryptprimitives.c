/* bcryptprimitives.dll for Wine 8, which Go 1.22 and later load at start and it does not have.

   ProcessPrng is what Go asks for (runtime/os_windows.go, loadOptionalSyscalls). And Wine 8 answers
   NtSetInformationFile(FileDispositionInformationEx) with STATUS_NOT_IMPLEMENTED, while
   os.RemoveAll falls back to the older class only on STATUS_INVALID_INFO_CLASS and its like
   (internal/syscall/windows/at_windows.go): so that one status is translated.

   And a Unix process has 8 bits to end with, so a process that ends writes all 32 bits of its status
   to the file that CROSSWIND_WINE_STATUS names, in hexadecimal. Its children do not see the variable. */

typedef unsigned char BYTE;
typedef unsigned short WCHAR;
typedef unsigned long DWORD;
typedef long NTSTATUS;
typedef unsigned long long SIZE_T;

__declspec(dllimport) void *GetModuleHandleA(const char *);
__declspec(dllimport) void *GetProcAddress(void *, const char *);
__declspec(dllimport) void *VirtualAlloc(void *, SIZE_T, DWORD, DWORD);
__declspec(dllimport) int VirtualProtect(void *, SIZE_T, DWORD, DWORD *);
__declspec(dllimport) DWORD GetEnvironmentVariableW(const WCHAR *, WCHAR *, DWORD);
__declspec(dllimport) int SetEnvironmentVariableW(const WCHAR *, const WCHAR *);
__declspec(dllimport) void *CreateFileW(const WCHAR *, DWORD, DWORD, void *, DWORD, DWORD, void *);
__declspec(dllimport) int WriteFile(void *, const void *, DWORD, DWORD *, void *);
__declspec(dllimport) int CloseHandle(void *);
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
enum { GENERIC_WRITE = 0x40000000, CREATE_ALWAYS = 2, PATH = 1024 };
#define CURRENT_PROCESS ((void *)-1)
#define INVALID_HANDLE ((void *)-1)
#define STATUS_NOT_IMPLEMENTED ((NTSTATUS)0xC0000002)
#define STATUS_INVALID_INFO_CLASS ((NTSTATUS)0xC0000003)

typedef NTSTATUS (*SetInformation)(void *, void *, void *, DWORD, DWORD);
typedef NTSTATUS (*TerminateProcess)(void *, NTSTATUS);
static SetInformation set_information;
static TerminateProcess terminate_process;
static WCHAR status_file[PATH];

static NTSTATUS set_and_translate(void *file, void *io, void *data, DWORD size, DWORD class)
{
    NTSTATUS status = set_information(file, io, data, size, class);
    if (class == CLASS_DISPOSITION_EX && status == STATUS_NOT_IMPLEMENTED)
        return STATUS_INVALID_INFO_CLASS;
    return status;
}

static void write_status(NTSTATUS status)
{
    char digits[8];
    DWORD written;
    void *file;
    int i;

    if (!status_file[0]) return;
    for (i = 0; i < 8; i++) digits[i] = "0123456789abcdef"[(DWORD)status >> (28 - 4 * i) & 15];
    file = CreateFileW(status_file, GENERIC_WRITE, 0, 0, CREATE_ALWAYS, 0, 0);
    status_file[0] = 0;
    if (file == INVALID_HANDLE) return;
    WriteFile(file, digits, sizeof digits, &written, 0);
    CloseHandle(file);
}

static NTSTATUS tell_and_terminate(void *process, NTSTATUS status)
{
    /* 0 for all other threads, as the first step of ExitProcess. */
    if (!process || process == CURRENT_PROCESS) write_status(status);
    return terminate_process(process, status);
}

/* Let a system call go through a function of ours, which calls the system by the copy. */
static void divert(const char *name, void *to, BYTE *copy)
{
    static const BYTE thunk[] = {0x4c, 0x8b, 0xd1, 0xb8}; /* mov r10, rcx; mov eax, number */
    BYTE *function = GetProcAddress(GetModuleHandleA("ntdll.dll"), name);
    DWORD old;
    int i;

    if (!function) return;
    for (i = 0; i < (int)sizeof thunk; i++)
        if (function[i] != thunk[i]) return; /* not the system call that is known: leave it */
    if (!VirtualProtect(function, THUNK, EXECUTE_READWRITE, &old)) return;
    for (i = 0; i < THUNK; i++) copy[i] = function[i];
    function[0] = 0xff, function[1] = 0x25; /* jmp [rip + 0]: the address follows */
    *(DWORD *)(function + 2) = 0;
    *(void **)(function + 6) = to;
    VirtualProtect(function, THUNK, old, &old);
}

int DllMain(void *instance, DWORD reason, void *reserved)
{
    static const WCHAR variable[] = L"CROSSWIND_WINE_STATUS";
    BYTE *room;

    (void)instance, (void)reserved;
    if (reason != 1 /* DLL_PROCESS_ATTACH */) return 1;
    if (GetEnvironmentVariableW(variable, status_file, PATH) >= PATH) status_file[0] = 0;
    SetEnvironmentVariableW(variable, 0);
    room = VirtualAlloc(0, 4096, MEM_COMMIT_RESERVE, EXECUTE_READWRITE);
    if (!room) return 1;
    set_information = (SetInformation)room;
    terminate_process = (TerminateProcess)(room + THUNK);
    divert("NtSetInformationFile", (void *)set_and_translate, room);
    divert("NtTerminateProcess", (void *)tell_and_terminate, room + THUNK);
    return 1;
}
