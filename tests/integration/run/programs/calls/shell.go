package main

func shell() {
	argv := from("shell32", "CommandLineToArgvW")
	count := word(0)
	for _, line := range []string{
		`a.exe b "c d"`, `"a b" c`, `a "b""c" d`, `a "b"" c`, `a \"b\" c`, `a \\"b c\\" d`, `a \\\"b`, `a """b c"""`, ` a b`, "a\tb\nc", `a "`, `"a`, `a b\`, `a "b\\" \\c`, `a ""`, `a """"`, `a """""`,
	} {
		pointer := argv.handle(quoted(line), wide(line), count.at())
		if pointer == 0 {
			continue
		}
		var arguments []string
		for i := range int(count.u32(0)) {
			at := uintptr(littleEndian(bytesAt(pointer+uintptr(8*i), 8)))
			arguments = append(arguments, quoted(textAt(at, 1000)))
		}
		argv.and("arguments", arguments)
		of("LocalFree").quiet(pointer)
	}
	argv.handle("no count", wide("a"), 0)

	known := from("shell32", "SHGetKnownFolderPath")
	pointer := zeros(8)
	for _, folder := range []struct{ name, id string }{
		{"Profile", "\x8f\x85\x6c\x5e\x22\x0e\x60\x47\x9a\xfe\xea\x33\x17\xb6\x71\x73"},
		{"LocalAppData", "\x85\x27\xb3\xf1\xba\x6f\xcf\x4f\x9d\x55\x7b\x8e\x7f\x15\x70\x91"},
		{"RoamingAppData", "\xdb\x85\xb6\x3e\xf9\x65\xf6\x4c\xa0\x3a\xe3\xef\x65\x72\x9f\x3d"},
		{"ProgramData", "\x82\x5d\xab\x62\xc1\xfd\xc3\x4d\xa9\xdd\x07\x0d\x1d\x49\x5d\x97"},
		{"unknown", "0123456789abcdef"},
	} {
		pointer.put64(0, 0)
		known.status(folder.name, ansi(folder.id), 0x4000, 0, pointer.at())
		known.and("some", pointer.u64(0) != 0)
		from("ole32", "CoTaskMemFree").quiet(uintptr(pointer.u64(0)))
		from("ole32", "CoTaskMemFree").say(folder.name, "returns")
	}
}

func littleEndian(data []byte) (value uint64) {
	for i, b := range data {
		value |= uint64(b) << (8 * i)
	}
	return value
}
