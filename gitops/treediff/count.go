package treediff

import (
	"context"
	"fmt"

	"ahead/gitops"
	"ahead/gitops/linediff"
)

// CountLines fills in, in place, how many lines each change adds and removes
// and whether it is binary, as `git diff --numstat` counts them. A submodule
// counts nothing.
func CountLines(ctx context.Context, objs gitops.Objects, changes []gitops.FileChange) error {
	for i := range changes {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := countLines(objs, &changes[i]); err != nil {
			return err
		}
	}
	return nil
}

func countLines(objs gitops.Objects, c *gitops.FileChange) error {
	c.Additions, c.Deletions, c.Binary = 0, 0, false
	if c.OldMode == gitops.ModeSubmodule || c.NewMode == gitops.ModeSubmodule {
		return nil
	}
	before, err := side(objs, c.From(), c.OldMode, c.OldHash)
	if err != nil {
		return err
	}
	after, err := side(objs, c.Path, c.NewMode, c.NewHash)
	if err != nil {
		return err
	}
	if c.OldHash == c.NewHash {
		return nil
	}
	if c.Binary = IsBinary(before) || IsBinary(after); c.Binary {
		return nil
	}
	t := linediff.NewTable()
	a := t.Read(before)
	for _, ch := range t.Diff(a.IDs, t.ReadLike(after, a).IDs, linediff.DisplayOptions()) {
		c.Deletions += ch.AEnd - ch.AStart
		c.Additions += ch.BEnd - ch.BStart
	}
	return nil
}

// side reads one side of a change; an absent one is empty.
func side(objs gitops.Objects, path string, mode gitops.Mode, hash gitops.Hash) ([]byte, error) {
	if mode == 0 {
		return nil, nil
	}
	data, err := objs.Blob(hash)
	if err != nil {
		return nil, fmt.Errorf("read %q (blob %s): %w", path, hash, err)
	}
	return data, nil
}
