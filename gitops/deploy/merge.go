package deploy

import (
	"slices"
	"time"

	"ahead/gitops"
)

// Merge brings the rows of several sources together, newest first. Rows of
// different sources about the same commit and environment become one; of real
// sources the one in an earlier list is believed, and the others fill in what
// it leaves out. Tags assume their environment, so a tag names every row of its
// commit. Two rows of one source stay two: the commit was deployed twice.
//
// Each list is newest first. A row without a time stays where its source has it.
func Merge(lists ...[]gitops.Deployment) []gitops.Deployment {
	rows, of := join(lists)
	total := len(rows)
	for _, list := range lists {
		total += len(list)
	}
	out := make([]placed, 0, total)
	for _, list := range lists {
		for i := range list {
			if t := &list[i]; t.Source == gitops.SourceTags && !joinTag(rows, of[t.Commit], *t) {
				out = append(out, placed{*t, t.At()})
			}
		}
	}
	for _, r := range rows {
		out = append(out, r.placed)
	}
	// Mostly they are in order: the tags alone come so. Where times tie, the order
	// of the sources stays: they know it.
	newer := func(a, b placed) int { return b.when.Compare(a.when) }
	if !slices.IsSortedFunc(out, newer) {
		slices.SortStableFunc(out, newer)
	}
	merged := make([]gitops.Deployment, len(out))
	for i, p := range out {
		merged[i] = p.Deployment
	}
	return merged
}

// placed is a row with the moment by which it is put in order.
type placed struct {
	gitops.Deployment
	when time.Time
}

// merged is a row with what sources have told of it.
type merged struct {
	placed
	// claims are the rows that became this one, at most one of a source.
	claims []gitops.Deployment
}

func (r *merged) tells(source string) bool {
	return slices.ContainsFunc(r.claims, func(c gitops.Deployment) bool { return c.Source == source })
}

// join makes one row of what different sources say of one arrival. of has the
// indexes of the rows of each commit.
func join(lists [][]gitops.Deployment) (rows []merged, of map[gitops.Hash][]int) {
	of = map[gitops.Hash][]int{}
	for _, list := range lists {
		for _, p := range place(list, rows) {
			if p.Source == gitops.SourceTags {
				continue
			}
			if r := find(rows, of[p.Commit], p); r != nil {
				r.claims = append(r.claims, p.Deployment)
				if fill(&r.Deployment, p.Deployment) {
					r.when = p.when
				}
				continue
			}
			of[p.Commit] = append(of[p.Commit], len(rows))
			rows = append(rows, merged{placed: p, claims: []gitops.Deployment{p.Deployment}})
		}
	}
	return rows, of
}

// Sides gives what each source says of each row of a commit, rows in the order in
// which Merge has them, the sources in that of their lists. Lists are as for Merge.
func Sides(lists ...[]gitops.Deployment) map[gitops.Hash][][]gitops.Deployment {
	rows, _ := join(lists)
	slices.SortStableFunc(rows, func(a, b merged) int { return b.when.Compare(a.when) })
	sides := map[gitops.Hash][][]gitops.Deployment{}
	for _, r := range rows {
		sides[r.Commit] = append(sides[r.Commit], r.claims)
	}
	return sides
}

// place finds where rows stand in time. One that has none happened when the one
// before it did: a log's line follows the line above it. A list without any time
// tells the order and what is so now; what is live by the word of an earlier list
// comes before it, nothing else.
func place(list []gitops.Deployment, before []merged) []placed {
	out := make([]placed, len(list))
	var last time.Time
	for i, d := range slices.Backward(list) {
		if at := d.At(); !at.IsZero() {
			last = at
		}
		out[i] = placed{d, last}
	}
	if last.IsZero() {
		last = now(before)
	}
	for i := range out {
		if out[i].when.IsZero() {
			out[i].when = last
		}
		last = out[i].when
	}
	return out
}

// now is the moment of the newest live row, one that is yet to come where there
// is none.
func now(rows []merged) time.Time {
	var newest time.Time
	for _, r := range rows {
		if r.Status == gitops.StatusLive && r.when.After(newest) {
			newest = r.when
		}
	}
	if newest.IsZero() {
		return never
	}
	return newest
}

// never is later than any moment that a source can tell.
var never = time.Date(9999, time.December, 31, 0, 0, 0, 0, time.UTC)

// find gives the row that another source's word is about: among those of its
// commit one that it does not contradict, and the nearest in time.
func find(rows []merged, among []int, d placed) *merged {
	var best *merged
	for _, i := range among {
		r := &rows[i]
		if d.Commit.IsZero() || !SameEnvironment(r.Environment, d.Environment) || r.tells(d.Source) || begunSince(*r, d) || cameBack(rows, r, d) {
			continue
		}
		if best == nil || r.nearer(*best, d) {
			best = r
		}
	}
	return best
}

// nearer reports whether d is rather about r than about o.
func (r merged) nearer(o merged, d placed) bool {
	if a, b := Contradict(r.Status, d.Status), Contradict(o.Status, d.Status); a != b {
		return b
	}
	return r.when.Sub(d.when).Abs() < o.when.Sub(d.when).Abs()
}

// skew is how far apart the clocks of two sources may be, and how late one of
// them may hear of what the other told.
const skew = 10 * time.Minute

