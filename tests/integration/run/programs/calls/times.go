package main

import "fmt"

func times() {
	now, before := zeros(16), zeros(16)
	of("GetSystemTimeAsFileTime").quiet(before.at())
	of("GetSystemTimePreciseAsFileTime").quiet(now.at())
	// After 2020, in the right order, a second apart at most.
	const year2020 = 132223104000000000
	of("GetSystemTimeAsFileTime").say("sound", before.u64(0) > year2020)
	apart := int64(now.u64(0) - before.u64(0))
	of("GetSystemTimePreciseAsFileTime").say("near the other", apart > -10_000_000 && apart < 10_000_000)
	of("GetSystemTime").quiet(now.at())
	of("GetSystemTime").say("sound", now.u16(0) >= 2020, now.u16(2) >= 1 && now.u16(2) <= 12)
	of("GetLocalTime").quiet(now.at())
	of("GetLocalTime").say("sound", now.u16(0) >= 2020)
	first := of("GetTickCount64").quiet()
	of("GetTickCount64").say("runs forwards", of("GetTickCount64").quiet() >= first)
	of("GetTickCount").say("is the other's low half, nearly", uint32(of("GetTickCount").quiet())-uint32(first) < 10000)
	of("QueryPerformanceFrequency").yes("frequency", now.at())
	of("QueryPerformanceFrequency").and("hertz", now.u64(0))
	of("QueryPerformanceCounter").yes("counter", now.at())
	of("QueryPerformanceCounter").yes("again", before.at())
	of("QueryPerformanceCounter").and("forwards", before.u64(0) >= now.u64(0))
	of("QueryUnbiasedInterruptTime").yes("time", now.at())
	from("winmm", "timeBeginPeriod").status("1 ms", 1)
	from("winmm", "timeEndPeriod").status("1 ms", 1)
	from("winmm", "timeBeginPeriod").status("0 ms", 0)
	from("winmm", "timeGetTime").say("runs", true)
	resolution := zeros(16)
	from("ntdll", "NtQueryTimerResolution").status("all", resolution.at(), resolution.past(4), resolution.past(8))

	zones()
	conversions()
}

func zones() {
	zone := room(180)
	of("GetTimeZoneInformation").wait("UTC", zone.at())
	of("GetTimeZoneInformation").and("bias, biases", zone.u32(0), zone.u32(84), zone.u32(168))
	of("GetTimeZoneInformation").and("names", zone.text(4) != `""`, zone.text(88) != `""`)
	of("GetTimeZoneInformation").and("dates", zone.u16(68+2), zone.u16(152+2))
	dynamic := room(440)
	of("GetDynamicTimeZoneInformation").wait("UTC", dynamic.at())
	of("GetDynamicTimeZoneInformation").and("bias, key", dynamic.u32(0), dynamic.text(172))
}

func conversions() {
	out := room(16)
	toSystem := of("FileTimeToSystemTime")
	for _, c := range []struct {
		label string
		ticks uint64
	}{
		{"beginning", 0},
		{"1970", 116444736000000000},
		{"leap day", 133536384000000000 + 12345678},
		{"last", 0x7FFF35F4F06C7FFF},
		{"beyond", 0x8000000000000000},
	} {
		ticks := zeros(8)
		ticks.put64(0, c.ticks)
		out = room(16)
		toSystem.yes(c.label, ticks.at(), out.at())
		if c.label != "beyond" {
			toSystem.and("fields", out.hex(16))
			back := zeros(8)
			of("SystemTimeToFileTime").yes(c.label, out.at(), back.at())
			of("SystemTimeToFileTime").and("ticks", back.u64(0))
		}
		of("FileTimeToLocalFileTime").yes(c.label, ticks.at(), out.at())
		of("LocalFileTimeToFileTime").yes(c.label, ticks.at(), out.at())
	}
	for _, c := range []struct {
		label  string
		fields [8]uint16
	}{
		{"month 13", [8]uint16{2024, 13, 0, 1}},
		{"day 30 in February", [8]uint16{2024, 2, 0, 30}},
		{"hour 24", [8]uint16{2024, 1, 0, 1, 24}},
		{"second 60", [8]uint16{2024, 1, 0, 1, 0, 0, 60}},
		{"year 1600", [8]uint16{1600, 1, 0, 1}},
		{"wrong weekday", [8]uint16{2024, 1, 6, 1}},
		{"29 February 2023", [8]uint16{2023, 2, 0, 29}},
	} {
		fields := zeros(16)
		for i, value := range c.fields {
			fields.bytes[2*i], fields.bytes[2*i+1] = byte(value), byte(value>>8)
		}
		of("SystemTimeToFileTime").yes(c.label, fields.at(), out.at())
	}
	early, late := zeros(8), zeros(8)
	early.put64(0, 5)
	late.put64(0, 1<<40)
	compare := of("CompareFileTime")
	compare.say("earlier", int32(compare.quiet(early.at(), late.at())))
	compare.say("same", int32(compare.quiet(early.at(), early.at())))
	compare.say("later", int32(compare.quiet(late.at(), early.at())))
	sleeps()
}

// sleeps measures by the clock of the machine that the program sees.
func sleeps() {
	counter, frequency := zeros(8), zeros(8)
	of("QueryPerformanceFrequency").quiet(frequency.at())
	for _, milliseconds := range []uintptr{0, 1, 20} {
		of("QueryPerformanceCounter").quiet(counter.at())
		start := counter.u64(0)
		of("Sleep").quiet(milliseconds)
		of("QueryPerformanceCounter").quiet(counter.at())
		passed := float64(counter.u64(0)-start) / float64(frequency.u64(0)) * 1000
		of("Sleep").say(fmt.Sprintf("%d ms", milliseconds), "long enough:", passed >= float64(milliseconds)*0.9, "not for ages:", passed < float64(milliseconds)+500)
	}
	of("SleepEx").wait("1 ms", 1, 1)
}
