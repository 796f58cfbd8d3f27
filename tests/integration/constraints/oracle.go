// Oracle answers, for each request of standard input (JSON lines), what go/build and go/build/constraint say.
package main

import (
	"bufio"
	"encoding/json"
	"go/build"
	"go/build/constraint"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"
)

type request struct {
	Line string          // an expression's line
	Sets []map[string]bool // tags that are set
	Name string          // or a file
	Data []byte
	Contexts []build.Context
}

type answer struct {
	Text  string
	Error string
	At    int
	Holds []bool
}

type file struct{ name string }

func (f file) Name() string       { return f.name }
func (f file) Size() int64        { return 0 }
func (f file) Mode() fs.FileMode  { return 0o644 }
func (f file) ModTime() time.Time { return time.Time{} }
func (f file) IsDir() bool        { return false }
func (f file) Sys() any           { return nil }

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	out := json.NewEncoder(os.Stdout)
	decoder := json.NewDecoder(in)
	for {
		var asked request
		if err := decoder.Decode(&asked); err != nil {
			return
		}
		if asked.Name == "" {
			out.Encode(expression(asked))
		} else {
			out.Encode(matches(asked))
		}
	}
}

func expression(asked request) (said answer) {
	x, err := constraint.Parse(asked.Line)
	if err != nil {
		said.Error = err.Error()
		if syntax, ok := err.(*constraint.SyntaxError); ok {
			said.At = syntax.Offset
		}
		return said
	}
	said.Text = x.String()
	for _, set := range asked.Sets {
		said.Holds = append(said.Holds, x.Eval(func(tag string) bool { return set[tag] }))
	}
	return said
}

func matches(asked request) (said answer) {
	for _, context := range asked.Contexts {
		context.Compiler = "gc"
		context.OpenFile = func(string) (io.ReadCloser, error) {
			return io.NopCloser(strings.NewReader(string(asked.Data))), nil
		}
		ok, err := context.MatchFile("/", asked.Name)
		if err != nil {
			said.Error = err.Error()
		}
		said.Holds = append(said.Holds, ok)
	}
	return said
}
