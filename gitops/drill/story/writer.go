package story

import (
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
)

//go:embed all:base
var base embed.FS

// role marks a change that the history has to remember.
type role int

const (
	innocent role = iota
	culprit
	culpritPart
	sameFile
	conflicting
	overlaid
	undone
	undoing
	migration
	lockfile
	ciChange
	merge
)

// change is what becomes a commit on main. With parts it is a topic branch:
// the parts become its commits, and the change itself their merge.
type change struct {
	team, subject, body string
	edits               []edit
	role                role
	branch              string
	parts               []change
}

// allEdits are the edits that a change brings to main.
func (c change) allEdits() []edit {
	edits := slices.Clone(c.edits)
	for _, p := range c.parts {
		edits = append(edits, p.edits...)
	}
	return edits
}

// writer writes one history.
type writer struct {
	rnd    *random
	people cast
	names  naming
	shelf  *shelf
	h      *History
	// main are the indices of main's commits in h.Commits, oldest first.
	main []int
}

func newWriter(seed uint64, scenario string) *writer {
	rnd := newRandom(seed, "history "+scenario)
	return &writer{
		rnd: rnd, people: newCast(rnd), shelf: newShelf(rnd),
		names: naming{blobs: map[string]gitops.Hash{}},
		h:     &History{Now: present},
	}
}

// found writes the first commit.
func (w *writer) found() error {
	files := tree{}
	err := fs.WalkDir(base, "base", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := base.ReadFile(path)
		files[strings.TrimPrefix(path, "base/")] = string(text)
		return err
	})
	if err != nil {
		return fmt.Errorf("read the shop's first files: %w", err)
	}
	w.shelf.stock(files)
	who := w.people[teamPlatform][0]
	w.main = append(w.main, w.record(who, founded, "Move the storefront into its own repository\n", files))
	return nil
}

// record adds a commit and gives its index.
func (w *writer) record(who person, when time.Time, message string, files tree, parents ...int) int {
	c := gitops.Commit{Tree: w.names.tree(files), Author: who.at(when), Committer: who.at(when), Message: message}
	for _, p := range parents {
		c.Parents = append(c.Parents, w.h.Commits[p].Hash)
	}
	c.Hash = commitHash(c)
	w.h.Commits = append(w.h.Commits, Commit{Commit: c, Files: files})
	return len(w.h.Commits) - 1
}

func (w *writer) tip() int { return w.main[len(w.main)-1] }

// put writes a change onto main at a moment.
func (w *writer) put(c change, when time.Time) error {
	tip := w.tip()
	files, err := apply(w.h.Commits[tip].Files, c.allEdits())
	if err != nil {
		return fmt.Errorf("%q: %w", c.subject, err)
	}
	parents := []int{tip}
	message := w.message(c)
	if len(c.parts) > 0 {
		head, err := w.branchOff(c, files, when)
		if err != nil {
			return fmt.Errorf("branch %q: %w", c.branch, err)
		}
		parents = append(parents, head)
	}
	at := w.record(pick(w.rnd, w.people[c.team]), when, message, files, parents...)
	w.main = append(w.main, at)
	w.remember(c.role, w.h.Commits[at].Hash)
	return nil
}

// branchOff writes the commits of a topic branch and gives its head. The
// branch starts a few commits back, but never before one that touches the same
// files: then the merge is git's own for certain, whatever its algorithm.
func (w *writer) branchOff(c change, merged tree, when time.Time) (head int, err error) {
	touched := changed(w.h.Commits[w.tip()].Files, merged)
	from := len(w.main) - 1
	for back := 0; back < 3 && from > 0; back++ {
		others := changed(w.h.Commits[w.main[from-1]].Files, w.h.Commits[w.main[from]].Files)
		if slices.ContainsFunc(others, func(p string) bool { return slices.Contains(touched, p) }) {
			break
		}
		from--
	}
	head = w.main[from]
	times := moments(w.rnd, w.h.Commits[head].Committer.When.UTC(), when, len(c.parts))
	who := pick(w.rnd, w.people[c.team])
	for i, part := range c.parts {
		files, err := apply(w.h.Commits[head].Files, part.edits)
		if err != nil {
			return 0, fmt.Errorf("%q: %w", part.subject, err)
		}
		head = w.record(who, times[i], w.message(part), files, head)
		w.remember(part.role, w.h.Commits[head].Hash)
	}
	return head, nil
}

func (w *writer) message(c change) string {
	subject, body := c.subject, c.body
	if len(c.parts) > 0 {
		subject = "Merge branch '" + c.branch + "'"
	}
	if c.role == undoing {
		of := w.h.Exhibits.Undone
		subject = fmt.Sprintf("Revert %q", w.h.commit(of).Subject())
		body = "This reverts commit " + of.String() + ".\n\n" + body
	}
	if body == "" {
		return subject + "\n"
	}
	return subject + "\n\n" + body + "\n"
}

func (w *writer) remember(r role, h gitops.Hash) {
	x := &w.h.Exhibits
	switch r {
	case culprit:
		w.h.Culprit = h
	case culpritPart:
		w.h.CulpritParts = append(w.h.CulpritParts, h)
	case sameFile:
		x.SameFiles = append(x.SameFiles, h)
	case conflicting:
		x.Conflicting = h
	case overlaid:
		x.Overlaid = h
	case undone:
		x.Undone = h
	case undoing:
		x.Undoing = h
	case migration:
		x.Migration = h
	case lockfile:
		x.Lockfile = h
	case ciChange:
		x.Pipeline = h
	case merge:
		x.Merge = h
	}
}
