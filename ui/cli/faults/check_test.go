package faults

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"ahead/gitops/gittest"
)

// holds checks the remote: branch and tag as they were, or both new, and never
// another ref.
func (w *world) holds(want held) {
	w.t.Helper()
	now := refs(w.origin.Repo)
	onto := w.base["refs/heads/"+branch]
	ours := w.ours(now["refs/heads/"+branch], onto)
	tagged := ""
	for _, ref := range changed(w.base, now) {
		switch {
		case ref == "refs/heads/"+branch && ours != "":
		case strings.HasPrefix(ref, "refs/tags/v1.1.") && w.base[ref] == "" && tagged == "":
			tagged = ref
		default:
			w.t.Errorf("the remote's %s is %q, want %q", ref, now[ref], w.base[ref])
		}
	}
	got := nothing
	switch {
	case ours != "" && tagged != "":
		got = both
	case ours != "":
		got = branchOnly
	case tagged != "":
		got = tagOnly
	}
	if got != want {
		w.t.Errorf("the remote holds %s, want %s", got, want)
		return
	}
	if tagged != "" && w.origin.Git("rev-parse", tagged+"^{commit}") != ours && ours != "" {
		w.t.Errorf("%s is not at the new commit %s", tagged, ours)
	}
	if ours != "" {
		w.reverted(ours)
	}
}

// ours finds the new commit that stands on onto, below whatever a colleague
// put on top of it.
func (w *world) ours(tip, onto string) string {
	w.t.Helper()
	if tip == "" || tip == onto {
		return ""
	}
	out, err := w.origin.TryGit("rev-list", "--first-parent", "--format=%H %P %s", "--no-commit-header", tip, "--not", onto)
	if err != nil {
		return ""
	}
	for _, line := range strings.Split(out, "\n") {
		parts := strings.SplitN(line, " ", 3)
		if len(parts) == 3 && parts[1] == onto && strings.HasPrefix(parts[2], "Revert \"Round totals") {
			return parts[0]
		}
	}
	return ""
}

// reverted checks that a commit is what was asked for: the suspect's line is
// gone, and what came after it stays.
func (w *world) reverted(commit string) {
	w.t.Helper()
	text := w.origin.Git("show", commit+":app/price.go")
	if strings.Contains(text, "rounded") || !strings.Contains(text, "banner") {
		w.t.Errorf("the new commit does not revert the suspect and that alone:\n%s", text)
	}
}

// changed names the refs in which two repositories differ.
func changed(a, b map[string]string) []string {
	names := map[string]bool{}
	for ref := range a {
		names[ref] = a[ref] != b[ref]
	}
	for ref := range b {
		names[ref] = a[ref] != b[ref]
	}
	var out []string
	for ref, differs := range names {
		if differs {
			out = append(out, ref)
		}
	}
	sort.Strings(out)
	return out
}

// localHolds checks the person's repository: the checkout, its index and its
// branches are as they were; the tag is here exactly when it is there.
func (w *world) localHolds(remote held, late bool) {
	w.t.Helper()
	if now := w.checkout(); now != w.untouched {
		w.t.Errorf("the checkout was touched:\n%s", lineDiff(w.untouched, now))
	}
	there, here := refs(w.origin.Repo), refs(w.mine)
	for ref, id := range here {
		if strings.HasPrefix(ref, "refs/tags/") && there[ref] != id && ref != w.own {
			w.t.Errorf("the tag %s is here at %s and there at %q", ref, id, there[ref])
		}
	}
	if remote == both && !late {
		for ref := range there {
			if strings.HasPrefix(ref, "refs/tags/") && here[ref] == "" {
				w.t.Errorf("the tag %s did not come along", ref)
			}
		}
	}
	left, err := filepath.Glob(filepath.Join(w.mine.GitDir(), "ahead", "tmp-*"))
	if w.must(err); len(left) > 0 && w.run == nil {
		w.t.Errorf("left behind: %v", left)
	}
}

// sound lets git check both repositories.
func (w *world) sound() {
	w.t.Helper()
	for _, r := range []*gittest.Repo{w.mine, w.origin.Repo} {
		if out, err := r.TryGit("fsck", "--full", "--no-dangling", "--no-progress"); err != nil {
			w.t.Errorf("git fsck in %s: %v\n%s", filepath.Base(r.Dir), err, out)
		}
	}
}

// opens checks what the journal has open, and that no secret is in it.
func (w *world) opens(state string) {
	w.t.Helper()
	common := w.mine.Git("rev-parse", "--path-format=absolute", "--git-common-dir")
	r := w.ahead("resume", "--list", "--json")
	var runs []struct{ State string }
	if err := json.Unmarshal([]byte(r.out), &runs); err != nil || r.exit != 0 {
		w.t.Errorf("ahead resume --list --json: exit %d, %v: %s", r.exit, err, r.said())
	}
	var states []string
	for _, run := range runs {
		states = append(states, run.State)
	}
	if got := strings.Join(states, " "); got != state {
		w.t.Errorf("the journal has open: %q, want %q", got, state)
	}
	files, err := filepath.Glob(filepath.Join(common, "ahead", "runs", "*"))
	w.must(err)
	for _, path := range files {
		data, err := os.ReadFile(path)
		w.must(err)
		for _, s := range secrets {
			if strings.Contains(string(data), s) {
				w.t.Errorf("the secret %q is in the journal", s)
			}
		}
	}
}

// unfinished checks that a new run refuses to begin beside one that was broken
// off, and names the way on.
func (w *world) unfinished() {
	w.t.Helper()
	r := w.ahead(w.revert("--yes", "--json")...)
	var doc struct {
		Error struct{ Code, Message, Hint string }
	}
	if err := json.Unmarshal([]byte(r.err), &doc); err != nil {
		w.t.Fatalf("%v: %s", err, r.said())
	}
	if doc.Error.Code != "unfinished-run" || !strings.Contains(doc.Error.Hint, "ahead resume") {
		w.t.Errorf("a new run beside one that was broken off: %+v", doc.Error)
	}
}

// resume carries a run on that was broken off, or gives it up.
func (w *world) resume(n next) {
	w.t.Helper()
	args := []string{"resume", "--yes"}
	if n == closes {
		args = []string{"resume", "--close", "--reason", "it will not come"}
	}
	if r := w.ahead(args...); r.exit != 0 {
		w.t.Fatalf("ahead %s: exit %d\n%s", strings.Join(args, " "), r.exit, r.said())
	}
}

func lineDiff(before, after string) string {
	had := map[string]bool{}
	for _, l := range strings.Split(before, "\n") {
		had[l] = true
	}
	var b strings.Builder
	for _, l := range strings.Split(after, "\n") {
		if !had[l] {
			b.WriteString("+ " + l + "\n")
		}
		delete(had, l)
	}
	for l := range had {
		b.WriteString("- " + l + "\n")
	}
	return b.String()
}
