package publish

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
)

// How a change was recognised on the production branch.
const (
	// landedMerge: our very commit is an ancestor of the branch.
	landedMerge = "merge"
	// landedSame: one commit turns its parent into just what merging our change
	// into that parent gives: a squash, a rebase, a merge queue, a cherry-pick.
	landedSame = "same change"
	// landedWhole: one commit says that it reverts what ours reverts, and holds
	// the whole of our change beside something else.
	landedWhole = "whole change"
)

// landing is what a waiting run's change became on the production branch.
type landing struct {
	// commit is the one that brought it there, on the branch's first parents;
	// zero where it has not landed.
	commit gitops.Hash
	how    string
	// as are the commits that ours became, oldest first; nil where the branch
	// holds ours themselves.
	as []gitops.Hash
	// merges are those of as that are merges.
	merges []gitops.Hash
	// undone is a later commit that takes the change back; zero for none.
	undone gitops.Hash
	// words say how it was recognised, or what was found in place of it.
	words string
}

// landing fetches, and looks for the run's change among what came after the
// commit that it was made for. A commit that only says the same, or does a part
// of it, is named in the words and is no landing.
func (g *Git) landing(ctx context.Context, run gitops.Run) (landing, error) {
	fetched, err := g.Fetch(ctx, run.Plan.Remote, run.Plan.Branch)
	if err != nil {
		return landing{}, err
	}
	if run.Receipt.Commit.IsZero() {
		return landing{words: "no commit was made yet"}, nil
	}
	if here, err := g.resolve(ctx, run.Receipt.Commit.String()+"^{commit}"); err != nil || here.IsZero() {
		return landing{}, gone(run, err)
	}
	look := &landingSearch{g: g, run: run, ours: run.Receipt.Commit, tip: fetched.Tip, trees: map[string]gitops.Hash{}}
	l, err := look.find(ctx)
	if err != nil || l.commit.IsZero() {
		return l, err
	}
	if l.merges, err = g.mergesOf(ctx, l.as); err != nil {
		return landing{}, err
	}
	return look.stillThere(ctx, l)
}

// gone is the error of a commit that a clean-up took: nothing here refers to it
// any more, while the remote's branch still may.
func gone(run gitops.Run, err error) error {
	if err != nil {
		return fmt.Errorf("look up %s: %w", run.Receipt.Commit, err)
	}
	return &gitops.Error{
		Code: gitops.CodeMissingObject, What: fmt.Sprintf("the commit %s of this run is no longer here", run.Receipt.Commit.Short()),
		Hint: fmt.Sprintf("if its branch is still there: git fetch %s %s", run.Plan.Remote, run.Plan.Passage.Via), Err: gitops.ErrMissing,
	}
}

// landingSearch is one search.
type landingSearch struct {
	g         *Git
	run       gitops.Run
	ours, tip gitops.Hash
	// trees are those that were looked up.
	trees map[string]gitops.Hash
}

func (l *landingSearch) find(ctx context.Context) (landing, error) {
	merged, err := l.g.isAncestor(ctx, l.ours, l.tip)
	if err != nil {
		return landing{}, fmt.Errorf("is %s merged: %w", l.ours.Short(), err)
	}
	if merged {
		return l.byAncestry(ctx)
	}
	return l.byChange(ctx)
}

// byAncestry finds the first commit on the branch's first parents that contains
// ours. From there on all do, so halving finds it.
func (l *landingSearch) byAncestry(ctx context.Context) (landing, error) {
	line, err := l.mainline(ctx)
	if err != nil {
		return landing{}, err
	}
	low, high := 0, len(line)-1
	for low < high {
		middle := (low + high) / 2
		holds, err := l.g.isAncestor(ctx, l.ours, line[middle])
		if err != nil {
			return landing{}, err
		}
		if holds {
			high = middle
		} else {
			low = middle + 1
		}
	}
	at := l.ours
	if len(line) > 0 {
		at = line[low]
	}
	words := fmt.Sprintf("%s merged %s", at.Short(), l.ours.Short())
	if at == l.ours {
		words = fmt.Sprintf("%s is on %s itself", at.Short(), l.run.Plan.Branch)
	}
	return landing{commit: at, how: landedMerge, words: words}, nil
}

