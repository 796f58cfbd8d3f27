// Unruly misbehaves as its first argument says, so that a test sees how it is ended.
package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"time"
)

func main() {
	switch os.Args[1] {
	case "loop":
		for {
		}
	case "allocate": // and touch what it gets, 16 MiB at a time
		var kept [][]byte
		for {
			kept = append(kept, bytes.Repeat([]byte{1}, 16<<20))
			time.Sleep(time.Millisecond)
		}
	case "write":
		line := bytes.Repeat([]byte("x"), 1<<16)
		for {
			os.Stdout.Write(line)
		}
	case "multiply": // into two, and these into two, for a few generations; none of them ends
		left, _ := strconv.Atoi(os.Args[2])
		for range 2 {
			if left > 0 {
				child := exec.Command(os.Args[0], "multiply", strconv.Itoa(left-1))
				if err := child.Start(); err != nil {
					panic(err)
				}
			}
		}
		fmt.Println("here")
		time.Sleep(time.Hour)
	case "deaf": // to polite requests
		signal.Ignore(os.Interrupt)
		notify(func(got os.Signal) { fmt.Println("got", got) })
	case "polite": // and slow
		notify(func(got os.Signal) {
			time.Sleep(100 * time.Millisecond)
			fmt.Println("got", got)
			os.Exit(3)
		})
	}
}

// notify calls then for each signal, and never returns.
func notify(then func(os.Signal)) {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals)
	fmt.Println("ready")
	for got := range signals {
		// What Go's runtime sends itself to preempt goroutines.
		if got.String() != "urgent I/O condition" {
			then(got)
		}
	}
}
