package desk

import (
	"context"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// TestASubmoduleIsSettledByHand: its history decides, so only git computes the
// merge; where git leaves it to a person, that person is heard.
func TestASubmoduleIsSettledByHand(t *testing.T) {
	r := gittest.New(t)
	r.Commit("Start", map[string]string{"tax": "1\n"})
	commit := func(digit, tax string) gitops.Hash {
		r.Write("tax", tax)
		r.Git("add", "tax")
		r.Git("update-index", "--add", "--cacheinfo", "160000,"+strings.Repeat(digit, 40)+",lib")
		r.Git("commit", "-q", "-m", "Library "+digit)
		return r.Head()
	}
	commit("1", "1\n")
	suspect := commit("2", "2\n")
	tip := commit("3", "2\n")
	d := open(t, r)
	snap := gitops.Snapshot{Branch: "main", Tip: tip}
	plan := func(said *gitops.Resolution, out ...gitops.LeaveOut) gitops.Plan {
		t.Helper()
		remedy := gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{suspect}, NoTag: true, LeaveOut: out}
		if said != nil {
			remedy.Resolutions = []gitops.Resolution{*said}
		}
		p, err := d.Plan(context.Background(), snap, remedy)
		if err != nil {
			t.Fatal(err)
		}
		if p.Verdict == gitops.VerdictClean {
			if err := d.Check(context.Background(), p); err != nil {
				t.Error(err)
			}
		}
		return p
	}
	open := plan(nil)
	if len(open.Conflicts) != 1 || open.Conflicts[0].Kind != gitops.ConflictSubmodule || open.ByGit == "" {
		t.Fatalf("%s %+v, by git: %q", open.Verdict, open.Conflicts, open.ByGit)
	}
	c := open.Conflicts[0]
	for side, digit := range map[gitops.Side]string{gitops.SideOurs: "3", gitops.SideTheirs: "1", gitops.SideBase: "2"} {
		p := plan(&gitops.Resolution{Path: "lib", Of: c.Key(), Take: side})
		if p.Verdict != gitops.VerdictClean || len(p.Resolved) != 1 {
			t.Fatalf("%s: %s %s", side, p.Verdict, p.Reason)
		}
		moved := ""
		for _, f := range p.Files {
			if f.Path == "lib" {
				moved = f.NewHash.String()
			}
		}
		if want := strings.Repeat(digit, 40); moved != want && !(side == gitops.SideOurs && moved == "") {
			t.Errorf("%s moves it to %q", side, moved)
		}
	}
	if p := plan(nil, gitops.LeaveOut{Path: "lib"}); p.Verdict != gitops.VerdictClean || len(p.Files) != 1 || len(p.LeftOut) != 1 {
		t.Errorf("left out: %s %s %v", p.Verdict, p.Reason, p.Files)
	}
	if p := plan(&gitops.Resolution{Path: "lib", Of: "000000000000", Take: gitops.SideOurs}); p.Verdict != gitops.VerdictConflict || !strings.Contains(p.Conflicts[0].Detail, "changed since") {
		t.Errorf("stale: %s %+v", p.Verdict, p.Conflicts)
	}
}
