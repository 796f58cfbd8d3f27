package main

import "strings"

func environment() {
	get, set := of("GetEnvironmentVariableW"), of("SetEnvironmentVariableW")
	out := room(2 * 40)
	set.yes("new", wide("CROSSWIND_A"), wide("value"))
	get.count("whole", wide("CROSSWIND_A"), out.at(), 40)
	get.and("text", out.text(0))
	get.and("rest untouched", out.untouched(12, 80))
	get.count("other case", wide("crosswind_a"), out.at(), 40)
	get.count("exactly too small", wide("CROSSWIND_A"), out.at(), 5)
	get.count("just enough", wide("CROSSWIND_A"), out.at(), 6)
	get.count("no room", wide("CROSSWIND_A"), 0, 0)
	get.count("absent", wide("CROSSWIND_NONE"), out.at(), 40)
	get.count("empty name", wide(""), out.at(), 40)
	set.yes("empty value", wide("CROSSWIND_B"), wide(""))
	out = room(2 * 40)
	get.count("of an empty value", wide("CROSSWIND_B"), out.at(), 40)
	get.and("text", out.text(0))
	get.count("of an empty value, no room", wide("CROSSWIND_B"), 0, 0)
	set.yes("other case", wide("crosswind_A"), wide("changed"))
	get.count("after a change", wide("CROSSWIND_A"), out.at(), 40)
	get.and("text", out.text(0))
	set.yes("remove", wide("CROSSWIND_A"), 0)
	get.count("after removal", wide("CROSSWIND_A"), out.at(), 40)
	set.yes("remove again", wide("CROSSWIND_A"), 0)
	set.yes("name with a sign", wide("A=B"), wide("x"))
	set.yes("empty name", wide(""), wide("x"))
	set.yes("drive", wide("=C:"), wide(`C:\dir`))
	get.count("of a drive", wide("=c:"), out.at(), 40)
	set.yes("letters beyond ASCII", wide("CROSSWIND_É"), wide("ü\U0001F600"))
	get.count("letters beyond ASCII", wide("crosswind_é"), out.at(), 40)
	get.and("text", out.text(0))
	set.yes("long", wide("CROSSWIND_LONG"), wide(strings.Repeat("x", 32766)))
	get.count("long", wide("CROSSWIND_LONG"), 0, 0)
	set.yes("remove the long one", wide("CROSSWIND_LONG"), 0)

	strs := of("GetEnvironmentStringsW")
	set.quiet(wide("CROSSWIND_C"), wide("3"))
	set.quiet(wide("crosswind_b2"), wide("2"))
	block := strs.handle("all")
	var names []string
	for at := block; ; {
		entry := textAt(at, 1<<16)
		if entry == "" {
			break
		}
		if strings.HasPrefix(strings.ToUpper(entry), "CROSSWIND_") {
			names = append(names, entry)
		}
		at += uintptr(2 * (len(utf16Of(entry)) + 1))
	}
	strs.and("ours in order", names)
	of("FreeEnvironmentStringsW").yes("free", block)

	expand := of("ExpandEnvironmentStringsW")
	out = room(2 * 40)
	expand.count("known", wide("<%crosswind_c%>"), out.at(), 40)
	expand.and("text", out.text(0))
	for _, source := range []string{"", "plain", "%", "%%", "%CROSSWIND_NONE%", "100% %CROSSWIND_C%", "%CROSSWIND_C", "%%CROSSWIND_C%%"} {
		expand.count("of "+quoted(source), wide(source), out.at(), 40)
		expand.and("text", out.text(0))
	}
	expand.count("too small", wide("%CROSSWIND_C%%CROSSWIND_C%"), out.at(), 2)
	expand.count("no room", wide("%CROSSWIND_C%"), 0, 0)
}
