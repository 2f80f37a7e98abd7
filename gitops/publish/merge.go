package publish

import (
	"context"
	"fmt"
	"strings"

	"ahead/gitops"
)

// GitMerge is a three-way merge of trees as the system's git does it.
type GitMerge struct {
	// Tree is the result. With conflicts it holds their markers.
	Tree gitops.Hash
	// Clean says that git found no conflict; Conflicts are those it found, in
	// the order of its paths, with git's own kind and words and without hunks:
	// only the markers in Tree would tell those, and contents have markers too.
	Clean     bool
	Conflicts []gitops.Conflict
	// Objects are the blobs and trees of Tree that the repository lacks, each
	// after what it refers to. MergeTree gives none with conflicts, MarkedTree
	// does.
	Objects []gitops.Object
}

// MergeTree lets git do to ours what turned base into theirs. All three are
// ids of trees; objects are those among them, and below them, that are not
// stored yet. Attributes are those of ours. Nothing is written to the
// repository.
func (g *Git) MergeTree(ctx context.Context, base, ours, theirs gitops.Hash, objects ...gitops.Object) (GitMerge, error) {
	return g.mergeTrees(ctx, mergeCommits(base, ours, theirs), ours, objects, func(m GitMerge) bool { return m.Clean })
}

// MarkedTree is MergeTree for a merge that conflicts and of which a person has
// decided: Objects then hold what is new in git's tree, with its markers, so
// that the decisions can be put in their place.
func (g *Git) MarkedTree(ctx context.Context, base, ours, theirs gitops.Hash, objects ...gitops.Object) (GitMerge, error) {
	return g.mergeTrees(ctx, mergeCommits(base, ours, theirs), ours, objects, func(GitMerge) bool { return true })
}

// mergeTrees merges, and reads what is new in the result where wanted says so:
// verdicts on hundreds of conflicts need none of it.
func (g *Git) mergeTrees(ctx context.Context, commits [3]gitops.Object, ours gitops.Hash, objects []gitops.Object, wanted func(GitMerge) bool) (GitMerge, error) {
	s, err := g.newScratch()
	if err != nil {
		return GitMerge{}, err
	}
	defer s.remove()
	if err := g.store(ctx, append(append([]gitops.Object{}, objects...), commits[:]...), s.env()); err != nil {
		return GitMerge{}, err
	}
	if err := s.takeAttributes(ctx, ours); err != nil {
		return GitMerge{}, err
	}
	m, err := s.merge(ctx, commits)
	if err != nil || !wanted(m) {
		return m, err
	}
	m.Objects, err = s.closure(ctx, m.Tree)
	return m, err
}

// mergeCommits are base, ours and theirs as commits that are never stored in
// the repository: two that share one parentless base. It is the one way to
// hand a merge base to every git; before 2.40 there is no --merge-base.
func mergeCommits(base, ours, theirs gitops.Hash) [3]gitops.Object {
	const who = "ahead <ahead> 0 +0000"
	root := gitops.NewObject(gitops.KindCommit,
		fmt.Appendf(nil, "tree %s\nauthor %s\ncommitter %s\n\nbase\n", base, who, who))
	side := func(tree gitops.Hash, name string) gitops.Object {
		return gitops.NewObject(gitops.KindCommit,
			fmt.Appendf(nil, "tree %s\nparent %s\nauthor %s\ncommitter %s\n\n%s\n", tree, root.Hash, who, who, name))
	}
	return [3]gitops.Object{root, side(ours, "ours"), side(theirs, "theirs")}
}

// merge runs git merge-tree on commits of mergeCommits. Its exit status is
// documented: 0 clean, 1 conflicts, anything else is an error.
func (s *scratch) merge(ctx context.Context, commits [3]gitops.Object) (GitMerge, error) {
	ours, theirs := commits[1].Hash.String(), commits[2].Hash.String()
	out, err := s.g.run(ctx, s.call("merge-tree", "--write-tree", "-z", ours, theirs))
	if exit := exitOf(err); exit != 0 && exit != 1 {
		return GitMerge{}, fmt.Errorf("let git merge: %w", err)
	}
	first, rest, _ := strings.Cut(string(out.stdout), "\x00")
	tree, parseErr := gitops.ParseHash(strings.TrimSpace(first))
	if parseErr != nil {
		// Without a tree exit status 1 was no report of a conflict.
		return GitMerge{}, fmt.Errorf("let git merge: %w", parseErr)
	}
	m := GitMerge{Tree: tree, Clean: err == nil}
	if !m.Clean {
		// Git names the sides as it was given them.
		m.Conflicts = parseConflicts(rest, strings.NewReplacer(ours, "ours", theirs, "theirs"))
	}
	return m, nil
}

// closure gives what the scratch holds of tree, children first.
func (s *scratch) closure(ctx context.Context, tree gitops.Hash) ([]gitops.Object, error) {
	ids, err := s.written()
	if err != nil {
		return nil, err
	}
	objects, err := s.g.readObjects(ctx, ids, s.env())
	if err != nil {
		return nil, err
	}
	return gitops.TreeObjects(tree, objects)
}
