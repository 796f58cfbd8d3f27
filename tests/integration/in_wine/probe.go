// Probe asks Windows (or Wine) what it finds in the running program: every resource with its digest,
// the version tab, strings, and whether the icon loads. It prints JSON.
package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

var (
	kernel32 = syscall.NewLazyDLL("kernel32.dll")
	user32   = syscall.NewLazyDLL("user32.dll")
	version  = syscall.NewLazyDLL("version.dll")
)

func call(dll *syscall.LazyDLL, name string, args ...uintptr) uintptr {
	result, _, _ := dll.NewProc(name).Call(args...)
	return result
}

func wide(text string) uintptr {
	pointer, err := syscall.UTF16PtrFromString(text)
	if err != nil {
		panic(err)
	}
	return uintptr(unsafe.Pointer(pointer))
}

// identifier spells a type or name: a number if the pointer is one (IS_INTRESOURCE).
func identifier(pointer uintptr) string {
	if pointer>>16 == 0 {
		return strconv.Itoa(int(pointer))
	}
	return text(pointer)
}

func text(pointer uintptr) string {
	var units []uint16
	for ; ; pointer += 2 {
		unit := *(*uint16)(unsafe.Pointer(pointer))
		if unit == 0 {
			return syscall.UTF16ToString(units)
		}
		units = append(units, unit)
	}
}

type resource struct {
	Type, Name string
	Language   int
	Size       int
	SHA256     string
}

var found []resource

func eachLanguage(module, type_, name, language, _ uintptr) uintptr {
	info := call(kernel32, "FindResourceExW", module, type_, name, language)
	size := call(kernel32, "SizeofResource", module, info)
	data := call(kernel32, "LockResource", call(kernel32, "LoadResource", module, info))
	digest := sha256.Sum256(unsafe.Slice((*byte)(unsafe.Pointer(data)), size))
	found = append(found, resource{
		identifier(type_), identifier(name), int(language), int(size), hex.EncodeToString(digest[:]),
	})
	return 1
}

func eachName(module, type_, name, _ uintptr) uintptr {
	call(kernel32, "EnumResourceLanguagesW", module, type_, name, syscall.NewCallback(eachLanguage), 0)
	return 1
}

func eachType(module, type_, _ uintptr) uintptr {
	call(kernel32, "EnumResourceNamesW", module, type_, syscall.NewCallback(eachName), 0)
	return 1
}

// versionStrings reads the version tab as Explorer does: the first translation's strings.
func versionStrings(path string, names []string) map[string]string {
	size := call(version, "GetFileVersionInfoSizeW", wide(path), 0)
	if size == 0 {
		return nil
	}
	block := make([]byte, size)
	start := uintptr(unsafe.Pointer(&block[0]))
	call(version, "GetFileVersionInfoW", wide(path), 0, size, start)
	var value, length uintptr
	query := func(name string) bool {
		pointer, count := uintptr(unsafe.Pointer(&value)), uintptr(unsafe.Pointer(&length))
		return call(version, "VerQueryValueW", start, wide(name), pointer, count) != 0
	}
	strings := map[string]string{}
	if query(`\`) {
		fixed := unsafe.Slice((*uint32)(unsafe.Pointer(value)), 13)
		strings["file"] = fmt.Sprintf(
			"%d.%d.%d.%d", fixed[2]>>16, fixed[2]&0xffff, fixed[3]>>16, fixed[3]&0xffff)
		strings["product"] = fmt.Sprintf(
			"%d.%d.%d.%d", fixed[4]>>16, fixed[4]&0xffff, fixed[5]>>16, fixed[5]&0xffff)
	}
	if !query(`\VarFileInfo\Translation`) {
		return strings
	}
	translation := unsafe.Slice((*uint16)(unsafe.Pointer(value)), 2)
	for _, name := range names {
		block := fmt.Sprintf(`\StringFileInfo\%04x%04x\%s`, translation[0], translation[1], name)
		if query(block) {
			strings[name] = text(value)
		}
	}
	return strings
}

func main() {
	module := call(kernel32, "GetModuleHandleW", 0)
	call(kernel32, "EnumResourceTypesW", module, syscall.NewCallback(eachType), 0)
	path, err := os.Executable()
	if err != nil {
		panic(err)
	}
	// Arguments are the number of the icon group, the number of a string, then names of version strings.
	icon, _ := strconv.Atoi(os.Args[1])
	number, _ := strconv.Atoi(os.Args[2])
	units := make([]uint16, 256)
	length := call(user32, "LoadStringW", module, uintptr(number), uintptr(unsafe.Pointer(&units[0])), 256)
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"resources": found,
		"version":   versionStrings(path, os.Args[3:]),
		"string":    syscall.UTF16ToString(units[:length]),
		"icon":      call(user32, "LoadIconW", module, uintptr(icon)) != 0,
	})
}
