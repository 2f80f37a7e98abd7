package planner

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
)

// drawLine draws a suspect with at most six commits after it, all on two short
// files, so that their lines meet: edits of a few neighbouring lines, additions,
// deletions, now and then a file moved or taken away.
func drawLine(t *rapid.T) story {
	st := newStory(files{"a": *text(lines(1, 12)), "b": *text(lines(1, 8))})
	for i := range 1 + rapid.IntRange(1, 6).Draw(t, "later") {
		change := files{}
		for path, f := range st.trees[st.tip()] {
			change[path] = f
		}
		path := rapid.SampledFrom(change.paths()).Draw(t, "path")
		f := change[path]
		switch kind := rapid.IntRange(0, 19).Draw(t, "kind"); {
		case kind == 0 && len(change) > 1:
			st.then(fmt.Sprintf("delete %d\n", i), map[string]*file{path: nil})
			continue
		case kind == 1:
			f.text = drawEdit(t, f.text, i)
			st.then(fmt.Sprintf("move %d\n", i), map[string]*file{path: nil, path + "2": &f})
			continue
		case kind == 2:
			st.then(fmt.Sprintf("add %d\n", i), map[string]*file{fmt.Sprintf("n%d", i): text(lines(20, 26))})
			continue
		}
		f.text = drawEdit(t, f.text, i)
		st.then(fmt.Sprintf("edit %d\n", i), map[string]*file{path: &f})
	}
	return st
}

func drawEdit(t *rapid.T, text string, i int) string {
	all := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	lo := rapid.IntRange(0, len(all)-1).Draw(t, "from")
	hi := min(len(all), lo+rapid.IntRange(0, 4).Draw(t, "to"))
	var now []string
	for k := range rapid.IntRange(0, 3).Draw(t, "lines") {
		now = append(now, fmt.Sprintf("edit %d.%d\n", i, k))
	}
	if rapid.IntRange(0, 9).Draw(t, "repeated") == 0 {
		now = append(now, "line 3\n")
	}
	return strings.Join(slices.Concat(all[:lo], now, all[hi:]), "")
}

// TestDependantsAreTheSmallestSet holds the answer to all sets there are, on
// histories with at most six later commits, and to git's own reverts.
func TestDependantsAreTheSmallestSet(t *testing.T) {
	s := newScratch(t)
	var conflicts, offered, larger, unfound, asked int
	sizes := map[int]int{}
	rapid.Check(t, func(rt *rapid.T) {
		st := drawLine(rt)
		p := asGit(t, st.planner())
		suspect := st.order[1]
		plan := mustPlan(rt, p, st, suspect)
		if plan.Verdict != gitops.VerdictConflict {
			return
		}
		conflicts++
		smallest := bruteForce(rt, p, st, suspect)
		got := plan.Dependants
		switch {
		case len(got) == 0 && len(smallest) > 0:
			unfound++
			return
		case len(got) == 0:
			return
		case len(got) < len(smallest) || len(smallest) == 0:
			rt.Fatalf("offered %v, which brute force does not find: %v", got, smallest)
		case len(got) > len(smallest):
			larger++
			rt.Logf("offered %v, yet %v is enough", got, smallest)
		}
		sizes[len(got)]++
		offered++
		joint := mustPlan(rt, p, st, append(slices.Clone(got), suspect)...)
		if joint.Verdict != gitops.VerdictClean {
			rt.Fatalf("offered %v: %s %s", got, joint.Verdict, joint.Reason)
		}
		if offered%8 == 0 { // git takes its time
			asked++
			s.load(st.memory)
			if fault := s.revert(st.graph, st.tip(), 0, joint.Selection).holds(joint, false); fault != "" {
				rt.Fatalf("offered %v: %s", got, fault)
			}
		}
	})
	t.Logf("%d conflicts: %d offers (by size %v), %d larger than need be, %d not found; git asked of %d", conflicts, offered, sizes, larger, unfound, asked)
	if offered == 0 || asked == 0 {
		t.Error("nothing was offered: this tests nothing")
	}
	// So few commits are all asked; only the share of merges may end before that.
	if larger > 0 || unfound > 1+conflicts/200 {
		t.Errorf("of %d answers, %d are not the smallest and %d are missing", conflicts, larger, unfound)
	}
}

func mustPlan(t *rapid.T, p *Planner, st story, commits ...gitops.Hash) gitops.Plan {
	plan, err := p.PlanRevert(context.Background(), st.snapshot(), gitops.Remedy{Kind: gitops.RevertCommits, Commits: commits})
	if err != nil {
		t.Fatal(err)
	}
	return plan
}

// bruteForce tries every set of later commits, smaller ones first.
func bruteForce(t *rapid.T, p *Planner, st story, suspect gitops.Hash) []gitops.Hash {
	later := st.order[slices.Index(st.order, suspect)+1:]
	for size := 1; size <= len(later); size++ {
		for bits := range 1 << len(later) {
			var set []gitops.Hash
			for i, h := range later {
				if bits>>i&1 == 1 {
					set = append(set, h)
				}
			}
			if len(set) != size {
				continue
			}
			remedy := gitops.Remedy{Kind: gitops.RevertCommits, Commits: append(slices.Clone(set), suspect)}
			d, err := p.newDraft(context.Background(), st.snapshot(), remedy)
			if err != nil {
				t.Fatal(err)
			}
			if err := d.mergeSelection(); err != nil {
				t.Fatal(err)
			}
			if d.plan.Verdict == gitops.VerdictClean {
				return set
			}
		}
	}
	return nil
}
