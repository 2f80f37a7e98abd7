package treediff

import (
	"context"
	"slices"
	"strings"

	"ahead/gitops"
)

// DefaultRenameLimit is git's diff.renameLimit.
const DefaultRenameLimit = 1000

// RenameOptions choose how DetectRenames works. The zero value is what
// `git diff` does.
type RenameOptions struct {
	// MinScore is the least similarity in 1/60000; 0 means half.
	MinScore int
	// Limit is diff.renameLimit; 0 means DefaultRenameLimit, negative none.
	Limit int
	// DropTail is for git before 2.44, which leaves a last line without a
	// line ending out of the estimate.
	DropTail bool
	// Prints are fingerprints that searches share; nil for none.
	Prints *Prints
}

// DetectRenames turns deletions and additions that belong together into
// renames. changes is in path order, as Walk gives it, and is not changed; a
// rename stands where its addition stood. Line counts that were known stay
// only with changes that are not paired.
func DetectRenames(ctx context.Context, objs gitops.Objects, changes []gitops.FileChange, opt RenameOptions) ([]gitops.FileChange, error) {
	gone, came := split(changes)
	limit := opt.Limit
	if limit == 0 {
		limit = DefaultRenameLimit
	}
	pairs, _, err := PairRenames(ctx, objs, files(changes, gone, oldFile), files(changes, came, newFile), PairOptions{
		MinScore: opt.MinScore, Limit: max(0, limit), DropTail: opt.DropTail, Prints: opt.Prints,
	})
	if err != nil {
		return nil, err
	}
	out := slices.Clone(changes)
	drop := make(map[int]bool, len(pairs))
	for _, p := range pairs {
		from, to := changes[gone[p.Source]], changes[came[p.Dest]]
		drop[gone[p.Source]] = true
		out[came[p.Dest]] = gitops.FileChange{
			Path: to.Path, OldPath: from.Path, Status: gitops.Renamed,
			OldMode: from.OldMode, OldHash: from.OldHash,
			NewMode: to.NewMode, NewHash: to.NewHash,
			Similarity: p.Score * 100 / MaxScore,
		}
	}
	kept := out[:0]
	for i, c := range out {
		if !drop[i] {
			kept = append(kept, c)
		}
	}
	slices.SortStableFunc(kept, func(a, b gitops.FileChange) int { return strings.Compare(a.Path, b.Path) })
	return kept, nil
}

// split gives the indexes of deletions and of additions.
func split(changes []gitops.FileChange) (gone, came []int) {
	for i, c := range changes {
		switch c.Status {
		case gitops.Deleted:
			gone = append(gone, i)
		case gitops.Added:
			came = append(came, i)
		}
	}
	return gone, came
}

func files(changes []gitops.FileChange, indexes []int, side func(gitops.FileChange) File) []File {
	out := make([]File, len(indexes))
	for i, at := range indexes {
		out[i] = side(changes[at])
	}
	return out
}

func oldFile(c gitops.FileChange) File {
	return File{Path: c.From(), Mode: c.OldMode, Hash: c.OldHash}
}

func newFile(c gitops.FileChange) File {
	return File{Path: c.Path, Mode: c.NewMode, Hash: c.NewHash}
}
