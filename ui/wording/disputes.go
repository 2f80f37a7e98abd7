package wording

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"ahead/gitops"
	"ahead/gitops/deploy"
	"ahead/ui/term"
)

// Voices is what several sources say of the rows of one list, side by side. The
// zero Voices knows of none.
type Voices struct {
	sides map[gitops.Deployment][]gitops.Deployment
	// lives are the commits of which each is live by some source's word, with who
	// says so of the others.
	lives map[gitops.Hash]string
}

// Hear finds what each source says of each row of a look. It takes time in
// proportion to the claims: once a look, not once a frame.
func Hear(s gitops.Snapshot) Voices {
	if len(s.Claims) == 0 {
		return Voices{}
	}
	var lists [][]gitops.Deployment
	of := map[string]int{}
	for _, c := range s.Claims {
		if c.Source == gitops.SourceTags || c.Commit.IsZero() || !deploy.SameEnvironment(c.Environment, s.Environment) {
			continue
		}
		i, known := of[c.Source]
		if !known {
			i = len(lists)
			of[c.Source], lists = i, append(lists, nil)
		}
		lists[i] = append(lists[i], c)
	}
	sides, told := deploy.Sides(lists...), map[gitops.Hash]int{}
	v := Voices{sides: make(map[gitops.Deployment][]gitops.Deployment, len(s.Batches)), lives: livesApart(s)}
	for _, b := range s.Batches {
		d := b.Deployment
		if n := told[d.Commit]; n < len(sides[d.Commit]) {
			v.sides[d] = sides[d.Commit][n]
			told[d.Commit]++
		}
	}
	return v
}

// Of is what each source says of a row.
func (v Voices) Of(d gitops.Deployment) []gitops.Deployment { return v.sides[d] }

// Disputed reports whether sources contradict each other about a row: what became
// of it, or whether this is what is live.
func (v Voices) Disputed(d gitops.Deployment) bool {
	return v.lives[d.Commit] != "" || disagree(v.sides[d])
}

// Say is who says what of a row, and when they told it, the longest form first.
func (v Voices) Say(d gitops.Deployment, states []gitops.SourceState, now time.Time) []string {
	forms := Says(d, v.sides[d], states, now)
	if other := v.lives[d.Commit]; other != "" {
		for i := range forms {
			forms[i] += "; " + other
		}
	}
	return forms
}

// Disputes is one sentence on what the sources disagree about, the newest row
// first; empty where they agree. The rows that are live by one word or another are
// one dispute, which that sentence names whole.
func (v Voices) Disputes(s gitops.Snapshot) string {
	first, more, apart := "", []string(nil), false
	for _, b := range s.Batches {
		d := b.Deployment
		if !v.Disputed(d) {
			continue
		}
		name := term.Clean(d.Name())
		if first != "" {
			if !apart || v.lives[d.Commit] == "" {
				more = append(more, name)
			}
			continue
		}
		apart = v.lives[d.Commit] != ""
		var words []string
		for _, c := range v.sides[d] {
			word := term.Clean(c.Source) + " " + saying(c.Status)
			if sourceOf(s.Sources, c.Source).Condition == gitops.SourceOld {
				word += " (old)"
			}
			words = append(words, word)
		}
		first = join("; ", "sources disagree on "+name+": "+strings.Join(words, ", "), v.lives[d.Commit])
	}
	switch {
	case len(more) == 1:
		return first + "; and on " + more[0]
	case len(more) > 1:
		return first + "; and on " + Number(len(more)) + " others"
	}
	return first
}

// disagree reports whether two sources contradict each other. What one does not
// know, and what is still under way, contradicts nothing.
func disagree(sides []gitops.Deployment) bool {
	var first gitops.Status
	for _, s := range sides {
		switch s.Status {
		case gitops.StatusLive, gitops.StatusFailed, gitops.StatusSuperseded:
		default:
			continue
		}
		if first != "" && first != s.Status {
			return true
		}
		first = s.Status
	}
	return false
}

// livesApart finds the commits of which different sources say that they are what
// is live in the environment of a look.
func livesApart(s gitops.Snapshot) map[gitops.Hash]string {
	voices := deploy.Voices(s.Environment, s.Claims)
	slices.SortFunc(voices, func(a, b deploy.Voice) int { return strings.Compare(a.Source, b.Source) })
	names := map[gitops.Hash]string{}
	for _, b := range s.Batches {
		names[b.Deployment.Commit] = b.Deployment.Name()
	}
	lives := map[gitops.Hash]string{}
	for _, v := range voices {
		if lives[v.Newest.Commit] != "" {
			continue
		}
		var others []string
		for _, o := range voices {
			if !v.Apart(o) {
				continue
			}
			name := cmp.Or(names[o.Newest.Commit], o.Newest.Name())
			other := term.Clean(o.Source) + " says that " + term.Clean(name) + " is live"
			if sourceOf(s.Sources, o.Source).Condition == gitops.SourceOld {
				other += " (old)"
			}
			others = append(others, other)
		}
		if len(others) > 0 {
			lives[v.Newest.Commit] = strings.Join(others, ", ")
		}
	}
	return lives
}
