package desk

import (
	"context"
	"errors"
	"path"
	"slices"
	"sync"

	"ahead/gitops"
	"ahead/gitops/treediff"
)

// rehearsal reads objects and notes those that are absent. In their place it
// gives something of the same kind, so that a merge goes on and asks for the
// next one: all that it needs comes to light at once, from the engine itself
// and not from a guess about it. What is computed on it is thrown away.
type rehearsal struct {
	under gitops.Objects

	mu           sync.Mutex
	noted        map[gitops.Hash]bool
	trees, blobs []gitops.Hash
}

func newRehearsal(under gitops.Objects) *rehearsal {
	return &rehearsal{under: under, noted: map[gitops.Hash]bool{}}
}

// note adds to one of the two lists.
func (r *rehearsal) note(list *[]gitops.Hash, ids ...gitops.Hash) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, h := range ids {
		if !r.noted[h] {
			r.noted[h] = true
			*list = append(*list, h)
		}
	}
}

// take adds what another rehearsal found absent.
func (r *rehearsal) take(other *rehearsal) {
	r.note(&r.trees, other.trees...)
	r.note(&r.blobs, other.blobs...)
}

// absent are the objects to ask for next. Never both kinds at once: a content
// that lies in a tree of the same request is left out by the remote with all
// others of that tree (git's list-objects-filter forgets that it was named).
func (r *rehearsal) absent() []gitops.Hash {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.trees) > 0 {
		return slices.Clone(r.trees)
	}
	return slices.Clone(r.blobs)
}

// Commit implements gitops.Objects. No partial clone leaves commits out; where
// one is missing the history is shallow, and no fetch of objects mends that.
func (r *rehearsal) Commit(h gitops.Hash) (gitops.Commit, error) { return r.under.Commit(h) }

// Tree implements gitops.Objects; an absent tree is empty.
func (r *rehearsal) Tree(h gitops.Hash) ([]gitops.TreeEntry, error) {
	entries, err := r.under.Tree(h)
	if errors.Is(err, gitops.ErrMissing) {
		r.note(&r.trees, h)
		return nil, nil
	}
	return entries, err
}

// Blob implements gitops.Objects. An absent content is one line that no other
// has; the sign makes it a comment where it is read for attributes.
func (r *rehearsal) Blob(h gitops.Hash) ([]byte, error) {
	data, err := r.under.Blob(h)
	if errors.Is(err, gitops.ErrMissing) {
		r.note(&r.blobs, h)
		return []byte("# " + h.String() + "\n"), nil
	}
	return data, err
}

// mergeByGit reads what git reads for a merge, and rather more than less: it
// cannot be asked, and it reads each thing that it misses from the network,
// one by one, or fails.
func (r *rehearsal) mergeByGit(ctx context.Context, m gitops.Merge) {
	changed, err := treediff.Walk(ctx, r, m.Base, m.Theirs)
	if err != nil {
		return
	}
	moved := false
	for _, f := range changed {
		r.file(f.OldMode, f.OldHash)
		r.file(f.NewMode, f.NewHash)
		ours, here, err := treediff.Lookup(r, m.Ours, f.Path)
		if err == nil && here {
			r.file(ours.Mode, ours.Hash)
		}
		moved = moved || f.Status == gitops.Added || f.Status == gitops.Deleted || !here
	}
	if moved {
		r.cameAndWent(ctx, m.Base, m.Ours)
	}
	r.attributes(ctx, m.Ours)
}

// cameAndWent reads the candidates of renames between two trees.
func (r *rehearsal) cameAndWent(ctx context.Context, a, b gitops.Hash) {
	changed, _ := treediff.Walk(ctx, r, a, b)
	for _, f := range changed {
		switch f.Status {
		case gitops.Added:
			r.file(f.NewMode, f.NewHash)
		case gitops.Deleted:
			r.file(f.OldMode, f.OldHash)
		}
	}
}

// attributes reads all attributes of a tree: git gets them as files.
func (r *rehearsal) attributes(ctx context.Context, tree gitops.Hash) {
	files, _ := treediff.Walk(ctx, r, gitops.Hash{}, tree)
	for _, f := range files {
		if path.Base(f.Path) == ".gitattributes" {
			r.file(f.NewMode, f.NewHash)
		}
	}
}

func (r *rehearsal) file(mode gitops.Mode, h gitops.Hash) {
	if mode != 0 && mode != gitops.ModeSubmodule && mode != gitops.ModeTree {
		_, _ = r.Blob(h)
	}
}

// rehearsedGit notes what git would read and has git do nothing.
type rehearsedGit struct{ r *rehearsal }

// MergeTree implements planner.GitMerger with a conflict, which ends the plan.
func (g rehearsedGit) MergeTree(ctx context.Context, m gitops.Merge, unstored []gitops.Object) (gitops.Hash, []gitops.Object, []gitops.Conflict, error) {
	own := newRehearsal(gitops.NewOverlay(g.r.under, unstored...))
	own.mergeByGit(ctx, m)
	g.r.take(own)
	return gitops.Hash{}, nil, []gitops.Conflict{{Kind: gitops.ConflictContent}}, nil
}
