package desk

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ahead/gitops"
	"ahead/gitops/gittest"
	"ahead/gitops/threeway"
)

// parts is a desk on a repository into which whole histories are written:
// base, suspect and a later commit, each as a list of files.
type parts struct {
	t *testing.T
	r *gittest.Repo
	d *Desk
}

type partFile struct{ mode, text string }

type partTree map[string]partFile

// write makes the three commits, and gives the suspect and the tip.
func (p parts) write(rt *rapid.T, trees ...partTree) (suspect, tip gitops.Hash) {
	var in bytes.Buffer
	for i, tree := range trees {
		fmt.Fprintf(&in, "commit refs/heads/main\nmark :%d\ncommitter T <t@example.com> %d +0000\ndata 5\nstep%d\n", i+1, 1700000000+i, i)
		if i > 0 {
			fmt.Fprintf(&in, "from :%d\n", i)
		}
		in.WriteString("deleteall\n")
		for _, path := range slices.Sorted(maps.Keys(tree)) {
			fmt.Fprintf(&in, "M %s inline %s\ndata %d\n%s\n", tree[path].mode, path, len(tree[path].text), tree[path].text)
		}
	}
	if _, err := p.r.GitInput(in.String(), "fast-import", "--quiet", "--force"); err != nil {
		rt.Fatal(err)
	}
	return p.r.Rev("main~1"), p.r.Rev("main")
}

// plan plans one revert of the suspect onto the tip.
func (p parts) plan(tip gitops.Hash, r gitops.Remedy) (gitops.Plan, error) {
	r.Kind, r.NoTag = gitops.RevertCommits, true
	return p.d.Plan(context.Background(), gitops.Snapshot{Branch: "main", Tip: tip}, r)
}

// partGen draws trees whose files have lines in common, so that a hunk may
// look like another one.
type partGen struct{ *rapid.T }

func (g partGen) n(label string, most int) int { return rapid.IntRange(0, most).Draw(g.T, label) }

func (g partGen) pick(label string, from ...string) string {
	return rapid.SampledFrom(from).Draw(g.T, label)
}

func (g partGen) path() string {
	return g.pick("path", "a", "b", "d/a", "d/b", "d/e/f", "e", "e/g", "h.c", "sp ace", "a:2")
}

func (g partGen) file() partFile {
	switch g.n("kind", 9) {
	case 0:
		return partFile{"120000", g.pick("target", "a", "b")}
	case 1:
		return partFile{"100644", "bin\x00" + g.pick("binary", "1", "2") + strings.Repeat("same\n", 30)}
	}
	topic, end := g.pick("topic", "one", "two", "three"), g.pick("ending", "\n", "\n", "\r\n")
	var b strings.Builder
	for i := range 20 + g.n("lines", 30) {
		if i%7 == 0 {
			fmt.Fprintf(&b, "}%s", end)
		} else {
			fmt.Fprintf(&b, "%s %d%s", topic, i%13, end)
		}
	}
	return partFile{g.pick("mode", "100644", "100644", "100755"), strings.TrimSuffix(b.String(), g.pick("tail", "", "", end))}
}

func (t partTree) put(path string, f partFile) {
	maps.DeleteFunc(t, func(other string, _ partFile) bool {
		return strings.HasPrefix(other, path+"/") || strings.HasPrefix(path, other+"/")
	})
	t[path] = f
}

// edit changes lines far apart and near.
func (g partGen) edit(text string) string {
	lines := strings.SplitAfter(text, "\n")
	for range 1 + g.n("edits", 4) {
		at := g.n("line", len(lines)-1)
		switch g.n("edit", 3) {
		case 0:
			lines[at] += "added\n"
		case 1:
			lines[at] = ""
		default:
			lines[at] = g.pick("word", "x", "y") + "\n"
		}
	}
	return strings.Join(lines, "")
}

func (g partGen) change(t partTree) partTree {
	t = maps.Clone(t)
	for range 1 + g.n("changes", 4) {
		if len(t) == 0 {
			break
		}
		path := g.pick("of", slices.Sorted(maps.Keys(t))...)
		f := t[path]
		switch g.n("change", 8) {
		case 0:
			delete(t, path)
		case 1:
			t.put(g.path(), g.file())
		case 2:
			delete(t, path)
			t.put(g.path(), f)
		case 3:
			delete(t, path)
			t.put(g.path(), partFile{f.mode, g.edit(f.text)})
		case 4:
			t[path] = partFile{"100755", f.text}
		default:
			t[path] = partFile{f.mode, g.edit(f.text)}
		}
	}
	t["keep"] = partFile{"100644", "keep\n"}
	return t
}

// chooser gives a number from 0 to most.
type chooser func(label string, most int) int

type fataler interface{ Fatalf(string, ...any) }

