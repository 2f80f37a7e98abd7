package history

import (
	"context"
	"errors"
	"testing"

	"ahead/gitops"

	"pgregory.net/rapid"
)

func TestAncestryAsIsAncestor(t *testing.T) {
	// All dates of these graphs lie within the allowance, so skew does no harm.
	forBoth(t, func(t *rapid.T, g *graph) {
		tip := g.drawCommit(t, "tip")
		below := g.contains(tip)
		a := NewAncestry(g, tip)
		for range rapid.IntRange(1, 10).Draw(t, "questions") {
			h := g.drawCommit(t, "commit")
			got, err := a.Contains(context.Background(), h)
			if err != nil || got != below[h] {
				t.Fatalf("got %v, %v, want %v", got, err, below[h])
			}
		}
	})
}

func TestAncestryReadsOnce(t *testing.T) {
	g := newGraph()
	all := g.line(1000)
	for i := range g.commits {
		g.commits[i].Committer.When = g.commits[i].Committer.When.AddDate(0, 0, i)
	}
	a := NewAncestry(g, all[999])
	for i := 999; i >= 900; i-- {
		if ok, err := a.Contains(context.Background(), all[i]); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	if len(g.reads) > 110 {
		t.Errorf("read %d commits to find the newest hundred", len(g.reads))
	}
	for h, n := range g.reads {
		if n > 1 {
			t.Fatalf("read %s %d times", h, n)
		}
	}
	if ok, err := a.Contains(context.Background(), gitops.EmptyTree); ok || err != nil {
		t.Errorf("a commit that is not here: %v, %v", ok, err)
	}
}

func TestAncestryStaysBroken(t *testing.T) {
	damaged := errors.New("checksum differs")
	g := newGraph()
	all := g.line(5)
	a := NewAncestry(breaking{g, all[2], damaged}, all[4])
	for range 2 {
		if _, err := a.Contains(context.Background(), all[0]); !errors.Is(err, damaged) {
			t.Errorf("got %v", err)
		}
	}
}
