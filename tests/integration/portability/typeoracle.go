// Command typeoracle checks the types of packages in many contexts, each time with one file left out, and
// prints what is wrong as lines of: context's number, file left out, file, message.
//
//	typeoracle < {"contexts": [{"goos", "goarch", "tags"}], "packages": {"import path": "folder"}}
package main

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path/filepath"
)

type request struct {
	Contexts []struct {
		Goos, Goarch string
		Tags         []string
	}
	Packages map[string]string
}

func main() {
	var asked request
	check(json.NewDecoder(os.Stdin).Decode(&asked))
	for number, context := range asked.Contexts {
		build.Default.GOOS, build.Default.GOARCH = context.Goos, context.Goarch
		build.Default.CgoEnabled = false
		build.Default.ToolTags, build.Default.BuildTags = nil, context.Tags
		set := token.NewFileSet()
		imported := importer.ForCompiler(set, "source", nil)
		for path, folder := range asked.Packages {
			found, _ := build.Default.ImportDir(folder, 0)
			for _, without := range append([]string{""}, found.GoFiles...) {
				run(number, path, folder, without, found.GoFiles, set, imported)
			}
		}
	}
}

func run(number int, path, folder, without string, names []string, set *token.FileSet, imported types.Importer) {
	files := []*ast.File{}
	for _, name := range names {
		if name != without {
			file, err := parser.ParseFile(set, filepath.Join(folder, name), nil, parser.SkipObjectResolution)
			check(err)
			files = append(files, file)
		}
	}
	config := types.Config{
		Importer: imported,
		Sizes:    types.SizesFor("gc", build.Default.GOARCH),
		Error: func(err error) {
			wrong := err.(types.Error)
			file := filepath.Base(set.Position(wrong.Pos).Filename)
			fmt.Printf("%d\t%s\t%s\t%s\t%q\n", number, path, without, file, wrong.Msg)
		},
	}
	config.Check(path, set, files, nil)
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
