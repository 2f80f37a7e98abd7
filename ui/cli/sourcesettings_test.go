package cli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/pelletier/go-toml/v2"

	"ahead/gitops/deploy/events"
	"ahead/gitops/desk"
)

// Samples of what the tools of the manual's examples print, in their own format.
var toolSays = map[string]string{
	"heroku": `[
 {"version":9,"description":"Rollback to v8","status":"succeeded","created_at":"2026-03-09T16:30:00Z","user":{"email":"grace@example.com"},"id":"r9","current":true},
 {"version":8,"description":"Set RATE config vars","status":"succeeded","created_at":"2026-03-09T16:00:00Z","user":{"email":"ada@example.com"},"id":"r8"},
 {"version":7,"description":"Promote shop-staging v40 3333333","status":"succeeded","created_at":"2026-03-09T15:00:00Z","user":{"email":"ada@example.com"},"id":"r7"},
 {"version":6,"description":"Rollback to v3","status":"succeeded","created_at":"2026-03-09T14:00:00Z","user":{"email":"grace@example.com"},"id":"r6"},
 {"version":5,"description":"Deploy 2222222","status":"failed","created_at":"2026-03-09T13:30:00Z","user":{"email":"ada@example.com"},"id":"r5"},
 {"version":4,"description":"Set RATE config vars","status":"succeeded","created_at":"2026-03-09T13:00:00Z","user":{"email":"ada@example.com"},"id":"r4"},
 {"version":3,"description":"Deploy 1111111","status":"succeeded","created_at":"2026-03-09T12:00:00Z","user":{"email":"ada@example.com"},"id":"r3"}]`,
	"kubectl": `{"kind":"List","items":[
 {"metadata":{"creationTimestamp":"2026-03-09T11:00:00Z","annotations":{"deployment.kubernetes.io/revision":"11"}},"spec":{"replicas":3,"template":{"spec":{"containers":[{"image":"ghcr.io/acme/shop:v0.9.0"}]}}}},
 {"metadata":{"creationTimestamp":"2026-03-09T13:00:00Z","annotations":{"deployment.kubernetes.io/revision":"10"}},"spec":{"replicas":0,"template":{"spec":{"containers":[{"image":"ghcr.io/acme/shop:v1.1.0"}]}}}},
 {"metadata":{"creationTimestamp":"2026-03-09T12:00:00Z","annotations":{"deployment.kubernetes.io/revision":"9"}},"spec":{"replicas":0,"template":{"spec":{"containers":[{"image":"ghcr.io/acme/shop:v1.0.0"}]}}}}]}`,
	"curl": `[
 {"id":"e3","name":"Deploy to production","status":"RUNNING","startTime":1773064800000,"trigger":{"type":"git","hash":"3333333"},"authentication":{"user":"ada"}},
 {"id":"e2","name":"Deploy to production","status":"TERMINAL","startTime":1773061200000,"endTime":1773061260000,"trigger":{"buildInfo":{"scm":[{"sha1":"2222222"}]}},"authentication":{"user":"ada"}},
 {"id":"e9","name":"Bake","status":"SUCCEEDED","startTime":1773061200000,"trigger":{"hash":"4444444"}},
 {"id":"e1","name":"Deploy to production","status":"SUCCEEDED","startTime":1773057600000,"endTime":1773057660000,"trigger":{"hash":"1111111"},"authentication":{"user":"ada"}}]`,
	"ssh": `Branch main (at 1111111) deployed as release 20260309120000 by ada
Branch main (at 2222222) deployed as release 20260309130000 by ada
grace rolled back to release 20260309120000`,
}

// What the rows of each example are, newest first.
var exampleRows = map[string]string{
	"heroku":     "3333333 live 16:30 grace@example.com, 3333333 superseded 15:00 ada@example.com, 1111111 superseded 14:00 grace@example.com, 2222222 failed 13:30 ada@example.com, 1111111 superseded 12:00 ada@example.com",
	"kubectl":    "v0.9.0 live 00:00 , v1.1.0 superseded 13:00 , v1.0.0 superseded 12:00 , v0.9.0 superseded 11:00 ",
	"spinnaker":  "3333333 pending 14:00 ada, 2222222 failed 13:01 ada, 1111111 live 12:01 ada",
	"capistrano": "1111111 live 00:00 grace, 2222222 superseded 13:00 ada, 1111111 superseded 12:00 ada",
}

