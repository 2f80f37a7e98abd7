package deploy

import (
	"slices"

	"ahead/gitops"
	"ahead/gitops/release"
)

// longestFall bounds how many steps back are followed.
const longestFall = 20

// Contains reports whether the second commit is an ancestor of the first, or the
// same; it must be right.
type Contains func(descendant, ancestor gitops.Hash) (bool, error)

// WentBack tells whether what is deployed had been left behind before: it is an
// ancestor of the deployment before it, or had been deployed earlier already and
// does not contain that one. left is the newest deployment that was given up;
// where production went back step by step, the one it fell from first.
//
// Rows are of one environment, newest first; only those that arrived count, by
// the word of a real source. What is live still by the word of the same source
// was not given up: it runs beside the other, as do several services that are
// released by tags of their own.
func WentBack(rows []gitops.Deployment, deployed gitops.Deployment, contains Contains) (left gitops.Deployment, back bool, err error) {
	t := track{arrivals(rows, deployed), contains}
	at := t.live(deployed)
	if at < 0 {
		return left, false, nil
	}
	before := t.before(at)
	if before < 0 {
		return left, false, nil
	}
	back, err = t.fell(before, deployed.Commit)
	if err != nil || !back {
		return left, false, err
	}
	if before, err = t.top(before); err != nil {
		return left, false, err
	}
	return t.rows[before], true, nil
}

// StillBack tells whether a production that went back earlier has gone on from
// there without what it gave up: a hotfix of the old release was deployed since.
// It is for a deployed commit that WentBack says nothing of; left is as there.
func StillBack(rows []gitops.Deployment, deployed gitops.Deployment, contains Contains) (left gitops.Deployment, back bool, err error) {
	t := track{arrivals(rows, deployed), contains}
	at := t.live(deployed)
	for step := 0; at >= 0 && step < longestFall; step++ {
		// What was deployed since, the newest first: none of it may have had it back.
		if at = t.other(at, t.rows[at].Commit); at < 0 {
			break
		}
		before := t.other(at, t.rows[at].Commit)
		if before < 0 {
			break
		}
		fell, err := t.fell(before, t.rows[at].Commit)
		if err != nil {
			return left, false, err
		}
		if !fell {
			continue
		}
		if before, err = t.top(before); err != nil {
			return left, false, err
		}
		had, err := t.hadSince(at, t.rows[before].Commit)
		if err != nil {
			return left, false, err
		}
		if !had {
			return t.rows[before], true, nil
		}
	}
	return left, false, nil
}

// track is the arrivals of one service, newest first.
type track struct {
	rows     []gitops.Deployment
	contains Contains
}

// arrivals are the rows that count beside what is deployed.
func arrivals(rows []gitops.Deployment, deployed gitops.Deployment) []gitops.Deployment {
	service := release.ComponentOf(deployed.Tag)
	return slices.DeleteFunc(slices.Clone(rows), func(d gitops.Deployment) bool {
		beside := d.Commit != deployed.Commit && d.Source == deployed.Source && d.Status == gitops.StatusLive && deployed.Status == gitops.StatusLive
		another := d.Tag != "" && deployed.Tag != "" && release.ComponentOf(d.Tag) != service
		return !arrived(d) || beside || another
	})
}

func arrived(d gitops.Deployment) bool {
	return d.Source != gitops.SourceTags && !d.Commit.IsZero() && (d.Status == gitops.StatusLive || d.Status == gitops.StatusSuperseded)
}

func (t track) live(deployed gitops.Deployment) int {
	return slices.IndexFunc(t.rows, func(d gitops.Deployment) bool {
		return d.Commit == deployed.Commit && d.Status == gitops.StatusLive
	})
}

// before finds what was in force before the live row. A source may say that the
// old deployment is live again, in place of telling a new one: then what was given
// up is younger than what is live.
func (t track) before(at int) int {
	again := slices.IndexFunc(t.rows[:at], func(d gitops.Deployment) bool {
		return d.Commit != t.rows[at].Commit && d.Status == gitops.StatusSuperseded
	})
	if again >= 0 {
		return again
	}
	return t.other(at, t.rows[at].Commit)
}

// fell reports whether going from rows[before] to commit is going back.
func (t track) fell(before int, commit gitops.Hash) (bool, error) {
	below, err := t.contains(t.rows[before].Commit, commit)
	if err != nil || below {
		return below, err
	}
	if !slices.ContainsFunc(t.rows[before:], func(d gitops.Deployment) bool { return d.Commit == commit }) {
		return false, nil
	}
	holds, err := t.contains(commit, t.rows[before].Commit)
	return !holds, err
}

// top follows a fall by steps up to where it began.
func (t track) top(before int) (int, error) {
	for range longestFall {
		above := t.other(before, t.rows[before].Commit)
		if above < 0 {
			break
		}
		fell, err := t.contains(t.rows[above].Commit, t.rows[before].Commit)
		if err != nil {
			return before, err
		}
		if !fell {
			break
		}
		before = above
	}
	return before, nil
}

// hadSince reports whether anything that arrived after rows[at] contains commit.
func (t track) hadSince(at int, commit gitops.Hash) (bool, error) {
	for _, d := range t.rows[:at] {
		if had, err := t.contains(d.Commit, commit); err != nil || had {
			return had, err
		}
	}
	return false, nil
}

// other finds the next row from i on that is of another commit.
func (t track) other(i int, commit gitops.Hash) int {
	for ; i < len(t.rows); i++ {
		if t.rows[i].Commit != commit {
			return i
		}
	}
	return -1
}
