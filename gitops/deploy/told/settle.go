package told

import (
	"cmp"
	"math"
	"slices"
	"time"

	"ahead/gitops"
)

// Fact is what is known of one deployment when it is weighed against the others.
type Fact struct {
	// Environment and Task say what was deployed where: another task, such as a
	// migration, does not take the place of a deployment.
	Environment, Task string
	// Status is the server's last word: StatusLive for "it succeeded", empty
	// where the server has not been asked.
	Status gitops.Status
	// Reached says that the server has said at some time that it succeeded,
	// whatever it said later, and Arrived when it last did; zero for not known.
	Reached bool
	Arrived time.Time
	// Ended says that by the server's word it is in force no longer, and Status is
	// StatusSuperseded for that reason alone.
	Ended bool
	// Blank is a deployment that could not be read: it may be any.
	Blank bool
}

// Settle says which of the deployments that succeeded is in force: in each
// environment, by task, the one that succeeded last. The forges' own words are
// not enough. GitHub marks earlier ones inactive only where the newer status had
// auto_inactive set, and by its documentation not in production environments;
// GitLab never takes a success back. Facts are newest first. The one that
// succeeded last is called live only where nothing newer is unknown; else it is
// StatusUnknown. Its elders are superseded in either case. What ended by the
// server's word without having arrived, or without anything that took its place,
// is StatusUnknown: nothing superseded it.
func Settle(facts []Fact) []gitops.Status {
	type place struct{ environment, task string }
	last := make(map[place]int)
	for i, f := range facts {
		at := place{f.Environment, f.Task}
		before, ok := last[at]
		if f.Reached && (!ok || f.after(facts[before])) {
			last[at] = i
		}
	}
	unknown := make(map[place]bool)
	blank := false
	doubted := make([]bool, len(facts))
	for i, f := range facts {
		at := place{f.Environment, f.Task}
		doubted[i] = blank || unknown[at]
		blank = blank || f.Blank
		// Of two that arrived, nobody knows which came last without both times.
		undated := f.Reached && last[at] > i && !facts[last[at]].after(f)
		unknown[at] = unknown[at] || f.Status == "" || undated
	}
	out := make([]gitops.Status, len(facts))
	for i, f := range facts {
		out[i] = f.Status
		switch {
		case f.Blank, f.Status == "":
			out[i] = gitops.StatusUnknown
		case f.Ended && (!f.Reached || !doubted[i] && last[place{f.Environment, f.Task}] == i):
			out[i] = gitops.StatusUnknown
		case f.Status != gitops.StatusLive:
		case last[place{f.Environment, f.Task}] != i:
			out[i] = gitops.StatusSuperseded
		case doubted[i]:
			out[i] = gitops.StatusUnknown
		}
	}
	return out
}

// after reports whether f is known to have arrived after g, which was made later.
func (f Fact) after(g Fact) bool {
	return !f.Arrived.IsZero() && !g.Arrived.IsZero() && f.Arrived.After(g.Arrived)
}

// NewestFirst puts lists that were read one after another in order, and leaves
// out what came twice, as happens when a deployment is made while pages are
// turned. key gives a row's number and what it is ordered by, each 0 for not
// known; a row without an order keeps its place behind the one before it, or at
// the head.
func NewestFirst[T any](rows []T, key func(T) (id, order int64)) []T {
	type placed struct {
		row   T
		order int64
	}
	seen := make(map[int64]bool, len(rows))
	all := make([]placed, 0, len(rows))
	before := int64(math.MaxInt64)
	for _, row := range rows {
		id, order := key(row)
		if id != 0 && seen[id] {
			continue
		}
		seen[id] = true
		if order == 0 {
			order = before
		}
		before = order
		all = append(all, placed{row, order})
	}
	slices.SortStableFunc(all, func(a, b placed) int { return cmp.Compare(b.order, a.order) })
	out := make([]T, len(all))
	for i, p := range all {
		out[i] = p.row
	}
	return out
}
