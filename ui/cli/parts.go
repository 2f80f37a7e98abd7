package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"ahead/gitops"
	"ahead/gitops/desk"
)

// partFlags say what of a revert is not to be done, and how its conflicts are
// settled.
type partFlags struct {
	leaveOut []string
	resolve  string
	// read holds what they came to: standard input is read once, and a hunk
	// that was named by its number stays the one that was shown.
	read *partsRead
}

type partsRead struct {
	done        bool
	leaveOut    []gitops.LeaveOut
	resolutions []gitops.Resolution
}

func (p *partFlags) add(f *pflag.FlagSet) {
	p.read = &partsRead{}
	f.StringArrayVar(&p.leaveOut, "leave-out", nil, "leave `PATH` as the branch has it, or with PATH:N the N-th hunk of that file in the full plan's --patch (repeatable)")
	f.StringVar(&p.resolve, "resolve", "", "settle conflicts as the JSON of `FILE` says (- for standard input)")
}

func (p *partFlags) given() bool { return len(p.leaveOut) > 0 || p.resolve != "" }

// addParts puts what the flags say into the remedy.
func (a *app) addParts(ctx context.Context, d *desk.Desk, snap gitops.Snapshot, f selectionFlags, remedy *gitops.Remedy) error {
	if !f.given() {
		return nil
	}
	if !f.read.done {
		var err error
		if f.resolve != "" {
			if f.read.resolutions, err = a.readResolutions(ctx, d, f.resolve); err != nil {
				return err
			}
		}
		whole := *remedy
		whole.Resolutions = f.read.resolutions
		plan := func(r gitops.Remedy) (gitops.Plan, error) { return a.planWith(ctx, d, snap, r, f.fetchMissing) }
		if f.read.leaveOut, err = readLeaveOut(ctx, f.partFlags.leaveOut, whole, plan, d.Diff); err != nil {
			return err
		}
		f.read.done = true
	}
	remedy.LeaveOut, remedy.Resolutions = f.read.leaveOut, f.read.resolutions
	return nil
}

type (
	planning func(gitops.Remedy) (gitops.Plan, error)
	diffing  func(context.Context, gitops.Plan, gitops.FileChange) (gitops.FileDiff, error)
)

// readLeaveOut tells paths from hunks. What may be either is a path where the
// plan has one of that name.
func readLeaveOut(ctx context.Context, words []string, remedy gitops.Remedy, plan planning, diff diffing) ([]gitops.LeaveOut, error) {
	var numbered []string
	for _, w := range words {
		if _, _, ok := cutNumber(w); ok {
			numbered = append(numbered, w)
		} else {
			remedy.LeaveOut = append(remedy.LeaveOut, gitops.LeaveOut{Path: w})
		}
	}
	if len(numbered) == 0 {
		return remedy.LeaveOut, nil
	}
	// Files that are left out as a whole settle their conflicts, and change
	// nothing about the hunks of the others.
	full, err := plan(remedy)
	for _, w := range numbered {
		if err == nil && hasPath(full, w) {
			remedy.LeaveOut = append(remedy.LeaveOut, gitops.LeaveOut{Path: w})
			if full.Verdict == gitops.VerdictConflict {
				full, err = plan(remedy)
			}
		}
	}
	if err != nil || full.Verdict != gitops.VerdictClean {
		// Without a clean plan there are no hunks to count: that comes first.
		return remedy.LeaveOut, err
	}
	out := remedy.LeaveOut
	for _, w := range numbered {
		if slices.ContainsFunc(out, func(l gitops.LeaveOut) bool { return l.Path == w }) {
			continue
		}
		l, err := hunkOf(ctx, full, w, diff)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

// cutNumber splits PATH:N.
func cutNumber(word string) (path string, n int, ok bool) {
	i := strings.LastIndexByte(word, ':')
	if i <= 0 {
		return "", 0, false
	}
	n, err := strconv.Atoi(word[i+1:])
	return word[:i], n, err == nil && n >= 0
}

func hasPath(p gitops.Plan, path string) bool {
	return slices.ContainsFunc(p.Files, func(f gitops.FileChange) bool { return f.Path == path || f.From() == path }) ||
		slices.ContainsFunc(p.Conflicts, func(c gitops.Conflict) bool { return c.Path == path })
}

// hunkOf finds the hunk that PATH:N means in the full plan.
func hunkOf(ctx context.Context, full gitops.Plan, word string, diff diffing) (gitops.LeaveOut, error) {
	path, n, _ := cutNumber(word)
	gone := &gitops.Error{
		Code: gitops.CodeUnknownPart, What: fmt.Sprintf("nothing changes at %q that could be left out", word),
		Hint: "`ahead plan --patch` shows the files and hunks; hunks count from 1 in each file",
	}
	i := slices.IndexFunc(full.Files, func(f gitops.FileChange) bool { return f.Path == path || f.From() == path })
	if i < 0 {
		have := &gitops.PartGone{Path: path}
		for _, f := range full.Files {
			have.Have = append(have.Have, f.Path)
		}
		gone.Err = have
		return gitops.LeaveOut{}, gone
	}
	file, err := diff(ctx, full, full.Files[i])
	if err != nil {
		return gitops.LeaveOut{}, err
	}
	names := file.HunkNames()
	if n < 1 || n > len(names) {
		gone.What = fmt.Sprintf("%s has %s, so there is no hunk %d", path, count(len(names), "hunk"), n)
		return gitops.LeaveOut{}, gone
	}
	return gitops.LeaveOut{Path: full.Files[i].Path, Hunks: []string{names[n-1]}}, nil
}

// The parts of a plan's document: they are there only when there are any.
type leftOutDocument struct {
	Path string `json:"path"`
	// OldPath is where a renamed file came from.
	OldPath string `json:"oldPath"`
	// Hunks of Of are left out; both are 0 for the whole path.
	Hunks int `json:"hunks"`
	Of    int `json:"of"`
}

func leftOutDocuments(p gitops.Plan) []leftOutDocument {
	var out []leftOutDocument
	for _, l := range p.LeftOut {
		out = append(out, leftOutDocument(l))
	}
	return out
}

func sideNames(sides []gitops.Side) []string {
	out := make([]string, 0, len(sides))
	for _, s := range sides {
		out = append(out, string(s))
	}
	return out
}
