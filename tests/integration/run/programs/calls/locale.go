package main

import "strings"

func locale() {
	of("GetACP").count("ANSI")
	of("GetOEMCP").count("OEM")
	name := room(2 * 85)
	of("GetUserDefaultLocaleName").count("whole", name.at(), 85)
	of("GetUserDefaultLocaleName").and("text", name.text(0))
	of("GetUserDefaultLocaleName").count("too small", name.at(), 3)
	of("GetSystemDefaultLocaleName").count("whole", name.at(), 85)
	of("GetUserDefaultLCID").count("user's")
	of("GetSystemDefaultLCID").count("system's")
	of("GetUserDefaultLangID").count("user's")
	of("GetSystemDefaultLangID").count("system's")
	of("GetUserDefaultUILanguage").count("user's")
	of("GetSystemDefaultUILanguage").count("system's")
	of("GetThreadLocale").count("thread's")
	toLCID := of("LocaleNameToLCID")
	toLCID.count("en-US", wide("en-US"), 0)
	toLCID.count("EN-us", wide("EN-us"), 0)
	toLCID.count("nonsense", wide("nonsense-name"), 0)
	of("LCIDToLocaleName").count("0x409", 0x409, name.at(), 85, 0)
	of("LCIDToLocaleName").and("text", name.text(0))
	of("LCIDToLocaleName").count("too small", 0x409, name.at(), 2, 0)
	of("LCIDToLocaleName").count("size only", 0x409, 0, 0, 0)
	of("IsValidLocale").yes("0x409", 0x409, 1)
	for _, page := range []uintptr{0, 437, 1252, 932, 65001, 1, 99999} {
		of("IsValidCodePage").yes(number(page), page)
	}
	info := room(64)
	for _, page := range []uintptr{437, 1252, 65001, 932, 1} {
		if of("GetCPInfo").yes(number(page), page, info.at()) {
			of("GetCPInfo").and(number(page), info.u32(0), info.hex(6)[8:])
		}
	}
	of("lstrlenW").count("five units", wide("abc\U0001F600"))
	of("lstrlenW").count("nothing", 0)
	localeInfo()
	preferred()
	toWide()
	toBytes()
	ordinal()
	mapped()
}

func number(value uintptr) string { return quotedNumber(uint64(value)) }

func localeInfo() {
	info := of("GetLocaleInfoEx")
	for _, kind := range []uintptr{0x1, 0xB, 0xE, 0xF, 0x10, 0x11, 0x14, 0x15, 0x1D, 0x1E, 0x1F, 0x20, 0x28, 0x29, 0x2A, 0x30, 0x31, 0x38, 0x43, 0x44, 0x51, 0x59, 0x5A, 0x5C, 0x1001, 0x1002, 0x1003, 0x1004} {
		out := room(2 * 85)
		info.count("kind "+number(kind), wide("en-US"), kind, out.at(), 85)
		info.and("text", out.text(0))
	}
	out := room(2 * 85)
	info.count("size only", wide("en-US"), 0x5C, 0, 0)
	info.count("too small", wide("en-US"), 0x5C, out.at(), 3)
	info.count("default locale", 0, 0x5C, out.at(), 85)
	info.count("nonsense locale", wide("nonsense-name"), 0x5C, out.at(), 85)
	info.count("unknown kind", wide("en-US"), 0x7777, out.at(), 85)
	info.count("as a number", wide("en-US"), 0x20001004, out.at(), 2)
	info.and("number", out.u32(0))
	of("GetLocaleInfoW").count("by LCID", 0x409, 0x5C, out.at(), 85)
	of("GetLocaleInfoW").count("unknown LCID", 0xFFFF, 0x5C, out.at(), 85)
}

func preferred() {
	for _, name := range []string{"GetUserPreferredUILanguages", "GetSystemPreferredUILanguages", "GetThreadPreferredUILanguages"} {
		languages, size, out := word(0), word(0), room(400)
		flags := uintptr(8)
		if name[3] == 'T' {
			flags = 0x38
		}
		of(name).yes("size only", flags, languages.at(), 0, size.at())
		size.put32(0, 200)
		if of(name).yes("names", flags, languages.at(), out.at(), size.at()) {
			of(name).and("first", out.text(0))
		}
	}
}

