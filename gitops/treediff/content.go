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
	// Everything that is asked for once a pair is looked up once a file.
	from, to, err := p.fingerprints(open)
	if err != nil {
		return false, err
	}
	names := make([]string, len(p.sources))
	for _, s := range p.left {
		names[s] = baseName(p.sources[s].Path)
	}
	all := make([]candidate, 0, bestPerDest*len(open))
	for _, d := range open {
		if err := p.ctx.Err(); err != nil {
			return false, err
		}
		all = p.closest(all, d, to[d], from, names)
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

// fingerprints are those of the sources that are left and of the given
// destinations. Where one side has none, nothing is read of the other either.
func (p *pairing) fingerprints(open []int) (from, to []*fingerprint, err error) {
	from, to = make([]*fingerprint, len(p.sources)), make([]*fingerprint, len(p.dests))
	regular := func(files []File, indexes []int) bool {
		return slices.ContainsFunc(indexes, func(i int) bool { return files[i].Mode.IsRegular() })
	}
	if !regular(p.sources, p.left) || !regular(p.dests, open) {
		return from, to, nil
	}
	if err := p.prints.all(from, p.sources, p.left); err != nil {
		return nil, nil, err
	}
	return from, to, p.prints.all(to, p.dests, open)
}

// closest appends the best few sources of a destination, in the slots in which
// git keeps them: a better one takes the place of the worst. The order of the
// slots decides between equals later on.
func (p *pairing) closest(all []candidate, d int, to *fingerprint, from []*fingerprint, names []string) []candidate {
	name, first := baseName(p.dests[d].Path), len(all)
	for _, s := range p.left {
		c := candidate{source: s, dest: d, sameName: names[s] == name}
		if to != nil && from[s] != nil {
			c.score = similarity(*from[s], *to, p.opt.MinScore)
		}
		slots := all[first:]
		if len(slots) < bestPerDest {
			all = append(all, c)
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
	return all
}
