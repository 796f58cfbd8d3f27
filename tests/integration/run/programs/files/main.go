// Command files does some hundreds of things with files and prints what Windows answers: one line
// each, a name and an error's number or a result. It works in the current folder, which is empty.
package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

var (
	kernel   = syscall.NewLazyDLL("kernel32.dll")
	ntdll    = syscall.NewLazyDLL("ntdll.dll")
	getAttr  = kernel.NewProc("GetFileAttributesW")
	lockEx   = kernel.NewProc("LockFileEx")
	unlockEx = kernel.NewProc("UnlockFileEx")
	infoEx   = kernel.NewProc("GetFileInformationByHandleEx")
	setInfo  = kernel.NewProc("SetFileInformationByHandle")
	moveEx   = kernel.NewProc("MoveFileExW")
	finalP   = kernel.NewProc("GetFinalPathNameByHandleW")
	driveT   = kernel.NewProc("GetDriveTypeW")
	drives   = kernel.NewProc("GetLogicalDrives")
	tempName = kernel.NewProc("GetTempFileNameW")
	volPath  = kernel.NewProc("GetVolumePathNameW")
	peek     = kernel.NewProc("PeekNamedPipe")
	copyFile = kernel.NewProc("CopyFileW")
	diskFree = kernel.NewProc("GetDiskFreeSpaceExW")
	sizeEx   = kernel.NewProc("GetFileSizeEx")
	replaceF = kernel.NewProc("ReplaceFileW")
	getSize  = kernel.NewProc("GetFileSize")
	findEx   = kernel.NewProc("FindFirstFileExW")
)

func p(s string) *uint16 { r, _ := syscall.UTF16PtrFromString(s); return r }

// say prints a name and what became of it: the error's number and the classes errors.Is knows.
func say(name string, err error, result ...any) {
	fmt.Printf("%s: %s", name, kind(err))
	for _, r := range result {
		fmt.Printf(" %v", r)
	}
	fmt.Println()
}

func kind(err error) string {
	if err == nil {
		return "ok"
	}
	text := "error"
	var number syscall.Errno
	if errors.As(err, &number) {
		text = fmt.Sprintf("errno %d", uint32(number))
	}
	if errors.Is(err, fs.ErrExist) {
		text += " exist"
	}
	if errors.Is(err, fs.ErrNotExist) {
		text += " not-exist"
	}
	if errors.Is(err, fs.ErrPermission) {
		text += " permission"
	}
	if errors.Is(err, errors.ErrUnsupported) {
		text += " unsupported"
	}
	if errors.Is(err, io.EOF) {
		text += " EOF"
	}
	return text
}

// call calls a function that returns a BOOL and sets the last error.
func call(proc *syscall.LazyProc, args ...uintptr) error {
	r, _, e := proc.Call(args...)
	if r&0xffffffff != 0 {
		return nil
	}
	return e
}

func open(name string, access, share, disposition, flags uint32) (syscall.Handle, error) {
	h, err := syscall.CreateFile(p(name), access, share, nil, disposition, flags, 0)
	return h, err
}

func try(label, name string, access, share, disposition, flags uint32) {
	h, err := open(name, access, share, disposition, flags)
	say(label, err)
	if err == nil {
		syscall.CloseHandle(h)
	}
}

const (
	read, write, del      = syscall.GENERIC_READ, syscall.GENERIC_WRITE, 0x10000
	all                   = 7
	backup, reparse, once = syscall.FILE_FLAG_BACKUP_SEMANTICS, syscall.FILE_FLAG_OPEN_REPARSE_POINT, 0x4000000
)

func main() {
	for _, part := range []func(){
		opening, dispositions, sharing, positions, deletion, renaming, attributes, times, folders,
		searches, paths, locks, information, links, pipes, special, root, mapping, copying, standard,
	} {
		part()
	}
}