// settle decides on every conflict of a plan: left out, as a whole, or hunk by
// hunk. It tells whether the branch knows one by another name.
func (n chooser) settle(p gitops.Plan, r *gitops.Remedy) (moved bool) {
	for _, c := range p.Conflicts {
		moved = moved || c.Ours.Path != "" && c.Ours.Path != c.Path
		choices, hunks := c.Choices(), c.HunkChoices()
		if len(choices) == 0 || n("leave out", 3) == 0 {
			r.LeaveOut = append(r.LeaveOut, gitops.LeaveOut{Path: c.Path})
			continue
		}
		said := gitops.Resolution{Path: c.Path, Of: c.Key()}
		if len(hunks) > 0 && n("by hunk", 1) == 0 {
			for range c.Hunks {
				said.Hunks = append(said.Hunks, gitops.HunkChoice{Take: hunks[n("take", len(hunks)-1)], Text: "by hand\n"})
			}
		} else {
			said.Take, said.Text = choices[n("take", len(choices)-1)], "a text\r\nof one's own"
		}
		r.Resolutions = append(r.Resolutions, said)
	}
	return moved
}

// divide leaves out some of the files and hunks of a full plan, and in other
// the rest. Neither has anything in common with the other.
func (n chooser) divide(t fataler, d *Desk, full gitops.Plan) (some, other []gitops.LeaveOut) {
	for _, f := range full.Files {
		whole := gitops.LeaveOut{Path: f.Path}
		diff, err := d.Diff(context.Background(), full, f)
		if err != nil {
			t.Fatalf("%v", err)
		}
		if f.Status != gitops.Modified || f.OldMode == gitops.ModeSymlink || len(diff.Hunks) < 2 || n("whole", 2) == 0 {
			if n("side", 1) == 0 {
				some = append(some, whole)
			} else {
				other = append(other, whole)
			}
			continue
		}
		out, in := whole, whole
		for i, name := range diff.HunkNames() {
			if i == 0 || i > 1 && n("hunk", 1) == 0 {
				out.Hunks = append(out.Hunks, name)
			} else {
				in.Hunks = append(in.Hunks, name)
			}
		}
		some, other = append(some, out), append(other, in)
	}
	return some, other
}

// TestPartsAgreeWithGit draws histories, settles whatever conflicts, leaves
// out some of the rest, and lets git judge each plan. What is left out and what
// is kept make up the whole.
func TestPartsAgreeWithGit(t *testing.T) {
	partsAgree(t, gittest.New(t))
}

// TestPartsAgreeWhateverIsSet: how a person likes diffs, line endings and white
// space has no say in what ships.
func TestPartsAgreeWhateverIsSet(t *testing.T) {
	r := gittest.New(t)
	for _, set := range []string{
		"core.autocrlf=true", "core.safecrlf=true", "core.whitespace=trailing-space,tab-in-indent", "apply.whitespace=error", "apply.ignoreWhitespace=change",
		"diff.noprefix=true", "diff.mnemonicPrefix=true", "diff.suppressBlankEmpty=true", "diff.algorithm=patience", "diff.context=9",
		"diff.interHunkContext=40", "diff.renames=false", "diff.indentHeuristic=false", "diff.colorMoved=zebra", "color.ui=always",
	} {
		key, value, _ := strings.Cut(set, "=")
		r.Git("config", key, value)
	}
	r.Write(".git/info/attributes", "* text eol=crlf whitespace=tab-in-indent\n")
	partsAgree(t, r)
}

func partsAgree(t *testing.T, r *gittest.Repo) {
	t.Helper()
	r.Git("commit", "-q", "--allow-empty", "-m", "Start")
	p := parts{t: t, r: r, d: open(t, r)}
	if f := flag.Lookup("rapid.checks"); f.Value.String() == f.DefValue {
		if err := f.Value.Set("12"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Value.Set(f.DefValue) }()
	}
	var n partCounts
	rapid.Check(t, func(rt *rapid.T) { p.draw(rt, &n) })
	t.Logf("%d plans, %d with conflicts settled, %d divided, %d clashes of file and directory, %d that git gets wrong", n.whole, n.settled, n.divided, n.clashes, n.gitWrong)
	if n.settled+n.divided == 0 {
		t.Error("the generator says nothing")
	}
}

type partCounts struct{ whole, settled, divided, clashes, gitWrong int }

// gitMayBeWrong are the kinds of which some are no conflicts for git, which then
// loses a file or ships its markers (docs/DECISIONS.md): the check stops those.
var gitMayBeWrong = map[gitops.ConflictKind]bool{gitops.ConflictDirRename: true, gitops.ConflictRenameAdd: true}

