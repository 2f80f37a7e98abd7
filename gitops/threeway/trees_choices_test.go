package threeway_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"ahead/gitops"
	"ahead/gitops/threeway"
)

var everySide = []gitops.Side{
	gitops.SideOurs, gitops.SideTheirs, gitops.SideBase, gitops.SideMerged, gitops.SideBoth, gitops.SideText, gitops.SideDelete, "mine",
}

// TestEveryChoiceOfEveryKind settles every conflict of the cases by hand by
// every side: one that is offered leads to a whole tree, any other is an error
// that names what there is.
func TestEveryChoiceOfEveryKind(t *testing.T) {
	tried := make(map[gitops.ConflictKind]int)
	bytes := article("bytes", 12) + "\x00\n"
	cases := append(slices.Clone(treeCases), treeCase{
		name: "both sides add a submodule",
		base: plainTree{"k": two}, ours: plainTree{"s": submodule("1"), "k": two}, theirs: plainTree{"s": submodule("2"), "k": two},
		kinds: []string{"s submodule"},
	}, treeCase{
		// What is offered of a path that both sides renamed is no merge of what does not
		// merge.
		name: "both sides rename a binary file and change it",
		base: plainTree{"b": plain(bytes), "k": two}, ours: plainTree{"o": plain(bytes + "ours\n"), "k": two},
		theirs: plainTree{"t": plain(bytes + "theirs\n"), "k": two}, kinds: []string{"b rename/rename"},
	})
	for _, c := range cases {
		if len(c.kinds) == 0 || c.needsGit != "" {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			objs := memory{}
			base, ours, theirs := objs.store(c.base), objs.store(c.ours), objs.store(c.theirs)
			open, err := threeway.MergeTrees(context.Background(), objs, base, ours, theirs, threeway.Options{})
			if err != nil || open.NeedsGit != "" {
				t.Skip(err, open.NeedsGit)
			}
			for _, conflict := range open.Conflicts {
				tried[conflict.Kind]++
				for _, side := range everySide {
					got, err := threeway.MergeTrees(context.Background(), objs, base, ours, theirs, threeway.Options{
						Settle: func(at gitops.Conflict) (threeway.Settlement, bool) {
							if at.Path != conflict.Path {
								return threeway.Settlement{KeepOurs: true}, true
							}
							if at.Key() != conflict.Key() {
								t.Errorf("%s is another conflict when it is settled", at.Path)
							}
							return threeway.Settlement{Take: side, Text: "by hand\n"}, true
						},
					})
					checkChoice(t, objs, conflict, side, got, err)
				}
			}
		})
	}
	for _, kind := range []gitops.ConflictKind{
		gitops.ConflictContent, gitops.ConflictAddAdd, gitops.ConflictModifyDelete, gitops.ConflictRenameDelete, gitops.ConflictRenameRename,
		gitops.ConflictRenameAdd, gitops.ConflictFileDirectory, gitops.ConflictDirRename, gitops.ConflictBinary, gitops.ConflictMode,
		gitops.ConflictSymlink, gitops.ConflictTypes, gitops.ConflictSubmodule,
	} {
		if tried[kind] == 0 {
			t.Errorf("no case of %s", kind)
		}
	}
}

func checkChoice(t *testing.T, objs memory, c gitops.Conflict, side gitops.Side, got threeway.Result, err error) {
	t.Helper()
	if !slices.Contains(c.Choices(), side) {
		var e *gitops.Error
		if !errors.As(err, &e) || e.Code != gitops.CodeUsage || !strings.Contains(e.What, c.Path) || e.Hint == "" {
			t.Errorf("%s (%s) by %s: %v", c.Path, c.Kind, side, err)
		}
		return
	}
	if err != nil || !got.Clean() || len(got.Settled) == 0 {
		t.Errorf("%s (%s) by %s: %v, open %v", c.Path, c.Kind, side, err, got.Conflicts)
		return
	}
	if difference := complete(objs, got); difference != "" {
		t.Errorf("%s (%s) by %s: %s", c.Path, c.Kind, side, difference)
	}
}

// TestRenamedTwiceBothWays: the two new names of a file, and its old one, are
// three conflicts; nothing of either side's edits is lost on the way.
func TestRenamedTwiceBothWays(t *testing.T) {
	objs := memory{}
	base, ours, theirs := objs.store(plainTree{"f": one, "k": two}), objs.store(plainTree{"g": oneA, "k": two}), objs.store(plainTree{"h": oneL, "k": two})
	settle := map[string]threeway.Settlement{"f": {Take: gitops.SideDelete}, "g": {Take: gitops.SideDelete}, "h": {Take: gitops.SideMerged}}
	got, err := threeway.MergeTrees(context.Background(), objs, base, ours, theirs, threeway.Options{
		Settle: func(c gitops.Conflict) (threeway.Settlement, bool) { s, ok := settle[c.Path]; return s, ok },
	})
	if want := objs.store(plainTree{"h": oneAL, "k": two}); err != nil || got.Tree != want {
		t.Errorf("%v %+v, want %s", err, got, want)
	}
	delete(settle, "g")
	got, err = threeway.MergeTrees(context.Background(), objs, base, ours, theirs, threeway.Options{
		Settle: func(c gitops.Conflict) (threeway.Settlement, bool) { s, ok := settle[c.Path]; return s, ok },
	})
	if err != nil || got.Clean() || len(got.Conflicts) != 1 || got.Conflicts[0].Path != "g" || len(got.Settled) != 2 || !got.Tree.IsZero() {
		t.Errorf("one is open: %v %+v", err, got)
	}
}

// TestAFileInPlaceOfADirectoryThatWent: git finds a conflict at the file as
// well, and it has its own name once nothing of the directory is left.
func TestAFileInPlaceOfADirectoryThatWent(t *testing.T) {
	objs := memory{}
	base := objs.store(plainTree{"d/f": one, "k": two})
	ours := objs.store(plainTree{"d": two, "k": two})
	theirs := objs.store(plainTree{"d/f": oneA, "k": two})
	var asked []string
	merge := func(settle map[string]threeway.Settlement) threeway.Result {
		asked = nil
		got, err := threeway.MergeTrees(context.Background(), objs, base, ours, theirs, threeway.Options{
			NoRenames: true,
			Settle: func(c gitops.Conflict) (threeway.Settlement, bool) {
				asked = append(asked, c.Path)
				s, ok := settle[c.Path]
				return s, ok
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if got := merge(nil); len(got.Conflicts) != 2 || got.Conflicts[0].Kind != gitops.ConflictFileDirectory {
		t.Fatalf("%+v", got.Conflicts)
	}
	got := merge(map[string]threeway.Settlement{"d/f": {Take: gitops.SideDelete}})
	if want := objs.store(plainTree{"d": two, "k": two}); got.Tree != want || len(got.Settled) != 2 || len(asked) != 2 {
		t.Errorf("%+v, want %s", got, want)
	}
	got = merge(map[string]threeway.Settlement{"d/f": {Take: gitops.SideDelete}, "d": {Take: gitops.SideDelete}})
	if want := objs.store(plainTree{"k": two}); got.Tree != want {
		t.Errorf("%+v, want %s", got, want)
	}
	got = merge(map[string]threeway.Settlement{"d/f": {Take: gitops.SideTheirs}, "d": {Take: gitops.SideDelete}})
	if want := objs.store(plainTree{"d/f": oneA, "k": two}); got.Tree != want {
		t.Errorf("%+v, want %s", got, want)
	}
}
