package threeway_test

import (
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/threeway"
)

// article is a text of n lines on a topic, with some lines replaced.
func article(topic string, n int, changed ...string) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(topic + " line " + string(rune('a'+i)) + "\n")
	}
	return strings.NewReplacer(changed...).Replace(b.String())
}

func plain(text string) plainFile { return plainFile{gitops.ModeFile, text} }

func executable(text string) plainFile { return plainFile{gitops.ModeExecutable, text} }

func link(target string) plainFile { return plainFile{gitops.ModeSymlink, target} }

func submodule(digit string) plainFile {
	return plainFile{gitops.ModeSubmodule, strings.Repeat(digit, 40)}
}

var (
	one   = plain(article("one", 12))
	oneA  = plain(article("one", 12, "line a", "changed a"))
	oneL  = plain(article("one", 12, "line l", "changed l"))
	oneAL = plain(article("one", 12, "line a", "changed a", "line l", "changed l"))
	oneX  = plain(article("one", 12, "line a", "otherwise a"))
	two   = plain(article("two", 12))
)

// treeCase is a merge by hand. Every outcome is also held to git's.
type treeCase struct {
	name               string
	base, ours, theirs plainTree
	// merged is the outcome; nil for a conflict.
	merged plainTree
	// kinds are the conflicts as "path kind".
	kinds    []string
	needsGit string
	// gitBefore is the minor version of the git 2 that first got this right;
	// older ones are not asked.
	gitBefore int
}

