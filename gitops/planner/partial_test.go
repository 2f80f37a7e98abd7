package planner

import (
	"context"
	"errors"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/patch"
)

// wide is a suspect that changes two files in several places, adds one and
// moves one.
func wide(b *bench) gitops.Hash {
	b.t.Helper()
	b.Commit("Docs", map[string]string{"docs/a.md": lines(1, 12), "docs/b.md": lines(40, 52)})
	b.Git("mv", "docs/b.md", "docs/c.md")
	return b.Commit("Round everything", map[string]string{
		"price/total.go": lines(1, 30, 3, 15, 28), "price/tax.go": lines(1, 20, 9), "price/round.go": "round\n", "docs/a.md": lines(1, 12, 6),
	})
}

func (b *bench) partial(suspect gitops.Hash, out ...gitops.LeaveOut) gitops.Plan {
	b.t.Helper()
	return b.plan(b.snapshot(), gitops.Remedy{Commits: []gitops.Hash{suspect}, LeaveOut: out})
}

// refuses plans what must be an error.
func (b *bench) refuses(r gitops.Remedy) error {
	b.t.Helper()
	if r.Kind == "" {
		r.Kind = gitops.RevertCommits
	}
	p, err := b.planner.PlanRevert(context.Background(), b.snapshot(), r)
	if err == nil {
		b.t.Fatalf("it is %s %s", p.Verdict, p.Reason)
	}
	var e *gitops.Error
	if !errors.As(err, &e) || e.Hint == "" {
		b.t.Errorf("no hint in %v", err)
	}
	return err
}

// hunkNames are the names that the preview of the full revert shows.
func (b *bench) hunkNames(full gitops.Plan, path string) []string {
	b.t.Helper()
	objs := gitops.NewOverlay(b.Objects(), full.Objects...)
	for _, f := range full.Files {
		if f.Path == path {
			diff, err := patch.File(context.Background(), objs, f, patch.DefaultContext)
			if err != nil {
				b.t.Fatal(err)
			}
			return diff.HunkNames()
		}
	}
	b.t.Fatalf("%s does not change", path)
	return nil
}

// at gives the content of a path in the plan's tree, "-" where it is absent.
func (b *bench) at(p gitops.Plan, path string) string {
	b.t.Helper()
	objs := gitops.NewOverlay(b.Objects(), p.Objects...)
	e := gitops.TreeEntry{Mode: gitops.ModeTree, Hash: p.Tree}
	for _, name := range strings.Split(path, "/") {
		entries, err := objs.Tree(e.Hash)
		if err != nil {
			b.t.Fatal(err)
		}
		if e = entry(entries, name); e.Mode == 0 {
			return "-"
		}
	}
	data, err := objs.Blob(e.Hash)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(data)
}

func TestFilesAreLeftOut(t *testing.T) {
	b := newBench(t)
	suspect := wide(b)
	full := b.revert(suspect)
	for name, c := range map[string]struct {
		out  []gitops.LeaveOut
		left string
		want map[string]string
	}{
		"a modified file":    {[]gitops.LeaveOut{{Path: "price/tax.go"}}, "price/tax.go", map[string]string{"price/tax.go": lines(1, 20, 9), "price/total.go": lines(1, 30)}},
		"an added file":      {[]gitops.LeaveOut{{Path: "price/round.go"}}, "price/round.go", map[string]string{"price/round.go": "round\n", "price/tax.go": lines(1, 20)}},
		"a renamed file":     {[]gitops.LeaveOut{{Path: "docs/b.md"}}, "docs/b.md", map[string]string{"docs/b.md": "-", "docs/c.md": lines(40, 52), "docs/a.md": lines(1, 12)}},
		"by its former name": {[]gitops.LeaveOut{{Path: "docs/c.md"}}, "docs/b.md", map[string]string{"docs/b.md": "-", "docs/c.md": lines(40, 52)}},
		"a directory":        {[]gitops.LeaveOut{{Path: "docs"}}, "docs/a.md docs/b.md", map[string]string{"docs/a.md": lines(1, 12, 6), "docs/c.md": lines(40, 52), "price/tax.go": lines(1, 20)}},
		"with its slash":     {[]gitops.LeaveOut{{Path: "docs/"}}, "docs/a.md docs/b.md", map[string]string{"docs/a.md": lines(1, 12, 6)}},
	} {
		t.Run(name, func(t *testing.T) {
			p := b.partial(suspect, c.out...)
			if p.Verdict != gitops.VerdictClean || !p.Partial() {
				t.Fatalf("%s %s, left out %v", p.Verdict, p.Reason, p.LeftOut)
			}
			var left []string
			for _, l := range p.LeftOut {
				left = append(left, l.Path)
			}
			if got := strings.Join(left, " "); got != c.left {
				t.Errorf("left out %q, want %q", got, c.left)
			}
			for path, want := range c.want {
				if got := b.at(p, path); got != want {
					t.Errorf("%s is %q, want %q", path, got, want)
				}
			}
			if len(p.Files)+len(p.LeftOut) != len(full.Files) {
				t.Errorf("%d files and %d left out, in full %d", len(p.Files), len(p.LeftOut), len(full.Files))
			}
			if p.Merges[0].Result != full.Tree || p.Commits[0].Tree != p.Tree || p.Tree == full.Tree {
				t.Errorf("merge %s, commit %s, tree %s, in full %s", p.Merges[0].Result, p.Commits[0].Tree, p.Tree, full.Tree)
			}
		})
	}
}

