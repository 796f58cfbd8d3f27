// Renders templates as GoReleaser does: Go's text/template, missing keys are errors.
// Standard input: {"now": RFC 3339, "names": {...}, "env": {...}, "templates": [...]}.
// Standard output: [{"output": ...} or {"error": ...}, ...].
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"path"
	"regexp"
	"strings"
	"text/template"
	"time"
)

type input struct {
	Now       time.Time
	Names     map[string]any
	Env       map[string]string
	Templates []string
}

type result struct {
	Output *string `json:"output,omitempty"`
	Error  string  `json:"error,omitempty"`
}

func main() {
	var in input
	decoder := json.NewDecoder(os.Stdin)
	decoder.UseNumber()
	if err := decoder.Decode(&in); err != nil {
		panic(err)
	}
	for key, value := range in.Names {
		if number, ok := value.(json.Number); ok {
			whole, err := number.Int64()
			if err != nil {
				panic(err)
			}
			in.Names[key] = int(whole)
		}
	}
	in.Names["Env"] = in.Env
	in.Names["Now"] = in.Now.UTC()
	in.Names["Runtime"] = struct{ Goos, Goarch string }{"linux", "amd64"}
	results := []result{}
	for _, text := range in.Templates {
		output, err := render(text, in)
		if err != nil {
			results = append(results, result{Error: err.Error()})
		} else {
			results = append(results, result{Output: &output})
		}
	}
	if err := json.NewEncoder(os.Stdout).Encode(results); err != nil {
		panic(err)
	}
}

func render(text string, in input) (string, error) {
	lines := func(keep bool) func(text, pattern string) (string, error) {
		return func(text, pattern string) (string, error) {
			expression, err := regexp.CompilePOSIX(pattern)
			if err != nil {
				return "", err
			}
			var kept []string
			for _, line := range strings.Split(text, "\n") {
				if expression.MatchString(line) == keep {
					kept = append(kept, line)
				}
			}
			return strings.Join(kept, "\n"), nil
		}
	}
	parsed, err := template.New("t").Option("missingkey=error").Funcs(template.FuncMap{
		"replace": strings.ReplaceAll, "split": strings.Split, "contains": strings.Contains,
		"tolower": strings.ToLower, "toupper": strings.ToUpper, "trim": strings.TrimSpace,
		"trimprefix": strings.TrimPrefix, "trimsuffix": strings.TrimSuffix,
		"dir": path.Dir, "base": path.Base, "urlPathEscape": url.PathEscape,
		"filter": lines(true), "reverseFilter": lines(false),
		"time":     func(layout string) string { return in.Now.UTC().Format(layout) },
		"isEnvSet": func(name string) bool { return in.Env[name] != "" },
		"envOrDefault": func(name, value string) string {
			if set, ok := in.Env[name]; ok {
				return set
			}
			return value
		},
		"map": func(pairs ...string) (map[string]string, error) {
			if len(pairs)%2 != 0 {
				return nil, fmt.Errorf("odd")
			}
			made := map[string]string{}
			for i := 0; i < len(pairs); i += 2 {
				made[pairs[i]] = pairs[i+1]
			}
			return made, nil
		},
		"indexOrDefault": func(from map[string]string, name, value string) string {
			if found, ok := from[name]; ok {
				return found
			}
			return value
		},
	}).Parse(text)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = parsed.Execute(&out, in.Names)
	return out.String(), err
}
