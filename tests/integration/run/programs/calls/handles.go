package main

import "syscall"

func handles() {
	shut := of("CloseHandle")
	shut.yes("0", 0)
	shut.yes("unknown", 0xBAD0)
	shut.yes("own process", thisProcess)
	shut.yes("own thread", thisThread)
	event := of("CreateEventW").handle("to close", 0, 1, 0, 0)
	shut.yes("open", event)
	shut.yes("closed", event)

	event = of("CreateEventW").handle("to copy", 0, 1, 0, 0)
	copied := zeros(8)
	duplicate := of("DuplicateHandle")
	duplicate.yes("same access", thisProcess, event, thisProcess, copied.at(), 0, 0, 2)
	second := uintptr(copied.u64(0))
	duplicate.and("another number", second != event)
	of("SetEvent").yes("by the copy", second)
	of("WaitForSingleObject").wait("by the first", event, 0)
	shut.yes("the first", event)
	of("WaitForSingleObject").wait("by the copy", second, 0)
	duplicate.yes("closing the source", thisProcess, second, thisProcess, copied.at(), 0, 0, 3)
	duplicate.yes("less access", thisProcess, uintptr(copied.u64(0)), thisProcess, copied.past(0), 0x100000, 0, 0)
	of("SetEvent").yes("without the right", uintptr(copied.u64(0)))
	duplicate.yes("unknown", thisProcess, 0xBAD0, thisProcess, copied.at(), 0, 0, 2)
	duplicate.yes("0", thisProcess, 0, thisProcess, copied.at(), 0, 0, 2)
	duplicate.yes("own process", thisProcess, thisProcess, thisProcess, copied.at(), 0, 0, 2)
	duplicate.yes("own thread", thisProcess, thisThread, thisProcess, copied.at(), 0, 0, 2)
	duplicate.yes("of no process", 0, event, thisProcess, copied.at(), 0, 0, 2)

	event = of("CreateEventW").handle("with flags", 0, 1, 0, 0)
	flags := word(7)
	of("SetHandleInformation").yes("inherit", event, 1, 1)
	of("GetHandleInformation").yes("inherited", event, flags.at())
	of("GetHandleInformation").and("flags", flags.u32(0))
	of("SetHandleInformation").yes("unknown", 0xBAD0, 1, 1)
	of("GetHandleInformation").yes("0", 0, flags.at())
	shut.yes("with flags", event)

	of("CreateFileW").handle("absent", wide(`C:\crosswind-none`), 0x80000000, 1, 0, 3, 0, 0)
	of("CreateFileW").handle("absent folder", wide(`C:\crosswind-none\a`), 0x80000000, 1, 0, 3, 0, 0)
	of("GetFileType").count("unknown", 0xBAD0)
	of("GetFileType").count("0", 0)
	_, err := syscall.Open(`C:\crosswind-none`, syscall.O_RDONLY, 0)
	of("CreateFileW").say("by Go", err == syscall.ERROR_FILE_NOT_FOUND)
}
