package main

import (
	"runtime"
	"syscall"
)

func threads() {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	index := uintptr(of("TlsAlloc").quiet())
	of("TlsAlloc").say("some", uint32(index) != 0xFFFFFFFF)
	of("TlsGetValue").handle("new", index)
	of("TlsSetValue").yes("new", index, 0x1234)
	of("TlsGetValue").say("set", of("TlsGetValue").quiet(index))
	of("TlsFree").yes("used", index)
	of("TlsFree").yes("again", index)
	of("TlsSetValue").yes("out of range", 5000, 1)
	of("TlsGetValue").handle("out of range", 5000)
	of("TlsFree").yes("out of range", 5000)
	fiber := of("FlsAlloc").quiet(0)
	of("FlsAlloc").say("some", uint32(fiber) != 0xFFFFFFFF)
	of("FlsSetValue").yes("new", fiber, 5)
	of("FlsGetValue").say("set", of("FlsGetValue").quiet(fiber))
	of("FlsFree").yes("used", fiber)

	of("GetCurrentThreadId").say("some", of("GetCurrentThreadId").quiet() != 0)
	of("SwitchToThread").say("returns", true)
	of("SwitchToThread").quiet()
	code := word(0)
	of("GetExitCodeThread").yes("own", thisThread, code.at())
	of("GetExitCodeThread").and("still active", code.u32(0))
	of("SetThreadPriority").yes("own", thisThread, 1)
	of("GetThreadPriority").count("own", thisThread)
	of("SetThreadPriority").yes("nonsense", thisThread, 99)
	of("SetThreadPriority").yes("no thread", 0, 0)
	of("ResumeThread").wait("own, not suspended", thisThread)
	of("ResumeThread").wait("no thread", 0)
	of("SuspendThread").wait("no thread", 0)
	created()
}

// created starts a thread by Windows' own call; it runs a callback and ends by returning from it.
func created() {
	run := syscall.NewCallback(func(parameter uintptr) uintptr { return parameter + 1 })
	create, id := of("CreateThread"), word(0)
	thread := create.handle("suspended", 0, 0x10000, run, 41, 4, id.at())
	create.and("number", id.u32(0) != 0)
	code, wait := word(0), of("WaitForSingleObject")
	of("GetExitCodeThread").yes("suspended", thread, code.at())
	of("GetExitCodeThread").and("code", code.u32(0))
	wait.wait("suspended thread", thread, 5)
	of("SuspendThread").wait("again", thread)
	of("ResumeThread").wait("first", thread)
	of("ResumeThread").wait("second", thread)
	wait.wait("ending thread", thread, 5000)
	wait.wait("ended thread", thread, 0)
	of("GetExitCodeThread").yes("ended", thread, code.at())
	of("GetExitCodeThread").and("code", code.u32(0))
	of("ResumeThread").say("ended", uint32(of("ResumeThread").quiet(thread)))
	of("GetThreadId").say("of the thread", uint32(of("GetThreadId").quiet(thread)) == id.u32(0))
	of("CloseHandle").yes("thread", thread)
	times := zeros(32)
	of("GetThreadTimes").yes("own", thisThread, times.at(), times.past(8), times.past(16), times.past(24))
}
