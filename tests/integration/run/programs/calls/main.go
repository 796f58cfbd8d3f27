// Calls asks Windows many questions and prints the answers: one line per question, the call's name
// first. What differs from run to run is printed as what must hold of it.
//
// Give it the areas to ask about; without arguments it asks about all.
package main

import (
	"bufio"
	"fmt"
	"os"
	"syscall"
)

var areas = []struct {
	name string
	ask  func()
}{
	{"console", console},
	{"environment", environment},
	{"registry", registry},
	{"locale", locale},
	{"system", system},
	{"time", times},
	{"errors", errorsArea},
	{"crypto", crypto},
	{"security", security},
	{"toolhelp", toolhelp},
	{"shell", shell},
	{"network", network},
	{"handles", handles},
	{"sync", synchronization},
	{"ports", ports},
	{"memory", memory},
	{"threads", threads},
	{"process", process},
	{"loader", loader},
	{"files", files},
	{"mappings", mappings},
	{"directories", directories},
	{"information", information},
	{"pipes", pipes},
	{"nt files", ntFiles},
	{"locks", locks},
	{"waits", moreOfWaits},
	{"more memory", moreOfMemory},
	{"more threads", moreOfThreads},
	{"more processes", moreOfProcesses},
	{"more modules", moreOfModules},
	{"more exceptions", moreOfExceptions},
	{"more consoles", moreOfConsoles},
	{"more security", moreOfSecurity},
}

var printer = bufio.NewWriter(os.Stdout)

func main() {
	wanted := map[string]bool{}
	for _, name := range os.Args[1:] {
		wanted[name] = true
	}
	for _, area := range areas {
		if len(wanted) == 0 || wanted[area.name] {
			area.ask()
			printer.Flush()
		}
	}
}

// A library that the calls are looked up in; kernel32 unless the name says otherwise.
var libraries = map[string]syscall.Handle{}

func find(library, name string) uintptr {
	handle, ok := libraries[library]
	if !ok {
		handle, _ = syscall.LoadLibrary(library + ".dll")
		libraries[library] = handle
	}
	if handle == 0 {
		return 0
	}
	address, _ := syscall.GetProcAddress(handle, name)
	return address
}

// A question about one call.
type call struct {
	name    string
	address uintptr
	label   string
}

// of finds a call of kernel32, from one of another library.
func of(name string) *call { return from("kernel32", name) }

func from(library, name string) *call {
	key := library + "!" + name
	if calls[key] == nil {
		calls[key] = &call{name: name, address: find(library, name)}
	}
	return calls[key]
}

var calls = map[string]*call{}

// say prints one answer.
func (c *call) say(label string, values ...any) {
	fmt.Fprintf(printer, "%s: %s =>", c.name, label)
	for _, value := range values {
		fmt.Fprintf(printer, " %v", value)
	}
	fmt.Fprintln(printer)
	// What ends the program must not take the answers along.
	printer.Flush()
}

func (c *call) do(label string, arguments []uintptr) (uintptr, syscall.Errno, bool) {
	c.label = label
	if c.address == 0 {
		c.say(label, "missing")
		return 0, 0, false
	}
	result, _, failure := syscall.SyscallN(c.address, arguments...)
	return result, failure, true
}

// yes asks what answers by a BOOL.
func (c *call) yes(label string, arguments ...uintptr) bool {
	result, failure, ok := c.do(label, arguments)
	if !ok {
		return false
	}
	if uint32(result) == 0 {
		c.say(label, "false, error", uint32(failure))
		return false
	}
	c.say(label, "true")
	return true
}

// count asks what answers by a number of 32 bits, 0 of which may be a failure.
func (c *call) count(label string, arguments ...uintptr) uint32 {
	result, failure, ok := c.do(label, arguments)
	if !ok {
		return 0
	}
	if uint32(result) == 0 && failure != 0 {
		c.say(label, "0, error", uint32(failure))
	} else {
		c.say(label, uint32(result))
	}
	return uint32(result)
}

// wait asks what answers by a number of which 0xFFFFFFFF is the failure.
func (c *call) wait(label string, arguments ...uintptr) uint32 {
	result, failure, ok := c.do(label, arguments)
	if !ok {
		return 0
	}
	if uint32(result) == 0xFFFFFFFF {
		c.say(label, "failed, error", uint32(failure))
	} else {
		c.say(label, fmt.Sprintf("%#x", uint32(result)))
	}
	return uint32(result)
}

// status asks what returns its error: an NTSTATUS, an HRESULT, an LSTATUS.
func (c *call) status(label string, arguments ...uintptr) uint32 {
	result, _, ok := c.do(label, arguments)
	if !ok {
		return 0xFFFFFFFF
	}
	if uint32(result) > 0xFFFF {
		c.say(label, fmt.Sprintf("%#x", uint32(result)))
	} else {
		c.say(label, uint32(result))
	}
	return uint32(result)
}

// handle asks what returns a handle, a pointer or another word of 64 bits whose value is its own affair.
func (c *call) handle(label string, arguments ...uintptr) uintptr {
	result, failure, ok := c.do(label, arguments)
	switch {
	case !ok:
	case result == 0:
		c.say(label, "none, error", uint32(failure))
	case result == ^uintptr(0):
		c.say(label, "invalid, error", uint32(failure))
	case failure == syscall.ERROR_ALREADY_EXISTS:
		c.say(label, "there already")
	default:
		c.say(label, "there")
	}
	return result
}

// quiet calls without printing.
func (c *call) quiet(arguments ...uintptr) uintptr {
	if c.address == 0 {
		return 0
	}
	result, _, _ := syscall.SyscallN(c.address, arguments...)
	return result
}

// and prints more about the answer before.
func (c *call) and(what string, values ...any) {
	c.say(c.label+", "+what, values...)
}
