package partial

import (
	"slices"

	"ahead/gitops"
)

// Plans are the plans of one remedy that a partial one is read against.
type Plans struct {
	// Whole leaves nothing out.
	Whole gitops.Plan
	// Base leaves out what settles conflicts and nothing else: its files are
	// those that can be chosen from. It is Whole where nothing conflicts.
	Base gitops.Plan
	// Now is the plan that would ship; Stale says that it is the one before
	// the set changed, and the next is being worked out.
	Now   gitops.Plan
	Stale bool
}

// Settling gives the part of a set that settles conflicts of a plan that
// leaves nothing out.
func (s Set) Settling(whole gitops.Plan) Set {
	return s.Only(func(path string) bool {
		return slices.ContainsFunc(whole.Conflicts, func(c gitops.Conflict) bool { return c.Path == path })
	})
}

// Row is one path of a plan, or one that stays.
type Row struct {
	Path string
	// File is the change that would ship, Full the same with nothing of it
	// left out; their Path is empty where there is none.
	File, Full gitops.FileChange
	// Conflict is what stands against what; nil for a file. Where Out it is
	// settled.
	Conflict *gitops.Conflict
	// Out says that the whole path stays, Hunks how many of its hunks do.
	Out   bool
	Hunks int
}

// Partly reports whether some of the row's hunks stay.
func (r Row) Partly() bool { return r.Hunks > 0 && !r.Out }

// Change is what the row's lines are of: what would ship, or what stays.
func (r Row) Change() (f gitops.FileChange, ok bool) {
	if r.Full.Path != "" {
		return r.Full, true
	}
	return r.File, r.File.Path != ""
}

// Rows lists what ships, what stays and what still conflicts: each path keeps
// its place when it is left out and when it is taken back in.
func Rows(p Plans, left Set) []Row {
	rows := &rows{left: left, at: map[string]int{}}
	for _, c := range p.Whole.Conflicts {
		if whole, _ := left.At(c.Path); whole || p.Stale || stillConflicts(p.Now, c.Path) {
			rows.conflict(c)
		}
	}
	for _, c := range p.Now.Conflicts {
		rows.conflict(c)
	}
	if p.Now.Verdict == gitops.VerdictConflict {
		return rows.list
	}
	for _, f := range p.Base.Files {
		rows.file(f.Path).Full = f
	}
	for _, f := range p.Now.Files {
		rows.file(f.Path).File = f
	}
	return rows.list
}

func stillConflicts(p gitops.Plan, path string) bool {
	return slices.ContainsFunc(p.Conflicts, func(c gitops.Conflict) bool { return c.Path == path })
}

type rows struct {
	left Set
	list []Row
	// at finds the row of a path: a plan may hold tens of thousands.
	at map[string]int
}

func (r *rows) file(path string) *Row {
	i, ok := r.at[path]
	if !ok {
		whole, hunks := r.left.At(path)
		i = len(r.list)
		r.at[path] = i
		r.list = append(r.list, Row{Path: path, Out: whole, Hunks: len(hunks)})
	}
	return &r.list[i]
}

func (r *rows) conflict(c gitops.Conflict) {
	if row := r.file(c.Path); row.Conflict == nil {
		row.Conflict = &c
	}
}
