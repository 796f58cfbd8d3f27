package main

const thisProcess, thisThread = ^uintptr(0), ^uintptr(1)

func system() {
	info := room(64)
	from("ntdll", "RtlGetVersion").status("plain", zeros(300).sized(276).at())
	version := zeros(300).sized(284)
	of("GetVersionExW").yes("extended", version.at())
	of("GetVersionExW").yes("wrong size", zeros(300).sized(12).at())
	of("GetVersionExW").yes("plain", zeros(300).sized(276).at())

	for _, name := range []string{"GetSystemInfo", "GetNativeSystemInfo"} {
		info = room(64)
		of(name).quiet(info.at())
		of(name).say("answer", "machine", info.u16(0), "page", info.u32(4), "least", info.u64(8), "most", info.u64(16),
			"granularity", info.u32(40), "processors are in the mask", info.u32(32) > 0 && info.u64(24) != 0)
	}
	memory := zeros(64).sized(64)
	status := of("GlobalMemoryStatusEx")
	status.yes("right size", memory.at())
	status.and("sound", memory.u64(8) >= memory.u64(16) && memory.u64(24) >= memory.u64(32) && memory.u32(4) <= 100)
	status.yes("wrong size", zeros(64).sized(12).at())

	times := zeros(64)
	of("GetSystemTimes").yes("all", times.at(), times.past(8), times.past(16))
	of("GetSystemTimes").yes("none", 0, 0, 0)
	of("GetProcessTimes").yes("own", thisProcess, times.at(), times.past(8), times.past(16), times.past(24))
	of("GetProcessTimes").and("created", times.u64(0) != 0, "ended", times.u64(8))
	of("GetProcessTimes").yes("no process", 0, times.at(), times.past(8), times.past(16), times.past(24))
	counters := zeros(80).sized(72)
	of("K32GetProcessMemoryInfo").yes("own", thisProcess, counters.at(), 72)
	of("K32GetProcessMemoryInfo").and("some", counters.u64(16) > 0)
	of("K32GetProcessMemoryInfo").yes("too small", thisProcess, counters.at(), 12)
	from("psapi", "GetProcessMemoryInfo").yes("own", thisProcess, counters.at(), 72)

	size := word(0)
	of("GetLogicalProcessorInformation").yes("size only", 0, size.at())
	of("GetLogicalProcessorInformation").and("some", size.u32(0) > 0)
	out := room(int(size.u32(0)) + 4096)
	of("GetLogicalProcessorInformation").yes("all", out.at(), size.at())
	for _, feature := range []uintptr{2, 3, 6, 8, 10, 12, 13, 16, 28, 29, 99} {
		of("IsProcessorFeaturePresent").yes(number(feature), feature)
	}
	of("GetProductInfo").yes("10.0", 10, 0, 0, 0, out.at())
	of("GetActiveProcessorGroupCount").count("groups")
	of("GetMaximumProcessorGroupCount").count("groups")

	of("GetActiveProcessorCount").say("some", of("GetActiveProcessorCount").quiet(0) > 0)
	of("GetMaximumProcessorCount").say("some", of("GetMaximumProcessorCount").quiet(0) > 0)
	of("GetVersion").say("major", of("GetVersion").quiet()&0xFF >= 6)
	kilobytes := zeros(8)
	if of("GetPhysicallyInstalledSystemMemory").yes("some", kilobytes.at()) {
		of("GetPhysicallyInstalledSystemMemory").and("some", kilobytes.u64(0) > 0)
	}
	names()
	folders()
	query()
	machine := zeros(16)
	of("IsWow64Process").yes("own", thisProcess, machine.at())
	of("IsWow64Process").and("answer", machine.u32(0))
	of("IsWow64Process2").yes("own", thisProcess, machine.at(), machine.past(2))
	of("IsWow64Process2").and("answer", machine.u16(0), machine.u16(2))
	of("IsDebuggerPresent").yes("own")
}

// sized writes the size that many structures begin with.
func (s *space) sized(size uint32) *space {
	s.put32(0, size)
	return s
}

func names() {
	out, size := room(80), word(40)
	of("GetComputerNameW").yes("whole", out.at(), size.at())
	of("GetComputerNameW").and("length fits", int(size.u32(0)) == len(textAt(out.at(), 40)))
	size.put32(0, 1)
	of("GetComputerNameW").yes("too small", out.at(), size.at())
	of("GetComputerNameW").and("wants more", size.u32(0) > 1)
	for kind := uintptr(0); kind < 9; kind++ {
		size.put32(0, 40)
		of("GetComputerNameExW").yes("kind "+number(kind), kind, out.at(), size.at())
	}
	size.put32(0, 0)
	of("GetComputerNameExW").yes("size only", 5, 0, size.at())
	of("GetComputerNameExW").and("wants more", size.u32(0) > 1)
	user := from("advapi32", "GetUserNameW")
	size.put32(0, 40)
	user.yes("whole", out.at(), size.at())
	user.and("length fits", int(size.u32(0)) == len(textAt(out.at(), 40))+1)
	size.put32(0, 1)
	user.yes("too small", out.at(), size.at())
	user.and("wants more", size.u32(0) > 1)
	size.put32(0, 40)
	from("secur32", "GetUserNameExW").yes("as computer and name", 2, out.at(), size.at())
	size.put32(0, 1)
	from("secur32", "GetUserNameExW").yes("too small", 2, out.at(), size.at())
}

func folders() {
	out := room(2 * 300)
	for _, name := range []string{"GetSystemDirectoryW", "GetWindowsDirectoryW", "GetSystemWindowsDirectoryW"} {
		of(name).count("whole", out.at(), 300)
		of(name).and("text", upperText(out))
		of(name).count("too small", out.at(), 4)
		of(name).count("no room", 0, 0)
	}
	of("GetSystemDirectoryA").count("whole", out.at(), 300)
	of("GetSystemDirectoryA").count("too small", out.at(), 4)
}

func query() {
	ask := from("ntdll", "NtQuerySystemInformation")
	out, length := room(64), word(0)
	ask.status("basic", 0, out.at(), 64, length.at())
	ask.and("length, page", length.u32(0), out.u32(8))
	ask.status("basic, too small", 0, out.at(), 16, length.at())
	ask.status("time of day", 3, out.at(), 48, length.at())
	ask.status("processes, too small", 5, out.at(), 0, length.at())
	ask.and("wants more", length.u32(0) > 0)
	ask.status("unknown", 0x7FFF, out.at(), 64, length.at())
}
