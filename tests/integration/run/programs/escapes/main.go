// Command escapes tries to reach files outside of the folder that it is shown, by every way it can
// think of, and prints what it got hold of. Its arguments are host paths of things outside.
package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const mark = "PWNED"

func main() {
	fmt.Println("inside:", try("inside.txt"))
	var ways []string
	for _, outside := range os.Args[1:] {
		windows := strings.ReplaceAll(outside, "/", `\`)
		name := filepath.Base(outside)
		for depth := 1; depth < 12; depth++ {
			up := strings.Repeat(`..\`, depth)
			ways = append(ways, up+windows[1:], up+`outside\`+name, `\\?\Z:\`+up+windows[1:])
		}
		for _, prefix := range []string{
			`Z:`, `C:`, `D:`, `\\?\Z:`, `\\.\Z:`, `\??\Z:`, `\\?\UNC\localhost\z$`, `\\localhost\c$`, `\\127.0.0.1\c$`,
			`\\?\GLOBALROOT\??\Z:`, `\\.\unix`, `\\?\unix`, `\\?\`, `\\?\GLOBALROOT\Device\HarddiskVolume1`,
			`\\?\Volume{c0550000-0000-0000-0000-00000000005a}`, `\\?\Volume{c0550000-0000-0000-0000-00000000002f}`,
		} {
			ways = append(ways, prefix+windows)
		}
		ways = append(ways, outside, "file://"+outside)
	}
	entries, _ := os.ReadDir(".")
	for _, entry := range entries {
		ways = append(ways, entry.Name(), entry.Name()+`\secret`, entry.Name()+`\..\secret`, entry.Name()+`\self\mem`,
			entry.Name()+`\outside\secret`, entry.Name()+`\passwd`, entry.Name()+`:`, entry.Name()+`::$DATA`)
	}
	ways = append(ways, `\\.\PhysicalDrive0`, `\\.\Z:`, `\\?\Z:\proc\self\mem`, `proc\self\environ`, `\\.\mem`, `\\.\pipe\..\secret`,
		"\uf02e\uf02e\uf05coutside\\secret", "..\uf05coutside\uf05csecret", `..%5coutside%5csecret`, "..\x00\\outside", `..\/..\outside`)
	for _, way := range ways {
		if got := try(way); got != "" {
			fmt.Printf("%q: %s\n", way, got)
		}
	}
	makes()
	walks()
}

// try reads and writes a path, and says what it could.
func try(path string) string {
	var got []string
	if data, err := os.ReadFile(path); err == nil {
		got = append(got, fmt.Sprintf("read %.40q", data))
	}
	if path == "inside.txt" {
		return strings.Join(got, ", ")
	}
	if f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0); err == nil {
		if _, err := io.WriteString(f, mark); err == nil {
			got = append(got, "written")
		}
		f.Close()
	}
	return strings.Join(got, ", ")
}

// makes tries to make ways out: links, and names that are moved.
func makes() {
	targets := []string{`..\outside\secret`, `..\..\..\..\etc\passwd`, `\..\outside`, `C:\..\..\etc`, `\\?\Z:\..\outside`}
	for number, target := range append(targets, os.Args[1:]...) {
		link := fmt.Sprintf("made%d", number)
		if os.Symlink(target, link) == nil {
			fmt.Printf("link to %q: %s\n", target, try(link))
			os.Remove(link)
		}
		if os.Link(target, link) == nil {
			fmt.Printf("hard link to %q\n", target)
		}
		if os.Rename("inside.txt", target) == nil {
			fmt.Printf("moved to %q\n", target)
		}
	}
	for _, name := range []string{"abs", "dir", "up"} {
		if os.Rename("inside.txt", name+`\stolen`) == nil {
			fmt.Printf("moved below %s\n", name)
			os.Rename(name+`\stolen`, "inside.txt")
		}
		if os.WriteFile(name+`\planted`, []byte(mark), 0o666) == nil {
			fmt.Printf("planted below %s\n", name)
		}
		os.Remove(name + `\secret`)
		os.RemoveAll(name + `\outside`)
		os.Chmod(name+`\secret`, 0o444)
		syscall.DeleteFile(syscall.StringToUTF16Ptr(name + `\secret`))
	}
	if wd, err := os.Getwd(); err == nil {
		os.Chdir(`..\..\..`)
		fmt.Println("up from", wd, "is", first(os.Getwd()))
		os.Chdir(wd)
	}
}

// walks lists all drives, and prints what none of them should have.
func walks() {
	for drive := 'A'; drive <= 'Z'; drive++ {
		filepath.WalkDir(string(drive)+`:\`, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && (entry.Name() == "secret" || entry.Name() == "passwd" || entry.Name() == "mem") {
				fmt.Println("listed", path)
			}
			return nil
		})
	}
}

func first(text string, _ error) string { return text }