func opening() {
	os.WriteFile("file", []byte("0123456789"), 0o666)
	os.Mkdir("dir", 0o777)
	for _, name := range []string{
		"file", "FILE", "none", `none\x`, `file\x`, `file\`, `dir\`, "dir", "", ".", "..", "file.",
		"file ", "fi?e", "fi*e", "a<b", `a"b`, "a|b", "file:", ":x", "nul", "NUL.txt", `dir\nul`, "con.x",
		`\\?\file`, `\\server\share\x`, `C:\none`, `Q:\none`, `\\.\none`, "file::$DATA", "a\x01b",
		strings.Repeat("x", 255), strings.Repeat("x", 256), strings.Repeat("é", 300),
	} {
		shown := name
		if len(shown) > 40 {
			shown = fmt.Sprint("long ", len(shown))
		}
		try(fmt.Sprintf("open %q", shown), name, read, all, syscall.OPEN_EXISTING, 0)
	}
	try("open dir with backup", "dir", read, all, syscall.OPEN_EXISTING, backup)
	try("open dir for writing", "dir", write, all, syscall.OPEN_EXISTING, backup)
	try("open without access", "file", 0, 0, syscall.OPEN_EXISTING, 0)
	try("disposition 0", "file", read, all, 0, 0)
	try("disposition 6", "file", read, all, 6, 0)
	_, err := os.Open("none")
	say("os.Open none", err)
	_, err = os.OpenFile("dir", os.O_WRONLY, 0)
	say("os.OpenFile dir for writing", err)
	_, err = os.OpenFile("file", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o666)
	say("os.OpenFile exclusively", err)
	_, err = os.Stat("file\\")
	say("os.Stat file with a separator", err)
	_, err = os.ReadFile("dir")
	say("os.ReadFile of a folder", err)
}

func dispositions() {
	for _, d := range []uint32{syscall.CREATE_NEW, syscall.CREATE_ALWAYS, syscall.OPEN_EXISTING, syscall.OPEN_ALWAYS, syscall.TRUNCATE_EXISTING} {
		os.Remove("d-absent")
		for _, name := range []string{"d-absent", "file", "dir"} {
			h, err := open(name, read|write, all, d, backup)
			last := "no last error"
			if errors.Is(err, syscall.ERROR_ALREADY_EXISTS) {
				last = "already exists"
			}
			var size int64
			if h != syscall.InvalidHandle {
				call(sizeEx, uintptr(h), uintptr(unsafe.Pointer(&size)))
				syscall.CloseHandle(h)
			}
			say(fmt.Sprintf("disposition %d of %s", d, name), err, h != syscall.InvalidHandle, last, size)
			os.WriteFile("file", []byte("0123456789"), 0o666)
		}
	}
	os.Remove("d-absent")
}

func sharing() {
	for _, first := range []struct{ access, share uint32 }{{read, 0}, {read, 1}, {write, 3}, {read, 7}, {0, 0}, {del, 7}} {
		h, err := open("file", first.access, first.share, syscall.OPEN_EXISTING, 0)
		say(fmt.Sprintf("hold %x/%d", first.access, first.share), err)
		for _, second := range []struct{ access, share uint32 }{{read, 7}, {write, 7}, {read, 1}, {del, 7}, {0, 0}} {
			try(fmt.Sprintf("  then %x/%d", second.access, second.share), "FILE", second.access, second.share, syscall.OPEN_EXISTING, 0)
		}
		syscall.CloseHandle(h)
	}
	f, _ := os.Open("file")
	say("os.Remove of what is open", os.Remove("file"))
	say("os.Rename of what is open", os.Rename("file", "file2"))
	say("os.WriteFile of what is open", os.WriteFile("file", []byte("0123456789"), 0o666))
	f.Close()
}

func positions() {
	f, err := os.Create("pos")
	say("create", err)
	n, err := f.WriteString("hello world")
	say("write", err, n)
	o, err := f.Seek(-5, io.SeekEnd)
	say("seek from the end", err, o)
	b := make([]byte, 8)
	n, err = f.Read(b)
	say("read", err, n, string(b[:n]))
	n, err = f.Read(b)
	say("read at the end", err, n)
	_, err = f.Seek(-50, io.SeekStart)
	say("seek before the start", err)
	o, err = f.Seek(20, io.SeekStart)
	say("seek beyond the end", err, o)
	n, err = f.WriteString("!")
	say("write beyond the end", err, n)
	n, err = f.ReadAt(b, 0)
	say("read at", err, n, string(b[:n]))
	n, err = f.ReadAt(b, 100)
	say("read at beyond the end", err, n)
	n, err = f.WriteAt([]byte("HE"), 0)
	say("write at", err, n)
	say("truncate", f.Truncate(5))
	say("grow", f.Truncate(9))
	say("truncate below zero", f.Truncate(-1))
	o, err = f.Seek(0, io.SeekCurrent)
	say("where", err, o)
	say("sync", f.Sync())
	say("close", f.Close())
	say("close again", f.Close())
	say("close handle 0", syscall.CloseHandle(0))
	say("close an unknown handle", syscall.CloseHandle(0x7ffc))
	data, _ := os.ReadFile("pos")
	fmt.Printf("content %q\n", data)
	f, err = os.OpenFile("pos", os.O_APPEND|os.O_WRONLY, 0)
	say("open to append", err)
	f.WriteString("++")
	_, err = f.Read(b)
	say("read what is open to append", err)
	f.Close()
	data, _ = os.ReadFile("pos")
	fmt.Printf("content %q\n", data)
	f, _ = os.Open("pos")
	_, err = f.WriteString("x")
	say("write what is open to read", err)
	say("truncate what is open to read", f.Truncate(0))
	var done uint32
	o1 := syscall.Overlapped{Offset: 2}
	err = syscall.ReadFile(syscall.Handle(f.Fd()), b[:3], &done, &o1)
	say("read with an offset", err, done, string(b[:done]))
	o, _ = f.Seek(0, io.SeekCurrent)
	fmt.Println("position after that", o)
	o1 = syscall.Overlapped{Offset: 200}
	err = syscall.ReadFile(syscall.Handle(f.Fd()), b[:3], &done, &o1)
	say("read with an offset beyond the end", err, done)
	f.Close()
	_, err = syscall.Read(syscall.Handle(f.Fd()), b)
	say("read of a closed file", err)
	nowhere()
}

