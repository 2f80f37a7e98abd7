package deploy

import (
	"slices"
	"time"

	"ahead/gitops"
)

// Merge brings the rows of several sources together, newest first. Rows of
// different sources about the same commit and environment become one; of real
// sources the one in an earlier list is believed, and the others fill in what
// it leaves out. Tags assume their environment, so a tag joins every row of its
// commit. Two rows of one source stay two: the commit was deployed twice.
func Merge(lists ...[]gitops.Deployment) []gitops.Deployment {
	var rows []merged
	for _, list := range lists {
		for _, d := range list {
			if d.Source != gitops.SourceTags {
				rows = add(rows, d)
			}
		}
	}
	total := len(rows)
	for _, list := range lists {
		total += len(list)
	}
	out := make([]gitops.Deployment, 0, total)
	for _, list := range lists {
		for i := range list {
			if t := &list[i]; t.Source == gitops.SourceTags && !joinTag(rows, *t) {
				out = append(out, *t)
			}
		}
	}
	for _, r := range rows {
		out = append(out, r.Deployment)
	}
	newestFirst(out)
	return out
}

// merged is a row with the sources that have told of it.
type merged struct {
	gitops.Deployment
	sources []string
	// tagged says that the tag's name came from a tag of the repository, of
	// which the newest wins.
	tagged bool
}

func add(rows []merged, d gitops.Deployment) []merged {
	best := -1
	for i, r := range rows {
		if r.Commit != d.Commit || d.Commit.IsZero() || !SameEnvironment(r.Environment, d.Environment) || slices.Contains(r.sources, d.Source) {
			continue
		}
		if best < 0 || apart(r.Deployment, d) < apart(rows[best].Deployment, d) {
			best = i
		}
	}
	if best < 0 {
		return append(rows, merged{Deployment: d, sources: []string{d.Source}})
	}
	rows[best].sources = append(rows[best].sources, d.Source)
	fill(&rows[best].Deployment, d)
	return rows
}

func apart(a, b gitops.Deployment) time.Duration { return a.At().Sub(b.At()).Abs() }

func joinTag(rows []merged, t gitops.Deployment) bool {
	joined := false
	for i := range rows {
		r := &rows[i]
		if r.Commit != t.Commit || t.Commit.IsZero() {
			continue
		}
		joined = true
		// A source that names another tag of this commit knows which of them
		// it deployed.
		if r.Tag == "" || r.tagged {
			r.tagged = true
			if r.Tag == "" {
				r.Tag, r.Ref = t.Tag, t.Ref
			}
		}
		named := t
		if r.Status != "" && r.Status != gitops.StatusUnknown {
			// Who made the tag need not be who deployed it.
			named.Actor = ""
		}
		fill(&r.Deployment, named)
	}
	return joined
}

// fill takes over what d does not know.
func fill(d *gitops.Deployment, from gitops.Deployment) {
	if d.Status == "" || d.Status == gitops.StatusUnknown {
		d.Status = from.Status
	}
	if d.StartedAt.IsZero() && d.FinishedAt.IsZero() {
		d.StartedAt, d.FinishedAt = from.StartedAt, from.FinishedAt
	}
	fillText(&d.Environment, from.Environment)
	fillText(&d.Ref, from.Ref)
	fillText(&d.Tag, from.Tag)
	fillText(&d.Actor, from.Actor)
	fillText(&d.URL, from.URL)
}

func fillText(to *string, from string) {
	if *to == "" {
		*to = from
	}
}

// newestFirst keeps the order of the sources where times tie: they know it.
func newestFirst(rows []gitops.Deployment) {
	// Mostly they are: the tags alone come in this order.
	if !inOrder(rows) {
		slices.SortStableFunc(rows, func(a, b gitops.Deployment) int { return b.At().Compare(a.At()) })
	}
}

func inOrder(rows []gitops.Deployment) bool {
	for i := 1; i < len(rows); i++ {
		if rows[i].At().After(rows[i-1].At()) {
			return false
		}
	}
	return true
}

// Current is what production runs, as far as anybody says: the newest row that
// a real source calls live, else the newest release, of which one that contains
// holds for (it lies on the production branch) comes first; nil when there is
// neither. contains may be nil.
func Current(deployments []gitops.Deployment, contains func(gitops.Hash) bool) *gitops.Deployment {
	newest := deployments
	if !inOrder(newest) {
		newest = slices.Clone(deployments)
		newestFirst(newest)
	}
	for _, d := range newest {
		if d.Status == gitops.StatusLive && d.Source != gitops.SourceTags {
			return &d
		}
	}
	var off *gitops.Deployment
	for _, d := range newest {
		if d.Status != gitops.StatusReleased {
			continue
		}
		if contains == nil || contains(d.Commit) {
			return &d
		}
		if off == nil {
			off = &d
		}
	}
	return off
}
