package suspect

import (
	"ahead/gitops"
)

// halve finds the commit that rules out most of the given suspects whatever the
// answer is. Where several do, one that was deployed is tried most easily, then
// one of the mainline, which was built; a commit of a branch only where nothing
// else divides them.
func (c *Case) halve(left []int) gitops.Halving {
	suspects := newBelow(len(c.deeds))
	for _, i := range left {
		suspects.add(i)
	}
	var best gitops.Halving
	worth := 0.0
	for i := range c.deeds {
		h := c.Candidates[i].Commit.Hash
		bad := common(c.contains[i], suspects)
		good := len(left) - bad
		v := float64(min(bad, good))
		name := c.Names[h]
		switch {
		case name != "":
			// Two thirds of a half, asked without building anything.
			v *= 1.5
		case !c.deeds[i].mainline:
			v *= 0.1
		}
		if v > worth {
			if name == "" {
				name = h.Short()
			}
			best, worth = gitops.Halving{Commit: h, Name: name, Good: good, Bad: bad}, v
		}
	}
	return best
}

func common(a, b below) int {
	both := newBelow(len(a) * 64)
	for i := range a {
		both[i] = a[i] & b[i]
	}
	return both.count()
}
