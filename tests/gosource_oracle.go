// Oracle answers, for each Go file of standard input (JSON lines), what go/build and go/parser read of it.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/build"
	"go/parser"
	"go/scanner"
	"go/token"
	"io"
	"io/fs"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
)

type request struct {
	Path string // of a file; or its content:
	Data []byte
}

type said struct {
	Text         string
	Name         string
	File         string
	Line, Column int
}

type answer struct {
	Package    string
	Ignored    bool // package documentation
	Imports    []said
	Embeds     []said
	Directives []said
	Errors     []said
	Preambles  []string
	Unread     string
	Other      string // an error that says nothing of the head
}

const folder = "/v"

type file struct{}

func (f file) Name() string       { return "x.go" }
func (f file) Size() int64        { return 0 }
func (f file) Mode() fs.FileMode  { return 0o644 }
func (f file) ModTime() time.Time { return time.Time{} }
func (f file) IsDir() bool        { return false }
func (f file) Sys() any           { return nil }

func main() {
	in := json.NewDecoder(bufio.NewReaderSize(os.Stdin, 1<<20))
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	for {
		var asked request
		if err := in.Decode(&asked); err == io.EOF {
			return
		} else if err != nil {
			panic(err)
		}
		data := asked.Data
		if asked.Path != "" {
			var err error
			if data, err = os.ReadFile(asked.Path); err != nil {
				panic(err)
			}
		}
		if err := json.NewEncoder(out).Encode(read(data)); err != nil {
			panic(err)
		}
	}
}

func read(data []byte) (found answer) {
	context := build.Context{
		GOOS: "linux", GOARCH: "amd64", Compiler: "gc", UseAllFiles: true, CgoEnabled: true,
		IsDir:    func(string) bool { return true },
		ReadDir:  func(string) ([]fs.FileInfo, error) { return []fs.FileInfo{file{}}, nil },
		OpenFile: func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
	}
	pkg, err := context.ImportDir(folder, 0)
	found.Package = pkg.Name
	found.Ignored = len(pkg.IgnoredGoFiles) > 0
	for path, places := range pkg.ImportPos {
		for _, place := range places {
			found.Imports = append(found.Imports, at(path, place))
		}
	}
	for pattern, places := range pkg.EmbedPatternPos {
		for _, place := range places {
			found.Embeds = append(found.Embeds, at(pattern, place))
		}
	}
	for _, one := range pkg.Directives {
		found.Directives = append(found.Directives, at(one.Text, one.Pos))
	}
	order(found.Imports)
	order(found.Embeds)
	sort_errors(&found, err)
	if len(found.Errors) == 0 && found.Unread == "" {
		tree(data, &found)
	}
	return found
}

func at(text string, place token.Position) said {
	return said{Text: text, File: place.Filename, Line: place.Line, Column: place.Column}
}

func order(list []said) {
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		return a.Line < b.Line || a.Line == b.Line && (a.Column < b.Column || a.Column == b.Column && a.Text < b.Text)
	})
}

func sort_errors(found *answer, err error) {
	var none *build.NoGoError
	var list scanner.ErrorList
	var one scanner.Error
	var pointer *scanner.Error
	switch {
	case err == nil || errors.As(err, &none):
	case errors.As(err, &list):
		for _, one := range list {
			found.Errors = append(found.Errors, at(one.Msg, one.Pos))
		}
	case errors.As(err, &one):
		found.Errors = []said{at(one.Msg, one.Pos)}
	case errors.As(err, &pointer):
		found.Errors = []said{at(pointer.Msg, pointer.Pos)}
	default:
		if text, ok := strings.CutPrefix(err.Error(), "read "+folder+"/x.go: "); ok {
			found.Unread = text
		} else {
			found.Other = err.Error()
		}
	}
}

// tree adds what a go/build.Package does not tell: names of imports, text above import "C". The parser may
// see more imports than go/build, which stops at what cannot follow one.
func tree(data []byte, found *answer) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	fset := token.NewFileSet()
	parsed, _ := parser.ParseFile(fset, folder+"/x.go", data, parser.ImportsOnly|parser.ParseComments)
	names := map[said][]string{}
	left := len(found.Imports)
	for _, decl := range parsed.Decls {
		group := decl.(*ast.GenDecl)
		for _, one := range group.Specs {
			if left--; left < 0 {
				break
			}
			spec := one.(*ast.ImportSpec)
			path, _ := strconv.Unquote(spec.Path.Value)
			name, place := "", at(path, fset.Position(spec.Pos()))
			if spec.Name != nil {
				name = spec.Name.Name
			}
			names[place] = append(names[place], name)
			doc := spec.Doc
			if doc == nil && len(group.Specs) == 1 {
				doc = group.Doc
			}
			if path == "C" && doc != nil {
				found.Preambles = append(found.Preambles, doc.Text())
			}
		}
	}
	for i, one := range found.Imports {
		// Several have one place only by way of //line comments.
		found.Imports[i].Name = names[one][0]
		names[one] = names[one][1:]
	}
}
