package suspect

import (
	"context"
	"fmt"
	"testing"

	"ahead/gitops"
	"ahead/gitops/gittest"
)

// rankKnowing ranks without evidence by people of a habit.
func rankKnowing(t *testing.T, r *gittest.Repo, h Habit, cleared ...gitops.Hash) gitops.Suspects {
	t.Helper()
	objs, q := inquire(t, r, gitops.Evidence{})
	q.Habit, q.Cleared = h, map[gitops.Hash]bool{}
	for _, c := range cleared {
		q.Cleared[c] = true
	}
	c, err := Gather(context.Background(), objs, q)
	if err != nil {
		t.Fatalf("gather: %v", err)
	}
	return Rank(c)
}

// revertThenTwo is a history whose third commit reverts the second; two more follow.
func revertThenTwo(t *testing.T, last string) (r *gittest.Repo, revert, newest gitops.Hash) {
	r = gittest.New(t)
	r.Commit("start", map[string]string{"a": "a\n"})
	bad := r.Commit("bad", map[string]string{"a": "b\n"})
	revert = r.Commit("Revert \"bad\"\n\nThis reverts commit "+bad.String()+".\n", map[string]string{"a": "a\n"})
	r.Commit("between", map[string]string{"b": "b\n"})
	return r, revert, r.Commit(last, map[string]string{"c": "c\n"})
}

func TestWithoutEvidenceTheNewestIsFirst(t *testing.T) {
	r, revert, newest := revertThenTwo(t, "newest")
	s := rankKnowing(t, r, Habit{})
	if s.Ranked[0].Commit != newest || s.Ranked[1].Commit != revert {
		t.Errorf("first %v, then %v", s.Ranked[0], s.Ranked[1])
	}
	if s := rankKnowing(t, r, Habit{Reverts: 20, OfReverts: manyTaken - 1}); s.Ranked[0].Commit != newest {
		t.Errorf("a few reverts of reverts put %v first", s.Ranked[0])
	}
}

func TestAHabitOfTakingRevertsBackGoesBeforeTheNewest(t *testing.T) {
	r, revert, _ := revertThenTwo(t, "newest")
	if s := rankKnowing(t, r, Habit{Reverts: 20, OfReverts: manyTaken}); s.Ranked[0].Commit != revert {
		t.Errorf("first is %v", s.Ranked[0])
	}
}

func TestAChoreIsNotKeptFirst(t *testing.T) {
	r, revert, newest := revertThenTwo(t, "Prepare release 2.0")
	if s := rankKnowing(t, r, Habit{}); s.Ranked[0].Commit != revert || place1(t, s, newest).Rank < 4 {
		t.Errorf("got %v", s.Ranked)
	}
}

func TestWhatIsKnownToBeGoodIsNotKeptFirst(t *testing.T) {
	r, _, newest := revertThenTwo(t, "newest")
	s := rankKnowing(t, r, Habit{}, newest)
	if got := place1(t, s, r.Rev("HEAD~1")).Rank; got != 1 {
		t.Errorf("the newest that is left is number %d of %v", got, s.Ranked)
	}
}

func TestOfTheNewestMergeOneStandsFirst(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"a": "a\n"})
	bad := r.Commit("bad", map[string]string{"a": "b\n"})
	r.Commit("Revert \"bad\"\n\nThis reverts commit "+bad.String()+".\n", map[string]string{"a": "a\n"})
	r.CheckoutNew("feature")
	only := r.Commit("feature", map[string]string{"b": "b\n"})
	r.Checkout("main")
	r.Commit("beside", map[string]string{"c": "c\n"})
	merge := r.Merge("feature")
	for _, c := range []struct {
		habit Habit
		want  gitops.Hash
	}{{Habit{Reverts: 20}, only}, {Habit{Reverts: 20, OfMerges: 20}, merge}} {
		if s := rankKnowing(t, r, c.habit); s.Ranked[0].Commit != c.want {
			t.Errorf("%+v: first is %v, want %s", c.habit, s.Ranked[0], c.want.Short())
		}
	}
}

func TestLearnCountsRevertsOfReverts(t *testing.T) {
	id := func(n int) gitops.Hash {
		h, err := gitops.ParseHash(fmt.Sprintf("%040x", n))
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	reverts := func(n, of int, more string) gitops.Commit {
		return gitops.Commit{Hash: id(n), Message: "Revert\n\nThis reverts commit " + id(of).String() + more + ".\n"}
	}
	got := Learn([]gitops.Commit{
		reverts(9, 7, ""), reverts(8, 1, ", reversing\nchanges made to "+id(2).String()), reverts(7, 3, ""),
		{Hash: id(3), Message: "a change\n"},
		reverts(6, 99, ""),
		{Hash: id(1), Parents: []gitops.Hash{id(2), id(3)}, Message: "Merge\n"},
	})
	if want := (Habit{Commits: 6, Merges: 1, Reverts: 4, OfMerges: 1, OfReverts: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
