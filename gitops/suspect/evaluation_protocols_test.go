package suspect

import (
	"flag"
	"slices"

	"ahead/gitops"
	"ahead/gitops/history"
)

// protocol is a way to ask. docs/SUSPECTS.md describes both.
type protocol struct {
	name string
	// mainline says that what is asked for is a commit of the mainline, which
	// stands for all that it brought.
	mainline bool
	settings []string
}

// Settings are what is known: nothing, a person's text, files, a trace.
var protocols = [...]protocol{
	{"mainline", true, []string{"none", "text", "file", "file, hard", "trace", "trace, beside"}},
	{"commits", false, []string{"none", "text", "file, hard", "trace", "trace, beside"}},
}

// ground is what one case is asked about.
type ground struct {
	cands []Candidate
	// truth is the culprit among them.
	truth int
	// units gives each candidate the one of the mainline that brought it, counted
	// from the newest; nil where each stands for itself.
	units  []int
	moment gitops.Hash
	head   gitops.Hash
}

// ground is nil where the culprit is no candidate.
func (b *bench) ground(p protocol, moment gitops.Commit, culprit gitops.Hash) *ground {
	g := &ground{moment: moment.Hash, head: culprit}
	var mainline []gitops.Hash
	if p.mainline {
		g.cands, mainline = b.mainline(moment)
	} else {
		g.cands = b.lately(moment)
	}
	g.truth = slices.IndexFunc(g.cands, func(k Candidate) bool { return k.Commit.Hash == culprit })
	if g.truth < 0 {
		return nil
	}
	if p.mainline {
		g.units = unitsOf(g.cands, mainline)
		g.head = mainline[g.units[g.truth]]
	}
	return g
}

// key tells cases apart: who reverts two commits of one merge at a time asks once.
func (g *ground) key() [2]gitops.Hash { return [2]gitops.Hash{g.head, g.moment} }

// mainline are the first parents of the last fourteen days, newest first, and all
// that came with them.
func (b *bench) mainline(moment gitops.Commit) ([]Candidate, []gitops.Hash) {
	since := moment.Committer.When.AddDate(0, 0, -*evalDays)
	var line []gitops.Hash
	at := moment
	for !at.Committer.When.Before(since) {
		line = append(line, at.Hash)
		if at.IsRoot() {
			return nil, nil
		}
		parent, err := b.objs.Commit(at.Parents[0])
		if err != nil {
			return nil, nil
		}
		at = parent
	}
	all, _, err := history.Between(b.ctx, b.repo.Graph(), at.Hash, moment.Hash, 3000)
	if err != nil {
		return nil, nil
	}
	ages := b.ages(moment)
	var out []Candidate
	for _, c := range all {
		out = append(out, Candidate{Commit: c, Age: ages[c.Hash]})
	}
	return out, line
}

// unitsOf lays each candidate to the oldest commit of the mainline that contains
// it.
func unitsOf(cands []Candidate, mainline []gitops.Hash) []int {
	at := make(map[gitops.Hash]int, len(cands))
	for i, k := range cands {
		at[k.Commit.Hash] = i
	}
	units := make([]int, len(cands))
	for i := range units {
		units[i] = -1
	}
	for m, h := range slices.Backward(mainline) {
		todo := []gitops.Hash{h}
		for len(todo) > 0 {
			i, ok := at[todo[len(todo)-1]]
			todo = todo[:len(todo)-1]
			if ok && units[i] < 0 {
				units[i] = m
				todo = append(todo, cands[i].Commit.Parents...)
			}
		}
	}
	return units
}

// recency is the culprit's place by age alone.
func (g *ground) recency() int {
	if g.units != nil {
		return g.units[g.truth] + 1
	}
	return g.truth + 1
}

// rank is the culprit's place in a ranking; of units, each counts where the first
// of it stands.
func (g *ground) rank(s gitops.Suspects) int {
	at := make(map[gitops.Hash]int, len(g.cands))
	for i, k := range g.cands {
		at[k.Commit.Hash] = i
	}
	order := make([]int, len(s.Ranked))
	for k, r := range s.Ranked {
		order[k] = at[r.Commit]
	}
	return g.place(order)
}

// rankBy is the culprit's place in a simpler ranking, which knows of the mainline
// no more than its own commits.
func (g *ground) rankBy(order []int) int {
	if g.units == nil {
		return 1 + slices.Index(order, g.truth)
	}
	return g.place(order)
}

func (g *ground) place(order []int) int {
	if g.units == nil {
		return 1 + slices.Index(order, g.truth)
	}
	seen := map[int]bool{}
	for _, i := range order {
		seen[g.units[i]] = true
		if g.units[i] == g.units[g.truth] {
			break
		}
	}
	return len(seen)
}

// lately are what the moment contains of the last fourteen days, as a log of them
// shows it.
func (b *bench) lately(moment gitops.Commit) []Candidate {
	since := moment.Committer.When.AddDate(0, 0, -*evalDays)
	line, err := history.Walk(b.ctx, b.repo.Graph(), moment.Hash, nil, nil, 3000)
	if err != nil {
		return nil
	}
	ages := b.ages(moment)
	var out []Candidate
	for _, c := range line.Commits {
		if !c.Committer.When.Before(since) {
			out = append(out, Candidate{Commit: c, Age: ages[c.Hash]})
		}
	}
	return out
}

// ages counts the tagged releases since each commit, as of a moment; nothing
// without -tags.
func (b *bench) ages(moment gitops.Commit) map[gitops.Hash]int {
	ages := map[gitops.Hash]int{}
	if !*evalTags {
		return ages
	}
	refs, err := b.repo.Refs(b.ctx)
	if err != nil {
		return ages
	}
	below := history.NewAncestry(b.repo.Graph(), moment.Hash)
	var rows []gitops.Deployment
	for _, t := range refs.Tags {
		c, err := b.objs.Commit(t.Peeled)
		if err != nil || c.Committer.When.Before(moment.Committer.When.AddDate(0, 0, -60)) {
			continue
		}
		if in, err := below.Contains(b.ctx, c.Hash); err == nil && in {
			rows = append(rows, gitops.Deployment{Tag: t.Name, Commit: c.Hash, StartedAt: c.Committer.When})
		}
	}
	slices.SortFunc(rows, func(a, b gitops.Deployment) int { return b.StartedAt.Compare(a.StartedAt) })
	line, err := history.Walk(b.ctx, b.repo.Graph(), moment.Hash, rows, nil, 3000)
	if err != nil {
		return ages
	}
	age := 0
	for _, batch := range append([]gitops.Batch{line.Unreleased}, line.Batches...) {
		for _, h := range batch.Commits {
			ages[h] = age
		}
		if len(batch.Commits) > 0 {
			age++
		}
	}
	return ages
}

var evalTags = flag.Bool("tags", false, "count the tagged releases since each commit, as if they were deployments")
