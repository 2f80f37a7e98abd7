package treediff

import "slices"

// bestPerDest is how many sources git remembers for one destination, so that
// there is a second choice when the best one goes elsewhere.
const bestPerDest = 4

// candidate is one pair that was compared. sameName breaks ties of the score.
type candidate struct {
	source, dest, score int
	sameName            bool
}

// worse orders candidates: negative when a is the better pair.
func worse(a, b candidate) int {
	if a.score != b.score {
		return b.score - a.score
	}
	return nameRank(b) - nameRank(a)
}

func nameRank(c candidate) int {
	if c.sameName {
		return 1
	}
	return 0
}

// byContent compares every source that is left with every open destination and
// takes the pairs from the closest down.
func (p *pairing) byContent() (limited bool, err error) {
	open := slices.DeleteFunc(slices.Clone(p.open), func(d int) bool { return p.taken[d] })
	if len(open) == 0 || len(p.left) == 0 {
		return false, nil
	}
	if p.opt.Limit > 0 && len(open)*len(p.left) > p.opt.Limit*p.opt.Limit {
		return true, nil
	}
	var all []candidate
	for _, d := range open {
		if err := p.ctx.Err(); err != nil {
			return false, err
		}
		best, err := p.closest(d)
		if err != nil {
			return false, err
		}
		all = append(all, best...)
	}
	slices.SortStableFunc(all, worse)
	for _, c := range all {
		if c.score < p.opt.MinScore {
			break
		}
		if !p.taken[c.dest] && !p.used[c.source] {
			p.join(c.source, c.dest, c.score)
		}
	}
	return false, nil
}

// closest keeps the best few sources of a destination in the slots in which
// git keeps them: a better one takes the place of the worst. The order of the
// slots decides between equals later on.
func (p *pairing) closest(d int) ([]candidate, error) {
	var slots []candidate
	for _, s := range p.left {
		score, err := p.prints.score(p.sources[s], p.dests[d], p.opt.MinScore)
		if err != nil {
			return nil, err
		}
		c := candidate{
			source: s, dest: d, score: score,
			sameName: baseName(p.sources[s].Path) == baseName(p.dests[d].Path),
		}
		if len(slots) < bestPerDest {
			slots = append(slots, c)
			continue
		}
		worst := 0
		for i := range slots {
			if worse(slots[i], slots[worst]) > 0 {
				worst = i
			}
		}
		if worse(slots[worst], c) > 0 {
			slots[worst] = c
		}
	}
	return slots, nil
}
