// Walk prints, for each file, how much DWARF is in it and a digest of all that it says: every entry
// with every attribute, and every row of every line table, as Go's own readers see them.
package main

import (
	"crypto/sha256"
	"debug/dwarf"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"errors"
	"fmt"
	"io"
	"os"
)

func open(name string) (*dwarf.Data, error) {
	if f, err := elf.Open(name); err == nil {
		return f.DWARF()
	}
	if f, err := pe.Open(name); err == nil {
		return f.DWARF()
	}
	f, err := macho.Open(name)
	if err != nil {
		return nil, err
	}
	return f.DWARF()
}

func walk(name string) (string, error) {
	data, err := open(name)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	entries, lines := 0, 0
	reader := data.Reader()
	for {
		entry, err := reader.Next()
		if err != nil {
			return "", err
		}
		if entry == nil {
			return fmt.Sprintf("%d entries %d lines %x", entries, lines, sum.Sum(nil)), nil
		}
		entries++
		fmt.Fprintln(sum, entry.Offset, entry.Tag, entry.Children, entry.Field)
		if ranges, err := data.Ranges(entry); err == nil {
			fmt.Fprintln(sum, ranges)
		}
		if entry.Tag != dwarf.TagCompileUnit {
			continue
		}
		table, err := data.LineReader(entry)
		if err != nil || table == nil {
			continue
		}
		var row dwarf.LineEntry
		for {
			if err := table.Next(&row); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return "", err
			}
			lines++
			fmt.Fprintln(sum, row.Address, row.File.Name, row.Line, row.Column, row.IsStmt, row.EndSequence)
		}
	}
}

func main() {
	for _, name := range os.Args[1:] {
		found, err := walk(name)
		if err != nil {
			fmt.Fprintln(os.Stderr, name, err)
			os.Exit(1)
		}
		fmt.Println(found)
	}
}
