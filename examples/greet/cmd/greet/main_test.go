package main

import (
	"strings"
	"testing"
)

func TestRun(t *testing.T) {
	for _, test := range []struct {
		args   []string
		status int
		stdout string
		stderr string
	}{
		{[]string{"Ada", "Lovelace"}, 0, "Hello, Ada Lovelace!\n", ""},
		{[]string{"-lang", "de", "Ada"}, 0, "Grüß dich, Ada!\n", ""},
		{[]string{"-version"}, 0, "greet dev (commit none, unknown) go", ""},
		{[]string{"-list"}, 0, "ar\nde\nel\nen\n", ""},
		{[]string{"-help"}, 0, "", "usage: greet"},
		{[]string{"-lang", "tlh"}, 2, "", `greet: no greeting in "tlh"; there is ar, de`},
		{[]string{"-shout"}, 2, "", "flag provided but not defined: -shout"},
	} {
		var stdout, stderr strings.Builder
		if got := run(test.args, &stdout, &stderr); got != test.status {
			t.Errorf("greet %q exits with %d; want %d", test.args, got, test.status)
		}
		if !strings.HasPrefix(stdout.String(), test.stdout) {
			t.Errorf("greet %q prints %q; want %q", test.args, stdout.String(), test.stdout)
		}
		if !strings.HasPrefix(stderr.String(), test.stderr) {
			t.Errorf("greet %q complains %q; want %q", test.args, stderr.String(), test.stderr)
		}
	}
}
