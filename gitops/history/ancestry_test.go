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

// Where a commit meets the tip is a commit that both contain; the newest one where
// no clock was behind.
func TestAncestryMeets(t *testing.T) {
	forBoth(t, func(t *rapid.T, g *graph) {
		tip, h := g.drawCommit(t, "tip"), g.drawCommit(t, "commit")
		mine, theirs := g.contains(h), g.contains(tip)
		when, contained, err := NewAncestry(g, tip).Meets(context.Background(), h)
		if err != nil || contained != theirs[h] {
			t.Fatalf("contained %v, %v", contained, err)
		}
		var newest int64
		found := false
		for c := range mine {
			commit, err := g.Commit(c)
			if err != nil || !theirs[c] {
				continue
			}
			newest = max(newest, commit.Committer.When.Unix())
			found = found || commit.Committer.When.Equal(when)
		}
		if found == when.IsZero() || contained && when.Unix() != mustCommit(g, h).Committer.When.Unix() || when.Unix() > newest && found {
			t.Fatalf("meets at %v, contained %v, of those in common the newest at %d", when, contained, newest)
		}
	})
}

func mustCommit(g *graph, h gitops.Hash) gitops.Commit {
	c, err := g.Commit(h)
	if err != nil {
		panic(err)
	}
	return c
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