// nowhere reads and writes where no memory is: an error, no exception.
func nowhere() {
	kernel32 := syscall.NewLazyDLL("kernel32.dll")
	for _, name := range []string{"ReadFile", "WriteFile"} {
		f, _ := os.OpenFile("pos", os.O_RDWR, 0)
		var done uint32
		ok, _, err := kernel32.NewProc(name).Call(f.Fd(), 16, 2, uintptr(unsafe.Pointer(&done)), 0)
		say(name+" nowhere", err, ok, done)
		f.Close()
	}
}

func deletion() {
	say("remove none", os.Remove("none"))
	say("remove none below none", os.Remove(`none\none`))
	os.MkdirAll(`full\x`, 0o777)
	say("remove a full folder", os.Remove("full"))
	say("delete a folder as a file", syscall.DeleteFile(p("full")))
	os.WriteFile("gone", nil, 0o666)
	say("remove a file as a folder", syscall.RemoveDirectory(p("gone")))
	h, err := open("gone", read|del, all, syscall.OPEN_EXISTING, 0)
	say("hold it", err)
	var yes byte = 1
	say("mark it", call(setInfo, uintptr(h), 4, uintptr(unsafe.Pointer(&yes)), 1))
	try("open what is marked", "gone", read, all, syscall.OPEN_EXISTING, 0)
	syscall.CloseHandle(h)
	try("open what is deleted", "gone", read, all, syscall.OPEN_EXISTING, 0)
	h, err = open("gone", read|write|del, all, syscall.CREATE_NEW, once)
	say("delete on close", err)
	syscall.CloseHandle(h)
	try("after that", "gone", read, all, syscall.OPEN_EXISTING, 0)
	os.WriteFile("ro", nil, 0o444)
	say("delete what is read-only", syscall.DeleteFile(p("ro")))
	try("write what is read-only", "ro", write, all, syscall.OPEN_EXISTING, 0)
	say("remove what is read-only", os.Remove("ro"))
	say("remove all", os.RemoveAll("full"))
	say("remove all of none", os.RemoveAll("none"))
	_, err = os.Stat("full")
	say("stat after that", err)
	os.Mkdir("held", 0o777)
	d, _ := os.Open("held")
	say("remove a folder that is open", os.Remove("held"))
	d.Close()
	os.Remove("held")
	say("remove the current folder", os.Remove("."))
}

func renaming() {
	os.WriteFile("one", []byte("1"), 0o666)
	os.WriteFile("two", []byte("2"), 0o666)
	os.Mkdir("rd", 0o777)
	os.Mkdir("re", 0o777)
	move := func(from, to string, flags uintptr) error {
		return call(moveEx, uintptr(unsafe.Pointer(p(from))), uintptr(unsafe.Pointer(p(to))), flags)
	}
	say("move over a file", move("one", "two", 0))
	say("move over a file, replacing", move("one", "two", 1))
	data, _ := os.ReadFile("two")
	fmt.Printf("content %q\n", data)
	say("move none", move("none", "x", 0))
	say("move below none", move("two", `none\x`, 0))
	say("move over a folder", move("two", "rd", 0))
	say("move over a folder, replacing", move("two", "rd", 1))
	say("move a folder over a folder", move("rd", "re", 1))
	say("move a folder over a file", move("rd", "two", 1))
	say("move a folder into itself", move("rd", `rd\x`, 0))
	say("change the case", move("two", "TWO", 0))
	names, _ := filepath.Glob("[tT]*")
	fmt.Println(names)
	say("move to itself", move("TWO", "two", 1))
	say("rename", os.Rename("two", "three"))
	say("rename a folder", os.Rename("rd", "rf"))
	say("rename none", os.Rename("none", "x"))
	os.WriteFile("four", nil, 0o444)
	say("rename over what is read-only", os.Rename("three", "four"))
	os.Chmod("four", 0o666)
	say("rename what is in a folder", os.Rename("four", `rf\four`))
	f, _ := os.Open(`rf\four`)
	say("rename a folder with something open", os.Rename("rf", "rg"))
	f.Close()
	say("os.Rename over a folder", os.Rename("re", "rf"))
	os.RemoveAll("rf")
	os.RemoveAll("re")
	os.RemoveAll("rg")
	os.Remove("three")
}

