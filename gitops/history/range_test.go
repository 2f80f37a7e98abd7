package history

import (
	"context"
	"errors"
	"maps"
	"testing"

	"ahead/gitops"

	"pgregory.net/rapid"
)

func forBoth(t *testing.T, check func(t *rapid.T, g *graph)) {
	for name, skew := range map[string]bool{"clocks agree": false, "clocks skewed": true} {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) { check(t, drawGraph(t, 40, skew)) })
		})
	}
}

func TestIsAncestorIsExact(t *testing.T) {
	forBoth(t, func(t *rapid.T, g *graph) {
		a, d := g.drawCommit(t, "ancestor"), g.drawCommit(t, "descendant")
		got, err := IsAncestor(context.Background(), g, a, d)
		if err != nil {
			t.Fatal(err)
		}
		if want := g.contains(d)[a]; got != want {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

func TestBetweenIsExact(t *testing.T) {
	forBoth(t, func(t *rapid.T, g *graph) {
		exclude, include := g.drawCommit(t, "exclude"), g.drawCommit(t, "include")
		want := minus(g.contains(include), g.contains(exclude))
		got, truncated, err := Between(context.Background(), g, exclude, include, 0)
		if err != nil || truncated {
			t.Fatal(err, truncated)
		}
		if !maps.Equal(toSet(hashes(got)), want) {
			t.Fatalf("got %d commits, want %d", len(got), len(want))
		}
		g.checkOrder(t, got)
		n, err := Count(context.Background(), g, exclude, include)
		if err != nil || n != len(want) {
			t.Fatalf("count %d, %v, want %d", n, err, len(want))
		}
		limit := rapid.IntRange(1, 10).Draw(t, "limit")
		first, truncated, err := Later(context.Background(), g, exclude, include, limit)
		if err != nil || truncated != (len(want) > limit) || len(first) != min(limit, len(want)) {
			t.Fatalf("%d commits, truncated %v, %v", len(first), truncated, err)
		}
		for i := range first {
			if first[i].Hash != got[i].Hash {
				t.Fatal("a limit changes which commits come first")
			}
		}
	})
}

func TestMergeBasesAreExact(t *testing.T) {
	forBoth(t, func(t *rapid.T, g *graph) {
		a, b := g.drawCommit(t, "a"), g.drawCommit(t, "b")
		inA, inB := g.contains(a), g.contains(b)
		want := map[gitops.Hash]bool{}
		for h := range inA {
			if inB[h] {
				want[h] = true
			}
		}
		for h := range maps.Clone(want) {
			for below := range g.contains(h) {
				if below != h {
					delete(want, below)
				}
			}
		}
		got, err := MergeBases(context.Background(), g, a, b)
		if err != nil {
			t.Fatal(err)
		}
		if !maps.Equal(toSet(got), want) || len(got) != len(want) {
			t.Fatalf("got %d, want %d", len(got), len(want))
		}
		one, err := MergeBase(context.Background(), g, a, b)
		if err != nil || len(got) > 0 && one != got[0] || len(got) == 0 && !one.IsZero() {
			t.Fatalf("%v %v", one, err)
		}
	})
}

func TestManyFeatureBranchesTakeMoreThanOneRound(t *testing.T) {
	// 100 branches, merged one by one, each forked from before the excluded
	// commit: 100 lowest commits, more than one word has bits.
	g := newGraph()
	main := g.line(200)
	last := 199
	for i := range 100 {
		g.add(int64(300+2*i), i)
		g.add(int64(301+2*i), last, len(g.commits)-1)
		last = len(g.commits) - 1
	}
	tip := g.commits[last].Hash
	got, _, err := Between(context.Background(), g, main[199], tip, 0)
	if err != nil || len(got) != 200 {
		t.Fatalf("%d commits, %v; want 200", len(got), err)
	}
}

func TestBetweenReadsLittle(t *testing.T) {
	g := newGraph()
	all := make([]gitops.Hash, 5000)
	all[0] = g.add(0)
	for i := 1; i < len(all); i++ {
		all[i] = g.add(int64(i)*slack, i-1)
	}
	if _, _, err := Between(context.Background(), g, all[4900], all[4999], 0); err != nil {
		t.Fatal(err)
	}
	if len(g.reads) > 110+prudent {
		t.Errorf("read %d commits for a range of 99", len(g.reads))
	}
	g.reads = map[gitops.Hash]int{}
	if ok, err := IsAncestor(context.Background(), g, all[4950], all[4999]); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if len(g.reads) > 60 {
		t.Errorf("read %d commits for an ancestor 49 commits below", len(g.reads))
	}
}

func TestZeroExcludesNothing(t *testing.T) {
	g := newGraph()
	all := g.line(10)
	got, _, err := Between(context.Background(), g, gitops.Hash{}, all[9], 0)
	if err != nil || len(got) != 10 {
		t.Fatalf("%d commits, %v; want 10", len(got), err)
	}
}

func TestWhatTheQuestionNamesMustBeHere(t *testing.T) {
	g := newGraph()
	all := g.line(10)
	gone := gitops.HashObject(gitops.KindBlob, []byte("nowhere"))
	ctx := context.Background()
	_, _, between := Between(ctx, g, gone, all[9], 0)
	_, _, include := Between(ctx, g, all[0], gone, 0)
	_, ancestor := IsAncestor(ctx, g, gone, all[9])
	_, base := MergeBase(ctx, g, all[3], gone)
	_, walked := Walk(ctx, g, gone, nil, nil, 0)
	for i, err := range []error{between, include, ancestor, base, walked} {
		if !errors.Is(err, gitops.ErrMissing) {
			t.Errorf("question %d: %v", i, err)
		}
	}
}

func TestMissingHistoryEndsTheWalk(t *testing.T) {
	g := newGraph()
	all := g.line(20)
	g.missing[all[4]] = true
	got, _, err := Between(context.Background(), g, gitops.Hash{}, all[19], 0)
	if err != nil || len(got) != 15 {
		t.Fatalf("%d commits, %v; want 15", len(got), err)
	}
	if ok, err := IsAncestor(context.Background(), g, all[2], all[19]); ok || err != nil {
		t.Fatalf("%v, %v: nothing is known behind a missing object", ok, err)
	}
}

func TestDamageIsReported(t *testing.T) {
	damaged := errors.New("checksum differs")
	g := newGraph()
	all := g.line(5)
	broken := breaking{g, all[2], damaged}
	if _, err := Count(context.Background(), broken, all[0], all[4]); !errors.Is(err, damaged) {
		t.Errorf("Count: %v", err)
	}
	if _, err := Walk(context.Background(), broken, all[4], nil, nil, 0); !errors.Is(err, damaged) {
		t.Errorf("Walk: %v", err)
	}
}

type breaking struct {
	*graph
	at  gitops.Hash
	err error
}

func (b breaking) Commit(h gitops.Hash) (gitops.Commit, error) {
	if h == b.at {
		return gitops.Commit{}, b.err
	}
	return b.graph.Commit(h)
}

func TestCancelledWalkStops(t *testing.T) {
	g := newGraph()
	all := g.line(50)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Count(ctx, g, all[0], all[49]); !errors.Is(err, context.Canceled) {
		t.Errorf("Count: %v", err)
	}
	if _, err := Walk(ctx, g, all[49], nil, nil, 0); !errors.Is(err, context.Canceled) {
		t.Errorf("Walk: %v", err)
	}
}
