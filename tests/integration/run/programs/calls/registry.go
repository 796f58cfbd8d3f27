package main

const (
	classesRoot  = 0x80000000
	currentUser  = 0x80000001
	localMachine = 0x80000002
	keyRead      = 0x20019
	keyAll       = 0xF003F
	queryValue   = 1
)

// path is a key that only this probe uses.
const path = `Software\Crosswind\Probe`

func registry() {
	open, create := from("advapi32", "RegOpenKeyExW"), from("advapi32", "RegCreateKeyExW")
	shut := from("advapi32", "RegCloseKey")
	key, disposition := zeros(8), word(0)
	create.status("new", currentUser, wide(path), 0, 0, 0, keyAll, 0, key.at(), disposition.at())
	create.and("disposition", disposition.u32(0))
	own := uintptr(key.u64(0))
	create.status("again", currentUser, wide(path), 0, 0, 0, keyAll, 0, key.at(), disposition.at())
	create.and("disposition", disposition.u32(0))
	shut.status("second handle", uintptr(key.u64(0)))
	create.status("below no key", 0, wide(path), 0, 0, 0, keyAll, 0, key.at(), disposition.at())
	create.status("without name", currentUser, 0, 0, 0, 0, keyAll, 0, key.at(), disposition.at())

	open.status("there", currentUser, wide(path), 0, keyRead, key.at())
	reading := uintptr(key.u64(0))
	open.status("other case", currentUser, wide(`SOFTWARE\crosswind\PROBE`), 0, keyRead, key.at())
	shut.status("third handle", uintptr(key.u64(0)))
	open.status("absent", currentUser, wide(`Software\Crosswind\None`), 0, keyRead, key.at())
	open.status("absent twice", currentUser, wide(`None\None`), 0, keyRead, key.at())
	open.status("below no key", 0, wide(path), 0, keyRead, key.at())
	open.status("below an unknown key", 0xBAD0, wide(path), 0, keyRead, key.at())
	open.status("no result", currentUser, wide(path), 0, keyRead, 0)
	open.status("empty name", own, wide(""), 0, keyRead, key.at())
	open.status("null name", own, 0, 0, keyRead, key.at())
	open.status("leading backslash", currentUser, wide(`\`+path), 0, keyRead, key.at())
	open.status("trailing backslash", currentUser, wide(path+`\`), 0, keyRead, key.at())
	open.status("of a predefined key, empty", localMachine, wide(""), 0, keyRead, key.at())
	open.status("64-bit view", localMachine, wide("SOFTWARE"), 0, keyRead|0x100, key.at())

	from("advapi32", "RegOpenCurrentUser").status("to read", keyRead, key.at())
	shut.status("user's", uintptr(key.u64(0)))
	registryValues(own, reading)
	registryKeys(own, reading)
	shut.status("reading", reading)
	shut.status("own", own)
	shut.status("no key", 0)
	shut.status("closed", own)
	shut.status("predefined", localMachine)
	registryContents()
}

func registryValues(own, reading uintptr) {
	set, query := from("advapi32", "RegSetValueExW"), from("advapi32", "RegQueryValueExW")
	text := zeros(16)
	copy(text.bytes, []byte{'a', 0, 'b', 0, 0, 0})
	// In the order of their names: Wine sorts values, Windows keeps them as they came.
	set.status("default", own, 0, 0, 1, text.at(), 6)
	set.status("without its NUL", own, wide("bare"), 0, 1, text.at(), 4)
	set.status("binary", own, wide("binary"), 0, 3, text.at(), 5)
	set.status("no data", own, wide("nothing"), 0, 3, 0, 0)
	set.status("number", own, wide("number"), 0, 4, text.at(), 4)
	set.status("number of odd size", own, wide("odd"), 0, 4, text.at(), 3)
	set.status("unknown type", own, wide("strange"), 0, 99, text.at(), 2)
	set.status("text", own, wide("text"), 0, 1, text.at(), 6)
	set.status("without the right", reading, wide("x"), 0, 1, text.at(), 6)
	set.status("of no key", 0, wide("x"), 0, 1, text.at(), 6)

	kind, size, out := word(0), word(0), room(16)
	ask := func(label, name string) {
		size.put32(0, 16)
		out = room(16)
		query.status(label, reading, wide(name), 0, kind.at(), out.at(), size.at())
		query.and("type, size, data", kind.u32(0), size.u32(0), out.hex(int(min(size.u32(0), 16))))
	}
	ask("text", "TEXT")
	ask("without its NUL", "bare")
	ask("number", "number")
	ask("binary", "binary")
	ask("no data", "nothing")
	ask("unknown type", "strange")
	ask("default", "")
	size.put32(0, 16)
	query.status("null name", reading, 0, 0, kind.at(), out.at(), size.at())
	query.status("absent", reading, wide("none"), 0, kind.at(), out.at(), size.at())
	query.status("size only", reading, wide("text"), 0, kind.at(), 0, size.at())
	query.and("size", size.u32(0))
	query.status("existence only", reading, wide("text"), 0, 0, 0, 0)
	size.put32(0, 5)
	query.status("too small", reading, wide("text"), 0, kind.at(), out.at(), size.at())
	query.and("size", size.u32(0))
	query.status("data without size", reading, wide("text"), 0, 0, out.at(), 0)
	size.put32(0, 6)
	query.status("just enough", reading, wide("text"), 0, kind.at(), out.at(), size.at())
	query.status("of no key", 0, wide("text"), 0, kind.at(), out.at(), size.at())

	enum := from("advapi32", "RegEnumValueW")
	for index := uintptr(0); index < 9; index++ {
		name, length := zeros(64), word(32)
		size.put32(0, 16)
		if enum.status("index "+string(rune('0'+index)), reading, index, name.at(), length.at(), 0, kind.at(), out.at(), size.at()) == 0 {
			enum.and("name, length, type, size", name.text(0), length.u32(0), kind.u32(0), size.u32(0))
		}
	}
	name, length := zeros(64), word(4)
	enum.status("name too long", reading, 7, name.at(), length.at(), 0, kind.at(), 0, 0)
	length.put32(0, 5)
	size.put32(0, 5)
	enum.status("data too long", reading, 0, name.at(), length.at(), 0, kind.at(), out.at(), size.at())
	enum.and("size", size.u32(0))

	remove := from("advapi32", "RegDeleteValueW")
	remove.status("there", own, wide("ODD"))
	remove.status("gone", own, wide("odd"))
	remove.status("without the right", reading, wide("text"))

	value := from("advapi32", "RegGetValueW")
	size.put32(0, 16)
	value.status("text", own, 0, wide("text"), 2, kind.at(), out.at(), size.at())
	value.and("type, size", kind.u32(0), size.u32(0))
	size.put32(0, 16)
	value.status("text asked for as a number", own, 0, wide("text"), 0x10, kind.at(), out.at(), size.at())
	size.put32(0, 16)
	value.status("of a subkey", currentUser, wide(path), wide("number"), 0xFFFF, kind.at(), out.at(), size.at())
	size.put32(0, 16)
	value.status("NUL is added", own, 0, wide("bare"), 2, kind.at(), out.at(), size.at())
	value.and("size", size.u32(0))
	value.status("absent", own, 0, wide("none"), 0xFFFF, kind.at(), out.at(), size.at())

	mui := from("advapi32", "RegLoadMUIStringW")
	mui.status("plain text", own, wide("text"), out.at(), 16, size.at(), 0, 0)
	mui.status("absent", own, wide("none"), out.at(), 16, size.at(), 0, 0)
}

func registryKeys(own, reading uintptr) {
	create, info := from("advapi32", "RegCreateKeyExW"), from("advapi32", "RegQueryInfoKeyW")
	key, out := zeros(8), zeros(64)
	for _, name := range []string{"beta", "Alpha", "gamma"} {
		create.status("subkey "+name, own, wide(name), 0, 0, 0, keyRead, 0, key.at(), 0)
		from("advapi32", "RegCloseKey").quiet(uintptr(key.u64(0)))
	}
	create.status("without the right", reading, wide("x"), 0, 0, 0, keyRead, 0, key.at(), 0)
	from("advapi32", "RegDeleteKeyW").quiet(own, wide("x"))
	info.status("all", reading, 0, 0, 0, out.at(), out.past(4), out.past(8), out.past(12), out.past(16), out.past(20), 0, out.past(32))
	info.and("subkeys, longest, values, longest name, longest data", out.u32(0), out.u32(4), out.u32(12), out.u32(16), out.u32(20))
	info.and("written", out.u64(32) != 0)
	info.status("nothing", reading, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	info.status("of no key", 0, 0, 0, 0, out.at(), 0, 0, 0, 0, 0, 0, 0)

	enum := from("advapi32", "RegEnumKeyExW")
	for index := uintptr(0); index < 4; index++ {
		name, length := room(64), word(32)
		if enum.status("index "+string(rune('0'+index)), reading, index, name.at(), length.at(), 0, 0, 0, 0) == 0 {
			enum.and("name, length", name.text(0), length.u32(0))
		}
	}
	length := word(5)
	enum.status("too small", reading, 0, out.at(), length.at(), 0, 0, 0, 0)
	length.put32(0, 6)
	enum.status("just enough", reading, 0, out.at(), length.at(), 0, 0, 0, 0)

	remove := from("advapi32", "RegDeleteKeyW")
	create.quiet(own, wide(`beta\below`), 0, 0, 0, keyRead, 0, key.at(), 0)
	remove.status("with subkeys", own, wide("beta"))
	remove.status("held open", own, wide(`beta\below`))
	info.status("of a removed key", uintptr(key.u64(0)), 0, 0, 0, out.at(), 0, 0, 0, 0, 0, 0, 0)
	from("advapi32", "RegCloseKey").status("removed", uintptr(key.u64(0)))
	remove.status("empty", own, wide("BETA"))
	remove.status("absent", own, wide("beta"))
	from("advapi32", "RegDeleteKeyExW").status("gamma", own, wide("gamma"), 0, 0)
	from("advapi32", "RegDeleteKeyExW").status("absent", own, wide("gamma"), 0, 0)
	from("advapi32", "RegDeleteTreeW").status("alpha", own, wide("alpha"))
	from("advapi32", "RegDeleteTreeW").status("absent", own, wide("alpha"))
	from("advapi32", "RegFlushKey").status("own", own)
	remove.status("itself by path", currentUser, wide(path))
}

// registryContents asks for what a Windows of any version has.
func registryContents() {
	open, query := from("advapi32", "RegOpenKeyExW"), from("advapi32", "RegQueryValueExW")
	key, kind := zeros(8), word(0)
	open.status("version", localMachine, wide(`SOFTWARE\Microsoft\Windows NT\CurrentVersion`), 0, keyRead, key.at())
	for _, name := range []string{"CurrentBuild", "CurrentMajorVersionNumber", "SystemRoot", "ProductName"} {
		size := word(0)
		query.status("version, "+name, uintptr(key.u64(0)), wide(name), 0, kind.at(), 0, size.at())
		query.and("type, some", kind.u32(0), size.u32(0) > 0)
	}
	open.status("time zones", localMachine, wide(`SOFTWARE\Microsoft\Windows NT\CurrentVersion\Time Zones`), 0, keyRead, key.at())
	open.status("media types", classesRoot, wide(".png"), 0, keyRead, key.at())
	open.status("user's environment", currentUser, wide("Environment"), 0, keyRead, key.at())
}
