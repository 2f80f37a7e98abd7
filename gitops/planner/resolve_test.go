package planner

import (
	"strings"
	"testing"

	"ahead/gitops"
)

// rounding is a suspect that conflicts at price/total.go in two places, and
// reverts cleanly in price/tax.go.
func rounding(b *bench) gitops.Hash {
	b.t.Helper()
	suspect := b.Commit("Round totals", map[string]string{
		"price/total.go": lines(1, 30, 5, 25), "price/tax.go": lines(1, 20, 9),
	})
	again := strings.NewReplacer("changed 5\n", "better 5\n", "changed 25\n", "better 25\n")
	b.Commit("Round better", map[string]string{"price/total.go": again.Replace(lines(1, 30, 5, 25))})
	return suspect
}

func (b *bench) resolved(suspect gitops.Hash, r ...gitops.Resolution) gitops.Plan {
	b.t.Helper()
	return b.plan(b.snapshot(), gitops.Remedy{Commits: []gitops.Hash{suspect}, Resolutions: r})
}

func onlyConflict(t *testing.T, p gitops.Plan) gitops.Conflict {
	t.Helper()
	if p.Verdict != gitops.VerdictConflict || len(p.Conflicts) != 1 {
		t.Fatalf("%s %s %v", p.Verdict, p.Reason, p.Conflicts)
	}
	return p.Conflicts[0]
}

func TestConflictsAreSettledByHand(t *testing.T) {
	b := newBench(t)
	suspect := rounding(b)
	c := onlyConflict(t, b.revert(suspect))
	if len(c.Hunks) != 2 || c.Base.Mode == 0 || c.Ours.Path != "price/total.go" || c.Theirs.Hash == c.Ours.Hash {
		t.Fatalf("the conflict is %+v", c)
	}
	tip := b.at(gitops.Plan{Tree: b.Rev("HEAD^{tree}")}, "price/total.go")
	for name, r := range map[string]struct {
		gitops.Resolution
		want string
	}{
		"ours":   {gitops.Resolution{Take: gitops.SideOurs}, tip},
		"theirs": {gitops.Resolution{Take: gitops.SideTheirs}, lines(1, 30)},
		"base":   {gitops.Resolution{Take: gitops.SideBase}, lines(1, 30, 5, 25)},
		"delete": {gitops.Resolution{Take: gitops.SideDelete}, "-"},
		"text":   {gitops.Resolution{Take: gitops.SideText, Text: "mine\r\nno end"}, "mine\r\nno end"},
		"hunks":  {gitops.Resolution{Hunks: []gitops.HunkChoice{{Take: gitops.SideTheirs}, {Take: gitops.SideOurs}}}, strings.Replace(tip, "better 5", "line 5", 1)},
		"hunk by text": {
			gitops.Resolution{Hunks: []gitops.HunkChoice{{Take: gitops.SideText, Text: "own 5\n"}, {Take: gitops.SideBoth}}},
			strings.NewReplacer("better 5\n", "own 5\n", "better 25\n", "better 25\nline 25\n").Replace(tip),
		},
	} {
		t.Run(name, func(t *testing.T) {
			r.Path, r.Of = c.Path, c.Key()
			p := b.resolved(suspect, r.Resolution)
			if p.Verdict != gitops.VerdictClean || len(p.Resolved) != 1 || p.Resolved[0] != c.Path || len(p.Conflicts) > 0 {
				t.Fatalf("%s %s, resolved %v", p.Verdict, p.Reason, p.Resolved)
			}
			if got := b.at(p, c.Path); got != r.want {
				t.Errorf("it is %q, want %q", got, r.want)
			}
			if got := b.at(p, "price/tax.go"); got != lines(1, 20) {
				t.Errorf("what merged by itself is %q", got)
			}
			if !strings.Contains(p.Message, "Revert \"Round totals\"\n\nThis reverts commit "+suspect.String()+".\n\nConflicts settled by hand:\n- price/total.go\n") {
				t.Errorf("message %q", p.Message)
			}
			if len(p.Merges) != 1 || len(p.Merges[0].Settled) != 1 || p.Merges[0].Result != p.Tree {
				t.Errorf("merges %+v, tree %s", p.Merges, p.Tree)
			}
		})
	}
}

