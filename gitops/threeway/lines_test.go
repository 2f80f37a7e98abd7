package threeway_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops/linediff/linegen"
	"ahead/gitops/threeway"
)

// lines spells a text with a letter a line.
func lines(letters string) string {
	var b strings.Builder
	for _, r := range letters {
		b.WriteRune(r)
		b.WriteByte('\n')
	}
	return b.String()
}

var text = rapid.Custom(func(t *rapid.T) string {
	line := rapid.SampledFrom([]string{"a\n", "b\n", "c\n", "\n", "}\n", "a\r\n"})
	last := rapid.SampledFrom([]string{"", "", "a", "z\r"})
	return strings.Join(rapid.SliceOfN(line, 0, 20).Draw(t, "lines"), "") + last.Draw(t, "last")
})

func mergeText(base, ours, theirs string) threeway.LineResult {
	return merge(linegen.Triple{Base: base, Ours: ours, Theirs: theirs}, threeway.LineOptions{})
}

func TestMergeLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, ours, theirs := text.Draw(t, "base"), text.Draw(t, "ours"), text.Draw(t, "theirs")
		for name, law := range map[string][3]string{
			"theirs unchanged": {ours, base, ours},
			"ours unchanged":   {base, theirs, theirs},
			"same change":      {ours, ours, ours},
		} {
			got := mergeText(base, law[0], law[1])
			if !got.Clean || string(got.Content) != law[2] {
				t.Fatalf("%s: clean %v, %q, want %q", name, got.Clean, got.Content, law[2])
			}
		}
		if a, b := mergeText(base, ours, theirs), mergeText(base, theirs, ours); a.Clean != b.Clean {
			t.Fatalf("clean %v, with the sides exchanged %v", a.Clean, b.Clean)
		}
	})
}

// Parts and Conflicts tell the same, and the texts of every hunk stand in the
// three versions where the hunk says they do.
func TestPartsAreTheFile(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		base, ours, theirs := text.Draw(t, "base"), text.Draw(t, "ours"), text.Draw(t, "theirs")
		res := mergeText(base, ours, theirs)
		n := 0
		baseLine := 1
		for _, p := range res.Parts {
			if (p.Conflict == nil) == (len(p.Resolved) == 0) {
				t.Fatalf("a part is both or neither: %+v", p)
			}
			if p.Conflict == nil {
				continue
			}
			h := *p.Conflict
			if h != res.Conflicts[n] {
				t.Fatalf("conflict %d differs between Parts and Conflicts", n)
			}
			n++
			standsAt(t, "base", base, h.BaseLine, h.Base)
			standsAt(t, "ours", ours, h.OursLine, h.Before+h.Ours+h.After, h.Before)
			standsAt(t, "theirs", theirs, h.TheirsLine, h.Theirs)
			if h.BaseLine < baseLine {
				t.Fatalf("base of conflict %d begins at line %d, inside the one before", n, h.BaseLine)
			}
			baseLine = h.BaseLine + strings.Count(h.Base, "\n")
			if h.Ours == h.Theirs {
				t.Fatalf("nothing to decide in %+v", h)
			}
		}
		if n != len(res.Conflicts) || res.Clean != (n == 0) || res.Clean != (res.Content != nil) {
			t.Fatalf("%d conflicting parts, %d conflicts, clean %v", n, len(res.Conflicts), res.Clean)
		}
	})
}

// standsAt checks that want is in text from line at on, less the lines of
// before.
func standsAt(t *rapid.T, name, text string, at int, want string, before ...string) {
	at -= strings.Count(strings.Join(before, ""), "\n")
	rest := text
	for ; at > 1; at-- {
		_, rest, _ = strings.Cut(rest, "\n")
	}
	if !strings.HasPrefix(rest, want) {
		t.Fatalf("%s: %q does not stand at its line of %q", name, want, text)
	}
}

