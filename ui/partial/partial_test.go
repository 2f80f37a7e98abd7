package partial_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/ui/partial"
	"ahead/ui/screentest"
)

var names = []string{"aaaaaaaaaa", "bbbbbbbbbb", "cccccccccc"}

// model is what is left out, hunk by hunk, the plain way.
type model map[string][3]bool

func (m model) of(s partial.Set) bool {
	for path, out := range m {
		whole, hunks := s.At(path)
		for i, o := range out {
			if o != (whole || slices.Contains(hunks, names[i])) {
				return false
			}
		}
	}
	for i, l := range s {
		if _, ok := m[l.Path]; !ok || i > 0 && s[i-1].Path >= l.Path || len(l.Hunks) == len(names) {
			return false
		}
	}
	return true
}

func deep(s partial.Set) partial.Set {
	var out partial.Set
	for _, l := range s {
		out = append(out, gitops.LeaveOut{Path: l.Path, Hunks: slices.Clone(l.Hunks)})
	}
	return out
}

func TestAKeyTakesBackWhatItLeftOut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := model{"a": {}, "b": {}, "c": {}}
		var s partial.Set
		for range rapid.IntRange(1, 20).Draw(t, "presses") {
			path := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "path")
			before, copied := s, deep(s)
			out := m[path]
			if i := rapid.IntRange(-1, 2).Draw(t, "hunk"); i < 0 {
				all := out == [3]bool{true, true, true}
				out = [3]bool{!all, !all, !all}
				s = s.Path(path)
			} else {
				out[i] = !out[i]
				s = s.Hunk(path, names, i)
			}
			m[path] = out
			if !m.of(s) {
				t.Fatalf("the set is %+v, wanted %+v", s, m)
			}
			if empty := m[path] == [3]bool{}; empty == s.Has(path) {
				t.Fatalf("%s: %+v", path, s)
			}
			if !before.Equal(copied) {
				t.Fatal("the set before was changed")
			}
			if got := partial.Of(s.Remedy(gitops.Remedy{})); !got.Equal(s) {
				t.Fatalf("a remedy gives %+v for %+v", got, s)
			}
		}
	})
}

func TestARemedyMayNameAPathTwice(t *testing.T) {
	r := gitops.Remedy{LeaveOut: []gitops.LeaveOut{
		{Path: "b", Hunks: []string{"2", "1"}}, {Path: "a", Hunks: []string{"1"}}, {Path: "b", Hunks: []string{"1", "3"}}, {Path: "a"},
	}}
	want := partial.Set{{Path: "a"}, {Path: "b", Hunks: []string{"1", "2", "3"}}}
	if got := partial.Of(r); !got.Equal(want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestHunksKeepTheirPlace: whatever stays, every hunk of the whole diff is
// shown once, in its order, and those that ship are the plan's own.
func TestHunksKeepTheirPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 8).Draw(t, "hunks")
		full := gitops.FileDiff{Change: gitops.FileChange{Path: "x"}}
		now := gitops.FileDiff{Change: gitops.FileChange{Path: "x", NewHash: screentest.Tip}}
		for i := range n {
			h := gitops.Hunk{OldStart: 10 * (i + 1), OldLines: 1, NewStart: 10*(i+1) + i, NewLines: 2, Lines: []gitops.DiffLine{
				// Some hunks change the same, and are told apart by their order.
				{Kind: gitops.LineAdded, Text: fmt.Sprint(i % 3), New: 10*(i+1) + i},
			}}
			full.Hunks = append(full.Hunks, h)
		}
		var out []string
		var stays []bool
		for i, name := range full.HunkNames() {
			s := rapid.Bool().Draw(t, fmt.Sprint("stays", i))
			stays = append(stays, s)
			if s {
				out = append(out, name)
				continue
			}
			h := full.Hunks[i]
			h.NewStart = 1000 + i
			now.Hunks = append(now.Hunks, h)
		}
		for _, known := range []*gitops.FileDiff{nil, &now} {
			l := partial.LinesOf(full, known, false, out)
			if len(l.Diff.Hunks) != n || !slices.Equal(l.Stays, stays) {
				t.Fatalf("%d of %d hunks, stays %v, want %v", len(l.Diff.Hunks), n, l.Stays, stays)
			}
			for i := range n {
				if l.Full[i] != i {
					t.Fatalf("hunk %d is said to be %d", i, l.Full[i])
				}
				if fromNow := l.Diff.Hunks[i].NewStart >= 1000; known != nil && fromNow == stays[i] {
					t.Fatalf("hunk %d is drawn from the wrong plan", i)
				}
			}
		}
	})
}

// TestAHunkThatGitCutAnewIsNotNamed: what cannot be told from its neighbours
// is shown, and cannot be left out alone.
func TestAHunkThatGitCutAnewIsNotNamed(t *testing.T) {
	line := func(text string) []gitops.DiffLine { return []gitops.DiffLine{{Kind: gitops.LineAdded, Text: text}} }
	full := gitops.FileDiff{Hunks: []gitops.Hunk{
		{OldStart: 10, OldLines: 3, Lines: line("a")}, {OldStart: 20, OldLines: 3, Lines: line("b")}, {OldStart: 30, OldLines: 3, Lines: line("c")},
	}}
	now := gitops.FileDiff{Hunks: []gitops.Hunk{{OldStart: 11, OldLines: 15, Lines: line("ab")}}}
	l := partial.LinesOf(full, &now, false, full.HunkNames()[2:])
	if !slices.Equal(l.Full, []int{-1, 2}) || !slices.Equal(l.Stays, []bool{false, true}) {
		t.Errorf("%+v", l)
	}
}

func TestRowsKeepTheirPlace(t *testing.T) {
	r := screentest.Remedy()
	whole := screentest.Clean(r)
	for _, c := range []struct {
		left partial.Set
		out  []bool
	}{
		{nil, []bool{false, false}},
		{partial.Set{{Path: whole.Files[0].Path}}, []bool{true, false}},
		{partial.Set{{Path: whole.Files[0].Path}, {Path: whole.Files[1].Path}}, []bool{true, true}},
	} {
		now := screentest.Less(screentest.Clean)(c.left.Remedy(r))
		rows := partial.Rows(partial.Plans{Whole: whole, Base: whole, Now: now}, c.left)
		for i, row := range rows {
			if row.Path != whole.Files[i].Path || row.Out != c.out[i] || (row.File.Path == "") != c.out[i] {
				t.Errorf("%+v: row %d is %+v", c.left, i, row)
			}
		}
		if len(rows) != 2 {
			t.Errorf("%+v: %d rows", c.left, len(rows))
		}
	}
}
