package suspect

import (
	"maps"
	"math"
	"slices"
	"strings"

	"ahead/gitops"
)

// features are what is known against one candidate, as numbers whose sum, each
// times its weight, orders the candidates. The weights are logarithms of odds.
// past is the line's, times the logarithm of its age in days; named says how surely
// any file which is named was changed, path and fit say how telling that is, and
// stale how many days ago that was.
type features struct {
	recency, arrival, unit, undone, chore, again, age float64
	line, past, near, path, fit, named, stale, folder float64
	words, told, cosine, phrases                      float64
}

// features of all candidates, in their order.
func (c *Case) features() []features {
	out := make([]features, len(c.deeds))
	rare := c.rarity()
	touching := c.touchers()
	for i := range c.deeds {
		d := &c.deeds[i]
		f := features{recency: math.Log1p(float64(i)), arrival: math.Log1p(float64(c.deeds[i].arrival)), unit: c.unit(i), age: olderBy(c.Candidates[i].Age)}
		if d.undone >= 0 {
			f.undone = 1
		}
		f.chore = chore(c.Candidates[i].Commit)
		if len(Reverted(c.Candidates[i].Commit.Message)) > 0 {
			f.again = 1
		}
		c.lineFeatures(i, &f)
		c.pathFeatures(i, touching, &f)
		c.wordFeatures(d, rare, &f)
		if d.by >= 0 && (len(d.lines) > 0 || f.path > 0) {
			// The merge that brought it has the same lines and files: which of the two
			// comes first in a list says nothing then.
			f.recency = math.Log1p(float64(d.by))
		}
		out[i] = f
	}
	return out
}

// carried is how likely a merge that brought nothing of its own is the culprit,
// as against one that did.
const carried = 0.05

// olderBy is 0 for the suspect deployment, and for every other 1 and a little more
// for each that came since: arrival counts what they brought.
func olderBy(age int) float64 {
	if age == 0 {
		return 0
	}
	return 1 + math.Log(float64(age))/4
}

// unit is how likely a commit of its kind is the one that people revert. What
// arrives together is one unit: a commit of the mainline, or a merge with those
// that it brought. Each unit is as likely as any other; of a unit either the
// merge is reverted, or one of its commits. Who comes first of a unit stands for it
// in a list: half of the others' odds is its own.
func (c *Case) unit(i int) float64 {
	d := &c.deeds[i]
	share := c.mergeShare
	switch {
	case d.unseen, len(d.brought) > 0:
		if len(d.brought) > 0 && len(d.lines) > 0 {
			// Which of its commits it was is known.
			return math.Log(share / float64(len(d.brought)))
		}
		if c.standsForUnit(i) {
			return math.Log(share) / 2
		}
		return math.Log(share)
	case len(d.parents) > 1:
		return math.Log(carried)
	case d.by >= 0:
		own := math.Log((1 - share) / float64(len(c.deeds[d.by].brought)))
		if c.standsForUnit(i) {
			return own / 2
		}
		return own
	default:
		return 0
	}
}

// standsForUnit reports whether a candidate is the one of its unit that is reverted
// most often: the merge, or the newest of what it brought.
func (c *Case) standsForUnit(i int) bool {
	m := c.deeds[i].by
	if m < 0 {
		m = i
	}
	brought := c.deeds[m].brought
	if len(brought) == 0 {
		return false
	}
	if c.mergeShare >= (1-c.mergeShare)/float64(len(brought)) {
		return i == m
	}
	return i == brought[0]
}

// touchers are the candidates that changed each named place, newest first.
func (c *Case) touchers() [][]int {
	out := make([][]int, len(c.named))
	for k, n := range c.named {
		for i := range c.deeds {
			if c.deeds[i].touches(n) || n.frame >= 0 && c.deeds[i].hasLine(n) {
				out[k] = append(out[k], i)
			}
		}
	}
	return out
}

