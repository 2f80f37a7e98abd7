package suspect

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"ahead/gitops"
)

// tally sums up ranks.
type tally struct {
	n, top1, top3, top5 int
	reciprocal, read    float64
}

func (s *tally) add(rank int) {
	s.n++
	for _, c := range []struct {
		most int
		to   *int
	}{{1, &s.top1}, {3, &s.top3}, {5, &s.top5}} {
		if rank <= c.most {
			*c.to++
		}
	}
	s.reciprocal += 1 / float64(rank)
	s.read += float64(rank)
}

func (s *tally) String() string {
	n := float64(s.n)
	return fmt.Sprintf("%d | %d | %d | %d | %.2f | %.1f", s.n, s.percent(s.top1), s.percent(s.top3), s.percent(s.top5), s.reciprocal/n, s.read/n)
}

// sums are tallies by what they count, in the order of the rows of a table.
type sums map[string]*tally

func (s sums) put(kind string, rank int) {
	if s[kind] == nil {
		s[kind] = &tally{}
	}
	s[kind].add(rank)
}

// add counts one ranking, and what simpler ones would have given.
func (s sums) add(setting string, c *Case, g *ground, rank int, e gitops.Evidence) {
	kinds := []string{setting}
	if setting == "text" && len(strings.Fields(e.Text)) >= 5 {
		kinds = append(kinds, "text, where there is some")
	}
	for _, kind := range kinds {
		s.put(kind, rank)
		s.put(kind+" | recency", g.recency())
		s.put(kind+" | simple", g.rankBy(c.simply()))
	}
	if strings.HasPrefix(setting, "trace") {
		s.put(setting+", blame alone", g.rankBy(c.blameOrder()))
		s.put(setting+", blame alone | recency", g.recency())
		if g.units == nil && setting == "trace" {
			s.put("trace, by unit", unitRank(c, rank, g.truth))
			s.put("trace, by unit | recency", g.recency())
		}
	}
}

func (s sums) addAll(o sums) {
	for kind, t := range o {
		if s[kind] == nil {
			s[kind] = &tally{}
		}
		s[kind].addAll(t)
	}
}

func (s *tally) addAll(o *tally) {
	s.n += o.n
	s.top1 += o.top1
	s.top3 += o.top3
	s.top5 += o.top5
	s.reciprocal += o.reciprocal
	s.read += o.read
}

// report gives rows of a table in Markdown.
func (s sums) report(t *testing.T, p protocol, name string) {
	for _, kind := range []string{"none", "text", "text, where there is some", "file", "file, hard", "trace", "trace, by unit", "trace, blame alone", "trace, beside", "trace, beside, blame alone"} {
		if sum := s[kind]; sum != nil {
			t.Logf("%s: | %s | %s | %s | %s | %s |", p.name, strings.Replace(name, "+", "/", 1), kind, sum, s[kind+" | recency"].short(), s[kind+" | simple"].short())
		}
	}
}

// short has the same five numbers in one cell.
func (s *tally) short() string {
	if s == nil || s.n == 0 {
		return ""
	}
	n := float64(s.n)
	return fmt.Sprintf("%d / %d / %d / %.2f / %.1f", s.percent(s.top1), s.percent(s.top3), s.percent(s.top5), s.reciprocal/n, s.read/n)
}

func (s *tally) percent(k int) int { return int(math.Round(100 * float64(k) / float64(s.n))) }

// unitRank is the rank of the first that is the culprit, the merge that brought
// it, or a commit that it brought.
func unitRank(c *Case, rank, truth int) int {
	for k, s := range Rank(c).Ranked[:rank] {
		if i := c.index[s.Commit]; c.unitOf(i) == c.unitOf(truth) {
			return k + 1
		}
	}
	return rank
}

// blameOrder is what blame of the frames alone gives: those that last changed a
// line of the trace in its order, then the others by recency.
func (c *Case) blameOrder() []int {
	first := func(i int) int {
		best := len(c.frames)
		for _, h := range c.deeds[i].lines {
			if h.near == 0 && h.via < 0 {
				best = min(best, h.frame)
			}
		}
		return best
	}
	order := c.newestFirst()
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(first(a), first(b)) })
	return order
}

// simply is the order of the simple ranker that the reference was measured with:
// any path named, then words, then recency.
func (c *Case) simply() []int {
	rare := c.rarity()
	touches, words := make([]bool, len(c.deeds)), make([]float64, len(c.deeds))
	for i := range c.deeds {
		d := &c.deeds[i]
		touches[i] = slices.ContainsFunc(c.named, d.touches)
		// In their order: sums of fractions depend on it.
		for _, w := range slices.Sorted(maps.Keys(d.terms)) {
			if d.terms[w] > wordInDiff {
				words[i] += rare[w]
			}
		}
	}
	order := c.newestFirst()
	slices.SortStableFunc(order, func(a, b int) int {
		if touches[a] != touches[b] {
			return cmp.Compare(b2f(touches[b]), b2f(touches[a]))
		}
		return cmp.Compare(words[b], words[a])
	})
	return order
}

func (c *Case) newestFirst() []int {
	order := make([]int, len(c.deeds))
	for i := range order {
		order[i] = i
	}
	return order
}