// begunSince reports whether one of the two is under way, and began after the other
// had ended: the commit is deployed once more.
func begunSince(r merged, d placed) bool {
	begun, ended := r.placed, d
	if d.Status == gitops.StatusPending {
		begun, ended = d, r.placed
	}
	return begun.Status == gitops.StatusPending && decided(ended.Status) && begun.when.Sub(ended.when) > skew
}

// cameBack reports whether d tells of another arrival than r, which it would be
// lost in: it is live, and came after what took the place of r by the word of r's
// source. Going back is what a source may be the only one to have heard of.
func cameBack(rows []merged, r *merged, d placed) bool {
	if d.Status != gitops.StatusLive || !Contradict(d.Status, r.Status) {
		return false
	}
	return slices.ContainsFunc(rows, func(x merged) bool {
		return x.Source == r.Source && x.Status == gitops.StatusLive && x.Commit != r.Commit &&
			SameEnvironment(x.Environment, r.Environment) && x.when.After(r.when) && d.when.Sub(x.when) > skew
	})
}

// joinTag names the rows of a tag's commit by it.
func joinTag(rows []merged, among []int, t gitops.Deployment) (joined bool) {
	if t.Commit.IsZero() {
		return false
	}
	for _, i := range among {
		r := &rows[i]
		joined = true
		// A source that names another tag of this commit knows which of them it
		// deployed; of several the newest is taken, which comes first.
		if r.Tag == "" {
			r.Tag, r.Ref = t.Tag, t.Ref
		}
		// Who made the tag need not be who deployed it, nor when or where.
		if !undecided(r.Status) || !SameEnvironment(r.Environment, t.Environment) {
			continue
		}
		known := t
		if r.Tag != t.Tag {
			known.Ref = ""
		}
		if fill(&r.Deployment, known) {
			r.when = t.At()
		}
		// That it is released is the tag's word; the source knows of nothing.
		r.Source = t.Source
	}
	return joined
}

func undecided(s gitops.Status) bool { return s == "" || s == gitops.StatusUnknown }

// fill takes over what d does not know, and reports whether its time was of
// that. Of an arrival that became of something else it is not the time.
func fill(d *gitops.Deployment, from gitops.Deployment) (dated bool) {
	if d.At().IsZero() && !Contradict(d.Status, from.Status) {
		d.StartedAt, d.FinishedAt = from.StartedAt, from.FinishedAt
		dated = !from.At().IsZero()
	}
	if undecided(d.Status) || d.Status == gitops.StatusPending && decided(from.Status) {
		// Who heard of the end knows more than who heard of the beginning.
		d.Status = from.Status
	}
	fillText(&d.Environment, from.Environment)
	fillText(&d.Ref, from.Ref)
	fillText(&d.Tag, from.Tag)
	fillText(&d.Actor, from.Actor)
	fillText(&d.URL, from.URL)
	return dated
}

// Contradict reports whether two words on one arrival cannot both be true.
func Contradict(a, b gitops.Status) bool { return a != b && decided(a) && decided(b) }

func fillText(to *string, from string) {
	if *to == "" {
		*to = from
	}
}

// Branch tells how commits stand to the production branch. The zero Branch tells
// nothing.
type Branch struct {
	Contains func(gitops.Hash) bool
	// Meets gives the date of the newest commit that one shares with the branch, zero
	// for none, and whether the branch contains the commit itself.
	Meets func(gitops.Hash) (when time.Time, contained bool)
	// Apart counts the commits that only one of a commit and the branch has.
	Apart func(gitops.Hash) int
}

// Current is what production runs, as far as anybody says: the newest row that
// a real source calls live, else the latest release; nil when there is neither.
// Rows are newest first, as Merge gives them.
//
// The latest release need not lie on the branch, nor be the newest, which may be of
// another line: it is the one that has the most recent part of the branch. Of
// several that left it at the same commit one that the branch contains comes first,
// then the newest. But one of a later line has all of a branch that was merged into
// that: it must be no further from the branch than the newest release on it.
func Current(rows []gitops.Deployment, branch Branch) *gitops.Deployment {
	for _, d := range rows {
		if d.Status == gitops.StatusLive && d.Source != gitops.SourceTags {
			return &d
		}
	}
	best, contained := latest(rows, branch)
	if best == nil || contained || branch.Contains == nil {
		return best
	}
	for _, d := range rows {
		if d.Status != gitops.StatusReleased || !branch.Contains(d.Commit) {
			continue
		}
		if branch.Apart(d.Commit) < branch.Apart(best.Commit) {
			return &d
		}
		break
	}
	return best
}

// patience is how many releases are asked about: each may mean a walk.
const patience = 100

// latest finds the release that has the most recent part of the branch.
func latest(rows []gitops.Deployment, branch Branch) (best *gitops.Deployment, contained bool) {
	var met time.Time
	asked := 0
	for _, d := range rows {
		if d.Status != gitops.StatusReleased {
			continue
		}
		if branch.Meets == nil {
			return &d, false
		}
		// What is older than that has none of it.
		if older := !d.At().IsZero() && d.At().Before(met); older || asked == patience {
			break
		}
		asked++
		when, held := branch.Meets(d.Commit)
		if best == nil || when.After(met) || when.Equal(met) && held && !contained {
			best, met, contained = &d, when, held
		}
	}
	return best, contained
}