func TestHunksAreLeftOut(t *testing.T) {
	b := newBench(t)
	suspect := wide(b)
	names := b.hunkNames(b.revert(suspect), "price/total.go")
	if len(names) != 3 {
		t.Fatalf("%d hunks", len(names))
	}
	p := b.partial(suspect, gitops.LeaveOut{Path: "price/total.go", Hunks: []string{names[1]}})
	if got, want := b.at(p, "price/total.go"), lines(1, 30, 15); got != want {
		t.Errorf("it is %q", got)
	}
	if len(p.LeftOut) != 1 || p.LeftOut[0] != (gitops.LeftOut{Path: "price/total.go", Hunks: 1, Of: 3}) {
		t.Errorf("left out %v", p.LeftOut)
	}
	if !strings.HasPrefix(p.Message, "Partially revert \"Round everything\"\n\nThis partially reverts commit "+suspect.String()+".\n\nLeft out:\n- price/total.go (1 of 3 hunks)\n") {
		t.Errorf("message %q", p.Message)
	}
	all := b.partial(suspect, gitops.LeaveOut{Path: "price/total.go", Hunks: names})
	whole := b.partial(suspect, gitops.LeaveOut{Path: "price/total.go"})
	if all.Tree != whole.Tree || all.LeftOut[0] != whole.LeftOut[0] || all.LeftOut[0].Of != 0 {
		t.Errorf("all hunks: %v %s, the whole path: %v %s", all.LeftOut, all.Tree, whole.LeftOut, whole.Tree)
	}
}

func TestEverythingLeftOutIsEmpty(t *testing.T) {
	b := newBench(t)
	suspect := wide(b)
	p := b.partial(suspect, gitops.LeaveOut{Path: "docs"}, gitops.LeaveOut{Path: "price"})
	if p.Verdict != gitops.VerdictEmpty || p.Reason != everythingLeftOut || p.Publishable() {
		t.Errorf("%s %q", p.Verdict, p.Reason)
	}
}

func TestPartsThatAreNotThere(t *testing.T) {
	b := newBench(t)
	suspect := wide(b)
	commits := []gitops.Hash{suspect}
	for name, c := range map[string]struct {
		out  gitops.LeaveOut
		code gitops.Code
	}{
		"no such file":   {gitops.LeaveOut{Path: "price/none.go"}, gitops.CodeUnknownPart},
		"half a name":    {gitops.LeaveOut{Path: "price/to"}, gitops.CodeUnknownPart},
		"no name":        {gitops.LeaveOut{}, gitops.CodeUnknownPart},
		"the root":       {gitops.LeaveOut{Path: "/"}, gitops.CodeUnknownPart},
		"no such hunk":   {gitops.LeaveOut{Path: "price/total.go", Hunks: []string{"0123456789"}}, gitops.CodeUnknownPart},
		"of an addition": {gitops.LeaveOut{Path: "price/round.go", Hunks: []string{"0123456789"}}, gitops.CodeUsage},
		"of a directory": {gitops.LeaveOut{Path: "price", Hunks: []string{"0123456789"}}, gitops.CodeUsage},
		"of a mere move": {gitops.LeaveOut{Path: "docs/b.md", Hunks: []string{"0123456789"}}, gitops.CodeUsage},
	} {
		t.Run(name, func(t *testing.T) {
			err := b.refuses(gitops.Remedy{Commits: commits, LeaveOut: []gitops.LeaveOut{c.out}})
			if gitops.CodeOf(err) != c.code {
				t.Errorf("%s: %v", gitops.CodeOf(err), err)
			}
			var gone *gitops.PartGone
			if errors.As(err, &gone) != (c.code == gitops.CodeUnknownPart) || gone != nil && len(gone.Have) == 0 {
				t.Errorf("it says %+v", gone)
			}
		})
	}
	if err := b.refuses(gitops.Remedy{Commits: commits, Each: true, LeaveOut: []gitops.LeaveOut{{Path: "docs"}}}); gitops.CodeOf(err) != gitops.CodeUsage {
		t.Errorf("%v", err)
	}
}

func TestFileAndDirectoryDoNotShareAName(t *testing.T) {
	b := newBench(t)
	b.Commit("A file", map[string]string{"conf": "one\n"})
	b.Remove("conf")
	suspect := b.Commit("A directory", map[string]string{"conf/a": lines(1, 9), "conf/b": lines(50, 60)})
	err := b.refuses(gitops.Remedy{Commits: []gitops.Hash{suspect}, LeaveOut: []gitops.LeaveOut{{Path: "conf/a"}}})
	if gitops.CodeOf(err) != gitops.CodeUsage || !strings.Contains(err.Error(), "conf would have to be") {
		t.Errorf("%v", err)
	}
	if p := b.partial(suspect, gitops.LeaveOut{Path: "conf"}); p.Verdict != gitops.VerdictEmpty {
		t.Errorf("%s %s", p.Verdict, p.Reason)
	}
}

// TestAPartialRevertIsNoRevert: what it left is still there to be reverted, and
// the warning does not say that all of it should be gone.
func TestAPartialRevertIsNoRevert(t *testing.T) {
	b := newBench(t)
	suspect := wide(b)
	p := b.partial(suspect, gitops.LeaveOut{Path: "price"})
	b.Git("mv", "docs/c.md", "docs/b.md")
	b.Commit(p.Message, map[string]string{"docs/a.md": lines(1, 12)})
	rest := b.revert(suspect)
	if rest.Verdict != gitops.VerdictClean || len(rest.Warnings) == 0 || !strings.Contains(rest.Warnings[0].Text, "in part; this takes back the rest") {
		t.Errorf("%s %s %v", rest.Verdict, rest.Reason, rest.Warnings)
	}
	back := b.revert(b.Head())
	if !strings.HasPrefix(back.Message, `Revert "Partially revert "Round everything""`) {
		t.Errorf("message %q", back.Message)
	}
}
