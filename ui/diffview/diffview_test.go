package diffview

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/ui/keys"
	"ahead/ui/screentest"
)

var change = gitops.FileChange{
	Path: "app/price/total.go", Status: gitops.Modified, OldMode: gitops.ModeFile, NewMode: gitops.ModeFile,
}

func shown(d gitops.FileDiff) Model { return New(screentest.Mono()).Resize(80, 10).Show(d) }

func text(m Model, w, h int) string { return screentest.Plain(m.View(w, h)) }

func TestGoldenFrames(t *testing.T) {
	diff := shown(screentest.Diff(change))
	screentest.Golden(t, "diff", diff.View)
	screentest.Golden(t, "folded", diff.Wrap(true).Act(keys.NextHunk).View)
	screentest.Golden(t, "across", diff.Act(keys.NextHunk).Act(keys.Right).Act(keys.Right).View)
	conflict := screentest.Conflicted(screentest.Remedy()).Conflicts
	screentest.Golden(t, "conflict", New(screentest.Mono()).ShowConflict(conflict[0]).View)
	screentest.Golden(t, "conflict-path", New(screentest.Mono()).ShowConflict(conflict[1]).View)
	hostile := change
	hostile.Path = screentest.Nasty
	lines := []gitops.DiffLine{
		{Kind: gitops.LineRemoved, Text: screentest.Nasty, Old: 1},
		{Kind: gitops.LineAdded, Text: screentest.Nasty + " ", New: 1},
		{Kind: gitops.LineAdded, Text: "crlf\r", New: 2, NoNewline: true},
	}
	h := gitops.Hunk{OldStart: 1, OldLines: 1, NewStart: 1, NewLines: 2, Section: screentest.Nasty, Lines: lines}
	screentest.Golden(t, "hostile", shown(gitops.FileDiff{Change: hostile, Hunks: []gitops.Hunk{h}}).View)
}

func TestFilesWithoutLinesSayWhatHappens(t *testing.T) {
	file, exe := gitops.ModeFile, gitops.ModeExecutable
	a, b := screentest.Hash("aaaaaaa"), screentest.Hash("bbbbbbb")
	for want, c := range map[string]gitops.FileChange{
		"A binary file changes from aaaaaaa to bbbbbbb.": {Status: gitops.Modified, Binary: true, OldMode: file, NewMode: file, OldHash: a, NewHash: b},
		"A binary file comes back: bbbbbbb.":             {Status: gitops.Added, Binary: true, NewMode: file, NewHash: b},
		"The submodule goes from aaaaaaa to bbbbbbb.":    {Status: gitops.Modified, OldMode: gitops.ModeSubmodule, NewMode: gitops.ModeSubmodule, OldHash: a, NewHash: b},
		"Only the mode changes, from 100644 to 100755;":  {Status: gitops.Modified, OldMode: file, NewMode: exe},
		"Renamed from old.go; not a line changes.":       {Status: gitops.Renamed, OldPath: "old.go", OldMode: file, NewMode: file},
		"This was a file and becomes a symbolic link.":   {Status: gitops.TypeChanged, OldMode: file, NewMode: gitops.ModeSymlink},
		"An empty file goes away.":                       {Status: gitops.Deleted, OldMode: file},
	} {
		c.Path = "new.go"
		if frame := text(shown(gitops.FileDiff{Change: c}), 100, 6); !strings.Contains(frame, want) {
			t.Errorf("%s\nlacks %q", frame, want)
		}
	}
}

