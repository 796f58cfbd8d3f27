// Typed reads a line that is seen and one that is not, as a program that asks for a password does.
package main

import (
	"bufio"
	"fmt"
	"os"
	"syscall"
)

func main() {
	input := syscall.Handle(os.Stdin.Fd())
	var mode uint32
	if err := syscall.GetConsoleMode(input, &mode); err != nil {
		fmt.Println("no console:", err)
		return
	}
	fmt.Printf("mode %#x, ü€😀\n", mode)
	lines := bufio.NewScanner(os.Stdin)
	lines.Scan()
	fmt.Printf("seen %q\n", lines.Text())
	set := syscall.NewLazyDLL("kernel32.dll").NewProc("SetConsoleMode")
	set.Call(uintptr(input), uintptr(mode&^4))
	fmt.Println("unseen:")
	lines.Scan()
	fmt.Printf("secret %d\n", len(lines.Text()))
	fmt.Println("more:", lines.Scan())
}
