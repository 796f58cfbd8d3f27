package main

import "fmt"

const (
	commit, reserve   = 0x1000, 0x2000
	decommit, release = 0x4000, 0x8000
	readWrite         = 4
)

func memory() {
	alloc, free := of("VirtualAlloc"), of("VirtualFree")
	base := alloc.handle("reserve", 0, 0x30000, reserve, readWrite)
	alloc.and("aligned", base&0xFFFF == 0)
	info := zeros(48)
	show := func(label string, at uintptr) {
		query := of("VirtualQuery")
		if query.count(label, at, info.at(), 48) != 0 {
			query.and("base, allocation, size, state, protection, type", int64(info.u64(0))-int64(base), int64(info.u64(8))-int64(base), fmt.Sprintf("%#x", info.u64(24)), fmt.Sprintf("%#x %#x %#x", info.u32(32), info.u32(36), info.u32(40)))
		}
	}
	show("reserved", base)
	alloc.handle("commit a part", base+0x1000, 0x2001, commit, readWrite)
	show("before the part", base)
	show("in the part", base+0x1800)
	show("after the part", base+0x3000)
	alloc.handle("commit again", base+0x1000, 0x1000, commit, readWrite)
	old := word(0)
	protect := of("VirtualProtect")
	protect.yes("read only", base+0x2000, 0x1000, 2, old.at())
	protect.and("before", old.u32(0))
	show("protected", base+0x2000)
	protect.yes("not committed", base, 0x1000, 2, old.at())
	protect.yes("nonsense", base+0x1000, 0x1000, 0x1234, old.at())
	protect.yes("no old", base+0x1000, 0x1000, 4, 0)
	free.yes("decommit", base+0x1000, 0x1000, decommit)
	show("decommitted", base+0x1000)
	free.yes("decommit again", base+0x1000, 0x1000, decommit)
	free.yes("release a part", base+0x1000, 0, release)
	free.yes("release with a size", base, 0x1000, release)
	free.yes("both", base, 0, decommit|release)
	free.yes("neither", base, 0, 0)
	free.yes("release", base, 0, release)
	free.yes("release again", base, 0, release)
	of("VirtualQuery").count("too small", base, info.at(), 8)
	of("VirtualQuery").count("beyond the user's space", 0xFFFF800000000000, info.at(), 48)

	alloc.handle("no size", 0, 0, commit|reserve, readWrite)
	alloc.handle("too much", 0, 1<<60, reserve, readWrite)
	alloc.handle("no protection", 0, 0x1000, commit|reserve, 0)
	alloc.handle("no kind", 0, 0x1000, 0, readWrite)
	alloc.handle("unreserved place", 0x10, 0x1000, commit, readWrite)
	both := alloc.handle("commit and reserve", 0, 0x1000, commit|reserve, 0x40)
	show2 := of("VirtualQuery")
	show2.quiet(both, info.at(), 48)
	show2.say("executable", info.u32(36))
	alloc.handle("reserve over it", both, 0x1000, reserve, readWrite)
	free.yes("both kinds", both, 0, release)
	heaps()
}

func heaps() {
	local := of("LocalAlloc")
	pointer := local.handle("zeroed", 0x40, 100)
	local.and("zero", allZero(bytesAt(pointer, 100)))
	of("LocalFree").count("allocated", pointer)
	of("LocalFree").count("nothing", 0)
	heap := of("GetProcessHeap").handle("process's")
	pointer = of("HeapAlloc").handle("zeroed", heap, 8, 50)
	of("HeapSize").count("50", heap, 0, pointer)
	pointer = of("HeapReAlloc").handle("more", heap, 8, pointer, 500)
	of("HeapFree").yes("allocated", heap, 0, pointer)
	of("HeapFree").yes("nothing", heap, 0, 0)
}