var treeCases = []treeCase{
	{
		name: "both sides change one file in different places",
		base: plainTree{"f": one}, ours: plainTree{"f": oneA}, theirs: plainTree{"f": oneL},
		merged: plainTree{"f": oneAL},
	},
	{
		name: "both sides change the same line",
		base: plainTree{"f": one}, ours: plainTree{"f": oneA}, theirs: plainTree{"f": oneX},
		kinds: []string{"f content"},
	},
	{
		name: "both add different files",
		base: plainTree{"k": two}, ours: plainTree{"k": two, "f": one}, theirs: plainTree{"k": two, "f": oneA},
		kinds: []string{"f add/add"},
	},
	{
		name: "modified and deleted",
		base: plainTree{"f": one, "k": two}, ours: plainTree{"f": oneA, "k": two}, theirs: plainTree{"k": two},
		kinds: []string{"f modify/delete"},
	},
	{
		name: "renamed on the branch since: merged into the new path",
		base: plainTree{"f": one, "k": two}, ours: plainTree{"d/g": oneA, "k": two}, theirs: plainTree{"f": oneL, "k": two},
		merged: plainTree{"d/g": oneAL, "k": two},
	},
	{
		name: "the suspect renamed a file that was changed since: followed back",
		base: plainTree{"new": one, "k": two}, ours: plainTree{"new": oneA, "k": two}, theirs: plainTree{"old": oneL, "k": two},
		merged: plainTree{"old": oneAL, "k": two},
	},
	{
		name: "the suspect added a file that was renamed since: never clean",
		base: plainTree{"f": one, "k": two}, ours: plainTree{"g": one, "k": two}, theirs: plainTree{"k": two},
		kinds: []string{"g rename/delete"},
	},
	{
		name: "renamed to two places",
		base: plainTree{"f": one, "k": two}, ours: plainTree{"g": one, "k": two}, theirs: plainTree{"h": one, "k": two},
		kinds: []string{"f rename/rename", "g rename/rename", "h rename/rename"},
	},
	{
		name: "renamed to the same place",
		base: plainTree{"f": one, "k": two}, ours: plainTree{"g": oneA, "k": two}, theirs: plainTree{"g": oneL, "k": two},
		merged: plainTree{"g": oneAL, "k": two},
	},
	{
		name: "two files renamed to one path",
		base: plainTree{"f": one, "g": two}, ours: plainTree{"h": one, "g": two}, theirs: plainTree{"f": one, "h": two},
		kinds: []string{"h add/add"},
	},
	{
		name: "renamed onto a path that the other side added",
		base: plainTree{"f": one, "k": two}, ours: plainTree{"g": one, "k": two}, theirs: plainTree{"f": one, "g": two, "k": two},
		kinds: []string{"g add/add"},
	},
	{
		name: "a renamed and merged file is merged again with what is in its place",
		base: plainTree{"d/f": one, "k": two}, ours: plainTree{"g": oneA, "k": two}, theirs: plainTree{"d/f": oneL, "g": oneX, "k": two},
		kinds: []string{"g add/add"},
	},
	{
		name: "a renamed file conflicts, and the same file is there on the other side: git commits its markers",
		base: plainTree{"f": one, "k": two}, ours: plainTree{"g": oneA, "k": two}, theirs: plainTree{"f": oneX, "g": oneA, "k": two},
		kinds: []string{"g rename/add"},
	},
	{
		name: "renamed onto a file that both sides have, beside a change of ours: git drops the change",
		base: plainTree{"f": one, "k": two}, ours: plainTree{"f": oneX, "g": oneA, "k": two}, theirs: plainTree{"g": oneA, "k": two},
		kinds: []string{"g rename/add"},
	},
	{
		name: "the same with a change that would merge: git drops that, too",
		base: plainTree{"f": one, "k": two}, ours: plainTree{"f": oneL, "g": oneA, "k": two}, theirs: plainTree{"g": oneA, "k": two},
		kinds: []string{"g rename/add"},
	},
	{
		name: "a renamed file conflicts, and an empty one is in its place on the other side: git commits its markers",
		base: plainTree{"f": one, "k": two}, ours: plainTree{"g": oneA, "k": two}, theirs: plainTree{"f": oneX, "g": plain(""), "k": two},
		kinds: []string{"g rename/add"},
	},
	{
		name: "a file of ours renamed onto one that both sides have: their change is merged",
		base: plainTree{"f": one, "k": two}, ours: plainTree{"g": oneA, "k": two}, theirs: plainTree{"f": oneL, "g": oneA, "k": two},
		merged: plainTree{"g": oneAL, "k": two},
	},
	{
		name: "a file added to a directory that was renamed",
		base: plainTree{"d/f": one, "d/g": two}, ours: plainTree{"e/f": one, "e/g": two}, theirs: plainTree{"d/f": one, "d/g": two, "d/h": plain("new\n")},
		kinds: []string{"e/h directory rename"},
	},
	{
		name: "a rename of a directory that leads back to where the file was",
		base: plainTree{"d/f": one, "d/g": two, "d/s/k": oneX}, ours: plainTree{"d/f": oneA, "d/g": two, "d/k": oneX},
		theirs: plainTree{"d/s/f": one, "d/g": two, "d/s/k": oneX},
		kinds:  []string{"d/f directory rename"},
		// Older ones call it clean and lose the file, or die of an assertion.
		gitBefore: 51,
	},
	{
		name: "a directory split in halves, and a file added to it",
		base: plainTree{"d/f": one, "d/g": two}, ours: plainTree{"e/f": one, "h/g": two}, theirs: plainTree{"d/f": one, "d/g": two, "d/h": plain("new\n")},
		kinds: []string{"d/ directory rename"},
	},
	{
		name: "the executable bit merges by itself",
		base: plainTree{"f": one}, ours: plainTree{"f": executable(one.content)}, theirs: plainTree{"f": oneA},
		merged: plainTree{"f": executable(oneA.content)},
	},
	{
		name: "added on both sides, executable on one",
		base: plainTree{"k": two}, ours: plainTree{"f": executable(one.content), "k": two}, theirs: plainTree{"f": one, "k": two},
		kinds: []string{"f mode"},
	},
	{
		name: "links are not merged by content",
		base: plainTree{"f": link("a"), "k": two}, ours: plainTree{"f": link("b"), "k": two}, theirs: plainTree{"f": link("c"), "k": two},
		kinds: []string{"f symlink"},
	},
	{
		name: "a file became a link on one side and changed on the other",
		base: plainTree{"f": one, "k": two}, ours: plainTree{"f": link("b"), "k": two}, theirs: plainTree{"f": oneA, "k": two},
		kinds: []string{"f distinct types"},
	},
	{
		name: "binary files",
		base: plainTree{"f": plain("a\x00b")}, ours: plainTree{"f": plain("a\x00c")}, theirs: plainTree{"f": plain("a\x00d")},
		kinds: []string{"f binary"},
	},
	{
		name: "a submodule that only theirs moved",
		base: plainTree{"s": submodule("1"), "f": one}, ours: plainTree{"s": submodule("1"), "f": oneA}, theirs: plainTree{"s": submodule("2"), "f": one},
		merged: plainTree{"s": submodule("2"), "f": oneA},
	},
	{
		name: "a submodule that both moved",
		base: plainTree{"s": submodule("1"), "k": two}, ours: plainTree{"s": submodule("3"), "k": two}, theirs: plainTree{"s": submodule("2"), "k": two},
		kinds: []string{"s submodule"}, needsGit: "both sides moved the submodule s",
	},
	{
		name: "a file where the other side has a directory",
		base: plainTree{"k": two}, ours: plainTree{"k": two, "d/f": one}, theirs: plainTree{"k": two, "d": oneA},
		kinds: []string{"d file/directory"},
	},
	{
		name: "a file where our directory is new and was never opened",
		base: plainTree{"k": two}, ours: plainTree{"k": two, "c/x/deep/f": one}, theirs: plainTree{"k": two, "c/x": link("f")},
		kinds: []string{"c/x file/directory"},
	},
	{
		name: "a file takes the place of a directory of which nothing is left",
		base: plainTree{"d/f": one, "k": two}, ours: plainTree{"d/f": one, "k": oneA}, theirs: plainTree{"d": plain("file\n"), "k": two},
		merged: plainTree{"d": plain("file\n"), "k": oneA},
	},
	{
		name: "everything is deleted",
		base: plainTree{"d/f": one, "k": two}, ours: plainTree{"d/f": one}, theirs: plainTree{"k": two},
		merged: plainTree{},
	},
	{
		name:   "of two identical files that went, m/f comes before m-b/f where only one side still has m-b",
		base:   plainTree{"x/m-b/f": one, "x/m/f": one, "x/m/g": two, "k": two},
		ours:   plainTree{"x/m/f": one, "x/m/g": plain("changed\n"), "k": two},
		theirs: plainTree{"n/f": one, "k": two},
		kinds:  []string{"x/m/g modify/delete"},
	},
	{
		name: "a directory that went to two in equal parts: a file of it is looked for in the one that git's table has first",
		base: plainTree{"d/a": two, "d/b": plain("b\n"), "d/x": one},
		ours: plainTree{"lib/a": two, "app/b": plain("b\n"), "lib/x": oneA, "app/x": oneA}, theirs: plainTree{"d/a": two, "d/b": plain("b\n"), "d/x": oneL},
		merged: plainTree{"lib/a": two, "app/b": plain("b\n"), "lib/x": oneAL, "app/x": oneA},
	},
	{
		name: "empty files are never renames",
		base: plainTree{"f": plain(""), "k": two}, ours: plainTree{"g": plain(""), "k": two}, theirs: plainTree{"k": two},
		merged: plainTree{"g": plain(""), "k": two},
	},
	{
		name: "of two identical new files, the one in the directory that git opens first is the renamed one",
		base: plainTree{"f": one, "k": two}, ours: plainTree{"c/g": one, "d/f": one, "k": two}, theirs: plainTree{"f": oneL, "k": two},
		merged: plainTree{"c/g": one, "d/f": oneL, "k": two},
	},
	{
		name: "of two identical files that went, the one in an untouched directory comes last",
		base: plainTree{"a/f": one, "c/f": one, "k": two}, ours: plainTree{"z": one, "k": two}, theirs: plainTree{"a/f": one, "c/f": oneL, "k": two},
		merged: plainTree{"z": oneL, "k": two},
	},
}

