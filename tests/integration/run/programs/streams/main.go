// Streams does what its first argument says, so that a test sees what a runner makes of it.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"time"
)

func main() {
	switch os.Args[1] {
	case "copy": // standard input to both outputs
		data, err := io.ReadAll(os.Stdin)
		if err != nil {
			panic(err)
		}
		os.Stdout.Write(data)
		os.Stderr.Write(data)
	case "exit":
		status, err := strconv.ParseUint(os.Args[2], 0, 32)
		if err != nil {
			panic(err)
		}
		os.Exit(int(status))
	case "tell": // what it was given
		folder, err := os.Getwd()
		if err != nil {
			panic(err)
		}
		host, _ := os.Hostname()
		home, _ := os.UserHomeDir()
		_, display := os.LookupEnv("DISPLAY")
		_, offset := time.Now().Zone()
		json.NewEncoder(os.Stdout).Encode(map[string]any{
			"arguments": os.Args[2:], "folder": folder, "own": os.Getenv("OWN"), "display": display,
			"host": host, "home": home, "temporary": os.TempDir(), "offset": offset,
		})
	case "crash":
		var nothing *int
		*nothing = 1
	case "wait":
		fmt.Println("waiting")
		time.Sleep(time.Hour)
	case "again": // itself, by another first argument
		self, err := os.Executable()
		if err != nil {
			panic(err)
		}
		child := exec.Command(self, os.Args[3:]...)
		child.Args[0] = os.Args[2]
		child.Stdout, child.Stderr = os.Stdout, os.Stderr
		if err := child.Run(); err != nil {
			panic(err)
		}
	case "name":
		fmt.Println(os.Args[0], os.Getuid(), os.Getgid())
	case "leave": // a child that outlives it
		child := exec.Command(os.Args[0], "wait")
		if err := child.Start(); err != nil {
			panic(err)
		}
		fmt.Println("left")
	}
}
