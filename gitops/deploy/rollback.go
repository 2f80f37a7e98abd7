package deploy

import (
	"slices"

	"ahead/gitops"
)

// longestFall bounds how many steps back are followed.
const longestFall = 20

// WentBack tells whether what is deployed had been left behind before: it is an
// ancestor of the deployment before it, or had been deployed earlier already and
// does not contain that one. left is the newest deployment that was given up;
// where production went back step by step, the one it fell from first.
//
// Rows are of one environment, newest first; only those that arrived count, by
// the word of a real source. contains reports whether the second commit is an
// ancestor of the first, or the same; it must be right.
func WentBack(rows []gitops.Deployment, deployed gitops.Deployment, contains func(descendant, ancestor gitops.Hash) (bool, error)) (left gitops.Deployment, back bool, err error) {
	rows = slices.DeleteFunc(slices.Clone(rows), func(d gitops.Deployment) bool { return !arrived(d) })
	at := slices.IndexFunc(rows, func(d gitops.Deployment) bool {
		return d.Commit == deployed.Commit && d.Status == gitops.StatusLive
	})
	if at < 0 {
		return left, false, nil
	}
	// A source may say that the old deployment is live again, in place of telling
	// a new one: then what was given up is younger than what is live.
	before := slices.IndexFunc(rows[:at], func(d gitops.Deployment) bool {
		return d.Commit != deployed.Commit && d.Status == gitops.StatusSuperseded
	})
	if before < 0 {
		if before = other(rows, at+1, deployed.Commit); before < 0 {
			return left, false, nil
		}
	}
	back, err = fellFrom(rows, before, deployed.Commit, contains)
	if err != nil || !back {
		return left, false, err
	}
	for range longestFall {
		above := other(rows, before+1, rows[before].Commit)
		if above < 0 {
			break
		}
		fell, err := contains(rows[above].Commit, rows[before].Commit)
		if err != nil {
			return left, false, err
		}
		if !fell {
			break
		}
		before = above
	}
	return rows[before], true, nil
}

// fellFrom reports whether going from rows[before] to commit is going back.
func fellFrom(rows []gitops.Deployment, before int, commit gitops.Hash, contains func(a, b gitops.Hash) (bool, error)) (bool, error) {
	below, err := contains(rows[before].Commit, commit)
	if err != nil || below {
		return below, err
	}
	if !slices.ContainsFunc(rows[before+1:], func(d gitops.Deployment) bool { return d.Commit == commit }) {
		return false, nil
	}
	holds, err := contains(commit, rows[before].Commit)
	return !holds, err
}

// other finds the next row from i on that is of another commit.
func other(rows []gitops.Deployment, i int, commit gitops.Hash) int {
	for ; i < len(rows); i++ {
		if rows[i].Commit != commit {
			return i
		}
	}
	return -1
}

func arrived(d gitops.Deployment) bool {
	return d.Source != gitops.SourceTags && !d.Commit.IsZero() && (d.Status == gitops.StatusLive || d.Status == gitops.StatusSuperseded)
}
