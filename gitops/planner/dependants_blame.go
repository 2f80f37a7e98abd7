package planner

import (
	"errors"
	"slices"
	"sort"

	"ahead/gitops"
	"ahead/gitops/linediff"
	"ahead/gitops/treediff"
)

// blame follows places of a file back through the later commits, as
// `git log -L` follows a range: each change of the file moves them, and the
// commit whose change meets one has made it. Lines that were made are not
// followed further, except through the commits that are passed: those are
// reverted, so what was there before them counts.
type blame struct {
	*search
	passed func(int32) bool
	// strict takes lines at their word; otherwise a change next to a place
	// meets it too, as it does in a merge.
	strict bool
	// all finds those that are passed as well.
	all   bool
	found []int32

	live   map[fileVersion][]lineSpan
	agenda []pathChange
}

type fileVersion struct {
	path string
	blob gitops.Hash
}

type pathChange struct {
	node int32
	path string
}

// from starts at a version of a file; it need not be the tip's own, since some
// commits may be reverted already.
func (b *blame) from(path string, blob gitops.Hash, spans []lineSpan) error {
	tip, ok, err := treediff.Lookup(b.since.objs, b.trial.onto.Tree, path)
	if err != nil || !ok || !hasLines(tip) {
		return err
	}
	if tip.Hash != blob {
		// Where two renames met, ours is what the merge itself made of them, and
		// nobody keeps that: then the lines cannot be followed.
		if _, err := b.trial.objects.Blob(blob); errors.Is(err, gitops.ErrMissing) {
			return nil
		}
		changes, err := b.edits(tip.Hash, blob)
		if err != nil {
			return err
		}
		for k, s := range spans {
			spans[k] = carry(changes, s)
		}
	}
	b.live = map[fileVersion][]lineSpan{{path, tip.Hash}: spans}
	if err := b.follow(path, -1); err != nil {
		return err
	}
	for len(b.agenda) > 0 && len(b.live) > 0 && b.steps < b.share.steps {
		next := b.agenda[0]
		b.agenda = b.agenda[1:]
		if err := b.step(next); err != nil {
			return err
		}
		if !b.all && len(b.found) > b.share.set {
			return nil
		}
	}
	return nil
}

// follow puts the changes of a path on the agenda, those before one node only.
func (b *blame) follow(path string, before int32) error {
	if err := b.fetch([]string{path}); err != nil {
		return err
	}
	for _, i := range b.byPath[path] {
		if before < 0 || b.since.older(i, before) {
			b.agenda = append(b.agenda, pathChange{i, path})
		}
	}
	sort.SliceStable(b.agenda, func(i, j int) bool { return b.since.older(b.agenda[j].node, b.agenda[i].node) })
	return nil
}

// step takes the places of one version of a file to the versions before it. What
// meets the change against every parent was made here.
func (b *blame) step(at pathChange) error {
	c, err := b.since.objs.Commit(b.since.name(at.node))
	if err != nil {
		return err
	}
	now, ok, err := treediff.Lookup(b.since.objs, c.Tree, at.path)
	if err != nil || !ok {
		return err
	}
	version := fileVersion{at.path, now.Hash}
	spans := b.live[version]
	if len(spans) == 0 {
		return nil
	}
	delete(b.live, version)
	b.steps++
	made := true
	for _, p := range c.Parents {
		met, err := b.toParent(at, c, p, now, spans)
		if err != nil {
			return err
		}
		made = made && met
	}
	if made && (b.all || !b.passed(at.node)) {
		b.found = union(b.found, []int32{at.node})
	}
	return nil
}

// hasLines: where a file is now a directory or a submodule may have been.
func hasLines(e gitops.TreeEntry) bool { return !e.IsTree() && e.Mode != gitops.ModeSubmodule }

// toParent carries the places over one change; met says that it touches any.
func (b *blame) toParent(at pathChange, c gitops.Commit, parent gitops.Hash, now gitops.TreeEntry, spans []lineSpan) (met bool, err error) {
	pc, err := b.since.objs.Commit(parent)
	if err != nil {
		return false, err
	}
	path := at.path
	old, ok, err := treediff.Lookup(b.since.objs, pc.Tree, path)
	if err != nil {
		return false, err
	}
	if !ok || !hasLines(old) {
		if path, old, ok, err = b.source(pc.Tree, c.Tree, path); err != nil || !ok {
			return true, err
		}
		if err := b.follow(path, at.node); err != nil {
			return false, err
		}
	}
	if old.Hash == now.Hash {
		b.keep(fileVersion{path, old.Hash}, spans)
		// A file that only moved is in the way of nothing that has lines.
		return false, nil
	}
	changes, err := b.edits(old.Hash, now.Hash)
	if err != nil {
		return false, err
	}
	var before []lineSpan
	for _, s := range spans {
		if b.meets(changes, s) {
			met = true
		}
		if b.passed(at.node) {
			before = append(before, carry(changes, s))
		} else {
			before = append(before, b.rest(changes, s)...)
		}
	}
	b.keep(fileVersion{path, old.Hash}, before)
	return met, nil
}

// keep adds places to those of a version. What came to it from several sides is
// kept once: lines of history part and meet again at every merge, and their
// places would double there each time.
func (b *blame) keep(at fileVersion, spans []lineSpan) {
	if len(spans) > 0 {
		b.live[at] = joined(slices.Concat(b.live[at], spans))
	}
}

// source finds where a file came from that the parent does not have.
func (b *blame) source(before, after gitops.Hash, path string) (string, gitops.TreeEntry, bool, error) {
	changes, err := treediff.Walk(b.trial.ctx, b.since.objs, before, after)
	if err != nil {
		return "", gitops.TreeEntry{}, false, err
	}
	// Only this path is asked about: every other addition would cost a
	// comparison with each file that went away.
	changes = slices.DeleteFunc(changes, func(c gitops.FileChange) bool {
		return c.Status != gitops.Deleted && c.Path != path
	})
	changes, err = treediff.DetectRenames(b.trial.ctx, b.since.objs, changes, treediff.RenameOptions{})
	if err != nil {
		return "", gitops.TreeEntry{}, false, err
	}
	for _, c := range changes {
		if c.Path == path && c.Status == gitops.Renamed {
			return c.OldPath, gitops.TreeEntry{Mode: c.OldMode, Hash: c.OldHash}, true, nil
		}
	}
	return "", gitops.TreeEntry{}, false, nil
}

// edits compares two versions of a file. The ends that they share are put aside
// first: where a merge must find git's own choice of lines, this one must only
// be right, and quick.
func (b *blame) edits(old, now gitops.Hash) ([]linediff.Change, error) {
	return b.since.edits(b.trial.objects, old, now)
}
