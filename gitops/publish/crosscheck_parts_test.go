package publish

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// leavesParts is a plan that leaves out a file and one of two hunks of another:
// reverting the last commit of a clone whose tree git itself puts together.
func (w *world) leavesParts() gitops.Plan {
	w.t.Helper()
	w.mine.Commit("Two places\n", map[string]string{
		"app/price.go": story(40, map[int]string{5: "rounded", 12: "first", 30: "second"}), "README": "changed\n",
	})
	w.mine.Git("push", "-q", "origin", "main")
	p := asOne(w.plan(w.mine.Head()))
	hunks := gitops.FileDiff{Hunks: []gitops.Hunk{
		{Lines: []gitops.DiffLine{{Kind: gitops.LineRemoved, Text: "first"}, {Kind: gitops.LineAdded, Text: "line 12"}}},
	}}
	p.Remedy.LeaveOut = []gitops.LeaveOut{{Path: "README"}, {Path: "app/price.go", Hunks: hunks.HunkNames()}}
	p.LeftOut = []gitops.LeftOut{{Path: "README"}, {Path: "app/price.go", Hunks: 1, Of: 2}}
	w.ships(&p, map[string]string{
		"app/price.go": story(40, map[int]string{5: "rounded", 12: "first", 30: "banner"}), "README": "changed\n",
	})
	return p
}

// ships makes the tree with these files on top of what the merges lead to the
// one that the plan ships.
func (w *world) ships(p *gitops.Plan, files map[string]string) {
	w.t.Helper()
	o := w.origin.Clone()
	o.Git("revert", "--no-edit", p.Selection[0].String())
	o.Commit("Parts\n", files)
	w.adopt(p, o, o.Rev("HEAD^{tree}"))
}

// adopt puts a tree into the plan, with all of its objects that are new.
func (w *world) adopt(p *gitops.Plan, o *gittest.Repo, tree gitops.Hash) {
	w.t.Helper()
	read := o.Objects()
	for _, id := range strings.Fields(o.Git("rev-list", "--objects", "--no-object-names", tree.String(), "--not", p.Onto.String())) {
		obj, err := read.Object(gitops.MustHash(id))
		if err != nil {
			w.t.Fatal(err)
		}
		p.Objects = append([]gitops.Object{obj}, p.Objects...)
	}
	p.Tree, p.Commits[0].Tree = tree, tree
}

func TestCrossCheckAgreesWithAPart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.leavesParts()
	before := listing(t, w.mine.GitDir())
	check, err := w.git(w.mine).CrossCheck(context.Background(), p)
	if err != nil {
		t.Fatalf("%v\n%s", err, detailOf(err))
	}
	if check.Full != p.Merges[0].Result || check.Tree != p.Tree || !strings.Contains(check.Words(), "without what is left out") {
		t.Errorf("%+v", check)
	}
	if after := listing(t, w.mine.GitDir()); after != before {
		t.Errorf("the git directory changed:\n%s", lineDiff(before, after))
	}
	w.ship(w.git(w.mine), p)
	if got := w.origin.Rev("main^{tree}"); got != p.Tree {
		t.Errorf("shipped %s", got)
	}
}

// TestCrossCheckDisagreesWithAPart forges what a partial plan says of itself.
func TestCrossCheckDisagreesWithAPart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := w.leavesParts()
	more := good
	more.Commits, more.Objects = append([]gitops.NewCommit{}, good.Commits...), append([]gitops.Object{}, good.Objects...)
	w.ships(&more, map[string]string{
		"app/price.go": story(40, map[int]string{5: "rounded", 12: "first", 30: "banner"}), "README": "changed\n", "app/search.go": "evil\n",
	})
	for name, forge := range map[string]func(*gitops.Plan){
		"another file is changed":     func(p *gitops.Plan) { *p = more },
		"a file is not on the list":   func(p *gitops.Plan) { p.LeftOut = p.LeftOut[1:] },
		"hunks are not on the list":   func(p *gitops.Plan) { p.LeftOut = p.LeftOut[:1] },
		"nothing is on the list":      func(p *gitops.Plan) { p.LeftOut = nil },
		"the full tree is shipped":    func(p *gitops.Plan) { p.Tree = p.Merges[0].Result; p.Commits[0].Tree = p.Tree },
		"nothing of it was asked for": func(p *gitops.Plan) { p.Remedy.LeaveOut = nil },
		"another hunk":                func(p *gitops.Plan) { p.Remedy.LeaveOut[1].Hunks = []string{"0123456789"} },
		"one hunk more":               func(p *gitops.Plan) { p.Remedy.LeaveOut[1].Hunks = append(p.Remedy.LeaveOut[1].Hunks, "0123456789") },
		"other counts":                func(p *gitops.Plan) { p.LeftOut[1].Of = 3 },
		"as a whole":                  func(p *gitops.Plan) { p.LeftOut[1].Hunks, p.LeftOut[1].Of = 0, 0 },
		"the merge":                   func(p *gitops.Plan) { p.Merges[0].Result = p.Tree },
		"a commit more":               func(p *gitops.Plan) { p.Commits = append(p.Commits, p.Commits[0]) },
		"hunks of no change":          func(p *gitops.Plan) { p.LeftOut[1].Path = "app/search.go" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := good
			p.LeftOut = append([]gitops.LeftOut{}, good.LeftOut...)
			p.Remedy.LeaveOut = append([]gitops.LeaveOut{}, good.Remedy.LeaveOut...)
			p.Remedy.LeaveOut[1].Hunks = append([]string{}, good.Remedy.LeaveOut[1].Hunks...)
			p.Merges = append([]gitops.Merge{}, good.Merges...)
			p.Commits = append([]gitops.NewCommit{}, good.Commits...)
			forge(&p)
			if check, err := w.git(w.mine).CrossCheck(context.Background(), p); err == nil {
				t.Errorf("it agrees: %s", check.Words())
			} else if code := gitops.CodeOf(err); code != gitops.CodeDisagreement && code != gitops.CodeInternal {
				t.Errorf("%s: %v", code, err)
			}
		})
	}
}