func TestAssemble(t *testing.T) {
	res := mergeText(lines("abcdefghijkl"), lines("aXcdefghijYl"), lines("aPcdefghijQl"))
	if len(res.Conflicts) != 2 {
		t.Fatalf("%d conflicts, want 2", len(res.Conflicts))
	}
	between := lines("cdefghij")
	for _, c := range []struct {
		choices []string
		want    string
	}{
		{[]string{"X\n", "Q\n"}, "a\nX\n" + between + "Q\nl\n"},
		{[]string{"", "by hand"}, "a\n" + between + "by handl\n"},
		{[]string{"P\n"}, "a\nP\n" + between + "<<<<<<< ours\nY\n=======\nQ\n>>>>>>> theirs\nl\n"},
		{[]string{"P\n", "Q\n", "ignored"}, "a\nP\n" + between + "Q\nl\n"},
	} {
		if got := string(threeway.Assemble(res.Parts, c.choices)); got != c.want {
			t.Errorf("%q: %q, want %q", c.choices, got, c.want)
		}
	}
}

func TestConflictHunk(t *testing.T) {
	res := mergeText(lines("abcdefg"), lines("abcXefg"), lines("abcYYefg"))
	if len(res.Conflicts) != 1 {
		t.Fatalf("%d conflicts, want 1", len(res.Conflicts))
	}
	got := res.Conflicts[0]
	if got.BaseLine != 4 || got.OursLine != 4 || got.TheirsLine != 4 ||
		got.Base != "d\n" || got.Ours != "X\n" || got.Theirs != "Y\nY\n" ||
		got.Before != lines("abc") || got.After != lines("efg") {
		t.Errorf("%+v", got)
	}
}

// A conflict that the zealous level splits deals the base out to its pieces:
// each base line that both sides dropped or changed is shown exactly once, and
// the lines that both sides have in common are shown in none.
func TestSplitConflictDealsOutBase(t *testing.T) {
	base := lines("abcdefghz")
	ours := lines("1") + lines("KLMN") + lines("2z")
	theirs := lines("3") + lines("KLMN") + lines("4z")
	res := mergeText(base, ours, theirs)
	if len(res.Conflicts) != 2 {
		t.Fatalf("%d conflicts, want 2: %+v", len(res.Conflicts), res.Conflicts)
	}
	if got := res.Conflicts[0].Base + res.Conflicts[1].Base; got != lines("abcdefgh") {
		t.Errorf("base dealt out as %q", got)
	}
}

// Each row is a rule of git's merge on its own; all rows also run against git.
var rules = []struct {
	name               string
	base, ours, theirs string
	// want is the clean result; conflicts the number of places otherwise.
	want      string
	conflicts int
}{
	{"apart", "abc", "Xbc", "abY", "XbY", 0},
	// One unchanged line between two changes is enough, none is not: git
	// cannot know that neighbouring lines are independent.
	{"touching", "ab", "Xb", "aY", "", 1},
	{"insertion touches change", "abc", "aXbc", "aYc", "", 1},
	{"insertions at one place", "ab", "aXb", "aYb", "", 1},
	{"same insertion", "ab", "aXb", "aXb", "aXb", 0},
	{"both delete", "abc", "ac", "ac", "ac", 0},
	{"delete against change", "abc", "ac", "aXc", "", 1},
	// Theirs deletes b, ours deletes b and c: not the same change, so a
	// conflict, and with one side empty there is nothing to take out.
	{"one deletes more", "abcd", "ad", "acd", "", 1},
	// Ours and theirs agree on all but one line of an overlap: zealous takes
	// the agreed lines out and one line is left.
	{"agreed lines leave", "abcdefgh", "PQRSXUVW", "PQRSYUVW", "", 1},
	// Different changes that overlap and yet produce the same text.
	{"nothing left", "aab", "xb", "xb", "xb", 0},
	// Two conflicts with three lines between them are one, with four are two.
	{"three between", "aBcdeFg", "aXcdeYg", "aPcdeQg", "", 1},
	{"four between", "aBcdefGh", "aXcdefYh", "aPcdefQh", "", 2},
	// Ours inserted a second "ab"; the group slides down to the end. Theirs
	// changed what follows: they touch only because compaction slid it.
	{"slide decides", "aba", "abaaba", "abx", "", 1},
	{"empty base", "", "a", "b", "", 1},
	{"all deleted", "abc", "", "abc", "", 0},
}

