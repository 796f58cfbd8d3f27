// Command paths asks Windows about paths: it reads quoted paths from its input and prints, for each,
// what ntdll and kernel32 make of it; before that, every UTF-16 unit that has an upper case.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"unsafe"
)

func main() {
	nt := syscall.NewLazyDLL("ntdll.dll")
	upcase := nt.NewProc("RtlUpcaseUnicodeChar")
	kind := nt.NewProc("RtlDetermineDosPathNameType_U")
	device := nt.NewProc("RtlIsDosDeviceName_U")
	full := syscall.NewLazyDLL("kernel32.dll").NewProc("GetFullPathNameW")
	for unit := 0; unit < 0x10000; unit++ {
		if r, _, _ := upcase.Call(uintptr(unit)); int(uint16(r)) != unit {
			fmt.Printf("%d %d\n", unit, uint16(r))
		}
	}
	fmt.Println()
	current, _ := os.Getwd()
	fmt.Println(strconv.QuoteToASCII(current))
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		path, err := strconv.Unquote(lines.Text())
		if err != nil {
			panic(err)
		}
		p, _ := syscall.UTF16PtrFromString(path)
		k, _, _ := kind.Call(uintptr(unsafe.Pointer(p)))
		d, _, _ := device.Call(uintptr(unsafe.Pointer(p)))
		buffer := make([]uint16, 1000)
		var part *uint16
		n, _, _ := full.Call(uintptr(unsafe.Pointer(p)), 1000, uintptr(unsafe.Pointer(&buffer[0])), uintptr(unsafe.Pointer(&part)))
		at := -1
		if part != nil {
			at = int(uintptr(unsafe.Pointer(part))-uintptr(unsafe.Pointer(&buffer[0]))) / 2
		}
		fmt.Println(k, uint32(d)>>17, uint32(d)&0xffff/2, at, strconv.QuoteToASCII(syscall.UTF16ToString(buffer[:n])))
	}
}
