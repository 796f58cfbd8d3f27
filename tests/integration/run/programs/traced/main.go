// Does what a trace and a report are to show; its first argument says what.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"syscall"
	"time"
)

func load(name string) ([]byte, error) {
	return os.ReadFile(name)
}

func files() {
	if err := os.WriteFile("made.txt", []byte("hello\n"), 0o644); err != nil {
		fmt.Println("write:", err)
	}
	data, err := load("given.txt")
	fmt.Printf("%q %v\n", data, err)
	_, err = load("missing.txt")
	fmt.Println(errors.Is(err, fs.ErrNotExist))
	os.Mkdir("folder", 0o755)
	os.Remove("given.txt")
}

func system() {
	var key syscall.Handle
	name, _ := syscall.UTF16PtrFromString(`SOFTWARE\Microsoft\Windows NT\CurrentVersion`)
	err := syscall.RegOpenKeyEx(syscall.HKEY_LOCAL_MACHINE, name, 0, syscall.KEY_READ, &key)
	fmt.Println("key:", err)
	os.Getenv("TRACED_SECRET")
	time.Sleep(3 * time.Millisecond)
	done := make(chan int)
	for range 3 {
		go func() { time.Sleep(time.Millisecond); done <- 1 }()
	}
	fmt.Println(<-done + <-done + <-done)
}

func outside() {
	_, err := net.LookupHost("tracked.example.com")
	fmt.Println("host:", err != nil)
	_, err = net.Dial("tcp", "192.0.2.1:443")
	fmt.Println("dial:", err != nil)
	fmt.Println("start:", exec.Command(`C:\Windows\System32\calc.exe`, "1+1").Run() != nil)
}

func crash() {
	var nothing *[4]int
	fmt.Println(nothing[2])
}

func loop() {
	for n := 0; ; n++ {
		if n < 0 {
			return
		}
	}
}

//go:noinline
func ask() {
	syscall.NewLazyDLL("user32.dll").NewProc("MessageBoxW").Call(0, 0, 0, 0)
}

func main() {
	for _, what := range os.Args[1:] {
		map[string]func(){
			"files": files, "system": system, "outside": outside, "crash": crash, "unsupported": ask, "loop": loop,
		}[what]()
	}
}
