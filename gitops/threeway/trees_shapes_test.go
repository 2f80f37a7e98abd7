package threeway_test

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/threeway"
	"ahead/gitops/treediff"
)

// shapes are what a comparison with git must have met for it to say anything.
// They are read off the trees and the outcome, not off the generator.
var shapes = []string{
	"clean", "rename with an edit", "rename without an edit", "rename followed into a clean merge", "directory moved", "mode changed",
	"renormalize, clean", "renormalize, left to git", "driver, left to git", "submodule, left to git", "settled by union",
	"blank lines", "repeated lines", "line too frequent for histogram", "CRLF", "no newline at the end", "line endings changed",
	"symlink", "submodule", "file against directory", "empty file", "attributes changed", "everything as in ours",
	"content", "add/add", "modify/delete", "rename/delete", "rename/rename", "rename/add", "file/directory",
	"directory rename", "binary by content", "binary by attribute", "mode", "symlink conflict", "distinct types",
}

// TestGeneratedMergesAgreeWithGit does many generated merges with few git
// processes. The seeds are fixed, so that what they reach is, too, and must be
// every shape; AHEAD_ROUNDS and AHEAD_SEED ask for others.
func TestGeneratedMergesAgreeWithGit(t *testing.T) {
	rounds, from := rounds(t, 1)
	o := newOracle(t, "")
	opt := threeway.Options{DropTail: gitDropsTail(t)}
	met := make(map[string]int)
	runs, other := 0, 0
	for round := range uint64(rounds) {
		var cases []generated
		for seed := range uint64(500) {
			cases = append(cases, treeGen{dice: newByteDice((from+round)<<32+seed, nil)}.merges()...)
		}
		for _, c := range o.compareAll(cases, opt) {
			runs++
			if c.otherPaths {
				other++
				t.Logf("%s", c)
			} else if c.difference != "" {
				t.Errorf("%s", c)
			}
			c.meets(t, func(shape string) { met[shape]++ })
		}
	}
	t.Logf("%d merges, %d with other paths: %v", runs, other, met)
	if 1000*other > runs {
		t.Errorf("%d of %d generated merges list other paths than git", other, runs)
	}
	for _, shape := range shapes {
		if met[shape] == 0 && from == 1 {
			t.Errorf("no generated merge has %q", shape)
		}
	}
	for shape := range met {
		if !slices.Contains(shapes, shape) {
			t.Errorf("%q is not listed", shape)
		}
	}
}

func (c comparison) meets(t *testing.T, shape func(string)) {
	t.Helper()
	c.outcome(shape)
	for _, side := range []plainTree{c.ours, c.theirs} {
		c.moved(t, side, shape)
	}
	for path, b := range c.base {
		o, there := c.ours[path]
		h, too := c.theirs[path]
		if !there || !too || o == b || h == b || o == h {
			continue
		}
		c.texts(b, o, h, shape)
	}
	for path, f := range c.ours {
		switch other, there := c.theirs[path]; {
		case len(c.theirs.inside(path)) > 0:
			shape("file against directory")
		case there && other == f:
		case f.mode == gitops.ModeSymlink:
			shape("symlink")
		case f.mode == gitops.ModeSubmodule:
			shape("submodule")
		case f.content == "":
			shape("empty file")
		}
	}
	if !maps.Equal(attributeFiles(c.base), attributeFiles(c.ours)) {
		shape("attributes changed")
	}
}

// outcome reads the shapes that show in what became of the merge.
func (c comparison) outcome(shape func(string)) {
	if why := c.got.NeedsGit; why != "" {
		for _, word := range []string{"renormalize", "driver", "submodule"} {
			if strings.Contains(why, word) {
				shape(word + ", left to git")
				return
			}
		}
	}
	if c.got.Clean() {
		shape("clean")
		if c.renormalize {
			shape("renormalize, clean")
		}
		if c.got.Tree == c.objs.store(c.ours) {
			shape("everything as in ours")
		}
	}
	for _, k := range c.got.Conflicts {
		switch kind := string(k.Kind); k.Kind {
		case gitops.ConflictSymlink:
			shape("symlink conflict")
		case gitops.ConflictSubmodule:
		case gitops.ConflictBinary:
			if strings.Contains(c.ours[k.Path].content+c.theirs[k.Path].content+c.base[k.Path].content, "\x00") {
				shape("binary by content")
			} else {
				shape("binary by attribute")
			}
		default:
			shape(kind)
		}
	}
}

// moved reads off what one side renamed and which modes it changed.
func (c comparison) moved(t *testing.T, side plainTree, shape func(string)) {
	t.Helper()
	ctx := context.Background()
	changes, err := treediff.Walk(ctx, c.objs, c.objs.store(c.base), c.objs.store(side))
	if err != nil {
		t.Fatal(err)
	}
	if changes, err = treediff.DetectRenames(ctx, c.objs, changes, treediff.RenameOptions{}); err != nil {
		t.Fatal(err)
	}
	moves := make(map[string]int)
	for _, ch := range changes {
		if ch.Status == gitops.Modified && ch.OldMode != ch.NewMode {
			shape("mode changed")
		}
		if ch.Status != gitops.Renamed {
			continue
		}
		if ch.OldHash == ch.NewHash {
			shape("rename without an edit")
		} else {
			shape("rename with an edit")
		}
		if c.got.Clean() && c.followed(ch) {
			shape("rename followed into a clean merge")
		}
		moves[parent(ch.OldPath)+" "+parent(ch.Path)]++
		if d := parent(ch.OldPath); d != "" && moves[d+" "+parent(ch.Path)] == 2 && len(side.inside(d)) == 0 {
			shape("directory moved")
		}
	}
}

func parent(path string) string { return path[:max(0, strings.LastIndexByte(path, '/'))] }

// followed: the merged tree has the renamed file with a content that neither
// side had.
func (c comparison) followed(ch gitops.FileChange) bool {
	e, ok, err := treediff.Lookup(c.objs, c.got.Tree, ch.Path)
	return err == nil && ok && e.Hash != ch.OldHash && e.Hash != ch.NewHash
}

// texts reads the shapes of a file that both sides changed.
func (c comparison) texts(base, ours, theirs plainFile, shape func(string)) {
	if !base.mode.IsRegular() || !ours.mode.IsRegular() || !theirs.mode.IsRegular() {
		return
	}
	all := []string{base.content, ours.content, theirs.content}
	text := strings.Join(all, "")
	if strings.Contains(text, "\x00") {
		return
	}
	count := make(map[string]int)
	for line := range strings.Lines(base.content) {
		count[line]++
	}
	delete(count, "\n")
	most := slices.Max(append(slices.Collect(maps.Values(count)), 0))
	crlf := func(s string) bool { return strings.Contains(s, "\r\n") }
	for name, is := range map[string]bool{
		"blank lines":                     strings.Contains(text, "\n\n\n"),
		"repeated lines":                  most > 4,
		"line too frequent for histogram": most > 64,
		"CRLF":                            crlf(base.content) && crlf(ours.content) && crlf(theirs.content),
		"no newline at the end":           slices.ContainsFunc(all, func(s string) bool { return s != "" && !strings.HasSuffix(s, "\n") }),
		"line endings changed":            crlf(base.content) != crlf(ours.content) || crlf(base.content) != crlf(theirs.content),
		"settled by union":                c.got.Clean() && !threeway.MergeLines([]byte(base.content), []byte(ours.content), []byte(theirs.content), threeway.LineOptions{}).Clean,
	} {
		if is {
			shape(name)
		}
	}
}
