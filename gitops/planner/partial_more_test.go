package planner

import (
	"fmt"
	"strings"
	"testing"

	"ahead/gitops"
)

// released gives a snapshot in which v1 was deployed before v2, with what came
// since unreleased.
func (b *bench) released(v1, v2 gitops.Hash) gitops.Snapshot {
	b.t.Helper()
	s := b.snapshot()
	list := func(args ...string) (out []gitops.Hash) {
		for _, id := range strings.Fields(b.Git(append([]string{"rev-list"}, args...)...)) {
			out = append(out, gitops.MustHash(id))
		}
		return out
	}
	s.Batches = []gitops.Batch{
		{Deployment: gitops.Deployment{Tag: "v2", Commit: v2}, Previous: "v1", Commits: list(v1.String() + ".." + v2.String())},
		{Deployment: gitops.Deployment{Tag: "v1", Commit: v1}},
	}
	s.Deployed = &s.Batches[0].Deployment
	s.Unreleased.Commits = list(v2.String() + "..main")
	return s
}

func TestADeploymentInPart(t *testing.T) {
	b := newBench(t)
	v1 := b.Head()
	b.Commit("Totals", map[string]string{"price/total.go": lines(1, 30, 3, 25)})
	v2 := b.Commit("Tax", map[string]string{"price/tax.go": lines(1, 20, 9)})
	readme := b.Commit("Readme", map[string]string{"README.md": "new\n"})
	b.Commit("Banner", map[string]string{"banner": "spring\n"})
	snap := b.released(v1, v2)
	out := []gitops.LeaveOut{{Path: "README.md"}}
	restored := b.plan(snap, gitops.Remedy{Kind: gitops.RestoreDeployment, Deployment: "v1", LeaveOut: out})
	if restored.Verdict != gitops.VerdictClean || b.at(restored, "README.md") != "new\n" || b.at(restored, "banner") != "-" || b.at(restored, "price/tax.go") != lines(1, 20) {
		t.Fatalf("%s %s: %s", restored.Verdict, restored.Reason, fileList(restored))
	}
	if len(restored.Collateral) != 1 || restored.Collateral[0] != readme {
		t.Errorf("ships along: %v", restored.Collateral)
	}
	if !strings.HasPrefix(restored.Message, "Partially restore v1\n\nThe tree is that of v1, except for what is left out below. This takes back, in part:\n") ||
		!strings.Contains(restored.Message, "\n\nLeft out:\n- README.md\n") {
		t.Errorf("message %q", restored.Message)
	}
	if restored.FromRelease != "v1" {
		t.Errorf("the changed paths are identical to %q", restored.FromRelease)
	}
	names := b.hunkNames(b.plan(snap, gitops.Remedy{Kind: gitops.RestoreDeployment, Deployment: "v1"}), "price/total.go")
	half := b.plan(snap, gitops.Remedy{Kind: gitops.RestoreDeployment, Deployment: "v1", LeaveOut: []gitops.LeaveOut{{Path: "price/total.go", Hunks: names[:1]}}})
	if half.FromRelease != "" || b.at(half, "price/total.go") != lines(1, 30, 3) {
		t.Errorf("half a file is identical to %q", half.FromRelease)
	}
	reverted := b.plan(snap, gitops.Remedy{Kind: gitops.RevertDeployment, Deployment: "v2", LeaveOut: []gitops.LeaveOut{{Path: "price/tax.go"}}})
	if fileList(reverted) != "M price/total.go" || !strings.HasPrefix(reverted.Message, "Partially revert deployment v2\n\nThis takes back in part what v2 brought:\n") {
		t.Errorf("%s, message %q", fileList(reverted), reverted.Message)
	}
	all := b.plan(snap, gitops.Remedy{Kind: gitops.RevertDeployment, Deployment: "v2", LeaveOut: []gitops.LeaveOut{{Path: "price"}}})
	if all.Verdict != gitops.VerdictEmpty || all.Reason != everythingLeftOut || len(all.LeftOut) != 2 {
		t.Errorf("%s %s %v", all.Verdict, all.Reason, all.LeftOut)
	}
}

