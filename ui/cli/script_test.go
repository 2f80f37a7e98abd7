package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(tidy{m}, map[string]func(){
		"ahead": func() { os.Exit(Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// tidy takes the built binary away after the tests.
type tidy struct{ *testing.M }

// Run implements testscript.TestingM.
func (t tidy) Run() int {
	code := t.M.Run()
	if built != "" {
		_ = os.RemoveAll(filepath.Dir(built))
	}
	return code
}

// TestScripts runs every command against real repositories, with a frozen
// clock and a git that knows nobody's settings.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOME", env.WorkDir)
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, "config"))
			env.Setenv("GIT_CONFIG_GLOBAL", os.DevNull)
			env.Setenv("GIT_CONFIG_NOSYSTEM", "1")
			env.Setenv("GIT_TERMINAL_PROMPT", "0")
			env.Setenv("LC_ALL", "C")
			env.Setenv("TZ", "UTC")
			for _, who := range []string{"AUTHOR", "COMMITTER"} {
				env.Setenv("GIT_"+who+"_NAME", "Ada")
				env.Setenv("GIT_"+who+"_EMAIL", "ada@example.com")
			}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"at":    frozenAt,
			"code":  exitsWith,
			"field": jsonField,
		},
	})
}

// frozenAt sets the time of the commits and tags that follow: at HH:MM.
func frozenAt(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: at HH:MM")
	}
	date := "2025-03-04T" + args[0] + ":00+00:00"
	ts.Setenv("GIT_AUTHOR_DATE", date)
	ts.Setenv("GIT_COMMITTER_DATE", date)
}

// exitsWith runs ahead and insists on the exit code: code N ARGS…. Standard
// output and error are in the files out and err.
func exitsWith(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) < 1 {
		ts.Fatalf("usage: code N ARGS…")
	}
	err := ts.Exec("sh", append([]string{"-c", `ahead "$@" >"$WORK/out" 2>"$WORK/err"; echo $? >"$WORK/code"`, "sh"}, args[1:]...)...)
	if err != nil {
		ts.Fatalf("run ahead: %v", err)
	}
	work := ts.Getenv("WORK")
	got := strings.TrimSpace(ts.ReadFile(filepath.Join(work, "code")))
	if got != args[0] {
		ts.Fatalf("ahead %s: exit code %s, want %s\n%s%s", strings.Join(args[1:], " "), got, args[0],
			ts.ReadFile(filepath.Join(work, "out")), ts.ReadFile(filepath.Join(work, "err")))
	}
}

// jsonField compares one field of a JSON file: field FILE PATH [WANT]. The path
// is dotted, len is a length; without WANT the field must be empty.
func jsonField(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) == 2 {
		args = append(args, "")
	}
	if len(args) != 3 {
		ts.Fatalf("usage: field FILE PATH [WANT]")
	}
	var doc any
	dec := json.NewDecoder(bytes.NewReader([]byte(ts.ReadFile(args[0]))))
	dec.UseNumber()
	ts.Check(dec.Decode(&doc))
	got, err := dig(doc, strings.Split(args[1], "."))
	ts.Check(err)
	if want := args[2]; (got == want) == neg {
		ts.Fatalf("%s is %q, want %q (not: %v)", args[1], got, want, neg)
	}
}

func dig(doc any, path []string) (string, error) {
	for _, key := range path {
		switch v := doc.(type) {
		case map[string]any:
			below, ok := v[key]
			if !ok {
				return "", fmt.Errorf("no field %q", key)
			}
			doc = below
		case []any:
			if key == "len" {
				return fmt.Sprint(len(v)), nil
			}
			var i int
			if _, err := fmt.Sscan(key, &i); err != nil || i < 0 || i >= len(v) {
				return "", fmt.Errorf("no element %q of %d", key, len(v))
			}
			doc = v[i]
		default:
			return "", fmt.Errorf("nothing below %v for %q", v, key)
		}
	}
	if doc == nil {
		return "null", nil
	}
	return fmt.Sprint(doc), nil
}
