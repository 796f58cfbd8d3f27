package greeting

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFor(t *testing.T) {
	for _, test := range []struct{ language, name, want string }{
		{"en", "Ada", "Hello, Ada!"},
		{"de", "Käthe", "Grüß dich, Käthe!"},
		{"ja", "世界", "こんにちは、世界さん！"},
	} {
		got, err := For(test.language, test.name)
		if err != nil || got != test.want {
			t.Errorf("For(%q, %q) = %q, %v; want %q", test.language, test.name, got, err, test.want)
		}
	}
}

func TestForUnknownLanguage(t *testing.T) {
	_, err := For("tlh", "Worf")
	var unknown *UnknownLanguageError
	if !errors.As(err, &unknown) || unknown.Language != "tlh" {
		t.Fatalf("For(tlh) fails with %v; want an UnknownLanguageError for tlh", err)
	}
}

func TestForCurrentUser(t *testing.T) {
	t.Setenv(userVariable, "gopher")
	if got, _ := For("en", ""); got != "Hello, gopher!" {
		t.Errorf("got %q", got)
	}
	t.Setenv(userVariable, "")
	if got, _ := For("en", ""); got != "Hello, world!" {
		t.Errorf("got %q", got)
	}
}

func TestEveryGreetingIsWellFormed(t *testing.T) {
	for _, language := range Languages() {
		text, err := For(language, "Ada")
		if err != nil || !utf8.ValidString(text) || strings.Count(text, "Ada") != 1 {
			t.Errorf("For(%q) = %q, %v", language, text, err)
		}
	}
}
