package suspect

import (
	"bytes"
	"context"
	"errors"

	"ahead/gitops"
	"ahead/gitops/linediff"
	"ahead/gitops/treediff"
)

// diffWords reads the words of the lines that changed.
func diffWords(ctx context.Context, objs gitops.Objects, changes []gitops.FileChange, each func(stem, spelled string)) error {
	if len(changes) > maxDiffFiles {
		return nil
	}
	for _, f := range changes {
		if err := ctx.Err(); err != nil {
			return err
		}
		a, b, err := sides(objs, f)
		if errors.Is(err, gitops.ErrMissing) {
			continue
		}
		if err != nil {
			return err
		}
		if len(a) > maxDiffBlob || len(b) > maxDiffBlob || treediff.IsBinary(a) || treediff.IsBinary(b) {
			continue
		}
		a, b = trimCommon(a, b)
		was, is := linediff.Split(a), linediff.Split(b)
		for _, ch := range linediff.Diff(was, is, linediff.Myers) {
			for _, l := range was[ch.AStart:ch.AEnd] {
				terms(string(l), each)
			}
			for _, l := range is[ch.BStart:ch.BEnd] {
				terms(string(l), each)
			}
		}
	}
	return nil
}

func sides(objs gitops.Objects, f gitops.FileChange) (a, b []byte, err error) {
	if f.OldMode != 0 && f.OldMode != gitops.ModeSubmodule {
		if a, err = objs.Blob(f.OldHash); err != nil {
			return nil, nil, err
		}
	}
	if f.NewMode != 0 && f.NewMode != gitops.ModeSubmodule {
		b, err = objs.Blob(f.NewHash)
	}
	return a, b, err
}

// trimCommon leaves out the whole lines with which both texts begin and end: most
// of a file stays as it was, and splitting it cost more than comparing the rest.
func trimCommon(a, b []byte) (restA, restB []byte) {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	n = bytes.LastIndexByte(a[:n], '\n') + 1
	a, b = a[n:], b[n:]
	k := 0
	for k < len(a) && k < len(b) && a[len(a)-1-k] == b[len(b)-1-k] {
		k++
	}
	// A line is common only with the line ending before it, or where it is all.
	if k == 0 || k == len(a) && k == len(b) {
		return a[:len(a)-k], b[:len(b)-k]
	}
	end := bytes.IndexByte(a[len(a)-k:], '\n')
	if end < 0 {
		return a, b
	}
	k -= end + 1
	return a[:len(a)-k], b[:len(b)-k]
}
