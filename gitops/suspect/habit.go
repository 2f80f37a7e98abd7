package suspect

import (
	"regexp"
	"strings"

	"ahead/gitops"
)

// Habit is what the reverts of a repository's past tell of the next one. It is
// learned from what lies before the candidates.
type Habit struct {
	// Commits were read, Merges of them merged something, Reverts reverted
	// something, OfMerges of those a merge, and OfReverts another of them.
	Commits, Merges, Reverts, OfMerges, OfReverts int
}

// reverts matches what `git revert` writes; of a merge it says what it reverses.
var reverts = regexp.MustCompile(`(?m)^This reverts (?:merge )?commit ([0-9a-f]{40})\b(, reversing)?`)

// revertMark is in every message that reverts matches: to look for it is quick.
const revertMark = "This reverts "

// Reverted are the commits that a message says to revert.
func Reverted(message string) []gitops.Hash {
	if !strings.Contains(message, revertMark) {
		return nil
	}
	var out []gitops.Hash
	for _, m := range reverts.FindAllStringSubmatch(message, -1) {
		if h, err := gitops.ParseHash(m[1]); err == nil {
			out = append(out, h)
		}
	}
	return out
}

// Learn reads the habit of older commits.
func Learn(commits []gitops.Commit) Habit {
	h := Habit{Commits: len(commits)}
	undoes := map[gitops.Hash][]gitops.Hash{}
	for _, c := range commits {
		if c.IsMerge() {
			h.Merges++
		}
		if !strings.Contains(c.Message, revertMark) {
			continue
		}
		if m := reverts.FindStringSubmatch(c.Message); m != nil {
			undoes[c.Hash] = Reverted(c.Message)
			h.Reverts++
			if m[2] != "" {
				h.OfMerges++
			}
		}
	}
	for _, undone := range undoes {
		for _, u := range undone {
			if _, too := undoes[u]; too {
				h.OfReverts++
			}
		}
	}
	return h
}

// manyTaken is how many reverts of reverts make a habit. With fewer, what other
// repositories do would decide.
const manyTaken = 3

// takesBack reports whether people here are known to take reverts back.
func (h Habit) takesBack() bool { return h.OfReverts >= manyTaken }

// mergeShare estimates how many of the reverts of what arrived by a merge undo the
// merge as a whole. byMerge is the share of all that arrives which arrives so.
// The constants stand for four reverts before the first that was seen, two of
// them of merges.
func (h Habit) mergeShare(byMerge float64) float64 {
	return (float64(h.OfMerges) + 2) / (max(float64(h.OfMerges), float64(h.Reverts)*byMerge) + 4)
}