// hasLine is for a file that was renamed since: the line was changed where it stood
// before.
func (d *deed) hasLine(n named) bool {
	return slices.ContainsFunc(d.lines, func(h hit) bool { return h.frame == n.frame && h.path == n.path && h.near == 0 })
}

// depth is how much a frame counts by how far it is from where it failed.
func depth(rank int) float64 { return 1 / (1 + 0.1*float64(rank)) }

// disputed is what a line counts that an earlier deployment brought, where the
// suspect one changed its file: what fails there mostly fails by what came last.
const disputed = 0.25

// days is how much older a candidate is than the newest.
func (c *Case) days(i int) float64 {
	return max(0, c.Candidates[0].Commit.Committer.When.Sub(c.Candidates[i].Commit.Committer.When).Hours()/24)
}

func (c *Case) lineFeatures(i int, f *features) {
	days := math.Log1p(c.days(i))
	for _, h := range c.deeds[i].lines {
		w := depth(c.frames[h.frame].rank) / float64(len(c.frames[h.frame].files))
		if c.Candidates[i].Age > 0 && c.lately[h.path] {
			w *= disputed
		}
		if h.near == 0 {
			f.line = max(f.line, w) + 0.1*min(f.line, w)
			f.past = f.line * days
		} else {
			f.near = max(f.near, w)
		}
	}
}

// findLately notes the files of frames that the suspect deployment changed.
func (c *Case) findLately() {
	c.lately = map[string]bool{}
	for i := range c.deeds {
		if c.Candidates[i].Age == 0 {
			for _, n := range c.named {
				if n.frame >= 0 && c.deeds[i].touches(n) {
					c.lately[n.path] = true
				}
			}
		}
	}
}

// stalest is after how many days a change to a file that is named gets no staler:
// so far back the evaluations reach.
const stalest = 60

func (c *Case) pathFeatures(i int, touching [][]int, f *features) {
	d := &c.deeds[i]
	for k, n := range c.named {
		w := n.share
		if n.frame >= 0 {
			w *= depth(c.frames[n.frame].rank)
		}
		if !slices.Contains(touching[k], i) {
			if f.folder < w && d.neighbours(n) {
				f.folder = w
			}
			continue
		}
		rare := math.Log(float64(len(c.deeds)+1)/float64(len(touching[k]))) / math.Log(float64(len(c.deeds)+1))
		f.path = max(f.path, w*rare)
		f.named = max(f.named, n.share)
		f.fit += w / float64(max(1, len(d.changes)))
	}
	if f.path > 0 {
		f.folder, f.stale = 0, min(c.days(i), stalest)
		f.fit = math.Log(f.fit/0.002 + 1)
	}
}

func (c *Case) wordFeatures(d *deed, rare map[string]float64, f *features) {
	had := 0.0
	// In their order: sums of fractions depend on it.
	for _, w := range slices.Sorted(maps.Keys(c.words)) {
		a := c.words[w]
		r, known := rare[w]
		if !known {
			continue
		}
		had += a.weight * r * d.terms[w]
		if d.terms[w] > wordInDiff {
			f.told += a.weight * r * d.terms[w]
		}
	}
	f.words, f.phrases = had, math.Log1p(float64(d.phrases))
	f.cosine = had / math.Sqrt(float64(20+d.vocabulary))
}

// byRobot is what a commit of a robot counts of one that only writes a version.
const byRobot = 0.4

// chore: versions, changelogs and releases break nothing, and what robots write
// breaks things more rarely than what people do.
func chore(k gitops.Commit) float64 {
	s := strings.ToLower(k.Subject())
	for _, mark := range [...]string{"bump version", "changelog", "release v", "version bump", "prepare release", "update version", "update changelog"} {
		if strings.Contains(s, mark) {
			return 1
		}
	}
	who := strings.ToLower(k.Author.Name + " " + k.Author.Email)
	for _, mark := range [...]string{"[bot]", "dependabot", "renovate", "greenkeeper", "pyup-bot"} {
		if strings.Contains(who, mark) {
			return byRobot
		}
	}
	return 0
}
