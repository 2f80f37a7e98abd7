package patch_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/linediff/linegen"
	"ahead/gitops/patch"
)

// diffOf gives the hunks from one text to another as the preview has them.
func diffOf(t interface{ Fatal(...any) }, before, after string) gitops.FileDiff {
	objs := gitops.NewOverlay(nil)
	a, b := gitops.NewObject(gitops.KindBlob, []byte(before)), gitops.NewObject(gitops.KindBlob, []byte(after))
	objs.Add(a, b)
	diff, err := patch.File(context.Background(), objs, gitops.FileChange{
		Path: "f", Status: gitops.Modified, OldMode: gitops.ModeFile, NewMode: gitops.ModeFile, OldHash: a.Hash, NewHash: b.Hash,
	}, patch.DefaultContext)
	if err != nil {
		t.Fatal(err)
	}
	return diff
}

func keep(t interface{ Fatal(...any) }, before, after string, hunks []gitops.Hunk, chosen func(int) bool) string {
	out, err := patch.Keep([]byte(before), []byte(after), hunks, chosen)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// TestKeptHunksMakeUpTheWhole: all hunks kept is the new text and none the old
// one, byte for byte; and the rest, done to what one part made, is the new text.
func TestKeptHunksMakeUpTheWhole(t *testing.T) {
	lines := rapid.SliceOfN(rapid.SampledFrom([]string{"}", "{", "", "\tone", "two\r", "three", "\xff", "\\ No newline at end of file"}), 0, 60)
	rapid.Check(t, func(rt *rapid.T) {
		text := func(label string) string {
			return strings.Join(lines.Draw(rt, label), "\n") + rapid.SampledFrom([]string{"\n", ""}).Draw(rt, "end")
		}
		before, after := text("before"), text("after")
		diff := diffOf(rt, before, after)
		if got := keep(rt, before, after, diff.Hunks, func(int) bool { return true }); got != after {
			rt.Fatalf("all kept: %q", got)
		}
		if got := keep(rt, before, after, diff.Hunks, func(int) bool { return false }); got != before {
			rt.Fatalf("none kept: %q", got)
		}
		first := make(map[int]bool)
		for i := range diff.Hunks {
			first[i] = rapid.Bool().Draw(rt, "first")
		}
		part := keep(rt, before, after, diff.Hunks, func(i int) bool { return first[i] })
		if got := keep(rt, part, after, rest(diff.Hunks, first), func(int) bool { return true }); got != after {
			rt.Fatalf("the rest done to a part: %q, want %q", got, after)
		}
	})
}

// rest are the hunks that were not done, as they stand in the text in which the
// others were.
func rest(hunks []gitops.Hunk, done map[int]bool) []gitops.Hunk {
	var out []gitops.Hunk
	moved := 0
	for i, h := range hunks {
		if done[i] {
			moved += h.NewLines - h.OldLines
			continue
		}
		h.OldStart += moved
		out = append(out, h)
	}
	return out
}

// TestKeptHunksAreGitsApply: what is kept is what `git apply` makes of a patch
// of only those hunks.
func TestKeptHunksAreGitsApply(t *testing.T) {
	r := newScratchRepo(t)
	random := rand.New(rand.NewPCG(7, 1))
	kept := 0
	for _, g := range linegen.All() {
		if g.Large() {
			continue
		}
		for _, tr := range g.Batch(6, 77, 1) {
			diff := diffOf(t, tr.Base, tr.Ours)
			if len(diff.Hunks) < 2 {
				continue
			}
			var some []gitops.Hunk
			chosen := make(map[int]bool)
			moved := 0
			for i, h := range diff.Hunks {
				if chosen[i] = random.IntN(2) == 0; chosen[i] {
					h.NewStart = startOf(h, moved)
					moved += h.NewLines - h.OldLines
					some = append(some, h)
				}
			}
			if len(some) == 0 {
				continue
			}
			kept++
			want := r.apply(tr.Base, gitops.FileDiff{Change: diff.Change, Hunks: some})
			if got := keep(t, tr.Base, tr.Ours, diff.Hunks, func(i int) bool { return chosen[i] }); got != want {
				t.Errorf("%s: %q, git %q", tr.Name, got, want)
			}
		}
	}
	if kept < 20 {
		t.Errorf("%d files had hunks to choose from", kept)
	}
}

// startOf is where a hunk stands after lines before it moved it.
func startOf(h gitops.Hunk, moved int) int {
	start := h.OldStart + moved
	if h.OldLines == 0 && h.NewLines > 0 {
		start++
	} else if h.NewLines == 0 && h.OldLines > 0 {
		start--
	}
	return start
}

func TestForeignHunksAreAnError(t *testing.T) {
	hunks := []gitops.Hunk{{OldStart: 1, OldLines: 1, NewStart: 1, NewLines: 1}, {OldStart: 5, OldLines: 2, NewStart: 5, NewLines: 2}}
	if out, err := patch.Keep([]byte("a\nb\n"), []byte("x\nb\n"), hunks, func(int) bool { return true }); err == nil {
		t.Errorf("it made %q", out)
	}
	if out, err := patch.Keep([]byte("a\nb\nc\nd\n"), []byte("x\nb\n"), []gitops.Hunk{{OldStart: 2, OldLines: 1, NewStart: 1, NewLines: 1}}, func(int) bool { return true }); err == nil {
		t.Errorf("it made %q", out)
	}
}

// scratchRepo lets git apply patches to a file of an index.
type scratchRepo struct {
	t *testing.T
	r *gittest.Repo
}

func newScratchRepo(t *testing.T) scratchRepo { return scratchRepo{t, gittest.New(t)} }

func (s scratchRepo) apply(before string, diff gitops.FileDiff) string {
	s.t.Helper()
	var text strings.Builder
	if err := patch.Write(&text, []gitops.FileDiff{diff}); err != nil {
		s.t.Fatal(err)
	}
	s.r.Git("read-tree", writeTree(s.t, s.r, file(s.t, s.r, before)).String())
	if _, err := s.r.GitInput(text.String(), "apply", "--cached", "--whitespace=nowarn", "-"); err != nil {
		s.t.Fatalf("%v\n%s", err, text.String())
	}
	tree, err := s.r.Objects().Tree(gitops.MustHash(strings.TrimSpace(s.r.Git("write-tree"))))
	if err != nil {
		s.t.Fatal(err)
	}
	data, err := s.r.Objects().Blob(tree[0].Hash)
	if err != nil {
		s.t.Fatal(err)
	}
	return string(data)
}
