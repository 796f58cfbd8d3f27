package main

import "runtime"

func security() {
	token := zeros(8)
	open := from("advapi32", "OpenProcessToken")
	open.yes("own", thisProcess, 8, token.at())
	own := uintptr(token.u64(0))
	open.yes("no process", 0, 8, token.at())
	from("advapi32", "OpenThreadToken").yes("of a thread without one", thisThread, 8, 1, token.at())

	info := from("advapi32", "GetTokenInformation")
	out, size := room(4096), word(0)
	for _, class := range []uintptr{1, 2, 3, 4, 5, 8, 12, 18, 20, 25, 99} {
		size.put32(0, 0)
		info.yes("class "+number(class)+", size only", own, class, 0, 0, size.at())
		info.and("wants some", size.u32(0) > 0)
		if info.yes("class "+number(class), own, class, out.at(), 4096, size.at()) && class == 1 {
			info.and("identifier points behind the structure", uintptr(out.u64(0)) == out.past(16))
		}
	}
	info.yes("no token", 0, 1, out.at(), 4096, size.at())
	info.yes("user", own, 1, out.at(), 4096, size.at())
	user := uintptr(out.u64(0))

	text := zeros(8)
	convert := from("advapi32", "ConvertSidToStringSidW")
	convert.yes("user", user, text.at())
	convert.and("begins", quoted(textAt(uintptr(text.u64(0)), 9)))
	of("LocalFree").count("text", uintptr(text.u64(0)))
	convert.yes("nothing", 0, text.at())
	from("advapi32", "GetLengthSid").count("user", user)
	from("advapi32", "IsValidSid").yes("user", user)
	from("advapi32", "IsValidSid").yes("garbage", room(32).at())
	impersonation(token)
	identifiers()
	accounts(user)
	privileges(own)

	duplicate := zeros(8)
	from("advapi32", "DuplicateTokenEx").yes("own, not allowed", own, 0, 0, 1, 1, duplicate.at())
	open.yes("own, to duplicate", thisProcess, 0xA, token.at())
	from("advapi32", "DuplicateTokenEx").yes("own", uintptr(token.u64(0)), 0xC, 0, 1, 2, duplicate.at())
	of("CloseHandle").yes("token", own)
	of("CloseHandle").yes("token again", own)

	directory := room(600)
	size.put32(0, 300)
	profile := from("userenv", "GetUserProfileDirectoryW")
	open.quiet(thisProcess, 8, token.at())
	profile.yes("own", uintptr(token.u64(0)), directory.at(), size.at())
	profile.and("length fits", int(size.u32(0)) == len(textAt(directory.at(), 300))+1)
	size.put32(0, 3)
	profile.yes("too small", uintptr(token.u64(0)), directory.at(), size.at())
	profile.and("wants more", size.u32(0) > 3)
	size.put32(0, 300)
	from("userenv", "GetProfilesDirectoryW").yes("all", directory.at(), size.at())
	size.put32(0, 3)
	from("userenv", "GetProfilesDirectoryW").yes("too small", directory.at(), size.at())
}

// impersonation gives the thread a token of its own, and takes it away.
func impersonation(token *space) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	impersonate, open := from("advapi32", "ImpersonateSelf"), from("advapi32", "OpenThreadToken")
	impersonate.yes("impersonation", 2)
	open.yes("of a thread with one", thisThread, 8, 1, token.at())
	of("CloseHandle").yes("thread's token", uintptr(token.u64(0)))
	from("advapi32", "RevertToSelf").yes("once")
	open.yes("after reverting", thisThread, 8, 1, token.at())
}

