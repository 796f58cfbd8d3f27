package main

func toolhelp() {
	own := uint32(of("GetCurrentProcessId").quiet())
	create := of("CreateToolhelp32Snapshot")
	snapshot := create.handle("processes", 2, 0)
	entry := zeros(568).sized(568)
	first, next := of("Process32FirstW"), of("Process32NextW")
	found, count := false, 0
	first.yes("first", snapshot, entry.at())
	for {
		count++
		if entry.u32(8) == own {
			found = true
			first.say("own", "threads", entry.u32(28) > 0, "name", entry.text(44))
		}
		if next.quiet(snapshot, entry.at()) == 0 {
			break
		}
	}
	first.say("own is among them", found)
	next.yes("after the last", snapshot, entry.at())
	first.yes("wrong size", snapshot, zeros(568).sized(100).at())
	first.yes("no snapshot", 0, entry.at())
	of("CloseHandle").yes("snapshot", snapshot)

	snapshot = create.handle("modules", 8, 0)
	module := zeros(1080).sized(1080)
	if of("Module32FirstW").yes("first", snapshot, module.at()) {
		of("Module32FirstW").and("process, name", module.u32(8) == own, module.text(48))
	}
	for of("Module32NextW").quiet(snapshot, module.at()) != 0 {
	}
	of("Module32NextW").yes("after the last", snapshot, module.at())
	of("Module32FirstW").yes("wrong size", snapshot, zeros(1080).sized(100).at())
	of("CloseHandle").yes("snapshot", snapshot)

	snapshot = create.handle("threads", 4, 0)
	thread := zeros(28).sized(28)
	of("Thread32First").yes("first", snapshot, thread.at())
	mine := 0
	for {
		if thread.u32(12) == own {
			mine++
		}
		if of("Thread32Next").quiet(snapshot, thread.at()) == 0 {
			break
		}
	}
	of("Thread32Next").say("own threads", mine > 0)
	of("Thread32Next").yes("after the last", snapshot, thread.at())
	create.handle("unknown flags", 0x100, 0)
}