// draw is one history and the plans for it.
func (p parts) draw(rt *rapid.T, n *partCounts) {
	g := partGen{rt}
	base := partTree{"keep": {"100644", "keep\n"}}
	for range 2 + g.n("files", 4) {
		base.put(g.path(), g.file())
	}
	bad := g.change(base)
	suspect, tip := p.write(rt, base, bad, g.change(bad))
	remedy := gitops.Remedy{Commits: []gitops.Hash{suspect}}
	full, moved, kind, err := p.settled(g, tip, &remedy)
	if isClash(err) {
		n.clashes++
		return
	}
	if err != nil || full.Verdict == gitops.VerdictConflict {
		rt.Fatalf("%v, still in conflict: %+v", err, full.Conflicts)
	}
	if full.Verdict != gitops.VerdictClean {
		return
	}
	n.whole++
	if len(full.Merges[0].Settled) > 0 {
		n.settled++
	}
	if err := p.d.Check(context.Background(), full); err != nil {
		if gitMayBeWrong[kind] && gitops.CodeOf(err) == gitops.CodeDisagreement {
			n.gitWrong++
			return
		}
		rt.Fatalf("%v\nmerges %+v\nleft out %v", err, full.Merges, full.LeftOut)
	}
	// A conflict of a renamed file stands for both of its names.
	if len(remedy.LeaveOut) == 0 && !moved && p.halves(rt, g, remedy, full, tip) {
		n.divided++
	}
}

// settled plans until nothing is in conflict, and tells whether the branch knew
// one of the files by another name, and the kind of a conflict that git may not
// see.
func (p parts) settled(g partGen, tip gitops.Hash, remedy *gitops.Remedy) (full gitops.Plan, moved bool, kind gitops.ConflictKind, err error) {
	full, err = p.plan(tip, *remedy)
	for round := 0; round < 5 && err == nil && full.Verdict == gitops.VerdictConflict; round++ {
		for _, c := range full.Conflicts {
			if gitMayBeWrong[c.Kind] {
				kind = c.Kind
			}
		}
		moved = chooser(g.n).settle(full, remedy) || moved
		full, err = p.plan(tip, *remedy)
		// A conflict may hang on another that was settled; what was said of it is
		// not dropped silently.
		var gone *gitops.PartGone
		for errors.As(err, &gone) && len(remedy.Resolutions) > 0 {
			remedy.Resolutions = slices.DeleteFunc(remedy.Resolutions, func(r gitops.Resolution) bool { return r.Path == gone.Path })
			full, err = p.plan(tip, *remedy)
		}
	}
	return full, moved, kind, err
}

func isClash(err error) bool {
	return err != nil && gitops.CodeOf(err) == gitops.CodeUsage && strings.Contains(err.Error(), "a file and a directory at once")
}

// nested: a name that is a file before and a directory after stands for both.
func nested(files []gitops.FileChange) bool {
	for _, a := range files {
		for _, b := range files {
			if strings.HasPrefix(a.Path, b.Path+"/") || strings.HasPrefix(a.Path, b.From()+"/") ||
				strings.HasPrefix(a.From(), b.Path+"/") || strings.HasPrefix(a.From(), b.From()+"/") {
				return true
			}
		}
	}
	return false
}

// halves plans one part, and then what it leaves out: together they are all.
func (p parts) halves(rt *rapid.T, g partGen, remedy gitops.Remedy, full gitops.Plan, tip gitops.Hash) bool {
	if nested(full.Files) {
		return false
	}
	some, other := chooser(g.n).divide(rt, p.d, full)
	trees := [2]gitops.Hash{}
	objs := gitops.NewOverlay(p.d.repo.Objects())
	for i, out := range [][]gitops.LeaveOut{some, other} {
		remedy.LeaveOut = out
		half, err := p.plan(tip, remedy)
		if isClash(err) {
			return false
		}
		if err != nil {
			rt.Fatal(err)
		}
		trees[i] = half.Tree
		if half.Verdict == gitops.VerdictEmpty {
			trees[i] = half.OntoTree
			if len(out) == 0 || len(half.Files) > 0 {
				rt.Fatalf("empty: %s", half.Reason)
			}
			continue
		}
		objs.Add(half.Objects...)
		if err := p.d.Check(context.Background(), half); err != nil {
			rt.Fatalf("%v (%v)\nleft out %v", err, errors.Unwrap(err), half.LeftOut)
		}
		if (len(out) == 0) != (half.Tree == full.Tree && !half.Partial()) {
			rt.Fatalf("%v left out, tree %s, in full %s", out, half.Tree, full.Tree)
		}
	}
	both, err := threeway.MergeTrees(context.Background(), objs, full.OntoTree, trees[0], trees[1], threeway.Options{NoRenames: true})
	if err != nil || both.Tree != full.Tree {
		rt.Fatalf("the two parts make %s %v %v, in full %s\n%v\n%v\n%+v", both.Tree, both.Conflicts, err, full.Tree, some, other, full.Files)
	}
	return len(some) > 0 && len(other) > 0
}