// TestTheManualsExamplesWork: each is read as settings are, and each command is
// run on what its tool prints.
func TestTheManualsExamplesWork(t *testing.T) {
	manual, err := os.ReadFile(filepath.Join("..", "..", "docs", "SOURCES.md"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := exec.LookPath("jq"); err != nil {
		t.Skip("no jq here")
	}
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("no bash here")
	}
	bin, broken := t.TempDir(), t.TempDir()
	for tool, says := range toolSays {
		if err := os.WriteFile(filepath.Join(broken, tool), []byte("#!/bin/sh\nexit 9\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		script := "#!/bin/sh\ncat <<'END'\n" + says + "\nEND\n"
		if err := os.WriteFile(filepath.Join(bin, tool), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	ran := 0
	for _, block := range regexp.MustCompile("(?s)```toml\n(.*?)```").FindAllStringSubmatch(string(manual), -1) {
		var raw map[string]any
		if err := toml.Unmarshal([]byte(block[1]), &raw); err != nil {
			t.Fatalf("%v\n%s", err, block[1])
		}
		for _, s := range parseSources(raw[sourcesKey], atKey) {
			if s.Fault != "" {
				t.Errorf("%s\n%s", s.Fault, block[1])
			}
			if s.Kind != "command" {
				continue
			}
			ran++
			if got := rowsOf(t, s, bin); got != exampleRows[s.Name] {
				t.Errorf("%s: %s, want %s", s.Name, got, exampleRows[s.Name])
			}
			// A tool that fails must not pass for one that knows of nothing.
			c := events.Command{Label: s.Name, Args: s.Command, Dir: t.TempDir(), Env: append(os.Environ(), "PATH="+broken+":"+os.Getenv("PATH"))}
			if rows, err := c.Deployments(context.Background()); err == nil || !strings.Contains(err.Error(), "exit status 9") {
				t.Errorf("%s: %d rows, %v", s.Name, len(rows), err)
			}
		}
	}
	if ran != len(exampleRows) {
		t.Errorf("%d commands, want %d", ran, len(exampleRows))
	}
}

func rowsOf(t *testing.T, s desk.SourceSetting, bin string) string {
	t.Helper()
	c := events.Command{Label: s.Name, Args: s.Command, Dir: t.TempDir(), Env: append(os.Environ(), "PATH="+bin+":"+os.Getenv("PATH"))}
	rows, err := c.Deployments(context.Background())
	if err != nil {
		t.Errorf("%s: %v", s.Name, err)
	}
	var out []string
	for _, d := range rows {
		if d.Environment != "production" {
			t.Errorf("%s: %+v", s.Name, d)
		}
		out = append(out, fmt.Sprintf("%s %s %s %s", d.Ref, d.Status, d.At().Format("15:04"), d.Actor))
	}
	return strings.Join(out, ", ")
}

func atKey(key string) string { return key }

func TestMisspeltSourcesAreNotLetPass(t *testing.T) {
	for text, want := range map[string]string{
		`sources = 1`:                             "sources: it is no table",
		`[sources]` + "\n" + `x = 1`:              "sources.x: it is no table with a plain name",
		"[sources.argocd]\nsever = \"x\"":         "sources.argocd.sever: there is no such key",
		"[sources.argocd]\nserver = 1":            "sources.argocd.server: it has to be a text",
		"[sources.x]\nkind = \"mqtt\"":            `sources.x.kind: there is no source of kind "mqtt": kind = "file", "command"`,
		"[sources.heroku]\ncommand = [\"x\"]":     `sources.heroku: it says no kind, and "heroku" is none: kind = "file", "command"`,
		"[sources.command]\ncommand = \"ls\"":     "sources.command.command: it has to be a list of texts",
		"[sources.github]\noff = \"yes\"":         "sources.github.off: it has to be true or false",
		"[sources.newrelic]\naccount = \"12a\"":   "sources.newrelic.account: it has to be the account's number",
		"[sources.file]\nrepositories=[\"[\"]":    `sources.file.repositories: "[" is no pattern`,
		"[sources.\"A B\"]\nkind = \"file\"":      "sources.A B: it is no table with a plain name",
		"[sources.file]\ntask = \"x\"":            `sources.file.task: it means nothing for the kind "file"`,
		"[sources.argocd]\ntimeout = \"9s\"":      `sources.argocd.timeout: it means nothing for the kind "argocd"`,
		"[sources.command]\ntimeout = 9":          `sources.command.timeout: it has to be a time from "1s" to "10m"`,
		"[sources.command]\ntimeout = \"1h\"":     `sources.command.timeout: it has to be a time`,
		"[sources.github]\naddress = \"a.b/c/d\"": "sources.github.address: `repositories` has to say",
	} {
		var raw map[string]any
		if err := toml.Unmarshal([]byte(text), &raw); err != nil {
			t.Fatal(err)
		}
		if got := parseSources(raw[sourcesKey], atKey); len(got) != 1 || !strings.HasPrefix(got[0].Fault, want) || got[0].Mend == "" {
			t.Errorf("%s: %+v, want %s", text, got, want)
		}
	}
}