func identifiers() {
	sid, authority := zeros(8), zeros(8)
	authority.bytes[5] = 5
	allocate := from("advapi32", "AllocateAndInitializeSid")
	allocate.yes("administrators", authority.at(), 2, 32, 544, 0, 0, 0, 0, 0, 0, sid.at())
	administrators := uintptr(sid.u64(0))
	allocate.and("bytes", bytesAt(administrators, 16))
	allocate.yes("too many parts", authority.at(), 9, 32, 544, 0, 0, 0, 0, 0, 0, sid.at())
	member := word(7)
	from("advapi32", "CheckTokenMembership").yes("administrators", 0, administrators, member.at())
	from("advapi32", "EqualSid").yes("itself", administrators, administrators)
	out, size := room(68), word(68)
	create := from("advapi32", "CreateWellKnownSid")
	for _, kind := range []uintptr{1, 17, 22, 26, 27} {
		size.put32(0, 68)
		if create.yes("kind "+number(kind), kind, 0, out.at(), size.at()) {
			create.and("bytes", out.hex(int(size.u32(0))))
		}
	}
	size.put32(0, 4)
	create.yes("too small", 26, 0, out.at(), size.at())
	create.and("wants", size.u32(0))
	from("advapi32", "EqualSid").yes("another", administrators, out.at())
	known := from("advapi32", "IsWellKnownSid")
	known.yes("administrators", administrators, 26)
	known.yes("administrators as users", administrators, 27)
	copied := room(32)
	from("advapi32", "CopySid").yes("whole", 32, copied.at(), administrators)
	from("advapi32", "CopySid").yes("too small", 8, copied.at(), administrators)
	from("advapi32", "GetSidSubAuthorityCount").handle("administrators", administrators)
	from("advapi32", "GetSidSubAuthority").handle("first", administrators, 0)
	from("advapi32", "GetSidIdentifierAuthority").handle("administrators", administrators)
	from("advapi32", "FreeSid").handle("administrators", administrators)
	pointer := zeros(8)
	parse := from("advapi32", "ConvertStringSidToSidW")
	parse.yes("system", wide("S-1-5-18"), pointer.at())
	parse.and("bytes", bytesAt(uintptr(pointer.u64(0)), 12))
	parse.yes("nonsense", wide("nonsense"), pointer.at())
	parse.yes("nothing", 0, pointer.at())
}

func accounts(user uintptr) {
	name, domain := room(200), room(200)
	nameSize, domainSize, use := word(100), word(100), word(0)
	bySid := from("advapi32", "LookupAccountSidW")
	if bySid.yes("user", 0, user, name.at(), nameSize.at(), domain.at(), domainSize.at(), use.at()) {
		bySid.and("use", use.u32(0), "length fits", int(nameSize.u32(0)) == len(textAt(name.at(), 100)))
	}
	nameSize.put32(0, 0)
	domainSize.put32(0, 0)
	bySid.yes("size only", 0, user, 0, nameSize.at(), 0, domainSize.at(), use.at())
	bySid.and("wants more", nameSize.u32(0) > 1)
	pointer := zeros(8)
	parse := from("advapi32", "ConvertStringSidToSidW")
	for _, sid := range []string{"S-1-5-18", "S-1-1-0", "S-1-5-32-544", "S-1-5-19", "S-1-5-21-9-9-9-9"} {
		parse.quiet(wide(sid), pointer.at())
		nameSize.put32(0, 100)
		domainSize.put32(0, 100)
		name, domain = zeros(200), zeros(200)
		if bySid.yes(sid, 0, uintptr(pointer.u64(0)), name.at(), nameSize.at(), domain.at(), domainSize.at(), use.at()) {
			bySid.and("name, domain, use", name.text(0), domain.text(0), use.u32(0))
		}
	}
	byName := from("advapi32", "LookupAccountNameW")
	sid, size := room(68), word(68)
	for _, account := range []string{"SYSTEM", "Everyone", `BUILTIN\Administrators`, "nobody-of-that-name"} {
		size.put32(0, 68)
		domainSize.put32(0, 100)
		if byName.yes(quoted(account), 0, wide(account), sid.at(), size.at(), domain.at(), domainSize.at(), use.at()) {
			byName.and("bytes, domain, use", sid.hex(8+4*int(sid.bytes[1])), domain.text(0), use.u32(0))
		}
	}
	size.put32(0, 0)
	domainSize.put32(0, 0)
	byName.yes("size only", 0, wide("Everyone"), 0, size.at(), 0, domainSize.at(), use.at())
	byName.and("wants", size.u32(0) > 0)
}

func privileges(token uintptr) {
	id := zeros(16)
	lookup := from("advapi32", "LookupPrivilegeValueW")
	for _, name := range []string{"SeShutdownPrivilege", "sechangenotifyprivilege", "SeBackupPrivilege", "SeNonsense"} {
		if lookup.yes(name, 0, wide(name), id.at()) {
			lookup.and("number", id.u64(0))
		}
	}
	state := zeros(16)
	state.put32(0, 1)
	state.put32(4, 19)
	state.put32(12, 2)
	from("advapi32", "AdjustTokenPrivileges").yes("without the right", token, 0, state.at(), 0, 0, 0)
}
