package main

import (
	"runtime"
	"syscall"
)

func errorsArea() {
	set, get := of("SetLastError"), of("GetLastError")
	_, _, failure := syscall.SyscallN(set.address, 1234)
	set.say("1234", uint32(failure))
	// Go sets the last error to 0 before each call, so this sees nothing of the one before.
	get.count("after Go's reset")
	perThread()
	modes()
	formats()
	statuses()
}

// perThread lets one thread fail while another looks.
func perThread() {
	ready, done := make(chan bool), make(chan uint32)
	go func() {
		runtime.LockOSThread()
		ready <- true
		_, _, failure := syscall.SyscallN(of("SetLastError").address, 77)
		done <- uint32(failure)
	}()
	runtime.LockOSThread()
	<-ready
	_, _, failure := syscall.SyscallN(of("SetLastError").address, 55)
	other := <-done
	of("SetLastError").say("two threads", uint32(failure), other)
	runtime.UnlockOSThread()
}

func modes() {
	set, get := of("SetErrorMode"), of("GetErrorMode")
	first := uint32(set.quiet(1))
	set.count("before", 0x8003)
	get.count("after")
	set.quiet(uintptr(first))
	old := word(0)
	of("SetThreadErrorMode").yes("valid", 1, old.at())
	of("SetThreadErrorMode").yes("invalid", 0x1234, old.at())
	of("GetThreadErrorMode").count("after")
	of("SetThreadErrorMode").quiet(0, 0)
	flags := word(0)
	of("WerSetFlags").status("no interface", 4)
	of("WerGetFlags").status("own", thisProcess, flags.at())
}

const (
	fromSystem    = 0x1000
	fromText      = 0x400
	ignoreInserts = 0x200
	argumentArray = 0x2000
	allocate      = 0x100
)

func formats() {
	format := of("FormatMessageW")
	for _, code := range []uintptr{
		0, 1, 2, 3, 4, 5, 6, 8, 13, 14, 15, 16, 17, 18, 19, 21, 24, 31, 32, 33, 38, 39, 50, 53, 64, 65, 67, 80, 82,
		87, 109, 110, 111, 112, 120, 121, 122, 123, 124, 126, 127, 131, 142, 145, 161, 170, 183, 203, 206, 230, 231,
		232, 233, 234, 254, 258, 259, 267, 288, 298, 487, 534, 995, 996, 997, 998, 1001, 1004, 1005, 1008, 1018, 1060, 1062,
		1113, 1114, 1117, 1130, 1142, 1168, 1223, 1225, 1231, 1232, 1234, 1236, 1300, 1314, 1326, 1332, 1337, 1346,
		1392, 1400, 1450, 1455, 1460, 1722, 1816, 1920, 1921, 2250, 10004, 10013, 10022, 10038, 10048, 10049,
		10050, 10051, 10054, 10060, 10061, 10065, 10091, 10093, 10107, 11001, 11004, 0x80070005, 0x80004005,
	} {
		out := zeros(1200)
		// Windows and Wine word some messages differently: the length is told, the text is not compared.
		said := format.quiet(fromSystem|ignoreInserts, 0, code, 0, out.at(), 600, 0)
		format.say("message "+number(code), "some:", said != 0, "line break:", said >= 2 && out.u16(int(said)*2-4) == '\r')
	}
	out := zeros(80)
	format.count("unknown message", fromSystem|ignoreInserts, 0, 0xDEAD, 0, out.at(), 40, 0)
	format.count("language that is not there", fromSystem|ignoreInserts, 0, 2, 0xFFFF, out.at(), 40, 0)
	format.count("too small", fromSystem|ignoreInserts, 0, 2, 0, out.at(), 4, 0)
	format.count("no source", ignoreInserts, 0, 2, 0, out.at(), 40, 0)
	format.count("text", fromText, wide("plain"), 0, 0, out.at(), 40, 0)
	format.and("text", out.text(0))
	inserts := zeros(32)
	inserts.put64(0, uint64(wide("one")))
	inserts.put64(8, 42)
	inserts.put64(16, uint64(wide("three")))
	for _, source := range []string{"%1", "<%1> %3", "%2!d!", "%2!08x!", "%1!5s!|%1!-5s!|", "100%%", "a%nb", "a%rb", "a%tb", "%0tail", "a%bb", "%!x", "%1%1"} {
		out = zeros(160)
		format.count("inserts of "+quoted(source), fromText|argumentArray, wide(source), 0, 0, out.at(), 80, inserts.at())
		format.and("text", out.text(0))
	}
	out = zeros(80)
	format.count("inserts ignored", fromText|ignoreInserts|argumentArray, wide("%1 %%"), 0, 0, out.at(), 40, inserts.at())
	format.and("text", out.text(0))
	pointer := zeros(8)
	format.count("allocated", fromText|allocate, wide("plain"), 0, 0, pointer.at(), 0, 0)
	format.and("text", quoted(textAt(uintptr(pointer.u64(0)), 40)))
	of("LocalFree").count("what was allocated", uintptr(pointer.u64(0)))
}

func statuses() {
	for _, name := range []string{"RtlNtStatusToDosErrorNoTeb", "RtlNtStatusToDosError"} {
		for _, status := range []uintptr{
			0, 0x102, 0x103, 0x80000005, 0x80000006, 0xC0000001, 0xC0000002, 0xC0000003, 0xC0000004, 0xC0000005, 0xC0000008,
			0xC000000D, 0xC000000E, 0xC000000F, 0xC0000010, 0xC0000011, 0xC0000017, 0xC0000022, 0xC0000023, 0xC0000024,
			0xC0000033, 0xC0000034, 0xC0000035, 0xC000003A, 0xC000003B, 0xC0000043, 0xC0000054, 0xC0000056, 0xC000007F,
			0xC0000096, 0xC00000BA, 0xC00000BB, 0xC00000D4, 0xC0000101, 0xC0000103, 0xC0000120, 0xC0000121, 0xC000014B,
			0xC0000185, 0xC0000225, 0xC0000275, 0xC0000279, 0xDEADBEEF, 5, 0xC0070005,
		} {
			from("ntdll", name).status(number(status), status)
		}
	}
}