func TestMergeRules(t *testing.T) {
	triples := make([]linegen.Triple, len(rules))
	for i, r := range rules {
		triples[i] = linegen.Triple{Name: r.name, Base: lines(r.base), Ours: lines(r.ours), Theirs: lines(r.theirs)}
		got := merge(triples[i], threeway.LineOptions{})
		if len(got.Conflicts) != r.conflicts || got.Clean && string(got.Content) != lines(r.want) {
			t.Errorf("%s: %d conflicts, %q; want %d, %q", r.name, len(got.Conflicts), got.Content, r.conflicts, lines(r.want))
		}
	}
	compareMerges(t, triples)
}

// Line endings and the end of the file, where the merge itself has to write a
// line ending: each row also runs against git, as conflict and as union.
func TestLineEndings(t *testing.T) {
	triples := []linegen.Triple{
		{Name: "LF to CRLF", Base: "a\nb\n", Ours: "a\r\nb\r\n", Theirs: "a\nb\nc\n"},
		{Name: "CRLF kept", Base: "a\r\nb\r\nc\r\n", Ours: "X\r\nb\r\nc\r\n", Theirs: "a\r\nb\r\nY\r\n"},
		{Name: "CRLF markers", Base: "a\r\nb\r\n", Ours: "a\r\nX\r\n", Theirs: "a\r\nY\r\n"},
		{Name: "CRLF markers at the start", Base: "a\r\n", Ours: "X\r\n", Theirs: "Y\r\n"},
		{Name: "no newline, CRLF before", Base: "a\r\nb", Ours: "a\r\nX", Theirs: "a\r\nY"},
		{Name: "mixed", Base: "a\r\nb\n", Ours: "a\nX\r\n", Theirs: "a\r\nY\n"},
		{Name: "no newline added", Base: "a", Ours: "a\n", Theirs: "a"},
		{Name: "no newline against change", Base: "a\nb", Ours: "a\nb\n", Theirs: "a\nc"},
		{Name: "one line without newline", Base: "", Ours: "x", Theirs: "y"},
		{Name: "lone CR", Base: "a\rb", Ours: "a\rc", Theirs: "a\rd"},
		{Name: "appended to no newline", Base: "a\nb", Ours: "a\nb\nc", Theirs: "a\nb\nd"},
		{Name: "newline only", Base: "\n", Ours: "", Theirs: "\n\n"},
	}
	compareMerges(t, triples)
	for i, want := range gitMerge(t, "* merge=union\n", triples) {
		if got := merge(triples[i], threeway.LineOptions{Union: true}); string(got.Content) != want.content {
			t.Errorf("%s: union %q, git %q", triples[i].Name, got.Content, want.content)
		}
	}
}

func FuzzMergeLines(f *testing.F) {
	f.Add("a\nb\nc\n", "X\nb\nc\n", "a\nb\nY\n")
	f.Add("a\nb\n\na\nb\n", "a\nb\n\na\nb\n\na\nb\n", "a\nc\n")
	f.Add("a\r\nb", "a\r\nX", "a\nY")
	f.Add("", "x", "y\n")
	f.Add(strings.Repeat("s\n", 70), strings.Repeat("s\n", 66)+"r\n", "r\n"+strings.Repeat("s\n", 70))
	f.Fuzz(func(t *testing.T, base, ours, theirs string) {
		res, turned := mergeText(base, ours, theirs), mergeText(base, theirs, ours)
		if res.Clean != turned.Clean {
			t.Errorf("clean %v, with the sides exchanged %v", res.Clean, turned.Clean)
		}
		if got := mergeText(base, ours, base); !got.Clean || string(got.Content) != ours {
			t.Errorf("theirs unchanged gives %q, not ours %q", got.Content, ours)
		}
		union := merge(linegen.Triple{Base: base, Ours: ours, Theirs: theirs}, threeway.LineOptions{Union: true})
		if !union.Clean || res.Clean && string(union.Content) != string(res.Content) {
			t.Errorf("union gives %q, the clean merge %q", union.Content, res.Content)
		}
	})
}

func BenchmarkMergeLines(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		base, ours, theirs := linegen.Source(n)
		b.Run(fmt.Sprintf("lines=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for range b.N {
				if !threeway.MergeLines(base, ours, theirs, threeway.LineOptions{}).Clean {
					b.Fatal("conflict")
				}
			}
		})
	}
}
