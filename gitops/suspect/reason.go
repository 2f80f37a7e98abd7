package suspect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ahead/gitops"
)

// How much a person reads of one kind of reason.
const (
	mostNamed  = 3
	mostShared = 5
)

// reasons are why a candidate stands where it does, strongest first.
func (c *Case) reasons(i int, f features, rare map[string]float64, touching [][]int) []gitops.Reason {
	var out []gitops.Reason
	out = append(out, c.lineReasons(i)...)
	out = append(out, c.pathReasons(i, f, touching)...)
	if words := c.sharedWords(i, rare); len(words) > 0 {
		out = append(out, gitops.Reason{Kind: gitops.ReasonWords, Text: "has words in common: " + strings.Join(words, ", ")})
	}
	out = append(out, c.historyReasons(i)...)
	return append(out, c.recencyReason(i))
}

// in says which deployment brought it, where one is known.
func (c *Case) in(i int) string {
	if name := c.Candidates[i].Deployment; name != "" {
		return ", in " + name
	}
	return ""
}

// by is the beginning of a sentence on what a candidate did, itself or by what it
// merged.
func (c *Case) did(h hit) string {
	if h.via >= 0 {
		return "merged " + c.Candidates[h.via].Commit.Hash.Short() + ", which changed"
	}
	return "changed"
}

func (c *Case) lineReasons(i int) []gitops.Reason {
	hits := slices.Clone(c.deeds[i].lines)
	slices.SortStableFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.near, b.near), cmp.Compare(c.frames[a.frame].rank, c.frames[b.frame].rank))
	})
	// What fails often stands in a trace twice: where it panicked, and in the stack.
	said := map[string]bool{}
	var out []gitops.Reason
	for _, h := range hits {
		f := c.frames[h.frame]
		place := fmt.Sprintf("`%s:%d`", h.path, f.Line)
		if said[place] || len(said) == mostNamed {
			continue
		}
		said[place] = true
		switch {
		case h.near > 0 && len(out) == 0:
			out = append(out, gitops.Reason{
				Kind: gitops.ReasonPath,
				Text: fmt.Sprintf("%s the code beside %s, %s%s", c.did(h), place, c.whichLine(f), c.in(i)),
			})
		case h.near == 0:
			out = append(out, gitops.Reason{
				Kind: gitops.ReasonLine,
				Text: fmt.Sprintf("%s %s, %s%s", c.did(h), place, c.whichLine(f), c.in(i)),
			})
		}
	}
	return out
}

func (c *Case) whichLine(f placed) string {
	if f.rank == 0 {
		return "the line that fails"
	}
	return "a line that the trace names"
}

// pathReasons are for files of which no line was said to be its doing.
func (c *Case) pathReasons(i int, f features, touching [][]int) []gitops.Reason {
	said := map[string]bool{}
	for _, h := range c.deeds[i].lines {
		said[h.path] = true
	}
	var out []gitops.Reason
	for k, n := range c.named {
		if len(out) == mostNamed || said[n.path] || !slices.Contains(touching[k], i) {
			continue
		}
		said[n.path] = true
		out = append(out, gitops.Reason{Kind: gitops.ReasonPath, Text: c.pathText(n, len(touching[k])) + c.in(i)})
	}
	if len(out) > 0 || f.folder == 0 {
		return out
	}
	for _, n := range c.named {
		if c.deeds[i].neighbours(n) {
			folder := n.path[:strings.LastIndexByte(n.path, '/')+1]
			return []gitops.Reason{{Kind: gitops.ReasonDirectory, Text: fmt.Sprintf("changed `%s`, the folder of `%s`%s", folder, n.path, c.in(i))}}
		}
	}
	return nil
}

func (c *Case) pathText(n named, touching int) string {
	what := "which is named"
	switch {
	case n.frame >= 0 && c.frames[n.frame].rank == 0:
		what = "the file that fails"
	case n.frame >= 0:
		what = "which the trace names"
	}
	path := n.path
	if n.folder {
		path += "/"
	}
	text := fmt.Sprintf("changed `%s`, %s", path, what)
	if touching == 1 {
		text += ", as the only suspect"
	}
	return text
}

// sharedWords are the rarest words that a candidate has in common with the
// evidence, as they are spelled there.
func (c *Case) sharedWords(i int, rare map[string]float64) []string {
	type shared struct {
		word  string
		worth float64
	}
	var all []shared
	for stem, weight := range c.deeds[i].terms {
		// A word that half of the suspects have tells nothing.
		if rare[stem] > 0.7 {
			all = append(all, shared{c.words[stem].spelled, weight * rare[stem] * c.words[stem].weight})
		}
	}
	slices.SortFunc(all, func(a, b shared) int { return cmp.Or(cmp.Compare(b.worth, a.worth), cmp.Compare(a.word, b.word)) })
	var out []string
	for _, s := range all {
		// The words of a name that is told as a whole.
		told := slices.ContainsFunc(out, func(o string) bool { return strings.Contains(strings.ToLower(o), s.word) })
		if len(out) < mostShared && !told {
			out = append(out, s.word)
		}
	}
	return out
}

func (c *Case) historyReasons(i int) []gitops.Reason {
	d := &c.deeds[i]
	var out []gitops.Reason
	if d.undone >= 0 {
		out = append(out, gitops.Reason{
			Kind: gitops.ReasonHistory, Text: "was reverted since, by " + c.Candidates[d.undone].Commit.Hash.Short(),
		})
	}
	if len(Reverted(c.Candidates[i].Commit.Message)) > 0 {
		out = append(out, gitops.Reason{Kind: gitops.ReasonHistory, Text: "is a revert itself, and those are taken back more often than others"})
	}
	return out
}

func (c *Case) recencyReason(i int) gitops.Reason {
	k := c.Candidates[i]
	place := 1
	for _, other := range c.Candidates[:i] {
		if other.Age == k.Age {
			place++
		}
	}
	which := "the newest"
	if place > 1 {
		which = ordinal(place) + " newest"
	}
	text := which + " of what production runs"
	switch {
	case k.Age == 0 && k.Deployment != "":
		text = which + " that came with " + k.Deployment
	case k.Age == 1:
		text = fmt.Sprintf("%s that came with %s, one deployment before the suspect one", which, k.Deployment)
	case k.Age > 1:
		text = fmt.Sprintf("%s that came with %s, %d deployments before the suspect one", which, k.Deployment, k.Age)
	}
	return gitops.Reason{Kind: gitops.ReasonRecency, Text: text}
}

func ordinal(n int) string {
	ending := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			ending = "st"
		case 2:
			ending = "nd"
		case 3:
			ending = "rd"
		}
	}
	return fmt.Sprintf("%d%s", n, ending)
}
