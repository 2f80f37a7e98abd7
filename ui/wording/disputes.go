package wording

import (
	"maps"
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
	rows := make([]gitops.Deployment, len(s.Batches))
	same := map[gitops.Hash][]gitops.Deployment{}
	for i, b := range s.Batches {
		rows[i] = b.Deployment
		same[rows[i].Commit] = append(same[rows[i].Commit], rows[i])
	}
	claims := map[gitops.Hash][]gitops.Deployment{}
	for _, c := range s.Claims {
		here := deploy.SameEnvironment(c.Environment, s.Environment)
		if c.Source != gitops.SourceTags && !c.Commit.IsZero() && here {
			claims[c.Commit] = append(claims[c.Commit], c)
		}
	}
	v := Voices{sides: make(map[gitops.Deployment][]gitops.Deployment, len(rows)), lives: livesApart(s)}
	for _, d := range rows {
		v.sides[d] = sides(d, same[d.Commit], claims[d.Commit])
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

// sides are what each source says of one row: of a commit that was deployed
// twice, a claim belongs to the row that is nearest to it in time.
func sides(d gitops.Deployment, rows, claims []gitops.Deployment) []gitops.Deployment {
	var out []gitops.Deployment
	told := map[string]int{}
	for _, c := range claims {
		if !sameEnvironment(c, d) || nearer(c, d, rows) {
			continue
		}
		i, ok := told[c.Source]
		switch {
		case !ok:
			told[c.Source] = len(out)
			out = append(out, c)
		case apart(c, d) < apart(out[i], d):
			out[i] = c
		}
	}
	return out
}

func sameEnvironment(a, b gitops.Deployment) bool {
	return deploy.SameEnvironment(a.Environment, b.Environment)
}

func nearer(c, d gitops.Deployment, rows []gitops.Deployment) bool {
	for _, r := range rows {
		if sameEnvironment(c, r) && apart(c, r) < apart(c, d) {
			return true
		}
	}
	return false
}

func apart(a, b gitops.Deployment) time.Duration { return a.At().Sub(b.At()).Abs() }

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
	newest := map[string]gitops.Deployment{}
	for _, c := range s.Claims {
		if c.Status != gitops.StatusLive || c.Commit.IsZero() || c.Source == gitops.SourceTags ||
			!deploy.SameEnvironment(c.Environment, s.Environment) {
			continue
		}
		if before, ok := newest[c.Source]; !ok || c.At().After(before.At()) {
			newest[c.Source] = c
		}
	}
	names := map[gitops.Hash]string{}
	for _, b := range s.Batches {
		names[b.Deployment.Commit] = b.Deployment.Name()
	}
	lives := map[gitops.Hash]string{}
	for _, c := range newest {
		if _, done := lives[c.Commit]; done {
			continue
		}
		var others []string
		for _, source := range slices.Sorted(maps.Keys(newest)) {
			if d := newest[source]; d.Commit != c.Commit {
				name := names[d.Commit]
				if name == "" {
					name = d.Name()
				}
				other := term.Clean(source) + " says that " + term.Clean(name) + " is live"
				if sourceOf(s.Sources, source).Condition == gitops.SourceOld {
					other += " (old)"
				}
				others = append(others, other)
			}
		}
		if len(others) > 0 {
			lives[c.Commit] = strings.Join(others, ", ")
		}
	}
	return lives
}
