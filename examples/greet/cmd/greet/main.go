// Greet says hello in the language you choose.
//
// It is small on purpose, yet has what real programs have: a package, an embedded file with
// non-ASCII text, a file for each operating system, and a version that the linker fills in.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"example.com/greet/greeting"
)

// Set at link time by -X.
var (
	version = "dev"
	commit  = "none"
	date    = "unknown"
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// run is main without the process around it; it returns the exit status: 0, or 2 for wrong usage.
func run(args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("greet", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprintln(stderr, "usage: greet [-lang CODE] [NAME]")
		flags.PrintDefaults()
	}
	language := flags.String("lang", "en", "greet in the language `CODE`")
	list := flags.Bool("list", false, "list the languages")
	showVersion := flags.Bool("version", false, "print the version")
	if err := flags.Parse(args); err != nil {
		if err == flag.ErrHelp {
			return 0
		}
		return 2
	}
	switch {
	case *showVersion:
		fmt.Fprintf(stdout, "greet %s (commit %s, %s) %s %s/%s\n",
			version, commit, date, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	case *list:
		fmt.Fprintln(stdout, strings.Join(greeting.Languages(), "\n"))
	default:
		text, err := greeting.For(*language, strings.Join(flags.Args(), " "))
		if err != nil {
			fmt.Fprintln(stderr, "greet:", err)
			return 2
		}
		fmt.Fprintln(stdout, text)
	}
	return 0
}
