package suspect

import (
	"math"
	"strings"
)

// features are what is known against one candidate, as numbers whose sum, each
// times its weight, orders the candidates. The weights are logarithms of odds.
type features struct {
	recency, unit, undone, chore, age float64
	line, near, path, share, folder   float64
	last, words, coverage             float64
}

// features of all candidates, in their order.
func (c *Case) features() []features {
	out := make([]features, len(c.deeds))
	rare := c.rarity()
	touching := c.touchers()
	for i := range c.deeds {
		d := &c.deeds[i]
		f := features{recency: math.Log1p(float64(i)), unit: c.unit(i), age: math.Log1p(float64(c.Candidates[i].Age))}
		if d.undone {
			f.undone = 1
		}
		if isChore(c.Candidates[i].Commit.Subject()) {
			f.chore = 1
		}
		c.lineFeatures(d, &f)
		c.pathFeatures(i, touching, &f)
		c.wordFeatures(d, rare, &f)
		out[i] = f
	}
	return out
}

// unit is how likely a commit of its kind is the one that people revert: a merge
// as a whole, one of those that it brought, or what stands on the mainline by
// itself.
func (c *Case) unit(i int) float64 {
	d := &c.deeds[i]
	share := c.Habit.MergeShare()
	switch {
	case d.by >= 0:
		return math.Log((1 - share) / float64(len(c.deeds[d.by].brought)))
	case len(d.brought) > 0:
		return math.Log(share)
	case c.Candidates[i].Commit.IsMerge():
		return math.Log(share)
	default:
		return 0
	}
}

// touchers are the candidates that changed each named place, newest first.
func (c *Case) touchers() [][]int {
	out := make([][]int, len(c.named))
	for k, n := range c.named {
		for i := range c.deeds {
			if c.deeds[i].touches(n) {
				out[k] = append(out[k], i)
			}
		}
	}
	return out
}

// depth is how much a frame counts by how far it is from where it failed.
func depth(rank int) float64 { return 1 / (1 + 0.1*float64(rank)) }

func (c *Case) lineFeatures(d *deed, f *features) {
	for _, h := range d.lines {
		w := depth(c.frames[h.frame].rank) / float64(len(c.frames[h.frame].files))
		if h.near == 0 {
			f.line = max(f.line, w) + 0.1*min(f.line, w)
		} else {
			f.near = max(f.near, w)
		}
	}
}

func (c *Case) pathFeatures(i int, touching [][]int, f *features) {
	d := &c.deeds[i]
	for k, n := range c.named {
		w := n.share
		if n.frame >= 0 {
			w *= depth(c.frames[n.frame].rank)
		}
		if !contains(touching[k], i) {
			if f.folder < w && d.neighbours(n) {
				f.folder = w
			}
			continue
		}
		rare := math.Log(float64(len(c.deeds)+1)/float64(len(touching[k]))) / math.Log(float64(len(c.deeds)+1))
		f.path = max(f.path, w*rare)
		f.share += w / math.Sqrt(float64(max(1, len(d.changes))))
		if touching[k][0] == i {
			f.last = max(f.last, w)
		}
	}
	if f.path > 0 {
		f.folder = 0
	}
}

func contains(sorted []int, i int) bool {
	for _, k := range sorted {
		if k == i {
			return true
		}
	}
	return false
}

func (c *Case) wordFeatures(d *deed, rare map[string]float64, f *features) {
	asked, had := 0.0, 0.0
	for w, weight := range c.words {
		r, known := rare[w]
		if !known {
			continue
		}
		asked += weight * r
		had += weight * r * d.terms[w]
	}
	f.words = had
	if asked > 0 {
		f.coverage = had / asked
	}
}

// isChore: versions, changelogs and releases are written by robots, and break
// nothing.
func isChore(subject string) bool {
	s := strings.ToLower(subject)
	for _, mark := range [...]string{"bump version", "changelog", "release v", "version bump", "prepare release", "update version", "update changelog"} {
		if strings.Contains(s, mark) {
			return true
		}
	}
	return false
}