func TestAnotherConflictIsNotSettled(t *testing.T) {
	b := newBench(t)
	suspect := rounding(b)
	c := onlyConflict(t, b.revert(suspect))
	b.Commit("Round best", map[string]string{"price/total.go": strings.ReplaceAll(lines(1, 30, 5, 25), "changed", "best")})
	p := b.resolved(suspect, gitops.Resolution{Path: c.Path, Of: c.Key(), Take: gitops.SideOurs})
	now := onlyConflict(t, p)
	if now.Key() == c.Key() || !strings.Contains(now.Detail, "changed since it was settled") {
		t.Errorf("it says %q", now.Detail)
	}
	if again := b.resolved(suspect, gitops.Resolution{Path: c.Path, Of: now.Key(), Take: gitops.SideOurs}); again.Verdict != gitops.VerdictClean {
		t.Errorf("settled again: %s %s", again.Verdict, again.Reason)
	}
}

func TestChoicesThatThereAreNot(t *testing.T) {
	b := newBench(t)
	suspect := rounding(b)
	c := onlyConflict(t, b.revert(suspect))
	for name, r := range map[string]gitops.Resolution{
		"both of a whole path":   {Take: gitops.SideBoth},
		"nothing":                {},
		"too few":                {Hunks: []gitops.HunkChoice{{Take: gitops.SideOurs}}},
		"too many":               {Hunks: make([]gitops.HunkChoice, 3)},
		"deleted hunk":           {Hunks: []gitops.HunkChoice{{Take: gitops.SideDelete}, {Take: gitops.SideOurs}}},
		"merged, yet conflicts":  {Take: gitops.SideMerged},
		"no side that there is":  {Take: "mine"},
		"no conflict at path":    {Path: "price/tax.go", Take: gitops.SideOurs},
		"hunks left undecided":   {Hunks: []gitops.HunkChoice{{Take: gitops.SideOurs}, {}}},
		"a conflict, and beside": {Path: "nowhere", Take: gitops.SideOurs},
	} {
		t.Run(name, func(t *testing.T) {
			want, rs := gitops.CodeUsage, []gitops.Resolution{r}
			if r.Path == "" {
				rs[0].Path = c.Path
			} else {
				want, rs = gitops.CodeUnknownPart, append(rs, gitops.Resolution{Path: c.Path, Take: gitops.SideOurs})
			}
			if err := b.refuses(gitops.Remedy{Commits: []gitops.Hash{suspect}, Resolutions: rs}); gitops.CodeOf(err) != want {
				t.Errorf("%s: %v", gitops.CodeOf(err), err)
			}
		})
	}
}

func TestEachSuspectHasItsOwnConflicts(t *testing.T) {
	b := newBench(t)
	first := b.Commit("First", map[string]string{"price/total.go": lines(1, 30, 5), "price/tax.go": lines(1, 20, 3)})
	b.Commit("Between", map[string]string{"price/total.go": strings.Replace(lines(1, 30, 5), "changed 5", "between 5", 1)})
	second := b.Commit("Second", map[string]string{"price/total.go": strings.Replace(lines(1, 30, 5), "changed 5", "second 5", 1), "price/tax.go": lines(1, 20, 3, 12)})
	b.Commit("After", map[string]string{"price/total.go": strings.Replace(lines(1, 30, 5), "changed 5", "after 5", 1)})
	remedy := gitops.Remedy{Commits: []gitops.Hash{first, second}}
	c := onlyConflict(t, b.plan(b.snapshot(), remedy))
	remedy.Resolutions = []gitops.Resolution{{Suspect: second, Path: c.Path, Of: c.Key(), Take: gitops.SideTheirs}}
	p := b.plan(b.snapshot(), remedy)
	next := onlyConflict(t, p)
	if next.Key() == c.Key() || len(p.Resolved) != 1 || len(p.Merges) != 2 || p.Merges[1].Suspect != first {
		t.Fatalf("after one is settled: %+v, merges %+v", next, p.Merges)
	}
	remedy.Resolutions = append(remedy.Resolutions, gitops.Resolution{Suspect: first, Path: next.Path, Of: next.Key(), Take: gitops.SideTheirs})
	remedy.Each = true
	p = b.plan(b.snapshot(), remedy)
	if p.Verdict != gitops.VerdictClean || b.at(p, "price/total.go") != lines(1, 30) || len(p.Commits) != 2 {
		t.Fatalf("%s %s, %d commits", p.Verdict, p.Reason, len(p.Commits))
	}
	for _, commit := range p.Commits {
		if strings.Count(commit.Message, "Conflicts settled by hand:\n- price/total.go\n") != 1 {
			t.Errorf("message %q", commit.Message)
		}
	}
}

