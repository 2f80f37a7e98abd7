package blame_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/blame"
	"ahead/gitops/gittest"
)

func ask(t *testing.T, r *gittest.Repo, opt blame.Options, path string, lines ...int) []blame.Origin {
	t.Helper()
	got, err := blame.Lines(context.Background(), open(t, r.Dir), r.Head(), []blame.Question{{Path: path, Lines: lines}}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return got[0]
}

func TestLinesThatAreNotThereHaveNoOrigin(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"a/b.txt": "1\n2\n", "empty": ""})
	h := r.Head()
	for _, c := range []struct {
		path string
		want []blame.Origin
	}{
		{"a/b.txt", []blame.Origin{{}, {Commit: h, Path: "a/b.txt", Line: 2}, {}, {Commit: h, Path: "a/b.txt", Line: 1}}},
		{"a", make([]blame.Origin, 4)},
		{"empty", make([]blame.Origin, 4)},
		{"nowhere", make([]blame.Origin, 4)},
		{"", make([]blame.Origin, 4)},
	} {
		if got := ask(t, r, blame.Options{}, c.path, 0, 2, 3, 1); !slices.Equal(got, c.want) {
			t.Errorf("%q: got %v, want %v", c.path, got, c.want)
		}
	}
}

// TestWithinEndsTheWalk: a line from before the commits of interest is laid to
// none of them, and what is behind them is not read.
func TestWithinEndsTheWalk(t *testing.T) {
	r := gittest.New(t)
	old := r.Commit("old", map[string]string{"a": "1\n2\n3\n"})
	before := r.Commit("before", map[string]string{"a": "1\n2b\n3\n"})
	recent := r.Commit("recent", map[string]string{"a": "1\n2b\n3c\n"})
	within := func(h gitops.Hash) bool {
		if h == old {
			t.Error("the walk went behind the first commit that is of no interest")
		}
		return h == recent
	}
	got := ask(t, r, blame.Options{Within: within}, "a", 1, 2, 3)
	want := []blame.Origin{
		{Commit: before, Path: "a", Line: 1, Boundary: true},
		{Commit: before, Path: "a", Line: 2, Boundary: true},
		{Commit: recent, Path: "a", Line: 3},
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

// TestCutHistoryIsABoundary: in a shallow clone a line may be older than the last
// commit that is here.
func TestCutHistoryIsABoundary(t *testing.T) {
	r := gittest.New(t)
	r.Commit("old", map[string]string{"a": "1\n2\n"})
	last := r.Commit("last", map[string]string{"a": "1\n2b\n"})
	clone := r.Clone("--depth", "1")
	for i, o := range ask(t, clone, blame.Options{}, "a", 1, 2) {
		if want := (blame.Origin{Commit: last, Path: "a", Line: i + 1, Boundary: true}); o != want {
			t.Errorf("got %v, want %v", o, want)
		}
	}
}

func TestManyPlacesTakeOneWalk(t *testing.T) {
	r := gittest.New(t)
	files := map[string]string{}
	for i := range 20 {
		files[fmt.Sprintf("d%d/f.txt", i)] = strings.Repeat(fmt.Sprintf("%d\n", i), 5)
	}
	r.Commit("start", files)
	var want []gitops.Hash
	var questions []blame.Question
	for i := range 20 {
		path := fmt.Sprintf("d%d/f.txt", i)
		want = append(want, r.Commit("edit", map[string]string{path: files[path] + "new\n"}))
		questions = append(questions, blame.Question{Path: path, Lines: []int{6}})
	}
	counted := &counting{Objects: open(t, r.Dir)}
	got, err := blame.Lines(context.Background(), counted, r.Head(), questions, blame.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range questions {
		if got[i][0].Commit != want[i] {
			t.Errorf("%s: got %v", questions[i].Path, got[i])
		}
	}
	// The start of the walk, and each commit once as itself and once as a parent.
	if counted.commits > 2*21+1 {
		t.Errorf("%d commits were read for 21", counted.commits)
	}
}

// TestWaysThatMeetGoOnTogether: what two sides of a merge lead to is walked once.
func TestWaysThatMeetGoOnTogether(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"a": "1\n2\n", "b": "1\n2\n"})
	for i := range 20 {
		r.Commit("beside", map[string]string{"z": fmt.Sprint(i)})
	}
	r.Git("branch", "other")
	for b, path := range map[string]string{"main": "b", "other": "a"} {
		r.Checkout(b)
		for i := range 3 {
			r.Commit("beside", map[string]string{b: fmt.Sprint(i)})
		}
		r.Commit("change", map[string]string{path: "1\n3\n"})
	}
	r.Checkout("main")
	r.Merge("other")
	counted := &counting{Objects: open(t, r.Dir)}
	questions := []blame.Question{{Path: "a", Lines: []int{1, 2}}, {Path: "b", Lines: []int{1, 2}}}
	if _, err := blame.Lines(context.Background(), counted, r.Head(), questions, blame.Options{}); err != nil {
		t.Fatal(err)
	}
	// The start of the walk, the merge's two parents, and one parent of each other
	// commit but the root.
	if commits := 21 + 4*2 + 1; counted.commits != 1+commits {
		t.Errorf("%d commits were read of %d", counted.commits, commits)
	}
}

type counting struct {
	gitops.Objects
	commits int
}

func (c *counting) Commit(h gitops.Hash) (gitops.Commit, error) {
	c.commits++
	return c.Objects.Commit(h)
}

func TestBlameCanBeCancelled(t *testing.T) {
	r := gittest.New(t)
	r.Commit("start", map[string]string{"a": "1\n"})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := blame.Lines(ctx, open(t, r.Dir), r.Head(), []blame.Question{{Path: "a", Lines: []int{1}}}, blame.Options{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