// settled is a plan whose only conflict, in app/price.go, was settled by a text.
func (w *world) settled() gitops.Plan {
	w.t.Helper()
	w.mine.Commit("Later\n", map[string]string{"app/price.go": story(40, map[int]string{5: "later", 30: "banner"})})
	w.mine.Git("push", "-q", "origin", "main")
	o := w.origin.Clone()
	ours := o.Rev("HEAD^{tree}")
	p := gitops.Plan{
		ID: "plan-1", Remedy: gitops.Remedy{Kind: gitops.RevertCommits, Commits: []gitops.Hash{w.bad}}, Selection: []gitops.Hash{w.bad},
		Remote: "origin", Branch: "main", Onto: o.Head(), OntoTree: ours, Verdict: gitops.VerdictClean,
		Commits: []gitops.NewCommit{{Message: "Revert\n"}}, Resolved: []string{"app/price.go"},
	}
	o.Commit("By hand\n", map[string]string{"app/price.go": "by hand\n"})
	w.adopt(&p, o, o.Rev("HEAD^{tree}"))
	p.Merges = []gitops.Merge{{
		Suspect: w.bad, Base: o.Rev(w.bad.String() + "^{tree}"), Ours: ours, Theirs: o.Rev(w.bad.String() + "^^{tree}"),
		Result: p.Tree, Settled: []string{"app/price.go"},
	}}
	return p
}

func TestCrossCheckOfSettledConflicts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	good := w.settled()
	check, err := w.git(w.mine).CrossCheck(context.Background(), good)
	if err != nil || check.Settled != 1 || !strings.Contains(check.Words(), "1 path that it leaves to a person") {
		t.Fatalf("%+v %v", check, err)
	}
	o := w.origin.Clone()
	o.Commit("By hand, and more\n", map[string]string{"app/price.go": "by hand\n", "README": "evil\n"})
	more := good
	more.Commits = append([]gitops.NewCommit{}, good.Commits...)
	w.adopt(&more, o, o.Rev("HEAD^{tree}"))
	more.Merges = append([]gitops.Merge{}, good.Merges...)
	more.Merges[0].Result = more.Tree
	for name, settled := range map[string][]string{
		"nothing": nil, "another path": {"README"}, "one path more": {"README", "app/price.go"}, "a directory": {"app/"},
		"a name that begins alike": {"ap", "app/price.go"}, "a directory of what is in no conflict": {"app"},
	} {
		p := good
		p.Merges = append([]gitops.Merge{}, good.Merges...)
		p.Merges[0].Settled = settled
		_, err := w.git(w.mine).CrossCheck(context.Background(), p)
		if gitops.CodeOf(err) != gitops.CodeDisagreement {
			t.Errorf("%s: %v", name, err)
		}
	}
	above := good
	above.Merges = append([]gitops.Merge{}, good.Merges...)
	above.Merges[0].Settled = []string{"app", "app/price.go"}
	if _, err := w.git(w.mine).CrossCheck(context.Background(), above); err != nil {
		t.Errorf("a file that gave way to a path that was kept: %v", err)
	}
	if _, err := w.git(w.mine).CrossCheck(context.Background(), more); gitops.CodeOf(err) != gitops.CodeDisagreement || !strings.Contains(err.Error(), "README") {
		t.Errorf("a change elsewhere: %v", err)
	}
	clean := asOne(w.plan(w.worse))
	clean.Merges[0].Settled = []string{"app/search.go"}
	if _, err := w.git(w.mine).CrossCheck(context.Background(), clean); gitops.CodeOf(err) != gitops.CodeDisagreement {
		t.Errorf("no conflict at all: %v", err)
	}
}

// TestAttributesDoNotDecideHunks: files that a person has marked as not to be
// shown in diffs are divided into hunks all the same.
func TestAttributesDoNotDecideHunks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.leavesParts()
	write(t, filepath.Join(w.mine.GitDir(), "info", "attributes"), "* -diff -text\nREADME diff=words\n", 0o644)
	w.mine.Git("config", "diff.words.textconv", "false")
	w.mine.Git("config", "diff.words.command", "false")
	if _, err := w.git(w.mine).CrossCheck(context.Background(), p); err != nil {
		t.Errorf("%v\n%s", err, detailOf(err))
	}
}