func toWide() {
	wideOf := of("MultiByteToWideChar")
	out := room(40)
	for _, c := range []struct {
		label string
		page  uintptr
		flags uintptr
		text  string
	}{
		{"ASCII as UTF-8", 65001, 0, "abc"},
		{"UTF-8", 65001, 0, "aé€\U0001F600"},
		{"invalid UTF-8", 65001, 0, "a\xffb"},
		{"cut UTF-8", 65001, 0, "a\xe2\x82"},
		{"overlong UTF-8", 65001, 0, "\xc0\x80"},
		{"surrogate in UTF-8", 65001, 0, "\xed\xa0\x80"},
		{"invalid UTF-8, strict", 65001, 8, "a\xffb"},
		{"1252", 1252, 0, "\x80\x81\xe9"},
		{"437", 437, 0, "\x80\x81\xe9\x01"},
		{"850", 850, 0, "\x80\x81\xe9"},
		{"932", 932, 0, "\x82\xa0a"},
		{"ANSI", 0, 0, "\xe9"},
		{"OEM", 1, 0, "\xe9"},
		{"precomposed", 1252, 1, "\xe9"},
		{"flag that UTF-8 has not", 65001, 1, "a"},
		{"unknown page", 12345, 0, "a"},
	} {
		out = room(40)
		n := wideOf.count(c.label, c.page, c.flags, ansi(c.text), uintptr(len(c.text)), out.at(), 20)
		wideOf.and("units", out.hex(int(min(2*n, 40))))
	}
	wideOf.count("with its NUL", 65001, 0, ansi("abc"), ^uintptr(0), out.at(), 20)
	wideOf.count("size only", 65001, 0, ansi("aé"), ^uintptr(0), 0, 0)
	wideOf.count("too small", 65001, 0, ansi("abc"), 3, out.at(), 2)
	wideOf.count("nothing", 65001, 0, ansi("abc"), 0, out.at(), 2)
	wideOf.count("no source", 65001, 0, 0, 3, out.at(), 2)
	wideOf.count("no target", 65001, 0, ansi("abc"), 3, 0, 2)
}

func toBytes() {
	bytesOf := of("WideCharToMultiByte")
	for _, c := range []struct {
		label string
		page  uintptr
		flags uintptr
		text  []uint16
	}{
		{"ASCII as UTF-8", 65001, 0, []uint16{'a', 'b'}},
		{"UTF-8", 65001, 0, []uint16{'a', 0xE9, 0x20AC, 0xD83D, 0xDE00}},
		{"half a pair", 65001, 0, []uint16{0xD83D, 'x'}},
		{"half a pair, strict", 65001, 0x80, []uint16{0xD83D, 'x'}},
		{"1252", 1252, 0, []uint16{0x20AC, 0x81, 0xE9}},
		{"437", 437, 0, []uint16{0xC7, 0xE9}},
		{"what 1252 lacks", 1252, 0, []uint16{0x4E00, 'a'}},
		{"nearest letter", 1252, 0, []uint16{0x141}},
		{"no nearest letter", 1252, 0x400, []uint16{0x141}},
		{"unknown page", 12345, 0, []uint16{'a'}},
		{"flag that UTF-8 has not", 65001, 0x400, []uint16{'a'}},
	} {
		source, out := zeros(40), room(40)
		for i, unit := range c.text {
			source.bytes[2*i], source.bytes[2*i+1] = byte(unit), byte(unit>>8)
		}
		n := bytesOf.count(c.label, c.page, c.flags, source.at(), uintptr(len(c.text)), out.at(), 40, 0, 0)
		bytesOf.and("bytes", out.hex(int(min(n, 40))))
	}
	out, used := room(40), word(7)
	bytesOf.count("default character", 1252, 0, wide("a\u4e00"), ^uintptr(0), out.at(), 40, ansi("*"), used.at())
	bytesOf.and("bytes, used", out.hex(3), used.u32(0))
	bytesOf.count("default not used", 1252, 0, wide("a"), ^uintptr(0), out.at(), 40, 0, used.at())
	bytesOf.and("used", used.u32(0))
	bytesOf.count("default in UTF-8", 65001, 0, wide("a"), ^uintptr(0), out.at(), 40, ansi("*"), 0)
	bytesOf.count("size only", 65001, 0, wide("aé"), ^uintptr(0), 0, 0, 0, 0)
	bytesOf.count("too small", 65001, 0, wide("abc"), 3, out.at(), 2, 0, 0)
	bytesOf.count("nothing", 65001, 0, wide("abc"), 0, out.at(), 2, 0, 0)
}

func ordinal() {
	compare := of("CompareStringOrdinal")
	for _, c := range []struct{ left, right string }{{"a", "a"}, {"a", "B"}, {"A", "a"}, {"é", "É"}, {"", "a"}, {"a_", "AB"}} {
		for ignore := uintptr(0); ignore < 2; ignore++ {
			compare.count(quoted(c.left)+" "+quoted(c.right)+" "+number(ignore), wide(c.left), ^uintptr(0), wide(c.right), ^uintptr(0), ignore)
		}
	}
	compare.count("lengths", wide("ab"), 1, wide("ac"), 1, 0)
	compare.count("no text", 0, ^uintptr(0), wide("a"), ^uintptr(0), 0)
}

func mapped() {
	mapping := of("LCMapStringEx")
	out := room(40)
	mapping.count("upper", wide("en-US"), 0x200, wide("aéß"), ^uintptr(0), out.at(), 20, 0, 0, 0)
	mapping.and("text", out.text(0))
	mapping.count("lower", wide("en-US"), 0x100, wide("AÉI"), ^uintptr(0), out.at(), 20, 0, 0, 0)
	mapping.and("text", out.text(0))
	mapping.count("size only", 0, 0x200, wide("abc"), ^uintptr(0), 0, 0, 0, 0, 0)
	mapping.count("too small", 0, 0x200, wide("abc"), 3, out.at(), 2, 0, 0, 0)
	of("LCMapStringW").count("upper", 0x409, 0x200, wide(strings.ToLower("ABC")), ^uintptr(0), out.at(), 20)
}
