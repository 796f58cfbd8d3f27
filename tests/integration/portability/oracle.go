// Command oracle tells what packages declare in many contexts, and which names files leave to others,
// by go/build and go/parser.
//
//	oracle tables < {"contexts": [{"goos", "goarch", "cgo", "tags"}], "packages": {"import path": "folder"}}
//	oracle free FILE...
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

type request struct {
	Contexts []struct {
		Goos, Goarch string
		Cgo          bool
		Tags         []string
	}
	Packages map[string]string
}

// Folders and files are read once, whatever the context.
var (
	folders = map[string][]fs.FileInfo{}
	files   = map[string][]byte{}
	names   = map[string][]string{}
)

func main() {
	if os.Args[1] == "free" {
		for _, path := range os.Args[2:] {
			free(path)
		}
		return
	}
	var asked request
	check(json.NewDecoder(os.Stdin).Decode(&asked))
	found := map[string]map[string]string{}
	for path, folder := range asked.Packages {
		found[path] = table(asked, folder)
	}
	check(json.NewEncoder(os.Stdout).Encode(found))
}

// table returns the set of contexts of each name, as the digits of a number in hex.
func table(asked request, folder string) map[string]string {
	sets := map[string]*big.Int{}
	for bit, context := range asked.Contexts {
		build := build.Default
		build.GOOS, build.GOARCH, build.CgoEnabled = context.Goos, context.Goarch, context.Cgo
		build.ToolTags, build.BuildTags = nil, context.Tags
		build.ReadDir, build.OpenFile = readDir, open
		found, _ := build.ImportDir(folder, 0)
		for _, name := range append(found.GoFiles, found.CgoFiles...) {
			for _, declared := range declarations(filepath.Join(folder, name)) {
				if sets[declared] == nil {
					sets[declared] = new(big.Int)
				}
				sets[declared].SetBit(sets[declared], bit, 1)
			}
		}
	}
	hex := map[string]string{}
	for name, set := range sets {
		hex[name] = set.Text(16)
	}
	return hex
}

// declarations returns the names at package scope, and the fields of structs as Type.field.
func declarations(path string) []string {
	if found, known := names[path]; known {
		return found
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	check(err)
	found := []string{}
	for _, declared := range file.Decls {
		switch declared := declared.(type) {
		case *ast.FuncDecl:
			if declared.Recv == nil && declared.Name.Name != "init" {
				found = append(found, declared.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range declared.Specs {
				switch spec := spec.(type) {
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						found = append(found, name.Name)
					}
				case *ast.TypeSpec:
					found = append(found, spec.Name.Name)
					if of, is := spec.Type.(*ast.StructType); is {
						found = append(found, fields(spec.Name.Name, of)...)
					}
				}
			}
		}
	}
	names[path] = found
	return found
}

func fields(of string, declared *ast.StructType) (found []string) {
	for _, field := range declared.Fields.List {
		for _, name := range field.Names {
			found = append(found, of+"."+name.Name)
		}
		if len(field.Names) == 0 {
			found = append(found, of+"."+base(field.Type))
		}
	}
	return found
}

func base(node ast.Expr) string {
	switch node := node.(type) {
	case *ast.StarExpr:
		return base(node.X)
	case *ast.ParenExpr:
		return base(node.X)
	case *ast.IndexExpr:
		return base(node.X)
	case *ast.IndexListExpr:
		return base(node.X)
	case *ast.SelectorExpr:
		return node.Sel.Name
	case *ast.Ident:
		return node.Name
	}
	return fmt.Sprintf("%T", node)
}

// free prints what a file names and does not declare in any scope of its own functions, but for fields,
// methods and keys of composite literals: a line for each with its place.
func free(path string) {
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, nil, 0)
	check(err)
	imports := map[string]string{}
	for _, spec := range file.Imports {
		of, _ := strconv.Unquote(spec.Path.Value)
		name := of[strings.LastIndex(of, "/")+1:]
		if spec.Name != nil {
			name = spec.Name.Name
		}
		imports[name] = of
	}
	global := map[*ast.Object]bool{}
	for _, object := range file.Scope.Objects {
		global[object] = true
	}
	unresolved := map[*ast.Ident]bool{}
	for _, name := range file.Unresolved {
		unresolved[name] = true
	}
	elided := map[*ast.CompositeLit]ast.Expr{}
	keys, bare := map[*ast.Ident]bool{}, map[*ast.Ident]bool{}
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.CompositeLit:
			if node.Type == nil {
				node.Type = elided[node]
			}
			var key, value ast.Expr
			switch of := node.Type.(type) {
			case *ast.ArrayType:
				key, value = ast.NewIdent("int"), of.Elt
			case *ast.MapType:
				key, value = of.Key, of.Value
			}
			for _, element := range node.Elts {
				if pair, is := element.(*ast.KeyValueExpr); is {
					if name, is := pair.Key.(*ast.Ident); is {
						// The parser leaves keys that are not in scope out of what is unresolved.
						keys[name] = key == nil
						unresolved[name] = unresolved[name] || key != nil && name.Obj == nil
					}
					elide(elided, pair.Key, key)
					element = pair.Value
				}
				elide(elided, element, value)
			}
		case *ast.SelectorExpr:
			bare[node.Sel] = true
			if name, is := node.X.(*ast.Ident); is && unresolved[name] && imports[name.Name] != "" {
				bare[name] = true
				tell(set, node.Sel, imports[name.Name]+"."+node.Sel.Name)
			}
		case *ast.FuncDecl:
			bare[node.Name] = true
		case *ast.TypeSpec:
			bare[node.Name] = true
		case *ast.ValueSpec:
			for _, name := range node.Names {
				bare[name] = true
			}
		}
		return true
	})
	ast.Inspect(file, func(node ast.Node) bool {
		if name, is := node.(*ast.Ident); is && !keys[name] && !bare[name] && name.Name != "_" {
			if unresolved[name] || global[name.Obj] {
				tell(set, name, name.Name)
			}
		}
		return true
	})
}

// elide notes the type of a literal that leaves it out inside of another one.
func elide(elided map[*ast.CompositeLit]ast.Expr, inner, declared ast.Expr) {
	if star, is := declared.(*ast.StarExpr); is {
		declared = star.X
	}
	if literal, is := inner.(*ast.CompositeLit); is && literal.Type == nil && declared != nil {
		elided[literal] = declared
	}
}

func tell(set *token.FileSet, name *ast.Ident, what string) {
	place := set.Position(name.Pos())
	fmt.Printf("%s:%d:%d %s\n", place.Filename, place.Line, place.Column, what)
}

func readDir(folder string) ([]fs.FileInfo, error) {
	if found, known := folders[folder]; known {
		return found, nil
	}
	entries, err := os.ReadDir(folder)
	check(err)
	found := []fs.FileInfo{}
	for _, entry := range entries {
		info, err := entry.Info()
		check(err)
		found = append(found, info)
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Name() < found[j].Name() })
	folders[folder] = found
	return found, nil
}

func open(path string) (io.ReadCloser, error) {
	data, known := files[path]
	if !known {
		read, err := os.ReadFile(path)
		check(err)
		data, files[path] = read, read
	}
	return io.NopCloser(bytes.NewReader(data)), nil
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