// mainline are the commits that the branch got since, by first parents, oldest
// first.
func (l *landingSearch) mainline(ctx context.Context, paths ...string) ([]gitops.Hash, error) {
	c := call{
		args:  []string{"rev-list", "--first-parent", "--reverse", "--stdin"},
		stdin: []byte(l.tip.String() + "\n^" + l.run.Plan.Onto.String() + "\n"),
	}
	if len(paths) > 0 {
		c.stdin = append(c.stdin, ("--\n:(top,literal)" + strings.Join(paths, "\n:(top,literal)") + "\n")...)
	}
	out, err := l.g.run(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("what came to %s: %w", l.run.Plan.Branch, err)
	}
	var line []gitops.Hash
	for _, id := range strings.Fields(string(out.stdout)) {
		h, err := gitops.ParseHash(id)
		if err != nil {
			return nil, fmt.Errorf("git rev-list: %w", err)
		}
		line = append(line, h)
	}
	return line, nil
}

// candidatesMax bounds how many commits are compared, the newest ones.
const candidatesMax = 300

// byChange compares the commits that touch a path of ours with what merging
// our change into their parents gives.
func (l *landingSearch) byChange(ctx context.Context) (landing, error) {
	line, err := l.candidates(ctx)
	if err != nil {
		return landing{}, err
	}
	named := ""
	for i, at := range line {
		// Several new commits that were rebased came one after the other: the
		// last of them holds the whole.
		for _, from := range []int{i, i - len(l.run.Receipt.Commits) + 1} {
			if from < 0 || from != i && len(l.run.Receipt.Commits) == 1 {
				continue
			}
			like, err := l.compare(ctx, line[from], at, l.with, l.without)
			switch {
			case err != nil:
				return landing{}, err
			case like == same:
				return landing{commit: at, how: landedSame, as: line[from : i+1], words: fmt.Sprintf("%s makes the same change as %s", at.Short(), l.ours.Short())}, nil
			case like == theRest:
				named = fmt.Sprintf("with %s, %s holds all that %s changes, by several commits of others", at.Short(), l.run.Plan.Branch, l.ours.Short())
			}
		}
		says, err := l.says(ctx, at)
		if err != nil {
			return landing{}, err
		}
		if !says {
			continue
		}
		whole, err := l.brings(ctx, at)
		if err != nil {
			return landing{}, err
		}
		if whole {
			words := fmt.Sprintf("%s says that it reverts the same, and holds the whole of %s beside other changes", at.Short(), l.ours.Short())
			return landing{commit: at, how: landedWhole, as: line[i : i+1], words: words}, nil
		}
		if named != "" {
			continue
		}
		named = fmt.Sprintf("%s on %s says that it reverts the same, but makes another change; look at it before you go on", at.Short(), l.run.Plan.Branch)
	}
	return landing{words: named}, nil
}

func (l *landingSearch) candidates(ctx context.Context) ([]gitops.Hash, error) {
	out, err := l.g.run(ctx, call{args: []string{
		"diff-tree", "-r", "--no-renames", "--name-only", "-z", l.run.Plan.Onto.String(), l.ours.String(),
	}})
	if err != nil {
		return nil, fmt.Errorf("what %s changes: %w", l.ours.Short(), err)
	}
	var paths []string
	for _, path := range strings.Split(strings.TrimSuffix(string(out.stdout), "\x00"), "\x00") {
		// A line of rev-list --stdin cannot carry such a path; the others do.
		if path != "" && !strings.Contains(path, "\n") {
			paths = append(paths, path)
		}
	}
	line, err := l.mainline(ctx, paths...)
	if len(line) > candidatesMax {
		line = line[len(line)-candidatesMax:]
	}
	return line, err
}

// likeness is how a commit's change compares with ours.
type likeness int

const (
	another likeness = iota
	same
	// theRest is what was still lacking of ours: somebody did a part of it
	// before.
	theRest
)

// change is one way of changing a tree; clean is false where it conflicts.
type change func(ctx context.Context, tree gitops.Hash) (result gitops.Hash, clean bool, err error)

// compare holds what the commits first to last do against a change: done to
// first's parent, it must give what they give, and taken from that again it
// must give the parent. The first alone would hold for the rest of a change too.
func (l *landingSearch) compare(ctx context.Context, first, last gitops.Hash, do, undo change) (likeness, error) {
	before, err := l.tree(ctx, first.String()+"^1")
	if err != nil || before.IsZero() {
		return another, err
	}
	after, err := l.tree(ctx, last.String())
	if err != nil || before == after {
		return another, err
	}
	if done, clean, err := do(ctx, before); err != nil || !clean || done != after {
		return another, err
	}
	if undone, clean, err := undo(ctx, after); err != nil || !clean || undone != before {
		return theRest, err
	}
	return same, nil
}

