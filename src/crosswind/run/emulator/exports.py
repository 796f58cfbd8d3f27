"""What Windows exports that Go programs ask for, whether the emulator has it or not.

The names are those in Go's `syscall`, `internal/syscall/windows` and `runtime`, and in golang.org/x/sys/windows.
A program that looks one up gets an address, as on Windows; calling it ends the program as unsupported where there
is no such call in `calls/`.
"""

from __future__ import annotations

_EXPORTS = {
    "advapi32": """
        AdjustTokenGroups AdjustTokenPrivileges AllocateAndInitializeSid BuildSecurityDescriptorW
        ChangeServiceConfig2W ChangeServiceConfigW CheckTokenMembership CloseServiceHandle
        ControlService ConvertSecurityDescriptorToStringSecurityDescriptorW ConvertSidToStringSidW
        ConvertStringSecurityDescriptorToSecurityDescriptorW ConvertStringSidToSidW CopySid
        CreateProcessAsUserW CreateServiceW CreateWellKnownSid CryptAcquireContextW CryptGenRandom
        CryptReleaseContext DeleteService DeregisterEventSource DuplicateTokenEx
        EnumDependentServicesW EnumServicesStatusExW EqualSid FreeSid GetAce GetLengthSid
        GetNamedSecurityInfoW GetSecurityDescriptorControl GetSecurityDescriptorDacl
        GetSecurityDescriptorGroup GetSecurityDescriptorLength GetSecurityDescriptorOwner
        GetSecurityDescriptorRMControl GetSecurityDescriptorSacl GetSecurityInfo
        GetSidIdentifierAuthority GetSidSubAuthority GetSidSubAuthorityCount GetTokenInformation
        ImpersonateLoggedOnUser ImpersonateSelf InitializeSecurityDescriptor
        InitiateSystemShutdownExW IsTokenRestricted IsValidSecurityDescriptor IsValidSid
        IsWellKnownSid LogonUserW LookupAccountNameW LookupAccountSidW LookupPrivilegeValueW
        MakeAbsoluteSD MakeSelfRelativeSD NotifyServiceStatusChangeW OpenProcessToken
        OpenSCManagerW OpenServiceW OpenThreadToken QueryServiceConfig2W QueryServiceConfigW
        QueryServiceDynamicInformation QueryServiceLockStatusW QueryServiceStatus
        QueryServiceStatusEx RegCloseKey RegConnectRegistryW RegCreateKeyExW RegDeleteKeyW
        RegDeleteValueW RegEnumKeyExW RegEnumValueW RegLoadMUIStringW RegNotifyChangeKeyValue
        RegOpenKeyExW RegQueryInfoKeyW RegQueryValueExW RegSetValueExW RegisterEventSourceW
        RegisterServiceCtrlHandlerExW ReportEventW RevertToSelf SetEntriesInAclW
        SetKernelObjectSecurity SetNamedSecurityInfoW SetSecurityDescriptorControl
        SetSecurityDescriptorDacl SetSecurityDescriptorGroup SetSecurityDescriptorOwner
        SetSecurityDescriptorRMControl SetSecurityDescriptorSacl SetSecurityInfo SetServiceStatus
        SetThreadToken SetTokenInformation StartServiceCtrlDispatcherW StartServiceW
    """,
    "bcryptprimitives": """
        ProcessPrng
    """,
    "cfgmgr32": """
        CM_Get_DevNode_Status CM_Get_Device_Interface_ListW CM_Get_Device_Interface_List_SizeW
        CM_MapCrToWin32Err
    """,
    "crypt32": """
        CertAddCertificateContextToStore CertCloseStore CertCreateCertificateContext
        CertDeleteCertificateFromStore CertDuplicateCertificateContext CertEnumCertificatesInStore
        CertFindCertificateInStore CertFindChainInStore CertFindExtension CertFreeCertificateChain
        CertFreeCertificateContext CertGetCertificateChain CertGetNameStringW CertOpenStore
        CertOpenSystemStoreW CertVerifyCertificateChainPolicy CryptAcquireCertificatePrivateKey
        CryptDecodeObject CryptProtectData CryptQueryObject CryptUnprotectData PFXImportCertStore
    """,
    "dnsapi": """
        DnsNameCompare_W DnsQuery_W DnsRecordListFree
    """,
    "dwmapi": """
        DwmGetWindowAttribute DwmSetWindowAttribute
    """,
    "iphlpapi": """
        CancelMibChangeNotify2 FreeMibTable GetAdaptersAddresses GetAdaptersInfo
        GetBestInterfaceEx GetIfEntry GetIfEntry2Ex GetIfTable2Ex GetIpForwardEntry2
        GetIpForwardTable2 GetIpInterfaceEntry GetIpInterfaceTable GetUnicastIpAddressEntry
        GetUnicastIpAddressTable NotifyIpInterfaceChange NotifyRouteChange2
        NotifyUnicastIpAddressChange
    """,
    "kernel32": """
        AddDllDirectory AddVectoredContinueHandler AddVectoredExceptionHandler
        AssignProcessToJobObject CancelIo CancelIoEx ClearCommBreak ClearCommError CloseHandle
        ClosePseudoConsole ConnectNamedPipe CreateDirectoryW CreateEventA CreateEventExW
        CreateEventW CreateFileMappingW CreateFileW CreateHardLinkW CreateIoCompletionPort
        CreateJobObjectW CreateMutexExW CreateMutexW CreateNamedPipeW CreatePipe CreateProcessW
        CreatePseudoConsole CreateSymbolicLinkW CreateThread CreateToolhelp32Snapshot
        CreateWaitableTimerA CreateWaitableTimerExW DefineDosDeviceW DeleteFileW
        DeleteProcThreadAttributeList DeleteVolumeMountPointW DeviceIoControl DisconnectNamedPipe
        DuplicateHandle EscapeCommFunction ExitProcess ExpandEnvironmentStringsW FindClose
        FindCloseChangeNotification FindFirstChangeNotificationW FindFirstFileW
        FindFirstVolumeMountPointW FindFirstVolumeW FindNextChangeNotification FindNextFileW
        FindNextVolumeMountPointW FindNextVolumeW FindResourceW FindVolumeClose
        FindVolumeMountPointClose FlushConsoleInputBuffer FlushFileBuffers FlushViewOfFile
        FormatMessageW FreeEnvironmentStringsW FreeLibrary GenerateConsoleCtrlEvent GetACP
        GetActiveProcessorCount GetCommModemStatus GetCommState GetCommTimeouts GetCommandLineW
        GetComputerNameExW GetComputerNameW GetConsoleCP GetConsoleMode GetConsoleOutputCP
        GetConsoleScreenBufferInfo GetCurrentDirectoryW GetCurrentProcess GetCurrentProcessId
        GetCurrentThread GetCurrentThreadId GetDiskFreeSpaceExW GetDriveTypeW
        GetDynamicTimeZoneInformation GetEnvironmentStringsW GetEnvironmentVariableW GetErrorMode
        GetExitCodeProcess GetFileAttributesExW GetFileAttributesW GetFileInformationByHandle
        GetFileInformationByHandleEx GetFileSizeEx GetFileTime GetFileType
        GetFinalPathNameByHandleW GetFullPathNameW GetLargePageMinimum GetLastError
        GetLogicalDriveStringsW GetLogicalDrives GetLongPathNameW GetMaximumProcessorCount
        GetModuleFileNameW GetModuleHandleExW GetModuleHandleW GetNamedPipeClientProcessId
        GetNamedPipeHandleStateW GetNamedPipeInfo GetNamedPipeServerProcessId
        GetNumberOfConsoleInputEvents GetOverlappedResult GetPriorityClass GetProcAddress
        GetProcessAffinityMask GetProcessId GetProcessPreferredUILanguages
        GetProcessShutdownParameters GetProcessTimes GetProcessWorkingSetSizeEx
        GetQueuedCompletionStatus GetQueuedCompletionStatusEx GetShortPathNameW GetStartupInfoW
        GetStdHandle GetSystemDirectoryA GetSystemDirectoryW GetSystemInfo
        GetSystemPreferredUILanguages GetSystemTimeAsFileTime GetSystemTimePreciseAsFileTime
        GetSystemWindowsDirectoryW GetTempPath2W GetTempPathW GetThreadContext
        GetThreadPreferredUILanguages GetTickCount64 GetTimeZoneInformation
        GetUserPreferredUILanguages GetVersion GetVolumeInformationByHandleW GetVolumeInformationW
        GetVolumeNameForVolumeMountPointW GetVolumePathNameW GetVolumePathNamesForVolumeNameW
        GetWindowsDirectoryW InitializeProcThreadAttributeList IsProcessorFeaturePresent
        IsWow64Process IsWow64Process2 LoadLibraryExW LoadLibraryW LoadResource LocalAlloc
        LocalFree LockFileEx LockResource MapViewOfFile Module32FirstW Module32NextW MoveFileExW
        MoveFileW MultiByteToWideChar OpenEventW OpenMutexW OpenProcess OpenThread
        PostQueuedCompletionStatus Process32FirstW Process32NextW ProcessIdToSessionId PulseEvent
        PurgeComm QueryDosDeviceW QueryFullProcessImageNameW QueryInformationJobObject
        QueryPerformanceCounter QueryPerformanceFrequency RaiseFailFastException ReOpenFile
        ReadConsoleW ReadDirectoryChangesW ReadFile ReadProcessMemory ReleaseMutex
        RemoveDirectoryW RemoveDllDirectory ResetEvent ResizePseudoConsole ResumeThread
        RtlLookupFunctionEntry RtlVirtualUnwind SetCommBreak SetCommMask SetCommState
        SetCommTimeouts SetConsoleCP SetConsoleCtrlHandler SetConsoleCursorPosition SetConsoleMode
        SetConsoleOutputCP SetCurrentDirectoryW SetDefaultDllDirectories SetDllDirectoryW
        SetEndOfFile SetEnvironmentVariableW SetErrorMode SetEvent SetFileAttributesW
        SetFileCompletionNotificationModes SetFileInformationByHandle SetFilePointer
        SetFilePointerEx SetFileTime SetFileValidData SetHandleInformation SetInformationJobObject
        SetNamedPipeHandleState SetPriorityClass SetProcessPriorityBoost
        SetProcessShutdownParameters SetProcessWorkingSetSizeEx SetStdHandle SetThreadContext
        SetThreadPriority SetUnhandledExceptionFilter SetVolumeLabelW SetVolumeMountPointW
        SetWaitableTimer SetupComm SizeofResource SleepEx SuspendThread SwitchToThread
        TerminateJobObject TerminateProcess Thread32First Thread32Next TlsAlloc UnlockFileEx
        UnmapViewOfFile UpdateProcThreadAttribute VirtualAlloc VirtualFree VirtualLock
        VirtualProtect VirtualProtectEx VirtualQuery VirtualQueryEx VirtualUnlock
        WTSGetActiveConsoleSessionId WaitCommEvent WaitForMultipleObjects WaitForSingleObject
        WerGetFlags WerSetFlags WriteConsoleW WriteFile WriteProcessMemory
    """,
    "mswsock": """
        AcceptEx GetAcceptExSockaddrs TransmitFile
    """,
    "netapi32": """
        NetApiBufferFree NetGetJoinInformation NetShareAdd NetShareDel NetUserAdd NetUserDel
        NetUserEnum NetUserGetInfo NetUserGetLocalGroups
    """,
    "ntdll": """
        NtCreateFile NtCreateNamedPipeFile NtOpenFile NtQueryEaFile NtQueryInformationFile
        NtQueryInformationProcess NtQuerySystemInformation NtSetEaFile NtSetInformationFile
        NtSetInformationProcess NtSetSystemInformation RtlAddFunctionTable RtlDefaultNpAcl
        RtlDeleteFunctionTable RtlDosPathNameToNtPathName_U_WithStatus
        RtlDosPathNameToRelativeNtPathName_U_WithStatus RtlGetCurrentPeb RtlGetNtVersionNumbers
        RtlGetVersion RtlInitString RtlInitUnicodeString RtlIsDosDeviceName_U
        RtlNtStatusToDosErrorNoTeb
    """,
    "ole32": """
        CLSIDFromString CoCreateGuid CoGetObject CoInitializeEx CoTaskMemFree CoUninitialize
        StringFromGUID2
    """,
    "psapi": """
        EnumProcessModules EnumProcessModulesEx EnumProcesses GetModuleBaseNameW
        GetModuleFileNameExW GetModuleInformation GetProcessMemoryInfo QueryWorkingSetEx
    """,
    "sechost": """
        SubscribeServiceChangeNotifications UnsubscribeServiceChangeNotifications
    """,
    "secur32": """
        GetUserNameExW TranslateNameW
    """,
    "setupapi": """
        SetupDiBuildDriverInfoList SetupDiCallClassInstaller SetupDiCancelDriverInfoSearch
        SetupDiClassGuidsFromNameExW SetupDiClassNameFromGuidExW SetupDiCreateDeviceInfoListExW
        SetupDiCreateDeviceInfoW SetupDiDestroyDeviceInfoList SetupDiDestroyDriverInfoList
        SetupDiEnumDeviceInfo SetupDiEnumDriverInfoW SetupDiGetClassDevsExW
        SetupDiGetClassInstallParamsW SetupDiGetDeviceInfoListDetailW
        SetupDiGetDeviceInstallParamsW SetupDiGetDeviceInstanceIdW SetupDiGetDevicePropertyW
        SetupDiGetDeviceRegistryPropertyW SetupDiGetDriverInfoDetailW SetupDiGetSelectedDevice
        SetupDiGetSelectedDriverW SetupDiOpenDevRegKey SetupDiSetClassInstallParamsW
        SetupDiSetDeviceInstallParamsW SetupDiSetDeviceRegistryPropertyW SetupDiSetSelectedDevice
        SetupDiSetSelectedDriverW SetupUninstallOEMInfW
    """,
    "shell32": """
        CommandLineToArgvW SHGetKnownFolderPath ShellExecuteW
    """,
    "user32": """
        CloseClipboard EmptyClipboard EnumChildWindows EnumWindows ExitWindowsEx GetClassNameW
        GetClipboardData GetDesktopWindow GetForegroundWindow GetGUIThreadInfo GetKeyboardLayout
        GetShellWindow GetWindowThreadProcessId IsClipboardFormatAvailable IsWindow IsWindowUnicode
        IsWindowVisible LoadKeyboardLayoutW MessageBoxW OpenClipboard SetClipboardData ToUnicodeEx
        UnloadKeyboardLayout
    """,
    "userenv": """
        CreateEnvironmentBlock DestroyEnvironmentBlock GetProfilesDirectoryW
        GetUserProfileDirectoryW
    """,
    "version": """
        GetFileVersionInfoSizeW GetFileVersionInfoW VerQueryValueW
    """,
    "winmm": """
        timeBeginPeriod timeEndPeriod
    """,
    "wintrust": """
        WinVerifyTrustEx
    """,
    "ws2_32": """
        FreeAddrInfoW GetAddrInfoW WSACleanup WSADuplicateSocketW WSAEnumProtocolsW
        WSAGetOverlappedResult WSAIoctl WSALookupServiceBeginW WSALookupServiceEnd
        WSALookupServiceNextW WSARecv WSARecvFrom WSASend WSASendTo WSASocketW WSAStartup bind
        closesocket connect gethostbyname getpeername getprotobyname getservbyname getsockname
        getsockopt listen ntohs recvfrom sendto setsockopt shutdown socket
    """,
    "wtsapi32": """
        WTSEnumerateSessionsW WTSFreeMemory WTSQueryUserToken
    """,
}
# Other DLLs of Windows that programs load.
_OTHERS = (
    "kernelbase",
    "ntdll",
    "kernel32",
    "msvcrt",
    "ucrtbase",
    "user32",
    "gdi32",
    "ole32",
    "oleaut32",
    "shlwapi",
    "combase",
    "rpcrt4",
    "winhttp",
    "dbghelp",
    "wtsapi32",
    "imm32",
    "mpr",
    "bcrypt",
)

LIBRARIES = frozenset((*_EXPORTS, *_OTHERS))


def known(library: str, name: str) -> bool:
    """Say whether Windows' DLL is known to export a name."""
    return name in _EXPORTS.get(library, "").split()