func TestSteppingThroughHunks(t *testing.T) {
	m := shown(screentest.Diff(change)).Resize(80, 8)
	for _, c := range []struct {
		act  keys.Action
		want string
	}{
		{keys.None, "hunk 1 of 2, line 38"},
		{keys.NextHunk, "hunk 2 of 2, line 90"},
		{keys.NextHunk, "hunk 2 of 2, line 90"},
		{keys.PrevHunk, "hunk 1 of 2, line 38"},
		{keys.Down, "hunk 1 of 2, line 38"},
		{keys.Down, "hunk 1 of 2, line 39"},
		{keys.PrevHunk, "hunk 1 of 2, line 38"},
		{keys.Bottom, "hunk 2 of 2, line 90"},
		{keys.PrevHunk, "hunk 1 of 2, line 38"},
		{keys.Bottom, "hunk 2 of 2, line 90"},
		{keys.Top, "hunk 1 of 2, line 38"},
	} {
		if m = m.Act(c.act); m.Position() != c.want {
			t.Errorf("after action %d: %q, want %q", c.act, m.Position(), c.want)
		}
	}
}

func TestALowWindowOpensOnTheChange(t *testing.T) {
	m := New(screentest.Mono()).Resize(80, 3).Show(screentest.Diff(change))
	if view := text(m, 80, 4); !strings.Contains(view, "- ") || !strings.Contains(view, "Round(2)") {
		t.Errorf("no change in sight:\n%s", view)
	}
	if view := text(m.Act(keys.NextHunk), 80, 4); !strings.Contains(view, "a long line") {
		t.Errorf("n does not lead to the next change:\n%s", view)
	}
}

func TestTheWindowStopsAtTheEndAndComesBackAtOnce(t *testing.T) {
	m := shown(screentest.BigDiff(1000)).Resize(80, 20)
	m = m.Act(keys.Bottom).Act(keys.Down).Act(keys.PageDown)
	before := m.View(80, 21)
	if !strings.Contains(before, "(499, after)") {
		t.Fatalf("the last line is not at the bottom:\n%s", before)
	}
	if m.Act(keys.Up).View(80, 21) == before {
		t.Error("one step up from the end moves nothing")
	}
}

func TestFoldedLinesEndAtTheBottom(t *testing.T) {
	m := shown(screentest.Diff(change)).Wrap(true).Resize(60, 8).Act(keys.Bottom)
	view := text(m, 60, 9)
	lines := strings.Split(view, "\n")
	if !strings.Contains(lines[8], "no newline at the end") || strings.TrimSpace(lines[1]) == "" {
		t.Errorf("the end does not stand at the bottom of a full window:\n%s", view)
	}
}

func TestChangedWordsAreFound(t *testing.T) {
	marks := func(s string, at []stretch) string {
		var b strings.Builder
		from := 0
		for _, x := range at {
			b.WriteString(s[from:x.from] + "[" + s[x.from:x.to] + "]")
			from = x.to
		}
		return b.String() + s[from:]
	}
	for _, c := range []struct{ a, b, wantA, wantB string }{
		{"sum.Add(l.Total().Round(2))", "sum.Add(l.Total())", "sum.Add(l.Total()[.Round(2)])", "sum.Add(l.Total())"},
		{"return sum", "return total", "return [sum]", "return [total]"},
		{"one two three", "one three", "one [two ]three", "one three"},
		{"completely", "different", "completely", "different"},
		{"x := größe + 1", "x := größen + 1", "x := [größe] + 1", "x := [größen] + 1"},
	} {
		inA, inB := emphasise(c.a, c.b)
		if got := marks(c.a, inA); got != c.wantA {
			t.Errorf("%q → %q: %q, want %q", c.a, c.b, got, c.wantA)
		}
		if got := marks(c.b, inB); got != c.wantB {
			t.Errorf("%q → %q: %q, want %q", c.a, c.b, got, c.wantB)
		}
	}
}

func TestEmphasisLeavesTheSameTextOnBothSides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"a", "bb", "(", ".", " ", "ä", "日本", "x1", "  "})
		a := strings.Join(rapid.SliceOfN(word, 0, 30).Draw(t, "a"), "")
		b := strings.Join(rapid.SliceOfN(word, 0, 30).Draw(t, "b"), "")
		inA, inB := emphasise(a, b)
		if inA == nil && inB == nil {
			return
		}
		rest := func(s string, cut []stretch) string {
			out, at := "", 0
			for _, x := range cut {
				if x.from < at || x.to <= x.from || x.to > len(s) {
					t.Fatalf("stretch %v out of order in %q", x, s)
				}
				out, at = out+s[at:x.from], x.to
			}
			return out + s[at:]
		}
		if rest(a, inA) != rest(b, inB) {
			t.Errorf("%q and %q: what is left differs: %q, %q", a, b, rest(a, inA), rest(b, inB))
		}
	})
}