func attributes() {
	get := func(name string) string {
		r, _, e := getAttr.Call(uintptr(unsafe.Pointer(p(name))))
		if uint32(r) == 0xffffffff {
			return kind(e)
		}
		return fmt.Sprintf("%#x", uint32(r))
	}
	os.WriteFile("at", nil, 0o666)
	fmt.Println("attributes", get("at"), get("dir"), get("none"), get(`none\x`), get("nul"), get(""), get("a*"))
	for _, a := range []uint32{0x1, 0x2, 0x80, 0x26, 0x20, 0x100, 0x10, 0x400, 0} {
		say(fmt.Sprintf("set %#x", a), syscall.SetFileAttributes(p("at"), a), get("at"))
	}
	say("set of none", syscall.SetFileAttributes(p("none"), 0x80))
	say("set of a folder", syscall.SetFileAttributes(p("dir"), 0x2), get("dir"))
	syscall.SetFileAttributes(p("dir"), 0x80)
	say("chmod 0", os.Chmod("at", 0), get("at"))
	st, err := os.Stat("at")
	say("stat", err, st.Mode(), st.Size())
	say("chmod 666", os.Chmod("at", 0o666), get("at"))
	h, err := open("hid", write, all, syscall.CREATE_NEW, 0x2|0x4)
	say("create hidden", err, get("hid"))
	syscall.CloseHandle(h)
	try("overwrite what is hidden", "hid", write, all, syscall.CREATE_ALWAYS, 0x80)
	fmt.Println("attributes", get("hid"))
	os.Remove("hid")
	os.Remove("at")
}

func times() {
	os.WriteFile("t", nil, 0o666)
	when := time.Date(2001, 2, 3, 4, 5, 6, 700, time.UTC)
	say("chtimes", os.Chtimes("t", when.Add(time.Hour), when))
	st, err := os.Stat("t")
	say("stat", err, st.ModTime().UTC().Format(time.RFC3339Nano))
	d := st.Sys().(*syscall.Win32FileAttributeData)
	fmt.Println("accessed", time.Unix(0, d.LastAccessTime.Nanoseconds()).UTC().Format(time.RFC3339Nano))
	h, err := open("t", 0x100, all, syscall.OPEN_EXISTING, 0)
	say("open", err)
	born := syscall.NsecToFiletime(when.Add(-time.Hour).UnixNano())
	say("set the birth", syscall.SetFileTime(h, &born, nil, nil))
	syscall.CloseHandle(h)
	st, _ = os.Stat("t")
	d = st.Sys().(*syscall.Win32FileAttributeData)
	fmt.Println("written", st.ModTime().UTC().Format(time.RFC3339Nano))
	h, _ = open("t", read, all, syscall.OPEN_EXISTING, 0)
	say("set without the right", syscall.SetFileTime(h, &born, nil, nil))
	syscall.CloseHandle(h)
	say("chtimes of a folder", os.Chtimes("dir", when, when))
	say("chtimes of none", os.Chtimes("none", when, when))
	os.Remove("t")
}

