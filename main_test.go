package main

import (
	"encoding/json"
	"io"
	"os/exec"
	"strings"
	"testing"
)

// listed is what `go list` says of a package, as far as the rules need it.
type listed struct {
	ImportPath string
	Imports    []string
	Standard   bool
}

// rule says what the packages under a room may not import.
type rule struct {
	room   string
	except []string
	forbid []string
	why    string
}

// The directions of docs/ARCHITECTURE.md.
var rules = []rule{
	{room: "ahead/gitops", forbid: []string{"ahead/ui", "github.com/charmbracelet", "github.com/muesli", "golang.org/x/term"}, why: "the engine knows no terminal"},
	{room: "ahead", except: []string{"ahead/gitops/objstore", "ahead/gitops/repo"}, forbid: []string{"github.com/go-git"}, why: "go-git stays behind objstore and repo"},
	{room: "ahead", except: []string{"ahead/gitops/publish", "ahead/gitops/drill", "ahead/gitops/gittest", "ahead/gitops/deploy/events"}, forbid: []string{"os/exec"}, why: "only publish runs git; the drill builds its sandbox; events runs what the person's own settings name"},
	{room: "ahead/ui", except: []string{"ahead/ui/cli"}, forbid: []string{"ahead/gitops/desk", "ahead/gitops/publish", "ahead/gitops/repo", "ahead/gitops/objstore"}, why: "screens know the port, the composition root knows what is behind it"},
	{room: "ahead/gitops", forbid: []string{"ahead/gitops/gittest"}, why: "test support stays in tests"},
	{room: "ahead", except: []string{"ahead/gitops/forge/forgetest"}, forbid: []string{"ahead/gitops/forge/forgetest", "github.com/getkin"}, why: "test support stays in tests"},
}

// screens never import one another.
var screens = []string{"timeline", "preview", "conflict", "confirm", "outcome", "leftover", "suspects"}

func TestImportsPointOneWay(t *testing.T) {
	packages := listPackages(t)
	if len(packages) < 20 {
		t.Fatalf("go list named %d packages: the rules would hold for nothing", len(packages))
	}
	for _, p := range packages {
		for _, r := range rules {
			if !within(p.ImportPath, r.room) || withinAny(p.ImportPath, r.except) {
				continue
			}
			for _, imported := range p.Imports {
				if withinAny(imported, r.forbid) && p.ImportPath != imported {
					t.Errorf("%s imports %s: %s", p.ImportPath, imported, r.why)
				}
			}
		}
	}
}

func TestCoreNeedsTheStandardLibraryOnly(t *testing.T) {
	for _, p := range listPackages(t) {
		if p.ImportPath != "ahead/gitops" {
			continue
		}
		for _, imported := range p.Imports {
			if strings.Contains(imported, ".") || within(imported, "ahead") {
				t.Errorf("the nouns import %s", imported)
			}
		}
		return
	}
	t.Fatal("go list does not name ahead/gitops")
}

func TestScreensDoNotImportOneAnother(t *testing.T) {
	for _, p := range listPackages(t) {
		for _, a := range screens {
			for _, b := range screens {
				if a != b && p.ImportPath == "ahead/ui/"+a && contains(p.Imports, "ahead/ui/"+b) {
					t.Errorf("%s imports screen %s", p.ImportPath, b)
				}
			}
		}
	}
}

func TestTopLevelHoldsOnlyWhatTheLayoutNames(t *testing.T) {
	allowed := map[string]bool{
		"main.go": true, "main_test.go": true, "ui": true, "gitops": true, "go.mod": true,
		"go.sum": true, "README.md": true, "docs": true, "LICENSE": true,
	}
	out, err := exec.Command("git", "ls-files").Output()
	if err != nil {
		t.Skipf("not a git checkout: %v", err)
	}
	for _, path := range strings.Fields(string(out)) {
		top, _, _ := strings.Cut(path, "/")
		if !allowed[top] && !strings.HasPrefix(top, ".") {
			t.Errorf("%s does not belong at the top level", top)
		}
	}
}

func listPackages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json=ImportPath,Imports,Standard", "./...")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var packages []listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := dec.Decode(&p); err == io.EOF {
			return packages
		} else if err != nil {
			t.Fatalf("read go list: %v", err)
		}
		packages = append(packages, p)
	}
}

func within(path, room string) bool { return path == room || strings.HasPrefix(path, room+"/") }

func withinAny(path string, rooms []string) bool {
	for _, r := range rooms {
		if within(path, r) {
			return true
		}
	}
	return false
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