func TestSeveralAndMergesInPart(t *testing.T) {
	b := newBench(t)
	b.CheckoutNew("topic")
	b.Commit("Topic", map[string]string{"topic.go": "topic\n", "price/tax.go": lines(1, 20, 9)})
	b.Checkout("main")
	before := b.Commit("Meanwhile", map[string]string{"README.md": "meanwhile\n"})
	merge := b.Merge("topic")
	p := b.partial(merge, gitops.LeaveOut{Path: "topic.go"})
	if want := fmt.Sprintf("\n\nThis partially reverts commit %s, reversing\nchanges made to %s.\n\nLeft out:\n- topic.go\n", merge, before); !strings.Contains(p.Message, want) {
		t.Errorf("message %q", p.Message)
	}
	next := b.Commit("Next", map[string]string{"price/tax.go": lines(1, 20, 9, 15)})
	both := b.plan(b.snapshot(), gitops.Remedy{Commits: []gitops.Hash{merge, next}, LeaveOut: []gitops.LeaveOut{{Path: "topic.go"}}})
	if both.Verdict != gitops.VerdictClean || fileList(both) != "M price/tax.go" || len(both.Commits) != 1 || len(both.Merges) != 2 {
		t.Fatalf("%s %s: %s", both.Verdict, both.Reason, fileList(both))
	}
	if !strings.HasPrefix(both.Message, `Partially revert "Next" and 1 more`+"\n") || strings.Count(both.Message, "This partially reverts commit ") != 2 {
		t.Errorf("message %q", both.Message)
	}
}

func TestPartsInAConventionalRepository(t *testing.T) {
	b := newBench(t)
	for i := range 8 {
		b.Commit(fmt.Sprintf("fix(price): step %d", i), map[string]string{"step": fmt.Sprint(i)})
	}
	suspect := b.Commit("feat: round", map[string]string{"price/tax.go": lines(1, 20, 9), "odd\nname": "x\n"})
	p := b.partial(suspect, gitops.LeaveOut{Path: "odd\nname"})
	if !strings.HasPrefix(p.Message, "revert: feat: round (in part)\n") || !strings.Contains(p.Message, "\n- \"odd\\nname\"\n") {
		t.Errorf("message %q", p.Message)
	}
}

// TestPartsKeepEveryByte: line endings and a missing one at the end are those
// of the side that each hunk was taken from.
func TestPartsKeepEveryByte(t *testing.T) {
	b := newBench(t)
	old := strings.ReplaceAll(lines(1, 30), "\n", "\r\n") + "last"
	b.Commit("Windows", map[string]string{"win.txt": old})
	suspect := b.Commit("Change", map[string]string{"win.txt": strings.NewReplacer("line 4\r\n", "unix 4\n", "last", "last\r\nmore\r\n").Replace(old)})
	names := b.hunkNames(b.revert(suspect), "win.txt")
	if len(names) != 2 {
		t.Fatalf("%d hunks", len(names))
	}
	for i, want := range []string{strings.Replace(old, "line 4\r\n", "unix 4\n", 1), strings.Replace(old, "last", "last\r\nmore\r\n", 1)} {
		p := b.partial(suspect, gitops.LeaveOut{Path: "win.txt", Hunks: names[i : i+1]})
		if got := b.at(p, "win.txt"); got != want {
			t.Errorf("without hunk %d: %q", i+1, got)
		}
	}
}

// TestModesAndParts: the bit is no hunk; it comes with what is kept of the file
// and goes with the whole of it.
func TestModesAndParts(t *testing.T) {
	b := newBench(t)
	b.Write("price/total.go", lines(1, 30, 3, 25))
	b.Git("add", "--all")
	b.Git("update-index", "--chmod=+x", "price/total.go")
	b.Git("commit", "-q", "-m", "Make it run")
	suspect := b.Head()
	b.Git("checkout", "-q", "-f", "main")
	full := b.revert(suspect)
	names := b.hunkNames(full, "price/total.go")
	p := b.partial(suspect, gitops.LeaveOut{Path: "price/total.go", Hunks: names[:1]})
	if len(p.Files) != 1 || p.Files[0].NewMode != gitops.ModeFile || b.at(p, "price/total.go") != lines(1, 30, 3) {
		t.Errorf("%+v", p.Files)
	}
	b.Git("update-index", "--chmod=-x", "README.md")
	b.Git("update-index", "--chmod=+x", "README.md")
	b.Git("commit", "-q", "-m", "Mode alone")
	err := b.refuses(gitops.Remedy{Commits: []gitops.Hash{b.Head()}, LeaveOut: []gitops.LeaveOut{{Path: "README.md", Hunks: []string{"0123456789"}}}})
	if gitops.CodeOf(err) != gitops.CodeUsage || !strings.Contains(err.Error(), "no changed lines") {
		t.Errorf("%v", err)
	}
}