// brings reports whether the whole of our change is in a commit and was not in
// its parent: merging it into the one changes nothing, into the other it does.
func (l *landingSearch) brings(ctx context.Context, at gitops.Hash) (bool, error) {
	after, err := l.tree(ctx, at.String())
	if err != nil {
		return false, err
	}
	if merged, clean, err := l.with(ctx, after); err != nil || !clean || merged != after {
		return false, err
	}
	before, err := l.tree(ctx, at.String()+"^1")
	if err != nil || before.IsZero() {
		return false, err
	}
	merged, clean, err := l.with(ctx, before)
	return clean && merged != before, err
}

// with does our change to a tree, as a merge would.
func (l *landingSearch) with(ctx context.Context, tree gitops.Hash) (gitops.Hash, bool, error) {
	return l.apply(ctx, l.run.Plan.Onto, l.ours, tree)
}

// without takes our change from a tree, as a revert would.
func (l *landingSearch) without(ctx context.Context, tree gitops.Hash) (gitops.Hash, bool, error) {
	return l.apply(ctx, l.ours, l.run.Plan.Onto, tree)
}

// apply does to tree what leads from one commit to another.
func (l *landingSearch) apply(ctx context.Context, from, to, tree gitops.Hash) (gitops.Hash, bool, error) {
	base, err := l.tree(ctx, from.String())
	if err != nil {
		return gitops.Hash{}, false, err
	}
	theirs, err := l.tree(ctx, to.String())
	if err != nil {
		return gitops.Hash{}, false, err
	}
	if tree == base {
		return theirs, true, nil
	}
	merged, err := l.g.MergeTree(ctx, base, tree, theirs)
	if err != nil {
		return gitops.Hash{}, false, fmt.Errorf("compare with %s: %w", l.ours.Short(), err)
	}
	return merged.Tree, merged.Clean, nil
}

// tree is the tree of a commit; zero where there is no such commit.
func (l *landingSearch) tree(ctx context.Context, commit string) (gitops.Hash, error) {
	if known, ok := l.trees[commit]; ok {
		return known, nil
	}
	tree, err := l.g.resolve(ctx, commit+"^{tree}")
	if err == nil {
		l.trees[commit] = tree
	}
	return tree, err
}

// says reports whether a commit's message says that it reverts all that our
// commits revert.
func (l *landingSearch) says(ctx context.Context, at gitops.Hash) (bool, error) {
	message, err := l.g.text(ctx, "log", "-1", "--no-show-signature", "--format=%B", at.String())
	if err != nil {
		return false, err
	}
	named := false
	for _, c := range l.run.Plan.Commits {
		for _, reverted := range c.Reverts {
			named = true
			if !reverts(message, reverted) {
				return false, nil
			}
		}
	}
	return named, nil
}

// reverts reports whether a message says, in git's own words, that it reverts a
// commit. A forge that wraps or indents a message leaves those words alone.
func reverts(message string, commit gitops.Hash) bool {
	words := strings.Join(strings.Fields(message), " ")
	return strings.Contains(words, "This reverts commit "+commit.String())
}

// stillThere looks whether what landed has been taken back since. As long as
// the branch holds the whole change nothing has; where it does not, a later
// commit may only have changed the same lines.
func (l *landingSearch) stillThere(ctx context.Context, found landing) (landing, error) {
	tip, err := l.tree(ctx, l.tip.String())
	if err != nil {
		return landing{}, err
	}
	merged, clean, err := l.with(ctx, tip)
	if err != nil || clean && merged == tip {
		return found, err
	}
	line, err := l.candidates(ctx)
	if err != nil {
		return landing{}, err
	}
	// Newest first, and down to the one that landed.
	slices.Reverse(line)
	for _, at := range line {
		if at == found.commit {
			break
		}
		takes, err := l.takesBack(ctx, at, found.commit)
		if err != nil {
			return landing{}, err
		}
		if takes {
			found.undone = at
			found.words += fmt.Sprintf(", and %s took it back", at.Short())
			return found, nil
		}
	}
	found.words += "; later commits changed the same lines"
	return found, nil
}

// takesBack reports whether a commit says that it reverts what landed, or just
// does it: the button of a forge names its pull request and no commit.
func (l *landingSearch) takesBack(ctx context.Context, at, landed gitops.Hash) (bool, error) {
	message, err := l.g.text(ctx, "log", "-1", "--no-show-signature", "--format=%B", at.String())
	if err != nil {
		return false, err
	}
	for _, of := range append([]gitops.Hash{landed, l.ours}, l.run.Receipt.Commits...) {
		if reverts(message, of) {
			return true, nil
		}
	}
	like, err := l.compare(ctx, at, at, l.without, l.with)
	return like == same, err
}