func folders() {
	say("mkdir", os.Mkdir("m", 0o777))
	say("mkdir again", os.Mkdir("m", 0o777))
	say("mkdir of a file", os.Mkdir("file", 0o777))
	say("mkdir below none", os.Mkdir(`none\m`, 0o777))
	say("mkdir below a file", os.Mkdir(`file\m`, 0o777))
	say("mkdir nul", os.Mkdir("nul", 0o777))
	say("mkdir of a bad name", os.Mkdir("a?b", 0o777))
	say("mkdir all", os.MkdirAll(`m\n\o`, 0o777))
	say("mkdir all over a file", os.MkdirAll(`file\n`, 0o777))
	say("mkdir with a separator", os.Mkdir(`m\p\`, 0o777))
	say("chdir", os.Chdir(`m\n`))
	wd, _ := os.Getwd()
	fmt.Println("below", filepath.Base(wd))
	say("chdir to none", os.Chdir("none"))
	say("chdir to a file", os.Chdir(`..\..\file`))
	say("remove the current folder's parent", os.Remove(`..\..\m`))
	say("chdir up", os.Chdir(`..\..`))
	say("rmdir", os.Remove(`m\n\o`))
	say("remove all", os.RemoveAll("m"))
}

func searches() {
	os.Mkdir("s", 0o777)
	for _, name := range []string{"a", "B", "c.txt", "d.TXT", "e.txt.bak", "long name.html", "noext.", "f"} {
		os.WriteFile(`s\`+name, []byte(name), 0o666)
	}
	os.Mkdir(`s\sub`, 0o777)
	for _, pattern := range []string{"*", "*.*", "*.", "*.txt", "*.htm", "?", "?.txt", "??????", "c*", "*b*", "none", "a", "a.*", "sub", `sub\`, `sub\*`, "", "<", "a?"} {
		var data syscall.Win32finddata
		h, err := syscall.FindFirstFile(p(`s\`+pattern), &data)
		if err != nil {
			say("find "+pattern, err)
			continue
		}
		var names []string
		for err == nil {
			names = append(names, syscall.UTF16ToString(data.FileName[:]))
			err = syscall.FindNextFile(h, &data)
		}
		sort.Strings(names)
		say("find "+pattern, err, strings.Join(names, ","))
		syscall.FindClose(h)
	}
	var data syscall.Win32finddata
	_, err := syscall.FindFirstFile(p(`none\*`), &data)
	say("find below none", err)
	_, err = syscall.FindFirstFile(p(`file\*`), &data)
	say("find below a file", err)
	say("close no search", syscall.FindClose(0x1234))
	entries, err := os.ReadDir("s")
	say("read a folder", err, len(entries))
	for _, e := range entries {
		info, _ := e.Info()
		fmt.Println(" ", e.Name(), e.IsDir(), info.Mode(), info.Size()*map[bool]int64{false: 1}[e.IsDir()])
	}
	d, _ := os.Open("s")
	names, err := d.Readdirnames(3)
	say("read three", err, len(names))
	names, err = d.Readdirnames(100)
	say("read the rest", err, len(names))
	names, err = d.Readdirnames(1)
	say("read more", err, len(names))
	d.Close()
	f, _ := os.Open("file")
	_, err = f.Readdirnames(1)
	say("read a file as a folder", err)
	f.Close()
	_, err = os.ReadDir("none")
	say("read none", err)
	r, _, e := findEx.Call(uintptr(unsafe.Pointer(p(`s\*`))), 1, uintptr(unsafe.Pointer(&data)), 1, 0, 0)
	say("find folders only", map[bool]error{true: e}[r == ^uintptr(0)], syscall.UTF16ToString(data.FileName[:]))
	syscall.FindClose(syscall.Handle(r))
	os.RemoveAll("s")
}

func paths() {
	wd, _ := os.Getwd()
	for _, s := range []string{"x", `..\x`, `\x`, "c:", "nul", "a/b", "x.", `\\?\C:\x\..\y`, `\\s\h\..\x`} {
		full, err := syscall.FullPath(s)
		say("full path of "+s, err, strings.ReplaceAll(full, wd, "WD"))
	}
	b := make([]uint16, 300)
	n, err := syscall.GetLongPathName(p("FILE"), &b[0], 300)
	say("long path", err, syscall.UTF16ToString(b[:n]))
	_, err = syscall.GetLongPathName(p("none"), &b[0], 300)
	say("long path of none", err)
	n, err = syscall.GetLongPathName(p("file"), &b[0], 2)
	say("long path in too little room", err, n)
	n, err = syscall.GetShortPathName(p("file"), &b[0], 300)
	say("short path", err, syscall.UTF16ToString(b[:n]))
	r, _, _ := driveT.Call(uintptr(unsafe.Pointer(p(`C:\`))))
	r2, _, _ := driveT.Call(uintptr(unsafe.Pointer(p(`Q:\`))))
	fmt.Println("drive types", r, r2)
	mask, _, _ := drives.Call()
	fmt.Println("drives C and Z", mask&4 != 0, mask&(1<<25) != 0)
	err = call(volPath, uintptr(unsafe.Pointer(p(wd))), uintptr(unsafe.Pointer(&b[0])), 300)
	say("volume path", err, strings.EqualFold(syscall.UTF16ToString(b), wd[:3]))
	var one, two, three uint64
	err = call(diskFree, uintptr(unsafe.Pointer(p("."))), uintptr(unsafe.Pointer(&one)), uintptr(unsafe.Pointer(&two)), uintptr(unsafe.Pointer(&three)))
	say("free space", err, one > 0, two > 0)
	err = call(diskFree, uintptr(unsafe.Pointer(p("none"))), uintptr(unsafe.Pointer(&one)), 0, 0)
	say("free space of none", err)
	h, _ := open("file", 0, all, syscall.OPEN_EXISTING, 0)
	for _, flags := range []uintptr{0, 8, 1, 2, 4} {
		r, _, e := finalP.Call(uintptr(h), uintptr(unsafe.Pointer(&b[0])), 300, flags)
		text := syscall.UTF16ToString(b[:r])
		say(fmt.Sprintf("final path %d", flags), map[bool]error{true: e}[r == 0], strings.HasSuffix(text, `\file`), flags > 0 && flags < 8 || strings.HasPrefix(text, `\\?\`+wd[:1]))
	}
	r, _, _ = finalP.Call(uintptr(h), uintptr(unsafe.Pointer(&b[0])), 5, 0)
	fmt.Println("final path in too little room", r > 5)
	syscall.CloseHandle(h)
	err = call(tempName, uintptr(unsafe.Pointer(p("."))), uintptr(unsafe.Pointer(p("abcd"))), 0x12345, uintptr(unsafe.Pointer(&b[0])))
	say("temporary name", err, syscall.UTF16ToString(b))
	err = call(tempName, uintptr(unsafe.Pointer(p("none"))), uintptr(unsafe.Pointer(p("abcd"))), 0, uintptr(unsafe.Pointer(&b[0])))
	say("temporary name below none", err)
	made, err := os.MkdirTemp("", "x*y")
	say("temporary folder", err, strings.HasPrefix(filepath.Base(made), "x"))
	os.RemoveAll(made)
}

func locks() {
	one, _ := open("file", read|write, all, syscall.OPEN_EXISTING, 0)
	two, _ := open("file", read|write, all, syscall.OPEN_EXISTING, 0)
	lock := func(label string, h syscall.Handle, flags uintptr, start, length uint32) {
		o := syscall.Overlapped{Offset: start}
		say(label, call(lockEx, uintptr(h), flags, 0, uintptr(length), 0, uintptr(unsafe.Pointer(&o))))
	}
	unlock := func(label string, h syscall.Handle, start, length uint32) {
		o := syscall.Overlapped{Offset: start}
		say(label, call(unlockEx, uintptr(h), 0, uintptr(length), 0, uintptr(unsafe.Pointer(&o))))
	}
	lock("lock for one", one, 3, 0, 5)
	lock("again for one", one, 3, 0, 5)
	lock("lock for another", two, 3, 4, 1)
	lock("share for another", two, 1, 4, 1)
	lock("lock elsewhere", two, 3, 5, 1)
	b := make([]byte, 3)
	var n uint32
	say("read what is locked", syscall.ReadFile(two, b, &n, nil))
	say("write what is locked", syscall.WriteFile(two, b, &n, nil))
	say("read as the holder", syscall.ReadFile(one, b, &n, nil))
	unlock("unlock another range", one, 0, 4)
	unlock("unlock", one, 0, 5)
	unlock("unlock again", one, 0, 5)
	lock("share", one, 1, 0, 5)
	lock("share too", two, 1, 0, 5)
	lock("lock what is shared", two, 3, 0, 5)
	say("write what is shared", syscall.WriteFile(two, b, &n, nil))
	syscall.CloseHandle(one)
	syscall.CloseHandle(two)
	os.WriteFile("file", []byte("0123456789"), 0o666)
}

func information() {
	h, _ := open("file", read, all, syscall.OPEN_EXISTING, 0)
	d, _ := open("dir", read, all, syscall.OPEN_EXISTING, backup)
	b := make([]byte, 1024)
	for class := uintptr(0); class < 25; class++ {
		err := call(infoEx, uintptr(h), class, uintptr(unsafe.Pointer(&b[0])), 1024)
		say(fmt.Sprintf("class %d of a file", class), err)
		err = call(infoEx, uintptr(d), class, uintptr(unsafe.Pointer(&b[0])), 1024)
		say(fmt.Sprintf("class %d of a folder", class), err)
	}
	call(infoEx, uintptr(h), 1, uintptr(unsafe.Pointer(&b[0])), 1024)
	fmt.Println("standard", b[8:24])
	err := call(infoEx, uintptr(h), 1, uintptr(unsafe.Pointer(&b[0])), 4)
	say("standard in too little room", err)
	var info syscall.ByHandleFileInformation
	err = syscall.GetFileInformationByHandle(h, &info)
	say("by handle", err, info.FileAttributes, info.FileSizeLow, info.NumberOfLinks)
	err = syscall.GetFileInformationByHandle(d, &info)
	say("by handle of a folder", err, info.FileAttributes, info.NumberOfLinks)
	r, _, _ := getSize.Call(uintptr(h), 0)
	fmt.Println("size", uint32(r))
	t, err := syscall.GetFileType(h)
	say("type", err, t)
	t, err = syscall.GetFileType(d)
	say("type of a folder", err, t)
	_, err = syscall.GetFileType(0x7777)
	say("type of nothing", err)
	var n uint32
	err = syscall.ReadFile(d, b, &n, nil)
	say("read a folder", err)
	syscall.CloseHandle(h)
	syscall.CloseHandle(d)
	one, _ := os.Stat("file")
	two, _ := os.Stat("FILE")
	three, _ := os.Stat("dir")
	fmt.Println("same", os.SameFile(one, two), os.SameFile(one, three))
}

func links() {
	say("hard link", os.Link("file", "hard"))
	say("hard link again", os.Link("file", "hard"))
	say("hard link of none", os.Link("none", "hard2"))
	say("hard link of a folder", os.Link("dir", "hard2"))
	one, _ := os.Stat("file")
	two, _ := os.Stat("hard")
	fmt.Println("same", os.SameFile(one, two))
	os.Remove("hard")
	_, err := os.Readlink("file")
	say("read no link", err)
	_, err = os.Readlink("none")
	say("read a link that is not there", err)
	_, err = os.Readlink("dir")
	say("read a folder as a link", err)
	err = os.Symlink("file", "soft")
	say("symbolic link", err)
	if err != nil {
		return
	}
	target, err := os.Readlink("soft")
	say("read the link", err, target)
	st, err := os.Lstat("soft")
	say("lstat it", err, st != nil && st.Mode().Type() == fs.ModeSymlink)
	st, err = os.Stat("soft")
	say("stat it", err, st != nil && st.Size() == 10)
	say("symbolic link of a folder", os.Symlink("dir", "softdir"))
	st, err = os.Lstat("softdir")
	say("lstat it", err, st != nil && st.Mode().Type() == fs.ModeSymlink)
	say("symbolic link of none", os.Symlink("none", "dangling"))
	_, err = os.Stat("dangling")
	say("stat it", err)
	say("symbolic link again", os.Symlink("file", "soft"))
	real, err := filepath.EvalSymlinks("soft")
	say("evaluate", err, real)
	for _, name := range []string{"soft", "softdir", "dangling"} {
		say("remove "+name, os.Remove(name))
	}
}

func pipes() {
	r, w, err := os.Pipe()
	say("pipe", err)
	n, err := w.WriteString("hello")
	say("write", err, n)
	t, err := syscall.GetFileType(syscall.Handle(r.Fd()))
	say("type", err, t)
	var there uint32
	say("peek", call(peek, r.Fd(), 0, 0, 0, uintptr(unsafe.Pointer(&there)), 0), there)
	b := make([]byte, 10)
	n, err = r.Read(b)
	say("read", err, string(b[:n]))
	_, err = w.Read(b)
	say("read the writing end", err)
	_, err = r.WriteString("x")
	say("write the reading end", err)
	go func() {
		time.Sleep(10 * time.Millisecond)
		w.WriteString("later")
		w.Close()
	}()
	data, err := io.ReadAll(r)
	say("read all", err, string(data))
	r.Close()
	r, w, _ = os.Pipe()
	r.Close()
	_, err = w.WriteString("x")
	say("write with nobody to read", err)
	w.Close()
	_, err = os.Open(`\\.\pipe\crosswind-none`)
	say("open no pipe", err)
	r, w, _ = os.Pipe()
	go func() {
		w.Write(make([]byte, 100000))
		w.Close()
	}()
	m, err := io.Copy(io.Discard, r)
	say("much through a pipe", err, m)
	_, err = r.Seek(0, 0)
	say("seek a pipe", err)
	_, err = r.Stat()
	say("stat a pipe", err)
	say("truncate a pipe", r.Truncate(0))
}

func special() {
	f, err := os.OpenFile("nul", os.O_RDWR, 0)
	say("open nul", err)
	n, err := f.WriteString("x")
	say("write nul", err, n)
	n, err = f.Read(make([]byte, 3))
	say("read nul", err, n)
	t, err := syscall.GetFileType(syscall.Handle(f.Fd()))
	say("type of nul", err, t)
	st, err := f.Stat()
	say("stat nul", err)
	if err == nil {
		fmt.Println("mode of nul", st.Mode())
	}
	f.Close()
	st, err = os.Stat("NUL")
	say("stat the name", err)
	if err == nil {
		fmt.Println("mode of the name", st.Mode(), st.Name())
	}
	say("write a file nul", os.WriteFile("nul", []byte("x"), 0o666))
	say("remove nul", os.Remove("nul"))
	try("open conin", "CONIN$", read, all, syscall.OPEN_EXISTING, 0)
	long := strings.Repeat("deep-folder-name\\", 20)
	say("mkdir all of a long path", os.MkdirAll(long, 0o777))
	say("write below a long path", os.WriteFile(long+"f", []byte("x"), 0o666))
	data, err := os.ReadFile(long + "f")
	say("read below a long path", err, len(data))
	say("remove a long path", os.RemoveAll("deep-folder-name"))
	for _, name := range []string{"ünïcödé", "日本語", "\U0001f600", "a b", " lead", "UPPER.lower"} {
		err := os.WriteFile(name, []byte(name), 0o666)
		data, _ := os.ReadFile(strings.ToUpper(name))
		say(fmt.Sprintf("name %q", name), err, string(data) == name, os.Remove(name) == nil)
	}
}

func root() {
	os.Mkdir("root", 0o777)
	r, err := os.OpenRoot("root")
	say("open root", err)
	defer os.RemoveAll("root")
	if err != nil {
		return
	}
	defer r.Close()
	f, err := r.Create("f")
	say("create", err)
	f.WriteString("root")
	f.Close()
	_, err = r.Open("none")
	say("open none", err)
	_, err = r.Open(`..\file`)
	fmt.Println("open above", err != nil)
	say("mkdir", r.Mkdir("d", 0o777))
	say("mkdir again", r.Mkdir("d", 0o777))
	_, err = r.Open("D")
	say("open a folder", err)
	st, err := r.Stat("F")
	say("stat", err, st != nil && st.Size() == 4)
	_, err = r.Stat(`none\x`)
	say("stat below none", err)
	_, err = r.Stat(`f\x`)
	say("stat below a file", err)
	say("remove", r.Remove("f"))
	say("remove again", r.Remove("f"))
	say("remove a folder", r.Remove("d"))
}

func mapping() {
	h, _ := open("file", read|write, all, syscall.OPEN_EXISTING, 0)
	m, err := syscall.CreateFileMapping(h, nil, syscall.PAGE_READWRITE, 0, 0, nil)
	say("mapping", err)
	a, err := syscall.MapViewOfFile(m, syscall.FILE_MAP_WRITE, 0, 0, 0)
	say("view", err)
	if err == nil {
		view := unsafe.Slice((*byte)(unsafe.Pointer(a)), 10)
		fmt.Printf("view %q\n", view)
		copy(view, "MAP")
		say("flush", syscall.FlushViewOfFile(a, 0))
		say("unmap", syscall.UnmapViewOfFile(a))
	}
	syscall.CloseHandle(m)
	syscall.CloseHandle(h)
	data, _ := os.ReadFile("file")
	fmt.Printf("content %q\n", data)
	m, err = syscall.CreateFileMapping(syscall.InvalidHandle, nil, syscall.PAGE_READWRITE, 0, 65536, nil)
	say("mapping of no file", err)
	a, err = syscall.MapViewOfFile(m, syscall.FILE_MAP_WRITE, 0, 0, 0)
	say("view", err)
	b, err := syscall.MapViewOfFile(m, syscall.FILE_MAP_READ, 0, 0, 0)
	say("another view", err)
	*(*byte)(unsafe.Pointer(a)) = 42
	fmt.Println("shared", *(*byte)(unsafe.Pointer(b)))
	say("unmap", syscall.UnmapViewOfFile(a))
	say("unmap again", syscall.UnmapViewOfFile(a))
	syscall.UnmapViewOfFile(b)
	syscall.CloseHandle(m)
	os.WriteFile("empty", nil, 0o666)
	h, _ = open("empty", read, all, syscall.OPEN_EXISTING, 0)
	_, err = syscall.CreateFileMapping(h, nil, syscall.PAGE_READONLY, 0, 0, nil)
	say("mapping of an empty file", err)
	syscall.CloseHandle(h)
	os.Remove("empty")
}

func copying() {
	cp := func(from, to string, fail uintptr) error {
		return call(copyFile, uintptr(unsafe.Pointer(p(from))), uintptr(unsafe.Pointer(p(to))), fail)
	}
	say("copy", cp("file", "copy", 1))
	say("copy again", cp("file", "copy", 1))
	say("copy over", cp("file", "copy", 0))
	say("copy none", cp("none", "copy", 0))
	say("copy a folder", cp("dir", "copy2", 0))
	say("copy below none", cp("file", `none\copy`, 0))
	data, err := os.ReadFile("copy")
	say("read it", err, len(data))
	os.Remove("copy")
}

func standard() {
	for _, f := range []*os.File{os.Stdin, os.Stdout, os.Stderr} {
		t, err := syscall.GetFileType(syscall.Handle(f.Fd()))
		say("type of a standard handle", err, t)
	}
	data, err := io.ReadAll(os.Stdin)
	say("standard input", err, len(data))
	_, err = os.Stdin.Write([]byte("x"))
	say("write standard input", err)
	_, err = os.Stdout.Read(make([]byte, 1))
	say("read standard output", err)
}