func TestTreeCases(t *testing.T) {
	for _, c := range treeCases {
		t.Run(c.name, func(t *testing.T) {
			o := newOracle(t, "")
			difference, got := o.compare(c.base, c.ours, c.theirs, threeway.Options{DropTail: gitDropsTail(t)})
			if difference != "" && !gitBefore(t, c.gitBefore) {
				t.Errorf("git: %s", difference)
			}
			if c.merged != nil {
				if want := (memory{}).store(c.merged); got.Tree != want {
					t.Errorf("got %s %+v, want %s", got.Tree, got.Conflicts, want)
				}
				return
			}
			var kinds []string
			for _, k := range got.Conflicts {
				kinds = append(kinds, k.Path+" "+string(k.Kind))
				if k.Detail == "" {
					t.Errorf("%s has no sentence", k.Path)
				}
			}
			if strings.Join(kinds, ", ") != strings.Join(c.kinds, ", ") || !got.Tree.IsZero() || got.Objects != nil {
				t.Errorf("got %q, want %q and no tree", kinds, c.kinds)
			}
			if !strings.HasPrefix(got.NeedsGit, c.needsGit) || (c.needsGit == "") != (got.NeedsGit == "") {
				t.Errorf("needs git: %q, want %q", got.NeedsGit, c.needsGit)
			}
		})
	}
}
