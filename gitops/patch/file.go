package patch

import (
	"context"
	"fmt"

	"ahead/gitops"
	"ahead/gitops/linediff"
	"ahead/gitops/treediff"
)

// DefaultContext is how many unchanged lines `git diff` shows around a change.
const DefaultContext = 3

// File computes the hunks of one change, with up to around unchanged lines on
// either side, and fills in the counts of its lines. Files that are binary and
// submodules have no hunks. A change of type is shown as git shows it: all of
// the old content removed in one hunk, all of the new one added in another.
func File(ctx context.Context, objs gitops.Objects, change gitops.FileChange, around int) (gitops.FileDiff, error) {
	change.Additions, change.Deletions, change.Binary = 0, 0, false
	diff := gitops.FileDiff{Change: change}
	if err := ctx.Err(); err != nil {
		return diff, err
	}
	before, err := content(objs, change.From(), change.OldMode, change.OldHash)
	if err != nil {
		return diff, err
	}
	after, err := content(objs, change.Path, change.NewMode, change.NewHash)
	if err != nil {
		return diff, err
	}
	retyped := change.Status == gitops.TypeChanged
	if change.OldHash == change.NewHash && !retyped {
		return diff, nil
	}
	if treediff.IsBinary(before) || treediff.IsBinary(after) {
		diff.Change.Binary = true
		return diff, nil
	}
	a, b := linediff.Split(before), linediff.Split(after)
	if retyped {
		diff.Hunks = append(hunks(a, nil, around), hunks(nil, b, around)...)
	} else {
		diff.Hunks = hunks(a, b, around)
	}
	for _, h := range diff.Hunks {
		for _, l := range h.Lines {
			switch l.Kind {
			case gitops.LineAdded:
				diff.Change.Additions++
			case gitops.LineRemoved:
				diff.Change.Deletions++
			}
		}
	}
	return diff, nil
}

// content reads one side; an absent one and a submodule are empty.
func content(objs gitops.Objects, path string, mode gitops.Mode, hash gitops.Hash) ([]byte, error) {
	if mode == 0 || mode == gitops.ModeSubmodule {
		return nil, nil
	}
	data, err := objs.Blob(hash)
	if err != nil {
		return nil, fmt.Errorf("read %q (blob %s): %w", path, hash, err)
	}
	return data, nil
}
