package treediff

import (
	"context"

	"ahead/gitops"
)

// Changes lists what differs between two trees as a person wants to see it:
// in path order, with renames found as `git diff` finds them and lines counted.
func Changes(ctx context.Context, objs gitops.Objects, a, b gitops.Hash) ([]gitops.FileChange, error) {
	changes, err := Walk(ctx, objs, a, b)
	if err != nil {
		return nil, err
	}
	changes, err = DetectRenames(ctx, objs, changes, RenameOptions{})
	if err != nil {
		return nil, err
	}
	return changes, CountLines(ctx, objs, changes)
}