func TestAConflictingFileIsLeftOut(t *testing.T) {
	b := newBench(t)
	suspect := rounding(b)
	tip := b.at(gitops.Plan{Tree: b.Rev("HEAD^{tree}")}, "price/total.go")
	for _, path := range []string{"price/total.go"} {
		p := b.partial(suspect, gitops.LeaveOut{Path: path})
		if p.Verdict != gitops.VerdictClean || len(p.LeftOut) != 1 || p.LeftOut[0].Path != "price/total.go" || len(p.Resolved) != 0 {
			t.Fatalf("%s %s, left out %v, resolved %v", p.Verdict, p.Reason, p.LeftOut, p.Resolved)
		}
		if b.at(p, "price/total.go") != tip || b.at(p, "price/tax.go") != lines(1, 20) {
			t.Errorf("total %q, tax %q", b.at(p, "price/total.go"), b.at(p, "price/tax.go"))
		}
	}
	if p := b.partial(suspect, gitops.LeaveOut{Path: "price"}); p.Verdict != gitops.VerdictEmpty || p.Reason != everythingLeftOut {
		t.Errorf("%s %s", p.Verdict, p.Reason)
	}
	p := b.partial(suspect, gitops.LeaveOut{Path: "price/total.go"}, gitops.LeaveOut{Path: "price/tax.go"})
	if p.Verdict != gitops.VerdictEmpty || p.Reason != everythingLeftOut {
		t.Errorf("%s %s", p.Verdict, p.Reason)
	}
}

// TestARenameThatConflictsIsLeftOut: the branch knows the file by the name
// that the suspect gave it; left out, it keeps that name and what is in it.
func TestARenameThatConflictsIsLeftOut(t *testing.T) {
	b := newBench(t)
	b.Git("mv", "price/total.go", "price/sum.go")
	suspect := b.Commit("Rename and round", map[string]string{"price/sum.go": lines(1, 30, 5), "price/tax.go": lines(1, 20, 9)})
	later := strings.Replace(lines(1, 30, 5), "changed 5", "better 5", 1)
	b.Commit("Round better", map[string]string{"price/sum.go": later})
	c := onlyConflict(t, b.revert(suspect))
	if c.Path != "price/total.go" || c.Ours.Path != "price/sum.go" {
		t.Fatalf("the conflict is %+v", c)
	}
	for _, path := range []string{"price/total.go", "price/sum.go"} {
		p := b.partial(suspect, gitops.LeaveOut{Path: path})
		if p.Verdict != gitops.VerdictClean || b.at(p, "price/sum.go") != later || b.at(p, "price/total.go") != "-" || fileList(p) != "M price/tax.go" {
			t.Errorf("%s left out: %s %s, %s, %v", path, p.Verdict, p.Reason, fileList(p), p.LeftOut)
		}
	}
	p := b.resolved(suspect, gitops.Resolution{Path: c.Path, Of: c.Key(), Take: gitops.SideOurs})
	if b.at(p, "price/sum.go") != "-" || b.at(p, "price/total.go") != later {
		t.Errorf("settled by ours: %s", fileList(p))
	}
}
