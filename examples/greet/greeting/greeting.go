// Package greeting says hello in many languages.
package greeting

import (
	_ "embed"
	"fmt"
	"os"
	"slices"
	"strings"
)

// Each line is a language code, a blank, and a text with the placeholder {name}.
//
//go:embed greetings.txt
var texts string

// An UnknownLanguageError names a language that there is no greeting in.
type UnknownLanguageError struct {
	Language string
}

func (e *UnknownLanguageError) Error() string {
	return fmt.Sprintf("no greeting in %q; there is %s", e.Language, strings.Join(Languages(), ", "))
}

// For greets name in language. An empty name means whoever is logged in.
func For(language, name string) (string, error) {
	if name == "" {
		name = currentUser()
	}
	for line := range strings.Lines(texts) {
		code, text, _ := strings.Cut(strings.TrimSpace(line), " ")
		if code == language {
			return strings.ReplaceAll(text, "{name}", name), nil
		}
	}
	return "", &UnknownLanguageError{language}
}

// Languages lists the codes that For knows, sorted.
func Languages() []string {
	var codes []string
	for line := range strings.Lines(texts) {
		code, _, _ := strings.Cut(line, " ")
		codes = append(codes, code)
	}
	slices.Sort(codes)
	return codes
}

// currentUser asks the environment, in the way of each operating system.
func currentUser() string {
	if name := os.Getenv(userVariable); name != "" {
		return name
	}
	return "world"
}
