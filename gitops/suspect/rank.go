package suspect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
)

// weights are what each feature counts, as logarithms of odds. They were fitted
// to the reverts of three repositories and rounded; docs/SUSPECTS.md tells how.
// Those of lines stand between what traces of the culprit's lines ask for and
// traces beside them: either alone spoils the other. That of age is chosen: earlier deployments come after the suspect one, and twice
// as far where nothing speaks against them.
var weights = features{
	recency: -0.65, arrival: -0.45, unit: 0.6, undone: -0.6, chore: -2, again: 2, age: -1,
	line: 7, past: -0.4, near: 2.5, path: 0.8, fit: 0.8, named: 3.5, stale: -0.04, folder: 0.6,
	words: 0.2, told: 0.6, cosine: 0.8, phrases: 1.5,
}

// mostWords bounds what words count beside a line or a file that is named: however
// many there are, they say less.
const mostWords = 5

// apart is by how much the first must stand above the next for the evidence to
// have decided: odds of about five to one.
const apart = 1.6

// score is what is known without words.
func (f features) score(w features) float64 {
	if f.class() == 0 {
		f.age *= 2
	}
	return f.recency*w.recency + f.arrival*w.arrival + f.unit*w.unit + f.undone*w.undone + f.chore*w.chore +
		f.again*w.again + f.age*w.age +
		f.line*w.line + f.past*w.past + f.near*w.near + f.path*w.path + f.fit*w.fit + f.named*w.named + f.stale*w.stale + f.folder*w.folder
}

func (f features) wordScore(w features) float64 {
	return f.words*w.words + f.told*w.told + f.cosine*w.cosine + f.phrases*w.phrases
}

// scores weighs the features of all candidates.
func scores(all []features) []float64 {
	most, stronger := 0.0, false
	for _, f := range all {
		most = max(most, f.wordScore(weights))
		stronger = stronger || f.line > 0 || f.path > 0
	}
	scale := 1.0
	if stronger && most > mostWords {
		scale = mostWords / most
	}
	out := make([]float64, len(all))
	for i, f := range all {
		out[i] = f.score(weights) + scale*f.wordScore(weights)
	}
	return out
}

// keepNewest lifts what arrived last above all others where the evidence speaks
// against nobody, unless it was undone or is a chore. That a revert is taken back
// more often than other commits is so in many histories and not in all: it orders
// those that come after, but only what was seen in this repository may displace the
// newest, or else guesses do worse here or there than no guess.
func (c *Case) keepNewest(all []features, points []float64) {
	if c.Habit.takesBack() {
		return
	}
	newest := -1
	for i, f := range all {
		switch {
		case f.class() > 0 || f.wordScore(weights) > 0:
			return
		case c.Cleared[c.Candidates[i].Commit.Hash]:
		case newest < 0, c.deeds[i].arrival == c.deeds[newest].arrival && points[i] > points[newest]:
			newest = i
		}
	}
	if newest < 0 {
		return
	}
	for i, f := range all {
		if c.deeds[i].arrival == c.deeds[newest].arrival && (f.undone > 0 || f.chore == 1) {
			return
		}
	}
	points[newest] = slices.Max(points) + 1
}

// Rank puts the candidates of a case into order, with reasons. Deployed, Why and
// Suspect are the caller's to say.
func Rank(c *Case) gitops.Suspects {
	all := c.features()
	points := scores(all)
	c.keepNewest(all, points)
	var order []int
	for i, k := range c.Candidates {
		if !c.Cleared[k.Commit.Hash] {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(points[b], points[a]) })
	s := gitops.Suspects{Deployed: c.Deployed, Frames: len(c.frames), Unplaced: c.unplaced, Notices: c.notices()}
	rare := c.rarity()
	touching := c.touchers()
	for k, i := range order {
		s.Ranked = append(s.Ranked, gitops.Suspicion{
			Commit: c.Candidates[i].Commit.Hash, Rank: k + 1, Deployment: c.Candidates[i].Deployment,
			Reasons: c.reasons(i, all[i], rare, touching),
		})
	}
	if left := c.undecided(order, all, points); len(left) > 1 {
		s.Undecided = true
		s.Try = c.halve(left)
	}
	return s
}

// notices tell what of the evidence could not be used.
func (c *Case) notices() []gitops.Notice {
	var out []gitops.Notice
	for _, p := range c.unknown {
		out = append(out, gitops.Notice{
			Code: gitops.NoticeUnknownPath,
			Text: fmt.Sprintf("%s is neither in %s nor changed by a suspect", p, c.Deployed.Short()),
		})
	}
	if c.absent {
		out = append(out, gitops.Notice{
			Code: gitops.WarnMissingObjects,
			Text: "who changed the lines of the trace is unknown: this partial clone lacks what they were; `git fetch --refetch --no-filter` brings everything",
		})
	} else if strings.TrimSpace(c.Evidence.Trace) != "" && len(c.frames) == 0 {
		what := "no place that the trace names is in this repository"
		if c.unplaced == 0 {
			what = "the trace names no line of any file"
		}
		out = append(out, gitops.Notice{Code: gitops.NoticeNoFrames, Text: what + ": only its words count"})
	}
	return out
}

// class is the sort of evidence that is strongest against a candidate.
func (f features) class() int {
	switch {
	case f.line > 0:
		return 3
	case f.path > 0:
		return 2
	case f.folder > 0 || f.told > 0:
		return 1
	default:
		return 0
	}
}

// undecided are those whom the evidence does not tell from the first: nothing but
// when they came does. What arrived as one unit is one suspect.
func (c *Case) undecided(order []int, all []features, points []float64) []int {
	if len(order) < 2 {
		return nil
	}
	first := order[0]
	decided := true
	for _, i := range order[1:] {
		if c.unitOf(i) != c.unitOf(first) {
			decided = points[first]-points[i] > apart && all[first].class() > 0
			break
		}
	}
	if decided {
		return nil
	}
	var left []int
	for _, i := range order {
		if all[i].class() == all[first].class() && c.Candidates[i].Age == c.Candidates[first].Age {
			left = append(left, i)
		}
	}
	return left
}

// unitOf is the candidate that stands for all that arrived with this one.
func (c *Case) unitOf(i int) int {
	if by := c.deeds[i].by; by >= 0 {
		return by
	}
	return i
}