func TestPairsOfARunAreItsLinesAtTheSamePlace(t *testing.T) {
	line := func(k gitops.LineKind, s string) gitops.DiffLine {
		return gitops.DiffLine{Kind: k, Text: s, Old: 1, New: 1}
	}
	m := shown(gitops.FileDiff{Change: change, Hunks: []gitops.Hunk{{Lines: []gitops.DiffLine{
		line(' ', "c"), line('-', "a1"), line('-', "a2"), line('+', "b1"), line('+', "b2"), line(' ', "c"),
		line('-', "lonely"), line('+', "d1"), line('+', "d2"),
	}}}})
	for i, want := range map[int]int{2: 4, 3: 5, 4: 2, 5: 3} {
		if j, ok := m.partner(0, i, m.src.row(0, i).mark); !ok || j != want {
			t.Errorf("row %d stands against %d (%v), want %d", i, j, ok, want)
		}
	}
	for _, i := range []int{7, 8, 9} {
		if j, ok := m.partner(0, i, m.src.row(0, i).mark); ok {
			t.Errorf("row %d of an uneven run stands against %d", i, j)
		}
	}
}

func TestEveryFrameFits(t *testing.T) {
	piece := rapid.SampledFrom([]string{
		"word ", "\t", "日本", "e\u0301", "\x1b[31m", "\u202e", "👩‍💻", "\xff", "\u0301", "  ", "x", "\r", strings.Repeat("long", 50),
	})
	moves := []keys.Action{
		keys.Up, keys.Down, keys.PageUp, keys.PageDown, keys.Top, keys.Bottom,
		keys.Left, keys.Right, keys.NextHunk, keys.PrevHunk,
	}
	rapid.Check(t, func(t *rapid.T) {
		var hs []gitops.Hunk
		for range rapid.IntRange(0, 4).Draw(t, "hunks") {
			h := gitops.Hunk{OldStart: 1, NewStart: 1}
			for range rapid.IntRange(0, 20).Draw(t, "lines") {
				h.Lines = append(h.Lines, gitops.DiffLine{
					Kind: rapid.SampledFrom([]gitops.LineKind{' ', '+', '-'}).Draw(t, "kind"),
					Text: strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "text"), ""),
					Old:  rapid.IntRange(0, 200000).Draw(t, "old"), New: rapid.IntRange(1, 200000).Draw(t, "new"),
					NoNewline: rapid.Bool().Draw(t, "eof"),
				})
			}
			hs = append(hs, h)
		}
		m := New(screentest.Colour()).Show(gitops.FileDiff{Change: change, Hunks: hs})
		for range rapid.IntRange(0, 8).Draw(t, "moves") {
			m = m.Act(rapid.SampledFrom(moves).Draw(t, "move"))
			if rapid.Bool().Draw(t, "fold") {
				m = m.Wrap(rapid.Bool().Draw(t, "on"))
			}
			w, h := rapid.IntRange(1, 120).Draw(t, "width"), rapid.IntRange(1, 40).Draw(t, "height")
			m = m.Resize(w, h-1)
			screentest.Frame(t, m.View(w, h), w, h)
		}
	})
}

// The acceptance is that these do not grow with the size of the diff.
func BenchmarkView(b *testing.B) {
	for _, n := range []int{1_000, 100_000, 1_000_000} {
		m := New(screentest.Colour()).Resize(200, 49).Show(screentest.BigDiff(n)).Act(keys.Bottom)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				_ = m.View(200, 50)
			}
		})
	}
}

func BenchmarkShow(b *testing.B) {
	d := screentest.BigDiff(100_000)
	m := New(screentest.Colour())
	for b.Loop() {
		_ = m.Show(d)
	}
}
